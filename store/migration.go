package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"vigie/fault"
)

// migrationTable tells which migrations an observatory has had. Its presence
// is what makes a database an observatory.
const migrationTable = "vigie_migration"

//go:embed migration/sqlite/*.sql migration/postgres/*.sql
var migrations embed.FS

// provider returns the migrations of d's engine, from fsys.
func (d *DB) provider(fsys fs.FS) (*goose.Provider, error) {
	files, err := fs.Sub(fsys, "migration/"+d.engine.name)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithTableName(migrationTable), goose.WithDisableGlobalRegistry(true)}
	if d.engine.name == enginePostgres.name {
		// Two nodes that start together migrate once.
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(d.engine.dialect, d.write, files, options...)
}

// schemaVersion returns the number of the last migration applied, 0 when the
// database is not an observatory or its creation was interrupted.
func (d *DB) schemaVersion(ctx context.Context) (version int64, err error) {
	var tables int
	if err := d.write.QueryRowContext(ctx, d.engine.hasTable, migrationTable).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err = d.write.QueryRowContext(ctx, `
		SELECT coalesce(max(version_id), 0)
		FROM   vigie_migration`).Scan(&version)
	return version, err
}

// migrate applies the migrations of fsys that are missing, forward only, each
// in its transaction: interrupted, it can be run again.
//
// Error: Conflict when the schema is newer than fsys knows.
func (d *DB) migrate(ctx context.Context, fsys fs.FS) (err error) {
	defer wrap(&err, "mise à jour du schéma")
	p, err := d.provider(fsys)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	known := sources[len(sources)-1].Version
	version, err := d.schemaVersion(ctx)
	if err != nil || version == known {
		return err
	}
	if version > known {
		return &fault.Error{
			Kind: fault.Conflict, Do: "installez la version de Vigie qui a servi en dernier, ou une plus récente",
			What: fmt.Sprintf("cet observatoire vient d’une version plus récente de Vigie (schéma %d, celle-ci connaît le %d)", version, known),
		}
	}
	let, err := d.alone(ctx)
	if err != nil {
		return err
	}
	defer let()
	_, err = p.Up(ctx)
	return err
}

// alone waits until no other process migrates the SQLite file of the folder, and
// returns what lets the next one in; PostgreSQL has a lock of its own. The lock
// is the kernel's: it falls with the process.
func (d *DB) alone(ctx context.Context) (let func(), err error) {
	if d.engine.name == enginePostgres.name {
		return func() {}, nil
	}
	folder, err := os.Open(d.dir) // not the file: closing it would drop SQLite's own locks
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = folder.Close() }, nil // which unlocks it
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			_ = folder.Close()
			return nil, err
		}
		select {
		case <-ctx.Done():
			_ = folder.Close()
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
