package report_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/fragility"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// withMoves is the content as if it replaced an edition 2025-9 in which every
// département had the places given, stage by stage, in every part.
func withMoves(t *testing.T, places [5]int) *edition.Content {
	t.Helper()
	c := *observatorytest.Content(t)
	r := c.Fragility[territory.Departement]
	m := &fragility.Moves{Since: "2025-9"}
	for _, u := range r.Units {
		m.Units = append(m.Units, u.Code)
	}
	for i := range r.Parts {
		p := fragility.MovedPart{Code: r.Parts[i].Code, Kind: r.Parts[i].Kind}
		for stage := range p.Places {
			for _, cell := range r.Parts[i].Cells {
				x := cell.Place
				if stage < len(places)-1 && x > 0 {
					x = places[stage]
				}
				p.Places[stage] = append(p.Places[stage], x)
			}
		}
		m.Parts = append(m.Parts, p)
	}
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if m, err = fragility.DecodeMoves(raw); err != nil {
		t.Fatal(err)
	}
	c.Moves = maps.Clone(c.Moves)
	if c.Moves == nil {
		c.Moves = map[territory.Level]*fragility.Moves{}
	}
	c.Moves[territory.Departement] = m
	return &c
}

// movesOf is the section of changes of a territory's page, nil without.
func movesOf(t *testing.T, c *edition.Content, code territory.Code) *report.Section {
	t.Helper()
	for _, l := range []lang.Lang{lang.EN, lang.FR} {
		d, err := report.Territory(c, report.Request{Lang: l, Path: "/territoires/" + string(code)}, code)
		if err != nil {
			t.Fatal(err)
		}
		newChecker(c).document(t, d)
		for i := range d.Sections {
			if d.Sections[i].ID == "changements" && l == lang.FR {
				return &d.Sections[i]
			}
		}
	}
	return nil
}

func TestMovesTold(t *testing.T) {
	c := withMoves(t, [5]int{50, 51, 48, 52})
	s := movesOf(t, c, "DEP-08")
	if s == nil {
		t.Fatal("no section")
	}
	o := c.Standing("DEP-08", "")
	text := plainly(s.Blocks[0].Text.Plain())
	for _, want := range []string{"du 50e au " + lang.Ordinal(lang.FR, o.Position), "hors de l’intervalle"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
	row := s.Blocks[1].Table.Rows[0].Cells
	for i, want := range []float64{50, -3, 1 + 4, float64(o.Position - 52), float64(o.Position)} {
		if got := *row[i+1].Value; got != want {
			t.Errorf("column %d of the overall row: %v; want %v", i+1, got, want)
		}
	}
	inside := withMoves(t, [5]int{o.Lo + 1, o.Lo, o.Lo, o.Lo})
	if o.Lo+1 == o.Position || o.Lo+1 > o.Hi {
		t.Fatalf("the interval of DEP-08 has changed: %+v", o)
	}
	if text := plainly(movesOf(t, inside, "DEP-08").Blocks[0].Text.Plain()); !strings.Contains(text, "est dans l’intervalle") {
		t.Errorf("inside the interval: %q", text)
	}
}

// TestMovesUntold: causes that are not known are no zeros, and a first edition
// has no section.
func TestMovesUntold(t *testing.T) {
	s := movesOf(t, withMoves(t, [5]int{50}), "DEP-08")
	if cell := s.Blocks[1].Table.Rows[0].Cells[2]; cell.Value != nil || cell.Sign != "nd" {
		t.Errorf("an unknown cause: %+v", cell)
	}
	if s := movesOf(t, observatorytest.Content(t), "DEP-08"); s != nil {
		t.Errorf("a first edition has changes: %+v", s)
	}
}
