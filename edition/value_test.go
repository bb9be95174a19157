package edition_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"vigie/dataset"
	"vigie/edition"
	"vigie/indicator"
	"vigie/territory"
)

// synthetic is a made-up country: one region, one département, one EPCI; the
// old communes A and B are merged into A, C is split into C and D, E stays.
func synthetic(t *testing.T, rows ...dataset.Observation) *edition.Content {
	t.Helper()
	vintage := func(year int, communes ...string) *territory.Vintage {
		text := "code,label,departement,region,epci\n"
		for _, c := range communes {
			text += fmt.Sprintf("COM-%s,Commune fictive %s,DEP-01,REG-84,EPCI-200000001\n", c, c)
		}
		v, err := territory.ParseVintage(year, territory.Files{
			National: []byte("code,label_fr\nFR,France\nFM,France métropolitaine\n"), Regions: []byte("code,label\nREG-84,Région fictive\n"),
			Departements: []byte("code,label,region\nDEP-01,Département fictif,REG-84\n"), EPCI: []byte("code,label\nEPCI-200000001,CC fictive\n"),
			Communes: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	before, now := vintage(2021, "01001", "01002", "01003", "01005"), vintage(2026, "01001", "01003", "01004", "01005")
	passage, err := territory.NewPassage(before, now, territory.Changes{
		{Kind: territory.MergedInto, Old: "COM-01002", New: "COM-01001"}, {Kind: territory.Split, Old: "COM-01003", New: "COM-01004"}})
	if err != nil {
		t.Fatal(err)
	}
	return edition.New(&edition.Content{Manifest: &edition.Manifest{Number: "2026-1"}, Territory: now, Former: before, Passage: passage,
		Catalogue:   catalogue(t),
		Observation: map[territory.Level][]edition.Observed{territory.Commune: {{Part: edition.Part{Name: "communes"}, Table: dataset.NewTable(rows)}}}})
}

// catalogue has a rate, its two counts and a median.
func catalogue(t *testing.T) *indicator.Catalogue {
	t.Helper()
	head := "code,domain,label_fr,label_en,definition_fr,unit,decimals,direction,numerator,denominator,aggregation,producer,source_title,source_page,licence,vintage,origin,nature,in_index,notes,method"
	row := func(code, unit, num, den, aggregation, nature string) string {
		return strings.Join([]string{code, "EMP", "Essai", "Trial", "Essai.", unit, "1", "1", num, den, aggregation, "Personne", "Essai", "https://example.org",
			"Licence Ouverte", "2018", "primary", nature, "no", "", "essai"}, ",")
	}
	c, err := indicator.ParseCatalogue(strings.NewReader(strings.Join([]string{head, row("synth_rate", "percent", "synth_part", "synth_whole", "ratio", "state"),
		row("synth_part", "count", "", "", "sum", "count"), row("synth_whole", "count", "", "", "sum", "count"), row("synth_median", "euro", "", "", "none", "state"), ""}, "\n")), "essai.csv")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func obs(code indicator.Code, at territory.Code, x float64, status dataset.Status, line int32) dataset.Observation {
	return dataset.Observation{Indicator: code, Territory: at, Period: "2018", X: x, Status: status, Line: line}
}

// TestValue: by hand, what is recomputed and what is not.
func TestValue(t *testing.T) {
	const a, b, c, e territory.Code = "COM-01001", "COM-01002", "COM-01003", "COM-01005"
	whole := []dataset.Observation{obs("synth_part", a, 10, 'A', 2), obs("synth_part", b, 5, 'P', 3), obs("synth_part", c, 7, 'A', 4), obs("synth_part", e, 1, 'A', 5),
		obs("synth_whole", a, 100, 'A', 6), obs("synth_whole", b, 50, 'A', 7), obs("synth_whole", c, 70, 'A', 8), obs("synth_whole", e, 0, 'A', 9),
		obs("synth_median", a, 20_000, 'A', 10), obs("synth_median", e, 21_000, 'A', 11)}
	secret := append([]dataset.Observation{}, whole...)
	secret[1] = obs("synth_part", b, math.NaN(), dataset.Secret, 3)
	cases := []struct {
		name   string
		rows   []dataset.Observation
		code   indicator.Code
		at     territory.Code
		ok     bool
		x      float64
		status dataset.Status
		basis  int
	}{
		{"merged: counts add up", whole, "synth_part", a, true, 15, dataset.Provisional, 2},
		{"merged: the ratio of the sums, not the mean of the ratios", whole, "synth_rate", a, true, 10, dataset.Provisional, 4},
		{"merged: one secret count hides the sum", secret, "synth_part", a, true, math.NaN(), dataset.Secret, 2},
		{"merged: one secret count hides the ratio", secret, "synth_rate", a, true, math.NaN(), dataset.Secret, 4},
		{"merged: no median", whole, "synth_median", a, false, 0, 0, 0},
		{"absorbed: gone", whole, "synth_part", b, false, 0, 0, 0},
		{"split: what stays has none", whole, "synth_part", c, false, 0, 0, 0},
		{"split: what left has none", whole, "synth_rate", "COM-01004", false, 0, 0, 0},
		{"unchanged: its own", whole, "synth_median", e, true, 21_000, dataset.Normal, 1},
		{"nothing over zero is missing", whole, "synth_rate", e, true, math.NaN(), dataset.Missing, 2},
		{"an EPCI with a split commune has no sum", whole, "synth_part", "EPCI-200000001", false, 0, 0, 0},
		{"no such indicator", whole, "nothing", a, false, 0, 0, 0},
	}
	for _, k := range cases {
		v, ok := synthetic(t, k.rows...).Value(k.code, k.at, "2018")
		same := v.X == k.x || math.IsNaN(v.X) && math.IsNaN(k.x)
		if ok != k.ok || ok && (!same || v.Status != k.status || len(v.Basis) != k.basis) {
			t.Errorf("%s: %v, %c from %d rows, %v; want %v, %c from %d, %v", k.name, v.X, v.Status, len(v.Basis), ok, k.x, k.status, k.basis, k.ok)
		}
		if ok && v.OK() == math.IsNaN(v.X) {
			t.Errorf("%s: OK() = %v with %v", k.name, v.OK(), v.X)
		}
	}
}
