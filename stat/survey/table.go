package survey

import "math"

// Table is a two-way table of weighted counts: Count[r][c] is the sum of the
// weights of the records of row level r and column level c; N the number of
// records counted. Rows and Cols are the two variables, restricted to these
// records.
type Table struct {
	Rows, Cols *Column
	Count      [][]float64
	N          int
}

// Share says what the counts of a table are divided by.
type Share int

// The denominators of a table: none, its total, or the total of each row or
// column.
const (
	Counts Share = iota
	OfTotal
	OfRow
	OfColumn
)

// Table returns the weighted counts of two variables over the records of the
// domain that answer both. A categorical variable keeps every level it has in
// the data, a number only the values of the domain.
//
// Refusal: no record answers both.
func (d *Design) Table(rows, cols *Column) (*Table, error) {
	keep, n := d.answering(rows, cols)
	if n == 0 {
		return nil, refuse(rows.Name, 0, "vérifiez le filtre et les deux variables", "aucun enregistrement du domaine ne répond aussi à « %s »", cols.Name)
	}
	t := &Table{Rows: rows.counted(keep), Cols: cols.counted(keep), N: n}
	for range t.Rows.Levels {
		t.Count = append(t.Count, make([]float64, len(t.Cols.Levels)))
	}
	for i, r := range t.Rows.Code {
		if keep[i] {
			t.Count[r][t.Cols.Code[i]] += d.weights[i]
		}
	}
	return t, nil
}

// answering returns the records of positive weight that miss no column, and
// their number.
func (d *Design) answering(columns ...*Column) (keep []bool, n int) {
	keep = make([]bool, d.n)
	for i, w := range d.weights {
		keep[i] = w > 0
		for _, c := range columns {
			keep[i] = keep[i] && !c.Missing(i)
		}
		if keep[i] {
			n++
		}
	}
	return keep, n
}

// counted returns the column as categories, a number with the values of keep
// only.
func (c *Column) counted(keep []bool) *Column {
	if c.Number == nil {
		return c
	}
	return c.Categorical().within(keep)
}

// Total returns the sum of the counts.
func (t *Table) Total() float64 {
	sum := 0.0
	for _, row := range t.Count {
		for _, v := range row {
			sum += v
		}
	}
	return sum
}

// Scaled returns the table with counts whose total is given.
func (t *Table) Scaled(total float64) *Table {
	return t.over(func(int, int) float64 { return t.Total() / total })
}

// Shares returns the table divided by its total or by those of its rows or
// columns; NaN where that total is zero.
func (t *Table) Shares(of Share) *Table {
	row, col := make([]float64, len(t.Rows.Levels)), make([]float64, len(t.Cols.Levels))
	for r, counts := range t.Count {
		for c, v := range counts {
			row[r] += v
			col[c] += v
		}
	}
	total := t.Total()
	return t.over(func(r, c int) float64 {
		switch of {
		case OfTotal:
			return total
		case OfRow:
			return row[r]
		case OfColumn:
			return col[c]
		}
		return 1
	})
}

// over returns the table with each cell divided.
func (t *Table) over(divisor func(r, c int) float64) *Table {
	out := &Table{Rows: t.Rows, Cols: t.Cols, N: t.N}
	for r, counts := range t.Count {
		row := make([]float64, len(counts))
		for c, v := range counts {
			if row[c] = v / divisor(r, c); math.IsInf(row[c], 0) {
				row[c] = math.NaN()
			}
		}
		out.Count = append(out.Count, row)
	}
	return out
}
