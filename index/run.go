package index

import (
	"context"
	"math"
	"slices"

	"vigie/stat/composite"
)

// Run computes an index: it meets the specification with the table, builds,
// draws, and tells what was done.
//
// Error: a fault.Error or a fault.List that names the line of the
// specification or of the table; ctx's when it was cancelled.
func Run(ctx context.Context, s *Spec, t *Table, o Options) (*Result, error) {
	p, err := s.Plan(t, o)
	if err != nil {
		return nil, err
	}
	built, err := p.Index.Build(p.Method)
	if err != nil {
		return nil, p.Told(err)
	}
	r := &run{Plan: p, built: built, options: o}
	r.out = Result{
		Title: s.Title.FR, Version: s.Version, Spec: s.Hash, Worst: s.Output.Worst,
		Periods: p.Periods, Groups: s.Data.Groups, Units: p.Units, LeftOut: p.LeftOut,
	}
	r.scores()
	r.explain()
	r.audit()
	r.summaries()
	r.analyse()
	r.profiles()
	if err := r.whatIf(); err != nil {
		return nil, err
	}
	if err := r.links(); err != nil {
		return nil, err
	}
	r.out.Weights, r.out.Smoothed = p.weighing, p.smoothed
	if err := r.space(); err != nil {
		return nil, err
	}
	if err := r.simulate(ctx); err != nil {
		return nil, err
	}
	if err := r.sensitivity(ctx); err != nil {
		return nil, err
	}
	if err := r.confidence(); err != nil {
		return nil, err
	}
	if r.drawn == nil {
		r.changes(nil)
	} else {
		r.changes(r.drawn.Spread)
	}
	r.warn()
	return &r.out, ctx.Err()
}

// run is an index being computed.
type run struct {
	*Plan
	options Options
	built   *composite.Built
	drawn   *composite.Simulated // nil without draws
	out     Result
	// unpaired says that units were too many to be compared two by two.
	unpaired bool
	aside    []string // what the map could not say, in French
}

// column returns the scaled values of an indicator, or the scores of an
// element; nil for an indicator left out.
func (r *run) column(node int) []float64 {
	switch k := r.Number[node]; {
	case k < 0:
		return nil
	case r.Tree.Nodes[node].Leaf():
		return r.built.Normalised[k]
	default:
		return r.built.Score[k-len(r.Index.Indicators)]
	}
}

// scores lays out each element with its ranks and classes.
func (r *run) scores() {
	effective := r.effective()
	for node, n := range r.Tree.Nodes {
		s := Scores{Code: n.Code, Level: n.Level, NameFR: n.NameFR, NameEN: n.NameEN, Effective: effective[node]}
		if n.Parent >= 0 {
			s.Parent = r.Tree.Nodes[n.Parent].Code
			s.Weight = r.weight(node)
		}
		if !n.Leaf() {
			s.Method = r.Spec.meanOf(n)
			if r.Method.Means[r.Part(node)].Kind == composite.BlendBenefit {
				s.Method = "benefit"
			}
		}
		if n.Leaf() {
			r.stages(&s, node)
		}
		if x := r.column(node); x != nil {
			s.Score = numbersOf(x)
			r.ranks(&s, node, x)
		} else {
			s.LeftOut = true
		}
		r.out.Elements = append(r.out.Elements, s)
	}
}

// weight is the weight of a node among its siblings, as computed with; 0 for
// one left out.
func (r *run) weight(node int) float64 {
	up := r.Part(r.Tree.Nodes[node].Parent)
	for j, child := range r.Index.Parts[up].Children {
		if child == r.Number[node] {
			return r.Method.Weights[up][j]
		}
	}
	return 0
}

// effective returns the weight of each node in the top when nothing is
// missing: the product over the levels of its share among its siblings.
func (r *run) effective() []float64 {
	out := make([]float64, len(r.Tree.Nodes))
	out[r.Tree.Top()] = 1
	for k := r.Tree.Top(); k >= 0; k-- {
		total := 0.0
		for _, c := range r.Tree.Nodes[k].Children {
			total += r.weight(c)
		}
		for _, c := range r.Tree.Nodes[k].Children {
			if total > 0 {
				out[c] = out[k] * r.weight(c) / total
			}
		}
	}
	return out
}

// stages keeps the values of an indicator at each stage that changed them.
func (r *run) stages(s *Scores, node int) {
	d := r.Spec.Indicators[node]
	s.Unit, s.Direction = d.Unit, max(d.Direction, -1)
	if s.Direction == 0 {
		s.Direction = 1
	}
	s.Raw = numbersOf(r.raw(node))
	k := r.Number[node]
	if k < 0 {
		return
	}
	value, imputed, treated := r.before[node], r.built.Imputed[k], r.built.Treated[k]
	if d.Denominator != "" || d.Log {
		s.Value = numbersOf(value)
	}
	if !same(value, imputed) {
		s.Imputed = numbersOf(imputed)
	}
	if !same(imputed, treated) {
		s.Treated = numbersOf(treated)
	}
}

// raw returns the values of an indicator as the table holds them.
func (r *run) raw(node int) []float64 {
	c := r.table.Column(r.Spec.Indicators[node].column())
	if c.Number == nil {
		return nothing(len(r.rows))
	}
	return at(c.Number, r.rows)
}

// same compares columns, a gap being equal to a gap.
func same(x, y []float64) bool {
	for i, v := range x {
		if v != y[i] && !(math.IsNaN(v) && math.IsNaN(y[i])) {
			return false
		}
	}
	return true
}

// byPeriod calls f with the units of each period, in order.
func (r *run) byPeriod(f func(period int, units []int)) {
	units := make([][]int, max(1, len(r.Periods)))
	for u := range r.Units {
		p := 0
		if r.Index.Period != nil {
			p = r.Index.Period[u]
		}
		units[p] = append(units[p], u)
	}
	for p, list := range units {
		f(p, list)
	}
}

// ranks gives the ranks, places and classes of one column, period by period.
func (r *run) ranks(s *Scores, node int, x []float64) {
	s.Rank, s.Place = make([]int, len(x)), make([]int, len(x))
	if n := r.Tree.Nodes[node]; !n.Leaf() {
		k := r.Part(node)
		s.Rank, s.Place = r.built.Rank[k], r.built.Place[k]
	} else {
		r.byPeriod(func(_ int, units []int) { rankRows(x, units, r.Index.Reference, s.Rank, s.Place) })
	}
	for g := range r.Spec.Data.Groups {
		s.GroupRank = append(s.GroupRank, r.rankIn(g, x))
	}
	s.Class = make([]int, len(x))
	r.byPeriod(func(_ int, units []int) {
		limits := composite.ClassLimits(at(x, referenceOf(units, r.Index.Reference)), r.Spec.Output.Classes)
		s.Limits = append(s.Limits, numbersOf(limits))
		for _, u := range units {
			if !math.IsNaN(x[u]) && limits != nil {
				s.Class[u] = composite.Class(x[u], limits)
			}
		}
	})
}

// rankIn ranks the reference units inside the groups of one column, period by
// period; units without a group are not ranked.
func (r *run) rankIn(column int, x []float64) []int {
	rank, spare := make([]int, len(x)), make([]int, len(x))
	r.byPeriod(func(_ int, units []int) {
		members := map[string][]int{}
		for _, u := range units {
			if g := r.Units[u].Groups[column]; g != "" {
				members[g] = append(members[g], u)
			}
		}
		for _, list := range members { // each unit is in one list: any order does
			rankRows(x, list, r.Index.Reference, rank, spare)
		}
	})
	return rank
}

// rankRows writes the rank of the reference units of a list, and the place of all
// its units.
func rankRows(x []float64, units []int, reference []bool, rank, place []int) {
	among := referenceOf(units, reference)
	ranks := composite.Rank(at(x, among), composite.TiesMin)
	for i, u := range among {
		if !math.IsNaN(ranks[i]) {
			rank[u], place[u] = int(ranks[i]), int(ranks[i])
		}
	}
	var ladder []float64 // of the reference, turned: the highest first
	for _, u := range among {
		if !math.IsNaN(x[u]) {
			ladder = append(ladder, -x[u])
		}
	}
	slices.Sort(ladder)
	for _, u := range units {
		if !reference[u] && !math.IsNaN(x[u]) {
			above, _ := slices.BinarySearch(ladder, -x[u])
			place[u] = above + 1
		}
	}
}

func referenceOf(units []int, reference []bool) []int {
	var out []int
	for _, u := range units {
		if reference[u] {
			out = append(out, u)
		}
	}
	return out
}
