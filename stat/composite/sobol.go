package composite

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Sobol holds the part of the variance of an answer that each of d inputs
// explains: First alone, Total with all that it takes part in.
type Sobol struct {
	First, Total []float64
	Variance     float64 // of the answers to the first two blocks, divisor 2n − 1
}

// SobolIndices estimates the indices from the answers y to a sample of d + 2
// blocks of n rows: A, B, then A with column 1, … d taken from B (Saltelli and
// others 2010). The first-order estimator is centred by A: mean(y_B (y_AB −
// y_A)); the total one is Jansen's. NaN when the answers do not vary.
//
// Error: y has not n(d + 2) values.
func SobolIndices(y []float64, n, d int) (Sobol, error) {
	if n < 2 || len(y) != n*(d+2) {
		return Sobol{}, fmt.Errorf("%d answers for %d rows of %d inputs", len(y), n, d)
	}
	a, b := y[:n], y[n:2*n]
	mean, s := 0.0, Sobol{}
	for _, v := range y[:2*n] {
		mean += v / float64(2*n)
	}
	for _, v := range y[:2*n] {
		s.Variance += (v - mean) * (v - mean) / float64(2*n-1)
	}
	for k := range d {
		block := y[(k+2)*n : (k+3)*n]
		var first, total float64
		for i, v := range block {
			first += b[i] * (v - a[i])
			total += (a[i] - v) * (a[i] - v)
		}
		if s.Variance == 0 {
			first, total = math.NaN(), math.NaN()
		}
		s.First = append(s.First, first/float64(n)/s.Variance)
		s.Total = append(s.Total, total/float64(2*n)/s.Variance)
	}
	return s, nil
}

// SobolSample draws the rows of the d + 2 blocks, each input uniform on 0 to 1,
// in Latin hypercubes: A and B each have one value in each n-th of each input.
func SobolSample(n, d int, seed uint64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 0))
	cube := func() [][]float64 {
		rows := make([][]float64, n)
		for i := range rows {
			rows[i] = make([]float64, d)
		}
		for k := range d {
			for i, place := range r.Perm(n) {
				rows[i][k] = (float64(place) + r.Float64()) / float64(n)
			}
		}
		return rows
	}
	a, b := cube(), cube()
	out := append(append(make([][]float64, 0, n*(d+2)), a...), b...)
	for k := range d {
		for i := range n {
			row := append([]float64(nil), a[i]...)
			row[k] = b[i][k]
			out = append(out, row)
		}
	}
	return out
}
