package sav

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie/fault"
)

// Write writes the file under a compression, the same bytes for the same
// content. name stands in the messages. Texts are encoded as f.Encoding says.
// Errors are fault.Error (a name or a text that the format cannot hold, with
// variable and record) or those of w.
func (f *File) Write(w io.Writer, name string, c Compression) error {
	return f.write(w, name, c, binary.LittleEndian)
}

func (f *File) write(w io.Writer, name string, c Compression, order byteOrder) (err error) {
	if err := f.check(name); err != nil {
		return err
	}
	t, ok := textsOf(f.Encoding)
	if !ok {
		return fault.Invalidf("choisissez utf-8", "%s : encodage « %s » inconnu", name, f.Encoding)
	}
	defer catch(&err)
	e := &encoder{file: f, name: name, order: order, texts: t, short: f.shortNames()}
	e.header(c)
	e.variables()
	e.labels()
	e.documents()
	e.machine()
	e.sets()
	e.display()
	e.names()
	e.longLabels()
	e.longMissing()
	e.attributes()
	e.extend(16, 8, order.AppendUint64(order.AppendUint64(nil, 1), uint64(f.Rows)))
	e.extend(20, 1, []byte(strings.ToUpper(t.name)))
	e.int32(999, 0)
	if _, err := w.Write(e.out); err != nil {
		return err
	}
	return e.answers(w, c)
}

// encoder writes the dictionary. A text that does not fit panics with a
// *fault.Error, which write returns.
type encoder struct {
	file  *File
	name  string
	order byteOrder
	texts texts
	short [][]string
	out   []byte
}

func (e *encoder) int32(list ...int) {
	for _, n := range list {
		e.out = e.order.AppendUint32(e.out, uint32(int32(n)))
	}
}

func (e *encoder) float(x float64) { e.out = e.order.AppendUint64(e.out, math.Float64bits(x)) }

// text encodes a text of at most most bytes; where names it for a person.
func (e *encoder) text(s string, most int, where string) []byte {
	b, ok := e.texts.encode(s)
	if !ok {
		panic(fault.Invalidf("écrivez le fichier en UTF-8", "%s, %s : « %s » ne s'écrit pas dans l'encodage %s", e.name, where, s, e.texts.name))
	}
	if len(b) > most {
		panic(fault.Invalidf("raccourcissez ce texte", "%s, %s : %d octets, %d au plus", e.name, where, len(b), most))
	}
	return b
}

// padded appends a text and spaces up to size.
func (e *encoder) padded(b []byte, size int) {
	e.out = append(append(e.out, b...), bytes.Repeat([]byte{' '}, size-len(b))...)
}

// extend appends a record of type 7, nothing when it is empty.
func (e *encoder) extend(subtype, size int, data []byte) {
	if len(data) > 0 {
		e.int32(7, subtype, size, len(data)/size)
		e.out = append(e.out, data...)
	}
}

func (e *encoder) header(c Compression) {
	f := e.file
	magic := "$FL2"
	if c == Blocks {
		magic = "$FL3"
	}
	size, weight := 0, 0
	for _, v := range f.Variables {
		if strings.EqualFold(v.Name, f.Weight) {
			weight = size + 1
		}
		for i := range segments(v.Width) {
			size += elements(segmentWidth(v.Width, i))
		}
	}
	e.out = append(e.out, magic...)
	e.padded([]byte("@(#) SPSS DATA FILE - Vigie"), 60)
	e.int32(2, size, int(c), weight, f.Rows)
	e.float(100)
	e.out = append(e.out, f.Created.UTC().Format("02 Jan 0615:04:05")...)
	e.padded(e.text(f.Label, 64, "titre du fichier"), 64)
	e.out = append(e.out, 0, 0, 0)
}

// variables writes a record a variable and a segment, and the empty records
// that stand for the rest of a string.
func (e *encoder) variables() {
	for i, v := range e.file.Variables {
		for k := range segments(v.Width) {
			width := segmentWidth(v.Width, k)
			e.variable(v, e.short[i][k], width, k)
			for range elements(width) - 1 {
				e.int32(2, -1, 0, 0, 0, 0)
				e.padded(nil, 8)
			}
		}
	}
}

func (e *encoder) variable(v *Variable, short string, width, segment int) {
	label := e.text(v.Label, 255, "libellé de la variable « "+v.Name+" »")
	labelled, m := 0, v.Missing
	if len(label) > 0 && segment == 0 {
		labelled = 1
	}
	count := len(m.Values)
	switch {
	case m.Range:
		count = -2 - count
	case v.Width > 0 && v.Width <= 8:
		count = len(m.Texts)
	case v.Width > 8:
		count = 0
	}
	e.int32(2, width, labelled, count, int(v.format(v.Print, width).code()), int(v.format(v.Write, width).code()))
	e.padded([]byte(short), 8)
	if labelled == 1 {
		e.int32(len(label))
		e.padded(label, (len(label)+3)/4*4)
	}
	if m.Range {
		low, high := m.Low, m.High
		if math.IsInf(low, -1) {
			low = lowest
		}
		if math.IsInf(high, 1) {
			high = highest
		}
		e.float(low)
		e.float(high)
	}
	if v.Width == 0 {
		for _, x := range m.Values {
			e.float(x)
		}
	} else if v.Width <= 8 {
		for _, s := range m.Texts {
			e.padded(e.text(s, 8, "valeur manquante de la variable « "+v.Name+" »"), 8)
		}
	}
}

// format returns f when it suits the variable, else the usual one.
func (v *Variable) format(f Format, width int) Format {
	text := f.Type == typeA || f.Type == 2
	switch {
	case v.Width > 0:
		return Format{typeA, byte(width), 0}
	case f.Type == 0 || text || f.Width == 0 || f.Width > 40:
		return Numeric(8, 2)
	}
	return f
}

// labels writes the value labels of numbers and of strings of up to 8 bytes.
func (e *encoder) labels() {
	at := 1
	for _, v := range e.file.Variables {
		if len(v.Labels) > 0 && v.Width <= 8 {
			e.int32(3, len(v.Labels))
			for _, l := range v.Labels {
				where := "étiquettes de la variable « " + v.Name + " »"
				if v.Width == 0 {
					e.float(l.Value)
				} else {
					e.padded(e.text(l.Text, v.Width, where), 8)
				}
				label := e.text(l.Label, 255, where)
				e.out = append(e.out, byte(len(label)))
				e.padded(label, (len(label)+8)/8*8-1)
			}
			e.int32(4, 1, at)
		}
		for i := range segments(v.Width) {
			at += elements(segmentWidth(v.Width, i))
		}
	}
}

// documents writes lines of 80 bytes, cut between characters where longer.
func (e *encoder) documents() {
	var lines [][]byte
	for _, line := range e.file.Documents {
		b := e.text(line, math.MaxInt32, "documents")
		for len(b) > 80 {
			cut := 80
			for e.texts.code == nil && cut > 77 && !utf8.RuneStart(b[cut]) {
				cut--
			}
			lines, b = append(lines, b[:cut]), b[cut:]
		}
		lines = append(lines, b)
	}
	if len(lines) > 0 {
		e.int32(6, len(lines))
		for _, line := range lines {
			e.padded(line, 80)
		}
	}
}

// machine says how numbers are written.
func (e *encoder) machine() {
	endian := uint32(2)
	if e.order == byteOrder(binary.BigEndian) {
		endian = 1
	}
	var b []byte
	for _, n := range []uint32{1, 0, 0, 0xffffffff, 1, 1, endian, uint32(e.texts.page())} {
		b = e.order.AppendUint32(b, n)
	}
	e.extend(3, 4, b)
	b = nil
	for _, x := range []float64{sysmis, highest, lowest} {
		b = e.order.AppendUint64(b, math.Float64bits(x))
	}
	e.extend(4, 8, b)
}

// sets writes the multiple response sets under the short names.
func (e *encoder) sets() {
	old, later := []byte{}, []byte{}
	for _, s := range e.file.Sets {
		where := "réponses multiples « " + s.Name + " »"
		name, label := e.text(s.Name, mostName, where), e.text(s.Label, 255, where)
		line := append(append([]byte{}, name...), '=')
		if counted := e.text(s.Counted, 255, where); !s.Dichotomy {
			line = append(line, "C "...)
		} else {
			line = append(line, [...]string{"D", "E 1 ", "E 11 "}[s.Source]...)
			line = append(strconv.AppendInt(line, int64(len(counted)), 10), ' ')
			line = append(append(line, counted...), ' ')
		}
		line = append(strconv.AppendInt(line, int64(len(label)), 10), ' ')
		line = append(line, label...)
		for _, variable := range s.Variables {
			line = append(append(line, ' '), strings.ToLower(e.shortOf(variable, where))...)
		}
		if line = append(line, '\n'); s.Source == VariableLabels {
			old = append(old, line...)
		} else {
			later = append(later, line...)
		}
	}
	e.extend(7, 1, old)
	e.extend(19, 1, later)
}

func (e *encoder) shortOf(variable, where string) string {
	for i, v := range e.file.Variables {
		if strings.EqualFold(v.Name, variable) {
			return e.short[i][0]
		}
	}
	panic(fault.Invalidf("donnez des noms de variables du fichier", "%s, %s : la variable « %s » n'existe pas", e.name, where, variable))
}

// display writes level, width and alignment, of each segment.
func (e *encoder) display() {
	var b []byte
	for _, v := range e.file.Variables {
		columns := v.Columns
		if columns <= 0 {
			columns = 8
		}
		for range segments(v.Width) {
			for _, n := range []int{int(v.Measure), columns, int(v.Align)} {
				b = e.order.AppendUint32(b, uint32(n))
			}
		}
	}
	e.extend(11, 4, b)
}

// names writes the long names and the widths of very long strings.
func (e *encoder) names() {
	var names, widths []byte
	for i, v := range e.file.Variables {
		if i > 0 {
			names = append(names, '\t')
		}
		names = append(append(names, e.short[i][0]...), '=')
		names = append(names, e.text(v.Name, mostName, "nom de la variable « "+v.Name+" »")...)
		if v.Width > chunk {
			widths = fmt.Appendf(widths, "%s=%05d\x00\t", e.short[i][0], v.Width)
		}
	}
	e.extend(13, 1, names)
	e.extend(14, 1, widths)
}

// counted appends a text preceded by its length, with spaces up to size.
func (e *encoder) counted(b, text []byte, size int) []byte {
	size = max(size, len(text))
	b = append(e.order.AppendUint32(b, uint32(size)), text...)
	return append(b, bytes.Repeat([]byte{' '}, size-len(text))...)
}

func (e *encoder) longLabels() {
	var b []byte
	for _, v := range e.file.Variables {
		if v.Width <= 8 || len(v.Labels) == 0 {
			continue
		}
		where := "étiquettes de la variable « " + v.Name + " »"
		b = e.counted(b, e.text(v.Name, mostName, where), 0)
		b = e.order.AppendUint32(b, uint32(v.Width))
		b = e.order.AppendUint32(b, uint32(len(v.Labels)))
		for _, l := range v.Labels {
			b = e.counted(b, e.text(l.Text, v.Width, where), v.Width)
			b = e.counted(b, e.text(l.Label, 255, where), 0)
		}
	}
	e.extend(21, 1, b)
}

func (e *encoder) longMissing() {
	var b []byte
	for _, v := range e.file.Variables {
		if v.Width <= 8 || len(v.Missing.Texts) == 0 {
			continue
		}
		where := "valeur manquante de la variable « " + v.Name + " »"
		b = e.counted(b, e.text(v.Name, mostName, where), 0)
		b = append(b, byte(len(v.Missing.Texts)))
		b = e.order.AppendUint32(b, 8)
		for _, s := range v.Missing.Texts {
			b = append(b, fmt.Sprintf("%-8s", e.text(s, 8, where))...)
		}
	}
	e.extend(22, 1, b)
}

// attributes writes those of the file, then those of the variables.
func (e *encoder) attributes() {
	e.extend(17, 1, e.attributeList(e.file.Attributes))
	var b []byte
	for _, v := range e.file.Variables {
		if list := e.attributeList(v.Attributes); len(list) > 0 {
			if len(b) > 0 {
				b = append(b, '/')
			}
			b = append(append(b, e.text(v.Name, mostName, v.Name)...), ':')
			b = append(b, list...)
		}
	}
	e.extend(18, 1, b)
}

func (e *encoder) attributeList(list []Attribute) (b []byte) {
	for _, a := range list {
		where := "attribut « " + a.Name + " »"
		b = append(append(b, e.text(a.Name, mostName, where)...), '(')
		for _, value := range a.Values {
			b = append(b, '\'')
			b = append(b, e.text(value, math.MaxInt32, where)...)
			b = append(b, "'\n"...)
		}
		b = append(b, ')')
	}
	return b
}
