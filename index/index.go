// Package index runs a composite index stated as data: a specification of the
// ten steps of the OECD and the JRC, met with a table, gives scores at each
// level with their ranks, their uncertainty, an account of what each step did
// to each value, and an explanation of each unit.
//
// It reads no file and knows no territory: the table is an argument. It
// computes nothing that stat/composite does not; it names, checks, explains.
// The language is told in doc/methods/index-desk.md. Start with ParseSpec,
// then Run; an observatory that keeps its own results takes Spec.Plan.
package index

import (
	"encoding/json"
	"math"
	"strconv"
)

// Number is a float64 whose missing value, NaN, is null in JSON.
type Number float64

// Numbers is a column of them.
type Numbers []Number

// MarshalJSON writes null for what is not a finite number.
func (n Number) MarshalJSON() ([]byte, error) { return n.append(nil), nil }

// MarshalJSON writes the column at once, which takes a tenth of the time.
func (x Numbers) MarshalJSON() ([]byte, error) {
	if x == nil {
		return []byte("null"), nil
	}
	out := make([]byte, 1, 20*len(x)+2)
	out[0] = '['
	for i, n := range x {
		if i > 0 {
			out = append(out, ',')
		}
		out = n.append(out)
	}
	return append(out, ']'), nil
}

func (n Number) append(to []byte) []byte {
	if x := float64(n); !math.IsNaN(x) && !math.IsInf(x, 0) {
		return strconv.AppendFloat(to, x, 'g', -1, 64)
	}
	return append(to, "null"...)
}

// UnmarshalJSON reads null as NaN.
func (n *Number) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(raw, (*float64)(n))
}

// OK tells a number from a missing value.
func (n Number) OK() bool { return !math.IsNaN(float64(n)) }

// numbersOf converts a column.
func numbersOf(x []float64) Numbers {
	out := make(Numbers, len(x))
	for i, v := range x {
		out[i] = Number(v)
	}
	return out
}
