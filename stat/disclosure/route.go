package disclosure

import (
	"cmp"
	"slices"
)

// A ground is a programme over some of the cells that may be hidden.
type ground struct {
	cell     []int // by variable, ascending
	variable []int // by cell; -1 when it stands outside
	simplex  *simplex
}

// ground builds the programme over the cells marked.
func (s *search) ground(marked []bool) (*ground, error) {
	g := &ground{variable: make([]int, len(marked))}
	var low, high []int64
	for i, is := range marked {
		g.variable[i] = -1
		if is {
			g.variable[i] = len(g.cell)
			g.cell = append(g.cell, i)
			low, high = append(low, -s.limit[i]), append(high, open)
		}
	}
	var sums []equation
	seen := make([]bool, len(s.t.sums))
	for _, i := range g.cell {
		for _, e := range s.lines[i] {
			if !seen[e] {
				seen[e] = true
				sums = append(sums, s.t.sums[e].within(marked, g.variable))
			}
		}
	}
	var err error
	if g.simplex, err = newSimplex(sums, low, high); err != nil {
		return nil, err
	}
	return g, nil
}

// route finds cells that move together, each sum kept, so that a claim holds:
// the cheapest by unit moved. The cells of its holder and those of barred stay
// still. It returns nil when there is no such move. In a large table it looks
// near the cell before it looks everywhere.
func (s *search) route(c claim, barred []int) ([]int, error) {
	if len(s.whole.cell) > nearby {
		for _, width := range [2]int{s.width, 3 * s.width} {
			g, err := s.ground(s.near(c, barred, width))
			if err != nil {
				return nil, err
			}
			moved, err := s.cross(g, c, nil)
			s.work += g.simplex.work
			if moved != nil || err != nil {
				return moved, err
			}
		}
	}
	before := s.whole.simplex.work
	moved, err := s.cross(s.whole, c, s.still(c, barred))
	s.work += s.whole.simplex.work - before
	return moved, err
}

// nearby is the number of cells up to which a search looks at all at once.
const nearby = 500

// near marks the cells around that of a claim: on its lines the cheapest cells,
// as many as width, then where the lines of these cross.
func (s *search) near(c claim, barred []int, width int) []bool {
	marked, crossed, seen := make([]bool, len(s.price)), make([]int, len(s.price)), make([]bool, len(s.t.sums))
	open := func(i int) bool {
		return s.whole.variable[i] >= 0 && !slices.Contains(barred, i) && (c.holder < 0 || s.holder[i] != c.holder)
	}
	visit := func(e int) {
		if seen[e] {
			return
		}
		seen[e] = true
		for _, i := range s.t.sums[e].cells() {
			if crossed[i]++; crossed[i] > 1 && open(i) {
				marked[i] = true
			}
		}
	}
	for _, e := range s.lines[c.cell] {
		visit(e)
		var line []int
		for _, i := range s.t.sums[e].cells() {
			if i != c.cell && open(i) {
				line = append(line, i)
			}
		}
		slices.SortStableFunc(line, func(a, b int) int { return cmp.Compare(s.fee(a, c.reach), s.fee(b, c.reach)) })
		for _, i := range line[:min(width, len(line))] {
			for _, across := range s.lines[i] {
				visit(across)
			}
		}
	}
	marked[c.cell] = true
	return marked
}

// cells returns the total and the parts of an equation.
func (e equation) cells() []int { return append([]int{e.total}, e.parts...) }

// cross finds the cheapest move on a ground that makes a claim hold while some
// cells stay still; nil when there is none.
func (s *search) cross(g *ground, c claim, still []int) ([]int, error) {
	w, v := g.simplex, g.variable[c.cell]
	w.reset()
	for u, i := range g.cell {
		w.charge(u, s.fee(i, c.reach))
	}
	kept := make([][2]int64, len(still))
	for k, i := range still {
		u := g.variable[i]
		kept[k] = [2]int64{w.low[u], w.high[u]}
		w.low[u], w.high[u] = 0, 0
	}
	low, high := w.low[v], w.high[v]
	if c.way > 0 {
		w.low[v], w.high[v] = 0, min(high, c.reach)
	} else {
		w.low[v], w.high[v] = max(low, -c.reach), 0
	}
	w.toward(v, -c.way*wish)
	_, err := w.minimise()
	w.toward(v, 0)
	w.low[v], w.high[v] = low, high
	for k, i := range still {
		u := g.variable[i]
		w.low[u], w.high[u] = kept[k][0], kept[k][1]
	}
	if err != nil {
		return nil, err
	}
	if num, d := w.value(v); c.way*num < c.reach*d {
		return nil, nil
	}
	moved := []int{} // not nil: a claim of 0 needs no move
	for _, u := range w.moved() {
		moved = append(moved, g.cell[u])
	}
	return moved, nil
}

// still returns the cells that a claim's holder knows, and those barred.
func (s *search) still(c claim, barred []int) []int {
	list := slices.Clone(barred)
	if c.holder < 0 {
		return list
	}
	for _, i := range s.whole.cell {
		if s.holder[i] == c.holder && !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	return list
}

// proofs finds the routes that make a claim hold against an outsider and, with
// singletons, against each holder of a cell on the way: a route that leaves a
// holder's cells still holds for it. It returns nil when there are none.
func (s *search) proofs(c claim, barred []int) ([][]int, error) {
	first, err := s.route(c, barred)
	if err != nil || first == nil {
		return nil, err
	}
	routes := [][]int{first}
	if !s.choice.Singletons {
		return routes, nil
	}
	for _, i := range first {
		h := s.holder[i]
		if h < 0 || h == s.holder[c.cell] || !s.known(routes, h) {
			continue
		}
		against := c
		against.holder = h
		next, err := s.route(against, barred)
		if err != nil || next == nil {
			return nil, err
		}
		routes = append(routes, next)
	}
	return routes, nil
}

// known tells whether every route moves a cell of the holder.
func (s *search) known(routes [][]int, holder int) bool {
	for _, cells := range routes {
		if !slices.ContainsFunc(cells, func(i int) bool { return s.holder[i] == holder }) {
			return false
		}
	}
	return true
}

// construct finds proofs of all claims, the widest first, each at the least new
// cost.
func (s *search) construct() error {
	for _, k := range s.order() {
		routes, err := s.proofs(s.claims[k], nil)
		if err != nil {
			return err
		}
		if routes == nil {
			return s.unprotected(s.claims[k])
		}
		s.routes[k] = routes
		s.lay(routes, 1)
	}
	return nil
}

// order lists the claims by falling reach.
func (s *search) order() []int {
	list := make([]int, len(s.claims))
	for k := range list {
		list[k] = k
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(s.claims[b].reach, s.claims[a].reach) })
	return list
}

func (s *search) unprotected(c claim) error {
	do := "regroupez des modalités, ou ne publiez pas ce tableau"
	if !s.choice.Zeros {
		do = "regroupez des modalités, permettez de supprimer des cellules nulles, ou ne publiez pas ce tableau"
	}
	return refuse(do, "rien ne protège la cellule « %s » : même tout le reste supprimé, elle se déduit de trop près",
		s.t.cells[c.cell].Key)
}
