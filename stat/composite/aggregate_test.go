package composite

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// COINr's geometric mean is missing as soon as one child is, unlike its other
// means: here all means skip it, and none does where too little is present.
func TestGeometricMeanWithAMissingChild(t *testing.T) {
	columns, w := [][]float64{{2, nan, nan}, {8, 8, nan}, {4, 2, nan}}, []float64{1, 1, 2}
	for p, want := range map[Power][]float64{
		Geometric:  {4, math.Pow(8*2*2, 1.0/3), nan},
		Harmonic:   {4 / (0.5 + 0.125 + 0.5), 3 / (0.125 + 1), nan},
		Arithmetic: {4.5, 4, nan},
		2:          {math.Sqrt((4 + 64 + 32) / 4.0), math.Sqrt((64 + 8) / 3.0), nan},
	} {
		if got, err := Aggregate(columns, w, p, Need{}); err != nil || !cmp.Equal(want, got, close12...) {
			t.Errorf("power %v: %v, %v; want %v", p, got, err, want)
		}
	}
	x := flat([]float64{0, 9, 1}, []float64{nan, 9, 1})
	m := equal(x, Blend{Power: Geometric})
	m.Scale = Scale{Kind: ScaleMinMax, Lo: 1, Hi: 100}
	if b, err := x.Build(m); err != nil || !cmp.Equal(b.Score[0], []float64{1, 100, math.Sqrt(12)}, close12...) {
		t.Errorf("built: %v, %v", b.Score, err)
	}
	if got, err := Aggregate(columns, w, Geometric, Need{Count: 0.9}); err != nil || !cmp.Equal(got, []float64{4, nan, nan}, close12...) {
		t.Errorf("nine tenths asked: %v, %v", got, err)
	}
}

// Compind's ci_generalized_mean is not the power mean and returns 1 by default:
// ours is (Σ w xᵖ / Σ w)^(1/p), of degree 1 in its values and of degree 0 in its
// weights, and tends to the geometric one, the least and the largest value.
func TestPowerMeanIsThePowerMean(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(1, 9), 3, 3).Draw(r, "x")
		w := rapid.SliceOfN(rapid.Float64Range(0.1, 5), 3, 3).Draw(r, "w")
		p := rapid.Float64Range(-6, 6).Filter(func(v float64) bool { return math.Abs(v) > 0.01 }).Draw(r, "p")
		got, err := Mean(x, w, Power(p))
		var sum, weight float64
		for k, v := range x {
			sum, weight = sum+w[k]*math.Pow(v, p), weight+w[k]
		}
		if want := math.Pow(sum/weight, 1/p); err != nil || math.Abs(got-want) > 1e-9*want {
			r.Fatalf("mean of power %v of %v with %v: %v, %v; want %v", p, x, w, got, err, want)
		}
		times := func(x []float64, f float64) []float64 { return apply(x, func(v float64) float64 { return f * v }) }
		if twice, _ := Mean(times(x, 2), times(w, 7), Power(p)); math.Abs(twice-2*got) > 1e-9*got {
			r.Fatalf("twice the values, seven times the weights: %v of %v", twice, got)
		}
	})
	x, w := []float64{2, 3, 7}, []float64{1, 1, 1}
	for p, want := range map[Power]float64{1e-7: math.Cbrt(42), -1e-7: math.Cbrt(42), 300: 7, -300: 2} {
		if got, err := Mean(x, w, p); err != nil || math.Abs(got-want) > 0.03 {
			t.Errorf("power %g: %v, %v; near %v", float64(p), got, err, want)
		}
	}
}

// Compind's ci_mean_min recycles the means of columns along rows. The score of
// a row depends on its row alone, in every aggregation by rows: other rows, or
// their order, change nothing.
func TestScoreDependsOnItsRowAlone(t *testing.T) {
	methods := map[string]func([][]float64) []float64{
		"Mazziotta-Pareto":       func(x [][]float64) []float64 { return MazziottaPareto(x, Below, 0) },
		"Mazziotta-Pareto above": func(x [][]float64) []float64 { return MazziottaPareto(x, Above, 1) },
		"two worst":              func(x [][]float64) []float64 { return OrderedMean(x, 2, false) },
		"two best":               func(x [][]float64) []float64 { return OrderedMean(x, 2, true) },
	}
	for _, p := range []Power{Arithmetic, Geometric, Harmonic, 3} {
		methods["mean"] = func(x [][]float64) []float64 {
			out, err := Aggregate(x, []float64{1, 2, 3}, p, Need{})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		rapid.Check(t, func(r *rapid.T) {
			n := rapid.IntRange(2, 7).Draw(r, "rows")
			column := rapid.SliceOfN(rapid.Float64Range(60, 140), n, n)
			x := [][]float64{column.Draw(r, "a"), column.Draw(r, "b"), column.Draw(r, "c")}
			i := rapid.IntRange(0, n-1).Draw(r, "row")
			for name, f := range methods {
				alone := f([][]float64{{x[0][i]}, {x[1][i]}, {x[2][i]}})
				if got := f(x)[i]; got != alone[0] {
					r.Errorf("%s: row %d scores %v among %d, %v alone", name, i, got, n, alone[0])
				}
			}
		})
	}
}

// Columns in another order, with their weights, give the same mean.
func TestMeanOrderOfColumns(t *testing.T) {
	x, w := []float64{3, 1, 2, 9}, []float64{1, 2, 3, 0.5}
	for _, p := range []Power{Arithmetic, Geometric, Harmonic, -2.5} {
		a, _ := Mean(x, w, p)
		y, v := slices.Clone(x), slices.Clone(w)
		slices.Reverse(y)
		slices.Reverse(v)
		if b, err := Mean(y, v, p); err != nil || math.Abs(a-b) > 1e-12 {
			t.Errorf("power %v: %v, then %v in reverse", p, a, b)
		}
	}
}
