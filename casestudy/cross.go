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
	if x.RowValues == nil {
		x.RowValues = b.facets.values[rows]
	}
	if x.ColValues == nil {
		x.ColValues = b.facets.values[cols]
	}
	known := b.facets.union(rows, b.facets.values[rows])
	known.and(b.facets.union(cols, b.facets.values[cols]))
	x.All = known.count()
	x.Left = len(b.entries) - x.All
	down, across := b.facets.having(rows, x.RowValues, known), b.facets.having(cols, x.ColValues, known)
	for _, set := range across {
		x.ColBase = append(x.ColBase, set.count())
	}
	for _, set := range down {
		base, row := set.count(), make([]Cell, len(across))
		for j, other := range across {
			row[j].Count = set.countBoth(other)
			row[j].measure(base, x.ColBase[j], x.All)
		}
		x.RowBase, x.Cells = append(x.RowBase, base), append(x.Cells, row)
	}
	return x
}

// having returns, for each value, the cases of a set that have it.
func (x *facetIndex) having(f Facet, values []string, set bitset) []bitset {
	out := make([]bitset, len(values))
	for i, v := range values {
		out[i] = x.union(f, []string{v})
		out[i].and(set)
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
