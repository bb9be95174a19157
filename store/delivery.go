package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
)

// DeliveryInput is a file that somebody sends.
type DeliveryInput struct {
	FileName string // as the person gave it, without folder
	File     RawFile
	Remark   string
	Scope    string   // what it is sent for, "" the whole observatory
	Within   []string // the scope and those that contain it
	By       journal.Actor
}

// DeliveryRow is a file that somebody has sent. Kind says what it is:
// Observation when a description reads it, the kind of a reference file, "" as
// long as nobody has said. Name is that of the description or of the reference
// file, Description the key of the text that reads it.
type DeliveryRow struct {
	ID          string        `json:"id"`
	File        string        `json:"file"`
	FileName    string        `json:"file_name"`
	Size        int64         `json:"size"`
	Remark      string        `json:"remark,omitempty"`
	Scope       string        `json:"scope,omitempty"`
	Within      []string      `json:"-"`
	Kind        DatasetKind   `json:"kind,omitempty"`
	Name        string        `json:"name,omitempty"`
	Description string        `json:"description,omitempty"`
	State       account.State `json:"state"`
	CheckRun    string        `json:"check_run,omitempty"`
	KeepRun     string        `json:"keep_run,omitempty"`
	Dataset     string        `json:"dataset,omitempty"`
	By          journal.Actor `json:"by"`
	CreatedAt   time.Time     `json:"created_at"`
	Version     int           `json:"version"`
	ChangedBy   journal.Actor `json:"changed_by"`
	ChangedAt   time.Time     `json:"changed_at"`
}

// What one person may have sent: the bytes of deliveries that wait, and of all
// those of the last day.
const (
	MostSent  = 2 << 30
	MostFiles = 200
)

// PutDelivery keeps a file that somebody sends. When it returns without error
// the delivery survives a power cut; interrupted, it leaves no row.
//
// Error: Invalid for an empty file; Conflict when the sender has too much
// waiting already.
func (d *DB) PutDelivery(ctx context.Context, in DeliveryInput, now time.Time) (row DeliveryRow, err error) {
	defer wrap(&err, "réception d’un fichier")
	if in.File == nil || in.File.Size() == 0 {
		return row, fault.Invalidf("choisissez un fichier qui contient quelque chose", "le fichier est vide")
	}
	if err := d.quota(ctx, d.read, in, now); err != nil {
		return row, err
	}
	file, err := d.keepFile(ctx, "file", in.File, "")
	if err != nil {
		return row, err
	}
	id := strings.ToLower(rand.Text())
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := d.quota(ctx, tx, in, now); err != nil {
			return err
		}
		if err := insertArtifacts(ctx, tx, now, file); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO delivery (id, file, file_name, size, remark, scope, within, kind, name, state, check_run, keep_run,
			                      by_actor, created_at, version, changed_by, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', 'sent', '', '', $8, $9, 1, $8, $9)`,
			id, file.id, in.FileName, file.size, in.Remark, in.Scope, strings.Join(in.Within, " "), string(in.By), utc(now)); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, deliveryAct(in.By, "delivery.send", id, map[string]any{"file": file.id, "size": file.size, "scope": in.Scope}))
	})
	if err != nil {
		return row, err
	}
	return d.Delivery(ctx, id)
}

// querier is what reads: a pool or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// quota refuses a file of who has sent too much.
func (d *DB) quota(ctx context.Context, q querier, in DeliveryInput, now time.Time) error {
	var files int
	var bytes int64
	if err := q.QueryRowContext(ctx, `
		SELECT count(*), COALESCE(sum(size), 0)
		FROM   delivery
		WHERE  by_actor = $1 AND (state = 'sent' OR created_at > $2)`, string(in.By), utc(now.Add(-day))).Scan(&files, &bytes); err != nil {
		return err
	}
	if files < MostFiles && bytes+in.File.Size() <= MostSent {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("vous avez déjà %d fichiers envoyés, de %d Mo en tout : au plus %d fichiers et %d Mo", files, bytes>>20, MostFiles, int64(MostSent)>>20),
		Do: "gardez ou écartez ceux qui attendent, ou revenez demain"}
}

func deliveryAct(by journal.Actor, action, id string, after map[string]any) journal.Act {
	return journal.Act{Actor: by, Action: action, Object: "delivery:" + id, After: entered(after)}
}

// Reading is how a delivery is to be read: by a description, or as a reference
// file of a kind and name.
type Reading struct {
	Kind        DatasetKind
	Name        string
	Description []byte // TOML, of observations
}

// SetReading says how a delivery is to be read, and asks for the check run that
// looks at it. version is that of the row which the choice was made from.
//
// Error: *Changed; Conflict when the delivery waits no more; NotFound.
func (d *DB) SetReading(ctx context.Context, by journal.Actor, id string, version int, r Reading, run RunInput, now time.Time) (row DeliveryRow, err error) {
	defer wrap(&err, "lecture d’un envoi")
	var text artifact
	all := []artifact{}
	if len(r.Description) > 0 {
		if text, err = d.keep(ctx, "source", r.Description); err != nil {
			return row, err
		}
		all = append(all, text)
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, now, all...); err != nil {
			return err
		}
		if err := turnDelivery(ctx, tx, by, id, version, now); err != nil {
			return err
		}
		run.By, run.Event = by, fmt.Sprintf("delivery:%s/%d", id, version+1)
		runID, err := d.enqueue(ctx, tx, run, now)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE delivery SET kind = $1, name = $2, description = $3, check_run = $4, keep_run = ''
			WHERE  id = $5`, string(r.Kind), r.Name, null(text.id), runID, id); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, deliveryAct(by, "delivery.read", id, map[string]any{"kind": r.Kind, "name": r.Name, "description": text.id}))
	})
	if err != nil {
		return row, err
	}
	return d.Delivery(ctx, id)
}

// KeepDelivery asks for the run that makes a dataset of a delivery. Asked
// twice, the second is a Conflict and nothing is done twice.
//
// Error: *Changed; Conflict when the delivery waits no more; NotFound.
func (d *DB) KeepDelivery(ctx context.Context, by journal.Actor, id string, version int, run RunInput, now time.Time) (row DeliveryRow, err error) {
	defer wrap(&err, "enregistrement d’un envoi")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := turnDelivery(ctx, tx, by, id, version, now); err != nil {
			return err
		}
		run.By, run.Event = by, fmt.Sprintf("delivery:%s/%d", id, version+1)
		runID, err := d.enqueue(ctx, tx, run, now)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE delivery SET keep_run = $1 WHERE id = $2`, runID, id); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, deliveryAct(by, "delivery.keep", id, nil))
	})
	if err != nil {
		return row, err
	}
	return d.Delivery(ctx, id)
}

// DeliveryKept says which dataset a delivery has become. It can be said again.
func (d *DB) DeliveryKept(ctx context.Context, by journal.Actor, id, dataset string, now time.Time) (err error) {
	defer wrap(&err, "enregistrement d’un envoi")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE delivery
			SET    state = 'kept', dataset = $1, version = version + 1, changed_by = $2, changed_at = $3
			WHERE  id = $4 AND state = 'sent'`, dataset, string(by), utc(now), id)
		if done, err := inserted(result, err); err != nil || !done {
			return err
		}
		return d.enter(ctx, tx, now, deliveryAct(by, "delivery.kept", id, map[string]any{"dataset": dataset}))
	})
}

// DiscardDelivery sets a delivery aside: no dataset will be made of it.
//
// Error: *Changed; Conflict when the delivery waits no more; NotFound.
func (d *DB) DiscardDelivery(ctx context.Context, by journal.Actor, id string, version int, now time.Time) (err error) {
	defer wrap(&err, "mise à l’écart d’un envoi")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if err := turnDelivery(ctx, tx, by, id, version, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE delivery SET state = 'withdrawn' WHERE id = $1`, id); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, deliveryAct(by, "delivery.discard", id, nil))
	})
}

// turnDelivery takes the next version of a delivery that waits, if version is
// the current one and no run is making a dataset of it.
func turnDelivery(ctx context.Context, tx *sql.Tx, by journal.Actor, id string, version int, now time.Time) error {
	result, err := tx.ExecContext(ctx, `
		UPDATE delivery
		SET    version = version + 1, changed_by = $1, changed_at = $2
		WHERE  id = $3 AND version = $4 AND state = 'sent'
		AND    NOT EXISTS (SELECT 1 FROM run WHERE run.id = delivery.keep_run AND run.state IN ('waiting', 'running'))`,
		string(by), utc(now), id, version)
	if turned, err := inserted(result, err); err != nil || turned {
		return err
	}
	var who, state, run string
	var at time.Time
	var held int
	err = tx.QueryRowContext(ctx, `
		SELECT d.changed_by, d.changed_at, d.state, COALESCE(r.state, ''), d.version
		FROM   delivery d
		LEFT   JOIN run r ON r.id = d.keep_run
		WHERE  d.id = $1`, id).Scan(&who, &at, &state, &run, &held)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = only([]DeliveryRow(nil), nil, "envoi", id)
		return err
	case err != nil:
		return err
	case state == string(account.Sent) && (run == string(job.Waiting) || run == string(job.Running)):
		return &fault.Error{Kind: fault.Conflict, What: "cet envoi est en cours d’enregistrement", Do: "attendez la fin du travail"}
	case state == string(account.Sent):
		return &Changed{By: journal.Actor(who), At: at.UTC()}
	}
	return &fault.Error{Kind: fault.Conflict, What: "cet envoi n’attend plus : il a été gardé ou écarté", Do: "relisez sa page"}
}

const selectDelivery = `
	SELECT id, file, file_name, size, remark, scope, within, kind, name, description, state, check_run, keep_run, dataset,
	       by_actor, created_at, version, changed_by, changed_at
	FROM   delivery `

func scanDelivery(rows *sql.Rows, r *DeliveryRow) error {
	var within string
	var description, dataset sql.NullString
	err := rows.Scan(&r.ID, &r.File, &r.FileName, &r.Size, &r.Remark, &r.Scope, &within, &r.Kind, &r.Name, &description, &r.State,
		&r.CheckRun, &r.KeepRun, &dataset, &r.By, &r.CreatedAt, &r.Version, &r.ChangedBy, &r.ChangedAt)
	r.Within = strings.Fields(within)
	r.Description, r.Dataset = description.String, dataset.String
	r.CreatedAt, r.ChangedAt = r.CreatedAt.UTC(), r.ChangedAt.UTC()
	return err
}

// Deliveries returns the files sent, the last first.
func (d *DB) Deliveries(ctx context.Context) (all []DeliveryRow, err error) {
	defer wrap(&err, "lecture des envois")
	rows, err := d.read.QueryContext(ctx, selectDelivery+`ORDER BY created_at DESC, id`)
	return collect(rows, err, scanDelivery)
}

// Delivery returns one file sent.
//
// Error: NotFound.
func (d *DB) Delivery(ctx context.Context, id string) (row DeliveryRow, err error) {
	defer wrap(&err, "lecture de l’envoi %s", id)
	rows, err := d.read.QueryContext(ctx, selectDelivery+`WHERE id = $1`, id)
	all, err := collect(rows, err, scanDelivery)
	return only(all, err, "envoi", id)
}
