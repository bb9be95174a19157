package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

func init() { examples = append(examples, runExamples) }

// runExamples are a run that waits and one that has failed.
func runExamples(o *office) map[string][]example {
	waiting := o.newRun("attend.csv")
	failed := o.newRun("échoue.csv")
	if err := o.db.CancelRun(o.Context(), journal.System, failed, o.now); err != nil {
		o.Fatal(err)
	}
	out := map[string][]example{}
	for _, pattern := range []string{"GET " + runPath + "/{id}", "POST " + runPath + "/{id}/recommencer", "POST " + runPath + "/{id}/annuler"} {
		_, path, _ := strings.Cut(pattern, " ")
		for _, id := range []string{waiting, failed} {
			out[pattern] = append(out[pattern], example{Path: strings.ReplaceAll(path, "{id}", id)})
		}
	}
	return out
}

func (o *office) newRun(what string) string {
	o.Helper()
	return must(o.db.Enqueue(o.Context(), store.RunInput{Kind: observatory.ImportRun, What: what, Args: observatory.ImportArgs{FileName: what},
		By: journal.PersonActor("aaaaaaaaaaaaaaaaaaaaaaaaaa")}, o.now))
}

// settle takes the next run of a kind and ends it so.
func (o *office) settle(kind string, result any, err error) {
	o.Helper()
	table := o.db.RunTable(kind)
	task, ok, wrong := table.Take(o.Context(), "essai", o.now, o.now.Add(time.Hour))
	if wrong != nil || !ok {
		o.Fatal(ok, wrong)
	}
	if err := table.Settle(o.Context(), task, job.Policy{}.Settle(task, result, err, o.now), o.now); err != nil {
		o.Fatal(err)
	}
}

// TestJournalPages: entries under names, filtered, one shown, exported, the
// name of an erased account gone.
func TestJournalPages(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Hélène", "administrator"))
	luc := o.newPerson("Luc", "analyst")
	spec, _ := json.Marshal(map[string]any{"state": "draft", "text": "a = 1\nb = 2", "final": true})
	for i := range 60 {
		a := journal.Act{Actor: journal.PersonActor(luc.ID), Action: "spec.write", Object: fmt.Sprint("spec:", i), Before: []byte(`{"state":"none"}`), After: spec}
		if err := o.db.Enter(t.Context(), o.now, a); err != nil {
			t.Fatal(err)
		}
	}
	head := must(o.db.JournalHead(t.Context()))
	b.want(b.get(journalPath), http.StatusOK, "Luc", head.String(), "avant="+fmt.Sprint(head.Seq-49), "Aucune depuis 90 jours")
	if list := b.get(journalPath + "?objet=spec:7&acte=spec.write&qui=person:" + luc.ID).Body.String(); strings.Count(list, "<tr>") != 2 {
		t.Errorf("the filter shows %d lines", strings.Count(list, "<tr>")-1)
	}
	b.want(b.get(journalPath+"?du=2030-01-01"), http.StatusOK, "Aucune entrée ne répond à ce choix")
	b.want(b.get(journalPath+"?du=hier"), http.StatusUnprocessableEntity, "2026-03-12")
	page := journalPath + "/" + fmt.Sprint(head.Seq)
	b.want(b.get(page), http.StatusOK, "brouillon", "<pre>a = 1\nb = 2</pre>", "oui", head.Hash)
	b.want(b.get(journalPath+"/"+fmt.Sprint(head.Seq+9)), http.StatusNotFound)
	b.want(b.get(journalPath+"/0"), http.StatusNotFound)
	csv := b.get(journalPath + ".csv?objet=spec:").Body.String()
	if lines := strings.Count(csv, "\r\n"); lines != 61 || strings.Contains(csv, "Luc") {
		t.Errorf("the export has %d lines, or names", lines)
	}
	if last := must(o.db.Journal(t.Context(), store.JournalFilter{Most: 1})); last[0].Action != "journal.export" {
		t.Errorf("the export is not entered: %+v", last[0])
	}
	if err := o.db.Erase(t.Context(), journal.System, luc.ID, o.now); err != nil {
		t.Fatal(err)
	}
	if page := b.get(page).Body.String(); !strings.Contains(page, "compte effacé") || strings.Contains(page, ">Luc<") {
		t.Error("the name of an erased account is shown")
	}
}

// TestJournalVerified: asked for from the page, done by the shop, told there.
func TestJournalVerified(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Hélène", "administrator"))
	b.want(b.post(verifyPath, "tete", "12:abc"), http.StatusUnprocessableEntity, "12:abc", "n’est pas une tête")
	w := b.post(verifyPath)
	run := w.Header().Get("Location")
	b.leadsTo(w, run)
	b.want(b.get(run), http.StatusOK, "Vérification du journal", "en attente", "data-progress")
	said := must(o.Office.Walk(journal.System, nil).Verify(t.Context(), ""))
	o.settle(observatory.VerifyRun, said, nil)
	b.want(b.get(run), http.StatusOK, "terminé", said.Head.String())
	b.want(b.get(journalPath), http.StatusOK, "intact", run)
	o.now = o.now.Add(time.Minute) // the last verification is the last one asked for
	b.post(verifyPath)
	o.settle(observatory.VerifyRun, nil, (&journal.Break{Seq: 3, How: journal.Changed}).Fault())
	b.want(b.get(journalPath), http.StatusOK, "entrée 3 : elle a été modifiée")
}

// TestRunPages: a run fails, is tried again, cancelled, tried again, each once.
func TestRunPages(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	id := o.newRun("<b>a.csv")
	page := runPath + "/" + id
	b.want(b.get(page+".json"), http.StatusOK, `"ended": false`, `"who": "compte effacé"`)
	b.want(b.get(homePath), http.StatusOK, "Import", page)
	o.settle(observatory.ImportRun, nil, fault.Invalidf("corrigez la ligne 3", "ligne 3 : colonne absente"))
	b.want(b.get(page), http.StatusOK, "ligne 3 : colonne absente", "corrigez la ligne 3", "Recommencer", "&lt;b&gt;a.csv")
	b.want(b.get(runPath), http.StatusOK, "échoué", page)
	b.leadsTo(b.post(page+"/recommencer"), page)
	b.want(b.post(page+"/recommencer"), http.StatusConflict, "il attend son tour")
	b.leadsTo(b.post(page+"/annuler"), page)
	b.want(b.post(page+"/annuler"), http.StatusConflict, "il a échoué")
	b.want(b.get(page), http.StatusOK, "annulé", "Recommencer")
	b.post(page + "/recommencer")
	o.settle(observatory.ImportRun, observatory.ImportResult{Dataset: "abc"}, nil)
	b.want(b.get(page), http.StatusOK, "terminé", datasetPath+"/abc")
	admin := o.as(o.newPerson("Hélène", "administrator"))
	if w := admin.get(page); strings.Contains(w.Body.String(), datasetPath+"/abc") {
		t.Error("who may not see datasets is led to one")
	}
	editor := o.as(o.newPerson("Édith", "editor"))
	editor.want(editor.get(page), http.StatusOK)
	editor.want(editor.post(page+"/recommencer"), http.StatusNotFound)
}

// TestMailPage: a letter that may have gone is sent again once, on a person's
// word; what a letter says is never shown.
func TestMailPage(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Hélène", "administrator"))
	if _, err := o.db.PostMail(t.Context(), store.Letter{Event: "reset:SECRET", To: "luc@exemple.test", Subject: "Objet", Body: "https://SECRET"}, o.now); err != nil {
		t.Fatal(err)
	}
	table := o.db.MailTable()
	task, _, err := table.Take(t.Context(), "essai", o.now, o.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(table.Hand(t.Context(), task), table.Settle(t.Context(), task, job.Outcome{State: job.Waiting, At: o.now, Back: true}, o.now)); err != nil {
		t.Fatal(err)
	}
	b.want(b.get(homePath), http.StatusOK, "Un courriel est peut-être parti")
	b.want(b.get(postPath), http.StatusOK, "peut-être parti", "luc@exemple.test", "Mot de passe oublié", "Renvoyer")
	for _, path := range []string{postPath, postPath + ".json"} {
		if strings.Contains(b.get(path).Body.String(), "SECRET") {
			t.Errorf("%s shows what the letter says", path)
		}
	}
	b.leadsTo(b.post(postPath, "courriel", task.ID), postPath)
	b.want(b.post(postPath, "courriel", task.ID), http.StatusConflict, "ne se renvoie pas")
	b.want(b.post(postPath, "courriel", "autre"), http.StatusNotFound)
	o.now = o.now.AddDate(0, 0, 1)
	if task, _, err = table.Take(t.Context(), "essai", o.now, o.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := table.Settle(t.Context(), task, job.Outcome{State: job.Done}, o.now); err != nil {
		t.Fatal(err)
	}
	if _, err := o.db.Tidy(t.Context(), o.now.AddDate(0, 0, 9)); err != nil {
		t.Fatal(err)
	}
	b.want(o.as(o.newPerson("Autre", "administrator")).get(postPath), http.StatusOK, "adresse effacée")
}

// TestSettingPage: what the configuration says, what is kept, and the last
// examination.
func TestSettingPage(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.Office.Settings = []Setting{{"addr", "127.0.0.1:8080"}, {"smtp", ""}} })
	b := o.as(o.newPerson("Hélène", "administrator"))
	b.want(b.get(settingPath), http.StatusOK, "127.0.0.1:8080", "non réglé", "90 jours", "go1.", "sqlite", "Aucun examen")
	run := b.post(examinePath).Header().Get("Location")
	parts := must(o.Office.Walk(journal.System, nil).Doctor(t.Context()))
	parts[0].Faults = []observatory.Ailing{{What: "garde retirée", Do: "restaurez"}}
	o.settle(observatory.DoctorRun, observatory.ExamineResult{Faults: 1, Parts: parts}, nil)
	b.want(b.get(settingPath), http.StatusOK, "Un défaut.", "garde retirée", run)
	b.want(b.get(run), http.StatusOK, "garde retirée")
	analyst := o.as(o.newPerson("Claire", "analyst"))
	if w := analyst.get(run); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "garde retirée") {
		t.Errorf("who may not see the settings reads the examination: %d", w.Code)
	}
	analyst.want(analyst.post(examinePath), http.StatusNotFound)
}

// mainOf is the main part of a page, for a message.
func mainOf(page string) string {
	_, rest, _ := strings.Cut(page, "<main")
	return rest
}

// TestParisTime: winter and summer, in the table, in what programs read of it,
// and in the days of the filter.
func TestParisTime(t *testing.T) {
	o := newOffice(t)
	root := o.newPerson("Hélène", "administrator")
	for _, k := range []struct{ at, day, shown, datetime string }{
		{"2027-01-14T23:30:00Z", "2027-01-15", "15 janvier 2027, 00:30", "2027-01-15T00:30:00+01:00"},
		{"2027-07-14T22:30:00Z", "2027-07-15", "15 juillet 2027, 00:30", "2027-07-15T00:30:00+02:00"},
	} {
		o.now = must(time.Parse(time.RFC3339, k.at))
		b := o.as(root)
		if err := o.db.Enter(t.Context(), o.now, journal.Act{Actor: journal.System, Action: "spec.write", Object: "spec:a"}); err != nil {
			t.Fatal(err)
		}
		w := b.get(journalPath + "?acte=spec.write&du=" + k.day + "&au=" + k.day)
		if text := strings.NewReplacer(lang.NBSP, " ", lang.Narrow, " ").Replace(html.UnescapeString(w.Body.String())); !strings.Contains(text, `<time datetime="`+k.datetime+`">`+k.shown+`</time>`) {
			t.Errorf("%s is not shown as %s:\n%s", k.at, k.shown, mainOf(text))
		}
		before := must(time.Parse(time.DateOnly, k.day)).AddDate(0, 0, -1).Format(time.DateOnly)
		b.want(b.get(journalPath+"?acte=spec.write&du="+before+"&au="+before), http.StatusOK, "Aucune entrée")
	}
}

// TestJournalLinks: every object of the journal that has a page is found there.
func TestJournalLinks(t *testing.T) {
	seen := map[string]bool{}
	for i, f := range examples { // each in an observatory of its own: some hold data that no other can read
		o := newOffice(t)
		if i == 0 {
			for noun := range objectPaths {
				if o.objectPath(noun+":x") == "" {
					t.Errorf("%s: %s is no page", noun, objectPaths[noun])
				}
			}
		}
		f(o)
		b := o.as(o.newPerson("Toute", "reader", "contributor", "editor", "analyst", "publisher", "administrator"))
		for e, err := range o.db.JournalEntries(t.Context()) {
			noun, _, _ := strings.Cut(e.Object, ":")
			path := o.objectPath(e.Object)
			if err != nil || path == "" || seen[path] {
				continue
			}
			seen[path], seen[noun] = true, true
			if w := b.get(path); w.Code != http.StatusOK {
				t.Errorf("%s: %s = %d\n%s", e.Object, path, w.Code, mainOf(w.Body.String()))
			}
		}
	}
	for _, noun := range []string{"dataset", "delivery", "run", "spec", "proposal", "person"} {
		if !seen[noun] {
			t.Errorf("no entry about a %s among the examples", noun)
		}
	}
}
