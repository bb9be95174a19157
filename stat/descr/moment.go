package descr

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Mean returns the arithmetic mean of the values present, NaN if none.
func Mean(x []float64) float64 {
	p := Present(x)
	if len(p) == 0 {
		return math.NaN()
	}
	return stat.Mean(p, nil)
}

// SD returns the standard deviation (divisor n - 1) of the values present,
// NaN if fewer than two.
func SD(x []float64) float64 {
	p := Present(x)
	if len(p) < 2 {
		return math.NaN()
	}
	return stat.StdDev(p, nil)
}

// Skewness returns G1 = n/((n-1)(n-2)) Σ z³, with z taken with the standard
// deviation of divisor n - 1, of the values present; NaN if fewer than three
// or all equal.
//
// Source: Joanes and Gill (1998), The Statistician 47(1), 183-189,
// doi:10.1111/1467-9884.00122. Oracle: COINr::skew.
func Skewness(x []float64) float64 {
	p := Present(x)
	if len(p) < 3 {
		return math.NaN()
	}
	return stat.Skew(p, nil)
}

// Kurtosis returns the excess kurtosis G2 = n(n+1)/((n-1)(n-2)(n-3)) Σ z⁴ -
// 3(n-1)²/((n-2)(n-3)) of the values present; NaN if fewer than four or all
// equal. Source and oracle: see Skewness (COINr::kurt).
func Kurtosis(x []float64) float64 {
	p := Present(x)
	if len(p) < 4 {
		return math.NaN()
	}
	return stat.ExKurtosis(p, nil)
}
