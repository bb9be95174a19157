package territory

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A commune of today is in the zone of its own code, else in that of the first
// commune it was made of; what the file does not say is in none.
func TestZoningToday(t *testing.T) {
	p := passage(t)
	in := Zoning{Code: "bassin", LabelFR: "bassin", Year: 2021, Zones: []Zone{
		{"A", "Un", []Member{{"COM-01039", 2}, {"COM-12076", 3}, {"COM-99999", 4}}}, // the second has another code today
		{"B", "Deux", []Member{{"COM-01138", 5}, {"COM-60054", 6}}},                 // the first has taken in 01039; the second was split
		{"C", "Trois", []Member{{"COM-01330", 7}}},                                  // is now in 01187, which the file does not have
		{"D", "Quatre", []Member{{"COM-99998", 8}}}}}
	want := []Zone{{"A", "Un", []Member{{"COM-12218", 3}}},
		{"B", "Deux", []Member{{"COM-01138", 5}, {"COM-60054", 6}, {"COM-60694", 6}}},
		{"C", "Trois", []Member{{"COM-01187", 7}}}}
	got := in.Today(p.New, p)
	if diff := cmp.Diff(want, got.Zones); diff != "" || got.Year != p.New.Year {
		t.Errorf("Today, %d: -want +got:\n%s", got.Year, diff)
	}
	if alone := in.Today(p.New, nil); len(alone.Zones) != 1 || len(alone.Zones[0].Members) != 2 {
		t.Errorf("without passage: %v", alone.Zones)
	}
	if len(in.Zones[0].Members) != 3 {
		t.Error("the zoning of the file was changed")
	}
	b, ok := got.Zone("B")
	if same, found := got.Same(b.Communes()); !ok || !found || same.Code != "B" {
		t.Errorf("Same(%v) = %v, %v", b.Communes(), same, found)
	}
	if same, found := got.Same(b.Communes()[1:]); found {
		t.Errorf("two of three communes are the zone %v", same)
	}
	if _, ok := got.Zone("D"); ok {
		t.Error("a zone without a commune of today")
	}
}

func TestZoningName(t *testing.T) {
	z := Zoning{LabelFR: "zone d'emploi 2020"}
	for _, c := range []struct{ label, want string }{
		{"Dijon", "Dijon (zone d'emploi 2020)"},
		{strings.Repeat("é", 70), strings.Repeat("é", 70)},
		{strings.Repeat("é", 90), strings.Repeat("é", 80)},
	} {
		if got := z.Name(&Zone{Label: c.label}); got != c.want {
			t.Errorf("Name(%s) = %s; want %s", c.label, got, c.want)
		}
	}
}
