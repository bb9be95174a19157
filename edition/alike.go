package edition

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"vigie/casestudy"
	"vigie/fragility"
	"vigie/indicator"
	"vigie/territory"
)

// The rule of resemblance in a year: see doc/methods/match.md.
const (
	farSteps      = 1000   // shares of pairs told apart
	manyPairs     = 50_000 // of a tier, beyond which some stand for all
	mostIndicator = 3
)

// past is the index of a tier with each series read as near to a year as it is
// known, and the periods read.
type past struct {
	*space
	series   []indicator.Code
	z        [][]float64 // by series, then by unit
	from, to string
}

// in is the same of one year: of its series, how many are known only after it.
type in struct {
	*past
	after int
}

// Alike says how much a territory resembled another in a year (0: today), by
// the distance that Similar uses, as the share of pairs of the tier that are
// less alike. They are compared at the smallest tier of an EPCI, a département
// or a region at which both, or what holds them, can be. False when there is
// none.
func (c *Content) Alike(of, with territory.Code, year int) (casestudy.Resemblance, bool) {
	return c.LikenessTo(with)(of, year)
}

// compared are the tiers at which two territories are, the smallest first.
var compared = [...]territory.Level{territory.EPCI, territory.Departement, territory.Region}

// LikenessTo is Alike to one territory, for many others. It is for one goroutine.
func (c *Content) LikenessTo(with territory.Code) func(of territory.Code, year int) (casestudy.Resemblance, bool) {
	own := [len(compared)]territory.Code{}
	for k, level := range compared {
		own[k] = c.at(with, level)
	}
	pasts := map[int]*[len(compared)]*in{}
	return func(of territory.Code, year int) (casestudy.Resemblance, bool) {
		past, ok := pasts[year]
		if !ok {
			past = &[len(compared)]*in{}
			for k, level := range compared {
				if own[k] != "" {
					past[k] = c.past(level, year)
				}
			}
			pasts[year] = past
		}
		for k, p := range past {
			if p == nil {
				continue
			}
			at := c.at(of, compared[k])
			if i, j, d := p.pair(at, own[k]); i >= 0 && j >= 0 {
				return casestudy.Resemblance{Share: p.share(d), Of: at, With: own[k], From: p.from, To: p.to, Series: len(p.r.Columns), After: p.after}, true
			}
		}
		return casestudy.Resemblance{}, false
	}
}

// pair finds two units and their distance, -1 when they are not compared.
func (p *past) pair(of, with territory.Code) (i, own int, d float64) {
	i, okA := p.r.Unit(of)
	own, okB := p.r.Unit(with)
	if !okA || !okB {
		return -1, -1, 0
	}
	d, _, ok := p.distance(own, i)
	if !ok {
		return -1, -1, 0
	}
	return i, own, d
}

// InCommon are the series that make two territories of one tier alike in a year,
// at most three: those by which both stand away from the mean on one side and
// near each other.
func (c *Content) InCommon(of, with territory.Code, year int) []indicator.Code {
	p := c.past(of.Level(), year)
	if p == nil {
		return nil
	}
	i, own, _ := p.pair(of, with)
	if i < 0 {
		return nil
	}
	return p.common(own, i)
}

// at is a territory at a tier: itself or what holds it, "" when it is larger.
func (c *Content) at(code territory.Code, level territory.Level) territory.Code {
	if code.Level() == level {
		return code
	}
	for _, up := range c.Above(code) {
		if up.Level() == level {
			return up
		}
	}
	return ""
}

// past returns that of a tier and a year, made once; nil without result.
func (c *Content) past(level territory.Level, year int) *in {
	key := "past/" + string(level) + "/" + strconv.Itoa(year)
	if kept, ok := c.same.Load(key); ok {
		return kept.(*in)
	}
	p := c.newPast(level, year)
	c.same.Store(key, p)
	return p
}

func (c *Content) newPast(level territory.Level, year int) *in {
	r := c.Fragility[level]
	if r == nil {
		return nil
	}
	columns := r.Columns
	if year > 0 {
		columns = c.nearest(r, year)
	}
	p := c.pastOf(r, columns)
	if p == nil {
		return nil
	}
	after := 0
	for _, k := range p.r.Columns {
		if year > 0 && casestudy.YearOf(k.Period) > year {
			after++
		}
	}
	return &in{p, after}
}

// nearest are the columns of a result at the covered period nearest to a year,
// the earlier one of two.
func (c *Content) nearest(r *fragility.Result, year int) []fragility.Scaled {
	out := slices.Clone(r.Columns)
	for i := range out {
		k := &out[i]
		periods := c.Periods(k.Indicator, r.Level)
		slices.SortStableFunc(periods, func(a, b string) int { return cmp.Compare(away(a, year), away(b, year)) })
		for _, period := range periods {
			if period == k.Period || c.covered(r, k.Indicator, period) != nil {
				k.Period = period
				break
			}
		}
	}
	return out
}

// pastOf is the index of a tier with each series at a period, made once for the
// years that are nearest to the same ones.
func (c *Content) pastOf(r *fragility.Result, columns []fragility.Scaled) *past {
	key, today := "past/"+string(r.Level), true
	for i, k := range columns {
		key += "/" + k.Period
		today = today && k.Period == r.Columns[i].Period
	}
	if kept, ok := c.same.Load(key); ok {
		return kept.(*past)
	}
	then := r
	if !today {
		then = c.computed(r, columns)
	}
	var p *past
	if then != nil {
		p = &past{space: newSpace(then, max(1, len(then.Units)*len(then.Units)/2/manyPairs))}
		for _, k := range then.Columns {
			if z := deviations(then.Units, k.Score); z != nil {
				p.series, p.z = append(p.series, k.Indicator), append(p.z, z)
			}
			if p.from == "" || k.Period < p.from {
				p.from = k.Period
			}
			p.to = max(p.to, k.Period)
		}
	}
	c.same.Store(key, p)
	return p
}

// computed is the index of the edition, by its own specification, of its series
// at other periods; nil when they tell no two territories apart.
func (c *Content) computed(r *fragility.Result, columns []fragility.Scaled) *fragility.Result {
	in := &fragility.Input{Level: r.Level, Units: r.Units}
	for _, d := range c.Domains() {
		in.Domains = append(in.Domains, fragility.Domain{Code: d.Code, Dimension: d.Parent})
	}
	for _, k := range columns {
		if x := c.covered(r, k.Indicator, k.Period); x != nil {
			in.Columns = append(in.Columns, fragility.Column{Indicator: k.Indicator, Domain: k.Domain, Direction: k.Direction, Weight: k.Weight, Period: k.Period, X: x})
		}
	}
	then, err := fragility.Nominal(c.Spec, in, fragility.Run{})
	if err != nil {
		return nil
	}
	return then
}

// covered reads a series at a period, once; nil when too little of the reference
// set has a value by the specification.
func (c *Content) covered(r *fragility.Result, code indicator.Code, period string) []float64 {
	key := "covered/" + string(r.Level) + "/" + string(code) + "/" + period
	if kept, ok := c.same.Load(key); ok {
		return kept.([]float64)
	}
	x := make([]float64, len(r.Units))
	have, all := 0.0, 0.0
	for i, u := range r.Units {
		v, ok := c.Value(code, u.Code, period)
		if x[i] = math.NaN(); ok && v.OK() {
			x[i] = v.X
		}
		if u.Reference {
			if all++; !math.IsNaN(x[i]) {
				have++
			}
		}
	}
	if have < c.Spec.Reference.Coverage*all-1e-9 {
		x = nil
	}
	c.same.Store(key, x)
	return x
}

// away is how far a period is from a year.
func away(period string, year int) int {
	return max(casestudy.YearOf(period)-year, year-casestudy.YearOf(period))
}

// steps are sorted distances at equal shares of them, the least first.
func steps(all []float64) []float64 {
	n := min(farSteps, len(all)-1)
	out := make([]float64, n+1)
	for i := range out {
		out[i] = all[i*(len(all)-1)/max(1, n)]
	}
	return out
}

// share is the share of pairs that are farther apart than a distance.
func (s *space) share(d float64) float64 {
	if len(s.far) == 0 {
		return 0
	}
	i, _ := slices.BinarySearch(s.far, d)
	return 1 - float64(i)/float64(len(s.far))
}

// common are the series that mark two units on one side, the most first.
func (p *past) common(own, i int) []indicator.Code {
	weight := make([]float64, len(p.z))
	order := make([]int, len(p.z))
	for k, z := range p.z {
		order[k], weight[k] = k, shared(z[own], z[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	var out []indicator.Code
	for _, k := range order[:min(mostIndicator, len(order))] {
		if weight[k] > 0 {
			out = append(out, p.series[k])
		}
	}
	return out
}
