package disclosure

import (
	"errors"
	"math"
	"math/big"
)

// open is the high limit of a value that nothing bounds.
const open = math.MaxInt64

// errDoubt stops a programme whose whole numbers would not fit the machine, or
// that turns without end: what it was to prove counts as not proved.
var errDoubt = errors.New("disclosure: the arithmetic cannot be trusted")

// simplex moves the values y of a system A·y = 0, low <= y <= high, where y = 0
// is allowed: how far a table can be changed without one of its sums, or a
// published cell, giving the change away. It minimises aim·y + cost·|y|.
//
// Everything is a whole number: the tableau holds d·y[basis] = rows·y[out], each
// entry a minor of A (Edmonds' pivoting without fractions). For tables minors
// are small, so that the result is exact and no tolerance decides on secrecy.
type simplex struct {
	low, high []int64 // by variable; low <= 0 <= high
	cost, aim []int64 // by variable; cost >= 0

	d          int64
	rows       [][]int32
	basis, out []int   // variable of a row, of a column
	p          []int64 // d·y by row
	y          []int64 // y by column
	row        []int   // by variable: its row, -1 when it stands in a column
	side       []int64 // by variable of a row: +1 in [0, high], -1 in [low, 0], 0 anywhere
	z          []int64 // by column: what the rows add to the objective, times d
	used       []int   // columns of the pivot row that are not 0
	hit        []int   // rows of the entering column that are not 0
	full       []int   // by row: its entries that are not 0
	work       int     // entries touched since the beginning
}

// newSimplex returns the system of equations (each: the total, then the parts)
// over variables with limits. Variables that no equation binds stay free within
// their limits.
func newSimplex(equations []equation, low, high []int64) (*simplex, error) {
	n := len(low)
	s := &simplex{low: low, high: high, cost: make([]int64, n), aim: make([]int64, n), d: 1,
		row: make([]int, n), side: make([]int64, n)}
	e := eliminate(equations, n)
	if e == nil {
		return nil, errDoubt
	}
	for v := range s.row {
		s.row[v] = -1
	}
	for i, v := range e.pivot {
		s.row[v] = i
	}
	s.basis, s.d, s.work = e.pivot, e.d, e.work+len(e.rows)*n
	for v := range n {
		if s.row[v] < 0 {
			s.out = append(s.out, v)
		}
	}
	for _, full := range e.rows {
		short := make([]int32, len(s.out))
		count := 0
		for j, v := range s.out {
			if short[j] = -full[v]; short[j] != 0 {
				count++
			}
		}
		s.rows, s.full = append(s.rows, short), append(s.full, count)
	}
	s.p, s.y, s.z = make([]int64, len(s.basis)), make([]int64, len(s.out)), make([]int64, len(s.out))
	return s, nil
}

// value returns the present value of a variable as a fraction num/d.
func (s *simplex) value(v int) (num, d int64) {
	if r := s.row[v]; r >= 0 {
		return s.p[r], s.d
	}
	return s.y[s.column(v)], 1
}

func (s *simplex) column(v int) int {
	for j, w := range s.out {
		if w == v {
			return j
		}
	}
	return -1
}

// reset takes all values back to 0 and keeps the basis.
func (s *simplex) reset() {
	clear(s.p)
	clear(s.y)
}

// toward sets what the objective gains by unit of variable v.
func (s *simplex) toward(v int, aim int64) {
	if r := s.row[v]; r >= 0 {
		s.tilt(r, aim-s.aim[v])
	}
	s.aim[v] = aim
}

// charge sets the cost of moving variable v by a unit, either way.
func (s *simplex) charge(v int, cost int64) {
	if s.cost[v] == cost {
		return
	}
	r := s.row[v]
	if r < 0 {
		s.cost[v] = cost
		return
	}
	before := s.slope(v)
	s.cost[v] = cost
	switch {
	case cost == 0:
		s.side[v] = 0
	case s.p[r] != 0:
		s.side[v] = sgn(s.p[r])
	case s.side[v] == 0:
		s.side[v] = 1
	}
	s.tilt(r, s.slope(v)-before)
}

// tilt adds slope times a row to the objective row.
func (s *simplex) tilt(i int, slope int64) {
	if slope == 0 {
		return
	}
	for j, a := range s.rows[i] {
		if a != 0 {
			s.z[j] += slope * int64(a)
		}
	}
}

// slope is what a variable of a row adds to the objective by unit.
func (s *simplex) slope(v int) int64 { return s.aim[v] + s.side[v]*s.cost[v] }

// span returns the limits of the variable of a row on its side.
func (s *simplex) span(v int) (low, high int64) {
	switch s.side[v] {
	case 1:
		return 0, s.high[v]
	case -1:
		return s.low[v], 0
	}
	return s.low[v], s.high[v]
}

// pace returns what moving column j up (way 1) or down (-1) adds to the
// objective, times d; ok is false when it cannot move that way.
func (s *simplex) pace(j int, way int64) (f int64, ok bool) {
	v, y := s.out[j], s.y[j]
	tilt := s.cost[v]
	if way > 0 {
		if y >= s.high[v] {
			return 0, false
		}
		if y < 0 {
			tilt = -tilt
		}
		return s.z[j] + s.d*(s.aim[v]+tilt), true
	}
	if y <= s.low[v] {
		return 0, false
	}
	if y <= 0 {
		tilt = -tilt
	}
	return -(s.z[j] + s.d*(s.aim[v]+tilt)), true
}

// minimise moves to the lowest objective. It tells whether there is one: false
// when nothing stops the fall.
func (s *simplex) minimise() (bounded bool, err error) {
	still, most := 0, 2000+40*(len(s.rows)+len(s.out))
	for range most {
		j, way, f := s.enter(still > 60)
		if j < 0 {
			return true, nil
		}
		moved, bounded, err := s.step(j, way, f, still > 60)
		if err != nil || !bounded {
			return bounded, err
		}
		if still++; moved {
			still = 0
		}
	}
	return false, errDoubt
}

// enter chooses the column that lowers the objective fastest, or the first that
// lowers it when the search has long stood still (Bland's rule, against
// cycles); -1 when none does.
func (s *simplex) enter(first bool) (column int, way, f int64) {
	column = -1
	for j := range s.out {
		for _, w := range [2]int64{1, -1} {
			g, ok := s.pace(j, w)
			if !ok || g >= 0 || column >= 0 && (first && s.out[j] > s.out[column] || !first && g >= f) {
				continue
			}
			column, way, f = j, w, g
		}
	}
	return column, way, f
}

// step moves column j until a limit: its own, or that of a row, which then
// changes places with it.
func (s *simplex) step(j int, way, f int64, first bool) (moved, bounded bool, err error) {
	s.hit = s.hit[:0]
	s.work += len(s.rows) + 2*len(s.out)
	for i, row := range s.rows {
		if row[j] != 0 {
			s.hit = append(s.hit, i)
		}
	}
	for {
		r, num, den := s.block(j, way, first)
		if r >= 0 && num == 0 && !first && s.cross(r, j, &f) {
			continue
		}
		own := s.room(j, way)
		if r < 0 && own == open {
			return false, false, nil
		}
		if r < 0 || own != open && compare(own, 1, num, den) <= 0 {
			return true, true, s.slide(j, way, own)
		}
		return num > 0, true, s.pivot(r, j, way, num)
	}
}

// cross lets the variable of row r, at 0, go on to its other side when the
// objective still falls: the objective turns at 0, the way is not closed.
func (s *simplex) cross(r, j int, f *int64) bool {
	v := s.basis[r]
	if s.side[v] == 0 || s.p[r] != 0 {
		return false
	}
	if beyond := s.side[v] < 0 && s.high[v] > 0 || s.side[v] > 0 && s.low[v] < 0; !beyond {
		return false
	}
	turn := 2 * s.cost[v] * abs(int64(s.rows[r][j]))
	if *f+turn >= 0 {
		return false
	}
	*f += turn
	s.side[v] = -s.side[v]
	s.tilt(r, 2*s.side[v]*s.cost[v])
	return true
}

// room is how far column j goes before its own limit, or 0 where its cost turns.
func (s *simplex) room(j int, way int64) int64 {
	v, y := s.out[j], s.y[j]
	if way > 0 {
		if y < 0 && s.cost[v] > 0 {
			return -y
		}
		if s.high[v] == open {
			return open
		}
		return s.high[v] - y
	}
	if y > 0 && s.cost[v] > 0 {
		return y
	}
	return y - s.low[v]
}

// block returns the row that first stops the move of column j, after num/den,
// -1 when none does. Of equal rows it takes the smallest pivot, so that minors
// stay small, or the first variable.
func (s *simplex) block(j int, way int64, first bool) (r int, num, den int64) {
	r = -1
	for _, i := range s.hit {
		a := way * int64(s.rows[i][j])
		v := s.basis[i]
		low, high := s.span(v)
		var gap int64
		switch {
		case a < 0:
			gap, a = s.p[i]-low*s.d, -a
		case high == open:
			continue
		default:
			gap = high*s.d - s.p[i]
		}
		if r >= 0 {
			c := compare(gap, a, num, den)
			if c > 0 || c == 0 && (first && v > s.basis[r] || !first && s.worse(i, a, r, den)) {
				continue
			}
		}
		r, num, den = i, gap, a
	}
	return r, num, den
}

// worse tells whether row i with pivot a makes a heavier tableau than row r with
// pivot b: larger minors, then more entries.
func (s *simplex) worse(i int, a int64, r int, b int64) bool {
	if a != b {
		return a > b
	}
	if s.full[i] != s.full[r] {
		return s.full[i] > s.full[r]
	}
	return s.basis[i] > s.basis[r]
}

// slide moves column j by a whole number without changing the basis.
func (s *simplex) slide(j int, way, by int64) error {
	s.y[j] += way * by
	for _, i := range s.hit {
		p, ok := mulAdd(1, s.p[i], way*int64(s.rows[i][j]), by, 1)
		if !ok {
			return errDoubt
		}
		s.p[i] = p
	}
	return nil
}

// pivot moves column j by num/|pivot| and exchanges it with row r.
func (s *simplex) pivot(r, j int, way, num int64) error {
	top := s.rows[r]
	q := int64(top[j])
	size, sign := abs(q), int64(1)
	if q < 0 {
		sign = -1
	}
	if err := s.carry(r, j, way, num, size); err != nil {
		return err
	}
	s.used = s.used[:0]
	for k, a := range top {
		if a != 0 && k != j {
			s.used = append(s.used, k)
		}
	}
	s.work += len(s.used) * len(s.hit)
	leaving, entering := s.basis[r], s.out[j]
	s.tilt(r, -s.slope(leaving))
	for _, i := range s.touched(size) {
		if i != r && !s.exchange(i, top, j, size, sign) {
			return errDoubt
		}
	}
	s.exchangeObjective(top, j, size, sign)
	for k := range top {
		top[k] *= int32(-sign)
	}
	if s.d > math.MaxInt32 {
		return errDoubt
	}
	top[j] = int32(s.d * sign)
	s.d = size
	s.basis[r], s.out[j], s.row[entering], s.row[leaving] = entering, leaving, r, -1
	s.settle(r, way)
	s.tilt(r, s.slope(entering))
	return nil
}

// settle puts the variable that has just entered on the side it has moved to.
func (s *simplex) settle(r int, way int64) {
	v := s.basis[r]
	switch {
	case s.cost[v] == 0:
		s.side[v] = 0
	case s.p[r] != 0:
		s.side[v] = sgn(s.p[r])
	default:
		s.side[v] = way
	}
}

// carry moves the values for a pivot: those of the rows become multiples of
// 1/size, that of the leaving variable its limit.
func (s *simplex) carry(r, j int, way, num, size int64) error {
	limit, ok := mulAdd(1, s.p[r], sgn(way*int64(s.rows[r][j])), num, s.d)
	if !ok {
		return errDoubt
	}
	for _, i := range s.touched(size) {
		a := int64(s.rows[i][j])
		if i == r {
			continue
		}
		if s.p[i], ok = mulAdd(size, s.p[i], way*a, num, s.d); !ok {
			return errDoubt
		}
	}
	entering, ok := mulAdd(size, s.y[j], way, num, 1)
	if !ok {
		return errDoubt
	}
	s.p[r], s.y[j] = entering, limit
	return nil
}

// touched returns the rows that a pivot of this size changes: those of the
// entering column, or all when the common denominator changes.
func (s *simplex) touched(size int64) []int {
	if size == s.d {
		return s.hit
	}
	s.hit = s.hit[:0]
	for i := range s.rows {
		s.hit = append(s.hit, i)
	}
	return s.hit
}

// exchange rewrites a row for the new basis; false when it would not fit.
func (s *simplex) exchange(i int, top []int32, j int, size, sign int64) bool {
	row := s.rows[i]
	c := int64(row[j])
	if size != s.d {
		for k, a := range row {
			if a == 0 && top[k] == 0 || k == j {
				continue
			}
			b := (int64(a)*size - c*int64(top[k])*sign) / s.d
			if b > 1<<30 || b < -(1<<30) {
				return false
			}
			s.put(i, k, int32(b))
		}
		row[j] = int32(c * sign)
		return true
	}
	if c == 0 {
		return true
	}
	for _, k := range s.used {
		b := int64(row[k]) - c*int64(top[k])*sign/s.d
		if b > 1<<30 || b < -(1<<30) {
			return false
		}
		s.put(i, k, int32(b))
	}
	row[j] = int32(c * sign)
	return true
}

// put writes an entry and keeps the count of its row.
func (s *simplex) put(i, k int, b int32) {
	row := s.rows[i]
	if (row[k] == 0) != (b == 0) {
		if b == 0 {
			s.full[i]--
		} else {
			s.full[i]++
		}
	}
	row[k] = b
}

// exchangeObjective rewrites the objective row for the new basis.
func (s *simplex) exchangeObjective(top []int32, j int, size, sign int64) {
	c := s.z[j]
	for k, a := range s.z {
		if k != j && (a != 0 || top[k] != 0) {
			s.z[k] = (a*size - c*int64(top[k])*sign) / s.d
		}
	}
	s.z[j] = c * sign
}

func abs(a int64) int64 { return max(a, -a) }

func sgn(a int64) int64 {
	switch {
	case a > 0:
		return 1
	case a < 0:
		return -1
	}
	return 0
}

// compare returns the sign of a/b - c/d for b, d > 0.
func compare(a, b, c, d int64) int {
	const small = 1 << 31
	if a < small && b < small && c < small && d < small {
		return int(sgn(a*d - c*b))
	}
	left := new(big.Int).Mul(big.NewInt(a), big.NewInt(d))
	return left.Cmp(new(big.Int).Mul(big.NewInt(c), big.NewInt(b)))
}

// mulAdd returns (a·b + c·e)/d, which is whole; ok is false when it is too big.
func mulAdd(a, b, c, e, d int64) (r int64, ok bool) {
	const factor, value = 1 << 15, 1 << 46
	if abs(a) < factor && abs(c) < factor && abs(b) < value && abs(e) < value {
		return (a*b + c*e) / d, true
	}
	x := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	x.Add(x, new(big.Int).Mul(big.NewInt(c), big.NewInt(e)))
	x.Quo(x, big.NewInt(d))
	return x.Int64(), x.IsInt64() && abs(x.Int64()) < 1<<61
}
