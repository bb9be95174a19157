package composite

import (
	"slices"
	"sync"
	"sync/atomic"
)

// held bounds the memory of columns kept for all draws, in bytes.
const held = 400 << 20

// store keeps the columns of indicators that depend on few choices: made once,
// by the first draw that asks, and shared where two alternatives come to the
// same. Beyond the bound they are made again in each draw.
type store struct {
	*simulator
	shelf []shelf // by indicator
	held  atomic.Int64
}

type shelf struct {
	sync.Mutex
	maker   maker
	imputed []imputed // by imputation
	fits    map[[2]int]fitted
	columns map[[3]int]*column // by imputation, fit, scale
}

type imputed struct {
	x    []float64
	like int // the first imputation that gives these values
}

type fitted struct {
	fits []Fit
	err  error
	like int // the first treatment that does the same
}

type column struct {
	x   []float64
	in  map[space]*input
	err error
}

func (s *store) open(sim *simulator) {
	s.simulator = sim
	s.shelf = make([]shelf, sim.leaves)
	for l := range s.shelf {
		f := &s.shelf[l]
		f.maker.layout = sim.layout
		f.fits, f.columns = map[[2]int]fitted{}, map[[3]int]*column{}
		for i, m := range sim.Imputations {
			x, filled := f.maker.impute(l, sim.Indicators[l].X, m)
			one := imputed{x, i}
			if filled == nil {
				one.x = sim.Indicators[l].X
			}
			for _, before := range f.imputed {
				if slices.EqualFunc(before.x, one.x, func(a, b float64) bool { return a == b || a != a && b != b }) {
					one = before
					break
				}
			}
			f.imputed = append(f.imputed, one)
		}
		f.maker.keep()
	}
}

func (s *store) imputed(l, imputation int) []float64 { return s.shelf[l].imputed[imputation].x }

// input returns column l under the choices picked in a space, nil when it is
// not kept.
func (s *store) input(l int, p *pick, at space) (*input, error) {
	f := &s.shelf[l]
	f.Lock()
	defer f.Unlock()
	defer f.maker.keep()
	x := f.imputed[p.alternative[ChoiceImputation]]
	fit := s.fit(l, x, p.alternative[ChoiceTreatment])
	if fit.err != nil {
		return nil, fit.err
	}
	name := [3]int{x.like, fit.like, p.alternative[ChoiceScale]}
	c := f.columns[name]
	if c == nil {
		if !s.room() {
			return nil, nil
		}
		c = &column{x: make([]float64, s.rows), in: map[space]*input{}}
		c.err = f.maker.scale(l, x.x, fit.fits, s.Scales[name[2]], nil, c.x)
		f.columns[name] = c
	}
	if c.err != nil {
		return nil, c.err
	}
	in := c.in[at]
	if in == nil {
		if at != plain && !s.room() {
			return nil, nil
		}
		in = forward(c.x, at)
		c.in[at] = in
	}
	return in, nil
}

// fit is that of one treatment; those that come to the same share a number.
func (s *store) fit(l int, x imputed, treatment int) fitted {
	f := &s.shelf[l]
	name := [2]int{x.like, treatment}
	if known, ok := f.fits[name]; ok {
		return known
	}
	out := fitted{like: treatment}
	out.fits, out.err = f.maker.fit(l, x.x, s.Treatments[treatment])
	for t := range s.Treatments {
		if before, ok := f.fits[[2]int{x.like, t}]; ok && before.err == nil && out.err == nil && alike(before.fits, out.fits) {
			out.like = before.like
			break
		}
	}
	f.fits[name] = out
	return out
}

// alike tells whether fits of one column treat it in the same way.
func alike(a, b []Fit) bool {
	return slices.EqualFunc(a, b, func(p, q Fit) bool {
		return p.Values == 0 && q.Values == 0 || p.Kind == q.Kind && p.Low == q.Low && p.High == q.High && p.Lambda == q.Lambda
	})
}

// room takes the memory of one more column.
func (s *store) room() bool {
	bytes := int64(8 * s.rows)
	if s.held.Add(bytes) > held {
		s.held.Add(-bytes)
		return false
	}
	return true
}
