package fragility

import (
	"testing"

	"vigie/territory"
)

// TestRealCoverage holds what the starter figures serve, level by level.
func TestRealCoverage(t *testing.T) {
	cases := []struct {
		level                           territory.Level
		columns, domains, ranked, units int
	}{
		{territory.Region, 37, 16, 13, 18},
		{territory.Departement, 31, 14, 96, 101},
		{territory.EPCI, 6, 5, 0, 1255},
	}
	for _, c := range cases {
		r := realResult(t, c.level)
		if len(r.Columns) != c.columns || r.Covered() != c.domains || r.Part(Overall).Ranked != c.ranked || len(r.Units) != c.units {
			t.Errorf("%s: %d columns, %d domains, %d ranked overall, %d units; want %+v",
				c.level, len(r.Columns), r.Covered(), r.Part(Overall).Ranked, len(r.Units), c)
		}
		for _, p := range r.Kinds(OfDomain) {
			if p.Assessed != (p.Below >= 2) {
				t.Errorf("%s %s: %d series, assessed %v", c.level, p.Code, p.Below, p.Assessed)
			}
		}
	}
}

// TestRealPlausible holds facts that any reading of these figures shares.
func TestRealPlausible(t *testing.T) {
	regions, departements := realResult(t, territory.Region), realResult(t, territory.Departement)
	among := func(r *Result, part string, code territory.Code, worst int) {
		t.Helper()
		if c, ok := r.Cell(part, code); !ok || c.Place > worst {
			t.Errorf("%s, %s: place %d; want %d at most", code, part, c.Place, worst)
		}
	}
	among(regions, Overall, "REG-32", 1) // Hauts-de-France
	among(regions, "EMP", "REG-32", 1)
	among(departements, "PAU", "DEP-93", 3) // Seine-Saint-Denis
	among(departements, "EMP", "DEP-08", 10)
	among(departements, "EMP", "DEP-02", 10)
	among(departements, "AUT", "DEP-23", 5) // Creuse
	among(departements, "PAU", "DEP-971", 1)
	if c, ok := departements.Cell("EDU", "DEP-75"); !ok || c.Place < 90 {
		t.Errorf("Paris in EDU: %+v", c)
	}
	if c, _ := departements.Cell(Overall, "DEP-971"); c.Rank != 0 {
		t.Error("an overseas département is ranked")
	}
	if _, ok := departements.Cell("NIV", "DEP-971"); ok {
		t.Error("Guadeloupe has a score without any value")
	}
	if _, ok := departements.Cell(Overall, "DEP-976"); ok {
		t.Error("Mayotte has an overall score on fewer than 12 domains")
	}
	// Intervals neither void nor everything: a tenth to a half of the ranks.
	wide, n := 0, 0
	for _, c := range departements.Part(Overall).Cells {
		if c.Rank > 0 {
			wide += c.Hi - c.Lo
			n++
		}
	}
	if mean := float64(wide) / float64(n); mean < 9.6 || mean > 48 {
		t.Errorf("overall intervals of départements are %.1f ranks wide on average", mean)
	}
}
