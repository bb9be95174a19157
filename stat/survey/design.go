package survey

import (
	"math"
	"slices"
)

// Design is a sample with its weights, ready for estimates. It never changes:
// each step returns another one.
type Design struct {
	n              int
	stages         []stage
	lonely         Lonely
	lonelyInDomain bool
	base           []float64    // before any preparation
	weights        []float64    // now; 0 outside the domain
	in             []bool       // the domain, nil for all records
	steps          []projection // what calibrations take off, in order
	reps           *Replicates  // nil: linearisation
	unequal        bool         // probabilities differ in a stratum
	part           *part        // nil: all records of the sample
	rounds         int          // of the last calibration
}

// Rows returns the number of records, those outside the domain included.
func (d *Design) Rows() int { return d.n }

// Weights returns the analysis weights, one a record, 0 outside the domain.
// The caller must not change them.
func (d *Design) Weights() []float64 { return d.weights }

// Base returns the weights before preparation, one a record, also outside
// the domain. The caller must not change them.
func (d *Design) Base() []float64 { return d.base }

// Iterations returns the rounds that the last calibration took, 0 without one
// and for one that needs none.
func (d *Design) Iterations() int { return d.rounds }

// In tells whether record i (0-based) belongs to the domain.
func (d *Design) In(i int) bool { return d.in == nil || d.in[i] }

// Domain returns the design of the records of in that belong to the present
// domain: the others keep their place in strata and clusters and weigh zero.
// It panics when in has not one entry a record.
func (d *Design) Domain(in []bool) *Design {
	check(d.n, len(in))
	out := *d
	out.in, out.weights = make([]bool, d.n), make([]float64, d.n)
	for i := range in {
		if in[i] && d.In(i) {
			out.in[i], out.weights[i] = true, d.weights[i]
		}
	}
	if d.reps != nil {
		out.reps = d.reps.within(out.in)
	}
	return &out
}

// Reweight returns the design under other weights, one a record, not
// negative, and the same structure. Weights outside the domain are ignored.
// On a replicate design each replicate keeps its ratio to the weights.
//
// Refusal: a weight that is missing, negative or infinite, or all zero.
func (d *Design) Reweight(w []float64) (*Design, error) {
	check(d.n, len(w))
	out := *d
	out.weights = slices.Clone(w)
	sum := 0.0
	for i, v := range w {
		switch {
		case !d.In(i):
			out.weights[i] = 0
		case !(v >= 0) || math.IsInf(v, 0):
			return nil, refuse("", i+1, "vérifiez l’étape qui précède", "poids %s après ajustement", number(v))
		default:
			sum += v
		}
	}
	if sum == 0 {
		return nil, refuse("", 0, "élargissez le domaine ou revoyez l’étape qui précède", "tous les poids sont nuls")
	}
	if d.reps != nil {
		out.reps = d.reps.rescaled(d.weights, out.weights)
	}
	return &out, nil
}

// DF returns the degrees of freedom of the design: first-stage clusters with
// a record of positive weight minus strata with one. A replicate design has
// those of its replicates.
func (d *Design) DF() float64 {
	if d.reps != nil {
		return d.reps.df(d)
	}
	st := &d.stages[0]
	cluster, stratum := make([]bool, len(st.stratum)), make([]bool, len(st.sampled))
	df := 0.0
	for i, w := range d.weights {
		c := st.cluster[i]
		if w == 0 || cluster[c] {
			continue
		}
		cluster[c] = true
		df++
		if h := st.stratum[c]; !stratum[h] {
			stratum[h] = true
			df--
		}
	}
	return df
}

// DFIn returns the degrees of freedom of a domain.
func (d *Design) DFIn(in []bool) float64 { return d.Domain(in).DF() }

// Strata returns the first-stage stratum of each record, nil when the sample
// has none.
func (d *Design) Strata() *Column { return d.stages[0].strata }
