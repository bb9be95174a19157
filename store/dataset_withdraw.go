package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// Current returns the datasets that are not withdrawn, in their order.
func Current(all []DatasetRow) []DatasetRow {
	return slices.DeleteFunc(slices.Clone(all), func(r DatasetRow) bool { return r.Withdrawn() })
}

// WithdrawDataset takes a dataset out of what the next computations and
// editions are made of: the delivery before becomes the newest of its name.
// Nothing is erased, and editions that hold the dataset keep it.
//
// Error: Invalid without a reason; Conflict when it is withdrawn already, or
// when it is the only one of a reference file, without which nothing is read;
// NotFound.
func (d *DB) WithdrawDataset(ctx context.Context, by journal.Actor, id, reason string, now time.Time) (row DatasetRow, err error) {
	defer wrap(&err, "retrait du jeu %s", id)
	if reason == "" {
		return row, fault.Invalidf("dites pourquoi vous retirez ce jeu : d’autres le liront", "retrait sans raison")
	}
	if row, err = d.Dataset(ctx, id); err != nil {
		return row, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE dataset SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_for = $3
			WHERE  id = $4 AND withdrawn_at IS NULL`, utc(now), string(by), reason, id)
		if done, err := inserted(result, err); err != nil || !done {
			return errors.Join(err, errWithdrawn(done))
		}
		left, err := newestDataset(ctx, tx, row.Kind, row.Name)
		if err != nil {
			return err
		}
		if left == "" && row.Kind != Observation && row.Kind != Zoning {
			return &fault.Error{Kind: fault.Conflict, What: "c’est le seul fichier de référence « " + row.Name + " » : sans lui rien ne se lit",
				Do: "importez d’abord celui qui le remplace"}
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: "dataset.withdraw", Object: "dataset:" + id,
			After: entered(map[string]string{"name": row.Name, "newest": left})})
	})
	if err != nil {
		return row, err
	}
	return d.Dataset(ctx, id)
}

// errWithdrawn says that a dataset is withdrawn already.
func errWithdrawn(done bool) error {
	if done {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, What: "ce jeu est déjà retiré", Do: "relisez sa page"}
}

// RestoreDataset gives a withdrawn dataset its place back among those of its
// name: where it stood, not after those that came since.
//
// Error: Conflict when it is not withdrawn; NotFound.
func (d *DB) RestoreDataset(ctx context.Context, by journal.Actor, id string, now time.Time) (row DatasetRow, err error) {
	defer wrap(&err, "remise du jeu %s", id)
	if row, err = d.Dataset(ctx, id); err != nil {
		return row, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE dataset SET withdrawn_at = NULL, withdrawn_by = '', withdrawn_for = ''
			WHERE  id = $1 AND withdrawn_at IS NOT NULL`, id)
		done, err := inserted(result, err)
		if err != nil {
			return err
		}
		if !done {
			return &fault.Error{Kind: fault.Conflict, What: "ce jeu n’est pas retiré", Do: "relisez sa page"}
		}
		newest, err := newestDataset(ctx, tx, row.Kind, row.Name)
		if err != nil {
			return err
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: "dataset.restore", Object: "dataset:" + id,
			After: entered(map[string]string{"name": row.Name, "newest": newest})})
	})
	if err != nil {
		return row, err
	}
	return d.Dataset(ctx, id)
}

// changedDataset says who made another dataset the newest of a name: what the
// journal knows of it.
func changedDataset(ctx context.Context, tx *sql.Tx, newest string) error {
	err := changedBy(tx.QueryRowContext(ctx, `
		SELECT   actor, at
		FROM     journal
		WHERE    object = $1
		ORDER BY seq DESC
		LIMIT    1`, "dataset:"+newest))
	if errors.Is(err, sql.ErrNoRows) { // kept before there was a journal
		return &Changed{}
	}
	return err
}
