package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"vigie/fault"
	"vigie/job"
	"vigie/journal"
)

// RunInput is a run to do: of a kind, on something that people know by What.
type RunInput struct {
	Kind  string
	What  string // a file's name, a specification's
	Args  any    // kept as JSON
	By    journal.Actor
	Event string    // what it is the run of: once, however often it is asked; "" any time
	At    time.Time // not before; zero: now
}

// RunRow is a run, waiting, running or ended.
type RunRow struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	What      string          `json:"what"`
	By        journal.Actor   `json:"by"`
	State     job.State       `json:"state"`
	Step      string          `json:"step,omitempty"`
	Done      int             `json:"done"`
	Total     int             `json:"total"` // 0: nobody knows
	Result    json.RawMessage `json:"result,omitempty"`
	FaultWhat string          `json:"fault_what,omitempty"`
	FaultDo   string          `json:"fault_do,omitempty"`
	Attempt   int             `json:"attempt"`
	Queued    bool            `json:"queued"` // a worker does it, not a command by itself
	At        time.Time       `json:"at"`     // the next attempt, of a waiting one
	CreatedAt time.Time       `json:"created_at"`
	StartedAt time.Time       `json:"started_at,omitzero"`
	EndedAt   time.Time       `json:"ended_at,omitzero"`
}

// Enqueue adds a run that a worker will do, and returns its identifier. A run
// of an event that was asked before is that one.
func (d *DB) Enqueue(ctx context.Context, in RunInput, now time.Time) (id string, err error) {
	defer wrap(&err, "mise en file de « %s »", in.What)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		id, err = d.enqueue(ctx, tx, in, now)
		return err
	})
	return id, err
}

// enqueue is Enqueue within the transaction that is the cause of the run: both
// are kept or neither is.
func (d *DB) enqueue(ctx context.Context, tx *sql.Tx, in RunInput, now time.Time) (id string, err error) {
	args, err := json.Marshal(in.Args)
	if err != nil {
		return "", err
	}
	if in.At.IsZero() {
		in.At = now
	}
	id, fresh, err := insertRun(ctx, tx, &in, string(args), job.Waiting, "", in.At, now)
	if err != nil || fresh {
		return id, err
	}
	err = tx.QueryRowContext(ctx, `SELECT id FROM run WHERE event = $1`, in.Event).Scan(&id)
	return id, err
}

// BeginRun adds a run that its caller does itself, under job.Hold. Should it
// never end, nobody takes it up: it fails when its lease has passed.
func (d *DB) BeginRun(ctx context.Context, in RunInput, now time.Time) (t job.Task, err error) {
	defer wrap(&err, "début de « %s »", in.What)
	t = job.Task{Kind: in.Kind, By: in.By, Attempt: 1, Holder: rand.Text()}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := endLapsed(ctx, tx, now); err != nil {
			return err
		}
		t.ID, _, err = insertRun(ctx, tx, &in, "", job.Running, t.Holder, now.Add(job.Lease), now)
		return err
	})
	return t, err
}

// insertRun writes a waiting run that is due at until, or a running one held
// until then.
func insertRun(ctx context.Context, tx *sql.Tx, in *RunInput, args string, s job.State, holder string, until, now time.Time) (id string, fresh bool, err error) {
	if in.Kind == "" || in.By == "" {
		return "", false, &fault.Error{What: "travail sans genre ou sans auteur", Do: "signalez ce défaut"}
	}
	id = newID(now)
	var started sql.NullTime
	attempt := 0
	if s == job.Running {
		started, attempt = sql.NullTime{Time: utc(now), Valid: true}, 1
	}
	result, err := tx.ExecContext(ctx, `
		INSERT INTO run (id, kind, what, args, by_actor, event, state, step, done, total, result, fault_what, fault_do,
		                 attempt, next_at, holder, lease_until, created_at, started_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0, 0, '', '', '', $8, $9, $10, $9, $11, $12)
		ON CONFLICT (event) DO NOTHING`,
		id, in.Kind, in.What, args, string(in.By), null(in.Event), string(s), attempt, utc(until), holder, utc(now), started)
	fresh, err = inserted(result, err)
	return id, fresh, err
}

func endLapsed(ctx context.Context, tx *sql.Tx, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE run
		SET    state = 'failed', holder = '', ended_at = $1,
		       fault_what = 'la commande s’est arrêtée avant la fin', fault_do = 'lancez-la de nouveau : rien n’a été gardé à moitié'
		WHERE  state = 'running' AND args = '' AND lease_until < $1`, utc(now))
	return err
}

// RunTable is the table of the runs of some kinds, for a job.Worker.
type RunTable struct {
	db    *DB
	kinds string // ,import,compute,
}

// RunTable returns the runs of some kinds, to work on.
func (d *DB) RunTable(kinds ...string) *RunTable {
	return &RunTable{d, "," + strings.Join(kinds, ",") + ","}
}

// dueRun is a run of the kinds $2 that can be taken at $1, the commands' own
// runs left alone.
const dueRun = `
	(state = 'waiting' AND next_at <= $1 OR state = 'running' AND lease_until < $1) AND args <> '' AND $2 LIKE '%,' || kind || ',%'`

// Due reports whether a run can be taken.
func (t *RunTable) Due(ctx context.Context, now time.Time) (due bool, err error) {
	defer wrap(&err, "lecture des travaux")
	var n int
	err = t.db.read.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM run WHERE `+dueRun+` LIMIT 1) AS due`, utc(now), t.kinds).Scan(&n)
	return n > 0, err
}

// Take gives the run that has waited longest to a holder.
func (t *RunTable) Take(ctx context.Context, holder string, now, until time.Time) (task job.Task, ok bool, err error) {
	// The condition again outside: of two workers the second finds it no longer true.
	return t.take(ctx, `id = (SELECT id FROM run WHERE `+dueRun+` ORDER BY next_at, created_at, id LIMIT 1) AND `+dueRun, utc(now), t.kinds, holder, utc(until))
}

// TakeRun gives one run to a holder, should it be its turn or not; false when it
// is somebody's or has ended.
func (t *RunTable) TakeRun(ctx context.Context, id, holder string, now, until time.Time) (task job.Task, ok bool, err error) {
	return t.take(ctx, `id = $5 AND (state = 'waiting' OR state = 'running' AND lease_until < $1) AND args <> '' AND $2 LIKE '%,' || kind || ',%'`,
		utc(now), t.kinds, holder, utc(until), id)
}

func (t *RunTable) take(ctx context.Context, which string, args ...any) (task job.Task, ok bool, err error) {
	defer wrap(&err, "prise d’un travail")
	err = t.db.inTx(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			UPDATE run
			SET    state = 'running', attempt = attempt + 1, holder = $3, lease_until = $4, started_at = $1,
			       step = '', done = 0, total = 0
			WHERE  `+which+`
			RETURNING id, kind, args, by_actor, attempt, holder`, args...)
		all, err := collect(rows, err, scanTask)
		if ok = err == nil && len(all) > 0; ok {
			task = all[0]
		}
		return err
	})
	return task, ok && err == nil, err
}

func scanTask(rows *sql.Rows, t *job.Task) error {
	var args string
	err := rows.Scan(&t.ID, &t.Kind, &args, &t.By, &t.Attempt, &t.Holder)
	t.Args = json.RawMessage(args)
	return err
}

// Renew holds a run longer and writes its progress.
func (t *RunTable) Renew(ctx context.Context, task job.Task, p job.Progress, until time.Time) (held bool, err error) {
	defer wrap(&err, "avancement d’un travail")
	return inserted(t.db.write.ExecContext(ctx, `
		UPDATE run
		SET    step = $3, done = $4, total = $5, lease_until = $6
		WHERE  id = $1 AND holder = $2 AND state = 'running'`, task.ID, task.Holder, p.Step, p.Done, p.Total, utc(until)))
}

// Settle ends a run, or lets it wait for another attempt.
func (t *RunTable) Settle(ctx context.Context, task job.Task, o job.Outcome, now time.Time) (err error) {
	defer wrap(&err, "fin d’un travail")
	back := 0
	if o.Back {
		back = 1
	}
	var ended sql.NullTime
	if o.State != job.Waiting {
		ended = sql.NullTime{Time: utc(now), Valid: true}
	}
	_, err = t.db.write.ExecContext(ctx, `
		UPDATE run
		SET    state = $3, result = $4, fault_what = $5, fault_do = $6, next_at = $7, attempt = attempt - $8, ended_at = $9, holder = ''
		WHERE  id = $1 AND holder = $2 AND state = 'running'`,
		task.ID, task.Holder, string(o.State), string(o.Result), o.What, o.Do, utc(o.At), back, ended)
	return err
}

const selectRun = `
	SELECT id, kind, what, by_actor, state, step, done, total, result, fault_what, fault_do, attempt, next_at,
	       created_at, started_at, ended_at, CASE args WHEN '' THEN 0 ELSE 1 END
	FROM   run`

func scanRun(rows *sql.Rows, r *RunRow) error {
	var result string
	var started, ended sql.NullTime
	var queued int
	err := rows.Scan(&r.ID, &r.Kind, &r.What, &r.By, &r.State, &r.Step, &r.Done, &r.Total, &result, &r.FaultWhat, &r.FaultDo,
		&r.Attempt, &r.At, &r.CreatedAt, &started, &ended, &queued)
	r.Queued = queued == 1
	if result != "" {
		r.Result = json.RawMessage(result)
	}
	r.At, r.CreatedAt = r.At.UTC(), r.CreatedAt.UTC()
	if started.Valid {
		r.StartedAt = started.Time.UTC()
	}
	if ended.Valid {
		r.EndedAt = ended.Time.UTC()
	}
	return err
}

// RunFilter says which runs to read. The zero value is the last hundred.
type RunFilter struct {
	Kind  string
	State job.State
	By    journal.Actor
	Most  int
}

// Runs returns runs, the last one asked first.
func (d *DB) Runs(ctx context.Context, f RunFilter) (all []RunRow, err error) {
	defer wrap(&err, "lecture des travaux")
	if f.Most <= 0 {
		f.Most = 100
	}
	rows, err := d.read.QueryContext(ctx, selectRun+`
		WHERE    (kind = $1 OR $1 = '') AND (state = $2 OR $2 = '') AND (by_actor = $3 OR $3 = '')
		ORDER BY created_at DESC, id DESC
		LIMIT    $4`, f.Kind, string(f.State), string(f.By), f.Most)
	return collect(rows, err, scanRun)
}

// Run returns one run.
//
// Error: NotFound.
func (d *DB) Run(ctx context.Context, id string) (row RunRow, err error) {
	defer wrap(&err, "lecture d’un travail")
	rows, err := d.read.QueryContext(ctx, selectRun+`
		WHERE    id = $1
		ORDER BY id`, id)
	all, err := collect(rows, err, scanRun)
	return only(all, err, "travail", id)
}

// EndLapsed fails the foreground runs whose command has stopped.
func (d *DB) EndLapsed(ctx context.Context, now time.Time) (err error) {
	defer wrap(&err, "fin des travaux interrompus")
	return d.inTx(ctx, func(tx *sql.Tx) error { return endLapsed(ctx, tx, now) })
}
