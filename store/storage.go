package store

import (
	"context"
	"database/sql"
)

// Storage is how much an observatory keeps.
type Storage struct {
	Engine    string        `json:"engine"`
	Schema    int64         `json:"schema"`
	Database  int64         `json:"database"` // bytes
	Artifacts []StorageKind `json:"artifacts"`
	Entries   int64         `json:"entries"` // of the journal
}

// StorageKind is the artifacts of one kind.
type StorageKind struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
	Bytes int64  `json:"bytes"`
}

// databaseSize is the bytes of the database, side by side.
var databaseSize = map[string]string{
	"sqlite":   `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`,
	"postgres": `SELECT pg_database_size(current_database())`,
}

// Storage measures what is kept.
func (d *DB) Storage(ctx context.Context) (s Storage, err error) {
	defer wrap(&err, "mesure de ce qui est gardé")
	s.Engine = d.Engine()
	if s.Schema, err = d.schemaVersion(ctx); err != nil {
		return s, err
	}
	if err := d.read.QueryRowContext(ctx, databaseSize[d.engine.name]).Scan(&s.Database); err != nil {
		return s, err
	}
	if err := d.read.QueryRowContext(ctx, `SELECT seq FROM journal_head WHERE one = 1`).Scan(&s.Entries); err != nil {
		return s, err
	}
	rows, err := d.read.QueryContext(ctx, `
		SELECT   kind, count(*), CAST(sum(size) AS bigint)
		FROM     artifact
		GROUP BY kind
		ORDER BY kind`)
	s.Artifacts, err = collect(rows, err, func(rows *sql.Rows, k *StorageKind) error { return rows.Scan(&k.Kind, &k.Count, &k.Bytes) })
	return s, err
}
