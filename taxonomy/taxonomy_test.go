package taxonomy_test

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/data"
	"vigie/fault"
	"vigie/lang"
	"vigie/taxonomy"
)

func embedded(t *testing.T) *taxonomy.Set {
	t.Helper()
	files, err := fs.Glob(data.FS, "taxonomy/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	var versions []taxonomy.Version
	for _, f := range files {
		raw, err := data.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		v, err := taxonomy.ParseVersion(f, raw)
		if err != nil {
			t.Fatal(err)
		}
		if f != "taxonomy/"+v.Taxonomy+".csv" {
			t.Errorf("%s holds the list %s", f, v.Taxonomy)
		}
		versions = append(versions, v)
	}
	s, err := taxonomy.NewSet(versions...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The counts are those of the reference document.
func TestEmbeddedLists(t *testing.T) {
	s := embedded(t)
	counts := map[string]int{
		"domain": 16, "dimension": 4, "perception_space": 3, "actor_profile": 10, "sphere": 3, "relation": 4,
		"co_construction": 3, "objective": 4, "impact": 3, "sdg": 17, "programme": 5, "tier": 5, "evaluation_phase": 3,
		"viewpoint": 4,
	}
	for name, n := range counts {
		if got := len(s.Terms(name)); got != n {
			t.Errorf("%s: %d terms, want %d", name, got, n)
		}
	}
	for _, dimension := range s.Terms("dimension") {
		if n := len(s.Children("domain", dimension.Code)); n != 4 {
			t.Errorf("dimension %s: %d domains, want 4", dimension.Code, n)
		}
	}
	for _, domain := range s.Terms("domain") {
		for _, l := range lang.Langs {
			if domain.Attribute("short", l) == "" || domain.Attribute("in_sentence", l) == "" {
				t.Errorf("domain %s has no short label or sentence form in %s", domain.Code, l)
			}
		}
		for _, sdg := range strings.Split(domain.Attributes["sdg"], "|") {
			if _, ok := s.Term("sdg", sdg); !ok || sdg == "17" {
				t.Errorf("domain %s: SDG %q", domain.Code, sdg)
			}
		}
		if _, ok := s.Term("perception_space", domain.Attributes["perception_space"]); !ok {
			t.Errorf("domain %s: perception space %q", domain.Code, domain.Attributes["perception_space"])
		}
	}
	for _, v := range s.Versions() {
		for _, term := range v.Terms {
			if v.Taxonomy == "sdg" {
				continue // its source is a document, not a key
			}
			for _, key := range strings.Fields(term.Source) {
				if _, ok := s.Term("source_key", key); !ok {
					t.Errorf("%s %s: source %q is no key", v.Taxonomy, term.Code, key)
				}
			}
		}
	}
}

func TestWritten(t *testing.T) {
	s := embedded(t)
	for text, want := range map[string]string{"maires": "local_elected", "citizens": "citizens", "associations employeuses": "employer_associations"} {
		if got, ok := s.Written("audience", text); !ok || got.Code != want {
			t.Errorf("audience %q = %q, %v; want %q", text, got.Code, ok, want)
		}
	}
	if _, ok := s.Written("audience", "licornes"); ok {
		t.Error("an unknown audience was found")
	}
}

const header = "taxonomy,code,label_fr,label_en,parent,position,status,valid_from,valid_to,source,short_fr\n"

func TestParse(t *testing.T) {
	got, err := taxonomy.Parse("made_up.csv", []byte("\ufeff"+header+
		"made_up,b,Deux,Two,a,2,ours,2024-01-01,2024-12-31,,\r\nmade_up,a,Un,One,other/x,1,pub,,,S1,U\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []taxonomy.Term{
		{Taxonomy: "made_up", Code: "a", LabelFR: "Un", LabelEN: "One", ParentTaxonomy: "other", Parent: "x", Position: 1, Status: taxonomy.Public, Source: "S1", Attributes: map[string]string{"short_fr": "U"}},
		{Taxonomy: "made_up", Code: "b", LabelFR: "Deux", LabelEN: "Two", Parent: "a", Position: 2, Status: taxonomy.Ours, ValidFrom: "2024-01-01", ValidTo: "2024-12-31"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got[0].Short(lang.FR) != "U" || got[0].Short(lang.EN) != "One" || got[1].InSentence(lang.FR) != "Deux" {
		t.Error("short and sentence forms")
	}
	if got[1].ValidOn("2023-12-31") || !got[1].ValidOn("2024-12-31") || got[1].ValidOn("2025-01-01") || !got[0].ValidOn("1900-01-01") {
		t.Error("validity")
	}
}

func TestParseFaults(t *testing.T) {
	cases := []struct{ name, rows, want string }{
		{"code twice", "m,a,A,A,,1,ours,,,,\nm,a,B,B,,2,ours,,,,\n", "ligne 3, colonne « code » : code « a » déjà donné ligne 2"},
		{"position twice", "m,a,A,A,,1,ours,,,,\nm,b,B,B,,1,ours,,,,\n", "ligne 3, colonne « position »"},
		{"status", "m,a,A,A,,1,maybe,,,,\n", "colonne « status » : « maybe » inconnu"},
		{"parent", "m,a,A,A,z,1,ours,,,,\n", "parent « z » inconnu"},
		{"own parent", "m,a,A,A,a,1,ours,,,,\n", "parent « a » inconnu"},
		{"label", "m,a,A,,,1,ours,,,,\n", "colonne « label_en »"},
		{"date", "m,a,A,A,,1,ours,2024,,,\n", "date « 2024 » refusée"},
		{"position", "m,a,A,A,,un,ours,,,,\n", "« un » n'est pas un nombre entier"},
		{"source", "m,a,A,A,,1,pub,,,,\n", "terme public sans source"},
		{"two lists", "m,a,A,A,,1,ours,,,,\nn,b,B,B,,2,ours,,,,\n", "« n » dans la liste « m »"},
		{"width", "m,a,A\n", "ligne 2 : champs : 3 au lieu de 11"},
		{"code form", "m,é,A,A,,1,ours,,,,\n", "code « é » refusé"},
		{"no term", "", "liste sans terme"},
		{"quotes", "m,\"a,A\n", "CSV mal formé"},
		{"bytes", "m,a,\xff,A,,1,ours,,,,\n", "UTF-8"},
	}
	for _, c := range cases {
		_, err := taxonomy.Parse("m.csv", []byte(header+c.rows))
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: %v, want %q with a remedy", c.name, err, c.want)
		}
	}
	if _, err := taxonomy.Parse("m.csv", []byte("code,label\n")); err == nil || !strings.Contains(err.Error(), "colonne « taxonomy »") {
		t.Errorf("columns absent: %v", err)
	}
	if _, err := taxonomy.Parse("m.csv", nil); err == nil || !strings.Contains(err.Error(), "fichier vide") {
		t.Errorf("empty file: %v", err)
	}
}

func TestFaultsStopAtTwenty(t *testing.T) {
	_, err := taxonomy.Parse("m.csv", []byte(header+strings.Repeat("m,é,,,,x,y,z,z,,\n", 100)))
	if l, ok := err.(fault.List); !ok || len(l) != fault.MostListed {
		t.Errorf("%v", err)
	}
}

func TestSetFaults(t *testing.T) {
	parse := func(name, rows string) taxonomy.Version {
		v, err := taxonomy.ParseVersion(name, []byte("taxonomy,code,label_fr,label_en,parent,position,status,valid_from,valid_to,source,aliases\n"+rows))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	a := parse("a", "a,x,X,X,b/nowhere,1,ours,,,,un|deux\na,y,Y,Y,,2,ours,,,,deux\n")
	_, err := taxonomy.NewSet(a, a)
	for _, want := range []string{"donnée deux fois", "« b/nowhere » inconnu", "« deux » mène à deux termes"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestVersionIDFollowsBytes(t *testing.T) {
	raw, err := data.Read("taxonomy/dimension.csv")
	if err != nil {
		t.Fatal(err)
	}
	one, _ := taxonomy.ParseVersion("dimension.csv", raw)                                                       // checked by TestEmbeddedLists
	two, _ := taxonomy.ParseVersion("dimension.csv", bytes.Replace(raw, []byte("Social"), []byte("SOCIAL"), 1)) // likewise
	if len(one.ID) != 64 || one.ID == two.ID {
		t.Errorf("IDs %s and %s", one.ID, two.ID)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(header + "m,a,A,A,,1,ours,,,,\n"))
	f.Add([]byte("\ufeff\"taxonomy\""))
	f.Fuzz(func(t *testing.T, raw []byte) {
		terms, err := taxonomy.Parse("fuzz.csv", raw)
		if err == nil && len(terms) == 0 {
			t.Error("no term and no fault")
		}
		if !slices.IsSortedFunc(terms, func(a, b taxonomy.Term) int { return a.Position - b.Position }) {
			t.Error("terms out of order")
		}
	})
}
