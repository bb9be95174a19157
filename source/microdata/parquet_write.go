package microdata

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"vigie/stat/survey"
)

// ordered is a group of columns in an order of ours; the library's stand in
// that of their names.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

// Fields returns the columns in order.
func (o ordered) Fields() []parquet.Field { return o.fields }

// schemaOf returns a column of doubles or of texts for each variable.
func schemaOf(f *survey.Frame) *parquet.Schema {
	group := parquet.Group{}
	for _, c := range f.Columns {
		if c.Number != nil {
			group[c.Name] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
		} else {
			group[c.Name] = parquet.Optional(parquet.Encoded(parquet.String(), &parquet.RLEDictionary))
		}
	}
	out := ordered{Group: group}
	known := group.Fields()
	for _, c := range f.Columns {
		at := slices.IndexFunc(known, func(k parquet.Field) bool { return k.Name() == c.Name })
		out.fields = append(out.fields, known[at])
	}
	return parquet.NewSchema("answers", out)
}

// writeParquet writes doubles and texts, null where an answer is missing, with
// the labels in the metadata.
func writeParquet(w io.Writer, f *survey.Frame) error {
	var list []entry
	for _, c := range f.Columns {
		e := entry{Name: c.Name, Label: c.Label, Labels: c.Labels}
		if !slices.IsSorted(c.Levels) {
			e.Levels = c.Levels
		}
		list = append(list, e)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	out := parquet.NewWriter(w, schemaOf(f), parquet.Compression(&parquet.Zstd), parquet.CreatedBy("vigie", "1", "microdata"),
		parquet.KeyValueMetadata(dictionaryKey, string(text)))
	for j, to := range out.ColumnWriters() {
		if err := writeColumn(to, f.Columns[j], j); err != nil {
			return err
		}
	}
	return out.Close()
}

func writeColumn(to *parquet.ColumnWriter, c *survey.Column, j int) error {
	texts := make([]parquet.Value, len(c.Levels))
	for k, level := range c.Levels {
		texts[k] = parquet.ByteArrayValue([]byte(level)).Level(0, 1, j)
	}
	null, block := parquet.NullValue().Level(0, 0, j), make([]parquet.Value, 0, 4096)
	for i := range c.Rows() {
		switch {
		case c.Missing(i):
			block = append(block, null)
		case c.Number != nil:
			block = append(block, parquet.DoubleValue(c.Number[i]).Level(0, 1, j))
		default:
			block = append(block, texts[c.Code[i]])
		}
		if len(block) == cap(block) || i == c.Rows()-1 {
			if _, err := to.WriteRowValues(block); err != nil {
				return err
			}
			block = block[:0]
		}
	}
	return nil
}
