package index

import (
	"math"
	"strings"
	"testing"
)

// panelText is small over two years, with draws.
func panelText(scope, more string) string {
	return strings.NewReplacer(
		`unit = "code"`, "unit = \"code\"\nperiod = \"year\"",
		"[uncertainty]\ndraws = 0", "[normalisation]\nscope = \""+scope+"\"\n[uncertainty]\ndraws = 400\nweightings = [\"given\", \"random\"]\nnormalisations = [\"minmax\", \"zscore\"]",
		`code = "x"`, "code = \"x\""+more,
	).Replace(small)
}

// years is six units over two years: the first one rises in all it is made of,
// the second one does not change, the others hardly.
func years(se float64) *Table {
	n := 6
	t := &Table{Name: "données.csv", First: 2, Rows: 2 * n}
	code, year := Column{Name: "code"}, Column{Name: "year"}
	x, y, z, e := numeric("x"), numeric("y"), numeric("z"), numeric("e")
	for _, period := range []float64{2020, 2024} {
		for i := range n {
			move := 0.0
			switch {
			case period == 2024 && i == 0:
				move = 60
			case period == 2024 && i > 1:
				move = 0.1 * float64(i)
			}
			code.Text = append(code.Text, string(rune('a'+i)))
			year.Number = append(year.Number, period)
			x.Number = append(x.Number, float64(10*i)+move)
			y.Number = append(y.Number, float64(3*(i%4))-move)
			z.Number = append(z.Number, float64(7*(i%3))+move)
			e.Number = append(e.Number, se)
		}
	}
	t.Columns = []Column{code, year, x, y, z, e}
	return t
}

func changeOfUnit(t *testing.T, r *Result, element, unit string) UnitChange {
	t.Helper()
	for _, c := range r.Changes {
		for _, u := range c.Units {
			if c.Code == element && u.Unit == unit && c.From == "2020" && c.To == "2024" {
				return u
			}
		}
	}
	t.Fatalf("no change of %s in %s", unit, element)
	return UnitChange{}
}

// Both periods are made by the same choices in each draw: a unit whose values
// do not change has a change of exactly zero, whatever weights and scales are
// drawn, and one that rises in everything rises in every draw.
func TestChangeFromJointDraws(t *testing.T) {
	r := ran(t, panelText("all_periods", ""), years(0))
	up, still := changeOfUnit(t, r, "I", "a"), changeOfUnit(t, r, "I", "b")
	if !up.Told || up.Rise != 1 || !(up.Lo > 0) || up.Place >= 0 || !(up.Hi >= up.Score && up.Score >= up.Lo) {
		t.Errorf("a unit that rises in everything: %+v", up)
	}
	if still.Told || still.Rise != 0.5 || math.Abs(float64(still.Lo))+math.Abs(float64(still.Hi)) > 1e-12 || still.Score != 0 {
		t.Errorf("a unit that does not change: %+v", still)
	}
}

// Sampling errors of the two periods are independent: a small change that errors
// could make is not told apart from none; the same change, measured exactly, is.
func TestChangeWithinErrors(t *testing.T) {
	more := "\nse = \"e\""
	exact, vague := changeOfUnit(t, ran(t, panelText("all_periods", more), years(0)), "I", "f"), changeOfUnit(t, ran(t, panelText("all_periods", more), years(5)), "I", "f")
	if !exact.Told || !(exact.Lo > 0) {
		t.Errorf("measured exactly: %+v", exact)
	}
	if vague.Told || !(vague.Lo < 0 && vague.Hi > 0) {
		t.Errorf("measured with error: %+v", vague)
	}
}

// Scores of periods scaled each by itself are not compared; places are.
func TestChangeOfPlacesOnly(t *testing.T) {
	r := ran(t, panelText("each_period", ""), years(0))
	up := changeOfUnit(t, r, "I", "a")
	if up.Score.OK() || up.Lo.OK() || !up.PlaceHi.OK() || up.Place >= 0 || !up.Told {
		t.Errorf("change %+v", up)
	}
}

// Without draws the change stands alone.
func TestChangeWithoutDraws(t *testing.T) {
	r := ran(t, strings.Replace(panelText("all_periods", ""), "draws = 400", "draws = 0", 1), years(0))
	if up := changeOfUnit(t, r, "I", "a"); up.Told || up.Rise.OK() || up.PlaceLo.OK() || !(up.Score > 0) {
		t.Errorf("change %+v", up)
	}
}
