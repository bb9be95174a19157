package disclosure

import (
	"cmp"
	"math/bits"
	"slices"
)

// members is a set of up to 64·len things; sets of one search have one length.
type members []uint64

func (m members) has(i int) bool { return m[i/64]&(1<<(i%64)) != 0 }

func (m members) with(i int) members {
	n := slices.Clone(m)
	n[i/64] |= 1 << (i % 64)
	return n
}

func (m members) meets(o members) bool {
	for k, w := range m {
		if w&o[k] != 0 {
			return true
		}
	}
	return false
}

// without calls visit for each thing of m that is not in o, in order.
func (m members) without(o members, visit func(i int)) {
	for k, w := range m {
		for w &^= o[k]; w != 0; w &= w - 1 {
			visit(64*k + bits.TrailingZeros64(w))
		}
	}
}

// hitting finds the cheapest set that has a thing of each clause, by branch and
// bound: the bound shares the price of each thing between the clauses it hits.
type hitting struct {
	price   []int64
	clauses []members
	best    members
	cost    int64 // of best, or what it must stay under
	nodes   int   // left to visit
	left    []int64
}

// least returns the cheapest set under a cost, nil when there is none; done is
// false when the nodes ran out before that was certain.
func (h *hitting) least(under int64) (set members, done bool) {
	h.best, h.cost = nil, under
	if len(h.clauses) == 0 {
		return make(members, (len(h.price)+63)/64), under > 0
	}
	none := make(members, len(h.clauses[0]))
	h.left = make([]int64, len(h.price))
	h.branch(none, none, 0, h.clauses)
	return h.best, h.nodes > 0
}

// branch visits the sets that hold chosen, nothing of banned, and meet the
// clauses of open.
func (h *hitting) branch(chosen, banned members, cost int64, before []members) {
	if h.nodes--; h.nodes <= 0 {
		return
	}
	var open []members
	for _, c := range before {
		if !c.meets(chosen) {
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		if cost < h.cost {
			h.best, h.cost = chosen, cost
		}
		return
	}
	slices.SortStableFunc(open, func(a, b members) int { return cmp.Compare(a.count(banned), b.count(banned)) })
	bound, ok := h.bound(open, banned)
	if !ok || cost+bound >= h.cost {
		return
	}
	banned = slices.Clone(banned)
	for i, left := range h.left {
		if cost+bound+left >= h.cost {
			banned[i/64] |= 1 << (i % 64)
		}
	}
	for _, i := range h.candidates(open, banned) {
		if cost+h.price[i] < h.cost {
			h.branch(chosen.with(i), banned, cost+h.price[i], open)
		}
		banned = banned.with(i)
	}
}

func (m members) count(o members) int {
	n := 0
	for k, w := range m {
		n += bits.OnesCount64(w &^ o[k])
	}
	return n
}

// bound returns what meeting all clauses costs at least; ok is false when one
// cannot be met. It leaves in h.left what of each price is not yet counted.
func (h *hitting) bound(open []members, banned members) (sum int64, ok bool) {
	copy(h.left, h.price)
	for _, c := range open {
		least := int64(-1)
		c.without(banned, func(i int) {
			if least < 0 || h.left[i] < least {
				least = h.left[i]
			}
		})
		if least < 0 {
			return 0, false
		}
		if least > 0 {
			sum += least
			c.without(banned, func(i int) { h.left[i] -= least })
		}
	}
	return sum, true
}

// candidates lists the things of the clause with the fewest left, those first
// that meet most clauses for their price.
func (h *hitting) candidates(open []members, banned members) []int {
	short := slices.MinFunc(open, func(a, b members) int { return cmp.Compare(a.count(banned), b.count(banned)) })
	var list []int
	hits := make([]int64, len(h.price))
	short.without(banned, func(i int) {
		list = append(list, i)
		for _, c := range open {
			if c.has(i) {
				hits[i]++
			}
		}
	})
	slices.SortStableFunc(list, func(a, b int) int {
		return cmp.Compare(float64(h.price[a])/float64(hits[a]), float64(h.price[b])/float64(hits[b]))
	})
	return list
}
