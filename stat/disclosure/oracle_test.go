package disclosure

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shared returns the folder of the reference tables, or ends the test.
func shared(t testing.TB) string {
	t.Helper()
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(root, "oracles", "sdc")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatalf("no reference tables: %v", err)
		}
		t.Skipf("left out, no reference tables in %s (set VIGIE_SHARED)", dir)
	}
	return dir
}

// given is a table as the reference files write it.
type given struct {
	Cells []struct {
		Key   string
		Value float64
		N     int
		Max   float64
	}
	Dimensions []struct {
		Name, Root string
		Hierarchy  map[string][]string
	}
	Tables []struct {
		Name string
		Sums [][2]json.RawMessage
	}
}

// query is one case of the reference list.
type query struct {
	ID, Function string
	Params       struct {
		Table json.RawMessage
		Line  *struct {
			Total string
			Parts []string
		}
		Pattern []string
		Knows   []string `json:"attacker_knows"`
		Primary map[string]struct {
			Lower float64 `json:"lower_protection"`
			Upper float64 `json:"upper_protection"`
		}
		Cost      string
		Zeros     bool `json:"zero_cells_suppressible"`
		Singleton bool `json:"singleton_rule"`
	}
	Expect struct {
		Bounds  map[string][2]*float64
		Safe    bool
		Optimum float64
		Gap     float64 `json:"gap_allowed"`
		More    int     `json:"additional_suppressions_min"`
	}
	Tol float64
}

func queries(t testing.TB, function string) []query {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(shared(t), "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Cases []json.RawMessage }
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	var found []query
	for _, c := range list.Cases {
		var head struct{ Function string }
		if err := json.Unmarshal(c, &head); err != nil {
			t.Fatal(err)
		}
		if head.Function != function {
			continue
		}
		var q query
		if err := json.Unmarshal(c, &q); err != nil {
			t.Fatal(err)
		}
		found = append(found, q)
	}
	return found
}

func (q query) table(t testing.TB) *Table {
	t.Helper()
	var name string
	if err := json.Unmarshal(q.Params.Table, &name); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(shared(t), name))
	if err != nil {
		t.Fatal(err)
	}
	var g given
	if err := json.Unmarshal(raw, &g); err != nil {
		t.Fatal(err)
	}
	var cells []Cell
	for _, c := range g.Cells {
		cells = append(cells, Cell(c))
	}
	var made *Table
	switch {
	case q.Params.Line != nil:
		made, err = Linked(cells, []Sum{{Total: q.Params.Line.Total, Parts: q.Params.Line.Parts}})
	case len(g.Tables) > 0:
		made, err = Linked(cells, g.sums(t))
	default:
		made, err = Cross(g.dimensions(), cells)
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (g given) dimensions() []Dimension {
	var list []Dimension
	for _, d := range g.Dimensions {
		dim := Dimension{Name: d.Name, Root: d.Root}
		for _, total := range slices.Sorted(maps.Keys(d.Hierarchy)) {
			dim.Sums = append(dim.Sums, Sum{Total: total, Parts: d.Hierarchy[total]})
		}
		list = append(list, dim)
	}
	return list
}

func (g given) sums(t testing.TB) []Sum {
	t.Helper()
	var sums []Sum
	for _, table := range g.Tables {
		for _, pair := range table.Sums {
			var s Sum
			if json.Unmarshal(pair[0], &s.Total) != nil || json.Unmarshal(pair[1], &s.Parts) != nil {
				t.Fatal(strings.TrimSpace(table.Name))
			}
			sums = append(sums, s)
		}
	}
	return sums
}
