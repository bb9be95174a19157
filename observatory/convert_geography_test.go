package observatory

import (
	"testing"

	"vigie/territory"
)

func TestStanding(t *testing.T) {
	both := []int{2021, 2026}
	regional := []territory.Level{territory.National, territory.Region}
	communal := []territory.Level{territory.Commune}
	cases := []struct {
		years  []int
		year   int
		levels []territory.Level
		want   int
	}{
		{both, 2021, communal, 2021}, {both, 2026, communal, 2026}, {both, 2023, communal, 2021}, {both, 2024, communal, 2026},
		{both, 2018, communal, 2021}, {both, 2012, communal, 2021}, {both, 2012, regional, 2015}, {both, 2016, regional, 2021},
		{[]int{2026}, 2021, communal, 2026}, {[]int{2014, 2026}, 2014, regional, 2014},
	}
	for _, c := range cases {
		if got := standing(c.years, c.year, c.levels); got != c.want {
			t.Errorf("standing(%v, %d, %v) = %d; want %d", c.years, c.year, c.levels, got, c.want)
		}
	}
}
