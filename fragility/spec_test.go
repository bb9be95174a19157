package fragility

import (
	"os"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/indicator"
)

// minimal is the shortest spec that is accepted.
const minimal = `version = "1"
[title]
fr = "a"
en = "b"
reference_fr = "c"
reference_en = "d"
`

func TestParseSpecDefaults(t *testing.T) {
	s, err := ParseSpec([]byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	if s.Normalisation.Method != "minmax" || s.Sensitivity.Draws != 1000 || len(s.Hash) != 64 {
		t.Errorf("defaults: %+v", s)
	}
	if s.Title.Text("en") != "b" || s.Title.Reference("fr") != "c" {
		t.Errorf("title: %+v", s.Title)
	}
}

// The file of defaults and DefaultSpec say the same thing.
func TestDefaultSpecFile(t *testing.T) {
	s, d := defaultSpec(t), DefaultSpec()
	n := 0
	for _, domain := range s.Domains {
		n += len(domain.Indicators)
	}
	if n != 38 || len(s.Domains) != 16 {
		t.Errorf("%d indicators in %d domains; want 38 in 16", n, len(s.Domains))
	}
	if s.Treatment != d.Treatment || s.Aggregation != d.Aggregation || s.Missing != d.Missing || s.Reference != d.Reference {
		t.Error("data/spec/fragility.toml and DefaultSpec differ")
	}
}

func TestParseSpecFaults(t *testing.T) {
	domain := func(s string) string { return minimal + "[[domain]]\ncode = \"EMP\"\n" + s }
	cases := []struct{ name, text, what string }{
		{"unknown key", "verison = \"2\"\n" + minimal, "ligne 1 : clé inconnue « verison »"},
		{"unknown nested key", minimal + "[missing]\noverall = 3\n", "ligne 8 : clé inconnue « missing.overall »"},
		{"syntax", minimal + "[missing\n", "ligne 7"},
		{"type", minimal + "[missing]\noverall_domains = \"douze\"\n", "missing.overall_domains"},
		{"no version", strings.TrimPrefix(minimal, `version = "1"`), "version absente"},
		{"no title", "version = \"1\"\n", "titre incomplet"},
		{"normalisation", minimal + "[normalisation]\nmethod = \"magic\"\n", "valeur inconnue « magic »"},
		{"weights to zero", domain("indicator = [{ code = \"a\", weight = 0 }, { code = \"b\", weight = 0 }]"), "« EMP » ont une somme nulle"},
		{"domains to zero", domain("weight = 0\nindicator = [{ code = \"a\" }]"), "les poids des domaines ont une somme nulle"},
		{"negative weight", domain("indicator = [{ code = \"a\", weight = -1 }, { code = \"b\" }]"), "poids de l'indicateur « a » : -1"},
		{"no indicator", domain(""), "somme nulle"},
		{"twice", domain("indicator = [{ code = \"a\" }, { code = \"a\" }]"), "« a » donné deux fois"},
		{"direction", domain("indicator = [{ code = \"a\", direction = 2 }]"), "sens de « a » : 2"},
		{"draws", minimal + "[sensitivity]\ndraws = 2\n", "sensitivity.draws"},
		{"nan", minimal + "[sensitivity]\ninterval = nan\n", "sensitivity.interval"},
		{"no alternative", minimal + "[sensitivity]\nweightings = []\n", "« sensitivity.weightings » est vide"},
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
	cases := []struct{ domain, indicator, what string }{
		{"EMP", `code = "s"`, ""},
		{"EMP", `code = "x"`, "indicateur inconnu « x »"},
		{"XYZ", `code = "s"`, "domaine inconnu « XYZ »"},
		{"EMP", `code = "r"`, "« r » mesure une action publique"},
		{"EMP", `code = "n"`, "« n » est un effectif"},
		{"EMP", `code = "z"`, "« z » n'a pas de sens"},
		{"EMP", `code = "z", direction = -1`, ""},
	}
	for _, c := range cases {
		s, err := ParseSpec([]byte(minimal + "[[domain]]\ncode = \"" + c.domain + "\"\nindicator = [{ " + c.indicator + " }]\n"))
		if err != nil {
			t.Fatal(err)
		}
		err = s.Check(catalogue, domains16)
		if c.what == "" && err != nil || c.what != "" && (err == nil || !strings.Contains(err.Error(), c.what)) {
			t.Errorf("Check(%s) = %v; want %q", c.indicator, err, c.what)
		}
	}
	s, err := ParseSpec([]byte("allow_response = true\n" + minimal + "[[domain]]\ncode = \"EMP\"\nindicator = [{ code = \"r\" }]\n"))
	if err != nil || s.Check(catalogue, domains16) != nil {
		t.Errorf("a response that the spec allows is refused: %v, %v", err, s.Check(catalogue, domains16))
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
