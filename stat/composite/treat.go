package composite

import (
	"math"

	"vigie/stat/descr"
)

// Limit is the test that a column must pass not to be treated: it fails when
// the absolute skewness exceeds Skew and the excess kurtosis exceeds Kurt,
// both at once. The zero value stands for 2 and 3.5.
type Limit struct{ Skew, Kurt float64 }

// Pass reports whether x passes the test. A column too short or constant,
// whose moments do not exist, passes.
func (l Limit) Pass(x []float64) bool {
	if l == (Limit{}) {
		l = Limit{2, 3.5}
	}
	return !(math.Abs(descr.Skewness(x)) > l.Skew && descr.Kurtosis(x) > l.Kurt)
}

// TieRule says what winsorisation does when several units share the extreme.
type TieRule int

// The rules. TiesWithin never moves more points than allowed: when the tied
// units would exceed the limit, it stops before them. TiesBeyond moves them
// all, as COINr does, and so may exceed the limit.
const (
	TiesWithin TieRule = iota
	TiesBeyond
)

// Winsorised is a column whose extremes have been drawn in. X equals the
// input clamped to [Low, High]. Mark is +1 for a point drawn in from above,
// -1 from below, 0 for the others; N counts the points moved.
type Winsorised struct {
	X         []float64
	Mark      []int8
	N         int
	Low, High float64
	Pass      bool // the column passes the test at the end
}

// Winsorise draws in the extremes of x, one value at a time, until the column
// passes the test or most points have been moved: when the skewness is
// positive all units at the maximum take the next lower value, otherwise all
// at the minimum take the next higher.
//
// Missing values stay missing. A column without two distinct values is
// returned as it is.
//
// Source: OECD and JRC (2008), Handbook on Constructing Composite Indicators,
// section 3; Becker, Caperna, Del Sorbo and others (2022), JOSS 7(78), 4567,
// doi:10.21105/joss.04567. Oracle: COINr::winsorise (TiesBeyond).
func Winsorise(x []float64, most int, test Limit, ties TieRule) Winsorised {
	w := Winsorised{X: append([]float64(nil), x...), Mark: make([]int8, len(x))}
	for {
		w.Low, w.High = bounds(w.X)
		w.Pass = test.Pass(w.X)
		if w.Pass || w.N >= most || !(w.Low < w.High) {
			return w
		}
		from, to, mark := w.High, nextBelow(w.X, w.High), int8(1)
		if !(descr.Skewness(w.X) > 0) {
			from, to, mark = w.Low, nextAbove(w.X, w.Low), -1
		}
		if ties == TiesWithin && w.N+w.fresh(from) > most {
			return w
		}
		w.move(from, to, mark)
	}
}

// fresh counts the units at v that have not been moved yet.
func (w *Winsorised) fresh(v float64) int {
	n := 0
	for i, x := range w.X {
		if x == v && w.Mark[i] == 0 {
			n++
		}
	}
	return n
}

func (w *Winsorised) move(from, to float64, mark int8) {
	w.N += w.fresh(from)
	for i, x := range w.X {
		if x == from {
			w.X[i], w.Mark[i] = to, mark
		}
	}
}

// bounds returns the least and the largest value present, NaN if none.
func bounds(x []float64) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	for _, v := range x {
		if math.IsNaN(v) {
			continue
		}
		if !(lo <= v) {
			lo = v
		}
		if !(hi >= v) {
			hi = v
		}
	}
	return lo, hi
}

func nextBelow(x []float64, top float64) float64 {
	best := math.Inf(-1)
	for _, v := range x {
		if v < top && v > best {
			best = v
		}
	}
	return best
}

func nextAbove(x []float64, bottom float64) float64 {
	best := math.Inf(1)
	for _, v := range x {
		if v > bottom && v < best {
			best = v
		}
	}
	return best
}

// Treated is a column after Treat. Winsorised is nil when the column passed
// at once; Logged says that winsorisation did not suffice and that X is the
// logarithm of the original column.
type Treated struct {
	X          []float64
	Winsorised *Winsorised
	Logged     bool
}

// Treat winsorises a column that fails the test and, if it still fails, takes
// LogShift of the original column instead. Source and oracle: see Winsorise
// (COINr::qTreat).
func Treat(x []float64, most int, test Limit, ties TieRule) Treated {
	if test.Pass(x) {
		return Treated{X: append([]float64(nil), x...)}
	}
	w := Winsorise(x, most, test, ties)
	if w.Pass {
		return Treated{X: w.X, Winsorised: &w}
	}
	return Treated{X: LogShift(x), Winsorised: &w, Logged: true}
}
