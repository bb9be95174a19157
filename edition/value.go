package edition

import (
	"math"

	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

// Value is one published figure with the observations that it rests on.
//
// Territory is the one the figure is measured on, which may be larger than the
// one asked for (see Closest). Computed is true for a ratio that no file
// holds: it is numerator ÷ denominator × the unit's scale. X is NaN when the
// status carries no number.
type Value struct {
	Indicator *indicator.Indicator
	Territory territory.Code
	Period    string
	X         float64
	Status    dataset.Status
	Computed  bool
	Basis     []Basis
	Coverage  *Coverage // of a composed territory's figure, nil for others
}

// Basis is one observation behind a value: its role (value, numerator,
// denominator) and the dataset's part of the manifest.
type Basis struct {
	Role string
	Part Part
	dataset.Observation
}

// The roles of a basis.
const (
	Direct      = "value"
	Numerator   = "numerator"
	Denominator = "denominator"
)

// OK reports whether the value carries a number.
func (v Value) OK() bool { return v.Indicator != nil && !math.IsNaN(v.X) && v.Status.HasValue() }

// Value returns the figure of one indicator, territory and period: as the
// file gives it, or recomputed from counts, false when neither exists. Counts
// of a commune that was merged since the files' vintage are summed over the
// communes it came from; those of a commune born of a split do not exist.
func (c *Content) Value(code indicator.Code, at territory.Code, period string) (Value, bool) {
	ind, ok := c.Catalogue.Get(code)
	if !ok {
		return Value{}, false
	}
	if at.Level() == territory.Composed {
		return c.composedValue(ind, at, period)
	}
	v := Value{Indicator: ind, Territory: at, Period: period, X: math.NaN(), Status: dataset.Missing}
	if b, ok := c.observed(code, at, period, Direct); ok {
		v.X, v.Status, v.Basis = b.X, b.Status, []Basis{b}
		v.Basis = append(v.Basis, c.ratioBasis(ind, at, period)...)
		return v, true
	}
	if ind.Aggregation == "sum" {
		return c.summed(v)
	}
	if ind.Numerator == "" {
		return Value{}, false
	}
	return c.recomputed(v)
}

// recomputed fills a ratio from its two counts.
func (c *Content) recomputed(v Value) (Value, bool) {
	num, ok1 := c.Value(v.Indicator.Numerator, v.Territory, v.Period)
	den, ok2 := c.Value(v.Indicator.Denominator, v.Territory, v.Period)
	if !ok1 || !ok2 {
		return Value{}, false
	}
	v.Computed = true
	v.Basis = append(as(num.Basis, Numerator), as(den.Basis, Denominator)...)
	v.Status = weakest(num.Status, den.Status)
	if !num.OK() || !den.OK() {
		return v, true
	}
	if den.X == 0 {
		v.Status = dataset.Missing
		return v, true
	}
	v.X = num.X / den.X * v.Indicator.Scale()
	return v, true
}

// summed fills a count that has no row of its own: a commune merged since the
// files' vintage, or a territory larger than the communes that have it.
func (c *Content) summed(v Value) (Value, bool) {
	for _, today := range []bool{true, false} {
		if sum, ok := c.summedOver(v, c.members(v.Territory, today), today); ok {
			return sum, true
		}
	}
	return Value{}, false
}

// summedOver sums the rows of members in the files of one geography, false when
// one of them has none.
func (c *Content) summedOver(v Value, members []territory.Code, today bool) (Value, bool) {
	if len(members) == 0 {
		return Value{}, false
	}
	sum := 0.0
	v.Status = dataset.Normal
	for _, m := range members {
		b, ok := c.row(v.Indicator.Code, m, v.Period, Direct, today)
		if !ok {
			return Value{}, false
		}
		v.Basis = append(v.Basis, b)
		v.Status = weakest(v.Status, b.Status)
		sum += b.X
	}
	v.Computed = true
	if v.Status.HasValue() {
		v.X = sum
	}
	return v, true
}

// ratioBasis returns the two counts behind a ratio that the file also gives.
func (c *Content) ratioBasis(ind *indicator.Indicator, at territory.Code, period string) []Basis {
	if ind.Numerator == "" {
		return nil
	}
	num, ok1 := c.observed(ind.Numerator, at, period, Numerator)
	den, ok2 := c.observed(ind.Denominator, at, period, Denominator)
	if !ok1 || !ok2 {
		return nil
	}
	return []Basis{num, den}
}

// as returns the bases under another role.
func as(bases []Basis, role string) []Basis {
	out := make([]Basis, len(bases))
	for i, b := range bases {
		b.Role = role
		out[i] = b
	}
	return out
}

// weakest returns the status that says the least of two.
func weakest(a, b dataset.Status) dataset.Status {
	const order = "APEMS"
	for i := len(order) - 1; i > 0; i-- {
		if byte(a) == order[i] || byte(b) == order[i] {
			return dataset.Status(order[i])
		}
	}
	return dataset.Normal
}
