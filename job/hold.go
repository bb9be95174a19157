package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Lease is for how long a task is held without a word of its worker. A worker
// renews it several times as often.
const Lease = 30 * time.Second

// told is how often progress is written at most, heed how often a worker asks
// at least whether somebody has cancelled its task.
const (
	told = 500 * time.Millisecond
	heed = 2 * time.Second
)

// ErrLost says that somebody else has taken the task.
var ErrLost = errors.New("job: the task is held by another worker")

// Work does a task. It tells its progress as often as it likes.
type Work func(ctx context.Context, t Task, tell func(Progress)) (result any, err error)

// hand is a hold on a task that was taken.
type hand struct {
	table  Table
	task   Task
	policy Policy
	now    func() time.Time
	log    *slog.Logger
	lease  time.Duration

	mu   sync.Mutex
	said Progress
}

// Hold does a task that is taken already, in the foreground, and settles it:
// what a worker does behind, a command does before its reader's eyes. It
// returns what the work returned.
func Hold(ctx context.Context, table Table, t Task, now func() time.Time, work Work) (any, error) {
	h := &hand{table: table, task: t, now: now, log: slog.New(slog.DiscardHandler), lease: Lease}
	result, err := h.work(ctx, work)
	settled := h.policy.Settle(t, result, err, now()) // the zero policy tries once
	if end := h.settle(ctx, settled); err == nil {
		err = end
	}
	return result, err
}

// work does the task while another goroutine renews the hold.
func (h *hand) work(ctx context.Context, work Work) (result any, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	var beat sync.WaitGroup
	ended := make(chan struct{})
	beat.Go(func() { h.renew(ctx, cancel, ended) })
	defer func() {
		close(ended)
		beat.Wait()
		if errors.Is(context.Cause(ctx), ErrLost) {
			err = ErrLost
		}
		cancel(nil)
	}()
	defer func() {
		if p := recover(); p != nil {
			h.log.Error("panic", "task", h.task.ID, "kind", h.task.Kind, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return work(ctx, h.task, h.tell)
}

func (h *hand) tell(p Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = p
}

// renew keeps the hold until the work ends, and gives it up, with the work,
// when the table says that it is another's or says nothing for a lease.
func (h *hand) renew(ctx context.Context, cancel context.CancelCauseFunc, ended <-chan struct{}) {
	tick := time.NewTicker(told)
	defer tick.Stop()
	var last Progress
	renewed := time.Now() // of this machine's steady clock: h.now may jump
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
		}
		h.mu.Lock()
		said := h.said
		h.mu.Unlock()
		if said == last && time.Since(renewed) < min(h.lease/4, heed) {
			continue
		}
		held, err := h.table.Renew(ctx, h.task, said, h.now().Add(h.lease))
		switch {
		case err == nil && held:
			last, renewed = said, time.Now()
		case err == nil:
			cancel(ErrLost)
			return
		case time.Since(renewed) > h.lease*3/4:
			h.log.Error("hold not renewed", "task", h.task.ID, "error", err)
			cancel(ErrLost)
			return
		}
	}
}

// settle ends the task even when the context of the work has ended.
func (h *hand) settle(ctx context.Context, o Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return h.table.Settle(ctx, h.task, o, h.now())
}
