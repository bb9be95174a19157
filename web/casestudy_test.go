package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie/account"
	"vigie/casestudy"
	"vigie/journal"
	"vigie/report"
	"vigie/store"
)

func init() { examples = append(examples, caseExamples) }

// newCase is a case of a person in a state.
func (o *office) newCase(by journal.Actor, title string, state casestudy.State) store.CaseRow {
	o.Helper()
	return o.newRecord(by, casestudy.Record{Text: casestudy.Text{Title: title, Summary: "Un résumé."}, Language: "fr"}, state)
}

// newRecord is a case with this record.
func (o *office) newRecord(by journal.Actor, r casestudy.Record, state casestudy.State) store.CaseRow {
	o.Helper()
	ctx := o.Context()
	row := must(o.db.CreateCase(ctx, store.CaseInput{Record: r, By: by}, o.now))
	turn := func() store.CaseTurn {
		return store.CaseTurn{ID: row.ID, Version: row.Version, By: journal.LocalActor("essai"), At: o.now}
	}
	if state == casestudy.Draft {
		return row
	}
	row = must(o.db.SubmitCase(ctx, turn()))
	if state == casestudy.Submitted {
		return row
	}
	row = must(o.db.TakeCase(ctx, turn()))
	if state == casestudy.InReview {
		return row
	}
	return must(o.db.PublishCase(ctx, turn(), ""))
}

// caseExamples are a draft, a case being read and one that is shown, for every
// route of a case.
func caseExamples(o *office) map[string][]example {
	out := map[string][]example{}
	for _, state := range []casestudy.State{casestudy.Draft, casestudy.InReview, casestudy.Published} {
		row := o.newCase(journal.LocalActor("essai"), "Fiche d’exemple "+string(state), state)
		for _, p := range append(o.caseDesk(), o.contributeDesk()...) {
			if p.Object != nil {
				_, path, _ := strings.Cut(p.Pattern, " ")
				path = wildcard.ReplaceAllString(strings.Replace(path, "{id}", row.ID, 1), "x")
				out[p.Pattern] = append(out[p.Pattern], example{Path: path, Object: row.Object()})
			}
		}
	}
	return out
}

var hiddenTurn = regexp.MustCompile(`name="(version|base)" value="(\d+)"`)

// turns are the hidden versions of the form of a page.
func turns(page string) url.Values {
	out := url.Values{}
	for _, m := range hiddenTurn.FindAllStringSubmatch(page, -1) {
		out.Set(m[1], m[2])
	}
	return out
}

// TestPartnersPath: a secret link, a draft that one comes back to, a submission,
// a review with a note, its publication, then a correction that is taken.
func TestPartnersPath(t *testing.T) {
	o := newOffice(t)
	editor := o.as(o.newPerson("Édith", "editor"))
	w := editor.post(caseLinksPath, "libelle", "METI", "reseau", "METI", "jours", "30", "fiches", "1")
	editor.reads(w, http.StatusOK, "Le lien est prêt")
	path := regexp.MustCompile(`/proposer/[\w-]+`).FindString(w.Body.String())
	partner := o.nobody()
	partner.reads(partner.get(path), http.StatusOK, "Proposer une pratique", "Garder le brouillon")
	partner.reads(partner.get("/proposer/rien"), http.StatusForbidden, "ne sert plus")
	w = partner.post(path, "faire", "ajouter:actors", "title", "Une épicerie", "actors.1.name", "Mairie", "start_year", "hier")
	partner.reads(w, http.StatusOK, `name="actors.2.name"`, `value="Une épicerie"`, `value="hier"`)
	w = partner.post(path, "faire", "brouillon", "title", "Une épicerie", "start_year", "hier")
	partner.reads(w, http.StatusUnprocessableEntity, "n’est pas une année", `value="hier"`)
	w = partner.post(path, "faire", "brouillon", "title", "Une épicerie", "nom", "Léa", "courriel", "lea@exemple.test")
	draft := w.Header().Get("Location")
	partner.leadsTo(w, draft)
	if !strings.HasPrefix(draft, path+"/") {
		t.Fatalf("the draft is at %q", draft)
	}
	page := partner.get(draft)
	partner.reads(page, http.StatusOK, "Gardez cette adresse", `value="Une épicerie"`)
	form := turns(page.Body.String())
	form.Set("faire", "envoyer")
	form.Set("title", "Une épicerie solidaire")
	partner.reads(partner.postForm(draft, form), http.StatusUnprocessableEntity, "accord")
	form.Set("accord", "1")
	form.Set("consent.by", "METI")
	form.Set("summary", "Une épicerie tenue par ses clients.")
	partner.leadsTo(partner.postForm(draft, form), draft)
	partner.reads(partner.get(draft), http.StatusOK, "La fiche est reçue")

	rows := must(o.db.Cases(t.Context(), store.CaseFilter{}))
	if len(rows) != 1 || rows[0].State != casestudy.Submitted || rows[0].Network != "METI" {
		t.Fatalf("cases %+v", rows)
	}
	here := caseOf(rows[0].ID, "")
	act := func(below string, pairs ...string) {
		t.Helper()
		form := formOfPairs(pairs...)
		form.Set("version", turns(editor.get(here).Body.String()).Get("version"))
		editor.leadsTo(editor.postForm(here+below, form), here)
	}
	editor.reads(editor.get(casePath), http.StatusOK, "Une épicerie solidaire", "proposée")
	act("/relire")
	act("/annoter", "champ", "summary", "texte", "Depuis quand ?")
	editor.reads(editor.get(here), http.StatusOK, "Depuis quand ?", "Renvoyer à l’auteur", "Régler")
	act("/renvoyer")
	page = partner.get(draft)
	partner.reads(page, http.StatusOK, "Depuis quand ?")
	form = turns(page.Body.String())
	for name, value := range map[string]string{"faire": "envoyer", "title": "Une épicerie solidaire", "summary": "Depuis 2019, une épicerie tenue par ses clients.", "accord": "1", "consent.by": "METI"} {
		form.Set(name, value)
	}
	partner.leadsTo(partner.postForm(draft, form), draft)
	act("/relire")
	act("/publier")
	partner.reads(partner.get(draft), http.StatusOK, "Pour la mettre à jour", report.CorrectionWord)

	row := must(o.db.Case(t.Context(), rows[0].ID))
	fix := practicePath + "/" + row.Slug + report.CorrectionWord
	page = partner.get(fix)
	partner.reads(page, http.StatusOK, "Proposer une correction")
	form = turns(page.Body.String())
	for name, value := range map[string]string{"faire": "envoyer", "title": "Une épicerie solidaire", "summary": "Depuis 2018, une épicerie tenue par ses clients.", "raison": "La date.", "language": "fr"} {
		form.Set(name, value)
	}
	if w := partner.postForm(fix, form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	waiting := must(o.db.Amendments(t.Context(), row.ID))
	if len(waiting) != 1 || waiting[0].By != journal.Visitor {
		t.Fatalf("amendments %+v", waiting)
	}
	amend := caseOf(row.ID, "/corrections/"+waiting[0].ID)
	page = editor.get(amend)
	editor.reads(page, http.StatusOK, "<del>2019", "<ins>2018", "La date.")
	form = turns(page.Body.String())
	editor.reads(editor.postForm(amend, form), http.StatusUnprocessableEntity, "choisissez ce qui reste")
	form.Set("choix.summary", "theirs")
	editor.leadsTo(editor.postForm(amend, form), here)
	editor = o.as(o.newPerson("Pascal", "editor")) // another one publishes what the first has written
	act("/publier")
	if v := must(o.db.CaseVersion(t.Context(), row.ID, 0)); !strings.HasPrefix(v.Record.Summary, "Depuis 2018") || v.Record.Consent.By != "METI" {
		t.Errorf("the record is %+v", v.Record)
	}
	editor.reads(editor.get(here+"/histoire?de=2&a=3"), http.StatusOK, "de la version 2 à la version 3")
}

// TestTwoEditors: the second sees what the first has changed, settles what both
// did, and overwrites nothing.
func TestTwoEditors(t *testing.T) {
	o := newOffice(t)
	one, two := o.newPerson("Une", "editor"), o.newPerson("Deux", "editor")
	row := o.newCase(journal.PersonActor(one.ID), "Titre", casestudy.Draft)
	path := caseOf(row.ID, "/modifier")
	b, c := o.as(one), o.as(two)
	first, second := turns(b.get(path).Body.String()), turns(c.get(path).Body.String())
	for name, value := range map[string]string{"faire": "enregistrer", "title": "Titre d’une", "summary": "Un résumé.", "sections.context": "Le contexte.", "language": "fr"} {
		first.Set(name, value)
	}
	b.leadsTo(b.postForm(path, first), caseOf(row.ID, ""))
	for name, value := range map[string]string{"faire": "enregistrer", "title": "Titre de deux", "summary": "Un résumé plus long.", "language": "fr"} {
		second.Set(name, value)
	}
	w := c.postForm(path, second)
	c.reads(w, http.StatusConflict, "Une a enregistré cette fiche", "Titre d’une", "Titre de deux", "Un résumé plus long.", "Le contexte.", `name="choix.title"`)
	if v := must(o.db.CaseVersion(t.Context(), row.ID, 0)); v.Record.Title != "Titre d’une" {
		t.Fatalf("overwritten: %+v", v.Record)
	}
	third := turns(w.Body.String())
	for name, value := range map[string]string{"faire": "enregistrer", "title": "Titre de deux", "summary": "Un résumé plus long.", "sections.context": "Le contexte.", "language": "fr",
		clashInput: `{"Field":"title","Base":"Titre","Mine":"Titre de deux","Theirs":"Titre d’une"}`} {
		third.Set(name, value)
	}
	c.reads(c.postForm(path, third), http.StatusUnprocessableEntity, "choisissez ce qui reste")
	third.Set("choix.title", "theirs")
	c.leadsTo(c.postForm(path, third), caseOf(row.ID, ""))
	v := must(o.db.CaseVersion(t.Context(), row.ID, 0))
	if v.Record.Title != "Titre d’une" || v.Record.Summary != "Un résumé plus long." || v.Record.Sections["context"] != "Le contexte." {
		t.Errorf("the record is %+v", v.Record)
	}
}

// TestStrangePicture: a form cannot show what is kept for being named in it.
func TestStrangePicture(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Édith", "editor"))
	secret := must(o.db.PutArtifact(t.Context(), "essai", []byte("a;b\n1;2\n"), o.now))
	w := b.post(caseNew, "faire", "enregistrer", "title", "T", "media.1.artifact", secret, "media.1.type", "image/png", "media.1.width", "1", "media.1.height", "1")
	b.reads(w, http.StatusUnprocessableEntity, "n’est pas de celles")
}

// TestContributeIsForEverybody: a secret link asks for no account, and for
// nothing else than itself.
func TestContributeIsForEverybody(t *testing.T) {
	if !(&account.Person{}).May(account.ContributeCase, account.Object{}) {
		t.Error("nobody may contribute")
	}
}
