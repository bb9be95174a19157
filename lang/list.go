package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// List joins items in a sentence: « a, b et c », "a, b and c"; "" for none.
// When one of the last two already holds an « et », they are joined by « ainsi
// que ».
func List(l Lang, items []string) string {
	and := T(l, "list.and")
	for _, s := range items[max(0, len(items)-2):] {
		if strings.Contains(s, " "+and+" ") {
			return join(items, T(l, "list.also"))
		}
	}
	return join(items, and)
}

// Either joins alternatives in a sentence: « a, b ou c », "a, b or c".
func Either(l Lang, items []string) string { return join(items, T(l, "list.or")) }

func join(items []string, last string) string {
	n := len(items)
	if n < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:n-1], ", ") + " " + last + " " + items[n-1]
}

// Sentence returns s with its first letter in capital, for a text that starts
// with a name's article: « Les Ardennes … ».
func Sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}
