package composite

import "math"

// Outranking holds, for each two units, the share of the weight of columns in
// which the first is above the second, equal values counting for half. A
// column where one of the two is missing counts in neither side, and the
// diagonal is 0: the result does not depend on the order of rows.
type Outranking [][]float64

// Outrank compares each two units of columns with a weight each; NaN where two
// units share no column. Source: OECD and JRC (2008), section 6.3 (Condorcet,
// Arrow and Raynaud). Oracle: COINr::outrankMatrix, on data without gaps.
func Outrank(columns [][]float64, weights []float64) Outranking {
	if len(columns) == 0 {
		return nil
	}
	n := len(columns[0])
	out := make(Outranking, n)
	for i := range out {
		out[i] = make([]float64, n)
	}
	for i := range n {
		for j := range i {
			over, all := contest(columns, weights, i, j)
			out[i][j], out[j][i] = over/all, (all-over)/all
		}
	}
	return out
}

// contest returns the weight of columns in which row i is above row j, equal
// values counting for half, and of those where both are present.
func contest(columns [][]float64, weights []float64, i, j int) (over, all float64) {
	for k, x := range columns {
		switch {
		case x[i] > x[j]:
			over += weights[k]
		case x[i] == x[j]:
			over += weights[k] / 2
		case !(x[i] < x[j]):
			continue
		}
		all += weights[k]
	}
	return over, all
}

// Dominant counts the pairs in which one unit is above in every column.
func (o Outranking) Dominant() int {
	n := 0
	for _, row := range o {
		for _, v := range row {
			if v == 1 {
				n++
			}
		}
	}
	return n
}

// Copeland scores each unit by the units it is above of, less those above it.
func (o Outranking) Copeland() []float64 {
	out := make([]float64, len(o))
	for i, row := range o {
		for j, v := range row {
			if i != j && !math.IsNaN(v) {
				out[i] += majority(v, 1)
			}
		}
	}
	return out
}

// majority is 1 where over is more than half of all, −1 where it is less, 0
// where the two are alike but for the rounding of the sums.
func majority(over, all float64) float64 {
	switch {
	case over > (0.5+rounding)*all:
		return 1
	case over < (0.5-rounding)*all:
		return -1
	}
	return 0
}
