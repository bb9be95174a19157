package edition

import (
	"math"
	"strings"

	"vigie/fault"
	"vigie/fragility"
	"vigie/indicator"
	"vigie/territory"
)

// Trace leads a published figure back to what it was made from. A figure is
// named indicator/territory/period, or fragilite/territory/domain, or
// fragilite/territory for the overall index.
type Trace struct {
	Figure    string
	Territory territory.Code
	Domain    string   // of a score, "" overall
	Value     *Value   // of a figure, nil for a score
	Score     *Score   // of a score, nil for a figure
	Members   []Member // the terms of a composed territory's figure, by code
}

// Score is how a fragility score was made: one term an indicator for a domain,
// one a domain for the overall index.
type Score struct {
	Standing
	Provenance fragility.Provenance
	Terms      []Term
}

// Term is one indicator or one domain of a score. Value is the figure behind
// an indicator; Points is what the term adds to the score where the
// aggregation is the arithmetic mean.
type Term struct {
	Domain     string // of the overall index
	Value      *Value
	Standing   Standing
	Weight     float64
	Share      float64
	Points     float64
	Score      float64
	At0, At100 float64
	Direction  int
	Drawn      int
	Beyond     bool
}

// scorePrefix names the figures that are scores.
const scorePrefix = "fragilite/"

// Trace returns the way back from a figure.
//
// Error: Invalid for a name of no known form, NotFound for a figure that this
// edition does not publish.
func (c *Content) Trace(figure string) (*Trace, error) {
	parts := strings.Split(figure, "/")
	switch {
	case strings.HasPrefix(figure, scorePrefix) && len(parts) == 2:
		return c.traceScore(figure, territory.Code(parts[1]), "")
	case strings.HasPrefix(figure, scorePrefix) && len(parts) == 3 && parts[2] != "":
		return c.traceScore(figure, territory.Code(parts[1]), parts[2])
	case len(parts) == 3 && parts[0]+"/" != scorePrefix:
		v, ok := c.Value(indicator.Code(parts[0]), territory.Code(parts[1]), parts[2])
		if !ok {
			return nil, c.unpublished(figure)
		}
		t := &Trace{Figure: figure, Territory: v.Territory, Value: &v}
		if v.Coverage != nil {
			t.Members = c.Members(v)
			for _, m := range t.Members {
				if !m.Covered {
					continue
				}
				v.Basis = append(v.Basis, m.Basis...)
			}
		}
		return t, nil
	}
	return nil, fault.Invalidf("écrivez indicateur/territoire/période, par exemple emp_unemployment_rate/DEP-08/2024-Q3, ou fragilite/DEP-08/EMP",
		"« %s » ne nomme pas un chiffre", figure)
}

func (c *Content) unpublished(figure string) error {
	return fault.NotFoundf("suivez le lien « d’où vient ce chiffre ? » d’une page de l’édition",
		"l’édition %s ne publie pas le chiffre « %s »", c.Manifest.Number, figure)
}

// traceScore explains a domain's score by its indicators, the overall one by
// its domains.
func (c *Content) traceScore(figure string, at territory.Code, domain string) (*Trace, error) {
	s := c.Standing(at, domain)
	if !s.OK {
		return nil, c.unpublished(figure)
	}
	r := c.Fragility[at.Level()]
	score := &Score{Standing: s, Provenance: r.Provenance}
	if domain == "" {
		for _, d := range c.Domains() {
			if ds := c.Standing(at, d.Code); ds.OK {
				score.Terms = append(score.Terms, Term{Domain: d.Code, Standing: ds, Score: ds.Score, Weight: r.Part(d.Code).Weight})
			}
		}
		return &Trace{Figure: figure, Territory: at, Score: score}, nil
	}
	for _, k := range r.Contributions(domain, at) {
		t := Term{Weight: k.Column.Weight, Share: k.Share, Points: k.Points, Score: k.Score, At0: k.Column.At0, At100: k.Column.At100,
			Direction: k.Column.Direction, Drawn: k.Column.Drawn, Beyond: k.Beyond}
		if v, ok := c.Value(k.Column.Indicator, at, k.Column.Period); ok {
			t.Value = &v
		} else if ind, ok := c.Catalogue.Get(k.Column.Indicator); ok {
			t.Value = &Value{Indicator: ind, Territory: at, Period: k.Column.Period, Status: 'M'}
		}
		score.Terms = append(score.Terms, t)
	}
	return &Trace{Figure: figure, Territory: at, Domain: domain, Score: score}, nil
}

// Bases returns every observation that the figure rests on, in order.
func (t *Trace) Bases() []Basis {
	if t.Value != nil {
		return t.Value.Basis
	}
	var out []Basis
	for _, term := range t.Score.Terms {
		if term.Value != nil {
			out = append(out, term.Value.Basis...)
		}
	}
	return out
}

// Leaf is a line of a producer's file behind a derived figure. Factor is what
// the observation was multiplied by before it was added: 1, the share of the
// population that a split took, or a change of unit.
type Leaf struct {
	Basis
	Factor float64
}

// Redone computes again, from its leaves, the figure of an indicator: the sum
// of counts, or the sum of the numerators over that of the denominators; NaN
// when a leaf carries no number or the denominators add up to nothing.
func Redone(ind *indicator.Indicator, leaves []Leaf) float64 {
	sum := map[string]float64{}
	for _, l := range leaves {
		sum[l.Role] += l.X * l.Factor
	}
	den, ratio := sum[Denominator]
	switch {
	case !ratio:
		return sum[Direct]
	case den == 0:
		return math.NaN()
	}
	return sum[Numerator] / den * ind.Scale()
}
