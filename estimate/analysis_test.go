package estimate

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/stat/survey"
)

// filed loads made-up answers whatever the path, or the files of a map.
func filed(files map[string]*survey.Frame) Load {
	return func(f File) (*survey.Frame, error) {
		if frame, ok := files[f.Path]; ok {
			return frame, nil
		}
		return answers(), nil
	}
}

func TestParseRefusals(t *testing.T) {
	const design = "[design]\ndata = \"x.csv\"\n"
	cases := []struct{ name, text, want string }{
		{"s.toml", "[design\n", "s.toml, ligne 1, colonne 8"},
		{"s.json", "{\n\"design\": {,}}", "s.json, ligne 2, colonne"},
		{"s.json", `{} {}`, "s.json illisible"},
		{"s.toml", design, "cette clé manque"},
		{"s.toml", design + "wieghts = \"pw\"\n[[estimate]]\nop = \"degf\"\n", "s.toml, ligne 3 : clé « design.wieghts » : clé inconnue"},
		{"s.toml", design + "\n[[estimate]]\nop = \"men\"\n", "s.toml, ligne 5 : clé « estimate[1].op » : opération inconnue « men »"},
		{"s.toml", design + "[[prep]]\nkind = \"rak\"\n[[estimate]]\nop = \"degf\"\n", "s.toml, ligne 4 : clé « prep[1].kind » : préparation inconnue « rak »"},
		{"s.toml", design + "[[prep]]\nkind = \"domain\"\nwere = 1\n[[estimate]]\nop = \"degf\"\n", "s.toml, ligne 5 : clé « prep[1].were » : clé inconnue"},
		{"s.toml", "titre = \"a\"\n" + design + "[[estimate]]\nop = \"degf\"\n", "s.toml, ligne 1 : clé « titre » : clé inconnue"},
		{"s.toml", "seed = -1\n" + design + "[[estimate]]\nop = \"degf\"\n", "graine est négative"},
		{"s.toml", "seed = 1.5\n" + design + "[[estimate]]\nop = \"degf\"\n", "n’est pas un nombre entier"},
		{"s.json", "{\"design\": {\"data\": \"x.csv\"},\n \"estimate\": [{\"op\": \"degf\"},\n {\"op\": \"degf\", \"x\": 1}]}", "s.json, ligne 3 : clé « estimate[2].x » : clé inconnue"},
		{"s.json", `{"design": {"data": "x.csv"}, "eval": [{"op": "degf", "args": {"x": 1}}]}`, "clé « eval[1].args.x » : clé inconnue"},
		{"s.json", `{"design": [], "eval": []}`, "une table est attendue"},
	}
	for _, c := range cases {
		_, err := Parse(c.name, []byte(c.text))
		if err == nil || !strings.Contains(plainSpaces(err.Error()), c.want) || fault.Do(err) == "" {
			t.Errorf("Parse(%q) = %v (à faire : %s); want %q", c.text, err, fault.Do(err), c.want)
		}
	}
}

// People mend a specification in one go: every fault is told.
func TestParseTellsEveryFault(t *testing.T) {
	_, err := Parse("s.toml", []byte("[design]\nweights = 1\n[[prep]]\nkind = \"x\"\n[[estimate]]\nop = \"y\"\n[[estimate]]\nop = \"degf\"\nz = 1\n"))
	list, ok := errors.AsType[fault.List](err)
	if !ok || len(list) != 4 {
		t.Errorf("Parse = %v; want four faults", err)
	}
}

func TestRunRefusals(t *testing.T) {
	cases := []struct{ text, want string }{
		{"data = \"x\"\nweights = \"wp\"", "s.toml, ligne 3 : clé « design.weights » : la variable « wp » n’est pas dans les données"},
		{"data = \"x\"\nweights = \"type\"", "« type » est une variable de catégories"},
		{"data = \"x\"\nstrata = [\"sex\"]", "clé « design.strata[1] »"},
		{"data = \"x\"\nlonely_psu = \"keep\"", "s.toml, ligne 3 : clé « design.lonely_psu » : valeur inconnue « keep »"},
		{"data = \"x\"\nrows = [1, 7]", "la ligne 7 n’existe pas"},
		{"data = \"x\"\nweights = \"score\"", "s.toml, ligne 3 : clé « design.weights » : variable « score », enregistrement 4 : le poids manque"},
	}
	for _, c := range cases {
		a, err := Parse("s.toml", []byte("[design]\n"+c.text+"\n[[estimate]]\nop = \"degf\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Run(t.Context(), a, filed(nil))
		if err == nil || !strings.Contains(plainSpaces(err.Error()), c.want) || fault.Do(err) == "" {
			t.Errorf("%s: %v (à faire : %s); want %q", c.text, err, fault.Do(err), c.want)
		}
	}
}

func TestRun(t *testing.T) {
	const spec = "title = \"essai\"\nseed = 7\n[design]\ndata = \"x\"\nweights = \"pw\"\ndrop_rows = [6]\n" +
		"[[prep]]\nkind = \"domain\"\nwhere = { is = [\"wave\", \"==\", 2018] }\n" +
		"[[estimate]]\nname = \"ddl\"\nop = \"degf\"\n[[estimate]]\nname = \"femmes\"\nop = \"degf\"\nwhere = { is = [\"sexe\", \"==\", \"F\"] }\n"
	a, err := Parse("s.toml", []byte(spec))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), a, filed(nil))
	if err != nil {
		t.Fatal(err)
	}
	if r.Records != 5 || r.Seed != 7 || r.Title != "essai" || len(r.Spec) != 64 || len(r.Estimates) != 2 || r.Estimates[0].Value != 2.0 || r.Estimates[1].Value != 1.0 {
		t.Errorf("Run = %+v", r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, a, filed(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run = %v", err)
	}
}

// A case draws its seed from its identifier, the same every time.
func TestCaseSeed(t *testing.T) {
	seed := func(id string) uint64 {
		a, err := Case(map[string]any{"id": id, "design": map[string]any{"data": "x"}, "eval": []any{}})
		if err != nil {
			t.Fatal(err)
		}
		return a.Seed
	}
	first, again, other := seed("10/a"), seed("10/a"), seed("10/b")
	if first != again || first == other {
		t.Errorf("seeds %d %d %d", first, again, other)
	}
}

func TestMarginsFromFile(t *testing.T) {
	text := func(name string, v ...string) *survey.Column { return survey.Category(name, v) }
	file := &survey.Frame{Rows: 4, Columns: []*survey.Column{
		text("variable", "sexe", "sexe", "score", ""), text("level", "F", "H", "", ""), {Name: "total", Number: []float64{52, 48, 300, 100}}}}
	cell := &survey.Frame{Rows: 2, Columns: []*survey.Column{
		text("sexe", "F", "H"), {Name: "wave", Number: []float64{2018, 2021}}, {Name: "count", Number: []float64{60, 40}}}}
	d := &desk{frame: answers(), load: filed(map[string]*survey.Frame{"m.csv": file, "c.csv": cell})}
	cases := []struct{ prep, want string }{
		{`{"kind":"rake","margins":"m.csv"}`, `{"kind":"rake","margins":[{"counts":{"F":52,"H":48},"var":"sexe"},{"counts":{"":300},"var":"score"},{"counts":{"":100},"var":""}]}`},
		{`{"kind":"calibrate","totals":"m.csv"}`, `{"kind":"calibrate","totals":[{"level":"F","total":52,"var":"sexe"},{"level":"H","total":48,"var":"sexe"},{"total":300,"var":"score"},{"constant":true,"total":100}]}`},
		{`{"kind":"poststratify","by":["sexe","wave"],"population":"c.csv"}`, `{"by":["sexe","wave"],"kind":"poststratify","population":[{"cell":{"sexe":"F","wave":"2018"},"count":60},{"cell":{"sexe":"H","wave":"2021"},"count":40}]}`},
		{`{"kind":"rake","margins":[]}`, `{"kind":"rake","margins":[]}`},
	}
	for _, c := range cases {
		var got node
		if err := attempt(func() { got = d.inline(node{"prep[1]", decoded(t, c.prep)}) }); err != nil {
			t.Errorf("%s: %v", c.prep, err)
			continue
		}
		raw, err := json.Marshal(got.v)
		if err != nil || string(raw) != c.want {
			t.Errorf("%s = %s; want %s", c.prep, raw, c.want)
		}
	}
	err := attempt(func() { d.inline(node{"prep[1]", decoded(t, `{"kind":"rake","margins":"x.csv"}`)}) })
	if err == nil || !strings.Contains(plainSpaces(err.Error()), "la colonne « variable » manque") {
		t.Errorf("a file without the columns: %v", err)
	}
}

// Nothing that a person can write makes the program panic.
func FuzzParse(f *testing.F) {
	f.Add("s.toml", []byte("[design]\ndata = \"x\"\n[[prep]]\nkind = \"domain\"\nrows = [1]\n[[estimate]]\nop = \"degf\"\nwhere = { is = [\"wave\", \"==\", 2018] }\n"))
	f.Add("s.json", []byte(`{"design":{"data":"x","ids":["1"],"rows":[1,2]},"eval":[{"field":"df","op":"degf","args":{"where":{"all":[{"answered":"score"}]}}}]}`))
	f.Add("s.json", []byte(`{"id":3,"design":{"data":[]},"estimate":{"op":{}}}`))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		a, err := Parse(name, raw)
		if err != nil {
			if fault.Do(err) == "" {
				t.Errorf("%v says nothing to do", err)
			}
			return
		}
		r, err := Run(t.Context(), a, filed(nil))
		if err == nil {
			for _, one := range r.Estimates {
				one.Table()
			}
			_, err = json.Marshal(r)
		}
		if err != nil && fault.Do(err) == "" {
			t.Errorf("%v says nothing to do", err)
		}
	})
}
