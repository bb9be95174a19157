package estimate

import "vigie/stat/survey"

var byOps = map[string]operation{
	"by": {[]string{"of", "by"}, opBy},
}

// groups returns the cells of the domain.
func (c *call) groups(by ...*survey.Column) []survey.Group {
	groups, err := c.design.Groups(by...)
	c.fail(err)
	return groups
}

// cellRow is what `by` says of one cell: a list of estimates with, where they
// have a meaning, standard errors and intervals.
type cellRow struct {
	names                   []string
	est, se, low, high, eff []float64
	normal                  bool // intervals by the normal law
}

// opBy repeats a statistic in every cell.
func opBy(c *call) any {
	by := c.columns("by")
	row := map[string]func(*call) func(survey.Group) cellRow{
		"mean": byMean, "total": byTotal, "ratio": byRatio, "quantile": byQuantile, "prop_ci": byProportion,
	}[c.args.need("of").choice("mean", "total", "ratio", "quantile", "prop_ci")](c)
	groups := map[string][]string{}
	var order []string
	for _, column := range by {
		order = append(order, column.Name)
	}
	var rows []cellRow
	var n []int
	for _, g := range c.groups(by...) {
		for k, level := range g.Levels {
			groups[by[k].Name] = append(groups[by[k].Name], level)
		}
		rows, n = append(rows, row(g)), append(n, answered(g.Design))
	}
	out := byAnswer(groups, rows)
	out["by"], out["n"] = order, n
	return out
}

// answered counts the records of a design that weigh.
func answered(d *survey.Design) int {
	n := 0
	for _, w := range d.Weights() {
		if w != 0 {
			n++
		}
	}
	return n
}

// byAnswer puts the rows of cells in columns.
func byAnswer(groups map[string][]string, rows []cellRow) map[string]any {
	names := rows[0].names
	values := map[string][]float64{}
	var columns []string
	put := func(prefix string, of func(r cellRow, j int) float64) {
		for j, name := range names {
			column := make([]float64, len(rows))
			for k, r := range rows {
				column[k] = of(r, j)
			}
			label := prefix + "." + name
			switch {
			case prefix == "":
				label = name
			case len(names) == 1 && prefix != "DEff":
				values[label] = column // a lone variable has the short name too
				label = prefix
			}
			columns, values[label] = append(columns, label), column
		}
	}
	put("", func(r cellRow, j int) float64 { return r.est[j] })
	put("se", func(r cellRow, j int) float64 { return r.se[j] })
	put("ci_l", func(r cellRow, j int) float64 { return r.low[j] })
	put("ci_u", func(r cellRow, j int) float64 { return r.high[j] })
	put("cv", func(r cellRow, j int) float64 { return r.se[j] / r.est[j] })
	put("var", func(r cellRow, j int) float64 { return r.se[j] * r.se[j] })
	if rows[0].eff != nil {
		put("DEff", func(r cellRow, j int) float64 { return r.eff[j] })
	}
	answer := map[string]any{"groups": groups, "columns": columns, "values": values}
	if rows[0].normal {
		var ends [][2]float64
		for j := range names {
			for _, r := range rows {
				ends = append(ends, [2]float64{r.low[j], r.high[j]})
			}
		}
		answer["ci95_normal"] = ends
	}
	return answer
}

// cellOf returns the row of an estimate, with normal intervals.
func (c *call) cellOf(e *survey.Estimate, err error) cellRow {
	c.fail(err)
	r := cellRow{names: e.Names, est: e.Value, se: e.SE(), eff: e.Deff, normal: true}
	for _, ends := range e.Interval(0.95, false) {
		r.low, r.high = append(r.low, ends[0]), append(r.high, ends[1])
	}
	return r
}

func byMean(c *call) func(survey.Group) cellRow {
	x, o := c.values("x")[0], c.option()
	return func(g survey.Group) cellRow { return c.cellOf(g.Design.Mean(g.Values(x), o)) }
}

func byTotal(c *call) func(survey.Group) cellRow {
	x, o := c.values("x")[0], c.option()
	return func(g survey.Group) cellRow { return c.cellOf(g.Design.Total(g.Values(x), o)) }
}

func byRatio(c *call) func(survey.Group) cellRow {
	v := c.values("num", "den")
	return func(g survey.Group) cellRow { return c.cellOf(g.Design.Ratio(g.Values(v[0]), g.Values(v[1]))) }
}
