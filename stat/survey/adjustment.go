package survey

import "slices"

// Holm returns the p-values adjusted for the family-wise error rate by Holm's
// step-down rule, in the order given. p has no missing value; values stay in
// [0, 1].
//
// Source: Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.
func Holm(p []float64) []float64 {
	out, order := make([]float64, len(p)), ranked(p)
	highest := 0.0
	for rank, i := range order {
		highest = max(highest, min(1, float64(len(p)-rank)*p[i]))
		out[i] = highest
	}
	return out
}

// BH returns the p-values adjusted for the false discovery rate by the
// Benjamini–Hochberg step-up rule, in the order given.
//
// Source: Benjamini and Hochberg (1995), JRSS B 57(1), 289-300.
func BH(p []float64) []float64 {
	out, order := make([]float64, len(p)), ranked(p)
	lowest := 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		lowest = min(lowest, float64(len(p))/float64(rank+1)*p[i])
		out[i] = lowest
	}
	return out
}

// Bonferroni returns each p-value multiplied by their number, at most 1.
func Bonferroni(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, v := range p {
		out[i] = min(1, v*float64(len(p)))
	}
	return out
}

// ranked returns the places of p by increasing value, ties in their order.
func ranked(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	return order
}
