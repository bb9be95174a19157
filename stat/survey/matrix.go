package survey

import (
	"slices"
	"strings"
)

// Model is the right-hand side of a regression or of a calibration: terms of
// one variable, or of several that interact.
type Model struct {
	Intercept bool
	Terms     [][]*Column
}

// Matrix is a model written as columns of numbers.
type Matrix struct {
	Names []string    // (Intercept), variable or variable and level, joined by : in an interaction
	Data  [][]float64 // Data[j][i]: column j, record i; NaN where a variable of the model is missing
	Term  []int       // for each column the rank of its term in Model.Terms; -1 the intercept
}

// Matrix returns the columns of the model for n records, in the order
// intercept, main terms, interactions of two, of three and so on; inside an
// interaction the first variable varies fastest.
//
// A categorical variable takes treatment contrasts: a 0/1 column for each level
// but the first. It takes a column for every level where the model does not
// hold the term without it: the first categorical main term of a model without
// intercept, an interaction without one of its main terms. A level that no
// record has is not in Column.Levels and makes no column. A record for which a
// variable of the model is missing is NaN in the columns of that variable.
//
// Source: Chambers & Hastie (1992), Statistical Models in S, § 2.3-2.4.
// Oracle: R stats::model.matrix.
func (m Model) Matrix(n int) *Matrix {
	out := &Matrix{}
	if m.Intercept {
		ones := make([]float64, n)
		for i := range ones {
			ones[i] = 1
		}
		out.add("(Intercept)", ones, -1)
	}
	for _, k := range m.byDegree() {
		names, data := []string{""}, [][]float64(nil)
		for j, c := range m.Terms[k] {
			names, data = interact(names, data, c, m.full(k, j))
		}
		for j := range data {
			out.add(strings.TrimPrefix(names[j], ":"), data[j], k)
		}
	}
	return out
}

func (x *Matrix) add(name string, column []float64, term int) {
	x.Names, x.Data, x.Term = append(x.Names, name), append(x.Data, column), append(x.Term, term)
}

// byDegree returns the ranks of the terms, main terms first.
func (m Model) byDegree() []int {
	order := make([]int, len(m.Terms))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(m.Terms[a]) - len(m.Terms[b]) })
	return order
}

// full tells whether variable j of term k takes a column for every level: the
// model does not hold the term without it, nor, without an intercept, another
// categorical main term before this one.
func (m Model) full(k, j int) bool {
	rest := slices.Delete(slices.Clone(m.Terms[k]), j, j+1)
	if len(rest) > 0 {
		return !slices.ContainsFunc(m.Terms, func(t []*Column) bool { return sameVariables(t, rest) })
	}
	if m.Intercept {
		return false
	}
	return !slices.ContainsFunc(m.Terms[:k], func(t []*Column) bool { return len(t) == 1 && t[0].Number == nil })
}

// sameVariables tells whether two terms hold the same variables in any order.
func sameVariables(a, b []*Column) bool {
	if len(a) != len(b) {
		return false
	}
	for _, c := range a {
		if !slices.ContainsFunc(b, func(o *Column) bool { return o.Name == c.Name }) {
			return false
		}
	}
	return true
}

// interact multiplies each column by those of c, the former varying fastest.
func interact(names []string, data [][]float64, c *Column, full bool) ([]string, [][]float64) {
	by := Indicators(c)
	labels, columns := []string{c.Name}, by.Data
	if c.Number == nil {
		labels = labels[:0]
		for _, level := range c.Levels {
			labels = append(labels, c.Name+level)
		}
		if !full && len(columns) > 0 {
			labels, columns = labels[1:], columns[1:]
		}
	}
	var outNames []string
	var out [][]float64
	for j, column := range columns {
		for k, name := range names {
			outNames = append(outNames, name+":"+labels[j])
			if data == nil {
				out = append(out, slices.Clone(column))
				continue
			}
			product := make([]float64, len(column))
			for i := range product {
				product[i] = data[k][i] * column[i]
			}
			out = append(out, product)
		}
	}
	return outNames, out
}
