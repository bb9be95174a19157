package export

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/report"
	"vigie/source/sheet"
)

// CSV returns a table as RFC 4180 text: UTF-8 without mark, comma, decimal
// point, lines ended by CR LF, first line the keys of the columns.
//
// A number is written in full, without grouping; a missing number is an empty
// cell. A column in which any cell has a statistical sign is followed by
// <key>_sign, one in which any cell warns of another tier by <key>_level.
// Text keeps ordinary spaces only, and a text that begins like a formula is
// preceded by an apostrophe.
//
// Error: Internal when a number is NaN or infinite, or a row has not one cell
// per column.
func CSV(t report.Table) ([]byte, error) {
	return write(t, ',', func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) })
}

// Spreadsheet returns the same columns for a French spreadsheet: UTF-8 with
// mark, semicolon, decimal comma; then, after an empty line, the notes that
// people must read beside the figures. Errors are those of CSV.
func Spreadsheet(t report.Table, notes ...string) ([]byte, error) {
	out, err := write(t, ';', func(v float64) string {
		return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
	})
	if err != nil {
		return nil, err
	}
	out = append([]byte("\uFEFF"), out...)
	if len(notes) == 0 {
		return out, nil
	}
	b := bytes.NewBuffer(append(out, "\r\n"...))
	w := csv.NewWriter(b)
	w.Comma, w.UseCRLF = ';', true
	for _, n := range notes {
		if err := w.Write([]string{machineText(n)}); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// column is one column of the table with the companions it needs.
type column struct {
	at          int
	key         string
	numeric     bool
	sign, level bool
}

// columns returns the columns of t, each with the companions its cells need.
func columns(t report.Table) ([]column, error) {
	cs := make([]column, len(t.Head))
	for i, h := range t.Head {
		cs[i] = column{at: i, key: h.Key, numeric: h.Numeric}
	}
	for n, row := range t.Rows {
		if len(row.Cells) != len(t.Head) {
			return nil, broken(t, n, fmt.Sprintf("%d cellule(s), %d attendues", len(row.Cells), len(t.Head)))
		}
		for i, cell := range row.Cells {
			cs[i].sign = cs[i].sign || cell.Sign != ""
			cs[i].level = cs[i].level || cell.Level != ""
		}
	}
	return cs, nil
}

func write(t report.Table, comma rune, number func(float64) string) ([]byte, error) {
	cs, err := columns(t)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = comma, true
	line := make([]string, 0, 2*len(cs))
	for _, c := range cs {
		line = appendCompanions(append(line, machineText(c.key)), c, c.key+"_sign", c.key+"_level")
	}
	if err := w.Write(line); err != nil {
		return nil, err
	}
	for n, row := range t.Rows {
		line = line[:0]
		for _, c := range cs {
			cell := row.Cells[c.at]
			s, ok := cellText(cell, c.numeric, number)
			if !ok {
				return nil, broken(t, n, "nombre qui n’en est pas un dans la colonne "+c.key)
			}
			line = appendCompanions(append(line, s), c, machineText(cell.Sign), machineText(cell.Level))
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func appendCompanions(line []string, c column, sign, level string) []string {
	if c.sign {
		line = append(line, sign)
	}
	if c.level {
		line = append(line, level)
	}
	return line
}

// cellText returns the machine form of a cell; ok is false for NaN and Inf.
func cellText(c report.Cell, numeric bool, number func(float64) string) (s string, ok bool) {
	switch {
	case c.Value != nil && (math.IsNaN(*c.Value) || math.IsInf(*c.Value, 0)):
		return "", false
	case c.Value != nil && *c.Value == 0:
		return "0", true // never "-0"
	case c.Value != nil:
		return number(*c.Value), true
	case numeric:
		return "", true
	}
	return machineText(cmp.Or(c.Raw, c.Text)), true
}

var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// machineText returns s with ordinary spaces, neutralised when a spreadsheet
// would take it for a formula.
func machineText(s string) string { return sheet.Harmless(plainSpaces.Replace(s)) }

func broken(t report.Table, row int, what string) error {
	return &fault.Error{Kind: fault.Internal,
		What: fmt.Sprintf("tableau « %s », ligne %d : %s", t.Caption, row+1, what),
		Do:   "signalez l’adresse de la page à l’hébergeur"}
}
