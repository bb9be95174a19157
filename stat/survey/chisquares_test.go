package survey

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func agree(a, b, tol float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tol*max(math.Abs(b), 1e-300)
}

func TestChiSquaresTail(t *testing.T) {
	// R survey 4.1: pchisqsum(x, c(1, 1), l, lower = FALSE, method = "saddlepoint"), pFsum with ddf = 14.
	law := eigenChiSquares([]float64{1.818110721, 0.481146435})
	const x = 11.9408920807453
	if got := law.Tail(x); !agree(got, 0.012994344, 1e-7) {
		t.Errorf("Tail(%v) = %v; want 0.012994344", x, got)
	}
	if got := law.RatioTail(x, 14); !agree(got, 0.02848141739, 1e-8) {
		t.Errorf("RatioTail(%v, 14) = %v; want 0.02848141739", x, got)
	}
	if scale, df := law.Satterthwaite(); !agree(chiSquaredTail(x/scale, df), 0.01130578205, 1e-8) {
		t.Errorf("Satterthwaite: scale %v, df %v; want a tail of 0.01130578205", scale, df)
	}
	for _, c := range []struct{ got, want float64 }{
		{law.Tail(0), 1}, {law.RatioTail(0, 14), 1}, {law.RatioTail(x, 0), math.NaN()},
		{ChiSquares{}.Tail(1), math.NaN()}, {law.RatioTail(x, math.Inf(1)), law.Tail(x)},
	} {
		if !agree(c.got, c.want, 0) {
			t.Errorf("got %v; want %v", c.got, c.want)
		}
	}
}

// One weight is a chi-squared, whose saddlepoint tail is within 6 % of exact.
func TestChiSquaresOneWeight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df, w := float64(rapid.IntRange(1, 30).Draw(t, "df")), rapid.Float64Range(0.01, 100).Draw(t, "w")
		x := rapid.Float64Range(0.1, 8).Draw(t, "x") * df
		exact, got := chiSquaredTail(x, df), ChiSquares{[]float64{w}, []float64{df}}.Tail(x*w)
		if exact > 1e-200 && !agree(got, exact, 0.06) {
			t.Errorf("df %v, x %v: %v; exact %v", df, x, got, exact)
		}
	})
}

func TestTails(t *testing.T) {
	// R 4.2: pf, pchisq, pt upper tails.
	for _, c := range []struct{ got, want float64 }{
		{fisherTail(3.13441582443862, 7.99946092007871, 19094.7132162279), 0.0015173520059440094},
		{fisherTail(15.0558142245182, 1.88177992716377, 370.710645651263), 9.718224680407725e-07},
		{chiSquaredTail(26.2500523335253, 8), 0.00095164557273258107},
		{studentTail(-11.0638280063091, 196), 2.032485202799072e-22},
		{studentTail(1.959963984540054, math.Inf(1)), 0.05},
		{fisherTail(2, 3, -1), math.NaN()}, {chiSquaredTail(2, 0), math.NaN()}, {fisherTail(0, 1, 1), 1},
	} {
		if !agree(c.got, c.want, 1e-11) {
			t.Errorf("got %v; want %v", c.got, c.want)
		}
	}
}
