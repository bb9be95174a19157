package main

import (
	"fmt"
	"time"

	"vigie/lang"
	"vigie/observatory"
)

// progress tells the steps of a long verb on standard error: one line a step
// with its duration; on a terminal the running step shows done/total.
type progress struct {
	e     *env
	step  string
	began time.Time
	shown time.Time
}

func (e *env) progress() *progress { return &progress{e: e} }

// Step ends the running step and begins another.
func (p *progress) Step(name string) {
	p.Done()
	p.step, p.began = name, p.e.now()
	if p.e.terminal {
		fmt.Fprintf(p.e.stderr, "\r\x1b[K%s…", name)
	}
}

// At shows done/total of the running step, at most ten times a second.
func (p *progress) At(done, total int) {
	if now := p.e.now(); p.e.terminal && (done == total || now.Sub(p.shown) > 100*time.Millisecond) {
		p.shown = now
		count := lang.Number(lang.FR, float64(done), 0)
		if total > 0 {
			count += "/" + lang.Number(lang.FR, float64(total), 0)
		}
		fmt.Fprintf(p.e.stderr, "\r\x1b[K%s… %s", p.step, count)
	}
}

// Done ends the running step and prints its duration.
func (p *progress) Done() {
	if p.step == "" {
		return
	}
	if p.e.terminal {
		fmt.Fprint(p.e.stderr, "\r\x1b[K")
	}
	fmt.Fprintf(p.e.stderr, "%s : %s s\n", p.step, lang.Number(lang.FR, p.e.now().Sub(p.began).Seconds(), 1))
	p.step = ""
}

// done ends the last step that a walk told of.
func (e *env) done(w *observatory.Walk) {
	if p, ok := w.Tell.(*progress); ok {
		p.Done()
	}
}
