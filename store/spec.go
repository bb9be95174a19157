package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// SpecInput is a specification of the index as a person writes it. A draft may
// hold faults: the store does not read Text.
type SpecInput struct {
	Name string // what people call it
	Note string // why it is so
	Text []byte // TOML
	By   journal.Actor
}

// SpecRow is a specification: a draft, or one that was kept to compute with.
// File is the key of the artifact of its text.
type SpecRow struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Note      string        `json:"note"`
	File      string        `json:"file"`
	Turn      int           `json:"turn"` // 0: a draft; of those kept, the greatest is computed with
	Version   int           `json:"version"`
	CreatedBy journal.Actor `json:"created_by"`
	CreatedAt time.Time     `json:"created_at"`
	ChangedBy journal.Actor `json:"changed_by"`
	ChangedAt time.Time     `json:"changed_at"`
	KeptAt    time.Time     `json:"kept_at,omitzero"`
}

// State is Draft or Kept.
func (r *SpecRow) State() account.State {
	if r.Turn > 0 {
		return account.Kept
	}
	return account.Draft
}

// What a draft may weigh.
const (
	mostSpec     = 1 << 20
	mostSpecName = 120
	mostSpecNote = 2000
)

func (in *SpecInput) check() error {
	in.Name, in.Note = strings.TrimSpace(in.Name), strings.TrimSpace(in.Note)
	switch {
	case in.Name == "" || len(in.Name) > mostSpecName || strings.ContainsAny(in.Name, "\r\n\t\x00"):
		return fault.Invalidf("donnez-lui un nom d’une ligne, de 120 signes au plus", "spécification sans nom, ou au nom trop long")
	case len(in.Note) > mostSpecNote:
		return fault.Invalidf("écrivez 2 000 signes au plus", "note trop longue")
	case len(in.Text) == 0 || len(in.Text) > mostSpec:
		return fault.Invalidf("donnez un texte TOML de 1 Mo au plus", "spécification vide ou trop longue")
	}
	return nil
}

// PutSpec adds a draft.
//
// Error: Invalid for a name, a note or a text out of bounds.
func (d *DB) PutSpec(ctx context.Context, in SpecInput, now time.Time) (row SpecRow, err error) {
	defer wrap(&err, "enregistrement de la spécification « %s »", in.Name)
	if err := in.check(); err != nil {
		return row, err
	}
	file, err := d.keep(ctx, "spec", in.Text)
	if err != nil {
		return row, err
	}
	id := strings.ToLower(rand.Text())
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, now, file); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO spec (id, name, note, file, turn, version, created_by, created_at, changed_by, changed_at)
			VALUES ($1, $2, $3, $4, 0, 1, $5, $6, $5, $6)`, id, in.Name, in.Note, file.id, string(in.By), utc(now)); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, specAct(in.By, id, nil, specEntered(in.Name, file.id, false)))
	})
	if err != nil {
		return row, err
	}
	return d.Spec(ctx, id)
}

// ChangeSpec replaces the name, the note and the text of a draft. version is
// that of the row which the change was made from.
//
// Error: Changed when somebody changed it since; Conflict for one that is kept;
// NotFound; Invalid.
func (d *DB) ChangeSpec(ctx context.Context, id string, version int, in SpecInput, now time.Time) (row SpecRow, err error) {
	defer wrap(&err, "modification de la spécification « %s »", in.Name)
	if err := in.check(); err != nil {
		return row, err
	}
	before, err := d.draft(ctx, id)
	if err != nil {
		return before, err
	}
	file, err := d.keep(ctx, "spec", in.Text)
	if err != nil {
		return row, err
	}
	if before.Version == version && before.Name == in.Name && before.Note == in.Note && before.File == file.id {
		return before, nil
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, now, file); err != nil {
			return err
		}
		if err := d.turnSpec(ctx, tx, in.By, id, version, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE spec
			SET    name = $1, note = $2, file = $3
			WHERE  id = $4`, in.Name, in.Note, file.id, id); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, specAct(in.By, id, specEntered(before.Name, before.File, false), specEntered(in.Name, file.id, false)))
	})
	if err != nil {
		return row, err
	}
	return d.Spec(ctx, id)
}

// KeepSpec makes a specification the one to compute with, a draft or one kept
// before.
//
// Error: Changed when somebody changed it since version; NotFound.
func (d *DB) KeepSpec(ctx context.Context, by journal.Actor, id string, version int, now time.Time) (row SpecRow, err error) {
	defer wrap(&err, "choix de la spécification de l’indice")
	before, err := d.Spec(ctx, id)
	if err != nil {
		return before, err
	}
	newest, err := d.KeptSpec(ctx)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return row, err
	}
	if newest.ID == id && before.Version == version {
		return before, nil
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := d.turnSpec(ctx, tx, by, id, version, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE spec
			SET    turn = (SELECT max(turn) + 1 FROM spec), kept_at = $1
			WHERE  id = $2`, utc(now), id); err != nil {
			return err
		}
		after := specEntered(before.Name, before.File, true)
		var was any
		if newest.ID != "" {
			was = map[string]string{"newest": newest.ID}
		}
		return d.enter(ctx, tx, now, specAct(by, id, was, after))
	})
	if err != nil {
		return row, err
	}
	return d.Spec(ctx, id)
}

// DropSpec removes a draft; the journal and the artifact of its text stay.
//
// Error: Changed when somebody changed it since version; Conflict for one that
// is kept; NotFound.
func (d *DB) DropSpec(ctx context.Context, by journal.Actor, id string, version int, now time.Time) (err error) {
	defer wrap(&err, "suppression d’un brouillon")
	before, err := d.draft(ctx, id)
	if err != nil {
		return err
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if err := d.turnSpec(ctx, tx, by, id, version, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM spec WHERE id = $1 AND turn = 0`, id); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, specAct(by, id, specEntered(before.Name, before.File, false), nil))
	})
}

// draft returns a draft. Error: Conflict for a specification that is kept.
func (d *DB) draft(ctx context.Context, id string) (SpecRow, error) {
	row, err := d.Spec(ctx, id)
	if err == nil && row.Turn > 0 {
		err = &fault.Error{Kind: fault.Conflict, What: "cette spécification est retenue : des calculs en dépendent", Do: "partez d’elle pour un nouveau brouillon"}
	}
	return row, err
}

// turnSpec takes the next version of a specification, if version is the
// current.
func (d *DB) turnSpec(ctx context.Context, tx *sql.Tx, by journal.Actor, id string, version int, now time.Time) error {
	result, err := tx.ExecContext(ctx, `
		UPDATE spec
		SET    version = version + 1, changed_by = $1, changed_at = $2
		WHERE  id = $3 AND version = $4`, string(by), utc(now), id, version)
	if turned, err := inserted(result, err); err != nil || turned {
		return err
	}
	return changedBy(tx.QueryRowContext(ctx, `SELECT changed_by, changed_at FROM spec WHERE id = $1`, id))
}

func specAct(by journal.Actor, id string, before, after any) journal.Act {
	return journal.Act{Actor: by, Action: string(account.WriteSpec), Object: "spec:" + id, Before: entered(before), After: entered(after)}
}

func specEntered(name, file string, kept bool) any {
	return struct {
		Name string `json:"name"`
		File string `json:"file"`
		Kept bool   `json:"kept,omitempty"`
	}{name, file, kept}
}

const selectSpec = `
	SELECT id, name, note, file, turn, version, created_by, created_at, changed_by, changed_at, kept_at
	FROM   spec`

func scanSpec(rows *sql.Rows, r *SpecRow) error {
	var kept sql.NullTime
	err := rows.Scan(&r.ID, &r.Name, &r.Note, &r.File, &r.Turn, &r.Version, &r.CreatedBy, &r.CreatedAt, &r.ChangedBy, &r.ChangedAt, &kept)
	r.CreatedAt, r.ChangedAt = r.CreatedAt.UTC(), r.ChangedAt.UTC()
	if kept.Valid {
		r.KeptAt = kept.Time.UTC()
	}
	return err
}

// Spec returns one specification.
//
// Error: NotFound.
func (d *DB) Spec(ctx context.Context, id string) (row SpecRow, err error) {
	defer wrap(&err, "lecture d’une spécification")
	rows, err := d.read.QueryContext(ctx, selectSpec+`
		WHERE    id = $1
		ORDER BY id`, id)
	all, err := collect(rows, err, scanSpec)
	return only(all, err, "spécification", id)
}

// KeptSpec returns the specification to compute with.
//
// Error: NotFound when none was kept.
func (d *DB) KeptSpec(ctx context.Context) (row SpecRow, err error) {
	defer wrap(&err, "lecture de la spécification retenue")
	rows, err := d.read.QueryContext(ctx, selectSpec+`
		WHERE    turn > 0
		ORDER BY turn DESC, id
		LIMIT    1`)
	all, err := collect(rows, err, scanSpec)
	return only(all, err, "spécification", "retenue")
}

// Specs returns the specifications, the last changed first.
func (d *DB) Specs(ctx context.Context) (all []SpecRow, err error) {
	defer wrap(&err, "lecture des spécifications")
	rows, err := d.read.QueryContext(ctx, selectSpec+`
		ORDER BY changed_at DESC, turn DESC, id`)
	return collect(rows, err, scanSpec)
}
