package composite

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/stat/descr"
)

// One transform of COINr (log_GII) returns its input unchanged: each of ours is
// checked by hand on a column with a long upper tail, and draws it in.
func TestLogarithmsChangeTheirInput(t *testing.T) {
	x := []float64{1, 2, 3, nan, 101}
	boxcox, err := BoxCox(x, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, want []float64 }{
		"LogShift":       {LogShift(x), []float64{0, math.Log(2), math.Log(3), nan, math.Log(101)}},
		"LogShiftOne":    {LogShiftOne(x), []float64{0, math.Log(2), math.Log(3), nan, math.Log(101)}},
		"LogShiftSigned": {LogShiftSigned(x), []float64{0, math.Log(2), math.Log(3), nan, math.Log(101)}},
		"BoxCox of 1/2":  {boxcox, []float64{0, 2*math.Sqrt2 - 2, 2*math.Sqrt(3) - 2, nan, 2*math.Sqrt(101) - 2}},
	} {
		if d := cmp.Diff(c.want, c.got, close12); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if descr.Skewness(c.got) >= descr.Skewness(x) {
			t.Errorf("%s leaves the tail: skewness %.3f of %.3f", name, descr.Skewness(c.got), descr.Skewness(x))
		}
	}
	left := Oriented(x, -1)
	if d := cmp.Diff(Oriented(LogShift(x), -1), LogShiftSigned(left), close12); d != "" {
		t.Errorf("LogShiftSigned of a long lower tail (-want +got):\n%s", d)
	}
}

// A transform keeps the order of values, whatever the side of the tail.
func TestTransformsAreIncreasing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := rapid.SliceOfNDistinct(rapid.Float64Range(0.5, 1e4), 3, 12, func(v float64) int { return int(v) }).Draw(r, "x")
		slices.Sort(x)
		lambda := rapid.Float64Range(-1, 2).Draw(r, "lambda")
		boxcox, err := BoxCox(x, lambda)
		if err != nil {
			r.Fatal(err)
		}
		for name, y := range map[string][]float64{"LogShift": LogShift(x), "LogShiftOne": LogShiftOne(x), "LogShiftSigned": LogShiftSigned(x), "BoxCox": boxcox} {
			if !slices.IsSorted(y) || !(y[0] < y[len(y)-1]) {
				r.Errorf("%s of %v is not increasing: %v", name, x, y)
			}
		}
	})
}
