package store

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// newDB returns an empty database of each engine, before any migration, with
// the options and the folder that open it again.
func newDB(t *testing.T, test func(t *testing.T, d *DB, dir string, opts Options)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			var opts Options
			if engine == "postgres" {
				opts.DatabaseURL = newSchema(t)
			}
			dir := t.TempDir()
			d, err := connect(t.Context(), dir, opts.DatabaseURL)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, d, dir, opts)
		})
	}
}

// newSchema is storetest.Postgres for the tests inside the package, which
// cannot import storetest.
func newSchema(t *testing.T) string {
	address := os.Getenv("VIGIE_TEST_POSTGRES")
	if address == "" {
		const why = "VIGIE_TEST_POSTGRES is not set: nothing was run on PostgreSQL"
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("vigie_inside_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := db.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		if err := errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	})
	join := "?"
	if strings.Contains(address, "?") {
		join = "&"
	}
	return address + join + "search_path=" + schema
}

// schemaText lists the tables, columns, constraints and indexes of a database.
var schemaText = map[string]string{
	"sqlite": `
		SELECT sql
		FROM   sqlite_schema
		WHERE  sql IS NOT NULL AND tbl_name NOT LIKE 'sqlite_%' AND tbl_name <> 'vigie_migration'
		ORDER  BY tbl_name, type DESC, name`,
	"postgres": `
		SELECT text
		FROM (
			SELECT c.table_name AS name, 1 AS part, c.ordinal_position AS at,
			       c.table_name || '.' || c.column_name || ' ' || c.data_type
			       || coalesce(' COLLATE ' || c.collation_name, '')
			       || CASE c.is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END AS text
			FROM   information_schema.columns c
			WHERE  c.table_schema = current_schema()
			UNION ALL
			SELECT r.relname, 2, 0, r.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
			FROM   pg_constraint k
			JOIN   pg_class r ON r.oid = k.conrelid
			WHERE  k.connamespace = current_schema()::regnamespace
			UNION ALL
			SELECT i.tablename, 3, 0, replace(i.indexdef, current_schema() || '.', '')
			FROM   pg_indexes i
			WHERE  i.schemaname = current_schema()
			UNION ALL
			SELECT r.relname, 4, 0, replace(pg_get_triggerdef(g.oid), current_schema() || '.', '')
			FROM   pg_trigger g
			JOIN   pg_class r ON r.oid = g.tgrelid
			WHERE  NOT g.tgisinternal AND r.relnamespace = current_schema()::regnamespace
		) AS everything
		WHERE    name <> 'vigie_migration'
		ORDER BY name, part, at, text COLLATE "C"`,
}

func schema(t *testing.T, d *DB) string {
	t.Helper()
	rows, err := d.write.QueryContext(t.Context(), schemaText[d.engine.name])
	lines, err := collect(rows, err, func(rows *sql.Rows, line *string) error { return rows.Scan(line) })
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestSchemaGolden(t *testing.T) {
	newDB(t, func(t *testing.T, d *DB, _ string, _ Options) {
		if err := d.migrate(t.Context(), migrations); err != nil {
			t.Fatal(err)
		}
		got, golden := schema(t, d), filepath.Join("testdata", "schema_"+d.engine.name+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("the schema is not the golden one (-update after looking): %s", d)
		}
	})
}

func TestMigrationsSameNumbers(t *testing.T) {
	var names [2][]string
	for i, engine := range []string{"sqlite", "postgres"} {
		entries, err := fs.ReadDir(migrations, "migration/"+engine)
		if err != nil || len(entries) == 0 {
			t.Fatalf("%s: %d migrations, %v", engine, len(entries), err)
		}
		for n, e := range entries {
			names[i] = append(names[i], e.Name())
			if want := fmt.Sprintf("%04d_", n+1); !strings.HasPrefix(e.Name(), want) {
				t.Errorf("%s: %s is not number %s", engine, e.Name(), want)
			}
			b, err := fs.ReadFile(migrations, "migration/"+engine+"/"+e.Name())
			if err != nil || strings.Contains(string(b), "+goose Down") || strings.Contains(string(b), "NO TRANSACTION") {
				t.Errorf("%s/%s: %v; want forward only, in a transaction", engine, e.Name(), err)
			}
		}
	}
	if d := cmp.Diff(names[0], names[1]); d != "" {
		t.Error(d)
	}
}

// broken returns the migrations with the statement bad at the end of the nth.
func broken(t *testing.T, n int, bad string) fs.FS {
	files := fstest.MapFS{}
	err := fs.WalkDir(migrations, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations, path)
		if strings.HasPrefix(e.Name(), fmt.Sprintf("%04d_", n)) {
			b = append(b, bad...)
		}
		files[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestMigrationRerun(t *testing.T) {
	newDB(t, func(t *testing.T, d *DB, dir string, opts Options) {
		// The third migration fails at its last statement, again and again.
		for range 2 {
			if err := d.migrate(t.Context(), broken(t, 3, "\nINSERT INTO nowhere VALUES (1);\n")); err == nil {
				t.Fatal("a broken migration succeeded")
			}
			if version, err := d.schemaVersion(t.Context()); err != nil || version != 2 {
				t.Fatalf("after the failure the schema is %d, %v; want 2", version, err)
			}
			if s := schema(t, d); strings.Contains(s, "dataset") {
				t.Fatalf("the failed migration left something: %s", s)
			}
		}
		// Open finishes the work.
		if err := os.Mkdir(filepath.Join(dir, bucketFolder), 0o755); err != nil {
			t.Fatal(err)
		}
		again, err := Open(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		want, err := os.ReadFile(filepath.Join("testdata", "schema_"+d.engine.name+".golden"))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), schema(t, d)); d != "" {
			t.Error(d)
		}
	})
}

func TestInitRerun(t *testing.T) {
	newDB(t, func(t *testing.T, d *DB, dir string, opts Options) {
		// Interrupted before its first migration, but after goose's table.
		if err := d.migrate(t.Context(), broken(t, 1, "\nINSERT INTO nowhere VALUES (1);\n")); err == nil {
			t.Fatal("a broken migration succeeded")
		}
		if err := os.Mkdir(filepath.Join(dir, bucketFolder), 0o755); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), dir, opts); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Open(interrupted Init) = %v; want NotFound", err)
		}
		again, err := Init(t.Context(), dir, opts)
		if err != nil {
			t.Fatalf("Init again = %v", err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestMigrateTogether: several processes that open an observatory of an older
// schema at one instant migrate it once.
func TestMigrateTogether(t *testing.T) {
	newDB(t, func(t *testing.T, d *DB, dir string, opts Options) {
		done := make(chan error)
		for range 4 {
			other, err := connect(t.Context(), dir, opts.DatabaseURL)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = other.Close() })
			go func() { done <- other.migrate(t.Context(), migrations) }()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		var versions, distinct int
		if err := d.write.QueryRow(`SELECT count(version_id), count(DISTINCT version_id) FROM vigie_migration`).Scan(&versions, &distinct); err != nil || versions != distinct {
			t.Errorf("%d migrations applied, %d different: %v", versions, distinct, err)
		}
	})
}

func TestOpenNewerVersion(t *testing.T) {
	newDB(t, func(t *testing.T, d *DB, dir string, opts Options) {
		if err := errors.Join(d.migrate(t.Context(), migrations), os.Mkdir(filepath.Join(dir, bucketFolder), 0o755)); err != nil {
			t.Fatal(err)
		}
		// TRUE is 1 on SQLite.
		if _, err := d.write.Exec(`INSERT INTO vigie_migration (version_id, is_applied) VALUES (9999, TRUE)`); err != nil {
			t.Fatal(err)
		}
		before := schema(t, d)
		_, err := Open(t.Context(), dir, opts)
		if err == nil || fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "plus récente") || fault.Do(err) == "" {
			t.Errorf("Open(newer) = %v; want a Conflict that says so", err)
		}
		if diff := cmp.Diff(before, schema(t, d)); diff != "" {
			t.Errorf("Open(newer) changed the schema: %s", diff)
		}
	})
}

func TestOpenLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the busy timeout, 5 s")
	}
	dir := t.TempDir()
	d, err := Init(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	tx, err := d.write.BeginTx(t.Context(), nil) // holds the write lock
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	other, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatalf("Open beside a writer = %v; reading needs no lock", err)
	}
	defer other.Close()
	_, err = other.PutArtifact(t.Context(), "licence", []byte("x"), time.Unix(0, 0))
	if fault.KindOf(err) != fault.Unavailable || err == nil || !strings.Contains(err.Error(), "verrouillée") {
		t.Errorf("PutArtifact under a lock = %v; want Unavailable", err)
	}
}
