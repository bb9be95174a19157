package sav

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
)

// decoder makes a File of a raw dictionary.
type decoder struct {
	*cursor
	raw   *raw
	texts texts
	file  *File
	first map[string]*Variable // by short name, upper case
	parts [][]*entry           // of each variable: its segments
}

// decodeDictionary gives names, labels and all else their texts. encoding is
// what the caller says, "" nothing.
func (c *cursor) decodeDictionary(r *raw, encoding string) *decoder {
	d := &decoder{cursor: c, raw: r, first: map[string]*Variable{}}
	d.chooseTexts(encoding)
	d.file = &File{Label: strings.TrimRight(d.text(r.header.label, "titre du fichier"), " \x00"), Product: r.header.product,
		Created: r.header.created, Encoding: d.texts.name}
	for _, line := range r.documents {
		d.file.Documents = append(d.file.Documents, strings.TrimRight(d.text(line, "documents"), " "))
	}
	d.joinSegments()
	d.longNames()
	d.weight()
	d.display()
	d.valueLabels()
	d.longMissing()
	d.attributes()
	d.sets()
	return d
}

// chooseTexts finds the encoding: what the caller says, what the file says in
// words or by its code page, else UTF-8 if the dictionary is valid, else
// windows-1252.
func (d *decoder) chooseTexts(encoding string) {
	declared := encoding
	if in := d.raw.extensions[20]; declared == "" && in != nil {
		declared = strings.TrimRight(string(in.data), " \x00")
	}
	if declared == "" {
		declared = encodingOfPage(int(d.raw.page))
	}
	t, ok := textsOf(declared)
	if !ok {
		panic(fault.Invalidf("dites l'encodage du fichier : utf-8, windows-1252, iso-8859-15…", "%s : encodage « %s » inconnu", d.cursor.file, declared))
	}
	if t.certain = declared != ""; !t.certain && !d.dictionaryFits(t) {
		t, _ = textsOf("windows-1252")
	}
	d.texts = t
}

// dictionaryFits reports whether the names and labels are texts of t.
func (d *decoder) dictionaryFits(t texts) bool {
	fits := func(b []byte) bool { _, ok := t.decode(b); return ok }
	for _, e := range d.raw.entries {
		if !fits(e.name) || !fits(e.label) {
			return false
		}
		for _, l := range e.labels {
			if !fits(l.label) {
				return false
			}
		}
	}
	return fits(d.raw.header.label)
}

// text decodes bytes of the dictionary; where names the place for a person.
func (d *decoder) text(b []byte, where string) string {
	s, ok := d.texts.decode(b)
	if !ok {
		panic(fault.Invalidf("dites l'encodage du fichier : windows-1252, iso-8859-15…",
			"%s, %s : octets qui ne sont pas de l'encodage %s", d.cursor.file, where, d.texts.name))
	}
	return s
}

// joinSegments makes one variable of the segments of a very long string.
func (d *decoder) joinSegments() {
	long := d.veryLong()
	list := d.raw.entries
	for i := 0; i < len(list); {
		e := list[i]
		short := strings.ToUpper(strings.TrimRight(d.text(e.name, "nom de variable"), " \x00"))
		v := &Variable{Name: short, short: short, Width: e.width, Print: e.print, Write: e.write}
		n := 1
		if width := long[short]; width > e.width {
			v.Width = width
			n = d.checkSegments(v, list[i:])
			v.Print.Width, v.Write.Width = 0, 0
		}
		if short == "" || d.first[short] != nil {
			d.fail("deux variables s'appellent « %s »", short)
		}
		v.Label = d.text(e.label, "libellé de la variable « "+short+" »")
		v.Missing = missingOf(e, d)
		d.first[short] = v
		d.file.Variables, d.parts = append(d.file.Variables, v), append(d.parts, list[i:i+n])
		i += n
	}
}

// checkSegments returns the number of segments of v, which start list.
func (d *decoder) checkSegments(v *Variable, list []*entry) int {
	n := segments(v.Width)
	if v.Width > mostWidth || n > len(list) {
		d.fail("variable « %s » : texte de %d octets annoncé, plus que le fichier n'en décrit", v.Name, v.Width)
	}
	for i, e := range list[:n] {
		if elements(e.width) != elements(segmentWidth(v.Width, i)) || e.width == 0 {
			d.fail("variable « %s » : partie %d de %d octets, %d attendus", v.Name, i+1, e.width, segmentWidth(v.Width, i))
		}
	}
	return n
}

// veryLong reads the widths of the very long strings, by short name.
func (d *decoder) veryLong() map[string]int {
	widths := map[string]int{}
	if in := d.raw.extensions[14]; in != nil {
		for pair := range bytes.SplitSeq(in.data, []byte{'\t'}) {
			name, width, ok := bytes.Cut(pair, []byte{'='})
			n, err := strconv.Atoi(strings.TrimRight(string(width), " \x00"))
			if ok && err == nil && n > chunk {
				widths[strings.ToUpper(d.text(name, "textes très longs"))] = n
			}
		}
	}
	return widths
}

// longNames gives the variables the names people know.
func (d *decoder) longNames() {
	in := d.raw.extensions[13]
	if in == nil {
		return
	}
	for pair := range strings.SplitSeq(d.text(bytes.TrimRight(in.data, "\x00"), "noms longs"), "\t") {
		short, name, ok := strings.Cut(pair, "=")
		if v := d.first[strings.ToUpper(short)]; ok && v != nil && name != "" {
			v.Name = name
		}
	}
	seen := map[string]bool{}
	for _, v := range d.file.Variables {
		if key := strings.ToUpper(v.Name); seen[key] {
			d.fail("deux variables s'appellent « %s »", v.Name)
		} else {
			seen[key] = true
		}
	}
}

func (d *decoder) weight() {
	at := int(d.raw.header.weight)
	if at == 0 {
		return
	}
	for i, parts := range d.parts {
		if parts[0].index == at-1 && parts[0].width == 0 {
			d.file.Weight = d.file.Variables[i].Name
			return
		}
	}
	d.fail("la variable de poids (n° %d) n'existe pas ou n'est pas un nombre", at)
}

// display reads level of measurement, width and alignment, which stand for
// each segment or for each variable.
func (d *decoder) display() {
	in := d.raw.extensions[11]
	if in == nil {
		return
	}
	n, all, each := len(in.data)/4, len(d.raw.entries), len(d.file.Variables)
	fields := 0
	for _, c := range [][2]int{{all, 3}, {all, 2}, {each, 3}, {each, 2}} {
		if fields == 0 && n == c[0]*c[1] {
			all, fields = c[0], c[1]
		}
	}
	if fields == 0 {
		return // nothing that a number depends on
	}
	for i, v := range d.file.Variables {
		v.Measure = Measure(in.int32())
		if fields == 3 {
			v.Columns = int(in.int32())
		}
		v.Align = Align(in.int32())
		if all > each {
			in.bytes((len(d.parts[i]) - 1) * fields * 4)
		}
		if v.Measure < Unknown || v.Measure > Scale {
			v.Measure = Unknown
		}
		if v.Align < Left || v.Align > Centre {
			v.Align = Left
		}
	}
}

// missingOf reads what a variable declares missing.
func missingOf(e *entry, d *decoder) (m Missing) {
	for _, b := range e.texts {
		m.Texts = append(m.Texts, strings.TrimRight(d.text(b[:min(e.width, 8)], "valeurs manquantes"), " "))
	}
	values := e.missing
	if m.Range = e.ranged && e.width == 0; m.Range {
		m.Low, m.High = values[0], values[1]
		if m.Low <= lowest {
			m.Low = math.Inf(-1)
		}
		if m.High == highest {
			m.High = math.Inf(1)
		}
		values = values[2:]
	}
	m.Values = values
	return m
}

// valueLabels gives each variable its value labels, by value.
func (d *decoder) valueLabels() {
	for i, v := range d.file.Variables {
		for _, l := range d.parts[i][0].labels {
			where := "étiquettes de la variable « " + v.Name + " »"
			label := Label{Label: d.text(l.label, where)}
			if v.Width == 0 {
				label.Value = math.Float64frombits(d.order.Uint64(l.value[:]))
			} else {
				label.Text = strings.TrimRight(d.text(l.value[:min(v.Width, 8)], where), " ")
			}
			v.Labels = append(v.Labels, label)
		}
	}
	d.longLabels()
	for _, v := range d.file.Variables {
		slices.SortStableFunc(v.Labels, func(a, b Label) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Text, b.Text))
		})
		v.Labels = slices.CompactFunc(v.Labels, func(a, b Label) bool { return a.Value == b.Value && a.Text == b.Text })
	}
}
