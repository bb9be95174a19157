package territory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/lang"
)

func realLister(t testing.TB) *Lister {
	t.Helper()
	h := &History{}
	h.Join(passage(t), nil)
	return &Lister{Search: realSearch(t), Passage: passage(t), History: func() *History { return h }}
}

// said lists the remarks of a reading: line, kind, codes.
func said(r Reading) string {
	var out []string
	for _, m := range r.Remarks {
		out = append(out, fmt.Sprintf("%d %s %s", m.Line, m.Kind, strings.Join(codes(m.Codes), " ")))
	}
	return strings.Join(out, "; ")
}

func TestReadList(t *testing.T) {
	l := realLister(t)
	cases := []struct {
		name, text string
		o          ListOptions
		want       string // communes, or their number
		remarks    string
	}{
		{"names", "Charleville-Mézières\nrethel\n\nVOUZIERS", ListOptions{}, "COM-08105 COM-08362 COM-08490", ""},
		{"codes", "08105, 08362;2A004", ListOptions{}, "COM-08105 COM-08362 COM-2A004", ""},
		{"our codes", "COM-08105\ncom-08362", ListOptions{}, "COM-08105 COM-08362", ""},
		{"code and name", "08105 Charleville-Mézières\n08362 - Rethel", ListOptions{}, "COM-08105 COM-08362", ""},
		{"code and another name", "08105 Sedan", ListOptions{}, "COM-08105", "1 other_name COM-08105"},
		{"an EPCI by its SIREN", "200041630", ListOptions{}, "57", ""},
		{"an EPCI by its name", "CA Ardenne Métropole", ListOptions{}, "57", ""},
		{"a département", "Ardennes", ListOptions{}, "447", ""},
		{"a département by its number", "08", ListOptions{}, "447", ""},
		{"a number that is a region too", "84", ListOptions{}, "151", "1 region_code DEP-84 REG-84"},
		{"the same twice", "08105\nCharleville-Mézières", ListOptions{}, "COM-08105", ""},
		{"an unknown name", "Rethell", ListOptions{}, "", "1 unknown COM-08362"},
		{"namesakes", "Saint-Denis", ListOptions{}, "", "1 ambiguous COM-97411 COM-93066 COM-11339 COM-30247"},
		{"a namesake placed", "Saint-Denis (93)", ListOptions{}, "COM-93066", ""},
		{"a lost zero", "1004", ListOptions{}, "", "1 lost_zero COM-01004"},
		{"a zero put back", "1004", ListOptions{Zeros: true}, "COM-01004", "1 zero_restored COM-01004"},
		{"an arrondissement", "75101", ListOptions{}, "", "1 arrondissement COM-75056"},
		{"a number that is a code and a postcode", "51100", ListOptions{}, "COM-51100", "1 also_postcode COM-51100 COM-51454"},
		{"the same with its name", "51100 La Caure", ListOptions{}, "COM-51100", ""},
		{"the same with its name, of postcodes", "51100 La Caure", ListOptions{Numbers: Postal}, "COM-51100", ""},
		{"a postcode", "51100", ListOptions{Numbers: Postal}, "COM-51454", ""},
		{"a list of codes", "51454\n51100", ListOptions{}, "COM-51100 COM-51454", ""},
		{"a merged commune by our code", "COM-01039", ListOptions{}, "COM-01138", "1 merged COM-01138"},
		{"the same with its name", "COM-01039 Belmont-Luthézieu", ListOptions{}, "COM-01138", "1 merged COM-01138"},
		{"an arrondissement by our code", "COM-75101", ListOptions{}, "", "1 arrondissement COM-75056"},
		{"an EPCI of 2021", "200035459", ListOptions{}, "31", "1 former COM-"},
		{"a region before 2016", "REG-82 Rhône-Alpes", ListOptions{}, "2738", "1 former COM-01001 COM-01002 "},
		{"an unknown code of ours", "EPCI-999999999", ListOptions{}, "", "1 not_a_territory "},
		{"postcodes of several communes", "08200", ListOptions{Numbers: Postal}, "10", "1 postcode COM-08043"},
		{"a name with a comma", "CC Forêts, Seine et Suzon; 08105", ListOptions{}, "26", ""},
		{"a table by commas", "insee,nom\n08105,Charleville\n08362,Rethel", ListOptions{}, "COM-08105 COM-08362", "1 one_column ; 1 heading "},
		{"a number that is nothing", "99999", ListOptions{}, "", "1 not_a_territory "},
		{"spaces in a SIREN", "200 041 630", ListOptions{}, "57", ""},
		{"a composed territory", "T-yk17whpmkwag", ListOptions{}, "", "1 composed "},
		{"a table", "code;nom;pop\n08105;Charleville-Mézières;46391\n08362;Rethel;7729\n", ListOptions{}, "COM-08105 COM-08362", "1 one_column ; 1 heading "},
		{"a table pasted", "Sedan\t08409\t1\nRethel\t08362\t2\nVouziers\t08490\t3", ListOptions{}, "COM-08362 COM-08409 COM-08490", "1 one_column "},
		{"lines of codes", "08105,08362\n08409,08490\n51454,51100", ListOptions{}, "6", ""},
		{"nothing", " \n\n", ListOptions{}, "", ""},
	}
	for _, c := range cases {
		r := l.Read(c.text, c.o)
		got := strings.Join(codes(r.Communes), " ")
		if len(r.Communes) > 4 {
			got = fmt.Sprint(len(r.Communes))
		}
		if got != c.want {
			t.Errorf("%s: %s; want %s (%s)", c.name, got, c.want, said(r))
		}
		if s := said(r); s != c.remarks && !(c.remarks != "" && strings.HasPrefix(s, c.remarks)) {
			t.Errorf("%s: said %q; want %q", c.name, s, c.remarks)
		}
	}
}

// TestReadListFormer: the communes of the 2021 files that are no more are read
// as what they became, and it is said of each.
func TestReadListFormer(t *testing.T) {
	l := realLister(t)
	p := l.Passage
	merged, gone := 0, 0
	for _, old := range p.Old.ByLevel(Commune) {
		if _, still := p.New.Get(old.Code); still {
			continue
		}
		r := l.Read(old.Code.Official(), ListOptions{Numbers: Officials})
		to := p.Targets(old.Code)
		switch {
		case len(r.Remarks) != 1 && len(l.Search.postcodes.WithPrefix(old.Code.Official())) == 0:
			t.Errorf("%s: said %q", old.Code, said(r))
		case len(r.Remarks) == 1 && r.Remarks[0].Kind == Merged:
			merged++
			if !slices.Equal(r.Communes, to) {
				t.Errorf("%s became %v; read as %v", old.Code, to, r.Communes)
			}
		case len(r.Remarks) == 1 && r.Remarks[0].Kind == Gone:
			gone++
		}
	}
	if merged < 50 {
		t.Errorf("%d former communes read; want 50 at least (%d gone)", merged, gone)
	}
}

// TestReadListOfAll: every commune is read by its code, at once.
func TestReadListOfAll(t *testing.T) {
	l := realLister(t)
	var b strings.Builder
	all := l.Search.v.ByLevel(Commune)
	for _, c := range all {
		b.WriteString(c.Code.Official() + ";" + c.Label + "\n")
	}
	began := time.Now()
	r := l.Read(b.String(), ListOptions{})
	if len(r.Communes) != len(all) || r.Faults() > 0 || len(r.Remarks) != 1 {
		t.Errorf("%d communes read of %d, %d faults", len(r.Communes), len(all), r.Faults())
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}

// TestReadListHostile: lists made to be slow are not.
func TestReadListHostile(t *testing.T) {
	l := realLister(t)
	for name, text := range map[string]string{
		"unknown names":   strings.Repeat("Saint-Xyzzyville-sur-Rien\n", 60_000),
		"letters":         strings.Repeat("s,", 500_000),
		"columns":         strings.Repeat(strings.Repeat("a;", 100_000)+"\n", 4),
		"parentheses":     strings.Repeat("Saint-Denis (x)\n", 60_000),
		"one long":        strings.Repeat("é", 1_000_000),
		"digits, spaced":  strings.Repeat("1 2 3 4 5 6 7 8 9\n", 60_000),
		"codes and names": strings.Repeat("08105 Sedan\n", 60_000),
	} {
		began := time.Now()
		l.Read(text, ListOptions{})
		if d := time.Since(began); d > 8*time.Second {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func FuzzReadList(f *testing.F) {
	for _, s := range []string{"08105\nRethel", "a;b;c\n1;2;3\n4;5;6", "Saint-Denis (93)", "1004\t2A004", "«x» \ufeff", "T-0"} {
		f.Add(s)
	}
	l := realLister(f)
	f.Fuzz(func(t *testing.T, s string) {
		r := l.Read(s, ListOptions{})
		for _, c := range r.Communes {
			if _, ok := l.Search.v.Get(c); !ok {
				t.Errorf("%q gives %s, which does not exist", s, c)
			}
		}
		if !slices.IsSorted(r.Communes) || r.Twice < 0 || r.Entries < 0 {
			t.Errorf("%q gives %+v", s, r)
		}
	})
}

func TestCompose(t *testing.T) {
	v := vintage(t, 2026)
	a, err := Compose("  Le   pays ", 2026, []Code{"COM-08362", "COM-08105", "COM-08362"})
	if err != nil || a.Name != "Le pays" || len(a.Communes) != 2 || !a.Code.IsComposed() || len(a.Code) != 14 {
		t.Fatalf("Compose = %+v, %v", a, err)
	}
	b, _ := Compose("Le pays", 2026, []Code{"COM-08105", "COM-08362"})
	other, _ := Compose("Autre", 2026, b.Communes)
	year, _ := Compose("Le pays", 2021, b.Communes)
	if a.Code != b.Code || a.Code == other.Code || a.Code == year.Code {
		t.Errorf("codes: %s %s %s %s", a.Code, b.Code, other.Code, year.Code)
	}
	for _, name := range []string{strings.Repeat("a", 81), "a\u202eb", "voir http://x", "www.exemple.test", "a\x00b"} {
		if _, err := Compose(name, 2026, b.Communes); err == nil {
			t.Errorf("the name %q was taken", name)
		}
	}
	if _, err := Compose("", 2026, nil); err == nil {
		t.Error("an empty list was taken")
	}
	w := v.With(a)
	if _, ok := v.Get(a.Code); ok {
		t.Error("the vintage itself has changed")
	}
	got, ok := w.Get(a.Code)
	if !ok || got.Level != Composed || got.Departement != "DEP-08" || got.EPCI != "" || got.Communes != 2 {
		t.Fatalf("Get = %+v, %v", got, ok)
	}
	if chain := w.Parents(a.Code); !slices.Equal(chain, []Code{"DEP-08", "REG-44", "FM", "FR"}) {
		t.Errorf("Parents = %v", chain)
	}
	if p := w.Place(a.Code, lang.FR); p.In != "dans le territoire « Le pays »" && !strings.Contains(p.In, "Le pays") {
		t.Errorf("In = %q", p.In)
	}
	e, _ := w.Composition(a.Code)
	if n := w.Inside(e, Departement)["DEP-08"]; n != 2 || w.Same(e) != "" {
		t.Errorf("Inside = %d, Same = %s", n, w.Same(e))
	}
	var whole []Code
	for _, c := range v.Children("EPCI-200041630", Commune) {
		whole = append(whole, c.Code)
	}
	full, _ := Compose("", 2026, whole)
	w = v.With(full)
	e, _ = w.Composition(full.Code)
	if w.Same(e) != "EPCI-200041630" || w.Whole(e, Departement) != nil {
		t.Errorf("Same = %s, Whole = %v", w.Same(e), w.Whole(e, Departement))
	}
}

// TestReadOwnList: the list that the form writes, of every commune of France, is
// read back without a remark.
func TestReadOwnList(t *testing.T) {
	l := realLister(t)
	all := l.Search.v.ByLevel(Commune)
	var b strings.Builder
	for i := range all {
		fmt.Fprintf(&b, "%s %s\n", all[i].Code.Official(), all[i].Label)
	}
	if r := l.Read(b.String(), ListOptions{}); len(r.Communes) != len(all) || len(r.Remarks) > 0 || r.Entries != len(all) {
		t.Errorf("%d communes of %d, %d remarks, the first: %s", len(r.Communes), len(all), len(r.Remarks), said(Reading{Remarks: r.Remarks[:min(3, len(r.Remarks))]}))
	}
}
