package composite

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// independent is the covariance of estimates with one standard error.
func independent(p int, se float64) *mat.SymDense {
	c := mat.NewSymDense(p, nil)
	for i := range p {
		c.SetSym(i, i, se*se)
	}
	return c
}

// Without error ranks are known, ties and all; with a huge one nothing is.
func TestRankSets(t *testing.T) {
	x := []float64{5, 9, 5, 1}
	f := Inference{Coverage: 0.95, Simultaneous: true, StepDown: true, Draws: 500, Seed: 1}
	for _, c := range []struct {
		se   float64
		want []RankSet
	}{
		{0, []RankSet{{2, 3}, {1, 1}, {2, 3}, {4, 4}}},
		{1e-6, []RankSet{{2, 3}, {1, 1}, {2, 3}, {4, 4}}},
		{1e6, []RankSet{{1, 4}, {1, 4}, {1, 4}, {1, 4}}},
	} {
		got, err := RankSets(x, independent(4, c.se), f)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("error %v: %v, %v; want %v", c.se, got, err, c.want)
		}
	}
	best, err := AmongBest(x, independent(4, 1e-6), 2, f)
	if err != nil || !slices.Equal(best, []bool{true, true, true, false}) {
		t.Errorf("AmongBest = %v, %v", best, err)
	}
	// Two estimates at 3 standard errors of their difference are told apart.
	got, err := RankSets([]float64{3 * math.Sqrt2, 0}, independent(2, 1), f)
	if err != nil || !slices.Equal(got, []RankSet{{1, 1}, {2, 2}}) {
		t.Errorf("three standard errors: %v, %v", got, err)
	}
	// Errors that go together cancel in the difference.
	together := mat.NewSymDense(2, []float64{1, 0.999, 0.999, 1})
	got, err = RankSets([]float64{0.3, 0}, together, f)
	if err != nil || !slices.Equal(got, []RankSet{{1, 1}, {2, 2}}) {
		t.Errorf("correlated errors: %v, %v", got, err)
	}
}

// A set holds the rank of the estimate; step-down narrows it, all units at once
// widen it.
func TestRankSetsNest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := rapid.IntRange(2, 8).Draw(r, "p")
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), p, p).Draw(r, "x")
		sets := func(simultaneous, down bool) []RankSet {
			s, err := RankSets(x, independent(p, 1), Inference{Coverage: 0.9, Simultaneous: simultaneous, StepDown: down, Draws: 200, Seed: 3})
			if err != nil {
				r.Fatal(err)
			}
			return s
		}
		single, all, down := sets(false, false), sets(true, false), sets(false, true)
		low, high := Rank(x, TiesMin), Rank(x, TiesMax)
		for i := range x {
			if float64(down[i].Low) > low[i] || float64(down[i].High) < high[i] {
				r.Errorf("unit %d: rank %v to %v outside %v", i, low[i], high[i], down[i])
			}
			if down[i].Low < single[i].Low || down[i].High > single[i].High || all[i].Low > single[i].Low || all[i].High < single[i].High {
				r.Errorf("unit %d: %v step-down, %v single, %v simultaneous", i, down[i], single[i], all[i])
			}
		}
	})
}

func TestRankSetsRefuse(t *testing.T) {
	ok := Inference{Coverage: 0.95, Draws: 10}
	for name, err := range map[string]error{
		"size":     second(RankSets([]float64{1}, independent(2, 1), ok)),
		"number":   second(RankSets([]float64{1, math.NaN()}, independent(2, 1), ok)),
		"error":    second(RankSets([]float64{1, 2}, independent(2, math.Inf(1)), ok)),
		"coverage": second(RankSets([]float64{1, 2}, independent(2, 1), Inference{Coverage: 1, Draws: 10})),
		"draws":    second(RankSets([]float64{1, 2}, independent(2, 1), Inference{Coverage: 0.9})),
	} {
		if err == nil {
			t.Errorf("a bad %s passes", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }
