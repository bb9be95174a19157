package observatory_test

import (
	"path/filepath"
	"testing"

	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// BenchmarkLoad reads a published edition into memory.
func BenchmarkLoad(b *testing.B) {
	db, id := observatorytest.DB(b), observatorytest.Content(b).ID
	for b.Loop() {
		if _, err := observatory.Load(b.Context(), db, id); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDemoWalk goes from an empty folder to a published edition.
func BenchmarkDemoWalk(b *testing.B) {
	for b.Loop() {
		db, err := store.Init(b.Context(), filepath.Join(b.TempDir(), "observatoire"), store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := observatorytest.Publish(b.Context(), observatorytest.New(db), false); err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
