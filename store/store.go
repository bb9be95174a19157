// Package store keeps an observatory: the only package that speaks SQL
// (SQLite or PostgreSQL, one text for both) and to the artifact bucket.
//
// Small rows point to immutable artifacts: files as they were imported,
// Parquet tables, results, manifests, PDF. Artifacts are written first, then
// everything that belongs together in one transaction: killed at any moment,
// the store reads as before or as after. Every instant is UTC, to the second,
// and given by the caller. It knows nothing of what the bytes mean, except for
// tables. Start with Open, PutDataset and PutEdition.
package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"vigie/fault"
)

// DB is an open observatory, safe for concurrent use. One concrete type holds
// either engine.
type DB struct {
	engine engine
	dir    string
	bucket *Bucket
	write  *sql.DB // one connection on SQLite
	read   *sql.DB // read-only on SQLite

	secretFile string                   // Options.SecretFile
	session    atomic.Pointer[sql.Stmt] // see asking
}

// Options says where the rows are. The zero value is a SQLite file in the
// observatory's folder.
type Options struct {
	// DatabaseURL is postgres://user:password@host:port/base for PostgreSQL,
	// one observatory per base or per search_path.
	DatabaseURL string
	// SecretFile holds the keys that seal what must be read again (see
	// account.ParseKeys); "" is secret.key in the observatory's folder.
	SecretFile string
}

// Init creates an observatory in dir, which it makes if needed, and opens it.
// An Init that was interrupted can be run again.
//
// Error: Conflict when dir is not empty, or it or the base already is an
// observatory; Unavailable or Denied when the base cannot be reached.
func Init(ctx context.Context, dir string, opts Options) (d *DB, err error) {
	defer wrap(&err, "création de l’observatoire %s", dir)
	if err := checkEmpty(dir, opts); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	d, err = connect(ctx, dir, opts.DatabaseURL)
	if err != nil {
		return nil, err
	}
	d.secretFile = opts.SecretFile
	if err := d.create(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *DB) create(ctx context.Context) error {
	version, err := d.schemaVersion(ctx)
	if err != nil {
		return err
	}
	if version > 0 {
		return &fault.Error{
			Kind: fault.Conflict, What: "un observatoire existe déjà ici",
			Do: "choisissez un autre dossier ou une autre base, ou servez-vous de celui-ci",
		}
	}
	if err := makeFolder(d.bucket.dir); err != nil {
		return err
	}
	if err := d.migrate(ctx, migrations); err != nil {
		return err
	}
	return syncFolder(d.dir)
}

// checkEmpty refuses a folder that holds anything but what an interrupted
// Init leaves: an empty artifact folder and a database without a schema (which
// create looks at).
func checkEmpty(dir string, opts Options) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &fault.Error{
			Kind: fault.Invalid, What: fmt.Sprintf("%s n’est pas un dossier lisible", dir), Err: err,
			Do: "choisissez un autre dossier",
		}
	}
	for _, e := range entries {
		switch e.Name() {
		case databaseFile, databaseFile + "-wal", databaseFile + "-shm", databaseFile + "-journal":
			if opts.DatabaseURL == "" {
				continue
			}
		case bucketFolder:
			if inside, err := os.ReadDir(filepath.Join(dir, bucketFolder)); err == nil && len(inside) == 0 {
				continue
			}
			if exists(dir, databaseFile) && opts.DatabaseURL == "" {
				continue
			}
		}
		return &fault.Error{
			Kind: fault.Conflict, What: fmt.Sprintf("le dossier %s n’est pas vide (il contient %s)", dir, e.Name()),
			Do: "choisissez un dossier vide ou qui n’existe pas encore",
		}
	}
	return nil
}

// Open opens the observatory in dir and brings its schema up to date.
//
// Error: NotFound when dir is not an observatory; Conflict when it comes from
// a newer version of Vigie; Unavailable when the base is locked or does not
// answer; Internal when its file is damaged.
func Open(ctx context.Context, dir string, opts Options) (d *DB, err error) {
	defer wrap(&err, "ouverture de l’observatoire %s", dir)
	mark := databaseFile
	if opts.DatabaseURL != "" {
		mark = bucketFolder
	}
	if !exists(dir, mark) {
		return nil, errNoObservatory(dir)
	}
	d, err = connect(ctx, dir, opts.DatabaseURL)
	if err != nil {
		return nil, err
	}
	d.secretFile = opts.SecretFile
	version, err := d.schemaVersion(ctx)
	if err == nil && version == 0 {
		err = errNoObservatory(dir)
	}
	if err == nil {
		err = d.migrate(ctx, migrations)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func errNoObservatory(dir string) error {
	return fault.NotFoundf("vérifiez le dossier, et VIGIE_DATABASE si la base est sur PostgreSQL ; « vigie init » en crée un",
		"%s n’est pas un observatoire", dir)
}

// Close closes the database.
func (d *DB) Close() error {
	var err error
	if d.read != nil && d.read != d.write {
		err = d.read.Close()
	}
	if d.write != nil {
		err = errors.Join(err, d.write.Close())
	}
	return err
}

// Dir returns the observatory's folder.
func (d *DB) Dir() string { return d.dir }

// Engine returns "sqlite" or "postgres".
func (d *DB) Engine() string { return d.engine.name }

// Artifact returns the verified bytes of an artifact; see Bucket.Read.
//
// Error: Denied for a file of microdata.
func (d *DB) Artifact(ctx context.Context, id string) (b []byte, err error) {
	defer wrap(&err, "lecture d’un artefact")
	if err := d.isOpen(ctx, id); err != nil {
		return nil, err
	}
	return d.bucket.Read(ctx, id)
}

// OpenArtifact returns an artifact to read piece by piece, its bytes verified
// against its key in one pass; Close it.
//
// Error: NotFound; Denied for a file of microdata; Internal when a byte has
// changed.
func (d *DB) OpenArtifact(ctx context.Context, id string) (f *OpenedFile, err error) {
	defer wrap(&err, "lecture d’un artefact")
	if err := d.isOpen(ctx, id); err != nil {
		return nil, err
	}
	return d.open(ctx, id)
}

// open returns an artifact, its bytes verified.
func (d *DB) open(ctx context.Context, id string) (*OpenedFile, error) {
	f, err := d.bucket.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	sum, err := Sum(ctx, f)
	if err == nil && sum != id {
		err = errSpoilt(id)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// PutArtifact keeps bytes that no other row describes (a licence, a
// specification) and returns their key. kind is a word for people: licence.
func (d *DB) PutArtifact(ctx context.Context, kind string, b []byte, now time.Time) (id string, err error) {
	defer wrap(&err, "écriture d’un artefact")
	a, err := d.keep(ctx, kind, b)
	if err != nil {
		return "", err
	}
	return a.id, d.inTx(ctx, func(tx *sql.Tx) error { return insertArtifacts(ctx, tx, now, a) })
}

// artifact is bytes that are in the bucket, whose row is still to be written.
type artifact struct {
	id, kind string
	size     int64
}

// keep puts bytes in the bucket; their row comes with the transaction.
func (d *DB) keep(ctx context.Context, kind string, b []byte) (artifact, error) {
	id, err := d.bucket.Put(ctx, b)
	return artifact{id, kind, int64(len(b))}, err
}

// keepFile copies a file to the bucket; its row comes with the transaction.
func (d *DB) keepFile(ctx context.Context, kind string, f RawFile, id string) (artifact, error) {
	id, err := d.bucket.Copy(ctx, f, id)
	return artifact{id, kind, f.Size()}, err
}

func insertArtifacts(ctx context.Context, tx *sql.Tx, now time.Time, all ...artifact) error {
	for _, a := range all {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO artifact (id, size, kind, created_at)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO NOTHING`, a.id, a.size, a.kind, utc(now)); err != nil {
			return err
		}
	}
	return nil
}

// inTx runs do in one write transaction: everything it writes, or nothing.
func (d *DB) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // a no-op after Commit; otherwise the first error is the one to tell
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// collect scans every row of a query.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows, *T) error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// only returns the one row that was asked for by its key.
//
// Error: NotFound, naming the noun and the key.
func only[T any](all []T, err error, noun, id string) (T, error) {
	if err == nil && len(all) == 0 {
		err = fault.NotFoundf("vérifiez l’identifiant", "%s « %s » inconnu", noun, id)
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// inserted reports whether an INSERT … ON CONFLICT DO NOTHING wrote a row.
func inserted(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// null is the column of an optional text.
func null(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// utc is what both engines keep of an instant: UTC, to the second.
func utc(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// newID returns the identifier of a row made at an instant. Their order is that
// of the instants, to the nanosecond: rows of one second stay in the order in
// which they came.
func newID(now time.Time) string {
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(now.UnixNano()))
	return strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(at[:]) + rand.Text()[:13])
}

// key returns the SHA-256 of several texts, each told from the next.
func key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s\n", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
