package store_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/job"
	"vigie/store"
	"vigie/store/storetest"
)

func letter(event string) store.Letter {
	return store.Letter{Event: event, To: "essai@exemple.fr", Subject: "Invitation", Body: "https://exemple.fr/invitation/SECRET"}
}

func TestMail(t *testing.T) {
	eachRaw(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		for i, want := range []bool{true, false} {
			if fresh, err := db.PostMail(t.Context(), letter("invitation:1"), at); err != nil || fresh != want {
				t.Fatalf("PostMail #%d = %v, %v; want %v", i, fresh, err, want)
			}
		}
		table := db.MailTable()
		task, ok, err := table.Take(t.Context(), "me", at, at.Add(job.Lease))
		if err != nil || !ok {
			t.Fatalf("Take = %v, %v", ok, err)
		}
		var got store.Letter
		if err := json.Unmarshal(task.Args, &got); err != nil || got != letter("invitation:1") {
			t.Errorf("Take = %s, %v", cmp.Diff(letter("invitation:1"), got), err)
		}
		if due, err := table.Due(t.Context(), at); err != nil || due {
			t.Errorf("Due of a letter taken = %v, %v", due, err)
		}
		if err := table.Settle(t.Context(), task, job.Outcome{State: job.Waiting, What: "plus tard", At: at.Add(time.Minute)}, at); err != nil {
			t.Fatal(err)
		}
		later := at.Add(2 * time.Minute)
		if task, ok, err = table.Take(t.Context(), "me", later, later.Add(job.Lease)); err != nil || !ok || task.Attempt != 2 {
			t.Fatalf("Take again = %+v, %v, %v", task, ok, err)
		}
		if err := errors.Join(table.Hand(t.Context(), task), table.Settle(t.Context(), task, job.Outcome{State: job.Done}, later)); err != nil {
			t.Fatal(err)
		}
		if body := column(t, raw, `SELECT body FROM mail`); body != "" {
			t.Errorf("a letter sent keeps its body: %q", body)
		}
		if n, err := db.Tidy(t.Context(), later.AddDate(0, 0, 7)); err != nil || n["recipient"] != 0 {
			t.Errorf("Tidy too early = %v, %v", n, err)
		}
		if n, err := db.Tidy(t.Context(), later.AddDate(0, 0, 8)); err != nil || n["recipient"] != 1 {
			t.Errorf("Tidy = %v, %v", n, err)
		}
		all, err := db.Mail(t.Context(), 10)
		if err != nil || len(all) != 1 || all[0].To != "" || all[0].State != job.Done || all[0].EndedAt.IsZero() {
			t.Errorf("Mail = %+v, %v", all, err)
		}
		if fresh, err := db.PostMail(t.Context(), letter("invitation:1"), later); err != nil || fresh {
			t.Errorf("PostMail of an event told = %v, %v", fresh, err)
		}
	})
}

func TestMailCutAtTheEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if _, err := db.PostMail(t.Context(), letter("invitation:1"), at); err != nil {
			t.Fatal(err)
		}
		table := db.MailTable()
		task, _, err := table.Take(t.Context(), "killed", at, at.Add(job.Lease))
		if err != nil {
			t.Fatal(err)
		}
		if err := table.Hand(t.Context(), task); err != nil {
			t.Fatal(err)
		}
		later := at.Add(time.Hour)
		if _, ok, err := table.Take(t.Context(), "me", later, later.Add(job.Lease)); err != nil || ok {
			t.Errorf("a letter that may have gone is sent again: %v, %v", ok, err)
		}
		all, err := db.Mail(t.Context(), 10)
		if err != nil || all[0].State != job.Failed || all[0].FaultDo == "" || !all[0].Perhaps {
			t.Errorf("Mail = %+v, %v", all, err)
		}
		if _, err := db.PostMail(t.Context(), letter("invitation:2"), at); err != nil {
			t.Fatal(err)
		}
		other, _, err := table.Take(t.Context(), "stopped", at, at.Add(job.Lease))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(table.Hand(t.Context(), other), table.Settle(t.Context(), other, job.Outcome{State: job.Waiting, At: at, Back: true}, at)); err != nil {
			t.Fatal(err)
		}
		if due, err := table.Due(t.Context(), later); err != nil || due {
			t.Errorf("a letter given back when it may have gone is due: %v, %v", due, err)
		}
		if err := table.Hand(t.Context(), task); !errors.Is(err, job.ErrLost) {
			t.Errorf("Hand of a letter that was lost = %v", err)
		}
	})
}

// eachRaw is storetest.Each with the database itself.
func eachRaw(t *testing.T, test func(*testing.T, *store.DB, *sql.DB)) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		db, err := store.Init(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		test(t, db, storetest.Raw(t, dir, opts))
	})
}

// column reads one text of the database.
func column(t *testing.T, raw *sql.DB, query string) (text string) {
	t.Helper()
	if err := raw.QueryRowContext(t.Context(), query).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}
