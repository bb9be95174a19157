package store_test

import (
	"errors"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

func TestSpec(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		in := store.SpecInput{Name: " Essai ", Note: "pour voir", Text: []byte("version = \"1\""), By: actor}
		row, err := db.PutSpec(t.Context(), in, at)
		if err != nil || row.Name != "Essai" || row.State() != account.Draft || row.Version != 1 || row.CreatedBy != actor || row.CreatedAt != kept {
			t.Fatalf("PutSpec = %+v, %v", row, err)
		}
		if b, err := db.Artifact(t.Context(), row.File); err != nil || string(b) != "version = \"1\"" {
			t.Errorf("text = %q, %v", b, err)
		}
		if _, err := db.KeptSpec(t.Context()); fault.KindOf(err) != fault.NotFound {
			t.Errorf("KeptSpec of none: %v", err)
		}
		other := journal.PersonActor("b")
		in.Text, in.By = []byte("version = \"2\""), other
		second, err := db.ChangeSpec(t.Context(), row.ID, 1, in, at.Add(time.Hour))
		if err != nil || second.Version != 2 || second.File == row.File || second.ChangedBy != other || second.CreatedBy != actor {
			t.Fatalf("ChangeSpec = %+v, %v", second, err)
		}
		in.Text, in.By = []byte("version = \"3\""), actor
		_, err = db.ChangeSpec(t.Context(), row.ID, 1, in, at.Add(2*time.Hour))
		changed, ok := errors.AsType[*store.Changed](err)
		if !ok || changed.By != other || changed.At != kept.Add(time.Hour) || fault.KindOf(err) != fault.Conflict {
			t.Errorf("the second of two editors: %v", err)
		}
		if _, err := db.KeepSpec(t.Context(), actor, row.ID, 1, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("KeepSpec of a version that is gone: %v", err)
		}
		first, err := db.KeepSpec(t.Context(), actor, row.ID, 2, at.Add(3*time.Hour))
		if err != nil || first.State() != account.Kept || first.Turn != 1 || first.KeptAt != kept.Add(3*time.Hour) {
			t.Fatalf("KeepSpec = %+v, %v", first, err)
		}
		if _, err := db.ChangeSpec(t.Context(), row.ID, 3, in, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a kept specification is changed: %v", err)
		}
		if err := db.DropSpec(t.Context(), actor, row.ID, 3, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a kept specification is dropped: %v", err)
		}
		draft, err := db.PutSpec(t.Context(), in, at)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.KeepSpec(t.Context(), actor, draft.ID, 1, at); err != nil {
			t.Fatal(err)
		}
		if newest, err := db.KeptSpec(t.Context()); err != nil || newest.ID != draft.ID || newest.Turn != 2 {
			t.Errorf("KeptSpec = %+v, %v", newest, err)
		}
		if _, err := db.KeepSpec(t.Context(), actor, row.ID, 3, at); err != nil { // back to the first
			t.Fatal(err)
		}
		if newest, err := db.KeptSpec(t.Context()); err != nil || newest.ID != row.ID {
			t.Errorf("KeptSpec = %+v, %v", newest, err)
		}
		gone, err := db.PutSpec(t.Context(), in, at)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.DropSpec(t.Context(), actor, gone.ID, 1, at); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Spec(t.Context(), gone.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a dropped draft is there: %v", err)
		}
		all, err := db.Specs(t.Context())
		if err != nil || len(all) != 2 {
			t.Errorf("Specs = %d, %v", len(all), err)
		}
		said, err := db.Journal(t.Context(), store.JournalFilter{Action: string(account.WriteSpec)})
		if err != nil || len(said) != 8 {
			t.Errorf("the journal has %d entries, %v; want 8", len(said), err)
		}
		for _, wrong := range []store.SpecInput{{Text: []byte("x")}, {Name: "a\nb", Text: []byte("x")}, {Name: "vide"}, {Name: "long", Text: make([]byte, 1<<20+1)}} {
			if _, err := db.PutSpec(t.Context(), wrong, at); fault.KindOf(err) != fault.Invalid {
				t.Errorf("PutSpec(%q) = %v; want Invalid", wrong.Name, err)
			}
		}
	})
}

func TestEffect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		spec, err := db.PutSpec(t.Context(), store.SpecInput{Name: "Essai", Text: []byte("x"), By: actor}, at)
		if err != nil {
			t.Fatal(err)
		}
		in := store.EffectInput{Spec: []byte("x"), Edition: "2026-1", Ground: "edition", Text: []byte("{}"), By: actor}
		if _, err := db.PutEffect(t.Context(), in, at); err == nil {
			t.Error("an effect on an edition that does not exist")
		}
		if _, err := db.PutEdition(t.Context(), store.EditionInput{Number: "2026-1", PublishedAt: "2026-03-12", Manifest: []byte("{}"), CreatedAt: at, By: actor}); err != nil {
			t.Fatal(err)
		}
		row, err := db.PutEffect(t.Context(), in, at)
		if err != nil || row.Edition != "2026-1" || row.File != spec.File {
			t.Fatalf("PutEffect = %+v, %v", row, err)
		}
		if _, err := db.PutEffect(t.Context(), in, at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if all, err := db.Effects(t.Context(), spec.File); err != nil || len(all) != 1 || all[0].CreatedAt != kept {
			t.Errorf("Effects = %+v, %v", all, err)
		}
	})
}
