package survey

import "math"

// cells groups records that share every value a step depends on, so that the
// step works on the groups. of is the cell of each record, -1 for those that
// the step leaves alone; first is a record of each cell.
type cells struct {
	of    []int32
	first []int
}

// mostDistinct is how many distinct values a number may have to make groups;
// beyond it each record is its own cell.
const mostDistinct = 2048

// everybody puts the records of positive weight in one cell.
func everybody(w []float64) *cells {
	c := &cells{of: make([]int32, len(w))}
	for i, v := range w {
		if v == 0 {
			c.of[i] = -1
		} else if len(c.first) == 0 {
			c.first = append(c.first, i)
		}
	}
	return c
}

// split separates the cells by the values of a column, which no record of the
// cells misses.
func (c *cells) split(column *Column) *cells {
	code, size := column.Code, len(column.Levels)
	if column.Number != nil {
		code, size = c.distinct(column.Number)
	}
	if code == nil {
		return c.alone()
	}
	out := &cells{of: make([]int32, len(c.of))}
	rank := make([]int32, len(c.first)*size) // 1 + cell
	for i, k := range c.of {
		if k < 0 {
			out.of[i] = -1
			continue
		}
		at := &rank[int(k)*size+int(code[i])]
		if *at == 0 {
			out.first = append(out.first, i)
			*at = int32(len(out.first))
		}
		out.of[i] = *at - 1
	}
	return out
}

// distinct numbers the values of the records of the cells, nil when they are
// too many or the cells are already many.
func (c *cells) distinct(number []float64) ([]int32, int) {
	if len(c.first) > 8*mostDistinct {
		return nil, 0
	}
	rank, code := map[float64]int32{}, make([]int32, len(number))
	for i, k := range c.of {
		if k < 0 {
			continue
		}
		r, ok := rank[number[i]]
		if !ok {
			if r = int32(len(rank)); r == mostDistinct {
				return nil, 0
			}
			rank[number[i]] = r
		}
		code[i] = r
	}
	return code, len(rank)
}

// alone makes a cell of each record.
func (c *cells) alone() *cells {
	out := &cells{of: make([]int32, len(c.of))}
	for i, k := range c.of {
		if out.of[i] = -1; k >= 0 {
			out.of[i] = int32(len(out.first))
			out.first = append(out.first, i)
		}
	}
	return out
}

// sums adds w by cell.
func (c *cells) sums(w []float64) []float64 {
	sum := make([]float64, len(c.first))
	for i, k := range c.of {
		if k >= 0 {
			sum[k] += w[i]
		}
	}
	return sum
}

// spread multiplies w by the ratio of each record's cell.
func (c *cells) spread(w, ratio []float64) []float64 {
	out := make([]float64, len(w))
	for i, k := range c.of {
		if out[i] = w[i]; k >= 0 {
			out[i] *= ratio[k]
		}
	}
	return out
}

// complete refuses a record of positive weight that misses a column.
func complete(w []float64, columns ...*Column) error {
	for _, c := range columns {
		check(len(w), c.Rows())
		for i, v := range w {
			if v == 0 {
				continue
			}
			if c.Missing(i) {
				return refuse(c.Name, i+1, "complétez la variable, ou mettez ces enregistrements hors du domaine avant le calage",
					"valeur manquante dans une variable de calage")
			}
			if c.Number != nil && math.IsInf(c.Number[i], 0) {
				return refuse(c.Name, i+1, "corrigez cette valeur", "valeur infinie")
			}
		}
	}
	return nil
}
