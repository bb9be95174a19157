package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// DescriptionRow is one version of a source description of the observatory's
// own. Text is the key of its TOML.
type DescriptionRow struct {
	Name    string        `json:"name"`
	Version int           `json:"version"`
	Text    string        `json:"text"`
	By      journal.Actor `json:"by"`
	At      time.Time     `json:"at"`
}

// DescriptionInput is a description to keep. Version is the one that it was
// made from, 0 for the first of its name.
type DescriptionInput struct {
	Name    string
	Text    []byte
	Version int
	By      journal.Actor
}

// PutDescription keeps a description as the next version of its name. The text
// that is there already makes none.
//
// Error: *Changed when somebody has kept another version since.
func (d *DB) PutDescription(ctx context.Context, in DescriptionInput, now time.Time) (row DescriptionRow, err error) {
	defer wrap(&err, "enregistrement de la description « %s »", in.Name)
	if in.Name == "" || len(in.Text) == 0 {
		return row, fault.Invalidf("donnez un nom et un texte à la description", "description sans nom ou vide")
	}
	text, err := d.keep(ctx, "source", in.Text)
	if err != nil {
		return row, err
	}
	row = DescriptionRow{Name: in.Name, Version: in.Version + 1, Text: text.id, By: in.By, At: utc(now)}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, now, text); err != nil {
			return err
		}
		last, err := newestDescription(ctx, tx, in.Name)
		if err != nil {
			return err
		}
		if last.Version != in.Version {
			return &Changed{By: last.By, At: last.At}
		}
		if last.Text == text.id {
			row = last
			return nil
		}
		result, err := tx.ExecContext(ctx, `
			INSERT INTO description (name, version, text, by_actor, at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (name, version) DO NOTHING`, row.Name, row.Version, row.Text, string(row.By), row.At)
		fresh, err := inserted(result, err)
		if err != nil {
			return err
		}
		if !fresh { // somebody else, at the same instant
			return &Changed{By: in.By, At: row.At}
		}
		act := journal.Act{Actor: in.By, Action: "source.write", Object: "source:" + in.Name, After: entered(map[string]any{"version": row.Version, "text": row.Text})}
		if last.Version > 0 {
			act.Before = entered(map[string]any{"version": last.Version, "text": last.Text})
		}
		return d.enter(ctx, tx, now, act)
	})
	return row, err
}

const selectDescription = `SELECT name, version, text, by_actor, at FROM description `

func scanDescription(rows *sql.Rows, r *DescriptionRow) error {
	err := rows.Scan(&r.Name, &r.Version, &r.Text, &r.By, &r.At)
	r.At = r.At.UTC()
	return err
}

// newestDescription is the last version of a name, the zero row when there is
// none.
func newestDescription(ctx context.Context, tx *sql.Tx, name string) (row DescriptionRow, err error) {
	rows, err := tx.QueryContext(ctx, selectDescription+`WHERE name = $1 ORDER BY version DESC LIMIT 1`, name)
	all, err := collect(rows, err, scanDescription)
	if len(all) > 0 {
		row = all[0]
	}
	return row, err
}

// Descriptions returns the newest version of each description, by name.
func (d *DB) Descriptions(ctx context.Context) (all []DescriptionRow, err error) {
	defer wrap(&err, "lecture des descriptions")
	rows, err := d.read.QueryContext(ctx, selectDescription+`
		WHERE    version = (SELECT max(other.version) FROM description other WHERE other.name = description.name)
		ORDER BY name`)
	return collect(rows, err, scanDescription)
}

// DescriptionVersions returns the versions of one description, the last first.
func (d *DB) DescriptionVersions(ctx context.Context, name string) (all []DescriptionRow, err error) {
	defer wrap(&err, "lecture de la description « %s »", name)
	rows, err := d.read.QueryContext(ctx, selectDescription+`WHERE name = $1 ORDER BY version DESC`, name)
	return collect(rows, err, scanDescription)
}
