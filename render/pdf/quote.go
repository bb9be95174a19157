package pdf

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// quote returns s as a Typst string literal: the only way by which a text of
// a document enters the source. Line ends and control characters, which no
// reader sees, become spaces; bytes that are not UTF-8 become U+FFFD.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029' || unicode.IsControl(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// quoteLines is quote for preformatted text: line ends are kept.
func quoteLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		l = quote(strings.ReplaceAll(l, "\t", "    "))
		lines[i] = l[1 : len(l)-1]
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}

// tuple returns an array of expressions; Typst wants a comma after a lone one.
func tuple(items []string) string {
	if len(items) == 1 {
		return "(" + items[0] + ",)"
	}
	return "(" + strings.Join(items, ", ") + ")"
}

// date returns an ISO date as a Typst date, none if it is not one.
func date(iso string) string {
	var y, m, d int
	if n, err := fmt.Sscanf(iso, "%4d-%2d-%2d", &y, &m, &d); err != nil || n != 3 || m < 1 || m > 12 || d < 1 || d > 31 {
		return "none"
	}
	return fmt.Sprintf("datetime(year: %d, month: %d, day: %d)", y, m, d)
}

func length(mm float64) string { return strconv.FormatFloat(mm, 'f', 2, 64) + "mm" }
