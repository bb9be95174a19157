package lang

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
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
func FoldLetters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range decompose(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			b.WriteRune(r + 'a' - 'A')
		case r == 'œ' || r == 'Œ':
			b.WriteString("oe")
		case r == 'æ' || r == 'Æ':
			b.WriteString("ae")
		case r == 'ß':
			b.WriteString("ss")
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// decompose separates letters from their diacritics; plain ASCII is returned
// as it is.
func decompose(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFD.String(s)
		}
	}
	return s
}

// Compare orders names as a French reader expects: without regard to case,
// diacritics and signs, then by their bytes, so that the order is total.
func Compare(a, b string) int {
	return cmp.Or(cmp.Compare(Fold(a), Fold(b)), cmp.Compare(a, b))
}
