package microdata

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"vigie/fault"
	"vigie/stat/survey"
)

// stata is a Stata file of release 117 to 119 (Stata 13 and later), read from
// its start to its end. A failure panics with *fault.Error.
//
// Source: Stata help « dta », File formats .dta.
type stata struct {
	file    string
	data    []byte
	at      int
	order   binary.ByteOrder
	release int
	rows    int
	columns []*stataColumn
	labels  map[string]map[int32]string
	long    map[[2]uint64]string // strL by variable and observation
}

type stataColumn struct {
	name, format, labels, label string
	kind                        uint16
	width, start                int
}

// The types of values above the fixed strings, whose type is their width.
const (
	stataLong   = 32768 // strL
	stataDouble = 65526
	stataFloat  = 65527
	stataInt32  = 65528
	stataInt16  = 65529
	stataInt8   = 65530
)

// stata reads a Stata file. The variables become columns as those of SPSS do;
// the missing values .a to .z are declared ones.
func (o Options) stata(name string, data []byte) (f *survey.Frame, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *fault.Error:
			f, err = nil, r
		default:
			panic(r)
		}
	}()
	s := &stata{file: name, data: data, order: binary.LittleEndian}
	s.header()
	s.describe()
	start := s.records()
	s.readLong()
	s.readLabels()
	frame := &survey.Frame{Rows: s.rows}
	for _, v := range s.columns {
		frame.Columns = append(frame.Columns, s.column(v, start, o.Codes))
	}
	return frame, nil
}

func (s *stata) fail(format string, args ...any) {
	panic(fault.Invalidf("téléchargez-le de nouveau, ou demandez-le au producteur en .sav ou en csv", "%s : "+format, append([]any{s.file}, args...)...))
}

func (s *stata) bytes(n int) []byte {
	if n < 0 || n > len(s.data)-s.at {
		s.fail("fichier Stata tronqué ou abîmé (octet %d)", s.at)
	}
	b := s.data[s.at : s.at+n : s.at+n]
	s.at += n
	return b
}

func (s *stata) tag(text string) {
	if at := s.at; string(s.bytes(len(text))) != text {
		s.fail("fichier Stata abîmé : « %s » attendu à l'octet %d", text, at)
	}
}

// whole reads an unsigned whole number of 1, 2, 4 or 8 bytes.
func (s *stata) whole(size int) int {
	b := s.bytes(size)
	var n uint64
	switch size {
	case 1:
		n = uint64(b[0])
	case 2:
		n = uint64(s.order.Uint16(b))
	case 4:
		n = uint64(s.order.Uint32(b))
	default:
		n = s.order.Uint64(b)
	}
	if n > math.MaxInt32*64 {
		s.fail("fichier Stata abîmé (octet %d)", s.at-size)
	}
	return int(n)
}

// since returns one size for release 117 and another from 118 on.
func (s *stata) since(before, after int) int {
	if s.release == 117 {
		return before
	}
	return after
}

// header reads up to the map and passes over it: some programs leave it empty.
func (s *stata) header() {
	if !bytes.HasPrefix(s.data, []byte("<stata_dta>")) {
		panic(fault.Invalidf("réenregistrez-le avec Stata 13 ou plus récent, ou en csv", "%s : pas un fichier Stata de version 13 ou plus", s.file))
	}
	s.tag("<stata_dta><header><release>")
	switch release := string(s.bytes(3)); release {
	case "117", "118", "119":
		s.release = 117 + int(release[2]-'7')
	default:
		s.fail("fichier Stata de format « %s », que Vigie ne lit pas", release)
	}
	s.tag("</release><byteorder>")
	if string(s.bytes(3)) == "MSF" {
		s.order = binary.BigEndian
	}
	s.tag("</byteorder><K>")
	size := 2
	if s.release == 119 {
		size = 4
	}
	s.columns = make([]*stataColumn, min(s.whole(size), len(s.data)/33+1))
	s.tag("</K><N>")
	s.rows = s.whole(s.since(4, 8))
	s.tag("</N><label>")
	s.bytes(s.whole(s.since(1, 2)))
	s.tag("</label><timestamp>")
	s.bytes(s.whole(1))
	s.tag("</timestamp></header><map>")
	s.bytes(14 * 8)
	s.tag("</map>")
	if s.rows == 0 || len(s.columns) == 0 {
		panic(fault.Invalidf("vérifiez que c'est le bon fichier", "%s : aucune ligne de données", s.file))
	}
}

// describe reads types, names, formats and labels of the variables.
func (s *stata) describe() {
	s.tag("<variable_types>")
	start := 0
	for k := range s.columns {
		v := &stataColumn{kind: uint16(s.whole(2)), start: start}
		switch {
		case v.kind >= 1 && v.kind <= 2045:
			v.width = int(v.kind)
		case v.kind == stataLong || v.kind == stataDouble:
			v.width = 8
		case v.kind == stataFloat || v.kind == stataInt32:
			v.width = 4
		case v.kind == stataInt16:
			v.width = 2
		case v.kind == stataInt8:
			v.width = 1
		default:
			s.fail("variable n° %d de type %d inconnu", k+1, v.kind)
		}
		start += v.width
		s.columns[k] = v
	}
	s.tag("</variable_types>")
	fields := func(tag string, size int, put func(v *stataColumn, text string)) {
		s.tag("<" + tag + ">")
		for _, v := range s.columns {
			put(v, s.text(s.bytes(size)))
		}
		s.tag("</" + tag + ">")
	}
	fields("varnames", s.since(33, 129), func(v *stataColumn, text string) { v.name = text })
	s.tag("<sortlist>")
	size := 2
	if s.release == 119 {
		size = 4
	}
	s.bytes(size * (len(s.columns) + 1))
	s.tag("</sortlist>")
	fields("formats", s.since(49, 57), func(v *stataColumn, text string) { v.format = text })
	fields("value_label_names", s.since(33, 129), func(v *stataColumn, text string) { v.labels = text })
	fields("variable_labels", s.since(81, 321), func(v *stataColumn, text string) { v.label = text })
	s.tag("<characteristics>")
	for bytes.HasPrefix(s.data[s.at:], []byte("<ch>")) {
		s.at += 4
		s.bytes(s.whole(4))
		s.tag("</ch>")
	}
	s.tag("</characteristics>")
	seen := map[string]bool{}
	for k, v := range s.columns {
		if v.name == "" || seen[v.name] {
			s.fail("variable n° %d : nom « %s » vide ou déjà pris", k+1, v.name)
		}
		seen[v.name] = true
	}
}

// text decodes a text that a zero byte may end: UTF-8 from release 118 on,
// windows-1252 before and where it is not valid.
func (s *stata) text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	if utf8.Valid(b) {
		return string(b)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}

// readLong reads the strings of any length.
func (s *stata) readLong() {
	s.long = map[[2]uint64]string{}
	s.tag("<strls>")
	for bytes.HasPrefix(s.data[s.at:], []byte("GSO")) {
		s.at += 3
		key := [2]uint64{uint64(s.whole(4)), uint64(s.whole(s.since(4, 8)))}
		s.bytes(1)
		s.long[key] = s.text(s.bytes(s.whole(4)))
	}
	s.tag("</strls>")
}

// readLabels reads the value labels by name.
func (s *stata) readLabels() {
	s.labels = map[string]map[int32]string{}
	s.tag("<value_labels>")
	for bytes.HasPrefix(s.data[s.at:], []byte("<lbl>")) {
		s.at += 5
		s.bytes(4)
		name := s.text(s.bytes(s.since(33, 129)))
		s.bytes(3)
		n, size := s.whole(4), s.whole(4)
		offsets, values, texts := s.bytes(4*n), s.bytes(4*n), s.bytes(size)
		set := map[int32]string{}
		for i := range n {
			from := int(s.order.Uint32(offsets[4*i:]))
			if from > len(texts) {
				s.fail("étiquettes « %s » abîmées", name)
			}
			set[int32(s.order.Uint32(values[4*i:]))] = s.text(texts[from:])
		}
		s.labels[name] = set
		s.tag("</lbl>")
	}
	s.tag("</value_labels>")
}

// records passes over the answers and returns where they start; a file cut in
// them is refused with the record and the variable.
func (s *stata) records() (start int) {
	s.tag("<data>")
	start = s.at
	last := s.columns[len(s.columns)-1]
	width := last.start + last.width
	if left := len(s.data) - s.at; s.rows > left/width {
		at := s.columns[0]
		for _, v := range s.columns {
			if v.start <= left%width {
				at = v
			}
		}
		s.fail("enregistrement %d sur %d, variable « %s » : le fichier s'arrête là, il est tronqué", left/width+1, s.rows, at.name)
	}
	s.bytes(s.rows * width)
	s.tag("</data>")
	return start
}

// column reads one variable.
func (s *stata) column(v *stataColumn, start int, codes bool) *survey.Column {
	last := s.columns[len(s.columns)-1]
	width := last.start + last.width
	cell := func(i int) []byte { return s.data[start+i*width+v.start:][:v.width] }
	c := &survey.Column{Name: v.name, Label: v.label}
	day, moment := strings.HasPrefix(v.format, "%td") || strings.HasPrefix(v.format, "%d"), strings.HasPrefix(strings.ToLower(v.format), "%tc")
	switch {
	case v.kind <= 2045 || v.kind == stataLong:
		s.category(c, func(i int) string {
			if v.kind == stataLong {
				return s.long[s.key(cell(i))]
			}
			return strings.TrimRight(s.text(cell(i)), " ")
		})
	case day || moment:
		s.category(c, func(i int) string {
			x, why := s.number(v.kind, cell(i))
			switch {
			case why >= 0:
				return ""
			case day && math.Abs(x) < mostDays:
				return stataEpoch.AddDate(0, 0, int(math.Floor(x))).Format(time.DateOnly)
			case moment && math.Abs(x) < mostDays*dayMilli:
				days := math.Floor(x / dayMilli)
				rest := time.Duration(x-days*dayMilli) * time.Millisecond
				return stataEpoch.AddDate(0, 0, int(days)).Add(rest).Format("2006-01-02T15:04:05")
			}
			return plain(x) // no date of ours
		})
	default:
		s.numbers(c, v, cell)
		labelNumbers(c, codes, false)
	}
	return c
}

const (
	dayMilli = 86_400_000
	mostDays = 2_900_000 // about the year 9900
)

var stataEpoch = time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)

// key returns what a strL cell refers to.
func (s *stata) key(b []byte) [2]uint64 {
	n := s.order.Uint64(b)
	bits := map[int]int{117: 32, 118: 16, 119: 24}[s.release] // of the variable
	if s.order == binary.ByteOrder(binary.BigEndian) {
		return [2]uint64{n >> (64 - bits), n & (1<<(64-bits) - 1)}
	}
	return [2]uint64{n & (1<<bits - 1), n >> bits}
}

func (s *stata) category(c *survey.Column, text func(i int) string) {
	texts := make([]string, s.rows)
	for i := range texts {
		texts[i] = text(i)
	}
	made := survey.Category(c.Name, texts)
	c.Code, c.Levels = made.Code, made.Levels
}

// numbers fills a column of numbers with its labels.
func (s *stata) numbers(c *survey.Column, v *stataColumn, cell func(int) []byte) {
	c.Number = make([]float64, s.rows)
	labels := s.labels[v.labels]
	for i := range c.Number {
		x, why := s.number(v.kind, cell(i))
		if why > 0 {
			declare(c, s.rows, i, fmt.Sprintf(".%c", 'a'+rune(why-1)), labels[math.MaxInt32-26+int32(why)])
		}
		c.Number[i] = x
	}
	for value, label := range labels {
		if value <= math.MaxInt32-27 {
			if c.Labels == nil {
				c.Labels = map[string]string{}
			}
			c.Labels[plain(float64(value))] = label
		}
	}
}

// number reads a value; why is -1, 0 for the missing value . and 1 to 26 for .a
// to .z.
func (s *stata) number(kind uint16, b []byte) (x float64, why int) {
	var first float64 // the missing value .
	switch kind {
	case stataInt8:
		x, first = float64(int8(b[0])), 101
	case stataInt16:
		x, first = float64(int16(s.order.Uint16(b))), 32741
	case stataInt32:
		x, first = float64(int32(s.order.Uint32(b))), 2147483621
	case stataFloat:
		bits := s.order.Uint32(b)
		if bits&0xff000000 == 0x7f000000 {
			return math.NaN(), min(int(bits>>11&0x1f), 26)
		}
		return known(float64(math.Float32frombits(bits)))
	default:
		bits := s.order.Uint64(b)
		if bits>>52 == 0x7fe {
			return math.NaN(), min(int(bits>>40&0x1f), 26)
		}
		return known(math.Float64frombits(bits))
	}
	if x >= first {
		return math.NaN(), int(x - first)
	}
	return x, -1
}

// known makes a value that is no number the missing value.
func known(x float64) (float64, int) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN(), 0
	}
	return x, -1
}
