package place

import (
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Written tells where the values of a TOML text stand, so that one can be
// replaced without touching the rest.
type Written struct {
	Text   string
	value  map[string]Span
	header map[string]int
	count  map[string]int
	inline map[string]bool
}

// Span is a range of bytes of the text.
type Span struct{ Start, End int }

// Write reads a text that a decoder has accepted.
func Write(text string) Written {
	w := Written{text, map[string]Span{}, map[string]int{}, map[string]int{}, map[string]bool{}}
	p := unstable.Parser{}
	p.Reset([]byte(text))
	prefix, block := "", ""
	for p.NextExpression() {
		e := p.Expression()
		path, at := key(e)
		switch e.Kind {
		case unstable.ArrayTable:
			w.count[path]++
			prefix = fmt.Sprintf("%s[%d]", path, w.count[path])
			block = prefix
			start := strings.LastIndexByte(text[:at], '\n') + 1
			w.value[block] = Span{start, start + len(strings.TrimRight(line(text[start:]), " \t\r"))}
		case unstable.Table:
			prefix, block = path, ""
			w.header[path] = int(at)
		case unstable.KeyValue:
			v := w.pair(prefix, e)
			if block != "" {
				w.value[block] = Span{w.value[block].Start, v.End}
			}
		}
	}
	return w
}

func line(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}

// pair notes a key and what its value holds.
func (w *Written) pair(prefix string, e *unstable.Node) Span {
	path, at := key(e)
	path = join(prefix, path)
	start := int(at)
	start += valueEnd(w.Text[start:]) // the key's last word
	start += strings.IndexByte(w.Text[start:], '=') + 1
	start += len(w.Text[start:]) - len(strings.TrimLeft(w.Text[start:], " \t"))
	s := Span{start, start + valueEnd(w.Text[start:])}
	w.value[path] = s
	w.inside(path, e.Value())
	return s
}

// inside notes what a list or a table between braces holds.
func (w *Written) inside(path string, v *unstable.Node) {
	for it := v.Children(); it.Next(); {
		c := it.Node()
		switch {
		case v.Kind == unstable.InlineTable && c.Kind == unstable.KeyValue:
			w.pair(path, c)
		case v.Kind == unstable.Array && c.Kind == unstable.InlineTable:
			w.count[path]++
			w.inline[path] = true
			item, start := fmt.Sprintf("%s[%d]", path, w.count[path]), int(c.Raw.Offset)
			w.value[item] = Span{start, start + valueEnd(w.Text[start:])}
			w.inside(item, c)
		}
	}
}

// Value returns where the value of a path stands; of an item of a list, the
// whole item.
func (w Written) Value(path string) (Span, bool) {
	s, ok := w.value[path]
	return s, ok
}

// Len returns the number of the tables in a list.
func (w Written) Len(list string) int { return w.count[list] }

// Inline reports whether a list of tables is written between brackets.
func (w Written) Inline(list string) bool { return w.inline[list] }

// Header returns where the name of a table stands in its header.
func (w Written) Header(table string) (int, bool) {
	at, ok := w.header[table]
	return at, ok
}

// valueEnd returns the length of the value or the key at the start of a text.
func valueEnd(text string) int {
	for _, q := range []string{`"""`, `'''`} {
		if strings.HasPrefix(text, q) {
			return quoted(text, q)
		}
	}
	switch {
	case text == "":
		return 0
	case text[0] == '"' || text[0] == '\'':
		return quoted(text, text[:1])
	case text[0] == '[' || text[0] == '{':
		return bracketed(text)
	}
	if n := strings.IndexAny(text, " \t\r\n,]}#=."); n >= 0 && text[n] != '.' {
		return n
	} else if n >= 0 {
		return n + 1 + valueEnd(text[n+1:])
	}
	return len(text)
}

func quoted(text, q string) int {
	for i := len(q); i < len(text); i++ {
		if text[i] == '\\' && q[0] == '"' {
			i++
		} else if strings.HasPrefix(text[i:], q) {
			for i += len(q); len(q) == 3 && i < len(text) && text[i] == q[0]; i++ { // up to two quotes before the end
			}
			return i
		}
	}
	return len(text)
}

func bracketed(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'':
			i += valueEnd(text[i:]) - 1
		case '#':
			i += len(line(text[i:])) - 1
		}
	}
	return len(text)
}
