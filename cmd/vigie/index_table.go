package main

import (
	"slices"

	"vigie/index"
	"vigie/source/microdata"
	"vigie/stat/survey"
	"vigie/territory"
)

// loadTable reads a table that an index is computed from. The columns named in
// text hold codes or names: 01001 keeps its zero.
func (r *record) loadTable(name string, d index.Data, text []string) (*index.Table, error) {
	o := microdata.Options{Encoding: d.Encoding, Delimiter: d.Delimiter, Sheet: d.Sheet}
	for _, column := range text {
		if column != "" {
			o.Text = append(o.Text, column)
		}
	}
	frame, err := r.load(name, "", o)
	if err != nil {
		return nil, err
	}
	t := &index.Table{Name: name, First: 2, Rows: frame.Rows}
	for _, c := range frame.Columns {
		t.Columns = append(t.Columns, index.Column{Name: c.Name, Number: c.Number, Text: texts(c)})
	}
	return t, nil
}

// loadBoundaries reads the outlines of the units of an index, and notes them
// once.
func (r *record) loadBoundaries(name string) (*territory.Topology, error) {
	data, err := r.read(name)
	if err != nil {
		return nil, err
	}
	t, err := territory.ParseBoundary("", data)
	if err == nil {
		r.note("contours", name, data, len(t.Areas))
	}
	return t, err
}

// texts returns the answers of a categorical column, "" where missing; nil for
// a column of numbers.
func texts(c *survey.Column) []string {
	if c.Number != nil {
		return nil
	}
	out := make([]string, len(c.Code))
	for i, code := range c.Code {
		if code >= 0 {
			out[i] = c.Levels[code]
		}
	}
	return out
}

// coded lists the columns of a specification whose values are texts.
func coded(s *index.Spec) []string {
	return slices.Concat([]string{s.Data.Unit, s.Data.Name, s.Imputation.Group}, s.Data.Groups)
}
