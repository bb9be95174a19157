package dataset

import (
	"math"
	"slices"

	"vigie/indicator"
	"vigie/territory"
)

// Total is a sum or a ratio over several territories.
//
// X is the exact value, NaN unless every member has its own: one secret makes
// it Secret, without a secret one that is missing or absent makes it Missing.
// Partial is the same over the members that have one: a value to show only with
// its coverage, Covered of Of; NaN when there is none.
type Total struct {
	X           float64
	Status      Status
	Covered, Of int
	Partial     float64
}

// Sum adds the counts of a column, nil when no file has it, over members, each
// given once.
func Sum(c *Column, members []territory.Code) Total {
	t := gathering{status: Normal}
	for _, m := range members {
		o := at(c, m)
		t.add(o.Status, o.X, 1)
	}
	return t.total(1, false)
}

// Ratio divides the sum of num over members by that of den and multiplies by
// scale. A member counts as covered when it has both; only those enter Partial.
// A denominator of zero has no ratio: Missing.
func Ratio(num, den *Column, members []territory.Code, scale float64) Total {
	t := gathering{status: Normal}
	for _, m := range members {
		n, d := at(num, m), at(den, m)
		t.add(Worst(n.Status, d.Status), n.X, d.X)
	}
	return t.total(scale, true)
}

// gathering adds up the members that have a value.
type gathering struct {
	of, covered int
	num, den    compensated
	status      Status
}

func (g *gathering) add(s Status, num, den float64) {
	g.of++
	g.status = Worst(g.status, s)
	if s.HasValue() && !math.IsNaN(num) && !math.IsNaN(den) {
		g.covered++
		g.num.add(num)
		g.den.add(den)
	}
}

func (g *gathering) total(scale float64, ratio bool) Total {
	t := Total{X: math.NaN(), Status: g.status, Covered: g.covered, Of: g.of, Partial: math.NaN()}
	if g.of == 0 {
		t.Status = Missing
	}
	if g.covered > 0 && (!ratio || g.den.sum() != 0) {
		t.Partial = g.num.sum() * scale
		if ratio {
			t.Partial = g.num.sum() / g.den.sum() * scale
		}
	}
	switch {
	case t.Status.HasValue() && math.IsNaN(t.Partial):
		t.Status = Missing
	case t.Status.HasValue():
		t.X = t.Partial
	}
	return t
}

// at returns the observation of a territory, a missing one when the column has
// no row for it.
func at(c *Column, code territory.Code) Observation {
	if c != nil {
		if o, ok := c.At(code); ok {
			return o
		}
	}
	return Observation{Territory: code, X: math.NaN(), Status: Missing}
}

// Worst returns the status of what is made of two observations: secret if one
// is, else missing, else estimated, else provisional.
func Worst(a, b Status) Status {
	for _, s := range []Status{Secret, Missing, Estimated, Provisional} {
		if a == s || b == s {
			return s
		}
	}
	return Normal
}

// compensated is a sum that does not lose small terms (Neumaier 1974), so that
// the order of territories does not show.
type compensated struct{ s, c float64 }

func (k *compensated) add(x float64) {
	t := k.s + x
	if math.Abs(k.s) >= math.Abs(x) {
		k.c += (k.s - t) + x
	} else {
		k.c += (x - t) + k.s
	}
	k.s = t
}

func (k *compensated) sum() float64 { return k.s + k.c }

// Field is what an aggregation is made over.
type Field struct {
	Vintage *territory.Vintage
	Member  territory.Level   // the tier that is added up
	Levels  []territory.Level // the tiers to make
	Without []territory.Code  // ground left out of the sums, with the larger tiers that lie in it
}

// Shortfall is a sum that could not be made whole.
type Shortfall struct {
	Indicator   indicator.Code
	Period      string
	Territory   territory.Code
	Status      Status
	Covered, Of int
}

// Aggregate adds up the counts of a table to larger tiers and computes the
// ratios of the catalogue there from the sums. Only series that add up and
// ratios of two of them are made; a total that lacks a member is kept with its
// status and listed. The catalogue says measures, numerators and units.
func Aggregate(t *Table, series []indicator.Indicator, f Field) (*Table, []Shortfall) {
	var b Builder
	var short []Shortfall
	groups := f.groups()
	emit := func(code indicator.Code, period string, sum func([]territory.Code) Total) {
		for _, g := range groups {
			v := sum(g.members)
			if v.Covered == 0 && v.Status != Secret {
				continue // nothing is known there
			}
			if !v.Status.HasValue() {
				short = append(short, Shortfall{code, period, g.code, v.Status, v.Covered, v.Of})
			}
			b.Add(Observation{Indicator: code, Territory: g.code, Period: period, X: v.X, Status: v.Status})
		}
	}
	for _, i := range series {
		switch i.MeasureOf() {
		case indicator.Additive:
			for k := range t.Periods(i.Code) {
				c := &t.Periods(i.Code)[k]
				emit(i.Code, c.Period, func(m []territory.Code) Total { return Sum(c, m) })
			}
		case indicator.Quotient:
			for k := range t.Periods(i.Numerator) {
				num := &t.Periods(i.Numerator)[k]
				if den := t.Column(i.Denominator, num.Period); den != nil {
					emit(i.Code, num.Period, func(m []territory.Code) Total { return Ratio(num, den, m, i.Scale()) })
				}
			}
		}
	}
	out, twice := b.Table()
	if len(twice) > 0 {
		panic("dataset.Aggregate: a series is given twice: " + string(twice[0].Indicator))
	}
	return out, short
}

// group is a larger territory with its members.
type group struct {
	code    territory.Code
	members []territory.Code
}

// groups lists the territories to make with their members, by level, then code.
func (f Field) groups() []group {
	index := map[territory.Code]int{}
	var out []group
	for _, level := range f.Levels {
		for _, t := range f.Vintage.ByLevel(level) {
			if !slices.Contains(f.Without, t.Code) {
				index[t.Code] = len(out)
				out = append(out, group{code: t.Code})
			}
		}
	}
	for _, m := range f.Vintage.ByLevel(f.Member) {
		if f.without(m.Code) {
			continue
		}
		for _, p := range f.Vintage.Parents(m.Code) {
			if i, ok := index[p]; ok {
				out[i].members = append(out[i].members, m.Code)
			}
		}
	}
	return slices.DeleteFunc(out, func(g group) bool { return len(g.members) == 0 })
}

// Members returns the territories that are added up to a larger one, by code.
func (f Field) Members(code territory.Code) []territory.Code {
	var out []territory.Code
	for _, m := range f.Vintage.Children(code, f.Member) {
		if !f.without(m.Code) {
			out = append(out, m.Code)
		}
	}
	return out
}

// without reports whether a member is left out, itself or with what it lies in.
func (f Field) without(m territory.Code) bool {
	return slices.Contains(f.Without, m) ||
		slices.ContainsFunc(f.Vintage.Parents(m), func(c territory.Code) bool { return slices.Contains(f.Without, c) })
}
