package casestudy

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/lang"
	"vigie/territory"
)

func citing(t testing.TB) Citing {
	set := lists(t).Terms
	return Citing{Base: "Vigie, base de cas", Address: "https://vigie.fr/pratiques/regie", Names: Names{
		Place: func(c territory.Code) string { return map[territory.Code]string{"COM-25056": "Besançon"}[c] },
		Term: func(list, code string, l lang.Lang) string {
			term, ok := set.Term(list, code)
			if !ok {
				return ""
			}
			return term.Label(l)
		},
	}}
}

func cited() *Entry {
	r := right()
	r.Title = "50 % d'énergie {locale} & R_D"
	at := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	return &Entry{ID: "k1", Slug: "regie", State: Published, Version: 3, Record: r, PublishedAt: at.AddDate(0, -1, 0), ChangedAt: at}
}

func TestCite(t *testing.T) {
	c := citing(t)
	e := cited()
	fr := "« 50 % d'énergie {locale} & R_D », Vigie, base de cas, fiche regie, version 3, 23 novembre 2026. https://vigie.fr/pratiques/regie. Licence CC BY 4.0."
	plain := func(s string) string { return strings.NewReplacer("\u00A0", " ", "\u202F", " ").Replace(s) }
	if got := plain(Cite(e, c, lang.FR)); got != fr {
		t.Errorf("Cite = %s; want %s", got, fr)
	}
	e.Network, c.Read, e.ChangedAt, e.PublishedAt = "RNMA", "2026-11-23", time.Time{}, time.Time{}
	en := "“Title”, RNMA, Vigie, base de cas, record regie, version 3. https://vigie.fr/pratiques/regie (read on 23 November 2026). Licence CC BY 4.0."
	if got := plain(Cite(e, c, lang.EN)); got != en {
		t.Errorf("Cite = %s; want %s", got, en)
	}
}

func TestBibTeX(t *testing.T) {
	c := citing(t)
	c.Read = "2026-11-23"
	want := `@misc{vigie-regie,
  title = {{50 \% d'énergie \{locale\} \& R\_D}},
  author = {{Vigie, base de cas}},
  howpublished = {Vigie, base de cas},
  year = {2026},
  date = {2026-11-23},
  version = {3},
  url = {https://vigie.fr/pratiques/regie},
  urldate = {2026-11-23},
  language = {french},
  note = {CC BY 4.0},
}
`
	if d := cmp.Diff(want, BibTeX(cited(), c, lang.FR)); d != "" {
		t.Error(d)
	}
}

func TestJSONLD(t *testing.T) {
	got, err := JSONLD(cited(), citing(t), lang.FR)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(got, &tree); err != nil {
		t.Fatal(err)
	}
	first := func(name string) map[string]any {
		list, ok := tree[name].([]any)
		if !ok || len(list) == 0 {
			t.Fatalf("no %s in %s", name, got)
		}
		return list[0].(map[string]any)
	}
	for _, c := range []struct{ got, want any }{
		{tree["temporalCoverage"], "2008/2021"}, {tree["license"], "https://creativecommons.org/licenses/by/4.0/"},
		{tree["datePublished"], "2026-10-22T23:30:00Z"}, {tree["headline"], "50 % d'énergie {locale} & R_D"},
		{first("about")["termCode"], "AUT"}, {first("spatialCoverage")["name"], "Besançon"}, {first("citation")["url"], "https://journal.fr/a"},
		{first("contributor")["roleName"], "Porteur"}, {first("hasPart")["text"], "contexte"},
		{first("contributor")["contributor"].(map[string]any)["name"], "Ville de Besançon"}, {len(tree["about"].([]any)), 4},
	} {
		if c.got != c.want {
			t.Errorf("got %v; want %v in %s", c.got, c.want, got)
		}
	}
	if !strings.Contains(tree["creativeWorkStatus"].(string), "à relire") || bytes.Contains(got, []byte("regie.fr\"")) {
		t.Errorf("status, or a contact, in %s", got)
	}
}

func TestCoverage(t *testing.T) {
	for want, r := range map[string]Record{"": {}, "2008/..": {StartYear: 2008}, "../2021": {EndYear: 2021}, "2020": {StartYear: 2020, EndYear: 2020}} {
		if got := coverage(&r); got != want {
			t.Errorf("coverage = %q; want %q", got, want)
		}
	}
}

// Whatever a case says, its JSON-LD may stand in a page and is the same twice.
func TestJSONLDProperties(t *testing.T) {
	c := citing(t)
	rapid.Check(t, func(t *rapid.T) {
		e := &Entry{Slug: "x", Record: record(t, "record")}
		e.Record.Title = rapid.OneOf(rapid.Just("</script><script>alert(1)</script><!--\u2028]]>"), rapid.String()).Draw(t, "title")
		e.Record.Sources = append(e.Record.Sources, Source{Title: "<b>", Address: "javascript:alert(1)"})
		got, err := JSONLD(e, c, lang.FR)
		if err != nil {
			t.Fatal(err)
		}
		again, err := JSONLD(e, c, lang.FR)
		if err != nil || !bytes.Equal(got, again) || bytes.ContainsAny(got, "<>&\u2028\u2029") || bytes.Contains(got, []byte("javascript:")) {
			t.Fatalf("%s\n%s", got, again)
		}
		var compact bytes.Buffer
		var tree any
		if err := json.Unmarshal(got, &tree); err != nil {
			t.Fatal(err)
		}
		sorted, err := json.Marshal(tree)
		if err != nil || json.Compact(&compact, got) != nil || !bytes.Equal(sorted, got) {
			t.Fatalf("not canonical: %s", got)
		}
		if Cite(e, c, lang.EN) == "" || strings.Count(BibTeX(e, c, lang.FR), "\n@") > 0 {
			t.Fatal("no citation, or two")
		}
	})
}
