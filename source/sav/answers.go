package sav

import (
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math"

	"vigie/fault"
)

// The limits against files that would fill the memory.
const (
	mostFree = 16 << 20 // values that any file may hold
	mostByte = 60       // values for one byte of file beyond
)

// Parse reads a system file. name stands in the messages; encoding is that of
// the texts when the file does not say it or says it wrong, "" to find it.
// Errors are fault.Error; a file cut in its answers is refused with the record
// and the variable where it stops.
func Parse(name string, data []byte, encoding string) (*File, error) {
	f, err := parse(name, data, encoding)
	if err == errGuess {
		return parse(name, data, "windows-1252")
	}
	return f, err
}

// errGuess says that UTF-8 was a guess, and wrong.
var errGuess = errors.New("not UTF-8")

func parse(name string, data []byte, encoding string) (f *File, err error) {
	defer catch(&err)
	c := &cursor{file: name, data: data}
	r := c.dictionary()
	d := c.decodeDictionary(r, encoding)
	if err := d.answers(); err != nil {
		return nil, err
	}
	return d.file, nil
}

// stream gives the answers as groups of 8 bytes.
type stream struct {
	order  byteOrder
	buffer []byte
	at     int
	more   func() ([]byte, error) // the next block, nil when there is none
	coded  bool                   // bytecode
	bias   float64
	codes  [8]byte
	code   int // next of codes
	ended  bool
	err    error // why the stream stops, io.EOF at its end
}

// need makes n bytes available from at; false at the end.
func (s *stream) need(n int) bool {
	for len(s.buffer)-s.at < n {
		var block []byte
		err := io.EOF
		if s.more != nil {
			block, err = s.more()
		}
		if err != nil {
			s.err = err
			if err == io.EOF && len(s.buffer) > s.at {
				s.err = io.ErrUnexpectedEOF
			}
			return false
		}
		s.buffer = append(append([]byte(nil), s.buffer[s.at:]...), block...)
		s.at = 0
	}
	return true
}

// group codes: what one 8-byte group is.
type groupKind byte

const (
	isLiteral groupKind = iota // the bytes that follow
	isNumber
	isSpaces
	isMissing
	isEnd
)

// group returns the next group: its kind, and its bytes when they are literal.
func (s *stream) group() (kind groupKind, b []byte, x float64) {
	if !s.coded {
		if !s.need(8) {
			return isEnd, nil, 0
		}
		s.at += 8
		return isLiteral, s.buffer[s.at-8 : s.at], 0
	}
	for !s.ended {
		if s.code == 8 {
			if !s.need(8) {
				return isEnd, nil, 0
			}
			copy(s.codes[:], s.buffer[s.at:])
			s.at += 8
			s.code = 0
		}
		code := s.codes[s.code]
		s.code++
		switch code {
		case 0:
		case 252:
			s.ended, s.err = true, io.EOF
		case 253:
			if !s.need(8) {
				return isEnd, nil, 0
			}
			s.at += 8
			return isLiteral, s.buffer[s.at-8 : s.at], 0
		case 254:
			return isSpaces, nil, 0
		case 255:
			return isMissing, nil, 0
		default:
			return isNumber, nil, float64(code) - s.bias
		}
	}
	return isEnd, nil, 0
}

// stream opens the answers in their compression.
func (d *decoder) stream() *stream {
	s := &stream{order: d.order, buffer: d.data[d.at:], bias: d.raw.header.bias, code: 8, coded: d.raw.header.compression != Plain}
	if d.raw.header.compression == Blocks {
		s.buffer, s.more = nil, d.blocks()
	}
	return s
}

// blocks reads the compressed blocks one after the other.
func (d *decoder) blocks() func() ([]byte, error) {
	d.what = "blocs compressés"
	start := int64(d.at)
	at, trailer, length := d.int64(), d.int64(), d.int64()
	if at != start || trailer < start+24 || length < 24 {
		d.fail("blocs compressés : adresses fausses, fichier abîmé")
	}
	end := min(trailer, int64(len(d.data)))
	cut := length > int64(len(d.data))-trailer
	in, out := &bytesIn{b: d.data[d.at:end]}, 0
	return func() ([]byte, error) {
		if in.at == len(in.b) {
			if cut {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, io.EOF
		}
		z, err := zlib.NewReader(in)
		if err != nil {
			return nil, err
		}
		block, err := io.ReadAll(io.LimitReader(z, mostBlock+1))
		if err == nil && len(block) > mostBlock {
			err = errors.New("bloc de plus de 16 Mio")
		}
		if out += len(block); out > 32<<20 && out/250 > len(d.data) {
			err = errors.New("contenu démesuré pour sa taille compressée (bombe de décompression)")
		}
		return block, err
	}
}

const mostBlock = 16 << 20

// bytesIn is a reader of bytes that a decompressor does not read past its end.
type bytesIn struct {
	b  []byte
	at int
}

func (r *bytesIn) ReadByte() (byte, error) {
	if r.at == len(r.b) {
		return 0, io.EOF
	}
	r.at++
	return r.b[r.at-1], nil
}

func (r *bytesIn) Read(p []byte) (int, error) {
	if r.at == len(r.b) {
		return 0, io.EOF
	}
	n := copy(p, r.b[r.at:])
	r.at += n
	return n, nil
}

// filler takes the groups of one variable.
type filler struct {
	v        *Variable
	segments []int // widths
	seen     map[string]string
	held     []byte
	d        *decoder
}

// answers reads the records.
func (d *decoder) answers() error {
	s, fill := d.stream(), d.fillers()
	cases, most := d.raw.header.cases, mostFree+mostByte*len(d.data)
	d.foresee(cases)
	n := 0
	for ; cases < 0 || n < cases; n++ {
		if (n+1)*len(fill) > most {
			panic(fault.Invalidf("coupez le fichier en plusieurs parties", "%s : plus de %d valeurs pour %d octets, fichier démesuré", d.cursor.file, most, len(d.data)))
		}
		more, err := d.record(s, fill, n)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	d.file.Rows = n
	if n == cases && d.excess(s) {
		d.fail("l'en-tête annonce %d enregistrement(s), le fichier en a davantage", cases)
	}
	if s.more != nil && s.err != nil && s.err != io.EOF {
		d.fail("après l'enregistrement %d : la fin du fichier manque ou est abîmée", n)
	}
	return nil
}

func (d *decoder) fillers() []*filler {
	fill := make([]*filler, len(d.file.Variables))
	for i, v := range d.file.Variables {
		fill[i] = &filler{v: v, d: d}
		if v.Width > 0 {
			fill[i].seen = map[string]string{}
			for _, e := range d.parts[i] {
				fill[i].segments = append(fill[i].segments, e.width)
			}
		}
	}
	return fill
}

// foresee makes room for the records that the header announces, as far as the
// size of the file bears it out.
func (d *decoder) foresee(cases int) {
	n := min(cases, 64*len(d.data)/d.raw.elements+1, 1<<20)
	if n <= 0 {
		return
	}
	for _, v := range d.file.Variables {
		if v.Width == 0 {
			v.Number = make([]float64, 0, n)
		} else {
			v.Text = make([]string, 0, n)
		}
	}
}

// excess reports whether more than padding follows the last record.
func (d *decoder) excess(s *stream) bool {
	for range d.raw.elements {
		if kind, _, _ := s.group(); kind == isEnd {
			return false
		}
	}
	return true
}

// record reads the record after n; more is false at the end of a file that
// does not announce how many it has.
func (d *decoder) record(s *stream, fill []*filler, n int) (more bool, err error) {
	for i, f := range fill {
		ok := false
		if f.v.Width == 0 {
			ok = f.number(s, n)
		} else if ok = f.text(s); ok {
			if err := f.keep(n); err != nil {
				return false, err
			}
		}
		if !ok {
			if i == 0 && d.raw.header.cases < 0 && s.err == io.EOF && len(f.held) == 0 {
				return false, nil
			}
			d.stopped(s, n, f.v)
		}
	}
	return true, nil
}

// stopped refuses a file that ends before its time.
func (d *decoder) stopped(s *stream, n int, v *Variable) {
	of, why := "", "le fichier s'arrête là, il est tronqué"
	if d.raw.header.cases >= 0 {
		of = fmt.Sprintf(" sur %d", d.raw.header.cases)
	}
	if s.err != nil && s.err != io.EOF && s.err != io.ErrUnexpectedEOF {
		why = "blocs compressés abîmés"
	}
	d.fail("enregistrement %d%s, variable « %s » : %s", n+1, of, v.Name, why)
}

// number takes the next group, of record n (0-based); false at the end.
func (f *filler) number(s *stream, n int) bool {
	kind, b, x := s.group()
	switch kind {
	case isEnd:
		return false
	case isLiteral:
		if x = math.Float64frombits(s.order.Uint64(b)); x == sysmis {
			x = math.NaN()
		}
	case isSpaces:
		f.d.fail("enregistrement %d, variable « %s » : du texte au lieu d'un nombre", n+1, f.v.Name)
	case isMissing:
		x = math.NaN()
	}
	f.v.Number = append(f.v.Number, x)
	return true
}

const spaces = "        "

// text gathers in held the segments of a string; false at the end.
func (f *filler) text(s *stream) bool {
	f.held = f.held[:0]
	for _, width := range f.segments {
		from := len(f.held)
		for range elements(width) {
			kind, b, x := s.group()
			switch kind {
			case isEnd:
				return false
			case isLiteral:
				f.held = append(f.held, b...)
			case isSpaces:
				f.held = append(f.held, spaces...)
			case isNumber:
				f.held = s.order.AppendUint64(f.held, math.Float64bits(x))
			case isMissing:
				f.held = s.order.AppendUint64(f.held, math.Float64bits(sysmis))
			}
		}
		f.held = f.held[:from+width]
	}
	return true
}

// keep takes the text gathered, of record n (0-based).
func (f *filler) keep(n int) error {
	end := min(len(f.held), f.v.Width)
	for end > 0 && (f.held[end-1] == ' ' || f.held[end-1] == 0) {
		end--
	}
	text, ok := f.seen[string(f.held[:end])]
	if !ok {
		if text, ok = f.d.texts.decode(f.held[:end]); !ok {
			if !f.d.texts.certain {
				return errGuess
			}
			return fault.Invalidf("dites l'encodage du fichier : windows-1252, iso-8859-15…",
				"%s, enregistrement %d, variable « %s » : octets qui ne sont pas de l'encodage %s", f.d.cursor.file, n+1, f.v.Name, f.d.texts.name)
		}
		f.seen[string(f.held[:end])] = text
	}
	f.held = f.held[:0]
	f.v.Text = append(f.v.Text, text)
	return nil
}
