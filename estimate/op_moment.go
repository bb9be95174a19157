package estimate

import (
	"math"

	"vigie/stat/survey"
)

var momentOps = map[string]operation{
	"variance": {[]string{"x"}, opVariance},
	"cronbach": {[]string{"x"}, opCronbach},
	"kappa":    {[]string{"rows", "cols"}, opKappa},
	"kish":     {nil, opKish},
}

// opVariance answers the variance matrix and its standard errors.
func opVariance(c *call) any {
	x := c.values("x")[0]
	e, err := c.design.Variance(x)
	c.fail(err)
	p, se := len(x.Names), e.SE()
	var values, errs [][]float64
	for j := range x.Names {
		values, errs = append(values, e.Value[j*p:][:p]), append(errs, se[j*p:][:p])
	}
	return map[string]any{"names": x.Names, "var": values, "se": errs}
}

func opCronbach(c *call) any {
	alpha, err := c.design.Cronbach(c.values("x")[0])
	c.fail(err)
	return alpha
}

func opKappa(c *call) any {
	return c.answerOf(c.design.Kappa(c.column("rows"), c.column("cols")))
}

func opKish(c *call) any {
	effective, deff := c.design.Kish()
	if math.IsNaN(effective) {
		c.fail(&survey.Refusal{What: "aucun enregistrement n’a de poids dans le domaine", Do: "élargissez le domaine"})
	}
	return map[string]any{"neff": effective, "deff": deff}
}
