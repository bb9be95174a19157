package estimate

import (
	"fmt"
	"maps"
	"slices"

	"vigie/stat/survey"
)

var contrastOps = map[string]operation{
	"contrast":           {[]string{"of", "x", "weights"}, opContrast},
	"contrast_nonlinear": {[]string{"of", "x", "expr"}, opNonlinear},
	"by_cov":             {[]string{"of", "x", "by"}, opByCov},
	"by_contrast":        {[]string{"of", "x", "by", "weights"}, opByContrast},
	"domain_difference":  {[]string{"of", "x", "by", "plus", "minus"}, opDifference},
}

// weighed returns the contrast of estimates that `weights` asks.
func (c *call) weighed(e *survey.Estimate) any {
	n := c.args.need("weights")
	weights := n.numbers()
	if len(weights) != len(e.Value) {
		n.refuse(fmt.Sprintf("donnez %d coefficients, un par estimation", len(e.Value)), "%d coefficients", len(weights))
	}
	return c.answerOf(e.Contrast(weights), nil)
}

func opContrast(c *call) any { return c.weighed(c.basic()) }

func opNonlinear(c *call) any {
	e := c.basic()
	n := c.args.need("expr")
	f := formula(n, e.Names)
	return c.answerOf(e.Apply(f))
}

// formulas are the operations of an expression of estimates: the result and
// its derivative with respect to each of the two parts.
var formulas = map[string]func(a, b float64) (result, da, db float64){
	"divide":     func(a, b float64) (float64, float64, float64) { return a / b, 1 / b, -a / b / b },
	"multiply":   func(a, b float64) (float64, float64, float64) { return a * b, b, a },
	"sum":        func(a, b float64) (float64, float64, float64) { return a + b, 1, 1 },
	"difference": func(a, b float64) (float64, float64, float64) { return a - b, 1, -1 },
}

// formula reads an expression of estimates: a name, a number, or one
// operation on two expressions.
func formula(n node, names []string) survey.Function {
	switch v := n.v.(type) {
	case float64:
		return func(value []float64) (float64, []float64) { return v, make([]float64, len(value)) }
	case string:
		at := slices.Index(names, v)
		if at < 0 {
			n.unknown("estimation inconnue", names)
		}
		return func(value []float64) (float64, []float64) {
			gradient := make([]float64, len(value))
			gradient[at] = 1
			return value[at], gradient
		}
	}
	known := slices.Sorted(maps.Keys(formulas))
	n.only(known...)
	for _, name := range known {
		if parts := n.get(name).items(); len(parts) == 2 {
			return combine(formulas[name], formula(parts[0], names), formula(parts[1], names))
		}
	}
	n.refuse("écrivez par exemple { divide = [\"a\", \"b\"] }", "une opération sur deux estimations est attendue")
	return nil
}

// combine applies the chain rule.
func combine(f func(a, b float64) (result, da, db float64), left, right survey.Function) survey.Function {
	return func(value []float64) (float64, []float64) {
		a, ga := left(value)
		b, gb := right(value)
		result, da, db := f(a, b)
		gradient := make([]float64, len(value))
		for k := range gradient {
			gradient[k] = da*ga[k] + db*gb[k]
		}
		return result, gradient
	}
}

// joint returns the estimates of every cell of the categories, with their
// covariance, and the levels of each cell.
func (c *call) joint(by ...*survey.Column) (*survey.Estimate, [][]string) {
	var e *survey.Estimate
	var cells [][]string
	var err error
	switch c.args.need("of").choice("mean", "total", "ratio") {
	case "mean":
		x := c.values("x")[0]
		e, cells, err = c.design.Joint(survey.Means, x, nil, by...)
	case "total":
		x := c.values("x")[0]
		e, cells, err = c.design.Joint(survey.Totals, x, nil, by...)
	default:
		v := c.values("num", "den")
		e, cells, err = c.design.Joint(survey.Ratios, v[0], v[1], by...)
	}
	c.fail(err)
	return e, cells
}

// opByCov answers the covariance of the estimates of all cells.
func opByCov(c *call) any {
	e, _ := c.joint(c.columns("by")...)
	return covariance(e)
}

func opByContrast(c *call) any {
	e, _ := c.joint(c.columns("by")...)
	return c.weighed(e)
}

// opDifference answers the estimate of cell `plus` minus that of `minus`.
func opDifference(c *call) any {
	plus, minus := c.args.need("plus"), c.args.need("minus")
	var by []*survey.Column
	for _, key := range slices.Sorted(maps.Keys(plus.fields())) {
		by = append(by, c.desk.variable(node{plus.child(key, nil).path, key}))
	}
	e, cells := c.joint(by...)
	if len(e.Value) != len(cells) {
		c.args.need("x").refuse("demandez une variable à la fois", "%d variables pour une différence", len(e.Value)/len(cells))
	}
	up, down := plus.cell(by, cells), minus.cell(by, cells)
	weights := make([]float64, len(e.Value))
	weights[up]++
	weights[down]--
	return c.answerOf(e.Contrast(weights), nil)
}

// cell returns the rank of the cell that a node describes, a level for each
// category.
func (n node) cell(by []*survey.Column, cells [][]string) int {
	var names, wanted []string
	for _, b := range by {
		names = append(names, b.Name)
		wanted = append(wanted, n.need(b.Name).label())
	}
	n.only(names...)
	at := slices.IndexFunc(cells, func(levels []string) bool { return slices.Equal(levels, wanted) })
	if at < 0 {
		n.refuse("vérifiez les modalités, ou élargissez le domaine", "aucun enregistrement dans la cellule %v", wanted)
	}
	return at
}
