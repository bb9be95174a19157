package source

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"vigie/data"
	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

func catalogue(tb testing.TB) *indicator.Catalogue {
	tb.Helper()
	c, err := starterCatalogue()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

var starterCatalogue = sync.OnceValues(func() (*indicator.Catalogue, error) {
	raw, err := data.Read("starter/indicators.csv")
	if err != nil {
		return nil, err
	}
	return indicator.ParseCatalogue(bytes.NewReader(raw), "indicators.csv")
})

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

// vintage is the geography of a year as the starter content has it; that of
// 2015 is the one before the regions were merged.
func vintage(tb testing.TB, year int) *territory.Vintage {
	tb.Helper()
	v, err := vintages(year)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

var vintages = func() func(int) (*territory.Vintage, error) {
	known := map[int]*territory.Vintage{}
	return func(year int) (*territory.Vintage, error) {
		if v := known[year]; v != nil {
			return v, nil
		}
		epci, communes := "epci.csv", "communes.csv.gz"
		if year == 2021 {
			epci, communes = "epci_2021.csv", "communes_2021.csv.gz"
		}
		var all [5][]byte
		for i, name := range []string{"national.csv", "regions.csv", "departements.csv", epci, communes} {
			b, err := data.Read("starter/territories/" + name)
			if err != nil {
				return nil, err
			}
			all[i] = b
		}
		v, err := territory.ParseVintage(max(year, 2021), territory.Files{National: all[0], Regions: all[1], Departements: all[2], EPCI: all[3], Communes: all[4]})
		if err == nil && year == 2015 {
			v = territory.Before2016(v)
		}
		known[year] = v
		return v, err
	}
}()

// The counts are those of the files' own description; each observation's line
// holds its territory and its value.
func TestStarterFiles(t *testing.T) {
	cases := []struct {
		level                         string
		rows, territories, indicators int
		byStatus                      []StatusCount
	}{
		{"region", 24253, 20, 140, []StatusCount{{"A", 23604}, {"P", 517}, {"E", 128}, {"M", 4}}},
		{"departement", 112694, 101, 124, []StatusCount{{"A", 110166}, {"P", 2524}, {"M", 4}}},
		{"epci", 18683, 1254, 12, []StatusCount{{"A", 18683}}},
		{"commune", 594145, 34965, 16, []StatusCount{{"A", 559850}, {"S", 34153}, {"M", 142}}},
	}
	for _, c := range cases {
		file := "observations_" + c.level + ".csv.gz"
		raw, err := data.FS.ReadFile("starter/" + file)
		if err != nil {
			t.Fatal(err)
		}
		d := description(t, "vigie_starter_"+c.level)
		if !d.Matches(file) {
			t.Errorf("%s does not fit its description", file)
		}
		table, report, err := Read(t.Context(), d, file, bytes.NewReader(raw), int64(len(raw)), Env{Vintage: vintage(t, d.Vintage), Catalogue: catalogue(t)})
		if err != nil {
			t.Fatal(err)
		}
		if table.Rows() != c.rows || report.Rows != c.rows || report.Kept != c.rows || !slices.Equal(report.ByStatus, c.byStatus) {
			t.Errorf("%s: %d rows, %+v", c.level, table.Rows(), report)
		}
		if report.Territories != c.territories || report.Indicators != c.indicators {
			t.Errorf("%s: %d territories, %d indicators", c.level, report.Territories, report.Indicators)
		}
		checkLines(t, d, file, raw, table)
	}
}

// checkLines reads one line per column back and finds the observation there.
func checkLines(t *testing.T, d *Description, file string, raw []byte, table *dataset.Table) {
	t.Helper()
	want := map[int]dataset.Observation{}
	for i := range table.Columns {
		c := &table.Columns[i]
		o, _ := c.At(c.Territory[(i*7)%len(c.Territory)]) // taken from the column
		want[int(o.Line)] = o
	}
	lines, err := Lines(t.Context(), d, file, bytes.NewReader(raw), int64(len(raw)), slices.Collect(maps.Keys(want)))
	if err != nil || len(lines) != len(want) {
		t.Fatal(len(lines), err)
	}
	for n, o := range want {
		cells := strings.Split(lines[n], ",")
		x, err := strconv.ParseFloat(cells[3], 64)
		if cells[0] != string(o.Indicator) || cells[1] != string(o.Territory) || cells[2] != o.Period || o.OK() != (err == nil) || o.OK() && x != o.X {
			t.Errorf("%s, line %d: %q for %+v", file, n, lines[n], o)
		}
	}
}

func BenchmarkReadCommune(b *testing.B) {
	raw, err := data.FS.ReadFile("starter/observations_commune.csv.gz")
	if err != nil {
		b.Fatal(err)
	}
	d, env := description(b, "vigie_starter_commune"), Env{Vintage: vintage(b, 2021), Catalogue: catalogue(b)}
	b.ReportAllocs()
	for b.Loop() {
		table, _, err := Read(context.Background(), d, "observations_commune.csv.gz", bytes.NewReader(raw), int64(len(raw)), env)
		if err != nil || table.Rows() != 594145 {
			b.Fatal(table.Rows(), err)
		}
	}
	b.ReportMetric(594145*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
