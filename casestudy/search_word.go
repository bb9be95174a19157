package casestudy

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"vigie/lang"
	french "vigie/stat/text"
)

// spelling is a word that may be proposed for another.
type spelling struct {
	folded  string
	letters uint32 // a to z
	cases   int    // that have it
	english bool   // only read in English
}

// shortestGuess is the shortest word for which another is proposed.
const shortestGuess = 5

// sortSpelling lists the words of the base and of the synonyms that lead to it.
func (x *searchIndex) sortSpelling() {
	known, english := map[string]int{}, map[string]bool{}
	for i := range x.words {
		if v := &x.words[i]; !v.stop && len(v.folded) >= shortestGuess-1 {
			was, seen := english[v.folded]
			english[v.folded] = !v.french && (was || !seen)
			known[v.folded] = max(known[v.folded], len(x.postings[v.exact]))
		}
	}
	for key := range x.synonyms.forms {
		if strings.Contains(key, " ") {
			continue
		}
		for _, word := range x.synonyms.spelt[key] {
			if _, ok := known[word]; !ok && x.leads(key) {
				known[word] = 0
			}
		}
	}
	for word, n := range known {
		x.spelling = append(x.spelling, spelling{word, lettersOf(word), n, english[word]})
	}
	slices.SortFunc(x.spelling, func(a, b spelling) int { return strings.Compare(a.folded, b.folded) })
	for _, s := range x.spelling {
		x.lengths[len(s.folded)] = append(x.lengths[len(s.folded)], s)
	}
}

// leads reports whether some case has an expression that a key leads to.
func (x *searchIndex) leads(key string) bool {
	for _, e := range x.synonyms.forms[key] {
		if len(x.expressionTerms(e.key)) > 0 {
			return true
		}
	}
	return false
}

func lettersOf(s string) uint32 {
	var set uint32
	for i := range len(s) {
		if c := s[i]; c >= 'a' && c <= 'z' {
			set |= 1 << (c - 'a')
		}
	}
	return set
}

// correct returns the word of the base that is nearest to a folded word, "" if
// none is near: one change up to seven letters, two beyond. Among equally near
// words the one with the same first letter, then the most frequent, is chosen.
func (x *searchIndex) correct(word string, l lang.Lang) string {
	if len(word) < shortestGuess || strings.ContainsAny(word, "0123456789") {
		return ""
	}
	most := 1
	if len(word) > 7 {
		most = 2
	}
	best, at, letters := spelling{}, most+1, lettersOf(word)
	for length := len(word) - most; length <= len(word)+most; length++ {
		for _, s := range x.lengths[length] {
			if s.english && l != lang.EN || bits.OnesCount32(s.letters^letters) > 2*most {
				continue
			}
			if d := french.Distance(word, s.folded, most); d <= most && nearer(word, s, d, best, at) {
				best, at = s, d
			}
		}
	}
	return best.folded
}

// nearer reports whether a word at a distance of the one typed is a better
// guess than another.
func nearer(typed string, a spelling, distance int, b spelling, other int) bool {
	begins := func(s spelling) int {
		if s.folded != "" && s.folded[0] == typed[0] {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(other, distance), cmp.Compare(begins(a), begins(b)), cmp.Compare(a.cases, b.cases),
		strings.Compare(b.folded, a.folded)) > 0
}

// split returns a word as two words of the base, "" when it is not: the most
// frequent pair of those that make it.
func (x *searchIndex) split(word string) string {
	best, cases := "", 0
	for i := 3; i+3 <= len(word); i++ {
		a, b := x.casesOf(word[:i]), x.casesOf(word[i:])
		if n := min(a, b); n > cases {
			best, cases = word[:i]+" "+word[i:], n
		}
	}
	return best
}

func (x *searchIndex) casesOf(folded string) int {
	if t, ok := x.terms["="+folded]; ok {
		return len(x.postings[t])
	}
	return 0
}

// searchSpelling returns the place of the first word that is not before s.
func searchSpelling(list []spelling, s string) int {
	i, _ := slices.BinarySearchFunc(list, s, func(p spelling, s string) int { return strings.Compare(p.folded, s) })
	return i
}
