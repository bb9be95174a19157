package observatory_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/store"
	"vigie/territory"
)

// TestWithoutSecondary: an observatory that leaves out the series read in third
// parties' copies shows nothing of them, anywhere, and still stands.
func TestWithoutSecondary(t *testing.T) {
	whole(t)
	db, err := store.Init(t.Context(), filepath.Join(t.TempDir(), "observatoire"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	row, err := observatorytest.Publish(t.Context(), observatorytest.New(db), true)
	if err != nil {
		t.Fatal(err)
	}
	c, err := observatory.Load(t.Context(), db, row.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	var secondary []indicator.Code
	for _, i := range observatorytest.Content(t).Catalogue.All() {
		if i.Secondary {
			secondary = append(secondary, i.Code)
		}
	}
	if len(secondary) < 10 {
		t.Fatalf("%d secondary series in the starter", len(secondary))
	}
	for _, code := range secondary {
		if _, ok := c.Catalogue.Get(code); ok {
			t.Errorf("%s is in the catalogue", code)
		}
		for level, tables := range c.Observation {
			for _, o := range tables {
				if len(o.Table.Periods(code)) > 0 {
					t.Errorf("%s is in the table of %s", code, level)
				}
			}
		}
		for level, r := range c.Fragility {
			for i := range r.Columns {
				if r.Columns[i].Indicator == code {
					t.Errorf("%s is in the index of %s", code, level)
				}
			}
			for _, a := range r.Absent {
				if a.Indicator == code {
					t.Errorf("%s is named by the index of %s", code, level)
				}
			}
		}
		if bytes.Contains(c.SpecText, []byte(code)) {
			t.Errorf("%s is in the specification", code)
		}
	}
	if s := c.Standing("DEP-08", "EMP"); !s.OK {
		t.Error("the index has nothing to say of DEP-08 in EMP")
	}
	checkPages(t, c, secondary)
}

// checkPages composes pages of every kind and looks for codes in all they hold.
func checkPages(t *testing.T, c *edition.Content, codes []indicator.Code) {
	t.Helper()
	n := 0
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		for path, compose := range pages(c) {
			d, err := compose(report.Request{Lang: l, Path: path, Query: map[string][]string{"t": {"DEP-08", "DEP-10"}}})
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			b, err := json.Marshal(d)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			n++
			for _, code := range codes {
				if bytes.Contains(b, []byte(code)) {
					t.Errorf("%s (%s) speaks of %s", path, l, code)
				}
			}
		}
	}
	t.Logf("%d pages composed", n)
}

// pages are compositions of every kind, by path.
func pages(c *edition.Content) map[string]func(report.Request) (report.Document, error) {
	out := map[string]func(report.Request) (report.Document, error){}
	for path, f := range map[string]func(*edition.Content, report.Request) (report.Document, error){
		"/": report.Home, "/territoires": report.TerritoryList, "/domaines": report.DomainList, "/indicateurs": report.IndicatorList,
		"/comparer": report.Compare, "/publications": report.Publications, "/methodes": report.Methods, "/donnees": report.Data,
		"/mentions-legales": report.Imprint, "/accessibilite": report.Accessibility,
	} {
		out[path] = func(r report.Request) (report.Document, error) { return f(c, r) }
	}
	for _, code := range []territory.Code{"FR", "FM", "REG-44", "REG-01", "DEP-08", "DEP-2A", "DEP-976", "EPCI-200041630", "EPCI-249740119",
		"COM-08105", "COM-01138", "COM-97411"} {
		for suffix, f := range map[string]func(*edition.Content, report.Request, territory.Code) (report.Document, error){
			"": report.Territory, "/rapport": report.Printed, "/synthese": report.Note} {
			out["/territoires/"+string(code)+suffix] = func(r report.Request) (report.Document, error) { return f(c, r, code) }
		}
	}
	for _, d := range c.Domains() {
		out["/domaines/"+d.Code] = func(r report.Request) (report.Document, error) { return report.Domain(c, r, d.Code) }
	}
	for _, i := range c.Catalogue.All() {
		if i.Nature != indicator.Count {
			out["/indicateurs/"+string(i.Code)] = func(r report.Request) (report.Document, error) { return report.Indicator(c, r, i.Code) }
		}
	}
	return out
}

// TestPrimarySpec: the specification without secondary series differs from the
// other by its series and its version alone.
func TestPrimarySpec(t *testing.T) {
	head := func(without bool) string {
		b, err := observatory.StarterSpec(without)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		var kept []string
		for line := range strings.SplitSeq(text[strings.Index(text, "[reference]"):], "\n") {
			if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) != "" {
				kept = append(kept, strings.TrimSpace(line))
			}
		}
		return fmt.Sprint(kept)
	}
	if a, b := head(false), head(true); a != b {
		t.Errorf("the two specifications make other choices:\n%s\n%s", a, b)
	}
}
