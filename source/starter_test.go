package source

import (
	"bytes"
	"context"
	"testing"

	"vigie/data"
	"vigie/indicator"
	"vigie/territory"
)

func catalogue(tb testing.TB) *indicator.Catalogue {
	tb.Helper()
	raw, err := data.Read("starter/indicators.csv")
	if err != nil {
		tb.Fatal(err)
	}
	c, err := indicator.ParseCatalogue(bytes.NewReader(raw), "indicators.csv")
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func description(tb testing.TB, name string) *Description {
	tb.Helper()
	raw, err := data.Read("source/" + name + ".toml")
	if err != nil {
		tb.Fatal(err)
	}
	d, err := ParseDescription(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// anywhere knows every territory of the right form: the territories' own tests
// hold the real lists.
func anywhere(territory.Code) bool { return true }

func BenchmarkReadCommune(b *testing.B) {
	raw, err := data.FS.ReadFile("starter/observations_commune.csv.gz")
	if err != nil {
		b.Fatal(err)
	}
	d, env := description(b, "vigie_starter_commune"), Env{Known: anywhere, Catalogue: catalogue(b)}
	b.ReportAllocs()
	for b.Loop() {
		table, _, err := Read(context.Background(), d, "observations_commune.csv.gz", bytes.NewReader(raw), env)
		if err != nil || table.Rows() != 594145 {
			b.Fatal(table.Rows(), err)
		}
	}
	b.ReportMetric(594145*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
