package disclosure

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestJudge(t *testing.T) {
	business := Rule{MinUnits: 3, Dominance: &Dominance{N: 1, K: 85}}
	weighted := Rule{MinUnits: 3, Weighted: true, Dominance: &Dominance{N: 1, K: 85, WeightedTotal: true}}
	both := Rule{Dominance: &Dominance{N: 1, K: 50, WeightedLargest: true, WeightedTotal: true}}
	cases := []struct {
		what string
		rule Rule
		x, w []float64
		want Judgement
	}{
		{"empty", business, nil, nil, Judgement{}},
		{"an empty cell that tells", Rule{MinUnits: 3, Empty: true}, nil, nil, Judgement{Sensitive: true, Few: true}},
		{"two units", business, []float64{50, 50}, nil, Judgement{Sensitive: true, Few: true}},
		{"exactly 85 %", business, []float64{85, 10, 5}, nil, Judgement{}},
		{"exactly 85 % in cents", business, []float64{0.85, 0.1, 0.05}, nil, Judgement{}},
		{"a cent more", business, []float64{85.01, 10, 4.99}, nil, Judgement{Sensitive: true, Dominated: true}},
		{"a total of nothing", business, []float64{0, 0, 0}, nil, Judgement{}},
		{"all from one", business, []float64{100, 0, 0}, nil, Judgement{Sensitive: true, Dominated: true}},
		{"weights make units", weighted, []float64{10, 20}, []float64{5, 5}, Judgement{}},
		{"ten tenths of a unit", Rule{MinUnits: 1, Weighted: true}, make([]float64, 10), slices.Repeat([]float64{0.1}, 10), Judgement{}},
		{"nine tenths of a unit", Rule{MinUnits: 1, Weighted: true}, make([]float64, 9), slices.Repeat([]float64{0.1}, 9), Judgement{Sensitive: true, Few: true}},
		{"weighted total", weighted, []float64{900, 10, 10}, []float64{1, 2, 2}, Judgement{Sensitive: true, Dominated: true}},
		{"the heaviest is not the largest", both, []float64{10, 9}, []float64{1, 3}, Judgement{Sensitive: true, Dominated: true}},
		{"two of them", Rule{Dominance: &Dominance{N: 2, K: 75}}, []float64{50, 26, 24}, nil, Judgement{Sensitive: true, Dominated: true}},
		{"exactly two of them", Rule{Dominance: &Dominance{N: 2, K: 75}}, []float64{50, 25, 25}, nil, Judgement{}},
		{"n beyond the cell", Rule{Dominance: &Dominance{N: 5, K: 75}}, []float64{1, 1}, nil, Judgement{Sensitive: true, Dominated: true}},
		{"p %: exactly", Rule{Prior: &Prior{P: 10, Q: 100}}, []float64{100, 50, 10}, nil, Judgement{}},
		{"p %: a little less", Rule{Prior: &Prior{P: 10, Q: 100}}, []float64{100, 50, 9.999999}, nil, Judgement{Sensitive: true, Estimable: true}},
		{"p %: one unit", Rule{Prior: &Prior{P: 10, Q: 100}}, []float64{100}, nil, Judgement{Sensitive: true, Estimable: true}},
		{"p %: nothing to estimate", Rule{Prior: &Prior{P: 10, Q: 100}}, []float64{0}, nil, Judgement{}},
		{"pq: 60/80 is 75 %", Rule{Prior: &Prior{P: 60, Q: 80}}, []float64{100, 80, 75}, nil, Judgement{}},
		{"negative, only units counted", Rule{MinUnits: 3}, []float64{-5, 40, 70}, nil, Judgement{}},
	}
	for _, c := range cases {
		got, err := c.rule.Judge(c.x, c.w)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", c.what, got, err, c.want)
		}
	}
}

func TestRuleRefusals(t *testing.T) {
	x := []float64{1, 2, 3}
	cases := []struct {
		what string
		rule Rule
		x, w []float64
	}{
		{"no rule", Rule{}, x, nil},
		{"threshold below 0", Rule{MinUnits: -1}, x, nil},
		{"p of 0", Rule{Prior: &Prior{P: 0, Q: 100}}, x, nil},
		{"p of 100", Rule{Prior: &Prior{P: 100, Q: 100}}, x, nil},
		{"p above q", Rule{Prior: &Prior{P: 80, Q: 60}}, x, nil},
		{"q above 100", Rule{Prior: &Prior{P: 80, Q: 120}}, x, nil},
		{"no largest", Rule{Dominance: &Dominance{N: 0, K: 80}}, x, nil},
		{"k of 100", Rule{Dominance: &Dominance{N: 1, K: 100}}, x, nil},
		{"k that is none", Rule{Dominance: &Dominance{N: 1, K: math.NaN()}}, x, nil},
		{"a negative contribution", Rule{Dominance: &Dominance{N: 1, K: 85}}, []float64{-5, 40, 70}, nil},
		{"a negative contribution and p %", Rule{Prior: &Prior{P: 10, Q: 100}}, []float64{-5, 40, 70}, nil},
		{"no weights", Rule{MinUnits: 3, Weighted: true}, x, nil},
		{"too few weights", Rule{MinUnits: 3}, x, []float64{1}},
		{"a negative weight", Rule{MinUnits: 3}, x, []float64{1, 1, -1}},
		{"not a number", Rule{MinUnits: 3}, []float64{math.NaN()}, nil},
	}
	for _, c := range cases {
		if v, err := c.rule.Judge(c.x, c.w); !refused(err) {
			t.Errorf("%s: %+v, %v; want a refusal", c.what, v, err)
		}
	}
}

func refused(err error) bool {
	r, ok := errors.AsType[*Refusal](err)
	return ok && r.What != "" && r.Do != ""
}

// What is decided in floating point is what exact arithmetic decides, near ties
// above all.
func TestJudgeIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		n := 3 + rng.IntN(5)
		x, all := make([]float64, n), new(big.Rat)
		for i := 1; i < n; i++ {
			x[i] = float64(rng.IntN(1000)) / 100
			all.Add(all, exact(x[i]))
		}
		// x0 such that it is k % of the total, or a ten-millionth beside
		k := 50 + float64(rng.IntN(49))
		first := new(big.Rat).Mul(all, big.NewRat(int64(k), int64(100-k)))
		x[0], _ = first.Float64()
		x[0] += float64(rng.IntN(3)-1) * 1e-7
		all.Add(all, exact(x[0]))
		got, err := (&Rule{Dominance: &Dominance{N: 1, K: k}}).Judge(x, nil)
		top := exact(slices.Max(x))
		want := top.Mul(top, exact(100)).Cmp(all.Mul(all, exact(k))) > 0
		if err != nil || got.Dominated != want {
			t.Fatalf("%v at %v %%: %+v, %v; want %v", x, k, got, err, want)
		}
	}
}

func TestJudgeAggregate(t *testing.T) {
	rule := Rule{MinUnits: 3, Dominance: &Dominance{N: 1, K: 85}}
	cases := []struct {
		cell Aggregate
		want bool
	}{
		{Aggregate{2, 30, 20}, true}, {Aggregate{6, 40, 38}, true}, {Aggregate{3, 100, 85}, false},
		{Aggregate{0, 0, 0}, false}, {Aggregate{2, 0, 0}, false},
	}
	for _, c := range cases {
		if got, err := rule.JudgeAggregate(c.cell); err != nil || got.Sensitive != c.want {
			t.Errorf("%+v: %+v, %v; want %v", c.cell, got, err, c.want)
		}
	}
	for what, bad := range map[string]Rule{"p %": {Prior: &Prior{P: 10, Q: 100}}, "two largest": {Dominance: &Dominance{N: 2, K: 75}}} {
		if _, err := bad.JudgeAggregate(Aggregate{5, 10, 2}); !refused(err) {
			t.Errorf("%s was judged from the largest alone: %v", what, err)
		}
	}
	if _, err := rule.JudgeAggregate(Aggregate{5, 10, math.NaN()}); !refused(err) {
		t.Errorf("judged without the largest: %v", err)
	}
}

func TestSensitiveCells(t *testing.T) {
	cells := Gather([]string{"b", "a", "b", "a", "b"}, []float64{1, 2, 3, 4, 5}, nil)
	got, err := (&Rule{MinUnits: 3}).Sensitive(cells)
	if err != nil || !slices.Equal(got, []string{"a"}) {
		t.Errorf("Sensitive = %v, %v", got, err)
	}
	cells[1].X[0] = -1
	if got, err := (&Rule{Prior: &Prior{P: 10, Q: 100}}).Sensitive(cells); !refused(err) || got != nil {
		t.Errorf("a table with a negative contribution: %v, %v", got, err)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct{ value, share, minimum, want float64 }{{80, 0.1, 1, 8}, {3, 0.1, 1, 1}, {1352, 0.15, 1, 202.8}, {33, 0.1, 1, 3.3}} {
		if got := Distance(c.value, c.share, c.minimum); got != c.want {
			t.Errorf("Distance(%v, %v, %v) = %v; want %v", c.value, c.share, c.minimum, got, c.want)
		}
	}
}
