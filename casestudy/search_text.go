package casestudy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie/lang"
	french "vigie/stat/text"
)

// typedWord is a word of a query that is no stop word.
type typedWord struct {
	word       string // lower case, with its accents
	folded     string
	plain      string // stem without accents
	start, end int    // bytes of the text of the query
	last       bool   // nothing follows it: it may be unfinished
}

// typedText is a query taken apart.
type typedText struct {
	words    []typedWord
	phrases  [][]typedWord
	excluded [][]typedWord
}

// parseText takes a query apart: words, "phrases" in any quotes, and -words or
// -"phrases" that must be absent.
func parseText(s string, l lang.Lang) typedText {
	var t typedText
	for at := 0; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		start, excluded := at, false
		if r == '-' && at+1 < len(s) {
			at, excluded = at+1, true
			r, size = utf8.DecodeRuneInString(s[at:])
		}
		if closing := closingQuote(r); closing != 0 {
			from := at + size
			to := len(s)
			at = to
			if n := strings.IndexRune(s[from:], closing); n >= 0 {
				to = from + n
				at = to + utf8.RuneLen(closing)
			}
			t.add(typedWords(s, from, to, l), true, excluded)
			continue
		}
		if !excluded {
			at = start
		}
		from := at
		for at < len(s) {
			r, size := utf8.DecodeRuneInString(s[at:])
			if unicode.IsSpace(r) || closingQuote(r) != 0 && at > from {
				break
			}
			at += size
		}
		t.add(typedWords(s, from, at, l), false, excluded)
	}
	if n := len(t.words); n > 0 {
		t.words[n-1].last = t.words[n-1].end == len(s)
	}
	return t
}

func (t *typedText) add(words []typedWord, quoted, excluded bool) {
	switch {
	case len(words) == 0:
	case excluded:
		t.excluded = append(t.excluded, words)
	case quoted:
		t.phrases = append(t.phrases, words)
	default:
		t.words = append(t.words, words...)
	}
}

// closingQuote returns the mark that closes a quotation, 0 when r opens none.
func closingQuote(r rune) rune {
	switch r {
	case '"':
		return '"'
	case '«':
		return '»'
	case '“', '„':
		return '”'
	}
	return 0
}

// typedWords returns the words of a part of a query.
func typedWords(s string, from, to int, l lang.Lang) []typedWord {
	var words []typedWord
	for _, t := range french.Tokens(s[from:to]) {
		if french.Stop(t.Word) || l == lang.EN && french.StopEnglish(t.Word) {
			continue
		}
		folded := french.Fold(t.Word)
		words = append(words, typedWord{word: t.Word, folded: folded, plain: french.StemPlain(t.Word), start: from + t.Start, end: from + t.End})
	}
	return words
}

// searchClause is one thing wanted: a word or an expression with what may
// stand in its place.
type searchClause struct {
	typed        []typedWord
	alternatives []alternative
	weak         bool      // a result may lack it
	required     bool      // a result never lacks it
	phrase       []posting // the cases of a phrase in quotes
	marked       []int32   // terms of the phrase
}

// alternative is what may meet a clause: every list of terms must have one in
// the case.
type alternative struct {
	terms  [][]int32
	weight float64
	shown  string // what to tell the reader, "" for the words typed
}

// wanting is a query made ready for a base.
type wanting struct {
	x        *searchIndex
	language lang.Lang
	text     string
	clauses  []searchClause
	swaps    []swap   // corrections
	unknown  []string // words that lead to nothing
}

// swap is a correction of a part of the text.
type swap struct {
	start, end int
	by         string
}

// read makes the clauses of the words of a query.
func (r *wanting) read(words []typedWord) {
	for i := 0; i < len(words); {
		if n, c := r.expression(words[i:]); n > 0 {
			r.clauses = append(r.clauses, c)
			i += n
			continue
		}
		if joined, ok := r.joined(words[i:]); ok {
			r.clauses = append(r.clauses, joined)
			i += 2
			continue
		}
		r.word(words[i])
		i++
	}
}

// expression returns the clause of the longest expression that the words begin
// with and that some case or its synonyms have, 0 when there is none.
func (r *wanting) expression(words []typedWord) (int, searchClause) {
	s := r.x.synonyms
	for n := min(s.longest, len(words)); n > 1; n-- {
		stems := make([]string, n)
		for i, w := range words[:n] {
			stems[i] = w.plain
		}
		key := strings.Join(stems, " ")
		_, form := s.forms[key]
		if _, known := slices.BinarySearch(s.known, key); !form && !known {
			continue
		}
		c := searchClause{typed: words[:n]}
		c.alternatives = r.x.synonymsOf(key)
		if t, ok := r.x.terms["+"+key]; ok && len(r.x.postings[t]) > 0 {
			c.alternatives = append(c.alternatives, alternative{terms: [][]int32{{t}}, weight: 1})
		}
		if len(c.alternatives) == 0 {
			continue
		}
		apart := alternative{weight: r.x.weights.apart}
		for _, w := range words[:n] {
			apart.terms = append(apart.terms, r.x.stemTerms(w.word))
		}
		c.alternatives = append(c.alternatives, apart)
		return n, c
	}
	return 0, searchClause{}
}

// joined returns the clause of two words that the base writes in one, one of
// which it does not know.
func (r *wanting) joined(words []typedWord) (searchClause, bool) {
	if len(words) < 2 || r.x.casesOf(words[0].folded) > 0 && r.x.casesOf(words[1].folded) > 0 {
		return searchClause{}, false
	}
	both := words[0].folded + words[1].folded
	if r.x.casesOf(both) == 0 {
		return searchClause{}, false
	}
	w := typedWord{word: both, folded: both, plain: french.StemPlain(both), start: words[0].start, end: words[1].end}
	return searchClause{typed: words[:2], alternatives: r.x.wordAlternatives(w, r.language)}, true
}

// certain reports whether the words of a clause, their stems or their synonyms
// are met.
func (c *searchClause) certain(related float64) bool {
	return slices.ContainsFunc(c.alternatives, func(a alternative) bool { return a.weight > related || a.shown != "" })
}

// word adds the clause of one word: what the base has of it, else what begins
// with it while it is typed, else what it may be a mistake for.
func (r *wanting) word(w typedWord) {
	c := searchClause{typed: []typedWord{w}, alternatives: r.x.wordAlternatives(w, r.language), weak: r.x.synonyms.weak[w.plain]}
	if !c.certain(r.x.weights.related) { // nothing, or words that begin the same
		if w.last {
			c.alternatives = append(c.alternatives, r.x.unfinished(w)...)
		}
		if by := r.x.correct(w.folded, r.language); len(c.alternatives) > 0 && by != "" && !strings.HasPrefix(by, w.folded) && r.x.casesOf(by) > 0 {
			c.alternatives = append(c.alternatives, r.x.wordAlternatives(typedWords(by, 0, len(by), "")[0], r.language)...)
			r.swaps = append(r.swaps, swap{w.start, w.end, by})
		}
	}
	if len(c.alternatives) > 0 {
		r.clauses = append(r.clauses, c)
		return
	}
	if by := r.x.split(w.folded); by != "" {
		r.swaps = append(r.swaps, swap{w.start, w.end, by})
		r.read(typedWords(by, 0, len(by), r.language))
		return
	}
	if by := r.x.correct(w.folded, r.language); by != "" {
		r.swaps = append(r.swaps, swap{w.start, w.end, by})
		c.alternatives = r.x.wordAlternatives(typedWords(by, 0, len(by), "")[0], r.language)
		r.clauses = append(r.clauses, c)
		return
	}
	if !c.weak {
		r.unknown = append(r.unknown, r.text[w.start:w.end])
		r.clauses = append(r.clauses, c)
	}
}

// suggestion returns the text with its corrections, "" without any.
func (r *wanting) suggestion() string {
	if len(r.swaps) == 0 {
		return ""
	}
	var b strings.Builder
	at := 0
	for _, s := range r.swaps {
		b.WriteString(r.text[at:s.start] + s.by)
		at = s.end
	}
	return b.String() + r.text[at:]
}
