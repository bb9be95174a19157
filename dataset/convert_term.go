package dataset

import (
	"slices"

	"vigie/indicator"
	"vigie/territory"
)

// Term is an observation behind a converted one, under its old code and with
// its line: Factor is the share of it that was taken. Of a ratio recomputed the
// terms are those of its two counts; Under is then the denominator's.
type Term struct {
	Observation
	Factor   float64
	Under    bool
	Communal bool // of Converting.Communes, not of the table converted
}

// Terms returns what Convert makes the observation of a new territory from,
// none where it makes nothing. Columns of t and of with.Communes other than
// those of the series, its numerator and its denominator at that period are
// not read: they may be left out.
func Terms(t *Table, with Converting, code indicator.Code, period string, to territory.Code) []Term {
	if with.Communes != nil {
		with.Communes = within(with.Communes, with.Crossing, to)
	}
	return newConverter(with).terms(t, code, period, to)
}

// within keeps of a table of communes those with ground in a new territory, and
// all those that share a new commune with them.
func within(communes *Table, crossing *territory.Crossing, to territory.Code) *Table {
	var olds []territory.Code
	for _, m := range crossing.To.Children(to, territory.Commune) {
		for _, p := range crossing.Into(m.Code) {
			olds = append(olds, p.Code)
		}
	}
	slices.Sort(olds)
	var b Builder
	for _, code := range slices.Compact(olds) {
		for i := range communes.Columns {
			if o, ok := communes.Columns[i].At(code); ok {
				b.Add(o)
			}
		}
	}
	t, _ := b.Table() // each code once
	return t
}

// terms follows Convert: the same ground first, then the communes, then the
// parts.
func (v *converter) terms(t *Table, code indicator.Code, period string, to territory.Code) []Term {
	c := t.Column(code, period)
	ind, ok := v.with.Indicator(code)
	if c == nil || !ok {
		return nil
	}
	parts := v.with.Crossing.Into(to)
	if len(parts) == 1 {
		if alone, ok := v.with.Crossing.Alone(parts[0].Code); ok && alone == to {
			return []Term{{Observation: observation(c, parts[0].Code), Factor: 1}}
		}
	}
	if _, ok := v.fromCommunes(c, ind, to); ok {
		return v.communalTerms(ind, period, to)
	}
	switch ind.MeasureOf() {
	case indicator.Additive:
		var out []Term
		for _, p := range parts {
			out = append(out, Term{Observation: observation(c, p.Code), Factor: p.Share})
		}
		return out
	case indicator.Quotient:
		return append(v.terms(t, ind.Numerator, period, to), under(v.terms(t, ind.Denominator, period, to))...)
	}
	return nil
}

// communalTerms are the terms of the communes of a larger territory.
func (v *converter) communalTerms(ind *indicator.Indicator, period string, to territory.Code) []Term {
	codes := []indicator.Code{ind.Code}
	if ind.MeasureOf() == indicator.Quotient {
		codes = []indicator.Code{ind.Numerator, ind.Denominator}
	}
	only := newConverter(Converting{Crossing: v.with.Crossing, Indicator: v.with.Indicator})
	var out []Term
	for i, code := range codes {
		var terms []Term
		for _, m := range v.members[to] {
			terms = append(terms, only.terms(v.with.Communes, code, period, m)...)
		}
		if i > 0 {
			terms = under(terms)
		}
		out = append(out, terms...)
	}
	for i := range out {
		out[i].Communal = true
	}
	return out
}

// under marks the terms of a denominator.
func under(terms []Term) []Term {
	for i := range terms {
		terms[i].Under = true
	}
	return terms
}

// observation is that of an old territory, missing and without line where the
// column has none.
func observation(c *Column, code territory.Code) Observation {
	o := at(c, code)
	o.Indicator, o.Period, o.Territory = c.Indicator, c.Period, code
	return o
}
