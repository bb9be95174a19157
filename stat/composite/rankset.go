package composite

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/descr"
)

// RankSet is a confidence set for the rank of one unit, 1 = highest: all ranks
// from Low to High.
type RankSet struct{ Low, High int }

// Inference says how confidence sets for ranks are made: the coverage, 0.95 by
// custom; whether it holds for each unit or for all at once; whether the
// differences found are left out and the others tried again (step-down, which
// keeps the coverage and narrows the sets); how many normal draws, from which
// seed.
type Inference struct {
	Coverage     float64
	Simultaneous bool
	StepDown     bool
	Draws        int
	Seed         uint64
}

// RankSets returns confidence sets for the ranks of the true values behind p
// estimates with a covariance matrix, from the pairwise differences that can be
// told from zero (Mogstad, Romano, Shaikh and Wilhelm 2024, bounds on both
// sides). Two estimates without error differ as soon as they are unequal.
// Oracle: csranks::csranks.
//
// Error: not as many estimates as the matrix has rows, a value that is no
// number, a coverage outside 0 to 1, or no draw.
func RankSets(estimate []float64, covariance mat.Symmetric, f Inference) ([]RankSet, error) {
	d, err := newDifferences(estimate, covariance, f)
	if err != nil {
		return nil, err
	}
	p := len(estimate)
	out := make([]RankSet, p)
	var told [][]bool
	if f.Simultaneous {
		told = d.told(pairs(p, -1), f)
	}
	for j := range out {
		if !f.Simultaneous {
			told = d.told(pairs(p, j), f)
		}
		out[j] = RankSet{Low: 1, High: p}
		for k := range p {
			switch {
			case told[j][k]:
				out[j].Low++
			case told[k][j]:
				out[j].High--
			}
		}
	}
	return out, nil
}

// AmongBest returns the units that may be among the tau highest, at the
// coverage given for all of them at once (one-sided). The units that may be
// among the lowest are those of the estimates' opposites.
// Oracle: csranks::cstaubest.
//
// Error: as RankSets.
func AmongBest(estimate []float64, covariance mat.Symmetric, tau int, f Inference) ([]bool, error) {
	d, err := newDifferences(estimate, covariance, f)
	if err != nil {
		return nil, err
	}
	told := d.told(pairs(len(estimate), -1), f)
	out := make([]bool, len(estimate))
	for j := range out {
		above := 0
		for _, t := range told[j] {
			if t {
				above++
			}
		}
		out[j] = above < tau
	}
	return out, nil
}

// pair is a hypothesis: that k is not above j.
type pair struct{ j, k int }

// pairs lists the hypotheses on one unit and all others, or on all units. Both
// directions are there, and one that is rejected leaves the other in, which is
// why leaving out makes less of a difference than for two-sided ones.
func pairs(p, of int) []pair {
	var out []pair
	for j := range p {
		for k := range p {
			if j != k && (of < 0 || j == of || k == of) {
				out = append(out, pair{j, k})
			}
		}
	}
	return out
}

// differences holds estimates, the standard errors of their differences and
// draws of their errors.
type differences struct {
	estimate []float64
	se       [][]float64
	draws    [][]float64
}

func newDifferences(estimate []float64, c mat.Symmetric, f Inference) (*differences, error) {
	p := len(estimate)
	switch {
	case c.SymmetricDim() != p:
		return nil, fmt.Errorf("%d estimates and a covariance of %d", p, c.SymmetricDim())
	case !(f.Coverage > 0 && f.Coverage < 1):
		return nil, fmt.Errorf("coverage %v is not between 0 and 1", f.Coverage)
	case f.Draws < 1:
		return nil, fmt.Errorf("%d draws", f.Draws)
	}
	d := &differences{estimate: estimate, se: make([][]float64, p), draws: make([][]float64, f.Draws)}
	for j := range p {
		d.se[j] = make([]float64, p)
		for k := range p {
			d.se[j][k] = math.Sqrt(max(0, c.At(j, j)+c.At(k, k)-2*c.At(j, k)))
			if v := c.At(j, k) + estimate[j]; math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("estimate %d or its covariance is not a number", j)
			}
		}
	}
	root, err := squareRoot(c)
	if err != nil {
		return nil, err
	}
	for b := range d.draws {
		r := rand.New(rand.NewPCG(f.Seed, uint64(b)))
		e := make([]float64, p)
		for i := range e {
			e[i] = r.NormFloat64()
		}
		v := mat.NewVecDense(p, nil)
		v.MulVec(root, mat.NewVecDense(p, e))
		d.draws[b] = v.RawVector().Data
	}
	return d, nil
}

// squareRoot is a matrix whose product with its transpose is c, which may be
// singular.
func squareRoot(c mat.Symmetric) (*mat.Dense, error) {
	var e mat.EigenSym
	if !e.Factorize(c, true) {
		return nil, fmt.Errorf("the covariance has no eigenvalues")
	}
	var root mat.Dense
	e.VectorsTo(&root)
	for k, v := range e.Values(nil) {
		for i := range c.SymmetricDim() {
			root.Set(i, k, root.At(i, k)*math.Sqrt(max(0, v)))
		}
	}
	return &root, nil
}

// told marks the hypotheses of a list that are rejected.
func (d *differences) told(list []pair, f Inference) [][]bool {
	out := make([][]bool, len(d.estimate))
	for j := range out {
		out[j] = make([]bool, len(d.estimate))
	}
	for {
		limit, left := d.limit(list, f.Coverage), list[:0:0]
		for _, q := range list {
			if t := d.estimate[q.k] - d.estimate[q.j]; t > 0 && t > limit*d.se[q.j][q.k] {
				out[q.j][q.k] = true
			} else {
				left = append(left, q)
			}
		}
		if !f.StepDown || len(left) == len(list) || len(left) == 0 {
			return out
		}
		list = left
	}
}

// limit is the quantile of the largest standardised difference of the draws.
func (d *differences) limit(list []pair, coverage float64) float64 {
	largest := make([]float64, len(d.draws))
	for b, z := range d.draws {
		for _, q := range list {
			if se := d.se[q.j][q.k]; se > 0 {
				largest[b] = max(largest[b], (z[q.k]-z[q.j])/se)
			}
		}
	}
	return descr.Quantile(largest, coverage)
}
