package report_test

import (
	"math"
	"testing"

	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// The terms printed beside an overall score give it, by their weights: the
// domains of a dimension weigh for the one that it lacks; one whose dimension
// has too few measured domains for a territory weighs nothing there, and the
// page says so.
func TestOverallTerms(t *testing.T) {
	c := observatorytest.Content(t)
	apart := 0
	for _, p := range c.Territory.ByLevel(territory.Departement) {
		o := c.Standing(p.Code, "")
		if !o.OK {
			continue
		}
		figure := "fragilite/" + string(p.Code)
		d, err := report.Trace(c, report.Request{Lang: lang.FR, Path: "/provenance/" + figure}, figure, report.Archive{})
		if err != nil {
			t.Fatal(err)
		}
		table := d.Sections[0].Blocks[1].Table
		var sum, weight float64
		none := false
		for _, row := range table.Rows {
			sum += *row.Cells[1].Value * *row.Cells[2].Value
			weight += *row.Cells[2].Value
			none = none || *row.Cells[2].Value == 0
		}
		if math.Abs(sum/weight-o.Score) > 0.05 { // scores are printed to 0.1
			t.Errorf("%s: the terms give %.2f; the score is %.2f", p.Code, sum/weight, o.Score)
		}
		if none != (len(table.Notes) == 1) {
			t.Errorf("%s: a term of no weight: %v; notes %q", p.Code, none, table.Notes)
		}
		if none {
			apart++
		}
	}
	if apart == 0 {
		t.Error("no département has a domain that does not count: the test shows nothing")
	}
}
