package estimate

import (
	"cmp"
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
	case isList(m["a"]) && isList(m["b"]) && isList(m["levels"]) && isList(m["means"]):
		return paired(m)
	case isList(m["values_row_major"]):
		return crossed(m)
	case isList(m["rows"]) && isList(m["values"]):
		return square(m)
	}
	if t := stacked(m); len(t.Rows) > 0 {
		return t
	}
	return list(m)
}

// stacked lays answers by variable one above the other.
func stacked(m map[string]any) Table {
	var t Table
	for _, name := range slices.Sorted(maps.Keys(m)) {
		one, ok := m[name].(map[string]any)
		if !ok {
			return Table{}
		}
		part := list(one)
		t.Head = append([]string{"names"}, part.Head...)
		for _, row := range part.Rows {
			t.Rows = append(t.Rows, append([]any{name}, row...))
		}
	}
	return t
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

// grouped is the answer of `by`: a row a group and a variable.
func grouped(m map[string]any) Table {
	groups, values, columns := m["groups"].(map[string]any), m["values"].(map[string]any), texts(m["columns"])
	variables := columns[:slices.IndexFunc(append(columns, "se"), uncertain)]
	keys := slices.Sorted(maps.Keys(groups))
	if order := texts(m["by"]); len(order) > 0 {
		keys = order
	}
	measures := []string{"se", "cv", "ci_l", "ci_u", "DEff"}
	measures = slices.DeleteFunc(measures, func(name string) bool { return values[name] == nil && values[name+"."+variables[0]] == nil })
	t := Table{Head: slices.Clone(keys)}
	if len(variables) > 1 {
		t.Head = append(t.Head, "names")
	}
	if isList(m["n"]) {
		t.Head = append(t.Head, "n")
	}
	t.Head = append(append(t.Head, "est"), measures...)
	cell := func(column any, i int) any {
		cells, _ := column.([]any)
		return at(cells, i)
	}
	for i := range groups[keys[0]].([]any) {
		for _, name := range variables {
			var row []any
			for _, key := range keys {
				row = append(row, cell(groups[key], i))
			}
			if len(variables) > 1 {
				row = append(row, name)
			}
			if isList(m["n"]) {
				row = append(row, cell(m["n"], i))
			}
			row = append(row, cell(values[name], i))
			for _, measure := range measures {
				column, ok := values[measure+"."+name]
				if !ok {
					column = values[measure]
				}
				row = append(row, cell(column, i))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// uncertain tells the first column of `by` that is no estimate.
func uncertain(name string) bool {
	name, _, _ = strings.Cut(name, ".")
	return name == "se" || name == "ci_l"
}

// paired is the answer of `pairwise`: a row a pair of levels.
func paired(m map[string]any) Table {
	levels, means := texts(m["levels"]), m["means"].([]any)
	t := Table{Head: []string{"a", "b", "diff", "se", "t", "p", "p_holm", "p_bh", "p_bonferroni"}}
	a, b := m["a"].([]any), m["b"].([]any)
	for i := range a {
		row := []any{levelAt(levels, a[i]), levelAt(levels, b[i])}
		for _, key := range t.Head[2:] {
			cells, _ := m[key].([]any)
			row = append(row, at(cells, i))
		}
		t.Rows = append(t.Rows, row)
	}
	letters, _ := m["letters95_unadjusted"].([]any)
	for j, level := range levels {
		t.Aside = append(t.Aside, [2]any{level, []any{at(means, j), at(letters, j)}})
	}
	return t
}

// levelAt returns the level of a rank from 1.
func levelAt(levels []string, rank any) any {
	if k, ok := rank.(float64); ok && k >= 1 && int(k) <= len(levels) {
		return levels[int(k)-1]
	}
	return rank
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
var first = []string{"names", "levels", "strata", "domain", "quantile", "est", "coef", "eblup", "se", "mse", "cv", "ci95", "ci95_normal", "ci95_t",
	"ci_low", "ci_high", "t", "p", "deff", "statistic", "F", "chisq", "lambda", "parameter", "df", "ddf", "p_value", "estimate", "conf_int"}

// opening lists the fields whose length is the number of rows.
var opening = []string{"names", "levels", "strata", "domain", "quantile", "est", "coef"}

// list lays fields of equal length side by side, one row an element; the
// fields of another length stand aside. The normal intervals are left to the
// answer where it has Student's.
func list(m map[string]any) Table {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(m, a), rank(m, b)), strings.Compare(a, b))
	})
	n := 0
	for _, key := range opening {
		if cells, ok := m[key].([]any); ok && n == 0 {
			n = len(cells)
		}
	}
	t := Table{Rows: make([][]any, n)}
	for _, key := range keys {
		cells, many := m[key].([]any)
		switch {
		case key == "ci95_normal" && isList(m["ci95_t"]), isMap(m[key]):
		case many && len(cells) == n && n > 0:
			t.column(key, cells)
		case many && (len(cells) == 0 || len(cells) > 2 || isList(cells[0])):
			// covariances, weights of every record: in the answer itself
		default:
			t.Aside = append(t.Aside, [2]any{key, m[key]})
		}
	}
	return t
}

func rank(m map[string]any, key string) int {
	if key == "p" && m["quantile"] != nil {
		return -1 // the order of the quantile, not a p-value
	}
	if i := slices.Index(first, key); i >= 0 {
		return i
	}
	return len(first)
}

// column adds a field to every row: two columns for intervals, none for the
// rows of a matrix.
func (t *Table) column(key string, cells []any) {
	if pair, ok := cells[0].([]any); ok {
		if len(pair) == 2 && strings.HasPrefix(key, "c") {
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
