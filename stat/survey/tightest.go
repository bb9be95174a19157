package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// TightestBounds returns the lowest and highest ratio of the weights that meet
// the totals of c with the smallest spread upper − lower: no narrower bounds
// can be met. The distance and bounds of c are not used.
//
// Refusals: those of Calibrate that do not depend on bounds.
//
// Source: the linear programme min U − L under Σ d g x = T, L ≤ g ≤ U, by its
// dual min Σ d|x'λ| under T'λ = 1, (Σ d x)'λ = 0, smoothed then sharpened.
func (d *Design) TightestBounds(c Calibration) (lower, upper float64, err error) {
	c.Distance, c.Lower, c.Upper = Linear, 0, 0
	k, err := d.calibrator(c)
	if err != nil {
		return 0, 0, err
	}
	s := k.system(d.weights)
	if err := k.empty(s); err != nil {
		return 0, 0, err
	}
	if err := k.contradiction(s); err != nil {
		return 0, 0, err
	}
	lower, upper, ok := s.tightest()
	if !ok {
		return 0, 0, refuse("", 0, "retirez un total", "les bornes les plus serrées n’ont pas été trouvées")
	}
	return lower, upper, nil
}

// tightest returns the narrowest bounds of the system; false when the search
// fails.
func (s *system) tightest() (lower, upper float64, ok bool) {
	p := s.p
	at := make([]float64, p) // Σ d x
	scale := make([]float64, p)
	for c, w := range s.weight {
		for j := range p {
			v := s.x[c*p+j]
			at[j] += w * v
			scale[j] += w * v * v
		}
	}
	l := leastAbsolute{system: s, from: at, scale: scale}
	for j, v := range scale {
		if scale[j] = 1; v > 0 {
			scale[j] = math.Sqrt(v)
		}
	}
	if r, same := l.proportional(); same {
		return r, r, true
	}
	return l.search()
}

// leastAbsolute minimises Σ d sqrt(u² + ε²), u = x'λ, under T'λ = 1 and
// from'λ = 0, for ε going to zero.
type leastAbsolute struct {
	*system
	from, scale []float64
	lambda      []float64
	mu, nu      float64
	epsilon     float64
}

// proportional tells whether one ratio for all meets the totals.
func (l *leastAbsolute) proportional() (float64, bool) {
	num, den, norm := 0.0, 0.0, 0.0
	for j, a := range l.from {
		s := l.scale[j] * l.scale[j]
		num, den, norm = num+a*l.total[j]/s, den+a*a/s, norm+l.total[j]*l.total[j]/s
	}
	r, away := num/den, 0.0
	for j, a := range l.from {
		v := (l.total[j] - r*a) / l.scale[j]
		away += v * v
	}
	return r, away <= 1e-18*norm
}

func (l *leastAbsolute) search() (lower, upper float64, ok bool) {
	l.lambda = make([]float64, l.p)
	l.epsilon = 1
	if !l.step() { // from zero every curvature is 1/ε: the least squares start
		return 0, 0, false
	}
	size := 0.0
	for c, w := range l.weight {
		size += w * math.Abs(dot(l.x[c*l.p:(c+1)*l.p], l.lambda))
	}
	size /= total(l.weight)
	for l.epsilon = size; l.epsilon > 1e-8*size; l.epsilon /= 4 {
		for range 12 {
			if !l.step() {
				return 0, 0, false
			}
		}
	}
	lower, upper = math.Inf(1), math.Inf(-1)
	for c, w := range l.weight {
		if w == 0 {
			continue
		}
		u := dot(l.x[c*l.p:(c+1)*l.p], l.lambda)
		g := (u/math.Hypot(u, l.epsilon*4) - l.nu) / l.mu
		lower, upper = min(lower, g), max(upper, g)
	}
	return lower, upper, l.mu > 0 && finite([]float64{lower, upper})
}

// step makes one Newton step on the constraints, shortened until the sum does
// not grow.
func (l *leastAbsolute) step() bool {
	p := l.p
	gradient, m := make([]float64, p), mat.NewDense(p+2, p+2, nil)
	before := l.sum(l.lambda)
	for c, w := range l.weight {
		row := l.x[c*p : (c+1)*p]
		u := dot(row, l.lambda)
		h := math.Hypot(u, l.epsilon)
		curve := w * l.epsilon / h * l.epsilon / h / h
		for j, v := range row {
			if v == 0 {
				continue
			}
			gradient[j] += w * u / h * v
			for k, o := range row {
				m.Set(j, k, m.At(j, k)+curve*v*o/l.scale[j]/l.scale[k])
			}
		}
	}
	norm, size := 0.0, 0.0
	for j := range p {
		norm = max(norm, math.Abs(l.total[j]/l.scale[j]))
		size = max(size, m.At(j, j))
	}
	b := mat.NewVecDense(p+2, nil)
	b.SetVec(p, (1-dot(l.total, l.lambda))/norm*size)
	b.SetVec(p+1, -dot(l.from, l.lambda)/norm*size)
	for j := range p {
		b.SetVec(j, -gradient[j]/l.scale[j])
		for r, row := range [][]float64{l.total, l.from} {
			v := row[j] / l.scale[j] / norm * size
			m.Set(j, p+r, v)
			m.Set(p+r, j, v)
		}
	}
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDThin) {
		return false
	}
	values := svd.Values(nil)
	rank := 0
	for rank < len(values) && values[rank] > 1e-13*values[0] {
		rank++
	}
	var x mat.VecDense
	svd.SolveVecTo(&x, b, rank)
	l.mu, l.nu = -x.AtVec(p)/norm*size, -x.AtVec(p+1)/norm*size
	next := make([]float64, p)
	for scale := 1.0; scale > 1e-6; scale /= 2 {
		for j := range next {
			next[j] = l.lambda[j] + scale*x.AtVec(j)/l.scale[j]
		}
		if scale == 1 && before == l.sum(make([]float64, p)) || l.sum(next) <= before*(1+1e-14) {
			break
		}
	}
	copy(l.lambda, next)
	return finite(l.lambda)
}

// sum is the smoothed objective.
func (l *leastAbsolute) sum(lambda []float64) float64 {
	sum := 0.0
	for c, w := range l.weight {
		sum += w * math.Hypot(dot(l.x[c*l.p:(c+1)*l.p], lambda), l.epsilon)
	}
	return sum
}
