package estimate

import (
	"errors"
	"math"
	"strings"
	"testing"

	"vigie/stat/survey"
)

// prepared runs a step of preparation on polled and returns the weights that
// it leaves, as `weights` sums them up.
func prepared(t *testing.T, prep string) (map[string]any, error) {
	t.Helper()
	a, err := Parse("s.toml", []byte("[design]\ndata = \"sondage\"\n"+prep+"\n[[estimate]]\nop = \"weights\"\n"))
	if err != nil {
		return nil, err
	}
	r, err := Run(t.Context(), a, filed(map[string]*survey.Frame{"sondage": polled()}))
	if err != nil {
		return nil, err
	}
	return r.Estimates[0].Value.(map[string]any), nil
}

func TestPreparedWeights(t *testing.T) {
	const waves = `{cell = {vague = "2018"}, count = 100}, {cell = {vague = "2021"}, count = 300}`
	cases := []struct {
		name, prep    string
		sum, min, max float64
	}{
		{"poststratify", "[[prep]]\nkind = \"poststratify\"\nby = \"vague\"\npopulation = [" + waves + "]", 400, 100. / 120, 300. / 120},
		{"cells", `[[prep]]
kind = "poststratify"
by = ["vague", "groupe"]
population = [{cell = {vague = "2018", groupe = "a"}, count = 40}, {cell = {vague = "2018", groupe = "b"}, count = 80},
 {cell = {vague = "2018", groupe = "c"}, count = 40}, {cell = {vague = "2021", groupe = "a"}, count = 40},
 {cell = {vague = "2021", groupe = "b"}, count = 40}, {cell = {vague = "2021", groupe = "c"}, count = 40}]`, 280, 1, 2},
		{"rake", "[[prep]]\nkind = \"rake\"\nmargins = [{var = \"vague\", counts = {2018 = 100, 2021 = 300}}, {var = \"groupe\", counts = {a = 100, b = 100, c = 200}}]", 400, 100. * .25 / 40, 300. * .5 / 40},
		{"calibrate", "[[prep]]\nkind = \"calibrate\"\nmethod = \"raking\"\ntotals = [{constant = true, total = 400}, {var = \"vague\", level = \"2018\", total = 100}]", 400, 100. / 120, 300. / 120},
		{"weight_bounds", "[[prep]]\nkind = \"calibrate\"\nmethod = \"linear\"\nweight_bounds = [0.5, 2.5]\ntotals = [{constant = true, total = 480}]", 480, 2, 2},
		{"instruments", "[[prep]]\nkind = \"calibrate_instruments\"\ntotals = [{constant = true, total = 480}]\ninstruments = [{constant = true}]", 480, 2, 2},
		{"penalised", "[[prep]]\nkind = \"calibrate_penalised\"\ntotals = [{constant = true, total = 480}]\ncosts = {constant = 1}\nlambda = 1", 240 + 240*240./241, 1 + 240./241, 1 + 240./241},
		{"trim", "[[prep]]\nkind = \"poststratify\"\nby = \"vague\"\npopulation = [" + waves + "]\n[[prep]]\nkind = \"trim\"\nupper = 2.4", 400, 100./120 + .1, 2.4},
		{"nonresponse", "[[prep]]\nkind = \"nonresponse_classes\"\nclasses = [\"groupe\"]\nresponded = {is = [\"vague\", \"==\", \"2018\"]}", 240, 0, 2},
	}
	for _, c := range cases {
		got, err := prepared(t, c.prep)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for field, want := range map[string]float64{"sum": c.sum, "min": c.min, "max": c.max} {
			if v := got[field].(float64); math.Abs(v-want) > 1e-9*want+1e-12 {
				t.Errorf("%s: %s = %v; want %v", c.name, field, v, want)
			}
		}
	}
}

// What a step refuses is told at its place, with the variable and the remedy.
func TestPreparedRefusals(t *testing.T) {
	cases := []struct {
		prep       string
		infeasible bool
		texts      []string
	}{
		{"kind = \"rake\"\nmargins = [{var = \"vague\", counts = {2018 = 100, 2021 = 300}}, {var = \"groupe\", counts = {a = 100, b = 100, c = 100}}]", true, []string{"prep[1]", "groupe", "vague", "300"}},
		{"kind = \"rake\"\nmargins = [{var = \"vague\", counts = {2018 = 100, 2021 = 300, 2024 = 10}}]", true, []string{"vague", "2024"}},
		{"kind = \"calibrate\"\nmethod = \"linear\"\nbounds = [0.9, 1.1]\ntotals = [{constant = true, total = 480}]", true, []string{"trop serrées", "0,9"}},
		{"kind = \"calibrate\"\nmethod = \"newton\"\ntotals = []", false, []string{"newton"}},
		{"kind = \"calibrate\"\nmethod = \"linear\"\nbounds = [1]\ntotals = [{constant = true, total = 480}]", false, []string{"bounds", "deux nombres"}},
		{"kind = \"replicates\"\ntype = \"JK2\"", false, []string{"JK2"}},
		{"kind = \"replicates\"\ntype = \"Fay\"\nrho = 0.3", false, []string{"deux grappes"}},
		{"kind = \"replicate_factors\"\ntype = \"BRR\"\ncolumns = [[1, 2], [2, 1]]", false, []string{"columns[1]", "240"}},
		{"kind = \"ranking\"\ncolumns = [\"rang1\"]\nitems = 2", false, []string{"rang1", "enregistrement 3"}},
	}
	for _, c := range cases {
		_, err := prepared(t, "[[prep]]\n"+c.prep)
		if err == nil {
			t.Errorf("%s: accepted", c.prep)
			continue
		}
		for _, text := range c.texts {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%s: %q lacks %q", c.prep, err, text)
			}
		}
		if r, ok := errors.AsType[*survey.Refusal](err); c.infeasible && !(ok && r.Infeasible) {
			t.Errorf("%s: %v is not told as infeasible", c.prep, err)
		}
	}
}

// Replicates of a specification have its seed, unless they have their own.
func TestReplicateSeeds(t *testing.T) {
	run := func(head, prep string) float64 {
		a, err := Parse("s.toml", []byte(head+"[design]\ndata = \"sondage\"\n[[prep]]\nkind = \"replicates\"\ntype = \"subbootstrap\"\ncount = 30\n"+prep+"[[estimate]]\nop = \"mean\"\nx = \"avis\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Run(t.Context(), a, filed(map[string]*survey.Frame{"sondage": polled()}))
		if err != nil {
			t.Fatal(err)
		}
		return r.Estimates[0].Value.(map[string]any)["se"].([]any)[0].(float64)
	}
	first := run("seed = 7\n", "")
	if again := run("seed = 7\n", ""); again != first {
		t.Errorf("the same seed gives %g then %g", first, again)
	}
	if other := run("seed = 8\n", ""); other == first {
		t.Error("another seed gives the same replicates")
	}
	if own := run("seed = 8\n", "seed = 7\n"); own != first {
		t.Errorf("the step's own seed gives %g; want %g", own, first)
	}
}
