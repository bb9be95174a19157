package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Given says how the variance is computed from replicate weights made
// elsewhere: Scale × Σ RScales (θ_r − centre)². RScales nil means 1 for each;
// DF 0 means the rank of the weights less one.
type Given struct {
	Scale   float64
	RScales []float64
	MSE     bool
	DF      float64
}

// Replicated returns the design with replicate weights given: weights[r][i]
// is the final weight of record i in replicate r, not negative. Steps made
// after it are redone on each.
//
// Refusals: fewer than two replicates; a replicate without weight; a weight
// that is missing, negative or infinite. It panics when a replicate has not
// one weight a record.
func (d *Design) Replicated(weights [][]float64, g Given) (*Design, error) {
	if len(weights) < 2 {
		return nil, refuse("", 0, "donnez une colonne par réplique", "%d réplique ne donne pas de variance", len(weights))
	}
	if g.RScales == nil {
		g.RScales = ones(len(weights))
	}
	check(len(weights), len(g.RScales))
	if !(g.Scale > 0) {
		return nil, refuse("", 0, "donnez l’échelle qui accompagne ces répliques", "échelle de variance %s", number(g.Scale))
	}
	for r, w := range weights {
		check(d.n, len(w))
		sum := 0.0
		for i, v := range w {
			if !(v >= 0) || math.IsInf(v, 0) {
				return nil, refuse("", i+1, "corrigez le fichier des répliques", "poids %s dans la réplique %d", number(v), r+1)
			}
			sum += v
		}
		if sum == 0 {
			return nil, refuse("", 0, "retirez cette réplique", "la réplique %d n’a aucun poids", r+1)
		}
	}
	x := &Replicates{Count: len(weights), Scale: g.Scale, RScales: g.RScales, MSE: g.MSE, table: weights, free: g.DF}
	if x.free == 0 {
		x.free = float64(columnRank(weights) - 1)
	}
	out := *d
	out.reps = x
	return &out, nil
}

// columnRank returns the rank of the columns given.
func columnRank(columns [][]float64) int {
	n, p := len(columns[0]), len(columns)
	gram := mat.NewSymDense(p, nil)
	for j := range p {
		for k := j; k < p; k++ {
			gram.SetSym(j, k, dot(columns[j], columns[k])/float64(n))
		}
	}
	count := 0
	for _, v := range invert(gram).value {
		if v != 0 {
			count++
		}
	}
	return count
}

// Replicates returns the replicates of the design, nil when it has none.
func (d *Design) Replicates() *Replicates { return d.reps }

// Sums returns the sum of weights of each replicate.
func (x *Replicates) Sums() []float64 {
	out := make([]float64, x.Count)
	// The function never fails.
	_ = x.each(func(r int, w []float64) error {
		out[r] = total(w)
		return nil
	})
	return out
}

// Weights returns the weights of replicate r (from 0), one a record.
func (x *Replicates) Weights(r int) []float64 {
	w := make([]float64, len(x.records()))
	x.weights(r, w, make([]float64, x.units))
	return w
}

// DF returns the degrees of freedom of the replicates.
func (x *Replicates) DF() float64 { return x.free }

// Deviation estimates the weighted standard deviation of a number with
// denominator Σ w, sqrt(Σ w (x − m)² / Σ w), on the records of the domain that
// have a value. Only replicates give its variance.
//
// Refusal: no replicate; nobody has a value.
func (d *Design) Deviation(x *Column) (*Estimate, error) {
	check(d.n, x.Rows())
	one, away, square := make([]float64, d.n), make([]float64, d.n), make([]float64, d.n)
	origin, n := 0.0, 0.0
	for i, w := range d.weights {
		if w > 0 && !x.Missing(i) {
			origin, n = origin+w*x.Number[i], n+w
		}
	}
	if n == 0 {
		return nil, refuse(x.Name, 0, "élargissez le domaine ou changez de variable", "aucun enregistrement n’a de valeur")
	}
	for i := range one {
		if d.In(i) && !x.Missing(i) {
			one[i], away[i] = 1, x.Number[i]-origin/n
			square[i] = away[i] * away[i]
		}
	}
	return d.Estimate(Statistic{Names: []string{x.Name}, Sums: [][]float64{one, away, square}, Of: func(s []float64) ([]float64, error) {
		m := s[1] / s[0]
		return []float64{math.Sqrt(max(0, s[2]/s[0]-m*m))}, nil
	}})
}
