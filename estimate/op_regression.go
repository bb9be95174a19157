package estimate

import "vigie/stat/survey"

var regressionOps = map[string]operation{
	"glm":                {[]string{"model", "family"}, opRegression},
	"term_test":          {[]string{"model", "family", "term", "method"}, opTerm},
	"ordinal_logit":      {[]string{"model"}, opOrdinal},
	"predict_mean":       {[]string{"model", "family", "at"}, opPredict},
	"propensity_weights": {[]string{"model", "family"}, opPropensity},
}

// families names the laws of a response.
var families = map[string]survey.Family{
	"gaussian": survey.Gaussian, "quasibinomial": survey.Quasibinomial, "quasipoisson": survey.Quasipoisson,
}

// regression fits the regression that `model` and `family` ask.
func (c *call) regression() *survey.Regression {
	response, model := c.model()
	if response == nil {
		c.args.get("model").refuse("ajoutez « response »", "une régression demande une réponse")
	}
	r, err := c.design.Regress(response, model, families[c.args.get("family").choice("gaussian", "quasibinomial", "quasipoisson")])
	c.fail(err)
	return r
}

// opRegression answers the coefficients with their tests and intervals.
func opRegression(c *call) any {
	r := c.regression()
	return map[string]any{
		"names": r.Names, "coef": r.Value, "se": r.SE(), "t": r.T(), "p": r.P(), "vcov": matrix(r.Cov),
		"df_residual": r.DF, "dispersion": r.Dispersion, "ci95": r.Interval(0.95, true), "n": r.N,
	}
}

// opTerm answers the test of one term.
func opTerm(c *call) any {
	r := c.regression()
	var term []string
	for _, v := range c.columns("term") {
		term = append(term, v.Name)
	}
	if c.args.get("method").choice("Wald", "LRT") == "LRT" {
		t, err := r.LikelihoodRatio(term...)
		c.fail(err)
		return map[string]any{"test_terms": term, "chisq": t.ChiSquared, "lambda": t.Lambda, "df": t.DF, "ddf": t.DDF, "p": t.P}
	}
	t, err := r.Wald(term...)
	c.fail(err)
	return map[string]any{"test_terms": term, "F": t.F, "df": t.DF, "ddf": t.DDF, "p": t.P}
}

// opOrdinal answers a proportional-odds model: slopes, then cut points.
func opOrdinal(c *call) any {
	response, model := c.model()
	if response == nil {
		c.args.get("model").refuse("ajoutez « response »", "une régression demande une réponse")
	}
	o, err := c.design.RegressOrdinal(response, model)
	c.fail(err)
	return map[string]any{"names": o.Names, "coef": o.Value, "se": o.SE(), "t": o.T()}
}

// opPredict answers the means that a regression gives at new records, each
// described by the variables of the model.
func opPredict(c *call) any {
	r := c.regression()
	at := c.args.need("at").items()
	if len(at) == 0 {
		c.args.get("at").refuse("décrivez au moins un enregistrement", "la liste est vide")
	}
	there := *c.desk
	there.frame = &survey.Frame{Rows: len(at)}
	for _, known := range c.desk.frame.Columns {
		if at[0].has(known.Name) {
			there.frame.Columns = append(there.frame.Columns, described(known, at))
		}
	}
	e, err := r.Predict(survey.Model{Terms: there.terms(c.args.get("model").get("terms"))}, len(at))
	c.fail(err)
	return map[string]any{"est": e.Value, "se": e.SE()}
}

// described returns a column of the records of `at`, with the levels of the
// data.
func described(known *survey.Column, at []node) *survey.Column {
	out := &survey.Column{Name: known.Name, Levels: known.Levels}
	for _, n := range at {
		v := n.need(known.Name)
		if known.Number != nil {
			out.Number = append(out.Number, v.number(0))
			continue
		}
		code := int32(-1)
		for k, level := range known.Levels {
			if level == v.label() {
				code = int32(k)
			}
		}
		if code < 0 {
			v.unknown("modalité inconnue", known.Levels)
		}
		out.Code = append(out.Code, code)
	}
	return out
}

// opPropensity answers the weights of respondents, those whose response is 1,
// over their fitted probability; the others weigh zero.
func opPropensity(c *call) any {
	r := c.regression()
	w, err := r.Propensity(c.design)
	c.fail(err)
	return describeWeights(w)
}
