package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"vigie/stat/composite"
	"vigie/stat/spatial"
	"vigie/tool/cost"
)

// measure prints the CPU seconds of one work.
func measure(work string) error {
	times, run, err := prepare(work)
	if err != nil {
		return err
	}
	seconds, err := cost.Median(times, false, run)
	if err == nil {
		fmt.Printf("%.6g\n", seconds)
	}
	return err
}

// prepare makes what a work needs, and says how many times to run it.
func prepare(work string) (times int, run func() error, err error) {
	name, size, _ := strings.Cut(work, ":")
	rows, repeat := 35_000, 1
	if strings.HasSuffix(name, "101") {
		rows, repeat = 101, 5
	}
	indicators, draws := 60, 500
	if name == "size" {
		if _, err := fmt.Sscanf(strings.ReplaceAll(size, ":", " "), "%d %d %d", &rows, &indicators, &draws); err != nil {
			return 0, nil, err
		}
	}
	x, m := synthetic(rows, indicators)
	s := uncertainty(x, m, draws)
	simulate := func() error {
		_, err := x.Simulate(context.Background(), m, s)
		return err
	}
	switch name {
	case "build":
		return 5, func() error {
			_, err := x.Build(m)
			return err
		}, nil
	case "ua101", "ua35000", "size":
		return repeat, simulate, nil
	case "sampling101", "sampling35000":
		s.Sampling = true
		return repeat, simulate, nil
	case "sobol101":
		return 3, func() error {
			_, err := x.Sensitivity(context.Background(), m, s, len(x.Parts)-1, 128)
			return err
		}, nil
	case "weights":
		b, err := x.Build(m)
		m.Weights = s.Weights[0]
		return 5, func() error {
			_, err := x.Combine(b.Normalised, m)
			return err
		}, err
	case "lisa":
		return 1, lisa(rows), nil
	}
	return 0, nil, fmt.Errorf("unknown work %q", work)
}

// synthetic makes an index by the recipe of the shared bench: four factors,
// 3 % of gaps, one indicator in five with a long tail, one in four negative,
// 16 domains in 4 dimensions; the numbers are of another generator.
func synthetic(n, indicators int) (*composite.Index, composite.Method) {
	r := rand.New(rand.NewPCG(20260101, 0))
	factor := make([][4]float64, n)
	for i := range factor {
		for k := range 4 {
			factor[i][k] = r.NormFloat64()
		}
	}
	x := &composite.Index{Parts: make([]composite.Part, 21)}
	m := composite.Method{
		Imputation: composite.Imputation{Kind: composite.ImputeMedian},
		Treatment:  composite.Treatment{Kind: composite.TreatWinsoriseLog, Limit: composite.Limit{Skew: 2, Kurt: 3.5}, Points: 5, Ties: composite.TiesBeyond},
		Scale:      composite.Scale{Kind: composite.ScaleMinMax, Lo: 1, Hi: 100},
		Weights:    make([][]float64, 21), Means: make([]composite.Blend, 21),
	}
	child := func(part, number int, weight float64) {
		x.Parts[part].Children = append(x.Parts[part].Children, number)
		m.Weights[part] = append(m.Weights[part], weight)
	}
	for l := range indicators {
		domain := l * 16 / indicators
		c := composite.Indicator{X: make([]float64, n), Direction: 1}
		if (l+1)%4 == 0 {
			c.Direction = -1
		}
		for i := range n {
			z := 0.6*factor[i][domain/4] + 0.8*r.NormFloat64()
			if c.X[i] = 50 + 10*z; (l+1)%5 == 0 {
				c.X[i] = math.Exp(1.3 * z)
			}
			if r.Float64() < 0.03 {
				c.X[i] = math.NaN()
			}
		}
		if (l+1)%5 == 2 { // what the work with sampling errors draws
			c.SE = make([]float64, n)
			for i := range c.SE {
				c.SE[i] = 2 + 2*r.Float64()
			}
		}
		x.Indicators = append(x.Indicators, c)
		child(domain, l, math.Round(1000*(0.5+r.Float64()))/1000)
	}
	for d := range 16 {
		child(16+d/4, indicators+d, 1)
	}
	for k := range 4 {
		child(20, indicators+16+k, 1)
	}
	for k := range m.Means {
		m.Means[k].Power = composite.Arithmetic
	}
	x.Parts[20].Assessed = true
	return x, m
}

// uncertainty is that of the shared bench: at most 1 to 5 points drawn in, 100
// sets of weights within 25 % above the indicators, arithmetic or geometric.
func uncertainty(x *composite.Index, m composite.Method, draws int) composite.Simulation {
	s := composite.Simulation{Draws: draws, Seed: 9, Workers: 1}
	for points := range 5 {
		t := m.Treatment
		t.Points = points + 1
		s.Treatments = append(s.Treatments, t)
	}
	r := rand.New(rand.NewPCG(5, 0))
	for range 100 {
		weights := make([][]float64, len(m.Weights))
		for k, w := range m.Weights {
			if weights[k] = w; k >= 16 {
				weights[k] = make([]float64, len(w))
				for c, v := range w {
					weights[k][c] = v * (1 + 0.25*(2*r.Float64()-1))
				}
			}
		}
		s.Weights = append(s.Weights, weights)
	}
	geometric := make([]composite.Blend, len(x.Parts)) // power 0
	s.Means = [][]composite.Blend{m.Means, geometric}
	return s
}

// lisa is local Moran with permutations of units of six neighbours.
func lisa(n int) func() error {
	var edges []spatial.Edge
	x := make([]float64, n)
	for i := range n {
		x[i] = math.Sin(float64(i) / 50)
		for _, d := range []int{1, 187, 188} {
			edges = append(edges, spatial.Edge{From: i, To: (i + d) % n, Weight: 1}, spatial.Edge{From: (i + d) % n, To: i, Weight: 1})
		}
	}
	return func() error {
		w, err := spatial.NewWeights(n, edges)
		if err != nil {
			return err
		}
		_, err = spatial.LocalMoranPermutation(x, w.RowStandardised(), spatial.Permutation{Draws: 999, Seed: 1, Workers: 1})
		return err
	}
}
