package composite

import "math"

// Points returns what each child of one row brings to the score of its part,
// in points of the score: they add up to it. x and w are the values of the
// children (NaN missing: no points) and their weights.
//
// For a power mean, whose score S is f⁻¹(Σ v f(x)) with v the weights of the
// children present, a child brings v (S + (f(x) − f(S))/f′(S)): v x for the
// arithmetic mean, v S (1 + ln(x/S)) for the geometric one, whose logarithms
// add up exactly. For Mazziotta–Pareto it brings its part of the mean and of
// the variance. The other blends are no sum of their children: NaN.
//
// Source: Kolmogorov (1930) for the means; Ang (2004), Energy Policy 32(9),
// 1131-1139, doi:10.1016/S0301-4215(03)00076-4, for decompositions by logarithms.
func Points(x, w []float64, score float64, b Blend) []float64 {
	out, all, n := make([]float64, len(x)), 0.0, 0.0
	for i, v := range x {
		out[i] = math.NaN()
		if v == v && w[i] > 0 {
			all += w[i]
			n++
		}
	}
	if score != score {
		return out
	}
	mean := 0.0
	for i, v := range x {
		if v == v && w[i] > 0 {
			mean += w[i] / all * v
		}
	}
	for i, v := range x {
		if v != v || !(w[i] > 0) {
			continue
		}
		switch b.Kind {
		case BlendPower:
			out[i] = w[i] / all * b.pull(v, score)
		case BlendMazziotta:
			out[i] = w[i] / all * (v + float64(b.Penalty)*(v-mean)*(v-mean)*n/(n-float64(b.Divisor))/mean)
		}
	}
	return out
}

// pull is S + (f(x) − f(S))/f′(S).
func (b Blend) pull(x, score float64) float64 {
	if b.Power == Arithmetic {
		return x
	}
	turn := 1.0
	if b.Mirror > 0 {
		x, turn = b.Mirror-x, -1
	}
	s := score
	if b.Mirror > 0 {
		s = b.Mirror - score
	}
	p := float64(b.Power)
	if p == 0 {
		return score + turn*s*math.Log(x/s)
	}
	// (x^p − s^p)/(p s^(p−1)), written without powers of s alone.
	return score + turn*s*(math.Pow(x/s, p)-1)/p
}
