package survey

import (
	"math"
	"testing"
)

// Totals that leave the weights no freedom, stated once or redundantly: three
// records of each cell, 2 and 4 asked, so ratios of 2/3 and 4/3.
func TestTightestBoundsOfCells(t *testing.T) {
	g := Category("g", []string{"a", "a", "a", "b", "b", "b"})
	d, err := New(6, Sample{})
	if err != nil {
		t.Fatal(err)
	}
	for _, totals := range [][]Constraint{
		{{Column: g, Level: "a", Total: 2}, {Column: g, Level: "b", Total: 4}},
		{{Total: 6}, {Column: g, Level: "b", Total: 4}},
		{{Total: 6}, {Column: g, Level: "a", Total: 2}, {Column: g, Level: "b", Total: 4}},
	} {
		lower, upper, err := d.TightestBounds(Calibration{Totals: totals})
		if err != nil || math.Abs(lower-2.0/3) > 1e-9 || math.Abs(upper-4.0/3) > 1e-9 {
			t.Errorf("%v: bounds %v, %v, %v; want 2/3 and 4/3", totals, lower, upper, err)
		}
	}
}
