package report_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"vigie/dataset"
	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// described is the starter edition with series that a description defines: no
// definition, no vintage, no domain. One is France's only, one the communes'
// only, one has values for regions and none for départements.
func described(t *testing.T) *edition.Content {
	t.Helper()
	c := *observatorytest.Content(t)
	series := func(code, fr, en string) indicator.Indicator {
		return indicator.Indicator{Code: indicator.Code(code), LabelFR: fr, LabelEN: en, Unit: "percent", Decimals: 1, Producer: "Personne", SourceTitle: "Essai",
			Licence: "Conditions de Personne", Nature: indicator.State, Measure: "ratio", Aggregation: "none", Method: "published"}
	}
	c.Catalogue = c.Catalogue.With([]indicator.Indicator{series("made_france", "Série de la France", "Series of France"),
		series("made_commune", "Série des communes", "Series of communes"), series("made_region", "Série des régions", "Series of regions"),
		series("made_nothing", "Série de rien", "Series of nothing")})
	row := func(code indicator.Code, at territory.Code, period string, x float64, s dataset.Status) dataset.Observation {
		return dataset.Observation{Indicator: code, Territory: at, Period: period, X: x, Status: s, Line: 2}
	}
	table := edition.Observed{Part: edition.Part{Name: "made", FileName: "made.csv"}, Today: true, Table: dataset.NewTable([]dataset.Observation{
		row("made_france", "FR", "2011", 12.5, dataset.Normal), row("made_france", "FR", "2024", 20.14, dataset.Normal), row("made_france", "DEP-08", "2024", 0, dataset.Missing),
		row("made_commune", "COM-08105", "2018", 4.5, dataset.Normal), row("made_commune", "COM-08362", "2018", 7.5, dataset.Normal),
		row("made_region", "REG-44", "2019", 1, dataset.Normal), row("made_region", "REG-84", "2020", 3, dataset.Normal), row("made_region", "REG-44", "2020", 2, dataset.Normal),
		row("made_region", "DEP-08", "2021", 0, dataset.Missing)})}
	c.Observation = maps.Clone(c.Observation)
	for _, l := range []territory.Level{territory.Region, territory.Departement, territory.Commune} {
		c.Observation[l] = append(slices.Clone(c.Observation[l]), table)
	}
	return &c
}

// TestDescribedSeries: the page of a series that a description defines says what
// is known of it, in both languages, and nothing that is empty.
func TestDescribedSeries(t *testing.T) {
	c := described(t)
	cases := []struct{ code, fr, en string }{
		{"made_france", "Série de la France, 2024 : 20,1 % pour la France entière, seule publiée.", "Series of France, 2024: 20.1% for France as a whole, the only figure published."},
		{"made_commune", "Série des communes, 2018 : de 4,5 % à Charleville-Mézières à 7,5 % à Rethel (communes).", "Series of communes, 2018: from 4.5% in Charleville-Mézières to 7.5% in Rethel (communes)."},
		{"made_region", "Série des régions, 2020 : de 2,0 % dans le Grand Est à 3,0 % en Auvergne-Rhône-Alpes (régions).", "Series of regions, 2020: from 2.0% in Grand Est to 3.0% in Auvergne-Rhône-Alpes (regions)."},
		{"made_nothing", "Série de rien : aucune valeur publiée à cet échelon.", "Series of nothing: no value published at this tier."},
	}
	years := map[string]string{"made_france": "2011 à 2024", "made_commune": "2018", "made_region": "2019 à 2021"}
	k := newChecker(c)
	for _, l := range lang.Langs {
		for _, q := range cases {
			d, err := report.Indicator(c, report.Request{Lang: l, Path: "/indicateurs/" + q.code}, indicator.Code(q.code))
			if err != nil {
				t.Fatal(err)
			}
			k.document(t, d)
			want := q.fr
			if l == lang.EN {
				want = q.en
			}
			if got := strings.ReplaceAll(d.Answer[0].Plain(), lang.NBSP, " "); got != want {
				t.Errorf("%s %s: %q; want %q", l, q.code, got, want)
			}
			said := definitionSaid(d)
			if strings.Contains(said, ": .") || strings.Contains(said, "\n\n") || strings.Contains(said, "“”") || !strings.Contains(said, "Conditions de Personne") {
				t.Errorf("%s %s: something empty is said, or the licence is not:\n%s", l, q.code, said)
			}
			if y := years[q.code]; l == lang.FR && (y == "") == strings.Contains(said, "Millésime") || !strings.Contains(said, y) && l == lang.FR {
				t.Errorf("%s: the years %q are not said:\n%s", q.code, y, said)
			}
		}
	}
	list, err := report.IndicatorList(c, report.Request{Lang: lang.EN, Path: "/indicateurs"})
	if err != nil {
		t.Fatal(err)
	}
	rows := list.Sections[0].Blocks[0].Table.Rows
	if last := rows[len(rows)-1].Cells; !strings.HasPrefix(last[0].Text, "Series of") || last[1].Text != "none" {
		t.Errorf("a series of no domain is not in the catalogue: %v", last)
	}
}

// definitionSaid is the text of the section of definition, a paragraph a line.
func definitionSaid(d report.Document) string {
	var said []string
	for _, b := range d.Sections[0].Blocks {
		if b.Text != nil {
			said = append(said, b.Text.Plain())
		}
		for _, l := range b.List {
			said = append(said, l.Plain())
		}
	}
	return strings.ReplaceAll(strings.Join(said, "\n"), lang.NBSP, " ")
}
