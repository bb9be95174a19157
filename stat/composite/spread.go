package composite

import "slices"

// ranked is one scored unit of a draw.
type ranked struct {
	x    float64
	unit int32
}

// descending orders by x, which is no NaN: half the time of cmp.Compare.
func descending(a, b ranked) int {
	switch {
	case a.x > b.x:
		return -1
	case a.x < b.x:
		return 1
	}
	return 0
}

// rank writes order, place and class of the units scored at node k.
func (s *scratch) rank(k, draw int, column []float64, out *Spread) {
	list := s.sorted[:0]
	for u, v := range column {
		if s.Nodes[k].Scored[u] {
			list = append(list, ranked{v, int32(u)})
		}
	}
	slices.SortFunc(list, descending)
	ladder := s.ladder[:0]
	for _, r := range list {
		if s.Reference[r.unit] {
			ladder = append(ladder, r.x)
		}
	}
	order, place, above := 0, 0, 0
	for i, r := range list {
		if i == 0 || r.x != list[i-1].x {
			order, place = i+1, above+1
		}
		if s.Reference[r.unit] {
			above++
		}
		at := int(r.unit)*out.Draws + draw
		out.Order[at], out.Place[at] = uint16(order), uint16(place)
		out.Class[at] = uint8(classDown(r.x, ladder, s.Classes))
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

// Reversal returns the share of draws in which unit b stands before unit a, a
// tie counting for one half. Both must be scored.
func (s *Spread) Reversal(a, b int) float64 {
	before, ties := 0, 0
	x, y := s.Order[a*s.Draws:(a+1)*s.Draws], s.Order[b*s.Draws:(b+1)*s.Draws]
	for i, r := range x {
		if y[i] < r {
			before++
		} else if y[i] == r {
			ties++
		}
	}
	return (float64(before) + float64(ties)/2) / float64(s.Draws)
}

// Interval returns the places between which unit u stands in a share level of
// the draws: the (1 - level)/2 and (1 + level)/2 quantiles, rounded outwards
// to places that occur.
func (s *Spread) Interval(u int, level float64) (lo, hi int) {
	places := s.Place[u*s.Draws : (u+1)*s.Draws]
	count := make([]int, int(slices.Max(places))+1)
	for _, p := range places {
		count[p]++
	}
	cut := int((1-level)/2*float64(s.Draws) + 1e-9)
	return nth(count, cut), nth(count, s.Draws-1-cut)
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

// Moved returns the share of draws in which unit u is not in the given class.
func (s *Spread) Moved(u, class int) float64 {
	n := 0
	for _, c := range s.Class[u*s.Draws : (u+1)*s.Draws] {
		if int(c) != class {
			n++
		}
	}
	return float64(n) / float64(s.Draws)
}
