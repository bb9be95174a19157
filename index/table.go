package index

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
)

// Table is what an index is computed from: rows of units (and periods), and
// columns by name.
type Table struct {
	Name    string // of the file, for the faults
	First   int    // line of the first row in it; 0 counts rows from 1
	Rows    int
	Columns []Column
}

// Column is a variable: numbers with NaN where missing, or texts with "" where
// missing. One of the two is nil.
type Column struct {
	Name   string
	Number []float64
	Text   []string
}

// Column returns the variable of that name, nil when there is none.
func (t *Table) Column(name string) *Column {
	if i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name }); i >= 0 {
		return &t.Columns[i]
	}
	return nil
}

// line returns where a row stands in the file.
func (t *Table) line(row int) int { return max(t.First, 1) + row }

// refuse is a fault in the table.
func (t *Table) refuse(do, format string, args ...any) *fault.Error {
	f := fault.Invalidf(do, format, args...)
	if t.Name != "" {
		f.What = t.Name + ", " + f.What
	}
	return f
}

// labels returns a column as texts: a number is written in the shortest way.
func (c *Column) labels() []string {
	if c.Text != nil {
		return c.Text
	}
	out := make([]string, len(c.Number))
	for i, x := range c.Number {
		if !math.IsNaN(x) {
			out[i] = strconv.FormatFloat(x, 'f', -1, 64)
		}
	}
	return out
}

// need returns the variable that a key of the specification names.
func (s *Spec) need(t *Table, path, name string) (*Column, error) {
	c := t.Column(name)
	if c == nil {
		return nil, s.Fault(path, "corrigez le nom, ou ajoutez la colonne au fichier", "le fichier n’a pas de colonne « %s »", name)
	}
	if n := max(len(c.Number), len(c.Text)); n != t.Rows {
		panic(fmt.Sprintf("index.Table: column %s has %d values for %d rows", name, n, t.Rows))
	}
	return c, nil
}

// numbers returns a variable made of finite numbers.
func (s *Spec) numbers(t *Table, path, name string) ([]float64, error) {
	c, err := s.need(t, path, name)
	if err != nil {
		return nil, err
	}
	if c.Number == nil {
		if blank(c.Text) { // a column without any value has no kind
			return nothing(t.Rows), nil
		}
		row := slices.IndexFunc(c.Text, func(v string) bool { return !number(v) })
		return nil, t.refuse("écrivez un nombre, ou laissez la cellule vide si la valeur manque",
			"ligne %d, colonne « %s » : « %s » n’est pas un nombre", t.line(max(row, 0)), name, c.Text[max(row, 0)])
	}
	for i, x := range c.Number {
		if math.IsInf(x, 0) {
			return nil, t.refuse("corrigez la valeur, ou laissez la cellule vide si elle manque",
				"ligne %d, colonne « %s » : la valeur n’est pas un nombre fini", t.line(i), name)
		}
	}
	return c.Number, nil
}

// number tells a cell that is missing or holds a finite number, with a point or
// a comma.
func number(v string) bool {
	x, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	return v == "" || err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}

func blank(text []string) bool {
	return !slices.ContainsFunc(text, func(v string) bool { return v != "" })
}

// nothing is a column of missing values.
func nothing(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}
