package study

import (
	"fmt"
	"math"

	"vigie/stat/disclosure"
	"vigie/stat/survey"
)

// grid is the cross of one item by two breakdowns while it is made: rows are
// the levels of the first, columns those of the second, each with one more for
// the records without a level.
type grid struct {
	e          *Explorer
	x          *explored
	rows, cols int     // with the ones for no level
	group      []int16 // cell of each record, -1 for those who did not answer
	n          []int   // records, by cell
	key        []disclosure.Key
	weight     []float64
	square     []float64
	moved      []int  // published bases
	shown      []bool // cells that are published
}

// two answers a cross of two breakdowns.
func (e *Explorer) two(out *Crossed, item, first, second int) error {
	x := &e.items[item]
	if x.why != "" {
		return tooFew(x.why, "croisez cette question par une seule variable")
	}
	out.Moved = true
	g, err := e.grid(x, first, second)
	if err != nil {
		return err
	}
	tables := &e.tab.Items[item]
	everybody, byFirst, bySecond := columnsBy(tables, ""), columnsBy(tables, e.tab.Breakdowns[first].Code), columnsBy(tables, e.tab.Breakdowns[second].Code)
	rows, cols := byFirst, bySecond
	if !g.pick(rows, cols) {
		out.Columns, out.Withheld = (g.rows-1)*(g.cols-1), (g.rows-1)*(g.cols-1)
		return e.shown(out)
	}
	figures, err := g.figures()
	if err != nil {
		return err
	}
	for i := range g.rows - 1 {
		block := CrossBlock{Level: e.tab.Breakdowns[first].Levels[i].Code, Table: Table{By: e.tab.Breakdowns[second].Code}}
		for j := range g.cols - 1 {
			c := Column{Level: e.tab.Breakdowns[second].Levels[j].Code, Letter: survey.Letter(j), Cells: []Cell{}}
			at := i*g.cols + j
			if out.Columns++; !g.shown[at] {
				c.Secret = true
				out.Withheld++
			} else {
				c.Base = g.moved[at]
				c.Effective = math.Round(float64(c.Base) * g.weight[at] * g.weight[at] / g.square[at] / float64(g.n[at]))
				c.Cells = figures.cells(at, everybody[""], rows[block.Level], cols[c.Level])
			}
			block.Table.Columns = append(block.Table.Columns, c)
		}
		figures.compare(i, block.Table.Columns)
		out.Blocks = append(out.Blocks, block)
	}
	return e.shown(out)
}

// columnsBy returns the columns of a published table by level.
func columnsBy(it *ItemTable, by string) map[string]*Column {
	out := map[string]*Column{}
	if t, ok := it.By(by); ok {
		for i := range t.Columns {
			out[t.Columns[i].Level] = &t.Columns[i]
		}
	}
	return out
}

// grid counts the records of the cross of two breakdowns.
func (e *Explorer) grid(x *explored, first, second int) (*grid, error) {
	g := &grid{e: e, x: x, rows: len(e.tab.Breakdowns[first].Levels) + 1, cols: len(e.tab.Breakdowns[second].Levels) + 1, group: make([]int16, len(e.weights))}
	cells := g.rows * g.cols
	if cells > math.MaxInt16 {
		return nil, tooFew(fmt.Sprintf("il a %d cellules", cells), "croisez par une variable qui a moins de niveaux")
	}
	g.n, g.key, g.weight, g.square = make([]int, cells), make([]disclosure.Key, cells), make([]float64, cells), make([]float64, cells)
	g.moved, g.shown = make([]int, cells), make([]bool, cells)
	a, b := e.by[first], e.by[second]
	for i, w := range e.weights {
		if g.group[i] = -1; w == 0 || !x.answered(i) {
			continue
		}
		r, c := int(a[i]), int(b[i])
		if r < 0 {
			r = g.rows - 1
		}
		if c < 0 {
			c = g.cols - 1
		}
		at := r*g.cols + c
		g.group[i] = int16(at)
		g.n[at]++
		g.key[at] += e.keys[i]
		g.weight[at] += w
		g.square[at] += w * w
	}
	for at, n := range g.n {
		var err error
		if g.moved[at], err = e.passage.Publish(n, g.key[at]); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// pick decides which cells are published: those whose base and whose published
// base both reach the minimum, of levels that are published on their own. It
// tells whether there is one.
func (g *grid) pick(rows, cols map[string]*Column) bool {
	any := false
	for at := range g.n {
		i, j := at/g.cols, at%g.cols
		if i == g.rows-1 || j == g.cols-1 || min(g.n[at], g.moved[at]) < g.e.minBase {
			continue
		}
		g.shown[at] = levelShown(rows, i) && levelShown(cols, j)
		any = any || g.shown[at]
	}
	return any
}

// levelShown tells whether the column of a level, by rank, is published.
func levelShown(columns map[string]*Column, rank int) bool {
	for _, c := range columns {
		if c.Letter == survey.Letter(rank) {
			return !c.Secret
		}
	}
	return false
}
