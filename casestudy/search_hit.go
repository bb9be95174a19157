package casestudy

import (
	"strings"
	"unicode/utf8"

	"vigie/lang"
	french "vigie/stat/text"
)

// excerptLength is about the length of an excerpt, in bytes.
const excerptLength = 240

// hit tells why a case is a result.
func (b *Base) hit(i int32, m *match, q Query) Hit {
	e := &b.entries[i]
	h := Hit{Entry: e, Whole: m.whole.has(i)}
	if m.scores == nil {
		h.Excerpt = Excerpt{Text: shorten(e.Record.In(q.Language).Summary)}
		return h
	}
	h.Score = float64(m.scores[i])
	h.Why = b.words.why(i, m.terms)
	h.Excerpt = b.words.excerpt(e.Record.In(q.Language), m.terms, min(2, m.clauses))
	return h
}

// In returns the text in a language, that of the record when there is no
// translation.
func (r *Record) In(l lang.Lang) Text {
	if t, ok := r.Translations[string(l)]; ok && string(l) != r.Language {
		return t
	}
	return r.Text
}

// why names the fields in which a case has one of the terms.
func (x *searchIndex) why(at int32, terms bitset) []string {
	var in [searchedFields]bool
	x.walk(at, func(t int32, field uint8, _ int) { in[field] = in[field] || terms.has(t) })
	var fields []string
	for f, yes := range in {
		if yes {
			fields = append(fields, fieldNames[f])
		}
	}
	return fields
}

// excerpt returns the piece of the summary or of a section that has the most
// different words looked for, the first that has enough of them.
func (x *searchIndex) excerpt(t Text, terms bitset, enough int) Excerpt {
	best, most := Excerpt{}, 0
	for k, text := range append([]string{t.Summary}, sectionTexts(t)...) {
		tokens := french.Tokens(text)
		marks := x.marks(tokens, terms)
		first, n := densest(tokens, marks)
		if k == 0 || n > most {
			best, most = cutAround(text, tokens, marks, first), n
		}
		if most >= enough {
			break
		}
	}
	return best
}

func sectionTexts(t Text) []string {
	var texts []string
	for _, code := range sectionsOf(t) {
		texts = append(texts, t.Sections[code])
	}
	return texts
}

// marks tells, for each token, which term looked for it is part of, none when
// it is of none.
func (x *searchIndex) marks(tokens []french.Token, terms bitset) []int32 {
	marks := make([]int32, len(tokens))
	var roots []int32 // of the words that are no stop words, which stand at
	var at []int
	for i, t := range tokens {
		marks[i] = none
		w, ok := x.vocable[t.Word]
		if !ok {
			roots, at = append(roots, boundary), append(at, i)
			continue
		}
		v := &x.words[w]
		for _, t := range []int32{v.exact, v.stems[1], v.en, v.stems[0]} {
			if t != none && terms.has(t) {
				marks[i] = t
			}
		}
		if v.plain != none {
			roots, at = append(roots, v.plain), append(at, i)
		}
	}
	for k := 0; k < len(roots); k++ {
		if e, ok := x.longest(roots[k:], terms); ok {
			for i := at[k]; i <= at[k+len(e.rest)]; i++ {
				marks[i] = e.term
			}
			k += len(e.rest)
		}
	}
	return marks
}

// longest returns the longest expression looked for that roots begin with.
func (x *searchIndex) longest(roots []int32, terms bitset) (best manyWords, ok bool) {
	for _, e := range x.multiple[roots[0]] {
		if terms.has(e.term) && len(e.rest) > len(best.rest) && follows(roots[1:], e.rest) {
			best, ok = e, true
		}
	}
	return best, ok
}

// densest returns the first token of the window that has the most different
// terms, and how many.
func densest(tokens []french.Token, marks []int32) (first, most int) {
	for i, m := range marks {
		if m == none {
			continue
		}
		seen := map[int32]bool{}
		for k := i; k < len(tokens) && tokens[k].End-tokens[i].Start <= excerptLength*3/4; k++ {
			if marks[k] != none {
				seen[marks[k]] = true
			}
		}
		if len(seen) > most {
			first, most = i, len(seen)
		}
	}
	return first, most
}

// cutAround returns the piece of a text that begins a little before a token.
func cutAround(text string, tokens []french.Token, marks []int32, first int) Excerpt {
	if len(tokens) == 0 {
		return Excerpt{Text: shorten(text)}
	}
	from := 0
	for k := first; k >= 0 && tokens[first].Start-tokens[k].Start <= excerptLength/4; k-- {
		from = tokens[k].Start
	}
	if tokens[first].Start <= excerptLength/4 {
		from = 0
	}
	to := len(text)
	for _, t := range tokens {
		if t.End-from > excerptLength {
			to = t.Start
			break
		}
	}
	e := Excerpt{}
	if from > 0 {
		e.Text = "… "
	}
	shift := len(e.Text) - from
	e.Text += strings.TrimRight(text[from:to], " ")
	if to < len(text) {
		e.Text += " …"
	}
	for i, t := range tokens {
		if marks[i] == none || t.Start < from || t.End > to {
			continue
		}
		s := Span{t.Start + shift, t.End + shift}
		if n := len(e.Marks); n > 0 && i > 0 && marks[i] == marks[i-1] && e.Marks[n-1].End >= tokens[i-1].End+shift {
			e.Marks[n-1].End = s.End
			continue
		}
		e.Marks = append(e.Marks, s)
	}
	return e
}

// shorten returns the beginning of a text, cut at a space.
func shorten(s string) string {
	if len(s) <= excerptLength {
		return s
	}
	cut := excerptLength
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	if space := strings.LastIndexByte(s[:cut], ' '); space > 0 {
		cut = space
	}
	return s[:cut] + " …"
}
