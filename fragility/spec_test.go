package fragility

import (
	"os"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/index"
	"vigie/indicator"
)

// minimal is the shortest spec that is accepted.
const minimal = `version = "1"
[title]
fr = "a"
en = "b"
reference_fr = "c"
reference_en = "d"
[reference]
coverage = 0.9
[normalisation]
clamp = true
[aggregation]
method = "arithmetic"
mirror = 110.0
[output]
worst = "high"
[[indicator]]
code = "s"
parent = "EMP"
`

func TestParseSpec(t *testing.T) {
	s, err := ParseSpec([]byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	if s.Normalisation.Method != "minmax" || s.Uncertainty.Draws != 1000 || len(s.Hash) != 64 || s.Title.Text("en") != "b" {
		t.Errorf("defaults: %+v", s)
	}
}

// The specifications that come with the program name known series, and the
// primary one differs from the other by its series only.
func TestShippedSpecs(t *testing.T) {
	full, cat := defaultSpec(t), catalogue(t)
	raw, err := os.ReadFile("../data/spec/fragility_primary.toml")
	if err != nil {
		t.Fatal(err)
	}
	primary, err := ParseSpec(raw)
	if err != nil {
		t.Fatal(err)
	}
	series := func(s *index.Spec) map[string]bool {
		if err := Check(s, cat, domains16); err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, i := range s.Indicators {
			out[i.Code+" in "+i.Parent] = true
		}
		return out
	}
	all, some := series(full), series(primary)
	if len(all) != 38 || len(some) != 19 {
		t.Errorf("%d and %d series; want 38 and 19", len(all), len(some))
	}
	for code := range some {
		if !all[code] {
			t.Errorf("%s is in the primary spec only", code)
		}
	}
	a, b := *full, *primary
	a.Indicators, b.Indicators, a.Version, b.Version = nil, nil, "", ""
	x, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if y, err := b.Encode(); err != nil || string(x) != string(y) {
		t.Errorf("the two specifications make other choices:\n%s\n%s", x, y)
	}
}

func TestParseSpecFaults(t *testing.T) {
	with := func(old, with string) string {
		if !strings.Contains(minimal, old) {
			t.Fatalf("no %q in the minimal spec", old)
		}
		return strings.Replace(minimal, old, with, 1)
	}
	more := func(s string) string { return minimal + s }
	cases := []struct{ name, text, what string }{
		{"unknown key", "verison = \"2\"\n" + minimal, "ligne 1 : clé inconnue « verison »"},
		{"no version", with(`version = "1"`, ""), "version"},
		{"no title", with(`reference_en = "d"`, ""), "ligne 2 : clé « title » : titre incomplet"},
		{"coverage", with("0.9", "0.0"), "ligne 8"},
		{"normalisation", with("clamp = true", "clamp = true\nmethod = \"rank\""), "un observatoire ne prend pas « rank »"},
		{"outside", with("clamp = true", "clamp = false"), "ligne 10"},
		{"range", with("clamp = true", "clamp = true\nrange = [1.0, 7.0]"), "de 0 à 100"},
		{"mirror", with("110.0", "100.0"), "ligne 13"},
		{"mean", with("arithmetic", "copeland"), "un observatoire ne prend pas « copeland »"},
		{"worst", with(`"high"`, `"low"`), "output.classes"},
		{"file", more("[data]\nunit = \"code\"\n"), "lit ses jeux de données"},
		{"screening", more("[screening]\navailable = 0.5\n"), "n’écarte aucun territoire"},
		{"link", more("[[link]]\ncolumn = \"x\"\n"), "ne compare pas"},
		{"column", more("column = \"x\"\n"), "ligne 17"},
		{"draws", more("[uncertainty]\ndraws = 0\n"), "sans intervalle"},
		{"weightings", more("[uncertainty]\nweightings = [\"given\", \"poll\"]\n"), "un observatoire ne prend pas « poll »"},
	}
	for _, c := range cases {
		_, err := ParseSpec([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.what) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: %v (%s); want %q", c.name, err, fault.Do(err), c.what)
		}
	}
}

func TestCheckFaults(t *testing.T) {
	catalogue := []indicator.Indicator{
		{Code: "s", Domain: "EMP", Nature: indicator.State, Direction: 1},
		{Code: "r", Domain: "EMP", Nature: indicator.Response, Direction: -1},
		{Code: "n", Domain: "EMP", Nature: indicator.Count, Direction: 1},
		{Code: "z", Domain: "EMP", Nature: indicator.State},
	}
	cases := []struct{ text, what string }{
		{`code = "s"` + "\nparent = \"EMP\"", ""},
		{`code = "x"` + "\nparent = \"EMP\"", "ligne 17 : clé « indicator[1].code » : indicateur inconnu « x »"},
		{`code = "s"` + "\nparent = \"XYZ\"", "domaine inconnu « XYZ »"},
		{`code = "r"` + "\nparent = \"EMP\"", "« r » mesure une action publique"},
		{`code = "n"` + "\nparent = \"EMP\"", "« n » est un effectif"},
		{`code = "z"` + "\nparent = \"EMP\"", "« z » n’a pas de sens"},
		{`code = "z"` + "\nparent = \"EMP\"\ndirection = -1", ""},
		{`code = "s"` + "\nparent = \"EMP\"\nweight = 0.0", "ce que « EMP » réunit ont une somme nulle"},
		{`code = "s"` + "\nparent = \"EMP\"\n[[element]]\ncode = \"EMP\"\nweight = 0.0", "une somme nulle"},
		{`code = "s"` + "\nparent = \"EMP\"\n[[element]]\ncode = \"economic\"", "« economic » n’est pas un domaine"},
		{`code = "s"` + "\nparent = \"EMP\"\n[[element]]\ncode = \"EMP\"\nparent = \"social\"", "« EMP » n’est pas un domaine, ou a un parent"},
		{`code = "s"` + "\nparent = \"EMP\"\n[[element]]\ncode = \"EMP\"\nweight = 2.0", ""},
	}
	head := minimal[:strings.Index(minimal, `code = "s"`)]
	for _, c := range cases {
		s, err := ParseSpec([]byte(head + c.text + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		err = Check(s, catalogue, domains16)
		if c.what == "" && err != nil || c.what != "" && (err == nil || !strings.Contains(err.Error(), c.what)) {
			t.Errorf("Check(%s) = %v; want %q", c.text, err, c.what)
		}
	}
	s, err := ParseSpec([]byte("allow_response = true\n" + head + "code = \"r\"\nparent = \"EMP\"\n"))
	if err != nil || Check(s, catalogue, domains16) != nil {
		t.Errorf("a response that the spec allows is refused: %v", err)
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add([]byte(minimal))
	if raw, err := os.ReadFile("../data/spec/fragility.toml"); err == nil {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := ParseSpec(raw); err != nil && fault.Do(err) == "" {
			t.Errorf("a fault without remedy: %v", err)
		}
	})
}
