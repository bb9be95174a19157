package descr

import (
	"cmp"
	"math"
	"math/rand/v2"
	"testing"
)

func TestCorrelationByHand(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, math.NaN()}, []float64{1, 3, 2, 4, 7}
	for m, want := range map[Method]float64{Pearson: 0.8, Spearman: 0.8, Kendall: 4.0 / 6} {
		if r, n := Correlation(x, y, m); math.Abs(r-want) > 1e-12 || n != 4 {
			t.Errorf("method %d: %v over %d; want %v over 4", m, r, n, want)
		}
	}
	// One tie in x: 5 pairs count in x, 6 in y, 5 agree less 0.
	if r, _ := Correlation([]float64{1, 1, 2, 3}, []float64{1, 2, 3, 4}, Kendall); math.Abs(r-5/math.Sqrt(30)) > 1e-12 {
		t.Errorf("tau-b with a tie = %v", r)
	}
	if r, _ := Correlation([]float64{1, 1, 1}, []float64{1, 2, 3}, Pearson); !math.IsNaN(r) {
		t.Errorf("a constant column correlates: %v", r)
	}
	if p := CorrelationP(0.8, 4); math.Abs(p-0.2) > 1e-9 {
		t.Errorf("p of 0.8 over 4 rows = %v; want 0.2", p)
	}
	if p := CorrelationP(1, 4); p != 0 {
		t.Errorf("p of 1 = %v", p)
	}
	// Two items of variance 1 and covariance 1/2: 2 (1 − 2/3).
	a := []float64{-1, 0, 1}
	b := []float64{-1, 1, 0}
	if got := Alpha([][]float64{a, b}); math.Abs(got-2.0/3) > 1e-12 {
		t.Errorf("Alpha = %v; want 2/3", got)
	}
}

// The fast count of pairs is the definition, ties or not.
func TestKendallIsItsDefinition(t *testing.T) {
	sign := func(v float64) float64 { return float64(cmp.Compare(v, 0)) }
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 40 {
		for _, levels := range []int{1, 2, 4, 1000} {
			x, y := make([]float64, n), make([]float64, n)
			for i := range n {
				x[i], y[i] = float64(rng.IntN(levels)), float64(rng.IntN(levels))
			}
			var s, nx, ny float64
			for i := range x {
				for j := range i {
					a, b := sign(x[i]-x[j]), sign(y[i]-y[j])
					s, nx, ny = s+a*b, nx+a*a, ny+b*b
				}
			}
			want := s / math.Sqrt(nx*ny) // NaN where one does not vary
			if got, _ := Correlation(x, y, Kendall); math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-12 {
				t.Fatalf("tau of %v and %v is %v; want %v", x, y, got, want)
			}
		}
	}
}
