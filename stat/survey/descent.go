package survey

import "math"

// descend minimises f from start by the variable metric method (BFGS) with
// backtracking. It stops when a step changes f by less than 1.5e-8 of itself,
// the rule of the reference program, so that estimates agree to the digits
// that such a stop leaves. ok is false after 100 gradients.
//
// Source: Nash (1990), Compact Numerical Methods for Computers, 2nd edition,
// algorithm 21.
func descend(f func([]float64) float64, gradient func([]float64) []float64, start []float64) (at []float64, ok bool) {
	const reltol = 0x1p-26
	n := len(start)
	at = append([]float64(nil), start...)
	value, g := f(at), gradient(at)
	metric := identity(n)
	fresh := true // the metric is the identity
	for range 100 {
		step, slope := metricStep(metric, g)
		moved, reduced := false, false
		var next []float64
		var scale float64
		if slope < 0 {
			var lower float64
			next, lower, scale, moved = backtrack(f, at, step, value, slope)
			reduced = moved && math.Abs(lower-value) > reltol*(math.Abs(value)+reltol)
			if moved {
				at, value = next, lower
			}
		}
		if !reduced {
			if fresh {
				return at, true
			}
			metric, fresh = identity(n), true
			continue
		}
		before := g
		g = gradient(at)
		if fresh = !update(metric, step, scale, g, before); fresh {
			metric = identity(n)
		}
	}
	return at, false
}

func identity(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
		out[i][i] = 1
	}
	return out
}

// metricStep returns −metric × g and its slope along g.
func metricStep(metric [][]float64, g []float64) (step []float64, slope float64) {
	step = make([]float64, len(g))
	for i := range g {
		step[i] = -dot(metric[i], g)
		slope += step[i] * g[i]
	}
	return step, slope
}

// backtrack shortens the step by fifths until f falls enough, or until the
// step no longer changes the point (moved is false).
func backtrack(f func([]float64) float64, at, step []float64, value, slope float64) (next []float64, lower, scale float64, moved bool) {
	next = make([]float64, len(at))
	for scale = 1; ; scale *= 0.2 {
		still := 0
		for i := range at {
			if next[i] = at[i] + scale*step[i]; 10+at[i] == 10+next[i] {
				still++
			}
		}
		if still == len(at) {
			return at, value, scale, false
		}
		if lower = f(next); !math.IsInf(lower, 0) && !math.IsNaN(lower) && lower <= value+slope*scale*1e-4 {
			return next, lower, scale, true
		}
	}
}

// update gives the metric the curvature seen along a step, false when it was
// not positive.
func update(metric [][]float64, step []float64, scale float64, g, before []float64) bool {
	n := len(g)
	turn, curvature := make([]float64, n), 0.0
	for i := range g {
		step[i] *= scale
		turn[i] = g[i] - before[i]
		curvature += step[i] * turn[i]
	}
	if !(curvature > 0) {
		return false
	}
	image, ratio := make([]float64, n), 0.0
	for i := range image {
		image[i] = dot(metric[i], turn)
		ratio += image[i] * turn[i]
	}
	ratio = 1 + ratio/curvature
	for i := range n {
		for j := range n {
			metric[i][j] += (ratio*step[i]*step[j] - step[i]*image[j] - image[i]*step[j]) / curvature
		}
	}
	return true
}
