package observatory

import (
	"cmp"
	"slices"

	"vigie/dataset"
)

// First returns the most observations that come first in the file of a table.
func First(t *dataset.Table, most int) []dataset.Observation {
	var first []dataset.Observation
	before := func(a, b dataset.Observation) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Period, b.Period), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Territory, b.Territory))
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		for k, line := range c.Line {
			if len(first) == most && line > first[most-1].Line {
				continue
			}
			o := dataset.Observation{Indicator: c.Indicator, Territory: c.Territory[k], Period: c.Period, X: c.X[k], Status: c.Status[k], Line: line}
			at, _ := slices.BinarySearchFunc(first, o, before)
			first = slices.Insert(first, at, o)
			first = first[:min(len(first), most)]
		}
	}
	return first
}
