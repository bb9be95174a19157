package disclosure

// elimination is equations solved for one variable each: d·y[pivot[i]] plus
// rows[i]·y (the pivots left out) is 0.
type elimination struct {
	d     int64
	rows  [][]int32
	pivot []int
	work  int // entries touched
}

// eliminate solves equations over n variables by Gauss and Jordan in whole
// numbers, for the totals first: tables then keep sparse rows and d = 1. It
// returns nil when a number would not fit.
func eliminate(equations []equation, n int) *elimination {
	work := make([][]int32, len(equations))
	count := make([]int, n)
	for i, e := range equations {
		work[i] = make([]int32, n)
		if e.total >= 0 {
			work[i][e.total] = -1
			count[e.total]++
		}
		for _, p := range e.parts {
			work[i][p] = 1
			count[p]++
		}
	}
	e := &elimination{d: 1}
	g := &gauss{rows: work, chosen: make([]int, len(work)), d: 1}
	for i := range g.chosen {
		g.chosen[i] = -1
	}
	taken := make([]bool, n)
	for i, eq := range equations {
		if eq.total >= 0 && !taken[eq.total] && g.rows[i][eq.total] != 0 {
			taken[eq.total] = true
			if !g.solve(i, eq.total) {
				return nil
			}
		}
	}
	for i := range work {
		if g.chosen[i] >= 0 {
			continue
		}
		if v := g.choose(i, count); v >= 0 && !g.solve(i, v) {
			return nil
		}
	}
	for i, v := range g.chosen {
		if v >= 0 {
			g.rows[i][v] = 0
			e.rows, e.pivot = append(e.rows, g.rows[i]), append(e.pivot, v)
		}
	}
	e.d, e.work = g.d, g.work
	return e
}

// gauss is an elimination under way: the pivot of each chosen row is d.
type gauss struct {
	rows   [][]int32
	chosen []int
	d      int64
	work   int
}

// choose returns the variable of row i that fewest equations hold, of those
// with the smallest entry; -1 when the row is empty.
func (g *gauss) choose(i int, count []int) int {
	best := -1
	for v, a := range g.rows[i] {
		if a == 0 {
			continue
		}
		if best < 0 || abs(int64(a)) < abs(int64(g.rows[i][best])) ||
			abs(int64(a)) == abs(int64(g.rows[i][best])) && count[v] < count[best] {
			best = v
		}
	}
	return best
}

// solve makes v the pivot of row r; false when a number would not fit.
func (g *gauss) solve(r, v int) bool {
	top := g.rows[r]
	if top[v] < 0 {
		for k := range top {
			top[k] = -top[k]
		}
	}
	q := int64(top[v])
	for i, row := range g.rows {
		c := int64(row[v])
		if i == r || c == 0 && q == g.d {
			continue
		}
		g.work += len(row)
		for k, a := range row {
			if a == 0 && (c == 0 || top[k] == 0) {
				continue
			}
			b := (int64(a)*q - c*int64(top[k])) / g.d
			if b > 1<<30 || b < -(1<<30) {
				return false
			}
			row[k] = int32(b)
		}
	}
	g.chosen[r], g.d = v, q
	return true
}
