package composite

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twoColumns is a design small enough to follow by hand: one node, two
// columns of one weight, three reference units and one outside.
func twoColumns() *Design {
	return &Design{
		Leaves:    [][][]float64{{{30, 20, 10, 25}, {10, 20, 31, 25}}},
		Nodes:     []Node{{Children: []int{0, 1}, Weights: [][]float64{{1, 1}}, Scored: []bool{true, true, true, true}}},
		Noise:     []float64{0},
		Reference: []bool{true, true, true, false},
		Targets:   []int{0}, Classes: 3, Draws: 1, Seed: 1, Workers: 1,
	}
}

func TestSensitivityByHand(t *testing.T) {
	// Means 20, 20, 20.5 and 25: the outside unit is first of all, the third
	// is first of the reference, the first two share the second place.
	got := Sensitivity(twoColumns())[0]
	want := Spread{Draws: 1, Order: []uint16{3, 3, 2, 1}, Place: []uint16{2, 2, 1, 1}, Class: []uint8{1, 1, 3, 3}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Sensitivity (-want +got):\n%s", d)
	}
}

func TestSensitivityLeavesOut(t *testing.T) {
	d := twoColumns()
	d.LeaveOut, d.Draws = 0.6, 3000
	s := Sensitivity(d)[0]
	// Unit 0 is before unit 2 only when the second column is left out.
	if got := s.Reversal(2, 0); math.Abs(got-0.3) > 0.03 {
		t.Errorf("Reversal(2, 0) = %v; want about 0.3", got)
	}
	if lo, hi := s.Interval(0, 0.9); lo != 1 || hi != 3 {
		t.Errorf("Interval(0) = %d, %d; want 1, 3", lo, hi)
	}
	if lo, hi := s.Interval(1, 0.9); lo != 2 || hi != 2 {
		t.Errorf("Interval(1) = %d, %d; want 2, 2", lo, hi)
	}
}

// randomDesign has 2 alternatives, 3 schemes, 5 columns in 3 nodes (one of a
// single column) under a root, with holes and outside units.
func randomDesign(units int) *Design {
	rng := rand.New(rand.NewPCG(4, 2))
	d := &Design{Noise: []float64{0, 0, 0.5}, LeaveOut: 0.5, Targets: []int{0, 1, 3}, Classes: 5, Draws: 101, Seed: 9, Workers: 1}
	base := make([][]float64, 5)
	for l := range base {
		base[l] = make([]float64, units)
		for u := range base[l] {
			base[l][u] = 100 * rng.Float64()
			if l > 0 && rng.IntN(10) == 0 {
				base[l][u] = math.NaN()
			}
		}
	}
	d.Leaves = [][][]float64{base, nil}
	for _, c := range base {
		d.Leaves[1] = append(d.Leaves[1], PercentileRank(c))
	}
	present := func(columns ...int) []bool {
		out := make([]bool, units)
		for u := range out {
			for _, l := range columns {
				out[u] = out[u] || !math.IsNaN(base[l][u])
			}
		}
		return out
	}
	d.Nodes = []Node{
		{[]int{0, 1}, [][]float64{{1, 1}, {1, 2}, {1, 1}}, present(0, 1)},
		{[]int{2, 3}, [][]float64{{1, 1}, {3, 1}, {1, 1}}, present(2, 3)},
		{[]int{4}, [][]float64{{1}, {1}, {1}}, present(4)},
		{[]int{5, 6, 7}, [][]float64{{1, 1, 1}, {2, 2, 1}, {1, 1, 1}}, present(0)},
	}
	for u := range units {
		d.Reference = append(d.Reference, u%9 != 4)
	}
	return d
}

func TestSensitivityAnyWorkers(t *testing.T) {
	d := randomDesign(60)
	want := Sensitivity(d)
	for _, w := range []int{2, 7, 500} {
		d.Workers = w
		if diff := cmp.Diff(want, Sensitivity(d)); diff != "" {
			t.Fatalf("%d workers change the result:\n%.400s", w, diff)
		}
	}
}

// A monotone rule: raising every value of one unit in all alternatives never
// lowers its place in any draw.
func TestSensitivityMonotone(t *testing.T) {
	d := randomDesign(40)
	before := Sensitivity(d)
	for _, alternative := range d.Leaves {
		for _, c := range alternative {
			c[7] += 3
		}
	}
	for i, s := range Sensitivity(d) {
		for k := 7 * s.Draws; k < 8*s.Draws; k++ {
			if s.Order[k] > before[i].Order[k] {
				t.Fatalf("target %d, draw %d: order %d became %d after a rise", i, k-7*s.Draws, before[i].Order[k], s.Order[k])
			}
		}
	}
}

// Place and class of each draw agree with what Order says of reference units.
func TestSpreadConsistent(t *testing.T) {
	d := randomDesign(60)
	for i, s := range Sensitivity(d) {
		for draw := range d.Draws {
			for a := range d.Reference {
				at := a*s.Draws + draw
				above := 0
				for b, ref := range d.Reference {
					if o := s.Order[b*s.Draws+draw]; ref && o > 0 && o < s.Order[at] {
						above++
					}
				}
				if scored := d.Nodes[d.Targets[i]].Scored[a]; !scored && s.Place[at] != 0 || scored && int(s.Place[at]) != above+1 {
					t.Fatalf("target %d unit %d: place %d, %d above", i, a, s.Place[at], above)
				}
			}
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
