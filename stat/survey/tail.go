package survey

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Upper tails are computed by the complement's own series, never as 1 - F, so
// that a probability of 1e-26 keeps its digits. An infinite number of degrees
// of freedom is the normal or the chi-squared limit; zero or less gives NaN.

// studentTail returns P(|T| > |t|) for a Student variable with df degrees of
// freedom.
func studentTail(t, df float64) float64 {
	if math.IsInf(df, 1) {
		return math.Erfc(math.Abs(t) / math.Sqrt2)
	}
	return fisherTail(t*t, 1, df)
}

// fisherTail returns P(F > f) for an F variable with a and b degrees of freedom.
func fisherTail(f, a, b float64) float64 {
	switch {
	case math.IsInf(b, 1):
		return chiSquaredTail(f*a, a)
	case !(a > 0 && b > 0) || math.IsNaN(f):
		return math.NaN()
	case f <= 0:
		return 1
	case math.IsInf(f, 1):
		return 0
	}
	return mathext.RegIncBeta(b/2, a/2, b/(b+a*f))
}

// chiSquaredTail returns P(X > x) for a chi-squared variable.
func chiSquaredTail(x, df float64) float64 {
	switch {
	case !(df > 0) || math.IsNaN(x):
		return math.NaN()
	case x <= 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// normalTail returns P(Z > z).
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
