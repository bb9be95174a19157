package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"vigie/fault"
)

// databaseFile is the SQLite file in an observatory's folder.
const databaseFile = "vigie.db"

// engine is what differs between the two databases, side by side.
type engine struct {
	name     string
	dialect  goose.Dialect
	hasTable string // counts the tables named $1
}

var (
	engineSQLite = engine{
		name: "sqlite", dialect: goose.DialectSQLite3,
		hasTable: `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1`,
	}
	enginePostgres = engine{
		name: "postgres", dialect: goose.DialectPostgres,
		hasTable: `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1`,
	}
)

// connect opens the two handles: write, with one connection on SQLite, and
// read. On PostgreSQL they are one pool.
func connect(ctx context.Context, dir, databaseURL string) (d *DB, err error) {
	d = &DB{engine: engineSQLite, dir: dir, bucket: &Bucket{filepath.Join(dir, bucketFolder)}}
	switch {
	case databaseURL == "":
		err = d.connectSQLite()
	case strings.HasPrefix(databaseURL, "postgres://"), strings.HasPrefix(databaseURL, "postgresql://"):
		d.engine = enginePostgres
		err = d.connectPostgres(databaseURL)
	default:
		err = fault.Invalidf("donnez une adresse postgres://…, ou rien pour un fichier SQLite",
			"l’adresse de la base ne commence pas par postgres://")
	}
	if err != nil {
		return nil, err
	}
	if err := d.write.PingContext(ctx); err != nil {
		_ = d.Close() // the first error is the one to tell
		return nil, err
	}
	return d, nil
}

func (d *DB) connectSQLite() (err error) {
	path, err := filepath.Abs(filepath.Join(d.dir, databaseFile))
	if err != nil {
		return err
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	d.write, err = sql.Open("sqlite", file+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(5000)"+
		"&_pragma=foreign_keys(1)&_txlock=immediate&_time_format=sqlite")
	if err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	d.read, err = sql.Open("sqlite", file+
		"?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)&_time_format=sqlite")
	if err != nil {
		return err
	}
	d.read.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)))
	d.read.SetMaxIdleConns(4)
	return nil
}

func (d *DB) connectPostgres(databaseURL string) error {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		// The cause quotes the address, which may hold a password: not told.
		return fault.Invalidf("écrivez postgres://utilisateur:motdepasse@machine:5432/base",
			"l’adresse de la base PostgreSQL est mal formée")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "vigie"
	}
	d.write = stdlib.OpenDB(*config)
	d.write.SetMaxOpenConns(max(8, 2*runtime.GOMAXPROCS(0)))
	d.write.SetMaxIdleConns(4)
	d.read = d.write
	return nil
}

// exists reports whether dir/name exists, whatever it is.
func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}
