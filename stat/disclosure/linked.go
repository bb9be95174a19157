package disclosure

import "math"

// Join returns one table of several that share cells: the same key is the same
// cell, and the sums of all hold at once. It is how tables published side by
// side (the same communes by département and by EPCI, a table and its total by
// type of territory) are attacked and protected together. Keys that name the
// same figure must be the same in all tables.
//
// N and Max are those of the first table that tells them.
//
// Error: a Refusal when there is no table or a cell has two values.
func Join(tables ...*Table) (*Table, error) {
	var cells []Cell
	at := map[string]int{}
	var sums []Sum
	for _, t := range tables {
		for _, c := range t.cells {
			i, seen := at[c.Key]
			if !seen {
				at[c.Key] = len(cells)
				cells = append(cells, c)
				continue
			}
			if have := cells[i].Value; math.Abs(have-c.Value) > 1e-9*max(1, have) {
				return nil, refuse("recalculez les tableaux sur les mêmes données, ou renommez les cellules qui diffèrent",
					"la cellule « %s » vaut %v dans un tableau et %v dans un autre", c.Key, have, c.Value)
			}
			if cells[i].N == 0 {
				cells[i].N = c.N
			}
			if cells[i].Max == 0 {
				cells[i].Max = c.Max
			}
		}
		sums = append(sums, t.Sums()...)
	}
	return Linked(cells, sums)
}
