package territory

import (
	"cmp"
	"slices"
	"strings"

	"vigie/lang"
)

// Entry is something else than a territory that a search may find: a domain,
// an indicator, a publication.
type Entry struct {
	Kind    string // its noun: "domain", "indicator"
	LabelFR string
	LabelEN string
	Href    string
	Words   []string // other names: code, synonyms
	Weight  int      // among equally good hits the larger first, against populations
}

// Match says how a hit answers a query, from the best to the least.
type Match string

// The matches.
const (
	ByCode     Match = "code" // our code, an official code or its beginning
	ByPostcode Match = "postcode"
	Exact      Match = "exact"
	Prefix     Match = "prefix"
	ByWord     Match = "word" // a word inside the name, or all the words in any order
	Contains   Match = "contains"
	Typo       Match = "typo"
)

// Hit is one answer. For a territory Code is set and Kind is its level; Href
// is only that of an Entry.
type Hit struct {
	Kind       string
	Code       Code
	LabelFR    string
	LabelEN    string
	Detail     string // tells namesakes apart: « Seine-Saint-Denis (93) »
	Postcode   string // the one typed, when it is what matched
	Population int
	Href       string
	Match      Match
}

// Label returns the label of the hit in a language.
func (h Hit) Label(l lang.Lang) string {
	if l == lang.EN && h.LabelEN != "" {
		return h.LabelEN
	}
	return h.LabelFR
}

// Search finds territories and entries by names, codes and postcodes. It is
// built once, read only, and safe for concurrent use.
//
// All folded names stand in one text, one to a line, the heavier items first,
// so that the order of lines is that of answers. The starts of their words,
// sorted by what follows, find every name with a word that begins as the query.
type Search struct {
	v         *Vintage
	postcodes Postcodes
	items     []item
	where     map[Code]int32  // item of a territory
	context   map[Code]string // folded words that place a territory in a larger one
	text      string
	rows      []row
	words     []word
}

// item is what a line leads to: a territory or an entry.
type item struct {
	territory *Territory
	entry     *Entry
	weight    int
}

// row is one line of the text.
type row struct {
	start, end int32
	item       int32
	first      int32  // length of the first word when there are several, else 0
	letters    uint64 // of the name
	initial    uint64 // of its first word
	alias      bool   // not a full name
}

// word is the start of a word in the text and the row where it is.
type word struct{ at, row int32 }

// NewSearch indexes the territories of a vintage, postcodes (those of unknown
// communes are left out) and further entries.
func NewSearch(v *Vintage, postcodes Postcodes, extra []Entry) *Search {
	s := &Search{v: v, where: make(map[Code]int32, len(v.Territories)), context: map[Code]string{}}
	for _, p := range postcodes {
		if _, ok := v.Get(p.Commune); ok {
			s.postcodes = append(s.postcodes, p)
		}
	}
	for i := range v.Territories {
		t := &v.Territories[i]
		s.items = append(s.items, item{territory: t, weight: v.fame(t)})
		if t.Level == Departement {
			s.context[t.Code] = " " + lang.Fold(t.Label+" "+t.Code.Official()+" "+v.Label(t.Region))
		}
	}
	for i := range extra {
		s.items = append(s.items, item{entry: &extra[i], weight: extra[i].Weight})
	}
	slices.SortStableFunc(s.items, func(a, b item) int { return cmp.Compare(b.weight, a.weight) })
	var text strings.Builder
	text.Grow(40 * len(s.items))
	text.WriteByte('\n')
	for i := range s.items {
		s.index(int32(i), &text)
	}
	s.text = text.String()
	s.sortWords()
	return s
}

// fame returns the weight of a territory: its population, and for an EPCI that
// of its largest commune, so that it comes just after the town it is named for.
func (v *Vintage) fame(t *Territory) int {
	if t.Level != EPCI {
		return t.Population
	}
	most := 0
	for _, c := range v.in[t.Code] {
		most = max(most, c.Population)
	}
	return most - 1
}

// index writes the lines of an item, full names first.
func (s *Search) index(i int32, text *strings.Builder) {
	var names []string
	var full int
	if t := s.items[i].territory; t != nil {
		s.where[t.Code] = i
		names, full = namesOf(t)
	} else {
		e := s.items[i].entry
		names = []string{lang.Fold(e.LabelFR), lang.Fold(e.LabelEN)}
		for _, w := range e.Words {
			names = append(names, lang.Fold(w))
		}
		full = len(names)
	}
	for k, name := range names {
		if name == "" || slices.Contains(names[:k], name) {
			continue
		}
		start := int32(text.Len())
		text.WriteString(name)
		text.WriteByte('\n')
		first := max(0, strings.IndexByte(name, ' '))
		s.rows = append(s.rows, row{start: start, end: start + int32(len(name)), item: i, first: int32(first),
			letters: letters(name), initial: letters(name[:first]), alias: k >= full})
	}
}

// sortWords lists the words of all rows by what follows them in the text.
func (s *Search) sortWords() {
	s.words = make([]word, 0, 3*len(s.rows))
	for k, r := range s.rows {
		for at := r.start; at < r.end; at++ {
			if at == r.start || s.text[at-1] == ' ' {
				s.words = append(s.words, word{at, int32(k)})
			}
		}
	}
	slices.SortFunc(s.words, func(a, b word) int { return strings.Compare(s.text[a.at:], s.text[b.at:]) })
}

// kindWords and smallWords open names without telling them.
var (
	kindWords  = []string{"cc", "ca", "cu", "metropole", "eurometropole"}
	smallWords = []string{"de", "du", "des", "d", "la", "le", "les", "l"}
)

// namesOf returns the folded names of a territory, the first ones in full, the
// others shorter: without article, without the kind of an EPCI.
func namesOf(t *Territory) (names []string, full int) {
	name := lang.Fold(t.Label)
	names = append(names, name)
	if t.LabelEN != "" {
		names = append(names, lang.Fold(t.LabelEN))
	}
	words := strings.Split(name, " ")
	if t.Level == EPCI {
		names = append(names, lang.Fold(PlaceOf(t, lang.FR).Label))
		if slices.Contains(kindWords, words[0]) {
			words = words[1:]
		}
	}
	full = len(names)
	for len(words) > 1 && slices.Contains(smallWords, words[0]) {
		words = words[1:]
	}
	return append(names, strings.Join(words, " ")), full
}

// letters returns the set of letters and digits of a folded name.
func letters(name string) uint64 {
	var set uint64
	for i := range len(name) {
		set |= 1 << (name[i] & 63)
	}
	return set
}

// Find returns at most limit hits for what a person typed, the best first; the
// order depends on nothing but the data and the query. Spelling without
// accents, hyphens or capitals, "st" for "saint", official codes, postcodes
// and their beginnings are understood; misspellings only when nothing better
// is found.
func (s *Search) Find(query string, limit int) []Hit {
	f := &finder{Search: s, limit: limit, seen: map[int32]bool{}}
	f.codes(strings.ToUpper(strings.Join(strings.Fields(query), "")))
	if name, place, ok := strings.Cut(query, "("); ok {
		f.placed(lang.Fold(name), lang.Fold(place))
	}
	folded := lang.Fold(query)
	if folded == "" || limit < 1 {
		return f.hits
	}
	f.names(folded, strings.Join(strings.Fields(lang.FoldLetters(query)), " "))
	f.tokens(folded)
	f.contains(folded)
	if len(f.hits) == 0 {
		f.typo(folded)
	}
	return f.hits
}

// finder gathers the hits of one query.
type finder struct {
	*Search
	limit int
	hits  []Hit
	seen  map[int32]bool
}

func (f *finder) full() bool { return len(f.hits) >= f.limit }

// add appends the hit of an item unless it is already there.
func (f *finder) add(i int32, m Match, postcode string) {
	if f.full() || f.seen[i] {
		return
	}
	f.seen[i] = true
	f.hits = append(f.hits, f.hit(i, m, postcode))
}

func (s *Search) hit(i int32, m Match, postcode string) Hit {
	if e := s.items[i].entry; e != nil {
		return Hit{Kind: e.Kind, LabelFR: e.LabelFR, LabelEN: e.LabelEN, Href: e.Href, Match: m}
	}
	t := s.items[i].territory
	return Hit{Kind: string(t.Level), Code: t.Code, LabelFR: PlaceOf(t, lang.FR).Label, LabelEN: PlaceOf(t, lang.EN).Label,
		Detail: s.detail(t), Postcode: postcode, Population: t.Population, Match: m}
}

// detail places a territory: a commune or an EPCI in its département, a
// département in its region.
func (s *Search) detail(t *Territory) string {
	switch {
	case t.Departement != "":
		return lang.Typography(s.v.Label(t.Departement)) + " (" + t.Departement.Official() + ")"
	case t.Region != "":
		return lang.Typography(s.v.Label(t.Region))
	}
	return ""
}
