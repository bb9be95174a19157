package composite

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// Shares bounds the part that each column takes in a unit's score; the zero
// value sets no bound.
type Shares struct{ Low, High float64 }

// BenefitOfTheDoubt returns for each unit the score that the weights most
// favourable to it give, where with the same weights no unit exceeds 1: the
// linear programme max w·x_i, X w ≤ 1, w ≥ 0 (Cherchye and others 2007). With
// share bounds, each w_k x_ik is between Low and High of the score. The weights
// are not unique and are not returned. NaN for a unit with a missing value,
// which binds no other.
//
// Values are at least 0. Error: ErrDomain for a negative one, or when bounds
// leave no weight to a unit, named by its row.
func BenefitOfTheDoubt(columns [][]float64, s Shares) ([]float64, error) {
	out, _, err := benefit(columns, s, func(int) bool { return true })
	return out, err
}

// benefit scores every unit, within what those that bind allow; row is the one
// an error is about.
func benefit(columns [][]float64, s Shares, binds func(i int) bool) (out []float64, row int, err error) {
	if len(columns) == 0 {
		return nil, -1, nil
	}
	n := len(columns[0])
	var rows [][]float64
	out = make([]float64, n)
	whole := make([][]float64, n)
	for i := range n {
		row := make([]float64, len(columns))
		out[i] = math.NaN()
		missing := false
		for k, x := range columns {
			if row[k] = x[i]; row[k] < 0 {
				return nil, i, fmt.Errorf("row %d: %w", i, ErrDomain)
			}
			missing = missing || math.IsNaN(row[k])
		}
		if missing {
			continue
		}
		if whole[i] = row; binds(i) {
			rows = append(rows, row)
		}
	}
	// Units of measure cancel out; on a common one the programme is well
	// conditioned.
	for k, x := range columns {
		if _, top := bounds(x); top > 0 {
			for _, row := range whole {
				if row != nil {
					row[k] /= top
				}
			}
		}
	}
	for i, row := range whole {
		if row == nil || len(rows) == 0 {
			continue // nothing to be measured against
		}
		score, err := doubt(row, rows, s)
		if err != nil {
			return nil, i, fmt.Errorf("row %d: %w", i, err)
		}
		out[i] = score
	}
	return out, -1, nil
}

// doubt solves the programme of one unit, from the vertex w = 0.
func doubt(own []float64, rows [][]float64, s Shares) (float64, error) {
	p := len(own)
	limits := append([][]float64(nil), rows...)
	right := make([]float64, len(rows), len(rows)+2*p)
	for i := range right {
		right[i] = 1
	}
	if s != (Shares{}) {
		for k := range p {
			over, under := make([]float64, p), make([]float64, p)
			for j, v := range own {
				over[j], under[j] = -s.High*v, s.Low*v
			}
			over[k] += own[k]
			under[k] -= own[k]
			limits = append(limits, over, under)
			right = append(right, 0, 0)
		}
	}
	m := len(limits)
	a := mat.NewDense(m, p+m, nil)
	c := make([]float64, p+m)
	basis := make([]int, m)
	for i, l := range limits {
		copy(a.RawRowView(i), l)
		a.Set(i, p+i, 1)
		basis[i] = p + i
	}
	for k, v := range own {
		c[k] = -v
	}
	best, _, err := lp.Simplex(c, a, right, 1e-12, basis)
	if err != nil && !errors.Is(err, lp.ErrZeroColumn) {
		return 0, fmt.Errorf("%w (%v)", ErrDomain, err)
	}
	if s != (Shares{}) && best == 0 {
		return 0, ErrDomain // no weight but zero holds within the bounds
	}
	return -best, nil
}
