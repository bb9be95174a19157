package estimate

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/stat/smallarea"
	"vigie/stat/survey"
)

var smallAreaOps = map[string]operation{
	"fay_herriot":      {[]string{"model", "sampling_variance", "method", "area", "n", "rule"}, opFayHerriot},
	"unit_level_eblup": {[]string{"model", "domain", "means", "method", "rule"}, opUnitLevel},
	"composite":        {[]string{"direct", "sampling_variance", "synthetic", "synthetic_mse", "area", "n", "rule"}, opComposite},
}

// fits names the ways to fit the variances of a small-area model.
var fits = map[string]smallarea.Method{"REML": smallarea.REML, "ML": smallarea.ML, "moment": smallarea.Moment}

// matrixOf returns the response and the columns of the model, as numbers.
func (c *call) matrixOf() (response *survey.Column, x *survey.Matrix) {
	response, model := c.model()
	if response == nil {
		c.args.get("model").refuse("ajoutez « response »", "un modèle demande une réponse")
	}
	if response.Number == nil {
		c.fail(&survey.Refusal{Variable: response.Name, What: "la réponse d’un modèle doit être un nombre", Do: "choisissez une variable numérique"})
	}
	return response, model.Matrix(c.design.Rows())
}

// opFayHerriot answers the area-level model; each record is an area, and one
// outside the domain of the call is an area without sample.
func opFayHerriot(c *call) any {
	response, x := c.matrixOf()
	variance := c.desk.numeric(c.args.need("sampling_variance"))
	a := smallarea.Areas{Response: response.Name, Direct: c.inside(response), Variance: variance.Number, Model: x}
	f, err := smallarea.FayHerriot(a, fits[c.args.get("method").choice("REML", "ML", "moment")])
	c.fail(err)
	out := map[string]any{
		"eblup": f.Estimate, "mse": f.MSE, "synthetic": f.Synthetic, "model_share": f.Share, "refvar": f.Between,
		"names": f.Names, "beta": f.Beta, "beta_se": f.BetaSE, "loglike": f.LogLike, "AIC": f.AIC, "BIC": f.BIC, "iterations": f.Iterations,
	}
	c.judge(out, c.areas(f.Sampled), f.Estimate, f.MSE, f.Share)
	return out
}

// opComposite answers the composite of a direct and a synthetic estimate; each
// record is an area.
func opComposite(c *call) any {
	direct := c.inside(c.desk.numeric(c.args.need("direct")))
	var m []float64
	if c.args.has("synthetic_mse") {
		m = c.desk.numeric(c.args.get("synthetic_mse")).Number
	}
	b, err := smallarea.Composite(direct, c.desk.numeric(c.args.need("sampling_variance")).Number, c.desk.numeric(c.args.need("synthetic")).Number, m)
	c.fail(err)
	sampled := make([]bool, len(direct))
	for i, y := range direct {
		sampled[i] = !math.IsNaN(y)
	}
	out := map[string]any{"estimate": b.Estimate, "mse": b.MSE, "model_share": b.Share, "synthetic_mse": b.Bias2}
	if m != nil {
		out["synthetic_mse"] = m
	}
	c.judge(out, c.areas(sampled), b.Estimate, b.MSE, b.Share)
	return out
}

// inside returns a number where the domain is, missing elsewhere.
func (c *call) inside(column *survey.Column) []float64 {
	out := slices.Clone(column.Number)
	for i := range out {
		if !c.design.In(i) {
			out[i] = math.NaN()
		}
	}
	return out
}

// area is what a reader is told of an area beside its estimate.
type area struct {
	name string
	n    int // answers, -1 unknown
}

// areas names the records of an area-level table, by the key `area` when it is
// there, and counts their answers by the key `n`.
func (c *call) areas(sampled []bool) []area {
	out := make([]area, len(sampled))
	for i := range out {
		if out[i] = (area{strconv.Itoa(i + 1), -1}); !sampled[i] {
			out[i].n = 0
		}
	}
	if c.args.has("area") {
		name := c.column("area").Categorical()
		for i, k := range name.Code {
			if k >= 0 {
				out[i].name = name.Levels[k]
			}
		}
	}
	if c.args.has("n") {
		for i, n := range c.desk.numeric(c.args.get("n")).Number {
			if !math.IsNaN(n) {
				out[i].n = int(n)
			}
		}
	}
	return out
}

// judge adds what may be published, and a table for people.
func (c *call) judge(out map[string]any, areas []area, estimate, mse, share []float64) {
	rule := smallarea.Usual
	if c.args.has("rule") {
		n := c.args.get("rule")
		n.only("caution_cv", "max_cv", "min_n", "max_model_share", "no_sample")
		rule.Caution, rule.Most = n.get("caution_cv").number(rule.Caution), n.get("max_cv").number(rule.Most)
		rule.N, rule.Share = n.get("min_n").whole(rule.N), n.get("max_model_share").number(rule.Share)
		rule.Coverage = n.get("no_sample").choice("withhold", "allow") == "withhold"
	}
	verdicts, rows := make([]string, len(areas)), make([][]any, len(areas))
	for i, a := range areas {
		verdict, why := rule.Judge(estimate[i], mse[i], a.n, share[i])
		verdicts[i] = verdict.String()
		rows[i] = []any{a.name, estimate[i], math.Sqrt(mse[i]), share[i], verdicts[i], strings.Join(why, " ; ")}
	}
	out["publish"] = verdicts
	out["head"], out["rows"] = []string{"zone", "estimation", "erreur type", "part du modèle", "publication", "motif"}, rows
}

// opUnitLevel answers the unit-level model; the areas are those of the table
// of population means, in the order of the levels of its key.
func opUnitLevel(c *call) any {
	response, x := c.matrixOf()
	p := c.population()
	u := smallarea.Units{Response: response.Name, Model: x, Y: c.inside(response), Area: p.rank(c), Size: p.size()}
	for j, name := range x.Names {
		u.Mean = append(u.Mean, p.mean(name, x.Term[j] < 0))
	}
	f, err := smallarea.UnitLevel(u, fits[c.args.get("method").choice("REML", "ML")])
	c.fail(err)
	out := map[string]any{
		"domain": p.names(), "eblup": f.Estimate, "mse": f.MSE, "model_share": f.Share, "n": f.N, "names": f.Names,
		"beta": f.Beta, "beta_se": f.BetaSE, "refvar": f.Between, "errorvar": f.Within, "loglike": f.LogLike,
	}
	areas := make([]area, len(p.key.Levels))
	for i, name := range p.key.Levels {
		areas[i] = area{name, f.N[i]}
	}
	c.judge(out, areas, f.Estimate, f.MSE, f.Share)
	return out
}

// population is the table of population means, a row an area.
type population struct {
	node node
	desk *desk
	code *survey.Column // as it stands
	key  *survey.Column // categorical
	row  []int          // of each level of key
}

func (c *call) population() *population {
	n := c.args.need("means")
	n.only("data", "domain", "columns", "population_size")
	p := &population{node: n, desk: &desk{load: c.desk.load, frame: c.desk.read(n.need("data"), File{})}}
	p.code = p.desk.variable(n.need("domain"))
	p.key = p.code.Categorical()
	p.row = slices.Repeat([]int{-1}, len(p.key.Levels))
	for i, k := range p.key.Code {
		if k < 0 {
			continue
		}
		if p.row[k] >= 0 {
			n.refuse("gardez une ligne par zone", "le tableau des moyennes donne deux fois la zone %s (lignes %d et %d)", quote(p.key.Levels[k]), p.row[k]+1, i+1)
		}
		p.row[k] = i
	}
	return p
}

// names returns the areas as the table writes them, numbers as numbers.
func (p *population) names() any {
	if p.code.Number != nil {
		return p.at(p.code)
	}
	return p.key.Levels
}

// at returns a column of the table, by area.
func (p *population) at(column *survey.Column) []float64 {
	out := make([]float64, len(p.row))
	for area, row := range p.row {
		out[area] = column.Number[row]
	}
	return out
}

// rank returns the area of each record, -1 outside the domain of the call.
func (p *population) rank(c *call) []int {
	domain := c.column("domain").Categorical()
	out := make([]int, c.design.Rows())
	for i := range out {
		if out[i] = -1; !c.design.In(i) || domain.Code[i] < 0 {
			continue
		}
		level := domain.Levels[domain.Code[i]]
		if out[i] = slices.Index(p.key.Levels, level); out[i] < 0 {
			p.node.refuse("ajoutez sa ligne au tableau des moyennes, ou restreignez le domaine avec where",
				"la zone %s (enregistrement %d) n’est pas dans le tableau des moyennes de population", quote(level), i+1)
		}
	}
	return out
}

// size returns the population of each area, infinite when the table does not
// say it.
func (p *population) size() []float64 {
	if p.node.has("population_size") {
		return p.at(p.desk.numeric(p.node.get("population_size")))
	}
	return slices.Repeat([]float64{math.Inf(1)}, len(p.row))
}

// mean returns the population means of a column of the model: of the column
// that `columns` names for it, or of that of its own name.
func (p *population) mean(name string, constant bool) []float64 {
	if constant {
		return slices.Repeat([]float64{1}, len(p.row))
	}
	from := p.node.child(name, name)
	if p.node.has("columns") && p.node.get("columns").has(name) {
		from = p.node.get("columns").get(name)
	}
	return p.at(p.desk.numeric(from))
}
