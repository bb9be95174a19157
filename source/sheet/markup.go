package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// markup reads XML as a stream of events, without entities of its own and
// without checking namespaces. encoding/xml does more, ten times slower: a
// test holds the two equal.
type markup struct {
	in    *bufio.Reader
	tag   []byte // the tag read last, without < and >
	name  []byte // its local name
	attrs []byte // what follows the name
	text  []byte // of a text event, unescaped
	self  bool   // the element just opened is to be closed next
	depth []int  // where each open name ends in open
	open  []byte // names of the open elements
}

type event byte

const (
	eventOpen event = iota
	eventClose
	eventText
)

// mostInTag bounds one tag or one text of a document, in bytes.
const mostInTag = 4 << 20

var errMarkup = errors.New("XML mal formé")

func newMarkup(r io.Reader) *markup {
	return &markup{in: bufio.NewReaderSize(r, 128<<10)}
}

// next returns the next event; io.EOF at the end of a well-formed document.
func (m *markup) next() (event, error) {
	if m.self {
		m.self = false
		return eventClose, m.pop()
	}
	for {
		text, err := m.until(m.text[:0], '<')
		m.text = text
		if err == io.EOF {
			if len(m.depth) > 0 {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		if text = text[:len(text)-1]; len(text) > 0 && len(m.depth) > 0 {
			if err := m.in.UnreadByte(); err != nil {
				return 0, err
			}
			m.text, err = unescape(text)
			return eventText, err
		}
		if e, err := m.element(); err != nil || e != eventText || m.text != nil {
			return e, err
		}
	}
}

// until appends to head what comes up to and with b.
func (m *markup) until(head []byte, b byte) ([]byte, error) {
	for {
		part, err := m.in.ReadSlice(b)
		head = append(head, part...)
		if len(head) > mostInTag {
			return head, fmt.Errorf("%w : balise ou texte de plus de %d Mio", errMarkup, mostInTag>>20)
		}
		if err != bufio.ErrBufferFull {
			return head, err
		}
	}
}

// element reads what follows a <. A text event without text means that there
// was nothing to say: a comment, a declaration.
func (m *markup) element() (event, error) {
	tag, err := m.until(m.tag[:0], '>')
	for err == nil && unclosed(tag) {
		tag, err = m.until(tag, '>')
	}
	m.tag = tag
	if err == io.EOF {
		return 0, io.ErrUnexpectedEOF
	}
	if err != nil {
		return 0, err
	}
	if tag = tag[:len(tag)-1]; len(tag) == 0 {
		return 0, errMarkup
	}
	m.text = nil
	switch tag[0] {
	case '?':
		return eventText, nil
	case '!':
		if rest, ok := bytes.CutPrefix(tag, []byte("![CDATA[")); ok {
			m.text = append([]byte{}, bytes.TrimSuffix(rest, []byte("]]"))...)
		} else if !bytes.HasPrefix(tag, []byte("!--")) && bytes.IndexByte(tag, '[') >= 0 {
			return 0, fmt.Errorf("%w : déclaration d'entités refusée", errMarkup)
		}
		return eventText, nil
	case '/':
		m.name = local(bytes.TrimSpace(tag[1:]))
		return eventClose, m.pop()
	}
	if tag[len(tag)-1] == '/' {
		m.self, tag = true, tag[:len(tag)-1]
	}
	i := bytes.IndexAny(tag, " \t\r\n")
	if i < 0 {
		i = len(tag)
	}
	m.name, m.attrs = local(tag[:i]), tag[i:]
	if len(m.depth) > 200 {
		return 0, fmt.Errorf("%w : plus de 200 éléments imbriqués", errMarkup)
	}
	m.open = append(m.open, m.name...)
	m.depth = append(m.depth, len(m.open))
	return eventOpen, nil
}

// unclosed reports whether the > that ends tag stands inside a comment, a
// CDATA section or an attribute.
func unclosed(tag []byte) bool {
	switch {
	case bytes.HasPrefix(tag, []byte("!--")):
		return len(tag) < 6 || !bytes.HasSuffix(tag, []byte("-->"))
	case bytes.HasPrefix(tag, []byte("![CDATA[")):
		return !bytes.HasSuffix(tag, []byte("]]>"))
	case tag[0] == '!' || tag[0] == '?' || tag[0] == '/':
		return false
	}
	for {
		i := bytes.IndexAny(tag, `"'`)
		if i < 0 {
			return false
		}
		j := bytes.IndexByte(tag[i+1:], tag[i])
		if j < 0 {
			return true
		}
		tag = tag[i+j+2:]
	}
}

func (m *markup) pop() error {
	n := len(m.depth) - 1
	if n < 0 {
		return errMarkup
	}
	start := 0
	if n > 0 {
		start = m.depth[n-1]
	}
	if !bytes.Equal(m.open[start:m.depth[n]], m.name) {
		return fmt.Errorf("%w : </%.40s> ferme <%.40s>", errMarkup, m.name, m.open[start:m.depth[n]])
	}
	m.depth, m.open = m.depth[:n], m.open[:start]
	return nil
}

// local cuts the namespace prefix of a name.
func local(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

// each gives the attributes of the element just opened by their names without
// prefix; the values are unescaped, in place.
func (m *markup) each(f func(name, value []byte)) error {
	rest := m.attrs
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if len(rest) == 0 {
			return nil
		}
		i := bytes.IndexByte(rest, '=')
		if i < 0 {
			return errMarkup
		}
		name := bytes.TrimRight(rest[:i], " \t\r\n")
		rest = bytes.TrimLeft(rest[i+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return errMarkup
		}
		j := bytes.IndexByte(rest[1:], rest[0])
		if j < 0 {
			return errMarkup
		}
		value, err := unescape(rest[1 : 1+j])
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(name, []byte("xmlns")) {
			f(local(name), value)
		}
		rest = rest[j+2:]
	}
}

var entities = map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

// unescape replaces the entities of text, in place.
func unescape(text []byte) ([]byte, error) {
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	i := bytes.IndexByte(text, '&')
	if i < 0 {
		return text, nil
	}
	out := text[:i]
	for {
		text = text[i+1:]
		end := bytes.IndexByte(text, ';')
		if end < 0 || end > 10 {
			return nil, fmt.Errorf("%w : « & » seul", errMarkup)
		}
		c, ok := entities[string(text[:end])]
		if !ok {
			if c, ok = character(text[:end]); !ok {
				return nil, fmt.Errorf("%w : entité &%s; inconnue", errMarkup, text[:end])
			}
		}
		text = text[end+1:]
		out = utf8.AppendRune(out, c) // never longer than its entity
		if i = bytes.IndexByte(text, '&'); i < 0 {
			return append(out, text...), nil
		}
		out = append(out, text[:i]...)
	}
}

// character reads #233 or #xE9.
func character(text []byte) (rune, bool) {
	if len(text) < 2 || text[0] != '#' {
		return 0, false
	}
	base := 10
	if text = text[1:]; text[0] == 'x' {
		base, text = 16, text[1:]
	}
	n, err := strconv.ParseUint(string(text), base, 21)
	return rune(n), err == nil && n > 0 && utf8.ValidRune(rune(n))
}
