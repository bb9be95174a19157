package survey

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// Replicates are other weightings of the same records, whose spread tells the
// variance of any statistic: Scale × Σ RScales (θ_r − centre)², over Count
// replicates. MSE centres at the estimate, else at the mean of the replicates
// of positive RScales.
//
// Only what makes the weights is kept: factors of the sampled units, which
// are computed again for each use (a resampling replicate r draws from the
// seed and r alone), or a given table, then what each later step did to each
// replicate. Results are the same bits for any number of workers.
type Replicates struct {
	Count   int
	Scale   float64
	RScales []float64
	MSE     bool

	unit   []int32                  // of each record, nil: a record a unit
	units  int                      // number of units
	factor func(r int, f []float64) // fills the factors of units under replicate r
	start  []float64                // weights that factors multiply
	table  [][]float64              // given weights by replicate, instead of factors
	layers []layer
	free   float64 // degrees of freedom
}

// layer is what one step did to the replicates: by[r] (by[0] when they share
// it) multiplies the weights by cell of record, or replaces those of all
// records where cells is nil.
type layer struct {
	cells []int32
	by    [][]float64
}

// weights fills w with the weights of replicate r; f is a buffer of units.
func (x *Replicates) weights(r int, w, f []float64) {
	x.first(r, w, f)
	for _, l := range x.layers {
		by := l.by[min(r, len(l.by)-1)]
		if l.cells == nil {
			copy(w, by)
			continue
		}
		for i, c := range l.cells {
			if c >= 0 {
				w[i] *= by[c]
			}
		}
	}
}

// first fills w with the weights of replicate r before any step.
func (x *Replicates) first(r int, w, f []float64) {
	switch {
	case x.table != nil:
		copy(w, x.table[r])
	case x.unit == nil:
		x.factor(r, w)
		for i, v := range x.start {
			w[i] *= v
		}
	default:
		x.factor(r, f)
		for i, u := range x.unit {
			w[i] = x.start[i] * f[u]
		}
	}
}

// each runs f on the weights of every replicate, on as many workers as there
// are processors; f must keep what it computes apart by replicate. The first
// error in order of replicates is returned.
func (x *Replicates) each(f func(r int, w []float64) error) error {
	errs := make([]error, x.Count)
	workers := min(runtime.GOMAXPROCS(0), x.Count)
	var group sync.WaitGroup
	for k := range workers {
		group.Go(func() {
			w, units := make([]float64, len(x.records())), make([]float64, x.units)
			for r := k; r < x.Count; r += workers {
				x.weights(r, w, units)
				errs[r] = f(r, w)
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// records returns a column with an entry a record.
func (x *Replicates) records() []float64 {
	if x.table != nil {
		return x.table[0]
	}
	return x.start
}

// with returns the replicates after one more layer.
func (x *Replicates) with(l layer) *Replicates {
	out := *x
	out.layers = append(x.layers[:len(x.layers):len(x.layers)], l)
	return &out
}

// rescaled returns the replicates each multiplied by to/from.
func (x *Replicates) rescaled(from, to []float64) *Replicates {
	ratio, cells := make([]float64, len(from)), make([]int32, len(from))
	for i, v := range from {
		cells[i] = int32(i)
		if v != 0 {
			ratio[i] = to[i] / v
		}
	}
	return x.with(layer{cells, [][]float64{ratio}})
}

// within returns the replicates with no weight outside a domain.
func (x *Replicates) within(in []bool) *Replicates {
	cells := make([]int32, len(in))
	for i, v := range in {
		if v {
			cells[i] = -1
		}
	}
	return x.with(layer{cells, [][]float64{{0}}})
}

// adjust multiplies weights by a ratio of each cell, computed by solve from
// the weights: of the sample, then of each replicate.
func (d *Design) adjust(c *cells, solve func(w []float64) ([]float64, error)) (*Design, []float64, error) {
	ratio, err := solve(d.weights)
	if err != nil {
		return nil, nil, err
	}
	out := *d
	out.weights = c.spread(d.weights, ratio)
	if d.reps == nil {
		return &out, ratio, nil
	}
	by := make([][]float64, d.reps.Count)
	err = d.reps.each(func(r int, w []float64) error {
		var err error
		by[r], err = solve(w)
		return inReplicate(err, r)
	})
	if err != nil {
		return nil, nil, err
	}
	out.reps = d.reps.with(layer{c.of, by})
	return &out, ratio, nil
}

// replace sets new weights computed by f from the weights of the sample and
// of each replicate.
func (d *Design) replace(f func(w []float64) ([]float64, error)) (*Design, error) {
	w, err := f(d.weights)
	if err != nil {
		return nil, err
	}
	out := *d
	out.weights = w
	if d.reps == nil {
		return &out, nil
	}
	by := make([][]float64, d.reps.Count)
	err = d.reps.each(func(r int, w []float64) error {
		var err error
		by[r], err = f(w)
		return inReplicate(err, r)
	})
	out.reps = d.reps.with(layer{nil, by})
	return &out, err
}

// inReplicate says in which replicate a step failed.
func inReplicate(err error, r int) error {
	if e, ok := err.(*Refusal); ok {
		named := *e
		named.What = fmt.Sprintf("réplique %d : %s", r+1, e.What)
		named.Do = e.Do + " ; ou faites le redressement avant de créer les répliques"
		return &named
	}
	return err
}

// df returns the degrees of freedom of the replicates: those given or counted
// when they were made, in a domain at most those of its clusters and strata.
func (x *Replicates) df(d *Design) float64 {
	if d.in == nil {
		return x.free
	}
	return min(x.free, d.SampleDF())
}

// SampleDF returns the degrees of freedom of the sample itself, clusters minus
// strata, whatever replicates were made of it.
func (d *Design) SampleDF() float64 {
	plain := *d
	plain.reps = nil
	return plain.DF()
}

// estimate returns the statistic with the variance of its replicates.
func (x *Replicates) estimate(d *Design, s Statistic) (*Estimate, error) {
	value, err := s.value(d.weights)
	if err != nil {
		return nil, err
	}
	theta := make([][]float64, x.Count)
	of := s.value
	if s.Of != nil {
		sums := newSums(s.Sums)
		of = func(w []float64) ([]float64, error) { return s.Of(sums.of(w)) }
	}
	err = x.each(func(r int, w []float64) error {
		var err error
		theta[r], err = of(w)
		return inReplicate(err, r)
	})
	if err != nil {
		return nil, err
	}
	cov, err := x.covariance(value, theta)
	if err != nil {
		return nil, err
	}
	return &Estimate{Names: s.Names, Value: value, Cov: cov, DF: d.DF(), Replicates: theta}, nil
}

// covariance of p estimates from their replicates (Count × p). A replicate
// where an estimate is not defined is left out for this estimate.
//
// Refusal: an estimate that no replicate, or only one, defines.
func (x *Replicates) covariance(value []float64, theta [][]float64) (*mat.SymDense, error) {
	p := len(value)
	centre := make([]float64, p)
	for j := range p {
		n, all := 0.0, 0
		for r, t := range theta {
			if math.IsNaN(t[j]) {
				continue
			}
			all++
			if x.RScales[r] > 0 {
				centre[j] += t[j]
				n++
			}
		}
		if all < 2 && !math.IsNaN(value[j]) {
			return nil, refuse("", 0, "élargissez le domaine ou changez de répliques", "estimation %d définie dans %d réplique seulement", j+1, all)
		}
		if centre[j] /= n; x.MSE {
			centre[j] = value[j]
		}
	}
	cov := mat.NewSymDense(p, nil)
	raw := cov.RawSymmetric()
	away := make([]float64, p)
	for r, t := range theta {
		for j, v := range t {
			if away[j] = v - centre[j]; math.IsNaN(away[j]) && !math.IsNaN(value[j]) {
				away[j] = 0
			}
		}
		for j, a := range away {
			to, a := raw.Data[j*raw.Stride:], a*x.Scale*x.RScales[r]
			for k := j; k < p; k++ {
				to[k] += a * away[k]
			}
		}
	}
	return cov, nil
}
