package agreement

import (
	"fmt"
	"math"
	"slices"
)

// Scale says what the difference of two codes means.
type Scale int

// Nominal: equal or not. Ordinal: the codes that lie between. Interval: the
// difference. Ratio: the difference relative to the sum; codes are not negative.
const (
	Nominal Scale = iota
	Ordinal
	Interval
	Ratio
)

// Alpha is Krippendorff's agreement: 1 when nobody disagrees, 0 when coders
// disagree as much as codes drawn at random from all those given, below when
// more. Units counts those coded at least twice, Codes the codes in them: the
// others say nothing of agreement. Observed and Expected are the disagreements
// that it compares.
type Alpha struct {
	Value              float64
	Observed, Expected float64
	Units, Codes       int
}

// Krippendorff returns alpha: codes[c][u] is the code that coder c gave to unit
// u, NaN when it gave none. Nominal codes are any distinct numbers. All coders
// have the same number of units.
//
// Error: ErrFew when no unit is coded twice; ErrConstant when all codes of such
// units are the same. Panics on lengths that differ and on a negative code of a
// ratio scale.
//
// Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability,
// University of Pennsylvania; Hayes and Krippendorff (2007), Communication
// Methods and Measures 1(1), 77-89.
// Oracle: the values printed there; testdata/alpha.R, over pairs of codes.
func Krippendorff(codes [][]float64, s Scale) (Alpha, error) {
	_, a, err := coincidence(codes, s)
	return a, err
}

// coincidences is the table from which alpha is computed.
type coincidences struct {
	values []float64   // distinct codes of pairable units, ascending
	cell   [][]float64 // coincidences of values
	total  []float64   // of each value
	delta  [][]float64 // squared differences
	pairs  int         // of codes of a same unit
}

func coincidence(codes [][]float64, s Scale) (*coincidences, Alpha, error) {
	var a Alpha
	units, c := pairable(codes), &coincidences{}
	for _, u := range units {
		a.Codes += len(u)
		c.pairs += len(u) * (len(u) - 1) / 2
		c.values = append(c.values, u...)
	}
	if a.Units = len(units); a.Units == 0 {
		return nil, a, ErrFew
	}
	slices.Sort(c.values)
	if s == Ratio && c.values[0] < 0 {
		panic(fmt.Sprintf("agreement.Krippendorff: %v on a ratio scale", c.values[0]))
	}
	c.values = slices.Compact(c.values)
	if len(c.values) < 2 {
		return nil, a, ErrConstant
	}
	c.count(units)
	c.measure(s)
	n := float64(a.Codes)
	for i := range c.values {
		for j := range c.values {
			a.Observed += c.cell[i][j] * c.delta[i][j] / n
			a.Expected += c.total[i] * c.total[j] * c.delta[i][j] / n / (n - 1)
		}
	}
	a.Value = 1 - a.Observed/a.Expected
	return c, a, nil
}

// pairable returns the codes of each unit that has at least two.
func pairable(codes [][]float64) [][]float64 {
	if len(codes) == 0 {
		return nil
	}
	var out [][]float64
	for u := range codes[0] {
		var given []float64
		for c := range codes {
			if len(codes[c]) != len(codes[0]) {
				panic(fmt.Sprintf("agreement.Krippendorff: %d units for coder %d, %d for the first", len(codes[c]), c+1, len(codes[0])))
			}
			if v := codes[c][u]; !math.IsNaN(v) {
				given = append(given, v)
			}
		}
		if len(given) > 1 {
			out = append(out, given)
		}
	}
	return out
}

// count fills the coincidences: each ordered pair of codes of a unit of m codes
// counts 1/(m−1).
func (c *coincidences) count(units [][]float64) {
	k := len(c.values)
	c.cell, c.total = square(k), make([]float64, k)
	number, touched := make([]float64, k), []int{}
	for _, u := range units {
		for _, v := range u {
			at, _ := slices.BinarySearch(c.values, v)
			number[at]++
			touched = append(touched, at)
			c.total[at]++
		}
		slices.Sort(touched)
		touched = slices.Compact(touched)
		for _, i := range touched {
			for _, j := range touched {
				pairs := number[i] * number[j]
				if i == j {
					pairs -= number[i]
				}
				c.cell[i][j] += pairs / float64(len(u)-1)
			}
		}
		for _, i := range touched {
			number[i] = 0
		}
		touched = touched[:0]
	}
}

// measure fills the squared differences of values.
func (c *coincidences) measure(s Scale) {
	k := len(c.values)
	c.delta = square(k)
	for i := range k {
		between := c.total[i] / 2
		for j := i + 1; j < k; j++ {
			d, x, y := 1.0, c.values[i], c.values[j]
			switch s {
			case Ordinal:
				d = between + c.total[j]/2
			case Interval:
				d = y - x
			case Ratio:
				d = (y - x) / (y + x)
			}
			between += c.total[j]
			c.delta[i][j], c.delta[j][i] = d*d, d*d
		}
	}
}

func square(k int) [][]float64 {
	out := make([][]float64, k)
	for i := range out {
		out[i] = make([]float64, k)
	}
	return out
}
