package composite

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// Intervals of ranks under sampling error alone hold the true rank about as
// often as they say while errors are small beside the differences between
// units, and less often once they are as large: what doc/methods/uncertainty.md
// warns of.
func TestSimulateCoverage(t *testing.T) {
	samples := 40
	if os.Getenv("VIGIE_LONG") == "1" {
		samples = 400
	}
	r := rand.New(rand.NewPCG(3, 14))
	for _, c := range []struct{ error, least, most float64 }{{0.05, 0.95, 1}, {0.2, 0.92, 0.98}, {1, 0.82, 0.90}, {3, 0.73, 0.82}} {
		hit, all := 0.0, 0.0
		for range samples {
			const n = 20
			truth := make([]float64, n)
			x := flat(make([]float64, n))
			one := &x.Indicators[0]
			one.SE, one.Low, one.High = make([]float64, n), -20, 20
			for i := range n {
				truth[i] = r.NormFloat64()
				one.X[i], one.SE[i] = truth[i]+c.error*r.NormFloat64(), c.error
			}
			m := equal(x, Blend{Power: Arithmetic})
			m.Scale.Kind = ScaleGoalposts
			s := Simulation{Draws: 400, Seed: r.Uint64(), Workers: 1}
			s.Sampling = true
			spread := simulate(t, x, m, s).Spread[0]
			for i, rank := range Rank(truth, TiesMin) {
				all++
				if lo, hi := spread.Interval(i, 0.9); float64(lo) <= rank && rank <= float64(hi) {
					hit++
				}
			}
		}
		slack := 3 * math.Sqrt(0.1/all) * 2 // ranks of one sample hang together
		if got := hit / all; got < c.least-slack || got > c.most+slack {
			t.Errorf("errors of %v: %.3f of the intervals hold the rank; want %v to %v", c.error, got, c.least, c.most)
		}
	}
}

// Raising every value of one row never lowers its place in any draw.
func TestSimulateMonotone(t *testing.T) {
	x, m, s := varied(40)
	x.Reference, s.Sampling, s.LeaveOut = make([]bool, 40), false, 0.5
	for i := range x.Reference {
		x.Reference[i] = i != 8 // outside: it moves no scale
	}
	before := simulate(t, x, m, s).Spread[20]
	for l := range x.Indicators {
		c := &x.Indicators[l]
		c.X[8] += 3 * float64(c.Direction)
	}
	after := simulate(t, x, m, s).Spread[20]
	if before.Draws != after.Draws {
		t.Fatalf("%d draws became %d", before.Draws, after.Draws)
	}
	moved := 0
	for k := 8 * s.Draws; k < 9*s.Draws; k++ {
		if after.Place[k] > before.Place[k] {
			t.Fatalf("draw %d: place %d became %d after a rise", k-8*s.Draws, before.Place[k], after.Place[k])
		} else if after.Place[k] < before.Place[k] {
			moved++
		}
	}
	if moved == 0 {
		t.Error("a rise moves no place")
	}
}

func TestSimulateStops(t *testing.T) {
	x, m, s := varied(40)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := x.Simulate(ctx, m, s); err != context.Canceled {
		t.Errorf("a cancelled simulation: %v", err)
	}
	if _, err := x.Sensitivity(ctx, m, s, 20, 8); err != context.Canceled {
		t.Errorf("a cancelled sensitivity: %v", err)
	}
}
