package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
	"vigie/territory"
)

func TestComposed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 12, 7, 0, 0, 0, time.UTC)
		in, err := territory.Compose("Pays synthétique", 2026, []territory.Code{"COM-2A004", "COM-01001", "COM-01001"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Composed(t.Context(), in.Code); fault.KindOf(err) != fault.NotFound {
			t.Errorf("before it is put: %v; want NotFound", err)
		}
		for range 2 { // the second time changes nothing
			if err := db.PutComposed(t.Context(), in, now); err != nil {
				t.Fatal(err)
			}
		}
		got, err := db.Composed(t.Context(), in.Code)
		if err != nil || !cmp.Equal(got, in) {
			t.Errorf("Composed = %v, %v", cmp.Diff(in, got), err)
		}
		other := in
		other.Name = "Autre nom"
		if err := db.PutComposed(t.Context(), other, now); fault.KindOf(err) != fault.Conflict {
			t.Errorf("another list under one code: %v; want Conflict", err)
		}
		if got, _ := db.Composed(t.Context(), in.Code); got.Name != in.Name {
			t.Errorf("the name became %q", got.Name)
		}
	})
}
