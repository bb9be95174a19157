package composite

import (
	"math/rand/v2"
	"slices"
)

// worker carries draws out one after the other, with memory of its own.
type worker struct {
	*simulator
	e       *evaluator
	make    maker
	weights [][]float64
	own     []*input    // by indicator: columns of this draw only
	drawn   [][]float64 // by sampling.from: values with errors
	target  [][]float64 // by target: larger is first
	gone    []int       // by target: the number left out, -1 none
	branch  [2][]float64
	ladder  []float64
	order   sorter
	one     [1]float64
	pcg     *rand.PCG
	rng     *rand.Rand
}

func newWorker(s *simulator) *worker {
	pcg := rand.NewPCG(0, 0)
	w := &worker{
		simulator: s, e: newEvaluator(s.layout, s.method.Means, false), make: maker{layout: s.layout}, pcg: pcg, rng: rand.New(pcg),
		weights: make([][]float64, len(s.Parts)), own: make([]*input, s.leaves), gone: make([]int, len(s.targets)),
	}
	for k, p := range s.Parts {
		w.weights[k] = make([]float64, len(p.Children))
	}
	for range s.targets {
		w.target = append(w.target, make([]float64, s.rows))
	}
	if s.random[ChoiceSampling] {
		for range s.sampling.from {
			w.drawn = append(w.drawn, make([]float64, s.rows))
		}
	}
	return w
}

// carry builds the index as picked, as far as the order of its targets.
func (w *worker) carry(p pick) error {
	w.e.mean(w.Means[p.alternative[ChoiceMean]])
	w.e.mask = w.mask[p.alternative[ChoiceImputation]]
	w.weigh(p)
	w.e.weights, w.e.top = w.weights, w.Scales[p.alternative[ChoiceScale]].Hi
	if p.on[ChoiceSampling] {
		w.seed(p, ChoiceSampling)
		w.sampling.draw(w.layout, w.rng, w.drawn)
	}
	for l := range w.leaves {
		if err := w.column(l, p); err != nil {
			return err
		}
	}
	w.leave(p)
	return w.e.all(w.collect)
}

func (w *worker) seed(p pick, c Choice) { w.pcg.Seed(p.seed[c], uint64(c)) }

// weigh draws the weights: a set among those of the alternative, or the
// alternative itself, then the noise on them.
func (w *worker) weigh(p pick) {
	which := p.alternative[ChoiceWeights]
	from, cv := w.Weights[which], 0.0
	if p.on[ChoiceNoise] {
		w.seed(p, ChoiceNoise)
		if cv = w.Noise[which]; w.Sets[which] != nil {
			from = w.Sets[which][w.rng.IntN(len(w.Sets[which]))]
		}
	}
	for k, list := range from {
		for c, v := range list {
			if w.weights[k][c] = v; cv > 0 {
				w.weights[k][c] = v * factor(w.rng, cv)
			}
		}
	}
}

// column finds or makes the column of one indicator.
func (w *worker) column(l int, p pick) error {
	at := w.e.spaces[w.parent[l]-w.leaves]
	x := w.Indicators[l].X
	if a := w.sampled[l]; a >= 0 && p.on[ChoiceSampling] {
		x = w.drawn[a]
	} else {
		in, err := w.store.input(l, &p, at)
		if err != nil || in != nil {
			w.e.x[l] = in
			return err
		}
	}
	x, _ = w.make.impute(l, x, w.Imputations[p.alternative[ChoiceImputation]])
	fits, err := w.make.fit(l, x, w.Treatments[p.alternative[ChoiceTreatment]])
	if err != nil {
		return err
	}
	if w.own[l] == nil {
		w.own[l] = &input{x: make([]float64, w.rows)}
	}
	in := w.own[l]
	if err := w.make.scale(l, x, fits, w.Scales[p.alternative[ChoiceScale]], nil, in.x); err != nil {
		return err
	}
	in.take(in.x, at)
	w.e.x[l] = in
	return nil
}

// leave chooses for each target the number that is left out. A target has
// numbers of its own: what it draws does not depend on which others there are.
func (w *worker) leave(p pick) {
	for t, k := range w.targets {
		w.pcg.Seed(p.seed[ChoiceLeaveOut], uint64(ChoiceLeaveOut)+uint64(k)<<32)
		w.gone[t] = -1
		if !p.on[ChoiceLeaveOut] || w.rng.Float64() >= w.LeaveOut {
			continue
		}
		top := w.leaves + k
		gone := w.below[top][w.rng.IntN(len(w.below[top]))]
		for gone != top && len(w.Parts[w.parent[gone]-w.leaves].Children) == 1 {
			gone = w.parent[gone]
		}
		if gone != top {
			w.gone[t] = gone
		}
	}
	if n := w.e.block; len(w.branch[0]) < n && slices.ContainsFunc(w.gone, func(g int) bool { return g >= 0 }) {
		w.branch = [2][]float64{make([]float64, n), make([]float64, n)}
	}
}

// collect keeps rows lo to hi of the targets.
func (w *worker) collect(lo, hi int) error {
	for t, k := range w.targets {
		x := w.e.slice(k, lo, hi)
		if w.gone[t] >= 0 {
			var err error
			if x, err = w.without(k, w.gone[t], lo, hi); err != nil {
				return err
			}
		}
		sign := w.e.spaces[k].sign()
		out := w.target[t][lo:hi]
		for i, v := range x {
			out[i] = sign * v
		}
	}
	return nil
}

// without makes part k again with one number below it left out.
func (w *worker) without(k, gone, lo, hi int) ([]float64, error) {
	var changed []float64
	for child, turn := gone, 0; child != w.leaves+k; turn = 1 - turn {
		up := w.parent[child]
		dst := w.branch[turn][:hi-lo]
		if err := w.e.part(up-w.leaves, lo, hi, child, changed, dst); err != nil {
			return nil, err
		}
		child, changed = up, dst
	}
	return changed, nil
}

// record writes order, place and class of a target in a draw.
func (w *worker) record(t, draw, classes int, out *Spread) {
	shared, x := w.Reference == nil, w.target[t]
	for _, rows := range w.periods {
		w.ladder = w.ladder[:0]
		list := w.order.descending(x, rows)
		level(x, list, w.e.spaces[w.targets[t]])
		for _, u := range list {
			if w.ranked(int(u)) {
				w.ladder = append(w.ladder, x[u])
			}
		}
		order, place, above, class := 0, 0, 0, 0
		for i, k := range list {
			u := int(k)
			if i == 0 || x[u] != x[list[i-1]] {
				order, place = i+1, above+1
				class = classDown(x[u], w.ladder, classes)
			}
			if w.ranked(u) {
				above++
			}
			at := u*out.Draws + draw
			if out.Order[at] = uint16(order); !shared {
				out.Place[at] = uint16(place)
			}
			if classes > 0 {
				out.Class[at] = uint8(class)
			}
		}
	}
}

// score writes the scores of a draw, which it takes from the values that order
// the target.
func (w *worker) score(t, k, draw int, out []float64) {
	if out == nil {
		return
	}
	at := w.e.spaces[k]
	sign, n := at.sign(), len(out)/w.rows
	for u, v := range w.target[t] {
		w.one[0] = sign * v
		at.back(w.one[:])
		out[u*n+draw] = w.one[0]
	}
}
