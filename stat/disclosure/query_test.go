package disclosure

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

var commune = map[string]int{"X|maire": 1, "X|dirigeant": 7, "Y|maire": 1, "Y|dirigeant": 9, "Z|maire": 1, "Z|dirigeant": 12}

func all(communes ...string) (out []string) {
	for _, c := range communes {
		out = append(out, c+"|maire", c+"|dirigeant")
	}
	return out
}

func leaders(communes ...string) (out []string) {
	for _, c := range communes {
		out = append(out, c+"|dirigeant")
	}
	return out
}

func TestAsk(t *testing.T) {
	cases := []struct {
		what      string
		counts    map[string]int
		threshold int
		asked     [][]string
		want      []bool
	}{
		{"three mayors", commune, 3, [][]string{all("X", "Y", "Z"), leaders("X", "Y", "Z")}, []bool{true, true}},
		{"two mayors", commune, 3, [][]string{all("X", "Y"), leaders("X", "Y")}, []bool{true, false}},
		{"one mayor, whichever comes first", commune, 3, [][]string{leaders("X"), all("X")}, []bool{true, false}},
		{"one mayor, alone", commune, 3, [][]string{{"X|maire"}}, []bool{false}},
		{"a commune", commune, 3, [][]string{all("X", "Y", "Z"), all("Y", "Z")}, []bool{true, true}},
		{"a mayor in three steps", commune, 3, [][]string{all("X", "Y", "Z"), leaders("X", "Y", "Z"), append(all("X", "Y"), "Z|dirigeant")}, []bool{true, true, false}},
		{"what was refused is not known", commune, 3, [][]string{all("X", "Y"), leaders("X", "Y"), leaders("X", "Y", "Z")}, []bool{true, false, true}},
		{"the same again", commune, 3, [][]string{all("X"), all("X"), append(all("X"), "X|maire")}, []bool{true, true, true}},
		{"nobody is not a secret", map[string]int{"a": 5, "b": 0}, 3, [][]string{{"a", "b"}, {"a"}, {"b"}}, []bool{true, true, true}},
		// a+b, b+c and a+c tell each of them, though no two of the sets are nested
		{"half of a sum of three", map[string]int{"a": 2, "b": 8, "c": 9}, 3, [][]string{{"a", "b"}, {"b", "c"}, {"a", "c"}}, []bool{true, true, false}},
		{"half of a sum of three large", map[string]int{"a": 3, "b": 8, "c": 9}, 3, [][]string{{"a", "b"}, {"b", "c"}, {"a", "c"}}, []bool{true, true, true}},
		// a chain: (a+b) − (b+c) + (c+d) tells a + d
		{"a set of two apart", map[string]int{"a": 1, "b": 8, "c": 9, "d": 1}, 3, [][]string{{"a", "b"}, {"b", "c"}, {"c", "d"}}, []bool{true, true, false}},
		// an answer of 0 empties cells, and what is left of another is alone
		{"zeros tell", map[string]int{"a": 2, "b": 0, "c": 9, "d": 0}, 3, [][]string{{"b", "d"}, {"a", "b", "c"}, {"c", "d"}}, []bool{true, true, false}},
		// x is at least 10 − 9 and at most 4 − (8 − 6), though no combination tells it
		{"held between bounds", map[string]int{"a": 8, "x": 2, "b": 1, "c": 2, "d": 0, "e": 6}, 3,
			[][]string{{"a", "x"}, {"a", "b"}, {"x", "c"}, {"c", "e"}, {"d", "e"}}, []bool{true, true, true, true, false}},
		{"no threshold", commune, 1, [][]string{{"X|maire"}, all("X"), leaders("X")}, []bool{true, true, true}},
	}
	for _, c := range cases {
		h, err := NewHistory(c.counts, c.threshold)
		if err != nil {
			t.Fatal(err)
		}
		for i, set := range c.asked {
			r, err := h.Ask(set)
			if err != nil || r.Allowed != c.want[i] || r.Allowed == (r.Isolated != nil) {
				t.Errorf("%s, question %d: %+v, %v; want %v", c.what, i+1, r, err, c.want[i])
			}
		}
	}
}

func TestAskRefusals(t *testing.T) {
	if _, err := NewHistory(map[string]int{"a": -1}, 3); !refused(err) {
		t.Errorf("a negative number: %v", err)
	}
	h, err := NewHistory(commune, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Ask([]string{"W|maire"}); !refused(err) {
		t.Errorf("an unknown cell: %v", err)
	}
}

// On small sets, what is isolated is found by trying every set of cells against
// every combination of the answers.
func TestAskFindsWhatCanBeComputed(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	refusedOnce, allowedOnce := 0, 0
	for range 300 {
		counts := map[string]int{}
		for k := range 6 {
			counts[fmt.Sprint("c", k)] = []int{0, 1, 1, 2, 4, 7}[rng.IntN(6)]
		}
		keys := slices.Sorted(maps.Keys(counts))
		h, err := NewHistory(counts, 3)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			var set []string
			for _, k := range keys {
				if rng.IntN(2) == 0 {
					set = append(set, k)
				}
			}
			before := slices.Clone(h.told)
			r, err := h.Ask(set)
			if err != nil {
				t.Fatal(err)
			}
			leak := computed(counts, keys, append(before, set), 3)
			if leak && r.Allowed {
				t.Fatalf("%v: let %v go after %v", counts, set, before)
			}
			if !r.Allowed && !leak && !(r.Low > 0 && r.High < 3) {
				t.Fatalf("%v: refused %v after %v: %+v", counts, set, before, r)
			}
			if !r.Allowed && !inside(counts, r) {
				t.Fatalf("%v: %+v is not so", counts, r)
			}
			if r.Allowed {
				allowedOnce++
			} else {
				refusedOnce++
			}
		}
	}
	if refusedOnce < 100 || allowedOnce < 100 {
		t.Errorf("%d refused, %d allowed: the draw tries too little", refusedOnce, allowedOnce)
	}
}

func inside(counts map[string]int, r Ruling) bool {
	n := 0
	for _, k := range r.Isolated {
		n += counts[k]
	}
	return r.Low <= n && n <= r.High && n > 0
}

// computed tells whether some set of 1 or 2 units is a combination of the
// answers: adding it to them does not raise their rank.
func computed(counts map[string]int, keys []string, told [][]string, threshold int) bool {
	vector := func(set []string) []*big.Rat {
		out := make([]*big.Rat, len(keys))
		for i, k := range keys {
			out[i] = new(big.Rat)
			if slices.Contains(set, k) {
				out[i].SetInt64(1)
			}
		}
		return out
	}
	rank := func(sets [][]string) int {
		var rows [][]*big.Rat
		for _, s := range sets {
			rows = append(rows, vector(s))
		}
		r := 0
		for k := range keys {
			i := slices.IndexFunc(rows[r:], func(row []*big.Rat) bool { return row[k].Sign() != 0 })
			if i < 0 {
				continue
			}
			rows[r], rows[r+i] = rows[r+i], rows[r]
			reduce(rows[r], k)
			for _, other := range rows[r+1:] {
				clearColumn(other, rows[r], k)
			}
			if r++; r == len(rows) {
				break
			}
		}
		return r
	}
	base := rank(told)
	for m := 1; m < 1<<len(keys); m++ {
		var set []string
		n := 0
		for i, k := range keys {
			if m>>i&1 == 1 {
				set, n = append(set, k), n+counts[k]
			}
		}
		if n > 0 && n < threshold && rank(append(slices.Clip(told), set)) == base {
			return true
		}
	}
	return false
}

// BenchmarkAsk asks 60 crosses of 200 cells.
func BenchmarkAsk(b *testing.B) {
	rng := rand.New(rand.NewPCG(17, 18))
	counts := map[string]int{}
	var cells []string
	for r := range 20 {
		for s := range 10 {
			cells = append(cells, fmt.Sprintf("r%d|s%d", r, s))
			counts[cells[len(cells)-1]] = rng.IntN(40)
		}
	}
	for b.Loop() {
		h, err := NewHistory(counts, 11)
		if err != nil {
			b.Fatal(err)
		}
		for k := range 60 {
			var set []string
			for i, c := range cells {
				if k < 20 && i/10 == k || k >= 20 && k < 30 && i%10 == k-20 || k >= 30 && rng.IntN(2) == 0 {
					set = append(set, c)
				}
			}
			if _, err := h.Ask(set); err != nil {
				b.Fatal(err)
			}
		}
	}
}
