package index

import (
	"os"
	"strings"
	"testing"

	"vigie/fault"
)

const blockSpec = `# An index of ours.
version = "1" # ours
[title]
fr = "Essai"

[[element]]
code = "A" # the first

# Before the indicators.
[[indicator]]
code = "x" # why x
parent = "A"
bounds = [0.0, 1.0]

[[indicator]]
code = "y"
parent = "A"

[normalisation]
# how
method = "minmax"
`

func TestAmend(t *testing.T) {
	cases := map[string]struct {
		text  string
		a     Amendment
		wants []string // lines that are there
		gone  []string
	}{
		"weight of a written element": {blockSpec, Amendment{Weights: map[string]float64{"A": 2}}, []string{"code = \"A\" # the first\nweight = 2\n"}, nil},
		"weight of another element":   {blockSpec, Amendment{Weights: map[string]float64{"B": 0.5, "A": 1}}, []string{"\n[[element]]\ncode = \"B\"\nweight = 0.5\n", "code = \"A\" # the first\n\n"}, nil},
		"methods": {blockSpec, Amendment{Version: "2", Normalisation: "zscore", Aggregation: "geometric"},
			[]string{"version = \"2\" # ours", "# how\nmethod = \"zscore\"", "\n[aggregation]\nmethod = \"geometric\"\n"}, []string{"minmax"}},
		"an indicator left out": {blockSpec, Amendment{Without: []string{"x"}},
			[]string{"# [[indicator]]\n# code = \"x\" # why x\n# parent = \"A\"\n# bounds = [0.0, 1.0]\n\n[[indicator]]\ncode = \"y\""}, nil},
		"a new indicator":     {blockSpec, Amendment{With: []Indicator{{Code: "z", Parent: "A"}}}, []string{"\n[[indicator]]\ncode = \"z\"\nparent = \"A\"\n"}, nil},
		"between brackets":    {"version='1'\ntitle.fr = 'T'\nindicator = [{code='a', parent='P'}, # one\n {code='b', parent='P'}]\n", Amendment{Without: []string{"b"}, Weights: map[string]float64{"P": 2}}, []string{"{code='a', parent='P'}, # one", "[[element]]\ncode = \"P\""}, []string{"\n {code='b'"}},
		"two on a line":       {"version='1'\ntitle.fr = 'T'\nindicator = [{code='a', parent='P'}, {code='b', parent='P'}, {code='c', parent='P'}]\n", Amendment{Without: []string{"a", "c"}}, []string{"{code='b', parent='P'},"}, []string{"'a'", "'c'"}},
		"elements in a list":  {"version='1'\ntitle.fr = 'T'\nelement = [{code='P', weight = 3}, {code='Q'}]\nindicator = [{code='a', parent='P'}]\n", Amendment{Weights: map[string]float64{"P": 1, "Q": 2, "R": 4}}, []string{"{code='P', weight = 1}", "{code='Q', weight = 2}", "{ code = \"R\", weight = 4 },"}, nil},
		"nothing":             {blockSpec, Amendment{Version: "1", Normalisation: "minmax", Weights: map[string]float64{"A": 1, "B": 1}}, []string{blockSpec}, nil},
		"a key before a dot":  {"version='1'\ntitle.fr='T'\nnormalisation.method = 'minmax' # here\nindicator = [{code='a', parent='P'}]\n", Amendment{Normalisation: "zscore"}, []string{"normalisation.method = \"zscore\" # here"}, nil},
		"strings with braces": {"version='1'\ntitle = { fr = 'T } ] #', en = \"a\\\"}\" }\nindicator = [{code='a', parent='P', name_fr=\"\"\"x]\"} \"\"\"}]\n", Amendment{Version: "2", Weights: map[string]float64{"P": 2}}, []string{"name_fr=\"\"\"x]\"} \"\"\"}]", "version=\"2\""}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Amend("a.toml", []byte(c.text), c.a)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.wants {
				if !strings.Contains(string(got), want) {
					t.Errorf("no %q in:\n%s", want, got)
				}
			}
			for _, gone := range c.gone {
				if strings.Contains(string(got), gone) {
					t.Errorf("%q is still in:\n%s", gone, got)
				}
			}
		})
	}
}

func TestAmendBack(t *testing.T) {
	real, err := os.ReadFile("../data/spec/fragility.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{blockSpec, string(real)} {
		for _, code := range []string{"x", "emp_activity_rate", "cul_turnout_share"} {
			if !strings.Contains(text, `"`+code+`"`) {
				continue
			}
			out, err := Amend("a.toml", []byte(text), Amendment{Without: []string{code}})
			if err != nil {
				t.Fatal(err)
			}
			if len(strings.Split(string(out), "\n")) != len(strings.Split(text, "\n")) || string(out) == text {
				t.Errorf("%s: lines were lost, or nothing changed", code)
			}
			back, err := Amend("a.toml", out, Amendment{With: []Indicator{{Code: code, Parent: "A"}}})
			if err != nil {
				t.Fatal(err)
			}
			if string(back) != text {
				t.Errorf("%s does not come back as it was", code)
			}
		}
	}
}

func TestAmendRefused(t *testing.T) {
	for name, text := range map[string]string{
		"bad TOML":    "version = ",
		"unknown key": "version = '1'\nwieght = 2",
		"all are out": "version='1'\ntitle.fr = 'T'\nindicator = [{code='a', parent='P'}]",
		"inline":      "version='1'\ntitle.fr = 'T'\nnormalisation = { range = [0.0, 1.0] }\nindicator = [{code='a', parent='P'}, {code='b', parent='P'}]",
	} {
		if _, err := Amend("a.toml", []byte(text), Amendment{Without: []string{"a"}, Normalisation: "zscore"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v; want Invalid", name, err)
		}
	}
}

func FuzzAmend(f *testing.F) {
	f.Add(blockSpec, "x", 2.0)
	f.Add("version='1'\ntitle.fr = 'T'\nindicator = [{code='a', parent='P'}, {code='b', parent='P'}]\n", "a", 0.5)
	f.Fuzz(func(t *testing.T, text, code string, x float64) {
		_, err := Amend("f.toml", []byte(text), Amendment{Without: []string{code}, Weights: map[string]float64{"P": x}, Normalisation: "zscore"})
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v; want Invalid", err)
		}
	})
}
