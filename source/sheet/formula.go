package sheet

import (
	"strings"
	"unicode"
)

// Harmless returns a text as it is written in a cell of csv: an apostrophe
// before it when a spreadsheet would take it for a formula. A text that is a
// number written plainly, -3.2 or +4, stays as it is. NUL, which would hide
// what follows it, is left out.
func Harmless(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	if Formula(text) {
		return "'" + text
	}
	return text
}

// Formula reports whether a spreadsheet would read more than a text or a number
// in a cell: whether its first character, blanks apart, is one of = + - @, also
// in full width, or it begins with a tab or the end of a line.
func Formula(text string) bool {
	if text != "" && strings.ContainsRune("\t\r\n", rune(text[0])) {
		return true
	}
	head := strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r)
	})
	for _, first := range head {
		return strings.ContainsRune("=+-@＝＋－＠", first) && !plainNumber(text)
	}
	return false
}

// plainNumber reports whether a text is a sign, digits, and perhaps a point or
// a comma and an exponent, nothing else.
func plainNumber(text string) bool {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	whole, rest := digits(text)
	if whole == 0 {
		return false
	}
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		_, rest = digits(rest[1:])
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		n, left := digits(rest)
		return n > 0 && left == ""
	}
	return rest == ""
}

func digits(text string) (n int, rest string) {
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n, text[n:]
}
