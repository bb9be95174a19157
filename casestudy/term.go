package casestudy

import (
	"strings"

	"vigie/lang"
	"vigie/stat/text"
	"vigie/taxonomy"
)

// nearEnough is the share of letters in common, by threes, from which a text
// may be what somebody meant.
const nearEnough = 0.3

// termWritten returns the term that a text is: its code, its label or short
// label in either language, whatever the accents and capitals.
func termWritten(set *taxonomy.Set, list, written string) (taxonomy.Term, bool) {
	if t, ok := set.Written(list, written); ok {
		return t, true
	}
	want := lang.Fold(written)
	for _, t := range set.Terms(list) {
		for _, name := range namesOf(t) {
			if want != "" && lang.Fold(name) == want {
				return t, true
			}
		}
	}
	return taxonomy.Term{}, false
}

// namesOf lists what a term is called.
func namesOf(t taxonomy.Term) []string {
	return []string{t.Code, t.LabelFR, t.LabelEN, t.Attributes["short_fr"], t.Attributes["short_en"]}
}

// nearestTerm returns the term whose code or label is most like a text, none
// when nothing is near; of two, the first of the list.
func nearestTerm(set *taxonomy.Set, list, written string) taxonomy.Term {
	if t, ok := termWritten(set, list, written); ok {
		return t
	}
	best, most := taxonomy.Term{}, nearEnough
	for _, t := range set.Terms(list) {
		for _, name := range namesOf(t) {
			if like := alikeName(written, name); like > most {
				best, most = t, like
			}
		}
	}
	return best
}

// alikeName compares names in [0, 1]: by letters, and by the words that one of
// them has all of.
func alikeName(a, b string) float64 {
	a, b = lang.Fold(a), lang.Fold(b)
	if a == "" || b == "" {
		return 0
	}
	like := text.Alike(a, b)
	if d := text.Distance(a, b, 2); d <= 2 && len(a) > 3 {
		like = max(like, 1-float64(d)/float64(len(a)))
	}
	if len(a) > 3 && (strings.Contains(" "+b+" ", " "+a+" ") || strings.HasPrefix(b, a)) {
		like = max(like, 0.6)
	}
	return like
}
