package spatial

import (
	"cmp"
	"math"
	"slices"
)

// Point is where a unit stands, in three dimensions: z = 0 on a plane, on the
// surface of a globe for OnEarth.
type Point [3]float64

// earthRadius is that of a sphere of the Earth's volume, in kilometres.
const earthRadius = 6371.0088

// OnEarth places a longitude and a latitude, in degrees, so that the straight
// distance of two points rises with their distance on the ground: see Ground.
func OnEarth(lon, lat float64) Point {
	a, b := lon*math.Pi/180, lat*math.Pi/180
	return Point{earthRadius * math.Cos(b) * math.Cos(a), earthRadius * math.Cos(b) * math.Sin(a), earthRadius * math.Sin(b)}
}

// Straight is the straight distance of two points.
func (p Point) Straight(q Point) float64 {
	x, y, z := p[0]-q[0], p[1]-q[1], p[2]-q[2]
	return math.Sqrt(x*x + y*y + z*z)
}

// Ground turns a straight distance of points OnEarth into kilometres on the
// ground; Through does the reverse.
func Ground(straight float64) float64 {
	return 2 * earthRadius * math.Asin(min(1, straight/(2*earthRadius)))
}

// Through is the straight distance of two points OnEarth that stand so many
// kilometres apart on the ground.
func Through(ground float64) float64 {
	return 2 * earthRadius * math.Sin(min(math.Pi/2, ground/(2*earthRadius)))
}

// Nearest returns the k nearest units of each, in rising order, as NewEdges
// takes them: being near need not go both ways. Of two at the same distance the
// first in order comes first. All others when there are fewer than k.
func Nearest(at []Point, k int) [][]int {
	s := sweep(at)
	out := make([][]int, len(at))
	for i := range at {
		var list []near
		s.around(i, func() float64 {
			if len(list) < k {
				return math.Inf(1)
			}
			return list[k-1].far
		}, func(n near) {
			place, _ := slices.BinarySearchFunc(list, n, byDistance)
			list = slices.Insert(list, place, n)
			list = list[:min(k, len(list))]
		})
		for _, n := range list {
			out[i] = append(out[i], n.unit)
		}
		slices.Sort(out[i])
	}
	return out
}

// Within returns for each unit those at most so far in a straight line, in
// rising order.
func Within(at []Point, far float64) [][]int {
	s := sweep(at)
	out := make([][]int, len(at))
	for i := range at {
		s.around(i, func() float64 { return far }, func(n near) {
			if n.far <= far {
				out[i] = append(out[i], n.unit)
			}
		})
		slices.Sort(out[i])
	}
	return out
}

// near is a unit and how far it stands from another.
type near struct {
	unit int
	far  float64
}

func byDistance(a, b near) int { return cmp.Or(cmp.Compare(a.far, b.far), a.unit-b.unit) }

// swept is points in the order of their first coordinate.
type swept struct {
	at          []Point
	order, rank []int
}

func sweep(at []Point) *swept {
	s := &swept{at: at, order: make([]int, len(at)), rank: make([]int, len(at))}
	for i := range at {
		s.order[i] = i
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(at[a][0], at[b][0]) })
	for k, i := range s.order {
		s.rank[i] = k
	}
	return s
}

// around calls f with the units about one, on both sides in turn, until their
// first coordinate alone is beyond the limit.
func (s *swept) around(i int, limit func() float64, f func(near)) {
	below, above := s.rank[i]-1, s.rank[i]+1
	for below >= 0 || above < len(s.order) {
		for _, k := range []*int{&below, &above} {
			if *k < 0 || *k >= len(s.order) {
				continue
			}
			j := s.order[*k]
			if math.Abs(s.at[j][0]-s.at[i][0]) > limit() {
				if *k = -1; k == &above {
					*k = len(s.order)
				}
				continue
			}
			f(near{j, s.at[i].Straight(s.at[j])})
			if k == &below {
				below--
			} else {
				above++
			}
		}
	}
}

// NewEdges makes weights of 1 from the neighbours of each unit, which need not
// go both ways. Error: as NewWeights.
func NewEdges(neighbours [][]int) (*Weights, error) {
	var edges []Edge
	for i, list := range neighbours {
		for _, j := range list {
			edges = append(edges, Edge{i, j, 1})
		}
	}
	return NewWeights(len(neighbours), edges)
}

// Parts returns the units that neighbours link to each other, directly or not
// and in either direction: each part in rising order, in that of its first.
func (w *Weights) Parts() [][]int {
	forest := newForest(w.N())
	for i := range w.N() {
		to, _ := w.Of(i)
		for _, j := range to {
			forest.join(i, int(j))
		}
	}
	return forest.parts()
}

// Joined links the parts of a map into one, each by its unit that is nearest to
// the rest, the smallest part first; the links go both ways with weight 1. It
// returns the map and the links made, in that order, their cost the straight
// distance.
func (w *Weights) Joined(at []Point) (*Weights, []Link) {
	parts := w.Parts()
	var links []Link
	for len(parts) > 1 {
		least := 0
		for k := range parts {
			if len(parts[k]) < len(parts[least]) {
				least = k
			}
		}
		inside := make([]bool, w.N())
		for _, i := range parts[least] {
			inside[i] = true
		}
		best := Link{Cost: math.Inf(1)}
		for _, i := range parts[least] {
			for j, p := range at {
				if inside[j] {
					continue
				}
				if d := at[i].Straight(p); d < best.Cost {
					best = Link{From: i, To: j, Cost: d}
				}
			}
		}
		links = append(links, best)
		to := slices.IndexFunc(parts, func(p []int) bool { return slices.Contains(p, best.To) })
		parts[to] = slices.Concat(parts[to], parts[least])
		parts = slices.Delete(parts, least, least+1)
	}
	return w.with(links), links
}

// with adds links between units that are no neighbours.
func (w *Weights) with(links []Link) *Weights {
	var edges []Edge
	for i := range w.N() {
		to, weight := w.Of(i)
		for k, j := range to {
			edges = append(edges, Edge{i, int(j), weight[k]})
		}
	}
	for _, l := range links {
		edges = append(edges, Edge{l.From, l.To, 1}, Edge{l.To, l.From, 1})
	}
	out, err := NewWeights(w.N(), edges)
	if err != nil {
		panic(err) // the parts that they link had no edge between them
	}
	return out
}

// forest tells which units have been joined.
type forest []int

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = i
	}
	return f
}

func (f forest) root(i int) int {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

// join says whether two units were apart before.
func (f forest) join(i, j int) bool {
	a, b := f.root(i), f.root(j)
	f[a] = b
	return a != b
}

func (f forest) parts() [][]int {
	place := map[int]int{}
	var out [][]int
	for i := range f {
		root := f.root(i)
		k, known := place[root]
		if !known {
			k = len(out)
			place[root] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}
