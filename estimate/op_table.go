package estimate

import (
	"fmt"

	"vigie/stat/survey"
)

var tableOps = map[string]operation{
	"table":          {[]string{"rows", "cols", "normalise_to", "share"}, opTable},
	"chisq":          {[]string{"rows", "cols", "statistic"}, opChisq},
	"gof_chisq":      {[]string{"x", "p"}, opGoodness},
	"loglin_compare": {[]string{"full", "reduced"}, opLoglinear},
}

// opTable answers weighted counts, or shares of the total, of each row or of
// each column.
func opTable(c *call) any {
	rows, cols := c.column("rows"), c.column("cols")
	t, err := c.design.Table(rows, cols)
	c.fail(err)
	if c.args.has("normalise_to") {
		t = t.Scaled(c.args.get("normalise_to").number(1))
	}
	if c.args.has("share") {
		t = t.Shares(map[string]survey.Share{"total": survey.OfTotal, "row": survey.OfRow, "column": survey.OfColumn}[c.args.get("share").choice("total", "row", "column")])
	}
	var values []float64
	for _, row := range t.Count {
		values = append(values, row...)
	}
	return map[string]any{
		"order":            []string{rows.Name, cols.Name},
		"dim":              []int{len(t.Rows.Levels), len(t.Cols.Levels)},
		"dimnames":         map[string][]string{rows.Name: t.Rows.Levels, cols.Name: t.Cols.Levels},
		"values_row_major": values,
	}
}

// opChisq answers a test of independence.
func opChisq(c *call) any {
	statistics := map[string]survey.Association{
		"F": survey.AssociationF, "Chisq": survey.AssociationChiSquared,
		"Wald": survey.AssociationWald, "adjWald": survey.AssociationAdjustedWald,
		"lincom": survey.AssociationLincom, "saddlepoint": survey.AssociationSaddlepoint,
	}
	statistic := c.args.get("statistic").choice("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint")
	t, err := c.design.Independence(c.column("rows"), c.column("cols"), statistics[statistic])
	c.fail(err)
	return testAnswer(t)
}

// opGoodness answers a test of fit to given shares.
func opGoodness(c *call) any {
	t, err := c.design.Goodness(c.column("x"), c.args.need("p").numbers())
	c.fail(err)
	return testAnswer(t)
}

// testAnswer returns a test; parameter is left out when its law has none.
func testAnswer(t *survey.Test) map[string]any {
	out := map[string]any{"statistic": t.Statistic, "p_value": t.P}
	if t.Parameter != nil {
		out["parameter"] = t.Parameter
	}
	return out
}

// opLoglinear answers the comparison of two nested log-linear models.
func opLoglinear(c *call) any {
	full, reduced := c.args.need("full"), c.args.need("reduced")
	distinct(full)
	distinct(reduced)
	r, err := c.design.CompareLoglinear(c.desk.terms(full), c.desk.terms(reduced))
	c.fail(err)
	return map[string]any{
		"score": map[string]any{"chisq": r.Score.Statistic, "df": r.Score.Parameter, "p": r.Score.P},
		"dev":   map[string]any{"dev": r.Deviance.Statistic, "df": r.Deviance.Parameter, "p": r.Deviance.P},
	}
}

// distinct refuses a term that names a variable twice.
func distinct(terms node) {
	for _, t := range terms.items() {
		seen := map[string]bool{}
		for _, v := range t.items() {
			name := fmt.Sprint(v.v)
			if seen[name] {
				v.refuse("gardez chaque variable une fois par terme", "cette variable est deux fois dans le terme")
			}
			seen[name] = true
		}
	}
}
