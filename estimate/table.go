package estimate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Table is an answer laid out for reading: a row an estimate.
//
// A cell is a text, a float64 or nil (missing). Aside holds what belongs to no
// row, as pairs of a name and a value. What is longer than a row (covariances,
// weights of every record) is left to the answer itself.
type Table struct {
	Head  []string
	Rows  [][]any
	Aside [][2]any
}

// Table lays the answer out.
func (a Answer) Table() Table {
	m, ok := a.Value.(map[string]any)
	switch {
	case !ok:
		return list(map[string]any{a.Op: a.Value})
	case isList(m["head"]) && isList(m["rows"]):
		return given(m)
	case isMap(m["groups"]) && isMap(m["values"]):
		return grouped(m)
	case isList(m["values_row_major"]):
		return crossed(m)
	case isList(m["rows"]) && isList(m["values"]):
		return square(m)
	}
	return list(m)
}

func isList(v any) bool {
	_, ok := v.([]any)
	return ok
}

func isMap(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

// given is a layout that the operation made itself.
func given(m map[string]any) Table {
	t := Table{Head: texts(m["head"])}
	for _, row := range m["rows"].([]any) {
		cells, ok := row.([]any)
		if !ok || len(cells) != len(t.Head) {
			panic(fmt.Sprintf("estimate.Table: a row of %v for %d columns", row, len(t.Head)))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func texts(v any) []string {
	all, _ := v.([]any)
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = fmt.Sprint(e)
	}
	return out
}

// grouped is the answer of `by`: a row a group.
func grouped(m map[string]any) Table {
	groups, values := m["groups"].(map[string]any), m["values"].(map[string]any)
	var t Table
	add := func(name string, column any) {
		cells, ok := column.([]any)
		if !ok {
			return
		}
		for len(t.Rows) < len(cells) {
			t.Rows = append(t.Rows, make([]any, len(t.Head)))
		}
		t.Head = append(t.Head, name)
		for i := range t.Rows {
			t.Rows[i] = append(t.Rows[i], at(cells, i))
		}
	}
	order := texts(m["by"])
	if len(order) == 0 {
		order = slices.Sorted(maps.Keys(groups))
	}
	for _, name := range order {
		add(name, groups[name])
	}
	for _, name := range texts(m["columns"]) {
		add(name, values[name])
	}
	if pairs, ok := m["ci95_normal"].([]any); ok && len(pairs) == len(t.Rows) {
		add("ci_low", side(pairs, 0))
		add("ci_high", side(pairs, 1))
	}
	return t
}

func at(cells []any, i int) any {
	if i < len(cells) {
		return cells[i]
	}
	return nil
}

// side returns one end of each interval.
func side(pairs []any, end int) []any {
	out := make([]any, len(pairs))
	for i, p := range pairs {
		pair, _ := p.([]any)
		out[i] = at(pair, end)
	}
	return out
}

// crossed is the answer of `table`: a row a level of the first variable.
func crossed(m map[string]any) Table {
	names, _ := m["dimnames"].(map[string]any)
	order := texts(m["order"])
	if len(order) != 2 {
		return list(m)
	}
	rows, columns, values := texts(names[order[0]]), texts(names[order[1]]), m["values_row_major"].([]any)
	t := Table{Head: append([]string{order[0]}, columns...)}
	for i, row := range rows {
		cells := []any{row}
		for j := range columns {
			cells = append(cells, at(values, i*len(columns)+j))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// square is a matrix with the names of its rows and columns.
func square(m map[string]any) Table {
	t := Table{Head: append([]string{""}, texts(m["cols"])...)}
	values := m["values"].([]any)
	for i, name := range texts(m["rows"]) {
		row, _ := at(values, i).([]any)
		cells := []any{name}
		for j := range t.Head[1:] {
			cells = append(cells, at(row, j))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// first lists the fields that open a row, in order; the others follow in
// alphabetical order.
var first = []string{"names", "levels", "strata", "domain", "p", "a", "b", "est", "quantile", "coef", "eblup", "mean", "means", "estimate", "statistic",
	"chisq", "F", "lambda", "se", "mse", "cv", "t", "parameter", "df", "ddf", "p_value", "ci95", "ci95_normal", "ci95_t", "ci_low", "ci_high", "conf_int", "deff"}

// list lays fields of equal length side by side, one row an element; the
// fields of another length stand aside.
func list(m map[string]any) Table {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	n := rows(m, keys)
	var t Table
	t.Rows = make([][]any, n)
	for _, key := range keys {
		cells, isList := m[key].([]any)
		switch {
		case isList && len(cells) == n && n > 0:
			t.column(key, cells)
		case isList && (len(cells) != 1 || isList1(cells[0])), isMap(m[key]):
			// covariances, weights of every record: in the answer itself
		default:
			v := m[key]
			if isList {
				v = cells[0]
			}
			t.Aside = append(t.Aside, [2]any{key, v})
		}
	}
	return t
}

func isList1(v any) bool { return isList(v) || isMap(v) }

func rank(key string) int {
	if i := slices.Index(first, key); i >= 0 {
		return i
	}
	return len(first)
}

// rows is the number of rows of a list of fields: the length of the first that
// opens a row.
func rows(m map[string]any, keys []string) int {
	for _, key := range keys {
		if cells, ok := m[key].([]any); ok && rank(key) < len(first) {
			return len(cells)
		}
	}
	return 0
}

// column adds a field to every row: two columns for intervals, none for rows
// of a matrix.
func (t *Table) column(key string, cells []any) {
	if pair, ok := cells[0].([]any); ok {
		if len(pair) == 2 && strings.Contains(key, "ci") {
			t.column(key+"_low", side(cells, 0))
			t.column(key+"_high", side(cells, 1))
		}
		return
	}
	t.Head = append(t.Head, key)
	for i := range t.Rows {
		t.Rows[i] = append(t.Rows[i], cells[i])
	}
}
