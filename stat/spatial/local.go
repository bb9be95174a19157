package spatial

import "math"

// Quadrant says where a unit and its neighbours stand about the mean.
type Quadrant int

// The four quadrants of the Moran scatter plot; the unit is named first.
const (
	LowLow Quadrant = iota
	HighLow
	LowHigh
	HighHigh
)

// Moments is what is random in the moments of a local statistic.
type Moments int

// Total: all values take any place (Anselin 1995). Conditional: the unit keeps
// its own (Sokal, Oden and Thomson 1998), which is what a permutation of its
// neighbours simulates.
const (
	Total Moments = iota
	Conditional
)

// Local is the local statistic of one unit: NaN throughout for an island, and
// Z and P NaN where the variance is zero.
type Local struct {
	I, Expected, Variance, Z float64
	P                        float64 // two-sided, normal
	Quadrant                 Quadrant
}

// Upper is the probability of a coefficient at least as large.
func (l Local) Upper() float64 { return upper(l.Z) }

// LocalMoran returns the local coefficient of each unit: its deviation times
// those of its neighbours, over the variance with divisor n (Anselin 1995).
// The quadrant of neighbours is about the mean of the lags.
//
// Error: ErrConstant, ErrFew.
func LocalMoran(x []float64, w *Weights, m Moments) ([]Local, error) {
	c, err := centre(x, w)
	if err != nil {
		return nil, err
	}
	n := float64(len(x))
	m2, lag := c.m2/n, w.Lag(c.z)
	middle := total(lag) / n
	out := make([]Local, len(x))
	for i := range x {
		_, weight := w.Of(i)
		if len(weight) == 0 {
			out[i] = Local{I: math.NaN(), Expected: math.NaN(), Variance: math.NaN(), Z: math.NaN(), P: math.NaN()}
			continue
		}
		sum, squares, z := total(weight), dot(weight, weight), c.z[i]
		l := Local{I: z / m2 * lag[i]}
		if z > 0 {
			l.Quadrant++
		}
		if lag[i] > middle {
			l.Quadrant += 2
		}
		if m == Total {
			l.Expected = -sum / (n - 1)
			a, b := (n-c.k)/(n-1), (2*c.k-n)/((n-1)*(n-2))
			l.Variance = a*squares + b*(sum*sum-squares) - l.Expected*l.Expected
		} else {
			l.Expected = -z * z * sum / ((n - 1) * m2)
			l.Variance = z / m2 * (z / m2) * n / (n - 2) * (squares - sum*sum/(n-1)) * (m2 - z*z/(n-1))
		}
		l.Z = (l.I - l.Expected) / math.Sqrt(l.Variance)
		l.P = 2 * upper(math.Abs(l.Z))
		out[i] = l
	}
	return out, nil
}

// LocalG returns the local G of each unit as a standard normal deviate: large
// where high values stand together, very negative where low ones do (Getis and
// Ord 1992, Ord and Getis 1995). With self, G*: the unit is among its own
// neighbours, with weight 1. An island has NaN without self.
//
// Error: ErrConstant, ErrFew.
func LocalG(x []float64, w *Weights, self bool) ([]float64, error) {
	c, err := centre(x, w)
	if err != nil {
		return nil, err
	}
	// Deviations do as well as values, whose squares would lose digits.
	n, lag := float64(len(x)), w.Lag(c.z)
	out := make([]float64, len(x))
	for i, v := range c.z {
		_, weight := w.Of(i)
		sum, square, l := total(weight), dot(weight, weight), lag[i]
		count, mean, spread := n-1, -v/(n-1), (c.m2-v*v)/(n-1)
		if self {
			sum, square, l = sum+1, square+1, l+v
			count, mean, spread = n, 0, c.m2/n
		}
		s := math.Sqrt(spread - mean*mean)
		out[i] = (l - sum*mean) / (s * math.Sqrt((count*square-sum*sum)/(count-1)))
	}
	return out, nil
}
