package index

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vigie/stat/composite"
)

// comparePeriods orders periods as numbers where they are, else as texts.
func comparePeriods(a, b string) int {
	x, err := strconv.ParseFloat(a, 64)
	y, or := strconv.ParseFloat(b, 64)
	if err == nil && or == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

// method makes the choices of the index itself.
func (p *Plan) method() error {
	s := p.Spec
	var err error
	if p.Method.Imputation, err = p.imputation(s.Imputation.Method); err != nil {
		return err
	}
	p.Method.Treatment = treatmentOf(s.Treatment, s.Treatment.Method)
	p.Method.Scale = s.scale(s.Normalisation.Method)
	for k := range p.Index.Parts {
		n := p.Tree.Nodes[p.Node[len(p.Index.Indicators)+k]]
		p.Method.Means = append(p.Method.Means, s.blend(s.meanOf(n)))
	}
	return nil
}

// meanOf names the aggregation of an element: its own, that of its level, or
// the one of the index.
func (s *Spec) meanOf(n Node) string {
	return cmp.Or(n.aggregation, s.Aggregation.At(n.Level))
}

// At returns the shares asked for at a level, 1 for the lowest elements: of the
// weight of the children, and of their number.
func (m Missing) At(level int) (weight, children float64) {
	return byLevel(m.Weight, level), byLevel(m.Children, level)
}

// At names the method of a level, 1 for the lowest elements.
func (a Aggregation) At(level int) string { return cmp.Or(byLevel(a.ByLevel, level), a.Method) }

// Blend is how the elements of a level are made, 1 for the lowest ones.
func (s *Spec) Blend(level int) composite.Blend { return s.blend(s.Aggregation.At(level)) }

// imputation makes a rule that the specification names.
func (p *Plan) imputation(method string) (composite.Imputation, error) {
	s := p.Spec
	im := composite.Imputation{Most: s.Imputation.Most, MostTime: s.Imputation.MostTime}
	switch method {
	case "none":
		im.Kind = composite.ImputeNone
	case "mean":
		im.Kind = composite.ImputeMean
	case "median":
		im.Kind = composite.ImputeMedian
	case "group_mean", "group_median":
		im.Kind = composite.ImputeGroupMean
		if method == "group_median" {
			im.Kind = composite.ImputeGroupMedian
		}
		c, err := s.need(p.table, "imputation.group", s.Imputation.Group)
		if err != nil {
			return im, err
		}
		im.Group = coded(p.pick(c.labels()))
	default:
		im.Kind = composite.ImputeTime
		im.Panel = map[string]composite.Panel{"last_observed": composite.LastObserved, "step": composite.Step, "linear": composite.Linear}[method]
		code := make([]string, len(p.Units))
		for i, u := range p.Units {
			code[i] = u.Code
		}
		im.Unit = coded(code)
		x, err := s.numbers(p.table, "data.period", s.Data.Period)
		if err != nil {
			return im, err
		}
		for _, row := range p.rows {
			im.Time = append(im.Time, x[row])
		}
	}
	return im, nil
}

// pick keeps the cells of the rows that are units.
func (p *Plan) pick(text []string) []string {
	out := make([]string, len(p.rows))
	for i, row := range p.rows {
		out[i] = text[row]
	}
	return out
}

// coded numbers texts in the order in which they come.
func coded(text []string) []int {
	seen := map[string]int{}
	out := make([]int, len(text))
	for i, v := range text {
		k, ok := seen[v]
		if !ok {
			k = len(seen)
			seen[v] = k
		}
		out[i] = k
	}
	return out
}

// treatmentOf makes a treatment: the numbers of t under the method named.
func treatmentOf(t Treatment, method string) composite.Treatment {
	return composite.Treatment{
		Kind:  composite.TreatmentKind(slices.Index(treatments, method)),
		Limit: composite.Limit{Skew: t.Skewness, Kurt: t.Kurtosis},
		Ties:  composite.TiesWithin, Points: t.Points, Share: t.Share, Lambda: t.Lambda,
	}
}

// scale makes a normalisation on the range of the index.
func (s *Spec) scale(method string) composite.Scale {
	n := s.Normalisation
	sc := composite.Scale{Kind: composite.ScaleKind(slices.Index(normalisations, method)), Lo: n.Range[0], Hi: n.Range[1], Clamp: method != "zscore"}
	if n.Clamp != nil {
		sc.Clamp = *n.Clamp
	}
	if method == "zscore" {
		sc.Lo, sc.Hi = (n.Range[0]+n.Range[1])/2, (n.Range[1]-n.Range[0])/6
		if n.Mean != nil {
			sc.Lo = *n.Mean
		}
		if n.SD != nil {
			sc.Hi = *n.SD
		}
	}
	return sc
}

// blend makes an aggregation.
func (s *Spec) blend(method string) composite.Blend {
	a := s.Aggregation
	b := composite.Blend{Mirror: a.Mirror}
	switch method {
	case "arithmetic":
		return composite.Blend{Power: composite.Arithmetic}
	case "geometric":
		b.Power = composite.Geometric
	case "harmonic":
		b.Power = composite.Harmonic
	case "power":
		b.Power = composite.Power(a.Power)
	case "mazziotta":
		b = composite.Blend{Kind: composite.BlendMazziotta, Penalty: composite.Below}
		if a.Penalty == "above" {
			b.Penalty = composite.Above
		}
		if a.Divisor == "n-1" {
			b.Divisor = 1
		}
	case "copeland":
		b = composite.Blend{Kind: composite.BlendCopeland}
	case "median":
		b = composite.Blend{Kind: composite.BlendMedian}
	}
	return b
}

// simulation makes the alternatives among which draws are made, and names
// them.
func (p *Plan) simulation() error {
	s, u := p.Spec, p.Spec.Uncertainty
	sim := &p.Simulation
	sim.Draws, sim.Seed, sim.Classes, sim.LeaveOut = u.Draws, u.Seed, s.Output.Classes, u.LeaveOneOut
	for _, m := range u.Imputations {
		im, err := p.imputation(m)
		if err != nil {
			return err
		}
		sim.Imputations = append(sim.Imputations, im)
	}
	for _, m := range u.Treatments {
		sim.Treatments = append(sim.Treatments, treatmentOf(s.Treatment, m))
	}
	for _, m := range u.Normalisations {
		sim.Scales = append(sim.Scales, s.scale(m))
	}
	for _, m := range u.Aggregations {
		means := make([]composite.Blend, len(p.Index.Parts))
		for k := range means {
			means[k] = s.blend(m)
		}
		sim.Means = append(sim.Means, means)
	}
	for _, c := range p.Index.Indicators {
		sim.Sampling = sim.Sampling || u.Sampling && c.SE != nil
	}
	p.Alternatives = []Choice{
		{"imputation", u.Imputations}, {"treatment", u.Treatments}, {"normalisation", u.Normalisations},
		{"weighting", u.Weightings}, {"aggregation", u.Aggregations},
	}
	return nil
}
