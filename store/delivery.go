package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
)

// DeliveryInput is a file that somebody sends, or the address that it is to be
// brought from.
type DeliveryInput struct {
	FileName string  // as the person gave it, without folder
	File     RawFile // nil when it is at Origin
	Origin   string  // the address that it comes from, "" from a person's machine
	Remark   string
	Scope    string   // what it is sent for, "" the whole observatory
	Within   []string // the scope and those that contain it
	By       journal.Actor

	Reading Reading // how the file is read
	Run     RunOf   // looks at the file, or brings it; nil for none
}

// RunOf is the run about a version of a delivery.
type RunOf func(id string, version int) RunInput

// DeliveryRow is a file that somebody has sent. Kind says what it is:
// Observation when a description reads it, the kind of a reference file, "" as
// long as nobody has said. Name is that of the description or of the reference
// file, Description the key of the text that reads it. File is "" as long as
// the file is at Origin only, and once it has gone after it was set aside.
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
	Origin      string        `json:"origin,omitempty"`
	FetchRun    string        `json:"fetch_run,omitempty"`
	CheckRun    string        `json:"check_run,omitempty"`
	KeepRun     string        `json:"keep_run,omitempty"`
	Dataset     string        `json:"dataset,omitempty"`
	By          journal.Actor `json:"by"`
	CreatedAt   time.Time     `json:"created_at"`
	Version     int           `json:"version"`
	ChangedBy   journal.Actor `json:"changed_by"`
	ChangedAt   time.Time     `json:"changed_at"`
}

// Arrived reports whether the file has ever been here.
func (r *DeliveryRow) Arrived() bool { return r.Size > 0 }

// Gone reports whether the file was here and is no more.
func (r *DeliveryRow) Gone() bool { return r.Arrived() && r.File == "" }

// What one person may have sent: the bytes of deliveries that wait, and of all
// those of the last day.
const (
	MostSent  = 2 << 30
	MostFiles = 200
)

// PutDelivery keeps a file that somebody sends, and asks for the run that looks
// at it; or notes the address of one, and asks for the run that brings it. When
// it returns without error the delivery survives a power cut; interrupted, it
// leaves no row.
//
// Error: Invalid for an empty file; Conflict when the sender has too much
// waiting already.
func (d *DB) PutDelivery(ctx context.Context, in DeliveryInput, now time.Time) (row DeliveryRow, err error) {
	defer wrap(&err, "réception d’un fichier")
	if in.File == nil && in.Origin == "" || in.File != nil && in.File.Size() == 0 {
		return row, errEmptyFile()
	}
	if err := d.quota(ctx, d.read, in.By, 1, sizeOf(in.File), now); err != nil {
		return row, err
	}
	kept, err := d.keepDelivered(ctx, in.File, in.Reading)
	if err != nil {
		return row, err
	}
	id := newID(now)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := d.quota(ctx, tx, in.By, 1, kept.file.size, now); err != nil {
			return err
		}
		if err := insertArtifacts(ctx, tx, now, kept.all()...); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO delivery (id, file, file_name, size, remark, scope, within, kind, name, state, check_run, keep_run,
			                      by_actor, created_at, version, changed_by, changed_at, origin, fetch_run)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', 'sent', '', '', $8, $9, 1, $8, $9, $10, '')`,
			id, null(kept.file.id), in.FileName, kept.file.size, in.Remark, in.Scope, strings.Join(in.Within, " "), string(in.By), utc(now), in.Origin); err != nil {
			return err
		}
		if err := d.enter(ctx, tx, now, deliveryAct(in.By, "delivery.send", id, map[string]any{"file": kept.file.id, "size": kept.file.size, "scope": in.Scope})); err != nil {
			return err
		}
		switch {
		case in.Run == nil:
			return nil
		case in.File == nil:
			return d.askFetch(ctx, tx, in.By, id, 0, in.Run, now)
		}
		return d.setReading(ctx, tx, in.By, id, 1, in.Reading, kept.text, in.Run, now)
	})
	if err != nil {
		return row, err
	}
	return d.Delivery(ctx, id)
}

func errEmptyFile() error {
	return fault.Invalidf("choisissez un fichier qui contient quelque chose", "le fichier est vide")
}

func sizeOf(f RawFile) int64 {
	if f == nil {
		return 0
	}
	return f.Size()
}

// delivered is what a delivery has in the bucket; an id is "" for none.
type delivered struct{ file, text artifact }

func (k delivered) all() []artifact {
	return slices.DeleteFunc([]artifact{k.file, k.text}, func(a artifact) bool { return a.id == "" })
}

// keepDelivered puts a file, nil for none, and the text that reads it in the
// bucket.
func (d *DB) keepDelivered(ctx context.Context, f RawFile, r Reading) (k delivered, err error) {
	if f != nil {
		if k.file, err = d.keepFile(ctx, "file", f, ""); err != nil {
			return k, err
		}
	}
	if len(r.Description) > 0 {
		k.text, err = d.keep(ctx, "source", r.Description)
	}
	return k, err
}

// querier is what reads: a pool or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// quota refuses more files, or more bytes, of who has sent too much.
func (d *DB) quota(ctx context.Context, q querier, by journal.Actor, more int, size int64, now time.Time) error {
	files, bytes, err := sentBy(ctx, q, by, now)
	if err != nil {
		return err
	}
	if files+more <= MostFiles && bytes+size <= MostSent {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("vous avez déjà %d fichiers envoyés, de %d Mo en tout : au plus %d fichiers et %d Mo", files, bytes>>20, MostFiles, int64(MostSent)>>20),
		Do: "gardez ou écartez ceux qui attendent, ou revenez demain"}
}

// sentBy counts what somebody has sent: a person's programs are that person,
// whatever their token.
func sentBy(ctx context.Context, q querier, by journal.Actor, now time.Time) (files int, bytes int64, err error) {
	own, programs, below := by, "", ""
	if id := by.Person(); id != "" {
		own, programs = journal.PersonActor(id), string(journal.TokenActor(id, ""))
		below = strings.TrimSuffix(programs, "/") + "0" // after « / » in the order of bytes
	}
	err = q.QueryRowContext(ctx, `
		SELECT count(*), CAST(COALESCE(sum(size), 0) AS bigint)
		FROM   delivery
		WHERE  (by_actor = $1 OR by_actor >= $2 AND by_actor < $3) AND (state = 'sent' OR created_at > $4)`,
		string(own), programs, below, utc(now.Add(-day))).Scan(&files, &bytes)
	return files, bytes, err
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
func (d *DB) SetReading(ctx context.Context, by journal.Actor, id string, version int, r Reading, run RunOf, now time.Time) (row DeliveryRow, err error) {
	defer wrap(&err, "lecture d’un envoi")
	kept, err := d.keepDelivered(ctx, nil, r)
	if err != nil {
		return row, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, now, kept.all()...); err != nil {
			return err
		}
		return d.setReading(ctx, tx, by, id, version, r, kept.text, run, now)
	})
	if err != nil {
		return row, err
	}
	return d.Delivery(ctx, id)
}

func (d *DB) setReading(ctx context.Context, tx *sql.Tx, by journal.Actor, id string, version int, r Reading, text artifact, run RunOf, now time.Time) error {
	if err := turnDelivery(ctx, tx, by, id, version, true, now); err != nil {
		return err
	}
	runID, err := d.askRun(ctx, tx, by, id, version, run, now)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE delivery SET kind = $1, name = $2, description = $3, check_run = $4, keep_run = ''
		WHERE  id = $5`, string(r.Kind), r.Name, null(text.id), runID, id); err != nil {
		return err
	}
	return d.enter(ctx, tx, now, deliveryAct(by, "delivery.read", id, map[string]any{"kind": r.Kind, "name": r.Name, "description": text.id}))
}

// askRun asks for the run about the version of a delivery that comes after one.
func (d *DB) askRun(ctx context.Context, tx *sql.Tx, by journal.Actor, id string, version int, run RunOf, now time.Time) (string, error) {
	in := run(id, version+1)
	in.By, in.Event = by, fmt.Sprintf("delivery:%s/%d", id, version+1)
	return d.enqueue(ctx, tx, in, now)
}

// KeepDelivery asks for the run that makes a dataset of a delivery. Asked
// twice, the second is a Conflict and nothing is done twice.
//
// Error: *Changed; Conflict when the delivery waits no more; NotFound.
func (d *DB) KeepDelivery(ctx context.Context, by journal.Actor, id string, version int, run RunOf, now time.Time) (row DeliveryRow, err error) {
	defer wrap(&err, "enregistrement d’un envoi")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := turnDelivery(ctx, tx, by, id, version, true, now); err != nil {
			return err
		}
		runID, err := d.askRun(ctx, tx, by, id, version, run, now)
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
		if err := turnDelivery(ctx, tx, by, id, version, false, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE delivery SET state = 'withdrawn' WHERE id = $1`, id); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, deliveryAct(by, "delivery.discard", id, nil))
	})
}

// turnDelivery takes the next version of a delivery that waits, if version is
// the current one and no run is making a dataset of it; here says that its file
// must be there.
func turnDelivery(ctx context.Context, tx *sql.Tx, by journal.Actor, id string, version int, here bool, now time.Time) error {
	missing := "any"
	if here {
		missing = ""
	}
	result, err := tx.ExecContext(ctx, `
		UPDATE delivery
		SET    version = version + 1, changed_by = $1, changed_at = $2
		WHERE  id = $3 AND version = $4 AND state = 'sent' AND COALESCE(file, $5) <> ''
		AND    NOT EXISTS (SELECT 1 FROM run WHERE run.id = delivery.keep_run AND run.state IN ('waiting', 'running'))`,
		string(by), utc(now), id, version, missing)
	if turned, err := inserted(result, err); err != nil || turned {
		return err
	}
	return whyNotTurned(ctx, tx, id, version, here)
}

// whyNotTurned says why a delivery is not what somebody took it for.
func whyNotTurned(ctx context.Context, tx *sql.Tx, id string, version int, here bool) error {
	var who, state, keep, fetch, file string
	var at time.Time
	var held int
	err := tx.QueryRowContext(ctx, `
		SELECT d.changed_by, d.changed_at, d.state, COALESCE(k.state, ''), COALESCE(f.state, ''), d.version, COALESCE(d.file, '')
		FROM   delivery d
		LEFT   JOIN run k ON k.id = d.keep_run
		LEFT   JOIN run f ON f.id = d.fetch_run
		WHERE  d.id = $1`, id).Scan(&who, &at, &state, &keep, &fetch, &held, &file)
	waits := func(run string) bool { return run == string(job.Waiting) || run == string(job.Running) }
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = only([]DeliveryRow(nil), nil, "envoi", id)
		return err
	case err != nil:
		return err
	case state != string(account.Sent):
		return &fault.Error{Kind: fault.Conflict, What: "cet envoi n’attend plus : il a été gardé ou écarté", Do: "relisez sa page"}
	case waits(keep):
		return &fault.Error{Kind: fault.Conflict, What: "cet envoi est en cours d’enregistrement", Do: "attendez la fin du travail"}
	case waits(fetch) && file == "":
		return &fault.Error{Kind: fault.Conflict, What: "le fichier est en cours de téléchargement", Do: "attendez qu’il soit arrivé"}
	case here && file == "":
		return &fault.Error{Kind: fault.Conflict, What: "le fichier n’est pas arrivé", Do: "recommencez le téléchargement, ou écartez cet envoi"}
	case held == version:
		return &fault.Error{Kind: fault.Conflict, What: "le fichier est déjà arrivé", Do: "relisez sa page"}
	}
	return &Changed{By: journal.Actor(who), At: at.UTC()}
}

const selectDelivery = `
	SELECT id, file, file_name, size, remark, scope, within, kind, name, description, state, check_run, keep_run, dataset,
	       by_actor, created_at, version, changed_by, changed_at, origin, fetch_run
	FROM   delivery `

func scanDelivery(rows *sql.Rows, r *DeliveryRow) error {
	var within string
	var file, description, dataset sql.NullString
	err := rows.Scan(&r.ID, &file, &r.FileName, &r.Size, &r.Remark, &r.Scope, &within, &r.Kind, &r.Name, &description, &r.State,
		&r.CheckRun, &r.KeepRun, &dataset, &r.By, &r.CreatedAt, &r.Version, &r.ChangedBy, &r.ChangedAt, &r.Origin, &r.FetchRun)
	r.Within = strings.Fields(within)
	r.File, r.Description, r.Dataset = file.String, description.String, dataset.String
	r.CreatedAt, r.ChangedAt = r.CreatedAt.UTC(), r.ChangedAt.UTC()
	return err
}

// Deliveries returns the files sent, the last first.
func (d *DB) Deliveries(ctx context.Context) (all []DeliveryRow, err error) {
	defer wrap(&err, "lecture des envois")
	rows, err := d.read.QueryContext(ctx, selectDelivery+`ORDER BY created_at DESC, id DESC`)
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
