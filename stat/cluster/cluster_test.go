package cluster

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Units at 0, 1, 5, 6 and 20: pairs, then the two pairs, then the far one.
var line = [][]float64{{0, 1, 5, 6, 20}}

func TestHierarchyByHand(t *testing.T) {
	d := NewDistances(5, line)
	for _, c := range []struct {
		l    Linkage
		want []float64
	}{
		{Complete, []float64{1, 1, 6, 20}},
		{Average, []float64{1, 1, 5, 17}},
		{Ward, []float64{1, 1, 5 * math.Sqrt2, 17 * math.Sqrt(8.0/5)}},
	} {
		m := Hierarchy(d, c.l)
		for i, w := range c.want {
			if math.Abs(m[i].Height-w) > 1e-12 {
				t.Errorf("linkage %d, merge %d at %v; want %v", c.l, i, m[i].Height, w)
			}
		}
		if g := Cut(5, m, 3); !slices.Equal(g, []int{0, 0, 1, 1, 2}) {
			t.Errorf("linkage %d: three groups %v", c.l, g)
		}
		if h := Cophenetic(5, m); h.At(0, 3) != m[2].Height || h.At(3, 0) != m[2].Height || h.At(4, 4) != 0 {
			t.Errorf("linkage %d: cophenetic distance %v", c.l, h.At(0, 3))
		}
	}
}

func TestKMeansByHand(t *testing.T) {
	m := KMeans(5, line, []int{0, 1, 4})
	if !slices.Equal(m.Group, []int{0, 0, 1, 1, 2}) || !slices.Equal(m.Within, []float64{0.5, 0.5, 0}) || math.Abs(m.Total-257.2) > 1e-9 {
		t.Errorf("KMeans = %+v", m)
	}
	s := Silhouette(NewDistances(5, line), m.Group)
	if want := (5.5 - 1) / 5.5; math.Abs(s[0]-want) > 1e-12 || s[4] != 0 {
		t.Errorf("Silhouette = %v; want %v first and 0 for the unit alone", s, want)
	}
	if one := Silhouette(NewDistances(2, [][]float64{{0, 1}}), []int{0, 0}); !math.IsNaN(one[0]) {
		t.Errorf("one group: %v", one)
	}
}

// Whatever the units: heights never fall, a cut has as many groups as asked,
// numbered by their first unit, and no move of one unit lowers the sum of
// squares of k-means.
func TestGroups(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(3, 15).Draw(r, "n")
		x := [][]float64{
			rapid.SliceOfN(rapid.Float64Range(-9, 9), n, n).Draw(r, "x"),
			rapid.SliceOfN(rapid.Float64Range(-9, 9), n, n).Draw(r, "y"),
		}
		d := NewDistances(n, x)
		m := Hierarchy(d, Linkage(rapid.IntRange(0, 2).Draw(r, "linkage")))
		for i := 1; i < len(m); i++ {
			if m[i].Height < m[i-1].Height {
				r.Errorf("heights fall: %v", m)
			}
		}
		k := rapid.IntRange(1, n).Draw(r, "k")
		g := Cut(n, m, k)
		next := 0
		for _, v := range g {
			if v > next {
				r.Errorf("groups %v are not numbered by their first unit", g)
			}
			next = max(next, v+1)
		}
		if next != k {
			r.Errorf("%d groups; want %d", next, k)
		}
		starts := make([]int, k)
		for i := range starts {
			starts[i] = i
		}
		means := KMeans(n, x, starts)
		least := squares(x, means.Group)
		for i, own := range means.Group {
			if alone(means.Group, own) {
				continue
			}
			for to := range k {
				means.Group[i] = to
				if s := squares(x, means.Group); s < least*(1-1e-9)-1e-9 {
					r.Errorf("unit %d moved to %d lowers %v to %v", i, to, least, s)
				}
			}
			means.Group[i] = own
		}
	})
}

// What k-means does not look at again would not have moved: the same groups as
// looking at every group for every unit.
func TestKMeansSkipsNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n, width, k := rapid.IntRange(8, 40).Draw(r, "n"), rapid.IntRange(1, 9).Draw(r, "width"), rapid.IntRange(2, 7).Draw(r, "k")
		x := make([][]float64, width)
		for a := range x {
			x[a] = rapid.SliceOfN(rapid.Float64Range(-9, 9), n, n).Draw(r, "x")
		}
		start := make([]int, n)
		for i := range start {
			start[i] = i % k
		}
		fast, slow := newDescent(newCloud(n, x), k), newDescent(newCloud(n, x), k)
		copy(fast.group, start)
		copy(slow.group, start)
		fast.settle()
		slow.settleLooking()
		if !slices.Equal(fast.group, slow.group) {
			r.Errorf("groups %v; looking at all %v", fast.group, slow.group)
		}
	})
}

// settleLooking is settle where every unit looks at every group each time.
func (d *descent) settleLooking() {
	for _, g := range d.group {
		d.size[g]++
	}
	d.centres()
	for moved := true; moved; {
		moved = false
		for i, from := range d.group {
			if d.size[from] < 2 {
				continue
			}
			best, least := -1, square(d.row(i), d.centre[from], 1, math.Inf(1))*d.size[from]/(d.size[from]-1)*(1-1e-12)
			for g, c := range d.centre {
				if q := square(d.row(i), c, 1, math.Inf(1)) * (d.size[g] / (d.size[g] + 1)); g != from && q < least {
					best, least = g, q
				}
			}
			if best >= 0 {
				d.move(i, best)
				moved = true
			}
		}
	}
}

func alone(group []int, g int) bool {
	n := 0
	for _, v := range group {
		if v == g {
			n++
		}
	}
	return n == 1
}

// squares is the sum of squared distances to the groups' means.
func squares(columns [][]float64, group []int) float64 {
	total := 0.0
	for _, x := range columns {
		sum, n := map[int]float64{}, map[int]float64{}
		for i, g := range group {
			sum[g] += x[i]
			n[g]++
		}
		for i, g := range group {
			d := x[i] - sum[g]/n[g]
			total += d * d
		}
	}
	return total
}
