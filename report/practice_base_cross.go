package report

import (
	"math"
	"slices"
	"strconv"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/territory"
)

// The names in the address of the two sides that are crossed.
const (
	rowsInput = "lignes"
	colsInput = "colonnes"
)

// crossable lists the sides that can be crossed, in order.
var crossable = append(slices.Clone(casestudy.Sides), casestudy.Form, casestudy.Objective)

// sides returns the two sides asked, and says what was not understood.
func (w *baseReader) sides() (rows, cols casestudy.Facet, refused []string) {
	rows, cols = casestudy.Domain, casestudy.Relation
	for _, one := range []struct {
		name string
		to   *casestudy.Facet
	}{{rowsInput, &rows}, {colsInput, &cols}} {
		asked := w.r.First(one.name)
		i := slices.IndexFunc(crossable, func(f casestudy.Facet) bool { return f.Parameter() == asked })
		switch {
		case i >= 0:
			*one.to = crossable[i]
		case asked != "":
			refused = append(refused, w.t("base.cross.unknown", "value", asked))
		}
	}
	if rows == cols {
		if w.r.First(colsInput) != "" {
			refused = append(refused, w.t("base.cross.same"))
		}
		cols = crossable[0]
		if rows == cols {
			cols = casestudy.Relation
		}
	}
	return rows, cols, refused
}

// crossState is the query that names a cross, empty for the first one.
func crossState(rows, cols casestudy.Facet) map[string][]string {
	state := map[string][]string{}
	if rows != casestudy.Domain || cols != casestudy.Relation {
		state[rowsInput], state[colsInput] = []string{rows.Parameter()}, []string{cols.Parameter()}
	}
	return state
}

// crossed sets two sides against each other.
func (w *baseReader) crossed(rows, cols casestudy.Facet, refused []string) Section {
	x := w.base.Cross(rows, cols, w.values(rows), w.values(cols))
	s := Section{ID: "croisement", Title: w.t("base.cross.section")}
	for _, r := range refused {
		s.Blocks = append(s.Blocks, Block{Note: plain(r)})
	}
	s.Blocks = append(s.Blocks, Block{Form: &Form{Action: OverviewPath, Intro: plain(w.t("base.cross.intro")), Submit: w.t("base.cross.submit"),
		Fields: []Field{w.sideField(rowsInput, rows), w.sideField(colsInput, cols)}}})
	if x.All == 0 {
		return Section{ID: s.ID, Title: s.Title, Blocks: append(s.Blocks, paragraph(plain(w.t("base.cross.none"))))}
	}
	s.Blocks = append(s.Blocks, Block{Figure: w.crossFigure(x)})
	if list := w.marked(x); len(list) > 0 {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("base.cross.marked")}, Block{List: list}, Block{Note: plain(w.t("base.cross.caution", "n", len(x.RowValues)*len(x.ColValues)))})
	}
	return s
}

func (w *baseReader) sideField(name string, now casestudy.Facet) Field {
	f := Field{Name: name, Label: w.t("base.cross." + name)}
	for _, c := range crossable {
		f.Options = append(f.Options, Option{Value: c.Parameter(), Label: w.sideName(c), Selected: c == now})
	}
	return f
}

// values are those of a side in their own order, nil for those that cases have.
func (w *baseReader) values(f casestudy.Facet) []string {
	var out []string
	switch list := w.facet(f).list; {
	case f == casestudy.Region:
		for _, t := range w.c.Territory.ByLevel(territory.Region) {
			out = append(out, string(t.Code))
		}
	case list != "":
		for _, t := range w.c.Taxonomy.Terms(list) {
			out = append(out, t.Code)
		}
	}
	return out
}

// crossFigure draws the counts.
func (w *baseReader) crossFigure(x *casestudy.Cross) *Figure {
	chart := &Heat{NoData: w.t("base.cross.empty")}
	t := Table{Caption: w.t("base.cross.caption", "rows", w.sideName(x.Rows), "cols", w.sideName(x.Cols)), Head: []Head{
		{Key: "row", Label: w.sideName(x.Rows)}, {Key: "column", Label: w.sideName(x.Cols)}, {Key: "cases", Label: w.t("base.head.cases"), Numeric: true},
		{Key: "base", Label: w.t("base.head.row_base"), Numeric: true}, {Key: "percent", Label: w.t("base.head.percent"), Numeric: true},
		{Key: "low", Label: w.t("base.head.low"), Numeric: true}, {Key: "high", Label: w.t("base.head.high"), Numeric: true},
		{Key: "expected", Label: w.t("base.head.expected"), Numeric: true}, {Key: "residual", Label: w.t("base.head.residual"), Numeric: true}}}
	for _, v := range x.ColValues {
		chart.Columns = append(chart.Columns, HeatHead{Code: v, Short: w.short(x.Cols, v), Label: w.value(x.Cols, v), Href: w.facetHref(x.Cols, v)})
	}
	most := 0
	for _, row := range x.Cells {
		for _, c := range row {
			most = max(most, c.Count)
		}
	}
	bounds := countBounds(most)
	chart.Legend = countClasses(bounds, most)
	f := &Figure{ID: "tableau-croise", Unit: w.t("base.cross.unit"), Field: w.t("base.cross.field", "n", x.All), Date: w.baseDate(), Source: w.p("source.base"), Licence: w.p("licence")}
	for i, v := range x.RowValues {
		label := w.value(x.Rows, v)
		row := HeatRow{Code: v, Label: w.short(x.Rows, v), Href: w.facetHref(x.Rows, v)}
		for j, c := range x.Cells[i] {
			row.Cells = append(row.Cells, HeatCell{Step: classOf(bounds, c.Count), Text: textOf(c.Count), Title: w.cellSaid(label, chart.Columns[j].Label, c)})
			t.Rows = append(t.Rows, Row{Cells: []Cell{linked(label, row.Href), word(chart.Columns[j].Label), w.count(c.Count), w.count(c.Base), w.percentCell(c.Share), w.percentCell(c.Lo),
				w.percentCell(c.Hi), w.oneDecimal(c.Expected), w.residual(c.Residual)}})
			if c.Count == most && f.Title == "" {
				f.Title = w.t("base.cross.title", "row", label, "col", chart.Columns[j].Label, "n", c.Count)
				f.Reading = w.cellSaid(label, chart.Columns[j].Label, c) + "."
			}
		}
		chart.Rows = append(chart.Rows, row)
	}
	f.Alt, f.Chart, f.Table = f.Title, chart, t
	f.Notes = append(f.Notes, w.t("base.spread.several"))
	if x.Left > 0 {
		f.Notes = append(f.Notes, w.t("base.cross.left", "n", x.Left))
	}
	return f
}

// short is what fits above a column.
func (w *baseReader) short(f casestudy.Facet, v string) string {
	if list := w.facet(f).list; list != "" {
		if t, ok := w.c.Term(list, v); ok {
			return t.Short(w.l)
		}
	}
	return w.value(f, v)
}

func textOf(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// countBounds are the first counts of the classes, each about as many times the
// one before, so that the largest count is in the last one.
func countBounds(most int) []int {
	out := []int{1}
	for i := 1; i < Steps; i++ {
		out = append(out, max(out[i-1]+1, int(math.Ceil(math.Pow(float64(most), float64(i)/Steps)))))
	}
	return out
}

// countClasses labels the classes of a count: « 1 », « 2–3 », the last one up to
// the largest.
func countClasses(bounds []int, most int) []string {
	out := make([]string, len(bounds))
	for i, from := range bounds {
		switch {
		case i+1 == len(bounds) && most > from:
			out[i] = strconv.Itoa(from) + "–" + strconv.Itoa(most)
		case i+1 == len(bounds) || bounds[i+1]-1 == from:
			out[i] = strconv.Itoa(from)
		default:
			out[i] = strconv.Itoa(from) + "–" + strconv.Itoa(bounds[i+1]-1)
		}
	}
	return out
}

// cellSaid reads one cell.
func (w *baseReader) cellSaid(row, col string, c casestudy.Cell) string {
	return w.t("base.cross.cell", "row", row, "col", col, "n", c.Count, "base", c.Base, "expected", lang.Number(w.l, c.Expected, 1))
}

func (w *baseReader) residual(x float64) Cell {
	if math.IsNaN(x) {
		return Cell{Text: "–"}
	}
	return num(x, lang.Signed(w.l, x, 1))
}

// mostMarked is how many cells are put into words.
const mostMarked = 8

// marked says which cells are far from what the margins give.
func (w *baseReader) marked(x *casestudy.Cross) []Text {
	var out []Text
	for _, m := range x.Marked(2) {
		if len(out) == mostMarked {
			break
		}
		out = append(out, plain(w.t("base.cross.mark", "row", w.value(x.Rows, m.Row), "col", w.value(x.Cols, m.Col), "n", m.Count, "expected", lang.Number(w.l, m.Expected, 1),
			"more", m.Residual > 0, "residual", lang.Signed(w.l, m.Residual, 1))))
	}
	return out
}
