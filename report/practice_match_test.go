package report_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/edition"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// practised is the shared edition with cases frozen in it.
func practised(t *testing.T, entries []casestudy.Entry) *edition.Content {
	t.Helper()
	c := *observatorytest.Content(t)
	c.Cases = casestudy.NewBase(entries, casestudy.NewNames(c.Taxonomy, c.Territory))
	return &c
}

// practice is a made-up case.
func practice(slug string, domains []string, year int, places ...territory.Code) casestudy.Entry {
	return casestudy.Entry{ID: slug, Slug: slug, State: casestudy.Published, Version: 1,
		Record: casestudy.Record{Text: casestudy.Text{Title: "Pratique " + slug}, Language: "fr", Domains: domains, Territories: places, StartYear: year}}
}

func practiceSection(d *report.Document, id string) (report.Section, bool) {
	i := slices.IndexFunc(d.Sections, func(s report.Section) bool { return s.ID == id })
	if i < 0 {
		return report.Section{}, false
	}
	return d.Sections[i], true
}

// said is all that a section says.
func said(s report.Section) string {
	var out []string
	for _, b := range s.Blocks {
		out = append(out, b.Heading, b.Text.Plain(), b.Note.Plain())
		for _, c := range b.Cards {
			out = append(out, c.Title, c.Tag, c.Detail, c.Href)
		}
		if b.Results != nil {
			for _, r := range b.Results.Items {
				out = append(out, r.Title, r.Detail, r.Badge, r.Text.Plain(), r.Lead, r.Fold, r.Folded)
				for _, why := range r.List {
					out = append(out, why.Plain())
				}
			}
		}
		for _, t := range b.Text {
			out = append(out, t.Href)
		}
	}
	return strings.Join(out, "\n")
}

// unfilled is a message whose argument was not given, or a number of a machine.
var unfilled = regexp.MustCompile(`[{}]|%!|\bNaN\b|\bmatch\.|inspire\.|\d\.\d{3,}`)

func TestInspireOnEveryTier(t *testing.T) {
	c := practised(t, casestudytest.Synthetic(400, 7))
	for _, code := range []territory.Code{"FR", "REG-44", "DEP-08", "DEP-974", "EPCI-200041630", "COM-08105", "COM-97105"} {
		for _, l := range []lang.Lang{lang.FR, lang.EN} {
			for _, compose := range []func(*edition.Content, report.Request, territory.Code) (report.Document, error){report.Territory, report.Printed} {
				d, err := compose(c, request(l, code, ""), code)
				if err != nil {
					t.Fatal(err)
				}
				s, ok := practiceSection(&d, "pratiques")
				if !ok {
					t.Errorf("%s %s: no practices", d.Kind, code)
					continue
				}
				if bad := unfilled.FindString(said(s)); bad != "" {
					t.Errorf("%s %s (%s): %q in\n%s", d.Kind, code, l, bad, said(s))
				}
				cards := 0
				for _, b := range s.Blocks {
					cards += len(b.Cards)
				}
				if cards == 0 || cards > 6 {
					t.Errorf("%s %s: %d cards", d.Kind, code, cards)
				}
				if !strings.Contains(said(s), "/pratiques/pour?territoire="+string(code)+"&domaine=") {
					t.Errorf("%s %s leads to no list of all", d.Kind, code)
				}
			}
		}
	}
}

func TestInspireSaysWhyAndWhen(t *testing.T) {
	base := practised(t, nil)
	weakest := "DEV" // of the Ardennes, by their page
	c := practised(t, []casestudy.Entry{practice("loin", []string{weakest}, 2015, "DEP-75"), practice("proche", []string{weakest}, 2015, "DEP-55"),
		practice("ancien", []string{weakest}, 1992, "DEP-55"), practice("ici", []string{weakest}, 2015, "COM-08105"), practice("autre", []string{"CUL"}, 2015, "DEP-55")})
	d, err := report.Territory(c, request(lang.FR, "DEP-08", ""), "DEP-08")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := practiceSection(&d, "pratiques")
	text := said(s)
	for _, want := range []string{"la Meuse et les Ardennes se ressemblaient plus que", "des paires de départements", "Niveau de preuve non établi", "depuis 1992", "à relire",
		"Chez vous", "Pratique ici", "pour la plupart postérieurs à 1992", "Ce n’est ni un échantillon ni un recensement", "5 fiches"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
	if strings.Contains(text, "Pratique autre") {
		t.Error("a case of another dimension is shown")
	}
	near, far := strings.Index(text, "Pratique proche"), strings.Index(text, "Pratique loin")
	if near < 0 || far < near {
		t.Error("the Meuse is more like the Ardennes than Paris is")
	}
	if e, _ := report.Territory(base, request(lang.FR, "DEP-08", ""), "DEP-08"); strings.Contains(fmt.Sprint(e.Sections), "Ressemblance") {
		t.Error("an empty base has no card")
	}
}

func TestAnEditionOlderThanTheBaseHasNoPractices(t *testing.T) {
	c := *observatorytest.Content(t)
	c.Cases = nil
	for _, code := range []territory.Code{"DEP-08", "FR"} {
		d, err := report.Territory(&c, request(lang.FR, code, ""), code)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := practiceSection(&d, "pratiques"); ok {
			t.Errorf("%s: a section on a base that the edition does not have", code)
		}
	}
}

func TestDomainShowsItsPractices(t *testing.T) {
	c := practised(t, []casestudy.Entry{practice("loin", []string{"EMP"}, 2015, "DEP-75"), practice("proche", []string{"EMP"}, 2015, "DEP-55")})
	for query, want := range map[string][]string{"": {"Choisissez un territoire", "/pratiques/pour?domaine=EMP"}, "DEP-08": {"pour les Ardennes", "territoire=DEP-08", "Ressemblance"}} {
		d, err := report.Domain(c, report.Request{Lang: lang.FR, Path: "/domaines/EMP", Query: map[string][]string{"t": {query}}}, "EMP")
		if err != nil {
			t.Fatal(err)
		}
		s, _ := practiceSection(&d, "pratiques")
		for _, w := range want {
			if !strings.Contains(said(s), w) {
				t.Errorf("t=%q: %q is not said in\n%s", query, w, said(s))
			}
		}
	}
}
