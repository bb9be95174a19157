package casestudy

import (
	"math"
	"slices"

	"vigie/stat/descr"
)

// Cross counts the cases of a base by two facets at once. A case stands in every
// cell whose two values it has, so that cells of one row may share cases and
// their shares need not sum to one. All is the cases that have a value in both
// facets: the base of every share.
type Cross struct {
	Rows, Cols Facet
	All        int
	Left       int      // public cases left out, one facet or both unknown
	RowValues  []string // in the order asked
	ColValues  []string
	RowBase    []int // cases with the value of the row, of All
	ColBase    []int
	Cells      [][]Cell // by row, then by column
}

// Cell is one cell of a cross. Share is Count of Base, the cases of its row,
// with the score interval at 95 %, which says what a base of that size is worth
// and nothing of the country: cases were chosen, not drawn. Expected is the
// count if row and column had nothing to do with each other in this base.
// Residual is the distance from it, in standard deviations of the table of two
// by two that the values make: a description, above 2 or below −2 worth a look.
// It is NaN where one of the values is that of every case or of none.
type Cell struct {
	Count, Base   int
	Share, Lo, Hi float64
	Expected      float64
	Residual      float64
}

// normal95 is the normal quantile of intervals at 95 %.
const normal95 = 1.959963984540054

// Cross counts the public cases by two facets. The values are those given, in
// their order, nil for those that some case has.
func (b *Base) Cross(rows, cols Facet, rowValues, colValues []string) *Cross {
	x := &Cross{Rows: rows, Cols: cols, RowValues: rowValues, ColValues: colValues}
	down, across := make([][]string, len(b.entries)), make([][]string, len(b.entries))
	for i := range b.entries {
		down[i], across[i] = b.ValuesOf(&b.entries[i], rows), b.ValuesOf(&b.entries[i], cols)
	}
	if x.RowValues == nil {
		x.RowValues = distinct(slices.Concat(down...))
	}
	if x.ColValues == nil {
		x.ColValues = distinct(slices.Concat(across...))
	}
	x.count(down, across)
	for i := range x.Cells {
		for j := range x.Cells[i] {
			x.Cells[i][j].measure(x.RowBase[i], x.ColBase[j], x.All)
		}
	}
	return x
}

func (x *Cross) count(down, across [][]string) {
	x.RowBase, x.ColBase = make([]int, len(x.RowValues)), make([]int, len(x.ColValues))
	x.Cells = make([][]Cell, len(x.RowValues))
	for i := range x.Cells {
		x.Cells[i] = make([]Cell, len(x.ColValues))
	}
	rowAt, colAt := places(x.RowValues), places(x.ColValues)
	for c := range down {
		rows, cols := at(rowAt, down[c]), at(colAt, across[c])
		if len(down[c]) == 0 || len(across[c]) == 0 {
			x.Left++
			continue
		}
		x.All++
		for _, j := range cols {
			x.ColBase[j]++
		}
		for _, i := range rows {
			x.RowBase[i]++
			for _, j := range cols {
				x.Cells[i][j].Count++
			}
		}
	}
}

// places gives the place of each value.
func places(values []string) map[string]int {
	out := make(map[string]int, len(values))
	for i, v := range values {
		out[v] = i
	}
	return out
}

// at returns the places of the values that have one.
func at(place map[string]int, values []string) []int {
	var out []int
	for _, v := range values {
		if i, ok := place[v]; ok {
			out = append(out, i)
		}
	}
	return out
}

func (c *Cell) measure(row, col, all int) {
	c.Base = row
	c.Lo, c.Hi = descr.Wilson(c.Count, row, normal95)
	c.Share, c.Residual = math.NaN(), math.NaN()
	if row > 0 {
		c.Share = float64(c.Count) / float64(row)
	}
	if all == 0 {
		return
	}
	n, r, k := float64(all), float64(row)/float64(all), float64(col)/float64(all)
	c.Expected = n * r * k
	if spread := c.Expected * (1 - r) * (1 - k); spread > 0 {
		c.Residual = (float64(c.Count) - c.Expected) / math.Sqrt(spread)
	}
}

// Marked is a cell far from what independence gives in the base.
type Marked struct {
	Row, Col string
	Cell
}

// Marked returns the cells whose residual is beyond a bound on either side, the
// farthest first, ties in the order of the table. Cells where less than one
// case is expected and none or one is found are left out: there a residual says
// nothing.
func (x *Cross) Marked(bound float64) []Marked {
	var out []Marked
	for i, row := range x.Cells {
		for j, c := range row {
			if math.Abs(c.Residual) >= bound && (c.Expected >= 1 || c.Count > 1) {
				out = append(out, Marked{x.RowValues[i], x.ColValues[j], c})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Marked) int {
		return compareDown(math.Round(1e9*math.Abs(a.Residual)), math.Round(1e9*math.Abs(b.Residual)))
	})
	return out
}

// compareDown puts the larger number first.
func compareDown(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}
