package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// samplePreview is the synthetic edition of any manifest.
func samplePreview(_ context.Context, manifest string) (*edition.Content, error) {
	return &edition.Content{Manifest: &edition.Manifest{Number: "2026-7", Date: "2026-11-24", Supersedes: "2026-2"}, ID: manifest}, nil
}

// propose keeps a synthetic edition proposed by somebody, empty but for what a
// manifest must have.
func (o *office) propose(by journal.Actor, number, supersedes string, embargo time.Time) store.ProposalRow {
	o.Helper()
	m := &edition.Manifest{Number: number, Date: "2026-11-24", Embargo: embargo, Supersedes: supersedes,
		Changes: []edition.Change{{Kind: "none", FR: "Mêmes données synthétiques.", EN: "Same synthetic data."}}}
	row, err := o.db.PutProposal(o.Context(), store.ProposalInput{EditionInput: store.EditionInput{Number: number, Title: "Édition " + number,
		PublishedAt: m.Date, EmbargoAt: embargo, Manifest: must(m.Encode()), Supersedes: supersedes, CreatedAt: o.now, By: by}, Note: "à relire"})
	if err != nil {
		o.Fatal(err)
	}
	return row
}

// approved approves a proposal in the name of somebody who is nobody here.
func (o *office) approved(p store.ProposalRow) {
	o.Helper()
	if _, err := o.db.Approve(o.Context(), store.Approval{ID: p.ID, By: journal.PersonActor("approver")}, o.now); err != nil {
		o.Fatal(err)
	}
}

func init() { examples = append(examples, editionExamples) }

// editionExamples are an edition in each state that it can be in.
func editionExamples(o *office) map[string][]example {
	by := journal.PersonActor("proposer")
	first := o.propose(by, "2026-1", "", o.now)
	o.approved(first)
	second := o.propose(by, "2026-2", "2026-1", o.now)
	o.approved(second)
	later := o.propose(by, "2026-3", "2026-2", o.now.Add(time.Hour))
	o.approved(later)
	open := o.propose(by, "2026-4", "2026-3", o.now.Add(2*time.Hour))
	no := o.propose(by, "2026-5", "2026-3", o.now.Add(2*time.Hour))
	if err := o.db.Refuse(o.Context(), journal.PersonActor("approver"), no.ID, "non", o.now); err != nil {
		o.Fatal(err)
	}
	back := o.propose(by, "2026-6", "2026-3", o.now.Add(2*time.Hour))
	if err := o.db.Withdraw(o.Context(), by, back.ID, o.now); err != nil {
		o.Fatal(err)
	}
	all := map[string][]example{}
	for _, x := range []struct {
		key   string
		state account.State
	}{{first.ID, account.Superseded}, {second.ID, account.Public}, {"2026-2", account.Public}, {later.ID, account.Embargoed}, {"2026-3", account.Embargoed},
		{open.ID, account.Proposed}, {no.ID, account.Refused}, {back.ID, account.Withdrawn}} {
		object := account.Object{State: x.state, By: "proposer"}
		at := editionPath + "/" + x.key
		for pattern, path := range map[string]string{"GET ": "", "GET /indice": "/indice", "GET /apercu": "/apercu", "GET /apercu/{page...}": "/apercu/territoires/DEP-SY", "POST /approuver": "/approuver",
			"POST /refuser": "/refuser", "POST /retirer": "/retirer", "POST /rappeler": "/rappeler", "POST /erratum": "/erratum"} {
			method, below, _ := strings.Cut(pattern, " ")
			full := method + " " + editionPath + "/{id}" + below
			all[full] = append(all[full], example{Path: at + path, Object: object})
		}
	}
	return all
}

// TestEditionTwoPersons: proposed by one, seen in preview, not approved by the
// same, approved by another, once.
func TestEditionTwoPersons(t *testing.T) {
	o := newOffice(t)
	anne, luc := o.newPerson("Anne", "publisher"), o.newPerson("Luc", "publisher")
	p := o.propose(journal.PersonActor(anne.ID), "2026-7", "", o.now.Add(time.Hour))
	at := editionPath + "/" + p.ID
	a, b := o.as(anne), o.as(luc)
	a.want(a.get(at), 200, "une autre personne doit l’approuver", "Mêmes données synthétiques", "à relire", "Retirer la proposition")
	if strings.Contains(a.get(at).Body.String(), "/approuver") {
		t.Error("the proposer is offered to approve")
	}
	a.want(a.post(at+"/approuver"), 404)
	a.want(a.post(at+"/refuser", "motif", "non"), 404)
	b.want(b.get(homePath), 200, "Édition 2026-7, proposée par Anne")
	b.want(b.get(at), 200, at+"/approuver", "Anne")
	b.want(b.post(at+"/refuser", "motif", " "), 422, "n refus a un motif")
	b.want(b.post(at+"/retirer"), 403)
	b.leadsTo(b.post(at+"/approuver"), at)
	b.want(b.get(at), 200, "sous embargo", "Approuvée par", "Luc", "Rappeler")
	b.want(b.post(at+"/approuver"), 404)
	b.want(b.post(at+"/rappeler", "motif", ""), 422, "n rappel a un motif")
	a.leadsTo(a.post(at+"/rappeler", "motif", "erreur"), at)
	a.want(a.get(at), 200, "rappelée", "erreur")
}

// TestPreview: the pages of a proposal, in every form, for those who may; links
// stay inside, nothing is kept, nobody else sees anything.
func TestPreview(t *testing.T) {
	o := newOffice(t)
	p := o.propose(journal.PersonActor("x"), "2026-7", "", o.now)
	b := o.as(o.newPerson("Lise", "reader"))
	at := editionPath + "/" + p.ID + "/apercu"
	w := b.get(at + "/territoires/DEP-SY")
	b.want(w, 200, "Aperçu de l’édition 2026-7", `href="`+at+`/domaines/EMP"`, `href="`+at+`/territoires"`, `content="noindex"`, `href="/en`+at+`/territoires/DEP-SY"`)
	for _, leak := range []string{`href="/domaines`, `href="/territoires`, "/editions/2026-7"} {
		if strings.Contains(w.Body.String(), leak) {
			t.Errorf("a link leads out of the preview: %s", leak)
		}
	}
	for _, path := range []string{"", ".json", "/index.json", "/territoires/DEP-SY.json", "/territoires/DEP-SY.csv?figure=series", "/territoires/DEP-SY.svg?figure=rang",
		"/territoires/DEP-SY.embed?figure=rang", "/editions", "/recherche?q=x"} {
		w := b.get(at + path)
		h := w.Header()
		if w.Code != 200 || h.Get("Cache-Control") != "no-store" || h.Get("ETag") != "" || h.Get("Access-Control-Allow-Origin") != "" || h.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: %d %v", path, w.Code, h)
		}
		if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "frame-ancestors *") {
			t.Errorf("%s: %s", path, csp)
		}
	}
	b.want(b.get(at+"/territoires/DEP-SY.pdf"), 404) // no printer here
	b.want(b.get(at+"/rien"), 404)
	b.want(b.get(at+"/territoires/ABSENT"), 404)
	b.want(b.get("/en"+at+"/domaines"), 200, "Preview of edition 2026-7")
	n := o.nobody()
	if w := n.get(at + "/territoires/DEP-SY"); w.Code != 303 {
		t.Errorf("nobody: %d", w.Code)
	}
	if w := n.get(at + "/territoires/DEP-SY.json"); w.Code != 401 {
		t.Errorf("nobody, JSON: %d", w.Code)
	}
	c := o.as(o.newPerson("Contributrice", "contributor"))
	c.want(c.get(at), 404)
	for _, path := range []string{"/", "/editions", "/sitemap.xml", "/sitemap/pages.xml", "/robots.txt", "/editions/2026-7", "/recherche?q=2026-7"} {
		if w := n.get(path); strings.Contains(w.Body.String(), "apercu") || strings.Contains(w.Body.String(), p.ID) {
			t.Errorf("%s tells of the preview", path)
		}
	}
	if s := o.shelf; s.size > 0 {
		for key := range s.held {
			if strings.Contains(key, "2026-7") {
				t.Errorf("on the shelf: %s", key)
			}
		}
	}
}

// TestErratumPage: an editor writes an erratum in both languages; nothing is
// lost when one is missing.
func TestErratumPage(t *testing.T) {
	o := newOffice(t)
	p := o.propose(journal.PersonActor("x"), "2026-7", "", o.now)
	o.approved(p)
	b := o.as(o.newPerson("Lise", "editor"))
	at := editionPath + "/2026-7"
	b.want(b.post(at+"/erratum", "erratum_fr", "Le taux <b>était</b> faux.", "erratum_en", ""), 422, "qu’en une langue", "Le taux &lt;b&gt;était&lt;/b&gt; faux.")
	b.leadsTo(b.post(at+"/erratum", "erratum_fr", "Le taux était faux.", "erratum_en", "The rate was wrong."), at)
	b.want(b.get(at), 200, "Le taux était faux.", "L’erratum est publié")
	e, err := o.db.Edition(t.Context(), "2026-7")
	if err != nil || len(observatory.Errata(&e, []store.EditionRow{e}, o.now)) != 1 {
		t.Errorf("%+v, %v", e.Errata, err)
	}
}

// TestEmbargoForm: the hour is that of Paris; what is wrong is said beside its
// field and nothing is lost.
func TestEmbargoForm(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Anne", "analyst"))
	b.want(b.get(composePath), 200, "ne peut pas être proposée maintenant")
	for _, k := range []struct{ day, hour, said string }{
		{"2027-03-28", "2:30", "n’existe pas"}, {"2026-11-23", "10:00", "est passé"}, {"2027-02-29", "8h", "n’est pas un instant"}, {"", "08:00", "n’est pas un instant"},
	} {
		w := b.post(composePath, "numero", "2026-1", "jour", "2026-11-24", "embargo_jour", k.day, "embargo_heure", k.hour, "note", "garder ce mot")
		b.want(w, 422, k.said, "garder ce mot")
	}
	w := b.post(composePath, "numero", "2026-1", "jour", "demain", "erratum_fr", "faux")
	b.want(w, 422, "e n’est pas un jour")
	b.want(b.post(composePath, "numero", "2026-1", "jour", "2026-11-24"), 409, "ucun indice")
	for from, to := range map[string]string{"8:00": "08:00", "8h": "08:00", "8 h 30": "08:30", "20:15": "20:15", "": "0:00"} {
		if got := clock(from); got != to && from != "" {
			t.Errorf("%q is %q; want %q", from, got, to)
		}
	}
}

// TestEditionPreparing: the address of a proposal to come shows its run, to those
// who will see the proposal; cancelled, the page says so and leads on.
func TestEditionPreparing(t *testing.T) {
	o := newOffice(t)
	anne := o.newPerson("Anne", "publisher")
	in := store.RunInput{Kind: observatory.ProposeRun, What: "édition 2026-7", Args: struct{}{}, By: journal.PersonActor(anne.ID), Event: store.ProposalEvent("abc")}
	run, err := o.db.Enqueue(t.Context(), in, o.now)
	if err != nil {
		t.Fatal(err)
	}
	at := editionPath + "/abc"
	b := o.as(anne)
	b.want(b.get(at), 200, "L’édition se prépare", "édition 2026-7", runPath+"/"+run+"/annuler", `data-progress="`+at+`.json"`)
	b.want(b.get(at+".json"), 200, `"ended": false`)
	b.want(b.get(composePath), 200, "Une proposition se prépare")
	b.want(b.post(at+"/approuver"), 404)
	b.want(b.get(at+"/apercu"), 404)
	b.want(b.get(editionPath+"/abd"), 404)
	c := o.as(o.newPerson("Contributrice", "contributor"))
	c.want(c.get(at), 404)
	b.leadsTo(b.post(runPath+"/"+run+"/annuler"), runPath+"/"+run)
	b.want(b.get(at), 200, "annulé", composePath)
	b.want(b.get(at+".json"), 200, `"ended": true`)
}
