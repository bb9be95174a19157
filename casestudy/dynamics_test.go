package casestudy

import (
	"math"
	"reflect"
	"testing"

	"vigie/territory"
)

// dynamic is a base of four cases: three in Corse, in a commune, the
// département and the region, one elsewhere.
func dynamic() *Base {
	actors := func(names ...string) (out []Actor) {
		for i, n := range names {
			out = append(out, Actor{n, []string{"association", "company", "state"}[i%3], []string{"lead", "partner"}[min(i, 1)]})
		}
		return out
	}
	record := func(place territory.Code, year int, a []Actor, relations ...string) Record {
		return Record{Territories: []territory.Code{place}, StartYear: year, Actors: a, Relations: relations, Domains: []string{"ENV"},
			Sources: []Source{{Title: "a", Address: "https://exemple.fr/a"}}}
	}
	entries := []Entry{
		{Slug: "a", State: Published, Record: record("COM-2A004", 1998, actors("Énergies Corses", "Ville  d’Ajaccio"), "patronage")},
		{Slug: "b", State: ToUpdate, Record: record("DEP-2A", 2004, actors("Énergies corses", "ville d’Ajaccio", "État"), "patronage", "economic_cooperation")},
		{Slug: "c", State: Published, Network: "METI", Record: record("REG-94", 0, actors("Seule"))},
		{Slug: "d", State: Published, Record: record("REG-93", 2005, actors("Ailleurs", "État"), "economic_cooperation")},
		{Slug: "e", State: Draft, Record: record("REG-94", 2005, actors("Cachée", "État"))},
	}
	return NewBase(entries, Names{Ancestors: func(c territory.Code) []territory.Code {
		return map[territory.Code][]territory.Code{"COM-2A004": {"DEP-2A", "REG-94"}, "DEP-2A": {"REG-94"}}[c]
	}})
}

func TestDynamicsOfAPlace(t *testing.T) {
	d := dynamic().Dynamics(Selection{Place: "REG-94"})
	if len(d.Cases) != 3 || d.Of != 4 || d.Dated != 2 || d.From != 1998 || d.To != 2004 || d.Networks != 1 || d.Sources != 1 || d.Sourced != 3 {
		t.Errorf("%+v", d)
	}
	relation := d.Sides[2]
	if relation.Facet != Relation || relation.Without != 1 || len(relation.Rows) != 2 {
		t.Fatalf("%+v", relation)
	}
	patronage, cooperation := relation.Rows[0], relation.Rows[1]
	if patronage.Value != "patronage" || patronage.Count != 2 || patronage.Base != 2 || patronage.Elsewhere != 0 || patronage.ElsewhereOf != 1 || patronage.Residual <= 0 {
		t.Errorf("%+v", patronage)
	}
	if cooperation.Count != 1 || cooperation.Share != 0.5 || cooperation.Elsewhere != 1 || cooperation.Residual >= 0 {
		t.Errorf("%+v", cooperation)
	}
	if len(d.Ages) != 2 || d.Ages[0].Name() != "1990" || d.Ages[1].Value(Role, "lead").Count != 1 || d.Ages[0].Value(Relation, "economic_cooperation").Base != 1 {
		t.Errorf("ages %+v", d.Ages)
	}
	if dep := dynamic().Dynamics(Selection{Place: "DEP-2A", Domain: "ENV"}); len(dep.Cases) != 2 {
		t.Errorf("département: %d cases", len(dep.Cases))
	}
	if none := dynamic().Dynamics(Selection{Domain: "ALI"}); len(none.Cases) != 0 || none.Network.Links != 0 || none.From != 0 {
		t.Errorf("a domain without cases: %+v", none)
	}
}

func TestAlliance(t *testing.T) {
	n := dynamic().Dynamics(Selection{}).Network
	var names []string
	var degrees []int
	for _, a := range n.Actors {
		names, degrees = append(names, a.Name), append(degrees, a.Degree)
	}
	if !reflect.DeepEqual(names, []string{"État", "Énergies Corses", "Ville  d’Ajaccio", "Ailleurs", "Seule"}) || !reflect.DeepEqual(degrees, []int{3, 2, 2, 1, 0}) {
		t.Errorf("%q, degrees %v", names, degrees)
	}
	if n.Links != 4 || n.Groups != 1 || len(n.Shared) != 1 || n.Shared[0].A != "Énergies Corses" || len(n.Shared[0].Cases) != 2 {
		t.Errorf("%+v", n)
	}
	if state := n.Actors[0]; !reflect.DeepEqual(state.Profiles, []string{"company", "state"}) || len(state.Cases) != 2 {
		t.Errorf("%+v", state)
	}
}

// The whole base has no rest to be compared with.
func TestDynamicsOfAll(t *testing.T) {
	d := dynamic().Dynamics(Selection{})
	if row := d.Sides[0].Rows[0]; !math.IsNaN(row.Elsewhere) || !math.IsNaN(row.Residual) || row.ElsewhereOf != 0 {
		t.Errorf("%+v", row)
	}
	again := dynamic().Dynamics(Selection{})
	if !reflect.DeepEqual(d.Network, again.Network) || !reflect.DeepEqual(d.Ages, again.Ages) {
		t.Error("two readings differ")
	}
}
