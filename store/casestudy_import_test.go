package store_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

func delivered(n int, change string) store.CaseDelivery {
	d := store.CaseDelivery{Network: "RÉSEAU", By: caseAuthor, Remark: "essai"}
	for i := range n {
		r := syntheticCase(fmt.Sprintf("Fiche %d%s", i, change))
		d.Rows = append(d.Rows, store.DeliveredCase{ExternalID: fmt.Sprint("x", i), Record: r, Brought: r})
	}
	return d
}

// TestBringCases: all or none; brought again they are changed where they stand;
// a base that was shown elsewhere is shown at once, unread.
func TestBringCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		d := delivered(3, "")
		d.Publish = true
		d.Rows[2].Slug = d.Rows[1].Record.Title
		if err := db.BringCases(ctx, d, at); err != nil {
			t.Fatal(err)
		}
		entries, stamp, err := db.Entries(ctx)
		if err != nil || len(entries) != 3 || stamp != 1 || entries[2].Slug != "fiche-1-2" || entries[0].Reviewed() || entries[0].ExternalID != "x0" {
			t.Fatalf("shown: %+v, %d, %v", entries, stamp, err)
		}
		again := delivered(3, "")
		kindIs(t, db.BringCases(ctx, again, at), fault.Conflict, "a déjà une fiche")

		standing, err := db.CaseStandings(ctx, "RÉSEAU")
		if err != nil || len(standing) != 3 || standing["x1"].Moved || standing["x1"].Newest.Title != "Fiche 1" {
			t.Fatalf("standing: %+v, %v", standing, err)
		}
		change := delivered(4, " changée")
		for i := range change.Rows[:3] {
			s := standing[change.Rows[i].ExternalID]
			change.Rows[i].ID, change.Rows[i].Version = s.ID, s.Version
		}
		change.Rows[0].Notes = []store.CaseNoteInput{{Field: "title", Text: "le réseau propose un autre titre"}}
		change.Rows[1].Version = 7
		err = db.BringCases(ctx, change, at)
		if _, ok := errors.AsType[*store.Changed](err); !ok {
			t.Fatalf("an old version: %v", err)
		}
		if all, err := db.Cases(ctx, store.CaseFilter{}); err != nil || len(all) != 3 {
			t.Errorf("something is half brought: %d, %v", len(all), err)
		}
		change.Rows[1].Version = standing["x1"].Version
		if err := db.BringCases(ctx, change, at); err != nil {
			t.Fatal(err)
		}
		row, err := db.Case(ctx, standing["x0"].ID)
		if err != nil || !row.Pending() || row.State != casestudy.Published {
			t.Errorf("changed: %+v, %v", row, err)
		}
		if notes, err := db.CaseNotes(ctx, row.ID); err != nil || len(notes) != 1 || notes[0].Number != 2 {
			t.Errorf("notes: %+v, %v", notes, err)
		}
		fresh, err := db.Cases(ctx, store.CaseFilter{States: []casestudy.State{casestudy.Submitted}})
		if err != nil || len(fresh) != 1 || fresh[0].ExternalID != "x3" {
			t.Errorf("new: %+v, %v", fresh, err)
		}
		if s, err := db.CaseStandings(ctx, "AUTRE"); err != nil || len(s) != 0 {
			t.Errorf("another network: %v, %v", s, err)
		}
	})
}

// TestBringMany brings many cases at once: ten thousand with VIGIE_LONG=1, whose
// time is told.
func TestBringMany(t *testing.T) {
	n := 300
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := delivered(n, "")
		d.Publish = true
		began := time.Now()
		if err := db.BringCases(t.Context(), d, at); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d cases brought in %v", n, time.Since(began))
		began = time.Now()
		if all, _, err := db.Entries(t.Context()); err != nil || len(all) != n {
			t.Fatal(len(all), err)
		}
		t.Logf("read in %v", time.Since(began))
	})
}
