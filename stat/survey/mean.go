package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// The comparisons a design effect can make: simple random sampling of the
// same size without or with replacement.
const (
	WithoutReplacement = "wor"
	WithReplacement    = "wr"
)

// Option asks for more than an estimate and its covariance. Deff is empty or
// the sampling that design effects compare with.
type Option struct{ Deff string }

// Mean returns the weighted means Σwx/Σw of the variables x over the domain,
// a ratio of two totals, linearised as w(x − mean)/Σw.
//
// Refusals: a missing value in the domain (restrict the domain to
// x.Complete() first), a domain without weight, and those of Estimate. It
// panics when x has not one value a record.
//
// Source: Särndal, Swensson, Wretman (1992), section 5.7.
func (d *Design) Mean(x *Values, o Option) (*Estimate, error) {
	s, columns, err := d.mean(x)
	if err != nil {
		return nil, err
	}
	return d.compared(s, columns, o, 1)
}

// mean returns the statistic of Mean and the clean columns of x.
func (d *Design) mean(x *Values) (s Statistic, columns [][]float64, err error) {
	columns, err = d.clean(x)
	return Statistic{
		Names: x.Names,
		Sums:  append(columns[:len(columns):len(columns)], d.ones()),
		Of: func(sums []float64) ([]float64, error) {
			value := make([]float64, len(x.Names))
			for j := range value {
				value[j] = sums[j] / sums[len(value)]
			}
			return value, nil
		},
		Influence: func(w, mean []float64) [][]float64 {
			total := sum(w)
			return influence(len(mean), w, func(j, i int) float64 { return (columns[j][i] - mean[j]) / total })
		},
	}, columns, err
}

// Total returns the weighted totals Σwx of the variables x over the domain,
// in the units of x. Missing values and refusals are as for Mean.
//
// Source: Horvitz and Thompson (1952), doi:10.1080/01621459.1952.10483446.
func (d *Design) Total(x *Values, o Option) (*Estimate, error) {
	s, columns, err := d.total(x)
	if err != nil {
		return nil, err
	}
	return d.compared(s, columns, o, sum(d.weights))
}

// total returns the statistic of Total and the clean columns of x.
func (d *Design) total(x *Values) (s Statistic, columns [][]float64, err error) {
	columns, err = d.clean(x)
	return Statistic{
		Names: x.Names,
		Sums:  columns,
		Of:    func(sums []float64) ([]float64, error) { return sums, nil },
		Influence: func(w, _ []float64) [][]float64 {
			return influence(len(columns), w, func(j, i int) float64 { return columns[j][i] })
		},
	}, columns, err
}

// influence returns p columns of weight × linearised variable, zero where the
// weight is.
func influence(p int, w []float64, linear func(j, i int) float64) [][]float64 {
	z := make([][]float64, p)
	for j := range z {
		z[j] = make([]float64, len(w))
		for i, v := range w {
			if v != 0 {
				z[j][i] = v * linear(j, i)
			}
		}
	}
	return z
}

// clean returns the columns of x with zeros outside the domain; a missing
// value inside is refused, as is a domain that weighs nothing.
func (d *Design) clean(x *Values) ([][]float64, error) {
	if sum(d.weights) == 0 {
		return nil, refuse("", 0, "élargissez le domaine", "aucun enregistrement n’a de poids dans le domaine")
	}
	out := make([][]float64, len(x.Data))
	for j, column := range x.Data {
		check(d.n, len(column))
		out[j] = column
		copied := false
		for i, v := range column {
			switch inside := d.In(i) && d.weights[i] != 0; {
			case inside && (math.IsNaN(v) || math.IsInf(v, 0)):
				return nil, refuse(x.Names[j], d.row(i), "laissez ces enregistrements de côté (na_rm) ou complétez la variable", "valeur %s dans le domaine", number(v))
			case !inside && v != 0:
				if !copied {
					out[j], copied = append([]float64(nil), column...), true
				}
				out[j][i] = 0
			}
		}
	}
	return out, nil
}

// row returns the 1-based record of the whole sample.
func (d *Design) row(i int) int {
	if d.part != nil {
		return d.part.whole.row(int(d.part.rows[i]))
	}
	return i + 1
}

// ones returns a column of 1 in the domain, 0 outside.
func (d *Design) ones() []float64 {
	out := make([]float64, d.n)
	for i, w := range d.weights {
		if w != 0 {
			out[i] = 1
		}
	}
	return out
}

// sum adds values in order.
func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

// compared returns the estimate of means (times 1) or totals (times Σw) with
// its design effects: the ratio of its variances to those of a simple random
// sample with as many records of the domain.
//
// Source: Kish (1965), Survey Sampling, section 8.2.
func (d *Design) compared(s Statistic, columns [][]float64, o Option, times float64) (*Estimate, error) {
	e, err := d.Estimate(s)
	if err != nil || o.Deff == "" {
		return e, err
	}
	n, total := 0.0, sum(d.weights)
	for _, w := range d.weights {
		if w != 0 {
			n++
		}
	}
	e.Deff = make([]float64, len(columns))
	for j, column := range columns {
		simple := times * times * d.spreadOf(column, n, total) / n
		if o.Deff == WithoutReplacement {
			simple *= (total - n) / total
		}
		e.Deff[j] = e.Cov.At(j, j) / simple
		if !(simple > 0) {
			e.Deff[j] = math.NaN()
		}
	}
	return e, nil
}

// spreadOf returns the weighted variance of a column, n−1 form.
func (d *Design) spreadOf(column []float64, n, total float64) float64 {
	mean := dot(d.weights, column) / total
	square := 0.0
	for i, w := range d.weights {
		square += w * (column[i] - mean) * (column[i] - mean)
	}
	return square / total * n / (n - 1)
}

// linear returns the estimate of linear functions of another, one a row of a.
func (e *Estimate) linear(names []string, a *mat.Dense) *Estimate {
	k, _ := a.Dims()
	out := &Estimate{Names: names, DF: e.DF}
	var value mat.VecDense
	value.MulVec(a, mat.NewVecDense(len(e.Value), e.Value))
	out.Value = value.RawVector().Data
	var left, full mat.Dense
	left.Mul(a, e.Cov)
	full.Mul(&left, a.T())
	out.Cov = mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			out.Cov.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	return out
}
