package survey

import (
	"math"
	"slices"
)

// ChiSquares is the law of a weighted sum of independent chi-squared
// variables, Σ Weight[i] × χ²(DF[i]). Weights may be negative (the law of a
// ratio), degrees of freedom are positive; both slices have one length.
type ChiSquares struct{ Weight, DF []float64 }

// eigenChiSquares is the law of a quadratic form with these eigenvalues.
func eigenChiSquares(eigen []float64) ChiSquares {
	df := make([]float64, len(eigen))
	for i := range df {
		df[i] = 1
	}
	return ChiSquares{eigen, df}
}

// moments returns Σ df w and Σ df w².
func (c ChiSquares) moments() (first, second float64) {
	for i, w := range c.Weight {
		first += c.DF[i] * w
		second += c.DF[i] * w * w
	}
	return first, second
}

// Satterthwaite returns the scale s and degrees of freedom d such that s χ²(d)
// has the mean and variance of the sum. Both are NaN when every weight is 0.
//
// Source: Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114.
func (c ChiSquares) Satterthwaite() (scale, df float64) {
	first, second := c.moments()
	return second / first, first * first / second
}

// Tail returns the probability that the sum exceeds x, by the saddlepoint
// approximation of Lugannani and Rice in Barndorff-Nielsen's form; within a
// hair of the mean, where that form is 0/0, by Satterthwaite's.
//
// Missing values: NaN when all weights are 0. Source: Kuonen (1999),
// Biometrika 86(4), 929-935. Oracle: R survey::pchisqsum(method =
// "saddlepoint"), relative error under 1e-6.
func (c ChiSquares) Tail(x float64) float64 {
	largest := math.Inf(-1)
	for _, w := range c.Weight {
		largest = max(largest, w)
	}
	if len(c.Weight) == 0 || !(largest > 0) || math.IsNaN(x) {
		return math.NaN()
	}
	if x <= 0 && !slices.ContainsFunc(c.Weight, func(w float64) bool { return w < 0 }) {
		return 1
	}
	unit := ChiSquares{make([]float64, len(c.Weight)), c.DF}
	for i, w := range c.Weight {
		unit.Weight[i] = w / largest
	}
	x /= largest
	zeta := unit.saddle(x)
	if !(math.Abs(zeta) >= 1e-4) {
		scale, df := unit.Satterthwaite()
		return chiSquaredTail(x/scale, df)
	}
	k0, _, k2 := unit.cumulant(zeta)
	w := math.Copysign(math.Sqrt(2*(zeta*x-k0)), zeta)
	v := zeta * math.Sqrt(k2)
	return normalTail(w + math.Log(v/w)/w)
}

// RatioTail returns the probability that the sum divided by an independent
// χ²(ddf)/ddf exceeds x: the F version of Tail. As in the reference program
// the χ² has the whole part of ddf degrees of freedom, at least one.
func (c ChiSquares) RatioTail(x, ddf float64) float64 {
	if math.IsInf(ddf, 1) {
		return c.Tail(x)
	}
	if !(ddf > 0) {
		return math.NaN()
	}
	if x <= 0 {
		return 1
	}
	return ChiSquares{
		append(append([]float64{}, c.Weight...), -x/ddf),
		append(append([]float64{}, c.DF...), max(1, math.Floor(ddf+1e-6))),
	}.Tail(0)
}

// cumulant returns the cumulant generating function at t and its first two
// derivatives.
func (c ChiSquares) cumulant(t float64) (k0, k1, k2 float64) {
	for i, w := range c.Weight {
		u := 1 - 2*t*w
		k0 -= c.DF[i] * math.Log(u) / 2
		k1 += c.DF[i] * w / u
		k2 += 2 * c.DF[i] * w * w / (u * u)
	}
	return k0, k1, k2
}

// saddle solves K'(t) = x, where K' increases over the interval in which every
// 1 - 2 t w is positive. The largest weight is 1.
func (c ChiSquares) saddle(x float64) float64 {
	lo, hi := math.Inf(-1), math.Inf(1)
	mean, total := 0.0, 0.0
	for i, w := range c.Weight {
		switch {
		case w < 0:
			lo = max(lo, 1/(2*w)*0.99999)
		case w > 0:
			hi = min(hi, 1/(2*w)*0.99999)
		}
		mean += c.DF[i] * w
		total += c.DF[i]
	}
	switch {
	case !math.IsInf(lo, -1):
	case !(x > 0):
		return math.NaN()
	case x > mean:
		lo = -0.01
	default:
		lo = -total / (2 * x)
	}
	return root(func(t float64) float64 {
		_, slope, _ := c.cumulant(t)
		return slope - x
	}, lo, hi, 1e-8)
}

// root returns a zero of f between a and b, where f changes sign, within tol,
// NaN when it does not change sign.
//
// Source: Brent (1973), Algorithms for Minimization without Derivatives,
// chapter 4 (zeroin).
func root(f func(float64) float64, a, b, tol float64) float64 {
	fa, fb := f(a), f(b)
	if math.Signbit(fa) == math.Signbit(fb) && fa != 0 && fb != 0 {
		return math.NaN()
	}
	c, fc := a, fa
	for range 1000 {
		previous := b - a
		if math.Abs(fc) < math.Abs(fb) {
			a, b, c = b, c, b
			fa, fb, fc = fb, fc, fb
		}
		near := 2*0x1p-52*math.Abs(b) + tol/2
		step := (c - b) / 2
		if math.Abs(step) <= near || fb == 0 {
			return b
		}
		if math.Abs(previous) >= near && math.Abs(fa) > math.Abs(fb) {
			step = interpolated(a, b, c, fa, fb, fc, near, previous, step)
		}
		if math.Abs(step) < near {
			step = math.Copysign(near, step)
		}
		a, fa = b, fb
		b += step
		fb = f(b)
		if fb > 0 == (fc > 0) {
			c, fc = a, fa
		}
	}
	return b
}

// interpolated returns Brent's secant or inverse quadratic step when it stays
// well inside the bracket, the bisection step otherwise.
func interpolated(a, b, c, fa, fb, fc, near, previous, bisection float64) float64 {
	var p, q float64
	s, width := fb/fa, c-b
	if a == c {
		p, q = width*s, 1-s
	} else {
		r, u := fa/fc, fb/fc
		p = s * (width*r*(r-u) - (b-a)*(u-1))
		q = (r - 1) * (u - 1) * (s - 1)
	}
	if p > 0 {
		q = -q
	} else {
		p = -p
	}
	if p < 0.75*width*q-math.Abs(near*q)/2 && p < math.Abs(previous*q/2) {
		return p / q
	}
	return bisection
}
