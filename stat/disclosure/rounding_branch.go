package disclosure

import (
	"math"
)

// program is the 0/1 programme of a rounding. A cell takes the steps of its
// columns, each a step up from the lowest multiple allowed; costs of the steps
// of a cell increase, so that they are taken in order.
type program struct {
	g        *ladder
	cell     []int  // by column
	inner    []bool // by column: its cell is no total; when those are whole, so are all
	cost     []int64
	lowest   []int64 // steps of a cell with no column taken, by cell
	constant int64   // cost when no column is taken
	lp       *boxed
	spent    bool
}

// rounding is the best found: steps above the multiple below, by cell.
type rounding struct {
	steps       []int64
	cost, bound int64
}

// program lists the columns when multiples up to farther beyond the adjacent
// ones are allowed.
func (g *ladder) program(farther int) *program {
	p := &program{g: g, lowest: make([]int64, len(g.rest))}
	of, total := make([][]int, len(g.rest)), make([]bool, len(g.rest))
	for _, e := range g.table.sums {
		total[e.total] = true
	}
	for i, r := range g.rest {
		low, high := int64(0), int64(0)
		if r > 0 {
			high = 1
		}
		low, high = max(-int64(farther), -g.times[i]), high+int64(farther)
		p.lowest[i] = low
		p.constant += r - g.base*low // |value − multiple| for low ≤ 0
		for s := low; s < high; s++ {
			cost := g.base
			switch {
			case s < 0:
				cost = -g.base
			case s == 0:
				cost = g.base - 2*r
			}
			of[i] = append(of[i], len(p.cell))
			p.cell, p.cost, p.inner = append(p.cell, i), append(p.cost, cost), append(p.inner, !total[i])
		}
	}
	rows, right := make([][]float64, len(g.table.sums)), make([]float64, len(g.table.sums))
	for k, e := range g.table.sums {
		row := make([]float64, len(p.cell))
		gap := g.times[e.total] + p.lowest[e.total]
		for _, c := range of[e.total] {
			row[c] = -1
		}
		for _, part := range e.parts {
			gap -= g.times[part] + p.lowest[part]
			for _, c := range of[part] {
				row[c] = 1
			}
		}
		rows[k], right[k] = row, float64(gap)
	}
	p.lp = newBoxed(rows, right, p.costs())
	return p
}

// costs are those of the columns, moved by less than half of the smallest
// difference in all, so that ties do not make the method turn in place.
func (p *program) costs() []float64 {
	out := make([]float64, len(p.cost))
	h := uint64(14695981039346656037)
	for k, c := range p.cost {
		h = (h ^ uint64(k)) * 1099511628211
		out[k] = float64(c) + float64(h>>40)/(1<<24)*0.4/float64(len(p.cost))
	}
	return out
}

// solve returns the best rounding found within the pivots allowed, nil when
// there is none or none was found; spent tells which.
func (p *program) solve(pivots int) *rounding {
	p.lp.allowed = pivots
	s := &branching{p: p, bound: math.MaxInt64}
	s.dive()
	s.branch()
	p.spent = p.lp.allowed < 0
	if s.best != nil {
		s.best.bound = s.best.cost
		if p.spent {
			s.best.bound = min(s.best.cost, s.bound)
		}
	}
	return s.best
}

// branching is a depth-first branch and bound.
type branching struct {
	p     *program
	best  *rounding
	bound int64 // least cost that the nodes left aside may have
}

// dive looks for a first rounding: the column nearest to a whole number is fixed
// to it, again and again; where that leads nowhere it takes the other value, and
// where neither does the dive is given up.
func (s *branching) dive() {
	lp := s.p.lp
	var fixed []int
	last, turned := -1, false
	for {
		switch state := lp.solve(); {
		case state == infeasible && last >= 0 && !turned:
			v := 1 - lp.low[last]
			lp.limit(last, v, v)
			turned = true
			continue
		case state != optimal:
			last = -1
		default:
			k, x := lp.fractional(s.p.inner, true)
			if k < 0 {
				s.keep()
			} else {
				v := math.Round(x)
				lp.limit(k, v, v)
				fixed = append(fixed, k)
			}
			last, turned = k, false
		}
		if last < 0 {
			break
		}
	}
	for _, k := range fixed {
		lp.limit(k, 0, 1)
	}
}

// branch solves the programme as it is now bounded and tries both values of the
// column nearest to one half, the nearer first.
func (s *branching) branch() {
	lp := s.p.lp
	state := lp.solve()
	if state == infeasible {
		return
	}
	floor := s.p.constant + int64(math.Ceil(lp.value()-0.5))
	if state == stopped {
		s.bound = min(s.bound, floor)
		return
	}
	if s.best != nil && floor >= s.best.cost {
		return
	}
	k, x := lp.fractional(s.p.inner, false)
	if k < 0 {
		s.keep()
		return
	}
	first := math.Round(x)
	for _, v := range []float64{first, 1 - first} {
		lp.limit(k, v, v)
		s.branch()
	}
	lp.limit(k, 0, 1)
}

// keep takes the present whole solution.
func (s *branching) keep() {
	r := &rounding{steps: append([]int64(nil), s.p.lowest...), cost: s.p.constant}
	for k, x := range s.p.lp.solution() {
		if x > 0.5 {
			r.steps[s.p.cell[k]]++
			r.cost += s.p.cost[k]
		}
	}
	if s.best == nil || r.cost < s.best.cost {
		s.best = r
	}
}
