package disclosure

import (
	"math"
	"math/big"
	"slices"
)

// total is a sum of products known in floating point within bound, and exactly
// when it is asked for.
type total struct {
	about, bound float64
	x, w         []float64
	exact        *big.Rat
}

// unit is an upper limit of the relative rounding of one operation.
const unit = 1.0 / (1 << 52)

// sum is Σ x, or Σ w x when there are weights.
func sum(x, w []float64) *total {
	t := &total{x: x, w: w}
	size := 0.0
	for i, v := range x {
		if w != nil {
			v *= w[i]
		}
		t.about += v
		size += math.Abs(v)
	}
	t.bound = unit * float64(len(x)+4) * size
	return t
}

func (t *total) rat() *big.Rat {
	if t.exact == nil {
		t.exact = new(big.Rat)
		for i, v := range t.x {
			term := exact(v)
			if t.w != nil {
				term.Mul(term, exact(t.w[i]))
			}
			t.exact.Add(t.exact, term)
		}
	}
	return t.exact
}

// below tells whether the total is below v: in floating point where that is
// certain, exactly elsewhere.
func (t *total) below(v float64) bool {
	if gap := t.bound + 4*unit*(math.Abs(t.about)+math.Abs(v)); math.Abs(t.about-v) > gap {
		return t.about < v
	}
	return t.rat().Cmp(exact(v)) < 0
}

// dominated tells whether top is more than k % of the total.
func (t *total) dominated(top *total, k float64) bool {
	left, right := 100*top.about, k*t.about
	if gap := 100*top.bound + k*t.bound + 4*unit*(math.Abs(left)+math.Abs(right)); math.Abs(left-right) > gap {
		return left > right
	}
	a := new(big.Rat).Mul(exact(100), top.rat())
	return a.Cmp(new(big.Rat).Mul(exact(k), t.rat())) > 0
}

// largest is the sum of the n largest contributions, times their weights when
// there are.
func largest(x, w []float64, n int) *total {
	order := descending(x, w)
	order = order[:min(n, len(order))]
	top := make([]float64, len(order))
	var weights []float64
	for k, i := range order {
		top[k] = x[i]
		if w != nil {
			weights = append(weights, w[i])
		}
	}
	return sum(top, weights)
}

// descending orders contributions from the largest.
func descending(x, w []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	size := func(i int) float64 {
		if w != nil {
			return x[i] * w[i]
		}
		return x[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch sa, sb := size(a), size(b); {
		case sa > sb:
			return -1
		case sa < sb:
			return 1
		}
		return 0
	})
	return order
}

// estimable tells whether total − x1 − x2 < (p/q) x1, contributions unweighted,
// the total weighted when w is not nil.
func estimable(x, w []float64, p *Prior) bool {
	order := descending(x, nil)
	first, second := x[order[0]], 0.0
	if len(order) > 1 {
		second = x[order[1]]
	}
	all := sum(x, w)
	// q (total − x2) < (p + q) x1, which has no subtraction of near numbers
	left, right := p.Q*(all.about-second), (p.P+p.Q)*first
	if gap := p.Q*(all.bound+4*unit*(math.Abs(all.about)+second)) + 8*unit*right; math.Abs(left-right) > gap {
		return left < right
	}
	l := new(big.Rat).Sub(all.rat(), exact(second))
	l.Mul(l, exact(p.Q))
	r := new(big.Rat).Add(exact(p.P), exact(p.Q))
	return l.Cmp(r.Mul(r, exact(first))) < 0
}
