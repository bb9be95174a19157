package descr

import (
	"cmp"
	"math"
	"slices"
)

// Holm returns the p-values adjusted for the family-wise error rate by Holm's
// step-down rule, in the order given. NaN is no test: it stays NaN and counts
// in no number of tests, as in BH and Bonferroni. Values stay in [0, 1].
//
// Source: Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.
func Holm(p []float64) []float64 {
	out, order := slices.Clone(p), tested(p)
	highest := 0.0
	for rank, i := range order {
		highest = max(highest, min(1, float64(len(order)-rank)*p[i]))
		out[i] = highest
	}
	return out
}

// BH returns the p-values adjusted for the false discovery rate by the
// Benjamini–Hochberg step-up rule, in the order given.
//
// Source: Benjamini and Hochberg (1995), JRSS B 57(1), 289-300.
func BH(p []float64) []float64 {
	out, order := slices.Clone(p), tested(p)
	lowest := 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		lowest = min(lowest, float64(len(order))/float64(rank+1)*p[i])
		out[i] = lowest
	}
	return out
}

// Bonferroni returns each p-value multiplied by their number, at most 1.
func Bonferroni(p []float64) []float64 {
	out, n := slices.Clone(p), float64(len(tested(p)))
	for i, v := range p {
		out[i] = min(1, v*n)
	}
	return out
}

// tested returns the places of the p-values that exist, by increasing value,
// ties in their order.
func tested(p []float64) []int {
	var order []int
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return order
}
