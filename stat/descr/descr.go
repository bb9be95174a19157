// Package descr describes one column of numbers: moments, quantiles, counts.
//
// A NaN is a missing value; every function here leaves it out and says what
// it returns when too few values are left. Inputs are never modified. The
// package knows nothing of territories or indicators. Start with Summarise.
package descr

import "math"

// Present returns the values of x that are not missing, in their order, in a
// new slice.
func Present(x []float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}
