package report_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/report"
	"vigie/territory"
)

func TestMatchingAnswersANeed(t *testing.T) {
	c := practised(t, []casestudy.Entry{practice("proche", []string{"EMP"}, 2015, "DEP-55"), practice("ici", []string{"EMP"}, 2015, "DEP-08"), practice("autre", []string{"CUL"}, 2015, "DEP-55")})
	cases := []struct {
		query string
		want  []string
		never []string
	}{
		{"", []string{"Donnez un territoire et un domaine"}, []string{"Pratique"}},
		{"territoire=DEP-08", []string{"Quelles pratiques pour les Ardennes", "territoire=DEP-08&domaine="}, []string{"Pratique"}},
		{"domaine=EMP", []string{"2 fiches répondent", "Pratique proche", "Pratique ici", "Donnez un territoire"}, []string{"Pratique autre", "Ressemblance"}},
		{"territoire=DEP-08&domaine=EMP", []string{"dont une de ce territoire", "Répond d’abord à l’emploi.", "la Meuse et les Ardennes se ressemblaient plus que", "Comment c’est mesuré", "À lire d’abord", "Chez vous"}, []string{"Pratique autre"}},
		{"territoire=ardennes&domaine=EMP", []string{"les Ardennes", "Pratique proche"}, nil},
		{"domaine=SEC", []string{"Une fiche répond", "un domaine de la même dimension", "Pratique autre"}, nil},
	}
	for _, k := range cases {
		q, _ := url.ParseQuery(k.query)
		for _, l := range []lang.Lang{lang.FR, lang.EN} {
			d, err := report.Matching(c, c.Cases, report.Request{Lang: l, Path: "/pratiques/pour", Query: q})
			if err != nil {
				t.Fatalf("%s: %v", k.query, err)
			}
			text := d.Title + "\n" + d.Answer[0].Plain()
			for _, s := range d.Sections {
				text += "\n" + s.Title + "\n" + said(s)
			}
			if bad := unfilled.FindString(text); bad != "" {
				t.Errorf("%s (%s): %q in\n%s", k.query, l, bad, text)
			}
			for _, want := range k.want {
				if l == lang.FR && !strings.Contains(text, want) {
					t.Errorf("%s: %q is not said in\n%s", k.query, want, text)
				}
			}
			for _, never := range k.never {
				if l == lang.FR && strings.Contains(text, never) {
					t.Errorf("%s: %q is said in\n%s", k.query, never, text)
				}
			}
		}
	}
	for _, query := range []string{"domaine=ZZZ", "territoire=zzzzzzzz&domaine=EMP"} {
		q, _ := url.ParseQuery(query)
		if _, err := report.Matching(c, c.Cases, report.Request{Lang: lang.FR, Path: "/pratiques/pour", Query: q}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func matching(t *testing.T, c *edition.Content, query string) report.Document {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.Matching(c, c.Cases, report.Request{Lang: lang.FR, Path: "/pratiques/pour", Query: q})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return d
}

func TestMatchingShowsThreeThenTwelve(t *testing.T) {
	var entries []casestudy.Entry
	for i, code := range []territory.Code{"DEP-55", "DEP-58", "DEP-75", "DEP-59", "DEP-62", "DEP-80", "DEP-02", "DEP-51", "DEP-52", "DEP-54", "DEP-57", "DEP-67", "DEP-68", "DEP-88", "DEP-90", "DEP-70", "DEP-08"} {
		entries = append(entries, practice(fmt.Sprintf("cas%d", i), []string{"EMP"}, 2015, code))
	}
	entries = append(entries, practice("ailleurs", []string{"CUL"}, 2015, "DEP-55"))
	c := practised(t, entries)
	first := matching(t, c, "territoire=DEP-08&domaine=EMP")
	collected := ""
	for i, id := range []string{"ailleurs", "suivantes", "ici"} {
		s, ok := practiceSection(&first, id)
		if !ok || s.Blocks[0].Results == nil {
			t.Fatalf("no list %s", id)
		}
		r := s.Blocks[0].Results
		if want := []int{3, 12, 1}[i]; len(r.Items) != want || r.Further != (i > 0) || r.Choice == "" {
			t.Errorf("%s: %d cases, further %v", id, len(r.Items), r.Further)
		}
		for _, item := range r.Items {
			if len(item.List) < 2 || len(item.List) > 3 || item.Badge == "" || item.Detail == "" {
				t.Errorf("%s: %+v", id, item)
			}
		}
		collected = r.Items[0].Value
	}
	d := matching(t, c, "territoire=DEP-08&domaine=EMP&f=ailleurs&f="+collected)
	own, _ := practiceSection(&d, "ici")
	best, _ := practiceSection(&d, "ailleurs")
	if kept := best.Blocks[0].Results.Kept; !own.Blocks[0].Results.Items[0].Ticked || len(kept) != 1 || kept[0].Text != "ailleurs" || len(d.State["f"]) != 2 {
		t.Errorf("what was collected is lost: %v, %v", kept, d.State)
	}
	if form := d.Sections[0].Blocks[0].Form; len(form.Kept) != 2 {
		t.Errorf("another need loses what was collected: %v", form.Kept)
	}
}

func TestMatchingSaysWhatTheShareIs(t *testing.T) {
	c := practised(t, []casestudy.Entry{practice("meuse", []string{"LOG"}, 2022, "DEP-55"), practice("paris", []string{"LOG"}, 1984, "DEP-75"), practice("nulle", []string{"LOG"}, 0, "FR")})
	s, _ := practiceSection(ptr(matching(t, c, "territoire=DEP-08&domaine=LOG")), "ailleurs")
	text := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(said(s))
	for _, k := range []struct {
		of   territory.Code
		year int
		with string
		when string
	}{{"DEP-55", 2022, "la Meuse", ", en 2022."}, {"DEP-75", 1984, "Paris", ", d’après des chiffres pour la plupart postérieurs à 1984."}} {
		a, ok := c.Alike(k.of, "DEP-08", k.year)
		if !ok {
			t.Fatal(k.of)
		}
		much := []string{"faible", "moyenne", "forte", "forte"}[int(3*a.Share)]
		if want := fmt.Sprintf("Ressemblance %s : %s et les Ardennes se ressemblaient plus que %.0f %% des paires de départements%s", much, k.with, min(99, max(1, 100*a.Share)), k.when); !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
	for _, want := range []string{"Répond d’abord au logement.", "il n’y a pas de ressemblance à mesurer", "comme celle d’une paire moyenne"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestMatchingNamesTheTerritory(t *testing.T) {
	c := practised(t, []casestudy.Entry{practice("proche", []string{"EMP"}, 2015, "DEP-55")})
	named := func(query string) string { return matching(t, c, query).Sections[0].Blocks[0].Form.Fields[0].Value }
	if v := named("territoire=DEP-08"); v != "Ardennes" {
		t.Errorf("the Ardennes are named %q", v)
	}
	for _, code := range []territory.Code{"REG-44", "DEP-08", "DEP-75", "DEP-974", "EPCI-200041630", "COM-08105", "COM-93066", "COM-97411"} {
		d := matching(t, c, url.Values{"territoire": {named("territoire=" + string(code))}}.Encode())
		if got := d.State["territoire"]; len(got) != 1 || got[0] != string(code) {
			t.Errorf("the name of %s leads to %v", code, got)
		}
	}
	d := matching(t, c, "territoire=saint-denis&domaine=EMP")
	s, ok := practiceSection(&d, "lequel")
	if _, listed := practiceSection(&d, "ailleurs"); !ok || listed || !strings.Contains(d.Answer[0].Plain(), "saint-denis") {
		t.Fatalf("nothing to choose among: %+v", d.Sections)
	}
	for _, code := range []string{"COM-93066", "COM-97411"} {
		if !strings.Contains(said(s), "/pratiques/pour?domaine=EMP&territoire="+code) {
			t.Errorf("%s is not offered:\n%s", code, said(s))
		}
	}
}

func TestTrajectoryOfACase(t *testing.T) {
	c := practised(t, []casestudy.Entry{practice("jobs", []string{"EMP"}, 2012, "COM-58218"), practice("undated", []string{"EMP"}, 0, "DEP-58"),
		practice("national", []string{"EMP"}, 2012, "FR"), practice("old", []string{"CUL"}, 1950, "DEP-58"), practice("busy", []string{"EMP"}, 2012, "DEP-08")})
	figure := func(slug string, l lang.Lang) (report.Section, *report.Figure) {
		e, ok := c.Cases.Entry(slug)
		if !ok {
			t.Fatal(slug)
		}
		s := report.PracticeTrajectory(c, c.Cases, report.Request{Lang: l}, e)
		if bad := unfilled.FindString(said(s)); bad != "" {
			t.Errorf("%s (%s): %q in\n%s", slug, l, bad, said(s))
		}
		for _, b := range s.Blocks {
			if b.Figure != nil {
				return s, b.Figure
			}
		}
		return s, nil
	}
	for slug, want := range map[string]string{"undated": "n’est pas connue", "national": "n’a pas de territoire", "old": "Rien n’est montré"} {
		if s, f := figure(slug, lang.FR); f != nil || !strings.Contains(said(s), want) {
			t.Errorf("%s: %q is not said in\n%s", slug, want, said(s))
		}
	}
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		s, f := figure("jobs", l)
		if f == nil {
			t.Fatalf("no figure: %s", said(s))
		}
		if !strings.Contains(said(s), map[lang.Lang]string{lang.FR: "Ceci ne prouve rien", lang.EN: "This proves nothing"}[l]) {
			t.Error("no warning stands above the figure")
		}
		if strings.Contains(f.Field, "Ardennes") {
			t.Errorf("a territory with a case of the domain is compared: %s", f.Field)
		}
		chart := f.Chart.(*report.Series)
		if len(chart.Lines) != 2 || len(chart.Lines[0].Points) != len(f.Table.Rows) || !chart.Lines[0].Focus || !chart.Lines[1].Reference {
			t.Errorf("the drawing and the table differ: %d lines", len(chart.Lines))
		}
		if m := chart.Marks; len(m) != 1 || m[0].X != 2012 || !strings.Contains(m[0].Label, "2012") {
			t.Errorf("marks = %+v; want the start of the case", m)
		}
		base := 0
		for _, r := range f.Table.Rows {
			if len(r.Cells) != len(f.Table.Head) {
				t.Errorf("a row of %d cells under %d heads", len(r.Cells), len(f.Table.Head))
			}
			if r.Mark {
				base++
				if *r.Cells[3].Value != 0 || *r.Cells[9].Value != 100 || !strings.HasPrefix(r.Cells[0].Raw, "2011") {
					t.Errorf("the base is the last period before 2012, from which all starts: %+v", r)
				}
			}
		}
		if base != 1 {
			t.Errorf("%d bases", base)
		}
	}
}

func TestSimilarPracticesSayWhat(t *testing.T) {
	c := practised(t, casestudytest.Synthetic(60, 7))
	e := c.Cases.Entries()[0]
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		s := report.SimilarPractices(c, c.Cases, report.Request{Lang: l}, &e)
		if len(s.Blocks) != 2 || len(s.Blocks[1].Cards) == 0 {
			t.Fatalf("%+v", s)
		}
		if bad := unfilled.FindString(said(s)); bad != "" || strings.Contains(said(s), "akin.") {
			t.Errorf("%q in\n%s", bad, said(s))
		}
	}
}

func TestDynamicsOfAPlace(t *testing.T) {
	c := practised(t, casestudytest.Synthetic(300, 7))
	for _, code := range []territory.Code{"REG-44", "DEP-08", "COM-08105"} {
		for _, l := range []lang.Lang{lang.FR, lang.EN} {
			d, err := report.Territory(c, request(l, code, ""), code)
			if err != nil {
				t.Fatal(err)
			}
			s, ok := practiceSection(&d, "alliances")
			if !ok || unfilled.MatchString(said(s)) {
				t.Errorf("%s:\n%s", code, said(s))
			}
			if code == "REG-44" && l == lang.FR && (!strings.Contains(said(s), "sur 300") || !strings.Contains(said(s), "/pratiques/base")) {
				t.Errorf("the base is not read for the region:\n%s", said(s))
			}
		}
	}
}

// TestPracticesForAComposedTerritory: a territory made by a reader has practices
// like any other, those of its communes as its own.
func TestPracticesForAComposedTerritory(t *testing.T) {
	c, code := built(t, "Pays d’essai", "COM-08105", "COM-08362", "COM-08409")
	c.Cases = casestudy.NewBase([]casestudy.Entry{practice("ici", []string{"EMP"}, 2015, "COM-08105"), practice("loin", []string{"EMP"}, 2015, "COM-58218"),
		practice("voisine", []string{"EMP"}, 2015, "COM-08040")}, casestudy.NewNames(c.Taxonomy, c.Territory))
	d, err := report.Matching(c, c.Cases, report.Request{Lang: lang.FR, Query: map[string][]string{"territoire": {string(code)}, "domaine": {"EMP"}}})
	if err != nil {
		t.Fatal(err)
	}
	own, _ := practiceSection(&d, "ici")
	if text := said(own); !strings.Contains(text, "Pratique ici") || strings.Contains(text, "voisine") || strings.Contains(text, "loin") {
		t.Errorf("its own practices: %s", text)
	}
	page, err := report.Territory(c, report.Request{Lang: lang.FR}, code)
	if err != nil {
		t.Fatal(err)
	}
	alliances, _ := practiceSection(&page, "alliances")
	if text := said(alliances); !strings.Contains(text, "Une fiche de la base sur 3") {
		t.Errorf("its alliances: %s", text)
	}
	inspiring, _ := practiceSection(&page, "pratiques")
	if text := said(inspiring); !strings.Contains(text, "territoire="+string(code)) {
		t.Errorf("its practices lead nowhere: %s", text)
	}
}
