package survey

import (
	"math"
	"slices"
)

// Trimming bounds final weights: those beyond Lower or Upper (records
// represented; 0 and +Inf for none) are brought to the bound and what they
// lose or gain is shared equally among the others, so that the sum of weights
// stays. One pass may push others beyond a bound; Strict repeats until none
// is.
type Trimming struct {
	Lower, Upper float64
	Strict       bool
}

// mostPasses bounds the passes of a strict trimming.
const mostPasses = 1000

// Trim returns the design under trimmed weights. Records outside the domain
// keep their weight of zero; replicates are trimmed alike. The residuals of
// earlier calibrations still make the variance; totals they met are met no
// more (Calibration.Least and Most trim and keep them).
//
// Refusals: bounds that no weights of the same sum respect; every weight
// beyond the bounds.
//
// Source: Potter (1990), Proceedings of the Survey Research Methods Section,
// ASA, 225-230; the sharing rule of R survey's trimWeights.
func (d *Design) Trim(t Trimming) (*Design, error) {
	if !(t.Lower < t.Upper) {
		return nil, refuse("", 0, "la borne basse doit être inférieure à la haute", "bornes de poids %g et %g", t.Lower, t.Upper)
	}
	return d.replace(func(w []float64) ([]float64, error) { return t.pass(w, d.in) })
}

// pass trims weights until the rule is satisfied.
func (t Trimming) pass(w []float64, in []bool) ([]float64, error) {
	out := slices.Clone(w)
	for range mostPasses {
		lost, others := 0.0, 0
		inside := make([]bool, len(w))
		for i, v := range out {
			if in != nil && !in[i] {
				continue
			}
			clipped := min(max(v, t.Lower), t.Upper)
			if lost += v - clipped; clipped == v {
				inside[i] = true
				others++
			}
			out[i] = clipped
		}
		if lost == 0 {
			return out, nil
		}
		if t.Strict && !t.possible(w, in) {
			return nil, t.impossible(w, in)
		}
		if others == 0 {
			return nil, refuse("", 0, "élargissez les bornes, ou bornez les poids dans le calage (weight_bounds)",
				"tous les poids sont au-delà des bornes %s et %s : personne ne peut recevoir ce qui est coupé", plain(t.Lower), plain(t.Upper))
		}
		for i := range out {
			if inside[i] {
				out[i] += lost / float64(others)
			}
		}
		if !t.Strict {
			return out, nil
		}
	}
	return nil, t.impossible(w, in)
}

// possible tells whether the bounds leave room for the sum of weights.
func (t Trimming) possible(w []float64, in []bool) bool {
	n := records(w, in)
	sum := total(w)
	return sum >= n*t.Lower && sum <= n*t.Upper
}

func (t Trimming) impossible(w []float64, in []bool) error {
	n := records(w, in)
	return refuse("", 0, "élargissez les bornes : la moyenne des poids est "+plain(total(w)/n),
		"les bornes %s et %s ne laissent pas de place à la somme des poids de %g enregistrements", plain(t.Lower), plain(t.Upper), n)
}

// records returns the number of records of a domain.
func records(w []float64, in []bool) float64 {
	n := 0.0
	for i := range w {
		if in == nil || in[i] {
			n++
		}
	}
	return n
}

// between returns for each cell the lowest and highest ratio that keep its
// records' weights between two values.
func between(c *cells, w []float64, least, most float64) (low, high []float64) {
	low, high = make([]float64, len(c.first)), make([]float64, len(c.first))
	for cell, i := range c.first {
		low[cell], high[cell] = math.Inf(-1), math.Inf(1)
		if w[i] > 0 {
			low[cell] = least / w[i]
			if most > 0 {
				high[cell] = most / w[i]
			}
		}
	}
	return low, high
}
