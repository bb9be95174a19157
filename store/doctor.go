package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"vigie/fault"
)

// examination is what differs between the engines for a doctor: what must hold
// of the schema, and how a broken constraint is found.
type examination struct {
	triggers    string // their names
	constraints string // rows (text) of what is wrong; "" for a statement that fails
	foreign     string // the same, of references to nothing
}

var examinations = map[string]examination{
	"sqlite": {
		triggers:    `SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name`,
		constraints: `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 20`,
		foreign:     `SELECT "table" || ' → ' || parent FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1 LIMIT 20`,
	},
	"postgres": {
		triggers: `
			SELECT g.tgname
			FROM   pg_trigger g
			JOIN   pg_class r ON r.oid = g.tgrelid
			WHERE  NOT g.tgisinternal AND g.tgenabled <> 'D' AND r.relnamespace = current_schema()::regnamespace
			ORDER BY g.tgname`,
		constraints: `
			SELECT conrelid::regclass || ' : ' || conname
			FROM   pg_constraint
			WHERE  connamespace = current_schema()::regnamespace AND NOT convalidated
			ORDER BY 1`,
		foreign: danglingPostgres,
	},
}

// danglingPostgres fails at the first reference to nothing. PostgreSQL keeps
// its constraints itself, unless somebody switched them off.
const danglingPostgres = `
	DO $$
	DECLARE
		k record;
		n bigint;
	BEGIN
		FOR k IN
			SELECT c.conname, c.conrelid::regclass AS child, c.confrelid::regclass AS parent,
			       string_agg(format('c.%I = p.%I', a.attname, b.attname), ' AND ') AS same,
			       string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') AS given
			FROM   pg_constraint c
			CROSS  JOIN LATERAL unnest(c.conkey, c.confkey) AS u (x, y)
			JOIN   pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.x
			JOIN   pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = u.y
			WHERE  c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
			GROUP  BY c.oid, c.conname, c.conrelid, c.confrelid
			ORDER  BY c.conname
		LOOP
			EXECUTE format('SELECT count(*) FROM %s c WHERE %s AND NOT EXISTS (SELECT 1 FROM %s p WHERE %s)', k.child, k.given, k.parent, k.same) INTO n;
			IF n > 0 THEN
				RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', MESSAGE = k.child || ' → ' || k.parent;
			END IF;
		END LOOP;
	END $$`

// guards are the triggers that keep the journal append-only.
var guards = map[string][]string{
	"sqlite":   {"journal_delete", "journal_head_delete", "journal_head_update", "journal_update"},
	"postgres": {"journal_change", "journal_head_delete", "journal_head_update"},
}

const restore = "restaurez l’observatoire depuis une sauvegarde"

// CheckSchema returns the version of the schema and what is wrong with it.
func (d *DB) CheckSchema(ctx context.Context) (version int64, faults fault.List, err error) {
	defer wrap(&err, "examen du schéma")
	if version, err = d.schemaVersion(ctx); err != nil {
		return version, nil, err
	}
	names, err := d.texts(ctx, examinations[d.engine.name].triggers)
	if err != nil {
		return version, nil, err
	}
	have := map[string]bool{}
	for _, n := range names {
		have[n] = true
	}
	for _, n := range guards[d.engine.name] {
		if !have[n] {
			faults = append(faults, &fault.Error{What: "la garde « " + n + " » du journal est retirée : ses entrées peuvent être modifiées",
				Do: "cherchez qui a écrit dans la base, puis " + restore})
		}
	}
	return version, faults, nil
}

func (d *DB) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := d.read.QueryContext(ctx, query, args...)
	return collect(rows, err, func(rows *sql.Rows, s *string) error { return rows.Scan(s) })
}

// CheckConstraints reads the whole database, and returns what contradicts its
// schema.
func (d *DB) CheckConstraints(ctx context.Context) (faults fault.List, err error) {
	defer wrap(&err, "examen de la base")
	x := examinations[d.engine.name]
	for _, query := range []string{x.constraints, x.foreign} {
		found, err := d.texts(ctx, query)
		if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "23503" {
			found, err = []string{e.Message}, nil
		}
		if err != nil {
			return nil, err
		}
		for _, text := range found {
			faults = append(faults, &fault.Error{What: "la base se contredit : " + text, Do: restore})
		}
	}
	return faults, nil
}

// inFlight is how long an artifact may be there before the row that names it.
const inFlight = time.Hour

// CheckArtifacts reads every artifact, and returns those that are missing,
// altered, or of no row: those that came within the hour may be of an import
// under way. tell is told of each one read.
func (d *DB) CheckArtifacts(ctx context.Context, now time.Time, tell func(done, total int)) (count int, faults fault.List, err error) {
	defer wrap(&err, "examen des artefacts")
	rows, err := d.read.QueryContext(ctx, `SELECT id, kind, size FROM artifact ORDER BY id`)
	all, err := collect(rows, err, func(rows *sql.Rows, a *artifact) error { return rows.Scan(&a.id, &a.kind, &a.size) })
	if err != nil {
		return 0, nil, err
	}
	known := map[string]bool{}
	for i, a := range all {
		known[path.Join(a.id[:2], a.id)] = true
		f, err := d.bucket.Open(ctx, a.id)
		if err == nil {
			var sum string
			sum, err = Sum(ctx, f)
			if err == nil && (sum != a.id || f.Size() != a.size) {
				err = errSpoilt(a.id)
			}
			err = errors.Join(err, f.Close())
		}
		if ctx.Err() != nil {
			return i, faults, ctx.Err()
		}
		if err != nil {
			faults = append(faults, artifactFault(a, err))
		}
		tell(i+1, len(all))
	}
	orphans, err := d.orphans(known, now)
	return len(all), append(faults, orphans...), err
}

// artifactFault names what people know of an artifact, and what to do.
func artifactFault(a artifact, err error) *fault.Error {
	out := &fault.Error{What: fmt.Sprintf("artefact %s (%s) illisible", a.id, a.kind), Do: "vérifiez les droits du dossier artifact et le disque", Err: err}
	if e, ok := errors.AsType[*fault.Error](err); ok {
		out = &fault.Error{Kind: e.Kind, What: fmt.Sprintf("%s (%s)", e.What, a.kind), Do: e.Do}
	}
	return out
}

// orphans are the files of the bucket that no row names.
func (d *DB) orphans(known map[string]bool, now time.Time) (faults fault.List, err error) {
	err = fs.WalkDir(os.DirFS(d.bucket.dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || known[name] {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && now.Sub(info.ModTime()) < inFlight {
			return nil // under way
		}
		if err != nil {
			return err
		}
		faults = append(faults, &fault.Error{What: "fichier orphelin : " + path.Join(bucketFolder, name),
			Do: "aucune ligne ne le nomme, un import interrompu l’a laissé : « vigie doctor --sweep » l’efface un jour plus tard"})
		return nil
	})
	return faults, err
}
