package agreement

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"vigie/stat/descr"
)

// Bootstrap says how an interval is simulated: how many draws, from which seed,
// at which level in (0, 1), and below which value agreement is not wanted.
type Bootstrap struct {
	Draws   int
	Seed    uint64
	Level   float64
	Minimum float64
}

// Range is the interval of alpha, and the share of draws in which it stays
// below the minimum that was asked for.
type Range struct {
	Lo, Hi, Below float64
}

// Simulate returns the bootstrap interval of alpha, codes as in Krippendorff.
//
// Each draw takes as many pairs of codes as were compared, with the shares of
// the coincidences observed; the disagreement that is expected stays. A draw in
// which nothing varies, all its pairs being one same code twice, tells nothing
// and counts as 0; alpha is never below −1. Full agreement gives an interval of
// one point: read the number of units then. The published steps draw at most 25
// pairs for each kind observed, a limit of the computers of the time that would
// keep the interval of a large coding too wide: it is not applied.
//
// Error: those of Krippendorff. Panics if Draws < 1 or Level is not in (0, 1).
//
// Source: Hayes and Krippendorff (2007), Communication Methods and Measures
// 1(1), 77-89; the steps in Krippendorff (2006, revised 2011), Algorithm for
// bootstrapping a distribution of alpha.
func (b Bootstrap) Simulate(codes [][]float64, s Scale) (Range, error) {
	if b.Draws < 1 || !(b.Level > 0 && b.Level < 1) {
		panic(fmt.Sprintf("agreement.Bootstrap: %d draws at level %v", b.Draws, b.Level))
	}
	c, a, err := coincidence(codes, s)
	if err != nil {
		return Range{}, err
	}
	p := c.pool(a)
	drawn, below, r := make([]float64, b.Draws), 0, rand.New(rand.NewPCG(b.Seed, 0))
	for k := range drawn {
		drawn[k] = p.draw(r, a.Expected)
		if drawn[k] < b.Minimum {
			below++
		}
	}
	slices.Sort(drawn)
	tail := (1 - b.Level) / 2
	return Range{descr.SortedQuantile(drawn, tail), descr.SortedQuantile(drawn, 1-tail), float64(below) / float64(b.Draws)}, nil
}

// pool is what pairs of codes are drawn from.
type pool struct {
	upTo  []float64 // cumulated shares, ending at 1
	delta []float64
	equal []bool
	pairs int // drawn each time
}

func (c *coincidences) pool(a Alpha) *pool {
	p, sum, n := &pool{pairs: c.pairs}, 0.0, float64(a.Codes)
	for i := range c.values {
		for j := i; j < len(c.values); j++ {
			if c.cell[i][j] == 0 {
				continue
			}
			share := c.cell[i][j] / n
			if i != j {
				share *= 2
			}
			sum += share
			p.upTo, p.delta, p.equal = append(p.upTo, sum), append(p.delta, c.delta[i][j]), append(p.equal, i == j)
		}
	}
	p.upTo[len(p.upTo)-1] = 1
	return p
}

// draw returns the alpha of one draw.
func (p *pool) draw(r *rand.Rand, expected float64) float64 {
	sum, first, varied := 0.0, -1, false
	for range p.pairs {
		at, _ := slices.BinarySearch(p.upTo, r.Float64())
		sum += p.delta[at]
		if first < 0 {
			first = at
		}
		varied = varied || at != first || !p.equal[at]
	}
	if !varied {
		return 0
	}
	return max(-1, 1-sum/float64(p.pairs)/expected)
}
