package lang

import (
	"strings"
	"unicode"
)

// Typeset sets s as readers of l expect it: Typography in French; curly
// apostrophes, curly quotes and the ellipsis in English.
func Typeset(l Lang, s string) string {
	if l == EN {
		return english(s)
	}
	return Typography(s)
}

// Typography sets French text written with ordinary keys: ’ for apostrophes,
// « » for straight quotes, … for three dots, U+00A0 before : % € » and after «
// and n°, U+202F before ; ! ? and inside numbers in groups of three. A missing
// space is added before double signs that end a word; addresses and times
// (https://…?x, 12:30) are left alone. Typography(Typography(s)) equals
// Typography(s).
func Typography(s string) string {
	if !strings.ContainsAny(s, "'\"«»:;!?%€°…. \u00A0\u202F") {
		return s
	}
	in := []rune(strings.ReplaceAll(s, "...", "…"))
	t := typesetter{in: in, out: make([]rune, 0, len(in)+8)}
	for i := range in {
		t.set(i)
	}
	return string(t.out)
}

// typesetter carries the text being set and whether a straight quote is open.
type typesetter struct {
	in   []rune
	out  []rune
	open bool
}

// set appends the i-th rune as it must be set after what is already there.
func (t *typesetter) set(i int) {
	c := t.in[i]
	switch {
	case c == '\'':
		t.out = append(t.out, '’')
	case c == '"' && !t.open, c == '«':
		t.open = true
		t.out = append(t.out, '«', '\u00A0')
	case c == '"', c == '»':
		t.open = false
		t.space('\u00A0', len(t.out) > 0)
		t.out = append(t.out, '»')
	case c == ':':
		t.space('\u00A0', t.ends(i))
		t.out = append(t.out, c)
	case c == ';' || c == '!' || c == '?':
		t.space('\u202F', t.ends(i))
		t.out = append(t.out, c)
	case c == '%' || c == '€':
		t.space('\u00A0', t.afterNumber() && t.ends(i))
		t.out = append(t.out, c)
	case isSpace(c):
		t.blank(i)
	default:
		t.out = append(t.out, c)
	}
}

// afterNumber reports whether a digit or a placeholder was just set.
func (t *typesetter) afterNumber() bool {
	n := len(t.out)
	return n > 0 && (unicode.IsDigit(t.out[n-1]) || t.out[n-1] == '}')
}

// blank sets a space: none after «, narrow between groups of digits, no-break
// after n°, otherwise as it was written.
func (t *typesetter) blank(i int) {
	n := len(t.out)
	switch {
	case n >= 2 && t.out[n-1] == '\u00A0' && t.out[n-2] == '«':
	case t.inNumber(i):
		t.out = append(t.out, '\u202F')
	case n >= 2 && t.out[n-1] == '°' && (t.out[n-2] == 'n' || t.out[n-2] == 'N'):
		t.out = append(t.out, '\u00A0')
	default:
		t.out = append(t.out, t.in[i])
	}
}

// space makes the space before a sign be want: it replaces the spaces already
// set, or is added when add and a word precedes. Signs in a row stay together.
func (t *typesetter) space(want rune, add bool) {
	n := len(t.out)
	for n > 0 && isSpace(t.out[n-1]) {
		n--
	}
	if n == 0 {
		return
	}
	had := n < len(t.out)
	if !had && (!add || strings.ContainsRune(";:!?«(", t.out[n-1])) {
		return
	}
	if t.out[n-1] == '«' {
		want = '\u00A0'
	}
	t.out = append(t.out[:n], want)
}

// ends reports whether the i-th rune ends a word: what follows is a space, a
// closing sign, the end, or the end of a branch of a message.
func (t *typesetter) ends(i int) bool {
	if i+1 == len(t.in) {
		return true
	}
	next := t.in[i+1]
	return isSpace(next) || strings.ContainsRune(";:!?»).,|}\"…", next)
}

// inNumber reports whether the space at i separates groups of a number: one to
// three digits (no leading zero) or whole groups before, exactly three after.
func (t *typesetter) inNumber(i int) bool {
	before := 0
	n := len(t.out)
	for before < n && unicode.IsDigit(t.out[n-1-before]) {
		before++
	}
	after := 0
	for i+1+after < len(t.in) && unicode.IsDigit(t.in[i+1+after]) {
		after++
	}
	if after != 3 || before == 0 || before > 3 {
		return false
	}
	if n == before {
		return t.out[0] != '0'
	}
	previous := t.out[n-before-1]
	if previous == '\u202F' {
		return before == 3
	}
	return t.out[n-before] != '0' && !unicode.IsLetter(previous) && !strings.ContainsRune("-,./", previous)
}

func isSpace(r rune) bool { return r == ' ' || r == '\u00A0' || r == '\u202F' }

// english sets apostrophes, straight quotes and dots.
func english(s string) string {
	if !strings.ContainsAny(s, "'\".") {
		return s
	}
	var b strings.Builder
	open := false
	for _, r := range strings.ReplaceAll(s, "...", "…") {
		switch {
		case r == '\'':
			b.WriteRune('’')
		case r == '"' && !open:
			open = true
			b.WriteRune('“')
		case r == '"':
			open = false
			b.WriteRune('”')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
