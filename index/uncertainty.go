package index

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/stat/composite"
)

// Bounds of what is kept and compared.
const (
	mostCells = 150_000_000   // unit × draw × element: beyond, the index alone is drawn
	mostPairs = 2_000_000_000 // pair × draw of one element: beyond, pairs are not compared
)

// assess chooses the elements whose draws are kept.
func (p *Plan) assess() {
	parts := 0
	for _, part := range p.Index.Parts {
		if part.Assessed {
			parts++
		}
	}
	if len(p.Units)*p.Simulation.Draws*parts <= mostCells {
		return
	}
	p.narrowed = true
	for k := range p.Index.Parts {
		p.Index.Parts[k].Assessed = p.Index.Parts[k].Assessed && k == len(p.Index.Parts)-1
	}
}

// varies tells whether the simulation has anything to draw.
func (p *Plan) varies() bool {
	s := &p.Simulation
	if s.Sampling || s.LeaveOut > 0 && len(p.Index.Indicators) > 1 || slices.Max(append(s.Noise, 0)) > 0 {
		return true
	}
	return slices.ContainsFunc(p.Alternatives, func(c Choice) bool { return len(c.Alternatives) > 1 })
}

// simulate draws, and reads the draws by element.
func (r *run) simulate(ctx context.Context) error {
	u := r.Spec.Uncertainty
	if u.Draws == 0 || !r.varies() {
		return nil
	}
	r.assess()
	s := r.Simulation
	s.Workers = r.options.Workers
	drawn, err := r.Index.Simulate(ctx, r.Method, s)
	if err != nil {
		if ctx.Err() == nil {
			err = r.toldDraws(err)
		}
		return err
	}
	r.drawn = drawn
	r.out.Uncertainty = &Uncertain{
		Draws: u.Draws, Seed: u.Seed, Interval: u.Interval, Reversal: u.Reversal, Classes: s.Classes, Worst: r.worst(),
		Choices: r.varied(), Sampling: s.Sampling, LeaveOut: s.LeaveOut, Failed: r.Failures(drawn.Failed),
	}
	for k := range r.Index.Parts {
		if spread := &drawn.Spread[k]; spread.Draws > 0 {
			node := r.Node[len(r.Index.Indicators)+k]
			r.out.Elements[node].Spread = r.spread(spread, &r.out.Elements[node])
		}
	}
	return nil
}

// sensitivity says what each choice explains of the shifts of ranks of the top,
// when the specification asks for it and two units have a rank.
func (r *run) sensitivity(ctx context.Context) error {
	rows := r.Spec.Uncertainty.SobolRows
	ranks := r.built.Rank[len(r.Index.Parts)-1]
	if rows == 0 || r.drawn == nil || slices.Max(ranks) < 2 {
		return nil
	}
	s := r.Simulation
	s.Workers = r.options.Workers
	found, err := r.Index.Sensitivity(ctx, r.Method, s, len(r.Index.Parts)-1, rows)
	if err != nil {
		if ctx.Err() == nil {
			err = r.toldDraws(err)
		}
		return err
	}
	r.out.Sensitivity = r.Influences(found)
	return nil
}

// varied lists the choices that have alternatives.
func (r *run) varied() []Choice {
	var out []Choice
	for _, c := range r.Alternatives {
		if len(c.Alternatives) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// toldDraws says that all draws have failed, and the reason of the first.
func (r *run) toldDraws(err error) error {
	told := r.Told(err)
	f, ok := errors.AsType[*fault.Error](told)
	if !ok {
		return told
	}
	f.What = "incertitude : " + f.What
	f.Do += " ; ou retirez de [uncertainty] l’alternative en cause"
	return f
}

// Failures counts the draws that failed, by reason, the most frequent first.
func (p *Plan) Failures(list []composite.Failure) []Failure {
	var out []Failure
	for _, f := range list {
		why := f.Err.Error()
		if refusal, ok := errors.AsType[*composite.Refusal](f.Err); ok {
			about := *refusal
			about.Row = -1 // one reason for all units
			what, _ := p.reason(refusal)
			why = p.name(&about) + " : " + what
		}
		i := slices.IndexFunc(out, func(o Failure) bool { return o.Reason == why })
		if i < 0 {
			i = len(out)
			out = append(out, Failure{Reason: why})
		}
		out[i].Draws++
	}
	slices.SortStableFunc(out, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(b.Draws, a.Draws), strings.Compare(a.Reason, b.Reason))
	})
	return out
}

// spread reads the draws of one element.
func (r *run) spread(d *composite.Spread, s *Scores) *Spread {
	n, u, k := len(r.Units), r.Spec.Uncertainty, r.worst()
	out := &Spread{
		Lo: make([]int, n), Hi: make([]int, n), Median: make([]int, n),
		Worst: numbersOf(nothing(n)), Best: numbersOf(nothing(n)), Moved: numbersOf(nothing(n)),
	}
	r.byPeriod(func(_ int, units []int) {
		ranked := 0
		for _, i := range units {
			if s.Rank[i] > 0 {
				ranked++
			}
		}
		for _, i := range units {
			if !s.Score[i].OK() {
				continue
			}
			lo, hi := d.Interval(i, u.Interval)
			if lo == 0 {
				continue // no draw scores it
			}
			out.Lo[i], out.Hi[i] = min(lo, s.Place[i]), max(hi, s.Place[i])
			_, median := d.Centre(i)
			out.Median[i] = int(math.Round(median))
			out.Moved[i] = Number(d.Moved(i, s.Class[i]))
			first, last := d.Worst(i, k), 1-d.Worst(i, max(ranked-k, 0))
			out.Worst[i], out.Best[i] = Number(last), Number(first)
			if r.Spec.Output.Worst == "high" {
				out.Worst[i], out.Best[i] = Number(first), Number(last)
			}
		}
	})
	out.Same = r.same(d, s)
	return out
}

// worst is the k of the probability of being among the k worst: that of the
// specification or, without one, 10, at most a fifth of the reference units of
// the last period, and one at least.
func (p *Plan) worst() int {
	if k := p.Spec.Uncertainty.Worst; k > 0 {
		return k
	}
	return min(10, max(1, p.ranked()/5))
}

// ranked counts the reference units of the last period.
func (p *Plan) ranked() int {
	n := 0
	for _, u := range p.Units {
		if u.Reference && (len(p.Periods) == 0 || u.Period == p.Periods[len(p.Periods)-1]) {
			n++
		}
	}
	return n
}

// same compares the units of each period two by two; nil when there are too
// many.
func (r *run) same(d *composite.Spread, s *Scores) [][]int {
	cost := 0
	r.byPeriod(func(_ int, units []int) { cost += len(units) * len(units) / 2 * d.Draws })
	if cost > mostPairs {
		r.unpaired = true
		return nil
	}
	out := make([][]int, len(r.Units))
	for i := range out {
		out[i] = []int{}
	}
	r.byPeriod(func(_ int, units []int) {
		for a, i := range units {
			for _, j := range units[:a] {
				if s.Score[i].OK() && s.Score[j].OK() && r.alike(d, s, i, j) {
					out[i], out[j] = append(out[i], j), append(out[j], i)
				}
			}
		}
	})
	for i := range out {
		slices.Sort(out[i])
	}
	return out
}

// alike tells two units that cannot be told apart: equal, or in another order
// in more draws than the specification allows.
func (r *run) alike(d *composite.Spread, s *Scores, i, j int) bool {
	if s.Score[i] < s.Score[j] {
		i, j = j, i
	}
	return s.Score[i] == s.Score[j] || d.Reversal(i, j) > r.Spec.Uncertainty.Reversal
}

// warnDraws says what the draws do not cover.
func (r *run) warnDraws(warn func(string, ...any)) {
	u := r.out.Uncertainty
	switch {
	case r.Spec.Uncertainty.Draws == 0:
		return // as asked
	case u == nil:
		warn("Aucune incertitude n’a été calculée : rien n’est à faire varier.")
		return
	}
	failed := 0
	for _, f := range u.Failed {
		failed += f.Draws
	}
	if failed > 0 {
		warn("%d tirage(s) sur %d n’ont donné aucun indice et ne comptent dans aucun chiffre : le tableau « tirages » dit pourquoi.", failed, u.Draws)
	}
	if n := r.ranked(); u.Worst >= n {
		warn("Être « parmi les %d » pires n’apprend rien : %d unité(s) seulement sont classées ; retirez worst de [uncertainty], ou abaissez-le.", u.Worst, n)
	}
	if r.narrowed {
		warn("Trop d’unités et de tirages pour garder ceux de chaque élément : seul l’indice d’ensemble a des intervalles.")
	}
	if r.unpaired {
		warn("Trop d’unités pour les comparer deux à deux : « ne se distingue pas » n’est pas donné, l’intervalle des rangs le dit à peu près.")
	}
}
