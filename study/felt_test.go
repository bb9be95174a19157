package study_test

import (
	"math"
	"testing"

	"vigie/study"
	"vigie/study/studytest"
)

// TestFeel: large regions speak for themselves, small ones by the model, which
// says so; a secret figure has no estimate, whatever the model could say.
func TestFeel(t *testing.T) {
	s := studytest.Surveys(3)[1]
	item, _ := s.Item(studytest.Concern)
	measured := func(level, domain string) (float64, bool) {
		return float64(len(level)*0 + int(level[4]-'0')*10 + int(level[5]-'0')), true
	}
	studytest.Withhold(s, studytest.Concern, "SEC")
	all := study.Feel(s, item, "region", measured)
	if len(all) != len(studytest.Regions) {
		t.Fatalf("%d territories", len(all))
	}
	own, models := 0, 0
	for k, f := range all {
		column := &item.Tables[1].Columns[k]
		for _, d := range f.Domains {
			switch {
			case column.Secret || d.Domain == "SEC":
				if d.OK || d.Place.OK || d.Value != 0 {
					t.Errorf("%s: a secret figure is told: %+v", f.Territory, d)
				}
			case d.Modelled:
				models++
				if f.Base >= 100 || !(d.Share > 0 && d.Share < 1) || math.Abs(d.Value-studytest.Canary) < 0.01 {
					t.Errorf("%s %s: %+v of %d answers", f.Territory, d.Domain, d, f.Base)
				}
				c, _ := column.Cell(d.Line)
				if d.SE > c.SE*1.1 {
					t.Errorf("%s %s: the model is less precise: %v, direct %v", f.Territory, d.Domain, d.SE, c.SE)
				}
			case d.OK:
				own++
				if c, _ := column.Cell(d.Line); c.Value != d.Value || f.Base < 100 {
					t.Errorf("%s %s: %+v", f.Territory, d.Domain, d)
				}
			}
			if d.Place.OK && (d.Place.High > 15 || float64(d.Place.Low) > d.Place.Rank) {
				t.Errorf("%s %s: %+v", f.Territory, d.Domain, d.Place)
			}
		}
	}
	if own == 0 || models == 0 {
		t.Errorf("%d direct, %d modelled", own, models)
	}
	none := study.Feel(s, item, "region", func(string, string) (float64, bool) { return 0, false })
	for _, f := range none {
		for _, d := range f.Domains {
			if d.Modelled {
				t.Error("a model without measure")
			}
		}
	}
}

// TestHalf: which half of the places a rank is in, and when that cannot be told.
func TestHalf(t *testing.T) {
	for _, test := range []struct {
		low, high, want int
	}{{1, 8, 1}, {1, 9, 0}, {8, 9, 0}, {9, 16, -1}, {16, 16, -1}, {1, 1, 1}} {
		if got := (study.Place{OK: true, Low: test.low, High: test.high}).Half(16); got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}
