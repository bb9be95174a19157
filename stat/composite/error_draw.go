package composite

import (
	"math"
	"math/rand/v2"
)

// sampling draws the errors of indicators that come from samples.
type sampling struct {
	from []int       // indicators with standard errors
	root [][]float64 // of the correlation of their errors, by rows; nil for none
}

// newSampling checks standard errors and their correlation.
func newSampling(y *layout, errors [][]float64) (*sampling, error) {
	s := &sampling{}
	for l, c := range y.Indicators {
		for i, e := range c.SE {
			if e < 0 {
				r := refuse(ErrDomain, l)
				r.Row = i
				return nil, r
			}
		}
		if c.SE != nil {
			s.from = append(s.from, l)
		}
	}
	if errors == nil {
		return s, nil
	}
	s.root = make([][]float64, len(s.from))
	for a, l := range s.from {
		s.root[a] = make([]float64, a+1)
		for b, m := range s.from[:a+1] {
			r := errors[l][m]
			if !(math.Abs(r-errors[m][l]) < 1e-9) || a == b && !(math.Abs(r-1) < 1e-9) {
				return nil, refuse(ErrErrors, l)
			}
			for k := range b {
				r -= s.root[a][k] * s.root[b][k]
			}
			switch {
			case a > b && s.root[b][b] > 0:
				s.root[a][b] = r / s.root[b][b]
			case a > b && math.Abs(r) > 1e-7 || a == b && r < -1e-7:
				return nil, refuse(ErrErrors, l)
			case a == b:
				s.root[a][b] = math.Sqrt(max(0, r))
			}
		}
	}
	return s, nil
}

// draw writes to out, for each indicator of from, its values with an error
// drawn: normal, or Student's with the degrees of freedom of the indicator.
func (s *sampling) draw(y *layout, rng *rand.Rand, out [][]float64) {
	for a, l := range s.from {
		c := &y.Indicators[l]
		for i, e := range c.SE {
			if out[a][i] = 0; s.root != nil || e > 0 {
				out[a][i] = rng.NormFloat64()
			}
		}
	}
	if s.root != nil { // from the last to the first: each reads those before it
		for a := len(s.from) - 1; a >= 0; a-- {
			for i := range out[a] {
				out[a][i] *= s.root[a][a]
			}
			for b, r := range s.root[a][:a] {
				for i, z := range out[b] {
					out[a][i] += r * z
				}
			}
		}
	}
	for a, l := range s.from {
		y.Indicators[l].disturb(rng, out[a])
	}
}

// disturb turns standard normal errors into values of the indicator.
func (c *Indicator) disturb(rng *rand.Rand, z []float64) {
	bounded := c.Least < c.Most
	for i, e := range c.SE {
		v := c.X[i]
		if !(e > 0) || v != v {
			z[i] = v
			continue
		}
		if c.DF > 0 && c.DF < 1e12 {
			z[i] *= math.Sqrt(c.DF / (2 * gamma(rng, c.DF/2)))
		}
		if z[i] = v + e*z[i]; bounded {
			z[i] = min(max(z[i], min(c.Least, v)), max(c.Most, v))
		}
	}
}

// factor returns a gamma variate of mean 1 and coefficient of variation cv.
func factor(rng *rand.Rand, cv float64) float64 {
	if cv < 1e-6 { // a normal one, to the last digit
		return 1 + cv*rng.NormFloat64()
	}
	shape := 1 / (cv * cv)
	return gamma(rng, shape) / shape
}

// gamma returns a variate of the gamma distribution of unit scale.
//
// Source: Marsaglia and Tsang (2000), ACM TOMS 26(3), 363-372,
// doi:10.1145/358407.358414.
func gamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rng, shape+1) * math.Pow(1-rng.Float64(), 1/shape)
	}
	if shape > 1e12 { // a normal variate, to the last digit
		return shape + math.Sqrt(shape)*rng.NormFloat64()
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		z := rng.NormFloat64()
		v := 1 + c*z
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-rng.Float64()) < 0.5*z*z+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
