package cluster

import (
	"math"
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
	return newDescent(newCloud(n, attributes), len(starts)).start(starts).means()
}

// cloud is units as k-means reads them: the attributes of each side by side.
type cloud struct {
	n, width int
	x        []float64
}

func newCloud(n int, attributes [][]float64) *cloud {
	c := &cloud{n, len(attributes), make([]float64, n*len(attributes))}
	for a, x := range attributes {
		for i, v := range x[:n] {
			c.x[i*c.width+a] = v
		}
	}
	return c
}

func (c *cloud) row(i int) []float64 { return c.x[i*c.width : (i+1)*c.width] }

// descent is the state of k-means on a cloud, used again from start to start.
// The clock ticks with each move, so that a unit looks only at what has changed
// since it last looked.
type descent struct {
	*cloud
	group  []int
	centre [][]float64
	size   []float64
	join   []float64 // factor of a squared distance for who joins the group
	clock  int
	moved  []int     // when each group last changed
	seen   []int     // when each unit last looked
	stay   []float64 // what each unit adds to the sum of squares of its group
}

func newDescent(c *cloud, k int) *descent {
	d := &descent{
		cloud: c, group: make([]int, c.n), centre: make([][]float64, k), size: make([]float64, k),
		join: make([]float64, k), moved: make([]int, k), seen: make([]int, c.n), stay: make([]float64, c.n),
	}
	flat := make([]float64, k*c.width)
	for g := range d.centre {
		d.centre[g] = flat[g*c.width : (g+1)*c.width]
	}
	return d
}

// start settles from the units that start the groups.
func (d *descent) start(starts []int) *descent {
	for g, s := range starts {
		copy(d.centre[g], d.row(s))
	}
	for i := range d.group {
		least := math.Inf(1)
		for g, c := range d.centre {
			if q := square(d.row(i), c, 1, least); q < least {
				d.group[i], least = g, q
			}
		}
	}
	return d.settle()
}

// settle moves units, one at a time, until no move lowers the sum of squares.
func (d *descent) settle() *descent {
	clear(d.size)
	for _, g := range d.group {
		d.size[g]++
	}
	d.centres()
	d.clock++
	for g := range d.moved {
		d.touch(g)
	}
	for moved, pass := true, 0; moved && pass < 1000; pass++ {
		moved = false
		for i := range d.group {
			if to := d.better(i); to >= 0 {
				d.move(i, to)
				moved = true
			}
		}
	}
	d.centres()
	return d
}

// better is the group in which a unit adds the least, −1 when that is its own.
// A group that has not changed since the unit last looked is no better, unless
// its own has changed.
func (d *descent) better(i int) int {
	from, x := d.group[i], d.row(i)
	if d.size[from] < 2 {
		return -1
	}
	all := d.moved[from] > d.seen[i]
	if all {
		d.stay[i] = square(x, d.centre[from], 1, math.Inf(1)) * d.size[from] / (d.size[from] - 1)
	}
	best, least := -1, d.stay[i]*(1-1e-12)
	for g, c := range d.centre {
		if g == from || !all && d.moved[g] <= d.seen[i] {
			continue
		}
		if q := square(x, c, d.join[g], least); q < least {
			best, least = g, q
		}
	}
	d.seen[i] = d.clock
	return best
}

// square is the squared distance of a unit to a centre times a factor, or any
// larger number from a limit on.
func square(x, centre []float64, factor, limit float64) float64 {
	d := 0.0
	for len(x) >= 4 && len(centre) >= 4 {
		e0, e1, e2, e3 := x[0]-centre[0], x[1]-centre[1], x[2]-centre[2], x[3]-centre[3]
		if d += (e0*e0 + e1*e1) + (e2*e2 + e3*e3); d*factor >= limit {
			return math.Inf(1)
		}
		x, centre = x[4:], centre[4:]
	}
	for a, v := range x {
		d += (v - centre[a]) * (v - centre[a])
	}
	return d * factor
}

func (d *descent) move(i, to int) {
	from := d.group[i]
	here, there := d.centre[from], d.centre[to]
	for a, v := range d.row(i) {
		here[a] += (here[a] - v) / (d.size[from] - 1)
		there[a] += (v - there[a]) / (d.size[to] + 1)
	}
	d.group[i] = to
	d.size[from]--
	d.size[to]++
	d.clock++
	d.touch(from)
	d.touch(to)
}

// touch notes that a group has changed.
func (d *descent) touch(g int) {
	d.moved[g] = d.clock
	d.join[g] = d.size[g] / (d.size[g] + 1)
}

func (d *descent) centres() {
	for g, c := range d.centre {
		if d.size[g] > 0 {
			clear(c)
		}
	}
	for i, g := range d.group {
		c := d.centre[g]
		for a, v := range d.row(i) {
			c[a] += v / d.size[g]
		}
	}
}

// spread is the sum of squared distances to the centres.
func (d *descent) spread() float64 {
	sum := 0.0
	for i, g := range d.group {
		sum += square(d.row(i), d.centre[g], 1, math.Inf(1))
	}
	return sum
}

// means are the groups found, with their sums of squares.
func (d *descent) means() Means {
	m := Means{Group: d.group, Centre: d.centre, Within: make([]float64, len(d.centre))}
	for i, g := range d.group {
		m.Within[g] += square(d.row(i), d.centre[g], 1, math.Inf(1))
	}
	mean := make([]float64, d.width)
	for i := range d.n {
		for a, v := range d.row(i) {
			mean[a] += v / float64(d.n)
		}
	}
	for i := range d.n {
		m.Total += square(d.row(i), mean, 1, math.Inf(1))
	}
	return m
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
