package casestudy

import (
	"strings"

	"vigie/lang"
	french "vigie/stat/text"
)

// termsOf returns the terms among keys that some case has.
func (x *searchIndex) termsOf(keys ...string) []int32 {
	var terms []int32
	for _, k := range keys {
		if t, ok := x.terms[k]; ok && len(x.postings[t]) > 0 {
			terms = append(terms, t)
		}
	}
	return terms
}

// stemTerms returns the terms of the stems of a word.
func (x *searchIndex) stemTerms(word string) []int32 {
	var terms []int32
	for _, stem := range french.Stems(word) {
		terms = append(terms, x.termsOf("~"+stem)...)
	}
	return terms
}

// expressionTerms returns the terms of an expression by its key.
func (x *searchIndex) expressionTerms(key string) []int32 {
	switch {
	case strings.HasPrefix(key, "="):
		return x.termsOf(key)
	case strings.Contains(key, " "):
		return x.termsOf("+" + key)
	}
	return x.termsOf("~" + key)
}

// synonymsOf returns what may stand in place of an expression.
func (x *searchIndex) synonymsOf(key string) []alternative {
	var out []alternative
	for _, e := range x.synonyms.forms[key] {
		weight := x.weights.same
		if e.Related {
			weight = x.weights.related
		}
		if terms := x.expressionTerms(e.key); len(terms) > 0 {
			out = append(out, alternative{[][]int32{terms}, weight, e.Text})
		}
	}
	return out
}

// wordAlternatives returns what meets a word: itself, words of the same stem,
// its synonyms, words that begin the same.
func (x *searchIndex) wordAlternatives(w typedWord, l lang.Lang) []alternative {
	var out []alternative
	add := func(weight float64, terms []int32) {
		if len(terms) > 0 {
			out = append(out, alternative{[][]int32{terms}, weight, ""})
		}
	}
	add(1, x.termsOf("="+w.folded))
	add(x.weights.stem, x.stemTerms(w.word))
	if l == lang.EN {
		add(x.weights.stem, x.termsOf("!"+french.StemEnglish(w.word)))
	}
	out = append(out, x.synonymsOf("="+w.folded)...)
	out = append(out, x.synonymsOf(w.plain)...)
	add(x.weights.family, x.family(w.plain))
	return out
}

// The words of a family share shortestFamily letters and differ by the last
// furthestFamily at most.
const (
	shortestFamily = 5
	furthestFamily = 3
)

// family returns the stems that a stem begins, or that begin it.
func (x *searchIndex) family(stem string) []int32 {
	var terms []int32
	if len(stem) < shortestFamily {
		return nil
	}
	for _, s := range x.beginning(stem) {
		if n := len(s.stem) - len(stem); n > 0 && n <= furthestFamily {
			terms = append(terms, s.term)
		}
	}
	for n := len(stem) - 1; n >= max(shortestFamily, len(stem)-furthestFamily); n-- {
		terms = append(terms, x.termsOf("~"+stem[:n])...)
	}
	return terms
}

// mostUnfinished bounds the words that the beginning of one stands for.
const mostUnfinished = 40

// unfinished returns the words that begin with one being typed.
func (x *searchIndex) unfinished(w typedWord) []alternative {
	if len(w.folded) < 3 {
		return nil
	}
	var terms []int32
	for _, s := range x.spelt(w.folded) {
		terms = append(terms, x.termsOf("="+s.folded)...)
	}
	if len(terms) == 0 {
		return nil
	}
	return []alternative{{[][]int32{terms}, x.weights.family, ""}}
}

// spelt returns the first words of the base that begin with s.
func (x *searchIndex) spelt(s string) []spelling {
	from := searchSpelling(x.spelling, s)
	to := from
	for to < len(x.spelling) && to < from+mostUnfinished && strings.HasPrefix(x.spelling[to].folded, s) {
		to++
	}
	return x.spelling[from:to]
}
