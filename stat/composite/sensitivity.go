package composite

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
)

// Design describes an index and the alternatives among which Sensitivity
// draws. It is linear: an index that aggregates by a quasi-arithmetic mean
// (geometric, harmonic) gives its columns already transformed, increasing, so
// that the aggregate is a weighted mean and only the order of units matters.
//
// Numbers 0 to L-1 name the L columns, L+k names node k.
type Design struct {
	// Leaves holds the columns under each alternative: [alternative][column]
	// [unit]. Missing values (NaN) stand at the same cells in each of them.
	Leaves [][][]float64
	// Nodes are the aggregates, children before parents. A number is the
	// child of one node at most.
	Nodes []Node
	// Noise holds one entry a weighting scheme: the coefficient of variation
	// of the independent gamma factors that multiply the scheme's weights, 0
	// for the weights as they are.
	Noise []float64
	// LeaveOut is the probability, in each draw and for each target by itself,
	// that one column below the target is left out, all equally likely.
	LeaveOut float64
	// Reference marks the units that are ranked; the others are placed among
	// them.
	Reference []bool
	Targets   []int // the nodes to rank, by position in Nodes
	Classes   int   // number of classes of equal size, 0 for none
	Draws     int
	Seed      uint64
	Workers   int // goroutines, at least 1; the result does not depend on it
}

// Node is one aggregate: the mean of its children that are present. Scored
// marks the units that have a value there; parents ignore the others.
type Node struct {
	Children []int
	Weights  [][]float64 // [scheme][child]
	Scored   []bool
}

// Spread is what Sensitivity found for one target, unit by unit: entry
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

// Sensitivity draws the design's alternatives and returns the spread of each
// target, in the order of Targets. Draw i uses a generator of its own, seeded
// by (Seed, i): an alternative, a weighting scheme, then the random weights
// and the columns left out.
//
// A column is not left out for a unit that would have nothing left, nor where
// it is the only column of a target; where it is the only child of a node,
// that node is left out of its parent.
//
// Source: Saisana, Saltelli and Tarantola (2005), JRSS A 168(2), 307-323,
// doi:10.1111/j.1467-985X.2005.00350.x.
func Sensitivity(d *Design) []Spread {
	units := len(d.Reference)
	if units > math.MaxUint16-1 {
		panic(fmt.Sprintf("composite.Sensitivity: %d units", units))
	}
	out := make([]Spread, len(d.Targets))
	for t := range out {
		n := units * d.Draws
		out[t] = Spread{Draws: d.Draws, Order: make([]uint16, n), Place: make([]uint16, n), Class: make([]uint8, n)}
	}
	plan := newPlan(d)
	workers := max(1, d.Workers)
	var wg sync.WaitGroup
	for k := range workers {
		first, last := k*d.Draws/workers, (k+1)*d.Draws/workers
		wg.Go(func() {
			s := newScratch(plan)
			for draw := first; draw < last; draw++ {
				s.draw(draw, out)
			}
		})
	}
	wg.Wait()
	return out
}

// plan is what all draws share.
type plan struct {
	*Design
	leaves, units int
	parent        []int // by number, -1 at the top
	below         [][]int
	value         [][][]float64 // Leaves with zeros for missing
	here          [][]float64   // by number: 1 where present, 0 elsewhere
	whole         []bool        // by number: present everywhere
}

func newPlan(d *Design) *plan {
	p := &plan{Design: d, leaves: len(d.Leaves[0]), units: len(d.Reference)}
	numbers := p.leaves + len(d.Nodes)
	p.parent, p.below = make([]int, numbers), make([][]int, numbers)
	p.here, p.whole = make([][]float64, numbers), make([]bool, numbers)
	for i := range p.parent {
		p.parent[i] = -1
	}
	for l := range p.leaves {
		p.below[l] = []int{l}
		p.setPresence(l, func(u int) bool { return !math.IsNaN(d.Leaves[0][l][u]) })
	}
	for k, n := range d.Nodes {
		i := p.leaves + k
		for _, c := range n.Children {
			p.parent[c] = i
			p.below[i] = append(p.below[i], p.below[c]...)
		}
		p.setPresence(i, func(u int) bool { return n.Scored[u] })
	}
	for _, columns := range d.Leaves {
		zeroed := make([][]float64, len(columns))
		for l, c := range columns {
			zeroed[l] = make([]float64, len(c))
			for u, v := range c {
				if !math.IsNaN(v) {
					zeroed[l][u] = v
				}
			}
		}
		p.value = append(p.value, zeroed)
	}
	return p
}

func (p *plan) setPresence(i int, present func(u int) bool) {
	p.here[i], p.whole[i] = make([]float64, p.units), true
	for u := range p.units {
		if present(u) {
			p.here[i][u] = 1
		} else {
			p.whole[i] = false
		}
	}
}

// scratch is the memory of one worker.
type scratch struct {
	*plan
	rng     *rand.Rand
	pcg     *rand.PCG
	weights [][]float64 // [node][child] of the current draw
	column  [][]float64 // [number], of the current draw, nothing left out
	branch  [2][]float64
	den     []float64
	sorted  []ranked
	ladder  []float64
}

func newScratch(p *plan) *scratch {
	pcg := rand.NewPCG(0, 0)
	s := &scratch{
		plan: p, pcg: pcg, rng: rand.New(pcg), weights: make([][]float64, len(p.Nodes)),
		column: make([][]float64, p.leaves+len(p.Nodes)), den: make([]float64, p.units),
		branch: [2][]float64{make([]float64, p.units), make([]float64, p.units)},
		sorted: make([]ranked, p.units), ladder: make([]float64, p.units),
	}
	for k, n := range p.Nodes {
		s.weights[k] = make([]float64, len(n.Children))
		s.column[p.leaves+k] = make([]float64, p.units)
	}
	return s
}

// draw computes one draw and writes its column of each target's spread.
func (s *scratch) draw(draw int, out []Spread) {
	s.pcg.Seed(s.Seed, uint64(draw))
	copy(s.column, s.value[s.rng.IntN(len(s.value))])
	scheme := s.rng.IntN(len(s.Noise))
	for k, n := range s.Nodes {
		for c, w := range n.Weights[scheme] {
			s.weights[k][c] = w * s.factor(s.Noise[scheme])
		}
		s.evaluate(k, -1, nil, s.column[s.leaves+k])
	}
	for t, k := range s.Targets {
		column := s.column[s.leaves+k]
		if s.LeaveOut > 0 && s.rng.Float64() < s.LeaveOut {
			column = s.without(k, column)
		}
		s.rank(k, draw, column, &out[t])
	}
}

// without returns the column of target node k with one column below it left
// out, or base when there is no other.
func (s *scratch) without(k int, base []float64) []float64 {
	target := s.leaves + k
	gone := s.below[target][s.rng.IntN(len(s.below[target]))]
	for gone != target && len(s.Nodes[s.parent[gone]-s.leaves].Children) == 1 {
		gone = s.parent[gone]
	}
	if gone == target {
		return base
	}
	var changed []float64
	child, turn := gone, 0
	for child != target {
		up := s.parent[child]
		s.evaluate(up-s.leaves, child, changed, s.branch[turn])
		child, changed, turn = up, s.branch[turn], 1-turn
	}
	return changed
}

// evaluate writes to dst the weighted mean of the children of node k. Child
// swap takes the values of with, or is left out when with is nil; where this
// leaves nothing, the value of the whole node stands.
func (s *scratch) evaluate(k, swap int, with, dst []float64) {
	n, den := &s.Nodes[k], s.den
	clear(dst)
	clear(den)
	for c, child := range n.Children {
		x, w := s.column[child], s.weights[k][c]
		if child == swap {
			if with == nil {
				continue
			}
			x = with
		}
		if s.whole[child] {
			for u, v := range x {
				dst[u] += w * v
				den[u] += w
			}
			continue
		}
		for u, h := range s.here[child] {
			dst[u] += w * h * x[u]
			den[u] += w * h
		}
	}
	for u, d := range den {
		switch {
		case d > 0:
			dst[u] /= d
		case swap >= 0:
			dst[u] = s.column[s.leaves+k][u]
		}
	}
}

// factor returns a gamma variate of mean 1 and coefficient of variation cv.
func (s *scratch) factor(cv float64) float64 {
	if cv == 0 {
		return 1
	}
	shape := 1 / (cv * cv)
	return gamma(s.rng, shape) / shape
}
