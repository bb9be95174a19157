package estimate

import (
	"fmt"

	"vigie/stat/survey"
)

var practicePreps = map[string]step{
	"ranking":             {[]string{"columns", "items", "points", "pairs"}, prepRanking},
	"standardise":         {[]string{"by", "over", "population", "excluding_missing"}, prepStandardise},
	"nonresponse_classes": {[]string{"classes", "responded"}, prepNonresponse},
}

// prepRanking adds the columns that « choose and rank » answers stand for; an
// item pair (a, b) of `pairs` adds prefer_a_b.
func prepRanking(c *call) {
	ranks := c.columns("columns")
	points := c.args.get("points").numbers()
	if points == nil {
		for k := range ranks {
			points = append(points, float64(len(ranks)-k))
		}
	}
	items := c.args.need("items").whole(0)
	columns, err := survey.Ranking(ranks, items, points)
	c.fail(err)
	for _, n := range c.args.get("pairs").items() {
		pair := n.numbers()
		if len(pair) != 2 || pair[0] < 1 || pair[1] < 1 || int(max(pair[0], pair[1])) > items {
			n.refuse("écrivez pairs = [[1, 2], [1, 3]]", "une paire d’items de 1 à %d est attendue", items)
		}
		a, b := int(pair[0]), int(pair[1])
		columns = append(columns, survey.Preference(fmt.Sprintf("prefer_%d_%d", a, b), columns[4*a-1].Number, columns[4*b-1].Number))
	}
	for _, column := range columns {
		c.desk.replace(column)
	}
}

// prepStandardise gives the categories `by` the shares of a standard
// population inside each class of `over`.
func prepStandardise(c *call) {
	d := c.design
	if c.args.has("excluding_missing") {
		in := make([]bool, d.Rows())
		excluded := c.columns("excluding_missing")
		for i := range in {
			in[i] = true
			for _, v := range excluded {
				in[i] = in[i] && !v.Missing(i)
			}
		}
		d = d.Domain(in)
	}
	by := c.column("by")
	var over []*survey.Column
	if c.args.has("over") {
		over = c.columns("over")
	}
	c.prepare(d.Standardise(by, over, c.args.need("population").numbers()))
}

// prepNonresponse gives respondents the weight of those of their class who
// did not answer.
func prepNonresponse(c *call) {
	var classes []*survey.Column
	if c.args.has("classes") {
		classes = c.columns("classes")
	}
	responded := c.desk.within(c.args.need("responded"))
	c.prepare(c.design.Nonresponse(classes, responded))
}
