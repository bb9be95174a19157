package estimate

import "vigie/stat/survey"

// model returns the response (nil without one) and the right-hand side of the
// key `model`: {response, terms = [[var], [var, var]], intercept}.
func (c *call) model() (*survey.Column, survey.Model) {
	n := c.args.need("model")
	n.only("response", "terms", "intercept")
	var response *survey.Column
	if n.has("response") {
		response = c.desk.variable(n.get("response"))
	}
	return response, survey.Model{Terms: c.desk.terms(n.get("terms")), Intercept: !n.has("intercept") || n.get("intercept").flag()}
}

// terms returns the terms of a list: each a variable, or a list of variables
// that interact.
func (d *desk) terms(n node) [][]*survey.Column {
	var out [][]*survey.Column
	for _, t := range n.items() {
		var term []*survey.Column
		for _, v := range t.items() {
			term = append(term, d.variable(v))
		}
		if len(term) == 0 {
			t.refuse("donnez au moins une variable par terme", "ce terme est vide")
		}
		out = append(out, term)
	}
	return out
}
