package survey

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// Quantiles holds, for each of P in [0, 1], the quantile, its interval and
// the standard error that the interval implies, width/2t. An end of interval
// is NaN where the share that bounds it leaves [0, 1].
type Quantiles struct {
	P, Value, Low, High, SE []float64
}

// QuantileOption says how quantiles and their intervals are made. Rule is one
// of Rules, Interval one of QuantileIntervals ("" for the first), Level is in
// (0, 1), 0 for 0.95.
type QuantileOption struct {
	Rule, Interval string
	Level          float64
}

// QuantileIntervals lists the intervals of a quantile.
var QuantileIntervals = []string{"mean", "beta", "xlogit", "asin", "score"}

// Quantile returns the quantiles p of one variable over the domain, read on
// the weighted distribution function by the rule asked.
//
// Intervals are Woodruff's: that of the share of records at or below the
// quantile, by the method asked, read back on the distribution function. The
// "score" interval inverts a test instead (Francisco and Fuller); it is given
// for comparison, as the reference program computes it: the ends are read at
// the unweighted rank of the roots, wrong when weights differ much.
//
// Refusals: p outside [0, 1], more than one variable, a missing value in the
// domain, those of Mean.
//
// Source: Woodruff (1952), doi:10.1080/01621459.1952.10483443; Dorfman and
// Valliant (1993). Oracle: R survey svyquantile.
func (d *Design) Quantile(x *Values, p []float64, o QuantileOption) (*Quantiles, error) {
	if len(x.Data) != 1 {
		return nil, refuse("", 0, "demandez une variable à la fois", "%d variables pour un quantile", len(x.Data))
	}
	if o.Rule != "" && !slices.Contains(Rules, o.Rule) || o.Interval != "" && !slices.Contains(QuantileIntervals, o.Interval) {
		return nil, refuse(x.Names[0], 0, "choisissez parmi "+strings.Join(slices.Concat(Rules, QuantileIntervals), ", "),
			"règle « %s » ou intervalle « %s » inconnu", o.Rule, o.Interval)
	}
	columns, err := d.clean(x)
	if err != nil {
		return nil, err
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	r := d.rank(columns[0])
	out := &Quantiles{P: p}
	df := d.DF()
	for _, share := range p {
		if !(share >= 0 && share <= 1) {
			return nil, refuse(x.Names[0], 0, "donnez un nombre entre 0 et 1", "quantile d’ordre %g", share)
		}
		value := r.quantile(o.Rule, share)
		low, high, err := r.interval(d, x.Names[0], value, share, o)
		if err != nil {
			return nil, err
		}
		out.Value = append(out.Value, value)
		out.Low, out.High = append(out.Low, low), append(out.High, high)
		out.SE = append(out.SE, (high-low)/2/Critical(o.Level, df))
	}
	return out, nil
}

// sorted is a variable in increasing order over the records of the domain.
type sorted struct {
	column []float64 // as given, all records
	x, w   []float64 // in order
	sum    []float64 // of w up to each
	level  []int     // last rank of each distinct value
}

// rank orders a clean column.
func (d *Design) rank(column []float64) *sorted {
	rows := make([]int, 0, d.n)
	for i, w := range d.weights {
		if w != 0 {
			rows = append(rows, i)
		}
	}
	sort.SliceStable(rows, func(a, b int) bool { return column[rows[a]] < column[rows[b]] })
	r := &sorted{column: column}
	total, lost := 0.0, 0.0 // lost: what rounding took, as sums must be exact to the last bit
	for k, i := range rows {
		w := d.weights[i]
		next := total + w
		lost += (total - next) + w
		total = next
		r.x, r.w, r.sum = append(r.x, column[i]), append(r.w, w), append(r.sum, total+lost)
		if k+1 == len(rows) || column[rows[k+1]] != column[i] {
			r.level = append(r.level, k)
		}
	}
	return r
}

// interval returns the ends of the interval of a quantile.
func (r *sorted) interval(d *Design, name string, value, share float64, o QuantileOption) (low, high float64, err error) {
	if o.Interval == "score" {
		return r.score(d, name, share, Critical(o.Level, d.DF()), o.Rule)
	}
	below := make([]float64, d.n)
	for i, v := range r.column {
		if d.weights[i] != 0 && v <= value {
			below[i] = 1
		}
	}
	x := &Values{Names: []string{name}, Data: [][]float64{below}}
	e, err := d.Mean(x, Option{})
	if err != nil {
		return 0, 0, err
	}
	p := &Proportion{Value: e.Value[0], Var: max(0, e.Cov.At(0, 0)), Low: math.NaN(), High: math.NaN()}
	if p.Value > 1-1e-15 {
		p.Value = 1
	}
	method := o.Interval
	if method == "" {
		method = "mean"
	}
	switch {
	case p.Value > 0 && p.Value < 1:
		err = p.bounds(x, d, ProportionOption{Method: method, Level: o.Level, Before: d})
	case method == "mean":
		p.Low, p.High = p.Value, p.Value
	}
	return r.within(o.Rule, p.Low), r.within(o.Rule, p.High), err
}

// within returns the quantile of a share, NaN outside [0, 1].
func (r *sorted) within(rule string, share float64) float64 {
	if !(share >= 0 && share <= 1) {
		return math.NaN()
	}
	return r.quantile(rule, share)
}

// score returns the interval of the values where the test of « the share
// above is 1 − share » is not rejected. The distribution is a step function:
// the search ends between two values, on the side where the test is nearer to
// its limit.
func (r *sorted) score(d *Design, name string, share, t float64, rule string) (low, high float64, err error) {
	for _, limit := range []float64{t, -t} {
		test := func(k int) float64 { // at the k-th distinct value
			if err != nil {
				return 0
			}
			var v float64
			v, err = r.test(d, name, r.x[r.level[k]], share)
			return v - limit
		}
		k := sort.Search(len(r.level)-1, func(k int) bool { return test(k) <= 0 })
		count := 0
		switch {
		case k > 0 && math.Abs(test(k-1)) < math.Abs(test(k)):
			count = r.level[k-1] + 1
		default:
			count = r.level[k] + 1
		}
		end := r.quantile(rule, float64(count)/float64(len(r.x)))
		if limit > 0 {
			low = end
		} else {
			high = end
		}
	}
	return low, high, err
}

// test returns the studentised difference between the share above a value
// and 1 − share.
func (r *sorted) test(d *Design, name string, value, share float64) (float64, error) {
	above := make([]float64, d.n)
	for i, v := range r.column {
		if d.weights[i] != 0 && v > value {
			above[i] = 1
		}
	}
	e, err := d.Mean(&Values{Names: []string{name}, Data: [][]float64{above}}, Option{})
	if err != nil {
		return 0, err
	}
	return (e.Value[0] - (1 - share)) / e.SE()[0], nil
}

// Rules lists the ways to read a quantile on the distribution function; see
// doc/methods/survey-quantiles.md.
var Rules = []string{"math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"}

// quantile reads the quantile of a share in [0, 1] by a rule.
func (r *sorted) quantile(rule string, p float64) float64 {
	switch rule {
	case "", "math", "hf1":
		k, _ := r.inverse(p)
		return r.x[r.level[k]]
	case "school", "hf2":
		k, exact := r.inverse(p)
		if exact && k+1 < len(r.level) {
			return (r.x[r.level[k]] + r.x[r.level[k+1]]) / 2
		}
		return r.x[r.level[k]]
	case "hf3":
		k, exact := r.inverse(p)
		if exact && k%2 == 0 && k+1 < len(r.level) { // an odd position, counted from 1
			k++
		}
		return r.x[r.level[k]]
	case "shahvaish":
		return r.shahVaish(p)
	}
	return r.continuous(rule, p)
}

// inverse returns the rank of the first distinct value whose distribution
// function reaches p, and whether it equals p. Where weights are equal both
// depend on the last bit: the comparisons are those of the reference program.
func (r *sorted) inverse(p float64) (k int, exact bool) {
	total := r.sum[len(r.sum)-1]
	k = sort.Search(len(r.level), func(k int) bool { return r.sum[r.level[k]] > p*total })
	if k > 0 && r.sum[r.level[k-1]]/total == p {
		return k - 1, true
	}
	return min(k, len(r.level)-1), false
}

// shahVaish reads the rule of Shah and Vaish as the reference program does:
// the value whose F = (C*−w/2+1/2)/(n+1) is the largest not above p, with C*
// the cumulated weights rescaled to n and w the weights as they are.
func (r *sorted) shahVaish(p float64) float64 {
	n := float64(len(r.x))
	scale := n / r.sum[len(r.sum)-1]
	best, value, count := math.Inf(-1), 0.0, 0.0
	least, first := math.Inf(1), 0.0
	for k, x := range r.x {
		f := (r.sum[k]*scale + 0.5 - r.w[k]/2) / (n + 1)
		if f < least {
			least, first = f, x
		}
		switch {
		case f > p || f < best:
		case f > best:
			best, value, count = f, x, 1
		default:
			value, count = value+x, count+1
		}
	}
	if count == 0 {
		return first
	}
	return value / count
}

// continuous interpolates between the points (p_k, x_k) of Hyndman and Fan's
// rules 4 to 9 with weights; beyond the first and last points it keeps their
// values.
func (r *sorted) continuous(rule string, p float64) float64 {
	last := len(r.x) - 1
	total, w := r.sum[last], r.w[last]
	if rule == "hf4" {
		return r.linear(p)
	}
	at := func(k int) float64 {
		switch rule {
		case "hf5":
			return (r.sum[k] - r.w[k]/2) / total
		case "hf6":
			return r.sum[k] / (total + w)
		case "hf7":
			if k == 0 {
				return 0
			}
			return r.sum[k-1] / r.sum[last-1]
		case "hf8":
			return (r.sum[k] - r.w[k]/3) / (total + w/3)
		case "hf9":
			return (r.sum[k] - 3*r.w[k]/8) / (total + w/4)
		}
		panic("survey: rule " + rule)
	}
	k := sort.Search(len(r.x), func(k int) bool { return at(k) >= p })
	switch {
	case k == 0:
		return r.x[0]
	case k > last:
		return r.x[last]
	}
	before, after := at(k-1), at(k)
	return r.x[k-1] + (r.x[k]-r.x[k-1])*((p-before)/(after-before))
}

// linear interpolates the distribution function itself, rule 4, with the
// comparisons of inverse.
func (r *sorted) linear(p float64) float64 {
	last := len(r.x) - 1
	total := r.sum[last]
	k := sort.Search(len(r.x), func(k int) bool { return r.sum[k] > p*total })
	switch {
	case k == 0:
		return r.x[0]
	case k > last:
		return r.x[last]
	}
	before, after := r.sum[k-1]/total, r.sum[k]/total
	share := (p - before) / (after - before)
	return r.x[k-1]*(1-share) + r.x[k]*share
}
