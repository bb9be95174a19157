package composite

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Three indicators over two parts, the second with one child: left out, an
// indicator leaves its part, the lone one takes its part with it, and a row that
// would have nothing left keeps its place.
func TestSimulateLeavesOut(t *testing.T) {
	nan := math.NaN()
	column := func(x ...float64) Indicator { return Indicator{X: x, Direction: 1} }
	x := &Index{
		Indicators: []Indicator{column(0, 100, 20, nan), column(0, 10, 100, nan), column(100, 0, 5, 60)},
		Parts:      []Part{{Children: []int{0, 1}}, {Children: []int{2}}, {Children: []int{3, 4}, Assessed: true}},
	}
	mean := Blend{Power: Arithmetic}
	m := Method{Scale: Scale{Kind: ScaleMinMax, Hi: 100}, Weights: [][]float64{{1, 1}, {1}, {1, 1}}, Means: []Blend{mean, mean, mean}}
	s, err := x.Simulate(t.Context(), m, Simulation{Alternatives: Alternatives{LeaveOut: 1}, Draws: 300, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	// Without the first: 50, 5, 52.5, 60; the second: 50, 50, 12.5, 60; the third: 0, 55, 60, 60.
	want := map[[4]uint16]bool{{3, 4, 2, 1}: true, {2, 2, 4, 1}: true, {4, 3, 1, 1}: true}
	seen := map[[4]uint16]int{}
	for draw := range 300 {
		var order [4]uint16
		for u := range order {
			order[u] = s.Spread[2].Order[u*300+draw]
		}
		if seen[order]++; !want[order] {
			t.Fatalf("draw %d: order %v", draw, order)
		}
	}
	for order := range want {
		if n := seen[order]; n < 60 || n > 140 {
			t.Errorf("order %v in %d draws of 300; want about 100", order, n)
		}
	}
}

// What a part draws does not depend on which others are assessed, and a part
// without any indicator below is not.
func TestSimulatePartsApart(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	x := &Index{Parts: []Part{{Children: []int{0, 1}}, {Children: []int{2, 3}}, {}, {Children: []int{6}}, {Children: []int{4, 5, 7}}}}
	for range 4 {
		in := Indicator{Direction: 1}
		for range 12 {
			in.X = append(in.X, rng.Float64())
		}
		x.Indicators = append(x.Indicators, in)
	}
	mean := Blend{Power: Arithmetic}
	m := Method{Scale: Scale{Kind: ScaleMinMax, Hi: 100}, Weights: [][]float64{{1, 1}, {1, 1}, nil, {1}, {1, 1, 1}}, Means: []Blend{mean, mean, mean, mean, mean}}
	simulated := func(assessed ...int) *Simulated {
		for k := range x.Parts {
			x.Parts[k].Assessed = slices.Contains(assessed, k)
		}
		s, err := x.Simulate(t.Context(), m, Simulation{Alternatives: Alternatives{LeaveOut: 0.5}, Draws: 50, Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	all := simulated(0, 1, 2, 3, 4)
	if all.Spread[2].Draws+all.Spread[3].Draws > 0 {
		t.Error("a part without any indicator is drawn")
	}
	for _, k := range []int{0, 1, 4} {
		if alone := simulated(k); !slices.Equal(alone.Spread[k].Order, all.Spread[k].Order) {
			t.Errorf("part %d: alone, other draws than among the others", k)
		}
	}
}

func TestGammaMoments(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, cv := range []float64{0.25, 0.5, 1.5} {
		const n = 200_000
		shape := 1 / (cv * cv)
		var sum, square float64
		for range n {
			g := gamma(rng, shape) / shape
			sum += g
			square += g * g
		}
		mean := sum / n
		if sd := math.Sqrt(square/n - mean*mean); math.Abs(mean-1) > 0.02 || math.Abs(sd/cv-1) > 0.02 {
			t.Errorf("gamma of cv %v: mean %v, sd %v", cv, mean, sd)
		}
	}
}

func TestClassLimits(t *testing.T) {
	x := []float64{13, 1, 2, math.NaN(), 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	if d := cmp.Diff([]float64{3, 6, 8, 11}, ClassLimits(x, 5)); d != "" {
		t.Errorf("ClassLimits (-want +got):\n%s", d)
	}
	for _, c := range []struct {
		x    float64
		want int
	}{{0, 1}, {3, 1}, {3.1, 2}, {11, 4}, {11.5, 5}, {99, 5}} {
		if got := Class(c.x, []float64{3, 6, 8, 11}); got != c.want {
			t.Errorf("Class(%v) = %d; want %d", c.x, got, c.want)
		}
	}
	if got := ClassLimits([]float64{math.NaN()}, 5); got != nil {
		t.Errorf("ClassLimits of nothing = %v", got)
	}
}
