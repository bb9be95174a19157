package estimate

import (
	"slices"

	"vigie/stat/survey"
)

// call is one operation or step at work: its arguments and the design it is
// made on.
type call struct {
	desk   *desk
	args   node
	design *survey.Design // restricted to `where`, and to complete records with `na_rm`
	whole  *survey.Design // as the preparation left it
}

// call starts an operation on the prepared design.
func (d *desk) call(args node) *call {
	return &call{desk: d, args: args, design: d.design, whole: d.design}
}

// answer restricts the design to `where` and runs the operation.
func (c *call) answer(op string) any {
	if c.args.has("where") {
		c.design = c.design.Domain(c.desk.within(c.args.get("where")))
	}
	return ops[op].run(c)
}

// fail stops the call when there is an error.
func (c *call) fail(err error) { c.args.check(err) }

// column returns the variable of a key that must be there.
func (c *call) column(key string) *survey.Column {
	return c.desk.variable(c.args.need(key))
}

// columns returns the variables of a key, one or a list.
func (c *call) columns(key string) []*survey.Column {
	var out []*survey.Column
	for _, n := range c.args.need(key).items() {
		out = append(out, c.desk.variable(n))
	}
	return out
}

// values returns the variables of the keys as numbers, a categorical one as an
// indicator a level. With `na_rm` the design is restricted to the records that
// answer them all; without it a missing answer inside the domain is refused.
func (c *call) values(keys ...string) []*survey.Values {
	var all []*survey.Column
	out := make([]*survey.Values, len(keys))
	for i, key := range keys {
		columns := c.columns(key)
		all = append(all, columns...)
		out[i] = survey.Indicators(columns...)
	}
	c.complete(all...)
	return out
}

// complete restricts the design to the records that answer all the variables
// when `na_rm` is asked, and refuses a missing answer otherwise.
func (c *call) complete(columns ...*survey.Column) {
	in := make([]bool, c.design.Rows())
	drop := c.args.get("na_rm").flag()
	for i, w := range c.design.Weights() {
		in[i] = w != 0
		for _, v := range columns {
			switch {
			case !in[i] || !v.Missing(i):
			case drop:
				in[i] = false
			default:
				c.fail(&survey.Refusal{Variable: v.Name, Row: i + 1, What: "valeur manquante",
					Do: "ajoutez na_rm = true pour laisser de côté les enregistrements sans réponse, ou restreignez le domaine avec where"})
			}
		}
	}
	if drop {
		c.answers(in, columns)
		c.design = c.design.Domain(in)
	}
}

// answers refuses a domain that holds nobody.
func (c *call) answers(in []bool, columns []*survey.Column) {
	if !slices.Contains(in, true) && len(columns) > 0 {
		c.fail(&survey.Refusal{Variable: columns[0].Name, What: "aucun enregistrement n’a de valeur",
			Do: "retirez cette variable, ou élargissez le domaine"})
	}
}

// where returns the records of the domain of a key.
func (c *call) where(key string) []bool {
	return c.desk.within(c.args.need(key))
}
