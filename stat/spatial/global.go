package spatial

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Variance is what is random in the moments of a global statistic.
type Variance int

// The two assumptions of Cliff and Ord (1981).
const (
	Randomisation Variance = iota // the values given, in any order
	Normality                     // values drawn from one normal law
)

// Test is a statistic with its moments where values have no order: Z is
// positive when neighbours are alike, Greater the probability of a Z at least
// as large.
type Test struct {
	Statistic, Expected, Variance, Z, Greater float64
}

// P is the two-sided probability.
func (t Test) P() float64 { return 2 * upper(math.Abs(t.Z)) }

// Moran is the coefficient I of n values: the covariance of neighbours over
// the variance (Moran 1950; moments of Cliff and Ord 1981, 1.35 and 1.37).
// Islands count in the mean and the variance and not in n, as in spdep.
//
// Error: ErrConstant, ErrFew.
func Moran(x []float64, w *Weights, v Variance) (Test, error) {
	c, err := centre(x, w)
	if err != nil {
		return Test{}, err
	}
	n, s0, s1, s2 := c.n, c.s0, c.s1, c.s2
	t := Test{Statistic: n / s0 * dot(c.z, w.Lag(c.z)) / c.m2, Expected: -1 / (n - 1)}
	if v == Normality {
		t.Variance = (n*n*s1-n*s2+3*s0*s0)/(s0*s0*(n*n-1)) - t.Expected*t.Expected
	} else {
		a := n * (s1*(n*n-3*n+3) - n*s2 + 3*s0*s0)
		b := c.k * (s1*(n*n-n) - 2*n*s2 + 6*s0*s0)
		t.Variance = (a-b)/((n-1)*(n-2)*(n-3)*s0*s0) - t.Expected*t.Expected
	}
	return t.standardised(t.Statistic - t.Expected), nil
}

// Geary is the coefficient C of n values: the squared differences of
// neighbours over the variance, 1 where values have no order, less when
// neighbours are alike (Geary 1954; moments of Cliff and Ord 1981).
//
// Error: ErrConstant, ErrFew.
func Geary(x []float64, w *Weights, v Variance) (Test, error) {
	c, err := centre(x, w)
	if err != nil {
		return Test{}, err
	}
	n, s0, s1, s2, k := c.n, c.s0, c.s1, c.s2, c.k
	d := 0.0
	for i := range x {
		to, weight := w.Of(i)
		for e, j := range to {
			d += weight[e] * (x[i] - x[j]) * (x[i] - x[j])
		}
	}
	t := Test{Statistic: (n - 1) / (2 * s0) * d / c.m2, Expected: 1}
	if v == Normality {
		t.Variance = ((2*s1+s2)*(n-1) - 4*s0*s0) / (2 * (n + 1) * s0 * s0)
	} else {
		a := (n - 1) * s1 * (n*n - 3*n + 3 - k*(n-1))
		b := 0.25 * (n - 1) * s2 * (n*n + 3*n - 6 - k*(n*n-n+2))
		g := s0 * s0 * (n*n - 3 - k*(n-1)*(n-1))
		t.Variance = (a - b + g) / (n * (n - 2) * (n - 3) * s0 * s0)
	}
	return t.standardised(t.Expected - t.Statistic), nil
}

// GlobalG is the general G of n positive values: the share of all products of
// two values that is between neighbours; large when high values stand together
// (Getis and Ord 1992). Weights are binary.
//
// Error: ErrNegative, ErrConstant, ErrFew.
func GlobalG(x []float64, w *Weights) (Test, error) {
	c, err := centre(x, w)
	if err != nil {
		return Test{}, err
	}
	var m1, m2, m3, m4 float64
	for _, v := range x {
		if v < 0 {
			return Test{}, ErrNegative
		}
		m1, m2, m3, m4 = m1+v, m2+v*v, m3+v*v*v, m4+v*v*v*v
	}
	n, s0, s1, s2 := c.n, c.s0, c.s1, c.s2
	t := Test{Statistic: dot(x, w.Lag(x)) / (m1*m1 - m2), Expected: s0 / (n * (n - 1))}
	b0 := (n*n-3*n+3)*s1 - n*s2 + 3*s0*s0
	b1 := -((n*n-n)*s1 - 2*n*s2 + 6*s0*s0)
	b2 := -(2*n*s1 - (n+3)*s2 + 6*s0*s0)
	b3 := 4*(n-1)*s1 - 2*(n+1)*s2 + 8*s0*s0
	b4 := s1 - s2 + s0*s0
	square := (b0*m2*m2 + b1*m4 + b2*m1*m1*m2 + b3*m1*m3 + b4*m1*m1*m1*m1) / ((m1*m1 - m2) * (m1*m1 - m2) * n * (n - 1) * (n - 2) * (n - 3))
	t.Variance = square - t.Expected*t.Expected
	return t.standardised(t.Statistic - t.Expected), nil
}

func (t Test) standardised(d float64) Test {
	t.Z = d / math.Sqrt(t.Variance)
	t.Greater = upper(t.Z)
	return t
}

// centred are deviations from the mean: m2 their sum of squares, k their
// kurtosis.
type centred struct {
	sums
	z     []float64
	m2, k float64
}

func centre(x []float64, w *Weights) (centred, error) {
	c := centred{sums: w.sums(), z: deviations(x)}
	m4 := 0.0
	for _, d := range c.z {
		c.m2 += d * d
		m4 += d * d * d * d
	}
	c.k = float64(len(x)) * m4 / (c.m2 * c.m2)
	switch {
	case c.n < 4:
		return c, ErrFew
	case c.m2 == 0:
		return c, ErrConstant
	}
	return c, nil
}

func deviations(x []float64) []float64 {
	m := total(x) / float64(len(x))
	z := make([]float64, len(x))
	for i, v := range x {
		z[i] = v - m
	}
	return z
}

func dot(a, b []float64) float64 {
	t := 0.0
	for i, v := range a {
		t += v * b[i]
	}
	return t
}

// upper is the probability that a standard normal exceeds z.
func upper(z float64) float64 { return distuv.UnitNormal.Survival(z) }
