package text

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Trigrams returns the distinct runs of three letters of the words of a text,
// folded, each word led by two spaces and followed by one, sorted: what two
// names that are spelt differently have in common.
func Trigrams(s string) []string {
	var grams []string
	for _, word := range strings.Fields(Fold(s)) {
		padded := "  " + word + " "
		for i := 0; i+3 <= len(padded); i++ {
			grams = append(grams, padded[i:i+3])
		}
	}
	slices.Sort(grams)
	return slices.Compact(grams)
}

// Jaccard returns the share that two sorted lists of distinct items have in
// common, in [0, 1]; 0 when both are empty.
//
// Source: Jaccard (1901), Bulletin de la Société vaudoise des sciences
// naturelles 37, 547-579.
func Jaccard(a, b []string) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch order := cmp.Compare(a[i], b[j]); {
		case order < 0:
			i++
		case order > 0:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// Alike returns how alike two short texts are spelt, in [0, 1]: the Jaccard
// index of their trigrams.
func Alike(a, b string) float64 { return Jaccard(Trigrams(a), Trigrams(b)) }

// Corpus weighs the terms of a set of texts by how rare they are.
//
// Source: Salton & Buckley (1988), Information Processing & Management 24(5),
// 513-523: (1 + ln tf) · ln(1 + N/df), cosine.
type Corpus struct {
	n        int
	number   map[string]int
	postings [][]posting // of each term, by text
}

// posting is the share of a term in the unit vector of a text.
type posting struct {
	text   int
	weight float64
}

// NewCorpus counts the terms of texts, as Analyze gives them.
func NewCorpus(texts [][]string) *Corpus {
	c := &Corpus{n: len(texts), number: map[string]int{}}
	for i, terms := range texts {
		for _, t := range terms {
			k, ok := c.number[t]
			if !ok {
				k = len(c.postings)
				c.number[t] = k
				c.postings = append(c.postings, nil)
			}
			list := c.postings[k]
			if len(list) == 0 || list[len(list)-1].text != i {
				list = append(list, posting{text: i})
			}
			list[len(list)-1].weight++
			c.postings[k] = list
		}
	}
	squares := make([]float64, c.n)
	for _, list := range c.postings {
		for j, p := range list {
			list[j].weight = c.weigh(p.weight, len(list))
			squares[p.text] += list[j].weight * list[j].weight
		}
	}
	for _, list := range c.postings {
		for j, p := range list {
			list[j].weight /= math.Sqrt(squares[p.text])
		}
	}
	return c
}

// weigh returns the weight of a term that a text holds tf times.
func (c *Corpus) weigh(tf float64, df int) float64 {
	return (1 + math.Log(tf)) * math.Log(1+float64(c.n)/float64(df))
}

// Cosines returns how alike a text is to each of the corpus, in [0, 1], in its
// order. Terms that the corpus lacks count for nothing; a text without known
// terms is like none.
func (c *Corpus) Cosines(terms []string) []float64 {
	out := make([]float64, c.n)
	counts := map[int]float64{}
	for _, t := range terms {
		if k, ok := c.number[t]; ok {
			counts[k]++
		}
	}
	known := make([]int, 0, len(counts))
	for k := range counts {
		known = append(known, k)
	}
	slices.Sort(known)
	square := 0.0
	for _, k := range known {
		w := c.weigh(counts[k], len(c.postings[k]))
		square += w * w
		for _, p := range c.postings[k] {
			out[p.text] += w * p.weight
		}
	}
	if square > 0 {
		for i := range out {
			out[i] = min(1, out[i]/math.Sqrt(square))
		}
	}
	return out
}

// Rarest returns the terms common to two texts, the rarest of the corpus first:
// the words that say why two texts are alike.
func (c *Corpus) Rarest(a, b []string) []string {
	in := map[string]bool{}
	for _, t := range b {
		in[t] = true
	}
	var both []string
	for _, t := range a {
		if _, known := c.number[t]; known && in[t] {
			both = append(both, t)
			in[t] = false
		}
	}
	slices.SortStableFunc(both, func(x, y string) int {
		return cmp.Or(cmp.Compare(len(c.postings[c.number[x]]), len(c.postings[c.number[y]])), strings.Compare(x, y))
	})
	return both
}
