package estimate

import "vigie/stat/survey"

var boundsOps = map[string]operation{
	"tightest_bounds": {[]string{"totals"}, opTightest},
}

// opTightest answers the narrowest bounds of the weight ratio within which
// `totals` can be met: what to give as `bounds` of a calibration, or a little
// more.
func opTightest(c *call) any {
	c.args = c.desk.inline(c.args)
	lower, upper, err := c.design.TightestBounds(survey.Calibration{Totals: c.totals()})
	c.fail(err)
	return map[string]any{"lower": lower, "upper": upper}
}
