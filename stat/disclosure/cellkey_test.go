package disclosure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// k01 is the table of case K01, made for this project (d = 3, v = 1).
var k01 = &Transition{Rows: [][]Target{
	{{0, 0.381433}, {1, 0.339501}, {2, 0.1929}, {3, 0.069967}, {4, 0.0162}},
	{{0, 0.060277}, {1, 0.247231}, {2, 0.3915}, {3, 0.23935}, {4, 0.056495}, {5, 0.005148}},
	{{0, 0.004508}, {1, 0.054347}, {2, 0.242037}, {3, 0.398215}, {4, 0.242037}, {5, 0.054347}, {6, 0.004508}},
}}

func TestMaxEntropyIsTheReference(t *testing.T) {
	got, err := MaxEntropy(3, 1, 0)
	if err != nil || len(got.Rows) != len(k01.Rows) {
		t.Fatalf("MaxEntropy(3, 1, 0) = %v, %v", got, err)
	}
	for i, row := range k01.Rows {
		for k, want := range row {
			if g := got.Rows[i][k]; g.Count != want.Count || math.Abs(g.P-want.P) > 1e-6 {
				t.Errorf("row %d: %v; want %v", i+1, g, want)
			}
		}
	}
}

func TestMaxEntropyIsAdmissible(t *testing.T) {
	for d := 1; d <= 12; d++ {
		for _, v := range []float64{0.05, 0.5, 1, 2, 3, 5, 10} {
			for js := range 4 {
				table, err := MaxEntropy(d, v, js)
				if js >= d || v >= float64(d*d) {
					if !refused(err) {
						t.Errorf("(%d, %v, %d): %v", d, v, js, err)
					}
					continue
				}
				if err != nil {
					t.Errorf("(%d, %v, %d): %v", d, v, js, err)
					continue
				}
				if c := table.Check(d, 0, js, 1e-9); !c.Valid {
					t.Errorf("(%d, %v, %d): %v", d, v, js, c.Faults)
				}
				last := &Transition{Rows: table.Rows[len(table.Rows)-1:]}
				square := 0.0
				for _, target := range last.Rows[0] {
					gap := float64(target.Count - len(table.Rows))
					square += gap * gap * target.P
				}
				if math.Abs(square-v) > 1e-9 {
					t.Errorf("(%d, %v, %d): large counts have variance %v", d, v, js, square)
				}
			}
		}
	}
}

func TestCheckFindsFaults(t *testing.T) {
	if c := k01.Check(3, 1, 0, 1e-5); !c.Valid || math.Abs(c.Sum-1) > 1e-5 || math.Abs(c.Mean) > 1e-5 || math.Abs(c.Variance-1) > 1e-5 || c.MaxDeviation != 3 {
		t.Errorf("K01: %+v", c)
	}
	half := [][]Target{{{0, 0.5}, {2, 0.5}}}
	cases := []struct {
		what string
		rows [][]Target
		d    int
		v    float64
		js   int
	}{
		{"a sum of 0.9", [][]Target{{{0, 0.4}, {2, 0.5}}}, 1, 0, 0},
		{"a bias", [][]Target{{{0, 0.4}, {2, 0.6}}}, 1, 0, 0},
		{"another variance", half, 1, 2, 0},
		{"a target below 0", [][]Target{{{-1, 0.5}, {3, 0.5}}}, 2, 0, 0},
		{"too large a deviation", [][]Target{{{0, 0.75}, {4, 0.25}}}, 2, 0, 0},
		{"a forbidden target", half, 1, 0, 2},
		{"a negative probability", [][]Target{{{0, -0.5}, {1, 2}, {2, -0.5}}}, 1, 0, 0},
		{"no row", nil, 1, 0, 0},
	}
	for _, c := range cases {
		if got := (&Transition{Rows: c.rows}).Check(c.d, c.v, c.js, 1e-9); got.Valid || len(got.Faults) == 0 {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
	if got := (&Transition{Rows: half, Zero: []Target{{0, 1}}}).Check(1, 1, 0, 1e-9); !got.Valid {
		t.Errorf("an admissible table: %+v", got)
	}
	if got := (&Transition{Rows: half, Zero: []Target{{0, 0.9}, {1, 0.1}}}).Check(1, 1, 0, 1e-9); got.Valid {
		t.Errorf("a table that moves zeros: %+v", got)
	}
}

func TestPublish(t *testing.T) {
	at := func(u float64) Key { return Key(u * (1 << 63) * 2) }
	for _, c := range []struct {
		count int
		u     float64
		want  int
	}{
		{0, 0.999, 0}, {1, 0, 0}, {1, 0.381, 0}, {1, 0.382, 1}, {1, 0.9999999, 4}, {3, 0.5, 3}, {40, 0, 37}, {40, 0.5, 40}, {40, 0.99999999, 43},
	} {
		if got, err := k01.Publish(c.count, at(c.u)); err != nil || got != c.want {
			t.Errorf("Publish(%d, %v) = %d, %v; want %d", c.count, c.u, got, err, c.want)
		}
	}
	if _, err := k01.Publish(-1, 0); !refused(err) {
		t.Errorf("a negative count: %v", err)
	}
	if _, err := (&Transition{}).Publish(1, 0); !refused(err) {
		t.Errorf("a table without rows: %v", err)
	}
	if got, err := k01.PublishWeighted(100, 40, at(0)); err != nil || got != 92.5 {
		t.Errorf("PublishWeighted = %v, %v; want 100 × 37/40", got, err)
	}
	if got, err := k01.PublishWeighted(100, 1, at(0)); err != nil || got != 0 {
		t.Errorf("a published base of 0 has an estimate of %v, %v", got, err)
	}
}

// The same records give the same count whatever the table and the order; one
// record more or less changes the key; another secret gives other keys.
func TestCellKeyProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	keys := make([]Key, 500)
	for i := range keys {
		keys[i] = RecordKey([]byte("secret"), fmt.Sprint("record ", i))
		if keys[i] == RecordKey([]byte("other"), fmt.Sprint("record ", i)) {
			t.Fatalf("record %d has the same key under another secret", i)
		}
		if f := keys[i].Fraction(); f < 0 || f >= 1 {
			t.Fatalf("a fraction of %v", f)
		}
	}
	for range 200 {
		n := 1 + rng.IntN(len(keys)-1)
		one := CellKey(keys[:n])
		before, _ := k01.Publish(n, one)
		if one == CellKey(keys[:n+1]) || one == CellKey(keys[1:n]) {
			t.Fatal("one record changed nothing")
		}
		rng.Shuffle(n, func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		after, err := k01.Publish(n, CellKey(keys[:n]))
		if err != nil || CellKey(keys[:n]) != one || before != after {
			t.Fatalf("the same %d records give %d then %d, %v", n, before, after, err)
		}
	}
}

func TestSimulate(t *testing.T) {
	small, err := MaxEntropy(5, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		table *Transition
		least int
		v     float64
		d     int
	}{{k01, 4, 1, 3}, {small, 8, 3, 5}}
	for _, c := range cases {
		m, err := c.table.Simulate(20000, c.least, []byte("secret"), 5)
		if err != nil || math.Abs(m.Mean) > 0.03*math.Sqrt(c.v) || math.Abs(m.Variance/c.v-1) > 0.05 || math.Abs(m.Expected-c.v) > 1e-5 || m.Largest != c.d {
			t.Errorf("%+v, %v; want mean 0, variance %v, at most %d", m, err, c.v, c.d)
		}
	}
	if _, err := k01.Simulate(0, 4, nil, 0); !refused(err) {
		t.Errorf("no cell: %v", err)
	}
}
