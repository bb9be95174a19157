package fragility

import (
	"context"

	"vigie/index"
)

// Effect is what one choice of method does to the places of one part: the overall
// index, or each domain where a level has no overall score.
//
// First is the share of the variance of places that the choice explains by
// itself, Total the share in which it has a part, alone or with others, when
// the choices vary together as the spec says. Both are estimated: they may come
// out a little below 0 or above 1.
type Effect struct {
	Choice       string        `json:"choice"` // as the spec names it: normalisation, weighting, weight_noise, aggregation, leave_one_out, treatment, imputation, sampling
	First        Share         `json:"first"`
	Total        Share         `json:"total"`
	Alternatives []Alternative `json:"alternatives"` // those that are not the published one
}

// Share is an estimated share of a variance with the ends of its interval.
type Share struct {
	Value float64 `json:"value"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
}

// Alternative is what taking one alternative does, all else as published.
type Alternative struct {
	Name  string  `json:"name"`  // as the spec names it: percentile, equal_indicator, geometric …
	Shift float64 `json:"shift"` // mean number of places by which a reference unit moves
	Moved float64 `json:"moved"` // share of the reference units that change class, in [0, 1]
}

// study finds the effect of each choice on the overall index or, where the level
// has no overall score, on each domain that is assessed.
func (c *computation) study(ctx context.Context) error {
	rows := c.spec.Uncertainty.SobolRows
	if rows == 0 {
		return nil
	}
	overall := c.Parts[len(c.Parts)-1].Assessed
	for k := range c.Parts {
		p := &c.Parts[k]
		if !p.Assessed || overall != (p.Kind == OfAll) || !overall && p.Kind != OfDomain {
			continue
		}
		f, err := c.plan.Index.Sensitivity(ctx, c.plan.Method, c.plan.Simulation, c.number(p), rows)
		if err != nil {
			return c.plan.Told(err)
		}
		for _, s := range c.plan.Influences(f) {
			p.Effects = append(p.Effects, effect(s))
		}
	}
	return nil
}

// effect leaves out the alternatives under which the index cannot be built;
// they are counted among the failed draws. Where nothing moves, no share exists
// and all are 0.
func effect(s index.Sensitive) Effect {
	e := Effect{
		Choice: s.Choice,
		First:  Share{known(s.First), known(s.FirstLo), known(s.FirstHi)},
		Total:  Share{known(s.Total), known(s.TotalLo), known(s.TotalHi)},
	}
	for _, a := range s.Alternatives {
		if a.Shift.OK() {
			e.Alternatives = append(e.Alternatives, Alternative{a.Name, float64(a.Shift), float64(a.Moved)})
		}
	}
	return e
}

func known(n index.Number) float64 {
	if !n.OK() {
		return 0
	}
	return float64(n)
}
