package fragility

import (
	"testing"

	"vigie/fault"
	"vigie/index"
)

// A panel keeps the domains whose series are all measured in each period: what
// did not change there has no change, what lacks a series in a period no score.
func TestPanel(t *testing.T) {
	domains := []Domain{{"A", "d"}, {"B", "d"}, {"C", "d"}}
	at := func(period string, columns ...Column) *Input {
		for i := range columns {
			columns[i].Period = period
		}
		return &Input{Level: "departement", Domains: domains, Units: codes(4), Columns: columns}
	}
	now := at("2022", column("a1", "A", "", 1, 1, []float64{10, 20, 30, 40}), column("a2", "A", "", -1, 3, []float64{9, 5, 4, 1}),
		column("b1", "B", "", 1, 1, []float64{1, 2, 3, 4}), column("b2", "B", "", 1, 1, []float64{1, 2, 3, 4}))
	past := at("2020", column("a1", "A", "", 1, 1, []float64{10, 10, 35, 50}), column("a2", "A", "", -1, 3, []float64{9, 7, nan, 1}),
		column("b1", "B", "", 1, 1, []float64{4, 3, 2, 1}))
	spec := smallSpec()
	spec.Uncertainty.SobolRows, spec.Uncertainty.LeaveOneOut = 0, 0
	s, table, err := Panel(spec, now, []string{"2020", "2022"}, []*Input{past, now})
	if err != nil {
		t.Fatal(err)
	}
	if table.Rows != 8 || table.Column("b1") != nil || len(now.Columns) != 4 {
		t.Errorf("%d rows, columns %v; %d series now", table.Rows, table.Columns, len(now.Columns))
	}
	r, err := index.Run(t.Context(), s, table, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Joint scales: a1 from 10 to 50, a2 from 9 to 1. DEP-01 is unchanged, DEP-02
	// rises by (25 + 3 × 25)/4, DEP-03 lacks a2 in 2020, DEP-04 falls by 25/4.
	want := map[string]index.Number{"DEP-01": 0, "DEP-02": 25, "DEP-04": -6.25}
	seen := 0
	for _, c := range r.Changes {
		for _, u := range c.Units {
			if c.Code != "A" {
				continue
			}
			seen++
			if x, ok := want[u.Unit]; !ok || u.Score-x > 1e-9 || x-u.Score > 1e-9 || u.Told != (u.Unit != "DEP-01") {
				t.Errorf("%s, from %s to %s: %v, told %v; want %v", u.Unit, c.From, c.To, u.Score, u.Told, want[u.Unit])
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d territories compared; want %d", seen, len(want))
	}
	past.Columns = past.Columns[1:]
	if _, _, err = Panel(spec, now, []string{"2020", "2022"}, []*Input{past, now}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no domain is whole: %v", err)
	}
}
