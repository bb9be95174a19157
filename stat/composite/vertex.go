package composite

import (
	"errors"
	"math"
	"slices"
)

// climber maximises c·y where rows·y ≤ right, from vertex to vertex: as many
// rows as y has values hold there with equality. It stays where the last climb
// ended, so that another c starts from there.
type climber struct {
	rows    [][]float64
	right   []float64
	live    []int       // rows that can stop a climb
	equal   int         // the first rows, so many, hold everywhere with equality
	basis   []int       // rows that hold at the vertex with equality
	inverse [][]float64 // of the matrix of those, column by column: what way leaves each of them alone
	y       []float64
	slack   []float64 // right − rows·y
	worn    int       // steps since the inverse was made anew
	move    []float64
	rate    []float64 // of each row by unit of move
}

const (
	gain   = 1e-10 // of c by unit of the way, for a step to be worth it
	nearly = 1e-12 // what a row may be exceeded by
	wear   = 40    // steps that an inverse serves
)

var errUnbounded = errors.New("no vertex is the highest")

// newClimber starts at the vertex where the rows of the basis hold with equality.
func newClimber(rows [][]float64, right []float64, basis []int, equal int) (*climber, error) {
	p := len(basis)
	l := &climber{
		rows: rows, right: right, equal: equal, basis: basis, y: make([]float64, p),
		slack: make([]float64, len(rows)), move: make([]float64, p), rate: make([]float64, len(rows)),
	}
	for i := range rows {
		l.live = append(l.live, i)
	}
	return l, l.renew()
}

// drop takes out a row that no vertex meets.
func (l *climber) drop(row int) {
	if at, ok := slices.BinarySearch(l.live, row); ok {
		l.live = slices.Delete(l.live, at, at+1)
	}
}

// renew computes the inverse, the vertex and what is left to each row from the
// basis alone (Gauss and Jordan, with the largest pivot of each row).
func (l *climber) renew() error {
	p := len(l.basis)
	l.inverse, l.worn = make([][]float64, p), 0
	for j := range l.inverse {
		l.inverse[j] = make([]float64, p)
		l.inverse[j][j] = 1
	}
	// The columns of the identity are brought onto those of the inverse: each row
	// of the basis in turn becomes 1 on its own way and 0 on the others.
	left := make([]int, p) // ways that no row has taken
	for j := range left {
		left[j] = j
	}
	ways := make([][]float64, p)
	for place, row := range l.basis {
		best, size := -1, 0.0
		for at, j := range left {
			if s := math.Abs(dot(l.rows[row], l.inverse[j])); s > size {
				best, size = at, s
			}
		}
		if size < 1e-13 {
			return errors.New("the rows of the basis do not meet in one point")
		}
		way := l.inverse[left[best]]
		left = slices.Delete(left, best, best+1)
		scale(way, 1/dot(l.rows[row], way))
		for _, other := range l.inverse {
			if &other[0] != &way[0] {
				add(other, -dot(l.rows[row], other), way)
			}
		}
		ways[place] = way
	}
	l.inverse = ways
	clear(l.y)
	for j, row := range l.basis {
		add(l.y, l.right[row], l.inverse[j])
	}
	for _, i := range l.live {
		l.slack[i] = l.right[i] - dot(l.rows[i], l.y)
	}
	return nil
}

// climb goes up to the highest vertex and returns its height. Where steps of no
// length follow each other, the first row that is worth leaving is left and the
// first that stops is taken, which cannot turn in a circle (Bland 1977).
func (l *climber) climb(c []float64) (float64, error) {
	still := 0
	for range 100 * (len(l.rows) + len(c)) {
		if l.worn >= wear {
			if err := l.renew(); err != nil {
				return 0, err
			}
		}
		leave := l.leaving(c, still > len(c))
		if leave < 0 {
			if l.worn == 0 || l.exact() {
				return dot(c, l.y), nil
			}
			l.worn = wear // look again from a new inverse
			continue
		}
		enter, length := l.entering(leave, still > len(c))
		switch {
		case enter < 0 && l.worn == 0:
			return 0, errUnbounded
		case enter < 0:
			l.worn = wear
			continue
		}
		if still++; length > nearly {
			still = 0
		}
		l.step(leave, enter, length)
	}
	return 0, errors.New("the climb does not end")
}

// leaving is the place in the basis of the row that is worth leaving most, or
// first; −1 at the top.
func (l *climber) leaving(c []float64, first bool) int {
	best, most, row := -1, gain, len(l.rows)
	for j, way := range l.inverse {
		up := -dot(c, way)
		if l.basis[j] < l.equal || up <= gain {
			continue
		}
		if first && l.basis[j] < row || !first && up > most {
			best, most, row = j, up, l.basis[j]
		}
	}
	return best
}

// entering is the row that stops the way out of one of the basis, and how far:
// among those that stop at nearly the same point the one met most squarely, or
// the first.
func (l *climber) entering(leave int, first bool) (row int, length float64) {
	for a, v := range l.inverse[leave] {
		l.move[a] = -v
	}
	size := 0.0
	for _, v := range l.move {
		size = max(size, math.Abs(v))
	}
	limit := math.Inf(1)
	for _, i := range l.live {
		if l.rate[i] = dot(l.rows[i], l.move); l.rate[i] > 1e-11*size {
			limit = min(limit, (max(0, l.slack[i])+nearly)/l.rate[i])
		}
	}
	row = -1
	for _, i := range l.live {
		if r := l.rate[i]; r > 1e-11*size && max(0, l.slack[i]) <= limit*r && !slices.Contains(l.basis, i) {
			if row < 0 || !first && r > l.rate[row] {
				row = i
			}
		}
	}
	if row < 0 {
		return -1, 0
	}
	return row, max(0, l.slack[row]) / l.rate[row]
}

// step goes along the way out of one row of the basis until another.
func (l *climber) step(leave, enter int, length float64) {
	add(l.y, length, l.move)
	for _, i := range l.live {
		l.slack[i] -= length * l.rate[i]
	}
	a, own := l.rows[enter], l.inverse[leave]
	scale(own, 1/dot(a, own))
	for j, way := range l.inverse {
		if j != leave {
			add(way, -dot(a, way), own)
		}
	}
	l.basis[leave], l.slack[enter] = enter, 0
	l.worn++
}

// exact reports whether the vertex is where its basis says and exceeds no row.
func (l *climber) exact() bool {
	for _, i := range l.basis {
		if math.Abs(l.right[i]-dot(l.rows[i], l.y)) > 1e-11 {
			return false
		}
	}
	return !slices.ContainsFunc(l.live, func(i int) bool { return dot(l.rows[i], l.y)-l.right[i] > 1e-10 })
}

func dot(a, b []float64) float64 {
	b = b[:len(a)]
	s0, s1 := 0.0, 0.0
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0]*b[0] + a[1]*b[1]
		s1 += a[2]*b[2] + a[3]*b[3]
		a, b = a[4:], b[4:]
	}
	for k, v := range a {
		s0 += v * b[k]
	}
	return s0 + s1
}

func add(to []float64, times float64, x []float64) {
	x = x[:len(to)]
	for k := range to {
		to[k] += times * x[k]
	}
}

func scale(x []float64, by float64) {
	for k := range x {
		x[k] *= by
	}
}
