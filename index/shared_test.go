package index

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sharedFile reads a reference file of the composite set, or leaves the test out.
func sharedFile(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "oracles", "composite", filepath.FromSlash(name)))
	if err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("no shared reference files: set VIGIE_SHARED")
	}
	return raw
}

// shared reads a csv of the composite set.
func shared(t *testing.T, name string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(sharedFile(t, name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// tableOf makes a table of the rows of a csv: a column is made of numbers when
// all its cells are.
func tableOf(rows [][]string) *Table {
	t := &Table{Name: "table.csv", First: 2, Rows: len(rows) - 1}
	for j, name := range rows[0] {
		c := Column{Name: name}
		for _, row := range rows[1:] {
			cell := row[j]
			if cell == "NA" {
				cell = ""
			}
			c.Text = append(c.Text, cell)
		}
		if !slices.ContainsFunc(c.Text, func(v string) bool { return !number(v) }) {
			for _, v := range c.Text {
				x, err := strconv.ParseFloat(v, 64)
				if err != nil {
					x = math.NaN()
				}
				c.Number = append(c.Number, x)
			}
			c.Text = nil
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

// lay writes the tree of a structure table of the set as a specification.
func lay(meta [][]string, denominators bool, rest string) string {
	at := map[string]int{}
	for j, name := range meta[0] {
		at[name] = j
	}
	var b strings.Builder
	b.WriteString("version = \"1\"\n[title]\nfr = \"Essai\"\n" + rest)
	for _, row := range meta[1:] {
		get := func(name string) string {
			if j, ok := at[name]; ok && row[j] != "NA" {
				return row[j]
			}
			return ""
		}
		code := get("iCode") + get("Code")
		level := get("Level")
		switch {
		case level == "":
			continue
		case level == "1":
			fmt.Fprintf(&b, "[[indicator]]\ncode = %q\nparent = %q\nweight = %s\ndirection = %s\n", code, get("Parent"), get("Weight"), get("Direction"))
			if d := get("Denominator"); d != "" && denominators {
				fmt.Fprintf(&b, "denominator = %q\n", d)
			}
		default:
			fmt.Fprintf(&b, "[[element]]\ncode = %q\nparent = %q\nweight = %s\n", code, get("Parent"), get("Weight"))
		}
	}
	return b.String()
}

func parsed(t testing.TB, text string) *Spec {
	t.Helper()
	s, err := ParseSpec("essai.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ran(t testing.TB, text string, table *Table) *Result {
	t.Helper()
	r, err := Run(context.Background(), parsed(t, text), table, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *Result) element(code string) *Scores {
	if i := slices.IndexFunc(r.Elements, func(s Scores) bool { return s.Code == code }); i >= 0 {
		return &r.Elements[i]
	}
	return nil
}

// agrees compares a stage of every indicator with a reference file.
func agrees(t *testing.T, name, key string, want [][]string, r *Result, value func(s *Scores, unit int) float64) {
	t.Helper()
	unit := slices.Index(want[0], key)
	compared := 0
	for _, row := range want[1:] {
		u := slices.IndexFunc(r.Units, func(u Unit) bool { return u.Code == row[unit] })
		if u < 0 {
			t.Fatalf("%s: unit %s is not in the result", name, row[unit])
		}
		for j, code := range want[0] {
			s := r.element(code)
			if s == nil || row[j] == "" {
				continue
			}
			w, err := strconv.ParseFloat(row[j], 64)
			if err != nil {
				w = math.NaN()
			}
			got := value(s, u)
			if math.IsNaN(w) != math.IsNaN(got) || math.Abs(got-w) > 1e-10*max(1e-2, math.Abs(w)) {
				t.Errorf("%s: %s of %s = %v; want %v", name, code, row[unit], got, w)
			}
			compared++
		}
	}
	if compared == 0 {
		t.Errorf("%s: nothing was compared", name)
	}
}

// stage returns the value of an indicator at a stage, falling back on the
// stages before it.
func stage(s *Scores, u int, stages ...[]Number) float64 {
	for _, x := range stages {
		if x != nil {
			return float64(x[u])
		}
	}
	return math.NaN()
}

// TestPipeline makes the whole ASEM index from one specification and compares
// every stage with COINr.
func TestPipeline(t *testing.T) {
	meta := shared(t, "data/asem_imeta.csv")
	text := lay(meta, true, `
[data]
unit = "uCode"
groups = ["GDP_group"]
[imputation]
method = "group_mean"
group = "EurAsia_group"
most = 0
[treatment]
method = "winsorise_log"
points = 5
[uncertainty]
draws = 0
`)
	r := ran(t, text, tableOf(shared(t, "data/asem_idata.csv")))
	agrees(t, "raw", "uCode", shared(t, "reference/pipeline/raw.csv"), r, func(s *Scores, u int) float64 { return stage(s, u, s.Raw) })
	agrees(t, "denominated", "uCode", shared(t, "reference/pipeline/denominated.csv"), r, func(s *Scores, u int) float64 { return stage(s, u, s.Value, s.Raw) })
	agrees(t, "imputed", "uCode", shared(t, "reference/pipeline/imputed.csv"), r, func(s *Scores, u int) float64 { return stage(s, u, s.Imputed, s.Value, s.Raw) })
	agrees(t, "treated", "uCode", shared(t, "reference/pipeline/treated.csv"), r, func(s *Scores, u int) float64 { return stage(s, u, s.Treated, s.Imputed, s.Value, s.Raw) })
	score := func(s *Scores, u int) float64 { return float64(s.Score[u]) }
	agrees(t, "normalised", "uCode", shared(t, "reference/pipeline/normalised.csv"), r, score)
	agrees(t, "scores", "uCode", shared(t, "reference/pipeline/results_scores.csv"), r, score)
	agrees(t, "ranks", "uCode", shared(t, "reference/pipeline/results_ranks.csv"), r, func(s *Scores, u int) float64 { return float64(s.Rank[u]) })
	agrees(t, "ranks in groups", "uCode", shared(t, "reference/pipeline/results_groupranks_gdp.csv"), r, func(s *Scores, u int) float64 { return float64(s.GroupRank[0][u]) })
	weights := shared(t, "reference/pipeline/effective_weights.csv")
	for _, row := range weights[1:] {
		want, _ := strconv.ParseFloat(row[3], 64)
		if got := r.element(row[0]).Effective; math.Abs(got-want) > 1e-12 {
			t.Errorf("effective weight of %s = %v; want %v", row[0], got, want)
		}
	}
	explains(t, r)
}

// explains checks that points add up, to the parent and to the index.
func explains(t *testing.T, r *Result) {
	t.Helper()
	for u := range r.Units {
		sum, top, leaves := map[string]float64{}, r.Elements[len(r.Elements)-1], 0.0
		weights := 0.0
		for _, s := range r.Elements {
			if s.Points == nil || !s.Points[u].OK() {
				continue
			}
			sum[s.Parent] += float64(s.Points[u])
			if s.Level == 0 && s.Top[u].OK() {
				leaves += float64(s.Top[u])
				weights += float64(s.UnitWeight[u])
			}
		}
		for _, s := range r.Elements {
			if s.Level > 0 && s.Score[u].OK() && math.Abs(sum[s.Code]-float64(s.Score[u])) > 1e-9 {
				t.Errorf("points below %s of %s add up to %v; its score is %v", s.Code, r.Units[u].Code, sum[s.Code], s.Score[u])
			}
		}
		if math.Abs(weights-1) > 1e-9 {
			t.Errorf("the indicators of %s weigh %v in the index", r.Units[u].Code, weights)
		}
		if math.Abs(leaves-float64(top.Score[u])) > 1e-9 {
			t.Errorf("points of the indicators of %s in the index add up to %v; its score is %v", r.Units[u].Code, leaves, top.Score[u])
		}
	}
}

// TestGoalposts makes the human development index from one specification.
func TestGoalposts(t *testing.T) {
	file := shared(t, "reference/hdi/hdi_goalposts.csv")
	r := ran(t, `
version = "1"
element = [
  { code = "hdi" }, { code = "h", parent = "hdi" }, { code = "e", parent = "hdi" }, { code = "i", parent = "hdi" },
]
indicator = [
  { code = "le", parent = "h", goalposts = [20, 85] },
  { code = "eys", parent = "e", goalposts = [0, 18] },
  { code = "mys", parent = "e", goalposts = [0, 15] },
  { code = "gni", parent = "i", goalposts = [100, 75000], log = true },
]
[title]
fr = "Développement humain"
[data]
unit = "unit"
[normalisation]
method = "goalposts"
range = [0, 1]
[aggregation]
by_level = ["arithmetic", "geometric"]
[uncertainty]
draws = 0
`, tableOf(file))
	want := slices.Clone(file)
	want[0] = []string{"unit", "", "", "", "", "h", "e", "i", "hdi"} // the other columns are the data
	agrees(t, "hdi", "unit", want, r, func(s *Scores, u int) float64 { return float64(s.Score[u]) })
	beyond := Step{"normalisation", "clamped_above", "eys", "U01", "", 18.66, 18}
	if !slices.Contains(r.Audit, beyond) {
		t.Errorf("the audit does not tell the value beyond the goalposts: %v", r.Audit)
	}
	explains(t, r)
}

// TestPanel scales three years together and compares with the reference case.
func TestPanel(t *testing.T) {
	table := tableOf(shared(t, "data/example_panel.csv"))
	r := ran(t, lay(shared(t, "data/example_panel_tree.csv"), false, `
[data]
unit = "unit"
period = "year"
[screening]
available = 0.9
[treatment]
method = "winsorise_log"
points = 5
[normalisation]
scope = "all_periods"
[uncertainty]
draws = 0
`), table)
	rows := panelCase(t)
	if len(rows) != len(r.Units) {
		t.Fatalf("%d rows; want %d", len(r.Units), len(rows))
	}
	for _, want := range rows {
		u := slices.IndexFunc(r.Units, func(u Unit) bool { return u.Code == want["unit"] && u.Period == fmt.Sprint(want["year"]) })
		for _, code := range []string{"x", "y", "z"} {
			if got, want := float64(r.element(code).Score[u]), want[code].(float64); math.Abs(got-want) > 1e-10*max(1, want) {
				t.Errorf("%s of %v = %v; want %v", code, r.Units[u], got, want)
			}
		}
	}
}

// panelCase returns the rows expected of the case example/panel_minmax.
func panelCase(t *testing.T) []map[string]any {
	t.Helper()
	var list struct {
		Cases []struct {
			ID     string
			Expect []struct{ Values json.RawMessage }
		}
	}
	if err := json.Unmarshal(sharedFile(t, "cases.json"), &list); err != nil {
		t.Fatal(err)
	}
	for _, c := range list.Cases {
		if c.ID == "example/panel_minmax" {
			var rows []map[string]any
			if err := json.Unmarshal(c.Expect[0].Values, &rows); err != nil {
				t.Fatal(err)
			}
			return rows
		}
	}
	t.Fatal("no case example/panel_minmax")
	return nil
}
