package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

var (
	caseAuthor = journal.PersonActor("auteur")
	caseEditor = journal.PersonActor("éditrice")
)

// syntheticCase is a record named as what it is.
func syntheticCase(title string) casestudy.Record {
	return casestudy.Record{Text: casestudy.Text{Title: title, Sections: map[string]string{"solution": "Une solution d’essai."}}, Language: "fr",
		Domains: []string{"EMP"}, Sources: []casestudy.Source{{Title: "Source d’essai", Address: "https://exemple.invalid/" + title}}}
}

func draftCase(t *testing.T, db *store.DB, title string) store.CaseRow {
	t.Helper()
	row, err := db.CreateCase(t.Context(), store.CaseInput{Record: syntheticCase(title), By: caseAuthor, Within: []string{"COM-01001", "REG-84"}, Network: "RÉSEAU"}, at)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func turn(row store.CaseRow, by journal.Actor) store.CaseTurn {
	return store.CaseTurn{ID: row.ID, Version: row.Version, By: by, At: at.Add(time.Hour)}
}

// done is a step that must succeed.
func done(t *testing.T) func(row store.CaseRow, err error) store.CaseRow {
	return func(row store.CaseRow, err error) store.CaseRow {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
}

// publishedCase goes from nothing to the readers.
func publishedCase(t *testing.T, db *store.DB, title string) store.CaseRow {
	t.Helper()
	ctx, ok := t.Context(), done(t)
	row := draftCase(t, db, title)
	row = ok(db.SubmitCase(ctx, turn(row, caseAuthor)))
	row = ok(db.TakeCase(ctx, turn(row, caseEditor)))
	return ok(db.PublishCase(ctx, turn(row, caseEditor), "2027-03-01"))
}

// TestCaseLife: the whole life of a case, what readers see at each step, and its
// journal.
func TestCaseLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, ok := t.Context(), done(t)
		stamp := int64(0)
		seen := func(states ...casestudy.State) {
			t.Helper()
			all, now, err := db.Entries(ctx)
			var got []casestudy.State
			for _, e := range all {
				got = append(got, e.State)
				if !e.State.Public() && e.Record.Sections != nil || e.Record.Title == "" {
					t.Errorf("entry %+v", e)
				}
			}
			if d := cmp.Diff(states, got); err != nil || d != "" {
				t.Errorf("readers see %v, %v: %s", got, err, d)
			}
			if changed := len(states) > 0; changed == (now == stamp) && changed {
				t.Errorf("the stamp stays %d", now)
			}
			stamp = now
		}
		row := draftCase(t, db, "Une épicerie à Paï l’Évêque")
		_, err := db.PublishCase(ctx, turn(row, caseEditor), "")
		kindIs(t, err, fault.Conflict, "un brouillon")
		row = ok(db.SubmitCase(ctx, turn(row, caseAuthor)))
		row = ok(db.TakeCase(ctx, turn(row, caseEditor)))
		_, err = db.ReturnCase(ctx, turn(row, caseEditor), nil)
		kindIs(t, err, fault.Invalid, "sans remarque")
		row = ok(db.ReturnCase(ctx, turn(row, caseEditor), []store.CaseNoteInput{{Field: "summary", Text: " un résumé, s’il vous plaît "}}))
		if row.State != casestudy.Draft || row.ReviewedBy != caseEditor {
			t.Errorf("sent back: %+v", row)
		}
		notes, err := db.CaseNotes(ctx, row.ID)
		if err != nil || len(notes) != 1 || !notes[0].Open() || notes[0].Text != "un résumé, s’il vous plaît" || notes[0].Number != 1 {
			t.Fatalf("notes: %+v, %v", notes, err)
		}
		for range 2 {
			if err := db.SettleCaseNote(ctx, caseAuthor, row.ID, notes[0].ID, at); err != nil {
				t.Fatal(err)
			}
		}
		seen()
		record := syntheticCase("Une épicerie à Paï l’Évêque")
		record.Summary = "Le voici."
		row = ok(db.SaveCase(ctx, turn(row, caseAuthor), record, row.Within, "résumé ajouté"))
		row = ok(db.SubmitCase(ctx, turn(row, caseAuthor)))
		row = ok(db.TakeCase(ctx, turn(row, caseEditor)))
		row = ok(db.PublishCase(ctx, turn(row, caseEditor), "2027-03-01"))
		if row.Slug != "une-epicerie-a-pai-l-eveque" || row.Published != 2 || row.ReviewDue != "2027-03-01" || row.PublishedAt.IsZero() {
			t.Errorf("published: %+v", row)
		}
		seen(casestudy.Published)
		if e, _, err := db.Entries(ctx); err != nil || e[0].Record.Summary != "Le voici." || !e[0].Reviewed() {
			t.Errorf("the entry: %+v, %v", e, err)
		}
		_, err = db.PublishCase(ctx, turn(row, caseEditor), "")
		kindIs(t, err, fault.Conflict, "déjà publiée")

		record.Title = "Un autre titre"
		row = ok(db.SaveCase(ctx, turn(row, caseAuthor), record, row.Within, ""))
		if e, _, err := db.Entries(ctx); err != nil || e[0].Record.Title == record.Title || !row.Pending() {
			t.Errorf("what waits is seen: %+v, %v", e, err)
		}
		row = ok(db.FlagCase(ctx, turn(row, caseEditor), "chiffres de 2019"))
		seen(casestudy.ToUpdate)
		row = ok(db.PublishCase(ctx, turn(row, caseEditor), ""))
		if row.Slug != "une-epicerie-a-pai-l-eveque" || row.Reason != "" {
			t.Errorf("its address changed with its title: %+v", row)
		}
		row = ok(db.ConfirmCase(ctx, turn(row, caseAuthor), "2028-03-01", false))
		if row.ReviewedBy != caseEditor || row.ReviewDue != "2028-03-01" {
			t.Errorf("confirmed: %+v", row)
		}
		_, err = db.ArchiveCase(ctx, turn(row, caseEditor), " ")
		kindIs(t, err, fault.Invalid, "motif")
		row = ok(db.ArchiveCase(ctx, turn(row, caseEditor), "a cessé"))
		seen(casestudy.Archived)
		_, err = db.SaveCase(ctx, turn(row, caseAuthor), syntheticCase("non"), nil, "")
		kindIs(t, err, fault.Conflict, "archivée")
		row = ok(db.RestoreCase(ctx, turn(row, caseEditor)))
		seen(casestudy.Published)

		row = ok(db.RestoreVersion(ctx, turn(row, caseEditor), 1, row.Within))
		history, err := db.CaseHistory(ctx, row.ID)
		if err != nil || len(history) != 4 || history[0].Restores != 1 || history[0].Record.Summary != "" || history[2].Remark != "résumé ajouté" {
			t.Errorf("history: %+v, %v", history, err)
		}
		acts, err := db.Journal(ctx, store.JournalFilter{Object: "casestudy:" + row.ID})
		if err != nil || len(acts) != 16 {
			t.Errorf("%d acts, %v", len(acts), err)
		}
		if _, err := db.VerifyJournal(ctx); err != nil {
			t.Error(err)
		}
	})
}

// TestCaseChanged: of two who change one case the second is told, and nothing is
// overwritten; a record that changes nothing is no version.
func TestCaseChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, ok := t.Context(), done(t)
		row := draftCase(t, db, "Deux mains")
		same := ok(db.SaveCase(ctx, turn(row, caseEditor), syntheticCase("Deux mains"), row.Within, ""))
		if same.Version != row.Version || same.Latest != 1 {
			t.Errorf("nothing changes: %+v", same)
		}
		ok(db.SaveCase(ctx, turn(row, caseEditor), syntheticCase("Deux mains, a"), row.Within, ""))
		for name, late := range map[string]func() (store.CaseRow, error){
			"save": func() (store.CaseRow, error) {
				return db.SaveCase(ctx, turn(row, caseAuthor), syntheticCase("b"), nil, "")
			},
			"submit":  func() (store.CaseRow, error) { return db.SubmitCase(ctx, turn(row, caseAuthor)) },
			"archive": func() (store.CaseRow, error) { return db.ArchiveCase(ctx, turn(row, caseAuthor), "non") },
			"restore": func() (store.CaseRow, error) { return db.RestoreVersion(ctx, turn(row, caseAuthor), 1, nil) },
		} {
			_, err := late()
			changedBy(t, name, err, caseEditor)
		}
		if v, err := db.CaseVersion(ctx, row.ID, 0); err != nil || v.Record.Title != "Deux mains, a" || v.Number != 2 {
			t.Errorf("overwritten: %+v, %v", v, err)
		}
		_, err := db.SaveCase(ctx, turn(row, caseAuthor), casestudy.Record{}, nil, "")
		kindIs(t, err, fault.Invalid, "sans titre")
		_, err = db.Case(ctx, "rien")
		kindIs(t, err, fault.NotFound, "rien")
	})
}

func changedBy(t *testing.T, name string, err error, who journal.Actor) {
	t.Helper()
	c, is := errors.AsType[*store.Changed](err)
	if !is || c.By != who {
		t.Errorf("%s: %v; want somebody else's change", name, err)
	}
}

// TestMergeCase: addresses, notes and amendments follow; of two merges at once
// one wins, and no case leads back to itself.
func TestMergeCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, ok := t.Context(), done(t)
		a, b, c := publishedCase(t, db, "A"), publishedCase(t, db, "B"), publishedCase(t, db, "C")
		draft := draftCase(t, db, "D")
		if _, err := db.PutCaseNote(ctx, caseEditor, a.ID, store.CaseNoteInput{Text: "à voir"}, at); err != nil {
			t.Fatal(err)
		}
		amendment, err := db.PutAmendment(ctx, store.AmendmentInput{Case: a.ID, Base: 1, Record: syntheticCase("A′"), Sender: "une mairie", By: journal.Visitor}, at)
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.MergeCase(ctx, turn(a, caseEditor), a.ID)
		kindIs(t, err, fault.Invalid, "elle-même")
		_, err = db.MergeCase(ctx, turn(a, caseEditor), draft.ID)
		kindIs(t, err, fault.Conflict, "n’est pas publiée")

		var wait sync.WaitGroup
		var errs [2]error
		for i, pair := range [][2]store.CaseRow{{a, b}, {b, a}} {
			wait.Go(func() { _, errs[i] = db.MergeCase(ctx, turn(pair[0], caseEditor), pair[1].ID) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("two merges at once: %v, %v; want one to win", errs[0], errs[1])
		}
		won, lost := a, b
		if errs[1] == nil {
			won, lost = b, a
		}
		kindIs(t, map[bool]error{true: errs[1], false: errs[0]}[errs[0] == nil], fault.Conflict, "")
		lost = ok(db.Case(ctx, lost.ID))
		ok(db.MergeCase(ctx, turn(lost, caseEditor), c.ID)) // the one that is left goes too: chains have one link
		for _, row := range []store.CaseRow{won, lost} {
			if got := ok(db.Case(ctx, row.ID)); got.State != casestudy.Merged || got.MergedInto != c.ID {
				t.Errorf("%s leads to %s, want %s", row.Title, got.MergedInto, c.ID)
			}
		}
		notes, err := db.CaseNotes(ctx, c.ID)
		moved, err2 := db.Amendment(ctx, amendment.ID)
		if err != nil || err2 != nil || len(notes) != 1 || moved.Case != c.ID || moved.BaseCase != a.ID {
			t.Errorf("what follows: %+v, %+v, %v, %v", notes, moved, err, err2)
		}
		c = ok(db.Case(ctx, c.ID))
		_, err = db.MergeCase(ctx, turn(c, caseEditor), a.ID)
		kindIs(t, err, fault.Conflict, "réunie")
	})
}

// TestAmendment: proposed by a visitor, made a version by an editor, once.
func TestAmendment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, ok := t.Context(), done(t)
		row := publishedCase(t, db, "E")
		in := store.AmendmentInput{Case: row.ID, Base: 1, Record: syntheticCase("E, revue"), Sender: " une mairie ", Remark: "le nom a changé", By: journal.Visitor}
		for range 2 {
			if _, err := db.PutAmendment(ctx, in, at); err != nil {
				t.Fatal(err)
			}
		}
		waiting, err := db.Amendments(ctx, "")
		if err != nil || len(waiting) != 2 || waiting[0].Sender != "une mairie" {
			t.Fatalf("waiting: %+v, %v", waiting, err)
		}
		row = ok(db.MergeAmendment(ctx, turn(row, caseEditor), waiting[0].ID, in.Record, row.Within))
		if !row.Pending() || row.Title != "E, revue" {
			t.Errorf("merged: %+v", row)
		}
		_, err = db.MergeAmendment(ctx, turn(row, caseEditor), waiting[0].ID, syntheticCase("encore"), nil)
		kindIs(t, err, fault.Conflict, "déjà une réponse")
		if got := ok(db.Case(ctx, row.ID)); got.Latest != 2 {
			t.Errorf("a merge that failed left version %d", got.Latest)
		}
		kindIs(t, db.RefuseAmendment(ctx, caseEditor, row.ID, waiting[1].ID, "", at), fault.Invalid, "motif")
		if err := db.RefuseAmendment(ctx, caseEditor, row.ID, waiting[1].ID, "déjà repris", at); err != nil {
			t.Error(err)
		}
		kindIs(t, db.RefuseAmendment(ctx, caseEditor, row.ID, "rien", "non", at), fault.NotFound, "rien")
		in.Case = draftCase(t, db, "F").ID
		_, err = db.PutAmendment(ctx, in, at)
		kindIs(t, err, fault.Conflict, "brouillon")
	})
}

// TestCaseLink: a link serves as often and as long as it was made for, and does
// not say why it serves no more.
func TestCaseLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		hash := strings.Repeat("ab", 32)
		link, err := db.PutCaseLink(ctx, store.CaseLinkInput{Hash: hash, Label: "pour un réseau d’essai", Network: "RÉSEAU", Expires: at.Add(24 * time.Hour), Quota: 2, By: caseEditor}, at)
		if err != nil {
			t.Fatal(err)
		}
		contribute := func(n int, now time.Time) error {
			_, err := db.CreateCase(ctx, store.CaseInput{Record: syntheticCase(fmt.Sprint("par lien ", n)), State: casestudy.Submitted, Network: link.Network, Link: hash,
				By: journal.LinkActor(link.ID), Contributor: store.Contributor{Name: "Essai", Mail: "essai@exemple.invalid", Lang: "fr"}}, now)
			return err
		}
		for n := range 2 {
			if err := contribute(n, at); err != nil {
				t.Fatal(err)
			}
		}
		kindIs(t, contribute(3, at), fault.Denied, "ne sert plus")
		if all, err := db.Cases(ctx, store.CaseFilter{States: []casestudy.State{casestudy.Submitted}, Network: &link.Network}); err != nil || len(all) != 2 || all[0].Link != link.ID {
			t.Errorf("handed in: %+v, %v", all, err)
		}
		_, err = db.CaseLinkOf(ctx, hash, at)
		kindIs(t, err, fault.Denied, "ne sert plus")
		_, err = db.CaseLinkOf(ctx, strings.Repeat("cd", 32), at)
		kindIs(t, err, fault.Denied, "ne sert plus")
		for range 2 {
			if err := db.RevokeCaseLink(ctx, caseEditor, link.ID, at); err != nil {
				t.Error(err)
			}
		}
		if n, err := db.ForgetContributors(ctx, caseEditor, "essai@exemple.invalid", at); err != nil || n != 2 {
			t.Errorf("forgot %d, %v", n, err)
		}
	})
}

// TestCaseObject: a contributor of a network or a region reaches its cases, and
// nobody reviews what they wrote.
func TestCaseObject(t *testing.T) {
	row := store.CaseRow{State: casestudy.Submitted, Network: "RÉSEAU", Within: []string{"REG-84"}, Author: caseAuthor, Writer: caseEditor}
	may := func(id string, g account.Grant, a account.Action) bool {
		p := account.Person{ID: id, Grants: []account.Grant{g}}
		return p.May(a, row.Object())
	}
	for scope, want := range map[string]bool{"": true, "reseau:RÉSEAU": true, "REG-84": true, "reseau:AUTRE": false, "REG-76": false} {
		if got := may("x", account.Grant{Role: account.Contributor, Scope: scope}, account.ReadCase); got != want {
			t.Errorf("scope %q reads: %v", scope, got)
		}
	}
	editor := account.Grant{Role: account.Editor}
	if may("auteur", editor, account.ReviewCase) || !may("éditrice", editor, account.ReviewCase) {
		t.Error("reviewing is somebody else's")
	}
	row.State, row.Published = casestudy.Published, 1
	if may("éditrice", editor, account.PublishCase) || !may("auteur", editor, account.PublishCase) {
		t.Error("publishing what waits is somebody else's than its writer's")
	}
}
