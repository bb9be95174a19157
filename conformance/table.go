package conformance

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
)

// table is a CSV file of a case.
type table struct {
	name string
	head []string
	rows [][]string
}

func readTable(dir fs.FS, name string) (*table, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fault.Invalidf("vérifiez que le fichier est entier", "%s est vide", name)
	}
	return &table{name: name, head: rows[0], rows: rows[1:]}, nil
}

// texts returns a column.
func (t *table) texts(column string) ([]string, error) {
	k := slices.Index(t.head, column)
	if k < 0 {
		return nil, fault.Invalidf("vérifiez le nom de la colonne", "%s n’a pas de colonne « %s »", t.name, column)
	}
	out := make([]string, len(t.rows))
	for i, r := range t.rows {
		out[i] = r[k]
	}
	return out, nil
}

// numbers returns a column as numbers, NaN where missing.
func (t *table) numbers(column string) ([]float64, error) {
	text, err := t.texts(column)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(text))
	for i, s := range text {
		v, ok := number(s)
		if !ok {
			return nil, fault.Invalidf("donnez un nombre, ou NA", "%s, ligne %d, colonne %s : « %s » n’est pas un nombre", t.name, i+2, column, s)
		}
		out[i] = v
	}
	return out, nil
}

// number reads a cell: empty, NA and NaN are missing.
func number(s string) (float64, bool) {
	switch s {
	case "", "NA", "NaN":
		return math.NaN(), true
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// cell reads a cell as the value an answer would hold: nil, a number, a
// logical or a text.
func cell(s string) any {
	switch s {
	case "TRUE", "true":
		return true
	case "FALSE", "false":
		return false
	}
	if v, ok := number(s); ok {
		if math.IsNaN(v) {
			return nil
		}
		return v
	}
	return s
}

// readPath returns the value at a path of a JSON file: keys joined by dots,
// the longest that exists first, since a key may hold dots.
func readPath(dir fs.FS, name, path string) (any, error) {
	raw, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if v, ok := at(tree, path); ok {
		return v, nil
	}
	return nil, fault.Invalidf("vérifiez le chemin", "%s n’a rien à « %s »", name, path)
}

func at(tree any, path string) (any, bool) {
	if path == "" {
		return tree, true
	}
	keys := strings.Split(path, ".")
	for n := len(keys); n > 0; n-- {
		head, rest := strings.Join(keys[:n], "."), strings.Join(keys[n:], ".")
		switch x := tree.(type) {
		case map[string]any:
			if v, ok := x[head]; ok {
				return at(v, rest)
			}
		case []any:
			if k, err := strconv.Atoi(head); err == nil && k >= 0 && k < len(x) {
				return at(x[k], rest)
			}
		}
	}
	return nil, false
}
