package disclosure

import (
	"errors"
	"slices"
)

// A Choice says how complementary cells are chosen. The zero value is the usual
// one: the least sum of suppressed values, zeros published.
type Choice struct {
	Count      bool     // the fewest cells rather than the least sum of their values
	Zeros      bool     // a cell of 0 may be suppressed to protect another
	Singletons bool     // also against the only contributor of a suppressed cell
	Keep       []string // keys that are never complementary: known elsewhere, such as the bases of a survey
}

// A Pattern is the cells of a table that are not published.
type Pattern struct {
	Keys    []string // sensitive and complementary cells, in the order of the table
	Added   int      // complementary cells
	Cost    float64  // the sum of their values, or their number, sensitive cells included
	Bound   float64  // no safe pattern costs less
	Optimal bool     // Cost is Bound
}

// Suppress returns a pattern that protects every sensitive cell: Audit calls it
// safe. It costs least where that could be proved (Optimal), and that is always
// so for tables of up to 25 cells; elsewhere it is the best of a search whose
// length depends on the table alone, never on the clock.
//
// Error: a Refusal when a key is unknown, a protection is negative or wider than
// the value below it, nothing that may be suppressed can protect a cell, or the
// numbers are too large to be computed exactly: then nothing may be published.
//
// Source: Fischetti and Salazar (2001), Management Science 47(7), 1008-1027;
// doc/methods/suppression.md. Oracle: optima proved by an independent solver.
func Suppress(t *Table, sensitive []Sensitive, choice Choice) (Pattern, error) {
	s, err := newSearch(t, sensitive, choice)
	if err != nil {
		return Pattern{}, err
	}
	if err := s.construct(); err != nil {
		return Pattern{}, s.refusal(err)
	}
	s.improve()
	bound, optimal := s.prove()
	p := s.pattern(bound, optimal)
	v, err := Audit(t, sensitive, p.Keys, choice.Singletons)
	if err != nil {
		return Pattern{}, err
	}
	if !v.Safe {
		return Pattern{}, s.refusal(errDoubt)
	}
	return p, nil
}

// refusal says in French why no pattern is given.
func (s *search) refusal(err error) error {
	if _, ok := errors.AsType[*Refusal](err); ok {
		return err
	}
	return refuse("ne publiez pas ce tableau : regroupez des modalités ou changez d’unité, puis recommencez",
		"la protection du tableau (%d cellules) ne peut pas être établie avec certitude", len(s.t.cells))
}

// pattern is the present state of the search.
func (s *search) pattern(bound int64, optimal bool) Pattern {
	unit := s.grid.scale
	if s.choice.Count {
		unit = 1
	}
	p := Pattern{Bound: float64(bound) / unit, Optimal: optimal}
	cost := int64(0)
	for i, c := range s.t.cells {
		if !s.hidden(i) {
			continue
		}
		p.Keys = append(p.Keys, c.Key)
		cost += s.price[i]
		if !s.must[i] {
			p.Added++
		}
	}
	p.Cost = float64(cost) / unit
	return p
}

// search is the choice of complementary cells under way. A cell is hidden when
// it is sensitive or when a route goes through it: the pattern is at any time
// the union of the proofs that every claim holds.
type search struct {
	t       *Table
	choice  Choice
	grid    grid
	claims  []claim
	holder  []int
	lines   [][]int   // by cell: the sums it stands in
	must    []bool    // by cell: sensitive
	may     []bool    // by cell: it may be hidden
	limit   []int64   // by cell: how far it can fall
	price   []int64   // by cell: what it costs to hide it
	top     float64   // the highest price by unit moved
	whole   *ground   // all cells that may be hidden
	work    int       // entries of programmes touched
	settled bool      // every claim has a proof: the search goes on near each cell only
	routes  [][][]int // by claim: the cells moved by each proof
	use     []int     // by cell: the routes through it
}

// newSearch prepares the programme over all cells that may be hidden.
func newSearch(t *Table, sensitive []Sensitive, choice Choice) (*search, error) {
	claims, g, err := t.claims(sensitive)
	if err != nil {
		return nil, err
	}
	n := len(t.cells)
	s := &search{t: t, choice: choice, grid: g, claims: claims, holder: t.holders(), lines: make([][]int, n),
		must: make([]bool, n), may: make([]bool, n), limit: make([]int64, n), price: make([]int64, n),
		routes: make([][][]int, len(claims)), use: make([]int, n)}
	for i, c := range t.cells {
		s.limit[i] = g.down(c.Value)
	}
	for _, c := range claims {
		s.must[c.cell] = true
		if value := t.cells[c.cell]; c.way < 0 && c.reach > s.limit[c.cell] {
			return nil, refuse("limitez la protection vers le bas à la valeur : une cellule ne peut pas être négative",
				"la cellule « %s » vaut %v et sa protection descend plus bas que 0", value.Key, value.Value)
		}
	}
	for k, e := range t.sums {
		for _, i := range e.cells() {
			s.lines[i] = append(s.lines[i], k)
		}
	}
	s.value()
	keep, err := t.places(choice.Keep)
	if err != nil {
		return nil, err
	}
	for i := range s.may {
		s.may[i] = s.must[i] || (choice.Zeros || s.limit[i] > 0) && !slices.Contains(keep, i)
	}
	if s.whole, err = s.ground(s.may); err != nil {
		return nil, s.refusal(err)
	}
	return s, nil
}

// value sets what each cell costs.
func (s *search) value() {
	s.top = 1
	reach := int64(1)
	for _, c := range s.claims {
		reach = max(reach, c.reach)
	}
	for i := range s.price {
		s.price[i] = 1
		if !s.choice.Count {
			s.price[i] = s.limit[i]
		}
		part := 1.0
		if l := s.limit[i]; l > 0 && l < reach {
			part = float64(l) / float64(reach)
		}
		s.top = max(s.top, float64(s.price[i])/part)
	}
}

// Fees in a programme: a sensitive cell is free, one already hidden costs next
// to nothing, others cost from light to heavy. The wish to reach a claim
// outweighs all costs together.
const (
	light = 16
	heavy = 1 << 24
	wish  = 1 << 40
)

// hidden tells whether a cell is in the pattern.
func (s *search) hidden(i int) bool { return s.must[i] || s.use[i] > 0 }

// fee is the cost, for a claim of this reach, of moving cell i by a unit: its
// price over the units it is likely to move, so that a cell too small to move
// by the whole reach is not taken for a cheap one.
func (s *search) fee(i int, reach int64) int64 {
	switch {
	case s.must[i]:
		return 0
	case s.use[i] > 0:
		return 1
	}
	part := 1.0
	if l := s.limit[i]; l > 0 && l < reach {
		part = float64(l) / float64(reach)
	}
	return light + int64(float64(s.price[i])/(part*s.top)*heavy)
}

// cost is the price of the present pattern.
func (s *search) cost() int64 {
	sum := int64(0)
	for i, p := range s.price {
		if s.hidden(i) {
			sum += p
		}
	}
	return sum
}

// lay adds (by 1) or takes away (by -1) routes.
func (s *search) lay(routes [][]int, by int) {
	for _, cells := range routes {
		for _, i := range cells {
			s.use[i] += by
		}
	}
}
