// Package observatory is the walk: Import, Compute, Publish, Render, and the
// way back, Trace. It only orchestrates: source reads, fragility computes,
// report composes, store keeps.
//
// Each step is a function between two stored things, so each can be replayed;
// killed at any moment, the store reads as before the step or after it. Start
// with Import, then Compute, Publish and Load.
package observatory

import (
	"time"

	"vigie/journal"
	"vigie/store"
	"vigie/territory"
)

// Walk is an open observatory with what its steps need of the outside: an
// instant, the version of the program, and somebody to tell of progress.
type Walk struct {
	DB      *store.DB
	Now     time.Time
	Version string
	Tell    Teller        // nil: nobody
	By      journal.Actor // who walks, for the journal
	Site    string        // public address of the site, for the letters; "" when it is not set

	vintages map[string]*territory.Vintage // read once, by the addresses of their files
}

// Teller is told of the steps of a long walk.
type Teller interface {
	Step(name string)
	At(done, total int)
}

func (w *Walk) step(name string) {
	if w.Tell != nil {
		w.Tell.Step(name)
	}
}

func (w *Walk) at(done, total int) {
	if w.Tell != nil {
		w.Tell.At(done, total)
	}
}
