package store

import (
	"bytes"
	"cmp"
	"fmt"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/territory"
)

// rowGroupRows is the size from which a row group is closed. A column of a
// table never spans two groups.
const rowGroupRows = 1 << 15

// tableRow declares the layout of a table's file and nothing else: rows are
// never built, columns are written and read whole.
type tableRow struct {
	Indicator string   `parquet:"indicator,dict"`
	Period    string   `parquet:"period,dict"`
	Territory string   `parquet:"territory,dict"`
	Value     *float64 `parquet:"value,optional"`
	Status    string   `parquet:"status,dict"`
	Line      int32    `parquet:"line,delta"`
}

// The positions of the columns of tableRow.
const (
	atIndicator = iota
	atPeriod
	atTerritory
	atValue
	atStatus
	atLine
	tableWidth
)

// EncodeTable returns t as a Parquet file, zstd, readable by R and Python.
//
// Rows keep the table's order (indicator, period, territory); a value that is
// NaN is null. Same table, same bytes: the file holds no date and no machine.
//
// Error: Invalid when the columns' lengths differ, when keys are not strictly
// increasing, a status is unknown or a secret or missing observation carries a
// value, that is what DecodeTable would refuse.
func EncodeTable(t *dataset.Table) (b []byte, err error) {
	if err := checkTable(t); err != nil {
		return nil, err
	}
	defer fault.Wrap(&err, "écriture d’une table Parquet")
	var out bytes.Buffer
	w := parquet.NewGenericWriter[tableRow](&out,
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault, Concurrency: 1}),
		parquet.CreatedBy("vigie", "1", "store"))
	var buf []parquet.Value
	for first := 0; first < len(t.Columns); {
		last, rows := first, 0
		for last < len(t.Columns) && rows < rowGroupRows {
			rows += len(t.Columns[last].X)
			last++
		}
		buf = buf[:0]
		if err := writeRowGroup(w, t.Columns[first:last], &buf); err != nil {
			return nil, err
		}
		first = last
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return seal(out.Bytes())
}

func writeRowGroup(w *parquet.GenericWriter[tableRow], columns []dataset.Column, buf *[]parquet.Value) error {
	writers := w.ColumnWriters()
	for at := range tableWidth {
		values := (*buf)[:0]
		for i := range columns {
			values = appendValues(values, &columns[i], at)
		}
		*buf = values
		if _, err := writers[at].WriteRowValues(values); err != nil {
			return err
		}
	}
	return w.Flush()
}

// appendValues appends one column of the file for one column of the table.
func appendValues(values []parquet.Value, c *dataset.Column, at int) []parquet.Value {
	constant := func(s string) {
		v := parquet.ValueOf(s).Level(0, 0, at)
		for range c.X {
			values = append(values, v)
		}
	}
	switch at {
	case atIndicator:
		constant(string(c.Indicator))
	case atPeriod:
		constant(c.Period)
	case atTerritory:
		var slab []byte // one allocation for all codes
		for _, code := range c.Territory {
			slab = append(slab, code...)
		}
		for _, code := range c.Territory {
			values = append(values, parquet.ByteArrayValue(slab[:len(code):len(code)]).Level(0, 0, at))
			slab = slab[len(code):]
		}
	case atValue:
		for _, x := range c.X {
			v := parquet.NullValue().Level(0, 0, at)
			if !math.IsNaN(x) {
				v = parquet.DoubleValue(x).Level(0, 1, at)
			}
			values = append(values, v)
		}
	case atStatus:
		for _, s := range c.Status {
			values = append(values, statusValues[s])
		}
	case atLine:
		for _, n := range c.Line {
			values = append(values, parquet.Int32Value(n).Level(0, 0, at))
		}
	}
	return values
}

// statusValues holds the five marks, so that none is built per row.
var statusValues = func() (v [256]parquet.Value) {
	for i := range v {
		v[i] = parquet.ValueOf(string(rune(i))).Level(0, 0, atStatus)
	}
	return v
}()

func checkTable(t *dataset.Table) error {
	refuse := func(c *dataset.Column, what string) error {
		return fault.Invalidf("réimportez le fichier d’origine", "table, colonne %s %s : %s", c.Indicator, c.Period, what)
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if n := len(c.X); n == 0 || len(c.Territory) != n || len(c.Status) != n || len(c.Line) != n {
			return refuse(c, fmt.Sprintf("%d territoires, %d valeurs, %d statuts et %d lignes",
				len(c.Territory), len(c.X), len(c.Status), len(c.Line)))
		}
		if i > 0 && compareKeys(&t.Columns[i-1], c) >= 0 {
			return refuse(c, "colonnes en désordre ou en double")
		}
		for k, code := range c.Territory {
			if k > 0 && c.Territory[k-1] >= code {
				return refuse(c, "territoires en désordre ou en double")
			}
			if !c.Status[k].Valid() {
				return refuse(c, fmt.Sprintf("statut %q inconnu", c.Status[k]))
			}
			if !c.Status[k].HasValue() && !math.IsNaN(c.X[k]) {
				return refuse(c, fmt.Sprintf("%s a une valeur sous le statut %c", code, c.Status[k]))
			}
		}
	}
	return nil
}

func compareKeys(a, b *dataset.Column) int {
	return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Period, b.Period))
}

// DecodeTable reads back what EncodeTable wrote. Codes are interned: one
// string for each territory of the file.
//
// Error: Invalid for any other bytes, whatever they are: the seal is checked
// before the Parquet library, which trusts the lengths it reads.
func DecodeTable(b []byte) (t *dataset.Table, err error) {
	defer recovered(&err)
	f, err := openParquet(b, parquet.SkipPageIndex(true))
	if err != nil {
		return nil, err
	}
	d := tableDecoder{code: map[string]territory.Code{}, t: &dataset.Table{}}
	for _, g := range f.RowGroups() {
		if err := d.rowGroup(g); err != nil {
			return nil, errTable(err)
		}
	}
	if err := checkTable(d.t); err != nil {
		return nil, err
	}
	return d.t, nil
}

func errTable(err error) error {
	return &fault.Error{
		Kind: fault.Invalid, What: "table Parquet illisible", Err: err,
		Do: "restaurez l’observatoire depuis une sauvegarde ou réimportez le fichier d’origine",
	}
}

// tableDecoder turns row groups into columns of t.
type tableDecoder struct {
	t    *dataset.Table
	code map[string]territory.Code
}

func (d *tableDecoder) rowGroup(g parquet.RowGroup) error {
	chunks := g.ColumnChunks()
	if len(chunks) != tableWidth {
		return fmt.Errorf("%d colonnes, %d attendues", len(chunks), tableWidth)
	}
	ind, err := readIndexed(chunks[atIndicator])
	if err != nil {
		return err
	}
	per, err := readIndexed(chunks[atPeriod])
	if err != nil {
		return err
	}
	ter, err := readIndexed(chunks[atTerritory])
	if err != nil {
		return err
	}
	sta, err := readIndexed(chunks[atStatus])
	if err != nil {
		return err
	}
	x, err := readDoubles(chunks[atValue])
	if err != nil {
		return err
	}
	line, err := readInts(chunks[atLine])
	if err != nil {
		return err
	}
	n := len(x)
	if len(ind.at) != n || len(per.at) != n || len(ter.at) != n || len(sta.at) != n || len(line) != n {
		return fmt.Errorf("colonnes de longueurs différentes")
	}
	codes, status, err := d.rows(ter, sta)
	if err != nil {
		return err
	}
	for i := 0; i < n; {
		j := i + 1
		for j < n && ind.at[j] == ind.at[i] && per.at[j] == per.at[i] {
			j++
		}
		d.t.Columns = append(d.t.Columns, dataset.Column{
			Indicator: indicator.Code(ind.word[ind.at[i]]), Period: per.word[per.at[i]],
			Territory: codes[i:j:j], X: x[i:j:j], Status: status[i:j:j], Line: line[i:j:j],
		})
		i = j
	}
	return nil
}

// rows looks up the territories and the marks of a row group.
func (d *tableDecoder) rows(ter, sta indexed) ([]territory.Code, []dataset.Status, error) {
	word := make([]territory.Code, len(ter.word))
	for i, w := range ter.word {
		code, ok := d.code[w]
		if !ok {
			code = territory.Code(w)
			d.code[w] = code
		}
		word[i] = code
	}
	codes := make([]territory.Code, len(ter.at))
	for i, k := range ter.at {
		codes[i] = word[k]
	}
	mark := make([]dataset.Status, len(sta.word))
	for i, w := range sta.word {
		if len(w) != 1 {
			return nil, nil, fmt.Errorf("statut %q inconnu", w)
		}
		mark[i] = dataset.Status(w[0])
	}
	status := make([]dataset.Status, len(sta.at))
	for i, k := range sta.at {
		status[i] = mark[k]
	}
	return codes, status, nil
}
