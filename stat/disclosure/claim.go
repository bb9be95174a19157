package disclosure

import (
	"cmp"
	"slices"
)

// A Sensitive is a cell that must not be told closer than its interval: an
// attacker must hold possible Value - Lower and Value + Upper.
type Sensitive struct {
	Key          string
	Lower, Upper float64 // widths of the protection on each side, in the unit of the values
}

// claim is one half of a protection: the cell must be able to move by reach
// units that way, the cells of one holder standing still when there is one.
type claim struct {
	cell   int
	way    int64 // 1 up, -1 down
	reach  int64
	holder int // -1: someone who has no cell of its own
}

// claims returns the two halves of each protection, those of an outsider.
func (t *Table) claims(sensitive []Sensitive) ([]claim, grid, error) {
	values := t.values()
	for _, s := range sensitive {
		if !(s.Lower >= 0 && s.Upper >= 0) {
			return nil, grid{}, refuse("donnez des protections positives ou nulles",
				"la cellule « %s » a pour protection [%v, %v]", s.Key, s.Lower, s.Upper)
		}
		values = append(values, s.Lower, s.Upper)
	}
	g, err := newGrid(values)
	if err != nil {
		return nil, grid{}, err
	}
	var list []claim
	seen := map[int]bool{}
	for _, s := range sensitive {
		cell, ok := t.at[s.Key]
		if !ok {
			return nil, grid{}, refuse("donnez les clés des cellules du tableau", "la cellule sensible « %s » n’est pas dans le tableau", s.Key)
		}
		if seen[cell] {
			return nil, grid{}, refuse("donnez chaque cellule une seule fois", "la cellule sensible « %s » figure deux fois", s.Key)
		}
		seen[cell] = true
		list = append(list, claim{cell, 1, g.up(s.Upper), -1}, claim{cell, -1, g.up(s.Lower), -1})
	}
	slices.SortFunc(list, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(b.way, a.way))
	})
	return list, g, nil
}

// holders numbers those who know cells: the only contributor of a cell knows
// its figure, and that of every total of which it is also the only contributor.
// A cell with several contributors, or an unknown number, has holder -1.
func (t *Table) holders() []int {
	same := newPartition(len(t.cells))
	for _, e := range t.sums {
		if t.cells[e.total].N != 1 {
			continue
		}
		for _, p := range e.parts {
			if t.cells[p].N == 1 {
				same.join(e.total, p)
			}
		}
	}
	holder := make([]int, len(t.cells))
	for i, c := range t.cells {
		holder[i] = -1
		if c.N == 1 {
			holder[i] = same.root(i)
		}
	}
	return holder
}

// proves moves the cell of variable v by the reach of a claim while the
// variables of still do not move, and returns the variables that moved with it.
func (a *attacker) proves(v int, c claim, still []int) (moved []int, ok bool, err error) {
	if err := a.build(); err != nil {
		return nil, false, err
	}
	s := a.simplex
	s.reset()
	low, high := slices.Clone(s.low), slices.Clone(s.high)
	defer func() { s.low, s.high = low, high }()
	s.low, s.high = slices.Clone(low), slices.Clone(high)
	if c.way > 0 {
		s.high[v] = min(s.high[v], c.reach)
	} else {
		s.low[v] = max(s.low[v], -c.reach)
	}
	for _, w := range still {
		s.low[w], s.high[w] = 0, 0
	}
	num, d, bounded, err := a.far(v, c.way)
	if err != nil {
		return nil, false, err
	}
	if bounded && c.way*num < c.reach*d {
		return nil, false, nil
	}
	return s.moved(), true, nil
}

// moved returns the variables that are not at 0, in order.
func (s *simplex) moved() []int {
	var moved []int
	for i, v := range s.basis {
		if s.p[i] != 0 {
			moved = append(moved, v)
		}
	}
	for j, v := range s.out {
		if s.y[j] != 0 {
			moved = append(moved, v)
		}
	}
	slices.Sort(moved)
	return moved
}
