package text

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTrigrams(t *testing.T) {
	if d := cmp.Diff([]string{"  c", " ca", "at ", "cat"}, Trigrams("Cât")); d != "" {
		t.Error(d)
	}
	// pg_trgm: similarity('word', 'two words') = 0.363636
	if got := Alike("word", "two words"); math.Abs(got-0.363636) > 1e-6 {
		t.Errorf("Alike = %v; PostgreSQL's pg_trgm gives 0.363636", got)
	}
	if Alike("Saint-Étienne", "saint etienne") != 1 || Alike("Lyon", "Brest") != 0 || Alike("", "") != 0 {
		t.Error("the ends of Alike")
	}
}

// TestCosines follows three short texts by hand.
func TestCosines(t *testing.T) {
	c := NewCorpus([][]string{{"a", "b"}, {"a", "c", "c"}, {"d"}})
	a, rare := math.Log(1+3.0/2), math.Log(1+3.0)
	twice := (1 + math.Log(2)) * rare
	want := a*a/math.Hypot(a, rare)/math.Hypot(a, rare) + rare*rare/math.Hypot(a, rare)/math.Hypot(a, rare)
	got := c.Cosines([]string{"a", "b", "unknown"})
	if math.Abs(got[0]-want) > 1e-12 || math.Abs(got[1]-a*a/math.Hypot(a, rare)/math.Hypot(a, twice)) > 1e-12 || got[2] != 0 {
		t.Errorf("Cosines = %v", got)
	}
	if d := cmp.Diff([]string{"b", "a"}, c.Rarest([]string{"a", "b", "z"}, []string{"b", "a", "z"})); d != "" {
		t.Error(d)
	}
	if got := c.Cosines(nil); got[0] != 0 || len(got) != 3 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestCosineOfItselfIsOne(t *testing.T) {
	terms := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 1, 8)
	rapid.Check(t, func(r *rapid.T) {
		texts := rapid.SliceOfN(terms, 1, 6).Draw(r, "texts")
		c := NewCorpus(texts)
		for i, text := range texts {
			for j, cosine := range c.Cosines(text) {
				if i == j && math.Abs(cosine-1) > 1e-9 || cosine < 0 || cosine > 1 {
					r.Fatalf("texts %d and %d: %v", i, j, cosine)
				}
				if back := c.Cosines(texts[j])[i]; math.Abs(back-cosine) > 1e-9 {
					r.Fatalf("%v one way, %v the other", cosine, back)
				}
			}
		}
	})
}
