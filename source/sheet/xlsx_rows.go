package sheet

import (
	"context"
	"errors"
	"strconv"

	"vigie/fault"
)

// Limits of one sheet: a sheet holds 1,048,576 rows at most, and the cells it
// makes us give are bounded so that scattered ones do not last for ever.
const (
	mostRows  = 1 << 20
	mostCells = 500_000_000
)

// notCalculated is the text of a formula that was saved without its value.
const notCalculated = "#FORMULE"

// grid reads the cells of one sheet of an xlsx.
type grid struct {
	w    *workbook
	name string
	row  row
	each func(Row) error
	rows int
	ctx  context.Context

	line     int    // of the row being read
	column   int    // of the cell being read
	kind     byte   // its type: n s i(nline) b e t(ext) d
	date     bool   // its style is a date's
	value    []byte // its value as written
	inside   bool   // in the element that holds the value
	phonetic bool   // in an annotation of the value
	has      bool   // a value was there
	made     bool   // by a formula
}

func (w *workbook) rows(ctx context.Context, sheet int, each func(Row) error) error {
	if err := w.load(); err != nil {
		return err
	}
	g := &grid{w: w, name: w.named[sheet], each: each, ctx: ctx}
	err := w.walk(w.paths[sheet], g.element)
	if s, ok := errors.AsType[stopped](err); ok {
		return s.error
	}
	return err
}

func (g *grid) element(m *markup, e event) error {
	if e == eventText {
		if g.inside && !g.phonetic {
			g.value = append(g.value, m.text...)
		}
		return nil
	}
	switch string(m.name) {
	case "row":
		if e == eventOpen {
			return g.begin(m)
		}
		return g.end()
	case "c":
		if e == eventOpen {
			return g.cell(m)
		}
		return g.close()
	case "v", "t":
		g.inside = e == eventOpen
		g.has = g.has || g.inside
	case "rPh": // how to say a text: not the text
		g.phonetic = e == eventOpen
	case "f":
		g.made = true
	}
	return nil
}

// begin starts a row.
func (g *grid) begin(m *markup) error {
	line := g.line + 1
	if err := m.each(func(name, value []byte) {
		if string(name) == "r" {
			line, _ = whole(value)
		}
	}); err != nil {
		return err
	}
	if line <= g.line || line > mostRows {
		return g.refuse("ouvrez-le dans votre tableur et enregistrez-le de nouveau", "ligne numérotée %d après la ligne %d", line, g.line)
	}
	g.line, g.column = line, -1
	g.row.begin(line)
	if g.rows++; g.rows%1024 == 0 {
		return g.ctx.Err()
	}
	return nil
}

func (g *grid) refuse(do, format string, args ...any) error {
	f := fault.Invalidf(do, format, args...)
	f.What = Sheet{Member: g.w.p.member, Name: g.name}.String() + " : " + f.What
	f.What = g.w.p.file + ", " + f.What
	return f
}

func (g *grid) end() error {
	if len(g.row.spans) == 0 {
		return nil
	}
	r := g.row.row()
	if g.row.total > mostCells {
		return g.refuse("coupez le fichier en plusieurs parties", "plus de %d cellules", mostCells)
	}
	if err := g.each(r); err != nil {
		return stopped{err}
	}
	return nil
}

// cell starts a cell.
func (g *grid) cell(m *markup) error {
	g.column++
	g.kind, g.date, g.value, g.inside, g.has, g.made = 'n', false, g.value[:0], false, false, false
	bad := false
	err := m.each(func(name, value []byte) {
		switch string(name) {
		case "r":
			g.column = columnOf(value)
		case "s":
			n, ok := whole(value)
			g.date = ok && n < len(g.w.dates) && g.w.dates[n]
		case "t":
			switch string(value) {
			case "n", "s", "b", "e", "d":
				g.kind = value[0]
			case "str":
				g.kind = 't'
			case "inlineStr":
				g.kind = 'i'
			default:
				bad = true
			}
		}
	})
	switch {
	case err != nil:
		return err
	case bad:
		return g.refuse("ouvrez-le dans votre tableur et enregistrez-le de nouveau", "ligne %d : type de cellule inconnu", g.line)
	case g.column < 0 || g.column >= mostColumns:
		return g.refuse("coupez le tableau en plusieurs parties", "ligne %d : plus de %d colonnes", g.line, mostColumns)
	}
	return nil
}

// columnOf reads the column of a reference, "AB12" → 27; -1 when it is wrong.
func columnOf(ref []byte) int {
	n := 0
	for i, b := range ref {
		switch {
		case b >= 'A' && b <= 'Z' && i < 4:
			n = n*26 + int(b-'A') + 1
		case i > 0 && b >= '0' && b <= '9':
			return n - 1
		default:
			return -1
		}
	}
	return -1
}

// ColumnName writes the column of index i, from 0, as spreadsheets do: 27 →
// "AB".
func ColumnName(i int) string {
	if i < 0 {
		return ""
	}
	return ColumnName(i/26-1) + string(rune('A'+i%26))
}

// close ends a cell: its text and kind.
func (g *grid) close() error {
	start, kind := len(g.row.held), Text
	switch {
	case !g.has:
		if g.made {
			g.row.held, kind = append(g.row.held, notCalculated...), Fault
		}
	case g.kind == 's':
		i, ok := whole(g.value)
		text, known := g.w.shared.at(i)
		if len(g.value) > 0 && !(ok && known) {
			return g.refuse("ouvrez-le dans votre tableur et enregistrez-le de nouveau", "cellule %s%d : texte n° %.20q absent du classeur", ColumnName(g.column), g.line, g.value)
		}
		if ok {
			g.row.held = append(g.row.held, text...)
		}
	case g.kind == 't' || g.kind == 'i':
		g.row.held = append(g.row.held, plain(g.value)...)
	case g.kind == 'e':
		g.row.held, kind = append(g.row.held, g.value...), Fault
	case g.kind == 'd':
		g.row.held, kind = append(g.row.held, g.value...), Date
	case g.kind == 'b':
		g.row.held, kind = strconv.AppendBool(g.row.held, string(g.value) == "1" || string(g.value) == "true"), Bool
	case len(g.value) > 0:
		return g.numeric()
	}
	g.row.put(g.column, start, kind)
	return nil
}

func (g *grid) numeric() error {
	start := len(g.row.held)
	held, kind, ok := numeric(g.row.held, g.value, g.date, g.w.base)
	if !ok {
		return g.refuse("ouvrez-le dans votre tableur et enregistrez-le de nouveau", "cellule %s%d : « %.40s » n'est pas un nombre", ColumnName(g.column), g.line, g.value)
	}
	g.row.held = held
	g.row.put(g.column, start, kind)
	return nil
}

// numeric appends a number of a workbook, or the date it shows.
func numeric(out, text []byte, date bool, base int) ([]byte, Kind, bool) {
	if date {
		if x, err := strconv.ParseFloat(string(text), 64); err == nil {
			if iso, ok := isoDate(x, base); ok {
				return append(out, iso...), Date, true
			}
		}
	}
	out, ok := decimal(out, text)
	return out, Number, ok
}
