package sav

import (
	"bytes"
	"strconv"
	"strings"
)

// counted reads a text preceded by its length.
func (d *decoder) counted(in *cursor) string {
	return d.text(in.bytes(in.count(1)), in.what)
}

// named finds the variable that an extension names, by either name.
func (d *decoder) named(name string) *Variable {
	name = strings.TrimRight(name, " \x00")
	if v := d.file.Variable(name); v != nil {
		return v
	}
	return d.first[strings.ToUpper(name)]
}

// longLabels reads the value labels of strings of more than 8 bytes.
func (d *decoder) longLabels() {
	in := d.raw.extensions[21]
	if in == nil {
		return
	}
	in.what = "étiquettes de textes longs"
	for in.left() >= 4 {
		v := d.named(d.counted(in))
		if v == nil || v.Width == 0 {
			in.fail("étiquettes de textes longs d'une variable qui n'existe pas ou n'est pas un texte")
		}
		in.int32() // width
		for range in.count(8) {
			text := strings.TrimRight(d.counted(in), " ")
			v.Labels = append(v.Labels, Label{Text: text, Label: d.counted(in)})
		}
	}
}

// longMissing reads the missing values of strings of more than 8 bytes.
func (d *decoder) longMissing() {
	in := d.raw.extensions[22]
	if in == nil {
		return
	}
	in.what = "valeurs manquantes de textes longs"
	for in.left() >= 4 {
		v := d.named(d.counted(in))
		n := int(in.bytes(1)[0])
		if v == nil || v.Width == 0 || n > 3 {
			in.fail("valeurs manquantes de textes longs d'une variable qui n'existe pas ou n'est pas un texte")
		}
		size := in.count(1)
		v.Missing.Texts = nil
		for i := range n {
			if i > 0 && in.left() >= 4 && int(in.order.Uint32(in.data[in.at:])) == size {
				in.int32() // written before each value by old versions of PSPP
			}
			v.Missing.Texts = append(v.Missing.Texts, strings.TrimRight(d.text(in.bytes(size), in.what), " \x00"))
		}
	}
}

// attributes reads those of the file and of the variables.
func (d *decoder) attributes() {
	if in := d.raw.extensions[17]; in != nil {
		d.file.Attributes, _ = attributes(d.text(in.data, "attributs du fichier"))
	}
	in := d.raw.extensions[18]
	if in == nil {
		return
	}
	rest := d.text(in.data, "attributs des variables")
	for rest != "" {
		name, after, ok := strings.Cut(rest, ":")
		if !ok {
			return
		}
		var list []Attribute
		list, rest = attributes(after)
		rest = strings.TrimPrefix(rest, "/")
		if v := d.named(name); v != nil {
			v.Attributes = list
		}
	}
}

// attributes reads « name('value'⏎'value'⏎)name(… » up to a slash or the end.
func attributes(text string) (list []Attribute, rest string) {
	for text != "" && text[0] != '/' {
		name, after, ok := strings.Cut(text, "(")
		if !ok {
			return list, ""
		}
		a := Attribute{Name: strings.TrimLeft(name, "\n")}
		for after != "" && after[0] != ')' {
			line, next, _ := strings.Cut(after, "\n")
			if line = strings.TrimPrefix(line, "'"); strings.HasSuffix(line, "'") {
				line = line[:len(line)-1]
			}
			a.Values, after = append(a.Values, line), next
		}
		list, text = append(list, a), strings.TrimPrefix(after, ")")
	}
	return list, text
}

// sets reads the multiple response sets.
func (d *decoder) sets() {
	for _, subtype := range []int32{7, 19} {
		if in := d.raw.extensions[subtype]; in != nil {
			for line := range bytes.SplitSeq(in.data, []byte{'\n'}) {
				if s, ok := d.set(line); ok {
					d.file.Sets = append(d.file.Sets, s)
				}
			}
		}
	}
}

// set reads « $name=D1 1 5 label q1 q2 »; lengths are in bytes of the file.
func (d *decoder) set(line []byte) (s Set, ok bool) {
	name, rest, ok := bytes.Cut(line, []byte{'='})
	if !ok || len(rest) == 0 || !bytes.HasPrefix(name, []byte{'$'}) {
		return s, false
	}
	kind := rest[0]
	rest = rest[1:]
	var counted, label []byte
	switch kind {
	case 'C':
		rest = bytes.TrimPrefix(rest, []byte{' '})
	case 'E':
		var flags []byte
		flags, rest, _ = bytes.Cut(bytes.TrimPrefix(rest, []byte{' '}), []byte{' '})
		if s.Source = CountedLabels; string(flags) == "11" {
			s.Source = CountedLabelsFirst
		}
		fallthrough
	case 'D':
		s.Dichotomy = true
		if counted, rest, ok = lengthy(rest); !ok {
			return s, false
		}
	default:
		return s, false
	}
	if label, rest, ok = lengthy(rest); !ok {
		return s, false
	}
	where := "réponses multiples"
	s.Name, s.Counted, s.Label = d.text(name, where), strings.TrimRight(d.text(counted, where), " "), d.text(label, where)
	for short := range strings.FieldsSeq(d.text(bytes.TrimRight(rest, "\x00"), where)) {
		if v := d.first[strings.ToUpper(short)]; v != nil {
			s.Variables = append(s.Variables, v.Name)
		} else if v := d.named(short); v != nil {
			s.Variables = append(s.Variables, v.Name)
		} else {
			d.fail("réponses multiples « %s » : la variable « %s » n'existe pas", s.Name, short)
		}
	}
	return s, len(s.Variables) > 0
}

// lengthy cuts « 5 label » and the space after it.
func lengthy(b []byte) (text, rest []byte, ok bool) {
	number, rest, ok := bytes.Cut(b, []byte{' '})
	n, err := strconv.Atoi(string(number))
	if !ok || err != nil || n < 0 || n > len(rest) {
		return nil, nil, false
	}
	return rest[:n], bytes.TrimPrefix(rest[n:], []byte{' '}), true
}
