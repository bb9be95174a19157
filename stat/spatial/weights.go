package spatial

import (
	"fmt"
	"slices"
)

// Edge is one neighbour of a unit, with its weight.
type Edge struct {
	From, To int
	Weight   float64
}

// Weights are the neighbours of n units, in the order of their numbers. It is
// never changed once made.
type Weights struct {
	start  []int32 // the neighbours of i stand at start[i] to start[i+1]
	to     []int32
	weight []float64
	place  []int // of a unit kept among those before Keep, nil when all are
}

// NewWeights makes the weights of n units from edges in any order, each
// direction given. An edge from a unit to itself is refused, as is one given
// twice, a number out of range and a weight that is not positive.
func NewWeights(n int, edges []Edge) (*Weights, error) {
	list := slices.Clone(edges)
	slices.SortFunc(list, func(a, b Edge) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
	w := &Weights{start: make([]int32, n+1), to: make([]int32, len(list)), weight: make([]float64, len(list))}
	for k, e := range list {
		switch {
		case e.From < 0 || e.From >= n || e.To < 0 || e.To >= n:
			return nil, fmt.Errorf("edge %d → %d: units are 0 to %d", e.From, e.To, n-1)
		case e.From == e.To:
			return nil, fmt.Errorf("edge %d → %d: a unit is not its own neighbour", e.From, e.To)
		case k > 0 && list[k-1].From == e.From && list[k-1].To == e.To:
			return nil, fmt.Errorf("edge %d → %d: given twice", e.From, e.To)
		case !(e.Weight > 0) || e.Weight > 1e300:
			return nil, fmt.Errorf("edge %d → %d: weight %v is not a positive number", e.From, e.To, e.Weight)
		}
		w.to[k], w.weight[k] = int32(e.To), e.Weight
		w.start[e.From+1]++
	}
	for i := range n {
		w.start[i+1] += w.start[i]
	}
	return w, nil
}

// NewContiguity makes weights of 1 from the neighbours of each unit, in any
// order: what a boundary shared by two territories is. A unit with an empty
// list is an island. Error: a number out of range, a unit among its own
// neighbours, one given twice, or one that has another for neighbour without
// being its own.
func NewContiguity(near [][]int) (*Weights, error) {
	w, err := NewEdges(near)
	if err != nil {
		return nil, err
	}
	for i := range near {
		to, _ := w.Of(i)
		for _, j := range to {
			if w.between(int(j), i) == 0 {
				return nil, fmt.Errorf("edge %d → %d: contiguity goes both ways", i, j)
			}
		}
	}
	return w, nil
}

// N is the number of units.
func (w *Weights) N() int { return len(w.start) - 1 }

// Of returns the neighbours of a unit and their weights, in rising order; they
// must not be changed.
func (w *Weights) Of(i int) (to []int32, weight []float64) {
	return w.to[w.start[i]:w.start[i+1]], w.weight[w.start[i]:w.start[i+1]]
}

// Islands returns the units without neighbour, in rising order.
func (w *Weights) Islands() []int {
	var out []int
	for i := range w.N() {
		if w.start[i] == w.start[i+1] {
			out = append(out, i)
		}
	}
	return out
}

// Binary gives every neighbour the weight 1.
func (w *Weights) Binary() *Weights {
	out := *w
	out.weight = make([]float64, len(w.weight))
	for k := range out.weight {
		out.weight[k] = 1
	}
	return &out
}

// RowStandardised divides the weights of a unit by their sum, so that the lag
// is the weighted mean of the neighbours.
func (w *Weights) RowStandardised() *Weights {
	out := *w
	out.weight = slices.Clone(w.weight)
	for i := range w.N() {
		_, row := out.Of(i)
		sum := total(row)
		for k := range row {
			row[k] /= sum
		}
	}
	return &out
}

// Keep returns the weights among the units kept, renumbered in their order,
// as they are: row-standardise after, not before.
func (w *Weights) Keep(in []bool) *Weights {
	rank := make([]int32, w.N())
	out := &Weights{start: []int32{0}}
	for i, kept := range in {
		rank[i] = -1
		if kept {
			rank[i] = int32(len(out.place))
			out.place = append(out.place, i)
		}
	}
	for _, i := range out.place {
		to, weight := w.Of(i)
		for k, j := range to {
			if rank[j] >= 0 {
				out.to, out.weight = append(out.to, rank[j]), append(out.weight, weight[k])
			}
		}
		out.start = append(out.start, int32(len(out.to)))
	}
	return out
}

// Lag returns for each unit the weighted sum of its neighbours' values, 0 for
// an island.
func (w *Weights) Lag(x []float64) []float64 {
	out := make([]float64, w.N())
	for i := range out {
		to, weight := w.Of(i)
		for k, j := range to {
			out[i] += weight[k] * x[j]
		}
	}
	return out
}

// sums are the constants of weights in the moments of global statistics
// (Cliff and Ord 1981): s0 their sum, s1 half the sum of (w_ij + w_ji)², s2
// that of (w_i. + w_.i)²; n counts the units with neighbours.
type sums struct{ n, s0, s1, s2 float64 }

func (w *Weights) sums() sums {
	n := w.N()
	var s sums
	into := make([]float64, n)
	for i := range n {
		to, weight := w.Of(i)
		if len(to) > 0 {
			s.n++
		}
		for k, j := range to {
			s.s0 += weight[k]
			into[j] += weight[k]
			back := w.between(int(j), i)
			s.s1 += weight[k]*weight[k] + weight[k]*back
		}
	}
	for i := range n {
		_, weight := w.Of(i)
		d := total(weight) + into[i]
		s.s2 += d * d
	}
	return s
}

// between is the weight of an edge, 0 when there is none.
func (w *Weights) between(i, j int) float64 {
	to, weight := w.Of(i)
	if k, ok := slices.BinarySearch(to, int32(j)); ok {
		return weight[k]
	}
	return 0
}

func total(x []float64) float64 {
	t := 0.0
	for _, v := range x {
		t += v
	}
	return t
}
