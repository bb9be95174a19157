// Package cluster groups units by likeness: hierarchical trees, k-means, and
// how well each unit sits in its group.
//
// Attributes are columns of n finite values on one scale, which is the
// caller's choice; distances are Euclidean. Groups are numbered from 0 in the
// order of their first unit, unless said. Ties go to the unit or the group
// that comes first, so that results are the same everywhere. Start with
// NewDistances.
package cluster

import "math"

// Distances holds the distance of each two of n units.
type Distances struct {
	n int
	d []float64 // of i and j < i at i(i−1)/2 + j
}

// NewDistances computes the Euclidean distances of n units. It holds n(n−1)/2
// numbers: 10 GB for 50,000 units.
func NewDistances(n int, attributes [][]float64) *Distances {
	d := &Distances{n: n, d: make([]float64, n*(n-1)/2)}
	for _, x := range attributes {
		k := 0
		for i := range n {
			for j := range i {
				d.d[k] += (x[i] - x[j]) * (x[i] - x[j])
				k++
			}
		}
	}
	for k, v := range d.d {
		d.d[k] = math.Sqrt(v)
	}
	return d
}

// At is the distance of two units.
func (d *Distances) At(i, j int) float64 {
	switch {
	case i == j:
		return 0
	case i < j:
		i, j = j, i
	}
	return d.d[i*(i-1)/2+j]
}

// renumber names groups by the order of their first unit.
func renumber(group []int) []int {
	names := map[int]int{}
	out := make([]int, len(group))
	for i, g := range group {
		if _, ok := names[g]; !ok {
			names[g] = len(names)
		}
		out[i] = names[g]
	}
	return out
}
