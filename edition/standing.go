package edition

import (
	"vigie/fragility"
	"vigie/indicator"
	"vigie/territory"
)

// Standing is where a territory stands in one domain, or overall. The zero
// value is a territory without score.
type Standing struct {
	OK       bool
	Score    float64 // 0–100, 100 the most fragile
	Position int     // among Of: 1 the most fragile; where it would stand, when Outside
	Of       int     // ranked territories
	Outside  bool    // placed on the scale, not ranked: overseas
	// Lo and Hi bound the position over the choices of method, when HasInterval:
	// a domain that rests on one series has none.
	HasInterval bool
	Lo, Hi      int
	Step        int  // class, 1 to 5
	Unsure      bool // the class depends on the choices of method
	// WorstShare is the share of draws in which the territory is among the most
	// fragile class, in [0, 1], when HasInterval.
	WorstShare float64
	Series     int // indicators (a domain) or domains (overall) behind the score
}

// part names a domain as the results do; "" is the overall index.
func part(domain string) string {
	if domain == "" {
		return fragility.Overall
	}
	return domain
}

// Standing returns where a territory stands in a domain ("" overall).
func (c *Content) Standing(at territory.Code, domain string) Standing {
	r := c.Fragility[at.Level()]
	if r == nil {
		return Standing{}
	}
	i, known := r.Unit(at)
	cell, ok := r.Cell(part(domain), at)
	if !known || !ok {
		return Standing{}
	}
	p := r.Part(part(domain))
	s := Standing{OK: true, Score: cell.Score, Position: cell.Place, Of: p.Ranked, Outside: !r.Units[i].Reference,
		HasInterval: cell.HasInterval(), Lo: cell.Lo, Hi: cell.Hi, Step: cell.Step, Unsure: cell.Unsure, Series: cell.Have}
	if s.HasInterval {
		s.WorstShare = cell.Worst
	}
	return s
}

// Effects returns what each choice of method does to the places of a tier in a
// domain ("" overall), nil where it was not studied: a domain is where its tier
// has no overall score.
func (c *Content) Effects(level territory.Level, domain string) []fragility.Effect {
	r := c.Fragility[level]
	if r == nil {
		return nil
	}
	if p := r.Part(part(domain)); p != nil {
		return p.Effects
	}
	return nil
}

// Same returns the territories of the tier that cannot be told apart from one
// in a domain ("" overall), in code order; nil also when nothing is assessed.
func (c *Content) Same(at territory.Code, domain string) []territory.Code {
	r := c.Fragility[at.Level()]
	if r == nil {
		return nil
	}
	if _, known := r.Unit(at); !known {
		return nil
	}
	key := string(at) + "/" + domain
	if kept, ok := c.same.Load(key); ok {
		return kept.([]territory.Code)
	}
	same := r.Same(part(domain), at)
	c.same.Store(key, same)
	return same
}

// Order says which of two territories of one tier is more fragile in a domain.
type Order string

// The orders. Alike: their order reverses in more draws than the threshold.
// Unassessed: both have a score but nothing can be varied.
const (
	FirstMore  Order = "first"
	SecondMore Order = "second"
	Alike      Order = "alike"
	Unassessed Order = "unassessed"
	NoData     Order = "none"
)

// Order compares two territories of one tier in a domain ("" overall).
func (c *Content) Order(a, b territory.Code, domain string) Order {
	sa, sb := c.Standing(a, domain), c.Standing(b, domain)
	if !sa.OK || !sb.OK || a.Level() != b.Level() {
		return NoData
	}
	switch c.Fragility[a.Level()].Compare(part(domain), a, b) {
	case fragility.NotAssessed:
		return Unassessed
	case fragility.Indistinct:
		return Alike
	}
	if sa.Score > sb.Score {
		return FirstMore
	}
	return SecondMore
}

// Scale returns where a territory's values lie in a domain, from 0 to 100, on
// the scale of its tier: its score, or for the country its own values (those of
// metropolitan France where it has none) placed on the scale of the regions. False without data, or when the specification
// places values otherwise than between two bounds.
func (c *Content) Scale(at territory.Code, domain string) (float64, bool) {
	if at.Level() != territory.National {
		s := c.Standing(at, domain)
		return s.Score, s.OK
	}
	r := c.Fragility[territory.Region]
	if r == nil || c.Spec.Normalisation.Method != "minmax" || c.Spec.Aggregation.At(1) != "arithmetic" {
		return 0, false
	}
	sum, weight, all := 0.0, 0.0, 0.0
	for i := range r.Columns {
		k := &r.Columns[i]
		if k.Domain != domain {
			continue
		}
		all += k.Weight
		v, ok := c.Value(k.Indicator, at, k.Period)
		if at == territory.France && !(ok && v.OK()) {
			v, ok = c.Value(k.Indicator, territory.Metropolis, k.Period)
		}
		if ok && v.OK() {
			sum += k.Weight * min(100, max(0, 100*(v.X-k.At0)/(k.At100-k.At0)))
			weight += k.Weight
		}
	}
	if need, _ := c.Spec.Missing.At(1); weight == 0 || weight < need*all {
		return 0, false
	}
	return sum / weight, true
}

// IndexSeries returns the indicators that the index of a tier rests on, in one
// domain or, when domain is "", in all.
func (c *Content) IndexSeries(level territory.Level, domain string) []indicator.Code {
	r := c.Fragility[level]
	if r == nil {
		return nil
	}
	var out []indicator.Code
	for i := range r.Columns {
		if domain == "" || r.Columns[i].Domain == domain {
			out = append(out, r.Columns[i].Indicator)
		}
	}
	return out
}

// AllIndexSeries returns the indicators that the index rests on at any tier,
// in the order of the largest tier, each once.
func (c *Content) AllIndexSeries(domain string) []indicator.Code {
	var out []indicator.Code
	seen := map[indicator.Code]bool{}
	for _, level := range territory.Levels {
		for _, code := range c.IndexSeries(level, domain) {
			if !seen[code] {
				seen[code] = true
				out = append(out, code)
			}
		}
	}
	return out
}

// scaled returns an indicator's column in the index of a tier, nil if unused.
func (c *Content) scaled(level territory.Level, code indicator.Code) *fragility.Scaled {
	r := c.Fragility[level]
	if r == nil {
		return nil
	}
	for i := range r.Columns {
		if r.Columns[i].Indicator == code {
			return &r.Columns[i]
		}
	}
	return nil
}

// IndexPeriod returns the period at which an indicator enters the index of a
// tier, "" when it does not.
func (c *Content) IndexPeriod(level territory.Level, code indicator.Code) string {
	if s := c.scaled(level, code); s != nil {
		return s.Period
	}
	return ""
}

// Weight returns the weight of an indicator inside its domain, 0 if unused.
func (c *Content) Weight(code indicator.Code) float64 {
	for _, level := range territory.Levels {
		if s := c.scaled(level, code); s != nil {
			return s.Weight
		}
	}
	return 0
}

// InIndex reports whether an indicator enters the index of any tier.
func (c *Content) InIndex(code indicator.Code) bool { return c.Weight(code) > 0 }

// Reported returns the territories whose reports an edition makes: the
// country, and every region and département that has a score.
func (c *Content) Reported() []territory.Code {
	out := []territory.Code{territory.France}
	for _, level := range []territory.Level{territory.Region, territory.Departement} {
		for _, t := range c.Territory.ByLevel(level) {
			if c.measured(t.Code) {
				out = append(out, t.Code)
			}
		}
	}
	return out
}

// measured reports whether a territory has a score in at least one domain.
func (c *Content) measured(at territory.Code) bool {
	for _, d := range c.Domains() {
		if c.Standing(at, d.Code).OK {
			return true
		}
	}
	return false
}
