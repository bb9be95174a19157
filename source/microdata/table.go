package microdata

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"vigie/fault"
	"vigie/source/sheet"
	"vigie/stat/survey"
)

// table reads a csv or a workbook whose first row names the variables. A
// column with any cell that is no number is categorical; an empty cell is
// missing.
func (o Options) table(ctx context.Context, name string, r io.ReaderAt, size int64) (*survey.Frame, error) {
	f, err := sheet.Open(name, r, size, sheet.Options{Encoding: o.Encoding, Delimiter: o.Delimiter})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	at, err := o.sheetOf(ctx, name, f)
	if err != nil {
		return nil, err
	}
	t := &table{file: name, text: o.Text, csv: f.Format() == "csv", size: size}
	if err := f.Rows(ctx, at, t.row); err != nil {
		return nil, err
	}
	if err := t.faults.Err(); err != nil {
		return nil, err
	}
	if t.rows == 0 {
		return nil, fault.Invalidf("vérifiez que c'est le bon fichier", "%s : aucune ligne de données", name)
	}
	if err := t.again(ctx, f, at); err != nil {
		return nil, err
	}
	frame := &survey.Frame{Rows: t.rows}
	for _, a := range t.columns {
		frame.Columns = append(frame.Columns, a.column())
	}
	return frame, nil
}

var errEnough = errors.New("enough rows")

// sheetOf finds the sheet asked for, or the first that has a row.
func (o Options) sheetOf(ctx context.Context, name string, f *sheet.File) (int, error) {
	sheets := f.Sheets()
	if o.Sheet != "" {
		if i := slices.IndexFunc(sheets, func(s sheet.Sheet) bool { return s.Name == o.Sheet }); i >= 0 {
			return i, nil
		}
		return 0, fault.Invalidf("donnez le nom exact d'une feuille du classeur", "%s : pas de feuille « %s »", name, o.Sheet)
	}
	for i := 0; i < len(sheets)-1; i++ {
		if err := f.Rows(ctx, i, func(sheet.Row) error { return errEnough }); err == errEnough {
			return i, nil
		} else if err != nil {
			return 0, err
		}
	}
	return len(sheets) - 1, nil
}

// table is the reading of one sheet.
type table struct {
	file    string
	text    []string
	csv     bool
	size    int64
	comma   bool // "," may stand before decimals
	columns []*answers
	rows    int
	faults  fault.List
}

func (t *table) row(r sheet.Row) error {
	if t.columns == nil {
		return t.header(r)
	}
	if err := t.checked(r); err != nil {
		if t.faults = append(t.faults, err); t.faults.Full() {
			return t.faults
		}
		return nil
	}
	if t.rows == 0 && len(r.Raw) > 0 {
		t.foresee(len(r.Raw))
	}
	for i, a := range t.columns {
		var cell []byte
		if i < len(r.Cells) {
			cell = r.Cells[i]
		}
		a.add(cell, t.rows, t.comma)
	}
	t.rows++
	return nil
}

// foresee makes room for the rows that the size of the file lets expect.
func (t *table) foresee(record int) {
	n := min(int(t.size)/(record+1), 1<<20)
	for _, a := range t.columns {
		if a.texts == nil {
			a.number = make([]float64, 0, n+n/16)
		}
	}
}

// header takes the names of the variables.
func (t *table) header(r sheet.Row) error {
	seen := map[string]int{}
	for i, cell := range r.Cells {
		name := string(bytes.TrimSpace(cell))
		if name == "" {
			name = "colonne_" + strconv.Itoa(i+1)
		}
		if j, ok := seen[name]; ok {
			return fault.Invalidf("donnez un nom différent à chaque variable",
				"%s, ligne %d : deux colonnes (%d et %d) s'appellent « %s »", t.file, r.Line, j+1, i+1, name)
		}
		seen[name] = i
		a := &answers{name: name}
		if slices.Contains(t.text, name) {
			a.become(0)
		}
		t.columns = append(t.columns, a)
	}
	t.comma = t.csv && (len(r.Cells) == 1 || !cutBy(r, ','))
	return nil
}

// cutBy reports whether the delimiter d cuts the record as it was cut.
func cutBy(r sheet.Row, d byte) bool {
	n, quoted := 1, false
	for _, b := range r.Raw {
		if b == '"' {
			quoted = !quoted
		}
		if b == d && !quoted {
			n++
		}
	}
	return n == len(r.Cells)
}

// checked refuses a row of wrong width and a formula in error.
func (t *table) checked(r sheet.Row) *fault.Error {
	n := len(t.columns)
	const check = "vérifiez les séparateurs et les guillemets de cette ligne"
	switch {
	case t.csv && len(r.Cells) < n:
		return fault.Invalidf(check, "%s, ligne %d : %d cellule(s) sur %d, la ligne s'arrête avant la variable « %s »",
			t.file, r.Line, len(r.Cells), n, t.columns[len(r.Cells)].name)
	case len(r.Cells) > n:
		return fault.Invalidf(check, "%s, ligne %d : %d cellule(s) sur %d, la ligne continue après la dernière variable, « %s »",
			t.file, r.Line, len(r.Cells), n, t.columns[n-1].name)
	}
	for i, k := range r.Kinds {
		if k == sheet.Fault {
			return fault.Invalidf("corrigez la formule, ou videz la cellule si la valeur manque",
				"%s, ligne %d, variable « %s » : %s au lieu d'une valeur", t.file, r.Line, t.columns[i].name, r.Cells[i])
		}
	}
	return nil
}

// again reads the first rows a second time, for the texts of cells that were
// taken as numbers before the column turned out to hold texts.
func (t *table) again(ctx context.Context, f *sheet.File, at int) error {
	until := 0
	for _, a := range t.columns {
		until = max(until, a.from)
	}
	if until == 0 {
		return nil
	}
	n := -1
	err := f.Rows(ctx, at, func(r sheet.Row) error {
		if n == until {
			return errEnough
		}
		for i, a := range t.columns {
			if n >= 0 && n < a.from && i < len(r.Cells) {
				a.code[n] = a.level(r.Cells[i])
			}
		}
		n++
		return nil
	})
	if err == errEnough {
		return nil
	}
	return err
}
