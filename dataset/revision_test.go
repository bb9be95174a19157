package dataset_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/dataset"
	"vigie/territory"
)

func TestCompare(t *testing.T) {
	of := func(code, place, period string, x float64, status dataset.Status, line int32) dataset.Observation {
		o := dataset.Observation{Indicator: "rate", Territory: territory.Code(place), Period: period, X: x, Status: status, Line: line}
		if code == "count" {
			o.Indicator = "count"
		}
		return o
	}
	none := math.NaN()
	old := dataset.NewTable([]dataset.Observation{
		of("count", "DEP-01", "2020", 100, 'A', 2), of("count", "DEP-02", "2020", 200, 'P', 3), of("count", "DEP-03", "2020", none, 'S', 4),
		of("count", "DEP-04", "2020", 50, 'A', 5), of("count", "DEP-05", "2020", 7, 'A', 6), of("count", "DEP-01", "2019", 90, 'A', 7),
		of("rate", "DEP-01", "2020", 5, 'A', 8),
	})
	now := dataset.NewTable([]dataset.Observation{
		of("count", "DEP-01", "2020", 80, 'A', 12), of("count", "DEP-02", "2020", 200, 'A', 13), of("count", "DEP-03", "2020", 12, 'A', 14),
		of("count", "DEP-04", "2020", none, 'S', 15), of("count", "DEP-05", "2020", 14, 'A', 16), of("count", "DEP-06", "2020", 3, 'A', 17),
		of("count", "DEP-01", "2021", 95, 'A', 18), of("rate", "DEP-01", "2020", 5, 'A', 19),
	})
	want := dataset.Revision{
		Same: 1, Added: 2, Removed: 1, Revised: 2, Gained: 1, Lost: 1, Marked: 1,
		Series: []dataset.SeriesRevision{{
			Indicator: "count", Added: 2, Removed: 1, Revised: 2, Gained: 1, Lost: 1, Marked: 1,
			NewPeriods: []string{"2021"}, OldPeriods: []string{"2019"}, Median: 0.4, Most: 1,
		}},
		Largest: []dataset.Revised{
			{Indicator: "count", Territory: "DEP-05", Period: "2020", Old: 7, New: 14, OldLine: 6, NewLine: 16},
			{Indicator: "count", Territory: "DEP-01", Period: "2020", Old: 100, New: 80, OldLine: 2, NewLine: 12},
		},
	}
	if d := cmp.Diff(want, dataset.Compare(old, now)); d != "" {
		t.Error(d)
	}
	if r := dataset.Compare(now, now); !r.Empty() || r.Same != now.Rows() {
		t.Errorf("a table against itself: %+v", r)
	}
}

// TestCompareCounts: every key of both tables is counted once, and the way
// back mirrors the way there.
func TestCompareCounts(t *testing.T) {
	make := func(shift int) *dataset.Table {
		var r rows
		for i := range 60 {
			if (i*7+shift)%5 > 0 {
				r.add("count", territory.Code(fmt.Sprintf("DEP-%02d", i)), fmt.Sprint(2018+(i+shift)%4), float64(i%9*(1+shift%2)))
			}
		}
		return dataset.NewTable(r)
	}
	for shift := range 8 {
		a, b := make(0), make(shift)
		there, back := dataset.Compare(a, b), dataset.Compare(b, a)
		inBoth := there.Same + there.Revised + there.Gained + there.Lost + there.Marked
		if inBoth+there.Removed != a.Rows() || inBoth+there.Added != b.Rows() {
			t.Errorf("shift %d: %+v for %d and %d rows", shift, there, a.Rows(), b.Rows())
		}
		if there.Added != back.Removed || there.Revised != back.Revised || there.Same != back.Same || len(there.Largest) > 20 {
			t.Errorf("shift %d: there %+v, back %+v", shift, there, back)
		}
	}
}

// TestCompareExtremes: the note of an import is JSON, which has no infinity.
func TestCompareExtremes(t *testing.T) {
	old, now := rows{}, rows{}
	for i, code := range []territory.Code{"DEP-01", "DEP-02"} {
		old.add("count", code, "2020", 5e-324)
		now.add("count", code, "2020", math.MaxFloat64/float64(1+i))
	}
	r := dataset.Compare(dataset.NewTable(old), dataset.NewTable(now))
	if s := r.Series[0]; s.Median != math.MaxFloat64 || s.Most != math.MaxFloat64 {
		t.Errorf("median change %v, most %v; want the largest number", s.Median, s.Most)
	}
}
