package smallarea

import "math"

// Blend is an estimate made of a direct and a synthetic one.
type Blend struct {
	Estimate []float64
	MSE      []float64
	Share    []float64 // weight of the synthetic estimate, 0 to 1
	Bias2    float64   // mean squared error of the synthetic estimates, when it was estimated
}

// Composite weighs a direct and a synthetic estimate of each area by the
// inverse of their mean squared errors, taken as independent: with the weight
// w = variance/(variance + m) for the synthetic one, the error is
// w²·m + (1-w)²·variance.
//
// All slices have one length, an entry an area. A direct estimate that is NaN
// leaves the synthetic one. m is the mean squared error of the synthetic
// estimates; nil estimates one for all areas, the mean of (synthetic-direct)² -
// variance, at least 0. Under 0 in common the synthetic estimate takes all.
//
// Error: *survey.Refusal when a variance or an error is missing or negative, a
// synthetic estimate is missing, or none can be compared with a direct one.
//
// Source: Schaible (1978); Gonzalez & Waksberg (1973); Rao & Molina (2015),
// Small Area Estimation, § 3.3.
func Composite(direct, variance, synthetic, m []float64) (*Blend, error) {
	if len(direct) != len(variance) || len(direct) != len(synthetic) || m != nil && len(m) != len(direct) {
		panic("smallarea.Composite: lengths differ")
	}
	b := &Blend{Estimate: make([]float64, len(direct)), MSE: make([]float64, len(direct)), Share: make([]float64, len(direct))}
	if err := b.check(direct, variance, synthetic, m); err != nil {
		return nil, err
	}
	for i, y := range direct {
		error := b.Bias2
		if m != nil {
			error = m[i]
		}
		b.Estimate[i], b.MSE[i], b.Share[i] = synthetic[i], error, 1
		if math.IsNaN(y) || error == 0 {
			continue
		}
		w := variance[i] / (variance[i] + error)
		b.Share[i] = w
		b.Estimate[i] = w*synthetic[i] + (1-w)*y
		b.MSE[i] = w*w*error + (1-w)*(1-w)*variance[i]
	}
	return b, nil
}

// check refuses what cannot be weighed and estimates Bias2 when m is nil.
func (b *Blend) check(direct, variance, synthetic, m []float64) error {
	n := 0.0
	for i, y := range direct {
		switch {
		case math.IsNaN(synthetic[i]) || math.IsInf(synthetic[i], 0):
			return refuse("", i+1, "complétez-la : elle doit être connue partout", "estimation synthétique manquante")
		case m != nil && !(m[i] >= 0):
			return refuse("", i+1, "donnez une erreur quadratique positive, ou laissez-la estimer", "erreur de l’estimation synthétique manquante ou négative")
		case math.IsNaN(y):
			continue
		case !(variance[i] > 0) || math.IsInf(y, 0):
			return refuse("", i+1, "donnez la variance de l’estimation directe, ou videz cette estimation", "la variance de l’estimation directe doit être un nombre au-dessus de 0")
		}
		n++
		b.Bias2 += (synthetic[i]-y)*(synthetic[i]-y) - variance[i]
	}
	if n == 0 && m == nil {
		return refuse("", 0, "donnez l’erreur des estimations synthétiques", "aucune estimation directe ne permet de juger les synthétiques")
	}
	b.Bias2 = math.Max(0, b.Bias2/math.Max(n, 1))
	return nil
}
