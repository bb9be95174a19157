package store_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

func enqueued(t *testing.T, db *store.DB, what string) string {
	t.Helper()
	id, err := db.Enqueue(t.Context(), input(what), at)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func entries(t *testing.T, db *store.DB, f store.JournalFilter) (all []string) {
	t.Helper()
	list, err := db.Journal(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		all = append(all, e.Action+" "+e.Object)
	}
	return all
}

func TestRunAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		id := enqueued(t, db, "a")
		if err := db.RetryRun(t.Context(), "local:x", id, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("RetryRun of a waiting run = %v; want Conflict", err)
		}
		if err := db.CancelRun(t.Context(), "local:x", id, at); err != nil {
			t.Fatal(err)
		}
		if err := db.CancelRun(t.Context(), "local:x", id, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("CancelRun twice = %v; want Conflict", err)
		}
		table := db.RunTable(input("a").Kind)
		if _, ok, err := table.Take(t.Context(), "me", at.Add(time.Hour), at.Add(2*time.Hour)); err != nil || ok {
			t.Fatalf("a cancelled run is taken: %v, %v", ok, err)
		}
		row, err := db.Run(t.Context(), id)
		if err != nil || !row.Cancelled() || !row.Queued || row.EndedAt.IsZero() {
			t.Errorf("cancelled, %+v, %v", row, err)
		}
		if err := db.RetryRun(t.Context(), "local:x", id, at.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		task, ok, err := table.Take(t.Context(), "me", at.Add(time.Hour), at.Add(2*time.Hour))
		if err != nil || !ok || task.ID != id || task.Attempt != 1 || task.By != input("a").By {
			t.Fatalf("Take of a run tried again = %+v, %v, %v", task, ok, err)
		}
		if err := db.CancelRun(t.Context(), "local:x", id, at); err != nil {
			t.Errorf("CancelRun of one that runs = %v", err)
		}
		if held, err := table.Renew(t.Context(), task, job.Progress{}, at.Add(3*time.Hour)); err != nil || held {
			t.Errorf("a cancelled run is still its worker's: %v, %v", held, err)
		}
		if err := table.Settle(t.Context(), task, job.Outcome{State: job.Done, At: at}, at); err != nil {
			t.Fatal(err)
		}
		if row, err = db.Run(t.Context(), id); err != nil || !row.Cancelled() || row.FaultWhat != store.StoppedWhat {
			t.Errorf("cancelled while it ran, %+v, %v", row, err)
		}
		for _, err := range []error{db.RetryRun(t.Context(), "local:x", "none", at), db.CancelRun(t.Context(), "local:x", "none", at)} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("of no run: %v; want NotFound", err)
			}
		}
		command, err := db.BeginRun(t.Context(), input("b"), at)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.CancelRun(t.Context(), "local:x", command.ID, at); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "commande") {
			t.Errorf("CancelRun of a command's own = %v; want Conflict", err)
		}
		if err := db.EndLapsed(t.Context(), at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := db.RetryRun(t.Context(), "local:x", command.ID, at); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "commande") {
			t.Errorf("RetryRun of a command's own = %v; want Conflict", err)
		}
		acts := entries(t, db, store.JournalFilter{Object: "run:"})
		if want := []string{"run.cancel run:" + id, "run.retry run:" + id, "run.cancel run:" + id}; !slices.Equal(acts, want) {
			t.Errorf("the journal has %v; want %v", acts, want)
		}
	})
}

// TestMailAgain: a letter that may have gone is sent again when somebody
// decides it, and only then.
func TestMailAgain(t *testing.T) {
	eachRaw(t, func(t *testing.T, db *store.DB, raw *sql.DB) {
		if _, err := db.PostMail(t.Context(), letter("invitation:1"), at); err != nil {
			t.Fatal(err)
		}
		table := db.MailTable()
		cut := func(now time.Time) string {
			task, ok, err := table.Take(t.Context(), "me", now, now.Add(job.Lease))
			if err != nil || !ok {
				t.Fatalf("Take = %v, %v", ok, err)
			}
			if err := db.ResendMail(t.Context(), "local:x", task.ID, now); fault.KindOf(err) != fault.Conflict {
				t.Errorf("ResendMail of one on its way = %v; want Conflict", err)
			}
			back := job.Outcome{State: job.Waiting, At: now, Back: true}
			if err := errors.Join(table.Hand(t.Context(), task), table.Settle(t.Context(), task, back, now)); err != nil {
				t.Fatal(err)
			}
			return task.ID
		}
		id := cut(at)
		all, err := db.Mail(t.Context(), 10)
		if err != nil || len(all) != 1 || !all[0].Perhaps {
			t.Fatalf("Mail = %+v, %v", all, err)
		}
		if err := db.ResendMail(t.Context(), "local:x", id, at); err != nil {
			t.Fatal(err)
		}
		if err := db.ResendMail(t.Context(), "local:x", id, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("ResendMail twice = %v; want Conflict", err)
		}
		if err := db.ResendMail(t.Context(), "local:x", "none", at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("ResendMail of none = %v; want NotFound", err)
		}
		if id != cut(at.Add(time.Minute)) {
			t.Error("another letter goes")
		}
		if _, err := db.Tidy(t.Context(), at.AddDate(0, 0, 9)); err != nil {
			t.Fatal(err)
		}
		if kept := column(t, raw, `SELECT recipient || subject || body FROM mail`); kept != "" {
			t.Errorf("kept too long: %q", kept)
		}
		if err := db.ResendMail(t.Context(), "local:x", id, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("ResendMail of one forgotten = %v; want Conflict", err)
		}
		if got, want := entries(t, db, store.JournalFilter{}), []string{"mail.resend mail:" + id}; !slices.Equal(got, want) {
			t.Errorf("the journal has %v; want %v", got, want)
		}
	})
}

func TestJournalOfAPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i, who := range []journal.Actor{journal.PersonActor("p"), journal.TokenActor("p", "t"), journal.PersonActor("pq"), journal.TokenActor("pq", "t"), journal.System} {
			a := journal.Act{Actor: who, Action: "session.open", Object: "x:" + string(rune('1'+i))}
			if err := db.Enter(t.Context(), at, a); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := entries(t, db, store.JournalFilter{Person: "p"}), []string{"session.open x:2", "session.open x:1"}; !slices.Equal(got, want) {
			t.Errorf("Journal = %v; want %v", got, want)
		}
		if got, err := db.JournalActions(t.Context()); err != nil || !slices.Equal(got, []string{"session.open"}) {
			t.Errorf("JournalActions = %v, %v", got, err)
		}
	})
}

func TestStorage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if _, err := db.PutArtifact(t.Context(), "essai", []byte("12345"), at); err != nil {
			t.Fatal(err)
		}
		s, err := db.Storage(t.Context())
		want := store.StorageKind{Kind: "essai", Count: 1, Bytes: 5}
		if err != nil || s.Database <= 0 || s.Schema <= 0 || s.Engine == "" || len(s.Artifacts) != 1 || s.Artifacts[0] != want {
			t.Errorf("Storage = %+v, %v", s, err)
		}
	})
}
