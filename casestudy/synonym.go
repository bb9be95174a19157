package casestudy

import (
	"slices"
	"strings"
	"sync"

	"vigie/data"
	french "vigie/stat/text"
	"vigie/taxonomy"
)

// Synonyms knows which expressions mean the same, which are worth looking for
// beside another, and which words of a question say little. Expressions are
// kept by their key: the stems of their words, or = and an acronym.
type Synonyms struct {
	forms   map[string][]Expression // the same, and related ones, by key
	longest int                     // words of the longest expression
	known   []string                // keys of several words, sorted
	spelt   map[string][]string     // folded words of one stem, as the list writes them
	weak    map[string]bool         // stems
}

// Expression is what may be looked for in place of another.
type Expression struct {
	Text    string // as the list writes it
	key     string
	Related bool // not the same, but worth looking for
}

// ownSynonyms are those that come with the program, which its tests check.
var ownSynonyms = sync.OnceValue(func() *Synonyms {
	words, err := data.Read("casestudy/synonym.csv")
	if err != nil {
		panic(err)
	}
	weak, err := data.Read("casestudy/weak_word.csv")
	if err != nil {
		panic(err)
	}
	s, err := ParseSynonyms(words, weak)
	if err != nil {
		panic(err)
	}
	return s
})

// ParseSynonyms reads the two lists of data/casestudy. Errors are faults with
// file and line.
func ParseSynonyms(synonyms, weak []byte) (*Synonyms, error) {
	s := &Synonyms{forms: map[string][]Expression{}, spelt: map[string][]string{}, weak: map[string]bool{}}
	list, err := taxonomy.ReadList("synonym.csv", synonyms, "forms", "related")
	if err != nil {
		return nil, err
	}
	multiple := map[string]bool{}
	for _, row := range list.Rows {
		forms, related := expressions(row.Cell("forms"), false), expressions(row.Cell("related"), true)
		if len(forms) == 0 {
			row.Refuse("forms", "écrivez au moins une expression", "ligne sans expression")
		}
		all := append(slices.Clone(forms), related...)
		for _, e := range all {
			if len(french.Tokens(e.Text)) > 1 && !strings.Contains(e.key, " ") {
				row.Refuse("", "écrivez-la avec un autre mot, ou laissez-la de côté", "« %s » ne garde qu'un mot qui compte", e.Text)
			}
		}
		for _, e := range all {
			n := strings.Count(e.key, " ") + 1
			s.longest = max(s.longest, n)
			multiple[e.key] = multiple[e.key] || n > 1
		}
		for _, f := range forms {
			if !strings.Contains(f.key, " ") {
				s.spelt[f.key] = append(s.spelt[f.key], foldedWords(f.Text)...)
			}
			for _, e := range all {
				s.add(f.key, e)
			}
		}
	}
	for key, several := range multiple {
		if several {
			s.known = append(s.known, key)
		}
	}
	slices.Sort(s.known)
	words, weakErr := taxonomy.ReadList("weak_word.csv", weak, "word")
	if weakErr != nil {
		return nil, weakErr
	}
	for _, row := range words.Rows {
		s.weak[keyOf(row.Cell("word"))] = true
	}
	return s, list.Err()
}

// add keeps an expression for a key; the same wins over related.
func (s *Synonyms) add(key string, e Expression) {
	if e.key == key {
		if _, ok := s.forms[key]; !ok {
			s.forms[key] = nil
		}
		return
	}
	for i, known := range s.forms[key] {
		if known.key == e.key {
			s.forms[key][i].Related = known.Related && e.Related
			return
		}
	}
	s.forms[key] = append(s.forms[key], e)
}

func expressions(cell string, related bool) []Expression {
	var out []Expression
	for part := range strings.SplitSeq(cell, "|") {
		part = strings.TrimSpace(part)
		key := keyOf(part)
		if acronym(part) {
			key = "=" + french.Fold(part)
		}
		if key != "" {
			out = append(out, Expression{part, key, related})
		}
	}
	return out
}

// acronym reports whether an expression is one word in capitals, which has no
// other form: CAF is not « café ».
func acronym(s string) bool {
	tokens := french.Tokens(s)
	return len(s) > 1 && len(tokens) == 1 && strings.ToUpper(s) == s
}

// keyOf returns the key of an expression: the stems of its words without
// accents nor stop words, joined by spaces.
func keyOf(s string) string {
	var stems []string
	for _, t := range french.Tokens(s) {
		if !french.Stop(t.Word) {
			stems = append(stems, french.StemPlain(t.Word))
		}
	}
	return strings.Join(stems, " ")
}

// foldedWords returns the words of an expression that are no stop words.
func foldedWords(s string) []string {
	var words []string
	for _, t := range french.Tokens(s) {
		if !french.Stop(t.Word) {
			words = append(words, french.Fold(t.Word))
		}
	}
	return words
}
