package edition

import (
	"slices"
	"strings"

	"vigie/dataset"
	"vigie/territory"
)

// Files returns the tables of some tiers, each once, by name.
func (c *Content) Files(levels ...territory.Level) []Observed {
	var out []Observed
	for _, level := range levels {
		for _, t := range c.Observation[level] {
			if !slices.ContainsFunc(out, func(o Observed) bool { return o.Part.Dataset == t.Part.Dataset }) {
				out = append(out, t)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Observed) int { return strings.Compare(a.Part.Name, b.Part.Name) })
	return out
}

// Geographies returns the years of the geographies that the tables of a tier
// are read in, each once, in order.
func (c *Content) Geographies(level territory.Level) []int {
	var out []int
	for _, t := range c.Observation[level] {
		out = append(out, t.Read)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Estimated counts the observations that are estimated, by their producer or by
// a conversion.
func (c *Content) Estimated() int {
	n := 0
	for _, t := range c.Files(territory.Levels[:]...) {
		for i := range t.Table.Columns {
			for _, s := range t.Table.Columns[i].Status {
				if s == dataset.Estimated {
					n++
				}
			}
		}
	}
	return n
}
