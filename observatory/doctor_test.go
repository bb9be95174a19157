package observatory_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/store/storetest"
)

// patient is an observatory for a doctor, with its folder and its database.
type patient struct {
	walk *observatory.Walk
	dir  string
	raw  *sql.DB
	ids  []string // of three artifacts
}

func newPatient(t *testing.T, opts store.Options) *patient {
	t.Helper()
	if opts.DatabaseURL != "" {
		opts.DatabaseURL = storetest.Postgres(t)
	}
	dir := filepath.Join(t.TempDir(), "observatoire")
	db, err := store.Init(t.Context(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := &patient{walk: observatorytest.New(db), dir: dir, raw: storetest.Raw(t, dir, opts)}
	for _, text := range []string{"un", "deux", "trois"} {
		id, err := db.PutArtifact(t.Context(), "licence", []byte(text), observatorytest.Now)
		if err != nil {
			t.Fatal(err)
		}
		p.ids = append(p.ids, id)
		if err := db.Enter(t.Context(), observatorytest.Now, journal.Act{Actor: journal.System, Action: "essai", Object: "licence:" + id}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *patient) path(id string) string { return filepath.Join(p.dir, "artifact", id[:2], id) }

func (p *patient) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := p.raw.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// found are the parts in which a doctor finds something, each with what is said.
func found(t *testing.T, w *observatory.Walk) map[string]string {
	t.Helper()
	parts, err := w.Doctor(t.Context())
	if err != nil || len(parts) != 6 {
		t.Fatalf("Doctor = %d parts, %v", len(parts), err)
	}
	out := map[string]string{}
	for _, p := range parts {
		for _, a := range p.Faults {
			if a.Do == "" {
				t.Errorf("%s: no remedy for %q", p.Part, a.What)
			}
			out[p.Part] += a.What + "\n"
		}
	}
	return out
}

func TestDoctor(t *testing.T) {
	cases := []struct {
		name  string
		plant func(t *testing.T, p *patient, engine string)
		part  string // in which it is found; "" for none
		said  string
	}{
		{"healthy", func(*testing.T, *patient, string) {}, "", ""},
		{"a flipped byte", func(t *testing.T, p *patient, _ string) {
			b, err := os.ReadFile(p.path(p.ids[1]))
			if err != nil {
				t.Fatal(err)
			}
			b[0] ^= 1
			if err := os.Chmod(p.path(p.ids[1]), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p.path(p.ids[1]), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}, "artefacts", "altéré"},
		{"a missing artifact", func(t *testing.T, p *patient, _ string) {
			if err := os.Remove(p.path(p.ids[2])); err != nil {
				t.Fatal(err)
			}
		}, "artefacts", "absent"},
		{"an orphan", func(t *testing.T, p *patient, _ string) {
			name := filepath.Join(filepath.Dir(p.path(p.ids[0])), ".part-123")
			old := observatorytest.Now.Add(-2 * time.Hour)
			if err := os.WriteFile(name, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(name, old, old); err != nil {
				t.Fatal(err)
			}
		}, "artefacts", "orphelin"},
		{"a broken chain", func(t *testing.T, p *patient, engine string) {
			p.exec(t, map[string]string{"sqlite": `DROP TRIGGER journal_update`, "postgres": `ALTER TABLE journal DISABLE TRIGGER USER`}[engine])
			p.exec(t, `UPDATE journal SET actor = 'person:other' WHERE seq = 2`)
			p.exec(t, map[string]string{
				"sqlite":   `CREATE TRIGGER journal_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal: entries are only added'); END`,
				"postgres": `ALTER TABLE journal ENABLE TRIGGER USER`}[engine])
		}, "journal", "entrée 2"},
		{"a guard gone", func(t *testing.T, p *patient, engine string) {
			p.exec(t, map[string]string{"sqlite": `DROP TRIGGER journal_head_update`, "postgres": `DROP TRIGGER journal_change ON journal`}[engine])
		}, "schéma", "garde"},
		{"a reference to nothing", func(t *testing.T, p *patient, engine string) {
			statement := `INSERT INTO source (id, name, created_at) VALUES ($1, 'x', '2026-03-12 07:00:00+00:00')`
			if engine == "postgres" {
				statement = `SET session_replication_role = replica; INSERT INTO source (id, name, created_at) VALUES ('` + strings.Repeat("0", 64) +
					`', 'x', now()); SET session_replication_role = origin`
				p.exec(t, statement)
				return
			}
			p.exec(t, statement, strings.Repeat("0", 64))
		}, "base", "source → artifact"},
		{"kept too long", func(t *testing.T, p *patient, _ string) {
			in := store.RunInput{Kind: observatory.TidyRun, What: "x", By: journal.System}
			task, err := p.walk.DB.BeginRun(t.Context(), in, observatorytest.Now.AddDate(-1, 0, 0))
			if err != nil {
				t.Fatal(err)
			}
			p.exec(t, `UPDATE run SET state = 'done', ended_at = created_at WHERE id = $1`, task.ID)
		}, "durées de conservation", "travaux (1)"},
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				p := newPatient(t, opts)
				c.plant(t, p, p.walk.DB.Engine())
				got := found(t, p.walk)
				if c.part == "" {
					if len(got) > 0 {
						t.Errorf("Doctor finds %v in a healthy observatory", got)
					}
					return
				}
				if len(got) != 1 || !strings.Contains(got[c.part], c.said) || strings.Count(got[c.part], "\n") != 1 {
					t.Errorf("Doctor finds %v; want one fault in %s that says %q", got, c.part, c.said)
				}
			})
		}
	})
}

func TestDoctorEditions(t *testing.T) {
	w := observatorytest.Copy(t)
	if got := found(t, w); len(got) > 0 {
		t.Errorf("Doctor finds %v in the starter", got)
	}
	row, err := w.DB.Edition(t.Context(), "2026-1")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(w.DB.Dir(), "artifact", row.Manifest[:2], row.Manifest)); err != nil {
		t.Fatal(err)
	}
	if got := found(t, w); !strings.Contains(got["éditions"], "2026-1") || !strings.Contains(got["artefacts"], "(manifest)") {
		t.Errorf("Doctor finds %v; want the artifact and the edition", got)
	}
}
