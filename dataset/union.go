package dataset

import (
	"cmp"
	"slices"
)

// Union returns one table of several. An observation that several hold is that
// of the first one; those on which a later table differs, by value or status,
// are listed.
func Union(tables ...*Table) (*Table, []Duplicate) {
	var all []*Column
	for _, t := range tables {
		for i := range t.Columns {
			all = append(all, &t.Columns[i])
		}
	}
	slices.SortStableFunc(all, func(a, b *Column) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Period, b.Period))
	})
	out := &Table{}
	var differ []Duplicate
	for _, c := range all {
		n := len(out.Columns)
		if n == 0 || out.Columns[n-1].Indicator != c.Indicator || out.Columns[n-1].Period != c.Period {
			out.Columns = append(out.Columns, *c)
			continue
		}
		both, more := out.Columns[n-1].with(c)
		out.Columns[n-1] = both
		differ = append(differ, more...)
	}
	return out, differ
}

// with returns c with the rows of another column that it has not.
func (c *Column) with(other *Column) (Column, []Duplicate) {
	out := Column{Indicator: c.Indicator, Period: c.Period}
	var differ []Duplicate
	take := func(from *Column, i int) {
		out.Territory = append(out.Territory, from.Territory[i])
		out.X = append(out.X, from.X[i])
		out.Status = append(out.Status, from.Status[i])
		out.Line = append(out.Line, from.Line[i])
	}
	i, k := 0, 0
	for i < len(c.X) || k < len(other.X) {
		switch {
		case k == len(other.X) || i < len(c.X) && c.Territory[i] < other.Territory[k]:
			take(c, i)
			i++
		case i == len(c.X) || other.Territory[k] < c.Territory[i]:
			take(other, k)
			k++
		default:
			if c.Status[i] != other.Status[k] || c.Status[i].HasValue() && c.X[i] != other.X[k] {
				differ = append(differ, Duplicate{c.Indicator, c.Territory[i], c.Period, c.Line[i], other.Line[k]})
			}
			take(c, i)
			i++
			k++
		}
	}
	return out, differ
}
