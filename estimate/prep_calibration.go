package estimate

import (
	"math"
	"slices"
	"strings"

	"vigie/stat/survey"
)

var calibrationPreps = map[string]step{
	"poststratify":          {[]string{"by", "population"}, prepPoststratify},
	"rake":                  {[]string{"margins", "tolerance"}, prepRake},
	"calibrate":             {[]string{"method", "totals", "bounds", "model", "equal_within", "variance", "force", "max_iterations", "weight_bounds"}, prepCalibrate},
	"calibrate_instruments": {[]string{"method", "totals", "instruments"}, prepInstruments},
	"calibrate_penalised":   {[]string{"method", "totals", "costs", "lambda"}, prepPenalised},
	"trim":                  {[]string{"lower", "upper", "strict"}, prepTrim},
}

// prepPoststratify brings the weights to the population of each cell of the
// variables `by`.
func prepPoststratify(c *call) {
	by := c.columns("by")
	name := make([]string, len(by))
	for k := range by {
		by[k] = by[k].Categorical()
		name[k] = by[k].Name
	}
	text := make([]string, c.design.Rows())
	for i := range text {
		levels := make([]string, len(by))
		for k, v := range by {
			if !v.Missing(i) {
				levels[k] = v.Levels[v.Code[i]]
			}
		}
		if !slices.Contains(levels, "") {
			text[i] = strings.Join(levels, between)
		}
	}
	m := survey.Margin{Column: survey.Category(strings.Join(name, between), text), Counts: map[string]float64{}}
	for _, n := range c.args.need("population").items() {
		n.only("cell", "count")
		var levels []string
		for _, v := range by {
			levels = append(levels, n.need("cell").need(v.Name).label())
		}
		m.Counts[strings.Join(levels, between)] += n.need("count").number(math.NaN())
	}
	c.prepare(c.design.PostStratify(m))
}

// between joins what a cell crosses.
const between = " × "

// prepRake brings the weights to each of the margins.
func prepRake(c *call) {
	var margins []survey.Margin
	for _, n := range c.args.need("margins").items() {
		n.only("var", "counts")
		m := survey.Margin{Column: c.desk.variable(n.need("var")).Categorical(), Counts: map[string]float64{}}
		counts := n.need("counts")
		for level := range counts.fields() {
			m.Counts[level] = counts.get(level).number(math.NaN())
		}
		margins = append(margins, m)
	}
	c.prepare(c.design.Rake(margins, c.args.get("tolerance").number(0)))
}

// totals returns the known totals of a calibration.
func (c *call) totals() []survey.Constraint {
	var out []survey.Constraint
	for _, n := range c.args.need("totals").items() {
		n.only("constant", "var", "level", "total")
		t := survey.Constraint{Total: n.need("total").number(0)}
		if !n.get("constant").flag() {
			t.Column = c.desk.variable(n.need("var"))
			if n.has("level") {
				t.Level = n.get("level").label()
			}
		}
		out = append(out, t)
	}
	return out
}

// prepCalibrate brings the weights to totals of categories and of numbers. The
// columns of `model` are those of the totals: it is only a reminder.
func prepCalibrate(c *call) {
	method := c.args.get("method").choice("linear", "raking", "logit")
	k := survey.Calibration{
		Totals: c.totals(), Force: c.args.get("force").flag(), Iterations: c.args.get("max_iterations").whole(0),
		Distance: map[string]survey.Distance{"linear": survey.Linear, "raking": survey.Raking, "logit": survey.Logit}[method],
	}
	k.Lower, k.Upper = c.pair("bounds")
	k.Least, k.Most = c.pair("weight_bounds")
	if c.args.has("equal_within") {
		k.Equal = c.column("equal_within")
	}
	if c.args.has("variance") {
		k.Variance = c.column("variance")
	}
	c.prepare(c.design.Calibrate(k))
}

// pair returns two bounds, zeros when they are not given.
func (c *call) pair(key string) (low, high float64) {
	n := c.args.get(key)
	if n.v == nil {
		return 0, 0
	}
	b := n.numbers()
	if len(b) != 2 {
		n.refuse("écrivez "+key+" = [0.3, 3]", "deux nombres sont attendus")
	}
	return b[0], b[1]
}

// prepInstruments is the generalised calibration: what moves the weights is
// not what is calibrated.
func prepInstruments(c *call) {
	c.args.get("method").choice("linear")
	k := survey.Calibration{Totals: c.totals()}
	for _, n := range c.args.need("instruments").items() {
		n.only("constant", "var")
		if n.get("constant").flag() {
			k.Instruments = append(k.Instruments, nil)
		} else {
			k.Instruments = append(k.Instruments, c.desk.numeric(n.need("var")))
		}
	}
	c.prepare(c.design.Calibrate(k))
}

// prepPenalised approaches the totals, each at its cost.
func prepPenalised(c *call) {
	c.args.get("method").choice("linear")
	k := survey.Calibration{Totals: c.totals(), Lambda: c.args.get("lambda").number(1)}
	costs := c.args.need("costs")
	for _, t := range k.Totals {
		name := "constant"
		if t.Column != nil {
			name = t.Column.Name
		}
		k.Costs = append(k.Costs, costs.need(name).number(0))
	}
	c.prepare(c.design.Calibrate(k))
}

// prepTrim brings back the weights beyond two bounds.
func prepTrim(c *call) {
	c.prepare(c.design.Trim(survey.Trimming{
		Lower: c.args.get("lower").number(math.Inf(-1)), Upper: c.args.get("upper").number(math.Inf(1)), Strict: c.args.get("strict").flag(),
	}))
}
