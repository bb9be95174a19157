package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/data"
	"vigie/edition"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
)

// starter is the base that comes with the program.
func starter(t *testing.T, c *edition.Content) *casestudy.Base {
	t.Helper()
	raw, err := data.Read("casestudy/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var entries []casestudy.Entry
	for line := range bytes.Lines(raw) {
		slug, r, err := casestudy.ParseSeed(line)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, casestudy.Entry{ID: slug, Slug: slug, State: casestudy.Published, Version: 1, Record: r})
	}
	return casestudy.NewBase(entries, casestudy.NewNames(c.Taxonomy, c.Territory))
}

// machine is what no reader should see: an argument that was not given, a key
// of the catalogue, a number as a program writes it.
var machine = regexp.MustCompile(`[{}]|%!|\bNaN\b|\bbase\.[a-z]|\d\.\d{3,}`)

// everything is all that a document says, one line a text.
func everything(d *report.Document) string {
	var out []string
	add := func(s ...string) { out = append(out, s...) }
	table := func(t *report.Table) {
		add(t.Caption)
		for _, h := range t.Head {
			add(h.Label)
		}
		for _, r := range t.Rows {
			line := ""
			for _, c := range r.Cells {
				line += c.Text + c.Sign + "\t"
			}
			add(line)
		}
	}
	add(d.Title, d.Summary)
	for _, a := range d.Answer {
		add(a.Plain())
	}
	for _, s := range d.Sections {
		add("## " + s.Title)
		for _, b := range s.Blocks {
			add(b.Heading, b.Text.Plain(), b.Note.Plain())
			for _, i := range b.List {
				add("- " + i.Plain())
			}
			for _, f := range b.Facts {
				add(f.Label, f.Value, f.Detail)
			}
			if f := b.Figure; f != nil {
				add(f.Title, f.Unit, f.Field, f.Date, f.Source, f.Reading, f.Alt)
				add(f.Notes...)
				table(&f.Table)
			}
			if b.Table != nil {
				table(b.Table)
			}
		}
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), "\n")
}

// The page of the starter base says what it holds, what it lacks and how far it
// goes, in both languages, whichever sides are crossed.
func TestPracticeBase(t *testing.T) {
	c := observatorytest.Content(t)
	b := starter(t, c)
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		for _, sides := range [][2]string{{"", ""}, {"domaine", "region"}, {"phase", "decennie"}, {"relation", "profil"}, {"objectif", "forme"}} {
			q := map[string][]string{}
			if sides[0] != "" {
				q["lignes"], q["colonnes"] = []string{sides[0]}, []string{sides[1]}
			}
			d, err := report.PracticeBase(c, b, report.Request{Lang: l, Path: report.OverviewPath, Query: q})
			if err != nil {
				t.Fatal(err)
			}
			text := everything(&d)
			if at := machine.FindString(text); at != "" {
				t.Errorf("%s %v: %q is said", l, sides, at)
			}
			if _, err := json.Marshal(&d); err != nil {
				t.Errorf("%s %v: %v", l, sides, err)
			}
			if len(d.State) != len(q) {
				t.Errorf("%v: state %v", sides, d.State)
			}
			if path := os.Getenv("VIGIE_SHOW"); path != "" {
				_ = os.WriteFile(fmt.Sprintf("%s-%s-%s-%s.txt", path, l, sides[0], sides[1]), []byte(text), 0o644)
			}
		}
	}
	d, _ := report.PracticeBase(c, b, report.Request{Lang: lang.FR, Path: report.OverviewPath})
	text := plainly(everything(&d))
	for _, want := range []string{"La base réunit 65 cas", "aucun n'a été relu", "l'emploi (26 cas sur 65)", "pas tirés au sort", "en Corse"} {
		if !strings.Contains(strings.ReplaceAll(text, "’", "'"), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// The classes of a cross reach its largest count, and no further.
func TestPracticeBaseClasses(t *testing.T) {
	c := observatorytest.Content(t)
	d, _ := report.PracticeBase(c, starter(t, c), report.Request{Lang: lang.FR, Path: report.OverviewPath})
	s, _ := practiceSection(&d, "croisement")
	for _, b := range s.Blocks {
		if b.Figure == nil {
			continue
		}
		h := b.Figure.Chart.(*report.Heat)
		if want := []string{"1", "2–3", "4–6", "7–12", "13–24"}; !slices.Equal(h.Legend, want) || h.Rows[13].Cells[3].Step != report.Steps {
			t.Errorf("classes %q, the largest in %d; want %q", h.Legend, h.Rows[13].Cells[3].Step, want)
		}
	}
}

// A side that is none, and the same side twice, are told in words.
func TestPracticeBaseRefuses(t *testing.T) {
	c := observatorytest.Content(t)
	b := starter(t, c)
	for _, q := range []map[string][]string{{"lignes": {"<b>"}}, {"lignes": {"domaine"}, "colonnes": {"domaine"}}} {
		d, err := report.PracticeBase(c, b, report.Request{Lang: lang.FR, Path: report.OverviewPath, Query: q})
		s, ok := practiceSection(&d, "croisement")
		if err != nil || !ok || len(s.Blocks[0].Note) == 0 || len(d.State) != 0 {
			t.Errorf("%v: %v, state %v, %+v", q, err, d.State, s.Blocks[0])
		}
	}
}

func TestPracticeBaseCoding(t *testing.T) {
	c := observatorytest.Content(t)
	text := casestudy.Text{Title: "Cas", Sections: map[string]string{"context": "Peu d’emplois. Il pleut. On s’entraide. Rien."}}
	of := func(coder string, start, end int, code string) casestudy.Passage {
		return casestudy.Passage{Section: "context", Start: start, End: end, List: "domain", Code: code, Coder: coder}
	}
	coding := casestudy.Compare([]casestudy.Coded{{Case: "cas", Text: text, Passages: []casestudy.Passage{of("a", 0, 5, "EMP"), of("b", 0, 8, "EMP"), of("a", 16, 20, "ENV")}}}, []string{"a", "b"})
	b := casestudy.NewBase([]casestudy.Entry{{ID: "cas", Slug: "cas", State: casestudy.Published, Record: casestudy.Record{Text: text}}}, casestudytest.Names()).WithCoding(coding)
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		d, err := report.PracticeBase(c, b, report.Request{Lang: l, Path: report.OverviewPath})
		if err != nil {
			t.Fatal(err)
		}
		s, _ := practiceSection(&d, "codage")
		if len(s.Blocks) != 3 || len(s.Blocks[1].Table.Rows) != 3 || s.Blocks[1].Table.Rows[1].Cells[3].Text != lang.Number(l, 1, 2) {
			t.Errorf("%s: %+v", l, s)
		}
		if at := machine.FindString(everything(&d)); at != "" {
			t.Errorf("%s: %q is said", l, at)
		}
	}
	empty, err := report.PracticeBase(c, casestudy.NewBase(nil, casestudy.Names{}), report.Request{Lang: lang.FR, Path: report.OverviewPath})
	if err != nil || len(empty.Sections) != 0 || !strings.Contains(everything(&empty), "aucun cas") {
		t.Errorf("an empty base: %v, %q", err, everything(&empty))
	}
}
