package estimate

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"vigie/stat/survey"
)

// regions is a table with a line an area; the last one has no sample.
func regions() *survey.Frame {
	return &survey.Frame{Rows: 6, Columns: []*survey.Column{
		survey.Category("region", []string{"A", "B", "C", "D", "E", "F"}),
		survey.Category("faute", []string{"10", "11", "12", "1O", "13", "14"}),
		{Name: "direct", Number: []float64{10, 12, 17, 21, 15, math.NaN()}},
		{Name: "variance", Number: []float64{4, 4, 4, 4, 4, math.NaN()}},
		{Name: "x", Number: []float64{1, 2, 3, 4, 3, 5}},
		{Name: "synthese", Number: []float64{11, 13, 16, 19, 16, 22}},
		{Name: "n", Number: []float64{50, 50, 50, 12, 50, math.NaN()}},
	}}
}

// people is a table of answers and, under another name, population means.
func people(f File) (*survey.Frame, error) {
	switch f.Path {
	case "regions":
		return regions(), nil
	case "means":
		return &survey.Frame{Rows: 3, Columns: []*survey.Column{
			survey.Category("zone", []string{"N", "O", "S"}), {Name: "mean_x", Number: []float64{1, 2, 3}}, {Name: "taille", Number: []float64{100, 100, 100}},
		}}, nil
	case "twice":
		return &survey.Frame{Rows: 2, Columns: []*survey.Column{survey.Category("zone", []string{"N", "N"}), {Name: "mean_x", Number: []float64{1, 2}}}}, nil
	case "few":
		return &survey.Frame{Rows: 1, Columns: []*survey.Column{survey.Category("zone", []string{"N"}), {Name: "mean_x", Number: []float64{1}}}}, nil
	}
	return &survey.Frame{Rows: 6, Columns: []*survey.Column{
		survey.Category("zone", []string{"N", "N", "N", "S", "S", "S"}),
		{Name: "y", Number: []float64{1, 2, 4, 6, 7, 9}}, {Name: "x", Number: []float64{1, 2, 3, 2, 1, 3}},
	}}, nil
}

// asked runs one estimate on a table.
func asked(t *testing.T, data, ask string) (map[string]any, error) {
	t.Helper()
	a, err := Parse("s.toml", fmt.Appendf(nil, "[design]\ndata = %q\n[[estimate]]\n%s\n", data, ask))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), a, people)
	if err != nil {
		return nil, err
	}
	return r.Estimates[0].Value.(map[string]any), nil
}

// TestSmallAreas: every area is answered, with what may be published.
func TestSmallAreas(t *testing.T) {
	const fh = "op = \"fay_herriot\"\nmodel = {response = \"direct\", terms = [[\"x\"]]}\nsampling_variance = \"variance\"\narea = \"region\"\nn = \"n\"\n"
	v, err := asked(t, "regions", fh)
	if err != nil {
		t.Fatal(err)
	}
	publish, rows := v["publish"].([]any), v["rows"].([]any)
	if len(v["eblup"].([]any)) != 6 || publish[5] != "ne pas publier" || publish[3] != "publier avec réserve" || rows[5].([]any)[0] != "F" ||
		v["model_share"].([]any)[5] != 1.0 || !strings.Contains(rows[3].([]any)[5].(string), "12 réponse(s), moins de 30") {
		t.Errorf("Fay–Herriot: %v", v)
	}
	if v, err = asked(t, "regions", fh+"rule = {no_sample = \"allow\", min_n = 0, max_model_share = 0, caution_cv = 1, max_cv = 2}"); err != nil || v["publish"].([]any)[5] != "publier" {
		t.Errorf("another rule: %v %v", v, err)
	}
	if v, err = asked(t, "regions", fh+"where = {is = [\"region\", \"!=\", \"A\"]}"); err != nil || v["model_share"].([]any)[0] != 1.0 {
		t.Errorf("an area outside the domain: %v %v", v, err)
	}
	v, err = asked(t, "regions", "op = \"composite\"\ndirect = \"direct\"\nsampling_variance = \"variance\"\nsynthetic = \"synthese\"\n")
	if err != nil || v["synthetic_mse"] != 0.0 || v["estimate"].([]any)[0] != 11.0 {
		t.Errorf("composite: %v %v", v, err)
	}
	const bhf = "op = \"unit_level_eblup\"\nmodel = {response = \"y\", terms = [[\"x\"]]}\ndomain = \"zone\"\n"
	v, err = asked(t, "people", bhf+"means = {data = \"means\", domain = \"zone\", columns = {x = \"mean_x\"}, population_size = \"taille\"}")
	if err != nil || len(v["eblup"].([]any)) != 3 || v["n"].([]any)[1] != 0.0 || v["domain"].([]any)[1] != "O" || v["publish"].([]any)[1] != "ne pas publier" {
		t.Errorf("unit level: %v %v", v, err)
	}
	for _, c := range []struct{ data, ask, want string }{
		{"people", bhf + "means = {data = \"twice\", domain = \"zone\", columns = {x = \"mean_x\"}}", "donne deux fois la zone « N » (lignes 1 et 2)"},
		{"people", bhf + "means = {data = \"few\", domain = \"zone\", columns = {x = \"mean_x\"}}", "la zone « S » (enregistrement 4) n’est pas dans le tableau"},
		{"people", bhf + "means = {data = \"means\", domain = \"zone\"}", "la variable « x » n’est pas dans les données"},
		{"regions", strings.Replace(fh, "\"direct\"", "\"region\"", 1), "la réponse d’un modèle doit être un nombre"},
		{"regions", strings.Replace(fh, "\"variance\"", "\"x\"", 1) + "method = \"MINQUE\"", "valeur inconnue « MINQUE »"},
		{"regions", strings.Replace(fh, "\"variance\"", "\"faute\"", 1), "est une variable de catégories"},
	} {
		if _, err := asked(t, c.data, c.ask); err == nil || !strings.Contains(plainSpaces(err.Error()), c.want) {
			t.Errorf("%v; want %q", err, c.want)
		}
	}
}

// TestSlip: one bad cell among numbers is named.
func TestSlip(t *testing.T) {
	texts := make([]string, 40)
	for i := range texts {
		texts[i] = fmt.Sprint(i)
	}
	texts[16] = "1O"
	c := survey.Category("poids", texts)
	err := attempt(func() {
		(&desk{frame: &survey.Frame{Rows: 40, Columns: []*survey.Column{c}}}).numeric(node{"weights", "poids"})
	})
	if err == nil || !strings.Contains(plainSpaces(err.Error()), "variable « poids », enregistrement 17 : « 1O » n’est pas un nombre") {
		t.Errorf("slip: %v", err)
	}
}
