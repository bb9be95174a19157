package store

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/territory"
)

// syntheticTable returns a table of made-up values with the shape of the
// communes' file: columns × territories rows.
func syntheticTable(columns, territories int) *dataset.Table {
	rng := rand.New(rand.NewPCG(1, 2))
	t := &dataset.Table{}
	for c := range columns {
		col := dataset.Column{Indicator: indicator.Code(fmt.Sprintf("synthetic_%03d", c/2)), Period: fmt.Sprint(2018 + c%2)}
		for i := range territories {
			x, s := math.Round(rng.NormFloat64()*1e4)/100, dataset.Normal
			if rng.IntN(20) == 0 {
				x, s = math.NaN(), dataset.Secret
			}
			col.Territory = append(col.Territory, territory.Code(fmt.Sprintf("COM-%05d", i)))
			col.X = append(col.X, x)
			col.Status = append(col.Status, s)
			col.Line = append(col.Line, int32(2+c+i*columns))
		}
		t.Columns = append(t.Columns, col)
	}
	return t
}

func TestTableRoundTrip(t *testing.T) {
	cases := []struct {
		name                 string
		columns, territories int
	}{
		{"empty", 0, 0}, {"one row", 1, 1}, {"small columns", 300, 18}, {"several row groups", 7, 35_000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := syntheticTable(c.columns, c.territories)
			b, err := EncodeTable(in)
			if err != nil {
				t.Fatal(err)
			}
			again, err := EncodeTable(in)
			if err != nil || !bytes.Equal(b, again) {
				t.Fatalf("EncodeTable twice: bytes differ, err = %v", err)
			}
			out, err := DecodeTable(b)
			if err != nil {
				t.Fatal(err)
			}
			if !sameTable(in, out) {
				t.Error("DecodeTable(EncodeTable(t)) is another table")
			}
		})
	}
}

// sameTable compares large tables faster than cmp, to the bit.
func sameTable(a, b *dataset.Table) bool {
	return slices.EqualFunc(a.Columns, b.Columns, func(a, b dataset.Column) bool {
		return a.Indicator == b.Indicator && a.Period == b.Period && slices.Equal(a.Territory, b.Territory) &&
			slices.Equal(a.Status, b.Status) && slices.Equal(a.Line, b.Line) &&
			slices.EqualFunc(a.X, b.X, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
	})
}

func TestTableRoundTripProperty(t *testing.T) {
	row := rapid.Custom(func(t *rapid.T) dataset.Observation {
		o := dataset.Observation{
			Indicator: indicator.Code(rapid.StringN(1, 6, -1).Draw(t, "indicator")),
			Territory: territory.Code(rapid.StringN(1, 6, -1).Draw(t, "territory")),
			Period:    rapid.SampledFrom([]string{"2018", "2021", "2022-Q3", ""}).Draw(t, "period"),
			X:         rapid.Float64().Draw(t, "x"),
			Status:    rapid.SampledFrom([]dataset.Status("APESM")).Draw(t, "status"),
			Line:      rapid.Int32().Draw(t, "line"),
		}
		if !o.Status.HasValue() {
			o.X = math.NaN()
		}
		return o
	})
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfDistinct(row, func(o dataset.Observation) [3]string {
			return [3]string{string(o.Indicator), o.Period, string(o.Territory)}
		}).Draw(t, "rows")
		in := dataset.NewTable(rows)
		b, err := EncodeTable(in)
		if err != nil {
			t.Fatal(err)
		}
		out, err := DecodeTable(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(in, out, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("DecodeTable(EncodeTable(t)): %s", d)
		}
	})
}

func TestEncodeTableRefuses(t *testing.T) {
	cases := []struct {
		name  string
		spoil func(*dataset.Table)
	}{
		{"lengths", func(t *dataset.Table) { t.Columns[0].X = t.Columns[0].X[1:] }},
		{"empty column", func(t *dataset.Table) { t.Columns[0] = dataset.Column{Indicator: "a"} }},
		{"column order", func(t *dataset.Table) { t.Columns[1].Indicator = "a" }},
		{"duplicate column", func(t *dataset.Table) { t.Columns[1] = t.Columns[0] }},
		{"territory order", func(t *dataset.Table) { t.Columns[0].Territory[1] = "A" }},
		{"secret value", func(t *dataset.Table) { t.Columns[0].X[0], t.Columns[0].Status[0] = 1, dataset.Secret }},
		{"status", func(t *dataset.Table) { t.Columns[0].Status[0] = 'Z' }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			in := syntheticTable(2, 3)
			c.spoil(in)
			if _, err := EncodeTable(in); err == nil || fault.KindOf(err) != fault.Invalid {
				t.Errorf("EncodeTable(spoiled) = %v; want an Invalid fault", err)
			}
		})
	}
}

func FuzzDecodeTable(f *testing.F) {
	for _, n := range []int{0, 1, 30} {
		b, err := EncodeTable(syntheticTable(n, n))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := DecodeTable(b)
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok || fault.Do(err) == "" {
				t.Errorf("DecodeTable error %v is not a fault with a remedy", err)
			}
			return
		}
		if _, err := EncodeTable(table); err != nil {
			t.Errorf("EncodeTable(DecodeTable(b)) = %v", err)
		}
	})
}

func BenchmarkEncodeTable(b *testing.B) {
	t := syntheticTable(21, 35_715) // 750,015 rows
	for b.Loop() {
		out, err := EncodeTable(t)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(out)), "file-bytes")
	}
}

func BenchmarkDecodeTable(b *testing.B) {
	bytes, err := EncodeTable(syntheticTable(21, 35_715))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := DecodeTable(bytes); err != nil {
			b.Fatal(err)
		}
	}
}
