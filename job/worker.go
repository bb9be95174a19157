package job

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"vigie/fault"
)

var errCut = &fault.Error{What: "le travail a été interrompu à chaque essai", Do: "regardez le journal du serveur : la mémoire ou le disque manque peut-être"}

// Worker takes the tasks of a table one after the other. Several workers, in
// several processes, may share a table.
type Worker struct {
	Table  Table
	Work   Work
	Policy Policy
	Now    func() time.Time
	Log    *slog.Logger

	// Tick, when there is one, is called at the start and then once a minute:
	// it puts in the table what is to be done at its hour.
	Tick func(ctx context.Context, now time.Time) error

	Poll  time.Duration // between two looks at the table; 0: a second
	Lease time.Duration // 0: Lease
	Grace time.Duration // for a task to stop; 0: 7 s
}

// Run works until ctx ends, then gives the running task back and returns.
func (w *Worker) Run(ctx context.Context) {
	poll := time.NewTicker(or(w.Poll, time.Second))
	defer poll.Stop()
	var ticked time.Time
	for {
		if w.Tick != nil && (ticked.IsZero() || time.Since(ticked) > time.Minute) {
			ticked = time.Now()
			w.say(ctx, "periodic work", w.Tick(ctx, w.Now()))
		}
		if !w.once(ctx) {
			select {
			case <-ctx.Done():
			case <-poll.C:
			}
		}
		if ctx.Err() != nil {
			return
		}
	}
}

func or(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// say logs what went wrong outside of any task.
func (w *Worker) say(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		w.Log.Error(what, "error", err)
	}
}

// once does the next task, false when there is none.
func (w *Worker) once(ctx context.Context) bool {
	due, err := w.Table.Due(ctx, w.Now())
	if err != nil || !due {
		w.say(ctx, "look at the tasks", err)
		return false
	}
	now, lease := w.Now(), or(w.Lease, Lease)
	t, ok, err := w.Table.Take(ctx, rand.Text(), now, now.Add(lease))
	if err != nil || !ok {
		w.say(ctx, "take a task", err)
		return false
	}
	if t.Attempt > w.Policy.Most { // each attempt took its worker with it
		w.say(ctx, "settle a task", w.Table.Settle(ctx, t, failure(Failed, errCut, now), now))
		return true
	}
	h := &hand{table: w.Table, task: t, policy: w.Policy, now: w.Now, log: w.Log, lease: lease}
	w.say(context.WithoutCancel(ctx), "settle a task", w.do(ctx, h))
	return true
}

// do does a task and settles it; when ctx ends the task has a moment to stop,
// then it is given back whatever it does.
func (w *Worker) do(ctx context.Context, h *hand) error {
	type end struct {
		result any
		err    error
	}
	ends := make(chan end, 1)
	go func() {
		result, err := h.work(ctx, w.Work)
		ends <- end{result, err}
	}()
	var e end
	select {
	case e = <-ends:
	case <-ctx.Done():
		select {
		case e = <-ends:
		case <-time.After(or(w.Grace, 7*time.Second)):
			e.err = ctx.Err()
		}
	}
	switch {
	case errors.Is(e.err, ErrLost):
		w.Log.Warn("task lost", "task", h.task.ID, "kind", h.task.Kind)
		return nil
	case e.err != nil && ctx.Err() != nil:
		return h.settle(ctx, Outcome{State: Waiting, At: w.Now(), Back: true})
	}
	if e.err != nil {
		w.Log.Warn("task failed", "task", h.task.ID, "kind", h.task.Kind, "attempt", h.task.Attempt, "error", e.err)
	}
	return h.settle(ctx, w.Policy.Settle(h.task, e.result, e.err, w.Now()))
}
