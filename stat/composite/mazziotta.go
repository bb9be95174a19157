package composite

import (
	"math"

	"vigie/stat/descr"
)

// Penalty is the side on which an index stands from the mean of a row that is
// uneven: below for a phenomenon that is the better the higher, above for one
// that is the worse.
type Penalty float64

// The two sides.
const (
	Below Penalty = -1
	Above Penalty = 1
)

// MazziottaPareto returns for each unit the mean of its row, moved by the
// row's standard deviation times its coefficient of variation: M ± S²/M.
// Columns are standardised beforehand to mean 100 and standard deviation 10;
// divisor is 0 for the variance of the published definition (n), 1 for that of
// a sample (n − 1). NaN where a value is missing or the mean is zero.
// Source: Mazziotta and Pareto (2016), Social Indicators Research 127, 983.
// Oracle: Compind::ci_mpi (divisor 1).
func MazziottaPareto(columns [][]float64, p Penalty, divisor int) []float64 {
	if len(columns) == 0 {
		return nil
	}
	out := make([]float64, len(columns[0]))
	row := make([]float64, len(columns))
	for i := range out {
		for k, x := range columns {
			row[k] = x[i]
		}
		out[i], _ = uneven(row, nil, p, divisor)
	}
	return out
}

// uneven is the index of one row, by weights or, for nil, by equal ones, and
// the mean it starts from.
func uneven(row, weights []float64, p Penalty, divisor int) (index, m float64) {
	weight := func(i int) float64 {
		if weights == nil {
			return 1
		}
		return weights[i]
	}
	var s, all float64
	for i, v := range row {
		m += weight(i) * v
		all += weight(i)
	}
	m /= all
	for i, v := range row {
		s += weight(i) / all * (v - m) * (v - m)
	}
	n := float64(len(row))
	if m == 0 || len(row) == divisor {
		return math.NaN(), m
	}
	return m + float64(p)*s*n/(n-float64(divisor))/m, m
}

// AdjustedScale returns a column on the scale of the adjusted index, which can
// be compared over time: 100 at the reference value, 70 and 130 at half the
// range of all units and periods on both sides of it. polarity −1 turns it.
// Source: Mazziotta and Pareto (2018), Social Indicators Research 136, 967.
func AdjustedScale(x []float64, reference float64, polarity int) []float64 {
	lo, hi := bounds(x)
	half := (hi - lo) / 2
	out := Goalposts(x, reference-half, reference+half, 60, polarity)
	for i := range out {
		out[i] += 70
	}
	return out
}

// Wroclaw returns the distance of each unit to the best value of each column,
// over the mean distance plus two standard deviations: 0 is best. divisor is 1
// for a standard deviation of divisor n − 1, the usual one, 0 for n.
// Columns are on one scale, larger being better. Source: Hellwig (1968).
// Oracle: Compind::ci_wroclaw.
func Wroclaw(columns [][]float64, divisor int) []float64 {
	if len(columns) == 0 {
		return nil
	}
	d := make([]float64, len(columns[0]))
	for _, x := range columns {
		_, best := bounds(x)
		for i, v := range x {
			d[i] += (best - v) * (best - v)
		}
	}
	for i := range d {
		d[i] = math.Sqrt(d[i])
	}
	n := float64(len(descr.Present(d)))
	far := descr.Mean(d) + 2*descr.SD(d)*math.Sqrt((n-1)/(n-float64(divisor)))
	return apply(d, func(v float64) float64 { return v / far })
}
