package composite

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// Influence says how much each choice moves the places of one part. What is
// explained is the mean, over the reference rows, of how far the place of a row
// is from the nominal one.
type Influence struct {
	Inputs  []Input  // choices that vary, in the order of Choice
	Effects []Effect // each alternative by itself, in the same order
	Rows    int      // rows of the sample that count, of those asked
	Failed  int      // rows left out because one of their draws failed
	Mean    float64  // of the shift over the sample
	// Variance is that of the shift; indices are NaN when it is 0.
	Variance float64
}

// Input is the part of the variance of the shift that one choice explains.
type Input struct {
	Choice       Choice
	First, Total Share // alone, and with all that it takes part in
}

// Share is an estimate with its 95 % bootstrap interval.
type Share struct{ Value, Lo, Hi float64 }

// Effect is what one alternative changes, all else being nominal: the mean
// shift of places, and the share of reference rows whose class changes. A
// random choice has one entry, of Alternative −1: the mean over its draws.
type Effect struct {
	Choice      Choice
	Alternative int
	Shift       float64
	Moved       float64
	Err         error // the index cannot be built so
}

const (
	resamples   = 500 // of the bootstrap
	randomDraws = 64  // behind the effect of a random choice
)

// Sensitivity estimates the influence of the choices of s on one part, from
// rows (d + 2) draws for d choices that vary. Random choices are one input
// each, their seed being its value. The result is that of s.Seed, whatever
// s.Workers; s.Draws is not read.
//
// Error: as Simulate.
//
// Source: Saltelli and others (2010), Computer Physics Communications 181,
// 259-270 (estimators: see SobolIndices); Saisana, Saltelli and Tarantola
// (2005). Oracle: COINr::get_sensitivity, SA_estimate.
func (x *Index) Sensitivity(ctx context.Context, m Method, s Simulation, part, rows int) (*Influence, error) {
	sim, err := x.simulator(m, s.Alternatives)
	if err != nil {
		return nil, err
	}
	sim.targets = []int{part}
	base, err := sim.base(s.Classes)
	if err != nil {
		return nil, err
	}
	out := &Influence{}
	for c := range Choice(choices) {
		if sim.varies(c) {
			out.Inputs = append(out.Inputs, Input{Choice: c})
		}
	}
	if out.Effects, err = sim.effects(ctx, s, base, out.Inputs); err != nil {
		return nil, err
	}
	if len(out.Inputs) == 0 || rows < 2 {
		return out, nil
	}
	y, err := sim.sample(ctx, s, base, out.Inputs, rows)
	if err != nil {
		return nil, err
	}
	return out, out.estimate(y, rows, s.Seed)
}

func (s *simulator) varies(c Choice) bool {
	if c < ChoiceNoise {
		return s.count[c] > 1
	}
	return s.random[c]
}

// standing is where the rows of a draw are, by row; 0 without score.
type standing struct{ place, class []int }

// base is the nominal standing.
func (s *simulator) base(classes int) (*standing, error) {
	w := newWorker(s)
	if err := w.carry(s.nominal()); err != nil {
		return nil, err
	}
	return w.standing(classes), nil
}

func (w *worker) standing(classes int) *standing {
	s := newSpread(w.layout, Simulation{Draws: 1, Classes: classes})
	w.record(0, 0, classes, &s)
	out := &standing{make([]int, w.rows), make([]int, w.rows)}
	for u := range w.rows {
		if out.place[u] = int(s.Place[u]); classes > 0 {
			out.class[u] = int(s.Class[u])
		}
	}
	return out
}

// shift is the mean distance from the base over reference rows placed in both,
// and the share of them that change class.
func (w *worker) shift(base *standing, classes int) (shift, moved float64) {
	n, now := 0, w.standing(classes)
	for u, place := range base.place {
		if place == 0 || now.place[u] == 0 || !w.ranked(u) {
			continue
		}
		n++
		shift += math.Abs(float64(now.place[u] - place))
		if now.class[u] != base.class[u] {
			moved++
		}
	}
	return shift / float64(n), moved / float64(n)
}

// effects builds the index with one choice changed at a time.
func (s *simulator) effects(ctx context.Context, set Simulation, base *standing, inputs []Input) ([]Effect, error) {
	var out []Effect
	var picks []pick
	var of []int // the effect each pick is part of
	for _, in := range inputs {
		if c := in.Choice; c < ChoiceNoise {
			for a := range s.count[c] {
				p := s.nominal()
				p.alternative[c] = a
				picks, of = append(picks, p), append(of, len(out))
				out = append(out, Effect{Choice: c, Alternative: a})
			}
			continue
		}
		for draw := range randomDraws {
			p := s.nominal()
			p.on[in.Choice] = true
			p.seed = s.pick(Uniforms(set.Seed, draw)).seed
			if in.Choice == ChoiceNoise {
				p.alternative[ChoiceWeights] = s.noisy(draw)
			}
			picks, of = append(picks, p), append(of, len(out))
		}
		out = append(out, Effect{Choice: in.Choice, Alternative: -1})
	}
	found := make([]Effect, len(picks))
	err := s.share(ctx, set.Workers, len(picks), func(w *worker, i int) error {
		if found[i].Err = w.carry(picks[i]); found[i].Err == nil {
			found[i].Shift, found[i].Moved = w.shift(base, set.Classes)
		}
		return nil
	})
	times := make([]float64, len(out))
	for i, f := range found {
		e := &out[of[i]]
		if f.Err != nil {
			e.Err = f.Err
			continue
		}
		times[of[i]]++
		e.Shift, e.Moved = e.Shift+f.Shift, e.Moved+f.Moved
	}
	for i := range out {
		out[i].Shift, out[i].Moved = out[i].Shift/times[i], out[i].Moved/times[i]
	}
	return out, err
}

// noisy is one of the alternatives of weights that have something random, each
// in turn.
func (s *simulator) noisy(draw int) int {
	var list []int
	for k := range s.count[ChoiceWeights] {
		if s.Noise[k] > 0 || s.Sets[k] != nil {
			list = append(list, k)
		}
	}
	return list[draw%len(list)]
}

// sample answers the blocks of SobolSample; NaN where a draw failed.
func (s *simulator) sample(ctx context.Context, set Simulation, base *standing, inputs []Input, rows int) ([]float64, error) {
	sample := SobolSample(rows, len(inputs), set.Seed)
	y := make([]float64, len(sample))
	err := s.share(ctx, set.Workers, len(sample), func(w *worker, i int) error {
		u := make([]float64, choices)
		for k, in := range inputs {
			u[in.Choice] = sample[i][k]
		}
		if y[i] = math.NaN(); w.carry(s.pick(u)) == nil {
			y[i], _ = w.shift(base, set.Classes)
		}
		return nil
	})
	return y, err
}

// estimate gives the indices and, from rows drawn again with replacement,
// their intervals. Rows with a failed draw are left out, in all blocks.
func (f *Influence) estimate(y []float64, rows int, seed uint64) error {
	blocks := len(f.Inputs) + 2
	var whole []int
	for i := range rows {
		failed := false
		for b := range blocks {
			failed = failed || math.IsNaN(y[b*rows+i])
		}
		if failed {
			f.Failed++
			continue
		}
		whole = append(whole, i)
		f.Mean += y[i] + y[rows+i]
	}
	f.Rows = len(whole)
	f.Mean /= float64(2 * f.Rows)
	if f.Rows < 2 {
		return refuse(ErrDomain, -1)
	}
	of := func(list []int) (Sobol, error) {
		some := make([]float64, 0, len(list)*blocks)
		for b := range blocks {
			for _, i := range list {
				some = append(some, y[b*rows+i])
			}
		}
		return SobolIndices(some, len(list), len(f.Inputs))
	}
	s, err := of(whole)
	if err != nil {
		return err
	}
	f.Variance = s.Variance
	first, total := make([][]float64, len(f.Inputs)), make([][]float64, len(f.Inputs))
	rng := rand.New(rand.NewPCG(seed, 1))
	again := make([]int, len(whole))
	for range resamples {
		for i := range again {
			again[i] = whole[rng.IntN(len(whole))]
		}
		r, err := of(again)
		if err != nil {
			return err
		}
		for k := range f.Inputs {
			first[k], total[k] = append(first[k], r.First[k]), append(total[k], r.Total[k])
		}
	}
	for k := range f.Inputs {
		f.Inputs[k].First, f.Inputs[k].Total = within95(s.First[k], first[k]), within95(s.Total[k], total[k])
	}
	return nil
}

// within95 joins an estimate and the middle of its resamples.
func within95(v float64, again []float64) Share {
	slices.Sort(again)
	cut := tail(len(again), 0.95)
	return Share{v, again[cut], again[len(again)-1-cut]}
}
