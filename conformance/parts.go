package conformance

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"vigie/fault"
)

// found is what a function of the families composite, spatial and ranks
// found: tables of rows, and values by name; only is the value, and column the
// column of the first table, of a function that has a single one, whatever the
// case calls it.
type found struct {
	tables [][]map[string]any
	values map[string]any
	only   any
	column []float64
}

// rows adds a table: keys, then columns of as many values.
func (f *found) rows(keys map[string][]string, columns map[string][]float64) {
	var out []map[string]any
	for name, list := range keys {
		for i, v := range list {
			if i >= len(out) {
				out = append(out, map[string]any{})
			}
			out[i][name] = cell(v)
		}
	}
	for name, list := range columns {
		for i, v := range list {
			out[i][name] = finite(v)
		}
	}
	f.tables = append(f.tables, out)
}

// finite is a number as JSON can write it, nil for a missing one.
func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

func finites(x []float64) []any {
	out := make([]any, len(x))
	for i, v := range x {
		out[i] = finite(v)
	}
	return out
}

// answer gives what a case asks for, a part an entry: a table of the asked
// columns, taken in the order in which tables were found, or a value.
func (f *found) answer(ask []any) ([]any, error) {
	used := make([]bool, len(f.tables))
	out := make([]any, len(ask))
	for i, a := range ask {
		part, ok := a.(map[string]any)
		if !ok {
			return nil, fault.Invalidf("décrivez chaque partie par ses clés, son chemin ou son nom", "la partie %d de « ask » n’est pas un objet", i+1)
		}
		if names := texts(part["columns"]); f.column != nil && len(names) == 1 {
			for k, row := range f.tables[0] {
				row[names[0]] = finite(f.column[k])
			}
		}
		if part["columns"] != nil || part["keys"] != nil {
			k := f.table(append(texts(part["keys"]), texts(part["columns"])...), used)
			if k < 0 {
				return nil, fault.NotFoundf("vérifiez « ask »", "aucune table n’a les colonnes de la partie %d", i+1)
			}
			used[k] = true
			names := append(texts(part["keys"]), texts(part["columns"])...)
			if part["columns"] == nil {
				names = slices.Sorted(maps.Keys(f.tables[k][0]))
			}
			out[i] = pick(f.tables[k], names)
			continue
		}
		name, _ := part["path"].(string)
		if name == "" {
			name, _ = part["name"].(string)
		}
		v, ok := f.values[name]
		if !ok {
			v, ok = f.values[name[strings.LastIndexByte(name, '.')+1:]]
		}
		if !ok {
			v = f.only
		}
		if v == nil && !ok {
			return nil, fault.NotFoundf("vérifiez « ask »", "rien ne s’appelle « %s »", name)
		}
		out[i] = v
	}
	return out, nil
}

// table is the first that has the columns, one not used yet if there is.
func (f *found) table(columns []string, used []bool) int {
	first := -1
	for k, rows := range f.tables {
		has := len(rows) > 0 && !slices.ContainsFunc(columns, func(c string) bool { _, ok := rows[0][c]; return !ok })
		if has && !used[k] {
			return k
		}
		if has && first < 0 {
			first = k
		}
	}
	return first
}

func pick(rows []map[string]any, names []string) []any {
	out := make([]any, len(rows))
	for i, r := range rows {
		one := map[string]any{}
		for _, n := range names {
			one[n] = r[n]
		}
		out[i] = one
	}
	return out
}

func texts(v any) []string {
	list, _ := v.([]any)
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = fmt.Sprint(e)
	}
	return out
}
