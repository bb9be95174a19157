package web_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// TestZoningWalk: without script, from the list of zones to the page of a
// territory that is exactly one of them.
func TestZoningWalk(t *testing.T) {
	c := *observatorytest.Content(t)
	zone := territory.Zone{Code: "51", Label: "Marne & Ardennes"}
	for _, of := range []territory.Code{"DEP-08", "DEP-51"} { // some of their codes are postcodes of others
		for _, m := range c.Territory.Children(of, territory.Commune) {
			zone.Members = append(zone.Members, territory.Member{Commune: m.Code})
		}
	}
	c.Zonings = []edition.Zoning{{Zoning: &territory.Zoning{Code: "pays", LabelFR: "pays inventé", LabelEN: "made-up district", Zones: []territory.Zone{zone}},
		Part: edition.Part{FileName: "pays.csv"}, Producer: "Personne"}}
	s := siteOf(t, &c)
	get := func(path string) string {
		w := answer(s, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("GET %s = %d", path, w.Code)
		}
		return w.Body.String()
	}
	first := func(form, page string) string {
		m := regexp.MustCompile(form).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("no %s in the page", form)
		}
		return html.UnescapeString(m[1])
	}
	list := get("/en" + report.ComposerPath + "?zonage=pays&cherche=marne")
	form := get(first(`href="([^"]*zone=51[^"]*)"`, list))
	w := answer(s, sent(t, map[string]string{
		report.NameInput: first(`name="nom"[^>]*value="([^"]*)"`, form),
		report.ListInput: first(`(?s)<textarea[^>]*>(.*?)</textarea>`, form)}, ""))
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("POST = %d: the list of a zone is not taken as it is", w.Code)
	}
	page := get(to)
	for _, says := range []string{"Marne &amp; Ardennes (pays inventé)", "exactement celles de la zone", "pays.csv"} {
		if !strings.Contains(strings.Join(strings.Fields(page), " "), says) {
			t.Errorf("%s does not say %q", to, says)
		}
	}
}
