package disclosure

import (
	"math"
	"slices"
	"strings"
)

// A Cell is one figure of a table before secrecy.
type Cell struct {
	Key   string  // its codes joined by "|", one a dimension, or any name that is its own
	Value float64 // finite, at least 0
	N     int     // contributors; 0 when the cell is empty or the number is not told
	Max   float64 // the largest contribution; 0 when not told
}

// A Sum says that Total is the sum of Parts: codes of a dimension, or keys of
// cells.
type Sum struct {
	Total string
	Parts []string
}

// A Dimension is the codes of one variable and how they add up: from the root
// down, a code that has parts stands as the Total of a sum. A code with several
// sums has several hierarchies: communes by département and by EPCI.
type Dimension struct {
	Name string
	Root string
	Sums []Sum
}

// A Table is cells and every sum that binds them, all that a reader can use to
// work out what is not shown. It is built by Cross, Linked or Join, which
// refuse a table that does not add up, and does not change afterwards.
type Table struct {
	cells []Cell
	at    map[string]int // key to place in cells
	sums  []equation
}

// equation is a sum by the places of its cells.
type equation struct {
	total int
	parts []int
}

// Cells returns the cells in their given order.
func (t *Table) Cells() []Cell { return slices.Clone(t.cells) }

// Cell returns the cell of a key, false if the table has none.
func (t *Table) Cell(key string) (Cell, bool) {
	i, ok := t.at[key]
	if !ok {
		return Cell{}, false
	}
	return t.cells[i], true
}

// Sums returns every sum of the table by the keys of its cells.
func (t *Table) Sums() []Sum {
	sums := make([]Sum, 0, len(t.sums))
	for _, e := range t.sums {
		parts := make([]string, len(e.parts))
		for i, p := range e.parts {
			parts[i] = t.cells[p].Key
		}
		sums = append(sums, Sum{Total: t.cells[e.total].Key, Parts: parts})
	}
	return sums
}

// Linked returns the table of cells bound by sums of keys, whichever table each
// sum comes from: cells shared by two tables are one cell, and so are attacked
// and protected together.
//
// Error: a Refusal when there is no cell, a key stands twice, a value is
// negative or not finite, a sum names an unknown cell or the same cell twice,
// or a sum does not hold (to 1e-9 of its total).
func Linked(cells []Cell, sums []Sum) (*Table, error) {
	t, err := shell(cells)
	if err != nil {
		return nil, err
	}
	for _, s := range sums {
		if err := t.bind(s.Total, s.Parts); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Cross returns the table that crosses dimensions: a cell for each combination
// of their codes, in any order, its key the codes joined by "|" in the order of
// the dimensions; it adds up along each sum of each dimension.
//
// Error: as Linked, and when a hierarchy has a loop or a code that the root
// does not reach, or a combination has no cell or a cell no combination.
func Cross(dimensions []Dimension, cells []Cell) (*Table, error) {
	t, err := shell(cells)
	if err != nil {
		return nil, err
	}
	codes := make([][]string, len(dimensions))
	many := 1
	for i, d := range dimensions {
		if codes[i], err = d.codes(); err != nil {
			return nil, err
		}
		if many *= len(codes[i]); many > len(cells) {
			break
		}
	}
	if len(dimensions) == 0 || many != len(cells) {
		return nil, refuse("donnez une cellule, et une seule, par croisement des modalités, totaux compris",
			"le tableau a %d cellules : ses dimensions n’en croisent pas autant", len(cells))
	}
	for i, d := range dimensions {
		for _, s := range d.Sums {
			if err := t.bindAlong(codes, i, s); err != nil {
				return nil, err
			}
		}
	}
	return t, t.allCrossed(codes)
}

// shell returns a table of cells that no sum binds yet.
func shell(cells []Cell) (*Table, error) {
	if len(cells) == 0 {
		return nil, refuse("donnez au moins une cellule", "le tableau est vide")
	}
	t := &Table{cells: slices.Clone(cells), at: make(map[string]int, len(cells))}
	for i, c := range cells {
		if _, twice := t.at[c.Key]; twice {
			return nil, refuse("donnez chaque cellule une seule fois", "la cellule « %s » figure deux fois", c.Key)
		}
		if !(c.Value >= 0) || math.IsInf(c.Value, 0) || c.N < 0 {
			return nil, refuse("la suppression protège des effectifs ou des montants positifs ou nuls : corrigez la valeur",
				"la cellule « %s » vaut %v (%d contributeurs)", c.Key, c.Value, c.N)
		}
		t.at[c.Key] = i
	}
	return t, nil
}

// bind adds the sum of parts to the table.
func (t *Table) bind(total string, parts []string) error {
	e, seen, sum := equation{}, map[string]bool{total: true}, 0.0
	var ok bool
	if e.total, ok = t.at[total]; !ok {
		return unknown(total)
	}
	for _, key := range parts {
		p, ok := t.at[key]
		if !ok {
			return unknown(key)
		}
		if seen[key] {
			return refuse("corrigez la hiérarchie", "« %s » figure deux fois dans la somme de « %s »", key, total)
		}
		seen[key] = true
		e.parts = append(e.parts, p)
		sum += t.cells[p].Value
	}
	whole := t.cells[e.total].Value
	if len(parts) == 0 {
		return refuse("donnez les parties de ce total ou ôtez la somme", "la somme de « %s » n’a pas de parties", total)
	}
	if !(math.Abs(sum-whole) <= 1e-9*max(1, whole)) {
		return refuse("recalculez les totaux sur les mêmes données",
			"le tableau ne s’additionne pas : « %s » vaut %v et ses parties %v", total, whole, sum)
	}
	t.sums = append(t.sums, e)
	return nil
}

func unknown(key string) error {
	return refuse("donnez toutes les cellules, totaux compris", "la cellule « %s » manque au tableau", key)
}

// bindAlong binds the sum s of dimension i for each combination of the other
// dimensions' codes.
func (t *Table) bindAlong(codes [][]string, i int, s Sum) error {
	others := slices.Clone(codes)
	others[i] = []string{s.Total}
	for _, combination := range combinations(others) {
		key := func(code string) string {
			combination[i] = code
			return strings.Join(combination, "|")
		}
		parts := make([]string, len(s.Parts))
		for j, p := range s.Parts {
			parts[j] = key(p)
		}
		if err := t.bind(key(s.Total), parts); err != nil {
			return err
		}
	}
	return nil
}

// allCrossed refuses a combination without a cell.
func (t *Table) allCrossed(codes [][]string) error {
	for _, combination := range combinations(codes) {
		if key := strings.Join(combination, "|"); !t.has(key) {
			return unknown(key)
		}
	}
	return nil
}

func (t *Table) has(key string) bool {
	_, ok := t.at[key]
	return ok
}

// combinations returns every choice of one code a dimension, the last fastest.
func combinations(codes [][]string) [][]string {
	all := [][]string{nil}
	for _, list := range codes {
		next := make([][]string, 0, len(all)*len(list))
		for _, before := range all {
			for _, code := range list {
				next = append(next, append(slices.Clone(before), code))
			}
		}
		all = next
	}
	return all
}

// codes returns the codes of the dimension from the root down, each once.
func (d Dimension) codes() ([]string, error) {
	below := map[string][]string{}
	for _, s := range d.Sums {
		below[s.Total] = append(below[s.Total], s.Parts...)
	}
	const (
		opened = 1
		closed = 2
	)
	state, found := map[string]int{}, []string{}
	var walk func(code string) error
	walk = func(code string) error {
		switch state[code] {
		case opened:
			return refuse("corrigez la hiérarchie", "dimension « %s » : « %s » est au-dessous de lui-même", d.Name, code)
		case closed:
			return nil
		}
		state[code] = opened
		found = append(found, code)
		for _, part := range below[code] {
			if err := walk(part); err != nil {
				return err
			}
		}
		state[code] = closed
		return nil
	}
	if err := walk(d.Root); err != nil {
		return nil, err
	}
	for _, s := range d.Sums {
		if state[s.Total] != closed {
			return nil, refuse("rattachez ce code à la racine",
				"dimension « %s » : « %s » n’est pas sous « %s »", d.Name, s.Total, d.Root)
		}
	}
	for _, code := range found {
		if strings.Contains(code, "|") {
			return nil, refuse("ôtez « | » des codes", "dimension « %s » : le code « %s » contient « | »", d.Name, code)
		}
	}
	return found, nil
}
