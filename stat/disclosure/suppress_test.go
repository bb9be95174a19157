package disclosure

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestSuppressReferences(t *testing.T) {
	for _, q := range queries(t, "suppress") {
		t.Run(q.ID, func(t *testing.T) {
			table := q.table(t)
			p, err := Suppress(table, q.sensitive(), Choice{Count: q.Params.Cost == "count", Zeros: q.Params.Zeros, Singletons: q.Params.Singleton})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%v of %v cells: cost %v, optimum %v, ratio %.3f", len(p.Keys), len(table.Cells()), p.Cost, q.Expect.Optimum, p.Cost/q.Expect.Optimum)
			if p.Added < q.Expect.More {
				t.Errorf("%d cells added, want at least %d", p.Added, q.Expect.More)
			}
			if best := q.Expect.Optimum; best > 0 && p.Cost > best*(1+q.Expect.Gap)+1e-9 {
				t.Errorf("cost %v, optimum %v", p.Cost, best)
			}
		})
	}
}

// A contributor alone in its cell, who reads the table, still learns nothing of
// the cells of others.
func TestSuppressSingletons(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	weaker := 0
	for n := range 12 {
		table := drawn(t, r, skewed(r, 4), tree("r", 5, 0), tree("c", 4, 0))
		sensitive := rare(table, 2)
		p, err := Suppress(table, sensitive, Choice{Count: true, Singletons: true})
		if err != nil {
			remedied(t, err)
			continue
		}
		plain, err := Suppress(table, sensitive, Choice{Count: true})
		if err != nil || plain.Cost > p.Cost {
			t.Errorf("table %d: cost %v against outsiders, %v against all (%v)", n, plain.Cost, p.Cost, err)
		}
		if v, _ := Audit(table, sensitive, plain.Keys, true); !v.Safe {
			weaker++
		}
		for _, own := range p.Keys {
			if c, _ := table.Cell(own); c.N != 1 {
				continue
			}
			bounds, err := Attack(table, p.Keys, []string{own})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range bounds {
				at := slices.IndexFunc(sensitive, func(s Sensitive) bool { return s.Key == b.Key })
				c, _ := table.Cell(b.Key)
				if at >= 0 && c.N != 1 && (b.Low > c.Value-sensitive[at].Lower || b.High < c.Value+sensitive[at].Upper) {
					t.Errorf("table %d: %s works out %s = %v: [%v, %v]", n, own, b.Key, c.Value, b.Low, b.High)
				}
			}
		}
	}
	if weaker == 0 {
		t.Error("no pattern against outsiders alone is undone by a singleton: the test shows nothing")
	}
}

func TestSuppressRefusals(t *testing.T) {
	cells, sums := line(map[string]float64{"T": 7, "a": 1, "b": 2, "c": 4, "z": 0}, "T", "a", "b", "c", "z")
	table, err := Linked(cells, sums)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		sensitive []Sensitive
		choice    Choice
		want      string
	}{
		"unknown cell":    {[]Sensitive{{"q", 1, 1}}, Choice{}, "« q »"},
		"twice":           {[]Sensitive{{"a", 1, 1}, {"a", 1, 1}}, Choice{}, "deux fois"},
		"negative":        {[]Sensitive{{"a", -1, 1}}, Choice{}, "protection"},
		"below zero":      {[]Sensitive{{"a", 2, 1}}, Choice{}, "descend plus bas que 0"},
		"nothing to hide": {[]Sensitive{{"a", 1, 1}}, Choice{Keep: []string{"T", "b", "c"}}, "rien ne protège"},
		"too wide":        {[]Sensitive{{"a", 1, 9}}, Choice{Keep: []string{"T"}}, "rien ne protège"},
		"unknown kept":    {[]Sensitive{{"a", 1, 1}}, Choice{Keep: []string{"q"}}, "« q »"},
	} {
		_, err := Suppress(table, c.sensitive, c.choice)
		remedied(t, err)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want « %s »", name, err, c.want)
		}
	}
	p, err := Suppress(table, []Sensitive{{"z", 0, 1}}, Choice{Keep: []string{"T"}})
	if err != nil || !slices.Contains(p.Keys, "z") || p.Cost != 1 {
		t.Errorf("a sensitive zero goes, with the cheapest other: %v %v", p, err)
	}
	if p, err = Suppress(table, nil, Choice{}); err != nil || len(p.Keys) != 0 || !p.Optimal {
		t.Errorf("nothing to protect: %v %v", p, err)
	}
}

// A table too large to be looked at whole for each cell: what the attacker works
// out holds every interval, and the same table gives the same pattern.
func TestSuppressLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	table := drawn(t, r, skewed(r, 12), tree("r", 30, 6), tree("c", 12, 4))
	for name, sensitive := range map[string][]Sensitive{"counts": rare(table, 2), "intervals": wide(table, r, 0.02)} {
		p, err := Suppress(table, sensitive, Choice{})
		if err != nil {
			t.Fatal(err)
		}
		bounds, err := Attack(table, p.Keys, nil)
		if err != nil {
			t.Fatal(err)
		}
		of := map[string]Bound{}
		for _, b := range bounds {
			of[b.Key] = b
		}
		for _, s := range sensitive {
			c, _ := table.Cell(s.Key)
			if b, hidden := of[s.Key]; !hidden || b.Low > c.Value-s.Lower || b.High < c.Value+s.Upper {
				t.Errorf("%s: %s = %v is known to lie in %v", name, s.Key, c.Value, b)
			}
		}
		again, err := Suppress(table, sensitive, Choice{})
		if err != nil || !slices.Equal(p.Keys, again.Keys) {
			t.Errorf("%s: two runs give %d and %d cells (%v)", name, len(p.Keys), len(again.Keys), err)
		}
		t.Logf("%s: %d cells, %d sensitive, %d added, cost %v, bound %v", name, len(table.cells), len(sensitive), p.Added, p.Cost, p.Bound)
	}
}
