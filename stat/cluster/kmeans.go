package cluster

import (
	"math"
	"slices"
)

// Means are the groups that k-means found.
type Means struct {
	Group  []int       // of each unit, 0 to k−1 in the order of the starts
	Centre [][]float64 // of each group, a value an attribute
	Within []float64   // sum of squared distances to the centre, a value a group
	Total  float64     // sum of squared distances to the mean of all
}

// KMeans returns k groups with the least sum of squares that no move of one
// unit lowers (Hartigan and Wong 1979), from the units that start them, all
// different. Another start may find a better optimum. An attribute column has
// n values.
func KMeans(n int, attributes [][]float64, starts []int) Means {
	m := empty(n, len(attributes), len(starts))
	for g, s := range starts {
		for a, x := range attributes {
			m.Centre[g][a] = x[s]
		}
	}
	for i := range n {
		m.Group[i] = m.closest(i, attributes, -1, func(int) float64 { return 1 })
	}
	return m.settle(attributes)
}

// Consolidate is KMeans from groups already made, numbered from 0, none empty.
func Consolidate(n int, attributes [][]float64, group []int) Means {
	m := empty(n, len(attributes), slices.Max(group)+1)
	copy(m.Group, group)
	return m.settle(attributes)
}

func empty(n, attributes, k int) Means {
	m := Means{Group: make([]int, n), Centre: make([][]float64, k), Within: make([]float64, k)}
	for g := range m.Centre {
		m.Centre[g] = make([]float64, attributes)
	}
	return m
}

// settle moves units, one at a time, until no move lowers the sum of squares.
func (m *Means) settle(attributes [][]float64) Means {
	n, size := len(m.Group), make([]float64, len(m.Centre))
	for _, g := range m.Group {
		size[g]++
	}
	m.centres(attributes, size)
	for moved, pass := true, 0; moved && pass < 1000; pass++ {
		moved = false
		for i := range n {
			from := m.Group[i]
			if size[from] < 2 {
				continue
			}
			leave := m.square(i, attributes, from) * size[from] / (size[from] - 1)
			to := m.closest(i, attributes, from, func(g int) float64 { return size[g] / (size[g] + 1) })
			if m.square(i, attributes, to)*size[to]/(size[to]+1) < leave*(1-1e-12) {
				m.move(i, attributes, size, to)
				moved = true
			}
		}
	}
	m.centres(attributes, size)
	for i, g := range m.Group {
		m.Within[g] += m.square(i, attributes, g)
	}
	for _, x := range attributes {
		mean := 0.0
		for _, v := range x {
			mean += v / float64(n)
		}
		for _, v := range x {
			m.Total += (v - mean) * (v - mean)
		}
	}
	return *m
}

// spread is the sum of squared distances to the centres.
func (m *Means) spread() float64 {
	sum := 0.0
	for _, w := range m.Within {
		sum += w
	}
	return sum
}

// square is the squared distance of a unit to a centre.
func (m *Means) square(i int, attributes [][]float64, g int) float64 {
	d := 0.0
	for a, x := range attributes {
		d += (x[i] - m.Centre[g][a]) * (x[i] - m.Centre[g][a])
	}
	return d
}

// closest is the group, other than one, whose squared distance times a factor
// is least.
func (m *Means) closest(i int, attributes [][]float64, but int, factor func(g int) float64) int {
	best, least := but, math.Inf(1)
	for g := range m.Centre {
		if d := m.square(i, attributes, g) * factor(g); g != but && d < least {
			best, least = g, d
		}
	}
	return best
}

func (m *Means) centres(attributes [][]float64, size []float64) {
	for g := range m.Centre {
		if size[g] > 0 {
			clear(m.Centre[g])
		}
	}
	for i, g := range m.Group {
		for a, x := range attributes {
			m.Centre[g][a] += x[i] / size[g]
		}
	}
}

func (m *Means) move(i int, attributes [][]float64, size []float64, to int) {
	from := m.Group[i]
	for a, x := range attributes {
		m.Centre[from][a] += (m.Centre[from][a] - x[i]) / (size[from] - 1)
		m.Centre[to][a] += (x[i] - m.Centre[to][a]) / (size[to] + 1)
	}
	m.Group[i] = to
	size[from]--
	size[to]++
}

// Silhouette returns for each unit how much nearer it is to its group than to
// the next one, from −1 to 1; 0 for a unit alone (Rousseeuw 1987). Groups are
// numbered from 0; NaN when there is one group only.
func Silhouette(d *Distances, group []int) []float64 {
	k := 0
	for _, g := range group {
		k = max(k, g+1)
	}
	size := make([]float64, k)
	for _, g := range group {
		size[g]++
	}
	out := make([]float64, len(group))
	sum := make([]float64, k)
	for i, own := range group {
		clear(sum)
		for j, g := range group {
			sum[g] += d.At(i, j)
		}
		next := math.Inf(1)
		for g, s := range sum {
			if g != own && size[g] > 0 {
				next = min(next, s/size[g])
			}
		}
		switch {
		case math.IsInf(next, 1):
			out[i] = math.NaN()
		case size[own] > 1:
			mine := sum[own] / (size[own] - 1)
			if worst := max(mine, next); worst > 0 {
				out[i] = (next - mine) / worst
			}
		}
	}
	return out
}
