package observatory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// proposing is an edition of one hour after the tests' instant.
func proposing() observatory.Proposing {
	return observatory.Proposing{Publishing: observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now.Add(time.Hour)},
		Note: "à relire", ErratumFR: "Le taux de REG-44 était faux.", ErratumEN: "The rate of REG-44 was wrong."}
}

func candidate(t *testing.T, w *observatory.Walk, key string, now time.Time) observatory.Candidate {
	t.Helper()
	c, err := observatory.FindCandidate(t.Context(), w.DB, key, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPropose: what is approved is what was frozen, seen by nobody before; the
// states follow the clock; the erratum shows with the edition that corrects.
func TestPropose(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	lib := observatory.NewLibrary(w.DB)
	if _, err := lib.Edition(t.Context(), "", w.Now); err != nil {
		t.Fatal(err)
	}
	w.By = journal.PersonActor("p1")
	p, err := w.Propose(t.Context(), proposing())
	if err != nil {
		t.Fatal(err)
	}
	if p.Number != "2026-2" || p.Supersedes != "2026-1" || candidate(t, w, p.ID, w.Now).State != account.Proposed {
		t.Errorf("%+v", p)
	}
	hour := p.EmbargoAt
	if got := numbers(t, lib, hour.Add(24*time.Hour)); !slices.Equal(got, []string{"2026-1"}) {
		t.Errorf("a proposal is public: %v", got)
	}
	_, err = w.Approve(t.Context(), p.ID, false)
	refused(t, err, fault.Denied, "autre personne")
	w.By = journal.PersonActor("p2")
	row, err := w.Approve(t.Context(), p.ID, false)
	if err != nil || row.Manifest != p.Manifest || len(row.Changes) == 0 {
		t.Fatalf("%+v, %v", row, err)
	}
	for _, k := range []struct {
		now           time.Time
		state, before account.State
		errata        int
	}{{w.Now, account.Embargoed, account.Public, 0}, {hour.Add(-time.Second), account.Embargoed, account.Public, 0},
		{hour, account.Public, account.Superseded, 1}, {hour.AddDate(2, 0, 0), account.Public, account.Superseded, 1}} {
		c, first := candidate(t, w, p.ID, k.now), candidate(t, w, "2026-1", k.now)
		if c.State != k.state || first.State != k.before || candidate(t, w, "2026-2", k.now).Key != p.ID {
			t.Errorf("at %v: %s after %s", k.now, c.State, first.State)
		}
		old, err := observatory.NewLibrary(w.DB).Edition(t.Context(), "2026-1", k.now)
		if err != nil || len(old.Errata) != k.errata {
			t.Fatalf("at %v: errata %v, %v", k.now, old.Errata, err)
		}
		if k.errata == 1 && (old.Errata[0].CorrectedBy != "2026-2" || old.Errata[0].Date != observatorytest.Day) {
			t.Errorf("%+v", old.Errata[0])
		}
	}
	shared, err := lib.Edition(t.Context(), "2026-1", hour.Add(time.Minute))
	if err != nil || len(shared.Errata) != 1 || shared.Superseded != "2026-2" {
		t.Errorf("a library that had read it before: %v, %v", shared.Errata, err)
	}
}

// TestStale: data that come after a proposal are told to who approves; it is
// published knowingly, and then exactly as it was frozen.
func TestStale(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	p, err := w.Propose(t.Context(), proposing())
	if err != nil {
		t.Fatal(err)
	}
	w.By = journal.PersonActor("p2")
	importRegions(t, w, "observations_region.csv", changedRegions(t))
	c, err := w.Compose(t.Context())
	if err != nil || !strings.Contains(c.Do, "vigie compute") {
		t.Errorf("the index is behind the data: %q, %v", c.Do, err)
	}
	if i := slices.IndexFunc(c.Parts, func(p observatory.ComposedPart) bool { return p.Name == "vigie_starter_region" }); i < 0 || c.Parts[i].State != "updated" {
		t.Errorf("parts: %+v", c.Parts)
	}
	_, err = w.Approve(t.Context(), p.ID, false)
	refused(t, err, fault.Conflict, "Jeu de départ de Vigie : régions")
	row, err := w.Approve(t.Context(), p.ID, true)
	if err != nil || row.Manifest != p.Manifest {
		t.Fatalf("%+v, %v", row, err)
	}
	b, err := w.DB.Artifact(t.Context(), row.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	m, err := edition.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	was, _ := observatorytest.Content(t).Manifest.Part(edition.RoleObservation, "vigie_starter_region")
	if is, _ := m.Part(edition.RoleObservation, "vigie_starter_region"); is != was {
		t.Errorf("frozen %+v; published %+v", was, is)
	}
	_, err = w.Approve(t.Context(), p.ID, true)
	refused(t, err, fault.Conflict, "déjà approuvée")
}

// TestCorrectionUnderEmbargo: with the next edition under embargo, a correction
// of the public one asks to recall it first; it is proposed again afterwards.
func TestCorrectionUnderEmbargo(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	later := proposing()
	later.Embargo = observatorytest.Now.AddDate(0, 0, 7)
	p, err := w.Propose(t.Context(), later)
	if err != nil {
		t.Fatal(err)
	}
	w.By = journal.PersonActor("p2")
	if _, err := w.Approve(t.Context(), p.ID, false); err != nil {
		t.Fatal(err)
	}
	if c, err := w.Compose(t.Context()); err != nil || !c.EmbargoedTo.Equal(later.Embargo) {
		t.Errorf("%+v, %v", c, err)
	}
	_, err = w.Propose(t.Context(), proposing())
	refused(t, err, fault.Conflict, "rappelez")
	if _, err := w.DB.PutErratum(t.Context(), w.By, store.Erratum{Edition: "2026-1", FR: "faux", EN: "wrong"}, w.Now); err != nil {
		t.Errorf("an erratum at once: %v", err)
	}
	if err := w.DB.Recall(t.Context(), w.By, "2026-2", "erreur dans 2026-1", w.Now); err != nil {
		t.Fatal(err)
	}
	if c := candidate(t, w, p.ID, w.Now); c.State != account.Withdrawn || !c.Recalled {
		t.Errorf("%+v", c)
	}
	w.By = journal.PersonActor("p1")
	correction, err := w.Propose(t.Context(), proposing())
	if err != nil || correction.Number != "2026-2" {
		t.Fatalf("%+v, %v", correction, err)
	}
}

// TestPublishWithAccounts: nobody publishes alone where there are accounts.
func TestPublishWithAccounts(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	person := account.Person{ID: strings.Repeat("a", 26), Mail: "claire@exemple.test", Name: "Claire", Lang: "fr", Grants: []account.Grant{{Role: account.Publisher}}}
	if _, err := w.DB.Invite(t.Context(), w.By, person, store.SecretInput{Hash: strings.Repeat("0", 64), Purpose: account.Invitation}, w.Now); err != nil {
		t.Fatal(err)
	}
	_, err := w.Publish(t.Context(), proposing().Publishing)
	refused(t, err, fault.Denied, "deux personnes")
}
