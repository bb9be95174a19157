package estimate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/stat/survey"
)

// polled is a made-up survey of two waves: one question in levels, one that
// ranks two of three items, two groups.
func polled() *survey.Frame {
	const n = 240
	var wave, group, person []string
	opinion, first, second := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		wave, group = append(wave, []string{"2018", "2021"}[i%2]), append(group, []string{"a", "b", "c"}[i%3])
		person = append(person, fmt.Sprint("p", i/2))
		opinion[i] = float64(1 + (i/3+2*(i%3)*(i%2))%5)
		first[i], second[i] = float64(1+i%3), float64(1+(i+1+i%2)%3)
	}
	number := func(name string, v []float64) *survey.Column { return &survey.Column{Name: name, Number: v} }
	return &survey.Frame{Rows: n, Columns: []*survey.Column{
		survey.Category("vague", wave), survey.Category("groupe", group), survey.Category("personne", person),
		number("avis", opinion), number("rang1", first), number("rang2", second),
	}}
}

// polledAnswer runs one estimate on polled and returns the answer with its table.
func polledAnswer(t *testing.T, ask string) (map[string]any, Table) {
	t.Helper()
	a, err := Parse("s.toml", []byte("[design]\ndata = \"sondage\"\nids = [\"personne\"]\n[[estimate]]\n"+ask))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), a, filed(map[string]*survey.Frame{"sondage": polled()}))
	if err != nil {
		t.Fatal(err)
	}
	return r.Estimates[0].Value.(map[string]any), r.Estimates[0].Table()
}

func TestOpQuestion(t *testing.T) {
	answer, table := polledAnswer(t, "op = \"question\"\nkind = \"single\"\nx = \"avis\"\nunknown = [3]\n")
	base := answer["base"].(map[string]any)
	if base["n"] != 192.0 || base["unknown"] != 48.0 || base["unknown_share"] != 0.2 || base["weak"] != false {
		t.Errorf("base = %v", base)
	}
	if len(table.Rows) != 4+4 || table.Rows[0][0] != "1" || table.Rows[0][1] != 0.25 {
		t.Errorf("rows = %v", table.Rows)
	}
	answer, _ = polledAnswer(t, "op = \"question\"\nkind = \"ranking\"\nx = [\"rang1\", \"rang2\"]\nitems = [\"logement\", \"santé\", \"école\"]\npreferences = true\n")
	lines := answer["lines"].([]any)
	last := lines[len(lines)-1].(map[string]any)
	if len(lines) != 3*4+3 || last["name"] != "santé plutôt que école" || last["percent"] != true {
		t.Errorf("%d lines, the last %v", len(lines), last)
	}
}

func TestOpBanner(t *testing.T) {
	answer, table := polledAnswer(t, "op = \"banner\"\nby = [\"groupe\", \"vague\"]\nquestions = [{ kind = \"likert\", x = \"avis\", title = \"Avis\" }]\n")
	if len(table.Head) != 2+1+2*(3+2) || table.Head[3] != "groupe a (A)" || table.Head[9] != "vague 2018 (D)" {
		t.Errorf("head = %q", table.Head)
	}
	if len(table.Rows) != 3+5+4 || table.Rows[0][2] != 240.0 || table.Rows[0][3] != 80.0 || table.Rows[3][0] != "Avis" {
		t.Errorf("rows = %v", table.Rows)
	}
	if raw, err := json.Marshal(answer["questions"]); err != nil || !strings.Contains(string(raw), `"p_holm"`) {
		t.Errorf("questions = %s, %v", raw, err)
	}
}

func TestOpTrend(t *testing.T) {
	answer, table := polledAnswer(t, "op = \"trend\"\nkind = \"number\"\nx = \"avis\"\nwave = \"vague\"\n")
	line := answer["lines"].([]any)[0].(map[string]any)
	if line["shared"] != 120.0 || len(line["steps"].([]any)) != 1 || line["curvature"] != nil {
		t.Errorf("trend = %v", line)
	}
	step, slope := line["overall"].(map[string]any), line["slope"].(map[string]any)
	if got, want := 3*slope["est"].(float64), step["est"].(float64); got-want > 1e-12 || want-got > 1e-12 {
		t.Errorf("slope %v over three years; difference %v", slope, step)
	}
	if len(table.Rows) != 5 || table.Rows[2][1] != "2021 − 2018" {
		t.Errorf("rows = %v", table.Rows)
	}
}

func TestQuestionKeys(t *testing.T) {
	for spec, want := range map[string]string{
		"op = \"banner\"\nby = [\"groupe\"]\nquestions = [\"avis\"]\n":                                 "une question est attendue",
		"op = \"banner\"\nby = [\"groupe\"]\nquestions = [{ kind = \"single\", y = \"avis\" }]\n":      "clé inconnue",
		"op = \"question\"\nkind = \"quiz\"\nx = \"avis\"\n":                                           "valeur inconnue « quiz »",
		"op = \"trend\"\nkind = \"number\"\nx = \"avis\"\nwave = \"vague\"\ntime = [3, 2]\n":           "dates croissantes",
		"op = \"glm\"\nmodel = { response = \"avis\", terms = [\"groupe\", \"groupe\"] }\n":            "les termes qui précèdent",
		"op = \"term_test\"\nmodel = { response = \"avis\", terms = [\"vague\"] }\nterm = \"rang1\"\n": "pas de coefficient",
	} {
		a, err := Parse("s.toml", []byte("[design]\ndata = \"sondage\"\nids = [\"personne\"]\n[[estimate]]\n"+spec))
		if err == nil {
			_, err = Run(t.Context(), a, filed(map[string]*survey.Frame{"sondage": polled()}))
		}
		if err == nil || !strings.Contains(plainSpaces(err.Error()+fault.Do(err)), want) {
			t.Errorf("%q: %v; want « %s »", spec, err, want)
		}
	}
}
