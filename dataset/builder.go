package dataset

import (
	"cmp"
	"slices"

	"vigie/indicator"
	"vigie/territory"
)

// Builder gathers observations, in any order, into a Table. Input that comes
// nearly sorted, as files do, costs little more than a copy. The zero value
// is ready to use.
type Builder struct {
	columns []*Column
	at      map[columnKey]*Column
	last    *Column
}

type columnKey struct {
	indicator indicator.Code
	period    string
}

// Duplicate is one key met twice, with the lines where it stands.
type Duplicate struct {
	Indicator     indicator.Code
	Territory     territory.Code
	Period        string
	First, Second int32
}

// Add appends one observation.
func (b *Builder) Add(o Observation) {
	c := b.last
	if c == nil || c.Indicator != o.Indicator || c.Period != o.Period {
		c = b.column(columnKey{o.Indicator, o.Period})
		b.last = c
	}
	c.Territory = append(c.Territory, o.Territory)
	c.X = append(c.X, o.X)
	c.Status = append(c.Status, o.Status)
	c.Line = append(c.Line, o.Line)
}

func (b *Builder) column(k columnKey) *Column {
	if c := b.at[k]; c != nil {
		return c
	}
	if b.at == nil {
		b.at = map[columnKey]*Column{}
	}
	c := &Column{Indicator: k.indicator, Period: k.period}
	b.at[k] = c
	b.columns = append(b.columns, c)
	return c
}

// Table returns what was added, sorted, or the duplicate keys by line if there
// are any; then the table is nil. The builder must not be used afterwards.
func (b *Builder) Table() (*Table, []Duplicate) {
	slices.SortFunc(b.columns, func(x, y *Column) int {
		return cmp.Or(cmp.Compare(x.Indicator, y.Indicator), cmp.Compare(x.Period, y.Period))
	})
	t := &Table{Columns: make([]Column, 0, len(b.columns))}
	var twice []Duplicate
	for _, c := range b.columns {
		if !increasing(c.Territory) {
			c.sort()
			twice = append(twice, c.duplicates()...)
		}
		t.Columns = append(t.Columns, *c)
	}
	if len(twice) > 0 {
		slices.SortStableFunc(twice, func(x, y Duplicate) int { return cmp.Compare(x.Second, y.Second) })
		return nil, twice
	}
	return t, nil
}

// DropCopies removes the observations that stand several times with one value
// and one status, and returns how many; the first line stays. It is called
// before Table.
func (b *Builder) DropCopies() int {
	n := 0
	for _, c := range b.columns {
		if increasing(c.Territory) {
			continue
		}
		c.sort()
		kept := 0
		for i := range c.X {
			if k := kept - 1; i > 0 && c.Territory[i] == c.Territory[k] && c.Status[i] == c.Status[k] && (c.X[i] == c.X[k] || !c.Status[i].HasValue()) {
				n++
				continue
			}
			c.Territory[kept], c.X[kept], c.Status[kept], c.Line[kept] = c.Territory[i], c.X[i], c.Status[i], c.Line[i]
			kept++
		}
		c.Territory, c.X, c.Status, c.Line = c.Territory[:kept], c.X[:kept], c.Status[:kept], c.Line[:kept]
	}
	return n
}

func increasing(codes []territory.Code) bool {
	for i := 1; i < len(codes); i++ {
		if codes[i-1] >= codes[i] {
			return false
		}
	}
	return true
}

// sort orders the rows by territory, then line.
func (c *Column) sort() {
	order := make([]int, len(c.Territory))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(c.Territory[i], c.Territory[j]), cmp.Compare(c.Line[i], c.Line[j]))
	})
	c.Territory = pick(c.Territory, order)
	c.X = pick(c.X, order)
	c.Status = pick(c.Status, order)
	c.Line = pick(c.Line, order)
}

func pick[T any](from []T, order []int) []T {
	to := make([]T, len(order))
	for i, k := range order {
		to[i] = from[k]
	}
	return to
}

// duplicates lists the neighbours with one territory; c is sorted.
func (c *Column) duplicates() []Duplicate {
	var twice []Duplicate
	for i := 1; i < len(c.Territory); i++ {
		if c.Territory[i] == c.Territory[i-1] {
			twice = append(twice, Duplicate{c.Indicator, c.Territory[i], c.Period, c.Line[i-1], c.Line[i]})
		}
	}
	return twice
}
