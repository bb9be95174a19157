package store_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

var (
	sender = journal.PersonActor("aaaaaaaaaaaaaaaaaaaaaaaaaa")
	other  = journal.PersonActor("bbbbbbbbbbbbbbbbbbbbbbbbbb")
	sentAt = time.Date(2026, 3, 12, 7, 0, 0, 0, time.UTC)
)

// send puts a file of these bytes.
func send(t *testing.T, db *store.DB, text string) store.DeliveryRow {
	t.Helper()
	row, err := db.PutDelivery(t.Context(), store.DeliveryInput{FileName: "a.csv", File: bytes.NewReader([]byte(text)), Scope: "DEP-31", Within: []string{"DEP-31", "REG-76"}, By: sender}, sentAt)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// runOf is the run of a kind about a delivery.
func runOf(kind string) store.RunOf {
	return func(id string, version int) store.RunInput {
		return store.RunInput{Kind: kind, What: "a.csv", Args: []any{id, version}}
	}
}

func TestDelivery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		row := send(t, db, "a;b\n1;2\n")
		if row.State != account.Sent || len(row.Within) != 2 || row.Size != 8 || row.Version != 1 {
			t.Fatalf("%+v", row)
		}
		check := runOf("check")
		row, err := db.SetReading(t.Context(), sender, row.ID, 1, store.Reading{Kind: store.Observation, Name: "a", Description: []byte("name = 'a'")}, check, sentAt)
		if err != nil || row.CheckRun == "" || row.Description == "" || row.Version != 2 {
			t.Fatalf("%+v, %v", row, err)
		}
		// Somebody else looks at the first version: told who, nothing changed.
		_, err = db.SetReading(t.Context(), other, row.ID, 1, store.Reading{Kind: store.Catalogue, Name: "b"}, check, sentAt)
		if c, ok := errors.AsType[*store.Changed](err); !ok || c.By != sender {
			t.Fatalf("%v; want who changed it", err)
		}
		if row, err = db.KeepDelivery(t.Context(), sender, row.ID, 2, runOf("keep"), sentAt); err != nil || row.KeepRun == "" {
			t.Fatalf("%+v, %v", row, err)
		}
		if err := db.DiscardDelivery(t.Context(), sender, row.ID, row.Version, sentAt); fault.KindOf(err) != fault.Conflict {
			t.Errorf("discarded while it is being kept: %v", err)
		}
		if _, err := db.KeepDelivery(t.Context(), other, row.ID, row.Version, runOf("keep"), sentAt); fault.KindOf(err) != fault.Conflict {
			t.Errorf("kept twice: %v", err)
		}
		kept := putReference(t, db, "n", "1", nil)
		for range 2 {
			if err := db.DeliveryKept(t.Context(), sender, row.ID, kept.ID, sentAt); err != nil {
				t.Fatal(err)
			}
		}
		if row, err = db.Delivery(t.Context(), row.ID); err != nil || row.State != account.Kept || row.Dataset != kept.ID {
			t.Fatalf("%+v, %v", row, err)
		}
		if err := db.DiscardDelivery(t.Context(), sender, row.ID, row.Version, sentAt); fault.KindOf(err) != fault.Conflict {
			t.Errorf("discarded once kept: %v", err)
		}
		acts, err := db.Journal(t.Context(), store.JournalFilter{Object: "delivery:" + row.ID})
		if err != nil || len(acts) != 4 {
			t.Errorf("%d entries, %v; want sent, read, keep, kept", len(acts), err)
		}
		if err := db.DiscardDelivery(t.Context(), sender, "nothing", 1, sentAt); fault.KindOf(err) != fault.NotFound {
			t.Errorf("what is not there: %v", err)
		}
		gone := send(t, db, "c")
		if err := db.DiscardDelivery(t.Context(), other, gone.ID, 1, sentAt); err != nil {
			t.Fatal(err)
		}
		all, err := db.Deliveries(t.Context())
		if err != nil || len(all) != 2 {
			t.Errorf("%d deliveries, %v", len(all), err)
		}
		if _, err := db.PutDelivery(t.Context(), store.DeliveryInput{FileName: "vide", File: bytes.NewReader(nil), By: sender}, sentAt); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an empty file: %v", err)
		}
	})
}

func TestDeliveryQuota(t *testing.T) {
	db := storetest.Open(t)
	for range store.MostFiles {
		send(t, db, "même contenu")
	}
	in := store.DeliveryInput{FileName: "a", File: bytes.NewReader([]byte("b")), By: sender}
	if _, err := db.PutDelivery(t.Context(), in, sentAt); fault.KindOf(err) != fault.Conflict {
		t.Errorf("one too many: %v", err)
	}
	in.By = other
	if _, err := db.PutDelivery(t.Context(), in, sentAt); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// TestSentByPrograms: what a person and their programs send is counted together,
// and apart from everybody else's.
func TestSentByPrograms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person, near := journal.PersonActor("abc"), journal.PersonActor("abc0")
		of := func(by journal.Actor, text string) {
			t.Helper()
			in := store.DeliveryInput{FileName: "a", File: bytes.NewReader([]byte(text)), By: by}
			if _, err := db.PutDelivery(t.Context(), in, sentAt); err != nil {
				t.Fatal(err)
			}
		}
		of(person, "1")
		of(journal.TokenActor("abc", "t1"), "22")
		of(journal.TokenActor("abc", "t2"), "4444")
		of(near, "88888888")
		of(journal.TokenActor("abc0", "t3"), "88888888")
		of(journal.LocalActor("claire"), "333")
		for by, sent := range map[journal.Actor]int64{person: 7, journal.TokenActor("abc", "t1"): 7, journal.TokenActor("abc", "t9"): 7,
			near: 16, journal.LocalActor("claire"): 3, journal.LocalActor("c"): 0, journal.PersonActor("ab"): 0} {
			left, err := db.Allowance(t.Context(), by, sentAt)
			if err != nil || store.MostSent-left != sent {
				t.Errorf("%s has sent %d bytes, %v; want %d", by, store.MostSent-left, err, sent)
			}
		}
	})
}

func putReference(t *testing.T, db *store.DB, name, text string, over *string) store.DatasetRow {
	t.Helper()
	row, _, err := db.PutDataset(t.Context(), store.DatasetInput{Name: name, Kind: store.Catalogue, Source: name, Description: []byte("d"),
		FileName: name + ".csv", File: bytes.NewReader([]byte(text)), Rows: 1, ImportedAt: sentAt, By: sender, Over: over})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func TestWithdrawDataset(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		newest := func() string {
			all, err := db.Datasets(t.Context(), store.Catalogue)
			if err != nil || len(store.Current(all)) == 0 {
				t.Fatal(len(all), err)
			}
			return store.Current(all)[0].ID
		}
		a := putReference(t, db, "n", "1", nil)
		if _, err := db.WithdrawDataset(t.Context(), other, a.ID, "faux", sentAt); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the only one is withdrawn: %v", err)
		}
		b := putReference(t, db, "n", "2", &a.ID)
		if newest() != b.ID {
			t.Fatal("the last one is not the newest")
		}
		if _, err := db.WithdrawDataset(t.Context(), other, b.ID, "", sentAt); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		row, err := db.WithdrawDataset(t.Context(), other, b.ID, "mauvaise année", sentAt)
		if err != nil || !row.Withdrawn() || row.WithdrawnBy != other || row.WithdrawnFor != "mauvaise année" || newest() != a.ID {
			t.Fatalf("%+v, %v", row, err)
		}
		if _, err := db.WithdrawDataset(t.Context(), other, b.ID, "encore", sentAt); fault.KindOf(err) != fault.Conflict {
			t.Errorf("withdrawn twice: %v", err)
		}
		if row, err = db.RestoreDataset(t.Context(), sender, b.ID, sentAt); err != nil || row.Withdrawn() || newest() != b.ID {
			t.Fatalf("%+v, %v", row, err)
		}
		if _, err = db.RestoreDataset(t.Context(), sender, b.ID, sentAt); fault.KindOf(err) != fault.Conflict {
			t.Errorf("restored twice: %v", err)
		}
		if _, err := db.WithdrawDataset(t.Context(), other, b.ID, "x", sentAt); err != nil {
			t.Fatal(err)
		}
		if row = putReference(t, db, "n", "2", nil); row.Withdrawn() || newest() != b.ID {
			t.Error("imported again, it stays withdrawn")
		}
		// Two people change one file: the second is told of the first.
		_, _, err = db.PutDataset(t.Context(), store.DatasetInput{Name: "n", Kind: store.Catalogue, Source: "n", Description: []byte("d"), FileName: "n.csv",
			File: bytes.NewReader([]byte("3")), ImportedAt: sentAt, By: other, Over: &a.ID})
		if c, ok := errors.AsType[*store.Changed](err); !ok || c.By != sender {
			t.Errorf("%v; want who changed it", err)
		}
	})
}

func TestDescription(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		put := func(by journal.Actor, text string, version int) (store.DescriptionRow, error) {
			return db.PutDescription(t.Context(), store.DescriptionInput{Name: "a", Text: []byte(text), Version: version, By: by}, sentAt)
		}
		one, err := put(sender, "1", 0)
		if err != nil || one.Version != 1 {
			t.Fatal(one, err)
		}
		if same, err := put(sender, "1", 1); err != nil || same.Version != 1 {
			t.Errorf("the same text is version %d, %v", same.Version, err)
		}
		if two, err := put(other, "2", 1); err != nil || two.Version != 2 {
			t.Errorf("%+v, %v", two, err)
		}
		_, err = put(sender, "3", 1)
		if c, ok := errors.AsType[*store.Changed](err); !ok || c.By != other {
			t.Errorf("%v; want who changed it", err)
		}
		all, err := db.Descriptions(t.Context())
		versions, err2 := db.DescriptionVersions(t.Context(), "a")
		if len(all) != 1 || all[0].Version != 2 || len(versions) != 2 || err != nil || err2 != nil {
			t.Errorf("%v, %v, %v, %v", all, versions, err, err2)
		}
	})
}
