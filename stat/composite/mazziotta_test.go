package composite

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"vigie/stat/descr"
)

// Compind's ci_ampi ignores its penalty and rounds to three decimals: here the
// two sides differ by twice the variance over the mean, to the last digit.
func TestAdjustedMazziottaPenaltyAndDigits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		column := rapid.SliceOfN(rapid.Float64Range(0, 1), 5, 5)
		x, y := column.Draw(r, "x"), column.Draw(r, "y")
		for _, v := range [][]float64{x, y} {
			if lo, hi := bounds(v); hi-lo < 0.1 {
				r.Skip("a column without range")
			}
		}
		scaled := [][]float64{AdjustedScale(x, descr.Mean(x), 1), AdjustedScale(y, descr.Mean(y), -1)}
		below, above := MazziottaPareto(scaled, Below, 0), MazziottaPareto(scaled, Above, 0)
		for i := range x {
			a, b := scaled[0][i], scaled[1][i]
			m, s2 := (a+b)/2, (a-b)*(a-b)/4
			if math.Abs(above[i]-below[i]-2*s2/m) > 1e-11 || math.Abs((above[i]+below[i])/2-m) > 1e-11 {
				r.Errorf("row %v, %v: %v below, %v above", a, b, below[i], above[i])
			}
		}
	})
	want := 304.0/3 - (14.0/9)/(304.0/3)
	if got := MazziottaPareto([][]float64{{100}, {101}, {103}}, Below, 0)[0]; math.Abs(got-want) > 1e-12 {
		t.Errorf("index %.15g; want %.15g", got, want)
	}
}

// Compind's ci_mpi uses the divisor n − 1; the published definition divides by
// n, and the choice is the caller's.
func TestMazziottaDivisor(t *testing.T) {
	row := [][]float64{{90}, {100}, {110}}
	for divisor, want := range map[int]float64{0: 100 - 200.0/3/100, 1: 100 - 1.0} {
		if got := MazziottaPareto(row, Below, divisor)[0]; math.Abs(got-want) > 1e-12 {
			t.Errorf("divisor n − %d: %v; want %v", divisor, got, want)
		}
	}
}
