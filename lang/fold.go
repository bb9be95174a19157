package lang

import (
	"cmp"
	"strings"

	"vigie/stat/text"
)

// Fold returns s as a search compares it: lower case, no diacritics, œ and æ
// in two letters, every other sign a space, single spaces, and the words "st",
// "ste" in full ("St-Étienne" gives "saint etienne").
func Fold(s string) string {
	words := strings.Fields(FoldLetters(s))
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "ste":
			words[i] = "sainte"
		}
	}
	return strings.Join(words, " ")
}

// FoldLetters is Fold without the saints and with its spaces as they come: a
// person who has typed "st" may want Strasbourg.
func FoldLetters(s string) string { return text.Fold(s) }

// Compare orders names as a French reader expects: without regard to case,
// diacritics and signs, then by their bytes, so that the order is total.
func Compare(a, b string) int {
	return cmp.Or(cmp.Compare(Fold(a), Fold(b)), cmp.Compare(a, b))
}
