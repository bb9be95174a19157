package observatory_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/data"
	"vigie/edition"
	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/store/storetest"
)

// TestWalk goes from the embedded files to a loaded edition on each engine: the
// bytes of the manifest, and so by their addresses those of every table and
// result, are those of the shared observatory, made by another run.
func TestWalk(t *testing.T) {
	want := observatorytest.Content(t)
	wantManifest, err := observatorytest.DB(t).Artifact(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		db, err := store.Init(t.Context(), filepath.Join(t.TempDir(), "observatoire"), opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		w := observatorytest.New(db)
		w.Now = w.Now.Add(36 * time.Hour) // the clock leaves no mark on what is published
		row, err := observatorytest.Publish(t.Context(), w, false)
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Artifact(t.Context(), row.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(wantManifest), string(got)); diff != "" {
			t.Fatalf("the manifest differs (-first run, +this run):\n%s", diff)
		}
		if row.Manifest != want.ID {
			t.Errorf("manifest %s; want %s", row.Manifest, want.ID)
		}
		for _, p := range want.Manifest.Parts {
			if _, err := db.Artifact(t.Context(), p.Artifact); err != nil {
				t.Errorf("%s %s: %v", p.Role, p.Name, err)
			}
		}
		c, err := observatory.Load(t.Context(), db, row.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		for level, r := range want.Fragility {
			other := c.Fragility[level]
			if diff := cmp.Diff(r.Provenance, other.Provenance); diff != "" {
				t.Errorf("%s: provenance differs:\n%s", level, diff)
			}
			for _, u := range r.Units {
				if a, b := want.Standing(u.Code, ""), c.Standing(u.Code, ""); a != b {
					t.Errorf("%s: %+v here, %+v there", u.Code, b, a)
				}
			}
		}
	})
}

// TestWalkParts says what an edition of the starter figures is made of.
func TestWalkParts(t *testing.T) {
	m := observatorytest.Content(t).Manifest
	count := map[string]int{}
	for _, p := range m.Parts {
		count[p.Role]++
		if len(p.Artifact) != 64 {
			t.Errorf("%s %s: artifact %q", p.Role, p.Name, p.Artifact)
		}
	}
	want := map[string]int{edition.RoleObservation: 4, edition.RoleTerritory: 7, edition.RoleBoundary: 3, edition.RolePostcode: 1,
		edition.RoleChange: 1, edition.RoleCatalogue: 2, edition.RolePublished: 2, edition.RolePublication: 2, edition.RoleSpec: 1, edition.RoleResult: 3}
	for role, n := range want {
		if count[role] != n {
			t.Errorf("%d parts of role %s; want %d", count[role], role, n)
		}
	}
	if count[edition.RoleTaxonomy] < 10 {
		t.Errorf("%d reference lists", count[edition.RoleTaxonomy])
	}
}

// refused checks a fault: its kind, words of what it says, and that it says
// what to do.
func refused(t *testing.T, err error, kind fault.Kind, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("accepted; want a refusal")
	}
	if fault.KindOf(err) != kind || fault.Do(err) == "" {
		t.Errorf("%v (kind %d, à faire : %q); want kind %d and a remedy", err, fault.KindOf(err), fault.Do(err), kind)
	}
	for _, word := range words {
		if !strings.Contains(err.Error()+" "+fault.Do(err), word) {
			t.Errorf("%q (à faire : %q) does not say %q", err, fault.Do(err), word)
		}
	}
}

func embedded(t testing.TB, name string) []byte {
	t.Helper()
	b, err := data.FS.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
