package casestudy

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/lang"
)

// said is a text whose sections are those given, by code.
func said(sections ...string) Text {
	t := Text{Sections: map[string]string{}}
	for i := 0; i < len(sections); i += 2 {
		t.Sections[sections[i]] = sections[i+1]
	}
	return t
}

// mark is the passage of a section that says something.
func mark(t Text, section, words, code, coder string) Passage {
	at := strings.Index(t.Sections[section], words)
	if at < 0 {
		panic(words)
	}
	start := len([]rune(t.Sections[section][:at]))
	return Passage{section, start, start + len([]rune(words)), "domain", code, coder}
}

func TestUnits(t *testing.T) {
	text := said("solution", "Été : une régie naît. M. X la porte.", "context", "Peu d’emplois.", "genesis", " ")
	var got []string
	for _, u := range Units(text) {
		if s := string([]rune(text.Sections[u.Section])[u.Start:u.End]); s != u.Text {
			t.Errorf("%+v stands at %q", u, s)
		}
		got = append(got, u.Section+" "+u.Text)
	}
	if want := []string{"context Peu d’emplois.", "solution Été : une régie naît.", "solution M. X la porte."}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestCheckPassage(t *testing.T) {
	text := said("context", "Été gris.  ")
	n := Names{Term: func(list, code string, _ lang.Lang) string {
		return map[string]string{"domain EMP": "Emploi"}[list+" "+code]
	}}
	good := Passage{"context", 0, 3, "domain", "EMP", "a"}
	if err := good.Check(text, n); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Passage){
		"section": func(p *Passage) { p.Section = "genesis" }, "before": func(p *Passage) { p.Start = -1 }, "after": func(p *Passage) { p.End = 12 },
		"empty": func(p *Passage) { p.End = 0 }, "space": func(p *Passage) { p.Start, p.End = 9, 11 }, "coder": func(p *Passage) { p.Coder = "" }, "term": func(p *Passage) { p.Code = "XXX" },
	} {
		p := good
		change(&p)
		if err := p.Check(text, n); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCarry(t *testing.T) {
	from := said("context", "Il pleut. Peu d’emplois ici. Rien n’ouvre. Il pleut.", "genesis", "Une élue appelle.")
	to := said("context", "Tout commence à l’été. Il pleut. Peu d’emplois ici. Tout ferme. Il pleut.", "solution", "Une élue appelle.")
	passages := []Passage{
		mark(from, "context", "emplois", "EMP", "a"),
		mark(from, "context", "pleut. Peu d’emplois", "ENV", "a"),
		mark(from, "context", "n’ouvre", "DEV", "a"),
		mark(from, "context", "ici. Rien", "DEV", "a"),
		mark(from, "genesis", "élue", "LIE", "b"),
	}
	last := mark(from, "context", "Rien n’ouvre. Il pleut", "ENV", "b")
	last.Start += len([]rune("Rien n’ouvre. "))
	kept, lost := Carry(from, to, append(passages, last))
	want := []Passage{
		mark(to, "context", "emplois", "EMP", "a"),
		mark(to, "context", "pleut. Peu d’emplois", "ENV", "a"),
	}
	end := mark(to, "context", "ferme. Il pleut", "ENV", "b")
	end.Start += len([]rune("ferme. "))
	if want = append(want, end); !reflect.DeepEqual(kept, want) {
		t.Errorf("kept %+v\nwant %+v", kept, want)
	}
	if !reflect.DeepEqual(lost, passages[2:5]) {
		t.Errorf("lost %+v", lost)
	}
	if same, none := Carry(from, from, passages); !reflect.DeepEqual(same, passages) || none != nil {
		t.Errorf("an unchanged text moves passages: %+v, %+v", same, none)
	}
}

// Twenty sentences: both coders mark 0 to 3, the first also 4, the second 5 and
// 6. R: vcd::Kappa(rbind(c(13, 2), c(1, 4))) gives 0.625 and 0.195.
func TestCompareCoders(t *testing.T) {
	text := said("context", strings.TrimSpace(strings.Repeat("Une phrase de plus. ", 20)))
	var passages []Passage
	put := func(coder, code string, sentences ...int) {
		for _, i := range sentences {
			passages = append(passages, Passage{"context", 20*i + 4, 20*i + 6, "domain", code, coder})
		}
	}
	put("a", "EMP", 0, 1, 2, 3, 4)
	put("b", "EMP", 0, 1, 2, 3, 5, 6)
	put("a", "ALI", 7)
	put("nobody", "CUL", 8)
	c := Compare([]Coded{{"cas", text, passages}}, []string{"a", "b"})
	if c.Units != 20 || len(c.Terms) != 2 || c.Terms[0].Code != "ALI" {
		t.Fatalf("%+v", c)
	}
	emp := c.Terms[1]
	if emp.Units != 20 || emp.Any != 7 || emp.All != 4 || !reflect.DeepEqual(emp.Marked, []int{5, 6}) || emp.Percent() != 0.85 {
		t.Errorf("%+v", emp)
	}
	if emp.Kappa == nil || math.Abs(emp.Kappa.Value-0.625) > 1e-6 || math.Abs(emp.Kappa.SE-0.195062339795) > 1e-6 {
		t.Errorf("kappa %+v", emp.Kappa)
	}
	if emp.Alpha == nil || !(emp.Range.Lo < emp.Alpha.Value && emp.Alpha.Value < emp.Range.Hi) {
		t.Errorf("alpha %+v, %+v", emp.Alpha, emp.Range)
	}
	if c.Overall.Units != 40 || c.Overall.Alpha == nil {
		t.Errorf("overall %+v", c.Overall)
	}
	if len(c.Apart) != 4 || c.Apart[0].Unit.Number != 5 || c.Apart[0].By[0] != "a" || c.Apart[1].Not[0] != "a" || c.Apart[3].Code != "ALI" {
		t.Errorf("apart %+v", c.Apart)
	}
	again := Compare([]Coded{{"cas", text, passages}}, []string{"b", "a"})
	if again.Terms[1].Kappa.Value != emp.Kappa.Value || again.Overall.Alpha.Value != c.Overall.Alpha.Value {
		t.Error("the order of coders matters")
	}
}

// A passage over two sentences marks both; nothing is told where a coefficient
// does not exist.
func TestCompareEdges(t *testing.T) {
	text := said("context", "Un mot. Deux mots. Trois.")
	both := []Passage{mark(text, "context", "mot. Deux", "EMP", "a"), mark(text, "context", "Un mot. Deux", "EMP", "b")}
	c := Compare([]Coded{{"cas", text, both}}, []string{"a", "b"})
	if k := c.Terms[0]; k.All != 2 || k.Any != 2 || k.Kappa.Value != 1 || k.Alpha.Value != 1 || c.Apart != nil {
		t.Errorf("%+v", c)
	}
	whole := []Passage{mark(text, "context", text.Sections["context"], "EMP", "a"), mark(text, "context", text.Sections["context"], "EMP", "b")}
	if c := Compare([]Coded{{"cas", text, whole}}, []string{"a", "b"}); c.Terms[0].Kappa != nil || c.Terms[0].Alpha != nil || c.Terms[0].Percent() != 1 {
		t.Errorf("everything marked: %+v", c.Terms[0])
	}
	for name, c := range map[string]*Coding{
		"nobody":   Compare([]Coded{{"cas", text, nil}}, []string{"a", "b"}),
		"one":      Compare([]Coded{{"cas", text, both}}, []string{"a"}),
		"no texts": Compare(nil, []string{"a", "b"}),
	} {
		if c.Terms != nil || c.Apart != nil || c.Overall.Kappa != nil || c.Overall.Alpha != nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
	three := Compare([]Coded{{"cas", text, append(both, mark(text, "context", "Un", "EMP", "c"))}}, []string{"a", "b", "c"})
	if k := three.Terms[0]; k.Kappa != nil || k.Alpha == nil || k.All != 1 || k.Any != 2 {
		t.Errorf("three coders: %+v", k)
	}
}

// The pair with the most cases in common is compared, on those cases.
func TestCompareTwo(t *testing.T) {
	text := said("context", "Un mot. Deux mots.")
	by := func(coders ...string) []Passage {
		var out []Passage
		for _, c := range coders {
			out = append(out, mark(text, "context", "Deux", "EMP", c))
		}
		return out
	}
	texts := []Coded{{"1", text, by("a", "b")}, {"2", text, by("c", "b", "a")}, {"3", text, by("b", "c")}, {"4", text, by("d")}, {"5", text, by("c", "b")}}
	c := CompareTwo(texts)
	if !reflect.DeepEqual(c.Coders, []string{"b", "c"}) || c.Units != 6 || c.Terms[0].All != 3 || len(texts) != 5 {
		t.Errorf("%+v", c)
	}
	if c := CompareTwo(texts[:2]); !reflect.DeepEqual(c.Coders, []string{"a", "b"}) {
		t.Errorf("%+v", c)
	}
	if c := CompareTwo([]Coded{{"4", text, by("d")}, {"6", text, nil}}); c != nil {
		t.Errorf("nobody twice: %+v", c)
	}
}
