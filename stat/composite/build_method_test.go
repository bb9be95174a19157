package composite

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var close10 = cmp.Options{cmpopts.EquateApprox(1e-10, 1e-10), cmpopts.EquateNaNs()}

// built is the index of one column, built.
func built(t *testing.T, c Indicator, m Method) *Built {
	t.Helper()
	x := flat(c.X)
	x.Indicators[0] = c
	m.Weights, m.Means = [][]float64{{1}}, []Blend{{Power: Arithmetic}}
	b, err := x.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Scales are those of the functions of one column.
func TestBuildScales(t *testing.T) {
	x := randomColumn(rand.New(rand.NewPCG(8, 8)), 60)
	lo, hi := bounds(x)
	for _, d := range []int{1, -1} {
		o := Oriented(x, d)
		for name, c := range map[string]struct {
			scale Scale
			want  []float64
		}{
			"minmax":     {Scale{Kind: ScaleMinMax, Lo: 1, Hi: 100}, MinMax(o, 1, 100)},
			"z":          {Scale{Kind: ScaleZ, Lo: 10, Hi: 2}, ZScore(o, 10, 2)},
			"rank":       {Scale{Kind: ScaleRank}, RankUp(o, TiesMin)},
			"percentile": {Scale{Kind: ScalePercentile, Hi: 1}, PercentileRank(o)},
			"borda":      {Scale{Kind: ScaleBorda}, apply(RankUp(o, TiesMin), func(r float64) float64 { return r - 1 })},
			"target":     {Scale{Kind: ScaleTarget, Hi: 1}, DistanceToTarget(x, 5, d)},
			"to max":     {Scale{Kind: ScaleToMax, Hi: 1}, DistanceToMax(o)},
			"goalposts":  {Scale{Kind: ScaleGoalposts, Hi: 100}, Goalposts(x, lo-1, hi+2, 100, d)},
		} {
			b := built(t, Indicator{X: x, Direction: d, Target: 5, Low: lo - 1, High: hi + 2}, Method{Scale: c.scale})
			if diff := cmp.Diff(c.want, b.Normalised[0], close10); diff != "" {
				t.Errorf("%s, direction %d:\n%.600s", name, d, diff)
			}
		}
	}
	b := built(t, Indicator{X: x, Direction: 1}, Method{Scale: Scale{Kind: ScaleFraction, Hi: 1}})
	if diff := cmp.Diff(FractionOfMax(x), b.Normalised[0], close10); diff != "" {
		t.Errorf("fraction of the maximum:\n%s", diff)
	}
	b = built(t, Indicator{X: x, Direction: 1, Low: 1, High: 5}, Method{Scale: Scale{Kind: ScaleGoalposts, Hi: 1, Clamp: true}})
	if diff := cmp.Diff(Goalposts(Clamp(x, 1, 5), 1, 5, 1, 1), b.Normalised[0], close10); diff != "" {
		t.Errorf("clamped goalposts:\n%s", diff)
	}
}

// Goalposts stand in the unit of the indicator, logarithm or not: income of
// the human development index.
func TestBuildGoalpostsOfLog(t *testing.T) {
	x := []float64{100, 1000, 75_000, 20_000}
	b := built(t, Indicator{X: x, Direction: 1, Low: 100, High: 75_000}, Method{
		Treatment: Treatment{Kind: TreatBoxCox}, Scale: Scale{Kind: ScaleGoalposts, Hi: 1}})
	var want []float64
	for _, v := range x {
		want = append(want, (math.Log(v)-math.Log(100))/(math.Log(75_000)-math.Log(100)))
	}
	if d := cmp.Diff(want, b.Normalised[0], close12); d != "" {
		t.Error(d)
	}
}

// Treatments are those of the functions of one column.
func TestBuildTreatments(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	seen := map[TreatmentKind]int{}
	for range 200 {
		x := randomColumn(r, 12+r.IntN(60))
		if r.IntN(2) == 0 {
			x = apply(x, func(v float64) float64 { return 40 - math.Round(v) }) // ties, the long tail below
		}
		points, ties := 1+r.IntN(6), TieRule(r.IntN(2))
		boxed, _ := BoxCox(apply(x, func(v float64) float64 { return v + 1e6 }), 0.5)
		for kind, want := range map[TreatmentKind][]float64{
			TreatNone:         x,
			TreatWinsorise:    Winsorise(x, points, Limit{}, ties).X,
			TreatWinsoriseLog: Treat(x, points, Limit{}, ties).X,
			TreatLog:          LogShift(x),
			TreatBoxCox:       boxed,
		} {
			y := x
			if kind == TreatBoxCox {
				y = apply(x, func(v float64) float64 { return v + 1e6 })
			}
			b := built(t, Indicator{X: y, Direction: 1}, Method{Treatment: Treatment{Kind: kind, Points: points, Ties: ties, Lambda: 0.5}, Scale: Scale{Hi: 1}})
			if d := cmp.Diff(want, b.Treated[0], close10); d != "" {
				t.Fatalf("treatment %d of %v:\n%s", kind, x, d)
			}
			seen[b.Fits[0][0].Kind]++
		}
	}
	if len(seen) != 4 {
		t.Errorf("treatments met: %v", seen)
	}
	// The share of five in a hundred of 60 values is three points; a treatment
	// of the indicator's own prevails.
	x := slices.Concat(make([]float64, 0), randomColumn(r, 0))
	for i := range 60 {
		x = append(x, math.Exp(float64(i*i)/300))
	}
	own := Treatment{Kind: TreatWinsorise, Share: 0.05}
	b := built(t, Indicator{X: x, Direction: 1, Treatment: &own}, Method{Treatment: Treatment{Kind: TreatLog}, Scale: Scale{Hi: 1}})
	if f := b.Fits[0][0]; f.Moved != 3 || f.High != x[56] || f.Kind != TreatWinsorise {
		t.Errorf("a share of 5 %%: %+v", f)
	}
}

func TestBuildImputations(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 10))
	x := randomColumn(r, 60)
	group, names := make([]int, 60), make([]string, 60)
	unit, time := make([]int, 60), make([]float64, 60)
	for i := range group {
		group[i], unit[i], time[i] = r.IntN(3), i/5, float64(i%5)
		names[i] = strconv.Itoa(group[i])
	}
	for name, c := range map[string]struct {
		by   Imputation
		want []float64
	}{
		"none":         {Imputation{}, x},
		"median":       {Imputation{Kind: ImputeMedian}, ImputeColumn(x, nil, Median)},
		"group median": {Imputation{Kind: ImputeGroupMedian, Group: group}, ImputeColumn(x, names, Median)},
		"time":         {Imputation{Kind: ImputeTime, Unit: unit, Time: time, Panel: Linear, MostTime: 2}, ImputePanel(x, names5(unit), time, Linear, 2)},
		"too many":     {Imputation{Kind: ImputeMedian, Most: 0.01}, x},
	} {
		b := built(t, Indicator{X: x, Direction: 1}, Method{Imputation: c.by, Scale: Scale{Hi: 1}})
		if d := cmp.Diff(c.want, b.Imputed[0], close12); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
		for i, v := range x {
			if filled := b.Filled[0] != nil && b.Filled[0][i]; filled != (v != v && c.want[i] == c.want[i]) {
				t.Errorf("%s: row %d filled %v", name, i, filled)
			}
		}
	}
}

func names5(unit []int) []string {
	out := make([]string, len(unit))
	for i, u := range unit {
		out[i] = strconv.Itoa(u)
	}
	return out
}

// The centre is that of the reference rows of the period, or of all rows of a
// group that has none.
func TestBuildImputesFromReference(t *testing.T) {
	x := flat([]float64{1, 3, nan, 100, 10, nan, 30, 7}, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	x.Period = []int{0, 0, 0, 0, 1, 1, 1, 1}
	x.Reference = []bool{true, true, true, false, true, true, true, false}
	m := equal(x, Blend{Power: Arithmetic})
	m.Imputation.Kind = ImputeMean
	b, err := x.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Imputed[0]; got[2] != 2 || got[5] != 20 {
		t.Errorf("filled with %v and %v; want 2 and 20", got[2], got[5])
	}
	m.Imputation = Imputation{Kind: ImputeGroupMean, Group: []int{0, 0, 1, 1, 0, 0, 0, 0}}
	if b, err = x.Build(m); err != nil || b.Imputed[0][2] != 100 {
		t.Errorf("a group without reference value: %v, %v; want 100", b.Imputed[0][2], err)
	}
}

// Blends are those of the functions of one row, gaps and weights included.
func TestBuildBlends(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 11))
	columns := make([][]float64, 4)
	for k := range columns {
		columns[k] = make([]float64, 40)
		for i := range columns[k] {
			if columns[k][i] = 1 + 99*r.Float64(); k > 0 && r.IntN(6) == 0 {
				columns[k][i] = nan
			}
		}
	}
	x := flat(columns...)
	x.Parts[0].Need = Need{Count: 0.5, Weight: 0.4}
	w := []float64{1, 2, 0.5, 1.5}
	score := func(b Blend) []float64 {
		got, err := x.Combine(columns, Method{Scale: Scale{Hi: 100}, Weights: [][]float64{w}, Means: []Blend{b}})
		if err != nil {
			t.Fatal(err)
		}
		return got.Score[0]
	}
	for _, p := range []Power{Arithmetic, Geometric, Harmonic, 2, 0.5, -2} {
		want, err := Aggregate(columns, w, p, x.Parts[0].Need)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, score(Blend{Power: p}), close10); d != "" {
			t.Errorf("power %v:\n%s", p, d)
		}
		left := make([][]float64, len(columns))
		for k, c := range columns {
			left[k] = apply(c, func(v float64) float64 { return 110 - v })
		}
		want, _ = Aggregate(left, w, p, x.Parts[0].Need)
		if d := cmp.Diff(apply(want, func(v float64) float64 { return 110 - v }), score(Blend{Power: p, Mirror: 110}), close10); d != "" {
			t.Errorf("power %v of what is left:\n%s", p, d)
		}
	}
	x.Parts[0].Need = Need{Count: 1}
	even := slices.Repeat([]float64{1}, 4)
	for divisor := range 2 {
		w = even
		if d := cmp.Diff(MazziottaPareto(columns, Below, divisor), score(Blend{Kind: BlendMazziotta, Penalty: Below, Divisor: divisor}), close10); d != "" {
			t.Errorf("Mazziotta–Pareto, divisor %d:\n%s", divisor, d)
		}
	}
	want, err := BenefitOfTheDoubt(columns, Shares{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(apply(want, func(v float64) float64 { return 100 * v }), score(Blend{Kind: BlendBenefit}), close10); d != "" {
		t.Errorf("benefit of the doubt:\n%s", d)
	}
	x.Parts[0].Need = Need{}
	w = []float64{1, 2, 0.5, 1.5}
	if d := cmp.Diff(Outrank(columns, w).Copeland(), score(Blend{Kind: BlendCopeland}), close10); d != "" {
		t.Errorf("Copeland:\n%s", d)
	}
	// Medians by hand.
	for _, c := range []struct {
		x, w []float64
		want float64
	}{
		{[]float64{3, 1, 2}, []float64{1, 1, 1}, 2}, {[]float64{4, 1, 2, 3}, []float64{1, 1, 1, 1}, 2.5},
		{[]float64{1, 2, 9}, []float64{1, 1, 3}, 9}, {[]float64{1, 2, 9}, []float64{1, 1, 2}, 5.5}, {[]float64{5}, []float64{2}, 5},
	} {
		if got := medianBy(c.x, c.w); got != c.want {
			t.Errorf("median of %v by %v = %v; want %v", c.x, c.w, got, c.want)
		}
	}
}

// A chain of parts of one power needs no way back between levels: the same as
// going back and forth.
func TestBuildChains(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 12))
	x, m := bench(50, 0.1)
	m.Imputation = Imputation{}
	b, err := x.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	for range 30 {
		for k := range m.Means {
			m.Means[k] = Blend{Power: []Power{Arithmetic, Geometric, Harmonic, 2}[r.IntN(4)], Mirror: []float64{0, 120}[r.IntN(2)]}
		}
		got, err := x.Combine(b.Normalised, m)
		if err != nil {
			t.Fatal(err)
		}
		all := slices.Clone(b.Normalised)
		for k, p := range x.Parts {
			mean, top := m.Means[k], m.Means[k].Mirror
			var below [][]float64
			for _, c := range p.Children {
				below = append(below, apply(all[c], func(v float64) float64 {
					if top > 0 {
						return top - v
					}
					return v
				}))
			}
			want, err := Aggregate(below, m.Weights[k], mean.Power, p.Need)
			if err != nil {
				t.Fatal(err)
			}
			if top > 0 {
				want = apply(want, func(v float64) float64 { return top - v })
			}
			if d := cmp.Diff(want, got.Score[k], close10); d != "" {
				t.Fatalf("part %d:\n%.400s", k, d)
			}
			all = append(all, want)
		}
	}
}

// What must be present below: twelve of sixteen, as it were.
func TestBuildNeeds(t *testing.T) {
	x := &Index{
		Indicators: []Indicator{
			{X: []float64{1, 2, nan, nan}, Direction: 1}, {X: []float64{1, nan, nan, 2}, Direction: 1},
			{X: []float64{1, 3, 2, nan}, Direction: 1}, {X: []float64{1, 3, 2, 4}, Direction: 1},
		},
		Parts: []Part{
			{Children: []int{0, 1}, Need: Need{Weight: 0.6}}, {Children: []int{2}}, {Children: []int{3}}, {},
			{Children: []int{5, 6, 7}}, {Children: []int{4, 8}, Leaves: 3},
		},
	}
	m := equal(x, Blend{Power: Arithmetic})
	m.Weights[0] = []float64{3, 1}
	b, err := x.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	// Row 0 has all three; row 1 by three quarters of the weight; row 2 lacks
	// the first part, row 3 has a quarter of it, and lacks the second.
	for k, want := range map[int][]bool{0: {true, true, false, false}, 3: {false, false, false, false}, 4: {true, true, true, true}, 5: {true, true, false, false}} {
		for i, v := range b.Score[k] {
			if (v == v) != want[i] {
				t.Errorf("part %d, row %d: %v", k, i, v)
			}
		}
	}
}

// Other numbers for the same indicators and parts: the same scores.
func TestBuildRelabelled(t *testing.T) {
	x, m := bench(40, 0.1)
	want, err := x.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	perm := rand.New(rand.NewPCG(1, 1)).Perm(60)
	to := make([]int, 60)
	y := &Index{Indicators: make([]Indicator, 60)}
	for at, from := range perm {
		y.Indicators[at], to[from] = x.Indicators[from], at
	}
	for _, p := range x.Parts {
		q := Part{}
		for _, c := range p.Children {
			if c < 60 {
				c = to[c]
			}
			q.Children = append(q.Children, c)
		}
		y.Parts = append(y.Parts, q)
	}
	got, err := y.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.Score, got.Score); d != "" {
		t.Errorf("%.400s", d)
	}
}

// Whatever the columns and choices, an index is built whole, with finite
// numbers, or refused for a reason that has a name.
func TestBuildAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 13))
	odd := []float64{nan, 0, 0, 1, 1, -1, 5, 1e300, -1e300, 1e-300, math.Inf(1), 100, 3.5}
	refused := map[error]int{}
	for range 20_000 {
		n := 1 + r.IntN(7)
		x := &Index{Indicators: make([]Indicator, 3), Parts: []Part{{Children: []int{0, 1}}, {Children: []int{2, 3}}}}
		for l := range x.Indicators {
			c := Indicator{X: make([]float64, n), Direction: 1 - 2*r.IntN(2), Low: odd[1+r.IntN(5)], High: 50, Target: 4}
			few := 3 + r.IntN(len(odd)-3)
			for i := range c.X {
				c.X[i] = odd[r.IntN(few)] + float64(r.IntN(3))*r.Float64()
			}
			x.Indicators[l] = c
		}
		if r.IntN(2) == 0 {
			x.Reference, x.Period = make([]bool, n), make([]int, n)
			for i := range n {
				x.Reference[i], x.Period[i] = r.IntN(3) > 0, r.IntN(2)
			}
			x.Pooled = r.IntN(2) == 0
		}
		m := equal(x, Blend{BlendKind(r.IntN(5)), Power(r.IntN(4) - 1), float64(r.IntN(2) * 200), Below, r.IntN(2), Shares{}})
		m.Imputation.Kind = ImputationKind(r.IntN(3))
		m.Treatment = Treatment{Kind: TreatmentKind(r.IntN(5)), Points: 1}
		m.Scale = Scale{ScaleKind(r.IntN(9)), float64(r.IntN(2)), 100, r.IntN(2) == 0}
		b, err := x.Build(m)
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			refused[refusal.Err]++
		case err != nil:
			t.Fatalf("%v is no refusal", err)
		default:
			refused[nil]++
			for _, column := range slices.Concat(b.Normalised, b.Score) {
				for _, v := range column {
					if math.IsInf(v, 0) {
						t.Fatalf("%v from %+v by %+v", v, x, m)
					}
				}
			}
			for k, p := range b.Place {
				for i, place := range p {
					if (place > 0) != (b.Score[k][i] == b.Score[k][i]) {
						t.Fatalf("place %d of score %v", place, b.Score[k][i])
					}
				}
			}
		}
	}
	for _, e := range []error{nil, ErrConstant, ErrEmpty, ErrDomain, ErrPosts, ErrFinite} {
		if refused[e] < 20 {
			t.Errorf("%v: met %d times", e, refused[e])
		}
	}
}
