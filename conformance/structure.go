package conformance

import (
	"math"
	"slices"

	"vigie/stat/composite"
)

// structure is the table that says what each column of an index is: its parent,
// its level, its weight, its direction.
type structure struct {
	*table
	code, parent             []string
	level, weight, direction []float64
}

func (a *asked) structure() *structure {
	names := a.object("tree")
	s := &structure{table: names.table("meta")}
	s.code, s.parent = names.labels(s.table, "code"), names.labels(s.table, "parent")
	s.level, s.weight = names.column(s.table, "level"), names.column(s.table, "weight")
	if names.has("direction") {
		s.direction = names.column(s.table, "direction")
	}
	names.done()
	return s
}

// at is the row of a code, −1 when there is none.
func (s *structure) at(code string) int { return slices.Index(s.code, code) }

// of lists the codes of a level, in the order of the table.
func (s *structure) of(level float64) []string {
	var out []string
	for i, l := range s.level {
		if l == level {
			out = append(out, s.code[i])
		}
	}
	return out
}

// above is the ancestor of a code at a level, "" when there is none.
func (s *structure) above(code string, level float64) string {
	for i := s.at(code); i >= 0; i = s.at(s.parent[i]) {
		if s.level[i] == level {
			return s.code[i]
		}
	}
	return ""
}

// sign is the direction of a column.
func (s *structure) sign(code string) int {
	if i := s.at(code); i >= 0 && s.direction != nil && s.direction[i] < 0 {
		return -1
	}
	return 1
}

func (s *structure) top() float64 {
	top := 0.0
	for _, l := range s.level {
		if l > top {
			top = l
		}
	}
	return top
}

// tree makes the tree of the indicators and the aggregates.
func (s *structure) tree(a *asked) *composite.Tree {
	var list []composite.Branch
	for i, code := range s.code {
		if math.IsNaN(s.level[i]) {
			continue
		}
		b := composite.Branch{Code: code, Parent: s.parent[i], Level: int(s.level[i]), Weight: s.weight[i]}
		if b.Parent == "NA" {
			b.Parent = ""
		}
		list = append(list, b)
	}
	t, err := composite.NewTree(list)
	if err != nil {
		a.fail(err)
		return nil
	}
	return t
}

// grid is a table of units with some of its columns as numbers.
type grid struct {
	*table
	key     string
	units   []string
	names   []string
	columns map[string][]float64
}

// grid reads the table of the case and the columns it lists, or the indicators
// of its structure.
func (a *asked) grid(s *structure) *grid {
	g := &grid{table: a.table("table"), columns: map[string][]float64{}}
	if a.has("unit") {
		g.key, g.units = a.text("unit"), a.labels(g.table, "unit")
	}
	switch {
	case a.has("columns"):
		g.names = a.texts("columns")
	case s != nil:
		g.names = s.of(1)
	}
	for _, name := range g.names {
		g.columns[name] = a.numbers(g.table, name)
	}
	return g
}

// list gives the columns in their order.
func (g *grid) list() [][]float64 {
	out := make([][]float64, len(g.names))
	for k, name := range g.names {
		out[k] = g.columns[name]
	}
	return out
}

func (g *grid) keys() map[string][]string { return map[string][]string{g.key: g.units} }

// found is the answer of a table with these columns.
func (g *grid) found(columns map[string][]float64) *found {
	out := &found{}
	out.rows(g.keys(), columns)
	return out
}

// each applies a function to every column.
func (g *grid) each(f func(name string, x []float64) []float64) map[string][]float64 {
	out := map[string][]float64{}
	for _, name := range g.names {
		out[name] = f(name, g.columns[name])
	}
	return out
}

// only keeps the units of some rows.
func (g *grid) only(in []bool) {
	keep := func(n int) (out []int) {
		for i := range n {
			if in[i] {
				out = append(out, i)
			}
		}
		return out
	}
	rows := keep(len(in))
	units := make([]string, len(rows))
	lines := make([][]string, len(rows))
	for k, i := range rows {
		units[k], lines[k] = g.units[i], g.rows[i]
	}
	for name, x := range g.columns {
		y := make([]float64, len(rows))
		for k, i := range rows {
			y[k] = x[i]
		}
		g.columns[name] = y
	}
	g.units, g.table = units, &table{name: g.name, head: g.head, rows: lines}
}
