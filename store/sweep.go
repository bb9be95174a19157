package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"vigie/journal"
)

// How long what may be swept stays: a file whose delivery was set aside, in case
// it was a mistake; an artifact that nothing names, in case it is of work under
// way.
const (
	setAside = 30 * day
	unnamed  = day
)

// Swept is what a sweep has taken away.
type Swept struct {
	Artifacts int   `json:"artifacts"`
	Parts     int   `json:"parts"` // files that no row knew: what an interruption has left
	Bytes     int64 `json:"bytes"`
}

// Sweep takes out of the bucket what nothing names any more: the file of a
// delivery that was set aside thirty days ago, what an interruption has left.
// What a row refers to stays, and so does what any manifest, result, description,
// run or record of a case names in its text. It can be run at any time, beside imports, any
// number of times; interrupted, it has taken less.
func (d *DB) Sweep(ctx context.Context, by journal.Actor, now time.Time) (s Swept, err error) {
	defer wrap(&err, "balayage des artefacts")
	if _, err := d.write.ExecContext(ctx, `
		UPDATE delivery SET file = NULL
		WHERE  state = 'withdrawn' AND file IS NOT NULL AND changed_at < $1`, utc(now.Add(-setAside))); err != nil {
		return s, err
	}
	named, err := d.named(ctx)
	if err != nil {
		return s, err
	}
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, kind, size
		FROM     artifact a
		WHERE    created_at < $1
		AND      id NOT IN (SELECT file FROM dataset UNION SELECT source FROM dataset UNION SELECT id FROM source UNION SELECT manifest FROM edition UNION SELECT pdf FROM report)
		ORDER BY id`, utc(now.Add(-unnamed)))
	all, err := collect(rows, err, func(rows *sql.Rows, a *artifact) error { return rows.Scan(&a.id, &a.kind, &a.size) })
	if err != nil {
		return s, err
	}
	for _, a := range all {
		if named[a.id] {
			continue
		}
		gone, err := d.sweepOne(ctx, by, a, now)
		if err != nil {
			return s, err
		}
		if gone {
			s.Artifacts, s.Bytes = s.Artifacts+1, s.Bytes+a.size
		}
	}
	return s, d.sweepParts(ctx, named, now, &s)
}

// bulky are the kinds of artifacts that hold figures or pages and name no other.
var bulky = map[string]bool{"file": true, "table": true, "pdf": true, "picture": true, closedKind: true, "tabulation": true}

var artifactName = regexp.MustCompile(`[0-9a-f]{64}`)

// named are the keys that texts hold: those of artifacts, of runs and of the
// notes of datasets. Rows name others, which the engine itself keeps.
func (d *DB) named(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	rows, err := d.read.QueryContext(ctx, `SELECT args || ' ' || result FROM run UNION ALL SELECT CAST(note AS text) FROM dataset
		UNION ALL SELECT record FROM casestudy_version WHERE record LIKE '%"artifact":%'
		UNION ALL SELECT record FROM casestudy_amendment WHERE record LIKE '%"artifact":%'`)
	texts, err := collect(rows, err, func(rows *sql.Rows, s *string) error { return rows.Scan(s) })
	if err != nil {
		return nil, err
	}
	rows, err = d.read.QueryContext(ctx, `SELECT id, kind, size FROM artifact ORDER BY id`)
	all, err := collect(rows, err, func(rows *sql.Rows, a *artifact) error { return rows.Scan(&a.id, &a.kind, &a.size) })
	if err != nil {
		return nil, err
	}
	note := func(text string) {
		for _, id := range artifactName.FindAllString(text, -1) {
			out[id] = true
		}
	}
	for _, text := range texts {
		note(text)
	}
	for _, a := range all {
		if bulky[a.kind] {
			continue
		}
		b, err := d.bucket.Read(ctx, a.id)
		if err != nil {
			return nil, err // a manifest that cannot be read may name anything: nothing is taken
		}
		note(string(b))
	}
	return out, nil
}

// sweepOne takes one artifact away, false when a row names it after all or it
// has just been asked for.
func (d *DB) sweepOne(ctx context.Context, by journal.Actor, a artifact, now time.Time) (bool, error) {
	if fresh, err := d.bucket.fresh(a.id, now); err != nil || fresh {
		return false, err
	}
	err := d.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM artifact WHERE id = $1`, a.id); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: "artifact.sweep", Object: "artifact:" + a.id, Before: entered(map[string]any{"kind": a.kind, "size": a.size})})
	})
	if isReferred(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, d.bucket.remove(a.id, now)
}

// isReferred reports whether a row was kept because others name it.
func isReferred(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23503"
}

// sweepParts takes away the files of the bucket that no row names.
func (d *DB) sweepParts(ctx context.Context, named map[string]bool, now time.Time, s *Swept) error {
	rows, err := d.read.QueryContext(ctx, `SELECT id FROM artifact ORDER BY id`)
	ids, err := collect(rows, err, func(rows *sql.Rows, id *string) error { return rows.Scan(id) })
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, id := range ids {
		known[id] = true
	}
	return filepath.WalkDir(d.bucket.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || e.IsDir() || known[e.Name()] || named[e.Name()] {
			return err
		}
		part := strings.HasPrefix(e.Name(), strings.TrimSuffix(partName, "*"))
		if !part && !artifactID.MatchString(e.Name()) {
			return nil // not ours
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && now.Sub(info.ModTime()) < unnamed {
			return nil
		}
		if err != nil {
			return err
		}
		s.Parts, s.Bytes = s.Parts+1, s.Bytes+info.Size()
		if part {
			return os.Remove(path)
		}
		return d.bucket.remove(e.Name(), now)
	})
}

// touch says that an artifact is asked for now, false when it is not there: a
// sweep that has begun leaves it.
func (k *Bucket) touch(id string) bool {
	now := time.Now()
	return os.Chtimes(k.path(id), now, now) == nil
}

// fresh reports whether an artifact was written or asked for lately.
func (k *Bucket) fresh(id string, now time.Time) (bool, error) {
	info, err := os.Stat(k.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && now.Sub(info.ModTime()) < unnamed, err
}

// remove takes an artifact out of the bucket, unless somebody asks for it
// meanwhile: it is set aside first, so that who comes after that writes it anew,
// and put back when who came before has touched it.
func (k *Bucket) remove(id string, now time.Time) error {
	aside := filepath.Join(filepath.Dir(k.path(id)), strings.TrimSuffix(partName, "*")+id)
	if err := os.Rename(k.path(id), aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	info, err := os.Stat(aside)
	if err != nil {
		return err
	}
	if now.Sub(info.ModTime()) < unnamed {
		return os.Rename(aside, k.path(id))
	}
	return os.Remove(aside)
}
