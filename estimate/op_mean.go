package estimate

import "vigie/stat/survey"

var meanOps = map[string]operation{
	"mean":             {[]string{"x", "deff"}, opMean},
	"total":            {[]string{"x", "deff"}, opTotal},
	"ratio":            {[]string{"num", "den"}, opRatio},
	"ratio_by_stratum": {[]string{"num", "den"}, opRatioByStratum},
	"cov":              {[]string{"of", "x"}, opCov},
}

// option returns what `deff` asks.
func (c *call) option() survey.Option {
	return survey.Option{Deff: c.args.get("deff").choice("", survey.WithoutReplacement, survey.WithReplacement)}
}

func opMean(c *call) any {
	x := c.values("x")[0]
	return c.answerOf(c.design.Mean(x, c.option()))
}

func opTotal(c *call) any {
	x := c.values("x")[0]
	return c.answerOf(c.design.Total(x, c.option()))
}

func opRatio(c *call) any {
	v := c.values("num", "den")
	return c.answerOf(c.design.Ratio(v[0], v[1]))
}

// opRatioByStratum answers the ratio in each first-stage stratum.
func opRatioByStratum(c *call) any {
	v := c.values("num", "den")
	strata := c.design.Strata()
	if strata == nil {
		c.args.refuse("déclarez « strata » dans le plan", "le plan n’a pas de strates")
	}
	var names []string
	var est, se []float64
	for _, g := range c.groups(strata) {
		e, err := g.Design.Ratio(g.Values(v[0]), g.Values(v[1]))
		c.fail(err)
		names, est, se = append(names, g.Levels...), append(est, e.Value...), append(se, e.SE()...)
	}
	return map[string]any{"strata": names, "est": est, "se": se}
}

// basic returns the estimate that `of` asks: means, totals or ratios.
func (c *call) basic() *survey.Estimate {
	var e *survey.Estimate
	var err error
	switch c.args.need("of").choice("mean", "total", "ratio") {
	case "mean":
		x := c.values("x")[0]
		e, err = c.design.Mean(x, survey.Option{})
	case "total":
		x := c.values("x")[0]
		e, err = c.design.Total(x, survey.Option{})
	default:
		v := c.values("num", "den")
		e, err = c.design.Ratio(v[0], v[1])
	}
	c.fail(err)
	return e
}

// opCov answers the covariance of the estimates.
func opCov(c *call) any { return covariance(c.basic()) }

// covariance returns a covariance with its names.
func covariance(e *survey.Estimate) map[string]any {
	return map[string]any{"rows": e.Names, "cols": e.Names, "values": matrix(e.Cov)}
}
