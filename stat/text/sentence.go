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
// initial (« J. Moulin ») or the number of an item (« 2. »), nor inside « … »,
// so that a quotation stays whole.
func Sentences(s string) []Sentence {
	var out []Sentence
	for at := 0; at < len(s); {
		end := strings.IndexAny(s[at:], "\n\r\u2028\u2029")
		if end < 0 {
			end = len(s) - at
		}
		out = appendSentences(out, s[:at+end], at)
		_, size := utf8.DecodeRuneInString(s[at+end:])
		at += end + size
	}
	return out
}

// appendSentences adds those of the line that starts at a place and ends with s.
func appendSentences(out []Sentence, s string, start int) []Sentence {
	inside := quoted(s, start)
	for at := start; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		at += size
		if !strings.ContainsRune(".!?…", r) || at <= inside[at-size-start] {
			continue
		}
		stop := closed(s, at, inside[at-size-start])
		if r == '.' && !strings.ContainsRune(".!?…", next(s, at)) && bindsFollowing(s[start:at-size], next(s, afterSpace(s, stop))) {
			continue
		}
		if begins(s, stop) {
			out = trimmed(out, s, start, stop)
			inside = inside[stop-start:]
			at, start = stop, stop
		}
	}
	return trimmed(out, s, start, len(s))
}

// quoted returns, for each byte of the line from start, where the quotation it
// lies in ends, the place of the closing mark; 0 outside one, and in one that
// the line does not close.
func quoted(s string, start int) []int {
	inside := make([]int, len(s)-start+1)
	for at := start; at < len(s); {
		open := strings.Index(s[at:], "«")
		if open < 0 {
			break
		}
		end := strings.Index(s[at+open:], "»")
		if end < 0 {
			break
		}
		for i := at + open; i < at+open+end; i++ {
			inside[i-start] = at + open + end
		}
		at += open + end + len("»")
	}
	for at := range inside { // the mark just before the closing one may end the sentence
		if end := inside[at]; end > 0 && strings.TrimFunc(s[min(len(s), start+at+1):end], ends) == "" {
			inside[at] = 0
		}
	}
	return inside
}

// ends tells a mark that ends a sentence, or a space.
func ends(r rune) bool { return strings.ContainsRune(".!?…", r) || unicode.IsSpace(r) }

// closed returns where the marks that close a sentence end: more stops, then
// quotation marks and brackets, a space before » included.
func closed(s string, at, _ int) int {
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if strings.ContainsRune(".!?…»”\")]’", r) {
			at += size
			continue
		}
		after := afterSpace(s, at)
		if r := next(s, after); after > at && (r == '»' || strings.ContainsRune("!?", r)) {
			at = after
			continue
		}
		break
	}
	return at
}

// next returns the rune at a place, 0 at the end.
func next(s string, at int) rune {
	if at >= len(s) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s[at:])
	return r
}

func afterSpace(s string, at int) int {
	return len(s) - len(strings.TrimLeftFunc(s[at:], unicode.IsSpace))
}

// begins tells whether a sentence can begin after a place: at the end of the
// line, or after a space.
func begins(s string, at int) bool {
	after := afterSpace(s, at)
	r := next(s, after)
	return r == 0 || after > at && (unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("«“\"([—–-•", r))
}

// bindsFollowing tells whether the stop after a text belongs to its last word
// and not to the sentence, what follows beginning with a rune.
func bindsFollowing(before string, follows rune) bool {
	word := before[strings.LastIndexFunc(before, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("(«“\"’'[", r) })+1:]
	word = strings.TrimLeft(word, "\u00bb")
	if r, size := utf8.DecodeRuneInString(word); size > 0 && size == len(word) && unicode.IsUpper(r) {
		return true
	}
	if strings.TrimSpace(before) == word && isNumber(word) {
		return true
	}
	if calls[strings.ToLower(word)] {
		return true
	}
	if at := strings.LastIndex(word, "-"); at >= 0 && utf8.RuneCountInString(word[at+1:]) == 1 && strings.HasSuffix(word[:at], ".") && unicode.IsUpper(follows) {
		return word != "J.-C" // « J.-P. Dupont », not « av. J.-C. Puis »
	}
	return shortened[strings.ToLower(word)] && !unicode.IsUpper(follows)
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// calls lists what never ends a sentence, shortened what ends one only before a
// capital.
var (
	calls = set2("m mm mme mmes mlle dr drs pr prs me mgr st ste mr mrs n no nos p pp art cf vol chap fig tél av bd boul al réf fr")
	// months, measures and words cut short
	shortened = set2("janv févr fév avr juil sept oct nov déc env hab min max sec etc ex éd coll dir ap i.e e.g c.-à-d cie sté adj resp dép rég arr cant km ha")
)

func set2(words string) map[string]bool {
	in := map[string]bool{}
	for _, w := range strings.Fields(words) {
		in[w] = true
	}
	return in
}

// trimmed adds a sentence without the space around it, unless it is empty.
func trimmed(out []Sentence, s string, start, end int) []Sentence {
	start = min(end, afterSpace(s, start))
	end = start + len(strings.TrimRightFunc(s[start:end], unicode.IsSpace))
	if start == end {
		return out
	}
	return append(out, Sentence{start, end})
}
