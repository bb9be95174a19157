package edition_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/edition"
	"vigie/fragility"
	"vigie/territory"
)

// A map of two halves, and a square apart that is like the far one: types join
// it to those it resembles, regions to those that are near.
func TestRegionsPlanted(t *testing.T) {
	c := squares(t, func(x, y int) float64 {
		switch {
		case x == 20:
			return 42
		case x < 4:
			return 40 + float64(y%2)
		}
		return 80 + float64(y%2)
	})
	r := c.Fragility[territory.Departement]
	if c.Regions(territory.Departement) != nil {
		t.Error("regions without types")
	}
	c = squares(t, func(int, int) float64 { return 50 })
	c.Fragility[territory.Departement] = r
	r.Typology = &fragility.Typology{Domains: []string{"A"}, Types: make([]fragility.Type, 2), Members: make([]fragility.Member, len(r.Units))}
	part := r.Kinds(fragility.OfDomain)[0]
	for i, cell := range part.Cells {
		if cell.Score > 60 {
			r.Typology.Members[i].Type = 1
		}
	}
	got := c.Regions(territory.Departement)
	if got == nil {
		t.Fatal("no regions")
	}
	for i := range side*side + 1 {
		want := 1
		if x := i % side; i < side*side && x < 4 {
			want = 0
		}
		if got.Region[unit(i)] != want {
			t.Errorf("%s is in region %d", unit(i), got.Region[unit(i)])
		}
	}
	if len(got.Linked) != 1 || got.Linked[0].From != unit(side*side) || got.Linked[0].To != unit(side*side-1) || got.Kept >= got.Free || got.Free < 0.99 {
		t.Errorf("linked %+v, kept %v, types %v", got.Linked, got.Kept, got.Free)
	}
	if d := cmp.Diff([]int{36, 46}, got.Size); d != "" || math.IsNaN(got.Kept) {
		t.Errorf("sizes (-want +got):\n%s", d)
	}
	if d := cmp.Diff([][]edition.Trait{{{Domain: "A"}}, {{Domain: "A", More: true}}}, got.Traits); d != "" {
		t.Errorf("traits (-want +got):\n%s", d)
	}
}
