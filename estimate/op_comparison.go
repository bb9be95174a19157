package estimate

import (
	"strings"

	"vigie/stat/survey"
)

var comparisonOps = map[string]operation{
	"ttest":     {[]string{"y", "g"}, opTwoMeans},
	"ttest_one": {[]string{"y", "mean"}, opOneMean},
	"ranktest":  {[]string{"y", "g", "test"}, opRanks},
	"pairwise":  {[]string{"y", "g"}, opPairwise},
}

// opTwoMeans answers the t test of two groups.
func opTwoMeans(c *call) any {
	t, err := c.design.TwoMeans(c.column("y"), c.column("g"))
	c.fail(err)
	return meanTestAnswer(t)
}

// opOneMean answers the t test of a mean against a value.
func opOneMean(c *call) any {
	t, err := c.design.OneMean(c.column("y"), c.args.get("mean").number(0))
	c.fail(err)
	return meanTestAnswer(t)
}

func meanTestAnswer(t *survey.MeanTest) map[string]any {
	return map[string]any{"statistic": t.T, "parameter": t.DF, "p_value": t.P, "estimate": t.Estimate, "conf_int": t.Interval}
}

// opRanks answers a rank test. With more than two groups the reference program
// gives the degrees of freedom as statistic and the chi-squared as parameter;
// the answer keeps its order.
func opRanks(c *call) any {
	scores := map[string]survey.RankScore{
		"wilcoxon": survey.Wilcoxon, "KruskalWallis": survey.Wilcoxon,
		"vanderWaerden": survey.VanDerWaerden, "median": survey.Median,
	}
	test := c.args.get("test").choice("wilcoxon", "vanderWaerden", "median", "KruskalWallis")
	r, err := c.design.Ranks(c.column("y"), c.column("g"), scores[test])
	c.fail(err)
	if r.Groups > 2 {
		return map[string]any{"statistic": r.Groups - 1, "parameter": r.ChiSquared, "ddf": r.DF, "p_value": r.P}
	}
	return map[string]any{"statistic": r.T, "parameter": r.DF, "p_value": r.P, "estimate": r.Difference}
}

// opPairwise answers the comparison of all pairs of groups; a and b are ranks
// from 1.
func opPairwise(c *call) any {
	p, err := c.design.Pairwise(c.column("y"), c.column("g"))
	c.fail(err)
	return map[string]any{
		"levels": p.Levels, "means": p.Mean, "a": fromOne(p.A), "b": fromOne(p.B), "diff": p.Diff, "se": p.SE, "df": p.DF,
		"t": p.T, "p": p.P, "p_holm": p.Holm, "p_bh": p.BH, "p_bonferroni": p.Bonferroni, "letters": p.Letters, "letters95_unadjusted": alphabet(p.Letters),
	}
}

// alphabet returns letters as the reference program prints them: its pattern
// of k columns goes on, repeated, to the end of the alphabet, so that with
// three columns B stands beside E, H and so on. The field « letters » has each
// column once.
func alphabet(letters []string) []string {
	out, k := make([]string, len(letters)), len(letters)
	if k > 26 {
		return letters
	}
	for j, own := range letters {
		for l := range 26 {
			if strings.Contains(own, survey.Letter(l%k)) {
				out[j] += survey.Letter(l)
			}
		}
	}
	return out
}

// fromOne counts ranks from 1.
func fromOne(ranks []int) []int {
	out := make([]int, len(ranks))
	for k, r := range ranks {
		out[k] = r + 1
	}
	return out
}
