package study_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/study"
	"vigie/study/studytest"
)

// near tells whether two numbers agree to a relative 1e-6.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1e-9, math.Abs(b)) }

// asked makes one column of everybody by hand.
func asked(wave, audience string, df float64, item study.Item, cells ...study.Cell) *study.Tabulation {
	for _, c := range cells {
		if c.Line != study.MeanLine && !slices.ContainsFunc(item.Options, func(o study.Option) bool { return o.Code == c.Line }) {
			item.Options = append(slices.Clone(item.Options), study.Option{Code: c.Line})
		}
	}
	return &study.Tabulation{Wave: wave, Audience: audience, Synthetic: true, Mode: "online", Weighting: study.Weighting{DesignDF: df},
		Items: []study.ItemTable{{Item: item, Tables: []study.Table{{Columns: []study.Column{{Base: 500, Cells: cells}}}}}}}
}

func share(line string, x, se float64) study.Cell {
	return study.Cell{Line: line, Percent: true, Value: x, SE: se}
}

// TestCrossByHand: the example of doc/methods/cross-view.md; values by R.
func TestCrossByHand(t *testing.T) {
	yes := study.Item{Code: "q", Kind: "single", Scale: "yes/no"}
	a := asked("A", "citizens", 100, yes, share("yes", 0.40, 0.02))
	b := asked("B", "companies", 50, yes, share("yes", 0.50, 0.03))
	c := asked("C", "associations", 50, yes, share("yes", 0.50, 0.03))
	v := study.Cross(study.Voices([]*study.Tabulation{a, b, c}, "q"))
	if v.How != study.SameScale || len(v.Obstacles) > 0 || len(v.Lines) != 1 || len(v.Lines[0].Gaps) != 3 {
		t.Fatalf("%+v", v)
	}
	g := v.Lines[0].Gaps[0]
	for name, x := range map[string][2]float64{
		"difference": {g.Value, 0.1}, "error": {g.SE, 0.0360555128}, "df": {g.DF, 94.94382022}, "p": {g.P, 0.006676574687},
		"low": {g.Low, 0.1 - 0.071579998}, "high": {g.High, 0.1 + 0.071579998}, "holm": {g.Adjusted, 3 * 0.006676574687}, "overall": {g.Overall, g.Adjusted},
		"detectable": {g.Detectable(), 0.101925085},
	} {
		if math.Abs(x[0]-x[1]) > 2e-6 {
			t.Errorf("%s: %.9f, want %.9f", name, x[0], x[1])
		}
	}
	if !g.Told() || v.Lines[0].Gaps[2].Told() || v.Lines[0].Gaps[2].P != 1 {
		t.Errorf("told: %+v", v.Lines[0].Gaps)
	}
}

// TestReconciliation: what may be compared with what.
func TestReconciliation(t *testing.T) {
	cited := []study.Cell{share("a", .6, .02), share("b", .5, .02), share("c", .3, .02), share("d", .1, .02)}
	base := study.Item{Code: "q", Kind: "multiple", Scale: "3 of 4"}
	with := func(change func(*study.Item)) study.Item {
		i := base
		change(&i)
		return i
	}
	for name, test := range map[string]struct {
		item  study.Item
		cells []study.Cell
		how   study.Reconciliation
		why   []study.Obstacle
	}{
		"the same": {base, cited, study.SameScale, nil},
		"scale":    {with(func(i *study.Item) { i.Scale = "2 of 4" }), cited, study.ByRank, []study.Obstacle{study.ScaleDiffers}},
		"kind": {with(func(i *study.Item) { i.Kind, i.Scale = "score", "0-10" }), cited, study.ByRank,
			[]study.Obstacle{study.KindDiffers, study.ScaleDiffers}},
		"wording":  {with(func(i *study.Item) { i.Differs.FR = "autre" }), cited, study.ByRank, []study.Obstacle{study.WordingDiffers}},
		"options":  {base, append(slices.Clone(cited), share("e", .2, .02)), study.ByRank, []study.Obstacle{study.OptionsDiffer}},
		"too few":  {with(func(i *study.Item) { i.Scale = "1 of 3" }), cited[:3], study.SideBySide, []study.Obstacle{study.ScaleDiffers, study.OptionsDiffer, study.FewOptions}},
		"a degree": {with(func(i *study.Item) { i.Kind, i.Scale = "likert", "4" }), cited, study.SideBySide, []study.Obstacle{study.KindDiffers, study.ScaleDiffers}},
	} {
		v := study.Cross(study.Voices([]*study.Tabulation{asked("A", "x", 99, base, cited...), asked("B", "y", 99, test.item, test.cells...)}, "q"))
		if v.How != test.how || !slices.Equal(v.Obstacles, test.why) {
			t.Errorf("%s: %s %v", name, v.How, v.Obstacles)
		}
		for _, l := range v.Lines {
			if (v.How == study.SameScale) != (len(l.Gaps) > 0) {
				t.Errorf("%s: %d tests", name, len(l.Gaps))
			}
		}
	}
}

// TestPlacesByHand: four options 0.6, 0.5, 0.3, 0.1 with errors of 0.02 and
// 10,000 degrees of freedom: simultaneous half-widths 2.50 × 0.02 = 0.05, so
// that only the first two cannot be told apart.
func TestPlacesByHand(t *testing.T) {
	item := study.Item{Code: "q", Kind: "multiple", Scale: "2 of 4"}
	a := asked("A", "x", 1e4, item, share("a", .6, .02), share("b", .52, .02), share("c", .3, .02), share("d", .1, .02))
	b := asked("B", "y", 1e4, item, share("a", .2, .02), share("b", .6, .02), share("c", .4, .02), share("d", .05, .02))
	v := study.Cross(study.Voices([]*study.Tabulation{a, b}, "q"))
	at := map[string]study.Place{}
	for _, l := range v.Lines {
		at[l.Line] = l.Places[0]
	}
	for line, want := range map[string][3]float64{"a": {1, 1, 2}, "b": {2, 1, 2}, "c": {3, 3, 3}, "d": {4, 4, 4}} {
		if p := at[line]; !p.OK || p.Rank != want[0] || p.Low != int(want[1]) || p.High != int(want[2]) {
			t.Errorf("%s: %+v", line, p)
		}
	}
	// x: (a b) unsure; a>c a>d b>c b>d c>d told. y: b>c>a>d all told. In common:
	// a>d b>c b>d c>d alike, a>c reversed, a>b not told.
	want := study.Accord{A: 0, B: 1, Pairs: 6, Same: 4, Opposite: 1, Tau: 2. / 6, Low: 2. / 6, High: 4. / 6}
	if d := cmp.Diff(want, v.Accords[0], cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < 1e-12 })); d != "" {
		t.Error(d)
	}
}

// TestSecretLeavesNoGap: whatever a withheld figure is, nothing of the view
// changes, and the places of the others follow each other.
func TestSecretLeavesNoGap(t *testing.T) {
	for _, domain := range []string{"EMP", "SEC", "CUL"} {
		var seen string
		for _, canary := range []float64{0, 0.02, studytest.Canary, 0.97} {
			all := studytest.Surveys(1)
			studytest.Withhold(all[1], studytest.Priority, domain)
			item, _ := all[1].Item(studytest.Priority)
			cell, _ := item.Tables[0].Columns[0].Cell(domain)
			cell.Value, cell.SE = canary, canary/50
			v := study.Cross(study.Voices([]*study.Tabulation{all[1], all[3], all[5]}, studytest.Priority))
			cell.Value, cell.SE = 0, 0
			if v.Ranked != 15 || v.How != study.SameScale {
				t.Fatalf("%s: %d ranked, %s", domain, v.Ranked, v.How)
			}
			ranks := map[float64]bool{}
			for i, l := range v.Lines {
				if l.Line == domain {
					if i != 15 || l.Places[0].OK || l.Places[1].OK || len(l.Gaps) != 1 {
						t.Errorf("%s: told of a secret: line %d %+v", domain, i, l)
					}
					continue
				}
				for k := range 3 {
					if k == 0 {
						ranks[math.Floor(l.Places[0].Rank)] = true
					}
					if p := l.Places[k]; p.High > 15 || p.Low < 1 {
						t.Errorf("%s: place %+v", domain, p)
					}
				}
			}
			if !ranks[1] || !ranks[15] || ranks[16] {
				t.Errorf("%s: a gap in the ranks", domain)
			}
			said := fmt.Sprintf("%+v %+v", v.Lines, v.Accords)
			for i := range v.Lines {
				said = fmt.Sprint(said, v.Lines[i].Line, v.Lines[i].Places, v.Lines[i].Gaps)
			}
			said = pointers.ReplaceAllString(said, "")
			if seen != "" && said != seen {
				t.Errorf("%s: the view depends on a secret value", domain)
			}
			seen = said
		}
	}
}

// TestCrossProperties on synthetic surveys: audiences in another order give the
// same tests with the sign turned, and intervals hold their figures.
func TestCrossProperties(t *testing.T) {
	all := studytest.Surveys(2)
	a, b := []*study.Tabulation{all[1], all[3]}, []*study.Tabulation{all[3], all[1]}
	for _, item := range []string{studytest.Priority, studytest.Concern, studytest.Innovation} {
		v, w := study.Cross(study.Voices(a, item)), study.Cross(study.Voices(b, item))
		for _, l := range v.Lines {
			k := slices.IndexFunc(w.Lines, func(x study.CrossLine) bool { return x.Line == l.Line })
			for n, g := range l.Gaps {
				if h := w.Lines[k].Gaps[n]; !near(h.Value, -g.Value) || !near(h.P, g.P) || !near(h.Adjusted, g.Adjusted) {
					t.Errorf("%s %s: %+v %+v", item, l.Line, g, h)
				}
				if !(g.Adjusted >= g.P && g.Overall >= g.Adjusted-1e-15 && g.Overall <= 1 && g.Low < g.Value && g.Value < g.High) {
					t.Errorf("%s %s: %+v", item, l.Line, g)
				}
			}
			for _, p := range l.Places {
				if p.OK && (float64(p.Low) > p.Rank || p.Rank > float64(p.High)) {
					t.Errorf("%s %s: %+v", item, l.Line, p)
				}
			}
		}
		for _, x := range v.Accords {
			if !(x.Low <= x.Tau && x.Tau <= x.High) {
				t.Errorf("%s: %+v", item, x)
			}
		}
	}
	if v := study.Cross(nil); len(v.Lines) != 0 {
		t.Error("nothing gave lines")
	}
}
