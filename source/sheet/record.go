package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"vigie/fault"
)

// mostInRecord bounds one record, in bytes: a file without line ends, or a
// quote never closed, is refused before it fills the memory.
const mostInRecord = 1 << 20

// records splits decoded text into records. encoding/csv does the same, three
// times slower; a fuzz test holds the two equal.
type records struct {
	in     *bufio.Reader
	comma  byte
	line   int      // 1-based line where the current record starts
	fields [][]byte // valid until the next call of read
	raw    []byte   // the record as it stands in the file, without its line end
	ahead  int      // lines read so far
	long   []byte   // raw of a record that spans lines or overflows the buffer
	cells  []byte   // unquoted cells
	cut    bool     // the last line read has no end

	table   *charmap.Charmap // of a text that is not UTF-8
	sure    bool             // the encoding was said, or has been found
	recoded []byte           // raw in UTF-8, when table is set
}

// misplaced is a fault of the record's form; the reader of records adds the
// file and the line. The next record can be read after it.
type misplaced struct{ what, do string }

func (m *misplaced) Error() string { return m.what }

var (
	errQuote    = &misplaced{"guillemet mal placé", "doublez le guillemet (\"\") dans un champ entre guillemets"}
	errOpen     = &misplaced{"guillemet ouvert et jamais refermé", "refermez le guillemet de cette ligne"}
	errTooLong  = &misplaced{"enregistrement de plus de 1 Mio", "vérifiez les fins de ligne et les guillemets"}
	errUTF8     = &misplaced{"octets qui ne sont pas de l'UTF-8", "dites l'encodage du fichier dans la description : encoding = \"windows-1252\" ou \"auto\""}
	errEncoding = &misplaced{"octets qui ne sont ni de l'UTF-8 ni du texte de cet encodage", "dites l'encodage du fichier dans la description ([file] encoding), ou enregistrez-le en UTF-8"}
)

// read advances to the next record that is not an empty line. The error is
// io.EOF at the end, a *misplaced for a record of wrong form, or what the byte
// layer said.
func (r *records) read() error {
	for {
		r.line = r.ahead + 1
		raw, err := r.physical(nil)
		if err != nil {
			return err
		}
		r.raw = raw
		if len(raw) == 0 {
			continue
		}
		if bytes.IndexByte(raw, '"') < 0 {
			if err := r.recode(); err != nil {
				return err
			}
			r.fields = split(r.fields[:0], r.raw, r.comma)
			return nil
		}
		if err := r.whole(); err != nil {
			return err
		}
		if err := r.recode(); err != nil {
			return err
		}
		return r.unquote()
	}
}

// recode puts raw in UTF-8. The first byte that is not ASCII tells UTF-8 from
// windows-1252 when nobody said the encoding.
func (r *records) recode() error {
	if r.table == nil {
		if utf8.Valid(r.raw) {
			r.sure = r.sure || !ascii(r.raw)
			return nil
		}
		if r.sure {
			return errUTF8
		}
		r.table = charmap.Windows1252
	}
	if ascii(r.raw) {
		return nil
	}
	r.sure = true
	r.recoded = r.recoded[:0]
	for _, b := range r.raw {
		c := r.table.DecodeByte(b)
		if c == utf8.RuneError {
			return errEncoding
		}
		r.recoded = utf8.AppendRune(r.recoded, c)
	}
	r.raw = r.recoded
	return nil
}

func ascii(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func split(fields [][]byte, raw []byte, comma byte) [][]byte {
	for {
		i := bytes.IndexByte(raw, comma)
		if i < 0 {
			return append(fields, raw)
		}
		fields = append(fields, raw[:i])
		raw = raw[i+1:]
	}
}

// physical returns the next line without its end, after what head already
// holds. The slice is the reader's own when head is nil and the line fits.
func (r *records) physical(head []byte) ([]byte, error) {
	part, err := r.in.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		if head == nil {
			head = r.long[:0]
		}
		if head = append(head, part...); len(head) > mostInRecord {
			return nil, r.skipLine()
		}
		part, err = r.in.ReadSlice('\n')
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	if err == io.EOF && len(part) == 0 && len(head) == 0 {
		return nil, io.EOF
	}
	r.ahead++
	r.cut = err == io.EOF
	if head != nil {
		part = append(head, part...)
		r.long = part
	}
	return trimEnd(part), nil
}

// skipLine reads to the end of an overlong line.
func (r *records) skipLine() error {
	for {
		_, err := r.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if r.ahead++; err != nil && err != io.EOF {
			return err
		}
		return errTooLong
	}
}

func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// whole completes raw when it holds an open quote, reading on to its end.
func (r *records) whole() error {
	state := scan(fieldStart, r.raw, r.comma)
	if state == inQuotes {
		r.long = append(r.long[:0], r.raw...)
	}
	for state == inQuotes { // here raw is the start of long
		r.long = append(r.long[:len(r.raw)], '\n')
		before := len(r.long)
		if before > mostInRecord {
			return errTooLong
		}
		raw, err := r.physical(r.long)
		if err == io.EOF || err == nil && len(raw) < before {
			return errOpen
		}
		if err != nil {
			return err
		}
		r.raw = raw
		state = scan(inQuotes, raw[before:], r.comma)
	}
	return nil
}

// quoteState says where a scan stands in a field.
type quoteState int

const (
	fieldStart quoteState = iota
	inBare
	inQuotes
	afterQuote
)

// scan follows the quotes of text from state s and returns the state after it.
func scan(s quoteState, text []byte, comma byte) quoteState {
	for _, b := range text {
		s = next(s, b, comma)
	}
	return s
}

// next returns the state after one byte.
func next(s quoteState, b, comma byte) quoteState {
	switch {
	case s == inQuotes:
		if b == '"' {
			return afterQuote
		}
		return s
	case b == comma:
		return fieldStart
	case b == '"' && s != inBare:
		return inQuotes
	}
	return inBare
}

// unquote fills the fields from raw, in which no quoted field is open.
func (r *records) unquote() error {
	r.fields = r.fields[:0]
	if r.cells = r.cells[:0]; cap(r.cells) < len(r.raw) {
		r.cells = make([]byte, 0, 2*len(r.raw)) // never grown below: fields are views of it
	}
	for rest := r.raw; ; rest = rest[1:] {
		var cell []byte
		var ok bool
		if len(rest) > 0 && rest[0] == '"' {
			cell, rest, ok = r.quotedCell(rest[1:])
		} else {
			cell, rest, ok = bareCell(rest, r.comma)
		}
		if !ok {
			return errQuote
		}
		r.fields = append(r.fields, cell)
		if len(rest) == 0 {
			return nil
		}
		if rest[0] != r.comma {
			return errQuote
		}
	}
}

func bareCell(text []byte, comma byte) (cell, rest []byte, ok bool) {
	i := bytes.IndexByte(text, comma)
	if i < 0 {
		i = len(text)
	}
	return text[:i], text[i:], bytes.IndexByte(text[:i], '"') < 0
}

// quotedCell reads up to the closing quote; text starts after the opening one.
func (r *records) quotedCell(text []byte) (cell, rest []byte, ok bool) {
	from := len(r.cells)
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			return nil, nil, false
		}
		r.cells = append(r.cells, text[:i]...)
		text = text[i+1:]
		if len(text) == 0 || text[0] != '"' {
			return r.cells[from:], text, true
		}
		r.cells = append(r.cells, '"')
		text = text[1:]
	}
}

func isMisplaced(err error) bool {
	_, ok := err.(*misplaced)
	return ok
}

// asFault names part and line around an error of form.
func (r *records) asFault(p *part, err error) *fault.Error {
	m, _ := errors.AsType[*misplaced](err)
	return fault.Invalidf(m.do, "%s, ligne %d : %s", p.where(), r.line, m.what)
}
