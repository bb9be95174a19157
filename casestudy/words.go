package casestudy

import (
	"slices"
	"strings"
	"unicode"
)

// Word is a run of text that two versions share (' '), that the first alone
// holds ('-') or the second ('+'). All runs but '+' make the first text, all
// but '-' the second.
type Word struct {
	Op   rune
	Text string
}

// mostEdits bounds the work of Words: past so many differences what lies
// between the common ends is told as replaced.
const mostEdits = 1500

// Words tells how a text became another, by French words: « l'eau » is « l' »
// and « eau ». It is the shortest such telling up to mostEdits words (Myers,
// 1986, Algorithmica 1, 251-266), and depends on nothing but the texts.
func Words(before, after string) []Word {
	a, b := cutWords(before), cutWords(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var w telling
	w.add(' ', a[:head]...)
	w.edit(a[head:len(a)-tail], b[head:len(b)-tail])
	w.add(' ', a[len(a)-tail:]...)
	return w.settled()
}

// cutWords cuts a text at words, spaces and signs; an elided article goes with
// its apostrophe.
func cutWords(s string) []string {
	var out []string
	start, last := 0, rune(0)
	for i, r := range s {
		apostrophe := (r == '\'' || r == '’') && isWord(last)
		joined := isWord(r) && isWord(last) || unicode.IsSpace(r) && unicode.IsSpace(last) || apostrophe
		if i > start && !joined {
			out, start = append(out, s[start:i]), i
		}
		last = r
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

type telling []Word

func (w *telling) add(op rune, texts ...string) {
	text := strings.Join(texts, "")
	switch n := len(*w); {
	case text == "":
	case n > 0 && (*w)[n-1].Op == op:
		(*w)[n-1].Text += text
	default:
		*w = append(*w, Word{op, text})
	}
}

// edit tells the shortest way from a to b.
func (w *telling) edit(a, b []string) {
	trace := reach(a, b)
	if trace == nil {
		w.add('-', a...)
		w.add('+', b...)
		return
	}
	var back []Word
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		v, k := trace[d], x-y
		from := k - 1
		if k == -d || k != d && v[k-1+d+1] < v[k+1+d+1] {
			from = k + 1
		}
		x0 := v[from+d+1]
		y0 := x0 - from
		if d == 0 {
			x0, y0 = 0, 0
		}
		for x > x0 && y > y0 {
			x, y = x-1, y-1
			back = append(back, Word{' ', a[x]})
		}
		switch {
		case d == 0:
		case x == x0:
			y--
			back = append(back, Word{'+', b[y]})
		default:
			x--
			back = append(back, Word{'-', a[x]})
		}
	}
	for _, s := range slices.Backward(back) {
		w.add(s.Op, s.Text)
	}
}

// reach returns for each number of edits d how far each diagonal was reached
// before it, at index diagonal + d + 1; nil past mostEdits.
func reach(a, b []string) [][]int {
	var trace [][]int
	most := min(len(a)+len(b), mostEdits)
	v := make([]int, 2*most+3)
	at := func(k int) *int { return &v[k+most+1] }
	for d := 0; d <= most; d++ {
		trace = append(trace, slices.Clone(v[most-d:most+d+3]))
		for k := -d; k <= d; k += 2 {
			x := *at(k - 1) + 1
			if k == -d || k != d && *at(k - 1) < *at(k + 1) {
				x = *at(k + 1)
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			*at(k) = x
			if x >= len(a) && x-k >= len(b) {
				return trace
			}
		}
	}
	return nil
}

// settled joins what a reader would not part: a space between two changes is
// told with them, and what was removed stands before what came.
func (w telling) settled() []Word {
	var out telling
	var gone, come string
	flush := func() {
		if gone != "" {
			out.add('-', gone)
		}
		if come != "" {
			out.add('+', come)
		}
		gone, come = "", ""
	}
	for i, word := range w {
		switch {
		case word.Op == '-':
			gone += word.Text
		case word.Op == '+':
			come += word.Text
		case strings.TrimSpace(word.Text) == "" && gone != "" && come != "" && i+1 < len(w):
			gone += word.Text
			come += word.Text
		default:
			flush()
			out.add(' ', word.Text)
		}
	}
	flush()
	return out
}
