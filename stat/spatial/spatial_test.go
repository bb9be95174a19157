package spatial

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// ring links n units in a circle, both ways, with weight 1.
func ring(t testing.TB, n int) *Weights {
	var edges []Edge
	for i := range n {
		edges = append(edges, Edge{i, (i + 1) % n, 1}, Edge{i, (i + n - 1) % n, 1})
	}
	w, err := NewWeights(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Around a ring of 0 1 0 1…, each product of neighbours is −1/4 and the
// variance 1/4; blocks of four equal values leave two borders in eight.
func TestGlobalByHand(t *testing.T) {
	w := ring(t, 8)
	for _, c := range []struct {
		x            []float64
		moran, geary float64
		positive     bool
		globalG      float64
	}{
		{[]float64{0, 1, 0, 1, 0, 1, 0, 1}, -1, 7.0 / 4, false, 0},
		{[]float64{0, 0, 0, 0, 1, 1, 1, 1}, 0.5, 7.0 / 16, true, 6.0 / 12},
	} {
		m, err := Moran(c.x, w, Normality)
		if err != nil || math.Abs(m.Statistic-c.moran) > 1e-12 || m.Expected != -1.0/7 || (m.Z > 0) != c.positive {
			t.Errorf("Moran(%v) = %+v, %v; want I %v", c.x, m, err, c.moran)
		}
		g, err := Geary(c.x, w.RowStandardised(), Normality)
		if err != nil || math.Abs(g.Statistic-c.geary) > 1e-12 || (g.Z > 0) != c.positive {
			t.Errorf("Geary(%v) = %+v, %v; want C %v", c.x, g, err, c.geary)
		}
		if g, err := GlobalG(c.x, w); err != nil || math.Abs(g.Statistic-c.globalG) > 1e-12 {
			t.Errorf("GlobalG(%v) = %+v, %v; want %v", c.x, g, err, c.globalG)
		}
	}
}

// The local coefficients add up to the sum of weights times the global one.
func TestLocalAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(4, 30).Draw(r, "n")
		x := rapid.SliceOfN(rapid.Float64Range(-100, 100), n, n).Draw(r, "x")
		w := ring(t, n)
		m, err := Moran(x, w, Randomisation)
		if errors.Is(err, ErrConstant) {
			return
		}
		local, err2 := LocalMoran(x, w, Total)
		if err != nil || err2 != nil {
			r.Fatal(err, err2)
		}
		sum := 0.0
		for _, l := range local {
			sum += l.I
		}
		if want := m.Statistic * float64(2*n); math.Abs(sum-want) > 1e-9*(1+math.Abs(want)) {
			r.Errorf("local coefficients add up to %v; want %v", sum, want)
		}
	})
}

// A permutation test knows nothing but order: a shift and a scale change no
// probability, neither does the number of goroutines; and the moments drawn are
// those of the formula.
func TestPermutation(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, 40), make([]float64, 40)
	for i := range x {
		x[i] = float64(r.IntN(1000))
		y[i] = 3*x[i] + 1000
	}
	w := ring(t, 40)
	one, err := LocalMoranPermutation(x, w, Permutation{Draws: 499, Seed: 7, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	many, err := LocalMoranPermutation(y, w, Permutation{Draws: 499, Seed: 7, Workers: 5})
	if err != nil || !slices.Equal(one, many) {
		t.Errorf("local permutations differ: %v", cmp.Diff(one, many))
	}
	s, err := MoranPermutation(x, w, Permutation{Draws: 5000, Seed: 7, Workers: 3})
	m, err2 := Moran(x, w, Randomisation)
	if err != nil || err2 != nil || math.Abs(s.Mean-m.Expected) > 4*s.SD/math.Sqrt(5000) || math.Abs(s.SD/math.Sqrt(m.Variance)-1) > 0.05 {
		t.Errorf("drawn %+v, expected %+v (%v, %v)", s, m, err, err2)
	}
	if math.Abs(s.Greater-m.Greater) > 0.03 {
		t.Errorf("probability %v by permutation, %v by formula", s.Greater, m.Greater)
	}
}

func TestIslands(t *testing.T) {
	w, err := NewWeights(6, []Edge{{0, 1, 1}, {1, 0, 1}, {1, 2, 1}, {2, 1, 1}, {2, 3, 1}, {3, 2, 1}, {3, 4, 2}, {4, 3, 2}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{5}, w.Islands()); d != "" {
		t.Error(d)
	}
	x := []float64{1, 2, 3, 4, 5, 60}
	g, err := LocalG(x, w, false)
	if err != nil || !math.IsNaN(g[5]) || math.IsNaN(g[0]) {
		t.Errorf("LocalG of an island: %v, %v", g, err)
	}
	l, err := LocalMoran(x, w, Conditional)
	p, err2 := LocalMoranPermutation(x, w, Permutation{Draws: 9, Workers: 1})
	if err != nil || err2 != nil || !math.IsNaN(l[5].I) || !math.IsNaN(p[5]) || math.IsNaN(p[0]) {
		t.Errorf("an island has a local coefficient: %v %v (%v, %v)", l[5], p, err, err2)
	}
	if s := w.RowStandardised().Lag(x); s[5] != 0 || s[3] != (3+2*5)/3.0 {
		t.Errorf("lags %v", s)
	}
	kept := w.Keep([]bool{true, true, false, true, true, false})
	if to, weight := kept.Of(2); kept.N() != 4 || !slices.Equal(to, []int32{3}) || !slices.Equal(weight, []float64{2}) {
		t.Errorf("Keep: %v %v", to, weight)
	}
}

func TestRefused(t *testing.T) {
	for _, e := range [][]Edge{{{0, 0, 1}}, {{0, 2, 1}}, {{-1, 0, 1}}, {{0, 1, 0}}, {{0, 1, math.NaN()}}, {{0, 1, 1}, {0, 1, 2}}} {
		if _, err := NewWeights(2, e); err == nil {
			t.Errorf("edges %v pass", e)
		}
	}
	w := ring(t, 5)
	if _, err := Moran([]float64{3, 3, 3, 3, 3}, w, Normality); !errors.Is(err, ErrConstant) {
		t.Errorf("constant values: %v", err)
	}
	if _, err := Moran([]float64{1, 2, 3}, ring(t, 3), Normality); !errors.Is(err, ErrFew) {
		t.Errorf("three units: %v", err)
	}
	if _, err := GlobalG([]float64{1, 2, -3, 4, 5}, w); !errors.Is(err, ErrNegative) {
		t.Errorf("negative values: %v", err)
	}
	for _, n := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := Rates([]float64{1}, []float64{n}); !errors.Is(err, ErrPopulation) {
			t.Errorf("a population of %v: %v", n, err)
		}
	}
}

// Equal rates stay as they are; where rates vary beyond chance, a small
// population moves to the mean more than a large one.
func TestSmoothed(t *testing.T) {
	got, p, err := Smoothed([]float64{1, 2, 4}, []float64{100, 200, 400})
	if err != nil || p.Variance != 0 || !slices.Equal(got, []float64{0.01, 0.01, 0.01}) {
		t.Errorf("equal rates: %v %+v %v", got, p, err)
	}
	got, p, err = Smoothed([]float64{5, 500, 100, 1}, []float64{100, 10000, 10000, 100})
	if err != nil || !(p.Variance > 0) || !(0.05-got[0] > 0.05-got[1]) || !(got[3]-0.01 > got[2]-0.01) {
		t.Errorf("shrunk: %v %+v %v", got, p, err)
	}
	none, _, err := Smoothed([]float64{0, 0}, []float64{10, 20})
	if err != nil || !slices.Equal(none, []float64{0, 0}) {
		t.Errorf("no event: %v %v", none, err)
	}
}

// A path 0-1-2-3-4 of two groups is cut between them; a map in two pieces is
// not a tree.
func TestRegionalise(t *testing.T) {
	var edges []Edge
	for i := range 4 {
		edges = append(edges, Edge{i, i + 1, 1}, Edge{i + 1, i, 1})
	}
	w, err := NewWeights(5, edges)
	if err != nil {
		t.Fatal(err)
	}
	x := [][]float64{{0, 1, 10, 11, 12}}
	tree, err := SpanningTree(x, w)
	if err != nil || len(tree) != 4 || tree[3] != (Link{1, 2, 9}) {
		t.Fatalf("tree %v, %v", tree, err)
	}
	r, err := Regionalise(x, tree, 1)
	if err != nil || !slices.Equal(r.Group, []int{0, 0, 1, 1, 1}) || math.Abs(r.Within[0]-25.2) > 1e-9 || math.Abs(r.Within[1]-3) > 1e-9 {
		t.Errorf("regions %+v, %v", r, err)
	}
	if r, err := Regionalise(x, tree, 4); err != nil || r.Within[4] != 0 {
		t.Errorf("as many regions as units: %+v %v", r, err)
	}
	if _, err := Regionalise(x, tree, 5); !errors.Is(err, ErrCuts) {
		t.Errorf("five cuts: %v", err)
	}
	apart, _ := NewWeights(5, edges[:4])
	if _, err := SpanningTree(x, apart); !errors.Is(err, ErrSplit) {
		t.Errorf("two pieces: %v", err)
	}
}

// BenchmarkLocal places 35,000 units of six neighbours among 999 draws.
func BenchmarkLocal(b *testing.B) {
	const n = 35000
	var edges []Edge
	x := make([]float64, n)
	for i := range n {
		x[i] = math.Sin(float64(i) / 50)
		for _, d := range []int{1, 187, 188} {
			edges = append(edges, Edge{i, (i + d) % n, 1}, Edge{(i + d) % n, i, 1})
		}
	}
	w, err := NewWeights(n, edges)
	if err != nil {
		b.Fatal(err)
	}
	w = w.RowStandardised()
	for b.Loop() {
		if _, err := LocalMoranPermutation(x, w, Permutation{Draws: 999, Seed: 1, Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

// A unit cannot touch another that does not touch it.
func TestContiguity(t *testing.T) {
	w, err := NewContiguity([][]int{{2, 1}, {0}, {0}, nil})
	if err != nil || !slices.Equal(w.Islands(), []int{3}) {
		t.Fatalf("%v, %v", w, err)
	}
	if to, weight := w.Of(0); !slices.Equal(to, []int32{1, 2}) || !slices.Equal(weight, []float64{1, 1}) {
		t.Errorf("neighbours of 0: %v %v", to, weight)
	}
	for _, near := range [][][]int{{{1}, nil}, {{0}}, {{1}}, {{1, 1}, {0}}} {
		if _, err := NewContiguity(near); err == nil {
			t.Errorf("neighbours %v pass", near)
		}
	}
}
