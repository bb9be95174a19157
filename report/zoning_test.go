package report_test

import (
	"strings"
	"testing"

	"vigie/edition"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// zoned is the starter edition with a zoning of two zones.
func zoned(t *testing.T) *edition.Content {
	t.Helper()
	c := *observatorytest.Content(t)
	c.Zonings = []edition.Zoning{{Zoning: &territory.Zoning{Code: "pays", LabelFR: "pays inventé", LabelEN: "made-up district", Year: c.Territory.Year, Zones: []territory.Zone{
		{Code: "1", Label: "Ardennes d'en haut", Members: []territory.Member{{Commune: "COM-08105", Line: 2}, {Commune: "COM-08362", Line: 3}}},
		{Code: "2", Label: "Ailleurs", Members: []territory.Member{{Commune: "COM-59350", Line: 4}}}}},
		Part: edition.Part{FileName: "pays.csv", File: "0123abcd"}, Title: "Pays inventés", Producer: "Personne", Licence: "Aucune", Vintage: 2021}}
	return &c
}

// TestComposerZoning: a zone is looked for by its name or that of a commune,
// chosen, and fills the list; all without script, in both languages.
func TestComposerZoning(t *testing.T) {
	c := zoned(t)
	cases := []struct {
		query      map[string][]string
		fr, en     string // among what is said
		rows       int
		name, list string
	}{
		{nil, "pays inventé (2 zones)", "made-up district (2 zones)", 0, "", ""},
		{map[string][]string{"zonage": {"pays"}}, "2 zones sur 2", "2 zones of 2", 2, "", ""},
		{map[string][]string{"zonage": {"pays"}, "cherche": {"ARDENNES"}}, "Une zone sur 2", "One zone of 2", 1, "", ""},
		{map[string][]string{"zonage": {"pays"}, "cherche": {"lille"}}, "Communes de 2021 ramenées à la géographie de 2026", "Communes of 2021 brought to the geography of 2026", 1, "", ""},
		{map[string][]string{"zonage": {"pays"}, "cherche": {"Brest"}}, "Aucune zone", "No zone", 0, "", ""},
		{map[string][]string{"zonage": {"rien"}}, "pays inventé (2 zones)", "made-up district (2 zones)", 0, "", ""},
		{map[string][]string{"zonage": {"pays"}, "zone": {"1"}}, "les 2 communes de la zone « Ardennes d’en haut » (pays inventé)", "the 2 communes of “Ardennes d’en haut” (made-up district)", 0,
			"Ardennes d'en haut (pays inventé)", "08105 Charleville-Mézières\n08362 "},
		{map[string][]string{"zonage": {"pays"}, "zone": {"9"}}, "pays inventé (2 zones)", "made-up district (2 zones)", 0, "", ""},
	}
	k := newChecker(c)
	for _, l := range lang.Langs {
		for _, q := range cases {
			d, err := report.Composer(c, report.Request{Lang: l, Path: report.ComposerPath, Query: q.query})
			if err != nil {
				t.Fatal(err)
			}
			k.document(t, d)
			said, name, list, rows := composerSaid(d)
			want := q.fr
			if l == lang.EN {
				want = q.en
			}
			if !strings.Contains(strings.ReplaceAll(said, lang.NBSP, " "), want) || rows != q.rows || name != q.name || !strings.HasPrefix(list, q.list) || (q.list == "") != (list == "") {
				t.Errorf("%s %v: %d rows, name %q, list %q, said %q; want %q", l, q.query, rows, name, list, said, want)
			}
		}
	}
	plain, err := report.Composer(observatorytest.Content(t), report.Request{Lang: lang.FR, Path: report.ComposerPath, Query: map[string][]string{"zonage": {"pays"}}})
	if err != nil || plain.Sections[0].ID != "composer" {
		t.Errorf("an edition without zonings has a section for them: %v, %v", plain.Sections[0].ID, err)
	}
}

// composerSaid gathers what a form says: its text and options, the name and the
// list that it holds, the rows of its table.
func composerSaid(d report.Document) (said, name, list string, rows int) {
	for _, p := range d.Answer {
		said += p.Plain() + "\n"
	}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			said += b.Text.Plain() + b.Note.Plain() + "\n"
			if b.Table != nil {
				rows = len(b.Table.Rows)
				said += strings.Join(b.Table.Notes, "\n")
			}
			if b.Form == nil {
				continue
			}
			for _, f := range b.Form.Fields {
				for _, o := range f.Options {
					said += o.Label + "\n"
				}
				switch f.Name {
				case report.NameInput:
					name = f.Value
				case report.ListInput:
					list = f.Value
				}
			}
		}
	}
	return said, name, list, rows
}

// TestComposedFromZone: a territory that is exactly a zone says which, with the
// file and the way back to it.
func TestComposedFromZone(t *testing.T) {
	c := zoned(t)
	for _, k := range []struct {
		codes []territory.Code
		said  bool
	}{{[]territory.Code{"COM-08105", "COM-08362"}, true}, {[]territory.Code{"COM-08105"}, false}} {
		in, err := territory.Compose("À moi", c.Territory.Year, k.codes)
		if err != nil {
			t.Fatal(err)
		}
		d, err := report.Territory(c.With(in), report.Request{Lang: lang.FR, Path: "/territoires/" + string(in.Code)}, in.Code)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, s := range d.Sections {
			for _, b := range s.Blocks {
				text := b.Note.Plain()
				if strings.Contains(text, "exactement celles de la zone") {
					found = strings.Contains(text, "pays.csv") && b.Note[1].Href == "/territoires/composer?cherche=1&zonage=pays"
				}
			}
		}
		if found != k.said {
			t.Errorf("%v: said %v; want %v", k.codes, found, k.said)
		}
	}
}
