package composite

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shared returns the folder of reference cases, or skips: they are not part
// of the repository.
func shared(t *testing.T) string {
	t.Helper()
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(root, "oracles", "composite")
	if _, err := os.Stat(filepath.Join(dir, "cases.json")); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatalf("the reference cases are missing: %v", err)
		}
		t.Skipf("the reference cases are not here (VIGIE_SHARED): %v", err)
	}
	return dir
}

type oracleCase struct {
	ID, Function, Compare, Undefined string
	Tol                              float64
	Params                           map[string]any
	Expect                           []expectation
}

type expectation struct {
	File, Path, Compare, Name string
	Keys, Columns             []string
	Values                    any
}

// sheet is a CSV file: text cells, and numbers by column.
type sheet struct {
	head  []string
	rows  [][]string
	cache map[string][]float64
}

func (s *sheet) text(column string) []string {
	for k, h := range s.head {
		if h == column {
			out := make([]string, len(s.rows))
			for i, r := range s.rows {
				out[i] = r[k]
			}
			return out
		}
	}
	return nil
}

func number(s string) float64 {
	switch s {
	case "", "NA", "NaN":
		return math.NaN()
	case "Inf":
		return math.Inf(1)
	case "-Inf":
		return math.Inf(-1)
	case "TRUE":
		return 1
	case "FALSE":
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

func (s *sheet) numbers(column string) []float64 {
	if v, ok := s.cache[column]; ok {
		return v
	}
	cells := s.text(column)
	if cells == nil {
		return nil
	}
	out := make([]float64, len(cells))
	for i, c := range cells {
		out[i] = number(c)
	}
	if s.cache == nil {
		s.cache = map[string][]float64{}
	}
	s.cache[column] = out
	return out
}

// oracle runs cases; answers are named columns or values.
type oracle struct {
	t      *testing.T
	dir    string
	sheets map[string]*sheet
}

func (o *oracle) sheet(name string) *sheet {
	if s, ok := o.sheets[name]; ok {
		return s
	}
	f, err := os.Open(filepath.Join(o.dir, name))
	if err != nil {
		o.t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		o.t.Fatal(err)
	}
	s := &sheet{head: rows[0], rows: rows[1:]}
	o.sheets[name] = s
	return s
}

// value reads a JSON path; keys may hold dots, the longest match comes first.
func (o *oracle) value(file, path string) any {
	raw, err := os.ReadFile(filepath.Join(o.dir, file))
	if err != nil {
		o.t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		o.t.Fatal(err)
	}
	return descend(v, strings.Split(path, "."))
}

func descend(v any, keys []string) any {
	object, ok := v.(map[string]any)
	if len(keys) == 0 || !ok {
		return v
	}
	for n := len(keys); n > 0; n-- {
		if next, ok := object[strings.Join(keys[:n], ".")]; ok {
			return descend(next, keys[n:])
		}
	}
	return nil
}

func floats(v any) []float64 {
	switch v := v.(type) {
	case nil:
		return []float64{math.NaN()}
	case float64:
		return []float64{v}
	case []any:
		var out []float64
		for _, e := range v {
			out = append(out, floats(e)[0])
		}
		return out
	}
	return nil
}

func (o *oracle) vector(p map[string]any) []float64 {
	at := p["vector"].(map[string]any)
	return floats(o.value(at["file"].(string), at["path"].(string)))
}

func num(p map[string]any, key string, otherwise float64) float64 {
	if v, ok := p[key].(float64); ok {
		return v
	}
	return otherwise
}

func text(p map[string]any, key string) string { s, _ := p[key].(string); return s }

func TestOracle(t *testing.T) {
	dir := shared(t)
	raw, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Cases []oracleCase }
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	o := &oracle{t, dir, map[string]*sheet{}}
	ran := 0
	for _, c := range list.Cases {
		run, ok := functions[c.Function]
		if !ok {
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			o.t = t
			got := run(o, c.Params)
			for _, e := range c.Expect {
				o.check(c, e, got)
			}
		})
	}
	if ran < 50 {
		t.Errorf("%d reference cases ran; at least 50 expected", ran)
	}
}

// check compares one part of the answer. Marks ("winhi") are compared as text.
func (o *oracle) check(c oracleCase, e expectation, got answer) {
	if e.Path != "" {
		o.column(c, e, e.Path, got.values[lastKey(e.Path)], floats(o.value(e.File, e.Path)))
		return
	}
	var want *sheet
	var units []string
	if e.File != "" {
		want = o.sheet(e.File)
		units = want.text(e.Keys[0])
	} else {
		want, units = inline(e)
	}
	compared := 0
	defer func() {
		if compared == 0 {
			o.t.Errorf("no column of %s was compared", e.File)
		}
	}()
	for _, col := range e.Columns {
		if marks := got.marks[col]; marks != nil && strings.Contains(e.File, "points") {
			compared++
			for i, w := range want.text(col) {
				if g := marks[got.row(units[i])]; g != strings.ReplaceAll(w, "NA", "") {
					o.t.Errorf("%s of %s: mark %q; want %q", col, units[i], g, w)
				}
			}
			continue
		}
		column := got.columns[col]
		if column == nil {
			continue // a column the function is not asked for (labels, groups)
		}
		compared++
		var g []float64
		for _, u := range units {
			g = append(g, column[got.row(u)])
		}
		o.column(c, e, col, g, want.numbers(col))
	}
}

func inline(e expectation) (*sheet, []string) {
	s := &sheet{head: append(append([]string{}, e.Keys...), e.Columns...)}
	for _, row := range e.Values.([]any) {
		var cells []string
		for _, h := range s.head {
			cells = append(cells, fmt.Sprint(row.(map[string]any)[h]))
		}
		s.rows = append(s.rows, cells)
	}
	return s, s.text(e.Keys[0])
}

func lastKey(path string) string { return path[strings.LastIndex(path, ".")+1:] }

// column compares numbers by the rules of the case list: relative to the
// value, floored at 1e-9 of the column's largest, and 1e-12 absolute.
func (o *oracle) column(c oracleCase, e expectation, name string, got, want []float64) {
	if len(got) != len(want) {
		o.t.Errorf("%s: %d values; want %d", name, len(got), len(want))
		return
	}
	tol := c.Tol
	if e.Compare == "exact" || c.Compare == "exact" {
		tol = 0
	}
	largest := 0.0
	for _, w := range want {
		if !math.IsNaN(w) && !math.IsInf(w, 0) {
			largest = max(largest, math.Abs(w))
		}
	}
	for i, w := range want {
		g := got[i]
		if odd := math.IsNaN(w) || math.IsInf(w, 0); odd {
			if !math.IsNaN(g) && !math.IsInf(g, 0) || c.Undefined == "" && math.IsNaN(w) != math.IsNaN(g) {
				o.t.Errorf("%s[%d] = %v; want %v", name, i, g, w)
			}
			continue
		}
		if gap := math.Abs(g - w); !(gap <= tol*max(math.Abs(w), 1e-9*largest) || gap <= 1e-12*max(1, largest) && tol > 0) {
			o.t.Errorf("%s[%d] = %v; want %v", name, i, g, w)
			return
		}
	}
}
