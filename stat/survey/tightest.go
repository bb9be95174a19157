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
// from'λ = 0, for ε going to zero. λ is kept in units of 1/scale.
type leastAbsolute struct {
	*system
	from, scale []float64
	lambda      []float64
	fixed       [2][]float64 // orthonormal, of the span of the two constraints
	epsilon     float64
}

// proportional tells whether one ratio for all meets the totals.
func (l *leastAbsolute) proportional() (float64, bool) {
	t, from := l.scaled(l.total), l.scaled(l.from)
	r, away := dot(t, from)/dot(from, from), 0.0
	for j, a := range from {
		away += (t[j] - r*a) * (t[j] - r*a)
	}
	return r, away <= 1e-18*dot(t, t)
}

// scaled divides by the scale.
func (l *leastAbsolute) scaled(v []float64) []float64 {
	out := make([]float64, len(v))
	for j := range v {
		out[j] = v[j] / l.scale[j]
	}
	return out
}

func (l *leastAbsolute) search() (lower, upper float64, ok bool) {
	l.start()
	size := 0.0
	for c, w := range l.weight {
		size += w * math.Abs(l.at(c, l.lambda))
	}
	size /= total(l.weight)
	for l.epsilon = size; ; l.epsilon /= 3 {
		for range 60 {
			if !l.step(false) && !l.step(true) {
				break
			}
		}
		if l.epsilon < 1e-7*size {
			break
		}
	}
	return l.bounds()
}

// start sets λ to the shortest that meets the constraints.
func (l *leastAbsolute) start() {
	t, from := l.scaled(l.total), l.scaled(l.from)
	l.fixed[0] = multiple(from, 1/math.Sqrt(dot(from, from)))
	rest := multiple(t, 1)
	for range 2 { // twice is enough
		along := dot(rest, l.fixed[0])
		for j := range rest {
			rest[j] -= along * l.fixed[0][j]
		}
	}
	norm := math.Sqrt(dot(rest, rest))
	l.fixed[1] = multiple(rest, 1/norm)
	l.lambda = multiple(l.fixed[1], 1/dot(t, l.fixed[1]))
}

func multiple(v []float64, by float64) []float64 {
	out := make([]float64, len(v))
	for j := range v {
		out[j] = v[j] * by
	}
	return out
}

// at returns u of a cell.
func (l *leastAbsolute) at(c int, lambda []float64) float64 {
	u := 0.0
	for j, v := range l.x[c*l.p : (c+1)*l.p] {
		u += v / l.scale[j] * lambda[j]
	}
	return u
}

// free takes off v its part along the constraints.
func (l *leastAbsolute) free(v []float64) {
	for _, f := range l.fixed {
		along := dot(v, f)
		for j := range v {
			v[j] -= along * f[j]
		}
	}
}

// slopes returns the gradient and the curvature of the objective, or that of
// the quadratic function above it that touches it here.
func (l *leastAbsolute) slopes(above bool) ([]float64, *mat.SymDense) {
	p := l.p
	gradient, m := make([]float64, p), mat.NewSymDense(p, nil)
	raw, row := m.RawSymmetric().Data, make([]float64, p)
	for c, w := range l.weight {
		u := l.at(c, l.lambda)
		h := math.Hypot(u, l.epsilon)
		curve := w / h
		if !above {
			curve *= l.epsilon / h * l.epsilon / h
		}
		for j, v := range l.x[c*p : (c+1)*p] {
			row[j] = v / l.scale[j]
		}
		for j, v := range row {
			if v == 0 {
				continue
			}
			gradient[j] += w * u / h * v
			for k := j; k < p; k++ {
				raw[j*p+k] += curve * v * row[k]
			}
		}
	}
	return gradient, m
}

// step makes one step along the constraints, Newton's or to the minimum of the
// quadratic function above, shortened until the sum does not grow; false when
// it gains nothing.
func (l *leastAbsolute) step(above bool) bool {
	p := l.p
	gradient, m := l.slopes(above)
	l.free(gradient)
	full := mat.NewDense(p, p, nil)
	full.Copy(m)
	size := mat.Norm(full, math.Inf(1))
	for range 2 { // columns, then rows by symmetry
		for j := range p {
			l.free(full.RawRowView(j))
		}
		full = mat.DenseCopyOf(full.T())
	}
	if mat.Norm(full, math.Inf(1)) <= 1e-12*size {
		return false // the totals leave no freedom
	}
	for j := range p {
		for k := j; k < p; k++ {
			m.SetSym(j, k, full.At(j, k))
		}
	}
	move := make([]float64, p)
	invert(m).apply(gradient, move)
	l.free(move)
	before := l.sum(l.lambda)
	next := make([]float64, p)
	for scale := 1.0; scale > 1e-9; scale /= 2 {
		for j := range next {
			next[j] = l.lambda[j] - scale*move[j]
		}
		if now := l.sum(next); now < before {
			l.lambda = next
			return now < before*(1-1e-13)
		}
	}
	return false
}

// sum is the smoothed objective.
func (l *leastAbsolute) sum(lambda []float64) float64 {
	sum := 0.0
	for c, w := range l.weight {
		sum += w * math.Hypot(l.at(c, lambda), l.epsilon)
	}
	return sum
}

// bounds reads the ratios from the multipliers of the constraints: where the
// gradient is μT + ν from, g = (u/sqrt(u² + ε²) − ν)/μ meets the totals.
func (l *leastAbsolute) bounds() (lower, upper float64, ok bool) {
	gradient, _ := l.slopes(true)
	t, from := l.scaled(l.total), l.scaled(l.from)
	mu := dot(gradient, l.fixed[1]) / dot(t, l.fixed[1])
	nu := (dot(gradient, l.fixed[0]) - mu*dot(t, l.fixed[0])) / dot(from, l.fixed[0])
	lower, upper = math.Inf(1), math.Inf(-1)
	for c, w := range l.weight {
		if w == 0 {
			continue
		}
		u := l.at(c, l.lambda)
		g := (u/math.Hypot(u, l.epsilon) - nu) / mu
		lower, upper = min(lower, g), max(upper, g)
	}
	return lower, upper, mu > 0 && finite([]float64{lower, upper})
}
