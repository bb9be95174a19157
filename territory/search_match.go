package territory

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"
	"strings"

	"vigie/stat/text"
)

// codes finds what a query without spaces, in capitals, names by code: ours,
// official ones, postcodes, and the beginnings of these two.
func (f *finder) codes(q string) {
	if i, ok := f.where[Code(q)]; ok {
		f.add(i, ByCode, "")
	}
	if len(q) == 0 || len(q) > 9 || strings.Trim(q, "0123456789AB") != "" || q[0] > '9' {
		return
	}
	for _, c := range []string{"DEP-" + q, "DEP-0" + q, "EPCI-" + q} {
		if i, ok := f.where[Code(c)]; ok {
			f.add(i, ByCode, "")
		}
	}
	if len(q) < 2 {
		return
	}
	pairs := f.postcodes.WithPrefix(q)
	served := make([]int32, len(pairs))
	typed := make(map[int32]string, len(pairs))
	for k, p := range pairs {
		served[k] = f.where[p.Commune]
		if len(q) == 5 {
			typed[served[k]] = q
		}
	}
	slices.Sort(served)
	for _, i := range served {
		f.add(i, ByPostcode, typed[i])
	}
	if len(q) > 2 {
		f.official("COM-" + q)
	}
}

// official finds the communes whose code starts with prefix.
func (f *finder) official(prefix string) {
	communes := f.v.ByLevel(Commune)
	from := sort.Search(len(communes), func(i int) bool { return string(communes[i].Code) >= prefix })
	var found []int32
	for i := from; i < len(communes) && strings.HasPrefix(string(communes[i].Code), prefix); i++ {
		found = append(found, f.where[communes[i].Code])
	}
	slices.Sort(found)
	for _, i := range found {
		f.add(i, ByCode, "")
	}
}

// starting returns the words that begin with q: a view.
func (s *Search) starting(q string) []word {
	rest := func(k int) string {
		at := int(s.words[k].at)
		return s.text[at:min(at+len(q), len(s.text))]
	}
	from := sort.Search(len(s.words), func(k int) bool { return rest(k) >= q })
	to := from + sort.Search(len(s.words)-from, func(k int) bool { return rest(from+k) > q })
	return s.words[from:to]
}

// The classes of hits by name, the best first.
const (
	wholeName = iota
	wholeAlias
	firstWords
	nameStart
	innerWords
	wordStart
)

// matches gives the match that a class is called.
var matches = [...]Match{Exact, Exact, Prefix, Prefix, ByWord, ByWord}

// classOf says how a name answers q, of n bytes, that stands at a word of it.
func (s *Search) classOf(w word, n int) int {
	r := &s.rows[w.row]
	end := w.at + int32(n)
	whole := s.text[end] == ' ' || s.text[end] == '\n'
	switch {
	case w.at == r.start && end == r.end && !r.alias:
		return wholeName
	case w.at == r.start && end == r.end:
		return wholeAlias
	case w.at == r.start && whole:
		return firstWords
	case w.at == r.start:
		return nameStart
	case whole:
		return innerWords
	}
	return wordStart
}

// names finds the names that are q, or start with it, or hold a word that
// starts with it. typed is q before "st" was read as "saint": both are looked
// for, and a last "st" may be the start of another word.
func (f *finder) names(q, typed string) {
	best := ranking{most: 8 * f.limit}
	for _, w := range f.starting(q) {
		class := f.classOf(w, len(q))
		if (class == wholeAlias || class == firstWords) && strings.HasSuffix(" "+typed, " st") {
			class = nameStart
		}
		best.add(class, w.row)
	}
	if typed != q {
		for _, w := range f.starting(typed) {
			best.add(f.classOf(w, len(typed)), w.row)
		}
	}
	for _, k := range best.keys {
		f.add(f.rows[k&math.MaxUint32].item, matches[k>>32], "")
	}
}

// ranking keeps the best rows by class, then by their order in the text.
type ranking struct {
	keys []int64 // class, then row
	most int
}

func (r *ranking) add(class int, row int32) {
	key := int64(class)<<32 | int64(row)
	if len(r.keys) == r.most {
		if key >= r.keys[r.most-1] {
			return
		}
		r.keys = r.keys[:r.most-1]
	}
	at, _ := slices.BinarySearch(r.keys, key)
	r.keys = slices.Insert(r.keys, at, key)
}

// placed finds the names that are q in a département or region whose words are
// given, as in an answer chosen from a list: « Saint-Denis (La Réunion) ».
func (f *finder) placed(q, place string) {
	var items []int32
	for _, w := range f.starting(q) {
		if class := f.classOf(w, len(q)); q != "" && class <= wholeAlias && f.isAround(f.rows[w.row].item, strings.Split(place, " ")) {
			items = append(items, f.rows[w.row].item)
		}
	}
	slices.Sort(items)
	for _, i := range items {
		f.add(i, Exact, "")
	}
}

// isAround reports whether each token starts a word of what surrounds an item.
func (s *Search) isAround(i int32, tokens []string) bool {
	around := s.around(i)
	for _, t := range tokens {
		if !strings.Contains(around, " "+t) {
			return false
		}
	}
	return true
}

// contains finds the names that hold q anywhere.
func (f *finder) contains(q string) {
	if len(q) < 3 {
		return
	}
	for at := 0; !f.full(); {
		i := strings.Index(f.text[at:], q)
		if i < 0 {
			return
		}
		at += i
		r := &f.rows[sort.Search(len(f.rows), func(k int) bool { return int(f.rows[k].start) > at })-1]
		f.add(r.item, Contains, "")
		at = int(r.end)
	}
}

// tokens finds the names in which every word of q starts a word, in any order;
// words that a name lacks may be those of its département or region: "saint
// denis reunion". The longest word that leads to something is the one that
// must be in the name; names with fewer other words come first.
func (f *finder) tokens(q string) {
	tokens := strings.Split(q, " ")
	if f.full() || len(tokens) < 2 || len(tokens) > 12 {
		return
	}
	for i, t := range tokens {
		tokens[i] = " " + t
	}
	slices.SortStableFunc(tokens, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, anchor := range tokens {
		if len(anchor) < 3 {
			return
		}
		best := ranking{most: 8 * f.limit}
		for _, w := range f.starting(anchor[1:]) {
			if others, ok := f.holds(w.row, tokens); ok {
				best.add(others, w.row)
			}
		}
		for _, k := range best.keys {
			f.add(f.rows[k&math.MaxUint32].item, ByWord, "")
		}
		if len(best.keys) > 0 {
			return
		}
	}
}

// holds reports whether each token, led by a space, starts a word of a row or
// of what surrounds its item, and how many words of the row no token starts.
func (s *Search) holds(k int32, tokens []string) (others int, ok bool) {
	r := &s.rows[k]
	name, around := s.text[r.start:r.end], ""
	for _, t := range tokens {
		if strings.HasPrefix(name, t[1:]) || strings.Contains(name, t) {
			continue
		}
		if around == "" {
			around = s.around(r.item)
		}
		if !strings.Contains(around, t) {
			return 0, false
		}
	}
	for w := range strings.SplitSeq(name, " ") {
		if !slices.ContainsFunc(tokens, func(t string) bool { return strings.HasPrefix(w, t[1:]) }) {
			others++
		}
	}
	return others, true
}

// around returns the folded words that place an item.
func (s *Search) around(i int32) string {
	t := s.items[i].territory
	switch {
	case t == nil:
		return ""
	case t.Level == Departement:
		return s.context[t.Code]
	}
	return s.context[t.Departement]
}

// typo finds names, or first words of names, at a small distance of q: one
// change up to four letters, else two; the nearest only.
func (f *finder) typo(q string) {
	if len(q) < 4 || len(q) > 40 || strings.ContainsAny(q, "0123456789") {
		return
	}
	most := 2
	if len(q) == 4 {
		most = 1
	}
	set := letters(q)
	near := func(from, to int32, has uint64) int {
		n := int(to - from)
		if n-len(q) > most || len(q)-n > most || bits.OnesCount64(set^has) > 2*most {
			return most + 1
		}
		return text.Distance(q, f.text[from:to], most)
	}
	found := make([][]int32, 2*(most+1)) // by distance, full names before first words
	for k := range f.rows {
		r := &f.rows[k]
		if d := near(r.start, r.end, r.letters); d <= most {
			found[2*d] = append(found[2*d], r.item)
		} else if r.first > 0 {
			if d := near(r.start, r.start+r.first, r.initial); d <= most {
				found[2*d+1] = append(found[2*d+1], r.item)
			}
		}
	}
	for k, items := range found {
		for _, i := range items {
			f.add(i, Typo, "")
		}
		if k%2 == 1 && len(f.hits) > 0 {
			return
		}
	}
}
