package study_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/study"
)

var crossSecret = []byte("un secret qui n’est que d’essai")

var madeUpExplorer *study.Explorer

// explorer keeps the made-up survey for crosses, once for all tests.
func explorer(t *testing.T) *study.Explorer {
	t.Helper()
	if madeUpExplorer != nil {
		return madeUpExplorer
	}
	p, err := example(t)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Read(context.Background(), loadExample(nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	if madeUpExplorer, err = r.Explore(tabulated(t, nil), crossSecret); err != nil {
		t.Fatal(err)
	}
	return madeUpExplorer
}

func ask(t testing.TB, e *study.Explorer, item string, by ...string) *study.Crossed {
	t.Helper()
	out, err := e.Ask(study.CrossQuery{Item: item, By: by})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestExploreAgrees checks that a cross of two breakdowns says what the answers
// say, to the moves and the interval, and that shares of one answer add up.
func TestExploreAgrees(t *testing.T) {
	e := explorer(t)
	for _, item := range e.Tabulation().Items {
		out, err := e.Ask(study.CrossQuery{Item: item.Code, By: []string{"sex", "urban"}})
		if err != nil {
			t.Fatalf("%s: %v", item.Code, err)
		}
		if !out.Moved || len(out.Blocks) != 2 || out.Columns != 6 {
			t.Errorf("%s: %d blocks, %d columns", item.Code, len(out.Blocks), out.Columns)
		}
		for _, b := range out.Blocks {
			one, _ := item.By("sex")
			k := slices.IndexFunc(one.Columns, func(c study.Column) bool { return c.Level == b.Level })
			whole, n := one.Columns[k], 0
			near := map[string]float64{}
			for _, c := range b.Table.Columns {
				n += c.Base
				sum := 0.0
				for _, cell := range c.Cells {
					if near[cell.Line] += cell.Value * float64(c.Base); cell.Percent {
						sum += cell.Value
					}
					if !(cell.SE >= 0) || cell.Low > cell.Value+1e-3 || cell.High < cell.Value-1e-3 {
						t.Errorf("%s %s: %+v", item.Code, c.Level, cell)
					}
				}
				if one := item.Kind == "single" || item.Kind == "likert"; one && math.Abs(sum-1) > 0.004 {
					t.Errorf("%s %s: shares add up to %v", item.Code, c.Level, sum)
				}
			}
			if d := n - whole.Base; d < -15 || d > 15 {
				t.Errorf("%s %s: bases add up to %d of %d", item.Code, b.Level, n, whole.Base)
			}
			for _, cell := range whole.Cells {
				if got := near[cell.Line] / float64(n); math.Abs(got-cell.Value) > 4*cell.SE+0.02 && !strings.HasPrefix(cell.Line, study.RankLine) {
					t.Errorf("%s %s %s: %v, of which everybody is %v", item.Code, b.Level, cell.Line, got, cell.Value)
				}
			}
		}
	}
}

// TestExplorePublished checks that a question by one breakdown has the figures
// of the tabulation, to the bit, withheld cells withheld.
func TestExplorePublished(t *testing.T) {
	e := explorer(t)
	for _, it := range e.Tabulation().Items {
		for _, table := range it.Tables {
			q := study.CrossQuery{Item: it.Code}
			if table.By != "" {
				q.By = []string{table.By}
			}
			out, err := e.Ask(q)
			if err != nil {
				t.Fatal(err)
			}
			if out.Moved || fmt.Sprint(out.Blocks[0].Table.Columns) != fmt.Sprint(table.Columns) {
				t.Errorf("%s by %q differs from the tabulation", it.Code, table.By)
			}
		}
	}
}

// TestExploreInherits checks that what one breakdown withholds the cross of two
// does not give.
func TestExploreInherits(t *testing.T) {
	e := explorer(t)
	it, _ := e.Tabulation().Item("fragility_priority")
	byRegion, _ := it.By("region")
	cross := ask(t, e, "fragility_priority", "region", "sex")
	seen := 0
	for _, b := range cross.Blocks {
		k := slices.IndexFunc(byRegion.Columns, func(c study.Column) bool { return c.Level == b.Level })
		for _, c := range b.Table.Columns {
			if byRegion.Columns[k].Secret && !c.Secret {
				t.Errorf("%s is withheld, %s %s is not", b.Level, b.Level, c.Level)
			}
			for _, cell := range c.Cells {
				if was, ok := byRegion.Columns[k].Cell(cell.Line); ok && was.Secret {
					if seen++; !cell.Secret || cell.Value != 0 {
						t.Errorf("%s %s is withheld, not by sex: %+v", b.Level, cell.Line, cell)
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no cell of the tabulation is withheld: nothing is tried")
	}
}

func TestExploreRefused(t *testing.T) {
	e := explorer(t)
	for _, x := range []struct {
		q    study.CrossQuery
		kind fault.Kind
		want string
	}{
		{study.CrossQuery{Item: "salaire"}, fault.NotFound, "pas de question"},
		{study.CrossQuery{Item: "channel", By: []string{"revenu"}}, fault.NotFound, "ne se croise pas"},
		{study.CrossQuery{Item: "channel", By: []string{"sex", "sex"}}, fault.Invalid, "avec elle-même"},
		{study.CrossQuery{Item: "channel", By: []string{"sex", "region", "urban"}}, fault.Invalid, "deux variables"},
	} {
		_, err := e.Ask(x.q)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != x.kind || !strings.Contains(f.What, x.want) || f.Do == "" {
			t.Errorf("%+v: %v", x.q, err)
		}
	}
}
