package territory

import "testing"

func TestBefore2016(t *testing.T) {
	now := vintage(t, 2026)
	v := Before2016(now)
	if v.Year != 2015 || len(v.ByLevel(Region)) != 27 || len(v.ByLevel(Departement)) != 101 || len(v.ByLevel(Commune)) != 0 {
		t.Fatalf("%d regions, %d départements", len(v.ByLevel(Region)), len(v.ByLevel(Departement)))
	}
	metropolitan := 0
	for _, r := range v.ByLevel(Region) {
		if !r.Overseas {
			metropolitan++
		}
		if r.Population == 0 {
			t.Errorf("%s has no population", r.Code)
		}
	}
	if metropolitan != 22 {
		t.Errorf("%d metropolitan regions; want 22", metropolitan)
	}
	for _, d := range v.ByLevel(Departement) {
		if _, ok := v.Get(d.Region); !ok {
			t.Errorf("%s is in no region", d.Code)
		}
	}
	before, _ := v.Get(France)
	after, _ := now.Get(France)
	if before.Population != after.Population {
		t.Errorf("France has %d persons before, %d now", before.Population, after.Population)
	}
	c := FormerCrossing(v, now)
	for _, r := range formerRegions() {
		if to := c.Parts(r.code); len(to) != 1 || to[0] != (Part{r.now, 1}) {
			t.Errorf("%s becomes %v; the table says %s", r.code, to, r.now)
		}
	}
}

func TestRegionYear(t *testing.T) {
	cases := []struct {
		codes []Code
		year  int
		mixed bool
	}{
		{[]Code{"REG-11", "REG-53", "FR", "DEP-01"}, 0, false},
		{[]Code{"REG-11", "REG-82"}, 2015, false},
		{[]Code{"REG-11", "REG-84", "REG-32"}, 2016, false},
		{[]Code{"REG-82", "REG-84"}, 0, true},
		{[]Code{"REG-99"}, 0, false},
	}
	for _, c := range cases {
		if year, mixed := RegionYear(c.codes); year != c.year || mixed != c.mixed {
			t.Errorf("RegionYear(%v) = %d, %v; want %d, %v", c.codes, year, mixed, c.year, c.mixed)
		}
	}
}
