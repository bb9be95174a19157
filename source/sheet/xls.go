package sheet

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"golang.org/x/text/encoding/charmap"

	"vigie/fault"
)

// binaryBook is a binary workbook (BIFF8, MS-XLS), held in memory.
type binaryBook struct {
	p      *part
	stream []byte
	named  []string
	starts []int // of each sheet in the stream
	base   int
	dates  []bool // of each cell style
	shared []string
	macros bool
	others []string
	biff8  bool
}

// Records of the format that we read.
const (
	recFormula   = 0x0006
	recEOF       = 0x000a
	recDate1904  = 0x0022
	recFilePass  = 0x002f
	recContinue  = 0x003c
	recSheet     = 0x0085
	recMulRK     = 0x00bd
	recXF        = 0x00e0
	recSST       = 0x00fc
	recLabelSST  = 0x00fd
	recNumber    = 0x0203
	recLabel     = 0x0204
	recBoolErr   = 0x0205
	recString    = 0x0207
	recRK        = 0x027e
	recFormat    = 0x041e
	recBOF       = 0x0809
	mostXLSTexts = 2_000_000
)

// record is one record of the stream.
type record struct {
	kind uint16
	data []byte
	next int // offset of the record after
}

// record returns the record at an offset, ok false past the end.
func (b *binaryBook) record(at int) (r record, ok bool) {
	if at < 0 || at+4 > len(b.stream) {
		return r, false
	}
	r.kind = binary.LittleEndian.Uint16(b.stream[at:])
	n := int(binary.LittleEndian.Uint16(b.stream[at+2:]))
	if at+4+n > len(b.stream) {
		return r, false
	}
	r.data, r.next = b.stream[at+4:at+4+n], at+4+n
	return r, true
}

func newBinaryBook(p *part) (*binaryBook, error) {
	stream, macros, err := p.workbookStream()
	if err != nil {
		return nil, err
	}
	b := &binaryBook{p: p, stream: stream, base: 1900, macros: macros}
	formats := map[uint16]bool{}
	var xfs []uint16
	for at := 0; ; {
		r, ok := b.record(at)
		if !ok {
			return nil, b.broken("")
		}
		at = r.next
		switch r.kind {
		case recBOF:
			b.biff8 = len(r.data) >= 2 && binary.LittleEndian.Uint16(r.data) == 0x0600
			if !b.biff8 {
				return nil, fault.Invalidf("enregistrez-le en xlsx ou en csv", "%s : classeur d'avant Excel 97, que Vigie ne lit pas", p.where())
			}
		case recFilePass:
			return nil, fault.Invalidf("enregistrez-le sans mot de passe", "%s : classeur protégé par un mot de passe", p.where())
		case recDate1904:
			if len(r.data) >= 2 && r.data[0] == 1 {
				b.base = 1904
			}
		case recFormat:
			if len(r.data) >= 5 {
				code, _ := shortText(r.data[2:], true)
				formats[binary.LittleEndian.Uint16(r.data)] = isDateFormat(code)
			}
		case recXF:
			if len(r.data) >= 4 {
				xfs = append(xfs, binary.LittleEndian.Uint16(r.data[2:]))
			}
		case recSheet:
			b.sheet(r.data)
		case recSST:
			at = b.texts(r)
		case recEOF:
			for _, f := range xfs {
				date, own := formats[f]
				b.dates = append(b.dates, date || !own && isDateID(int(f)))
			}
			return b, nil
		}
	}
}

// broken says where the stream of a workbook ends too soon.
func (b *binaryBook) broken(sheet string) error {
	where := b.p.where()
	if sheet != "" {
		where += ", feuille « " + sheet + " »"
	}
	return fault.Invalidf("téléchargez le fichier de nouveau, ou ouvrez-le dans votre tableur et enregistrez-le en xlsx", "%s : classeur xls tronqué ou abîmé", where)
}

// sheet reads where a sheet is and its name.
func (b *binaryBook) sheet(data []byte) {
	if len(data) < 8 {
		return
	}
	name, _ := shortText(data[6:], false)
	if data[5] != 0 { // chart, macros
		b.others = append(b.others, name)
		return
	}
	b.named = append(b.named, name)
	b.starts = append(b.starts, int(binary.LittleEndian.Uint32(data)))
}

func (b *binaryBook) names() []string { return b.named }

func (b *binaryBook) notes() []string {
	return (&workbook{macros: b.macros, others: b.others}).notes()
}

// shortText reads a text with its length in one byte, or two when wide.
func shortText(data []byte, wide bool) (string, bool) {
	if len(data) < 3 {
		return "", false
	}
	n := int(data[0])
	if data = data[1:]; wide {
		n |= int(data[0]) << 8
		data = data[1:]
	}
	if len(data) == 0 {
		return "", false
	}
	return characters(data[1:], n, data[0]&1 != 0)
}

// characters reads n characters of one byte, or of two when wide.
func characters(data []byte, n int, wide bool) (string, bool) {
	if wide {
		if len(data) < 2*n {
			return "", false
		}
		return utf16Text(data[:2*n]), true
	}
	if len(data) < n {
		return "", false
	}
	return latin(data[:n]), true
}

func latin(b []byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = charmap.ISO8859_1.DecodeByte(c)
	}
	return string(out)
}

// texts reads the table of shared texts, which goes on in the records that
// continue it, and returns the offset after them.
func (b *binaryBook) texts(r record) int {
	s := &continued{parts: [][]byte{r.data}}
	at := r.next
	for {
		more, ok := b.record(at)
		if !ok || more.kind != recContinue {
			break
		}
		s.parts = append(s.parts, more.data)
		at = more.next
	}
	s.skip(4)
	n, ok := s.uint(4)
	for i := 0; ok && i < min(n, mostXLSTexts); i++ {
		var text string
		if text, ok = s.text(); ok {
			b.shared = append(b.shared, text)
		}
	}
	return at
}

// continued reads through a record and those that continue it.
type continued struct {
	parts [][]byte // what is left, current first
}

// part returns what is left of the current record that has something left.
func (s *continued) part() []byte {
	for len(s.parts) > 0 && len(s.parts[0]) == 0 {
		s.parts = s.parts[1:]
	}
	if len(s.parts) == 0 {
		return nil
	}
	return s.parts[0]
}

func (s *continued) skip(n int) bool {
	for n > 0 {
		p := s.part()
		if p == nil {
			return false
		}
		k := min(n, len(p))
		s.parts[0] = p[k:]
		n -= k
	}
	return true
}

func (s *continued) uint(size int) (int, bool) {
	v := 0
	for i := range size {
		p := s.part()
		if p == nil {
			return 0, false
		}
		v |= int(p[0]) << (8 * i)
		s.parts[0] = p[1:]
	}
	return v, true
}

// text reads one shared text. Where a record ends in its characters, the next
// starts with a byte that says their width again.
func (s *continued) text() (string, bool) {
	n, ok := s.uint(2)
	flags, ok2 := s.uint(1)
	if !ok || !ok2 {
		return "", false
	}
	runs, ext := 0, 0
	if flags&8 != 0 {
		runs, ok = s.uint(2)
	}
	if flags&4 != 0 && ok {
		ext, ok = s.uint(4)
	}
	wide := flags&1 != 0
	var out []byte
	for ok && n > 0 {
		if len(s.parts) > 0 && len(s.parts[0]) == 0 {
			flags, ok = s.uint(1)
			wide = flags&1 != 0
			continue
		}
		p := s.part()
		size := 1
		if wide {
			size = 2
		}
		k := min(n, len(p)/size)
		if k == 0 {
			return "", false
		}
		text, _ := characters(p, k, wide)
		out = append(out, text...)
		s.parts[0] = p[k*size:]
		n -= k
	}
	return string(out), ok && s.skip(4*runs+ext)
}

// cellsOf is the state of reading one sheet of a binary workbook. Cells come
// by row in order; a row is given when the next starts.
type cellsOf struct {
	b     *binaryBook
	row   row
	begun bool
	last  int    // row given last, 1-based
	late  *place // formula whose text comes in the next record
	each  func(Row) error
	n     int
}

type place struct{ row, column int }

func (b *binaryBook) rows(ctx context.Context, sheet int, each func(Row) error) error {
	c := &cellsOf{b: b, each: each}
	depth := 0
	for at := b.starts[sheet]; ; {
		r, ok := b.record(at)
		if !ok || depth == 0 && r.kind != recBOF {
			return b.broken(b.named[sheet])
		}
		at = r.next
		if c.n++; c.n%ctxStep == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case r.kind == recBOF:
			depth++
		case r.kind == recEOF:
			if depth--; depth == 0 {
				return c.end()
			}
		case depth == 1:
			if err := c.cell(r); err != nil {
				return err
			}
		}
	}
}

// cell reads one record of cells.
func (c *cellsOf) cell(r record) error {
	if r.kind == recString {
		if c.late != nil {
			text, _ := shortText(r.data, true)
			at := *c.late
			c.late = nil
			return c.put(at.row, at.column, []byte(text), Text)
		}
		return nil
	}
	if !slices.Contains([]uint16{recFormula, recMulRK, recLabelSST, recNumber, recLabel, recBoolErr, recRK}, r.kind) || len(r.data) < 6 {
		return nil
	}
	d := r.data
	y, x, style := int(binary.LittleEndian.Uint16(d)), int(binary.LittleEndian.Uint16(d[2:])), int(binary.LittleEndian.Uint16(d[4:]))
	switch {
	case r.kind == recMulRK:
		for i := 4; i+6 <= len(d)-2; i, x = i+6, x+1 {
			if err := c.number(y, x, int(binary.LittleEndian.Uint16(d[i:])), rk(binary.LittleEndian.Uint32(d[i+2:]))); err != nil {
				return err
			}
		}
	case r.kind == recRK && len(d) >= 10:
		return c.number(y, x, style, rk(binary.LittleEndian.Uint32(d[6:])))
	case r.kind == recNumber && len(d) >= 14:
		return c.number(y, x, style, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])))
	case r.kind == recLabelSST && len(d) >= 10:
		i := binary.LittleEndian.Uint32(d[6:])
		if int64(i) >= int64(len(c.b.shared)) {
			return fault.Invalidf("ouvrez-le dans votre tableur et enregistrez-le en xlsx", "%s, cellule %s%d : texte n° %d absent du classeur", c.b.p.where(), ColumnName(x), y+1, i)
		}
		return c.put(y, x, []byte(c.b.shared[i]), Text)
	case r.kind == recLabel:
		text, _ := shortText(d[6:], true)
		return c.put(y, x, []byte(text), Text)
	case r.kind == recBoolErr && len(d) >= 8:
		return c.boolean(y, x, d[6], d[7] != 0)
	case r.kind == recFormula && len(d) >= 14:
		return c.formula(y, x, style, d[6:14])
	}
	return nil
}

// formula reads the value saved with a formula.
func (c *cellsOf) formula(y, x, style int, d []byte) error {
	if d[6] != 0xff || d[7] != 0xff {
		return c.number(y, x, style, math.Float64frombits(binary.LittleEndian.Uint64(d)))
	}
	switch d[0] {
	case 0:
		c.late = &place{y, x}
	case 1:
		return c.boolean(y, x, d[2], false)
	case 2:
		return c.boolean(y, x, d[2], true)
	}
	return nil
}

var errorTexts = map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A"}

func (c *cellsOf) boolean(y, x int, value byte, isError bool) error {
	if !isError {
		return c.put(y, x, strconv.AppendBool(nil, value != 0), Bool)
	}
	text, ok := errorTexts[value]
	if !ok {
		text = notCalculated
	}
	return c.put(y, x, []byte(text), Fault)
}

// rk reads a number in four bytes.
func rk(v uint32) float64 {
	var x float64
	if v&2 != 0 {
		x = float64(int32(v) >> 2)
	} else {
		x = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		x /= 100
	}
	return x
}

func (c *cellsOf) number(y, x, style int, value float64) error {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return c.put(y, x, []byte(notCalculated), Fault)
	}
	text, kind, _ := numeric(nil, strconv.AppendFloat(nil, value, 'f', -1, 64), style < len(c.b.dates) && c.b.dates[style], c.b.base)
	return c.put(y, x, text, kind)
}

// put adds a cell, after giving the row before when it starts a new one.
func (c *cellsOf) put(y, x int, text []byte, kind Kind) error {
	if y+1 != c.row.line || !c.begun {
		if err := c.end(); err != nil {
			return err
		}
		if y+1 <= c.last {
			return fault.Invalidf("ouvrez-le dans votre tableur et enregistrez-le en xlsx", "%s, ligne %d : cellules en désordre", c.b.p.where(), y+1)
		}
		c.row.begin(y + 1)
		c.begun = true
	}
	start := len(c.row.held)
	c.row.held = append(c.row.held, text...)
	c.row.put(x, start, kind)
	if len(c.row.spans) > mostColumns {
		return fault.Invalidf("ouvrez-le dans votre tableur et enregistrez-le en xlsx", "%s, ligne %d : plus de %d cellules", c.b.p.where(), y+1, mostColumns)
	}
	return nil
}

// end gives the row that is complete.
func (c *cellsOf) end() error {
	if !c.begun {
		return nil
	}
	c.begun, c.last = false, c.row.line
	if len(c.row.spans) == 0 {
		return nil
	}
	return c.each(c.row.row())
}
