package composite

import (
	"context"
	"errors"
	"math"
	"testing"
)

// two is a small index of two indicators with three scales and two means.
func two() (*Index, Method, Simulation) {
	x := &Index{
		Indicators: []Indicator{{X: []float64{1, 2, 3, 5}, Direction: 1}, {X: []float64{4, 1, 2, 9}, Direction: 1}},
		Parts:      []Part{{Children: []int{0, 1}, Assessed: true}},
	}
	m := Method{Scale: Scale{Kind: ScaleMinMax, Lo: 1, Hi: 100}, Weights: [][]float64{{1, 1}}, Means: []Blend{{Power: Arithmetic}}}
	s := Simulation{Draws: 30_000, Seed: 5, Workers: 2}
	s.Scales = []Scale{m.Scale, {Kind: ScaleZ, Lo: 50, Hi: 10}, {Kind: ScalePercentile, Lo: 1, Hi: 100}}
	s.Means = [][]Blend{{{Power: Arithmetic}}, {{Power: Geometric}}}
	return x, m, s
}

// COINr cuts discrete alternatives on the range of the sample instead of 0 to
// 1, so that the ends depend on the other draws. Here each is as likely as the
// next, a draw is the same whatever the number of others, and one draw alone,
// whose sample has no range, takes each in turn over seeds.
func TestAlternativesAreCutOnTheUnitInterval(t *testing.T) {
	x, m, s := two()
	out := simulate(t, x, m, s)
	for choice, n := range map[Choice]int{ChoiceScale: 3, ChoiceMean: 2} {
		count := make([]float64, n)
		for _, d := range out.Drawn {
			count[d[choice]]++
		}
		for k, c := range count {
			p := 1 / float64(n)
			if sd := math.Sqrt(p * (1 - p) / float64(s.Draws)); math.Abs(c/float64(s.Draws)-p) > 4*sd {
				t.Errorf("choice %d: alternative %d drawn in %v of draws, want %v", choice, k, c/float64(s.Draws), p)
			}
		}
	}
	s.Draws = 7
	for i, d := range simulate(t, x, m, s).Drawn {
		for c, k := range d {
			if k != out.Drawn[i][c] {
				t.Errorf("draw %d of 7 takes %v, of 30,000 %v", i, d, out.Drawn[i])
			}
		}
	}
	s.Draws = 1
	count := make([]float64, 3)
	for s.Seed = range uint64(1500) {
		count[simulate(t, x, m, s).Drawn[0][ChoiceScale]]++
	}
	for k, c := range count {
		if math.Abs(c/1500-1.0/3) > 4*math.Sqrt(2.0/9/1500) {
			t.Errorf("one draw takes scale %d for %v of 1500 seeds", k, c)
		}
	}
}

// COINr drops replicates that fail without a word. Here they are counted, each
// with its reason, and are no part of the spread.
func TestFailedDrawsAreCounted(t *testing.T) {
	x, m, s := two()
	s.Draws = 400
	s.Scales[0].Lo, s.Scales[2].Lo = 0, 0 // a zero has no geometric mean
	out := simulate(t, x, m, s)
	failed := 0
	for _, d := range out.Drawn {
		if d[ChoiceMean] == 1 && d[ChoiceScale] != 1 {
			failed++
		}
	}
	if failed == 0 || len(out.Failed) != failed || out.Spread[0].Draws != s.Draws-failed {
		t.Errorf("%d failures told, %d draws left of %d; %d draws fail", len(out.Failed), out.Spread[0].Draws, s.Draws, failed)
	}
	for _, f := range out.Failed {
		if d := out.Drawn[f.Draw]; !errors.Is(f.Err, ErrDomain) || d[ChoiceMean] != 1 {
			t.Errorf("draw %d %v: %v", f.Draw, d, f.Err)
		}
	}
	s.Scales, s.Means = s.Scales[:1], s.Means[1:] // nothing but failures
	if out, err := x.Simulate(context.Background(), m, s); err == nil && len(out.Failed) != s.Draws {
		t.Errorf("no index at all: %d failures of %d", len(out.Failed), s.Draws)
	}
}

// An aggregation by Copeland's scores builds, gaps included, and does not
// depend on the order of rows.
func TestCopelandBuilds(t *testing.T) {
	x := []float64{3, 2, nan, 1, 5}
	y := []float64{1, nan, 2, 4, 5}
	build := func(order []int) []float64 {
		columns := [][]float64{make([]float64, len(x)), make([]float64, len(x))}
		for k, i := range order {
			columns[0][k], columns[1][k] = x[i], y[i]
		}
		index := &Index{Indicators: []Indicator{{X: columns[0], Direction: 1}, {X: columns[1], Direction: 1}}, Parts: []Part{{Children: []int{0, 1}}}}
		b, err := index.Build(Method{Scale: Scale{Kind: ScaleMinMax, Lo: 0, Hi: 100}, Weights: [][]float64{{2, 1}}, Means: []Blend{{Kind: BlendCopeland}}})
		if err != nil {
			t.Fatal(err)
		}
		return b.Score[0]
	}
	want := Outrank([][]float64{x, y}, []float64{2, 1}).Copeland()
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}} {
		got := build(order)
		for k, i := range order {
			if (got[k]-got[0])*(want[i]-want[order[0]]) < 0 || (got[k] == got[0]) != (want[i] == want[order[0]]) {
				t.Errorf("rows in order %v score %v; in the first order %v", order, got, want)
				break
			}
		}
	}
}
