// Package job does work behind the pages: a worker takes tasks from a table,
// one at a time each, keeps its hold on them while they run, and settles them.
//
// A task is held for a lease that its worker renews. A worker that was killed
// renews nothing, so another takes the task when the lease ends; a worker that
// is stopped gives it back at once. A task may therefore begin twice, never
// run in two places: what it does must be safe to begin again. The package
// knows neither what the tasks do nor where the table is. Start with Worker.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// State is that of a task.
type State string

// The states. A task that fails for a time is waiting again.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// Task is work that a worker holds.
type Task struct {
	ID      string
	Kind    string
	Args    json.RawMessage
	By      journal.Actor
	Attempt int    // 1 the first time
	Holder  string // who holds it: the table refuses what another says of it
}

// Progress is where a task stands. Total 0: nobody knows.
type Progress struct {
	Step        string
	Done, Total int
}

// Outcome is how a task ended, or that it waits again.
type Outcome struct {
	State  State
	Result json.RawMessage // when it is done
	What   string          // the fault, French, when it failed or waits again after one
	Do     string
	At     time.Time // when it may be taken again
	Back   bool      // it was stopped, not faulty: the attempt does not count
}

// Policy says how often a task is tried: Most times, First after the first
// failure, twice as long after each other, up to Longest.
type Policy struct {
	Most           int
	First, Longest time.Duration
}

// wait is the time before the next attempt.
func (p Policy) wait(attempt int) time.Duration {
	d := p.First
	for range attempt - 1 {
		if d *= 2; d >= p.Longest {
			return p.Longest
		}
	}
	return d
}

// Settle turns what a task returned into its outcome. A fault that a person
// must mend fails at once; what may pass is tried again.
func (p Policy) Settle(t Task, result any, err error, now time.Time) Outcome {
	if err == nil {
		b, err := json.Marshal(result)
		if err == nil {
			return Outcome{State: Done, Result: b, At: now}
		}
		return failure(Failed, err, now)
	}
	if t.Attempt >= p.Most || !passing(err) {
		return failure(Failed, err, now)
	}
	return failure(Waiting, err, now.Add(p.wait(t.Attempt)))
}

// passing reports whether an error may be gone at another attempt: what is
// unavailable, and what no fault explains.
func passing(err error) bool {
	_, one := errors.AsType[*fault.Error](err)
	_, list := errors.AsType[fault.List](err)
	return !one && !list || fault.KindOf(err) == fault.Unavailable
}

// failure tells an error. One that no fault explains speaks of the machine: the
// log has it, not the table.
func failure(s State, err error, at time.Time) Outcome {
	o := Outcome{State: s, What: err.Error(), Do: fault.Do(err), At: at}
	_, one := errors.AsType[*fault.Error](err)
	_, list := errors.AsType[fault.List](err)
	if !one && !list {
		o.What, o.Do = "le travail s’est interrompu", "recommencez ; si cela se répète, regardez le journal du serveur"
	}
	return o
}

// Table is where tasks wait: the runs and the mails of the store.
type Table interface {
	// Due reports, without writing, whether a task can be taken.
	Due(ctx context.Context, now time.Time) (bool, error)
	// Take gives the next task that is due to the holder until an instant,
	// false when there is none.
	Take(ctx context.Context, holder string, now, until time.Time) (Task, bool, error)
	// Renew holds a task longer and notes its progress, false when it is not
	// the holder's any more.
	Renew(ctx context.Context, t Task, p Progress, until time.Time) (bool, error)
	// Settle ends a task; it does nothing when it is not the holder's any more.
	Settle(ctx context.Context, t Task, o Outcome, now time.Time) error
}
