package spatial

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// ErrSplit says that neighbours do not link all units: each connected part is
// a map of its own.
var ErrSplit = errors.New("the units are not all linked by neighbours")

// ErrCuts says that there are not so many regions to make.
var ErrCuts = errors.New("more cuts than links between units")

// Link is an edge of a tree, its cost the distance between two units; From is
// the smaller number.
type Link struct {
	From, To int
	Cost     float64
}

// SpanningTree returns the links between neighbours that join all units at the
// least cost (Kruskal 1956), the cheapest first; the cost is the Euclidean
// distance of attributes, columns of n values that the caller has put on one
// scale.
//
// Error: ErrSplit.
func SpanningTree(attributes [][]float64, w *Weights) ([]Link, error) {
	n := w.N()
	var links []Link
	for i := range n {
		to, _ := w.Of(i)
		for _, j := range to {
			if int(j) > i || w.between(int(j), i) == 0 {
				links = append(links, Link{From: min(i, int(j)), To: max(i, int(j)), Cost: distance(attributes, i, int(j))})
			}
		}
	}
	slices.SortFunc(links, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.Cost, b.Cost), a.From-b.From, a.To-b.To)
	})
	joined := newForest(n)
	tree := make([]Link, 0, max(0, n-1))
	for _, l := range links {
		if joined.join(l.From, l.To) {
			tree = append(tree, l)
		}
	}
	if len(tree) < n-1 {
		return nil, ErrSplit
	}
	return tree, nil
}

func distance(attributes [][]float64, i, j int) float64 {
	d := 0.0
	for _, x := range attributes {
		d += (x[i] - x[j]) * (x[i] - x[j])
	}
	return math.Sqrt(d)
}

// Regions are the parts of a map that Regionalise found.
type Regions struct {
	Group  []int     // of each unit, 0 to cuts, in the order of their first unit
	Within []float64 // sum of distances to the regions' means: before any cut, after each
}

// Regionalise cuts a spanning tree so that regions hold alike units that touch
// (SKATER: Assunção and others 2006): each cut, among all, lowers the most the
// sum over units of the distance, not squared, to the mean of their region.
// The earlier link wins a tie. One cut costs the square of a region's size.
//
// Error: ErrCuts.
func Regionalise(attributes [][]float64, tree []Link, cuts int) (Regions, error) {
	if cuts > len(tree) || cuts < 0 {
		return Regions{}, ErrCuts
	}
	all := part{links: tree, units: make([]int, len(tree)+1)}
	for i := range all.units {
		all.units[i] = i
	}
	all.within = spread(attributes, all.units)
	all.find(attributes)
	parts, r := []part{all}, Regions{Within: []float64{all.within}}
	for range cuts {
		best := 0
		for k := range parts {
			if parts[k].gain > parts[best].gain {
				best = k
			}
		}
		a, b := parts[best].cut(attributes)
		parts[best] = a
		parts = append(parts, b)
		sum := 0.0
		for _, p := range parts {
			sum += p.within
		}
		r.Within = append(r.Within, sum)
	}
	slices.SortFunc(parts, func(a, b part) int { return a.units[0] - b.units[0] })
	r.Group = make([]int, len(tree)+1)
	for g, p := range parts {
		for _, i := range p.units {
			r.Group[i] = g
		}
	}
	return r, nil
}

// part is a region: its units in rising order, the links of its tree and the
// one to cut.
type part struct {
	units  []int
	links  []Link
	within float64
	best   int
	gain   float64 // what the best cut lowers; −Inf when there is none
}

// find looks for the best cut.
func (p *part) find(attributes [][]float64) {
	p.gain = math.Inf(-1)
	for k := range p.links {
		one, other := p.sides(k)
		if g := p.within - spread(attributes, one) - spread(attributes, other); g > p.gain {
			p.best, p.gain = k, g
		}
	}
}

func (p *part) cut(attributes [][]float64) (part, part) {
	one, other := p.sides(p.best)
	a, b := part{units: one}, part{units: other}
	for k, l := range p.links {
		if k == p.best {
			continue
		}
		if _, in := slices.BinarySearch(one, l.From); in {
			a.links = append(a.links, l)
		} else {
			b.links = append(b.links, l)
		}
	}
	for _, side := range []*part{&a, &b} {
		side.within = spread(attributes, side.units)
		side.find(attributes)
	}
	return a, b
}

// sides returns the units on both sides of a link, in rising order.
func (p *part) sides(cut int) (one, other []int) {
	next := map[int][]int{}
	for k, l := range p.links {
		if k != cut {
			next[l.From], next[l.To] = append(next[l.From], l.To), append(next[l.To], l.From)
		}
	}
	first := p.links[cut].From
	reached, wait := map[int]bool{first: true}, []int{first}
	for len(wait) > 0 {
		i := wait[len(wait)-1]
		wait = wait[:len(wait)-1]
		for _, j := range next[i] {
			if !reached[j] {
				reached[j] = true
				wait = append(wait, j)
			}
		}
	}
	for _, i := range p.units {
		if reached[i] {
			one = append(one, i)
		} else {
			other = append(other, i)
		}
	}
	return one, other
}

// spread is the sum of the distances of units to their mean.
func spread(attributes [][]float64, units []int) float64 {
	squares := make([]float64, len(units))
	for _, x := range attributes {
		m := 0.0
		for _, i := range units {
			m += x[i]
		}
		m /= float64(len(units))
		for k, i := range units {
			squares[k] += (x[i] - m) * (x[i] - m)
		}
	}
	sum := 0.0
	for _, s := range squares {
		sum += math.Sqrt(s)
	}
	return sum
}

// Between is the share of the variance of attributes, all together, that groups
// keep between them: 1 when the units of each are equal, 0 when their means are.
func Between(attributes [][]float64, group []int) float64 {
	all, within := 0.0, 0.0
	for _, x := range attributes {
		mean, size := make([]float64, slices.Max(group)+1), make([]float64, slices.Max(group)+1)
		for i, g := range group {
			mean[g], size[g] = mean[g]+x[i], size[g]+1
		}
		middle := total(x) / float64(len(x))
		for i, g := range group {
			d, e := x[i]-middle, x[i]-mean[g]/size[g]
			all, within = all+d*d, within+e*e
		}
	}
	return 1 - within/all
}
