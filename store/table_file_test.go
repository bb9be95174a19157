package store

import (
	"math"
	"slices"
	"testing"

	"vigie/fault"
)

// TestTableFileColumn: every column read alone is that of the whole table.
func TestTableFileColumn(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {7, 40}, {5, 35_000}, {3, 70_000}} {
		want := syntheticTable(size[0], size[1])
		b, err := EncodeTable(want)
		if err != nil {
			t.Fatal(err)
		}
		f, err := openTable(b)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Columns(); len(got) != len(want.Columns) {
			t.Fatalf("%d columns; want %d", len(got), len(want.Columns))
		}
		for i := len(want.Columns) - 1; i >= 0; i-- {
			w := &want.Columns[i]
			got, err := f.Column(w.Indicator, w.Period)
			if err != nil {
				t.Fatal(err)
			}
			if got.Indicator != w.Indicator || got.Period != w.Period || !slices.Equal(got.Territory, w.Territory) ||
				!slices.Equal(got.Status, w.Status) || !slices.Equal(got.Line, w.Line) || !slices.EqualFunc(got.X, w.X, same) {
				t.Fatalf("%v, column %d is not that of the table", size, i)
			}
		}
		if _, err := f.Column("absent", "2022"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an absent series: %v; want NotFound", err)
		}
	}
	if _, err := openTable([]byte("PAR1PAR1")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("other bytes: %v; want Invalid", err)
	}
}

func same(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }

// BenchmarkColumn reads one indicator of 35,000 communes among twenty.
func BenchmarkColumn(b *testing.B) {
	table := syntheticTable(20, 35_000)
	bytes, err := EncodeTable(table)
	if err != nil {
		b.Fatal(err)
	}
	f, err := openTable(bytes)
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		c := &table.Columns[i%len(table.Columns)]
		i++
		if _, err := f.Column(c.Indicator, c.Period); err != nil {
			b.Fatal(err)
		}
	}
}
