package observatory

import (
	"errors"
	"slices"

	"vigie/edition"
	"vigie/indicator"
	"vigie/territory"
)

// summed returns the leaves of a sum or a ratio that a rebuilding made.
func (w *walkback) summed(d *edition.Derivation, b edition.Basis) ([]edition.Leaf, error) {
	v := w.vintage(d.To)
	if v == nil {
		return nil, nil
	}
	s := &sumback{w, d, v}
	m, err := s.make(b.Indicator, b.Territory, b.Period)
	return m.leaves, err
}

// sumback makes sums and ratios again as a summary did.
type sumback struct {
	*walkback
	how *edition.Derivation
	v   *territory.Vintage
}

// made is the leaves of an observation and whether it has a value.
type made struct {
	leaves []edition.Leaf
	ok     bool
}

// of returns what is known of an observation, imported or made.
func (s *sumback) of(code indicator.Code, at territory.Code, period string) (made, error) {
	b, ok, err := s.given(s.how.Origins, code, at, period)
	if err != nil || !ok {
		m, other := s.make(code, at, period)
		return m, errors.Join(err, other)
	}
	return made{[]edition.Leaf{{Basis: b, Factor: 1}}, b.OK()}, nil
}

// make makes an observation again, by the measure of its series.
func (s *sumback) make(code indicator.Code, at territory.Code, period string) (made, error) {
	ind, ok := s.c.Catalogue.Get(code)
	switch {
	case !ok:
		return made{}, nil
	case code == inHectares.code:
		m, err := s.of(inHectares.from, at, inHectares.period)
		for i := range m.leaves {
			m.leaves[i].Factor *= inHectares.factor
		}
		return m, err
	case ind.MeasureOf() == indicator.Additive:
		return s.sum(code, at, period)
	case ind.MeasureOf() == indicator.Quotient:
		num, err := s.of(ind.Numerator, at, period)
		den, other := s.of(ind.Denominator, at, period)
		return made{append(role(num.leaves, edition.Numerator), role(den.leaves, edition.Denominator)...), num.ok && den.ok}, errors.Join(err, other)
	}
	return made{}, nil
}

// sum gathers the leaves of the members of a larger territory.
func (s *sumback) sum(code indicator.Code, at territory.Code, period string) (out made, err error) {
	for _, up := range ladder {
		if !slices.Contains(up.levels, at.Level()) {
			continue
		}
		all, known := map[territory.Code]made{}, map[territory.Code]bool{}
		for _, t := range s.v.Children(at, up.member) {
			if all[t.Code], err = s.of(code, t.Code, period); err != nil {
				return made{}, err
			}
			known[t.Code] = all[t.Code].ok
		}
		members := summed(s.v, code, up.member, up.levels, known).Members(at)
		out.ok = len(members) > 0
		for _, m := range members {
			out.leaves, out.ok = append(out.leaves, all[m].leaves...), out.ok && all[m].ok
		}
		return out, nil
	}
	return made{}, nil
}
