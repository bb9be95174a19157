package survey

import "math"

// Base is who a figure rests on: N records, the sum of their weights, and
// their effective number (Σw)²/Σw² (Kish). Unknown counts the records that do
// not know, in the base or not as the question says, and UnknownShare is their
// weighted share among those and the base.
type Base struct {
	N                   int
	Weighted, Effective float64
	Unknown             int
	UnknownShare        float64
}

// WeakBase is the effective base under which a figure is marked and not
// tested.
const WeakBase = 30

// Weak tells that the base is too small to be read alone.
func (b Base) Weak() bool { return !(b.Effective >= WeakBase) }

// baseOf counts the records of a base, and those that do not know, in a group.
func (d *Design) baseOf(base, unknown []bool, in func(i int) bool) Base {
	b, square, outside, without := Base{}, 0.0, 0.0, 0.0
	for i, w := range d.weights {
		if w == 0 || !in(i) {
			continue
		}
		if base[i] {
			b.N++
			b.Weighted += w
			square += w * w
		}
		if unknown[i] {
			b.Unknown++
			without += w
			if !base[i] {
				outside += w
			}
		}
	}
	b.Effective = b.Weighted * b.Weighted / square
	if b.N == 0 {
		b.Effective = 0
	}
	if total := b.Weighted + outside; total > 0 {
		b.UnknownShare = without / total
	}
	return b
}

// Figure is an estimate with its standard error and interval. N is the number
// of records it rests on; Value and the rest are NaN when there is none.
type Figure struct {
	Value, SE, Low, High float64
	N                    int
}

// figures returns a line in k groups (group of each record, -1 none) with the
// covariance between them; NaN and 0 for a group without a record in the base
// of the line.
func (d *Design) figures(l Line, group []int32, k int, level float64) ([]Figure, [][]float64, float64, error) {
	size, code := make([]int, k), make([]int32, d.n)
	in, share := make([]bool, d.n), l.Percent // a share counts whole records, a balance of shares does not
	for i, g := range group {
		if code[i] = -1; d.weights[i] > 0 && g >= 0 && l.Den[i] != 0 {
			size[g]++
			in[i] = true
			share = share && l.Num[i] >= 0 && l.Num[i] <= l.Den[i]
		}
	}
	present, place := make([]int32, 0, k), make([]int32, k)
	for g, n := range size {
		if place[g] = -1; n > 0 {
			place[g] = int32(len(present))
			present = append(present, int32(g))
		}
	}
	for i, g := range group {
		if in[i] {
			code[i] = place[g]
		}
	}
	out, cov := make([]Figure, k), make([][]float64, k)
	for g := range out {
		nan := math.NaN()
		out[g], cov[g] = Figure{nan, nan, nan, nan, 0}, make([]float64, k)
	}
	if len(present) == 0 {
		return out, cov, math.NaN(), nil
	}
	domain := d.Domain(in)
	e, err := domain.Estimate(groupRatios(l.Num, l.Den, code, len(present)))
	if err != nil {
		return nil, nil, 0, err
	}
	df := domain.DF()
	for a, g := range present {
		out[g] = figure(e.Value[a], sqrtAt(e.Cov, a), size[g], share, level, df)
		for b, h := range present {
			cov[g][h] = e.Cov.At(a, b)
		}
	}
	return out, cov, df, nil
}

// figure puts an interval around an estimate: for a share strictly inside
// (0, 1), Student's on the log odds; otherwise Student's on the estimate. A
// share of exactly 0 or 1 takes the interval of Clopper and Pearson.
func figure(value, se float64, n int, share bool, level, df float64) Figure {
	t := Critical(level, df)
	f := Figure{value, se, value - t*se, value + t*se, n}
	switch {
	case !share:
	case value == 0 || value == 1:
		p := Proportion{Value: value}
		p.clopper(float64(n), level)
		f.Low, f.High = p.Low, p.High
	default:
		odds, half := Quasibinomial.link(value), t*se/(value*(1-value))
		f.Low, f.High = logistic(odds-half), logistic(odds+half)
	}
	return f
}

// groupRatios is the statistic of the weighted ratios of num to den in k
// groups.
func groupRatios(num, den []float64, group []int32, k int) Statistic {
	top, bottom := make([][]float64, k), make([][]float64, k)
	for c := range k {
		top[c], bottom[c] = make([]float64, len(num)), make([]float64, len(num))
	}
	for i, c := range group {
		if c >= 0 {
			top[c][i], bottom[c][i] = num[i], den[i]
		}
	}
	return Statistic{Sums: append(top, bottom...),
		Of: func(s []float64) ([]float64, error) {
			out := make([]float64, k)
			for c := range out {
				out[c] = s[c] / s[k+c]
			}
			return out, nil
		},
		Influence: func(w, ratio []float64) [][]float64 {
			size, z := make([]float64, k), make([][]float64, k)
			for c := range z {
				z[c], size[c] = make([]float64, len(num)), dot(w, bottom[c])
			}
			for i, c := range group {
				if c >= 0 {
					z[c][i] = w[i] * (num[i] - ratio[c]*den[i]) / size[c]
				}
			}
			return z
		}}
}

// Figure returns a line over the whole domain with its interval of a level in
// (0, 1).
//
// Refusals: those of Estimate.
func (d *Design) Figure(l Line, level float64) (Figure, error) {
	figures, _, _, err := d.figures(l, make([]int32, d.n), 1, level)
	if err != nil {
		return Figure{}, err
	}
	return figures[0], nil
}
