package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/journal"
)

// askFetch asks for the run that brings the file of a delivery.
func (d *DB) askFetch(ctx context.Context, tx *sql.Tx, by journal.Actor, id string, version int, run RunOf, now time.Time) error {
	runID, err := d.askRun(ctx, tx, by, id, version, run, now)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE delivery SET fetch_run = $1 WHERE id = $2`, runID, id)
	return err
}

// FetchAgain asks once more for the run that brings the file of a delivery.
//
// Error: *Changed; Conflict when the file is there, is on its way, or the
// delivery waits no more; NotFound.
func (d *DB) FetchAgain(ctx context.Context, by journal.Actor, id string, version int, run RunOf, now time.Time) (row DeliveryRow, err error) {
	defer wrap(&err, "téléchargement d’un envoi")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE delivery
			SET    version = version + 1, changed_by = $1, changed_at = $2
			WHERE  id = $3 AND version = $4 AND state = 'sent' AND file IS NULL
			AND    NOT EXISTS (SELECT 1 FROM run WHERE run.id = delivery.fetch_run AND run.state IN ('waiting', 'running'))`,
			string(by), utc(now), id, version)
		turned, err := inserted(result, err)
		if err != nil {
			return err
		}
		if !turned {
			return whyNotTurned(ctx, tx, id, version, false)
		}
		if err := d.askFetch(ctx, tx, by, id, version, run, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, deliveryAct(by, "delivery.fetch", id, nil))
	})
	if err != nil {
		return row, err
	}
	return d.Delivery(ctx, id)
}

// Arrived is a file that was brought from an address.
type Arrived struct {
	FileName string
	File     RawFile
	Reading  Reading
	Run      RunOf // looks at it
}

// DeliveryArrived gives a delivery its file, and asks for the run that looks at
// it, both or neither. It does nothing when the delivery has a file already or
// was set aside meanwhile.
//
// Error: Invalid for an empty file; Conflict when the sender has too much
// waiting already.
func (d *DB) DeliveryArrived(ctx context.Context, by journal.Actor, id string, in Arrived, now time.Time) (err error) {
	defer wrap(&err, "arrivée d’un fichier")
	if in.File.Size() == 0 {
		return errEmptyFile()
	}
	kept, err := d.keepDelivered(ctx, in.File, in.Reading)
	if err != nil {
		return err
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if err := d.quota(ctx, tx, by, 0, kept.file.size, now); err != nil {
			return err
		}
		if err := insertArtifacts(ctx, tx, now, kept.all()...); err != nil {
			return err
		}
		var version int
		rows, err := tx.QueryContext(ctx, `
			UPDATE delivery
			SET    file = $1, file_name = $2, size = $3, version = version + 1, changed_by = $4, changed_at = $5
			WHERE  id = $6 AND state = 'sent' AND file IS NULL
			RETURNING version`, kept.file.id, in.FileName, kept.file.size, string(by), utc(now), id)
		done, err := collect(rows, err, func(rows *sql.Rows, v *int) error { return rows.Scan(v) })
		if err != nil || len(done) == 0 {
			return err
		}
		version = done[0]
		if err := d.enter(ctx, tx, now, deliveryAct(by, "delivery.arrive", id, map[string]any{"file": kept.file.id, "size": kept.file.size})); err != nil {
			return err
		}
		return d.setReading(ctx, tx, by, id, version, in.Reading, kept.text, in.Run, now)
	})
}

// Allowance returns the bytes that somebody may still send.
func (d *DB) Allowance(ctx context.Context, by journal.Actor, now time.Time) (left int64, err error) {
	defer wrap(&err, "lecture des envois")
	_, used, err := sentBy(ctx, d.read, by, now)
	return max(0, MostSent-used), err
}
