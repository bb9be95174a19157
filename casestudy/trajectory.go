package casestudy

import (
	"math"
	"slices"
	"strconv"

	"vigie/territory"
)

// Course is one indicator over time in one place: periods ascending, NaN where
// there is no figure.
type Course struct {
	Place   territory.Code
	Periods []string
	X       []float64
}

// Trajectory sets what an indicator did in the place of a case, since the last
// period before it began, against what it did in other places. It proves
// nothing: see doc/methods/trajectory.md.
type Trajectory struct {
	Start    int
	Base     string           // the period that differences start from
	Compared []territory.Code // that have a figure at Base
	LeftOut  []territory.Code // that have none
	Steps    []Step
}

// Step is one period. NaN is a hole; base 100 is NaN too where a value at Base
// is not positive.
type Step struct {
	Period       string
	Before       bool
	Own          float64 // value
	Change       float64 // since Base
	Index        float64 // 100 at Base
	Others       int     // places compared that have a figure
	OthersChange float64 // mean of theirs
	OthersIndex  float64
	Least, Most  float64 // extremes of their changes
	Gap          float64 // Change less OthersChange
}

// Refusal says why nothing can be set against anything; "" when it can.
type Refusal string

// The refusals.
const (
	NoStart    Refusal = "start"    // nobody says when the case began
	NoBefore   Refusal = "before"   // no figure before
	NoAfter    Refusal = "after"    // no figure since
	NoCompared Refusal = "compared" // fewer than leastCompared places to set it against
)

const leastCompared = 3

// Follow makes the trajectory of a place among others. The base is its last
// figure of a year before start; the year of the start belongs to what follows.
func Follow(own Course, others []Course, start int) (Trajectory, Refusal) {
	t := Trajectory{Start: start}
	if start == 0 {
		return t, NoStart
	}
	after := false
	for i, p := range own.Periods {
		switch known := !math.IsNaN(own.X[i]); {
		case known && YearOf(p) < start:
			t.Base = p
		case known:
			after = true
		}
	}
	switch {
	case t.Base == "":
		return t, NoBefore
	case !after:
		return t, NoAfter
	}
	var compared []Course
	for _, o := range others {
		if math.IsNaN(o.at(t.Base)) {
			t.LeftOut = append(t.LeftOut, o.Place)
			continue
		}
		compared = append(compared, o)
		t.Compared = append(t.Compared, o.Place)
	}
	if len(compared) < leastCompared {
		return t, NoCompared
	}
	for i, p := range own.Periods {
		t.Steps = append(t.Steps, t.step(p, own.X[i], own.at(t.Base), compared))
	}
	return t, ""
}

// step sets one period against the base.
func (t *Trajectory) step(period string, x, base float64, others []Course) Step {
	s := Step{Period: period, Before: YearOf(period) < t.Start, Own: x, Change: x - base, Index: index(x, base),
		Least: math.NaN(), Most: math.NaN()}
	changes, indices := 0.0, 0.0
	for _, o := range others {
		at, from := o.at(period), o.at(t.Base)
		if math.IsNaN(at) {
			continue
		}
		if s.Others++; s.Others == 1 {
			s.Least, s.Most = at-from, at-from
		}
		s.Least, s.Most = min(s.Least, at-from), max(s.Most, at-from)
		changes += at - from
		indices += index(at, from) // NaN stays
	}
	s.OthersChange, s.OthersIndex = changes/float64(s.Others), indices/float64(s.Others)
	s.Gap = s.Change - s.OthersChange
	return s
}

// index is a value on the scale where another is 100.
func index(x, base float64) float64 {
	if !(base > 0) {
		return math.NaN()
	}
	return 100 * x / base
}

// at is the figure of a period, NaN when there is none.
func (c *Course) at(period string) float64 {
	if i, ok := slices.BinarySearch(c.Periods, period); ok {
		return c.X[i]
	}
	return math.NaN()
}

// Last is the last step since the start at which both have a figure, false when
// there is none.
func (t *Trajectory) Last() (Step, bool) {
	for _, s := range slices.Backward(t.Steps) {
		if !s.Before && !math.IsNaN(s.Gap) {
			return s, true
		}
	}
	return Step{}, false
}

// YearOf is the year of a period, 2022 or 2022-Q3; 0 for what is none.
func YearOf(period string) int {
	y, _ := strconv.Atoi(period[:min(4, len(period))])
	return y
}
