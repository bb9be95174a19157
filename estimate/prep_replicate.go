package estimate

import (
	"math"

	"vigie/stat/survey"
)

var replicatePreps = map[string]step{
	"replicates":        {[]string{"type", "rho", "mse", "count", "seed"}, prepReplicates},
	"replicate_matrix":  {[]string{"file", "combined", "mse", "scale", "rscale", "rscales", "degf"}, prepReplicateMatrix},
	"replicate_factors": {[]string{"columns", "base_weight", "type", "rho", "mse", "scale", "rscale", "rscales", "degf"}, prepReplicateFactors},
}

// kinds names the ways of making replicates.
var kinds = map[string]survey.Resampling{
	"JK1": survey.JK1, "JKn": survey.JKn, "BRR": survey.BRR, "Fay": survey.Fay,
	"bootstrap": survey.Bootstrap, "subbootstrap": survey.Subbootstrap, "mrbbootstrap": survey.Multistage,
}

// prepReplicates makes replicates of the design; those drawn at random take
// the seed of the analysis unless they have their own.
func prepReplicates(c *call) {
	n := c.args.need("type")
	kind, ok := kinds[n.text()]
	if !ok {
		n.unknown("type de répliques inconnu", names(kinds))
	}
	p := survey.Plan{Kind: kind, Rho: c.args.get("rho").number(0), Count: c.args.get("count").whole(0), MSE: c.args.get("mse").flag(), Seed: c.desk.seed}
	if c.args.has("seed") {
		p.Seed = uint64(c.args.get("seed").whole(0))
	}
	c.prepare(c.design.Resample(p))
}

// prepReplicateMatrix reads the weights of replicates from a file of a column
// a replicate and a line a record: final ones, or with combined = false
// multipliers of the weights.
func prepReplicateMatrix(c *call) {
	f := c.desk.read(c.args.need("file"), File{})
	if f.Rows != c.design.Rows() {
		c.args.get("file").refuse("donnez une ligne par enregistrement du plan", "%d lignes pour %d enregistrements", f.Rows, c.design.Rows())
	}
	final := !c.args.has("combined") || c.args.get("combined").flag()
	weights := make([][]float64, len(f.Columns))
	for r, column := range f.Columns {
		if column.Number == nil {
			c.args.get("file").refuse("corrigez cette colonne", "la colonne %s n’est pas faite de nombres", quote(column.Name))
		}
		weights[r] = column.Number
		if !final {
			weights[r] = times(column.Number, c.design.Weights())
		}
	}
	c.args.need("scale")
	c.prepare(c.design.Replicated(weights, c.given(len(weights))))
}

// times multiplies two columns.
func times(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i, v := range a {
		out[i] = v * b[i]
	}
	return out
}

// given returns how the variance of given replicates is computed; a scale
// that is not told is that of the type.
func (c *call) given(count int) survey.Given {
	r, rho := float64(count), c.args.get("rho").number(0)
	g := survey.Given{MSE: c.args.get("mse").flag(), DF: c.args.get("degf").number(0)}
	scale := 1.0
	if n := c.args.get("type"); n.v != nil && !c.args.has("scale") {
		switch n.choice("BRR", "Fay", "JK1", "JKn", "bootstrap", "subbootstrap") {
		case "BRR":
			scale = 1 / r
		case "Fay":
			scale = 1 / (r * (1 - rho) * (1 - rho))
		case "JK1":
			scale = (r - 1) / r
		case "JKn":
			c.args.need("rscales")
		default:
			scale = 1 / (r - 1)
		}
	}
	g.Scale = c.args.get("scale").number(scale)
	if c.args.has("rscales") {
		if g.RScales = c.args.get("rscales").numbers(); len(g.RScales) != count {
			c.args.get("rscales").refuse("donnez-en un par réplique", "%d nombres pour %d répliques", len(g.RScales), count)
		}
		return g
	}
	for range count {
		g.RScales = append(g.RScales, c.args.get("rscale").number(1))
	}
	return g
}

// prepReplicateFactors takes the multipliers of a base weight written in the
// specification, one list a replicate.
func prepReplicateFactors(c *call) {
	d := c.design
	base := make([]float64, d.Rows())
	for i := range base {
		base[i] = c.args.get("base_weight").number(math.NaN())
		if math.IsNaN(base[i]) {
			base[i] = d.Weights()[i]
		}
	}
	d, err := d.Reweight(base)
	c.fail(err)
	var weights [][]float64
	for _, n := range c.args.need("columns").items() {
		factor := n.numbers()
		if len(factor) != d.Rows() {
			n.refuse("donnez un multiplicateur par enregistrement", "%d nombres pour %d enregistrements", len(factor), d.Rows())
		}
		weights = append(weights, times(factor, d.Weights()))
	}
	c.prepare(d.Replicated(weights, c.given(len(weights))))
}
