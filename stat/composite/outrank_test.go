package composite

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// COINr's a_copeland stops when an aggregation calls it. Copeland scores of a
// row of children give one score a unit, each pair giving as much as it takes,
// and a unit that is above another everywhere has the higher one.
func TestCopelandScores(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(r, "units")
		column := rapid.SliceOfN(rapid.Float64Range(0, 5), n, n)
		x := [][]float64{column.Draw(r, "a"), column.Draw(r, "b"), column.Draw(r, "c")}
		for k := range x {
			x[k][0] = slices.Max(x[k]) + 1
		}
		score, sum := Outrank(x, []float64{1, 3, 0.5}).Copeland(), 0.0
		for _, v := range score {
			sum += v
		}
		if len(score) != n || sum != 0 || score[0] != float64(n-1) {
			r.Errorf("scores %v of %d units, the first above all", score, n)
		}
	})
}

// 0.1 + 0.2 of the weight against 0.3 is no majority, whatever the rounding.
func TestCopelandHalves(t *testing.T) {
	x, w := [][]float64{{2, 1}, {2, 1}, {1, 2}}, []float64{0.1, 0.2, 0.3}
	if got := Outrank(x, w).Copeland(); !slices.Equal(got, []float64{0, 0}) {
		t.Errorf("scores %v of two units that halve the weight", got)
	}
	one := flat(x...)
	m := equal(one, Blend{Kind: BlendCopeland})
	m.Weights[0] = w
	if b, err := one.Build(m); err != nil || !slices.Equal(b.Score[0], []float64{0, 0}) {
		t.Errorf("built %v, %v", b, err)
	}
}
