// Package observatorytest gives tests the real starter observatory: made once
// a process by the whole walk, on SQLite, with a fixed clock, then shared. When
// VIGIE_TEST_OBSERVATORY names a folder, the processes of one run share it too:
// the first one makes it there, the others copy it.
//
// What it hands out is not to be changed, except for copies. It mocks nothing.
// Call Main from TestMain; start with Content, or with Copy for a test that
// writes.
package observatorytest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"vigie"
	"vigie/edition"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// Now is the instant of every test walk; Day its day.
var Now = time.Date(2026, 3, 12, 7, 0, 0, 0, time.UTC)

// Day is the day of publication of the test editions.
const Day = "2026-03-12"

// Version is the program's, so that its verbs take up where a test walk stands.
const Version = vigie.Version

// shared is the one observatory of the process.
var shared struct {
	once    sync.Once
	dir     string
	db      *store.DB
	content *edition.Content
	err     error
}

// Main runs the tests, then removes what Dir and Content have made.
func Main(m *testing.M) int {
	defer func() {
		if shared.db != nil {
			_ = shared.db.Close() // the folder goes with it
		}
		if shared.dir != "" {
			_ = os.RemoveAll(filepath.Dir(shared.dir)) // a leftover in the temporary folder harms nobody
		}
	}()
	return m.Run()
}

// Content returns the shared edition 2026-1 of the starter figures.
func Content(t testing.TB) *edition.Content {
	t.Helper()
	Dir(t)
	return shared.content
}

// DB returns the shared observatory, to read.
func DB(t testing.TB) *store.DB {
	t.Helper()
	Dir(t)
	return shared.db
}

// Dir returns the folder of the shared observatory, to read.
func Dir(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() { shared.err = build(context.Background()) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.dir
}

// Copy returns a walk on a copy of the shared observatory, closed when the
// test ends.
func Copy(t testing.TB) *observatory.Walk {
	t.Helper()
	to := filepath.Join(t.TempDir(), "observatoire")
	if err := CopyTo(Dir(t), to); err != nil {
		t.Fatal(err)
	}
	return Open(t, to, store.Options{})
}

// Open returns a walk on the observatory of a folder, closed when the test
// ends.
func Open(t testing.TB, dir string, opts store.Options) *observatory.Walk {
	t.Helper()
	db, err := store.Open(t.Context(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return New(db)
}

// New returns a walk on db with the fixed clock and version.
func New(db *store.DB) *observatory.Walk {
	return &observatory.Walk{DB: db, Now: Now, Version: Version, By: journal.LocalActor("essai")}
}

// build takes or makes the shared observatory and loads its edition.
func build(ctx context.Context) error {
	parent, err := os.MkdirTemp("", "vigie-test-")
	if err != nil {
		return err
	}
	shared.dir = filepath.Join(parent, "observatoire")
	if err := takeOrMake(ctx, shared.dir); err != nil {
		return err
	}
	// Opened again: the file is whole, without a journal beside it, and can be copied.
	if shared.db, err = store.Open(ctx, shared.dir, store.Options{}); err != nil {
		return err
	}
	row, err := shared.db.Edition(ctx, "2026-1")
	if err != nil {
		return err
	}
	shared.content, err = observatory.Load(ctx, shared.db, row.Manifest)
	return err
}

// takeOrMake copies the observatory of the run to dir, or makes it there and
// leaves a copy for the run: whole under its name, or not at all.
func takeOrMake(ctx context.Context, dir string) error {
	common := os.Getenv("VIGIE_TEST_OBSERVATORY")
	if common != "" {
		if err := CopyTo(common, dir); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	db, err := store.Init(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	_, err = Publish(ctx, New(db), false)
	if err := errors.Join(err, db.Close()); err != nil || common == "" {
		return err
	}
	half, err := os.MkdirTemp(filepath.Dir(common), "half-")
	if err != nil {
		return err
	}
	if err := CopyTo(dir, half); err != nil {
		return err
	}
	if err := os.Rename(half, common); errors.Is(err, fs.ErrExist) {
		return os.RemoveAll(half) // another process was first
	} else {
		return err
	}
}

// Publish walks from nothing to edition 2026-1 of the starter figures, public
// at Now.
func Publish(ctx context.Context, w *observatory.Walk, withoutSecondary bool) (store.EditionRow, error) {
	if err := w.Starter(ctx, withoutSecondary); err != nil {
		return store.EditionRow{}, err
	}
	spec, err := observatory.StarterSpec(withoutSecondary)
	if err != nil {
		return store.EditionRow{}, err
	}
	if _, err := w.Compute(ctx, spec); err != nil {
		return store.EditionRow{}, err
	}
	return w.Publish(ctx, observatory.Publishing{Date: Day, Embargo: Now})
}

// CopyTo copies a closed observatory. Artifacts never change: they are linked
// where the file system can.
func CopyTo(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		into := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(into, 0o755)
		}
		if filepath.Dir(rel) != "." && os.Link(path, into) == nil {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("copy of %s: %w", rel, err)
		}
		return os.WriteFile(into, b, 0o644)
	})
}
