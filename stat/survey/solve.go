package survey

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// system is a calibration on distinct rows of constraints: cell c weighs
// weight[c], has the constraint row x[c*p : (c+1)*p] and the scale q[c] of its
// ratio (nil: 1). Find λ such that Σ weight F(q x'λ) x = total.
type system struct {
	p      int
	weight []float64
	x      []float64
	q      []float64
	total  []float64
	curve  curve
	low    []float64 // tighter bounds of each cell, nil without
	high   []float64
}

// solution is where an iteration stopped: ratios by cell, gap by constraint.
type solution struct {
	ratio      []float64
	gap        []float64
	iterations int
	converged  bool
	impossible bool // proven: no ratios within the bounds meet the totals
}

const (
	calibrationTolerance  = 1e-11
	calibrationIterations = 50
)

// newton iterates at most limit times with the generalised inverse of the
// slope matrix; damped shortens steps that pass the minimum of the dual.
func (s *system) newton(limit int, damped, force bool) solution {
	p := s.p
	lambda, step := make([]float64, p), make([]float64, p)
	at := solution{ratio: make([]float64, len(s.weight)), gap: make([]float64, p)}
	slope := mat.NewSymDense(p, nil)
	s.evaluate(lambda, at.ratio, at.gap, slope)
	at.converged = s.met(at.gap, calibrationTolerance)
	for at.iterations < limit {
		done := at.converged
		if damped && !done {
			s.widen(slope)
		}
		invert(slope).apply(at.gap, step)
		length := 1.0
		if damped {
			length = s.length(lambda, step, at)
		}
		for j := range lambda {
			lambda[j] += length * step[j]
		}
		s.evaluate(lambda, at.ratio, at.gap, slope)
		at.iterations++
		at.converged = s.met(at.gap, calibrationTolerance)
		if at.impossible = !at.converged && s.impossible(lambda); at.impossible && !force {
			return at
		}
		if done {
			break // one step more than needed: Newton squares the gap
		}
		if !finite(at.gap) {
			return at
		}
	}
	return at
}

// length returns how far along a step the dual goes down: near where its
// derivative, the gap along the step, vanishes.
func (s *system) length(lambda, step []float64, at solution) float64 {
	next, ratio, gap := make([]float64, s.p), make([]float64, len(at.ratio)), make([]float64, s.p)
	slope := func(t float64) float64 {
		for j := range next {
			next[j] = lambda[j] + t*step[j]
		}
		s.evaluate(next, ratio, gap, nil)
		return dot(gap, step)
	}
	start := dot(at.gap, step)
	low, high := 0.0, 1.0
	for now := slope(high); now > 0.1*start && high < 1e9; now = slope(high) {
		low, high = high, 2*high
	}
	for range 40 {
		switch now := slope((low + high) / 2); {
		case math.Abs(now) <= 0.1*start:
			return (low + high) / 2
		case now > 0:
			low = (low + high) / 2
		default:
			high = (low + high) / 2
		}
	}
	return low
}

// evaluate fills ratio by cell, the gap total - Σ weight F x and, unless nil,
// the slope matrix Σ weight q F' x x'.
func (s *system) evaluate(lambda, ratio, gap []float64, slope *mat.SymDense) {
	p := s.p
	copy(gap, s.total)
	var raw blas64.Symmetric
	if slope != nil {
		raw = slope.RawSymmetric()
		clear(raw.Data)
	}
	for c, w := range s.weight {
		row := s.x[c*p : (c+1)*p]
		q := 1.0
		if s.q != nil {
			q = s.q[c]
		}
		curve := s.curve
		curve.lower, curve.upper = s.bounds(c)
		f, d := curve.ratio(q * dot(row, lambda))
		ratio[c] = f
		if w == 0 {
			continue
		}
		wf, wd := w*f, w*q*d
		for j, v := range row {
			if v == 0 {
				continue
			}
			gap[j] -= wf * v
			if wd == 0 || slope == nil {
				continue
			}
			to, t := raw.Data[j*raw.Stride:], wd*v
			for k := j; k < p; k++ {
				to[k] += t * row[k]
			}
		}
	}
}

// widen keeps a truncated slope matrix positive on what the weights span, so
// that every damped step goes down.
func (s *system) widen(slope *mat.SymDense) {
	p := s.p
	raw := slope.RawSymmetric()
	for c, w := range s.weight {
		row := s.x[c*p : (c+1)*p]
		for j, v := range row {
			if v == 0 {
				continue
			}
			for k := j; k < p; k++ {
				raw.Data[j*raw.Stride+k] += 1e-6 * w * v * row[k]
			}
		}
	}
}

// impossible tells whether λ proves that the bounds are too narrow: whatever
// the ratios g within them, Σ weight g x'λ stays below total'λ.
func (s *system) impossible(lambda []float64) bool {
	most, size := 0.0, 0.0
	for c, w := range s.weight {
		if w == 0 {
			continue
		}
		u := dot(s.x[c*s.p:(c+1)*s.p], lambda)
		lower, upper := s.bounds(c)
		if u > 0 {
			most += w * u * upper
		} else if u < 0 {
			most += w * u * lower
		}
		size += w * math.Abs(u)
	}
	return most < dot(s.total, lambda)-1e-9*size
}

// bounds returns those of a cell.
func (s *system) bounds(c int) (lower, upper float64) {
	if s.low == nil {
		return s.curve.lower, s.curve.upper
	}
	return max(s.curve.lower, s.low[c]), min(s.curve.upper, s.high[c])
}

// met tells whether every gap is small beside its total.
func (s *system) met(gap []float64, tolerance float64) bool {
	for j, g := range gap {
		if !(math.Abs(g) <= tolerance*(1+math.Abs(s.total[j]))) {
			return false
		}
	}
	return true
}

// solve runs Newton's method, then its damped form where the first fails.
func (s *system) solve() solution {
	at := s.newton(calibrationIterations, false, false)
	if !at.converged && !at.impossible {
		at = s.newton(5*calibrationIterations, true, false)
	}
	return at
}

// inverse is the generalised inverse of a symmetric matrix, computed after
// scaling its diagonal to one so that units do not matter.
type inverse struct {
	p     int
	scale []float64
	value []float64 // of eigenvalues, 0 for those left out
	basis *mat.Dense
}

const rankTolerance = 1e-12

// invert decomposes m, which must be positive semi-definite.
func invert(m *mat.SymDense) inverse {
	p := m.SymmetricDim()
	v := inverse{p: p, scale: make([]float64, p), value: make([]float64, p), basis: mat.NewDense(p, p, nil)}
	for j := range p {
		if d := m.At(j, j); d > 0 {
			v.scale[j] = 1 / math.Sqrt(d)
		}
	}
	scaled := mat.NewSymDense(p, nil)
	for j := range p {
		for k := j; k < p; k++ {
			scaled.SetSym(j, k, m.At(j, k)*v.scale[j]*v.scale[k])
		}
	}
	var eigen mat.EigenSym
	if !finite(scaled.RawSymmetric().Data) || !eigen.Factorize(scaled, true) {
		for j := range v.value {
			v.value[j] = math.NaN()
		}
		return v
	}
	eigen.Values(v.value)
	eigen.VectorsTo(v.basis)
	floor := rankTolerance * float64(p) * v.value[p-1]
	for j, e := range v.value {
		if e > floor {
			v.value[j] = 1 / e
		} else {
			v.value[j] = 0
		}
	}
	return v
}

// apply sets to the product of the inverse and b; both have p values.
func (v inverse) apply(b, to []float64) {
	clear(to)
	raw := v.basis.RawMatrix()
	for k, e := range v.value {
		if e == 0 {
			continue
		}
		sum := 0.0
		for j := range b {
			sum += raw.Data[j*raw.Stride+k] * b[j] * v.scale[j]
		}
		sum *= e
		for j := range to {
			to[j] += raw.Data[j*raw.Stride+k] * sum * v.scale[j]
		}
	}
}

func finite(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
