package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Goodness tests that the shares of the levels of x in the population are
// proportional to p (one positive number a level, in the order of the levels).
//
// The statistic is N̂ Σ (share − p)²/p, with N̂ the estimated size of the
// population; it is referred to scale × χ²(df) (Satterthwaite), from the
// covariance of the Pearson residuals linearised at the estimate; Parameter
// holds scale and df. Both and P are NaN when the design fixes the
// shares, for instance when x is the stratum.
//
// Refusals: a number of shares that is not that of the levels; a share that is
// not positive; no answer.
//
// Source: Rao and Scott (1981), JASA 76, 221-230. Oracle: R
// survey::svygofchisq 4.1.
func (d *Design) Goodness(x *Column, p []float64) (*Test, error) {
	keep, n := d.answering(x)
	x = x.Categorical().within(keep)
	k, sum := len(x.Levels), 0.0
	for _, v := range p {
		sum += v
		if !(v > 0) {
			return nil, refuse(x.Name, 0, "donnez une part strictement positive à chaque modalité", "part attendue %s", number(v))
		}
	}
	switch {
	case n == 0:
		return nil, refuse(x.Name, 0, "vérifiez le filtre", "aucune réponse dans le domaine")
	case len(p) != k:
		return nil, refuse(x.Name, 0, "donnez une part par modalité, dans leur ordre", "%d part(s) pour %d modalité(s)", len(p), k)
	}
	count, err := d.Domain(keep).Estimate(totals(x.Code, k))
	if err != nil {
		return nil, err
	}
	total, statistic := 0.0, 0.0
	for _, v := range count.Value {
		total += v
	}
	slope := mat.NewDense(k, k, nil) // of the Pearson residuals in the totals
	for i, v := range count.Value {
		expected := p[i] / sum * total
		statistic += (v - expected) * (v - expected) / expected
		for j := range k {
			slope.Set(i, j, -(p[i]/sum+v/total)/2/math.Sqrt(expected))
		}
		slope.Set(i, i, slope.At(i, i)+1/math.Sqrt(expected))
	}
	scale, df := satterthwaite(congruence(slope, count.Cov), total)
	return &Test{statistic, []float64{scale, df}, chiSquaredTail(statistic/scale, df)}, nil
}

// satterthwaite returns the scale and degrees of freedom of a quadratic form
// with covariance v; NaN when v is nothing beside the size of the population.
func satterthwaite(v *mat.SymDense, size float64) (scale, df float64) {
	first, second := mat.Trace(v), 0.0
	for i := range v.SymmetricDim() {
		for j := range v.SymmetricDim() {
			second += v.At(i, j) * v.At(i, j)
		}
	}
	if !(first > 1e-20*size) {
		return math.NaN(), math.NaN()
	}
	return second / first, first * first / second
}
