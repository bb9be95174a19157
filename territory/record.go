package territory

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

// reader reads a comma separated file by column names and gathers its faults,
// each with file and line.
type reader struct {
	file   string
	csv    *csv.Reader
	column map[string]int
	row    []string
	faults *fault.List
}

const fileRemedy = "reprenez le fichier publié, en CSV séparé par des virgules et encodé en UTF-8"

// newReader reads the heading of a file and asks that the columns be there.
func newReader(file string, b []byte, faults *fault.List, columns ...string) *reader {
	b = bytes.TrimPrefix(b, []byte("\uFEFF"))
	r := &reader{file: file, faults: faults, csv: csv.NewReader(bytes.NewReader(b))}
	if !utf8.Valid(b) {
		r.refuse(1, "le texte n’est pas en UTF-8")
		return r
	}
	r.csv.ReuseRecord = true
	head, err := r.csv.Read()
	if err != nil {
		r.refuse(1, "le fichier n’a pas d’en-tête")
		return r
	}
	r.column = make(map[string]int, len(head))
	for i, name := range head {
		r.column[strings.TrimSpace(name)] = i
	}
	for _, name := range columns {
		if _, ok := r.column[name]; !ok {
			r.refuse(1, "la colonne « "+name+" » est absente")
			r.csv = csv.NewReader(strings.NewReader(""))
		}
	}
	return r
}

// refuse records a fault at a line, unless the list is full.
func (r *reader) refuse(line int, what string) {
	if !r.faults.Full() {
		*r.faults = append(*r.faults, fault.Invalidf(fileRemedy, "%s, ligne %d : %s", r.file, line, what))
	}
}

// fail records a fault at the line just read.
func (r *reader) fail(what string) { r.refuse(r.line(), what) }

// line returns the number of the line just read, from 1.
func (r *reader) line() int {
	if len(r.row) == 0 {
		return 1
	}
	line, _ := r.csv.FieldPos(0)
	return line
}

// next reads a line, skipping those that cannot be read as CSV; it returns
// false at the end or when the list of faults is full.
func (r *reader) next() bool {
	for r.column != nil && !r.faults.Full() {
		row, err := r.csv.Read()
		if err == io.EOF {
			return false
		}
		if err == nil {
			r.row = row
			return true
		}
		line := 0
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			line = p.Line
		}
		if errors.Is(err, csv.ErrFieldCount) {
			r.refuse(line, strconv.Itoa(len(row))+" colonne(s), "+strconv.Itoa(len(r.column))+" attendues")
			continue
		}
		r.refuse(line, "guillemets mal placés")
	}
	return false
}

// text returns a cell of the line just read, "" when the column is absent.
func (r *reader) text(column string) string {
	i, ok := r.column[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.row[i])
}

// code returns a cell as a code of one of the levels. An empty cell is "".
func (r *reader) code(column string, levels ...Level) Code {
	c := Code(r.text(column))
	if c == "" || wellFormed(c) && slices.Contains(levels, c.Level()) {
		return c
	}
	r.fail("« " + string(c) + " » n’est pas un code valable dans la colonne « " + column + " »")
	return ""
}

// count returns a cell as a number of persons or things, 0 when empty.
func (r *reader) count(column string) int {
	s := r.text(column)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		r.fail("« " + s + " » n’est pas un nombre entier positif dans la colonne « " + column + " »")
		return 0
	}
	return n
}

// wellFormed reports whether the official part of a code has the length and
// the signs that its level asks for.
func wellFormed(c Code) bool {
	official := c.Official()
	for i := range len(official) {
		b := official[i]
		if !(b >= '0' && b <= '9' || b >= 'A' && b <= 'Z') {
			return false
		}
	}
	n := len(official)
	switch c.Level() {
	case National:
		return true
	case Region:
		return n == 2
	case Departement:
		return n == 2 || n == 3
	case EPCI:
		return n == 9
	case Commune:
		return n == 5
	}
	return false
}
