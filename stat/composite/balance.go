package composite

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/optimize"

	"vigie/stat/descr"
)

// ErrConvergence says that an optimum was looked for and not reached.
var ErrConvergence = errors.New("composite: the search has not converged")

// Balanced are weights that bring each element of an index as near as can be
// to an equal part in it.
type Balanced struct {
	Weights []float64
	Value   float64 // of the objective
}

// Balance looks for weights, none negative, with which the elements of one
// level correlate as equally as possible with the index (Becker and others
// 2017): it minimises ln of the mean over the elements of (1/p − r_k / Σ r)²,
// where r_k is the correlation of element k with the index. group is the
// aggregate, 0 to g−1, that each element belongs to; aggregates are weighted
// means of their elements and the index is their plain mean. Weights are those
// of a group with mean 1.
//
// It starts from equal weights and again from where it stopped, until a start
// gains nothing. Error: ErrConvergence, with what was found.
func Balance(elements [][]float64, group []int) (Balanced, error) {
	objective := func(free []float64) float64 { return imbalance(elements, group, positive(free)) }
	at, best := make([]float64, len(elements)), math.Inf(1)
	for range 60 {
		r, err := optimize.Minimize(optimize.Problem{Func: objective}, at, &optimize.Settings{FuncEvaluations: 20000,
			Converger: &optimize.FunctionConverge{Absolute: 1e-10, Iterations: 500}}, &optimize.NelderMead{SimplexSize: 0.3})
		if err != nil {
			return Balanced{}, err
		}
		gain := best - r.F
		at, best = r.X, min(best, r.F)
		if gain < 1e-7 || best < math.Log(1e-18) {
			return Balanced{Weights: unitMean(positive(at), group), Value: best}, nil
		}
	}
	return Balanced{Weights: unitMean(positive(at), group), Value: best}, ErrConvergence
}

// positive turns free numbers into weights.
func positive(free []float64) []float64 { return apply(free, math.Exp) }

// unitMean divides weights so that those of a group have mean 1.
func unitMean(w []float64, group []int) []float64 {
	sum, n := map[int]float64{}, map[int]float64{}
	for k, g := range group {
		sum[g] += w[k]
		n[g]++
	}
	out := make([]float64, len(w))
	for k, g := range group {
		out[k] = w[k] * n[g] / sum[g]
	}
	return out
}

func imbalance(elements [][]float64, group []int, w []float64) float64 {
	w = unitMean(w, group)
	size := map[int]float64{}
	for _, g := range group {
		size[g]++
	}
	index := make([]float64, len(elements[0]))
	for k, x := range elements {
		for i, v := range x {
			index[i] += w[k] / size[group[k]] * v
		}
	}
	r, sum := make([]float64, len(elements)), 0.0
	for k, x := range elements {
		r[k], _ = descr.Correlation(x, index, descr.Pearson)
		sum += r[k]
	}
	p, s := float64(len(elements)), 0.0
	for _, v := range r {
		s += (1/p - v/sum) * (1/p - v/sum)
	}
	return math.Log(max(s/p, 1e-20))
}
