package descr

import "testing"

// R: stats::p.adjust(c(.03, .01, .04, .02)); a test that does not exist counts
// in no number of tests.
func TestAdjustment(t *testing.T) {
	p, gap := []float64{.03, .01, .04, .02}, []float64{.03, nan, .01, .04, .02}
	for _, c := range []struct {
		name      string
		got, want []float64
	}{
		{"Holm", Holm(p), []float64{.06, .04, .06, .06}},
		{"BH", BH(p), []float64{.04, .04, .04, .04}},
		{"Bonferroni", Bonferroni(p), []float64{.12, .04, .16, .08}},
		{"BH mixed", BH([]float64{.001, .2, .03}), []float64{.003, .2, .045}},
		{"Holm with a gap", Holm(gap), []float64{.06, nan, .04, .06, .06}},
		{"BH with a gap", BH(gap), []float64{.04, nan, .04, .04, .04}},
		{"Bonferroni with a gap", Bonferroni(gap), []float64{.12, nan, .04, .16, .08}},
		{"nothing", BH(nil), nil},
	} {
		for i, want := range c.want {
			if len(c.got) != len(c.want) || !near(c.got[i], want) {
				t.Errorf("%s = %v; want %v", c.name, c.got, c.want)
				break
			}
		}
	}
}
