package composite

import (
	"slices"
	"testing"
)

// Rows that hold the same values in another order have equal scores: they share
// one place, whatever the rounding of their sums, in Build and in every draw.
func TestEqualRowsTie(t *testing.T) {
	columns := make([][]float64, 3)
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for k, v := range []float64{0.1, 0.7, 0.31} {
			columns[order[k]] = append(columns[order[k]], v)
		}
	}
	for c := range columns { // the ends of the scale, and a row between
		columns[c] = append(columns[c], 0, 1, 0.9)
	}
	x := flat(columns...)
	want := []int{3, 3, 3, 3, 3, 3, 9, 1, 2}
	var means [][]Blend
	for _, b := range []Blend{{Power: Arithmetic}, {Power: Geometric, Mirror: 110}, {Power: Harmonic, Mirror: 110}, {Power: 3}} {
		built, err := x.Build(equal(x, b))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(built.Rank[0], want) {
			t.Errorf("%+v: ranks %v; want %v", b, built.Rank[0], want)
		}
		for i, v := range built.Score[0][:6] {
			if v != built.Score[0][0] {
				t.Errorf("%+v: row %d scores %v; row 0 %v", b, i, v, built.Score[0][0])
			}
		}
		means = append(means, equal(x, b).Means)
	}
	s := Simulation{Draws: 40, Seed: 3, Classes: 5}
	s.Means = means
	out := simulate(t, x, equal(x, Blend{Power: Arithmetic}), s)
	for draw, drawn := range out.Drawn {
		for u, place := range want {
			if got := int(out.Spread[0].Place[u*s.Draws+draw]); got != place {
				t.Fatalf("draw %d, mean %d, row %d: place %d; want %d", draw, drawn[ChoiceMean], u, got, place)
			}
		}
	}
}

// Values apart by more than rounding stay apart, a chain of them included.
func TestLevelKeepsDifferences(t *testing.T) {
	x := []float64{100, 100 - 1e-9, 50, 50 - 1e-12, 1e-9, 0}
	want := []float64{100, 100 - 1e-9, 50, 50, 1e-9, 0}
	level(x, []uint64{0, 1, 2, 3, 4, 5}, plain)
	if !slices.Equal(x, want) {
		t.Errorf("%v; want %v", x, want)
	}
	x = []float64{1e9, 0.01, 0.01 - 1e-7}
	level(x, []uint64{0, 1, 2}, space{power: Harmonic})
	if !slices.Equal(x, []float64{1e9, 0.01, 0.01 - 1e-7}) {
		t.Errorf("in a space of powers: %v", x)
	}
}
