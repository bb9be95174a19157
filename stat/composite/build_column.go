package composite

import (
	"math"
	"slices"
)

// maker makes the columns of indicators, with memory that it keeps.
type maker struct {
	*layout
	sorter
	here []float64 // reference values of one fit
	path []power4
}

// each calls f with the rows of a list, nil meaning all.
func (y *layout) each(rows []int32, f func(i int)) {
	if rows == nil {
		for i := range y.rows {
			f(i)
		}
		return
	}
	for _, i := range rows {
		f(int(i))
	}
}

// gather keeps in here the reference values of rows.
func (c *maker) gather(x []float64, rows []int32) []float64 {
	c.here = c.here[:0]
	if rows == nil && c.Reference == nil {
		for _, v := range x {
			if v == v {
				c.here = append(c.here, v)
			}
		}
		return c.here
	}
	c.each(rows, func(i int) {
		if v := x[i]; v == v && c.ranked(i) {
			c.here = append(c.here, v)
		}
	})
	return c.here
}

// impute returns column l with its gaps filled, and which were; x itself when
// none is.
func (c *maker) impute(l int, x []float64, m Imputation) ([]float64, []bool) {
	if m.Kind == ImputeNone {
		return x, nil
	}
	var along []float64
	out := x
	for _, rows := range c.periods {
		gaps, n := 0, 0
		c.each(rows, func(i int) {
			n++
			if x[i] != x[i] {
				gaps++
			}
		})
		if gaps == 0 || m.Most > 0 && float64(gaps) > m.Most*float64(n)+1e-9 {
			continue
		}
		if &out[0] == &x[0] {
			out = slices.Clone(x)
		}
		if m.Kind == ImputeTime {
			if along == nil {
				along = ImputePanel(x, m.Unit, m.Time, m.Panel, m.MostTime)
			}
			c.each(rows, func(i int) { out[i] = along[i] })
			continue
		}
		c.imputeCentre(x, out, rows, m)
	}
	return out, changed(x, out)
}

// changed marks the values of y that are missing in x, nil where none.
func changed(x, y []float64) []bool {
	if &x[0] == &y[0] {
		return nil
	}
	out, some := make([]bool, len(x)), false
	for i, v := range x {
		if v != v && y[i] == y[i] {
			out[i], some = true, true
		}
	}
	if !some {
		return nil
	}
	return out
}

func (c *maker) imputeCentre(x, out []float64, rows []int32, m Imputation) {
	centre := Centre(mean)
	if m.Kind == ImputeMedian || m.Kind == ImputeGroupMedian {
		centre = c.median
	}
	if m.Kind == ImputeMean || m.Kind == ImputeMedian {
		v := centre(c.gather(x, rows))
		if v != v {
			v = centre(everyone(x, rows))
		}
		c.each(rows, func(i int) {
			if x[i] != x[i] {
				out[i] = v
			}
		})
		return
	}
	group := map[int][]int32{}
	var order []int
	c.each(rows, func(i int) {
		g := m.Group[i]
		if group[g] == nil {
			order = append(order, g)
		}
		group[g] = append(group[g], int32(i))
	})
	whole := m
	whole.Kind = map[ImputationKind]ImputationKind{ImputeGroupMean: ImputeMean, ImputeGroupMedian: ImputeMedian}[m.Kind]
	for _, g := range order {
		c.imputeCentre(x, out, group[g], whole)
	}
}

func everyone(x []float64, rows []int32) []float64 {
	var out []float64
	for _, i := range rows {
		if v := x[i]; v == v {
			out = append(out, v)
		}
	}
	return out
}

// mean is that of values without a gap.
func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// median is that of values without a gap, which it sorts.
func (c *maker) median(x []float64) float64 {
	n := len(x)
	if n == 0 {
		return math.NaN()
	}
	c.values(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}

// fit reads the reference rows of column l and chooses its treatment.
func (c *maker) fit(l int, x []float64, t Treatment) ([]Fit, error) {
	if own := c.Indicators[l].Treatment; own != nil {
		t = *own
	}
	fits := make([]Fit, len(c.fitted))
	some := false
	for g, rows := range c.fitted {
		f := c.treatment(c.gather(x, rows), t)
		fits[g] = f
		some = some || f.Values > 0
		if f.Kind == TreatBoxCox && f.Least <= 0 {
			r := refuse(ErrDomain, l)
			r.Period, r.Row = g, slices.IndexFunc(x, func(v float64) bool { return v == f.Least })
			return nil, r
		}
	}
	if !some {
		return nil, refuse(ErrEmpty, l)
	}
	return fits, nil
}

// treatment says what is done to reference values, which it may sort.
func (c *maker) treatment(x []float64, t Treatment) Fit {
	f := Fit{Values: len(x), Lambda: t.Lambda}
	f.Least, f.Most = bounds(x)
	f.Low, f.High = f.Least, f.Most
	var pass bool
	f.Skewness, f.Kurtosis = shape(x)
	pass = t.Limit.allows(f.Skewness, f.Kurtosis)
	f.Pass = pass
	switch {
	case t.Kind == TreatLog:
		f.Kind = TreatLog
	case t.Kind == TreatBoxCox:
		f.Kind = TreatBoxCox
	case pass || t.Kind == TreatNone:
		return f
	default:
		most := t.Points
		if most == 0 {
			most = max(1, int(t.Share*float64(len(x))))
		}
		c.values(x)
		var w drawing
		w, c.path = drawIn(x, most, t.Limit, t.Ties, c.path)
		f.Pass = w.pass
		if w.pass || t.Kind == TreatWinsorise {
			f.Kind, f.Low, f.High, f.Moved = TreatWinsorise, w.low, w.high, w.n
			return f
		}
		f.Kind = TreatLog
	}
	for i, v := range x {
		x[i] = f.transform(v)
	}
	f.Pass = t.Limit.Pass(x)
	return f
}

// transform is the treatment without its limits.
func (f *Fit) transform(v float64) float64 {
	switch f.Kind {
	case TreatLog:
		return math.Log(v - f.Least + 0.01*(f.Most-f.Least))
	case TreatBoxCox:
		if f.Lambda == 0 {
			return math.Log(v)
		}
		return (math.Pow(v, f.Lambda) - 1) / f.Lambda
	}
	return v
}

// ruler places oriented treated values on the scale.
type ruler struct {
	least, most float64 // what raw values are drawn in to
	sign        float64
	line        Line
	sorted      []float64 // of the rank scales, whose score is base + step × values below
	base, step  float64
	top         float64 // the largest number of values below, for a percentile
	from, to    float64 // what scores are drawn in to
}

// holds tells whether a scale can be computed: values too far apart, or too
// near, leave none.
func (r *ruler) holds() bool {
	slope := math.Abs(r.line.B)
	return r.sorted != nil || slope > 0 && slope <= math.MaxFloat64 && math.Abs(r.line.X0) <= math.MaxFloat64
}

// scale places column l, read by fits, on its scale, into scored, and its
// treated values into treated where that is not nil.
func (c *maker) scale(l int, x []float64, fits []Fit, s Scale, treated, scored []float64) error {
	for g, rows := range c.fitted {
		f := &fits[g]
		if f.Values == 0 {
			if err := c.blank(l, x, g, rows, treated, scored); err != nil {
				return err
			}
			continue
		}
		r, err := c.ruler(l, x, f, s, rows)
		if err == nil && !r.holds() {
			err = ErrFinite
		}
		if err != nil {
			refusal := refuse(err, l)
			if refusal.Period = g; c.Pooled || c.Period == nil {
				refusal.Period = -1
			}
			return refusal
		}
		if rows == nil && treated == nil && f.Kind <= TreatWinsorise && r.sorted == nil {
			r.straight(x, scored)
			continue
		}
		bad := -1
		c.each(rows, func(i int) {
			t := f.transform(min(max(x[i], r.least), r.most))
			if x[i] == x[i] && t-t != 0 { // NaN or infinite
				bad = i
			}
			if treated != nil {
				treated[i] = t
			}
			scored[i] = r.at(t)
		})
		if bad >= 0 {
			refusal := refuse(ErrDomain, l)
			refusal.Row = bad
			return refusal
		}
	}
	return nil
}

// blank leaves a period without a value as it is. Rows outside the reference
// that have one cannot be placed.
func (c *maker) blank(l int, x []float64, period int, rows []int32, treated, scored []float64) error {
	row := -1
	c.each(rows, func(i int) {
		if x[i] == x[i] {
			row = i
		}
		if scored[i] = math.NaN(); treated != nil {
			treated[i] = math.NaN()
		}
	})
	if row >= 0 {
		return &Refusal{ErrEmpty, l, -1, row, period}
	}
	return nil
}

// straight is the common case: no transform, a line.
func (r *ruler) straight(x, scored []float64) {
	b, x0 := r.line.B, r.line.X0
	for i, v := range x {
		v = min(max(v, r.least), r.most)
		scored[i] = min(max(r.line.Y0+(v*r.sign-x0)*b, r.from), r.to)
	}
}

func (r *ruler) at(t float64) float64 {
	if r.sorted == nil {
		return min(max(r.line.At(t*r.sign), r.from), r.to)
	}
	if t != t {
		return t
	}
	below, _ := slices.BinarySearch(r.sorted, t*r.sign)
	return r.base + r.step*min(float64(below), r.top)
}

func (c *maker) ruler(l int, x []float64, f *Fit, s Scale, rows []int32) (*ruler, error) {
	ind := &c.Indicators[l]
	inf := math.Inf(1)
	r := &ruler{least: -inf, most: inf, sign: float64(ind.Direction), from: -inf, to: inf}
	posted := s.Kind == ScaleGoalposts || s.Kind == ScaleTarget
	if f.Kind == TreatWinsorise || f.Kind == TreatLog || s.Clamp && !posted {
		r.least, r.most = f.Low, f.High
	}
	lo, hi := r.sign*f.transform(f.Low), r.sign*f.transform(f.High)
	if lo > hi {
		lo, hi = hi, lo
	}
	if !(lo < hi) && s.Kind != ScaleGoalposts {
		return nil, ErrConstant
	}
	switch s.Kind {
	case ScaleZ:
		m, sd := c.moments(x, f, r, rows)
		r.line = Line{m, s.Lo, s.Hi / sd}
		if s.Clamp {
			r.from, r.to = s.Lo-3*s.Hi, s.Lo+3*s.Hi
		}
		return r, nil
	case ScaleRank, ScaleBorda, ScalePercentile:
		c.ladder(x, f, r, rows)
		r.base, r.step, r.top = 0, 1, inf
		if s.Kind == ScaleRank {
			r.base = 1
		}
		if n := float64(len(r.sorted) - 1); s.Kind == ScalePercentile {
			r.base, r.step, r.top = s.Lo, (s.Hi-s.Lo)/n, n
		}
		return r, nil
	case ScaleFraction:
		if !(hi > 0) {
			return nil, ErrDomain
		}
		lo = 0
	case ScaleTarget:
		hi = r.sign * f.transform(ind.Target)
		if s.Clamp {
			r.to = s.Hi
		}
	case ScaleGoalposts:
		lo, hi = r.sign*f.transform(ind.Low), r.sign*f.transform(ind.High)
		if ind.Direction < 0 {
			lo, hi = hi, lo
		}
		if s.Clamp {
			r.from, r.to = s.Lo, s.Hi
		}
	}
	if !(lo < hi) {
		return nil, ErrPosts
	}
	r.line = Line{lo, s.Lo, (s.Hi - s.Lo) / (hi - lo)}
	return r, nil
}

// treatedHere are the reference values of rows once treated, oriented.
func (c *maker) treatedHere(x []float64, f *Fit, r *ruler, rows []int32) []float64 {
	here := c.gather(x, rows)
	for i, v := range here {
		here[i] = r.sign * f.transform(min(max(v, r.least), r.most))
	}
	return here
}

func (c *maker) moments(x []float64, f *Fit, r *ruler, rows []int32) (m, sd float64) {
	here := c.treatedHere(x, f, r, rows)
	m = mean(here)
	for _, v := range here {
		sd += (v - m) * (v - m)
	}
	return m, math.Sqrt(sd / float64(len(here)-1))
}

func (c *maker) ladder(x []float64, f *Fit, r *ruler, rows []int32) {
	here := c.treatedHere(x, f, r, rows)
	c.values(here)
	r.sorted = slices.Clone(here)
}

// keep forgets the memory for work, which is as long as a column.
func (c *maker) keep() { c.sorter, c.here, c.path = sorter{}, nil, nil }
