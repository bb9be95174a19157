package index

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/stat/composite"
)

// ladder is an index of four indicators of ten units: u1 is first in all, u10
// last in all, the others differ from one to the next.
func ladder() *Table {
	columns := make([]Column, 4)
	for k := range columns {
		columns[k].Name = []string{"a", "b", "c", "d"}[k]
		for i := range 10 {
			var x float64
			switch i {
			case 0:
				x = 200
			case 9:
				x = -100
			default:
				x = 60 - 2*float64(i) + float64((i*(k+2)*7)%11)*2.5
			}
			columns[k].Number = append(columns[k].Number, x)
		}
	}
	return units(columns...)
}

const drawn = `version = "1"
indicator = [
  { code = "a", parent = "A" }, { code = "b", parent = "A" },
  { code = "c", parent = "B" }, { code = "d", parent = "B" },
]
element = [{ code = "I" }, { code = "A", parent = "I", weight = 2 }, { code = "B", parent = "I" }]
[title]
fr = "Essai"
[data]
unit = "code"
[uncertainty]
draws = 200
worst = 2
normalisations = ["minmax", "zscore", "percentile"]
`

func TestSpread(t *testing.T) {
	r := ran(t, drawn, ladder())
	for _, s := range r.Elements {
		if s.Level == 0 {
			if s.Spread != nil {
				t.Errorf("%s: an indicator without error has no spread", s.Code)
			}
			continue
		}
		d := s.Spread
		if d == nil {
			t.Fatalf("%s has no spread", s.Code)
		}
		first, last := 0, len(r.Units)-1
		if d.Lo[first] != 1 || d.Hi[first] != 1 || d.Best[first] != 1 || d.Worst[first] != 0 || len(d.Same[first]) != 0 {
			t.Errorf("%s: u1 stands at %d–%d, best %v, worst %v, same %v; it is first in all", s.Code, d.Lo[first], d.Hi[first], d.Best[first], d.Worst[first], d.Same[first])
		}
		if d.Lo[last] != 10 || d.Hi[last] != 10 || d.Best[last] != 0 || d.Worst[last] != 1 {
			t.Errorf("%s: u10 stands at %d–%d, best %v, worst %v; it is last in all", s.Code, d.Lo[last], d.Hi[last], d.Best[last], d.Worst[last])
		}
		best, worst, alike := 0.0, 0.0, 0
		for u := range r.Units {
			if s.Place[u] < d.Lo[u] || s.Place[u] > d.Hi[u] {
				t.Errorf("%s: place %d of %s is outside %d–%d", s.Code, s.Place[u], r.Units[u].Code, d.Lo[u], d.Hi[u])
			}
			for _, o := range d.Same[u] {
				if !slices.Contains(d.Same[o], u) {
					t.Errorf("%s: %s is like %s, not the reverse", s.Code, r.Units[u].Code, r.Units[o].Code)
				}
			}
			best, worst, alike = best+float64(d.Best[u]), worst+float64(d.Worst[u]), alike+len(d.Same[u])
		}
		if math.Abs(best-2) > 0.05 || math.Abs(worst-2) > 0.05 {
			t.Errorf("%s: shares of the 2 best and the 2 worst add up to %v and %v", s.Code, best, worst)
		}
		if s.Code == "I" && alike == 0 {
			t.Error("no two units are alike: the draws vary nothing")
		}
	}
	high := ran(t, drawn+"[output]\nworst = \"high\"\n", ladder())
	if !cmp.Equal(r.element("I").Spread.Best, high.element("I").Spread.Worst) {
		t.Error("with output.worst = high, the worst are not the first")
	}
}

// Without the key, the worst are ten, or a fifth of few units, or one; a k that
// takes all of them in is told.
func TestWorstByDefault(t *testing.T) {
	for _, c := range []struct{ units, key, want int }{
		{4, 0, 1}, {10, 0, 2}, {19, 0, 3}, {50, 0, 10}, {200, 0, 10}, {10, 9, 9}, {10, 10, 10}, {10, 12, 12},
	} {
		var a, b []float64
		for i := range c.units {
			a, b = append(a, float64(i)), append(b, float64(i*7%c.units))
		}
		text := `version = "1"
title = { fr = "Essai" }
data = { unit = "code" }
element = [{ code = "e" }]
indicator = [{ code = "a", parent = "e" }, { code = "b", parent = "e" }]
uncertainty = { draws = 40 }
`
		if c.key > 0 {
			text = strings.Replace(text, "draws = 40", fmt.Sprintf("draws = 40, worst = %d", c.key), 1)
		}
		r := ran(t, text, units(numeric("a", a...), numeric("b", b...)))
		if r.Uncertainty.Worst != c.want {
			t.Errorf("%d units, worst = %d: %d are the worst; want %d", c.units, c.key, r.Uncertainty.Worst, c.want)
		}
		sum := 0.0 // places are all taken, but for ties
		for _, x := range r.element("e").Spread.Worst {
			sum += float64(x)
		}
		if want := float64(min(c.want, c.units)); math.Abs(sum-want) > 0.25*want {
			t.Errorf("%d units, worst = %d: probabilities add up to %v", c.units, c.key, sum)
		}
		told := slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "n’apprend rien") })
		if told != (c.want >= c.units) {
			t.Errorf("%d units, worst = %d: warnings %q", c.units, c.key, r.Warnings)
		}
	}
}

// A branch whose domains hold nothing, and with it the index, has no score: that
// is told, and the rest is drawn.
func TestDrawsBesideAnEmptyBranch(t *testing.T) {
	text := strings.Replace(drawn, `{ code = "B", parent = "I" }`, `{ code = "J", parent = "I" }, { code = "B", parent = "J" }`, 1)
	text = strings.Replace(text, "draws = 200", "draws = 200\nsobol_rows = 16", 1) + "[missing]\nchildren = [0, 1]\n"
	empty := numeric("c", slices.Repeat([]float64{nan}, 10)...)
	table := ladder().with(empty)
	empty.Name = "d"
	r := ran(t, text, table.with(empty))
	if a := r.element("A").Spread; a == nil || a.Lo[0] != 1 || a.Hi[9] != 10 {
		t.Errorf("A: %+v", a)
	}
	if b := r.element("J"); b.Spread != nil || b.Score[0].OK() || r.element("I").Score[0].OK() || r.Sensitivity != nil {
		t.Errorf("J has draws %+v, score %v, the index %v", b.Spread, b.Score[0], r.element("I").Score[0])
	}
	if !slices.ContainsFunc(r.Warnings, func(w string) bool {
		return strings.HasPrefix(w, "Éléments sans aucun score : « B », « J », « I » ;")
	}) {
		t.Errorf("warnings: %q", r.Warnings)
	}
}

// The same specification and table give the same bytes, whatever the workers.
func TestSameBytes(t *testing.T) {
	var want []byte
	for _, workers := range []int{1, 1, 3} {
		r, err := Run(context.Background(), parsed(t, drawn), ladder(), Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d workers give other bytes", workers)
		}
	}
	var back Result
	if err := json.Unmarshal(want, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(&back); !bytes.Equal(again, want) {
		t.Error("what is read back is not what was written")
	}
}

// Draws that give no index are counted with their reason.
func TestFailedDraws(t *testing.T) {
	r := ran(t, strings.Replace(drawn, "normalisations = [\"minmax\", \"zscore\", \"percentile\"]", "aggregations = [\"arithmetic\", \"geometric\"]", 1), ladder())
	list := r.Uncertainty.Failed
	if len(list) != 1 || !strings.HasPrefix(list[0].Reason, "élément « A », par « a » : une valeur n’a pas de place dans cette moyenne") {
		t.Fatalf("failed %v", list)
	}
	if n := list[0].Draws; n < 70 || n > 130 {
		t.Errorf("%d of 200 draws failed; the geometric mean is drawn one time in two", n)
	}
	if !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "tirage(s) sur 200 n’ont donné aucun indice") }) {
		t.Errorf("warnings %q", r.Warnings)
	}
	_, err := Run(context.Background(), parsed(t, strings.Replace(drawn, "normalisations = [\"minmax\", \"zscore\", \"percentile\"]", "aggregations = [\"geometric\", \"harmonic\"]", 1)), ladder(), Options{})
	if err == nil || !strings.Contains(err.Error(), "incertitude : élément « A », par « a », unité « u10 » (ligne 11)") {
		t.Errorf("error %v; want the place of the first draw, as all fail", err)
	}
}

// TestSampling: the share of reversals of two units that differ by an
// indicator with standard errors is that of the normal law, and their
// confidence sets are those of composite.RankSets.
func TestSampling(t *testing.T) {
	text := `version = "1"
indicator = [{ code = "x", parent = "A", se = "e", goalposts = [0, 200], direction = -1 }, { code = "y", parent = "A", goalposts = [0, 100] }]
element = [{ code = "A" }]
[title]
fr = "Essai"
[data]
unit = "code"
[normalisation]
method = "goalposts"
[uncertainty]
draws = 4000
weightings = ["given"]
leave_one_out = 0
reversal = 0.2
`
	table := units(numeric("x", 50, 52, 80), numeric("y", 30, 30, 30), numeric("e", 1.5, 2, 0))
	r := ran(t, text, table)
	a := r.element("A")
	// P(u2 before u1) = Φ(−2/2.5) = 0.2119; four standard errors of 4,000 draws are 0.026.
	want := 0.5 * math.Erfc(2/math.Hypot(1.5, 2)/math.Sqrt2)
	if got := float64(a.Spread.Best[0]); math.Abs(got-(1-want)) > 0.026 || a.Spread.Worst[2] != 1 {
		t.Errorf("u1 is the best in %v of draws; want %v", got, 1-want)
	}
	p, err := parsed(t, text).Plan(table, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sim, err := p.Index.Simulate(context.Background(), p.Method, p.Simulation)
	if err != nil {
		t.Fatal(err)
	}
	if got := sim.Spread[0].Reversal(0, 1); math.Abs(got-want) > 0.026 {
		t.Errorf("reversals %v; the normal law gives %v", got, want)
	}
	if got := a.Spread.Same; !cmp.Equal(got, [][]int{{1}, {0}, {}}) {
		t.Errorf("alike %v; want the first two", got)
	}
	x := r.element("x")
	if !cmp.Equal(x.Spread.SetLo, []int{1, 1, 3}) || !cmp.Equal(x.Spread.SetHi, []int{2, 2, 3}) {
		t.Errorf("sets of x %v–%v; want 1–2, 1–2, 3", x.Spread.SetLo, x.Spread.SetHi)
	}
	if !cmp.Equal(a.Spread.SetLo, x.Spread.SetLo) || r.element("y").Spread != nil {
		t.Errorf("sets of A %v; want those of x, and none for y", a.Spread.SetLo)
	}
}

// TestDeviations propagates errors through scales and weights, and refuses to
// where a mean is no sum.
func TestDeviations(t *testing.T) {
	table := ladder().with(numeric("e", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))
	text := strings.Replace(drawn, `{ code = "a", parent = "A" }`, `{ code = "a", parent = "A", se = "e" }`, 1)
	of := func(more string) *run {
		p, err := parsed(t, text+more).Plan(table, Options{})
		if err != nil {
			t.Fatal(err)
		}
		built, err := p.Index.Build(p.Method)
		if err != nil {
			t.Fatal(err)
		}
		r := &run{Plan: p, built: built}
		r.scores()
		r.explain()
		return r
	}
	r := of("")
	// a spans 300 points of the column for 100 of the scale; A is half of a, the
	// index two thirds of A.
	for code, want := range map[string]float64{"a": 1.0 / 3, "A": 1.0 / 6, "I": 1.0 / 9} {
		if se := r.deviations(r.Tree.At(code)); se == nil || math.Abs(se[3]-want) > 1e-12 {
			t.Errorf("standard error of %s = %v; want %v", code, se, want)
		}
	}
	if se := r.deviations(r.Tree.At("B")); se != nil {
		t.Errorf("B rests on no error, got %v", se)
	}
	for name, more := range map[string]string{
		"geometric": "[aggregation]\nby_level = [\"geometric\", \"arithmetic\"]\nmirror = 110\n",
		"rank":      "[normalisation]\nmethod = \"rank\"\n",
		"log":       "[treatment]\nmethod = \"log\"\n",
	} {
		r := of(more)
		if se := r.deviations(r.Tree.At("I")); se != nil {
			t.Errorf("%s: the index is no weighted sum of x, got errors %v", name, se)
		}
	}
}

// TestSlope: a scale by deviations held at three of them has the slope of its
// line all the same.
func TestSlope(t *testing.T) {
	x := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 400}
	p, err := parsed(t, strings.Replace(small, "[uncertainty]", "[normalisation]\nmethod = \"zscore\"\nclamp = true\n[uncertainty]", 1)).
		Plan(units(numeric("x", x...), numeric("y", x...), numeric("z", x...)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	built, err := p.Index.Build(p.Method)
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Plan: p, built: built}
	want := 100.0 / 6 / sd(x)
	if got := r.slope(0, 0); math.Abs(got-want) > 1e-12 || built.Normalised[0][19] != 100 {
		t.Errorf("slope %v; want %v, and the last value held at 100, got %v", got, want, built.Normalised[0][19])
	}
	if p.Method.Scale.Kind != composite.ScaleZ {
		t.Error("not a scale by deviations")
	}
}

func sd(x []float64) float64 {
	m, s := 0.0, 0.0
	for _, v := range x {
		m += v / float64(len(x))
	}
	for _, v := range x {
		s += (v - m) * (v - m)
	}
	return math.Sqrt(s / float64(len(x)-1))
}
