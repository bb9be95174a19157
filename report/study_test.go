package report_test

import (
	"slices"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/study"
)

type composeOf = func(*edition.Content, report.Request, string) (report.Document, error)

func calendarOf(c *edition.Content, r report.Request, _ string) (report.Document, error) {
	return report.Calendar(c, r, []report.Release{{Number: "2026-1", Date: observatorytest.Day}})
}

func listOf(f func(*edition.Content, report.Request) (report.Document, error)) composeOf {
	return func(c *edition.Content, r report.Request, _ string) (report.Document, error) { return f(c, r) }
}

// TestRecordPages composes every page of the register in both languages.
func TestRecordPages(t *testing.T) {
	c := observatorytest.Content(t)
	k := newChecker(c)
	ask := func(path, id string, f composeOf) {
		for _, l := range []lang.Lang{lang.FR, lang.EN} {
			d, err := f(c, report.Request{Lang: l, Path: path}, id)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			k.document(t, d)
		}
	}
	ask("/etudes", "", listOf(report.Studies))
	for _, s := range c.Register.Studies() {
		ask("/etudes/"+s.Slug, s.Slug, report.Study)
	}
	for _, p := range c.Taxonomy.Terms("programme") {
		ask("/programmes/"+p.Code, p.Code, report.Programme)
	}
	ask("/tendances", "", listOf(report.Trends))
	for _, x := range c.Taxonomy.Terms("construct") {
		ask("/tendances/"+x.Code, x.Code, report.Trend)
	}
	ask("/calendrier", "", calendarOf)
	for _, e := range c.Register.Events() {
		ask("/calendrier/"+e.ID, e.ID, report.Event)
	}
	for _, f := range []composeOf{report.Study, report.Programme, report.Trend, report.Event} {
		if _, err := f(c, report.Request{Lang: lang.FR}, "nulle-part"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an address that leads nowhere: %v", err)
		}
	}
}

// TestRecordOfOlderEdition: an edition without the register has its pages, that
// say so.
func TestRecordOfOlderEdition(t *testing.T) {
	older := *observatorytest.Content(t)
	older.Register = &study.Register{}
	for path, f := range map[string]composeOf{"/etudes": listOf(report.Studies), "/tendances": listOf(report.Trends), "/calendrier": calendarOf, "/programmes/PHARE": report.Programme} {
		d, err := f(&older, report.Request{Lang: lang.FR, Path: path}, "PHARE")
		if err != nil || len(d.Answer) == 0 {
			t.Errorf("%s: %v %v", path, d.Answer, err)
		}
	}
	d, _ := report.Studies(&older, report.Request{Lang: lang.FR, Path: "/etudes"})
	if !strings.Contains(d.Answer[0].Plain(), "pas encore de registre") {
		t.Errorf("%q", d.Answer[0].Plain())
	}
}

func trendPage(t *testing.T, construct string) report.Document {
	t.Helper()
	d, err := report.Trend(observatorytest.Content(t), report.Request{Lang: lang.FR, Path: "/tendances/" + construct}, construct)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func figureOf(t *testing.T, d report.Document, id string) *report.Figure {
	t.Helper()
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Figure != nil && b.Figure.ID == id {
				return b.Figure
			}
		}
	}
	t.Fatalf("no figure %s in %s", id, d.ID)
	return nil
}

// TestTrendFigure: the chart carries what is known and what is not.
func TestTrendFigure(t *testing.T) {
	d := trendPage(t, "partnership_source_of_innovation")
	f := figureOf(t, d, "evolution-citizens-percent")
	s, ok := f.Chart.(*report.Series)
	if !ok || len(s.Lines) != 1 || len(s.Lines[0].Points) != 3 {
		t.Fatalf("%+v", f.Chart)
	}
	p := s.Lines[0].Points
	if !p[0].HasInterval || !p[1].HasInterval || !p[1].Broken || p[2].HasInterval || !p[2].Hollow || s.Interval == "" || s.Hollow == "" || s.Broken == "" || s.Rival != "" {
		t.Errorf("%+v", p)
	}
	step := cellsOf(&f.Table, "step")
	if !strings.Contains(step[1], "au-delà de la marge minimale") || !strings.Contains(step[1], "Rupture\u00a0: l’intitulé publié diffère") || !strings.Contains(step[2], "marge non publiée, rien ne permet de dire") {
		t.Errorf("%q", step)
	}
	if !slices.ContainsFunc(f.Notes, func(n string) bool { return strings.Contains(n, "borne basse") }) {
		t.Errorf("no note says that the margin is a lower bound: %q", f.Notes)
	}
	f = figureOf(t, d, "evolution-companies-percent")
	if p := f.Chart.(*report.Series).Lines[0].Points; len(p[1].Rivals) != 1 || p[1].Rivals[0].Y != 83 || p[1].Y != 84 {
		t.Errorf("%+v", p)
	}
	if got := cellsOf(&f.Table, "figure"); !slices.Equal(got, []string{"F025", "F067", "F099", "F101"}) {
		t.Errorf("%v", got)
	}
}

// TestTrendOfOneDate is a ranking, with both rival values.
func TestTrendOfOneDate(t *testing.T) {
	f := figureOf(t, trendPage(t, "fragility_priority"), "evolution-citizens-percent")
	r, ok := f.Chart.(*report.Ranking)
	if !ok || len(r.Rows) != 6 || r.Rows[0].X != 48 || r.Rows[0].HasInterval {
		t.Fatalf("%+v", f.Chart)
	}
}

func cellsOf(t *report.Table, key string) []string {
	at := slices.IndexFunc(t.Head, func(h report.Head) bool { return h.Key == key })
	var out []string
	for _, r := range t.Rows {
		out = append(out, r.Cells[at].Text)
	}
	return out
}

// TestRecordLinks: figures, publications and territories lead to the register.
func TestRecordLinks(t *testing.T) {
	c := observatorytest.Content(t)
	for path, want := range map[string]string{"/publications": "/etudes/phare-citoyens", "/territoires/REG-76": "/calendrier/voyage-etude-occitanie-2", "/domaines/EMP": "/etudes/phare-citoyens#PHARE-Citoyens-2015",
		"/recherche": "/etudes/phare-institutions", "/etudes/impact-elus-locaux": "/calendrier/diner-elus-entreprises-3", "/programmes/ARPEA": "/etudes/arpea-citoyens#ARPEA-Citoyens-2013"} {
		r := report.Request{Lang: lang.FR, Path: path, Query: map[string][]string{"q": {"PHARE-Institutions"}}}
		var d report.Document
		var err error
		switch {
		case path == "/publications":
			d, err = report.Publications(c, r)
		case path == "/recherche":
			d, err = report.Search(c, r)
		case strings.HasPrefix(path, "/territoires"):
			d, err = report.Territory(c, r, "REG-76")
		case strings.HasPrefix(path, "/domaines"):
			d, err = report.Domain(c, r, "EMP")
		case strings.HasPrefix(path, "/programmes"):
			d, err = report.Programme(c, r, "ARPEA")
		default:
			d, err = report.Study(c, r, "impact-elus-locaux")
		}
		if err != nil || !leads(d, want) {
			t.Errorf("%s does not lead to %s (%v)", path, want, err)
		}
	}
}

func leads(d report.Document, to string) bool {
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			for _, card := range b.Cards {
				if card.Href == to {
					return true
				}
			}
			if b.Table == nil {
				continue
			}
			for _, r := range b.Table.Rows {
				if slices.ContainsFunc(r.Cells, func(x report.Cell) bool { return x.Href == to }) {
					return true
				}
			}
		}
	}
	return false
}
