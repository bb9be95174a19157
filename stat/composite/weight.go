package composite

import (
	"fmt"
	"math"
	"math/rand/v2"

	"vigie/stat/descr"
)

// LoadingError says that principal components would give a column a negative
// weight: with these columns they measure a contrast, not one thing.
type LoadingError struct {
	Column  int // the one of the most negative loading
	Loading float64
}

// Error names the column by its place.
func (e *LoadingError) Error() string {
	return fmt.Sprintf("composite: the loading of column %d on the first component is %.3g", e.Column, e.Loading)
}

// PCAWeights returns as weights, of sum 1, the loadings of columns on their
// first component, standardised, over the rows that are complete, and the share
// of the variance that this component holds. With standardised columns the
// weighted mean is then the first component, up to its unit. Columns must
// already point one way.
//
// Errors: a LoadingError when a loading is negative; ErrDomain when fewer than
// two rows are complete or a column is constant.
//
// Source: OECD and JRC (2008), Handbook on Constructing Composite Indicators,
// section 4.1. Oracle: COINr::get_PCA, where it gives no negative weight.
func PCAWeights(columns [][]float64) (weights []float64, share float64, err error) {
	c, err := PCA(columns, true)
	if err != nil {
		return nil, 0, err
	}
	if len(c.SD) == 0 {
		return nil, 0, fmt.Errorf("%w: fewer than two complete rows", ErrDomain)
	}
	loading, sum, least := make([]float64, len(columns)), 0.0, 0
	for k, r := range c.Rotation {
		loading[k] = r[0]
		sum += r[0]
	}
	if sum < 0 { // the side of most columns
		loading, sum = Oriented(loading, -1), -sum
	}
	for k, v := range loading {
		if v < loading[least] {
			least = k
		}
	}
	const rounding = 1e-12
	if loading[least] < -rounding {
		return nil, 0, &LoadingError{least, loading[least]}
	}
	return apply(loading, func(v float64) float64 { return max(0, v) / sum }), c.Share[0], nil
}

// Allocation is what the respondents of a budget allocation think that each
// element deserves.
type Allocation struct {
	Shares  [][]float64 // [respondent][element], of the respondent's points
	Weights []float64   // the mean share of each element; their sum is 1
	SD      []float64   // of the shares between respondents (n − 1), NaN with one
}

// Budget reads the points that respondents gave: [respondent][element], none
// negative, the total free. Each respondent counts alike, whatever the total
// of their points.
//
// Error: ErrDomain, naming the respondent from 0, for a negative, missing or
// infinite number or for points that sum to zero; and without respondent.
//
// Source: OECD and JRC (2008), section 4.6.
func Budget(points [][]float64) (Allocation, error) {
	if len(points) == 0 {
		return Allocation{}, fmt.Errorf("%w: no respondent", ErrDomain)
	}
	a := Allocation{Shares: make([][]float64, len(points))}
	for r, row := range points {
		if len(row) != len(points[0]) {
			panic(fmt.Sprintf("composite.Budget: %d and %d elements", len(points[0]), len(row)))
		}
		s, err := shares(row)
		if err != nil {
			return Allocation{}, fmt.Errorf("respondent %d: %w", r, err)
		}
		a.Shares[r] = s
	}
	one := make([]float64, len(points))
	for k := range points[0] {
		for r, row := range a.Shares {
			one[r] = row[k]
		}
		a.Weights, a.SD = append(a.Weights, descr.Mean(one)), append(a.SD, descr.SD(one))
	}
	return a, nil
}

// shares divides numbers by their sum.
func shares(x []float64) ([]float64, error) {
	sum := 0.0
	for _, v := range x {
		if !(v >= 0) {
			return nil, ErrDomain
		}
		sum += v
	}
	if !(sum > 0) || math.IsInf(sum, 1) {
		return nil, ErrDomain
	}
	return apply(x, func(v float64) float64 { return v / sum }), nil
}

// Resample returns n sets of weights: each is the mean share of as many
// respondents as there are, drawn with replacement, so that the sets differ as
// much as those of other panels of this size would (Efron 1979). With one
// respondent they are all alike. The same seed gives the same sets.
func (a Allocation) Resample(n int, seed uint64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 0))
	out := make([][]float64, n)
	for k := range out {
		out[k] = make([]float64, len(a.Weights))
		for range a.Shares {
			for e, v := range a.Shares[rng.IntN(len(a.Shares))] {
				out[k][e] += v / float64(len(a.Shares))
			}
		}
	}
	return out
}

// Poll is how much a sample of people values each element, with the sampling
// error of each value: either the share of those who name it first, among
// elements of which each person names one, or a mean of marks.
type Poll struct {
	Value, SE []float64
	// Choice says that values are shares of one choice: their sum is 1.
	Choice bool
}

// Weights returns the values over their sum.
//
// Error: ErrDomain for a negative, missing or infinite value or error, values
// that sum to zero, or shares of one choice that do not sum to 1 within 0.01.
func (p Poll) Weights() ([]float64, error) {
	sum := 0.0
	for k, v := range p.Value {
		if !(p.SE[k] >= 0) || math.IsInf(p.SE[k], 1) {
			return nil, ErrDomain
		}
		sum += v
	}
	const rounding = 0.01 // shares printed with few digits
	if p.Choice && !(math.Abs(sum-1) <= rounding) {
		return nil, fmt.Errorf("%w: shares of one choice sum to %g", ErrDomain, sum)
	}
	return shares(p.Value)
}

// Draw returns n sets of weights, of sum 1, as other samples would have given
// them. Shares of one choice hang together, so that they are drawn jointly from
// the Dirichlet distribution of the same mean whose total variance Σ p(1 − p)/(m
// + 1) is that of the errors Σ se²: m + 1 is the size of the simple random
// sample worth this one. Means of marks are drawn independently from normals
// cut at zero. The same seed gives the same sets.
//
// Errors: as Weights; ErrDomain when the errors of shares exceed those of a
// single answer.
func (p Poll) Draw(n int, seed uint64) ([][]float64, error) {
	w, err := p.Weights()
	if err != nil {
		return nil, err
	}
	var own, sampling float64
	for k, v := range w {
		own, sampling = own+v*(1-v), sampling+p.SE[k]*p.SE[k]
	}
	m := own/sampling - 1
	if p.Choice && sampling > 0 && !(m > 0) {
		return nil, fmt.Errorf("%w: errors larger than those of a single answer", ErrDomain)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	out := make([][]float64, n)
	for k := range out {
		out[k] = w
		if sampling == 0 || p.Choice && m > 1e12 { // no error, or none that shows
			continue
		}
		for drawn := []float64(nil); ; {
			if p.Choice {
				drawn = apply(w, func(v float64) float64 { return gammaOrZero(rng, m*v) })
			} else {
				drawn = p.marks(rng)
			}
			if s, err := shares(drawn); err == nil {
				out[k] = s
				break
			} // all zero: possible only where nearly nothing is known; drawn again
		}
	}
	return out, nil
}

func gammaOrZero(rng *rand.Rand, shape float64) float64 {
	if shape == 0 {
		return 0
	}
	return gamma(rng, shape)
}

// marks draws one mean a mark, none negative: half of the draws at least are
// kept since no mean is.
func (p Poll) marks(rng *rand.Rand) []float64 {
	out := make([]float64, len(p.Value))
	for k, m := range p.Value {
		for out[k] = -1; out[k] < 0; {
			out[k] = m + p.SE[k]*rng.NormFloat64()
		}
	}
	return out
}
