package composite

import (
	"math"

	"vigie/stat/descr"
)

// LogShift returns ln(x - min + 0.01 (max - min)), an increasing transform
// that draws in a long upper tail. Missing values stay missing; a constant
// column becomes -Inf. Oracle: COINr::log_CT.
func LogShift(x []float64) []float64 {
	lo, hi := bounds(x)
	return apply(x, func(v float64) float64 { return math.Log(v - lo + 0.01*(hi-lo)) })
}

// LogShiftOne returns ln(x - min + 1). Oracle: COINr::log_CT_orig.
func LogShiftOne(x []float64) []float64 {
	lo, _ := bounds(x)
	return apply(x, func(v float64) float64 { return math.Log(v - lo + 1) })
}

// LogShiftSigned returns LogShift for a column of positive skewness and
// -ln(max - x + 0.01 (max - min)) for the others, increasing in both cases.
// Oracle: COINr::log_CT_plus.
func LogShiftSigned(x []float64) []float64 {
	if descr.Skewness(x) > 0 {
		return LogShift(x)
	}
	lo, hi := bounds(x)
	return apply(x, func(v float64) float64 { return -math.Log(hi - v + 0.01*(hi-lo)) })
}

// BoxCox returns (x^lambda - 1)/lambda, ln x for lambda 0. Error: ErrDomain
// if a value is not positive.
//
// Source: Box and Cox (1964), JRSS B 26(2), 211-252. Oracle: COINr::boxcox.
func BoxCox(x []float64, lambda float64) ([]float64, error) {
	if lo, _ := bounds(x); lo <= 0 {
		return nil, ErrDomain
	}
	if lambda == 0 {
		return apply(x, math.Log), nil
	}
	return apply(x, func(v float64) float64 { return math.Expm1(lambda*math.Log(v)) / lambda }), nil
}

// apply returns f of each value present.
func apply(x []float64, f func(float64) float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v
		if !math.IsNaN(v) {
			out[i] = f(v)
		}
	}
	return out
}
