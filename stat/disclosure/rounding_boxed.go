package disclosure

import "math"

// boxed is a linear programme: least cost·x with rows·x = right, low ≤ x ≤ high,
// all bounds finite. It is solved by the dual simplex method, which any basis
// may start since variables outside it can stand at the bound their reduced cost
// asks for; so a change of bounds goes on from the last basis.
//
// The tableau holds x[basis] + rows·x[outside] = right. The variables that open
// it, one a row, are bounded to 0 and never come back.
type boxed struct {
	rows      [][]float64
	right     []float64
	cost      []float64 // as given
	reduced   []float64 // by column
	basis     []int     // variable of a row, -1 for an opening one
	column    []int     // variable of a column, -1 for one that is closed
	low, high []float64 // by variable
	at        []float64 // value of the variable of a column
	x         []float64 // value of the variable of a row
	filled    []int     // columns of the pivot row that are not 0
	allowed   int       // pivots left; negative once they are spent
}

// What solve found.
const (
	optimal = iota
	infeasible
	stopped
)

// Values are between 0 and 1, and entries small whole numbers or fractions.
const (
	near = 1e-6 // a bound is kept
	tiny = 1e-7 // an entry is 0
)

func newBoxed(rows [][]float64, right, cost []float64) *boxed {
	n := len(cost)
	p := &boxed{rows: rows, right: right, cost: cost, reduced: append([]float64(nil), cost...),
		basis: make([]int, len(rows)), column: make([]int, n), low: make([]float64, n), high: make([]float64, n),
		at: make([]float64, n), x: make([]float64, len(rows))}
	for i := range p.basis {
		p.basis[i] = -1
	}
	for k := range p.column {
		p.column[k], p.high[k] = k, 1
	}
	return p
}

// limit changes the bounds of a variable.
func (p *boxed) limit(v int, low, high float64) { p.low[v], p.high[v] = low, high }

// settle puts the variables outside the basis at their bound and recomputes the
// others.
func (p *boxed) settle() {
	for k, v := range p.column {
		switch {
		case v < 0:
			p.at[k] = 0
		case p.reduced[k] < 0:
			p.at[k] = p.high[v]
		default:
			p.at[k] = p.low[v]
		}
	}
	var up []int // columns that are not at 0
	for k, x := range p.at {
		if x != 0 {
			up = append(up, k)
		}
	}
	for i, row := range p.rows {
		x := p.right[i]
		for _, k := range up {
			x -= row[k] * p.at[k]
		}
		p.x[i] = x
	}
}

// bounds are those of the variable of a row.
func (p *boxed) bounds(i int) (low, high float64) {
	if v := p.basis[i]; v >= 0 {
		return p.low[v], p.high[v]
	}
	return 0, 0
}

// solve goes from the last basis to the optimum under the present bounds.
func (p *boxed) solve() int {
	p.settle()
	for {
		r, gap := -1, near
		for i, x := range p.x {
			low, high := p.bounds(i)
			if g := max(low-x, x-high); g > gap {
				r, gap = i, g
			}
		}
		if r < 0 {
			return optimal
		}
		if p.allowed--; p.allowed < 0 {
			return stopped
		}
		k := p.entering(r)
		if k < 0 {
			return infeasible
		}
		p.pivot(r, k)
	}
}

// entering is the column whose reduced cost reaches 0 first when the variable of
// row r goes to its violated bound, of the largest pivot among equals; −1 when no
// column can mend the row.
func (p *boxed) entering(r int) int {
	low, _ := p.bounds(r)
	rises := p.x[r] < low
	best, ratio, size := -1, math.Inf(1), 0.0
	for k, a := range p.rows[r] {
		v := p.column[k]
		if v < 0 || math.Abs(a) < tiny || p.low[v] == p.high[v] {
			continue
		}
		up := p.at[k] == p.low[v] // the variable can only rise
		if up == (a > 0) == rises {
			continue
		}
		q := math.Abs(p.reduced[k] / a)
		if q < ratio-1e-12 || q < ratio+1e-12 && math.Abs(a) > size {
			best, ratio, size = k, q, math.Abs(a)
		}
	}
	return best
}

// pivot exchanges the variable of row r, which goes to its violated bound, with
// that of column k.
func (p *boxed) pivot(r, k int) {
	low, high := p.bounds(r)
	goal := high
	if p.x[r] < low {
		goal = low
	}
	row, a := p.rows[r], p.rows[r][k]
	move := (p.x[r] - goal) / a // of the entering variable
	entered := p.at[k] + move
	for i := range p.rows {
		if b := p.rows[i][k]; i != r && b != 0 {
			p.x[i] -= b * move
		}
	}
	left, inverse := p.basis[r], 1/a
	for j := range row {
		row[j] *= inverse
	}
	row[k] = inverse
	p.right[r] *= inverse
	if left < 0 {
		row[k] = 0
	}
	filled := p.filled[:0]
	for j, c := range row {
		if c != 0 {
			filled = append(filled, j)
		}
	}
	p.filled = filled
	for i, other := range p.rows {
		if b := other[k]; i != r && b != 0 {
			other[k] = 0
			subtract(other, row, b, filled)
			p.right[i] -= b * p.right[r]
		}
	}
	d := p.reduced[k]
	p.reduced[k] = 0
	for _, j := range filled {
		p.reduced[j] -= d * row[j]
	}
	p.basis[r], p.column[k] = p.column[k], left
	p.at[k], p.x[r] = goal, entered
}

// subtract takes b times row from other, whose columns filled alone are not 0;
// entries that rounding alone keeps from a whole number are made whole.
func subtract(other, row []float64, b float64, filled []int) {
	for _, j := range filled {
		v := other[j] - b*row[j]
		if w := math.Round(v); math.Abs(v-w) < 1e-11 {
			v = w
		}
		other[j] = v
	}
}

// solution is the value of every variable.
func (p *boxed) solution() []float64 {
	out := make([]float64, len(p.cost))
	for k, v := range p.column {
		if v >= 0 {
			out[v] = p.at[k]
		}
	}
	for i, v := range p.basis {
		if v >= 0 {
			out[v] = p.x[i]
		}
	}
	return out
}

// value is the cost of the present solution.
func (p *boxed) value() float64 {
	sum := 0.0
	for v, x := range p.solution() {
		sum += p.cost[v] * x
	}
	return sum
}

// fractional is the variable whose value is the farthest from a whole number, or
// the nearest to one, among those that count; −1 when all of them are whole.
func (p *boxed) fractional(counts []bool, nearest bool) (v int, x float64) {
	v, best := -1, 0.0
	for k, y := range p.solution() {
		gap := math.Abs(y - math.Round(y))
		if counts[k] && gap > 1e-6 && (v < 0 || nearest == (gap < best)) {
			v, x, best = k, y, gap
		}
	}
	return v, x
}
