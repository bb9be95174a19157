package fragility

import (
	"context"
	"math"
	"runtime"
	"slices"

	"vigie/fault"
	"vigie/index"
	"vigie/stat/composite"
)

// Run says how a computation is carried out and what its provenance records.
// Workers 0 takes one a processor; the result does not depend on it.
type Run struct {
	Workers  int
	Datasets []string // content addresses of the tables behind the input
	Code     string   // version of Vigie
}

// Compute returns the index of one level. The same spec and input give the
// same result, whatever the number of workers and the order of calls.
//
// Error: an Invalid fault when no indicator is left, or none tells two
// reference units apart; ctx's when it was cancelled.
func Compute(ctx context.Context, spec *index.Spec, in *Input, run Run) (*Result, error) {
	c, err := begin(spec, in, run)
	if err != nil {
		return nil, err
	}
	c.plan.Simulation.Workers = run.Workers
	if run.Workers <= 0 {
		c.plan.Simulation.Workers = runtime.GOMAXPROCS(0)
	}
	if err := c.vary(ctx); err != nil {
		return nil, err
	}
	if err := c.study(ctx); err != nil {
		return nil, err
	}
	c.Typology = typology(c.Result, spec.Uncertainty.ClassChange)
	return c.index(), nil
}

// Nominal is Compute without what is drawn: the same scores, places and
// classes, no interval, no uncertain class, no types. It takes as long as one
// of the draws.
//
// Error: those of Compute.
func Nominal(spec *index.Spec, in *Input, run Run) (*Result, error) {
	c, err := begin(spec, in, run)
	if err != nil {
		return nil, err
	}
	return c.index(), nil
}

// begin computes the published scores.
func begin(spec *index.Spec, in *Input, run Run) (*computation, error) {
	if len(in.Columns) == 0 {
		return nil, fault.Invalidf("vérifiez les séries importées et la part de couverture demandée",
			"indice : aucun indicateur de la spécification n’est disponible au niveau « %s »", in.Level)
	}
	if len(in.Units) > math.MaxUint16-1 {
		return nil, fault.Invalidf("calculez un niveau de moins de 65 000 territoires", "indice : %d territoires", len(in.Units))
	}
	plan, err := Complete(spec, in).Plan(in.Table(), index.Options{})
	if err != nil {
		return nil, err
	}
	built, err := plan.Index.Build(plan.Method)
	if err != nil {
		return nil, plan.Told(err)
	}
	u := spec.Uncertainty
	r := &Result{
		Level: in.Level, Units: slices.Clone(in.Units), Absent: slices.Clone(in.Absent),
		Provenance: Provenance{
			SpecVersion: spec.Version, SpecHash: spec.Hash, Datasets: slices.Clone(run.Datasets),
			Seed: u.Seed, Draws: u.Draws, Go: runtime.Version(), Code: run.Code,
			Interval: u.Interval, Reversal: u.Reversal,
		},
	}
	c := &computation{Result: r, spec: spec, in: in, plan: plan, built: built}
	c.columns()
	c.parts()
	return c, nil
}

// computation is the state of one Compute.
type computation struct {
	*Result
	spec  *index.Spec
	in    *Input
	plan  *index.Plan
	built *composite.Built
}

// columns tells what became of each indicator.
func (c *computation) columns() {
	reference := 0
	for _, u := range c.in.Units {
		if u.Reference {
			reference++
		}
	}
	for _, col := range c.in.Columns {
		k := c.plan.Number[c.plan.Tree.At(string(col.Indicator))]
		if k < 0 {
			c.Absent = append(c.Absent, Absent{Indicator: col.Indicator, Domain: col.Domain, Why: Constant, Period: col.Period})
			continue
		}
		f := c.built.Fits[k][0]
		s := Scaled{
			Indicator: col.Indicator, Domain: col.Domain, Period: col.Period, Direction: col.Direction, Weight: col.Weight,
			At0: f.Low, At100: f.High, Drawn: f.Moved, Share: float64(f.Values) / float64(reference),
			Score: c.built.Normalised[k], Beyond: make([]bool, len(col.X)),
		}
		if col.Direction < 0 {
			s.At0, s.At100 = f.High, f.Low
		}
		for i, x := range col.X {
			s.Beyond[i] = x < f.Least || x > f.Most
		}
		c.Columns = append(c.Columns, s)
	}
}

// parts makes the parts with their published scores: domains, dimensions, then
// the overall index.
func (c *computation) parts() {
	weight := weigh(c.spec, c.in.Domains, c.in.uses)
	for _, d := range c.in.Domains {
		p := Part{Code: d.Code, Kind: OfDomain, Weight: weight[d.Code]}
		var below [][]float64
		for _, col := range c.Columns {
			if col.Domain == d.Code {
				below = append(below, col.Score)
			}
		}
		p.Of, p.Below = len(below), len(below)
		c.add(p, func(i int) int { return present(below, i) })
	}
	for _, dimension := range dimensions(c.in.Domains) {
		p := Part{Code: dimension, Kind: OfDimension, Weight: weight[dimension]}
		var below [][]float64
		for k, d := range c.in.Domains {
			if d.Dimension == dimension {
				p.Of, p.Below = p.Of+1, p.Below+c.Parts[k].Below
				below = append(below, scores(&c.Parts[k]))
			}
		}
		c.add(p, func(i int) int { return present(below, i) })
	}
	p := Part{Code: Overall, Kind: OfAll, Of: len(c.in.Domains), Below: len(c.Columns)}
	below := c.Parts[len(c.in.Domains):]
	c.add(p, func(i int) int {
		have := 0
		for k := range below {
			if cell := below[k].Cells[i]; cell.OK() {
				have += cell.Have // a dimension without score does not enter
			}
		}
		return have
	})
}

// add appends a part; have counts what is present of it for a unit.
func (c *computation) add(p Part, have func(unit int) int) {
	k := c.number(&p)
	p.Cells = make([]Cell, len(c.in.Units))
	for i := range p.Cells {
		p.Cells[i] = Cell{
			Score: c.built.Score[k][i], Rank: c.built.Rank[k][i], Place: c.built.Place[k][i], Worst: math.NaN(), Have: have(i),
		}
	}
	p.classify(c.in.Units)
	c.Parts = append(c.Parts, p)
}

// number is that of a part among those of the index.
func (c *computation) number(p *Part) int { return c.plan.Part(c.plan.Tree.At(p.Code)) }

// classify cuts the scores of a part into classes, those of its reference units.
func (p *Part) classify(units []Unit) {
	var reference []float64
	for i, u := range units {
		if u.Reference && p.Cells[i].OK() {
			reference = append(reference, p.Cells[i].Score)
		}
	}
	p.Ranked, p.Limits = len(reference), composite.ClassLimits(reference, Steps)
	for i := range p.Cells {
		if cell := &p.Cells[i]; cell.OK() {
			cell.Step = composite.Class(cell.Score, p.Limits)
		}
	}
}

// vary draws the alternatives of the spec and gives each part that rests on
// two indicators or more its intervals, uncertain classes and spread.
func (c *computation) vary(ctx context.Context) error {
	for k := range c.Parts {
		p := &c.Parts[k]
		p.Assessed = p.Below >= 2 && p.Ranked >= 2
		c.plan.Index.Parts[c.number(p)].Assessed = p.Assessed
	}
	drawn, err := c.plan.Index.Simulate(ctx, c.plan.Method, c.plan.Simulation)
	if err != nil {
		return c.plan.Told(err)
	}
	c.Provenance.Failed = c.plan.Failures(drawn.Failed)
	for k := range c.Parts {
		if p := &c.Parts[k]; p.Assessed {
			p.summarise(&drawn.Spread[c.number(p)], c.spec.Uncertainty)
		}
	}
	return nil
}

// summarise reads the spread of one part into its cells. The interval is
// widened to hold the published place, which may be unlike most draws.
func (p *Part) summarise(s *composite.Spread, u index.Uncertainty) {
	p.spread = s
	for i := range p.Cells {
		cell := &p.Cells[i]
		if !cell.OK() {
			continue
		}
		lo, hi := s.Interval(i, u.Interval)
		cell.Lo, cell.Hi = min(lo, cell.Place), max(hi, cell.Place)
		cell.Worst = 1 - s.Moved(i, Steps)
		cell.Unsure = s.Moved(i, cell.Step) > u.ClassChange
	}
	s.Place, s.Class = nil, nil // read; only the orders are kept with the result
}

func scores(p *Part) []float64 {
	out := make([]float64, len(p.Cells))
	for i, c := range p.Cells {
		out[i] = c.Score
	}
	return out
}

func present(columns [][]float64, i int) int {
	n := 0
	for _, c := range columns {
		if !math.IsNaN(c[i]) {
			n++
		}
	}
	return n
}
