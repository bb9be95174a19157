package edition_test

import (
	"testing"

	"vigie/dataset"
	"vigie/edition"
	"vigie/indicator"
	"vigie/territory"
)

// TestValueOfToday: a table in today's geography speaks of a merged or a split
// commune under its own code, and adds up to the EPCI.
func TestValueOfToday(t *testing.T) {
	c := synthetic(t)
	c.Observation[territory.Commune] = append(c.Observation[territory.Commune], edition.Observed{Part: edition.Part{Name: "derived"}, Today: true,
		Table: dataset.NewTable([]dataset.Observation{
			obs("synth_part", "COM-01001", 15, 'A', 2), obs("synth_part", "COM-01003", 6, 'E', 3), obs("synth_part", "COM-01004", 1, 'E', 4), obs("synth_part", "COM-01005", 2, 'A', 5),
			obs("synth_whole", "COM-01001", 150, 'A', 6), obs("synth_whole", "COM-01003", 60, 'E', 7), obs("synth_whole", "COM-01004", 10, 'E', 8), obs("synth_whole", "COM-01005", 20, 'A', 9),
			obs("synth_median", "COM-01005", 21_000, 'A', 10)})})
	cases := []struct {
		code indicator.Code
		at   territory.Code
		want float64
	}{
		{"synth_part", "COM-01001", 15}, {"synth_part", "COM-01004", 1}, {"synth_rate", "COM-01001", 10}, {"synth_rate", "COM-01003", 10},
		{"synth_part", "EPCI-200000001", 24}, {"synth_rate", "EPCI-200000001", 10}, {"synth_median", "COM-01005", 21_000},
	}
	for _, x := range cases {
		if v, ok := c.Value(x.code, x.at, "2018"); !ok || v.X != x.want {
			t.Errorf("%s of %s = %v, %v; want %v", x.code, x.at, v.X, ok, x.want)
		}
	}
	if v, ok := c.Value("synth_median", "COM-01001", "2018"); ok {
		t.Errorf("a median of a merged commune: %+v", v)
	}
}
