package casestudy

import (
	"slices"
	"sort"
	"strings"

	"vigie/lang"
	french "vigie/stat/text"
)

// weighting is how much each field counts (BM25F).
type weighting struct {
	field      [searchedFields]float64 // weight of a word found there
	length     [searchedFields]float64 // 0: the length of the field does not matter, 1: fully
	saturation float64                 // k1
	stem       float64                 // a word with the same stem, against the word itself
	same       float64                 // another expression that means the same
	related    float64
	family     float64 // a longer or shorter word that begins the same
	apart      float64 // the words of an expression, not together
	weak       float64 // a word of a question
	cover      float64 // exponent of the share of the words that a case has
	more       float64 // what further alternatives add to the best
}

// combine returns the value of a clause met in two ways.
func (w *weighting) combine(a, b float32) float32 {
	if b > a {
		a, b = b, a
	}
	return a + float32(w.more)*b*(1-a)
}

// ranking is the weighting of the program, chosen on the test set of queries;
// doc/methods/search.md says how.
var ranking = weighting{
	field:      [searchedFields]float64{inTitle: 5, inSummary: 2.5, inActor: 2, inPlace: 3, inSection: 2, inLabel: 0.3, inClaim: 1, inSource: 0.6},
	length:     [searchedFields]float64{inTitle: 0.2, inSummary: 0.4, inActor: 0.4, inPlace: 0.4, inSection: 0.4, inLabel: 0.3, inClaim: 0.5, inSource: 0.5},
	saturation: 2,
	stem:       0.9, same: 0.8, related: 0.3, family: 0.25, apart: 0.6, weak: 0.25, cover: 1, more: 0.5,
}

// posting is a case that has a term, and how much it says there: the BM25F
// weight without the rarity of the term, in [0, 1).
type posting struct {
	at     int32
	weight float32
	first  int32 // place of the term among the roots of the case
}

// vocable is a word as the base writes it, in lower case.
type vocable struct {
	folded string
	stop   bool
	stems  [2]int32 // terms; the second is -1 when a word without accents has the same
	exact  int32
	plain  int32 // number of the stem without accents, as keys of expressions have it
	en     int32 // term of the English stem, -1 until read in English
	french bool  // read in French
}

const (
	none     = -1 // no term; no stem, of a stop word
	boundary = -2 // in a stream, between two texts
)

// searchIndex finds cases by words. Terms are words (=), stems (~), English
// stems (!) and expressions (+).
type searchIndex struct {
	n        int
	weights  weighting
	synonyms *Synonyms
	terms    map[string]int32
	postings [][]posting
	vocable  map[string]int32
	words    []vocable
	plain    map[string]int32   // stems without accents
	streams  [][]int32          // words of each case, text by text
	roots    [][]int32          // the stems without accents of these words
	fields   [][]uint8          // of its texts
	stems    []stemTerm         // sorted, for words that begin the same
	spelling []spelling         // words that may be proposed, sorted
	lengths  map[int][]spelling // the same by length
	multiple map[int32][]manyWords
}

// manyWords is an expression of several words: the stems after the first.
type manyWords struct {
	rest []int32
	term int32
}

type stemTerm struct {
	stem string
	term int32
}

func newSearchIndex(entries []Entry, n Names, w weighting) *searchIndex {
	x := &searchIndex{n: len(entries), weights: w, synonyms: n.Synonyms, terms: map[string]int32{}, vocable: map[string]int32{},
		plain: map[string]int32{}, multiple: map[int32][]manyWords{}, lengths: map[int][]spelling{}}
	x.expect()
	lengths := make([][searchedFields]float64, len(entries))
	for i := range entries {
		lengths[i] = x.read(searchedTexts(&entries[i], n))
	}
	usual := meanLengths(lengths)
	for i := range entries {
		x.weigh(int32(i), lengths[i], usual)
	}
	x.sortStems()
	x.sortSpelling()
	return x
}

// expect numbers the expressions of several words that are looked for.
func (x *searchIndex) expect() {
	for _, key := range x.synonyms.known {
		stems := strings.Split(key, " ")
		numbers := make([]int32, len(stems))
		for i, s := range stems {
			numbers[i] = number32(x.plain, s)
		}
		x.multiple[numbers[0]] = append(x.multiple[numbers[0]], manyWords{numbers[1:], x.term("+" + key)})
	}
}

// number32 returns the number of a key, the next one when it is new.
func number32(m map[string]int32, key string) int32 {
	n, ok := m[key]
	if !ok {
		n = int32(len(m))
		m[key] = n
	}
	return n
}

func (x *searchIndex) term(key string) int32 {
	t := number32(x.terms, key)
	if int(t) == len(x.postings) {
		x.postings = append(x.postings, nil)
	}
	return t
}

// read keeps the words of a case and returns the number of words by field.
func (x *searchIndex) read(texts []searchedText) (lengths [searchedFields]float64) {
	var stream, roots []int32
	fields := make([]uint8, 0, len(texts))
	for _, t := range texts {
		for _, token := range french.Tokens(t.text) {
			w := x.word(token.Word)
			switch {
			case t.language != lang.EN:
				x.words[w].french = true
			case x.words[w].en == none:
				x.words[w].en = x.term("!" + french.StemEnglish(token.Word))
			}
			if !x.words[w].stop {
				lengths[t.field]++
			}
			stream = append(stream, w)
			if root := x.words[w].plain; root != none {
				roots = append(roots, root)
			}
		}
		stream, roots = append(stream, boundary), append(roots, boundary)
		fields = append(fields, t.field)
	}
	x.streams = append(x.streams, slices.Clip(stream))
	x.roots = append(x.roots, slices.Clip(roots))
	x.fields = append(x.fields, fields)
	return lengths
}

// word returns the number of a word in lower case.
func (x *searchIndex) word(s string) int32 {
	if w, ok := x.vocable[s]; ok {
		return w
	}
	w := int32(len(x.words))
	x.vocable[s] = w
	folded := french.Fold(s)
	v := vocable{folded: folded, stop: french.Stop(s), stems: [2]int32{none, none}, exact: none, en: none, plain: none}
	if !v.stop {
		v.exact = x.term("=" + folded)
		for i, stem := range french.Stems(s) {
			v.stems[i] = x.term("~" + stem)
		}
		v.plain = number32(x.plain, french.StemPlain(s))
	}
	x.words = append(x.words, v)
	return w
}

func meanLengths(all [][searchedFields]float64) (mean [searchedFields]float64) {
	for _, lengths := range all {
		for f, n := range lengths {
			mean[f] += n / float64(len(all))
		}
	}
	return mean
}

// weigh writes the postings of a case.
func (x *searchIndex) weigh(at int32, lengths, usual [searchedFields]float64) {
	type use struct {
		sum   float64
		first int32
	}
	found := map[int32]use{}
	x.walk(at, func(t int32, field uint8, root int) {
		w, length := x.weights.field[field], 1.0
		if usual[field] > 0 {
			length = 1 - x.weights.length[field] + x.weights.length[field]*lengths[field]/usual[field]
		}
		u, again := found[t]
		if !again {
			u.first = int32(root)
		}
		u.sum += w / length
		found[t] = u
	})
	for t, u := range found {
		x.postings[t] = append(x.postings[t], posting{at, float32(u.sum / (x.weights.saturation + u.sum)), u.first})
	}
}

// walk tells each term of a case with its field and the place of its root, in
// the order of its words.
func (x *searchIndex) walk(at int32, each func(t int32, field uint8, root int)) {
	text, root := 0, 0
	for _, w := range x.streams[at] {
		if w == boundary {
			text, root = text+1, root+1
			continue
		}
		v, field := &x.words[w], x.fields[at][text]
		if v.en != none {
			each(v.en, field, root)
		}
		if v.stop {
			continue
		}
		each(v.exact, field, root)
		each(v.stems[0], field, root)
		if v.stems[1] != none {
			each(v.stems[1], field, root)
		}
		root++
		for _, e := range x.multiple[v.plain] {
			if follows(x.roots[at][root:], e.rest) {
				each(e.term, field, root-1)
			}
		}
	}
}

// follows reports whether roots begin with stems.
func follows(roots, stems []int32) bool {
	if len(roots) < len(stems) {
		return false
	}
	for i, stem := range stems {
		if roots[i] != stem {
			return false
		}
	}
	return true
}

// sortStems orders the stems of the base.
func (x *searchIndex) sortStems() {
	for key, t := range x.terms {
		if key[0] == '~' {
			x.stems = append(x.stems, stemTerm{key[1:], t})
		}
	}
	sort.Slice(x.stems, func(i, j int) bool { return x.stems[i].stem < x.stems[j].stem })
}

// beginning returns the stems of the base that begin with s: a view.
func (x *searchIndex) beginning(s string) []stemTerm {
	from := sort.Search(len(x.stems), func(i int) bool { return x.stems[i].stem >= s })
	to := from
	for to < len(x.stems) && strings.HasPrefix(x.stems[to].stem, s) {
		to++
	}
	return x.stems[from:to]
}
