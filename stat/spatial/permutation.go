package spatial

import (
	"math"
	"math/rand/v2"
	"sync"
)

// Permutation says how a statistic is simulated: how many arrangements of the
// values are drawn, from which seed, by how many goroutines (at least one; the
// result does not depend on them).
//
// Replace lets the values of a unit's neighbours be drawn more than once, as
// spdep's localmoran_perm does; on few units with many neighbours it makes
// local statistics look less unusual than permutations do.
type Permutation struct {
	Draws   int
	Seed    uint64
	Workers int
	Replace bool
}

// each calls f for 0 to n−1 with the random stream of that number.
func (p Permutation) each(n int, f func(k int, r *rand.PCG)) {
	workers := max(1, p.Workers)
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for k := worker * n / workers; k < (worker+1)*n/workers; k++ {
				f(k, rand.NewPCG(p.Seed, uint64(k)))
			}
		})
	}
	wait.Wait()
}

// Simulated is a global statistic among those of permuted values: their mean
// and standard deviation (divisor draws − 1), and the share at least as large,
// the statistic itself counted among them.
type Simulated struct {
	Statistic, Mean, SD, Greater float64
}

// MoranPermutation places Moran's I among those of values in random order.
//
// Error: ErrConstant, ErrFew.
func MoranPermutation(x []float64, w *Weights, p Permutation) (Simulated, error) {
	c, err := centre(x, w)
	if err != nil {
		return Simulated{}, err
	}
	return simulate(c.z, p, func(z []float64) float64 { return c.n / c.s0 * dot(z, w.Lag(z)) / c.m2 }), nil
}

func simulate(z []float64, p Permutation, statistic func([]float64) float64) Simulated {
	drawn := make([]float64, p.Draws)
	p.each(p.Draws, func(k int, source *rand.PCG) {
		r, mixed := rand.New(source), make([]float64, len(z))
		for i, j := range r.Perm(len(z)) {
			mixed[i] = z[j]
		}
		drawn[k] = statistic(mixed)
	})
	s := Simulated{Statistic: statistic(z)}
	s.Mean = total(drawn) / float64(len(drawn))
	above, squares := 1.0, 0.0
	for _, v := range drawn {
		squares += (v - s.Mean) * (v - s.Mean)
		if v >= s.Statistic {
			above++
		}
	}
	s.SD, s.Greater = math.Sqrt(squares/float64(len(drawn)-1)), above/float64(len(drawn)+1)
	return s
}

// LocalMoranPermutation returns for each unit the two-sided probability of its
// local coefficient when the values of its neighbours are drawn among all
// others, its own staying in place (Anselin 1995): twice the smaller tail, at
// most 1, the coefficient counted among the drawn. NaN for an island.
//
// Error: ErrConstant, ErrFew.
func LocalMoranPermutation(x []float64, w *Weights, p Permutation) ([]float64, error) {
	c, err := centre(x, w)
	if err != nil {
		return nil, err
	}
	n, lag := w.N(), w.Lag(c.z)
	out := make([]float64, n)
	p.each(n, func(i int, r *rand.PCG) {
		_, weight := w.Of(i)
		if len(weight) == 0 {
			out[i] = math.NaN()
			return
		}
		// The coefficient rises or falls with the lag: its tails are the same.
		taken := make([]uint64, len(weight))
		above, below := 1, 1
		for range p.Draws {
			sum := 0.0
			for k := range taken {
				before := taken[:k]
				if p.Replace {
					before = nil
				}
				taken[k] = other(r, i, n, before)
				sum += weight[k] * c.z[taken[k]]
			}
			if sum >= lag[i] {
				above++
			}
			if sum <= lag[i] {
				below++
			}
		}
		out[i] = min(1, 2*float64(min(above, below))/float64(p.Draws+1))
	})
	return out, nil
}

// other draws a unit that is neither i nor among those taken. The product of
// 32 random bits by n − 1 is even to one part in 2³² / n.
func other(r *rand.PCG, i, n int, taken []uint64) uint64 {
again:
	for {
		j := (r.Uint64() >> 32) * uint64(n-1) >> 32
		if j >= uint64(i) {
			j++
		}
		for _, t := range taken {
			if t == j {
				continue again
			}
		}
		return j
	}
}
