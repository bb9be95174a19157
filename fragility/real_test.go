package fragility

import (
	"testing"

	"vigie/territory"
)

func TestRealReport(t *testing.T) {
	for _, level := range []territory.Level{territory.Region, territory.Departement, territory.EPCI} {
		r := realResult(t, level)
		raw, err := Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d units, %d columns, %d domains covered, encoded %d bytes, absent %v", level, len(r.Units), len(r.Columns), r.Covered(), len(raw), r.Absent)
		for _, p := range r.Parts {
			if p.Limits == nil {
				t.Logf("  %s: no score", p.Code)
				continue
			}
			var width, unsure, n float64
			var same, pairs float64
			for i, c := range p.Cells {
				if !c.OK() || !r.Units[i].Reference {
					continue
				}
				n++
				width += float64(c.Hi - c.Lo)
				if c.Unsure {
					unsure++
				}
				if level == territory.EPCI && i%20 != 0 {
					continue
				}
				for j := range i {
					if r.Units[j].Reference && p.Cells[j].OK() && p.Assessed {
						pairs++
						if r.Compare(p.Code, r.Units[i].Code, r.Units[j].Code) == Indistinct {
							same++
						}
					}
				}
			}
			t.Logf("  %-14s below %2d ranked %d assessed %v limits %.1f width %.1f unsure %.0f%% indistinct %.0f%%", p.Code, p.Below, p.Ranked, p.Assessed, p.Limits, width/n, 100*unsure/n, 100*same/max(1, pairs))
		}
	}
}
