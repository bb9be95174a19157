package observatory_test

import (
	"strings"
	"testing"
	"time"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// shown publishes a case of this title, and returns it.
func shown(t *testing.T, w *observatory.Walk, title string) store.CaseRow {
	t.Helper()
	row, err := w.DB.CreateCase(t.Context(), store.CaseInput{Record: casestudy.Record{Text: casestudy.Text{Title: title}, Language: "fr", Domains: []string{"EMP"}},
		State: casestudy.Submitted, By: journal.LocalActor("essai")}, w.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func(store.CaseTurn) (store.CaseRow, error){
		func(turn store.CaseTurn) (store.CaseRow, error) { return w.DB.TakeCase(t.Context(), turn) },
		func(turn store.CaseTurn) (store.CaseRow, error) {
			return w.DB.PublishCase(t.Context(), turn, "2027-03-12")
		},
	} {
		if row, err = step(turn(w, row)); err != nil {
			t.Fatal(err)
		}
	}
	return row
}

func turn(w *observatory.Walk, row store.CaseRow) store.CaseTurn {
	return store.CaseTurn{ID: row.ID, Version: row.Version, By: journal.LocalActor("essai"), At: w.Now}
}

// changeOf is what a list says of cases, "" when nothing.
func changeOf(list []edition.Change) string {
	for _, c := range list {
		if c.Kind == edition.RoleCase {
			return strings.ReplaceAll(c.FR, " ", " ") + " " + c.EN
		}
	}
	return ""
}

// TestAnEditionFreezesItsCases: what is published, withdrawn or changed after an
// edition is composed is not in it, and the next one counts it.
func TestAnEditionFreezesItsCases(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	lib := observatory.NewLibrary(w.DB)
	before, err := lib.Edition(t.Context(), "2026-1", w.Now)
	if err != nil {
		t.Fatal(err)
	}
	had := 0 // in an edition older than the base
	if before.Cases != nil {
		had = before.Cases.Len()
	}
	a := shown(t, w, "Une ressourcerie")
	shown(t, w, "Un verger partagé")
	would, err := w.Compose(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := changeOf(would.Changes); !strings.Contains(got, "2 ajoutées, aucune retirée, aucune modifiée") || !strings.Contains(got, "2 added") {
		t.Errorf("composing says %q", got)
	}
	second, err := w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.Compose(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := changeOf(again.Changes); got != "" {
		t.Errorf("nothing has changed, composing says %q", got)
	}
	if _, err := w.DB.ArchiveCase(t.Context(), turn(w, a), "terminée"); err != nil {
		t.Fatal(err)
	}
	shown(t, w, "Un troisième lieu")
	w.Now = w.Now.Add(time.Hour)
	if _, err := w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: w.Now}); err != nil {
		t.Fatal(err)
	}
	frozen, err := observatory.Load(t.Context(), w.DB, second.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := frozen.Cases.Entry(a.ID); !ok || frozen.Cases.Len() != had+2 {
		t.Errorf("the edition has %d cases, want those of its moment (%d)", frozen.Cases.Len(), had+2)
	}
	last, err := lib.Edition(t.Context(), "", w.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := last.Cases.Entry(a.ID); ok || last.Cases.Len() != had+2 {
		t.Errorf("the next edition has %d cases, one of them withdrawn", last.Cases.Len())
	}
	if got := changeOf(last.Manifest.Changes); !strings.Contains(got, "une ajoutée, une retirée, aucune modifiée") {
		t.Errorf("the next edition says %q", got)
	}
}
