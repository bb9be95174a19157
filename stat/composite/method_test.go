package composite

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var (
	close = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-9)}
)

func TestImpute(t *testing.T) {
	x := []float64{1, nan, 3, nan, 11, nan}
	group := []string{"a", "a", "a", "b", "b", "c"}
	for name, c := range map[string]struct{ got, want []float64 }{
		"mean of all":       {ImputeColumn(x, nil, Median), []float64{1, 3, 3, 3, 11, 3}},
		"median by group":   {ImputeColumn(x, group, Median), []float64{1, 2, 3, 11, 11, nan}},
		"last":              {ImputePanel(x, group, []float64{1, 2, 3, 1, 2, 1}, LastObserved, 0), []float64{1, 1, 3, nan, 11, nan}},
		"step":              {ImputePanel(x, group, []float64{1, 2, 3, 1, 2, 1}, Step, 0), []float64{1, 1, 3, 11, 11, nan}},
		"straight line":     {ImputePanel(x, group, []float64{1, 4, 5, 1, 2, 1}, Linear, 0), []float64{1, 2.5, 3, 11, 11, nan}},
		"no further":        {ImputePanel(x, group, []float64{1, 4, 5, 1, 3, 1}, Step, 1), []float64{1, nan, 3, nan, 11, nan}},
		"time in any order": {ImputePanel([]float64{9, nan, 1}, []string{"u", "u", "u"}, []float64{3, 2, 1}, LastObserved, 0), []float64{9, 1, 1}},
	} {
		if d := cmp.Diff(c.want, c.got, close); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	rows := ImputeRow([][]float64{{1, nan}, {3, nan}, {nan, nan}})
	if d := cmp.Diff([][]float64{{1, nan}, {3, nan}, {2, nan}}, rows, close); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
}

func TestScreen(t *testing.T) {
	list := Availabilities([][]float64{{1, nan, 0}, {0, nan, 0}, {2, 5, nan}, {3, 0, 0}})
	if d := cmp.Diff([]Availability{{0, 1, 4}, {2, 1, 4}, {1, 3, 4}}, list); d != "" {
		t.Fatalf("(-want +got):\n%s", d)
	}
	for _, c := range []struct {
		s    Screen
		want []bool
	}{{Screen{}, []bool{true, true, true}}, {Screen{Available: 0.75}, []bool{true, false, true}}, {Screen{NonZero: 0.5}, []bool{true, true, false}}} {
		for i, v := range list {
			if c.s.Keeps(v) != c.want[i] {
				t.Errorf("%+v keeps %+v: %v", c.s, v, !c.want[i])
			}
		}
	}
}

// The scores of an outranking follow units, not rows, gaps or not; a unit that
// is above all has the highest one.
func TestOutrankOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(2, 7).Draw(r, "n")
		value := rapid.OneOf(rapid.Just(nan), rapid.Float64Range(0, 3), rapid.Just(1.0))
		x := [][]float64{rapid.SliceOfN(value, n, n).Draw(r, "x"), rapid.SliceOfN(value, n, n).Draw(r, "y"), rapid.SliceOfN(value, n, n).Draw(r, "z")}
		w := []float64{1, 2, 0.5}
		score := Outrank(x, w).Copeland()
		order := rapid.Permutation(indicesOf(n)).Draw(r, "order")
		turned := make([][]float64, len(x))
		for k := range x {
			for _, i := range order {
				turned[k] = append(turned[k], x[k][i])
			}
		}
		for k, s := range Outrank(turned, w).Copeland() {
			if s != score[order[k]] {
				r.Errorf("unit %d scores %v, then %v in another order", order[k], score[order[k]], s)
			}
		}
	})
	o := Outrank([][]float64{{3, 2, 1}, {3, 1, 2}}, []float64{1, 1})
	if o.Dominant() != 2 || !slices.Equal(o.Copeland(), []float64{2, -1, -1}) || o[1][2] != 0.5 {
		t.Errorf("outranking %v", o)
	}
}

func indicesOf(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// Units of measure change no score; the best in a column is at 1; a unit that
// nobody beats everywhere is too.
func TestBenefitOfTheDoubt(t *testing.T) {
	x := [][]float64{{10, 5, 5, 1}, {1, 5, 8, 1}}
	for name, columns := range map[string][][]float64{"given": x, "in thousands": {{1e-2, 5e-3, 5e-3, 1e-3}, {1, 5, 8, 1}}} {
		got, err := BenefitOfTheDoubt(columns, Shares{})
		// The last unit is on the segment between none: its best ray meets the
		// frontier of units 1 and 3, 7 x + 5 y = 75, at 75/12.
		if d := cmp.Diff([]float64{1, 60.0 / 75, 1, 12.0 / 75}, got, close); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, d)
		}
	}
	bounded, err := BenefitOfTheDoubt(x, Shares{0.5, 0.5})
	if err != nil || bounded[0] > 1 || math.Abs(bounded[0]-1/math.Max(1, math.Max(0.5*5/10+0.5*5, 0.5*5/10+0.5*8))) > 1e-9 {
		t.Errorf("with equal shares: %v, %v", bounded, err)
	}
	gap, err := BenefitOfTheDoubt([][]float64{{1, nan, 2}, {1, 9, 2}}, Shares{})
	if d := cmp.Diff([]float64{0.5, nan, 1}, gap, close); err != nil || d != "" {
		t.Errorf("a gap: %v %s", err, d)
	}
	if _, err := BenefitOfTheDoubt([][]float64{{1, -1}}, Shares{}); !errors.Is(err, ErrDomain) {
		t.Errorf("a negative value: %v", err)
	}
}

func TestPCA(t *testing.T) {
	c, err := PCA([][]float64{{1, 2, 3, nan}, {2, 4, 6, 1}, {-1, -2, -3, 5}}, true)
	if err != nil || math.Abs(c.Share[0]-1) > 1e-12 || c.Rotation[0][0] <= 0 || c.Rotation[2][0] >= 0 || math.Abs(c.SD[0]-math.Sqrt(3)) > 1e-12 {
		t.Errorf("PCA = %+v, %v", c, err)
	}
	if _, err := PCA([][]float64{{1, 1, 1}, {1, 2, 3}}, true); !errors.Is(err, ErrDomain) {
		t.Errorf("a constant column: %v", err)
	}
	if c, err := PCA([][]float64{{1, nan}, {nan, 2}}, true); err != nil || len(c.SD) != 0 {
		t.Errorf("no complete row: %+v %v", c, err)
	}
}

// With two uncorrelated columns of unequal spread the balanced weights undo the
// spread, none is negative, and equal parts are reached.
func TestBalance(t *testing.T) {
	x := [][]float64{{-3, -3, 3, 3}, {-1, 1, -1, 1}}
	b, err := Balance(x, []int{0, 0})
	if err != nil || math.Abs(b.Weights[1]/b.Weights[0]-3) > 1e-2 || b.Value > math.Log(1e-8) {
		t.Errorf("Balance = %+v, %v", b, err)
	}
}

func TestMazziottaByHand(t *testing.T) {
	x := [][]float64{{100, 90, nan}, {100, 110, 100}}
	if d := cmp.Diff([]float64{100, 99, nan}, MazziottaPareto(x, Below, 0), close); d != "" {
		t.Errorf("below (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]float64{100, 102, nan}, MazziottaPareto(x, Above, 1), close); d != "" {
		t.Errorf("above, n − 1 (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]float64{70, 100, 130}, AdjustedScale([]float64{0, 5, 10}, 5, 1), close); d != "" {
		t.Errorf("scale (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]float64{130, 100, 70}, AdjustedScale([]float64{0, 5, 10}, 5, -1), close); d != "" {
		t.Errorf("turned scale (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]float64{2.5, nan}, OrderedMean([][]float64{{1, nan}, {2, 1}, {3, nan}}, 2, true), close); d != "" {
		t.Errorf("two best (-want +got):\n%s", d)
	}
}

// A sum of inputs has no interaction: first and total indices are the squares
// of the coefficients' shares.
func TestSobol(t *testing.T) {
	const n = 20000
	rows := SobolSample(n, 3, 5)
	y := make([]float64, len(rows))
	for i, r := range rows {
		y[i] = 2*r[0] + r[1]
	}
	s, err := SobolIndices(y, n, 3)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0.8, 0.2, 0} {
		if math.Abs(s.First[k]-want) > 0.03 || math.Abs(s.Total[k]-want) > 0.03 {
			t.Errorf("input %d: first %v, total %v; want %v", k, s.First[k], s.Total[k], want)
		}
	}
	if s, err := SobolIndices(make([]float64, 10), 2, 3); err != nil || !math.IsNaN(s.First[0]) {
		t.Errorf("an answer that does not vary: %+v, %v", s, err)
	}
	if _, err := SobolIndices(y[:7], 2, 3); err == nil {
		t.Error("seven answers for ten rows pass")
	}
}

// A unit that is last of all in a column has it among its places.
func TestPlaces(t *testing.T) {
	columns, direction := [][]float64{{1, 2, 3}, {5, 5, 9}, {nan, 1, 2}, {1, 2, 3}}, []int{1, -1, 1, -1}
	ranks := make([][]float64, len(columns))
	for k, x := range columns {
		ranks[k] = Rank(Oriented(x, direction[k]), TiesMin)
	}
	got := Places(columns, ranks, []string{"b", "b", "a", "a"}, 0)
	if d := cmp.Diff([]Place{{3, 1, 1}, {1, 1, 5}, {0, 3, 1}}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
