package composite

import (
	"fmt"
	"math"
)

// Power names a weighted power mean by its exponent.
type Power float64

// The usual means: full compensation between columns, partial, and less.
const (
	Arithmetic Power = 1
	Geometric  Power = 0
	Harmonic   Power = -1
)

// Need says how much of a row must be present for it to have an aggregate, as
// shares in [0, 1]: of the columns (Count) and of the total weight (Weight).
// The zero value asks for one value present.
type Need struct{ Count, Weight float64 }

// Mean returns the weighted mean of exponent p of the values present; the
// weights of the missing ones are shared among the others. It is NaN when
// nothing of positive weight is present.
//
// x and w have equal lengths, weights are not negative. Error: ErrDomain if
// p <= 0 and a value present is not positive, if p is neither 1 nor <= 0 and
// one is negative, or if a weight is negative.
//
// Source: OECD and JRC (2008), Handbook on Constructing Composite Indicators,
// section 6. Oracle: COINr::a_amean, a_gmean, a_hmean.
func Mean(x, w []float64, p Power) (float64, error) {
	if len(x) != len(w) {
		panic(fmt.Sprintf("composite.Mean: %d values, %d weights", len(x), len(w)))
	}
	var sum, weight float64
	for i, v := range x {
		if w[i] < 0 {
			return 0, ErrDomain
		}
		if math.IsNaN(v) || w[i] == 0 {
			continue
		}
		if !p.takes(v) {
			return 0, ErrDomain
		}
		sum += w[i] * p.forward(v)
		weight += w[i]
	}
	if weight == 0 {
		return math.NaN(), nil
	}
	return p.back(sum / weight), nil
}

// takes tells whether a mean of this exponent exists for v.
func (p Power) takes(v float64) bool { return p == Arithmetic || v > 0 || v == 0 && p > 0 }

func (p Power) forward(v float64) float64 {
	switch p {
	case Arithmetic:
		return v
	case Geometric:
		return math.Log(v)
	case Harmonic:
		return 1 / v
	}
	return math.Pow(v, float64(p))
}

func (p Power) back(v float64) float64 {
	switch p {
	case Arithmetic:
		return v
	case Geometric:
		return math.Exp(v)
	case Harmonic:
		return 1 / v
	}
	return math.Pow(v, 1/float64(p))
}

// Aggregate returns the mean of each row of the columns, which all have the
// same length; w holds one weight a column. A row that has less than need is
// NaN. Errors: as Mean.
func Aggregate(columns [][]float64, w []float64, p Power, need Need) ([]float64, error) {
	if len(columns) != len(w) {
		panic(fmt.Sprintf("composite.Aggregate: %d columns, %d weights", len(columns), len(w)))
	}
	if len(columns) == 0 {
		return nil, nil
	}
	out := make([]float64, len(columns[0]))
	row := make([]float64, len(columns))
	for i := range out {
		for k, c := range columns {
			row[k] = c[i]
		}
		out[i] = math.NaN()
		if !need.met(row, w) {
			continue
		}
		v, err := Mean(row, w, p)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		out[i] = v
	}
	return out, nil
}

// met allows for rounding: 0.1 + 0.2 of a total of 0.6 is one half.
func (n Need) met(row, w []float64) bool {
	var have, all float64
	count := 0
	for i, v := range row {
		all += w[i]
		if !math.IsNaN(v) {
			have += w[i]
			count++
		}
	}
	const slack = 1e-12
	return float64(count) >= n.Count*float64(len(row))-slack && have >= (n.Weight-slack)*all
}
