package survey

import "math"

// Family is the law of a response and the link to its linear predictor.
type Family int

// The families: mean and linear predictor are equal for Gaussian, linked by
// the logit for Quasibinomial (response in [0, 1]) and by the logarithm for
// Quasipoisson (response ≥ 0). "Quasi" says that the dispersion is estimated,
// never assumed.
const (
	Gaussian Family = iota
	Quasibinomial
	Quasipoisson
)

const epsilon = 0x1p-52 // keeps fitted means inside their range

// mean returns the mean of a linear predictor.
func (f Family) mean(eta float64) float64 {
	switch f {
	case Quasibinomial:
		return min(max(1/(1+math.Exp(-eta)), epsilon), 1-epsilon)
	case Quasipoisson:
		return max(math.Exp(eta), epsilon)
	}
	return eta
}

// link returns the linear predictor of a mean.
func (f Family) link(mu float64) float64 {
	switch f {
	case Quasibinomial:
		return math.Log(mu / (1 - mu))
	case Quasipoisson:
		return math.Log(mu)
	}
	return mu
}

// slope returns the derivative of the mean in the linear predictor, given the
// mean; for these links it is also the variance of the response.
func (f Family) slope(mu float64) float64 {
	switch f {
	case Quasibinomial:
		return mu * (1 - mu)
	case Quasipoisson:
		return mu
	}
	return 1
}

// start returns a first mean for a response of weight w.
func (f Family) start(y, w float64) float64 {
	switch f {
	case Quasibinomial:
		return (w*y + 0.5) / (w + 1)
	case Quasipoisson:
		return y + 0.1
	}
	return y
}

// deviance returns the unit deviance of a response at a mean.
func (f Family) deviance(y, mu float64) float64 {
	switch f {
	case Quasibinomial:
		return 2 * (entropy(y, mu) + entropy(1-y, 1-mu))
	case Quasipoisson:
		return 2 * (entropy(y, mu) - (y - mu))
	}
	return (y - mu) * (y - mu)
}

// entropy returns y log(y/mu), 0 for y = 0.
func entropy(y, mu float64) float64 {
	if y == 0 {
		return 0
	}
	return y * math.Log(y/mu)
}

// accepts tells whether the family allows a response.
func (f Family) accepts(y float64) bool {
	switch f {
	case Quasibinomial:
		return y >= 0 && y <= 1
	case Quasipoisson:
		return y >= 0 && !math.IsInf(y, 1)
	}
	return !math.IsInf(y, 0)
}
