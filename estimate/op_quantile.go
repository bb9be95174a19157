package estimate

import (
	"fmt"
	"math"
	"strings"

	"vigie/stat/survey"
)

var quantileOps = map[string]operation{
	"quantile": {[]string{"x", "p", "qrule", "interval", "level"}, opQuantile},
	"prop_ci":  {[]string{"x", "method", "level"}, opProportion},
}

// quantiles returns how to compute the quantiles asked on a design and the
// values of its records.
func (c *call) quantiles() func(*survey.Design, *survey.Values) *survey.Quantiles {
	p := c.args.need("p").numbers()
	o := survey.QuantileOption{
		Rule: c.args.get("qrule").choice(survey.Rules...), Interval: c.args.get("interval").choice(survey.QuantileIntervals...),
		Level: c.level(),
	}
	return func(d *survey.Design, x *survey.Values) *survey.Quantiles {
		q, err := d.Quantile(x, p, o)
		c.fail(err)
		return q
	}
}

// level returns the confidence level asked.
func (c *call) level() float64 {
	n := c.args.get("level")
	level := n.number(0.95)
	if !(level > 0 && level < 1) {
		n.refuse("écrivez par exemple 0.95", "un niveau se trouve entre 0 et 1")
	}
	return level
}

func opQuantile(c *call) any {
	for _, n := range c.args.need("x").items() {
		c.desk.numeric(n) // categories have no order of size
	}
	of, x := c.quantiles(), c.values("x")[0]
	var all []any
	for j := range x.Names {
		q := of(c.design, &survey.Values{Names: x.Names[j : j+1], Data: x.Data[j : j+1]})
		all = append(all, map[string]any{"p": q.P, "quantile": q.Value, "ci_low": q.Low, "ci_high": q.High, "se": q.SE})
	}
	if len(all) == 1 {
		return all[0]
	}
	named := map[string]any{}
	for j, name := range x.Names {
		named[name] = all[j]
	}
	return named
}

// byQuantile names several orders after the variable and the order.
func byQuantile(c *call) func(survey.Group) cellRow {
	of, x := c.quantiles(), c.values("x")[0]
	return func(g survey.Group) cellRow {
		var r cellRow
		values := g.Values(x)
		for j, name := range x.Names {
			q := of(g.Design, &survey.Values{Names: x.Names[j : j+1], Data: values.Data[j : j+1]})
			for k, p := range q.P {
				if len(q.P) > 1 {
					name = fmt.Sprintf("%s.%s", x.Names[j], number(p))
				}
				r.names, r.est, r.se = append(r.names, name), append(r.est, q.Value[k]), append(r.se, q.SE[k])
				r.low, r.high = append(r.low, q.Low[k]), append(r.high, q.High[k])
			}
		}
		return r
	}
}

// proportion returns how to compute the proportion asked in a design; before
// is the same with the records whose answer is missing.
func (c *call) proportion() func(before, d *survey.Design, x *survey.Values) (*survey.Proportion, error) {
	o := survey.ProportionOption{Method: c.args.get("method").choice(survey.Methods...), Level: c.level()}
	return func(before, d *survey.Design, x *survey.Values) (*survey.Proportion, error) {
		o.Before = before
		return d.Proportion(x, o)
	}
}

func opProportion(c *call) any {
	of, before := c.proportion(), c.design
	x := c.values("x")[0]
	p, err := of(before, c.design, x)
	c.fail(err)
	return map[string]any{"est": p.Value, "var": p.Var, "ci95": []float64{p.Low, p.High}}
}

// byProportion gives the proportion of each cell with its own interval.
func byProportion(c *call) func(survey.Group) cellRow {
	of := c.proportion()
	before := map[string]*survey.Design{}
	for _, g := range c.groups(c.columns("by")...) {
		before[strings.Join(g.Levels, "\x00")] = g.Design
	}
	x := c.values("x")[0]
	return func(g survey.Group) cellRow {
		p, err := of(before[strings.Join(g.Levels, "\x00")], g.Design, g.Values(x))
		if p == nil { // else a cell of 0 or 100 % that has no interval
			c.fail(err)
		}
		one := func(v float64) []float64 { return []float64{v} }
		return cellRow{names: x.Names, est: one(p.Value), se: one(math.Sqrt(p.Var)), low: one(p.Low), high: one(p.High)}
	}
}
