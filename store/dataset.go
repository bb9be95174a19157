package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"vigie/dataset"
	"vigie/fault"
	"vigie/journal"
)

// DatasetKind says what a dataset's file holds.
type DatasetKind string

// The kinds. Observations have a table, zonings their list of communes; of the
// others the file itself is the dataset.
const (
	Observation DatasetKind = "observation"
	Zoning      DatasetKind = "zoning" // a table commune → zone
	Territory   DatasetKind = "territory"
	Boundary    DatasetKind = "boundary"
	Postcode    DatasetKind = "postcode"
	Change      DatasetKind = "change" // of territories, between two vintages
	Catalogue   DatasetKind = "catalogue"
	Published   DatasetKind = "published" // figures published by others
	Publication DatasetKind = "publication"
	Register    DatasetKind = "register" // of studies, events and partners
)

// DatasetKinds lists the kinds; the first two are read by a description.
var DatasetKinds = [...]DatasetKind{Observation, Zoning, Territory, Boundary, Postcode, Change, Catalogue, Published, Publication, Register}

// DatasetInput is what an import gives to keep.
type DatasetInput struct {
	Name        string
	Kind        DatasetKind
	Source      string         // name of the source
	Description []byte         // the source's description, TOML
	FileName    string         // as the person gave it, without folder
	File        RawFile        // the raw bytes, read several times
	FileID      string         // key of the bytes that were read (Sum); other bytes are refused; "" takes what is there
	Origin      string         // the address that the file was brought from, "" from a person's machine
	Table       *dataset.Table // what was read; observations only
	Zonings     []byte         // what was read, JSON; zonings only
	Rows        int            // records of the file, when there is no Table
	Note        []byte         // JSON, for instance the join report; may be empty
	ImportedAt  time.Time
	By          journal.Actor
	Over        *string // the dataset that was the newest of its name when somebody began to change it; nil: any
}

// DatasetRow is one immutable dataset. Source, File and Observations are the
// keys of artifacts (Artifact); Observations is what was read, the table or the
// zonings, "" when the file itself is the dataset.
type DatasetRow struct {
	ID           string
	Name         string
	Kind         DatasetKind
	Source       string
	SourceName   string
	FileName     string
	File         string
	Observations string
	Rows         int
	PeriodFirst  string // "" without observations
	PeriodLast   string
	Note         []byte // JSON
	ImportedAt   time.Time

	Origin       string        `json:",omitempty"` // the address that the file was first brought from, "" from a person's machine
	WithdrawnAt  time.Time     `json:",omitzero"`  // kept, and no longer the newest of its name
	WithdrawnBy  journal.Actor `json:",omitempty"`
	WithdrawnFor string        `json:",omitempty"`
}

// Withdrawn reports whether the dataset is withdrawn.
func (r *DatasetRow) Withdrawn() bool { return !r.WithdrawnAt.IsZero() }

// PutDataset keeps an imported file, its description and its table, and
// reports whether they are new. The same bytes read under the same description
// are the same dataset, which stays as it was first put but is the newest of its
// name again; a version of Vigie that reads them otherwise makes another one.
// The file is copied as it streams, never held whole.
//
// Error: Invalid when the input contradicts itself; Conflict when the file is
// no longer the one that was read; *Changed when another dataset than Over is
// the newest of its name.
func (d *DB) PutDataset(ctx context.Context, in DatasetInput) (row DatasetRow, fresh bool, err error) {
	defer wrap(&err, "enregistrement du jeu « %s »", in.Name)
	if err := in.check(); err != nil {
		return row, false, err
	}
	source, err := d.keep(ctx, "source", in.Description)
	if err != nil {
		return row, false, err
	}
	file, err := d.keepFile(ctx, "file", in.File, in.FileID)
	if err != nil {
		return row, false, err
	}
	all := []artifact{source, file}
	row = DatasetRow{
		Name: in.Name, Kind: in.Kind, Source: source.id, SourceName: in.Source, FileName: in.FileName, File: file.id,
		Rows: in.Rows, Note: in.Note, ImportedAt: in.ImportedAt, Origin: in.Origin,
	}
	if in.Table != nil {
		b, err := EncodeTable(in.Table)
		if err != nil {
			return row, false, err
		}
		table, err := d.keep(ctx, "table", b)
		if err != nil {
			return row, false, err
		}
		all = append(all, table)
		row.Observations, row.Rows = table.id, in.Table.Rows()
		row.PeriodFirst, row.PeriodLast = periods(in.Table)
	}
	if in.Zonings != nil {
		read, err := d.keep(ctx, "zoning", in.Zonings)
		if err != nil {
			return row, false, err
		}
		all = append(all, read)
		row.Observations = read.id
	}
	if len(row.Note) == 0 {
		row.Note = []byte("{}")
	}
	row.ID = key("dataset", string(row.Kind), row.Name, row.Source, row.File, row.Observations)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, in.ImportedAt, all...); err != nil {
			return err
		}
		before, err := newestDataset(ctx, tx, row.Kind, row.Name)
		if err != nil {
			return err
		}
		if in.Over != nil && *in.Over != before {
			return changedDataset(ctx, tx, before)
		}
		if fresh, err = insertDataset(ctx, tx, &row); err != nil || before == row.ID {
			return err
		}
		return d.enter(ctx, tx, in.ImportedAt, datasetAct(&row, before, in.By))
	})
	if err != nil {
		return row, false, err
	}
	row, err = d.Dataset(ctx, row.ID)
	return row, fresh, err
}

func (in *DatasetInput) check() error {
	refuse := func(what string) error {
		return fault.Invalidf("corrigez la description de la source", "jeu « %s » : %s", in.Name, what)
	}
	switch {
	case in.Name == "" || in.Source == "" || in.FileName == "":
		return refuse("nom du jeu, de la source ou du fichier absent")
	case in.File == nil:
		return refuse("octets du fichier absents")
	case !slices.Contains(DatasetKinds[:], in.Kind):
		return refuse("sorte « " + string(in.Kind) + " » inconnue")
	case (in.Kind == Observation) != (in.Table != nil):
		return refuse("une table d’observations va avec la sorte observation, et elle seule")
	case (in.Kind == Zoning) != (in.Zonings != nil):
		return refuse("des zonages vont avec la sorte zoning, et elle seule")
	case len(in.Note) > 0 && !json.Valid(in.Note):
		return refuse("la note n’est pas du JSON")
	}
	return nil
}

// periods returns the first and last periods of a table, in text order.
func periods(t *dataset.Table) (first, last string) {
	for i := range t.Columns {
		p := t.Columns[i].Period
		if i == 0 || p < first {
			first = p
		}
		last = max(last, p)
	}
	return first, last
}

func insertDataset(ctx context.Context, tx *sql.Tx, row *DatasetRow) (fresh bool, err error) {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO source (id, name, created_at)
		VALUES ($1, $2, $3)
		ON CONFLICT (id) DO NOTHING`, row.Source, row.SourceName, utc(row.ImportedAt)); err != nil {
		return false, err
	}
	result, err := tx.ExecContext(ctx, `
		INSERT INTO dataset (id, name, kind, source, file_name, file, observations, row_count,
		                     period_first, period_last, note, imported_at, origin)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO NOTHING`,
		row.ID, row.Name, string(row.Kind), row.Source, row.FileName, row.File, null(row.Observations), row.Rows,
		row.PeriodFirst, row.PeriodLast, string(row.Note), utc(row.ImportedAt), row.Origin)
	if fresh, err = inserted(result, err); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE dataset
		SET    turn = (SELECT max(turn) + 1 FROM dataset), withdrawn_at = NULL, withdrawn_by = '', withdrawn_for = '',
		       origin = CASE origin WHEN '' THEN $2 ELSE origin END
		WHERE  id = $1`, row.ID, row.Origin)
	return fresh, err
}

// newestDataset is the last dataset put under a name and not withdrawn, "" when
// there is none.
func newestDataset(ctx context.Context, tx *sql.Tx, kind DatasetKind, name string) (id string, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT   id
		FROM     dataset
		WHERE    kind = $1 AND name = $2 AND withdrawn_at IS NULL
		ORDER BY turn DESC, imported_at DESC, id
		LIMIT    1`, string(kind), name).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, err
}

// datasetAct says that a dataset becomes the newest of its name. The name of
// its file stays out of the journal: people put names in it.
func datasetAct(row *DatasetRow, before string, by journal.Actor) journal.Act {
	a := journal.Act{Actor: by, Action: "dataset.import", Object: "dataset:" + row.ID, After: entered(map[string]any{
		"name": row.Name, "kind": row.Kind, "file": row.File, "source": row.Source, "rows": row.Rows})}
	if before != "" {
		a.Before = entered(map[string]string{"newest": before})
	}
	return a
}

const selectDataset = `
	SELECT d.id, d.name, d.kind, d.source, s.name, d.file_name, d.file, d.observations, d.row_count,
	       d.period_first, d.period_last, d.note, d.imported_at, d.withdrawn_at, d.withdrawn_by, d.withdrawn_for, d.origin
	FROM   dataset d
	JOIN   source s ON s.id = d.source`

func scanDataset(rows *sql.Rows, r *DatasetRow) error {
	var observations sql.NullString
	var withdrawn sql.NullTime
	err := rows.Scan(&r.ID, &r.Name, &r.Kind, &r.Source, &r.SourceName, &r.FileName, &r.File, &observations, &r.Rows,
		&r.PeriodFirst, &r.PeriodLast, &r.Note, &r.ImportedAt, &withdrawn, &r.WithdrawnBy, &r.WithdrawnFor, &r.Origin)
	if withdrawn.Valid {
		r.WithdrawnAt = withdrawn.Time.UTC()
	}
	r.Observations, r.ImportedAt = observations.String, r.ImportedAt.UTC()
	return err
}

// Datasets returns the datasets of one kind, of all kinds when it is "", by
// name; of one name the last one put comes first. Those withdrawn are among
// them: see Current.
func (d *DB) Datasets(ctx context.Context, kind DatasetKind) (all []DatasetRow, err error) {
	defer wrap(&err, "lecture des jeux")
	rows, err := d.read.QueryContext(ctx, selectDataset+`
		WHERE    d.kind = $1 OR $1 = ''
		ORDER BY d.name, d.turn DESC, d.imported_at DESC, d.id`, string(kind))
	return collect(rows, err, scanDataset)
}

// Dataset returns one dataset.
//
// Error: NotFound.
func (d *DB) Dataset(ctx context.Context, id string) (row DatasetRow, err error) {
	defer wrap(&err, "lecture du jeu %s", id)
	rows, err := d.read.QueryContext(ctx, selectDataset+`
		WHERE    d.id = $1
		ORDER BY d.id`, id)
	all, err := collect(rows, err, scanDataset)
	return only(all, err, "jeu", id)
}

// Table returns the observations of a dataset, from a verified file.
//
// Error: NotFound when the dataset holds none.
func (d *DB) Table(ctx context.Context, row DatasetRow) (t *dataset.Table, err error) {
	defer wrap(&err, "lecture du jeu « %s »", row.Name)
	if row.Observations == "" || row.Kind != Observation {
		return nil, errNoTable()
	}
	b, err := d.bucket.Read(ctx, row.Observations)
	if err != nil {
		return nil, err
	}
	return DecodeTable(b)
}
