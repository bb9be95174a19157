package dataset_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

func observations() []dataset.Observation {
	var rows []dataset.Observation
	for i := range 3 {
		for p := range 2 {
			for k := range 5 {
				rows = append(rows, dataset.Observation{
					Indicator: indicator.Code(fmt.Sprint("i", i)), Territory: territory.Code(fmt.Sprint("DEP-0", k)),
					Period: fmt.Sprint(2020 + p), X: float64(len(rows)), Status: dataset.Normal, Line: int32(len(rows) + 2),
				})
			}
		}
	}
	return rows
}

func TestTableDoesNotDependOnOrder(t *testing.T) {
	rows := observations()
	want := dataset.NewTable(rows)
	if len(want.Columns) != 6 || want.Rows() != 30 {
		t.Fatalf("%d columns, %d rows", len(want.Columns), want.Rows())
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if d := cmp.Diff(want, dataset.NewTable(rows)); d != "" {
			t.Fatal(d)
		}
	}
	o, ok := want.Column("i1", "2021").At("DEP-03")
	if !ok || o.X != 18 || o.Line != 20 || len(want.Periods("i1")) != 2 || want.Column("i9", "2021") != nil {
		t.Errorf("found %+v, %v", o, ok)
	}
}

func TestBuilderNamesDuplicates(t *testing.T) {
	var b dataset.Builder
	rows := observations()
	for i, o := range append(rows, rows[7], rows[3]) {
		o.Line = int32(i + 1)
		b.Add(o)
	}
	table, twice := b.Table()
	want := []dataset.Duplicate{
		{Indicator: "i0", Territory: "DEP-02", Period: "2021", First: 8, Second: 31},
		{Indicator: "i0", Territory: "DEP-03", Period: "2020", First: 4, Second: 32},
	}
	if d := cmp.Diff(want, twice); d != "" || table != nil {
		t.Error(d, table)
	}
	defer func() {
		if recover() == nil {
			t.Error("NewTable took a duplicate")
		}
	}()
	dataset.NewTable(append(rows, rows[0]))
}

func TestValidPeriod(t *testing.T) {
	for _, s := range []string{"2022", "1982-Q1", "2024-Q4", "2022-01", "2022-12", "1800", "2199"} {
		if !dataset.ValidPeriod(s) {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range []string{"", "22", "2022-Q0", "2022-Q5", "2022-13", "2022-00", "2022-1", "2022-T3", "1799", "2200", "20a2", "2022-Q33", "2022Q3"} {
		if dataset.ValidPeriod(s) {
			t.Errorf("%q is taken", s)
		}
	}
}
