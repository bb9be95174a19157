package report_test

import (
	"slices"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// TestPages composes every page that is not a territory's, in both languages,
// with the states of their addresses, and looks at all of it.
func TestPages(t *testing.T) {
	c := observatorytest.Content(t)
	k := newChecker(c)
	both := []lang.Lang{lang.FR, lang.EN}
	langs := both
	ask := func(path string, query map[string][]string, f func(*edition.Content, report.Request) (report.Document, error)) {
		for _, l := range langs {
			d, err := f(c, report.Request{Lang: l, Path: path, Query: query})
			if err != nil {
				t.Errorf("%s %v: %v", path, query, err)
				continue
			}
			k.document(t, d)
		}
	}
	ask("/", nil, report.Home)
	ask("/territoires", nil, report.TerritoryList)
	for _, level := range []string{"", "region", "departement", "epci", "zzz"} {
		ask("/typologie", map[string][]string{"niveau": {level}}, report.Typology)
	}
	ask("/domaines", nil, report.DomainList)
	ask("/indicateurs", nil, report.IndicatorList)
	ask("/publications", nil, report.Publications)
	ask("/methodes", nil, report.Methods)
	ask("/donnees", nil, report.Data)
	ask("/mentions-legales", nil, report.Imprint)
	ask("/accessibilite", nil, report.Accessibility)
	ask("/editions", nil, func(c *edition.Content, r report.Request) (report.Document, error) {
		return report.Editions(c, r, []report.Release{{Number: "2026-1", Date: observatorytest.Day, Manifest: c.ID, Changes: c.Manifest.Changes}})
	})
	for _, q := range []string{"", "ardennes", "08000", "L'Haÿ", "emploi", "zzzzzz", "<script>", "saint", "2A", "%s{n}"} {
		if strings.ContainsAny(q, "{'") {
			continue // what a person typed is said back as typed: TestSearchSaysBack
		}
		ask("/recherche", map[string][]string{"q": {q}}, report.Search)
	}
	for _, codes := range [][]string{nil, {"DEP-08"}, {"DEP-08", "DEP-10"}, {"DEP-08", "DEP-971", "DEP-2A", "DEP-75", "DEP-13", "DEP-69"}, {"REG-44", "DEP-08"},
		{"REG-44", "REG-01"}, {"EPCI-200041630", "EPCI-200054781"}, {"COM-08105", "COM-01138"}, {"FR", "FM"}, {"ardennes", "aube"}} {
		ask("/comparer", map[string][]string{"t": codes}, report.Compare)
	}
	for n, d := range c.Domains() {
		langs = both[:1+n%2]
		for _, level := range []string{"", "region", "departement", "epci"} {
			if level == "epci" && len(c.IndexSeries(territory.EPCI, d.Code)) == 0 && d.Code != "SAN" {
				continue
			}
			ask("/domaines/"+d.Code, map[string][]string{"niveau": {level}}, func(c *edition.Content, r report.Request) (report.Document, error) {
				return report.Domain(c, r, d.Code)
			})
		}
	}
	for n, i := range c.Catalogue.All() {
		if i.Nature == indicator.Count {
			continue
		}
		langs = both[:1] // French, and English for one in four
		if n%4 == 0 {
			langs = both
		}
		ask("/indicateurs/"+string(i.Code), nil, func(c *edition.Content, r report.Request) (report.Document, error) {
			return report.Indicator(c, r, i.Code)
		})
	}
}

// TestAddressState: words in an address that mean nothing are no accident.
func TestAddressState(t *testing.T) {
	c := observatorytest.Content(t)
	odd := map[string][]string{"niveau": {"galaxie"}, "periode": {"1066"}, "territoire": {"DEP-99"}, "t": {"", ""}, "q": {strings.Repeat("é", 5000)}}
	for name, f := range map[string]func(*edition.Content, report.Request) (report.Document, error){
		"home": report.Home, "search": report.Search, "compare": report.Compare, "list": report.IndicatorList,
		"domain": func(c *edition.Content, r report.Request) (report.Document, error) { return report.Domain(c, r, "EMP") },
		"indicator": func(c *edition.Content, r report.Request) (report.Document, error) {
			return report.Indicator(c, r, "emp_unemployment_rate")
		},
	} {
		if d, err := f(c, report.Request{Lang: lang.FR, Path: "/x", Query: odd}); err == nil && d.Title == "" {
			t.Errorf("%s: no title", name)
		}
	}
}

// TestSearchSaysBack: what a person typed stands as typed, never read as a
// message of the catalogue.
func TestSearchSaysBack(t *testing.T) {
	c := observatorytest.Content(t)
	for _, q := range []string{"{n}", "%d", "l'haÿ", "<b>", "{n|a|b}"} {
		d, err := report.Search(c, report.Request{Lang: lang.FR, Path: "/recherche", Query: map[string][]string{"q": {q}}})
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, a := range d.Answer {
			said += a.Plain()
		}
		if !strings.Contains(said, q) && !strings.Contains(said, strings.ReplaceAll(q, "'", "’")) {
			t.Errorf("searched %q; the answer is %q", q, said)
		}
	}
}

// TestSame: composing twice gives the same document; nothing depends on the
// order of a map.
func TestSame(t *testing.T) {
	c := observatorytest.Content(t)
	for _, code := range []territory.Code{"FR", "REG-44", "DEP-08", "EPCI-200041630", "COM-01138"} {
		a, err := report.Printed(c, request(lang.FR, code, "/rapport"), code)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			b, err := report.Printed(c, request(lang.FR, code, "/rapport"), code)
			if err != nil {
				t.Fatal(err)
			}
			if x, y := tables(a), tables(b); len(x) != len(y) {
				t.Errorf("%s: %d tables, then %d", code, len(x), len(y))
			} else {
				for id := range x {
					if x[id] != y[id] {
						t.Errorf("%s: %s is not twice the same", code, id)
					}
				}
			}
		}
	}
}

// TestResponses: what public action does is listed apart, never among the
// fragilities of a territory.
func TestResponses(t *testing.T) {
	c := observatorytest.Content(t)
	d, err := report.Territory(c, request(lang.FR, "DEP-08", ""), "DEP-08")
	if err != nil {
		t.Fatal(err)
	}
	var state, response []string
	for _, b := range section(d, "chiffres").Blocks {
		if b.Table == nil {
			continue
		}
		for _, row := range b.Table.Rows {
			code := strings.TrimPrefix(row.Cells[0].Href, "/indicateurs/")
			if strings.HasSuffix(b.Table.ID, "response") {
				response = append(response, code)
			} else {
				state = append(state, code)
			}
		}
	}
	for _, i := range c.Catalogue.All() {
		if i.Nature == indicator.Response && slices.Contains(state, string(i.Code)) || i.Nature == indicator.State && slices.Contains(response, string(i.Code)) {
			t.Errorf("%s (%s) stands in the wrong table", i.Code, i.Nature)
		}
	}
	if len(state) < 30 || len(response) < 3 {
		t.Errorf("%d states and %d responses for DEP-08", len(state), len(response))
	}
}
