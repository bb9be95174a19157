package descr

import (
	"math"
	"slices"
)

// Quantile returns the p-quantile, p in [0, 1], of the values present, by
// linear interpolation between order statistics at position 1 + (n-1)p; NaN
// if there is none or p is outside [0, 1].
//
// Source: Hyndman and Fan (1996), The American Statistician 50(4), 361-365,
// definition 7. Oracle: R stats::quantile, type 7.
func Quantile(x []float64, p float64) float64 {
	sorted := Present(x)
	slices.Sort(sorted)
	return SortedQuantile(sorted, p)
}

// SortedQuantile is Quantile of a slice that is already in increasing order
// and holds no NaN.
func SortedQuantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	h := float64(n-1) * p
	i := int(h)
	if i+1 >= n {
		return sorted[n-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}
