package web

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/casestudy"
	"vigie/journal"
	"vigie/observatory"
	"vigie/report"
	"vigie/store"
)

// TestAmendChoices: a value that changes is one choice, a row that comes or goes
// is one, and what both changed comes last.
func TestAmendChoices(t *testing.T) {
	base := func() casestudy.Record {
		return casestudy.Record{Text: casestudy.Text{Title: "T", Summary: "S"}, Language: "fr", Domains: []string{"EMP"},
			Actors:   []casestudy.Actor{{Name: "A", Role: "lead"}, {Name: "B"}},
			Sources:  []casestudy.Source{{Title: "Un"}, {Title: "Deux"}},
			Evidence: []casestudy.Evidence{{Claim: "x", Source: 2}}}
	}
	for name, c := range map[string]struct {
		now, sent func(*casestudy.Record)
		want      []casestudy.Conflict
	}{
		"nothing": {},
		"a text":  {sent: func(r *casestudy.Record) { r.Summary = "S2" }, want: []casestudy.Conflict{{Field: "summary", Mine: "S", Theirs: "S2"}}},
		"a part of a row": {sent: func(r *casestudy.Record) { r.Actors[0].Role = "partner" },
			want: []casestudy.Conflict{{Field: "actors.1.role", Mine: "lead", Theirs: "partner"}}},
		"a row more": {sent: func(r *casestudy.Record) { r.Actors = append(r.Actors, casestudy.Actor{Name: "C", Role: "funder"}) },
			want: []casestudy.Conflict{{Field: "actors.3", Theirs: "C · funder"}}},
		"a row less": {sent: func(r *casestudy.Record) { r.Actors = r.Actors[:1] },
			want: []casestudy.Conflict{{Field: "actors.2", Mine: "B"}}},
		"a code more": {sent: func(r *casestudy.Record) { r.Domains = append(r.Domains, "LOG") },
			want: []casestudy.Conflict{{Field: "domains.2", Theirs: "LOG"}}},
		"said on both sides": {now: func(r *casestudy.Record) { r.Summary = "S2" }, sent: func(r *casestudy.Record) { r.Summary = "S2" }},
		"both otherwise": {now: func(r *casestudy.Record) { r.Summary = "ours" }, sent: func(r *casestudy.Record) { r.Summary, r.Title = "theirs", "T2" },
			want: []casestudy.Conflict{{Field: "title", Mine: "T", Theirs: "T2"}, {Field: "summary", Base: "S", Mine: "ours", Theirs: "theirs"}}},
		"the source of a proof goes": {sent: func(r *casestudy.Record) { r.Sources, r.Evidence = r.Sources[:1], nil },
			want: []casestudy.Conflict{{Field: "evidence.1", Mine: "x · 2"}, {Field: "sources.2", Mine: "Deux"}}},
		"its source alone goes": {sent: func(r *casestudy.Record) { r.Sources, r.Evidence[0].Source = r.Sources[:1], 0 },
			want: []casestudy.Conflict{{Field: "sources.2", Mine: "Deux"}}},
		"another source is named": {sent: func(r *casestudy.Record) { r.Evidence[0].Source = 1 },
			want: []casestudy.Conflict{{Field: "evidence.1.source", Mine: "2", Theirs: "1"}}},
		"another source comes first": {sent: func(r *casestudy.Record) {
			r.Sources = []casestudy.Source{{Title: "Zéro"}, {Title: "Un"}, {Title: "Deux"}}
			r.Evidence[0].Source = 3
		}, want: []casestudy.Conflict{{Field: "sources.1", Theirs: "Zéro"}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := observatory.Amending{Base: base(), Newest: base(), Amendment: amendmentOf(base())}
			if c.now != nil {
				c.now(&a.Newest)
			}
			if c.sent != nil {
				c.sent(&a.Amendment.Record)
			}
			a.Merged, a.Conflicts = casestudy.Merge(a.Base, a.Newest, a.Amendment.Record)
			got := amendChoices(&a)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("choices: -want +got\n%s", d)
			}
			kept, faults := recordOf(amendedSheet(&a, func(string) bool { return false }), a.Merged, french)
			if d := casestudy.Diff(a.Newest, kept); len(d) > 0 || len(faults) > 0 {
				t.Errorf("nothing is taken, and the record changes: %+v %v", d, faults)
			}
			kept, faults = recordOf(amendedSheet(&a, func(string) bool { return true }), a.Merged, french)
			if d := casestudy.Diff(a.Amendment.Record, kept); len(d) > 0 || len(faults) > 0 {
				t.Errorf("all is taken, and the record is not what was sent: %+v %v", d, faults)
			}
		})
	}
}

func amendmentOf(r casestudy.Record) store.Amendment { return store.Amendment{Record: r} }

// TestAmendedByParts: what an outsider proposes is taken part by part.
func TestAmendedByParts(t *testing.T) {
	o := newOffice(t)
	row := o.newCase(journal.LocalActor("essai"), "Une halle", casestudy.Published)
	fix := practicePath + "/" + row.Slug + report.CorrectionWord
	out, in := o.nobody(), o.as(o.newPerson("Édith", "editor"))
	page := out.get(fix)
	was := must(o.db.CaseVersion(t.Context(), row.ID, 0)).Record
	out.reads(out.postForm(fix, filled(page.Body.String(), was)), http.StatusUnprocessableEntity, "changé")
	w := out.postForm(fix, filled(page.Body.String(), was, "title", "La halle", "summary", "Un autre résumé.", "actors.1.name", "Mairie", "raison", "J’y étais."))
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	amend := caseOf(row.ID, "/corrections/"+must(o.db.Amendments(t.Context(), row.ID))[0].ID)
	w = in.get(amend)
	in.reads(w, http.StatusOK, "J’y étais.", `name="choix.title"`, `name="choix.summary"`, `name="choix.actors.1"`)
	form := turns(w.Body.String())
	form.Set("choix.title", "mine")
	form.Set("choix.summary", "theirs")
	in.reads(in.postForm(amend, form), http.StatusUnprocessableEntity, "choisissez ce qui reste")
	form.Set("choix.actors.1", "theirs")
	in.leadsTo(in.postForm(amend, form), caseOf(row.ID, ""))
	got := must(o.db.CaseVersion(t.Context(), row.ID, 0)).Record
	if got.Title != "Une halle" || got.Summary != "Un autre résumé." || len(got.Actors) != 1 {
		t.Errorf("the record is %+v", got)
	}
	in.reads(in.get(amend), http.StatusOK, "reprise")
	in.want(in.postForm(amend, form), http.StatusConflict)
}
