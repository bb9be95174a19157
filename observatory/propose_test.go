package observatory_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// publisher opens the account of somebody who may propose and approve.
func publisher(t *testing.T, db *store.DB, letter, name, lang string) account.Person {
	t.Helper()
	p := account.Person{ID: strings.Repeat(letter, 26), Mail: name + "@exemple.test", Name: name, Lang: lang, Grants: []account.Grant{{Role: account.Publisher}}}
	in := store.SecretInput{Hash: strings.Repeat(letter, 64), Purpose: account.Invitation}
	if _, err := db.Invite(t.Context(), journal.System, p, in, observatorytest.Now); err != nil {
		t.Fatal(err)
	}
	return p
}

// lettersTo are the letters in the queue, by their recipient; each is taken.
func lettersTo(t *testing.T, db *store.DB) map[string]store.Letter {
	t.Helper()
	out := map[string]store.Letter{}
	for {
		now := time.Now()
		task, ok, err := db.MailTable().Take(t.Context(), "test", now, now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return out
		}
		var l store.Letter
		if err := json.Unmarshal(task.Args, &l); err != nil {
			t.Fatal(err)
		}
		if _, twice := out[l.To]; twice {
			t.Errorf("two letters to %s", l.To)
		}
		out[l.To] = l
	}
}

// checkLetter fails unless a letter says its edition, leads to its page, and
// names nobody.
func checkLetter(t *testing.T, l store.Letter, said, id string) {
	t.Helper()
	if !strings.Contains(l.Subject, "2026-2") || !strings.Contains(l.Subject, said) || !strings.Contains(l.Body, "https://vigie.test") || !strings.HasSuffix(strings.TrimSpace(l.Body), "/atelier/editions/"+id) {
		t.Errorf("the letter: %+v", l)
	}
	for _, private := range []string{"anne", "luc", "claire", "exemple.test", "faux", "trop"} {
		if strings.Contains(strings.ToLower(l.Subject+l.Body), private) {
			t.Errorf("the letter tells %q: %s", private, l.Body)
		}
	}
}

// TestAskProposal: asked by one, done by a run, told to those who may approve;
// what cannot be proposed is refused before; approved, the proposer is told.
func TestAskProposal(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	anne := publisher(t, w.DB, "a", "Anne", "fr")
	luc, claire := publisher(t, w.DB, "b", "Luc", "fr"), publisher(t, w.DB, "c", "Claire", "en")
	lettersTo(t, w.DB)
	w.By, w.Site = journal.PersonActor(anne.ID), "https://vigie.test/"
	bad := proposing()
	bad.Number = "2026-1"
	_, _, err := w.AskProposal(t.Context(), bad)
	refused(t, err, fault.Conflict, "existe déjà")
	bad = proposing()
	bad.ErratumEN = ""
	_, _, err = w.AskProposal(t.Context(), bad)
	refused(t, err, fault.Invalid, "une langue")
	asked, run, err := w.AskProposal(t.Context(), proposing())
	if err != nil || run.State != job.Waiting || observatory.RunObject(run) != "" {
		t.Fatalf("%+v, %v", run, err)
	}
	_, _, err = w.AskProposal(t.Context(), proposing())
	refused(t, err, fault.Conflict, "se prépare déjà")
	s := shop(w.DB, nil)
	s.Walk = func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
		w := observatorytest.New(w.DB)
		w.By, w.Tell, w.Site = by, tell, "https://vigie.test/"
		return w
	}
	shut := open(t, s)
	await(t, "the proposal", func() bool {
		run, err = w.DB.Run(t.Context(), run.ID)
		return err != nil || run.State == job.Done || run.State == job.Failed
	})
	shut()
	id, made := strings.CutPrefix(observatory.RunObject(run), "proposal:")
	if err != nil || !made || id != asked {
		t.Fatalf("%+v, %v", run, err)
	}
	p, err := w.DB.Proposal(t.Context(), id)
	if err != nil || p.Number != "2026-2" || p.By != w.By || p.ErratumFR != proposing().ErratumFR {
		t.Errorf("%+v, %v", p, err)
	}
	m, err := observatory.Manifest(t.Context(), w.DB, p.Manifest)
	if err != nil || m.Changes[0].Kind != "correction" || m.Changes[0].FR != "Corrige l’édition 2026-1. "+p.ErratumFR {
		t.Errorf("%+v, %v", m.Changes, err)
	}
	all := lettersTo(t, w.DB)
	if len(all) != 2 {
		t.Errorf("letters to %d people; want the two others", len(all))
	}
	checkLetter(t, all[strings.ToLower(luc.Mail)], "à approuver", id)
	checkLetter(t, all[strings.ToLower(claire.Mail)], "to approve", id)

	w.By = journal.PersonActor(luc.ID)
	if _, err := w.Approve(t.Context(), id, false); err != nil {
		t.Fatal(err)
	}
	all = lettersTo(t, w.DB)
	checkLetter(t, all[strings.ToLower(anne.Mail)], "approuvée", id)
	if len(all) != 1 {
		t.Errorf("%d letters", len(all))
	}
	if err := w.DB.Recall(t.Context(), w.By, "2026-2", "erreur", w.Now); err != nil {
		t.Fatal(err)
	}
	again, err := w.DB.PutProposal(t.Context(), store.ProposalInput{EditionInput: store.EditionInput{Number: "2026-2", Title: "Édition 2026-2",
		PublishedAt: observatorytest.Day, EmbargoAt: p.EmbargoAt, Supersedes: "2026-1", Manifest: []byte(`{"number":"2026-2"}`), CreatedAt: w.Now, By: p.By}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Refuse(t.Context(), again.ID, "trop tôt, dit Luc"); err != nil {
		t.Fatal(err)
	}
	checkLetter(t, lettersTo(t, w.DB)[strings.ToLower(anne.Mail)], "refusée", again.ID)
}

// TestProposeKill kills the process that prepares a proposal at any moment: in
// the end it is there once, and the journal tells it once; cancelled, it is not
// there at all.
func TestProposeKill(t *testing.T) {
	whole(t)
	cycles := 2
	if os.Getenv("VIGIE_LONG") == "1" {
		cycles = 20
	}
	w := observatorytest.Copy(t)
	w.By = journal.PersonActor(strings.Repeat("a", 26))
	_, run, err := w.AskProposal(t.Context(), proposing())
	if err != nil {
		t.Fatal(err)
	}
	running := func() bool {
		row, err := w.DB.Run(t.Context(), run.ID)
		return err == nil && row.State != job.Waiting
	}
	for i := range cycles {
		child := workChild(t, w.DB.Dir(), store.Options{}, "1", time.Duration(i)*time.Minute) // the lease of the one before has passed
		await(t, "the proposal to begin", running)
		time.Sleep(time.Duration(100+i*400%3000) * time.Millisecond)
		_ = child.Process.Kill() // it does not end by itself
		_ = child.Wait()         // killed
	}
	last := shop(w.DB, nil)
	last.Now = func() time.Time { return time.Now().Add(time.Hour) }
	shut := open(t, last)
	await(t, "the proposal to be done", func() bool { run, err = w.DB.Run(t.Context(), run.ID); return err == nil && run.State == job.Done })
	all, err := w.DB.Proposals(t.Context())
	if err != nil || len(all) != 1 || "proposal:"+all[0].ID != observatory.RunObject(run) {
		t.Errorf("%+v, %v; want one proposal", all, err)
	}
	entries, err := w.DB.Journal(t.Context(), store.JournalFilter{Action: "edition.propose"})
	if err != nil || len(entries) != 1 {
		t.Errorf("%d entries, %v; want one", len(entries), err)
	}
	other := proposing()
	other.Number = "2026-5"
	if _, run, err = w.AskProposal(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	await(t, "the second one to begin", running)
	if err := w.DB.CancelRun(t.Context(), w.By, run.ID, w.Now); err != nil {
		t.Fatal(err)
	}
	shut() // once its work has stopped
	run, err = w.DB.Run(t.Context(), run.ID)
	after, failed := w.DB.Proposals(t.Context())
	if err != nil || failed != nil || !run.Cancelled() || !slices.Equal(after, all) {
		t.Errorf("cancelled: %+v, %d proposals, %v, %v", run, len(after), err, failed)
	}
	if _, err := w.DB.VerifyJournal(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("%d kills: done at attempt %d", cycles, run.Attempt)
}
