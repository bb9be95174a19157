package cluster

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Of {0, 1, 2} and {3, 4}, against {0, 1}, {2, 3} and 4 left out: 2/3, then
// {3} against {2, 3}.
func TestAlikeByHand(t *testing.T) {
	got, match := Alike([]int{0, 0, 0, 1, 1}, []int{0, 0, 1, 1, -1})
	if !slices.Equal(got, []float64{2.0 / 3, 1.0 / 2}) || !slices.Equal(match, []int{0, 1}) {
		t.Errorf("Alike = %v, %v", got, match)
	}
	if got, match := Alike([]int{0, 1}, []int{0, -1}); !slices.Equal(got, []float64{1, 0}) || !slices.Equal(match, []int{0, -1}) {
		t.Errorf("a group that is not there: %v, %v", got, match)
	}
}

// planted are groups of twelve units about (0, 0), (10, 0), (0, 10), as far
// from their centre as the spread says.
func planted(spread float64) [][]float64 {
	r := rand.New(rand.NewPCG(3, 1))
	x := make([][]float64, 2)
	for i := range 36 {
		for a := range x {
			centre := 0.0
			if i%3 == a+1 {
				centre = 10
			}
			x[a] = append(x[a], centre+spread*r.NormFloat64())
		}
	}
	return x
}

// Groups that are there are found, whole, in every resample; cut in two
// without reason, they are not.
func TestLadderPlanted(t *testing.T) {
	rungs := Ladder(36, planted(1), []int{3, 5}, 100, 1)
	for i, g := range rungs[0].Group {
		if g != i%3 {
			t.Fatalf("groups %v", rungs[0].Group)
		}
	}
	if slices.Min(rungs[0].Jaccard) < 0.999 {
		t.Errorf("stability %v of groups that are apart", rungs[0].Jaccard)
	}
	if slices.Min(rungs[1].Jaccard) > 0.75 {
		t.Errorf("stability %v of groups cut without reason", rungs[1].Jaccard)
	}
	if blurred := Ladder(36, planted(6), []int{3}, 100, 1); slices.Min(blurred[0].Jaccard) > 0.75 {
		t.Errorf("stability %v of noise", blurred[0].Jaccard)
	}
}

// The order of units changes neither the groups, but for their names, nor their
// stability; the seed changes no group.
func TestLadderOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(6, 20).Draw(r, "n")
		x := [][]float64{
			rapid.SliceOfN(rapid.Float64Range(-9, 9), n, n).Draw(r, "x"),
			rapid.SliceOfN(rapid.Float64Range(-9, 9), n, n).Draw(r, "y"),
		}
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range n {
				if !yield(i) {
					return
				}
			}
		})).Draw(r, "order")
		if twins(x) { // which of two equal units comes first has no meaning
			return
		}
		here := Ladder(n, x, []int{3, 2}, 20, 5)
		there := Ladder(n, pick(x, order), []int{3, 2}, 20, 5)
		other := Ladder(n, x, []int{3, 2}, 20, 6)
		for k := range here {
			if !slices.Equal(here[k].Group, other[k].Group) {
				r.Errorf("the seed changes %v to %v", here[k].Group, other[k].Group)
			}
			for at, i := range order {
				a, b := here[k].Group[i], there[k].Group[at]
				if here[k].Jaccard[a] != there[k].Jaccard[b] {
					r.Errorf("stability of unit %d: %v, in another order %v", i, here[k].Jaccard[a], there[k].Jaccard[b])
				}
				for to, j := range order {
					if (here[k].Group[j] == a) != (there[k].Group[to] == b) {
						r.Errorf("units %d and %d are together in one order only", i, j)
					}
				}
			}
		}
	})
}

func twins(x [][]float64) bool {
	for i := range x[0] {
		for j := range i {
			if x[0][i] == x[0][j] && x[1][i] == x[1][j] {
				return true
			}
		}
	}
	return false
}

// Five units of a line: consolidating the cut of a tree moves nothing here, and
// from bad groups finds the same.
func TestConsolidate(t *testing.T) {
	d := newDescent(newCloud(5, line), 3)
	copy(d.group, []int{0, 1, 1, 1, 2})
	if m := d.settle().means(); !slices.Equal(m.Group, []int{0, 0, 1, 1, 2}) || math.Abs(m.Within[0]-0.5) > 1e-12 {
		t.Errorf("groups %+v", m)
	}
}
