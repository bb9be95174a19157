package disclosure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// flat is a dimension of n codes under a root.
func flat(name string, n int) Dimension {
	s := Sum{Total: name}
	for k := range n {
		s.Parts = append(s.Parts, fmt.Sprint(name, k))
	}
	return Dimension{Name: name, Root: name, Sums: []Sum{s}}
}

// nested is a dimension of groups of codes under a root.
func nested(name string, groups, each int) Dimension {
	d := flat(name, groups)
	for _, g := range d.Sums[0].Parts {
		d.Sums = append(d.Sums, flat(g, each).Sums[0])
	}
	return d
}

// drawnTable is a table that crosses dimensions, its inner cells drawn.
func drawnTable(t testing.TB, draw func() float64, dimensions ...Dimension) *Table {
	t.Helper()
	codes := make([][]string, len(dimensions))
	leaf := make([]map[string][]string, len(dimensions)) // leaves under a code
	for i, d := range dimensions {
		var err error
		if codes[i], err = d.codes(); err != nil {
			t.Fatal(err)
		}
		leaf[i] = map[string][]string{}
		for _, c := range slices.Backward(codes[i]) {
			k := slices.IndexFunc(d.Sums, func(s Sum) bool { return s.Total == c })
			if k < 0 {
				leaf[i][c] = []string{c}
				continue
			}
			for _, part := range d.Sums[k].Parts {
				leaf[i][c] = append(leaf[i][c], leaf[i][part]...)
			}
		}
	}
	value := map[string]float64{}
	var cells []Cell
	for _, combination := range combinations(codes) {
		under := make([][]string, len(codes))
		for i, c := range combination {
			under[i] = leaf[i][c]
		}
		sum := 0.0
		for _, inner := range combinations(under) {
			key := strings.Join(inner, "|")
			if _, ok := value[key]; !ok {
				value[key] = draw()
			}
			sum += value[key]
		}
		cells = append(cells, Cell{Key: strings.Join(combination, "|"), Value: sum})
	}
	table, err := Cross(dimensions, cells)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func counts(rng *rand.Rand, most int) func() float64 {
	return func() float64 { return float64(rng.IntN(most)) }
}

// least tries every rounding of the cells that are no totals, the totals being
// what they then are; −1 when none has adjacent multiples everywhere.
func least(t *Table, base float64) float64 {
	sum := map[int]equation{}
	for _, e := range t.sums {
		sum[e.total] = e
	}
	values, best := make([]float64, len(t.cells)), -1.0
	var total func(i int) float64
	total = func(i int) float64 {
		e, ok := sum[i]
		if !ok {
			return values[i]
		}
		values[i] = 0
		for _, p := range e.parts {
			values[i] += total(p)
		}
		return values[i]
	}
	var try func(i int)
	try = func(i int) {
		if i == len(values) {
			for k := range sum {
				total(k)
			}
			if c := CheckRounding(t, base, values); c.Additive && c.Adjacent && (best < 0 || c.Change < best) {
				best = c.Change
			}
			return
		}
		if _, ok := sum[i]; ok {
			try(i + 1)
			return
		}
		below := base * math.Floor(t.cells[i].Value/base)
		values[i] = below
		try(i + 1)
		if below != t.cells[i].Value {
			values[i] = below + base
			try(i + 1)
		}
	}
	try(0)
	return best
}

func TestRoundIsTheLeastChange(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	none := 0
	for k := range 60 {
		base := float64(2 + rng.IntN(4))
		table := drawnTable(t, counts(rng, 12), flat("a", 2), flat("b", 2+rng.IntN(2)))
		switch k % 4 {
		case 0:
			table = drawnTable(t, counts(rng, 12), nested("a", 2, 2), flat("b", 2))
		case 1:
			table = drawnTable(t, counts(rng, 12), flat("a", 2), flat("b", 2), flat("c", 2))
		case 2:
			table = drawnTable(t, counts(rng, 12), nested("a", 2, 1), nested("b", 2, 2))
		}
		want := least(table, base)
		got, err := Round(table, base, Rounding{})
		if want < 0 {
			if none++; !refused(err) {
				t.Fatalf("table %d at base %v: %+v, %v; there is no rounding", k, base, got, err)
			}
			continue
		}
		if err != nil || got.Change != want || !got.Optimal || got.Bound != want {
			t.Fatalf("table %d at base %v: %+v, %v; want a change of %v", k, base, got, err, want)
		}
	}
	if none > 20 {
		t.Errorf("%d of 60 tables have no rounding: the draw tries too little", none)
	}
}

func TestRoundKeepsItsPromises(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for k := range 12 {
		table := drawnTable(t, counts(rng, 40), nested("a", 3, 4), nested("b", 2, 3))
		if k%2 == 0 {
			table = drawnTable(t, counts(rng, 6), flat("a", 3), flat("b", 3), flat("c", 3))
		}
		got, err := Round(table, 5, Rounding{Farther: true})
		if err != nil {
			t.Fatal(err)
		}
		if c := CheckRounding(table, 5, got.Values); !c.Multiples || !c.Additive || c.Change != got.Change || got.Bound > got.Change {
			t.Errorf("table %d: %+v, %+v", k, got, c)
		}
	}
}

// A table of three dimensions may have no rounding to adjacent multiples: each
// line of this one holds a single 1, half of the base, and no choice of 0 and 2
// keeps all the sums. Farther finds a rounding.
func TestRoundWhereNoneIsAdjacent(t *testing.T) {
	inner := map[string]float64{"a0|b0|c0": 1, "a0|b1|c1": 1, "a1|b0|c1": 1, "a1|b1|c0": 1}
	table := drawnTable(t, func() float64 { return 0 }, flat("a", 2), flat("b", 2), flat("c", 2))
	cells := table.Cells()
	for i, c := range cells {
		cells[i].Value = 0
		for key, v := range inner {
			all := true
			for d, code := range strings.Split(c.Key, "|") {
				all = all && (len(code) == 1 || code == strings.Split(key, "|")[d])
			}
			if all {
				cells[i].Value += v
			}
		}
	}
	cube, err := Cross([]Dimension{flat("a", 2), flat("b", 2), flat("c", 2)}, cells)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Round(cube, 2, Rounding{}); !refused(err) {
		t.Fatalf("rounded: %+v, %v", got, err)
	}
	got, err := Round(cube, 2, Rounding{Farther: true})
	if err != nil {
		t.Fatal(err)
	}
	if c := CheckRounding(cube, 2, got.Values); !c.Multiples || !c.Additive || c.Adjacent {
		t.Errorf("%+v", c)
	}
}

func TestRoundDecimalsAndRefusals(t *testing.T) {
	table, err := Linked([]Cell{{Key: "a", Value: 0.1}, {Key: "b", Value: 0.2}, {Key: "T", Value: 0.3}}, []Sum{{"T", []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Round(table, 0.1, Rounding{})
	if err != nil || got.Change != 0 || !slices.Equal(got.Values, []float64{0.1, 0.2, 0.3}) {
		t.Errorf("multiples move: %+v, %v", got, err)
	}
	got, err = Round(table, 0.25, Rounding{})
	if err != nil || !slices.Equal(got.Values, []float64{0, 0.25, 0.25}) || math.Abs(got.Change-0.2) > 1e-15 {
		t.Errorf("base 0.25: %+v, %v", got, err)
	}
	for _, base := range []float64{0, -5, math.NaN(), math.Inf(1), 1e-300} {
		if got, err := Round(table, base, Rounding{}); !refused(err) {
			t.Errorf("base %v: %+v, %v", base, got, err)
		}
	}
}

func TestRoundStopsWithWhatItHas(t *testing.T) {
	table := drawnTable(t, counts(rand.New(rand.NewPCG(11, 12)), 40), nested("a", 4, 4), nested("b", 3, 4))
	if got, err := Round(table, 5, Rounding{Pivots: 3}); !refused(err) {
		t.Errorf("three pivots: %+v, %v", got, err)
	}
}

func TestRoundEach(t *testing.T) {
	table, err := Linked([]Cell{{Key: "a", Value: 2.5}, {Key: "b", Value: 1}, {Key: "T", Value: 3.5}}, []Sum{{"T", []string{"a", "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	got, broken, err := RoundEach(table, 5)
	if err != nil || broken != 0 || !slices.Equal(got.Values, []float64{5, 0, 5}) || got.Change != 5 {
		t.Errorf("ties up: %+v, %d, %v", got, broken, err)
	}
	if _, broken, err = RoundEach(table, 3); err != nil || broken != 0 { // 3 + 0 = 3
		t.Errorf("base 3: %d sums broken, %v", broken, err)
	}
	if _, broken, err = RoundEach(table, 1.5); err != nil || broken != 1 { // 3 + 1.5 against 3
		t.Errorf("base 1.5: %d sums broken, %v", broken, err)
	}
}

// BenchmarkRound rounds 100 × 30 cells with two hierarchies.
func BenchmarkRound(b *testing.B) {
	table := drawnTable(b, counts(rand.New(rand.NewPCG(13, 14)), 40), nested("a", 10, 10), nested("b", 5, 6))
	for b.Loop() {
		got, err := Round(table, 5, Rounding{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(got.Change/got.Bound, "change/bound")
	}
}
