package index

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Places by hand. The last unit, last of all in y, has y among its weaknesses:
// the reference program leaves such a case out.
func TestProfileOfTheLastOfAll(t *testing.T) {
	r := computed(t, units(numeric("x", 1, 2, 3, 4), numeric("y", 4, 2, 1, 9), numeric("z", 10, 20, 15, 12)))
	last := r.Profiles[3]
	want := ProfileOf{
		Unit:       3,
		Strengths:  []Placed{{Code: "x", Place: 1, Of: 4, Value: 4}},
		Weaknesses: []Placed{{Code: "y", Place: 4, Of: 4, Value: 9}},
	}
	if d := cmp.Diff(want, last); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Where high is the worst, the better end is the low one; a value that is
// missing or imputed is no strength.
func TestProfileTurnedAndGaps(t *testing.T) {
	r := computed(t, units(numeric("x", 1, 2, 3, 4), numeric("y", 4, 2, nan, 9), numeric("z", 10, 20, 15, 12)),
		"[uncertainty]", "[imputation]\nmethod = \"mean\"\n[output]\nworst = \"high\"\n[uncertainty]")
	if p := r.Profiles[0]; p.Strengths[0].Code != "z" && p.Strengths[0].Code != "x" || p.Strengths[0].Place != 1 {
		t.Errorf("first unit %+v", p)
	}
	for _, one := range append(r.Profiles[2].Strengths, r.Profiles[2].Weaknesses...) {
		if one.Code == "y" {
			t.Errorf("an imputed value is told: %+v", one)
		}
	}
	if y := r.Profiles[3].Strengths; len(y) != 1 || y[0].Code != "y" && y[0].Code != "z" {
		t.Errorf("last unit %+v", r.Profiles[3])
	}
}

// Without its only indicator an element goes too; without x, y alone ranks A.
func TestWhatIf(t *testing.T) {
	r := computed(t, full())
	by := map[string]Without{}
	for _, w := range r.WhatIf {
		by[w.Code] = w
	}
	if len(by) != 5 || !cmp.Equal(by["z"].Place, by["B"].Place) {
		t.Errorf("what if %+v", r.WhatIf)
	}
	// A is then the mean of x and −y on 0 to 100: 0, (33.3 + 66.7)/2, (66.7 + 100)/2, (100 + 33.3)/2.
	if d := cmp.Diff([]int{4, 3, 1, 2}, by["B"].Place); d != "" {
		t.Errorf("without B (-want +got):\n%s", d)
	}
	nominal, sum, largest := r.Elements[5].Place, 0.0, 0.0
	for i, p := range by["B"].Place {
		move := math.Abs(float64(p - nominal[i]))
		sum, largest = sum+move/4, max(largest, move)
	}
	if math.Abs(float64(by["B"].Shift)-sum) > 1e-12 || float64(by["B"].Largest) != largest {
		t.Errorf("shift %v, largest %v; want %v, %v", by["B"].Shift, by["B"].Largest, sum, largest)
	}
	only := computed(t, units(numeric("x", 1, 2), numeric("y", 3, 3), numeric("z", 4, 4)))
	for _, w := range only.WhatIf {
		if w.Code == "x" && (w.Shift.OK() || w.Place != nil) {
			t.Errorf("without the only indicator: %+v", w)
		}
	}
}
