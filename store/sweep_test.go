package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

// TestSweep: what was set aside goes after its time, what an interruption has
// left goes, and whatever a row or a text names stays.
func TestSweep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		now := time.Now().UTC().Truncate(time.Second)
		put := func(text string) string {
			t.Helper()
			id, err := db.PutArtifact(ctx, "licence", []byte(text), now)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		named := put("une licence que nomme le manifeste")
		manifest := put(fmt.Sprintf(`{"parts":[{"artifact":%q}]}`, named))
		loose := put("que rien ne nomme")
		kept := putReference(t, db, "n", "1", nil)
		gone, stays := send(t, db, "écarté"), send(t, db, "envoyé")
		both := send(t, db, "1") // the bytes of a dataset too
		for _, row := range []store.DeliveryRow{gone, both} {
			if err := db.DiscardDelivery(ctx, other, row.ID, 1, now); err != nil {
				t.Fatal(err)
			}
		}
		folder := filepath.Join(db.Dir(), "artifact")
		for name, age := range map[string]time.Duration{".part-vieux": 25 * time.Hour, "LISEZMOI": 1000 * time.Hour} {
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
				t.Fatal(err)
			}
		}
		sweep := func(at time.Time, want store.Swept) {
			t.Helper()
			got, err := db.Sweep(ctx, other, at)
			if got.Bytes = 0; err != nil || got != want {
				t.Errorf("swept %+v, %v; want %+v", got, err, want)
			}
		}
		has := func(id string, want bool) {
			t.Helper()
			if _, err := db.Artifact(ctx, id); (err == nil) != want || err != nil && fault.KindOf(err) != fault.NotFound {
				t.Errorf("artifact %s: %v; want it there: %v", id, err, want)
			}
		}
		sweep(now, store.Swept{Parts: 1})
		has(loose, true)
		if _, err := db.PutArtifact(ctx, "licence", []byte("que rien ne nomme"), now); err != nil { // asked for again
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(folder, manifest[:2], manifest), now, now.Add(40*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		sweep(now.Add(31*24*time.Hour), store.Swept{Artifacts: 2}) // loose, gone; the manifest was touched
		for id, want := range map[string]bool{named: true, manifest: true, loose: false, gone.File: false, stays.File: true, both.File: true, kept.File: true, kept.Source: true} {
			has(id, want)
		}
		if row, err := db.Delivery(ctx, gone.ID); err != nil || !row.Gone() {
			t.Errorf("%+v, %v; want its row without its file", row, err)
		}
		sweep(now.Add(31*24*time.Hour), store.Swept{})
		if _, faults, err := db.CheckArtifacts(ctx, now.Add(32*24*time.Hour), func(int, int) {}); err != nil || !slices.ContainsFunc(faults, func(f *fault.Error) bool { return bytes.Contains([]byte(f.What), []byte("LISEZMOI")) }) || len(faults) != 1 {
			t.Errorf("%v, %v; want the file that is not ours alone", faults, err)
		}
		if again := send(t, db, "écarté"); again.File != gone.File {
			t.Error("the same bytes sent again have another key")
		}
		has(gone.File, true)
	})
}
