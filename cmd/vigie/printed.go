package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie/lang"
	"vigie/render/export"
	"vigie/source/sheet"
)

// printed is one table of results, written in the same words and figures on a
// terminal, in a workbook and as csv.
type printed struct {
	Key   []string // what tells it from the others in a csv of one figure a line
	Title string
	Names []string // technical names of the columns, for csv
	Head  []string // their names in French
	Rows  [][]any  // texts, float64 or nil
	// Form writes the numbers of a column on a terminal; without one they have five
	// significant digits.
	Form  []func(x float64) string
	Aside [][2]any // what belongs to no row: the technical name and the value
	// Aloud names an entry of Aside in French; nil leaves the technical name.
	Aloud func(name string) string
}

func (p *printed) aside(pair [2]any) string {
	name := pair[0].(string)
	if p.Aloud == nil {
		return name
	}
	return p.Aloud(name)
}

// without takes columns away, by their technical names.
func (p *printed) without(names []string) {
	for j := len(p.Names) - 1; j >= 0; j-- {
		if slices.Contains(names, p.Names[j]) {
			p.Names, p.Head, p.Form = slices.Delete(p.Names, j, j+1), slices.Delete(p.Head, j, j+1), slices.Delete(p.Form, j, j+1)
			for i := range p.Rows {
				p.Rows[i] = slices.Delete(p.Rows[i], j, j+1)
			}
		}
	}
}

// blank lists the columns that hold nothing.
func (p *printed) blank() []string {
	var names []string
	for j, name := range p.Names {
		if !slices.ContainsFunc(p.Rows, func(row []any) bool { return row[j] != nil && row[j] != "" }) {
			names = append(names, name)
		}
	}
	return names
}

// tell writes the title and the table.
func (p *printed) tell(w io.Writer) {
	fmt.Fprintln(w, p.Title)
	if len(p.Rows) > 0 {
		lines := [][]string{p.Head}
		for _, row := range p.Rows {
			line := make([]string, len(row))
			for j, v := range row {
				line[j] = p.cell(j, v)
			}
			lines = append(lines, line)
		}
		align(w, lines, p.numeric())
	}
	for _, pair := range p.Aside {
		fmt.Fprintf(w, "%s : %s\n", p.aside(pair), cell(pair[1]))
	}
}

// cell writes the value of a column.
func (p *printed) cell(j int, v any) string {
	if x, ok := v.(float64); ok && p.Form != nil && p.Form[j] != nil {
		return p.Form[j](x)
	}
	return cell(v)
}

// numeric tells which columns hold numbers: they are set to the right.
func (p *printed) numeric() []bool {
	out := make([]bool, len(p.Names))
	for j := range out {
		out[j] = slices.ContainsFunc(p.Rows, func(row []any) bool {
			_, ok := row[j].(float64)
			return ok
		})
	}
	return out
}

// writeTable writes a table as csv, a column a field, under technical names.
func (p *printed) writeTable(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write(harmless(p.Names...)) // Flush keeps the error
	for _, row := range p.Rows {
		line := make([]string, len(row))
		for j, v := range row {
			line[j] = sheet.Harmless(full(v))
		}
		c.Write(line)
	}
	c.Flush()
	return c.Error()
}

// writeFigures writes tables as csv, a figure a line: the key of the table
// under the names given, the number of the row, what the row is about, the
// column, the value in full.
func writeFigures(w io.Writer, key []string, all iter.Seq[printed]) error {
	c := csv.NewWriter(w)
	c.Write(append(harmless(key...), "row", "label", "column", "value")) // Flush keeps the error
	for p := range all {
		right := p.numeric()
		for i, row := range p.Rows {
			var label []string
			for j, v := range row {
				if s, ok := v.(string); ok && !right[j] {
					label = append(label, s)
				}
			}
			for j, v := range row {
				if right[j] {
					c.Write(append(harmless(p.Key...), strconv.Itoa(i+1), sheet.Harmless(strings.Join(label, " / ")), sheet.Harmless(p.Names[j]), full(v)))
				}
			}
		}
		for _, pair := range p.Aside {
			c.Write(append(harmless(p.Key...), "", "", sheet.Harmless(pair[0].(string)), sheet.Harmless(full(pair[1]))))
		}
	}
	c.Flush()
	return c.Error()
}

// harmless are texts as cells of csv.
func harmless(texts ...string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = sheet.Harmless(text)
	}
	return out
}

// writeWorkbook writes a first sheet of lines, then a sheet a table.
func writeWorkbook(w io.Writer, first export.Sheet, all []printed) error {
	sheets := []export.Sheet{first}
	for _, p := range all {
		head := make([]any, len(p.Head))
		for j, name := range p.Head {
			head[j] = name
		}
		s := export.Sheet{Name: p.Title, Rows: append([][]any{head}, p.Rows...)}
		for _, pair := range p.Aside {
			s.Rows = append(s.Rows, []any{p.aside(pair), plainCell(pair[1])})
		}
		sheets = append(sheets, s)
	}
	out, err := export.XLSX(sheets)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// cell writes a value with five significant digits.
func cell(v any) string {
	switch x := v.(type) {
	case nil:
		return "–"
	case float64:
		return lang.Number(lang.FR, x, decimals(x))
	case string:
		return x
	case bool:
		if x {
			return "oui"
		}
		return "non"
	}
	if all, ok := v.([]any); ok {
		parts := make([]string, len(all))
		for i, e := range all {
			parts[i] = cell(e)
		}
		return strings.Join(parts, " ; ")
	}
	return fmt.Sprint(v)
}

// decimals is the number of decimals that shows five significant digits, none
// for whole numbers.
func decimals(x float64) int {
	if x == math.Trunc(x) {
		return 0
	}
	return min(12, max(0, 4-int(math.Floor(math.Log10(math.Abs(x))))))
}

// full writes a number with all its digits, nothing for a missing one.
func full(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return cell(v)
}

// plainCell is a value that a workbook holds: a number, a text or nothing.
func plainCell(v any) any {
	switch v.(type) {
	case nil, float64, string:
		return v
	}
	return cell(v)
}

// align writes lines in columns, two spaces apart.
func align(w io.Writer, lines [][]string, right []bool) {
	width := make([]int, len(right))
	for _, line := range lines {
		for j, s := range line {
			width[j] = max(width[j], utf8.RuneCountInString(s))
		}
	}
	for _, line := range lines {
		var b strings.Builder
		for j, s := range line {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(s))
			if right[j] {
				s = pad + s
			} else {
				s += pad
			}
			b.WriteString(s + "  ")
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}
