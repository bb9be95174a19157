package composite

import (
	"math"
	"slices"

	"vigie/stat/descr"
)

// Limit is the test that a column must pass not to be treated: it fails when
// the absolute skewness exceeds Skew and the excess kurtosis exceeds Kurt,
// both at once. The zero value stands for 2 and 3.5.
type Limit struct{ Skew, Kurt float64 }

// Pass reports whether x passes the test. A column too short or constant,
// whose moments do not exist, passes.
func (l Limit) Pass(x []float64) bool { return l.allows(shape(x)) }

func (l Limit) allows(skew, kurt float64) bool {
	if l == (Limit{}) {
		l = Limit{2, 3.5}
	}
	return !(math.Abs(skew) > l.Skew && kurt > l.Kurt)
}

// shape returns descr.Skewness and descr.Kurtosis of the values present, in
// two passes.
func shape(x []float64) (skew, kurt float64) {
	var n, sum float64
	for _, v := range x {
		if v == v {
			n, sum = n+1, sum+v
		}
	}
	mean := sum / n
	var m power4
	for _, v := range x {
		if v == v {
			m.add(v-mean, 1)
		}
	}
	return m.shape(n)
}

// power4 holds the sums of the first powers of deviations.
type power4 [4]float64

func (p *power4) add(d, times float64) {
	d2 := d * d
	p[0] += times * d
	p[1] += times * d2
	p[2] += times * d2 * d
	p[3] += times * d2 * d2
}

// shape is that of n values, from their deviations from any point within a
// standard deviation of the mean.
func (p *power4) shape(n float64) (skew, kurt float64) {
	skew, kurt = math.NaN(), math.NaN()
	d := p[0] / n
	m2 := p[1] - n*d*d
	m3 := p[2] - 3*d*p[1] + 2*n*d*d*d
	m4 := p[3] - 4*d*p[2] + 6*d*d*p[1] - 3*n*d*d*d*d
	s2 := m2 / (n - 1)
	if n >= 3 && s2 > 0 {
		skew = n / ((n - 1) * (n - 2)) * m3 / (s2 * math.Sqrt(s2))
	}
	if n >= 4 && s2 > 0 {
		kurt = n*(n+1)/((n-1)*(n-2)*(n-3))*m4/(s2*s2) - 3*(n-1)*(n-1)/((n-2)*(n-3))
	}
	return skew, kurt
}

// TieRule says what winsorisation does when several units share the extreme.
type TieRule int

// The rules. TiesWithin never moves more points than allowed: when the tied
// units would exceed the limit, it stops before them. TiesBeyond moves them
// all, as COINr does, and so may exceed the limit.
const (
	TiesWithin TieRule = iota
	TiesBeyond
)

// Winsorised is a column whose extremes have been drawn in. X equals the
// input clamped to [Low, High]. Mark is +1 for a point drawn in from above,
// -1 from below, 0 for the others; N counts the points moved.
type Winsorised struct {
	X         []float64
	Mark      []int8
	N         int
	Low, High float64
	Pass      bool // the column passes the test at the end
}

// Winsorise draws in the extremes of x, one value at a time, until the column
// passes the test or most points have been moved: when the skewness is
// positive all units at the maximum take the next lower value, otherwise all
// at the minimum take the next higher.
//
// Missing values stay missing. A column without two distinct values is
// returned as it is.
//
// Source: OECD and JRC (2008), Handbook on Constructing Composite Indicators,
// section 3; Becker, Caperna, Del Sorbo and others (2022), JOSS 7(78), 4567,
// doi:10.21105/joss.04567. Oracle: COINr::winsorise (TiesBeyond).
func Winsorise(x []float64, most int, test Limit, ties TieRule) Winsorised {
	sorted := descr.Present(x)
	slices.Sort(sorted)
	d, _ := drawIn(sorted, most, test, ties, nil)
	w := Winsorised{X: Clamp(x, d.low, d.high), Mark: make([]int8, len(x)), N: d.n, Low: d.low, High: d.high, Pass: d.pass}
	for i, v := range x {
		switch {
		case v > w.High:
			w.Mark[i] = 1
		case v < w.Low:
			w.Mark[i] = -1
		}
	}
	return w
}

// drawing is the state of a winsorisation: the values of sorted at a to b stand
// as they are, the others at low and high.
type drawing struct {
	low, high float64
	n         int
	pass      bool
}

// drawIn is Winsorise of increasing values without gaps; path is memory to use
// again. Powers are summed from the median outwards, so that the moments of
// what is left after any step are two look-ups and lose no digit.
func drawIn(sorted []float64, most int, test Limit, ties TieRule, path []power4) (drawing, []power4) {
	n := len(sorted)
	if n == 0 {
		return drawing{low: math.NaN(), high: math.NaN(), pass: true}, path
	}
	mid := n / 2
	path = outwards(sorted, mid, path)
	a, b := 0, n
	for d := (drawing{}); ; {
		d.low, d.high = sorted[a], sorted[b-1]
		var m power4
		if a < mid {
			m = path[a]
		}
		if b > mid {
			for i, v := range path[b-1] {
				m[i] += v
			}
		}
		m.add(d.low-sorted[mid], float64(a))
		m.add(d.high-sorted[mid], float64(n-b))
		skew, kurt := m.shape(float64(n))
		if d.pass = test.allows(skew, kurt); d.pass || d.n >= most || !(d.low < d.high) {
			return d, path
		}
		from, to := a, b
		if skew > 0 {
			for to > a && sorted[to-1] == d.high {
				to--
			}
		} else {
			for from < b && sorted[from] == d.low {
				from++
			}
		}
		fresh := from - a + b - to
		if ties == TiesWithin && d.n+fresh > most {
			return d, path
		}
		a, b, d.n = from, to, d.n+fresh
	}
}

// outwards sums powers of deviations from sorted[mid]: entry i those of i to mid
// − 1 below the middle, of mid to i from it on.
func outwards(sorted []float64, mid int, path []power4) []power4 {
	path = slices.Grow(path[:0], len(sorted))[:len(sorted)]
	var m power4
	for i := mid; i < len(sorted); i++ {
		m.add(sorted[i]-sorted[mid], 1)
		path[i] = m
	}
	m = power4{}
	for i := mid - 1; i >= 0; i-- {
		m.add(sorted[i]-sorted[mid], 1)
		path[i] = m
	}
	return path
}

// bounds returns the least and the largest value present, NaN if none.
func bounds(x []float64) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	for _, v := range x {
		if math.IsNaN(v) {
			continue
		}
		if !(lo <= v) {
			lo = v
		}
		if !(hi >= v) {
			hi = v
		}
	}
	return lo, hi
}

// Treated is a column after Treat. Winsorised is nil when the column passed
// at once; Logged says that winsorisation did not suffice and that X is the
// logarithm of the original column.
type Treated struct {
	X          []float64
	Winsorised *Winsorised
	Logged     bool
}

// Treat winsorises a column that fails the test and, if it still fails, takes
// LogShift of the original column instead. Source and oracle: see Winsorise
// (COINr::qTreat).
func Treat(x []float64, most int, test Limit, ties TieRule) Treated {
	if test.Pass(x) {
		return Treated{X: append([]float64(nil), x...)}
	}
	w := Winsorise(x, most, test, ties)
	if w.Pass {
		return Treated{X: w.X, Winsorised: &w}
	}
	return Treated{X: LogShift(x), Winsorised: &w, Logged: true}
}
