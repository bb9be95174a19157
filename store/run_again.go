package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
)

// What a run that somebody cancelled says of itself.
const (
	CancelledWhat = "annulé avant de commencer"
	StoppedWhat   = "annulé en cours de route"
	cancelledDo   = "recommencez-le si c’était une erreur"
)

// Cancelled reports whether somebody cancelled the run.
func (r *RunRow) Cancelled() bool {
	return r.State == job.Failed && (r.FaultWhat == CancelledWhat || r.FaultWhat == StoppedWhat)
}

// RetryRun puts a failed run in the queue again, as it was asked, in the name
// of who asked for it.
//
// Error: NotFound; Conflict when it has not failed, or was a command's own.
func (d *DB) RetryRun(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "reprise d’un travail")
	return d.turnRun(ctx, by, account.RetryRun, id, job.Failed, now, `
		UPDATE run
		SET    state = 'waiting', attempt = 0, next_at = $2, ended_at = NULL, step = '', done = 0, total = 0,
		       result = '', fault_what = '', fault_do = ''
		WHERE  id = $1 AND state = 'failed' AND args <> ''`, utc(now))
}

// CancelRun ends a run that waits, also for another attempt, or that a worker
// does: it stops within seconds (see job.Hold), and what it does afterwards is
// not written as its end.
//
// Error: NotFound; Conflict when it has ended, or is a command's own.
func (d *DB) CancelRun(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "annulation d’un travail")
	row, err := d.Run(ctx, id)
	if err != nil {
		return err
	}
	what := CancelledWhat
	if row.State == job.Running {
		what = StoppedWhat
	}
	return d.turnRun(ctx, by, account.CancelRun, id, row.State, now, `
		UPDATE run
		SET    state = 'failed', holder = '', ended_at = $2, fault_what = $3, fault_do = $4
		WHERE  id = $1 AND state = $5 AND state IN ('waiting', 'running') AND args <> ''`, utc(now), what, cancelledDo, string(row.State))
}

// turnRun changes the state of a run that is in one state, and enters it.
func (d *DB) turnRun(ctx context.Context, by journal.Actor, a account.Action, id string, from job.State, now time.Time, query string, args ...any) error {
	return d.inTx(ctx, func(tx *sql.Tx) error {
		turned, err := inserted(tx.ExecContext(ctx, query, append([]any{id}, args...)...))
		if err != nil {
			return err
		}
		var kind, state, held string
		err = tx.QueryRowContext(ctx, `SELECT kind, state, CASE args WHEN '' THEN '' ELSE 'queue' END FROM run WHERE id = $1`, id).Scan(&kind, &state, &held)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			_, err = only([]RunRow(nil), nil, "travail", id)
			return err
		case err != nil:
			return err
		case !turned:
			return errNotTurned(job.State(state), held)
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: string(a), Object: "run:" + id,
			Before: entered(map[string]any{"kind": kind, "state": from}), After: entered(map[string]any{"kind": kind, "state": state})})
	})
}

// stateFrench says where a run stands.
var stateFrench = map[job.State]string{
	job.Waiting: "il attend son tour", job.Running: "il est en cours", job.Done: "il est terminé", job.Failed: "il a échoué",
}

func errNotTurned(s job.State, held string) error {
	if held == "" && s == job.Running {
		return &fault.Error{Kind: fault.Conflict, What: "ce travail est celui d’une commande, qui ne s’annule pas d’ici", Do: "arrêtez la commande"}
	}
	if held == "" && s == job.Failed {
		return &fault.Error{Kind: fault.Conflict, What: "ce travail était celui d’une commande, qui ne se reprend pas d’ici", Do: "lancez la commande de nouveau"}
	}
	return &fault.Error{Kind: fault.Conflict, What: "ce travail a changé entre-temps : " + stateFrench[s], Do: "relisez sa page"}
}
