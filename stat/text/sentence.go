package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is a stretch of a text, in bytes.
type Sentence struct{ Start, End int }

// Sentences cuts a French text into its sentences, in order, without the space
// between them. A line always ends one. Otherwise a sentence ends after . ! ?
// or … and the marks that close it, before a space and what can begin another:
// a capital, a figure, an opening mark. No sentence ends after a title (« M. »),
// an abbreviation that calls what follows (« p. 12 », « sept. 2024 »), an
// initial (« J. Moulin ») or the number of an item (« 2. »), nor inside « … »:
// a quotation stays whole.
func Sentences(s string) []Sentence {
	var out []Sentence
	for at := 0; at < len(s); {
		end := strings.IndexAny(s[at:], "\n\r\u2028\u2029")
		if end < 0 {
			end = len(s) - at
		}
		out = appendLine(out, s[at:at+end], at)
		_, size := utf8.DecodeRuneInString(s[at+end:])
		at += end + size
	}
	return out
}

// appendLine adds the sentences of a line that stands at a place of its text.
func appendLine(out []Sentence, line string, at int) []Sentence {
	start, done := 0, 0
	add := func(end int) {
		from := min(end, afterSpace(line, start))
		if to := from + len(strings.TrimRightFunc(line[from:end], unicode.IsSpace)); to > from {
			out = append(out, Sentence{at + from, at + to})
		}
		start, done = end, end
	}
	quotes := quotations(line)
	for i, r := range line {
		if i < done || !stops(r) || within(quotes, line, i) {
			continue
		}
		end := closed(line, i+utf8.RuneLen(r))
		if begins(line, end) && !(r == '.' && binds(line[start:i], runeAt(line, afterSpace(line, end)))) {
			add(end)
		}
	}
	add(len(line))
	return out
}

// stops tells a mark that may end a sentence.
func stops(r rune) bool { return strings.ContainsRune(".!?…", r) }

// quotations returns where the quotations of a line open and close.
func quotations(line string) [][2]int {
	var out [][2]int
	for at := 0; ; {
		open := strings.Index(line[at:], "«")
		if open < 0 {
			return out
		}
		length := strings.Index(line[at+open:], "»")
		if length < 0 {
			return out
		}
		out = append(out, [2]int{at + open, at + open + length})
		at += open + length
	}
}

// within tells whether a stop stands inside a quotation, and not at its end.
func within(quotes [][2]int, line string, at int) bool {
	for _, q := range quotes {
		if at > q[0] && at < q[1] {
			return strings.TrimFunc(line[at:q[1]], func(r rune) bool { return stops(r) || unicode.IsSpace(r) }) != ""
		}
	}
	return false
}

// closed returns where the marks that close a sentence end: more stops,
// brackets, quotation marks, the space before » included.
func closed(line string, at int) int {
	for at < len(line) {
		after := afterSpace(line, at)
		switch r := runeAt(line, at); {
		case strings.ContainsRune(".!?…»”\")]", r):
			at += utf8.RuneLen(r)
		case after > at && strings.ContainsRune("»!?", runeAt(line, after)):
			at = after
		default:
			return at
		}
	}
	return at
}

// runeAt returns the rune at a place, U+FFFD at the end.
func runeAt(line string, at int) rune {
	r, _ := utf8.DecodeRuneInString(line[at:])
	return r
}

func afterSpace(line string, at int) int {
	return len(line) - len(strings.TrimLeftFunc(line[at:], unicode.IsSpace))
}

// begins tells whether a sentence can begin at a place: after a space.
func begins(line string, at int) bool {
	after := afterSpace(line, at)
	r := runeAt(line, after)
	return after > at && (unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("«“\"([—–-•", r))
}

// binds tells whether the stop after the text of a sentence belongs to its last
// word, what follows beginning with a rune.
func binds(before string, follows rune) bool {
	word := before[strings.LastIndexFunc(before, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("(«“\"’'[", r) })+1:]
	if _, initial, ok := strings.Cut(word, ".-"); ok && word != "J.-C" {
		word = initial // of « J.-P. »
	}
	letter, size := utf8.DecodeRuneInString(word)
	switch {
	case word == "":
		return false
	case size == len(word) && unicode.IsUpper(letter), titles[word], calls[strings.ToLower(word)]:
		return true
	case strings.TrimSpace(before) == word && strings.Trim(word, "0123456789") == "":
		return true
	}
	return shortened[strings.ToLower(word)] && !unicode.IsUpper(follows)
}

// titles lists what stands before a name, calls what always calls what follows,
// shortened what ends a sentence only before a capital.
var (
	titles    = words("M MM Mme Mmes Mlle Dr Drs Pr Prs Me Mgr St Ste Mr Mrs")
	calls     = words("p pp cf vol chap fig tél bd boul")
	shortened = words("janv févr fév juil sept oct nov déc env hab min max etc ex éd coll dir ap av art n no nos al réf i.e e.g c.-à-d")
)

func words(list string) map[string]bool {
	in := map[string]bool{}
	for _, w := range strings.Fields(list) {
		in[w] = true
	}
	return in
}
