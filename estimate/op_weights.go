package estimate

import (
	"vigie/stat/survey"
)

var weightOps = map[string]operation{
	"weights":             {nil, opWeights},
	"weight_ratio":        {nil, opWeightRatio},
	"replicate_info":      {[]string{"what"}, opReplicateInfo},
	"replicate_statistic": {[]string{"statistic", "x"}, opReplicateStatistic},
}

// mostListed is how many weights an answer lists in full.
const mostListed = 600

// opWeights answers the final weights and what they look like.
func opWeights(c *call) any { return describeWeights(c.design.Weights()) }

// describeWeights sums weights up: all of them are listed up to mostListed,
// else the first and the last twenty.
func describeWeights(w []float64) map[string]any {
	sum, square := 0.0, 0.0
	low, high := w[0], w[0]
	for _, v := range w {
		sum, square = sum+v, square+v*v
		low, high = min(low, v), max(high, v)
	}
	n := float64(len(w))
	out := map[string]any{"n": n, "sum": sum, "sumsq": square, "min": low, "max": high, "kish_deff": n * square / (sum * sum)}
	if len(w) <= mostListed {
		out["weights"] = w
	} else {
		out["first20"], out["last20"] = w[:20], w[len(w)-20:]
	}
	return out
}

// opWeightRatio answers the final weight of each record over its first one.
func opWeightRatio(c *call) any {
	out := make([]float64, c.design.Rows())
	for i, w := range c.design.Weights() {
		out[i] = w / c.design.Base()[i]
	}
	return out
}

// replicates returns those of the design, which it must have.
func (c *call) replicates() *survey.Replicates {
	r := c.design.Replicates()
	if r == nil {
		c.fail(&survey.Refusal{What: "le plan n’a pas de répliques", Do: "ajoutez une étape de préparation kind = \"replicates\""})
	}
	return r
}

// opReplicateInfo answers one thing about the replicates.
func opReplicateInfo(c *call) any {
	r := c.replicates()
	switch c.args.need("what").choice("scale", "rscale", "rscales", "mse", "degf", "ncol", "colsums") {
	case "scale":
		return r.Scale
	case "rscale":
		return r.RScales[0]
	case "rscales":
		return r.RScales
	case "mse":
		return r.MSE
	case "degf":
		return c.design.DF()
	case "ncol":
		return r.Count
	}
	return r.Sums()
}

// opReplicateStatistic answers a statistic that only replicates can estimate,
// on the records that have a value.
func opReplicateStatistic(c *call) any {
	c.args.need("statistic").choice("weighted_sd_n")
	c.replicates()
	x := c.desk.numeric(c.args.need("x"))
	return c.answerOf(c.design.Deviation(x))
}
