package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/study"
	"vigie/study/studytest"
)

// withheldSurveys is the test edition with made-up surveys, cells withheld.
func withheldSurveys(t *testing.T) *edition.Content {
	t.Helper()
	c := *observatorytest.Content(t)
	c.Surveys = studytest.Surveys(8)
	for _, s := range c.Surveys {
		studytest.Withhold(s, studytest.Innovation, "yes")
		studytest.Withhold(s, studytest.Priority, "EMP")
	}
	return &c
}

// asker answers from tabulations; a cross of two has a block a level, each the
// table of the second breakdown.
func asker(c *edition.Content) report.Asker {
	return func(wave, audience string, q study.CrossQuery) (*study.Crossed, error) {
		k := slices.IndexFunc(c.Surveys, func(t *study.Tabulation) bool { return t.Wave == wave && t.Audience == audience })
		e := study.Published(c.Surveys[k])
		if len(q.By) < 2 {
			return e.Ask(q)
		}
		out, err := e.Ask(study.CrossQuery{Item: q.Item, By: q.By[1:]})
		if err != nil {
			return nil, err
		}
		first := c.Surveys[k].Breakdowns[slices.IndexFunc(c.Surveys[k].Breakdowns, func(b study.Breakdown) bool { return b.Code == q.By[0] })]
		out.By, out.Moved = []study.Breakdown{first, out.By[0]}, true
		table := out.Blocks[0].Table
		out.Blocks = nil
		for _, l := range first.Levels {
			out.Blocks = append(out.Blocks, study.CrossBlock{Level: l.Code, Table: table})
		}
		return out, nil
	}
}

// TestExplorer composes every question by none, one and two variables, in both
// languages; what is withheld stands nowhere in what is composed.
func TestExplorer(t *testing.T) {
	c := withheldSurveys(t)
	k := newChecker(c)
	s := c.Surveys[0]
	var by [][]string
	by = append(by, nil)
	for _, b := range s.Breakdowns {
		by = append(by, []string{b.Code})
	}
	if n := len(s.Breakdowns); n > 1 {
		by = append(by, []string{s.Breakdowns[n-1].Code, s.Breakdowns[0].Code})
	}
	for _, it := range s.Items {
		for _, by := range by {
			for _, l := range []lang.Lang{lang.FR, lang.EN} {
				q := map[string][]string{"enquete": {s.Wave + "/" + s.Audience}, "question": {it.Code}}
				for i, code := range by {
					q[[]string{"par", "puis"}[i]] = []string{code}
				}
				d, err := report.Explorer(c, report.Request{Lang: l, Path: report.ExplorerPath, Query: q}, asker(c))
				if err != nil {
					t.Fatalf("%s by %v: %v", it.Code, by, err)
				}
				k.document(t, d)
				text, err := json.Marshal(d)
				if err != nil {
					t.Fatal(err)
				}
				for _, canary := range []string{"31.4159", "31,4", "31.4%", "0.314"} {
					if strings.Contains(string(text), canary) {
						t.Errorf("%s by %v tells %s", it.Code, by, canary)
					}
				}
				if d.State["question"][0] != it.Code || len(d.Answer) == 0 {
					t.Errorf("%s: state %v", it.Code, d.State)
				}
			}
		}
	}
}

// TestExplorerNothing checks that an edition without surveys shows nothing, and
// that a refusal for secrecy is a page that says why.
func TestExplorerNothing(t *testing.T) {
	empty := *observatorytest.Content(t)
	empty.Surveys = nil
	d, err := report.Explorer(&empty, report.Request{Lang: lang.FR, Path: report.ExplorerPath}, nil)
	if err != nil || len(d.Sections) != 1 || !strings.Contains(d.Answer[0].Plain(), "Aucune enquête") {
		t.Errorf("%+v %v", d, err)
	}
	c := withheldSurveys(t)
	d, err = report.Explorer(c, report.Request{Lang: lang.FR, Path: report.ExplorerPath}, func(string, string, study.CrossQuery) (*study.Crossed, error) {
		return nil, &fault.Error{Kind: fault.Denied, What: "ce croisement isolerait trop peu de personnes : essai", Do: "gardez une variable"}
	})
	if err != nil || !d.Refused || len(d.Sections) != 1 || !strings.Contains(d.Answer[0].Plain(), "isolerait trop peu") {
		t.Errorf("%+v %v", d, err)
	}
	_, err = report.Explorer(c, report.Request{Lang: lang.FR, Path: report.ExplorerPath, Query: map[string][]string{"enquete": {"rien"}}}, asker(c))
	if fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}
