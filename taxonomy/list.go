package taxonomy

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie/fault"
)

// List is a reference list: a CSV table with a header, whose cells are asked
// for by column name and whose mistakes name file, line and column. Any
// package that reads reference data as text may use it.
type List struct {
	Name   string
	Rows   []Row
	header []string
	faults fault.List
}

// Row is one row of a List; Line is where it starts, 1-based.
type Row struct {
	Line  int
	cells []string
	list  *List
}

// ReadList reads a list that has all the required columns; others are free.
// Cells are trimmed. Errors are faults: no header, a column absent or twice,
// a row of another width, bytes that are not UTF-8.
func ReadList(name string, data []byte, required ...string) (*List, error) {
	l := &List{Name: name}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, fault.List{fault.Invalidf("enregistrez le fichier en UTF-8", "%s : octets qui ne sont pas de l'UTF-8", name)}
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fault.List{unreadable(name, err)}
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		line, _ := r.FieldPos(0)
		l.add(line, cells, required)
	}
	if l.header == nil {
		l.refuse(1, "", "vérifiez que c'est le bon fichier", "fichier vide")
	}
	return l, l.Err()
}

func (l *List) add(line int, cells, required []string) {
	switch {
	case l.header == nil:
		l.header = cells
		for _, name := range required {
			if n := l.count(name); n != 1 {
				l.refuse(line, name, "la première ligne nomme chaque colonne une fois", "colonne présente %d fois ; colonnes trouvées : %s",
					n, strings.Join(cells, ", "))
			}
		}
	case len(cells) != len(l.header):
		l.refuse(line, "", "vérifiez les virgules et les guillemets de cette ligne", "champs : %d au lieu de %d", len(cells), len(l.header))
	default:
		l.Rows = append(l.Rows, Row{line, cells, l})
	}
}

func (l *List) count(name string) int {
	n := 0
	for _, h := range l.header {
		if h == name {
			n++
		}
	}
	return n
}

func unreadable(name string, err error) *fault.Error {
	line := 0
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		line = p.Line
	}
	return fault.Invalidf("vérifiez les guillemets de cette ligne", "%s, ligne %d : CSV mal formé", name, line)
}

// Columns returns the header.
func (l *List) Columns() []string { return l.header }

// Err returns what was refused so far, nil if nothing.
func (l *List) Err() error { return l.faults.Err() }

func (l *List) refuse(line int, column, do, format string, args ...any) {
	if l.faults.Full() {
		return
	}
	f := fault.Invalidf(do, format, args...)
	where := l.Name + ", ligne " + strconv.Itoa(line)
	if column != "" {
		where += ", colonne « " + column + " »"
	}
	f.What = where + " : " + f.What
	l.faults = append(l.faults, f)
}

// Cell returns the text of one column, "" when the list has no such column.
func (r Row) Cell(column string) string {
	if i := slices.Index(r.list.header, column); i >= 0 {
		return r.cells[i]
	}
	return ""
}

// Refuse records a fault of this row; column may be "".
func (r Row) Refuse(column, do, format string, args ...any) {
	r.list.refuse(r.Line, column, do, format, args...)
}

// Int returns a column as an integer; other text is refused.
func (r Row) Int(column string) int {
	n, err := strconv.Atoi(r.Cell(column))
	if err != nil {
		r.Refuse(column, "écrivez un nombre entier", "« %s » n'est pas un nombre entier", r.Cell(column))
	}
	return n
}

// OneOf returns a column that must hold one of the allowed texts; another text
// is refused.
func (r Row) OneOf(column string, allowed ...string) string {
	s := r.Cell(column)
	if !slices.Contains(allowed, s) {
		r.Refuse(column, "écrivez "+strings.Join(quoted(allowed), " ou "), "« %s » inconnu", s)
	}
	return s
}

func quoted(texts []string) []string {
	q := make([]string, len(texts))
	for i, s := range texts {
		q[i] = "« " + s + " »"
	}
	return q
}
