package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Contrast returns Σ weights·estimates with the variance that their
// covariance gives. weights has one entry an estimate.
//
// It panics when the lengths differ.
func (e *Estimate) Contrast(weights []float64) *Estimate {
	check(len(e.Value), len(weights))
	return e.linear([]string{"contrast"}, mat.NewDense(1, len(weights), weights))
}

// Function is a smooth function of estimates: its value and its gradient, one
// entry an estimate.
type Function func(value []float64) (result float64, gradient []float64)

// Apply returns f of the estimates, with the variance of its first-order
// expansion (delta method).
//
// Refusal: a value or a gradient that is not finite, such as a division by
// zero.
//
// Source: Särndal, Swensson, Wretman (1992), section 5.5.
func (e *Estimate) Apply(f Function) (*Estimate, error) {
	value, gradient := f(e.Value)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, refuse("", 0, "vérifiez l’expression et ses dénominateurs", "le contraste n’est pas un nombre fini")
	}
	for _, g := range gradient {
		if math.IsNaN(g) || math.IsInf(g, 0) {
			return nil, refuse("", 0, "vérifiez l’expression et ses dénominateurs", "la dérivée du contraste n’est pas finie")
		}
	}
	out := e.Contrast(gradient)
	out.Value = []float64{value}
	return out, nil
}
