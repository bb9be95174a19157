package composite

import (
	"math"
	"slices"

	"vigie/stat/descr"
)

// Oriented returns x multiplied by direction, +1 or -1, so that larger means
// the same thing in all columns.
func Oriented(x []float64, direction int) []float64 {
	return apply(x, func(v float64) float64 { return v * float64(direction) })
}

// Line is the straight line through (X0, Y0) of slope B: a normalisation
// fitted on one set of units that can place others on the same scale.
type Line struct{ X0, Y0, B float64 }

// At returns the height of the line at x, NaN for NaN.
func (l Line) At(x float64) float64 { return l.Y0 + (x-l.X0)*l.B }

// FitMinMax returns the line that takes the least value of x to lo and the
// largest to hi. When x has not two distinct values the line is undefined and
// At returns NaN.
func FitMinMax(x []float64, lo, hi float64) Line {
	from, to := bounds(x)
	if !(from < to) {
		return Line{math.NaN(), math.NaN(), math.NaN()}
	}
	return Line{from, lo, (hi - lo) / (to - from)}
}

// FitZScore returns the line that gives x the mean m and the standard
// deviation s (divisor n - 1); undefined, as FitMinMax, for a constant column.
func FitZScore(x []float64, m, s float64) Line {
	sd := descr.SD(x)
	if !(sd > 0) {
		return Line{math.NaN(), math.NaN(), math.NaN()}
	}
	return Line{descr.Mean(x), m, s / sd}
}

// MinMax returns x on [lo, hi] by its least and largest values; all NaN when
// x is constant. Oracle: COINr::n_minmax.
func MinMax(x []float64, lo, hi float64) []float64 { return apply(x, FitMinMax(x, lo, hi).At) }

// ZScore returns x with mean m and standard deviation s (divisor n - 1); all
// NaN when x is constant. Oracle: COINr::n_zscore.
func ZScore(x []float64, m, s float64) []float64 { return apply(x, FitZScore(x, m, s).At) }

// Scaled returns (x - low)/(high - low) × factor. Oracle: COINr::n_scaled.
func Scaled(x []float64, low, high, factor float64) []float64 {
	return apply(x, func(v float64) float64 { return (v - low) / (high - low) * factor })
}

// DistanceToReference returns 1 - (ref - x)/(ref - min), 1 at the reference,
// 0 at the minimum. Not finite when ref is the minimum.
// Oracle: COINr::n_dist2ref.
func DistanceToReference(x []float64, ref float64) []float64 {
	lo, _ := bounds(x)
	return apply(x, func(v float64) float64 { return 1 - (ref-v)/(ref-lo) })
}

// DistanceToMax returns 1 - (max - x)/(max - min). Oracle: COINr::n_dist2max.
func DistanceToMax(x []float64) []float64 {
	lo, hi := bounds(x)
	return apply(x, func(v float64) float64 { return 1 - (hi-v)/(hi-lo) })
}

// FractionOfMax returns x / max. Oracle: COINr::n_fracmax.
func FractionOfMax(x []float64) []float64 {
	_, hi := bounds(x)
	return apply(x, func(v float64) float64 { return v / hi })
}

// DistanceToTarget returns (x - min)/(target - min), or for direction -1
// (max - x)/(max - target). Oracle: COINr::n_dist2targ.
func DistanceToTarget(x []float64, target float64, direction int) []float64 {
	lo, hi := bounds(x)
	if direction < 0 {
		return apply(x, func(v float64) float64 { return (hi - v) / (hi - target) })
	}
	return apply(x, func(v float64) float64 { return (v - lo) / (target - lo) })
}

// Goalposts returns (x - low)/(high - low) × factor for direction +1, and
// (high - x)/(high - low) × factor for -1: a scale set beforehand.
// Oracle: COINr::n_goalposts.
func Goalposts(x []float64, low, high, factor float64, direction int) []float64 {
	return apply(x, func(v float64) float64 {
		if direction < 0 {
			return (high - v) / (high - low) * factor
		}
		return (v - low) / (high - low) * factor
	})
}

// Clamp returns x with values below lo raised to it and above hi lowered.
func Clamp(x []float64, lo, hi float64) []float64 {
	return apply(x, func(v float64) float64 { return min(max(v, lo), hi) })
}

// PercentileRank returns (r - 1)/(n - 1) with r the rank from the lowest, ties
// sharing the least rank, and n the number of values present; NaN when n = 1.
// Oracle: COINr::n_prank.
func PercentileRank(x []float64) []float64 {
	sorted := descr.Present(x)
	slices.Sort(sorted)
	return apply(x, func(v float64) float64 { return PercentileIn(sorted, v) })
}

// PercentileIn places v among the values of sorted (increasing, no NaN): the
// number of smaller ones over n - 1, at most 1. For a member of sorted this is
// its PercentileRank.
func PercentileIn(sorted []float64, v float64) float64 {
	if math.IsNaN(v) || len(sorted) < 2 {
		return math.NaN()
	}
	below, _ := slices.BinarySearch(sorted, v)
	return min(1, float64(below)/float64(len(sorted)-1))
}
