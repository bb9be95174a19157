package composite

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// space is where a part is a plain weighted mean of its children: x^p (ln x for
// p = 0) of values or, with a mirror, of what is left up to it.
type space struct {
	power  Power
	mirror float64
}

// plain is the space of scores themselves.
var plain = space{power: Arithmetic}

func (b Blend) space() space {
	if b.Kind != BlendPower || b.Power == Arithmetic {
		return plain
	}
	return space{b.Power, max(0, b.Mirror)}
}

// into takes one score there, NaN when it has no place.
func (s space) into(v float64) float64 {
	if s.mirror > 0 {
		v = s.mirror - v
	}
	if !s.power.takes(v) {
		return math.NaN()
	}
	return s.power.forward(v)
}

// most is how many rows of a period can be compared with each other, 0 for a
// blend that looks at one row at a time.
func (b Blend) most() int {
	switch b.Kind {
	case BlendCopeland, BlendBenefit:
		return 5000
	}
	return 0
}

// back takes values of the space back to scores, in place.
func (s space) back(x []float64) {
	if s == plain {
		return
	}
	for i, v := range x {
		v = s.power.back(v)
		if s.mirror > 0 {
			v = s.mirror - v
		}
		x[i] = v
	}
}

// sign is −1 where larger scores have smaller values in the space.
func (s space) sign() float64 {
	if (s.power < 0) != (s.mirror > 0) {
		return -1
	}
	return 1
}

// input is a column in the space of a part.
type input struct {
	x     []float64
	whole bool // no gap
	bad   int  // first row whose value has no place in the space, -1 none
}

// forward takes the scaled column of one number there.
func forward(x []float64, s space) *input {
	in := &input{x: x}
	if s != plain {
		in.x = make([]float64, len(x))
	}
	in.take(x, s)
	return in
}

// take writes x in space s to in.x, which may be x itself.
func (in *input) take(x []float64, s space) {
	in.whole, in.bad = true, -1
	if s == plain {
		in.whole = !slices.ContainsFunc(x, math.IsNaN)
		copy(in.x, x)
		return
	}
	for i, v := range x {
		w := s.into(v)
		if w != w {
			if in.whole = false; v == v && in.bad < 0 {
				in.bad = i
			}
		}
		in.x[i] = w
	}
}

// evaluator makes parts of columns, block of rows by block.
type evaluator struct {
	*layout
	means   []Blend
	spaces  []space     // by part
	x       []*input    // indicators in the space of their part
	weights [][]float64 // by part and child
	mask    [][]bool    // by part: rows that have it, nil for all
	top     float64     // upper end of the scale
	full    bool        // parts are kept whole, not one block of them
	y       [][]float64 // by part, in its space
	whole   []bool      // by part: no gap in this block
	block   int
	den     []float64
	turned  []float64 // a child taken to another space
	row, by []float64
}

func newEvaluator(y *layout, means []Blend, full bool) *evaluator {
	e := &evaluator{layout: y, full: full, block: min(1024, y.rows)}
	for range y.Parts {
		e.spaces = append(e.spaces, plain)
	}
	e.x = make([]*input, y.leaves)
	e.y, e.whole = make([][]float64, len(y.Parts)), make([]bool, len(y.Parts))
	e.mean(means)
	return e
}

// mean changes the means.
func (e *evaluator) mean(means []Blend) {
	e.means = means
	block := min(1024, e.rows)
	for k, b := range means {
		if e.spaces[k] = b.space(); b.most() > 0 {
			block = e.rows // every row is compared with all
		}
	}
	e.block = block
	if len(e.den) >= block {
		return
	}
	n := block
	if e.full {
		n = e.rows
	}
	for k := range e.y {
		e.y[k] = make([]float64, n)
	}
	e.den, e.turned = make([]float64, block), make([]float64, block)
}

// all makes every part, and after each block calls then.
func (e *evaluator) all(then func(lo, hi int) error) error {
	for lo := 0; lo < e.rows; lo += e.block {
		hi := min(e.rows, lo+e.block)
		for k := range e.Parts {
			if err := e.part(k, lo, hi, -1, nil, e.slice(k, lo, hi)); err != nil {
				return err
			}
		}
		if then != nil {
			if err := then(lo, hi); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *evaluator) slice(k, lo, hi int) []float64 {
	if e.full {
		return e.y[k][lo:hi]
	}
	return e.y[k][:hi-lo]
}

// part writes rows lo to hi of part k to dst. Child swap takes the values of
// with, or is left out when with is nil; a row left with nothing keeps the
// value of the whole part.
func (e *evaluator) part(k, lo, hi, swap int, with, dst []float64) error {
	var err error
	if e.means[k].Kind == BlendPower {
		err = e.power(k, lo, hi, swap, with, dst)
	} else {
		err = e.other(k, lo, hi, swap, with, dst)
	}
	if err != nil {
		return err
	}
	if mask := e.mask[k]; mask != nil {
		for i, has := range mask[lo:hi] {
			if !has {
				dst[i] = math.NaN()
			}
		}
	}
	if swap < 0 {
		e.whole[k] = !slices.ContainsFunc(dst, math.IsNaN)
		return nil
	}
	for i, v := range e.slice(k, lo, hi) {
		if dst[i] != dst[i] {
			dst[i] = v
		}
	}
	return nil
}

// power is the weighted mean of the space.
func (e *evaluator) power(k, lo, hi, swap int, with, dst []float64) error {
	den, total, gaps := e.den[:hi-lo], 0.0, false
	clear(dst)
	for c, child := range e.Parts[k].Children {
		w := e.weights[k][c]
		if w == 0 || child == swap && with == nil {
			continue
		}
		x, whole, err := e.child(k, child, lo, hi, swap, with)
		if err != nil {
			return err
		}
		if whole {
			total += w
			addWhole(dst, x, w)
			continue
		}
		if !gaps {
			clear(den)
			gaps = true
		}
		addPresent(dst, den, x, w)
	}
	if !gaps {
		inverse := 1 / total
		if total == 0 {
			inverse = math.NaN()
		}
		for i := range dst {
			dst[i] *= inverse
		}
		return nil
	}
	for i, d := range den {
		if d += total; d > 0 {
			dst[i] /= d
		} else {
			dst[i] = math.NaN()
		}
	}
	return nil
}

func addWhole(dst, x []float64, w float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] += w * x[i]
	}
}

// addPresent adds w times the values present to dst, and w to den.
func addPresent(dst, den, x []float64, w float64) {
	x, den = x[:len(dst)], den[:len(dst)]
	for i, v := range x {
		if v == v {
			dst[i] += w * v
			den[i] += w
		}
	}
}

// child returns rows lo to hi of a child of part k in the part's space, and
// whether it has no gap.
func (e *evaluator) child(k, child, lo, hi, swap int, with []float64) ([]float64, bool, error) {
	if child < e.leaves {
		in := e.x[child]
		if in.bad >= lo {
			r := refuse(ErrDomain, e.leaves+k)
			r.Child, r.Row = slices.Index(e.Parts[k].Children, child), in.bad
			return nil, false, r
		}
		return in.x[lo:hi], in.whole, nil
	}
	q := child - e.leaves
	x, whole := e.slice(q, lo, hi), e.whole[q]
	if child == swap {
		x, whole = with, false
	}
	from, to := e.spaces[q], e.spaces[k]
	if from == to {
		return x, whole, nil
	}
	turned := e.turned[:hi-lo]
	copy(turned, x)
	from.back(turned)
	for i, v := range turned {
		if turned[i] = to.into(v); v == v && turned[i] != turned[i] {
			r := refuse(ErrDomain, e.leaves+k)
			r.Child, r.Row = slices.Index(e.Parts[k].Children, child), lo+i
			return nil, false, r
		}
	}
	return turned, whole, nil
}

// other is the part whose blend is no power mean.
func (e *evaluator) other(k, lo, hi, swap int, with, dst []float64) error {
	var columns [][]float64
	var weights []float64
	for c, child := range e.Parts[k].Children {
		if child == swap && with == nil || e.weights[k][c] == 0 {
			continue
		}
		x, _, err := e.child(k, child, lo, hi, swap, with)
		if err != nil {
			return err
		}
		if child >= e.leaves && e.spaces[child-e.leaves] != plain {
			x = slices.Clone(x)
		}
		columns, weights = append(columns, x), append(weights, e.weights[k][c])
	}
	switch b := e.means[k]; b.Kind {
	case BlendCopeland:
		e.copeland(columns, weights, dst)
		return nil
	case BlendBenefit:
		return e.benefit(k, columns, b.Shares, dst)
	case BlendMazziotta:
		return e.rowwise(k, lo, columns, weights, dst, func(x, w []float64) float64 {
			v, m := uneven(x, w, b.Penalty, b.Divisor)
			if m < 0 {
				return math.NaN() // the penalty would change sides
			}
			return v
		})
	case BlendMedian:
		return e.rowwise(k, lo, columns, weights, dst, medianBy)
	default:
		panic(fmt.Sprintf("composite.Index: part %d has blend %d", k, b.Kind))
	}
}

// rowwise gives f the values present of each row; f answers NaN outside its
// domain.
func (e *evaluator) rowwise(k, lo int, columns [][]float64, weights, dst []float64, f func(x, w []float64) float64) error {
	for i := range dst {
		e.row, e.by = e.row[:0], e.by[:0]
		for c, x := range columns {
			if x[i] == x[i] {
				e.row, e.by = append(e.row, x[i]), append(e.by, weights[c])
			}
		}
		if dst[i] = math.NaN(); len(e.row) == 0 {
			continue
		}
		if dst[i] = f(e.row, e.by); dst[i] != dst[i] {
			r := refuse(ErrDomain, e.leaves+k)
			r.Row = lo + i
			return r
		}
	}
	return nil
}

// copeland scores each row against the reference rows of its period.
func (e *evaluator) copeland(columns [][]float64, weights, dst []float64) {
	for _, rows := range e.periods {
		e.each(rows, func(i int) {
			score, met := 0.0, false
			e.each(rows, func(j int) {
				if i == j || !e.ranked(j) {
					return
				}
				if over, all := contest(columns, weights, i, j); all > 0 {
					score, met = score+majority(over, all), true
				}
			})
			if dst[i] = score; !met {
				dst[i] = math.NaN()
			}
		})
	}
}

// benefit scores each row by the weights that favour it most, which give no
// reference row of its period more than the upper end of the scale.
func (e *evaluator) benefit(k int, columns [][]float64, s Shares, dst []float64) error {
	for _, rows := range e.periods {
		if rows == nil {
			rows = make([]int32, e.rows)
			for i := range rows {
				rows[i] = int32(i)
			}
		}
		own := make([][]float64, len(columns))
		for c, x := range columns {
			for _, i := range rows {
				own[c] = append(own[c], x[i])
			}
		}
		scores, row, err := benefit(own, s, func(i int) bool { return e.ranked(int(rows[i])) })
		if err != nil {
			r := refuse(ErrDomain, e.leaves+k)
			r.Row = int(rows[row])
			return r
		}
		for j, v := range scores {
			dst[rows[j]] = v * e.top
		}
	}
	return nil
}

// medianBy is the weighted median: half the weight on either side, the middle
// of the two values that do when there are two.
func medianBy(x, w []float64) float64 {
	all := 0.0
	order := make([]int, len(x))
	for i := range x {
		order[i] = i
		all += w[i]
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	sum := 0.0
	for k, i := range order {
		if sum += w[i]; sum > all/2 || k == len(order)-1 {
			return x[i]
		} else if sum == all/2 {
			return (x[i] + x[order[k+1]]) / 2
		}
	}
	return math.NaN()
}

// presence tells by part which rows have it under the given weights, nil
// where all do. column gives the scaled or raw column of an indicator.
func (y *layout) presence(weights [][]float64, column func(l int) []float64) [][]bool {
	out := make([][]bool, len(y.Parts))
	lowest := make([][]int32, len(y.Parts)) // by part: lowest parts present below, nil when not asked
	asked := slices.ContainsFunc(y.Parts, func(p Part) bool { return p.Leaves > 0 })
	have, count := make([]float64, y.rows), make([]int, y.rows)
	for k, p := range y.Parts {
		clear(have)
		clear(count)
		all, gaps := 0.0, false
		deep := make([]int32, y.rows)
		for c, child := range p.Children {
			w := weights[k][c]
			all += w
			var here func(i int) bool
			if child >= y.leaves {
				if mask := out[child-y.leaves]; mask != nil {
					here = func(i int) bool { return mask[i] }
				}
			} else if x := column(child); slices.ContainsFunc(x, math.IsNaN) {
				here = func(i int) bool { return x[i] == x[i] }
			}
			gaps = gaps || here != nil
			for i := range y.rows {
				if here != nil && !here(i) {
					continue
				}
				have[i] += w
				count[i]++
				if asked {
					switch {
					case y.lowest[k]:
						deep[i]++
					case child >= y.leaves:
						deep[i] += lowest[child-y.leaves][i]
					}
				}
			}
		}
		const slack = 1e-12
		if !gaps && !asked && len(p.Children) > 0 {
			continue
		}
		mask, missing := make([]bool, y.rows), false
		for i := range mask {
			mask[i] = have[i] > 0 && float64(count[i]) >= p.Need.Count*float64(len(p.Children))-slack &&
				have[i] >= (p.Need.Weight-slack)*all && int(deep[i]) >= p.Leaves
			missing = missing || !mask[i]
			if y.lowest[k] {
				deep[i] = 1
			}
			if !mask[i] {
				deep[i] = 0
			}
		}
		if lowest[k] = deep; missing {
			out[k] = mask
		}
	}
	return out
}
