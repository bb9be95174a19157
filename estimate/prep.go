package estimate

import (
	"maps"

	"vigie/stat/survey"
)

// step is one kind of preparation: the keys it knows and what it does to the
// design of the desk.
type step struct {
	keys []string
	run  func(c *call)
}

// preps lists the steps of preparation by kind; each group stands in its prep_
// file.
var preps = map[string]step{}

func init() {
	for _, group := range []map[string]step{domainPreps, calibrationPreps, practicePreps, replicatePreps} {
		maps.Copy(preps, group)
	}
}

var domainPreps = map[string]step{
	"domain": {[]string{"where", "rows"}, prepDomain},
}

// checkPrep refuses a kind or a key that is not known.
func checkPrep(n node) {
	kind := n.need("kind").text()
	p, ok := preps[kind]
	if !ok {
		n.get("kind").unknown("préparation inconnue", names(preps))
	}
	n.only(append(p.keys, "kind")...)
}

// prepare puts the design that a step made in place of the one before.
func (c *call) prepare(d *survey.Design, err error) {
	c.fail(err)
	c.desk.design = d
}

// prepDomain restricts everything that follows to a part of the records:
// those where `where` holds, or the `rows` listed from 1.
func prepDomain(c *call) {
	in := make([]bool, c.desk.frame.Rows)
	if c.args.has("where") {
		in = c.where("where")
	} else {
		for _, i := range positions(c.args.need("rows"), len(in)) {
			in[i] = true
		}
	}
	c.desk.design = c.design.Domain(in)
}
