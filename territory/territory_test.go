package territory

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
)

func TestRealVintages(t *testing.T) {
	counts := map[int]map[Level]int{
		2026: {National: 2, Region: 18, Departement: 101, EPCI: 1255, Commune: 34875},
		2021: {National: 2, Region: 18, Departement: 101, EPCI: 1254, Commune: 34965},
	}
	for year, want := range counts {
		v := vintage(t, year)
		for level, n := range want {
			if got := len(v.ByLevel(level)); got != n {
				t.Errorf("%d: %d territories of level %s; want %d", year, got, level, n)
			}
		}
		for _, code := range []Code{"DEP-2A", "DEP-2B", "DEP-971", "DEP-976", "COM-2A004", "COM-2B033", "COM-97611", "REG-04"} {
			if _, ok := v.Get(code); !ok {
				t.Errorf("%d: %s is missing", year, code)
			}
		}
		checkHierarchy(t, v)
	}
}

// Every commune has a département and a region, parents exist, children and
// parents agree, codes are in order.
func checkHierarchy(t *testing.T, v *Vintage) {
	t.Helper()
	for _, c := range v.ByLevel(Commune) {
		if c.Departement == "" || c.Region == "" || v.Ancestor(c.Code, Region) != v.Ancestor(c.Departement, Region) {
			t.Fatalf("%d: %s has département %q and region %q", v.Year, c.Code, c.Departement, c.Region)
		}
	}
	for _, level := range Levels {
		list := v.ByLevel(level)
		if level != National && !slices.IsSortedFunc(list, func(a, b Territory) int { return strings.Compare(string(a.Code), string(b.Code)) }) {
			t.Errorf("%d: level %s is not in order", v.Year, level)
		}
		for i := range list {
			if got, ok := v.Get(list[i].Code); !ok || got != &v.ByLevel(level)[i] {
				t.Fatalf("%d: Get(%s) finds another territory", v.Year, list[i].Code)
			}
		}
	}
	for _, level := range []Level{National, Region, Departement, EPCI} {
		for _, larger := range v.ByLevel(level) {
			children := v.Children(larger.Code, Commune)
			if len(children) != larger.Communes || len(children) == 0 {
				t.Errorf("%d: %s has %d communes, %d listed", v.Year, larger.Code, larger.Communes, len(children))
			}
			for _, c := range children {
				if !slices.Contains(v.Parents(c.Code), larger.Code) {
					t.Fatalf("%d: %s is a child of %s, not the reverse", v.Year, c.Code, larger.Code)
				}
			}
		}
	}
}

func TestHierarchy(t *testing.T) {
	v := vintage(t, 2026)
	parents := map[Code][]Code{
		"COM-08105":      {"EPCI-200041630", "DEP-08", "REG-44", "FM", "FR"},
		"COM-97411":      {"EPCI-249740119", "DEP-974", "REG-04", "FR"},
		"COM-29155":      {"DEP-29", "REG-53", "FM", "FR"},
		"DEP-2A":         {"REG-94", "FM", "FR"},
		"REG-84":         {"FM", "FR"},
		"FM":             {"FR"},
		"FR":             nil,
		"COM-00000":      nil,
		"EPCI-200006682": {"DEP-21", "REG-27", "FM", "FR"},
	}
	for code, want := range parents {
		if d := cmp.Diff(want, v.Parents(code)); d != "" {
			t.Errorf("Parents(%s):\n%s", code, d)
		}
	}
	children := []struct {
		code  Code
		level Level
		n     int
	}{
		{"FR", Region, 18}, {"FM", Region, 13}, {"FR", Departement, 101}, {"FM", Departement, 96}, {"FM", National, 0},
		{"FR", Commune, 34875}, {"REG-84", Departement, 12}, {"EPCI-200006682", Departement, 2},
		{"COM-08105", Commune, 0}, {"nothing", Commune, 0}, {"DEP-75", EPCI, 1}, {"REG-94", EPCI, 19},
	}
	for _, c := range children {
		if got := v.Children(c.code, c.level); len(got) != c.n {
			t.Errorf("Children(%s, %s): %d; want %d", c.code, c.level, len(got), c.n)
		}
	}
	for _, dep := range []Code{"DEP-21", "DEP-71"} {
		if !slices.ContainsFunc(v.Children(dep, EPCI), func(e *Territory) bool { return e.Code == "EPCI-200006682" }) {
			t.Errorf("the EPCI of Beaune is not a child of %s", dep)
		}
	}
	fr, _ := v.Get(France)
	if fr.Population < 67_000_000 || fr.Population > 70_000_000 {
		t.Errorf("population of France = %d", fr.Population)
	}
	for code, want := range map[Code]Code{"COM-01001": "REG-84", "DEP-08": "REG-44", "REG-44": "REG-44", "FR": "", "x": ""} {
		if got := v.Ancestor(code, Region); got != want {
			t.Errorf("Ancestor(%s, region) = %q; want %q", code, got, want)
		}
	}
	if v.Ancestor("COM-01001", National) != France || v.Label("DEP-08") != "Ardennes" || v.Label("x") != "x" {
		t.Error("Ancestor or Label is wrong")
	}
	if SizeClass(0) != 0 || SizeClass(500) != 1 || SizeClass(1_999) != 1 || SizeClass(2_000_000) != 5 {
		t.Error("SizeClass is wrong")
	}
}

// small is a country of two regions, enough to try every fault.
func small() Files {
	return Files{
		National:     []byte("code,label_fr,label_en\nFR,France,France\nFM,France métropolitaine,Metropolitan France\n"),
		Regions:      []byte("code,label,zone\nREG-11,Île-de-France,metro\nREG-04,La Réunion,drom\n"),
		Departements: []byte("code,label,region,zone\nDEP-75,Paris,REG-11,metro\nDEP-974,La Réunion,REG-04,drom\n"),
		EPCI:         []byte("code,label\nEPCI-200054781,Métropole du Grand Paris\n"),
		Communes:     []byte("code,label,departement,region,epci\nCOM-97411,Saint-Denis,DEP-974,REG-04,\nCOM-75056,Paris,DEP-75,REG-11,EPCI-200054781\n"),
	}
}

func TestParseVintageFaults(t *testing.T) {
	if _, err := ParseVintage(2026, small()); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		edit func(*Files)
		want string
	}{
		{"no file", func(f *Files) { f.National = nil }, "ensembles nationaux 2026, ligne 1 : le fichier n’a pas d’en-tête"},
		{"no FM", func(f *Files) { f.National = []byte("code,label_fr\nFR,France\n") }, "le code FM manque"},
		{"no column", func(f *Files) { f.Regions = []byte("code,name\nREG-11,x\n") }, "régions 2026, ligne 1 : la colonne « label » est absente"},
		{"unknown region", func(f *Files) { f.Departements = append(f.Departements, "DEP-01,Ain,REG-84,metro\n"...) }, "départements 2026, ligne 4 : REG-84 (colonne « region ») n’est pas dans le fichier de son échelon"},
		{"no region", func(f *Files) { f.Departements = append(f.Departements, "DEP-01,Ain,,metro\n"...) }, "ligne 4 : la colonne « region » est vide"},
		{"twice", func(f *Files) { f.EPCI = append(f.EPCI, "EPCI-200054781,x\n"...) }, "EPCI 2026, ligne 3 : le code EPCI-200054781 est déjà donné plus haut"},
		{"form", func(f *Files) { f.Communes = append(f.Communes, "COM-7505,x,DEP-75,REG-11,\n"...) }, "communes 2026, ligne 4 : « COM-7505 » n’est pas un code valable"},
		{"other level", func(f *Files) { f.Communes = append(f.Communes, "COM-75057,x,REG-11,REG-11,\n"...) }, "« REG-11 » n’est pas un code valable dans la colonne « departement »"},
		{"contradiction", func(f *Files) { f.Communes = append(f.Communes, "COM-75057,x,DEP-75,REG-04,\n"...) }, "le département DEP-75 est dans REG-11, pas dans REG-04"},
		{"no label", func(f *Files) { f.Communes = append(f.Communes, "COM-75057,,DEP-75,REG-11,\n"...) }, "le libellé de COM-75057 est vide"},
		{"no code", func(f *Files) { f.Communes = append(f.Communes, ",x,DEP-75,REG-11,\n"...) }, "le code est vide"},
		{"cells", func(f *Files) { f.Communes = append(f.Communes, "COM-75057,x\n"...) }, "ligne 4 : 2 colonne(s), 5 attendues"},
		{"quotes", func(f *Files) { f.Communes = append(f.Communes, "COM-75057,a\"b,DEP-75,REG-11,\n"...) }, "ligne 4 : guillemets mal placés"},
		{"latin1", func(f *Files) { f.Regions = []byte("code,label\nREG-11,\xcele\n") }, "le texte n’est pas en UTF-8"},
		{"population", func(f *Files) { f.Regions = []byte("code,label,population\nREG-11,a,-1\nREG-04,b,\n") }, "« -1 » n’est pas un nombre entier positif"},
	}
	for _, c := range cases {
		f := small()
		c.edit(&f)
		_, err := ParseVintage(2026, f)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v; want %q", c.name, err, c.want)
		}
		if err != nil && (fault.KindOf(err) != fault.Invalid || fault.Do(err) == "") {
			t.Errorf("%s: fault without remedy", c.name)
		}
	}
	f := small()
	f.Communes = append(f.Communes, strings.Repeat("COM-1,x,y,z,\n", 100)...)
	if _, err := ParseVintage(2026, f); err == nil || strings.Count(err.Error(), "\n")+1 != fault.MostListed {
		t.Errorf("100 bad lines: %d listed", strings.Count(err.Error(), "\n")+1)
	}
}

func FuzzParseVintage(f *testing.F) {
	s := small()
	f.Add(s.Regions, s.Departements, s.EPCI, s.Communes)
	f.Fuzz(func(t *testing.T, regions, departements, epci, communes []byte) {
		v, err := ParseVintage(2026, Files{small().National, regions, departements, epci, communes})
		if err != nil {
			return
		}
		for _, c := range v.ByLevel(Commune) {
			if _, ok := v.Get(c.Departement); !ok {
				t.Errorf("%s has no département", c.Code)
			}
		}
	})
}

func BenchmarkParseVintage(b *testing.B) {
	f := files2026(b)
	for b.Loop() {
		if _, err := ParseVintage(2026, f); err != nil {
			b.Fatal(err)
		}
	}
}
