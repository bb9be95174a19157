package survey

import "slices"

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
