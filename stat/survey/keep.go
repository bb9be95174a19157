package survey

import (
	"math"
	"slices"
)

// Keep returns the frame of the rows listed, indices from 0, in that order.
// Levels that none of them has do not exist in the result.
func (f *Frame) Keep(rows []int) *Frame {
	out := &Frame{Rows: len(rows)}
	for _, c := range f.Columns {
		kept := *c
		kept.Number, kept.Code, kept.Why = chosen(c.Number, rows), chosen(c.Code, rows), chosen(c.Why, rows)
		kept.Why = chosen(c.Why, rows)
		out.Columns = append(out.Columns, kept.Present())
	}
	return out
}

// Spread returns the column of len(rows) records, of which record i is record
// rows[i] of c, or missing where rows[i] is negative.
func (c *Column) Spread(rows []int) *Column {
	out := &Column{Name: c.Name, Label: c.Label, Labels: c.Labels, Levels: c.Levels}
	for _, i := range rows {
		switch {
		case c.Number != nil && i < 0:
			out.Number = append(out.Number, math.NaN())
		case c.Number != nil:
			out.Number = append(out.Number, c.Number[i])
		case i < 0:
			out.Code = append(out.Code, -1)
		default:
			out.Code = append(out.Code, c.Code[i])
		}
	}
	return out.Present()
}

func chosen[T any](all []T, rows []int) []T {
	if all == nil {
		return nil
	}
	out := make([]T, len(rows))
	for k, i := range rows {
		out[k] = all[i]
	}
	return out
}

// Present returns the column with only the levels that a record has, in the
// same order. A number column is returned as it is.
func (c *Column) Present() *Column {
	if c.Number != nil {
		return c
	}
	to := make([]int32, len(c.Levels))
	for _, code := range c.Code {
		if code >= 0 {
			to[code] = 1
		}
	}
	out := *c
	out.Levels, out.Code = nil, slices.Clone(c.Code)
	for k, seen := range to {
		if seen == 1 {
			to[k] = int32(len(out.Levels))
			out.Levels = append(out.Levels, c.Levels[k])
		}
	}
	for i, code := range out.Code {
		if code >= 0 {
			out.Code[i] = to[code]
		}
	}
	return &out
}
