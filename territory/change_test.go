package territory

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSources(t *testing.T) {
	p := passage(t)
	cases := []struct {
		code  Code
		olds  []Code
		exact bool
		kind  ChangeKind
	}{
		{"COM-01001", []Code{"COM-01001"}, true, Unchanged},
		{"COM-01138", []Code{"COM-01039", "COM-01138"}, true, MergedInto},
		{"COM-01187", []Code{"COM-01187", "COM-01330"}, true, MergedInto},
		{"COM-12218", []Code{"COM-12076"}, true, CodeChanged},
		{"COM-60054", []Code{"COM-60054"}, false, CodeReassigned},
		{"COM-60694", []Code{"COM-60054"}, false, Split},
		{"COM-15031", []Code{"COM-15141"}, false, Split},
		{"COM-15141", []Code{"COM-15141"}, false, Split},
		{"COM-85212", []Code{"COM-85084"}, false, Split},
		{"COM-00000", nil, false, NoOrigin},
	}
	for _, c := range cases {
		olds, exact, kind := p.Sources(c.code)
		if !slices.Equal(olds, c.olds) || exact != c.exact || kind != c.kind {
			t.Errorf("Sources(%s) = %v, %v, %s; want %v, %v, %s", c.code, olds, exact, kind, c.olds, c.exact, c.kind)
		}
	}
	if got := p.Targets("COM-60054"); !slices.Equal(got, []Code{"COM-60054", "COM-60694"}) {
		t.Errorf("Targets(COM-60054) = %v", got)
	}
}

// Nothing is lost between two vintages: every commune of one meets the other,
// and sources and targets are each other's inverse.
func TestPassageIsWhole(t *testing.T) {
	p := passage(t)
	var olds []Code
	for _, c := range p.Old.ByLevel(Commune) {
		olds = append(olds, c.Code)
		if len(p.Targets(c.Code)) == 0 {
			t.Errorf("%s leads nowhere", c.Code)
		}
		for _, to := range p.Targets(c.Code) {
			if back, _, _ := p.Sources(to); !slices.Contains(back, c.Code) {
				t.Errorf("%s leads to %s, not the reverse", c.Code, to)
			}
		}
	}
	for _, c := range p.New.ByLevel(Commune) {
		if from, _, _ := p.Sources(c.Code); len(from) == 0 {
			t.Errorf("%s comes from nowhere", c.Code)
		}
	}
	j := p.Join(append(olds, "COM-99999", "DEP-08", "COM-01001"))
	got := []int{len(j.Matched) + len(j.Recoded) + len(j.Merged) + len(j.Split), len(j.Recoded), len(j.Split), len(j.Lost)}
	if d := cmp.Diff([]int{34965, 5, 3, 2}, got); d != "" {
		t.Errorf("join: all, recoded, split, lost:\n%s", d)
	}
	if len(j.Merged) < 97 {
		t.Errorf("%d merged communes; want at least 97", len(j.Merged))
	}
}

func TestSameGround(t *testing.T) {
	p := passage(t)
	for _, c := range []Code{"DEP-08", "REG-84", "DEP-60", "EPCI-200000172"} {
		if !p.SameGround(c) {
			t.Errorf("SameGround(%s) = false", c)
		}
	}
	if p.SameGround("EPCI-000000000") {
		t.Error("an unknown EPCI covers the same ground")
	}
	same := 0
	for _, e := range p.New.ByLevel(EPCI) {
		if p.SameGround(e.Code) {
			same++
		}
	}
	if same < 1150 || same >= 1255 {
		t.Errorf("%d EPCI cover the same ground in both vintages", same)
	}
}

func TestParseChangesFaults(t *testing.T) {
	const head = "change,code_2021,label_2021,code_2026,label_2026\n"
	for text, want := range map[string]string{
		"":                                       "n’a pas d’en-tête",
		"change\nx\n":                            "la colonne « code_2021 » est absente",
		head + "moved,COM-01001,a,COM-01002,b\n": "« moved » n’est pas un changement connu",
		head + "renamed,,a,COM-01002,b\n":        "un code de commune est vide",
		head + "renamed,DEP-01,a,COM-01002,b\n":  "« DEP-01 » n’est pas un code valable",
	} {
		if _, err := ParseChanges("2021", "2026", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseChanges(%q): %v; want %q", text, err, want)
		}
	}
	v, err := ParseVintage(2026, small())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewPassage(v, v, Changes{{Kind: Renamed, Old: "COM-00001", New: "COM-75056"}}); err == nil {
		t.Error("an event on an unknown commune is accepted")
	}
}

func FuzzParseChanges(f *testing.F) {
	f.Add([]byte("change,code_2021,label_2021,code_2026,label_2026\nrenamed,COM-01138,Culoz,COM-01138,Culoz-Béon\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		changes, err := ParseChanges("2021", "2026", b)
		for _, c := range changes {
			if err == nil && (c.Old.Level() != Commune || c.New.Level() != Commune) {
				t.Errorf("%+v is not about communes", c)
			}
		}
	})
}

func TestPostcodes(t *testing.T) {
	p, err := ParsePostcodes(starter(t, "postcodes.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(p) != 35493 {
		t.Errorf("%d pairs; want 35493", len(p))
	}
	if got := p.WithPrefix("08000"); len(got) < 2 || !slices.ContainsFunc(got, func(x Postcode) bool { return x.Commune == "COM-08105" }) {
		t.Errorf("WithPrefix(08000) = %v", got)
	}
	if got := p.WithPrefix("00"); len(got) != 0 {
		t.Errorf("WithPrefix(00) = %v", got)
	}
	if _, err := ParsePostcodes([]byte("postcode,territory\n0800,COM-08105\n")); err == nil {
		t.Error("a postcode of four digits is accepted")
	}
}
