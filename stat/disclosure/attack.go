package disclosure

import (
	"cmp"
	"math"
	"slices"
)

// A Bound is what an attacker can work out of one suppressed cell.
type Bound struct {
	Key       string
	Low, High float64 // High is +Inf when nothing bounds the cell
}

// Attack returns the narrowest interval that every cell of the pattern, the
// keys that are not published, is known to lie in by anyone who reads the
// published cells, knows every sum, and that values are at least 0.
//
// The attacker may know more: the cells of known, which are in the pattern but
// are its own (the only enterprise of a cell knows its figure); these have no
// bound in the answer. The order is that of the pattern.
//
// Error: a Refusal when a key is not in the table or the numbers are too large
// to be computed exactly.
//
// Source: Fischetti and Salazar (2001), Management Science 47(7), 1008-1027:
// the attacker's two programmes for each cell. Oracle: bounds proved by an
// independent solver, and other vertices enumerated in the tests.
func Attack(t *Table, pattern, known []string) ([]Bound, error) {
	hidden, err := t.places(pattern)
	if err != nil {
		return nil, err
	}
	given, err := t.places(known)
	if err != nil {
		return nil, err
	}
	left := hidden[:0:0]
	for _, c := range hidden {
		if !slices.Contains(given, c) && !slices.Contains(left, c) {
			left = append(left, c)
		}
	}
	g, err := newGrid(t.values())
	if err != nil {
		return nil, err
	}
	found := map[int]Bound{}
	for _, a := range t.attackers(left, g) {
		for v, cell := range a.cells {
			b, err := a.bound(v, t.cells[cell], g)
			if err != nil {
				return nil, err
			}
			found[cell] = b
		}
	}
	bounds := make([]Bound, len(left))
	for i, cell := range left {
		bounds[i] = found[cell]
	}
	return bounds, nil
}

// places returns the places of keys.
func (t *Table) places(keys []string) ([]int, error) {
	places := make([]int, len(keys))
	for i, key := range keys {
		p, ok := t.at[key]
		if !ok {
			return nil, refuse("donnez les clés des cellules du tableau", "la cellule « %s » n’est pas dans le tableau", key)
		}
		places[i] = p
	}
	return places, nil
}

func (t *Table) values() []float64 {
	values := make([]float64, len(t.cells))
	for i, c := range t.cells {
		values[i] = c.Value
	}
	return values
}

// attacker knows how far the hidden cells of one part of a table can move
// together; parts share no sum.
type attacker struct {
	cells   []int // place in the table of each variable, ascending
	sums    []equation
	limit   []int64 // how far each can fall, in units of the grid
	simplex *simplex
	doubt   error
}

// attackers splits hidden cells into parts that no sum binds to each other.
func (t *Table) attackers(hidden []int, g grid) []*attacker {
	part := newPartition(len(t.cells))
	is := make([]bool, len(t.cells))
	for _, c := range hidden {
		is[c] = true
	}
	first := make([]int, len(t.sums))
	for i, e := range t.sums {
		first[i] = -1
		for _, c := range append([]int{e.total}, e.parts...) {
			switch {
			case !is[c]:
			case first[i] < 0:
				first[i] = c
			default:
				part.join(first[i], c)
			}
		}
	}
	of, local := map[int]*attacker{}, make([]int, len(t.cells))
	var all []*attacker
	for _, c := range slices.Sorted(slices.Values(hidden)) {
		root := part.root(c)
		a := of[root]
		if a == nil {
			a = &attacker{}
			of[root] = a
			all = append(all, a)
		}
		local[c] = len(a.cells)
		a.cells, a.limit = append(a.cells, c), append(a.limit, g.down(t.cells[c].Value))
	}
	for i, e := range t.sums {
		if first[i] >= 0 {
			a := of[part.root(first[i])]
			a.sums = append(a.sums, e.within(is, local))
		}
	}
	return all
}

// within is the equation left when only some cells move, in their own numbers.
func (e equation) within(is []bool, local []int) equation {
	left := equation{total: -1}
	if is[e.total] {
		left.total = local[e.total]
	}
	for _, p := range e.parts {
		if is[p] {
			left.parts = append(left.parts, local[p])
		}
	}
	return left
}

// build prepares the programme of the part, once.
func (a *attacker) build() error {
	if a.simplex != nil || a.doubt != nil {
		return a.doubt
	}
	low, high := make([]int64, len(a.cells)), make([]int64, len(a.cells))
	for v, l := range a.limit {
		low[v], high[v] = -l, open
	}
	a.simplex, a.doubt = newSimplex(a.sums, low, high)
	return a.doubt
}

// far moves variable v as far as it goes, up (way 1) or down (-1).
func (a *attacker) far(v int, way int64) (num, d int64, bounded bool, err error) {
	if err := a.build(); err != nil {
		return 0, 0, false, err
	}
	a.simplex.toward(v, -way)
	bounded, err = a.simplex.minimise()
	a.simplex.toward(v, 0)
	if err != nil {
		a.simplex, a.doubt = nil, err
		return 0, 0, false, err
	}
	num, d = a.simplex.value(v)
	return num, d, bounded, nil
}

// bound returns the interval of variable v, which is cell c.
func (a *attacker) bound(v int, c Cell, g grid) (Bound, error) {
	b := Bound{Key: c.Key, High: math.Inf(1)}
	at := func(num, d int64) float64 {
		if u, whole := g.near(c.Value); whole && d == 1 {
			return float64(u+num) / g.scale
		}
		return c.Value + float64(num)/float64(d)/g.scale
	}
	num, d, _, err := a.far(v, -1)
	if err == nil {
		b.Low = max(0, at(num, d))
		var bounded bool
		if num, d, bounded, err = a.far(v, 1); bounded {
			b.High = at(num, d)
		}
	}
	if err != nil {
		return Bound{}, refuse("publiez un tableau moins détaillé, ou dans une unité plus grande",
			"l’intervalle de la cellule « %s » ne peut pas être calculé exactement", c.Key)
	}
	return b, nil
}

// partition joins things into groups.
type partition []int

func newPartition(n int) partition {
	p := make(partition, n)
	for i := range p {
		p[i] = i
	}
	return p
}

func (p partition) root(i int) int {
	for p[i] != i {
		p[i] = p[p[i]]
		i = p[i]
	}
	return i
}

// join puts both groups into one, whose root is the smaller of the two.
func (p partition) join(i, j int) {
	i, j = p.root(i), p.root(j)
	if cmp.Compare(i, j) < 0 {
		p[j] = i
	} else {
		p[i] = j
	}
}
