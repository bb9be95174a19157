package casestudy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/casestudy"
	"vigie/lang"
)

// shelfOf returns a small base whose answers can be told by hand.
func shelfOf(t *testing.T) *casestudy.Base {
	t.Helper()
	entry := func(slug, title, summary string) casestudy.Entry {
		return casestudy.Entry{ID: "id-" + slug, Slug: slug, State: casestudy.Published, Record: casestudy.Record{Language: "fr",
			Text: casestudy.Text{Title: title, Summary: summary, Sections: map[string]string{}}}}
	}
	a := entry("a-garage", "Un garage solidaire en Balagne", "Des mécaniciens réparent les voitures des ménages modestes, à prix coûtant.")
	b := entry("b-energie", "L’économie d'énergie, l'affaire de tous", "Les habitants isolent les logements ; le droit à l’énergie est affirmé.")
	b.Record.StartYear, b.ChangedAt = 2015, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	c := entry("c-ptce", "Clus'Ter, pôle territorial de coopération économique", "Un garage et une conciergerie, dans une ancienne usine.")
	c.Record.StartYear, c.ChangedAt = 1999, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	c.Record.Sections["results"] = "La fréquentation a triplé."
	d := entry("d-home", "Des maisons partagées", "Des personnes âgées vivent en colocation.")
	d.Record.Translations = map[string]casestudy.Text{"en": {Title: "Shared houses", Summary: "Older neighbours live together in three cities."}}
	e := entry("e-zoo", "Zut, un doublon", "")
	e.State = casestudy.Archived
	f := entry("f-draft", "Un garage à venir", "")
	f.State = casestudy.Draft
	return casestudy.NewBase([]casestudy.Entry{f, e, d, c, b, a}, casestudy.Names{})
}

func found(f casestudy.Found) string {
	var all []string
	for _, h := range f.Hits {
		all = append(all, h.Entry.Slug[:1])
	}
	return strings.Join(all, "")
}

func TestSearch(t *testing.T) {
	base := shelfOf(t)
	for text, want := range map[string]string{
		"":                           "cbad", // the last changed first, then by slug
		"les et de":                  "cbad", // nothing that can be searched
		"garage":                     "ac",   // the title counts more
		"GARAGES":                    "ac",
		"l’economie d’energie":       "b",
		"PTCE":                       "c",
		"P.T.C.E.":                   "c",
		"clus'ter":                   "c",
		"clus ter":                   "c",
		"seniors":                    "d",
		`"droit à l'énergie"`:        "b",
		`"énergie droit"`:            "",
		"« ancienne usine »":         "c",
		"garage -usine":              "a",
		`garage -"ancienne usine"`:   "a",
		"-garage":                    "bd",
		"concierg":                   "c",
		"gar":                        "ac",
		"frequantation":              "c",
		"garagesolidaire":            "ac",
		"xylophone":                  "",
		"garage xylophone":           "ac",
		"comment réparer ma voiture": "ac",
		"bonjour « ":                 "",
		`"`:                          "cbad",
		"-":                          "cbad",
	} {
		if got := found(base.Search(casestudy.Query{Text: text})); got != want {
			t.Errorf("%q finds %q; want %q", text, got, want)
		}
	}
}

// TestSearchIsBounded asks a text far beyond what an address may hold.
func TestSearchIsBounded(t *testing.T) {
	base := shelfOf(t)
	text := strings.Repeat(`garage "ancienne usine" -zut l'énergie- solidaire `, 5_000)
	start := time.Now()
	f := base.Search(casestudy.Query{Text: text})
	if took := time.Since(start); took > 2*time.Second || f.Total != 1 || found(f) != "c" {
		t.Errorf("%v for %d results", took, f.Total)
	}
}

func TestSearchSays(t *testing.T) {
	base := shelfOf(t)
	f := base.Search(casestudy.Query{Text: "une conciergrie solidaire"})
	if f.Suggestion != "une conciergerie solidaire" || !f.Corrected || f.Whole != 0 || f.Total != 2 {
		t.Errorf("corrected: %+v", f)
	}
	f = base.Search(casestudy.Query{Text: "garage xylophone"})
	if d := cmp.Diff([]string{"xylophone"}, f.Unknown); d != "" || f.Whole != 0 || f.Suggestion != "" {
		t.Errorf("%s %+v", d, f)
	}
	f = base.Search(casestudy.Query{Text: "senior"})
	if !slices.Contains(f.Expanded, "personne âgée") {
		t.Errorf("expanded: %q", f.Expanded)
	}
}

func TestSortAndPages(t *testing.T) {
	base := shelfOf(t)
	for sort, want := range map[casestudy.Sort]string{casestudy.ByRecent: "cbad", casestudy.ByTitle: "cdba", casestudy.ByStart: "bcad", "": "cbad"} {
		if got := found(base.Search(casestudy.Query{Sort: sort})); got != want {
			t.Errorf("%s: %q; want %q", sort, got, want)
		}
	}
	second := base.Search(casestudy.Query{Offset: 1, Limit: 2})
	if found(second) != "ba" || second.Total != 4 {
		t.Errorf("second page: %q of %d", found(second), second.Total)
	}
	if beyond := base.Search(casestudy.Query{Offset: 90}); len(beyond.Hits) != 0 || beyond.Total != 4 {
		t.Errorf("beyond the last: %+v", beyond)
	}
}

func TestLanguageOfTheReader(t *testing.T) {
	base := shelfOf(t)
	q := casestudy.Query{Text: "the city neighbour", Language: lang.EN}
	f := base.Search(q)
	if found(f) != "d" || f.Whole != 1 || !strings.HasPrefix(f.Hits[0].Excerpt.Text, "Older neighbours") {
		t.Errorf("in English: %q %+v", found(f), f.Hits)
	}
	f = base.Search(casestudy.Query{Text: "colocation", Language: lang.EN})
	if found(f) != "d" || !strings.HasPrefix(f.Hits[0].Excerpt.Text, "Older") {
		t.Errorf("French words of an English reader: %+v", f.Hits)
	}
	if f = base.Search(casestudy.Query{Text: "garage", Language: lang.EN}); !strings.HasPrefix(f.Hits[0].Excerpt.Text, "Des mécaniciens") {
		t.Errorf("without a translation: %+v", f.Hits[0])
	}
}

func TestWhyAndExcerpt(t *testing.T) {
	base := shelfOf(t)
	h := base.Search(casestudy.Query{Text: "fréquentations PTCE"}).Hits[0]
	if d := cmp.Diff([]string{"title", "section"}, h.Why); d != "" {
		t.Error(d)
	}
	var marked []string
	for _, s := range h.Excerpt.Marks {
		marked = append(marked, h.Excerpt.Text[s.Start:s.End])
	}
	if d := cmp.Diff([]string{"fréquentation"}, marked); d != "" {
		t.Errorf("%s in %q", d, h.Excerpt.Text)
	}
	h = base.Search(casestudy.Query{Text: "PTCE usine"}).Hits[0]
	if h.Excerpt.Text != "Un garage et une conciergerie, dans une ancienne usine." || len(h.Excerpt.Marks) != 1 {
		t.Errorf("a summary with a word: %+v", h.Excerpt)
	}
	h = base.Search(casestudy.Query{Text: "seniors"}).Hits[0]
	if s := h.Excerpt.Marks; len(s) == 0 || h.Excerpt.Text[s[0].Start:s[0].End] != "personnes âgées" {
		t.Errorf("an expression is one mark: %v in %q", s, h.Excerpt.Text)
	}
}

func TestEntry(t *testing.T) {
	base := shelfOf(t)
	for name, want := range map[string]bool{"a-garage": true, "id-a-garage": true, "e-zoo": true, "f-draft": false, "": false} {
		if _, ok := base.Entry(name); ok != want {
			t.Errorf("Entry(%q): %v", name, ok)
		}
	}
	if base.Len() != 4 || len(base.Retired()) != 1 {
		t.Errorf("%d public, %d retired", base.Len(), len(base.Retired()))
	}
	if empty := casestudy.NewBase(nil, casestudy.Names{}).Search(casestudy.Query{Text: "garage"}); empty.Total != 0 || len(empty.Facets) != len(casestudy.Facets) {
		t.Errorf("an empty base: %+v", empty)
	}
}

// TestOrderOfEntries asks that answers do not depend on the order in which
// cases are given.
func TestOrderOfEntries(t *testing.T) {
	entries := seeded(t)
	base := casestudy.NewBase(entries, casestudy.Names{})
	slices.Reverse(entries)
	reversed := casestudy.NewBase(entries, casestudy.Names{})
	for _, text := range []string{"énergie citoyenne", "insertion", "tiers-lieux", "covoiturrage", "que faire d'une friche ?"} {
		q := casestudy.Query{Text: text}
		if d := cmp.Diff(base.Search(q), reversed.Search(q)); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}
