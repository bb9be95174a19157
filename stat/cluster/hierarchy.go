package cluster

import (
	"cmp"
	"math"
	"slices"
)

// Linkage is the distance between two groups.
type Linkage int

// Ward is the increase of the sum of squares, as a distance (Ward 1963;
// Murtagh and Legendre 2014, the variant of squared distances); Complete that
// of the farthest units, Average the mean one.
const (
	Ward Linkage = iota
	Complete
	Average
)

// Merge joins two groups, named by their first unit, at a height.
type Merge struct {
	A, B   int // A < B
	Height float64
}

// Hierarchy returns the n − 1 merges of a tree by rising height, found with
// chains of nearest neighbours (Murtagh 1983) in n² steps.
func Hierarchy(d *Distances, l Linkage) []Merge {
	w := &Distances{n: d.n, d: slices.Clone(d.d)}
	if l == Ward {
		for k, v := range w.d {
			w.d[k] = v * v
		}
	}
	size := make([]float64, d.n)
	for i := range size {
		size[i] = 1
	}
	var merges []Merge
	var chain []int
	for len(merges) < d.n-1 {
		if len(chain) == 0 {
			chain = append(chain, slices.IndexFunc(size, func(s float64) bool { return s > 0 }))
		}
		last := chain[len(chain)-1]
		next := w.nearest(last, size, chain)
		if len(chain) < 2 || next != chain[len(chain)-2] {
			chain = append(chain, next)
			continue
		}
		a, b := min(last, next), max(last, next)
		h := w.At(a, b)
		w.join(a, b, size, l)
		size[a], size[b] = size[a]+size[b], 0
		if l == Ward {
			h = math.Sqrt(h)
		}
		merges = append(merges, Merge{a, b, h})
		chain = chain[:len(chain)-2]
	}
	slices.SortStableFunc(merges, func(a, b Merge) int { return cmp.Compare(a.Height, b.Height) })
	return merges
}

// nearest is the group nearest to one, the one before it in the chain in case
// of a tie, or else the first.
func (d *Distances) nearest(i int, size []float64, chain []int) int {
	best, least := -1, math.Inf(1)
	if len(chain) > 1 {
		best = chain[len(chain)-2]
		least = d.At(i, best)
	}
	for j, s := range size {
		if s > 0 && j != i && d.At(i, j) < least {
			best, least = j, d.At(i, j)
		}
	}
	return best
}

// join updates the distances of a, which takes b in (Lance and Williams 1967).
func (d *Distances) join(a, b int, size []float64, l Linkage) {
	between := d.At(a, b)
	for k, s := range size {
		if s == 0 || k == a || k == b {
			continue
		}
		x, y := d.At(a, k), d.At(b, k)
		var v float64
		switch l {
		case Ward:
			v = ((size[a]+s)*x + (size[b]+s)*y - s*between) / (size[a] + size[b] + s)
		case Complete:
			v = max(x, y)
		default:
			v = (size[a]*x + size[b]*y) / (size[a] + size[b])
		}
		i, j := max(a, k), min(a, k)
		d.d[i*(i-1)/2+j] = v
	}
}

// Cut returns the groups of a tree of n units just before its last groups − 1
// merges.
func Cut(n int, merges []Merge, groups int) []int {
	group := make([]int, n)
	for i := range group {
		group[i] = i
	}
	find := func(i int) int {
		for group[i] != i {
			i = group[i]
		}
		return i
	}
	for _, m := range merges[:max(0, len(merges)-groups+1)] {
		a, b := find(m.A), find(m.B)
		group[max(a, b)] = min(a, b)
	}
	out := make([]int, n)
	for i := range out {
		out[i] = find(i)
	}
	return renumber(out)
}

// Cophenetic returns for each two units the height at which a tree joins them.
func Cophenetic(n int, merges []Merge) *Distances {
	out := &Distances{n: n, d: make([]float64, n*(n-1)/2)}
	members := make([][]int, n)
	for i := range members {
		members[i] = []int{i}
	}
	at := make([]int, n) // where the members of a group are
	for i := range at {
		at[i] = i
	}
	for _, m := range merges {
		a, b := at[m.A], at[m.B]
		for _, i := range members[a] {
			for _, j := range members[b] {
				hi, lo := max(i, j), min(i, j)
				out.d[hi*(hi-1)/2+lo] = m.Height
			}
		}
		for _, j := range members[b] {
			at[j] = a
		}
		members[a] = append(members[a], members[b]...)
	}
	return out
}

// Correlation is that of two sets of distances of the same units (Pearson),
// NaN when one does not vary.
func (d *Distances) Correlation(other *Distances) float64 {
	n := float64(len(d.d))
	var sx, sy, sxx, syy, sxy float64
	for k, v := range d.d {
		sx, sy = sx+v/n, sy+other.d[k]/n
	}
	for k, v := range d.d {
		x, y := v-sx, other.d[k]-sy
		sxx, syy, sxy = sxx+x*x, syy+y*y, sxy+x*y
	}
	return sxy / math.Sqrt(sxx*syy)
}
