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
	if len(s.whole.cell) <= nearby {
		return s.measured(s.whole, c, s.still(c, barred))
	}
	best, err := s.nearest(c, barred)
	if best != nil || err != nil {
		return best, err
	}
	if s.settled {
		return nil, nil
	}
	return s.measured(s.whole, c, s.still(c, barred))
}

// looks are the ways of looking near a cell, each wider than the one before.
var looks = []look{{10, 0, false}, {6, 2, false}, {8, 2, true}, {30, 3, true}}

// look says how many cells of a line are looked at, how often it goes down from
// totals, and whether it begins one level up.
type look struct {
	width, depth int
	up           bool
}

// nearest is a route near the cell of a claim: the first found, or that of the
// second look when the first is dear.
func (s *search) nearest(c claim, barred []int) (best []int, err error) {
	least, before := int64(0), 0
	for n, l := range looks {
		if best != nil && (n > 1 || least <= s.fair(c) || s.work > patience/2 && !s.settled) {
			return best, nil
		}
		marked, size := s.near(c, barred, l)
		if size == before {
			continue
		}
		before = size
		moved, err := s.around(marked, c)
		if err != nil {
			return nil, err
		}
		if added := s.added(moved); moved != nil && (best == nil || added < least) {
			best, least = moved, added
		}
	}
	return best, nil
}

// fair is what a route may cost without being dear: some cells of the size of
// the move.
func (s *search) fair(c claim) int64 {
	if s.choice.Count {
		return 6
	}
	return 6 * max(c.reach, s.price[c.cell]/4)
}

// added is what the cells of a route cost that are not hidden yet.
func (s *search) added(cells []int) int64 {
	sum := int64(0)
	for _, i := range cells {
		if !s.hidden(i) {
			sum += s.price[i]
		}
	}
	return sum
}

// around is cross on the ground of the cells marked.
func (s *search) around(marked []bool, c claim) ([]int, error) {
	g, err := s.ground(marked)
	if err != nil {
		return nil, err
	}
	s.work += g.simplex.work
	return s.measured(g, c, nil)
}

// measured is cross, its work counted.
func (s *search) measured(g *ground, c claim, still []int) ([]int, error) {
	before := g.simplex.work
	moved, err := s.cross(g, c, still)
	s.work += g.simplex.work - before
	return moved, err
}

// nearby is the number of cells up to which a search looks at all at once.
const nearby = 500

// near marks the cells around that of a claim: the cheapest cells of its lines,
// as many as width, and where their lines cross; then, as often as depth, the
// same from lines whose total alone is marked, which would hold it still.
func (s *search) near(c claim, barred []int, l look) (marked []bool, size int) {
	v := &vicinity{s: s, c: c, shut: make([]bool, len(s.price)), marked: make([]bool, len(s.price)),
		crossed: make([]int, len(s.price)), seen: make([]bool, len(s.t.sums))}
	for i, may := range s.may {
		v.shut[i] = !may || c.holder >= 0 && s.holder[i] == c.holder
	}
	for _, i := range barred {
		v.shut[i] = true
	}
	v.marked[c.cell], v.crossed[c.cell] = true, 1
	v.spread(s.lines[c.cell], l.width)
	if l.up {
		for _, e := range s.lines[c.cell] {
			v.spread(s.lines[s.t.sums[e].total], l.width)
		}
	}
	for range l.depth {
		v.spread(v.lonely(), max(3, l.width/3))
	}
	for _, is := range v.marked {
		if is {
			size++
		}
	}
	return v.marked, size
}

// vicinity is the marking of near under way.
type vicinity struct {
	s       *search
	c       claim
	shut    []bool // by cell: it stays still
	marked  []bool // by cell
	crossed []int  // by cell: lines seen that it stands on
	seen    []bool // by line
}

// see marks the cells of a line that stand on another line already seen.
func (v *vicinity) see(e int) {
	if v.seen[e] {
		return
	}
	v.seen[e] = true
	for _, i := range v.s.t.sums[e].cells() {
		if v.crossed[i]++; v.crossed[i] > 1 && !v.shut[i] {
			v.marked[i] = true
		}
	}
}

// spread sees lines, and the lines across at their cheapest cells.
func (v *vicinity) spread(lines []int, width int) {
	for _, e := range lines {
		v.see(e)
		var line []int
		for _, i := range v.s.t.sums[e].cells() {
			if i != v.c.cell && !v.shut[i] {
				line = append(line, i)
			}
		}
		slices.SortStableFunc(line, func(a, b int) int {
			return cmp.Compare(v.s.fee(a, v.c.reach), v.s.fee(b, v.c.reach))
		})
		for _, i := range line[:min(width, len(line))] {
			for _, across := range v.s.lines[i] {
				v.see(across)
			}
		}
	}
}

// lonely lists the lines of which only the total is marked.
func (v *vicinity) lonely() []int {
	var list []int
	for e, sum := range v.s.t.sums {
		if v.marked[sum.total] && !slices.ContainsFunc(sum.parts, func(i int) bool { return v.marked[i] }) {
			list = append(list, e)
		}
	}
	return list
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
	for i, may := range s.may {
		if may && s.holder[i] == c.holder && !slices.Contains(list, i) {
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
	s.settled = true
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
