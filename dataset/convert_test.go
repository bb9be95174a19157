package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/data"
	"vigie/indicator"
	"vigie/territory"
)

// Made-up geographies: A and B merge, S splits off its part T, C changes code,
// D goes from one EPCI to the other.
const (
	national = "code,label_fr\nFR,France\nFM,Métropole\n"
	regions  = "code,label\nREG-11,Une\n"
	deps     = "code,label,region\nDEP-01,Un,REG-11\n"
	epcis    = "code,label\nEPCI-100000001,CC Un\nEPCI-100000002,CC Deux\n"
	head     = "code,label,departement,region,epci,population\n"
)

func madeUp(t testing.TB, year int, communes string) *territory.Vintage {
	t.Helper()
	var b strings.Builder
	b.WriteString(head)
	for _, line := range strings.Fields(communes) {
		cell := strings.Split(line, ":")
		b.WriteString("COM-" + cell[0] + ",Commune " + cell[0] + ",DEP-01,REG-11,EPCI-10000000" + cell[1] + "," + cell[2] + "\n")
	}
	v, err := territory.ParseVintage(year, territory.Files{National: []byte(national), Regions: []byte(regions), Departements: []byte(deps),
		EPCI: []byte(epcis), Communes: []byte(b.String())})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func madeUpCrossing(t testing.TB) *territory.Crossing {
	t.Helper()
	before := madeUp(t, 2021, "01001:1:100 01002:1:300 01003:1:50 01004:1:80 01005:2:400 01006:2:20")
	after := madeUp(t, 2026, "01001:1:400 01013:1:50 01004:2:80 01005:2:300 01015:2:100 01006:2:20")
	p, err := territory.NewPassage(before, after, territory.Changes{
		{Kind: territory.MergedInto, Old: "COM-01002", New: "COM-01001"},
		{Kind: territory.CodeChanged, Old: "COM-01003", New: "COM-01013"},
		{Kind: territory.Split, Old: "COM-01005", New: "COM-01015"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.Crossing(nil)
}

var series = map[indicator.Code]*indicator.Indicator{
	"births":     {Code: "births", Aggregation: "sum", Unit: "count", Nature: indicator.Count},
	"population": {Code: "population", Aggregation: "sum", Unit: "count", Nature: indicator.Count},
	"rate":       {Code: "rate", Aggregation: "ratio", Numerator: "births", Denominator: "population", Unit: "per_1000"},
	"income":     {Code: "income", Aggregation: "none", Measure: indicator.Median, Unit: "euro"},
}

func madeUpIndicator(c indicator.Code) (*indicator.Indicator, bool) { i, ok := series[c]; return i, ok }

func row(code indicator.Code, at territory.Code, x float64, s Status) Observation {
	return Observation{Indicator: code, Territory: at, Period: "2018", X: x, Status: s}
}

func madeUpTable() *Table {
	nan := math.NaN()
	return NewTable([]Observation{
		row("births", "COM-01001", 1, Normal), row("births", "COM-01002", 5, Provisional), row("births", "COM-01003", 2, Normal),
		row("births", "COM-01004", nan, Secret), row("births", "COM-01005", 8, Normal), row("births", "COM-01006", nan, Missing),
		row("population", "COM-01001", 100, Normal), row("population", "COM-01002", 300, Normal), row("population", "COM-01003", 50, Normal),
		row("population", "COM-01004", 80, Normal), row("population", "COM-01005", 400, Normal), row("population", "COM-01006", 20, Normal),
		row("rate", "COM-01001", 10, Normal), row("rate", "COM-01002", 16.7, Normal), row("rate", "COM-01003", 40, Normal), row("rate", "COM-01005", 20, Normal),
		row("income", "COM-01001", 20_000, Normal), row("income", "COM-01003", 21_000, Normal), row("income", "COM-01005", 22_000, Normal),
		row("births", "COM-09999", 7, Normal),
		row("population", "EPCI-100000001", 530, Normal), row("population", "EPCI-100000002", 420, Normal), row("population", "FR", 950, Normal),
	})
}

func TestConvert(t *testing.T) {
	in := madeUpTable()
	got, said := Convert(in, Converting{Crossing: madeUpCrossing(t), Indicator: madeUpIndicator})
	nan := math.NaN()
	want := NewTable([]Observation{
		row("births", "COM-01001", 6, Provisional), row("births", "COM-01013", 2, Normal), row("births", "COM-01004", nan, Secret),
		row("births", "COM-01005", 6, Estimated), row("births", "COM-01015", 2, Estimated), row("births", "COM-01006", nan, Missing),
		row("population", "COM-01001", 400, Normal), row("population", "COM-01013", 50, Normal), row("population", "COM-01004", 80, Normal),
		row("population", "COM-01005", 300, Estimated), row("population", "COM-01015", 100, Estimated), row("population", "COM-01006", 20, Normal),
		row("rate", "COM-01001", 15, Provisional), row("rate", "COM-01013", 40, Normal), row("rate", "COM-01005", 20, Estimated), row("rate", "COM-01015", 20, Estimated),
		row("income", "COM-01013", 21_000, Normal),
		row("population", "EPCI-100000001", 530*450./530, Estimated), row("population", "EPCI-100000002", 420+530*80./530, Estimated), row("population", "FR", 950, Normal),
	})
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Error(diff)
	}
	if said.Rows() != in.Rows() {
		t.Errorf("%d rows accounted for, %d given: %+v", said.Rows(), in.Rows(), said)
	}
	wantRefused := []Refusal{{"births", "2018", noPlace, []territory.Code{"COM-09999"}}, {"income", "2018", kept[indicator.Median], []territory.Code{"COM-01001", "COM-01005"}}}
	if diff := cmp.Diff(wantRefused, said.Refused); diff != "" {
		t.Error(diff)
	}
}

// TestConvertFromCommunes: a larger tier is rebuilt exactly when the communes
// are all there, and estimated or refused when they are not.
func TestConvertFromCommunes(t *testing.T) {
	communes := NewTable([]Observation{
		row("population", "COM-01001", 100, Normal), row("population", "COM-01002", 300, Normal), row("population", "COM-01003", 50, Normal),
		row("population", "COM-01004", 80, Normal), row("population", "COM-01005", 400, Normal), row("population", "COM-01006", 20, Normal),
	})
	in := NewTable([]Observation{row("population", "EPCI-100000001", 530, Normal), row("income", "EPCI-100000001", 20_000, Normal), row("rate", "EPCI-100000001", 9, Normal)})
	got, said := Convert(in, Converting{Crossing: madeUpCrossing(t), Indicator: madeUpIndicator, Communes: communes})
	want := NewTable([]Observation{row("population", "EPCI-100000001", 450, Normal), row("population", "EPCI-100000002", 500, Estimated)})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if said.Rows() != 3 || len(said.Refused) != 2 {
		t.Errorf("%+v", said)
	}
}

// TestConvertProperties: on random counts totals are preserved over mergers and
// splits, every observation is accounted for, and what is on unchanged ground
// comes back as it was.
func TestConvertProperties(t *testing.T) {
	c := realCrossing(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		var rows []Observation
		total := 0.0
		for _, v := range c.From.ByLevel(territory.Commune) {
			x := float64(random.IntN(10_000))
			total += x
			rows = append(rows, row("population", v.Code, x, Normal))
			if random.IntN(10) > 0 {
				rows = append(rows, row("income", v.Code, 1_000+x, Normal))
			}
		}
		in := NewTable(rows)
		out, said := Convert(in, Converting{Crossing: c, Indicator: madeUpIndicator})
		if said.Rows() != in.Rows() {
			t.Fatalf("%d rows accounted for, %d given", said.Rows(), in.Rows())
		}
		sum := 0.0
		for _, x := range out.Column("population", "2018").X {
			sum += x
		}
		if math.Abs(sum-total) > 1e-6*total {
			t.Errorf("total %v becomes %v", total, sum)
		}
		back, _ := Convert(out, Converting{Crossing: c.Reversed(), Indicator: madeUpIndicator})
		for _, code := range []indicator.Code{"population", "income"} {
			was, is := in.Column(code, "2018"), back.Column(code, "2018")
			for k, at := range was.Territory {
				if _, alone := c.Alone(at); !alone {
					continue
				}
				if o, ok := is.At(at); !ok || o.X != was.X[k] || o.Status != was.Status[k] {
					t.Fatalf("%s %s: %v comes back as %+v", code, at, was.X[k], o)
				}
			}
		}
	}
}

// realCrossing is that of the embedded geographies, every old commune counting
// as many persons as its label has letters.
var realCrossing = func() func(testing.TB) *territory.Crossing {
	var once sync.Once
	var c *territory.Crossing
	return func(t testing.TB) *territory.Crossing {
		t.Helper()
		once.Do(func() {
			p := realPassage(t)
			c = p.Crossing(func(c territory.Code) float64 { return float64(len(p.Old.Label(c))) })
		})
		return c
	}
}()

func realPassage(t testing.TB) *territory.Passage {
	t.Helper()
	f := territory.Files{National: embedded(t, "national.csv"), Regions: embedded(t, "regions.csv"), Departements: embedded(t, "departements.csv"),
		EPCI: embedded(t, "epci.csv"), Communes: embedded(t, "communes.csv.gz")}
	now, err := territory.ParseVintage(2026, f)
	if err != nil {
		t.Fatal(err)
	}
	f.EPCI, f.Communes = embedded(t, "epci_2021.csv"), embedded(t, "communes_2021.csv.gz")
	before, err := territory.ParseVintage(2021, f)
	if err != nil {
		t.Fatal(err)
	}
	events, err := territory.ParseChanges("2021", "2026", embedded(t, "changes_2021_2026.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := territory.NewPassage(before, now, events)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func embedded(t testing.TB, name string) []byte {
	t.Helper()
	b, err := data.FS.ReadFile("starter/territories/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if b, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestLong(t *testing.T) {
	in := NewTable([]Observation{row("births", "COM-01001", 1.0/3, Normal), row("births", "COM-01002", math.NaN(), Secret), row("births", "COM-01003", 1e6, Estimated)})
	rows, err := csv.NewReader(bytes.NewReader(in.Long())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"indicator", "territory", "period", "value", "status"}, {"births", "COM-01001", "2018", strconv.FormatFloat(1.0/3, 'f', -1, 64), "A"},
		{"births", "COM-01002", "2018", "", "S"}, {"births", "COM-01003", "2018", "1000000", "E"}}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("%q", rows)
	}
}

// TestTerms: what a converted observation is said to be made from gives it
// again, whatever way it was made.
func TestTerms(t *testing.T) {
	communes := madeUpTable()
	for _, with := range []Converting{
		{Crossing: madeUpCrossing(t), Indicator: madeUpIndicator},
		{Crossing: madeUpCrossing(t), Indicator: madeUpIndicator, Communes: communes},
	} {
		in := madeUpTable()
		out, _ := Convert(in, with)
		made := 0
		for i := range out.Columns {
			c := &out.Columns[i]
			for k, to := range c.Territory {
				terms := Terms(in, with, c.Indicator, c.Period, to)
				num, den := 0.0, math.NaN()
				for _, m := range terms {
					switch {
					case !m.Under:
						num += m.X * m.Factor
					case math.IsNaN(den):
						den = m.X * m.Factor
					default:
						den += m.X * m.Factor
					}
				}
				x := num
				if !math.IsNaN(den) {
					x = num / den * series[c.Indicator].Scale()
				}
				if len(terms) == 0 || math.Abs(x-c.X[k]) > 1e-9 || math.IsNaN(x) != math.IsNaN(c.X[k]) {
					t.Errorf("%s %s: %v; its terms give %v: %+v", c.Indicator, to, c.X[k], x, terms)
				}
				made++
			}
		}
		if made != out.Rows() || made < 15 {
			t.Errorf("%d observations looked at", made)
		}
	}
}
