package source

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"vigie/data"
	"vigie/lang"
)

// TestShippedSeriesSpeakBothLanguages: each series that a shipped description
// defines has an English name, and a unit with words in both languages.
func TestShippedSeriesSpeakBothLanguages(t *testing.T) {
	files, err := fs.Glob(data.FS, "source/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f), ".toml")
		d := description(t, name)
		for _, table := range d.Tables {
			for _, s := range table.Series {
				if s.Label == "" {
					continue
				}
				n++
				if s.LabelEN == "" {
					t.Errorf("%s, %s: « %s » has no English name", name, s.Code, s.Label)
				}
				for _, l := range lang.Langs {
					if !lang.Has(l, "unit."+s.Unit+".long") && !strings.HasPrefix(s.Unit, "index_") {
						t.Errorf("%s, %s: unit %q has no words in %s", name, s.Code, s.Unit, l)
					}
				}
			}
		}
	}
	if n < 500 {
		t.Errorf("%d series looked at, 500 at least expected", n)
	}
}

// TestSeriesDefaults: a unit in a producer's words is that of the catalogue, and
// a rate has a decimal unless the description says otherwise.
func TestSeriesDefaults(t *testing.T) {
	const text = `
name = "made"
title = "Essai"
producer = "Personne"
licence = "Aucune"
vintage = 2026
levels = ["departement"]
[[table]]
[table.territory]
column = "dep"
level = "departement"
[table.period]
fixed = "2020"
[[table.series]]
code = "made"
label = "Série inventée"
column = "n"
`
	cases := []struct {
		keys, unit string
		decimals   int
	}{
		{`unit = "%"`, "percent", 1},
		{`unit = "Pour 1 000 habitants"`, "per_1000", 1},
		{"unit = \"nombre\"\nmeasure = \"count\"", "count", 0},
		{"unit = \"euros\"\ndecimals = 2", "euro", 2},
		{"unit = \"%\"\ndecimals = 0", "percent", 0},
		{`unit = "µg/m³"`, "µg/m³", 1},
	}
	for _, c := range cases {
		d, err := ParseDescription([]byte(text + c.keys))
		if err != nil {
			t.Fatal(err)
		}
		i := d.Indicators()[0]
		if i.Unit != c.unit || i.Decimals != c.decimals || i.Method != "published" || i.Vintage != "" {
			t.Errorf("%s: unit %q, %d decimals; want %q, %d", c.keys, i.Unit, i.Decimals, c.unit, c.decimals)
		}
	}
}
