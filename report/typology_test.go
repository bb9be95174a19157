package report_test

import (
	"strings"
	"testing"

	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// The page of types says how many there are, names each by its domains, and
// every département is in the map, the table and, with a type, on one list.
func TestTypology(t *testing.T) {
	c := observatorytest.Content(t)
	y := c.Fragility[territory.Departement].Typology
	d, err := report.Typology(c, report.Request{Lang: lang.FR, Path: report.TypologyPath})
	if err != nil {
		t.Fatal(err)
	}
	listed, figures := map[string]int{}, map[string]*report.Figure{}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Figure != nil {
				figures[b.Figure.ID] = b.Figure
			}
			for _, span := range b.Text {
				if code, ok := strings.CutPrefix(span.Href, "/territoires/"); ok && s.ID == "type-par-type" {
					listed[code]++
				}
			}
		}
	}
	m := figures["types"].Chart.(*report.Map)
	if len(m.Kinds) != len(y.Types) || len(m.Areas) != len(y.Members) || len(figures["types"].Table.Rows) != len(y.Members) {
		t.Errorf("%d kinds, %d areas, %d rows", len(m.Kinds), len(m.Areas), len(figures["types"].Table.Rows))
	}
	for _, k := range m.Kinds {
		if !strings.Contains(k.Label, "fragile pour") {
			t.Errorf("type %s is named %q", k.Code, k.Label)
		}
	}
	for i, a := range m.Areas {
		member := y.Members[i]
		if typed := member.Type >= 0; typed != (a.Kind != "") || typed != (listed[a.Code] == 1) || a.Unsure != (member.Unsure || member.Placed) {
			t.Errorf("%s: kind %q, listed %d times, hatched %v; %+v", a.Code, a.Kind, listed[a.Code], a.Unsure, member)
		}
	}
	if heat := figures["profils-des-types"].Chart.(*report.Heat); len(heat.Rows) != len(y.Types) || len(heat.Columns) != len(y.Domains) {
		t.Errorf("profiles: %d × %d", len(heat.Rows), len(heat.Columns))
	}
}

// Territories that resemble one come with reasons and no accident of order; a
// commune, which has no score, says why it has none; a département says its type.
func TestAlike(t *testing.T) {
	c := observatorytest.Content(t)
	around := func(code territory.Code) string {
		d, err := report.Territory(c, request(lang.FR, code, ""), code)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, s := range d.Sections {
			for _, b := range s.Blocks {
				if s.ID != "autour" {
					continue
				}
				said += b.Text.Plain() + "\n"
				for _, card := range b.Cards {
					said += card.Tag + " : " + card.Detail + "\n"
				}
			}
		}
		return said
	}
	for code, wants := range map[territory.Code][]string{
		"DEP-08":         {"du type", "En commun", "écart de", "habitants."},
		"DEP-976":        {"En commun"},
		"EPCI-200041630": {"En commun", "Communauté d’agglomération"},
		"COM-08105":      {"Une commune n’a pas de score par domaine"},
	} {
		said := around(code)
		for _, want := range wants {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q:\n%s", code, want, said)
			}
		}
	}
}

// The page of a domain says whether neighbours are alike, and who is not tested.
func TestPattern(t *testing.T) {
	c := observatorytest.Content(t)
	for level, tested := range map[string]bool{"departement": true, "region": false} {
		d, err := report.Domain(c, report.Request{Lang: lang.FR, Path: "/domaines/EMP", Query: map[string][]string{"niveau": {level}}}, "EMP")
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, s := range d.Sections {
			if s.ID != "voisinage" {
				continue
			}
			found = true
			figure, note := s.Blocks[1].Figure, s.Blocks[len(s.Blocks)-1].Note.Plain()
			if !strings.Contains(s.Blocks[0].Text.Plain(), "indice de Moran") || !strings.Contains(note, "Guadeloupe") || len(figure.Table.Rows) != 101 {
				t.Errorf("%q, %q, %d rows", s.Blocks[0].Text.Plain(), note, len(figure.Table.Rows))
			}
		}
		if found != tested {
			t.Errorf("%s: a section of neighbours: %v", level, found)
		}
	}
}

// The tier is cut into as many groups of one piece as it has types: every
// territory that made these is in one, Corsica is tied to the mainland and the
// link is told, and contiguity has a price.
func TestTypologyRegions(t *testing.T) {
	c := observatorytest.Content(t)
	y, r := c.Fragility[territory.Departement].Typology, c.Regions(territory.Departement)
	d, err := report.Typology(c, report.Request{Lang: lang.FR, Path: report.TypologyPath})
	if err != nil {
		t.Fatal(err)
	}
	var f *report.Figure
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Figure != nil && b.Figure.ID == "regions-d-un-seul-tenant" {
				f = b.Figure
			}
		}
	}
	if f == nil || len(f.Chart.(*report.Map).Kinds) != len(y.Types) {
		t.Fatalf("figure %+v", f)
	}
	made := 0
	for i, a := range f.Chart.(*report.Map).Areas {
		m := y.Members[i]
		if in := m.Type >= 0 && !m.Placed; in != (a.Kind != "") {
			t.Errorf("%s: region %q, member %+v", a.Code, a.Kind, m)
		} else if in {
			made++
		}
	}
	if made != len(r.Region) || !(r.Kept > 0 && r.Kept < r.Free) {
		t.Errorf("%d territories in regions that keep %v, types %v", made, r.Kept, r.Free)
	}
	if len(r.Linked) != 1 || !strings.HasPrefix(string(r.Linked[0].From), "DEP-2") || !strings.Contains(strings.Join(f.Notes, " "), "est relié au territoire le plus proche") {
		t.Errorf("linked %v, notes %q", r.Linked, f.Notes)
	}
	near := func(a, b territory.Code) bool {
		for _, n := range c.Neighbours(a) {
			if n == b {
				return true
			}
		}
		return a == r.Linked[0].From && b == r.Linked[0].To || b == r.Linked[0].From && a == r.Linked[0].To
	}
	for g := range r.Size {
		var members, reached []territory.Code
		for code, of := range r.Region {
			if of == g {
				members = append(members, code)
			}
		}
		reached = members[:1:1]
		for k := 0; k < len(reached); k++ {
			for _, m := range members {
				if near(reached[k], m) && !strings.Contains(" "+joined(reached)+" ", " "+string(m)+" ") {
					reached = append(reached, m)
				}
			}
		}
		if len(reached) != len(members) || len(members) != r.Size[g] {
			t.Errorf("region %d: %d of its %d members can be reached from the first", g+1, len(reached), len(members))
		}
	}
}

func joined(codes []territory.Code) string {
	var out []string
	for _, c := range codes {
		out = append(out, string(c))
	}
	return strings.Join(out, " ")
}
