package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/store"
	"vigie/store/storetest"
)

// TestDeliveryFromAddress: a delivery is there before its file; the file comes
// once, and not at all to one that was set aside.
func TestDeliveryFromAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		ask := func() store.DeliveryRow {
			row, err := db.PutDelivery(ctx, store.DeliveryInput{FileName: "a.csv", Origin: "https://exemple.test/a.csv", By: sender, Run: runOf("fetch")}, sentAt)
			if err != nil || row.Arrived() || row.Gone() || row.File != "" || row.FetchRun == "" || row.Origin == "" {
				t.Fatalf("%+v, %v", row, err)
			}
			return row
		}
		row := ask()
		conflict := func(what string, err error) {
			t.Helper()
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v; want a conflict", what, err)
			}
		}
		_, err := db.SetReading(ctx, sender, row.ID, row.Version, store.Reading{}, runOf("check"), sentAt)
		conflict("read before it is there", err)
		_, err = db.KeepDelivery(ctx, sender, row.ID, row.Version, runOf("keep"), sentAt)
		conflict("kept before it is there", err)
		_, err = db.FetchAgain(ctx, sender, row.ID, row.Version, runOf("fetch"), sentAt)
		conflict("asked for twice", err)

		end(t, db, row.FetchRun, job.Outcome{State: job.Failed, What: "réponse 404", At: sentAt})
		if _, err = db.FetchAgain(ctx, other, row.ID, 9, runOf("fetch"), sentAt); !isChanged(err) {
			t.Errorf("another version: %v; want who changed it", err)
		}
		failed := row.FetchRun
		if row, err = db.FetchAgain(ctx, other, row.ID, row.Version, runOf("fetch"), sentAt); err != nil || row.Version != 2 || row.FetchRun == failed {
			t.Fatalf("%+v, %v", row, err)
		}
		in := store.Arrived{FileName: "b.csv", File: bytes.NewReader([]byte("a;b\n")), Reading: store.Reading{Kind: store.Observation, Name: "b", Description: []byte("name = 'b'")}, Run: runOf("check")}
		for range 2 { // done again after a halt
			if err := db.DeliveryArrived(ctx, sender, row.ID, in, sentAt); err != nil {
				t.Fatal(err)
			}
		}
		if row, err = db.Delivery(ctx, row.ID); err != nil || row.Size != 4 || row.FileName != "b.csv" || row.CheckRun == "" || row.Name != "b" || row.Version != 4 {
			t.Fatalf("%+v, %v", row, err)
		}
		_, err = db.FetchAgain(ctx, sender, row.ID, row.Version, runOf("fetch"), sentAt)
		conflict("fetched once there", err)

		gone := ask()
		if err := db.DiscardDelivery(ctx, sender, gone.ID, gone.Version, sentAt); err != nil {
			t.Fatalf("discarded on its way: %v", err)
		}
		if err := db.DeliveryArrived(ctx, sender, gone.ID, in, sentAt); err != nil {
			t.Fatal(err)
		}
		if gone, err = db.Delivery(ctx, gone.ID); err != nil || gone.File != "" || gone.State != account.Withdrawn || gone.CheckRun != "" {
			t.Errorf("%+v, %v; want no file", gone, err)
		}
		in.File = bytes.NewReader(nil)
		if err := db.DeliveryArrived(ctx, sender, ask().ID, in, sentAt); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an empty file: %v", err)
		}
		if left, err := db.Allowance(ctx, sender, sentAt); err != nil || left != store.MostSent-4 {
			t.Errorf("%d bytes may come, %v", left, err)
		}
	})
}

func isChanged(err error) bool {
	_, ok := errors.AsType[*store.Changed](err)
	return ok
}

// end takes a run and settles it.
func end(t *testing.T, db *store.DB, id string, o job.Outcome) {
	t.Helper()
	table := db.RunTable("fetch", "check", "keep")
	task, ok, err := table.TakeRun(t.Context(), id, "h", sentAt, sentAt.Add(time.Minute))
	if err != nil || !ok {
		t.Fatalf("run %s not taken: %v", id, err)
	}
	if _, ok, err := table.TakeRun(t.Context(), id, "other", sentAt, sentAt.Add(time.Minute)); ok || err != nil {
		t.Errorf("taken twice: %v", err)
	}
	if err := table.Settle(t.Context(), task, o, sentAt); err != nil {
		t.Fatal(err)
	}
}

// TestScratch: what is on its way in has no name.
func TestScratch(t *testing.T) {
	db := storetest.Open(t)
	f, err := db.Scratch()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("abc")); err != nil || f.Size() != 3 {
		t.Errorf("%d bytes, %v", f.Size(), err)
	}
	if left := bucketFiles(t, db); len(left) != 0 {
		t.Errorf("%v has a name", left)
	}
	row, err := db.PutDelivery(t.Context(), store.DeliveryInput{FileName: "a.csv", File: f, By: sender}, sentAt)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if b, err := db.Artifact(t.Context(), row.File); err != nil || string(b) != "abc" {
		t.Errorf("%q, %v", b, err)
	}
}

// bucketFiles lists the files of the bucket, whole or not.
func bucketFiles(t *testing.T, db *store.DB) (names []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(db.Dir(), "artifact"), func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, e.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
