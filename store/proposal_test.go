package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

var (
	proposer = journal.PersonActor("p1")
	approver = journal.PersonActor("p2")
)

func syntheticProposal(number, supersedes string, embargo time.Time) store.ProposalInput {
	in := store.ProposalInput{EditionInput: syntheticEdition(number, supersedes, embargo), Note: " relue "}
	in.By, in.Changes = proposer, nil
	return in
}

func propose(t *testing.T, db *store.DB, number, supersedes string, embargo time.Time) store.ProposalRow {
	t.Helper()
	p, err := db.PutProposal(t.Context(), syntheticProposal(number, supersedes, embargo))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func approve(t *testing.T, db *store.DB, id string) store.EditionRow {
	t.Helper()
	row, err := db.Approve(t.Context(), store.Approval{ID: id, By: approver, Changes: syntheticEdition("", "", at).Changes}, at)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func kindIs(t *testing.T, err error, kind fault.Kind, word string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), word) {
		t.Fatalf("%v; want a %v about %q", err, kind, word)
	}
}

// TestProposal: proposed, then approved by somebody else; the edition is that
// of the manifest frozen, and the journal knows both persons.
func TestProposal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := propose(t, db, "2026-1", "", at)
		if p.State != store.ProposalOpen || p.Note != "relue" || p.By != proposer || !p.DecidedAt.IsZero() {
			t.Errorf("proposed: %+v", p)
		}
		if all, err := db.Editions(t.Context()); err != nil || len(all) != 0 {
			t.Fatalf("%d editions before the approval, %v", len(all), err)
		}
		_, err := db.PutProposal(t.Context(), syntheticProposal("2026-1", "", at))
		kindIs(t, err, fault.Conflict, "attend déjà")
		for _, by := range []journal.Actor{proposer, journal.TokenActor("p1", "x"), journal.LocalActor("root"), journal.System} {
			_, err = db.Approve(t.Context(), store.Approval{ID: p.ID, By: by}, at)
			kindIs(t, err, fault.Denied, "autre personne")
		}
		kindIs(t, db.Refuse(t.Context(), journal.TokenActor("p1", "x"), p.ID, "non", at), fault.Denied, "propre")
		kindIs(t, db.Refuse(t.Context(), approver, p.ID, "  ", at), fault.Invalid, "motif")
		kindIs(t, db.Withdraw(t.Context(), approver, p.ID, at), fault.Denied, "seule")
		_, err = db.Approve(t.Context(), store.Approval{ID: "rien", By: approver}, at)
		kindIs(t, err, fault.NotFound, "rien")

		row := approve(t, db, p.ID)
		if row.Manifest != p.Manifest || row.Number != "2026-1" || len(row.Changes) != 3 {
			t.Errorf("the edition: %+v", row)
		}
		kindIs(t, db.Withdraw(t.Context(), proposer, p.ID, at), fault.Conflict, "approuvée")
		acts, err := db.Journal(t.Context(), store.JournalFilter{Object: "edition:2026-1"})
		if err != nil || len(acts) != 1 {
			t.Fatalf("%d entries, %v", len(acts), err)
		}
		for _, want := range []string{"person:p1", "person:p2", p.Manifest, p.ID} {
			if !strings.Contains(string(acts[0].After), want) {
				t.Errorf("the journal does not say %s: %s", want, acts[0].After)
			}
		}
	})
}

// TestApprovalRace: of many that decide at the same time, one does.
func TestApprovalRace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		p := propose(t, db, "2026-1", "", at)
		other := propose(t, db, "2026-2", "", at)
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			all.Go(func() {
				switch i % 4 {
				case 0, 1:
					_, errs[i] = db.Approve(t.Context(), store.Approval{ID: p.ID, By: approver}, at)
				case 2:
					errs[i] = db.Refuse(t.Context(), journal.PersonActor("p3"), p.ID, "non", at)
				default:
					errs[i] = db.Withdraw(t.Context(), proposer, p.ID, at)
				}
			})
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case fault.KindOf(err) != fault.Conflict:
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d decisions; want one", done)
		}
		row, err := db.Proposal(t.Context(), p.ID)
		editions, err2 := db.Editions(t.Context())
		if err != nil || err2 != nil || (row.State == store.ProposalApproved) != (len(editions) == 1) {
			t.Errorf("%s with %d editions, %v, %v", row.State, len(editions), err, err2)
		}
		acts, err := db.Journal(t.Context(), store.JournalFilter{})
		if err != nil || len(acts) != 3 {
			t.Errorf("%d entries for two proposals and a decision, %v", len(acts), err)
		}
		if head, err := db.VerifyJournal(t.Context()); err != nil || head.Seq != 3 {
			t.Errorf("journal: %v, %v", head, err)
		}
		_ = other
	})
}

// TestTwoSuccessors: two proposals to replace one edition; the second one that
// is approved is told, and nothing of it is kept.
func TestTwoSuccessors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		approve(t, db, propose(t, db, "2026-1", "", at).ID)
		a, b := propose(t, db, "2026-2", "2026-1", at), propose(t, db, "2026-3", "2026-1", at)
		approve(t, db, b.ID)
		_, err := db.Approve(t.Context(), store.Approval{ID: a.ID, By: approver}, at)
		kindIs(t, err, fault.Conflict, "déjà remplacée par 2026-3")
		row, err := db.Proposal(t.Context(), a.ID)
		if err != nil || row.State != store.ProposalOpen {
			t.Errorf("%s, %v; want it to wait still", row.State, err)
		}
		_, err = db.PutProposal(t.Context(), syntheticProposal("2026-4", "2026-1", at))
		kindIs(t, err, fault.Conflict, "déjà remplacée")
	})
}

// TestRecall: an edition under embargo can be taken back, with its erratum, and
// its number given again; one that is public cannot.
func TestRecall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		first := approve(t, db, propose(t, db, "2026-1", "", at).ID)
		in := syntheticProposal("2026-2", "2026-1", at.Add(time.Hour))
		in.ErratumFR, in.ErratumEN = "faux", "wrong"
		p, err := db.PutProposal(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		approve(t, db, p.ID)
		if e, err := db.Edition(t.Context(), "2026-1"); err != nil || len(e.Errata) != 1 || e.Errata[0].CorrectedBy != "2026-2" || !e.Errata[0].At.Equal(p.EmbargoAt) {
			t.Errorf("errata %+v, %v", e.Errata, err)
		}
		if err := db.PutReport(t.Context(), store.ReportInput{Edition: "2026-2", Territory: "REG-84", Kind: "note", Lang: "fr", PDF: []byte("%PDF"), CreatedAt: at}); err != nil {
			t.Fatal(err)
		}
		kindIs(t, db.Recall(t.Context(), approver, "2026-2", "", at), fault.Invalid, "motif")
		kindIs(t, db.Recall(t.Context(), approver, "2026-1", "faux", at), fault.Conflict, "la remplace")
		kindIs(t, db.Recall(t.Context(), approver, "2026-2", "trop tard", p.EmbargoAt.Add(-5*time.Second)), fault.Conflict, "secondes")
		if err := db.Recall(t.Context(), approver, "2026-2", "erreur trouvée", at); err != nil {
			t.Fatal(err)
		}
		e, err := db.Edition(t.Context(), "2026-1")
		if err != nil || e.SupersededBy != "" || len(e.Errata) != 0 || e.Manifest != first.Manifest {
			t.Errorf("%+v, %v", e, err)
		}
		_, err = db.Edition(t.Context(), "2026-2")
		kindIs(t, err, fault.NotFound, "2026-2")
		if row, err := db.Proposal(t.Context(), p.ID); err != nil || row.State != store.ProposalRecalled || row.DecidedBy != approver || row.Reason != "erreur trouvée" {
			t.Errorf("%+v, %v", row, err)
		}
		approve(t, db, propose(t, db, "2026-2", "2026-1", at).ID)
		kindIs(t, db.Recall(t.Context(), approver, "2026-2", "trop tard", at), fault.Conflict, "publique")
	})
}

// TestErratum: of a public edition only, in both languages, added and never
// changed.
func TestErratum(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		approve(t, db, propose(t, db, "2026-1", "", at.Add(time.Hour)).ID)
		put := func(number, fr, en string, now time.Time) error {
			_, err := db.PutErratum(t.Context(), proposer, store.Erratum{Edition: number, FR: fr, EN: en}, now)
			return err
		}
		kindIs(t, put("2026-1", "faux", "wrong", at), fault.NotFound, "publique")
		kindIs(t, put("2026-9", "faux", "wrong", at), fault.NotFound, "2026-9")
		later := at.Add(2 * time.Hour)
		kindIs(t, put("2026-1", "faux", " ", later), fault.Invalid, "une langue")
		kindIs(t, put("2026-1", "", "", later), fault.Invalid, "vide")
		kindIs(t, put("2026-1", strings.Repeat("é", 4001), "x", later), fault.Invalid, "4000")
		for _, s := range []string{"un", "deux"} {
			if err := put("2026-1", " "+s+"\r\n", s, later); err != nil {
				t.Fatal(err)
			}
			later = later.Add(time.Second)
		}
		e, err := db.Edition(t.Context(), "2026-1")
		if err != nil || len(e.Errata) != 2 || e.Errata[0].FR != "un" || e.Errata[1].FR != "deux" {
			t.Errorf("%+v, %v", e.Errata, err)
		}
	})
}

// TestProposalRun: a run makes its proposal once, however often it begins, and
// not at all once somebody has cancelled it.
func TestProposalRun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		begun := func(id string) job.Task {
			in := store.RunInput{Kind: "propose", What: id, Args: id, By: proposer, Event: store.ProposalEvent(id)}
			if _, err := db.Enqueue(t.Context(), in, at); err != nil {
				t.Fatal(err)
			}
			task, ok, err := db.RunTable("propose").Take(t.Context(), "me", at, at.Add(time.Minute))
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			return task
		}
		in := syntheticProposal("2026-1", "", at)
		in.ID, in.Run, in.Letters = "a", true, []store.Letter{{Event: "edition.waiting:a:x", To: "x@exemple.fr", Subject: "x"}}
		_, err := db.PutProposal(t.Context(), in)
		kindIs(t, err, fault.Conflict, "annulée") // nobody has asked for it
		begun("a")
		for range 2 {
			if row, err := db.PutProposal(t.Context(), in); err != nil || row.ID != "a" || row.State != store.ProposalOpen {
				t.Fatalf("%+v, %v", row, err)
			}
		}
		if acts := entries(t, db, store.JournalFilter{Action: "edition."}); len(acts) != 1 {
			t.Errorf("the journal has %v", acts)
		}
		if all, err := db.Mail(t.Context(), 10); err != nil || len(all) != 1 {
			t.Errorf("%d letters, %v; want one", len(all), err)
		}
		kindIs(t, db.CheckProposal(t.Context(), syntheticProposal("2026-1", "", at)), fault.Conflict, "attend déjà")
		task := begun("b")
		if err := db.CancelRun(t.Context(), proposer, task.ID, at); err != nil {
			t.Fatal(err)
		}
		in = syntheticProposal("2026-2", "", at)
		in.ID, in.Run = "b", true
		_, err = db.PutProposal(t.Context(), in)
		kindIs(t, err, fault.Conflict, "annulée")
		if all, err := db.Proposals(t.Context()); err != nil || len(all) != 1 {
			t.Errorf("%d proposals, %v; want one", len(all), err)
		}
	})
}
