package composite

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Simulate builds the index Draws times, each time with alternatives drawn at
// random, and keeps the places of every row in the assessed parts.
//
// Draw i has a generator of its own, seeded by (Seed, i), which gives one
// uniform number a choice: that of a discrete choice picks its alternative,
// that of a random one seeds the numbers behind it. One draw is the same
// choices for the rows of all periods; sampling errors are those of each row.
//
// Which rows have a part is that of the imputation drawn and of the weights of
// m, whatever the weights drawn. An indicator is not left out for a row that
// would have nothing left, nor where it is the only one of a part assessed;
// where it is the only child of a part, that part is left out of its parent.
//
// Error: a *Refusal of the index, of its alternatives, or of the first draw
// when all have failed; or that of ctx.
//
// Source: Saisana, Saltelli and Tarantola (2005), JRSS A 168(2), 307-323,
// doi:10.1111/j.1467-985X.2005.00350.x. Oracle: COINr::get_sensitivity, draw
// by draw.
func (x *Index) Simulate(ctx context.Context, m Method, s Simulation) (*Simulated, error) {
	sim, err := x.simulator(m, s.Alternatives)
	if err != nil {
		return nil, err
	}
	for k, p := range x.Parts {
		if p.Assessed && len(sim.below[sim.leaves+k]) > 0 {
			sim.targets = append(sim.targets, k)
		}
	}
	out := &Simulated{Spread: make([]Spread, len(x.Parts)), Drawn: make([][]int, s.Draws)}
	for _, k := range sim.targets {
		out.Spread[k] = newSpread(sim.layout, s)
	}
	failed := make([]error, s.Draws)
	err = sim.share(ctx, s.Workers, s.Draws, func(w *worker, draw int) error {
		p := sim.pick(Uniforms(s.Seed, draw))
		out.Drawn[draw] = p.alternative[:]
		if failed[draw] = w.carry(p); failed[draw] != nil {
			return nil
		}
		for t, k := range sim.targets {
			w.record(t, draw, s.Classes, &out.Spread[k])
			w.score(t, k, draw, out.Spread[k].Score)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for draw, e := range failed {
		if e != nil {
			out.Failed = append(out.Failed, Failure{draw, e})
		}
	}
	if len(out.Failed) == 0 {
		return out, nil
	}
	if len(out.Failed) == s.Draws {
		return nil, out.Failed[0].Err
	}
	for _, k := range sim.targets {
		out.Spread[k].drop(failed)
	}
	return out, nil
}

// Uniforms returns the numbers that decide a draw, one a choice.
func Uniforms(seed uint64, draw int) []float64 {
	rng := rand.New(rand.NewPCG(seed, uint64(draw)))
	u := make([]float64, choices)
	for c := range u {
		u[c] = rng.Float64()
	}
	return u
}

const (
	discrete = int(ChoiceNoise)
	choices  = int(ChoiceSampling) + 1
)

// pick is one way to build the index.
type pick struct {
	alternative [discrete]int
	seed        [choices]uint64 // of the random choices
	on          [choices]bool   // random choices that are drawn
}

// simulator is what all draws share.
type simulator struct {
	*layout
	Alternatives        // every list filled
	method       Method // nominal, the last of each list
	count        [discrete]int
	random       [choices]bool
	below        [][]int    // indicators below each number
	mask         [][][]bool // by imputation
	sampling     *sampling
	sampled      []int // by indicator: place among sampling.from, -1 none
	targets      []int
	store        store
}

func (x *Index) simulator(m Method, a Alternatives) (*simulator, error) {
	y, err := x.lay()
	if err != nil {
		return nil, err
	}
	s := &simulator{layout: y, Alternatives: a, method: m}
	if err := s.fill(); err != nil {
		return nil, err
	}
	s.random = [choices]bool{
		ChoiceNoise: slices.ContainsFunc(s.Noise, func(cv float64) bool { return cv > 0 }) ||
			slices.ContainsFunc(s.Sets, func(of [][][]float64) bool { return of != nil }),
		ChoiceLeaveOut: a.LeaveOut > 0, ChoiceSampling: a.Sampling,
	}
	if s.sampling, err = newSampling(y, a.Errors); err != nil {
		return nil, err
	}
	s.sampled = make([]int, y.leaves)
	for l := range s.sampled {
		s.sampled[l] = slices.Index(s.sampling.from, l)
	}
	s.below = make([][]int, y.leaves+len(y.Parts))
	for l := range y.leaves {
		s.below[l] = []int{l}
	}
	for k, p := range y.Parts {
		for _, c := range p.Children {
			s.below[y.leaves+k] = append(s.below[y.leaves+k], s.below[c]...)
		}
	}
	s.store.open(s)
	for i := range s.Imputations {
		s.mask = append(s.mask, y.presence(m.Weights, func(l int) []float64 { return s.store.imputed(l, i) }))
	}
	return s, nil
}

// fill adds the nominal method to each list, after the alternatives, and
// checks them. A list that was empty holds nothing else.
func (s *simulator) fill() error {
	m, a := s.method, &s.Alternatives
	if want := max(1, len(a.Weights)); a.Noise != nil && len(a.Noise) != want || a.Sets != nil && len(a.Sets) != want {
		panic(fmt.Sprintf("composite.Simulate: %d weightings, noise of %d, sets of %d", want, len(a.Noise), len(a.Sets)))
	}
	s.count = [discrete]int{len(a.Imputations), len(a.Treatments), len(a.Scales), len(a.Means), len(a.Weights)}
	for c := range s.count {
		s.count[c] = max(1, s.count[c])
	}
	noise := make([]float64, s.count[ChoiceWeights]+1)
	copy(noise, a.Noise)
	a.Noise = noise
	sets := make([][][][]float64, len(noise))
	copy(sets, a.Sets)
	a.Sets = sets
	a.Imputations = append(slices.Clip(a.Imputations), m.Imputation)
	a.Treatments = append(slices.Clip(a.Treatments), m.Treatment)
	a.Scales = append(slices.Clip(a.Scales), m.Scale)
	a.Means = append(slices.Clip(a.Means), m.Means)
	a.Weights = append(slices.Clip(a.Weights), m.Weights)
	for _, means := range a.Means {
		if err := s.checkMethod(Method{Weights: m.Weights, Means: means}); err != nil {
			return err
		}
	}
	for _, w := range append(slices.Concat(a.Sets...), a.Weights...) {
		if err := s.checkMethod(Method{Weights: w, Means: m.Means}); err != nil {
			return err
		}
	}
	if s.longest() > math.MaxUint16-1 {
		return refuse(ErrSize, -1)
	}
	return nil
}

// nominal is the method itself.
func (s *simulator) nominal() pick {
	return pick{alternative: [discrete]int{
		len(s.Imputations) - 1, len(s.Treatments) - 1, len(s.Scales) - 1, len(s.Means) - 1, len(s.Weights) - 1,
	}}
}

// pick reads uniform numbers, one a choice.
func (s *simulator) pick(u []float64) pick {
	p := pick{on: s.random}
	for c := range discrete {
		p.alternative[c] = int(u[c] * float64(s.count[c]))
	}
	for c := discrete; c < choices; c++ {
		p.seed[c] = math.Float64bits(u[c])
	}
	return p
}

// share carries n turns out on several workers.
func (s *simulator) share(ctx context.Context, workers, n int, turn func(w *worker, i int) error) error {
	workers = max(1, min(workers, n))
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() {
			w := newWorker(s)
			for i := k * n / workers; i < (k+1)*n/workers && errs[k] == nil; i++ {
				if errs[k] = ctx.Err(); errs[k] == nil {
					errs[k] = turn(w, i)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
