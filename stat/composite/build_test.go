package composite

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// equal gives every child of every part the weight 1 and every part one mean.
func equal(x *Index, b Blend) Method {
	m := Method{Scale: Scale{Kind: ScaleMinMax, Hi: 100}}
	for _, p := range x.Parts {
		w := make([]float64, len(p.Children))
		for i := range w {
			w[i] = 1
		}
		m.Weights, m.Means = append(m.Weights, w), append(m.Means, b)
	}
	return m
}

// flat is an index of one part over columns.
func flat(columns ...[]float64) *Index {
	x := &Index{Parts: []Part{{Assessed: true}}}
	for l, c := range columns {
		x.Indicators = append(x.Indicators, Indicator{X: c, Direction: 1})
		x.Parts[0].Children = append(x.Parts[0].Children, l)
	}
	return x
}

func TestBuildByHand(t *testing.T) {
	// Two parts of two indicators under a top; the fourth row is outside the
	// reference and beyond its range; a gap is the mean of the children present.
	x := &Index{
		Indicators: []Indicator{
			{X: []float64{0, 5, 10, 20}, Direction: 1}, {X: []float64{3, 2, 1, 0}, Direction: -1},
			{X: []float64{1, nan, 3, 2}, Direction: 1}, {X: []float64{4, 8, 6, 6}, Direction: 1},
		},
		Parts:     []Part{{Children: []int{0, 1}}, {Children: []int{2, 3}}, {Children: []int{4, 5}}},
		Reference: []bool{true, true, true, false},
	}
	m := equal(x, Blend{Power: Arithmetic})
	m.Weights[2] = []float64{3, 1}
	b, err := x.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{0, 50, 100, 175}, {0, 100, 75, 50}, {0, 62.5, 93.75, 143.75}}
	if d := cmp.Diff(want, b.Score, close12); d != "" {
		t.Errorf("scores (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]int{3, 2, 1, 0}, b.Rank[2]); d != "" {
		t.Errorf("ranks (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]int{3, 2, 1, 1}, b.Place[2]); d != "" {
		t.Errorf("places (-want +got):\n%s", d)
	}
	m.Scale.Clamp = true
	if b, err = x.Build(m); err != nil || b.Normalised[0][3] != 100 || b.Normalised[1][3] != 100 {
		t.Errorf("clamped: %v %v, %v", b.Normalised[0][3], b.Normalised[1][3], err)
	}
}

func TestBuildRefuses(t *testing.T) {
	good := func() *Index { return flat([]float64{1, 2, 3}, []float64{4, 1, 0}) }
	for name, c := range map[string]struct {
		of          func(x *Index, m *Method)
		want        error
		number, row int
	}{
		"constant":               {func(x *Index, m *Method) { x.Indicators[1].X = []float64{4, 4, nan} }, ErrConstant, 1, -1},
		"one value":              {func(x *Index, m *Method) { x.Indicators[1].X = []float64{4, nan, nan} }, ErrConstant, 1, -1},
		"no value":               {func(x *Index, m *Method) { x.Indicators[0].X = []float64{nan, nan, nan} }, ErrEmpty, 0, -1},
		"no reference":           {func(x *Index, m *Method) { x.Reference = make([]bool, 3) }, ErrEmpty, 0, -1},
		"infinite":               {func(x *Index, m *Method) { x.Indicators[0].X[2] = math.Inf(1) }, ErrFinite, 0, 2},
		"too far apart":          {func(x *Index, m *Method) { x.Indicators[0].X = []float64{-1e308, 1e308, 0} }, ErrFinite, 0, -1},
		"too near":               {func(x *Index, m *Method) { x.Indicators[1].X = []float64{0, 0, 5e-324} }, ErrFinite, 1, -1},
		"too far for a variance": {func(x *Index, m *Method) { m.Scale.Kind, x.Indicators[0].X[0] = ScaleZ, 1e200 }, ErrFinite, 0, -1},
		"zero weights":           {func(x *Index, m *Method) { m.Weights[0] = []float64{0, 0} }, ErrWeights, 2, -1},
		"negative weight":        {func(x *Index, m *Method) { m.Weights[0][1] = -1 }, ErrWeights, 2, -1},
		"NaN weight":             {func(x *Index, m *Method) { m.Weights[0][0] = nan }, ErrWeights, 2, -1},
		"cycle":                  {func(x *Index, m *Method) { x.Parts[0].Children[1] = 2 }, ErrTree, 2, -1},
		"twice":                  {func(x *Index, m *Method) { x.Parts[0].Children[1] = 0 }, ErrTwice, 2, -1},
		"orphan":                 {func(x *Index, m *Method) { x.Parts[0].Children, m.Weights[0] = []int{0}, []float64{1} }, ErrTree, 1, -1},
		"geometric of zero":      {func(x *Index, m *Method) { m.Means[0].Power = Geometric }, ErrDomain, 2, 0},
		"power of a negative":    {func(x *Index, m *Method) { m.Means[0].Power, m.Scale = 2, Scale{Kind: ScaleZ, Hi: 1} }, ErrDomain, 2, 0},
		"Box-Cox of zero":        {func(x *Index, m *Method) { m.Treatment.Kind = TreatBoxCox }, ErrDomain, 1, 2},
		"no posts":               {func(x *Index, m *Method) { m.Scale.Kind = ScaleGoalposts }, ErrPosts, 0, -1},
		"target at least":        {func(x *Index, m *Method) { m.Scale.Kind, x.Indicators[0].Target = ScaleTarget, 1 }, ErrPosts, 0, -1},
		"fraction of a negative": {func(x *Index, m *Method) { m.Scale.Kind, x.Indicators[0].Direction = ScaleFraction, -1 }, ErrDomain, 0, -1},
	} {
		x := good()
		m := equal(x, Blend{Power: Arithmetic})
		c.of(x, &m)
		_, err := x.Build(m)
		var r *Refusal
		if !errors.As(err, &r) || !errors.Is(err, c.want) || r.Number != c.number || r.Row != c.row {
			t.Errorf("%s: %v; want %v of number %d, row %d", name, err, c.want, c.number, c.row)
		}
	}
}

// bench makes n units of 60 indicators under 16, 4 and 1 parts, with gaps, long
// tails and negative directions.
func bench(n int, gaps float64) (*Index, Method) {
	r := rand.New(rand.NewPCG(5, 60))
	x := &Index{}
	f := make([][4]float64, n)
	for i := range f {
		f[i] = [4]float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
	}
	parts := make([][]int, 16)
	for l := range 60 {
		d := l % 16
		c := Indicator{X: make([]float64, n), Direction: 1}
		if l%4 == 3 {
			c.Direction = -1
		}
		for i := range c.X {
			z := 0.6*f[i][d/4] + 0.8*r.NormFloat64()
			if c.X[i] = 50 + 10*z; l%5 == 4 {
				c.X[i] = math.Exp(1.3 * z)
			}
			if r.Float64() < gaps {
				c.X[i] = nan
			}
		}
		x.Indicators, parts[d] = append(x.Indicators, c), append(parts[d], l)
	}
	for _, p := range parts {
		x.Parts = append(x.Parts, Part{Children: p})
	}
	for k := range 4 {
		x.Parts = append(x.Parts, Part{Children: []int{60 + 4*k, 61 + 4*k, 62 + 4*k, 63 + 4*k}})
	}
	x.Parts = append(x.Parts, Part{Children: []int{76, 77, 78, 79}, Assessed: true})
	m := equal(x, Blend{Power: Arithmetic})
	for k := range 16 {
		for c := range m.Weights[k] {
			m.Weights[k][c] = 0.5 + r.Float64()
		}
	}
	m.Imputation.Kind = ImputeMedian
	m.Treatment = Treatment{Kind: TreatWinsoriseLog, Points: 5, Ties: TiesWithin}
	m.Scale.Lo = 1
	return x, m
}

func BenchmarkBuild(b *testing.B) {
	x, m := bench(35_000, 0.03)
	for b.Loop() {
		if _, err := x.Build(m); err != nil {
			b.Fatal(err)
		}
	}
}
