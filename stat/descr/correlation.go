package descr

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Method is a coefficient of correlation.
type Method int

// Pearson is that of values, Spearman that of their ranks (mean ranks for
// ties), Kendall that of the order of pairs, corrected for ties (tau-b).
const (
	Pearson Method = iota
	Spearman
	Kendall
)

// Correlation is the coefficient of two columns over the rows where both are
// present, and their number. It is NaN with fewer than two rows or where one
// does not vary.
func Correlation(x, y []float64, m Method) (r float64, n int) {
	a, b := together(x, y)
	switch m {
	case Spearman:
		a, b = MeanRanks(a), MeanRanks(b)
	case Kendall:
		return kendall(a, b), len(a)
	}
	ma, mb := Mean(a), Mean(b)
	var saa, sbb, sab float64
	for i := range a {
		u, v := a[i]-ma, b[i]-mb
		saa, sbb, sab = saa+u*u, sbb+v*v, sab+u*v
	}
	if !(saa > 0) || !(sbb > 0) {
		return math.NaN(), len(a)
	}
	return max(-1, min(1, sab/math.Sqrt(saa*sbb))), len(a)
}

// CorrelationP is the two-sided probability of a Pearson coefficient of n rows
// at least as far from zero, by Student's t; NaN with fewer than three rows.
func CorrelationP(r float64, n int) float64 {
	if n < 3 || math.IsNaN(r) {
		return math.NaN()
	}
	df := float64(n - 2)
	t := math.Abs(r) * math.Sqrt(df/(1-r*r))
	if math.IsInf(t, 1) {
		return 0
	}
	return 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Survival(t)
}

// MeanRanks returns the rank of each value, 1 for the least, the mean one of
// equal values. x has no missing value.
func MeanRanks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			out[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}

// kendall counts the exchanges that sort y once x is sorted, in n log n time.
//
// Source: Knight (1966), JASA 61(314), 436-439, doi:10.2307/2282833.
func kendall(x, y []float64) float64 {
	n := len(x)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(y[a], y[b])) })
	sorted := make([]float64, n)
	for k, i := range order {
		sorted[k] = y[i]
	}
	tiesX := tied(n, func(a, b int) bool { return x[order[a]] == x[order[b]] })
	tiesBoth := tied(n, func(a, b int) bool { return x[order[a]] == x[order[b]] && sorted[a] == sorted[b] })
	against := exchanges(sorted, make([]float64, n))
	tiesY := tied(n, func(a, b int) bool { return sorted[a] == sorted[b] })
	all := float64(n) * float64(n-1) / 2
	if all == tiesX || all == tiesY {
		return math.NaN()
	}
	tau := (all - tiesX - tiesY + tiesBoth - 2*against) / math.Sqrt(all-tiesX) / math.Sqrt(all-tiesY)
	return max(-1, min(1, tau))
}

// tied counts the pairs of equal positions, equal ones being side by side.
func tied(n int, equal func(a, b int) bool) float64 {
	pairs, run := 0.0, 1.0
	for i := 1; i < n; i++ {
		if !equal(i-1, i) {
			run = 0
		}
		pairs += run
		run++
	}
	return pairs
}

// exchanges sorts y by merging and counts the pairs that were in the wrong
// order; spare is as long as y.
func exchanges(y, spare []float64) float64 {
	if len(y) < 2 {
		return 0
	}
	half := len(y) / 2
	count := exchanges(y[:half], spare[:half]) + exchanges(y[half:], spare[half:])
	i, j := 0, half
	for k := range spare {
		if j == len(y) || i < half && y[i] <= y[j] {
			spare[k] = y[i]
			i++
		} else {
			spare[k] = y[j]
			count += float64(half - i)
			j++
		}
	}
	copy(y, spare)
	return count
}

// together keeps the rows where both columns are present.
func together(x, y []float64) (a, b []float64) {
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return a, b
}

// Covariance is that of two columns over the rows where both are present,
// divisor n − 1; NaN with fewer than two.
func Covariance(x, y []float64) float64 {
	a, b := together(x, y)
	if len(a) < 2 {
		return math.NaN()
	}
	ma, mb, s := Mean(a), Mean(b), 0.0
	for i := range a {
		s += (a[i] - ma) * (b[i] - mb)
	}
	return s / float64(len(a)-1)
}

// Alpha is Cronbach's coefficient of items that should measure one thing,
// from their covariances, each over the rows where both items are present
// (Cronbach 1951). NaN with fewer than two items.
func Alpha(items [][]float64) float64 {
	k := float64(len(items))
	if k < 2 {
		return math.NaN()
	}
	var own, all float64
	for i, x := range items {
		for j, y := range items {
			c := Covariance(x, y)
			if all += c; i == j {
				own += c
			}
		}
	}
	return k / (k - 1) * (1 - own/all)
}
