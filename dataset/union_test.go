package dataset

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/territory"
)

func TestUnion(t *testing.T) {
	row := func(at, period string, x float64, s Status, line int32) Observation {
		return Observation{Indicator: "a", Territory: territory.Code("DEP-" + at), Period: period, X: x, Status: s, Line: line}
	}
	nan := math.NaN()
	first := NewTable([]Observation{row("01", "2021", 1, Normal, 2), row("03", "2021", 3, Normal, 3), row("05", "2021", nan, Secret, 4)})
	second := NewTable([]Observation{row("01", "2021", 1, Normal, 9), row("02", "2021", 2, Normal, 8), row("03", "2021", 4, Normal, 7), row("05", "2021", nan, Secret, 6), row("01", "2022", 5, Normal, 5)})
	got, differ := Union(first, second)
	want := NewTable([]Observation{row("01", "2021", 1, Normal, 2), row("02", "2021", 2, Normal, 8), row("03", "2021", 3, Normal, 3), row("05", "2021", nan, Secret, 4), row("01", "2022", 5, Normal, 5)})
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Duplicate{{"a", "DEP-03", "2021", 3, 7}}, differ); diff != "" {
		t.Error(diff)
	}
	if empty, _ := Union(); empty.Rows() != 0 {
		t.Error(empty)
	}
}

func TestDropCopies(t *testing.T) {
	var b Builder
	for _, o := range []Observation{{"a", "DEP-02", "2021", 2, Normal, 2}, {"a", "DEP-01", "2021", 1, Normal, 3}, {"a", "DEP-02", "2021", 2, Normal, 4}, {"a", "DEP-01", "2021", 7, Normal, 5}} {
		b.Add(o)
	}
	if n := b.DropCopies(); n != 1 {
		t.Errorf("%d copies", n)
	}
	if _, twice := b.Table(); len(twice) != 1 || twice[0].First != 3 || twice[0].Second != 5 {
		t.Errorf("%+v", twice)
	}
}
