package composite

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var nan = math.NaN()

var close12 = cmp.Options{cmpopts.EquateApprox(0, 1e-12), cmpopts.EquateNaNs()}

func TestWinsoriseByHand(t *testing.T) {
	x := []float64{1, 2, 3, 4, nan, 5, 6, 7, 8, 9, 100}
	w := Winsorise(x, 3, Limit{}, TiesWithin)
	want := Winsorised{
		X: []float64{1, 2, 3, 4, nan, 5, 6, 7, 8, 9, 9}, Mark: []int8{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
		N: 1, Low: 1, High: 9, Pass: true,
	}
	if d := cmp.Diff(want, w, close12); d != "" {
		t.Errorf("Winsorise (-want +got):\n%s", d)
	}
	if x[10] != 100 {
		t.Error("Winsorise changed its input")
	}
}

func TestWinsoriseTies(t *testing.T) {
	// Three units share the extreme and one point may move: none does, since
	// moving one of three equals would be arbitrary; COINr moves all three.
	x := []float64{100, 100, 100}
	for i := range 60 {
		x = append(x, float64(i%10))
	}
	if w := Winsorise(x, 1, Limit{}, TiesWithin); w.N != 0 || w.Pass || w.High != 100 {
		t.Errorf("TiesWithin: N %d, Pass %v, High %v; want 0, false, 100", w.N, w.Pass, w.High)
	}
	if w := Winsorise(x, 1, Limit{}, TiesBeyond); w.N != 3 || !w.Pass || w.High != 9 {
		t.Errorf("TiesBeyond: N %d, Pass %v, High %v; want 3, true, 9", w.N, w.Pass, w.High)
	}
}

func TestWinsoriseDegenerate(t *testing.T) {
	for _, x := range [][]float64{nil, {nan}, {5}, {5, 5, 5, 5, 5}, {1, 2}} {
		if w := Winsorise(x, 10, Limit{}, TiesWithin); w.N != 0 || !w.Pass {
			t.Errorf("Winsorise(%v) moved %d", x, w.N)
		}
	}
}

func TestNormaliseByHand(t *testing.T) {
	x := []float64{10, nan, 20, 30, 20}
	cases := []struct {
		name string
		got  []float64
		want []float64
	}{
		{"MinMax", MinMax(x, 0, 100), []float64{0, nan, 50, 100, 50}},
		{"MinMax of a constant", MinMax([]float64{3, 3}, 0, 1), []float64{nan, nan}},
		{"ZScore of a constant", ZScore([]float64{3, 3}, 0, 1), []float64{nan, nan}},
		{"PercentileRank", PercentileRank(x), []float64{0, nan, 1.0 / 3, 1, 1.0 / 3}},
		{"Rank", Rank(x, TiesMin), []float64{4, nan, 2, 1, 2}},
		{"Rank max", Rank(x, TiesMax), []float64{4, nan, 3, 1, 3}},
		{"Rank mean", Rank(x, TiesMean), []float64{4, nan, 2.5, 1, 2.5}},
		{"RankUp", RankUp(x, TiesMin), []float64{1, nan, 2, 4, 2}},
		{"Goalposts", Goalposts(x, 0, 40, 1, -1), []float64{0.75, nan, 0.5, 0.25, 0.5}},
	}
	for _, c := range cases {
		if d := cmp.Diff(c.want, c.got, close12); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestPercentileInOutside(t *testing.T) {
	sorted := []float64{1, 2, 3, 4, 5}
	for _, c := range []struct{ x, want float64 }{{0, 0}, {1, 0}, {1.5, 0.25}, {5, 1}, {9, 1}, {nan, nan}} {
		if got := PercentileIn(sorted, c.x); got != c.want && !math.IsNaN(c.want) {
			t.Errorf("PercentileIn(%v) = %v; want %v", c.x, got, c.want)
		}
	}
}

func TestMean(t *testing.T) {
	cases := []struct {
		p    Power
		x, w []float64
		want float64
	}{
		{Arithmetic, []float64{1, nan, 4}, []float64{1, 5, 3}, 3.25},
		{Geometric, []float64{1, 4}, []float64{1, 1}, 2},
		{Harmonic, []float64{1, 3}, []float64{1, 1}, 1.5},
		{2, []float64{1, 7}, []float64{1, 1}, 5},
		{Geometric, []float64{0, 4}, []float64{0, 1}, 4},
		{Arithmetic, []float64{nan}, []float64{1}, nan},
	}
	for _, c := range cases {
		if got, err := Mean(c.x, c.w, c.p); err != nil || !cmp.Equal(got, c.want, close12...) {
			t.Errorf("Mean(%v, %v, %v) = %v, %v; want %v", c.x, c.w, c.p, got, err, c.want)
		}
	}
	for _, p := range []Power{Geometric, Harmonic} {
		if _, err := Mean([]float64{0, 1}, []float64{1, 1}, p); !errors.Is(err, ErrDomain) {
			t.Errorf("Mean of a zero, power %v: %v; want ErrDomain", p, err)
		}
	}
}

func TestAggregateNeed(t *testing.T) {
	columns := [][]float64{{1, 1, nan}, {3, nan, 3}, {5, nan, nan}}
	w := []float64{2, 1, 1}
	for _, c := range []struct {
		need Need
		want []float64
	}{
		{Need{}, []float64{2.5, 1, 3}},
		{Need{Weight: 0.5}, []float64{2.5, 1, nan}},
		{Need{Count: 0.5}, []float64{2.5, nan, nan}},
	} {
		if got, err := Aggregate(columns, w, Arithmetic, c.need); err != nil || !cmp.Equal(c.want, got, close12...) {
			t.Errorf("Aggregate need %+v = %v, %v; want %v", c.need, got, err, c.want)
		}
	}
}

func TestTreeFaults(t *testing.T) {
	for name, list := range map[string][]Branch{
		"unknown parent": {{"a", "z", 1, 1}},
		"same level":     {{"a", "b", 1, 1}, {"b", "", 1, 1}},
		"twice":          {{"a", "", 1, 1}, {"a", "", 1, 1}},
	} {
		if _, err := NewTree(list); !errors.Is(err, ErrTree) {
			t.Errorf("%s: %v; want ErrTree", name, err)
		}
	}
}

func randomColumn(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Exp(2 * rng.NormFloat64())
		if rng.IntN(8) == 0 {
			x[i] = nan
		}
	}
	return x
}

// Properties that hold for every column: the unit of measurement and the
// order of units change nothing, and every method keeps the order of values.
func TestColumnProperties(t *testing.T) {
	methods := map[string]func([]float64) []float64{
		"treat then min-max": func(x []float64) []float64 {
			return MinMax(Winsorise(x, 5, Limit{}, TiesWithin).X, 0, 100)
		},
		"z-score":         func(x []float64) []float64 { return ZScore(x, 50, 10) },
		"percentile rank": PercentileRank,
		"rank":            func(x []float64) []float64 { return RankUp(x, TiesMean) },
	}
	rng := rand.New(rand.NewPCG(11, 7))
	for range 50 {
		x := randomColumn(rng, 40)
		perm := rng.Perm(len(x))
		scaled, shuffled := make([]float64, len(x)), make([]float64, len(x))
		for i, v := range x {
			scaled[i] = 1000*v - 77
			shuffled[i] = x[perm[i]]
		}
		for name, f := range methods {
			y := f(x)
			if !cmp.Equal(y, f(scaled), cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateNaNs()) {
				t.Fatalf("%s depends on the unit of measurement", name)
			}
			for i, v := range f(shuffled) {
				if w := y[perm[i]]; v != w && math.Abs(v-w) > 1e-9 {
					t.Fatalf("%s depends on the order of units: %v, %v", name, v, w)
				}
			}
			for i := range x {
				for j := range x {
					if x[i] < x[j] && y[i] > y[j] {
						t.Fatalf("%s: %v < %v became %v > %v", name, x[i], x[j], y[i], y[j])
					}
				}
			}
		}
	}
}

// Winsorisation is a clamp: applied to a value outside the column, its limits
// place it as they placed the members.
func TestWinsoriseIsClamp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 100 {
		x := randomColumn(rng, 60)
		for _, ties := range []TieRule{TiesWithin, TiesBeyond} {
			w := Winsorise(x, 6, Limit{}, ties)
			if !cmp.Equal(w.X, Clamp(x, w.Low, w.High), close12...) {
				t.Fatal("Winsorise is not the clamp to its limits")
			}
			if ties == TiesWithin && w.N > 6 {
				t.Fatalf("TiesWithin moved %d points of 6 allowed", w.N)
			}
		}
	}
}

// A power mean lies between the extremes and grows with its exponent.
func TestMeanOrdered(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		x, w := make([]float64, 4), make([]float64, 4)
		for i := range x {
			x[i], w[i] = 1+99*rng.Float64(), rng.Float64()
		}
		last := slices.Min(x)
		for _, p := range []Power{Harmonic, Geometric, Arithmetic, 2} {
			m, err := Mean(x, w, p)
			if err != nil || m < last-1e-9 || m > slices.Max(x)+1e-9 {
				t.Fatalf("Mean(%v, %v, %v) = %v, %v", x, w, p, m, err)
			}
			last = m
		}
	}
}

func FuzzWinsorise(f *testing.F) {
	f.Add(1.0, 2.0, 3.0, 1e9, 3)
	f.Add(math.Inf(1), 0.0, -1.0, nan, 1)
	f.Fuzz(func(t *testing.T, a, b, c, d float64, most int) {
		x := []float64{a, b, c, d, a, b, 1, 2, 3, 4}
		w := Winsorise(x, min(most, 100), Limit{}, TiesWithin)
		if w.N > max(0, most) || len(w.X) != len(x) {
			t.Errorf("Winsorise(%v, %d) = %+v", x, most, w)
		}
	})
}
