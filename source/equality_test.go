package source

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"vigie/data"
	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

// departure says how the starter differs, with a reason, from what a file
// gives: by how much at most, and how many observations differ by more, have
// another status or are not in the file.
type departure struct {
	far float64
	odd int
	why string
}

// departures are the differences that are known, by source and series. Without
// an entry, values are equal within half of the second decimal, to which the
// starter rounds, and every observation is there.
var departures = map[string]departure{
	"insee_pib dev_gdp":                               {0.0501, 0, "rounded to one decimal"},
	"insee_pib dev_gdp_per_capita":                    {0.501, 0, "rounded to the euro"},
	"insee_pib dev_gdp_per_job":                       {0.501, 0, "rounded to the euro"},
	"transition_irpe env_water_abstraction":           {0.0501, 0, "rounded to one decimal"},
	"drees_minima_sociaux pau_rsa_recipients":         {0, 2, "the starter's France of 2009 and 2010 is the RMI of overseas alone: the RSA has no total"},
	"drees_minima_sociaux_longues pau_rsa_recipients": {0, 2, "the same"},
	"drees_aide_sociale aut_apa_recipients":           {0, 9, "the starter follows the long series, revised after this workbook"},
	"drees_aide_sociale lie_ase_children":             {0.5, 9, "the same; rounded to the unit"},
}

// unmet are the series, but ratios of two counts, that no shared file gives:
// the area repeated for each year of another series.
var unmet = []indicator.Code{"env_area_ha"}

// starterTables reads the starter's observations, tier by tier, once.
func starterTables(t *testing.T) map[territory.Level]*dataset.Table {
	t.Helper()
	if starterRead != nil {
		return starterRead
	}
	all := map[territory.Level]*dataset.Table{}
	for _, tier := range []territory.Level{territory.Region, territory.Departement, territory.EPCI, territory.Commune} {
		file := "observations_" + string(tier) + ".csv.gz"
		raw, err := data.FS.ReadFile("starter/" + file)
		if err != nil {
			t.Fatal(err)
		}
		d, v := description(t, "vigie_starter_"+string(tier)), vintage(t, 2026)
		if tier == territory.EPCI || tier == territory.Commune {
			v = vintage(t, 2021)
		}
		if all[tier], _, err = Read(t.Context(), d, file, bytes.NewReader(raw), int64(len(raw)), Env{Vintage: v, Catalogue: catalogue(t)}); err != nil {
			t.Fatal(err)
		}
	}
	starterRead = all
	return all
}

var starterRead map[territory.Level]*dataset.Table

// comparison is what comparing one series of one source found.
type comparison struct {
	direct, summed int // observations equal
	odd            int
	worst          float64
	first          string // of the odd
}

// compareStarter holds the starter to what a file gives: the same observations,
// and for counts the same sums of their territories.
func compareStarter(t *testing.T, source string, table *dataset.Table, v *territory.Vintage, starter map[territory.Level]*dataset.Table) map[indicator.Code]*comparison {
	t.Helper()
	found := map[indicator.Code]*comparison{}
	for i := range table.Columns {
		c := &table.Columns[i]
		in, ok := catalogue(t).Get(c.Indicator)
		if !ok {
			continue
		}
		for _, tier := range slices.Sorted(maps.Keys(starter)) {
			if s := starter[tier].Column(c.Indicator, c.Period); s != nil {
				if found[c.Indicator] == nil {
					found[c.Indicator] = &comparison{}
				}
				far := cmp.Or(departures[source+" "+string(c.Indicator)].far, 0.0051)
				found[c.Indicator].column(c, s, v, in.Aggregation == "sum", far)
			}
		}
	}
	return found
}

// column compares the starter's column s with the file's column c.
func (f *comparison) column(c, s *dataset.Column, v *territory.Vintage, sums bool, far float64) {
	has := map[territory.Level]bool{}
	finest := territory.National
	for _, code := range c.Territory {
		has[code.Level()] = true
		if slices.Index(territory.Levels[:], code.Level()) > slices.Index(territory.Levels[:], finest) {
			finest = code.Level()
		}
	}
	for _, code := range s.Territory {
		want, _ := s.At(code)
		got, ok := c.At(code)
		switch {
		case ok && got.Status == want.Status && (!got.OK() || f.near(got.X, want.X, far)):
			f.direct++
		case ok:
			f.miss(got, want)
		case has[code.Level()] && code.Level() != territory.National:
			f.miss(got, want)
		case sums:
			f.sum(c, want, v, finest, far)
		}
	}
}

// sum compares an observation with the sum of its territories of the finest
// tier, those that have a value; the starter rounds each before it adds them.
func (f *comparison) sum(c *dataset.Column, want dataset.Observation, v *territory.Vintage, finest territory.Level, far float64) {
	children := v.Children(want.Territory, finest)
	if len(children) == 0 {
		return
	}
	members := make([]territory.Code, len(children))
	for i, m := range children {
		members[i] = m.Code
	}
	sum, status := dataset.Sum(c, members), dataset.Normal
	for _, m := range members {
		if o, ok := c.At(m); ok && o.OK() {
			status = dataset.Worst(status, o.Status)
		}
	}
	if status != want.Status || !f.near(sum.Partial, want.X, far*float64(len(members))) {
		f.miss(dataset.Observation{X: sum.Partial, Status: status}, want)
		return
	}
	f.summed++
}

func (f *comparison) near(got, want, far float64) bool {
	d := math.Abs(got - want)
	if d <= far {
		f.worst = max(f.worst, d)
	}
	return d <= far
}

func (f *comparison) miss(got, want dataset.Observation) {
	f.odd++
	if f.first == "" {
		f.first = fmt.Sprintf("%s in %s: %v (%c) in the file, %v (%c) in the starter", want.Territory, want.Period, got.X, max(got.Status, '-'), want.X, want.Status)
	}
}

// equality holds the starter's figures to those of the real files, wherever
// both exist, as TestShippedReal reads them.
type equality struct {
	direct, summed int
	series         map[indicator.Code]bool
}

// hold compares one file.
func (e *equality) hold(t *testing.T, source string, table *dataset.Table, v *territory.Vintage) {
	t.Helper()
	found := compareStarter(t, source, table, v, starterTables(t))
	for _, code := range slices.Sorted(maps.Keys(found)) {
		f := found[code]
		if known := departures[source+" "+string(code)]; f.odd != known.odd {
			t.Errorf("%s: %d observations equal, %d sums equal, %d differ (%d known: %s): %s", code, f.direct, f.summed, f.odd, known.odd, known.why, f.first)
		}
		if f.direct+f.summed > 0 {
			e.series[code] = true
		}
		e.direct, e.summed = e.direct+f.direct, e.summed+f.summed
	}
}

// end says what all files have given, and refuses a series that none gives.
func (e *equality) end(t *testing.T) {
	t.Helper()
	var left []indicator.Code
	for _, in := range catalogue(t).All() {
		if !e.series[in.Code] && in.Numerator == "" {
			left = append(left, in.Code)
		}
	}
	if !slices.Equal(left, unmet) {
		t.Errorf("series that are no ratio of two counts and that no file gives: %v, want %v", left, unmet)
	}
	t.Logf("%d observations and %d sums of the starter are those of the files, in %d of its %d series", e.direct, e.summed, len(e.series), len(catalogue(t).All()))
}

// TestStarterRatios holds the starter's ratios to its counts, which are those of
// the files.
func TestStarterRatios(t *testing.T) {
	equal, series := 0, map[indicator.Code]bool{}
	for tier, table := range starterTables(t) {
		for i := range table.Columns {
			c := &table.Columns[i]
			in, _ := catalogue(t).Get(c.Indicator)
			num, den := table.Column(in.Numerator, c.Period), table.Column(in.Denominator, c.Period)
			if in.Numerator == "" || num == nil || den == nil {
				continue
			}
			for k, code := range c.Territory {
				got := dataset.Ratio(num, den, []territory.Code{code}, in.Scale())
				if d := math.Abs(got.X - c.X[k]); d <= 0.0051 {
					equal, series[in.Code] = equal+1, true
				} else {
					t.Errorf("%s, %s, %s in %s: %v, its counts give %v", tier, in.Code, code, c.Period, c.X[k], got.X)
				}
			}
		}
	}
	t.Logf("%d values of %d ratios are those of their counts", equal, len(series))
}
