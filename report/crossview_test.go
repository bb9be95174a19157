package report_test

import (
	"strings"
	"testing"

	"vigie/edition"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
)

// crossPages composes the regards croisés of an edition: the list, and every
// question of the record.
func crossPages(t *testing.T, c *edition.Content, l lang.Lang, query map[string][]string) []report.Document {
	t.Helper()
	list, err := report.CrossViews(c, report.Request{Lang: l, Path: report.CrossPath})
	if err != nil {
		t.Fatal(err)
	}
	out := []report.Document{list}
	seen := map[string]bool{}
	for _, s := range list.Sections {
		for _, b := range s.Blocks {
			for _, card := range b.Cards {
				item, ok := strings.CutPrefix(card.Href, report.CrossPath+"/")
				if !ok || seen[item] {
					continue
				}
				seen[item] = true
				d, err := report.CrossItem(c, report.Request{Lang: l, Path: card.Href, Query: query}, item)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, d)
			}
		}
	}
	return out
}

// TestCrossViewsOfTheRecord: without a survey the pages set what was published
// side by side, with rivals, and say that the margin is not known.
func TestCrossViewsOfTheRecord(t *testing.T) {
	c := observatorytest.Content(t)
	k := newChecker(c)
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		pages := crossPages(t, c, l, nil)
		if len(pages) < 8 {
			t.Errorf("%d pages", len(pages))
		}
		for _, d := range pages {
			k.document(t, d)
			t.Logf("%s\n  %s", d.Path, answered(d))
		}
		lead := answered(pages[0])
		for _, want := range []string{"74", "84", "83", "92", "97"} {
			if !strings.Contains(lead, want) {
				t.Errorf("%s: %q lacks %s", l, lead, want)
			}
		}
	}
	if _, err := report.CrossItem(c, report.Request{Lang: lang.FR, Path: "/regards-croises/zzz"}, "zzz"); err == nil {
		t.Error("an unknown question has a page")
	}
}

// answered is the answer of a page as one text.
func answered(d report.Document) string {
	out := ""
	for _, a := range d.Answer {
		out += " " + a.Plain()
	}
	return strings.TrimSpace(out)
}
