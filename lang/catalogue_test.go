package lang

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCataloguesAgree(t *testing.T) {
	if d := cmp.Diff(Keys(FR), Keys(EN)); d != "" {
		t.Fatalf("keys of fr (-) and en (+) differ:\n%s", d)
	}
	if len(Keys(FR)) < 50 {
		t.Fatalf("%d keys: the catalogue was not read", len(Keys(FR)))
	}
	for _, key := range Keys(FR) {
		if d := cmp.Diff(Placeholders(FR, key), Placeholders(EN, key)); d != "" {
			t.Errorf("placeholders of %q in fr (-) and en (+) differ:\n%s", key, d)
		}
	}
}

// French texts, branches included, are set as a printer would.
func TestFrenchTypography(t *testing.T) {
	bad := map[string]*regexp.Regexp{
		"straight quote or apostrophe":      regexp.MustCompile(`['"]`),
		"ordinary space before a sign":      regexp.MustCompile(` [:;!?%»€]`),
		"space of the wrong width before :": regexp.MustCompile("\u202F[:%»]"),
		"space of the wrong width before ;": regexp.MustCompile("\u00A0[;!?]"),
		"no space before ; ! ?":             regexp.MustCompile(`[\pL\d»)][;!?](\s|$)`),
		"no space before :":                 regexp.MustCompile(`[\pL\d»)]:(\s|$)`),
		"no U+00A0 inside «":                regexp.MustCompile("«[^\u00A0]"),
		"no U+00A0 inside »":                regexp.MustCompile("[^\u00A0]»"),
		"three dots":                        regexp.MustCompile(`\.\.\.`),
	}
	for _, key := range Keys(FR) {
		for _, text := range literals(find(FR, key)) {
			for what, re := range bad {
				if re.MatchString(text) {
					t.Errorf("%s: %s in %q", key, what, text)
				}
			}
		}
	}
}

func literals(m message) []string {
	var out []string
	for _, n := range m {
		if n.arg == "" {
			out = append(out, n.text)
		}
		for _, a := range n.choice {
			out = append(out, literals(a.body)...)
		}
	}
	return out
}

// sample gives the two languages a small catalogue of its own.
func sample(t *testing.T, text string) message {
	t.Helper()
	m, err := compile(Typography(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMessage(t *testing.T) {
	cases := []struct {
		text string
		args []any
		want string
	}{
		{"{n|un domaine|{n} domaines}", []any{"n", 1}, "un domaine"},
		{"{n|un domaine|{n} domaines}", []any{"n", 0}, "un domaine"},
		{"{n|aucun cas|un cas|{n} cas}", []any{"n", 0}, "aucun cas"},
		{"{n|aucun cas|un cas|{n} cas}", []any{"n", 1200}, "1\u202F200 cas"},
		{"{x} {n|point|points}", []any{"x", "1,5", "n", 1.5}, "1,5 point"},
		{"{ok|vu|non vu} !", []any{"ok", false}, "non vu\u202F!"},
		{"{s|obj=objective|perc=perçue|autre}", []any{"s", Lang("perc")}, "perçue"},
		{"{s|obj=objective|perc=perçue|autre}", []any{"s", "?"}, "autre"},
		{"{s|ok=oui|non {n|{a} et|{b} ou}}", []any{"s", "", "n", 2, "b", "B"}, "non B ou"},
		{"C'est \"{x}\" : {n} %", []any{"x", "moi", "n", 5}, "C’est «\u00A0moi\u00A0»\u00A0: 5\u00A0%"},
		{"a | b", nil, "a | b"},
		{"{x}", []any{"x", FR}, "fr"},
		{"{x}", []any{"x", int32(4)}, "4"},
	}
	for _, c := range cases {
		var got strings.Builder
		for _, p := range sample(t, c.text).render(FR, c.args, nil) {
			got.WriteString(p.Text)
		}
		if got.String() != c.want {
			t.Errorf("%q with %v = %q; want %q", c.text, c.args, got.String(), c.want)
		}
	}
}

func TestMessageFaults(t *testing.T) {
	for _, text := range []string{"{", "}", "{a", "{a|", "{a|b", "{a|b}", "{A}", "{}", "{a|b|{c}"} {
		if m, err := compile(text); err == nil {
			t.Errorf("compile(%q) = %v; want an error", text, m)
		}
	}
	panics := map[string]func(){
		"unknown key":        func() { T(FR, "no.such.key") },
		"missing value":      func() { T(FR, "number.range", "lo", "1") },
		"float as text":      func() { T(FR, "number.range", "lo", 1.5, "hi", "2") },
		"no branch":          func() { sample(t, "{s|a=b|c=d}").render(FR, []any{"s", "e"}, nil) },
		"unknown key, Parts": func() { Parts(EN, "no.such.key") },
	}
	for name, f := range panics {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	for _, file := range []string{"a = 1", "a = 'x'\na = 'y'", "a = '{'"} {
		if err := read(map[string]message{}, FR, []byte(file)); err == nil {
			t.Errorf("read(%q) succeeds", file)
		}
	}
	if err := read(map[string]message{"a.b": nil}, FR, []byte("[a]\nb = 'x'")); err == nil {
		t.Error("a key given by two files is accepted")
	}
}

func TestParts(t *testing.T) {
	want := []Part{{Text: "1", Arg: "lo"}, {Text: " à "}, {Text: "2", Arg: "hi"}}
	if d := cmp.Diff(want, Parts(FR, "number.range", "lo", "1", "hi", "2")); d != "" {
		t.Error(d)
	}
	if !Has(EN, "number.range") || Has(EN, "number.nothing") {
		t.Error("Has is wrong")
	}
	if got := Placeholders(FR, "number.points"); !slices.Equal(got, []string{"n", "x"}) {
		t.Errorf("Placeholders = %v", got)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"{n|a|{n} b}", "{s|a=x|y}", "}{", "{a|{b|{c|d|e}|f}|g}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := compile(s); err == nil {
			m.placeholders()
		}
	})
}
