package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

func act(object string) journal.Act {
	return journal.Act{Actor: actor, Action: "session.open", Object: object}
}

// acts are the journal's acts, the first one first, without their documents.
func acts(t *testing.T, db *store.DB) []string {
	t.Helper()
	var all []string
	for e, err := range db.JournalEntries(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		noun, id, _ := strings.Cut(e.Object, ":")
		all = append(all, fmt.Sprintf("%s %s:%s before %v after %v", e.Action, noun, id[:min(6, len(id))], e.Before != nil, e.After != nil))
	}
	return all
}

func TestJournalOfPuts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var ids []string
		for _, n := range []int{1, 1, 2, 1} {
			row, _, err := db.PutDataset(t.Context(), synthetic(n))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, row.ID)
		}
		for range 2 {
			if _, err := db.PutTaxonomy(t.Context(), syntheticTaxonomy()); err != nil {
				t.Fatal(err)
			}
		}
		in := store.ComputationInput{Level: "region", Spec: []byte("spec"), Datasets: ids[:1], Seed: 7, Result: []byte("{}"), CreatedAt: at, By: actor}
		first, _, err := db.PutComputation(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.Seed = 8
		if _, _, err := db.PutComputation(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := db.RecallComputation(t.Context(), first.ID, actor, at); err != nil {
				t.Fatal(err)
			}
		}
		for _, e := range []store.EditionInput{syntheticEdition("2026-1", "", at), syntheticEdition("2026-2", "2026-1", at)} {
			if _, err := db.PutEdition(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.PutEdition(t.Context(), syntheticEdition("2026-1", "", at)); err == nil {
			t.Error("an edition twice")
		}
		second := in.ID()
		want := []string{
			"dataset.import dataset:" + ids[0][:6] + " before false after true",
			"dataset.import dataset:" + ids[2][:6] + " before true after true",
			"dataset.import dataset:" + ids[0][:6] + " before true after true",
			"taxonomy.write taxonomy:domain before false after true",
			"index.compute computation:" + first.ID[:6] + " before false after true",
			"index.compute computation:" + second[:6] + " before true after true",
			"index.compute computation:" + first.ID[:6] + " before true after true",
			"edition.publish edition:2026-1 before false after true",
			"edition.publish edition:2026-2 before true after true",
		}
		if d := cmp.Diff(want, acts(t, db)); d != "" {
			t.Error(d)
		}
		if head, err := db.VerifyJournal(t.Context()); err != nil || head.Seq != int64(len(want)) {
			t.Errorf("VerifyJournal = %v, %v", head, err)
		}
		last, err := db.Journal(t.Context(), store.JournalFilter{Object: "edition:", Most: 1})
		if err != nil || len(last) != 1 {
			t.Fatalf("Journal = %v, %v", last, err)
		}
		var after struct{ Manifest string }
		if err := json.Unmarshal(last[0].After, &after); err != nil || after.Manifest != store.ArtifactID([]byte(`{"number": "2026-2"}`)) {
			t.Errorf("the edition's entry says %s; want its manifest", last[0].After)
		}
	})
}

func TestPutsRefuseNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		in := synthetic(1)
		in.By = ""
		if _, _, err := db.PutDataset(t.Context(), in); err == nil {
			t.Error("a dataset of nobody was kept")
		}
		if all, err := db.Datasets(t.Context(), ""); err != nil || len(all) > 0 {
			t.Errorf("Datasets = %d, %v; want none", len(all), err)
		}
	})
}

func TestJournalFilter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i := range 5 {
			a := act(fmt.Sprint("person:", i))
			if i == 3 {
				a.Actor, a.Action = journal.System, "edition.publish"
			}
			if err := db.Enter(t.Context(), at.Add(time.Duration(i)*time.Hour), a); err != nil {
				t.Fatal(err)
			}
		}
		cases := []struct {
			name   string
			filter store.JournalFilter
			want   []int64
		}{
			{"all", store.JournalFilter{}, []int64{5, 4, 3, 2, 1}},
			{"page", store.JournalFilter{Below: 4, Most: 2}, []int64{3, 2}},
			{"actor", store.JournalFilter{Actor: "local:"}, []int64{5, 3, 2, 1}},
			{"action", store.JournalFilter{Action: "edition."}, []int64{4}},
			{"object", store.JournalFilter{Object: "person:2"}, []int64{3}},
			{"from", store.JournalFilter{From: kept.Add(3 * time.Hour)}, []int64{5, 4}},
			{"to", store.JournalFilter{To: kept.Add(time.Hour)}, []int64{1}},
			{"not a pattern", store.JournalFilter{Object: "person:_"}, nil},
		}
		for _, c := range cases {
			all, err := db.Journal(t.Context(), c.filter)
			var got []int64
			for _, e := range all {
				got = append(got, e.Seq)
			}
			if d := cmp.Diff(c.want, got); err != nil || d != "" {
				t.Errorf("%s: %v %s", c.name, err, d)
			}
		}
	})
}

// TestJournalConcurrent enters from many goroutines and two openings of the
// same observatory at once.
func TestJournalConcurrent(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		var dbs [2]*store.DB
		for i, open := range []func(context.Context, string, store.Options) (*store.DB, error){store.Init, store.Open} {
			db, err := open(t.Context(), dir, opts)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			dbs[i] = db
		}
		const writers, each = 50, 4
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				for n := range each {
					if err := dbs[i%2].Enter(t.Context(), at, act(fmt.Sprintf("person:%d-%d", i, n))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if head, err := dbs[0].VerifyJournal(t.Context()); err != nil || head.Seq != writers*each {
			t.Errorf("VerifyJournal = %v, %v; want %d entries", head, err, writers*each)
		}
	})
}

func TestJournalRollback(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i := range 3 {
			if err := db.Enter(t.Context(), at, act(fmt.Sprint("person:", i))); err != nil {
				t.Fatal(err)
			}
			bad := act("person:bad")
			bad.After = json.RawMessage("{")
			if err := db.Enter(t.Context(), at, bad); err == nil {
				t.Fatal("Enter took what is no JSON")
			}
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			if err := db.Enter(ended, at, act("person:late")); err == nil {
				t.Fatal("Enter in an ended context")
			}
		}
		if head, err := db.VerifyJournal(t.Context()); err != nil || head.Seq != 3 {
			t.Errorf("VerifyJournal = %v, %v; want 3 entries", head, err)
		}
	})
}

// unlocked is how somebody with the database in hand gets around the triggers.
var unlocked = map[string]string{
	"sqlite":   `DROP TRIGGER journal_update; DROP TRIGGER journal_delete; DROP TRIGGER journal_head_update;`,
	"postgres": `ALTER TABLE journal DISABLE TRIGGER USER; ALTER TABLE journal_head DISABLE TRIGGER USER;`,
}

func TestJournalTamper(t *testing.T) {
	cases := []struct {
		name, statement string
		stated          bool // with a head noted elsewhere
		want            journal.Break
	}{
		{"actor", `UPDATE journal SET actor = 'person:other' WHERE seq = 2`, false, journal.Break{Seq: 2, How: journal.Changed}},
		{"after", `UPDATE journal SET after_act = '{}' WHERE seq = 5`, false, journal.Break{Seq: 5, How: journal.Changed}},
		{"delete", `DELETE FROM journal WHERE seq = 3`, false, journal.Break{Seq: 3, How: journal.Missing}},
		{"truncate", `DELETE FROM journal WHERE seq > 3`, false, journal.Break{Seq: 4, How: journal.Truncated}},
		{"renumber", `UPDATE journal SET seq = 9 WHERE seq = 5`, false, journal.Break{Seq: 5, How: journal.Missing}},
		{"swap", `UPDATE journal SET seq = 99 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 3; UPDATE journal SET seq = 3 WHERE seq = 99`,
			false, journal.Break{Seq: 2, How: journal.Changed}},
		{"truncate and head", `DELETE FROM journal WHERE seq > 3; UPDATE journal_head SET seq = 3, hash = (SELECT hash FROM journal WHERE seq = 3)`,
			true, journal.Break{Seq: 4, How: journal.Truncated}},
		{"all", `DELETE FROM journal`, false, journal.Break{Seq: 1, How: journal.Truncated}},
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "observatoire")
				if opts.DatabaseURL != "" {
					opts.DatabaseURL = storetest.Postgres(t)
				}
				db, err := store.Init(t.Context(), dir, opts)
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				for i := range 5 {
					if err := db.Enter(t.Context(), at, act(fmt.Sprint("person:", i))); err != nil {
						t.Fatal(err)
					}
				}
				head, err := db.VerifyJournal(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				raw := storetest.Raw(t, dir, opts)
				if _, err := raw.Exec(c.statement); err == nil {
					t.Fatal("the triggers let it through")
				}
				if _, err := raw.Exec(unlocked[db.Engine()]); err != nil {
					t.Fatal(err)
				}
				if _, err := raw.Exec(c.statement); err != nil {
					t.Fatal(err)
				}
				var stated []journal.Head
				if c.stated {
					stated = append(stated, head)
				}
				_, err = db.VerifyJournal(t.Context(), stated...)
				if got, ok := errors.AsType[*journal.Break](err); !ok || *got != c.want || got.Fault().Do == "" {
					t.Errorf("VerifyJournal = %v; want %v", err, &c.want)
				}
			})
		}
	})
}

func TestJournalSurplus(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		db, err := store.Init(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Enter(t.Context(), at, act("person:1")); err != nil {
			t.Fatal(err)
		}
		head, err := db.JournalHead(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e := journal.Next(head, at, act("person:2"))
		if _, err := storetest.Raw(t, dir, opts).Exec(`
			INSERT INTO journal (seq, at, actor, action, object, before_act, after_act, previous, hash)
			VALUES ($1, $2, $3, $4, $5, '', '', $6, $7)`, e.Seq, e.At, string(e.Actor), e.Action, e.Object, e.Previous, e.Hash); err != nil {
			t.Fatal(err)
		}
		_, err = db.VerifyJournal(t.Context())
		if got, ok := errors.AsType[*journal.Break](err); !ok || *got != (journal.Break{Seq: 2, How: journal.Surplus}) {
			t.Errorf("VerifyJournal = %v; want a surplus", err)
		}
		if err := db.Enter(t.Context(), at, act("person:3")); err == nil || fault.KindOf(err) == fault.Invalid {
			t.Errorf("Enter on a broken journal = %v", err)
		}
	})
}
