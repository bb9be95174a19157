package disclosure

import (
	"cmp"
	"slices"
)

// patience is how many entries of its programme the search may touch.
const patience = 500_000_000

// improve makes the pattern cheaper: each complementary cell, the dearest first,
// is left out if the routes through it find others for less, then each claim in
// turn looks for other routes. It stops when a whole round gains nothing, in
// a large table when it gains less than a hundredth.
func (s *search) improve() {
	for s.work < patience {
		before := s.cost()
		for _, i := range s.complements() {
			if s.use[i] > 0 {
				s.again(s.through(i), []int{i})
			}
		}
		for _, k := range s.order() {
			s.again([]int{k}, nil)
		}
		if gain := before - s.cost(); gain*100 <= before && (gain == 0 || len(s.price) > nearby) {
			return
		}
	}
}

// complements lists the hidden cells that are not sensitive, the dearest first.
func (s *search) complements() []int {
	var list []int
	for i := range s.use {
		if s.use[i] > 0 && !s.must[i] {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(s.price[b], s.price[a]) })
	return list
}

// through lists the claims with a route through cell i.
func (s *search) through(i int) []int {
	var list []int
	for k, routes := range s.routes {
		if slices.ContainsFunc(routes, func(cells []int) bool { return slices.Contains(cells, i) }) {
			list = append(list, k)
		}
	}
	return list
}

// again proves claims anew without the barred cells, and keeps the new routes
// only when the whole pattern costs less.
func (s *search) again(claims, barred []int) {
	if s.work > patience {
		return
	}
	before, old := s.cost(), make([][][]int, len(claims))
	for n, k := range claims {
		old[n] = s.routes[k]
		s.lay(old[n], -1)
		s.routes[k] = nil
	}
	failed := false
	for _, k := range claims {
		routes, err := s.proofs(s.claims[k], barred)
		if err != nil || routes == nil {
			failed = true
			break
		}
		s.routes[k] = routes
		s.lay(routes, 1)
		if s.cost() >= before {
			failed = true
			break
		}
	}
	if !failed && s.cost() < before {
		return
	}
	for n, k := range claims {
		s.lay(s.routes[k], -1)
		s.routes[k] = old[n]
		s.lay(old[n], 1)
	}
}
