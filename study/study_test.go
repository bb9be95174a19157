package study_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/data"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
	"vigie/taxonomy"
	"vigie/territory"
)

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	raw, err := data.Read(name)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func lists(tb testing.TB) *taxonomy.Set {
	tb.Helper()
	files, err := fs.Glob(data.FS, "taxonomy/*.csv")
	if err != nil {
		tb.Fatal(err)
	}
	var versions []taxonomy.Version
	for _, f := range files {
		v, err := taxonomy.ParseVersion(f, read(tb, f))
		if err != nil {
			tb.Fatal(err)
		}
		versions = append(versions, v)
	}
	s, err := taxonomy.NewSet(versions...)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func figures(tb testing.TB) *study.Figures {
	tb.Helper()
	f, err := study.ParsePublishedFigures("published-figures.csv", read(tb, "published/published-figures.csv"), read(tb, "published/item.csv"), lists(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func ids(list []study.PublishedFigure) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.ID)
	}
	return out
}

func TestPublishedFigures(t *testing.T) {
	f := figures(t)
	if len(f.All()) != 136 {
		t.Errorf("%d figures, want 136", len(f.All()))
	}
	p, ok := f.Figure("F131")
	if !ok || p.Value != 674000 || p.Qualifier != ">" || p.Unit != study.Count || len(p.Sources) != 2 || p.ItemFR != "Nombre de partenariats" || p.SampleSize != 0 {
		t.Errorf("F131 = %+v", p)
	}
	p, _ = f.Figure("F015")
	if p.SampleSize != 2000 || p.SampleQualifier != ">" || !slices.Equal(p.Territories, []territory.Code{"REG-93", "REG-94"}) || !p.Covers("REG-94") {
		t.Errorf("F015 = %+v", p)
	}
	p, _ = f.Figure("F117")
	if p.Value != 7 || p.Decimals != 1 || p.Item(lang.EN) != "safety" || p.Audience != "citizens" {
		t.Errorf("F117 = %+v", p)
	}
	p, _ = f.Figure("F102")
	if p.ProgrammeCode != "IT" || p.SampleSize != 302 || p.Date.Precision != study.Month {
		t.Errorf("F102 = %+v", p)
	}
	set := lists(t)
	for _, p := range f.All() {
		if _, ok := set.Term("construct", p.Construct); !ok && p.Construct != "" {
			t.Errorf("%s: construct %q has no label", p.ID, p.Construct)
		}
	}
}

// The French wording is the source's own, except where it was read in English.
func TestItemsKeepTheSourceWording(t *testing.T) {
	raw, err := study.ParsePublishedFigures("published-figures.csv", read(t, "published/published-figures.csv"), nil, lists(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range figures(t).All() {
		english := p.ID >= "F130"
		if same := p.ItemFR == raw.All()[i].ItemFR; same == english {
			t.Errorf("%s: %q from %q", p.ID, p.ItemFR, raw.All()[i].ItemFR)
		}
		if p.ItemEN == "" || !english && p.ItemEN == p.ItemFR && p.ItemFR != "exclusion" {
			t.Errorf("%s: %q is not in English", p.ID, p.ItemEN)
		}
	}
}

func TestRivals(t *testing.T) {
	f := figures(t)
	for id, want := range map[string][]string{"F001": {"F002"}, "F002": {"F001"}, "F116": {"F117"}, "F099": {"F101"}, "F003": nil, "F999": nil} {
		if got := ids(f.Rivals(id)); !slices.Equal(got, want) {
			t.Errorf("Rivals(%s) = %v, want %v", id, got, want)
		}
	}
}

func TestSelect(t *testing.T) {
	f := figures(t)
	cases := []struct {
		by   study.Filter
		want []string
	}{
		{study.Filter{Territory: "REG-75", Construct: "fragility_concern"}, []string{"F125", "F126", "F127", "F128"}},
		{study.Filter{Territory: "REG-94"}, []string{"F015", "F016"}},
		{study.Filter{Domain: "SAN"}, nil},
		{study.Filter{Territory: "REG-44"}, nil},
		{study.Filter{Domain: "SEC", Unit: study.Score0_10}, []string{"F116", "F117", "F120"}},
		{study.Filter{Audience: "pioneers"}, []string{"F054"}},
	}
	for _, c := range cases {
		if got := ids(f.Select(c.by)); !slices.Equal(got, c.want) {
			t.Errorf("Select(%+v) = %v, want %v", c.by, got, c.want)
		}
	}
}

const header = "id,programme,study,date,audience,sample_size,mode,item_fr,value,unit,domain,territory,construct,rival_of,source\n"

func TestParsePublishedFiguresFaults(t *testing.T) {
	const good = "X1,PHARE,Essai,2015,maires,100,,Phrase inventée,50,percent,EMP,FR,,,https://example.org\n"
	replace := func(old, with string) string { return strings.Replace(good, old, with, 1) }
	cases := []struct{ name, rows, want string }{
		{"twice", good + good, "ligne 3, colonne « id »"},
		{"value", replace(",50,", ",cinquante,"), "colonne « value » : « cinquante » refusé"},
		{"NaN", replace(",50,", ",NaN,"), "« NaN » refusé"},
		{"share", replace(",50,", ",150,"), "150 hors de 0 à 100"},
		{"score", replace("50,percent", "50,score_0_10"), "50 hors de 0 à 10"},
		{"unit", replace("percent", "pouce"), "« pouce » inconnu"},
		{"sample", replace(",100,", ",cent,"), "colonne « sample_size »"},
		{"no sample", replace(",100,", ",0,"), "colonne « sample_size »"},
		{"audience", replace("maires", "licornes"), "public « licornes » inconnu"},
		{"domain", replace("EMP", "XYZ"), "domaine « XYZ » inconnu"},
		{"territory", replace(",FR,", ",FR+Bretagne,"), "territoire « Bretagne » refusé"},
		{"date", replace("2015", "l'an 15"), "date « l'an 15 » refusée"},
		{"rival", replace("FR,,,", "FR,,X9,"), "colonne « rival_of » : « X9 » inconnu"},
		{"own rival", replace("FR,,,", "FR,,X1,"), "colonne « rival_of »"},
		{"source", replace("https://example.org", ""), "ligne sans source"},
	}
	set := lists(t)
	for _, c := range cases {
		_, err := study.ParsePublishedFigures("made_up.csv", []byte(header+c.rows), nil, set)
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: %v, want %q with a remedy", c.name, err, c.want)
		}
	}
}

func publications(tb testing.TB) []study.Publication {
	tb.Helper()
	list, err := study.ParsePublications("publications.csv", read(tb, "published/publications.csv"), read(tb, "published/publication_fr.csv"), lists(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

func TestPublications(t *testing.T) {
	list := publications(t)
	if len(list) != 46 || list[0].Date.Start != "2024-11" || list[45].Date.Precision != study.NoDate {
		t.Fatalf("%d publications, first %+v, last %+v", len(list), list[0], list[45])
	}
	kinds := map[string]int{}
	for _, p := range list {
		kinds[p.Kind]++
		if p.NoteFR != "" && p.NoteFR == p.NoteEN || p.AboutFR == "citizens" || strings.Contains(p.TitleFR, "10th") {
			t.Errorf("%s is not in French: %+v", p.ID, p)
		}
	}
	if d := cmp.Diff(map[string]int{"study": 22, "national_report": 6, "regional_report": 6, "note": 6, "event": 6}, kinds); d != "" {
		t.Error(d)
	}
	i := slices.IndexFunc(list, func(p study.Publication) bool { return p.ID == "it-impacts-trajectoires-elus-locaux" })
	if i < 0 {
		t.Fatal("the publication's identifier changed")
	}
	p := list[i]
	if p.About(lang.FR) != "maires, n = 302" || p.About(lang.EN) != "mayors, n = 302" || p.URL() == "" || p.Title(lang.EN) != "Impacts & Trajectoires – Local elected officials" || p.Note(lang.FR) != "" {
		t.Errorf("%+v", p)
	}
}

func TestParsePublicationsFaults(t *testing.T) {
	const top = "programme,title,kind,date,audience_or_territory,source_address,note\n"
	cases := []struct{ name, rows, want string }{
		{"kind", "P,T,poem,2020,,s,\n", "sorte « poem » inconnue"},
		{"date", "P,T,note,2020-13,,s,\n", "date « 2020-13 » refusée"},
		{"range", "P,T,note,2020/2018,,s,\n", "date « 2020/2018 » refusée"},
		{"title", "P,,note,2020,,s,\n", "colonne « title »"},
		{"source", "P,T,note,2020,,,\n", "colonne « source_address »"},
		{"twice", "P,T,note,2020,,s,\nP,T,note,2021,,s,\n", "même programme et même titre que ligne 2"},
	}
	set := lists(t)
	for _, c := range cases {
		if _, err := study.ParsePublications("made_up.csv", []byte(top+c.rows), nil, set); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestDate(t *testing.T) {
	order := []string{"", "2018", "2018-01-12", "2018-02", "2018-02-27", "2018/2022", "2023-01"}
	last := ""
	for i, s := range order {
		d, ok := study.ParseDate(s)
		if !ok || d.String() != s || i > 0 && d.SortKey() <= last {
			t.Errorf("%q: %+v, %v, key %q after %q", s, d, ok, d.SortKey(), last)
		}
		last = d.SortKey()
	}
	for _, s := range []string{"20", "2018-2", "2018-02-30", "2018/22", "mai 2018"} {
		if _, ok := study.ParseDate(s); ok {
			t.Errorf("%q is taken", s)
		}
	}
}

func FuzzParsePublishedFigures(f *testing.F) {
	set := lists(f)
	f.Add([]byte(header + "X1,PHARE,Essai,2015,maires,>100,,Phrase,>50,count,EMP,FR+REG-84,,,s\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := study.ParsePublishedFigures("fuzz.csv", raw, nil, set)
		if err != nil {
			return
		}
		for _, p := range got.All() {
			for _, r := range got.Rivals(p.ID) {
				if !slices.Contains(ids(got.Rivals(r.ID)), p.ID) {
					t.Errorf("%s and %s", p.ID, r.ID)
				}
			}
		}
	})
}

func FuzzParsePublications(f *testing.F) {
	set := lists(f)
	f.Add([]byte("programme,title,kind,date,audience_or_territory,source_address,note\nP,É T,note,2018/2022,,s,\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		list, err := study.ParsePublications("fuzz.csv", raw, nil, set)
		if err == nil && !slices.IsSortedFunc(list, func(a, b study.Publication) int { return strings.Compare(b.Date.SortKey(), a.Date.SortKey()) }) {
			t.Error("not the latest first")
		}
	})
}
