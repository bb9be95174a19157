package survey

import (
	"math"
)

// Variance returns the covariance matrix of the variables x in the population
// (n−1 form, n records of positive weight), row by row: Value has p² entries.
// The standard errors are those of weighted means of products of deviations.
//
// Missing values and refusals are as for Mean; one record alone is refused.
//
// Source: Särndal, Swensson, Wretman (1992), section 5.9. Oracle: R survey
// svyvar.
func (d *Design) Variance(x *Values) (*Estimate, error) {
	columns, err := d.clean(x)
	if err != nil {
		return nil, err
	}
	n := sum(d.ones())
	if n < 2 {
		return nil, refuse(x.Names[0], 0, "élargissez le domaine", "une variance demande au moins deux enregistrements")
	}
	p := len(columns)
	deviation := func(w []float64) (mean []float64, total float64) {
		mean, total = make([]float64, p), sum(w)
		for j := range mean {
			mean[j] = dot(w, columns[j]) / total
		}
		return mean, total
	}
	s := Statistic{
		Value: func(w []float64) ([]float64, error) {
			mean, total := deviation(w)
			value := make([]float64, p*p)
			for a := range p {
				for b := a; b < p; b++ {
					sum := 0.0
					for i, v := range w {
						sum += v * (columns[a][i] - mean[a]) * (columns[b][i] - mean[b])
					}
					value[a*p+b] = sum / total * n / (n - 1)
					value[b*p+a] = value[a*p+b]
				}
			}
			return value, nil
		},
		Influence: func(w, value []float64) [][]float64 {
			mean, total := deviation(w)
			return influence(p*p, w, func(k, i int) float64 {
				a, b := k/p, k%p
				return ((columns[a][i]-mean[a])*(columns[b][i]-mean[b])*n/(n-1) - value[k]) / total
			})
		},
	}
	for _, a := range x.Names {
		for _, b := range x.Names {
			s.Names = append(s.Names, a+":"+b)
		}
	}
	return d.Estimate(s)
}

// Cronbach returns the coefficient alpha of two items or more:
// k/(k−1)·(1 − Σ variances / variance of the sum), with design weights.
//
// Refusals: fewer than two items, a sum that does not vary, and those of
// Variance.
//
// Source: Cronbach (1951), doi:10.1007/BF02310555.
func (d *Design) Cronbach(x *Values) (float64, error) {
	if len(x.Data) < 2 {
		return 0, refuse("", 0, "citez au moins deux variables", "l’alpha de Cronbach demande plusieurs items")
	}
	e, err := d.Variance(x)
	if err != nil {
		return 0, err
	}
	p := len(x.Data)
	own, all := 0.0, 0.0
	for k, v := range e.Value {
		all += v
		if k/p == k%p {
			own += v
		}
	}
	if !(all > 0) {
		return 0, refuse("", 0, "vérifiez les items", "la somme des items ne varie pas")
	}
	k := float64(p)
	return k / (k - 1) * (1 - own/all), nil
}

// Kish returns the effective number of records (Σw)²/Σw² and the design
// effect of unequal weights, n over it, with n the records of positive
// weight.
//
// Source: Kish (1965), Survey Sampling, section 11.7.
func (d *Design) Kish() (effective, deff float64) {
	n, total, square := 0.0, 0.0, 0.0
	for _, w := range d.weights {
		if w != 0 {
			n++
		}
		total += w
		square += w * w
	}
	if square == 0 {
		return math.NaN(), math.NaN()
	}
	effective = total * total / square
	return effective, n / effective
}
