package composite

import (
	"math"
	"slices"
)

// Spread is what Simulate found for one part, unit by unit: entry
// unit*Draws + draw. A unit without score has zeros.
type Spread struct {
	Draws int
	// Order is the competition rank among all scored units, 1 the largest.
	Order []uint16
	// Place is the number of reference units above, plus one.
	Place []uint16
	// Class counts from 1, the lowest: 1 + the number of class limits below
	// the unit, limit k being the ⌈nk/Classes⌉-th smallest reference value.
	Class []uint8
	// Score is the score itself, NaN without; nil where Simulation.Scores is not set.
	Score []float64
}

func newSpread(y *layout, s Simulation) Spread {
	n := y.rows * s.Draws
	out := Spread{Draws: s.Draws, Order: make([]uint16, n)}
	if out.Place = out.Order; y.Reference != nil {
		out.Place = make([]uint16, n)
	}
	if s.Classes > 0 {
		out.Class = make([]uint8, n)
	}
	if s.Scores {
		out.Score = make([]float64, n)
	}
	return out
}

// drop takes away the draws that have failed.
func (s *Spread) drop(failed []error) {
	shared := &s.Order[0] == &s.Place[0]
	kept := 0
	for at := range s.Order {
		if failed[at%s.Draws] != nil {
			continue
		}
		if s.Order[kept] = s.Order[at]; !shared {
			s.Place[kept] = s.Place[at]
		}
		if s.Class != nil {
			s.Class[kept] = s.Class[at]
		}
		if s.Score != nil {
			s.Score[kept] = s.Score[at]
		}
		kept++
	}
	draws := 0
	for _, e := range failed {
		if e == nil {
			draws++
		}
	}
	if s.Order, s.Draws = s.Order[:kept], draws; shared {
		s.Place = s.Order
	} else {
		s.Place = s.Place[:kept]
	}
	if s.Class != nil {
		s.Class = s.Class[:kept]
	}
	if s.Score != nil {
		s.Score = s.Score[:kept]
	}
}

// classDown is Class for limits read in a decreasing ladder.
func classDown(x float64, ladder []float64, classes int) int {
	n, class := len(ladder), 1
	for k := 1; k < classes && n > 0; k++ {
		if x > ladder[n-limitAt(n, k, classes)] {
			class++
		}
	}
	return class
}

// limitAt returns ⌈nk/classes⌉, the position from 1 of limit k.
func limitAt(n, k, classes int) int { return (n*k + classes - 1) / classes }

// ClassLimits returns the classes - 1 limits that cut the values present into
// classes of equal size: limit k is the ⌈nk/classes⌉-th smallest value, the
// largest of class k. It is nil when no value is present.
func ClassLimits(x []float64, classes int) []float64 {
	sorted := slices.DeleteFunc(slices.Clone(x), func(v float64) bool { return v != v })
	if len(sorted) == 0 {
		return nil
	}
	slices.Sort(sorted)
	limits := make([]float64, classes-1)
	for k := range limits {
		limits[k] = sorted[limitAt(len(sorted), k+1, classes)-1]
	}
	return limits
}

// Class returns the class of x, from 1: one more than the number of limits
// below it.
func Class(x float64, limits []float64) int {
	class := 1
	for _, l := range limits {
		if x > l {
			class++
		}
	}
	return class
}

// Reversal returns the share of the draws that score both in which unit b
// stands before unit a, a tie counting for one half; NaN without any. The two
// are of one period.
func (s *Spread) Reversal(a, b int) float64 {
	before, ties, n := 0, 0, 0
	x, y := s.Order[a*s.Draws:(a+1)*s.Draws], s.Order[b*s.Draws:(b+1)*s.Draws]
	for i, r := range x {
		switch {
		case r == 0 || y[i] == 0:
			continue
		case y[i] < r:
			before++
		case y[i] == r:
			ties++
		}
		n++
	}
	return (float64(before) + float64(ties)/2) / float64(n)
}

// places counts the draws of unit u by place, in those that score it.
func (s *Spread) places(u int) (count []int, n int) {
	list := s.Place[u*s.Draws : (u+1)*s.Draws]
	count = make([]int, int(slices.Max(list))+1)
	for _, p := range list {
		if p > 0 {
			count[p]++
			n++
		}
	}
	return count, n
}

// Interval returns the places between which unit u stands in a share level of
// the draws: the (1 - level)/2 and (1 + level)/2 quantiles, rounded outwards
// to places that occur; zeros for a unit without score.
func (s *Spread) Interval(u int, level float64) (lo, hi int) {
	count, n := s.places(u)
	if n == 0 {
		return 0, 0
	}
	cut := tail(n, level)
	return nth(count, cut), nth(count, n-1-cut)
}

// tail is the number of n draws left out on either side.
func tail(n int, level float64) int { return min((n-1)/2, int((1-level)/2*float64(n)+1e-9)) }

// Centre returns the mean and the median place of unit u, NaN without score.
func (s *Spread) Centre(u int) (mean, median float64) {
	count, n := s.places(u)
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	for p, m := range count {
		mean += float64(p) * float64(m) / float64(n)
	}
	return mean, float64(nth(count, (n-1)/2)+nth(count, n/2)) / 2
}

// Worst returns the share of the draws in which unit u stands at one of the k
// first places, NaN without score.
func (s *Spread) Worst(u, k int) float64 {
	count, n := s.places(u)
	first := 0
	for p, m := range count {
		if p <= k {
			first += m
		}
	}
	return float64(first) / float64(n)
}

// Change says how far the place of one unit moved from row before to row after
// (two periods), negative towards the first place: the least and the most in a
// share level of the draws, as Interval, and the share of draws in which it
// moved towards the first place, or away from it. Both rows are taken in the
// same draw, so that choices which move them together do not count as change.
func (s *Spread) Change(before, after int, level float64) (lo, hi int, up, down float64) {
	x, y := s.Place[before*s.Draws:(before+1)*s.Draws], s.Place[after*s.Draws:(after+1)*s.Draws]
	var moves []int
	for i, p := range x {
		if p > 0 && y[i] > 0 {
			moves = append(moves, int(y[i])-int(p))
		}
	}
	n := len(moves)
	if n == 0 {
		return 0, 0, math.NaN(), math.NaN()
	}
	for _, m := range moves {
		switch {
		case m < 0:
			up += 1 / float64(n)
		case m > 0:
			down += 1 / float64(n)
		}
	}
	slices.Sort(moves)
	cut := tail(n, level)
	return moves[cut], moves[n-1-cut], up, down
}

// nth returns the place that stands at position k, from 0, among the places
// counted.
func nth(count []int, k int) int {
	for p, n := range count {
		if k -= n; k < 0 {
			return p
		}
	}
	return len(count) - 1
}

// Moved returns the share of the draws that score unit u in which it is not in
// the given class; NaN without any.
func (s *Spread) Moved(u, class int) float64 {
	n, scored := 0, 0
	for _, c := range s.Class[u*s.Draws : (u+1)*s.Draws] {
		if c == 0 {
			continue
		}
		if scored++; int(c) != class {
			n++
		}
	}
	return float64(n) / float64(scored)
}
