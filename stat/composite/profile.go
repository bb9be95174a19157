package composite

import (
	"cmp"
	"math"
	"slices"
)

// Place is where a unit stands in one column.
type Place struct {
	Column int
	Rank   float64 // 1 = best of the units that have a value, equal ones sharing the least
	Value  float64
}

// Places returns where a unit stands in each column that it has, best rank
// first; equal ranks by the group of the column, then in the order of columns.
// ranks holds those of each column, 1 the best, NaN where missing. A unit that
// is last of all is no exception. Oracle: COINr::get_str_weak, which leaves the
// last of all out.
func Places(columns, ranks [][]float64, group []string, unit int) []Place {
	var out []Place
	for k, x := range columns {
		if !math.IsNaN(ranks[k][unit]) {
			out = append(out, Place{Column: k, Rank: ranks[k][unit], Value: x[unit]})
		}
	}
	slices.SortStableFunc(out, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(group[a.Column], group[b.Column]))
	})
	return out
}

// Without returns the tree where an element weighs nothing, so that its
// siblings keep their relative weights.
func (t *Tree) Without(code string) *Tree {
	out := *t
	out.Branches = slices.Clone(t.Branches)
	for i := range out.Branches {
		if out.Branches[i].Code == code {
			out.Branches[i].Weight = 0
		}
	}
	return &out
}
