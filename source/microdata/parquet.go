package microdata

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"vigie/fault"
	"vigie/stat/survey"
)

// dictionaryKey is the metadata of a Parquet file that holds what its columns
// do not: order and labels.
const dictionaryKey = "vigie.dictionary"

// entry is a variable in that metadata.
type entry struct {
	Name   string            `json:"name"`
	Label  string            `json:"label,omitempty"`
	Levels []string          `json:"levels,omitempty"` // in an order that is not that of the bytes
	Labels map[string]string `json:"labels,omitempty"`
}

// parquet reads a file of flat columns of any type.
func (o Options) parquet(name string, data []byte) (f *survey.Frame, err error) {
	defer func() { // the library panics on some spoilt files
		if recover() != nil {
			f, err = nil, spoilt(name, "colonnes illisibles")
		}
	}()
	if err := checkFooter(data); err != nil { // the library trusts it
		return nil, spoilt(name, err.Error())
	}
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, spoilt(name, err.Error())
	}
	n := file.NumRows()
	if n == 0 {
		return nil, fault.Invalidf("vérifiez que c'est le bon fichier", "%s : aucune ligne de données", name)
	}
	if columns := int64(len(file.Schema().Fields())); n < 0 || n > int64(mostFree+mostByte*len(data))/max(columns, 1) {
		return nil, spoilt(name, strconv.FormatInt(n, 10)+" enregistrements annoncés")
	}
	f = &survey.Frame{Rows: int(n)}
	for k, field := range file.Schema().Fields() {
		if !field.Leaf() || field.Repeated() {
			return nil, fault.Invalidf("mettez une valeur par colonne", "%s, variable « %s » : colonne de listes ou de structures, non lue", name, field.Name())
		}
		if len(file.Schema().Columns()) != len(file.Schema().Fields()) {
			return nil, spoilt(name, "colonnes emboîtées")
		}
		c := leafOf(field)
		for _, group := range file.RowGroups() {
			if err := c.read(group.ColumnChunks()[k], f.Rows); err != nil {
				return nil, spoilt(name+", variable « "+field.Name()+" »", err.Error())
			}
		}
		if c.rows != f.Rows {
			return nil, spoilt(name, strconv.Itoa(c.rows)+" valeurs de « "+field.Name()+" » pour "+strconv.Itoa(f.Rows)+" enregistrements")
		}
		f.Columns = append(f.Columns, c.column())
	}
	if text, ok := file.Lookup(dictionaryKey); ok {
		return described(name, f, text)
	}
	return f, nil
}

// checkFooter refuses a file that does not end with the description that its
// last bytes announce.
func checkFooter(data []byte) error {
	if len(data) < 12 || string(data[len(data)-4:]) != "PAR1" {
		return errors.New("fichier tronqué, ou d'un autre format")
	}
	if size := binary.LittleEndian.Uint32(data[len(data)-8:]); int64(size) > int64(len(data)-12) {
		return errors.New("description plus longue que le fichier")
	}
	return nil
}

// The limits against files that would fill the memory.
const (
	mostFree = 16 << 20
	mostByte = 60
)

func spoilt(name, why string) error {
	return fault.Invalidf("téléchargez-le de nouveau, ou demandez-le au producteur", "%s : Parquet illisible (%s)", name, why)
}

// leaf gathers one column. A value is a number times unit, a date, or a text.
type leaf struct {
	answers
	kind parquet.Kind
	unit float64 // of a decimal number
	form string  // of a date: how it is written
	tick time.Duration
	rows int
	cell []byte
}

func leafOf(field parquet.Field) *leaf {
	t := field.Type()
	l := &leaf{answers: answers{name: field.Name()}, kind: t.Kind(), unit: 1}
	text := l.kind == parquet.Boolean || l.kind == parquet.ByteArray || l.kind == parquet.FixedLenByteArray
	if logical := t.LogicalType(); logical != nil {
		switch of := logical.Value.(type) {
		case *format.DateType:
			l.form, l.tick, text = time.DateOnly, 24*time.Hour, true
		case *format.TimestampType:
			l.form, l.tick, text = "2006-01-02T15:04:05.999999999", of.Unit.Value.Duration(), true
		case *format.DecimalType:
			l.unit = math.Pow10(-int(of.Scale))
		}
	}
	if text {
		l.become(0)
	}
	return l
}

// read takes the values of one row group.
func (l *leaf) read(chunk parquet.ColumnChunk, most int) error {
	pages := chunk.Pages()
	defer pages.Close()
	buffer := make([]parquet.Value, 1024)
	for {
		page, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		for values := page.Values(); ; {
			n, err := values.ReadValues(buffer)
			if l.rows+n > most {
				return errors.New("plus de valeurs que d'enregistrements")
			}
			for _, v := range buffer[:n] {
				if err := l.take(v); err != nil {
					return err
				}
			}
			if err == io.EOF {
				break
			} else if err != nil {
				return err
			}
		}
		parquet.Release(page)
	}
}

// take adds a value.
func (l *leaf) take(v parquet.Value) error {
	l.rows++
	if l.texts != nil {
		l.code = append(l.code, l.level(l.text(v)))
		return nil
	}
	x := math.NaN()
	if !v.IsNull() {
		switch l.kind {
		case parquet.Int32:
			x = float64(v.Int32()) * l.unit
		case parquet.Int64:
			if n := v.Int64(); n > 1<<53 || n < -(1<<53) {
				l.become(l.rows - 1)
				for i, x := range l.number {
					if x == x {
						l.code[i] = l.level([]byte(plain(x)))
					}
				}
				l.number, l.from = nil, 0
				l.code = append(l.code, l.level(strconv.AppendInt(nil, n, 10)))
				return nil
			}
			x = float64(v.Int64()) * l.unit
		case parquet.Float:
			x = float64(v.Float())
		case parquet.Double:
			x = v.Double()
		default:
			return errors.New("type " + l.kind.String() + " non lu")
		}
	}
	if math.IsInf(x, 0) {
		return fmt.Errorf("enregistrement %d : nombre infini", l.rows)
	}
	l.number = append(l.number, x)
	return nil
}

// text writes a value of a column of texts.
func (l *leaf) text(v parquet.Value) []byte {
	switch {
	case v.IsNull():
		return nil
	case l.form != "" && l.kind == parquet.Int32:
		return time.Unix(int64(v.Int32())*86400, 0).UTC().AppendFormat(l.cell[:0], l.form)
	case l.form != "":
		n := v.Int64()
		per := int64(time.Second / l.tick)
		second, rest := n/per, n%per
		return time.Unix(second, rest*int64(l.tick)).UTC().AppendFormat(l.cell[:0], l.form)
	case l.kind == parquet.Boolean:
		return strconv.AppendBool(l.cell[:0], v.Boolean())
	case l.kind == parquet.Int64:
		return strconv.AppendInt(l.cell[:0], v.Int64(), 10)
	}
	return v.ByteArray()
}

// described gives a frame the order, labels and levels that the metadata say.
func described(name string, f *survey.Frame, text string) (*survey.Frame, error) {
	var list []entry
	if json.Unmarshal([]byte(text), &list) != nil || len(list) != len(f.Columns) {
		return nil, spoilt(name, "dictionnaire qui n'est pas celui des colonnes")
	}
	out := &survey.Frame{Rows: f.Rows}
	for _, e := range list {
		c := f.Column(e.Name)
		if c == nil {
			return nil, spoilt(name, "dictionnaire qui n'est pas celui des colonnes")
		}
		c.Label, c.Labels = e.Label, e.Labels
		if len(e.Levels) > 0 && c.Number == nil {
			c = reordered(c, e.Levels)
		}
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

// reordered returns a categorical column with its levels in the order of a
// list, those that are not in it at the end.
func reordered(c *survey.Column, levels []string) *survey.Column {
	out := *c
	out.Code, out.Levels = make([]int32, len(c.Code)), nil
	rank := slices.Repeat([]int32{-1}, len(c.Levels))
	for _, level := range append(slices.Clone(levels), c.Levels...) {
		if k := slices.Index(c.Levels, level); k >= 0 && rank[k] < 0 {
			rank[k] = int32(len(out.Levels))
			out.Levels = append(out.Levels, level)
		}
	}
	for i, k := range c.Code {
		if out.Code[i] = -1; k >= 0 {
			out.Code[i] = rank[k]
		}
	}
	return &out
}
