package survey

import "math"

// Distance names the calibration function F that turns x'λ into a weight
// ratio: Linear F(u) = 1 + u, Raking F(u) = exp(u), Logit the bounded logit of
// Deville and Särndal, which needs both bounds. Linear and Raking with bounds
// are truncated at them.
//
// Source: Deville and Särndal (1992), JASA 87(418), 376-382.
type Distance int

// The three distances.
const (
	Linear Distance = iota
	Raking
	Logit
)

// curve is a distance with its bounds; without bounds lower is -Inf and upper
// +Inf.
type curve struct {
	distance     Distance
	lower, upper float64
}

// ratio returns F(u) and its derivative, 0 where F is truncated.
func (c curve) ratio(u float64) (f, slope float64) {
	switch c.distance {
	case Raking:
		f = math.Exp(u)
		slope = f
	case Logit:
		return c.logit(u)
	default:
		f, slope = 1+u, 1
	}
	switch {
	case f < c.lower:
		return c.lower, 0
	case f > c.upper:
		return c.upper, 0
	}
	return f, slope
}

// logit is written with exp of a negative number only, so that it never
// overflows.
func (c curve) logit(u float64) (f, slope float64) {
	below, above := 1-c.lower, c.upper-1
	a := (c.upper - c.lower) / (below * above)
	e := math.Exp(-math.Abs(a * u))
	if u > 0 {
		s := above*e + below
		return (c.lower*above*e + c.upper*below) / s, (c.upper - c.lower) * (c.upper - c.lower) * e / (s * s)
	}
	s := above + below*e
	return (c.lower*above + c.upper*below*e) / s, (c.upper - c.lower) * (c.upper - c.lower) * e / (s * s)
}

// bounded tells whether a bound can bite.
func (c curve) bounded() bool { return !math.IsInf(c.lower, -1) || !math.IsInf(c.upper, 1) }
