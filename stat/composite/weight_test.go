package composite

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/stat/descr"
)

// Two respondents by hand: totals differ, each counts alike.
func TestBudgetByHand(t *testing.T) {
	got, err := Budget([][]float64{{50, 30, 20}, {1, 1, 2}})
	want := Allocation{
		Shares:  [][]float64{{0.5, 0.3, 0.2}, {0.25, 0.25, 0.5}},
		Weights: []float64{0.375, 0.275, 0.35},
		SD:      []float64{0.25 / math.Sqrt2, 0.05 / math.Sqrt2, 0.3 / math.Sqrt2},
	}
	if d := cmp.Diff(want, got, close12); err != nil || d != "" {
		t.Errorf("Budget: %v (-want +got):\n%s", err, d)
	}
	for name, points := range map[string][][]float64{
		"nobody": nil, "negative": {{1, -1, 5}}, "nothing given": {{1, 2}, {0, 0}}, "missing": {{nan, 1}}, "infinite": {{math.Inf(1), 1}},
	} {
		if _, err := Budget(points); !errors.Is(err, ErrDomain) {
			t.Errorf("%s: %v; want ErrDomain", name, err)
		}
	}
}

// Resampled weights are weights, follow the seed, and differ from set to set as
// the mean of so many respondents does: by SD/√n, n being that of a bootstrap.
func TestResampleSpread(t *testing.T) {
	points := [][]float64{{60, 20, 20}, {20, 60, 20}, {40, 40, 20}, {10, 10, 80}, {30, 50, 20}, {50, 20, 30}, {25, 25, 50}, {70, 10, 20}}
	a, err := Budget(points)
	if err != nil {
		t.Fatal(err)
	}
	sets := a.Resample(20000, 3)
	if !cmp.Equal(sets[:50], a.Resample(50, 3)) || cmp.Equal(sets[:50], a.Resample(50, 4)) {
		t.Error("sets do not follow the seed alone")
	}
	for e, w := range a.Weights {
		x := make([]float64, len(sets))
		for k, s := range sets {
			x[k] = s[e]
		}
		n := float64(len(points))
		if want := a.SD[e] * math.Sqrt((n-1)/n) / math.Sqrt(n); math.Abs(descr.SD(x)/want-1) > 0.03 || math.Abs(descr.Mean(x)-w) > 0.002 {
			t.Errorf("element %d: mean %.4f, spread %.4f; want %.4f, %.4f", e, descr.Mean(x), descr.SD(x), w, want)
		}
	}
}

// Weights of any source are none negative and sum to 1.
func TestWeightsAreShares(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := rapid.IntRange(1, 6).Draw(r, "elements")
		points := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(0.5, 100), p, p), 1, 5).Draw(r, "points")
		a, err := Budget(points)
		if err != nil {
			r.Fatal(err)
		}
		choice := rapid.Bool().Draw(r, "choice")
		value, se := a.Weights, make([]float64, p)
		for k := range se {
			se[k] = value[k] * (1 - value[k]) * rapid.Float64Range(0, 0.9).Draw(r, "error")
		}
		drawn, err := Poll{value, se, choice}.Draw(5, 1)
		if err != nil {
			r.Fatal(err)
		}
		for _, w := range slices.Concat([][]float64{a.Weights}, a.Resample(5, 1), drawn) {
			sum := 0.0
			for _, v := range w {
				if sum += v; v < 0 {
					r.Fatalf("a negative weight in %v", w)
				}
			}
			if math.Abs(sum-1) > 1e-9 {
				r.Fatalf("weights %v sum to %v", w, sum)
			}
		}
	})
}

// Shares of one choice among 400 people: drawn weights have the errors and the
// correlations of a multinomial sample.
func TestPollOfOneChoice(t *testing.T) {
	value, n := []float64{0.5, 0.3, 0.2, 0}, 400.0
	se := make([]float64, len(value))
	for k, v := range value {
		se[k] = math.Sqrt(v * (1 - v) / n)
	}
	sets, err := Poll{value, se, true}.Draw(40000, 7)
	if err != nil {
		t.Fatal(err)
	}
	column := func(e int) []float64 {
		x := make([]float64, len(sets))
		for k, s := range sets {
			x[k] = s[e]
		}
		return x
	}
	for e, v := range value {
		x := column(e)
		if math.Abs(descr.Mean(x)-v) > 0.001 || math.Abs(descr.SD(x)-se[e]) > 0.02*se[e] {
			t.Errorf("element %d: mean %.4f, error %.5f; want %.4f, %.5f", e, descr.Mean(x), descr.SD(x), v, se[e])
		}
	}
	r, _ := descr.Correlation(column(0), column(1), descr.Pearson)
	if want := -math.Sqrt(0.5 * 0.3 / (0.5 * 0.7)); math.Abs(r-want) > 0.02 {
		t.Errorf("correlation of two shares %.3f; want %.3f", r, want)
	}
}

// Marks far from zero keep their mean and error; nothing known exactly varies.
func TestPollOfMarks(t *testing.T) {
	p := Poll{Value: []float64{6, 2}, SE: []float64{0.2, 0}}
	sets, err := p.Draw(20000, 1)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, len(sets))
	for k, s := range sets {
		x[k] = s[0] / s[1] * 2 // the mark drawn, since the other is exact
	}
	if math.Abs(descr.Mean(x)-6) > 0.01 || math.Abs(descr.SD(x)-0.2) > 0.005 {
		t.Errorf("marks of mean %.3f, error %.3f; want 6, 0.2", descr.Mean(x), descr.SD(x))
	}
	p.SE[0] = 0
	if sets, _ = p.Draw(3, 1); !cmp.Equal(sets[0], []float64{0.75, 0.25}) || !cmp.Equal(sets[1], sets[0]) {
		t.Errorf("exact marks give %v", sets)
	}
}

func TestPollRefusals(t *testing.T) {
	for name, p := range map[string]Poll{
		"negative mark":          {Value: []float64{1, -1}, SE: []float64{0, 0}},
		"negative error":         {Value: []float64{1, 1}, SE: []float64{-1, 0}},
		"missing error":          {Value: []float64{1, 1}, SE: []float64{nan, 0}},
		"nothing":                {Value: []float64{0, 0}, SE: []float64{1, 1}},
		"shares of nine tenths":  {Value: []float64{0.4, 0.5}, SE: []float64{0.1, 0.1}, Choice: true},
		"errors beyond a choice": {Value: []float64{0.4, 0.6}, SE: []float64{0.6, 0.6}, Choice: true},
	} {
		if _, err := p.Draw(1, 1); !errors.Is(err, ErrDomain) {
			t.Errorf("%s: %v; want ErrDomain", name, err)
		}
	}
}

// Three columns that share one cause have positive weights, the noisier the
// smaller; two equal columns share alike, and alone hold all the variance.
func TestPCAWeightsByHand(t *testing.T) {
	x := []float64{1, 2, 4, 8, 9, 11}
	w, share, err := PCAWeights([][]float64{x, x})
	if err != nil || !cmp.Equal(w, []float64{0.5, 0.5}, close12...) || math.Abs(share-1) > 1e-12 {
		t.Errorf("two equal columns: %v, %v, %v", w, share, err)
	}
	noisy := []float64{3, 1, 5, 6, 12, 8}
	w, share, err = PCAWeights([][]float64{x, noisy, x})
	r, _ := descr.Correlation(x, noisy, descr.Pearson)
	// The matrix [1 r 1; r 1 r; 1 r 1] has the eigenvector (a, 1, a) of value 1 + 2ra.
	a := (1 + math.Sqrt(1+8*r*r)) / (4 * r)
	want := []float64{a / (2*a + 1), 1 / (2*a + 1), a / (2*a + 1)}
	if err != nil || !cmp.Equal(w, want, close12...) || math.Abs(share-(1+2*r*a)/3) > 1e-12 {
		t.Errorf("a noisy column: %v, %v, %v; want %v, %v", w, share, err, want, (1+2*r*a)/3)
	}
	for name, columns := range map[string][][]float64{"constant": {{1, 1, 1}, {1, 2, 3}}, "no complete row": {{1, nan}, {nan, 2}}} {
		if _, _, err := PCAWeights(columns); !errors.Is(err, ErrDomain) {
			t.Errorf("%s: %v; want ErrDomain", name, err)
		}
	}
}

// PCA weights can be negative in COINr (16 of the 49 of the ASEM index); here
// they are refused, and the column is named.
func TestPCAWeightsAreNeverNegative(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := rapid.IntRange(2, 4).Draw(r, "columns")
		columns := make([][]float64, p)
		for k := range columns {
			columns[k] = rapid.SliceOfNDistinct(rapid.Float64Range(0, 1), 8, 8, rapid.ID).Draw(r, "column")
		}
		w, _, err := PCAWeights(columns)
		if e, ok := errors.AsType[*LoadingError](err); ok {
			if c, _ := PCA(columns, true); !(e.Loading < 0) || math.Abs(c.Rotation[e.Column][0]) != -e.Loading {
				r.Fatalf("%v does not name a negative loading", e)
			}
			return
		}
		if err != nil || slices.Min(w) < 0 {
			r.Fatalf("weights %v, %v", w, err)
		}
	})
	_, _, err := PCAWeights([][]float64{{1, 2, 3, 4}, {1, 2, 4, 3}, {4, 3, 2, 1.5}})
	if e, ok := errors.AsType[*LoadingError](err); !ok || e.Column != 2 {
		t.Errorf("a column against the others: %v; want a LoadingError on column 2", err)
	}
}
