package disclosure

import (
	"cmp"
	"slices"
)

// Sizes of the exact search: tables that are always solved, tables for which it
// is tried, and how much is tried.
const (
	small   = 25
	medium  = 250
	visits  = 200_000
	without = 1 << 40 // as good as no limit
)

// prove looks for the cheapest pattern by whole: a claim that a pattern does not
// keep gives a clause, a least set of cells of which one at least must be
// hidden; the cheapest set that meets all clauses is a pattern to try next, and
// when it keeps all claims no pattern is cheaper. It returns what no pattern
// can be under, and whether that is the cost of the pattern held.
func (s *search) prove() (bound int64, optimal bool) {
	e := newProof(s)
	for _, p := range s.fixed() {
		bound += p
	}
	best := s.cost()
	if len(e.cells) == 0 || best == bound {
		return best, true
	}
	large := len(s.t.cells) > small
	if len(s.t.cells) > medium {
		return bound, false
	}
	fixed := bound
	for !large || s.work <= patience {
		set, done := e.least(best - fixed)
		if !done {
			return bound, false
		}
		if set == nil {
			return best, true
		}
		bound = fixed + e.cost
		found, err := e.separate(set)
		if err != nil {
			return bound, false
		}
		if !found {
			return bound, s.adopt(e, set) && s.cost() == bound
		}
	}
	return bound, false
}

// fixed lists the prices of the cells that are hidden in any pattern.
func (s *search) fixed() []int64 {
	var list []int64
	for i, must := range s.must {
		if must {
			list = append(list, s.price[i])
		}
	}
	return list
}

// proof is the search for the cheapest pattern: things are the cells that may be
// hidden and need not be.
type proof struct {
	hitting
	s     *search
	cells []int // by thing
	thing []int // by cell; -1 for none
}

func newProof(s *search) *proof {
	e := &proof{s: s, thing: make([]int, len(s.price))}
	e.nodes = visits
	if len(s.t.cells) <= small {
		e.nodes = without
	}
	for i := range e.thing {
		e.thing[i] = -1
		if s.may[i] && !s.must[i] {
			e.thing[i] = len(e.cells)
			e.cells = append(e.cells, i)
			e.price = append(e.price, s.price[i])
		}
	}
	return e
}

// separate adds a clause for each claim that a set of hidden cells does not
// keep, and tells whether there was one.
func (e *proof) separate(set members) (found bool, err error) {
	for _, c := range e.s.claims {
		moved, err := e.keeps(c, set)
		if err != nil {
			return false, err
		}
		asked := map[int]bool{-1: true, e.s.holder[c.cell]: true}
		for _, i := range moved {
			if h := e.s.holder[i]; e.s.choice.Singletons && !asked[h] {
				asked[h] = true
				against := c
				against.holder = h
				kept, err := e.keeps(against, set)
				if err != nil {
					return false, err
				}
				if kept == nil {
					found = true
					if err := e.clause(against, set); err != nil {
						return false, err
					}
				}
			}
		}
		if moved == nil {
			found = true
			if err := e.clause(c, set); err != nil {
				return false, err
			}
		}
	}
	return found, nil
}

// keeps returns the cells that move to keep a claim when a set is hidden, nil
// when it is not kept.
func (e *proof) keeps(c claim, set members) ([]int, error) {
	var still []int
	for n, i := range e.cells {
		if !set.has(n) {
			still = append(still, i)
		}
	}
	return e.s.measured(e.s.whole, c, e.s.still(c, still))
}

// clause adds a least set of which a cell must be hidden for a claim to hold:
// cells are hidden beside those of set, the cheapest first, as long as the
// claim still does not hold; the others are the clause.
func (e *proof) clause(c claim, set members) error {
	var order []int
	for n, i := range e.cells {
		if !set.has(n) && (c.holder < 0 || e.s.holder[i] != c.holder) {
			order = append(order, n)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(e.price[a], e.price[b]) })
	needed := make(members, len(set))
	for _, n := range order {
		wider := set.with(n)
		kept, err := e.keeps(c, wider)
		if err != nil {
			return err
		}
		if kept == nil {
			set = wider
		} else {
			needed = needed.with(n)
		}
	}
	e.clauses = append(e.clauses, needed)
	return nil
}

// adopt takes over a set as the pattern, with proofs of every claim inside it.
func (s *search) adopt(e *proof, set members) bool {
	var barred []int
	for n, i := range e.cells {
		if !set.has(n) {
			barred = append(barred, i)
		}
	}
	for k := range s.claims {
		s.lay(s.routes[k], -1)
		s.routes[k] = nil
	}
	for k, c := range s.claims {
		routes, err := s.proofs(c, barred)
		if err != nil || routes == nil {
			return false
		}
		s.routes[k] = routes
		s.lay(routes, 1)
	}
	return true
}
