package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Statistic is what a design can estimate with its uncertainty, by
// linearisation or by replicates.
//
// Value returns p values under weights w (one a record, 0 outside the
// domain). Influence returns p columns of n: the weight times the linearised
// variable of each record, zero outside the domain; nil allows replicates
// only. Sums and Of, when set, give the value as a function of the weighted
// sums of columns (n values each, 0 where missing), which replicates compute
// fast; Value may then be nil.
type Statistic struct {
	Names     []string
	Value     func(w []float64) ([]float64, error)
	Influence func(w, value []float64) [][]float64
	Sums      [][]float64
	Of        func(sums []float64) ([]float64, error)
}

// value returns the statistic under weights w.
func (s *Statistic) value(w []float64) ([]float64, error) {
	if s.Value != nil {
		return s.Value(w)
	}
	sums := make([]float64, len(s.Sums))
	for j, column := range s.Sums {
		sums[j] = dot(w, column)
	}
	return s.Of(sums)
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// Estimate is a vector of p estimates with their covariance.
//
// Value is NaN only when the statistic is not defined in the domain. Cov is
// p × p. DF are the degrees of freedom for t intervals. Deff, when asked, is
// the design effect of each estimate. Replicates (R × p) is nil without
// replicate weights.
type Estimate struct {
	Names      []string
	Value      []float64
	Cov        *mat.SymDense
	DF         float64
	Deff       []float64
	Replicates [][]float64
}

// Estimate returns the statistic with its covariance, by replicates on a
// replicate design, else by linearisation (Covariance).
//
// Refusals: those of the statistic; a lonely cluster without a rule; a
// statistic that only replicates can estimate.
func (d *Design) Estimate(s Statistic) (*Estimate, error) {
	if d.reps != nil {
		return d.reps.estimate(d, s)
	}
	if s.Influence == nil {
		return nil, refuse("", 0, "ajoutez une étape « replicates »", "cette statistique demande des poids répliqués")
	}
	value, err := s.value(d.weights)
	if err != nil {
		return nil, err
	}
	cov, err := d.Covariance(s.Influence(d.weights, value))
	if err != nil {
		return nil, err
	}
	return &Estimate{Names: s.Names, Value: value, Cov: cov, DF: d.DF()}, nil
}

// SE returns the standard errors.
func (e *Estimate) SE() []float64 {
	se := make([]float64, len(e.Value))
	for j := range se {
		se[j] = math.Sqrt(max(0, e.Cov.At(j, j)))
	}
	return se
}

// CV returns the coefficients of variation SE/estimate; NaN for an estimate
// of zero.
func (e *Estimate) CV() []float64 {
	cv := e.SE()
	for j := range cv {
		if e.Value[j] == 0 {
			cv[j] = math.NaN()
		} else {
			cv[j] /= e.Value[j]
		}
	}
	return cv
}

// Interval returns the symmetric intervals of a level in (0, 1), with the
// normal quantile or, when t is set, Student's on DF degrees of freedom.
func (e *Estimate) Interval(level float64, t bool) [][2]float64 {
	q := Critical(level, math.Inf(1))
	if t {
		q = Critical(level, e.DF)
	}
	out := make([][2]float64, len(e.Value))
	for j, se := range e.SE() {
		out[j] = [2]float64{e.Value[j] - q*se, e.Value[j] + q*se}
	}
	return out
}

// Critical returns the half-width, in standard errors, of a two-sided
// interval of a level in (0, 1): Student's quantile on df degrees of freedom,
// the normal one for an infinite df, NaN for df ≤ 0.
func Critical(level, df float64) float64 {
	switch {
	case math.IsInf(df, 1):
		return distuv.UnitNormal.Quantile((1 + level) / 2)
	case !(df > 0):
		return math.NaN()
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile((1 + level) / 2)
}
