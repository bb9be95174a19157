package disclosure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// tree is a dimension whose leaves stand in groups of the given size under a
// root; a size of 0 puts the leaves right under the root.
func tree(name string, leaves, size int) Dimension {
	d := Dimension{Name: name, Root: name}
	var under, groups []string
	for i := range leaves {
		under = append(under, fmt.Sprintf("%s%03d", name, i))
		if size > 0 && (len(under) == size || i == leaves-1) {
			group := fmt.Sprintf("%sg%02d", name, len(groups))
			d.Sums = append(d.Sums, Sum{group, under})
			groups, under = append(groups, group), nil
		}
	}
	if size == 0 {
		groups = under
	}
	d.Sums = append(d.Sums, Sum{name, groups})
	return d
}

// drawn crosses dimensions with seeded counts: leaves draw their value, N is it.
func drawn(t testing.TB, r *rand.Rand, draw func() float64, dimensions ...Dimension) *Table {
	t.Helper()
	sums, value := make([]map[string][]string, len(dimensions)), map[string]float64{}
	codes := make([][]string, len(dimensions))
	for i, d := range dimensions {
		sums[i] = map[string][]string{}
		for _, s := range d.Sums {
			sums[i][s.Total] = s.Parts
		}
		var err error
		if codes[i], err = d.codes(); err != nil {
			t.Fatal(err)
		}
	}
	var sum func(key []string) float64
	sum = func(key []string) float64 {
		k := strings.Join(key, "|")
		if v, ok := value[k]; ok {
			return v
		}
		total := 0.0
		for i, code := range key {
			if len(sums[i][code]) == 0 {
				continue
			}
			for _, part := range sums[i][code] {
				next := slices.Clone(key)
				next[i] = part
				total += sum(next)
			}
			value[k] = total
			return total
		}
		value[k] = draw()
		return value[k]
	}
	var cells []Cell
	for _, key := range combinations(codes) {
		v := sum(key)
		cells = append(cells, Cell{Key: strings.Join(key, "|"), Value: v, N: int(v)})
	}
	table, err := Cross(dimensions, cells)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// rounds is how many tables a property test draws: few, or many in the long run.
func rounds(few, many int) int {
	if os.Getenv("VIGIE_LONG") == "1" {
		return many
	}
	return few
}

// skewed draws counts of which many are small, as those of small territories.
func skewed(r *rand.Rand, scale float64) func() float64 {
	return func() float64 { return math.Floor(scale * math.Exp(1.3*r.NormFloat64())) }
}

// rare lists the cells from 1 to most as sensitive, protected by a unit.
func rare(t *Table, most float64) []Sensitive {
	var list []Sensitive
	for _, c := range t.Cells() {
		if c.Value > 0 && c.Value <= most {
			list = append(list, Sensitive{c.Key, min(1, c.Value), 1})
		}
	}
	return list
}

// BenchmarkSuppress measures the promise: 100 rows by 30 columns, both with a
// hierarchy, in less than 5 s.
func BenchmarkSuppress(b *testing.B) {
	for _, size := range []float64{8, 20, 60} {
		r := rand.New(rand.NewPCG(8, 1))
		table := drawn(b, r, skewed(r, size), tree("r", 100, 10), tree("c", 30, 6))
		for _, kind := range []struct {
			name      string
			sensitive []Sensitive
		}{{"count", rare(table, 2)}, {"dominance", wide(table, r, 0.05)}} {
			b.Run(fmt.Sprintf("%s/%v", kind.name, size), func(b *testing.B) {
				for b.Loop() {
					p, err := Suppress(table, kind.sensitive, Choice{})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(len(kind.sensitive)), "sensitive")
					b.ReportMetric(float64(p.Added), "added")
					b.ReportMetric(p.Cost, "cost")
				}
			})
		}
	}
}

// wide draws a share of the cells as sensitive, with intervals of 15 % of their
// value.
func wide(t *Table, r *rand.Rand, share float64) []Sensitive {
	var list []Sensitive
	for _, c := range t.Cells() {
		if c.Value > 0 && r.Float64() < share {
			p := max(1, math.Ceil(0.15*c.Value))
			list = append(list, Sensitive{c.Key, min(p, c.Value), p})
		}
	}
	return list
}
