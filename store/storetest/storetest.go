// Package storetest opens real observatories for tests: a SQLite file in the
// test's folder, and a PostgreSQL schema of its own when VIGIE_TEST_POSTGRES
// gives an address (postgres://…). It mocks nothing.
//
// Start with Open for a test of something else than the store, with Each for
// a test of the store.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"vigie/store"
)

// Open returns a new observatory on SQLite, closed when the test ends.
func Open(t testing.TB) *store.DB {
	t.Helper()
	return create(t, store.Options{})
}

// Each runs a test on a new observatory of each engine.
func Each(t *testing.T, test func(*testing.T, *store.DB)) {
	t.Helper()
	EachOptions(t, func(t *testing.T, opts store.Options) { test(t, create(t, opts)) })
}

// EachOptions runs a test with the options of each engine: an empty place in
// which nothing has been created yet.
func EachOptions(t *testing.T, test func(*testing.T, store.Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, store.Options{}) })
	t.Run("postgres", func(t *testing.T) { test(t, store.Options{DatabaseURL: Postgres(t)}) })
}

func create(t testing.TB, opts store.Options) *store.DB {
	t.Helper()
	db, err := store.Init(t.Context(), filepath.Join(t.TempDir(), "observatoire"), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

var schemas atomic.Int64

// Postgres returns the address of a new empty schema, dropped when the test
// ends. Without VIGIE_TEST_POSTGRES the test is skipped, or fails when
// VIGIE_STRICT is 1.
func Postgres(t testing.TB) string {
	t.Helper()
	address := os.Getenv("VIGIE_TEST_POSTGRES")
	if address == "" {
		const why = "VIGIE_TEST_POSTGRES is not set: nothing was run on PostgreSQL"
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("VIGIE_TEST_POSTGRES: %v", err)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("vigie_test_%d_%d", os.Getpid(), schemas.Add(1))
	if _, err := db.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended.
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

// Raw opens the database itself, for a test that plants a fault behind the
// store's back; closed when the test ends.
func Raw(t testing.TB, dir string, opts store.Options) *sql.DB {
	t.Helper()
	driver, address := "pgx", opts.DatabaseURL
	if address == "" {
		driver, address = "sqlite", "file:"+filepath.Join(dir, "vigie.db")+"?_pragma=busy_timeout(5000)&_time_format=sqlite"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
