package dataset

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"vigie/indicator"
	"vigie/territory"
)

// Conversion says what became of each observation of a table that was brought
// from one geography to another: every one of them is counted exactly once.
type Conversion struct {
	From, To  int // years
	Matched   int // same code, same ground: the very value
	Converted int // added up exactly, recomputed, or under another code
	Estimated int // shared out in proportion to the population
	Refused   []Refusal
}

// Refusal is the observations of a series, at one period, that have no place in
// the new geography, by old code, with the reason in French.
type Refusal struct {
	Indicator indicator.Code
	Period    string
	Reason    string
	Territory []territory.Code
}

// Rows returns the number of observations accounted for.
func (c *Conversion) Rows() int {
	n := c.Matched + c.Converted + c.Estimated
	for _, r := range c.Refused {
		n += len(r.Territory)
	}
	return n
}

// Converting is what a conversion is made with.
type Converting struct {
	Crossing  *territory.Crossing
	Indicator func(indicator.Code) (*indicator.Indicator, bool)
	Communes  *Table // communal counts in the old geography, to rebuild the larger tiers from; may be nil
}

// Convert brings a table from one geography to another, series by series:
//
//   - a territory on the same ground keeps its observation, under its new code;
//   - counts add up; those of a territory that was shared out are shared out in
//     proportion to the population and marked Estimated;
//   - a count of a larger tier is the sum of its communes where Communes has
//     them all;
//   - a ratio is recomputed from its two counts so converted;
//   - anything else (median, mean, index, a series whose measure nobody says)
//     is refused where the ground changed.
//
// What is made with a secret part is secret; else, with a missing or absent
// part, missing. Rows made have no line: they are in no file yet.
func Convert(t *Table, with Converting) (*Table, Conversion) {
	v := newConverter(with)
	counts := v.pass(t, func(m indicator.Measure) bool { return m == indicator.Additive })
	v.counts, _ = counts.Table()
	rest := v.pass(t, func(m indicator.Measure) bool { return m != indicator.Additive })
	for i := range v.counts.Columns {
		rest.addColumn(&v.counts.Columns[i])
	}
	out, _ := rest.Table() // a new code is made once a column: no key comes twice
	slices.SortStableFunc(v.said.Refused, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Period, b.Period), cmp.Compare(a.Reason, b.Reason))
	})
	return out, v.said
}

// addColumn appends the rows of a column.
func (b *Builder) addColumn(c *Column) {
	for k := range c.X {
		b.Add(Observation{c.Indicator, c.Territory[k], c.Period, c.X[k], c.Status[k], c.Line[k]})
	}
}

type converter struct {
	with     Converting
	said     Conversion
	counts   *Table // the counts already converted
	communes *Table // those of the communes, in the new geography
	members  map[territory.Code][]territory.Code
}

func newConverter(with Converting) *converter {
	v := &converter{with: with, said: Conversion{From: with.Crossing.From.Year, To: with.Crossing.To.Year}, counts: &Table{}}
	if with.Communes != nil {
		only := Converting{Crossing: with.Crossing, Indicator: with.Indicator}
		v.communes, _ = Convert(with.Communes, only)
		v.members = map[territory.Code][]territory.Code{}
	}
	return v
}

// pass converts the columns whose measure is asked for.
func (v *converter) pass(t *Table, asked func(indicator.Measure) bool) *Builder {
	b := &Builder{}
	for i := range t.Columns {
		c := &t.Columns[i]
		ind, ok := v.with.Indicator(c.Indicator)
		if !ok {
			ind = &indicator.Indicator{Code: c.Indicator}
		}
		if asked(ind.MeasureOf()) {
			v.column(b, c, ind)
		}
	}
	return b
}

// made is a converted observation of a new territory: how it came and, when it
// could not be made, why.
type made struct {
	x         float64
	status    Status
	estimated bool
	refused   string
}

// column converts one column: what is on the same ground first, then every new
// territory that takes ground from the others.
func (v *converter) column(b *Builder, c *Column, ind *indicator.Indicator) {
	found := map[territory.Code]made{}
	refused := map[string][]territory.Code{}
	for k, old := range c.Territory {
		to, alone := v.with.Crossing.Alone(old)
		if alone {
			b.Add(Observation{Indicator: c.Indicator, Territory: to, Period: c.Period, X: c.X[k], Status: c.Status[k]})
			if to == old {
				v.said.Matched++
			} else {
				v.said.Converted++
			}
			continue
		}
		v.spread(c, ind, old, found, refused)
	}
	for _, to := range slices.Sorted(maps.Keys(found)) {
		if m := found[to]; m.refused == "" {
			b.Add(Observation{Indicator: c.Indicator, Territory: to, Period: c.Period, X: m.x, Status: m.status})
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(refused)) {
		v.said.Refused = append(v.said.Refused, Refusal{c.Indicator, c.Period, reason, refused[reason]})
	}
}

// reasons of refusal, in French.
const (
	noPlace   = "aucun territoire de la nouvelle géographie ne tient ce sol"
	noPeople  = "la population des parts est inconnue"
	noCounts  = "le numérateur ou le dénominateur n’est pas dans le jeu"
	noMeasure = "la nature de la mesure n’est pas dite (clé measure)"
)

// kept says why a measure holds for one ground only.
var kept = map[indicator.Measure]string{
	indicator.Median: "une médiane ne se recompose pas quand le sol change",
	indicator.Mean:   "une moyenne sans ses effectifs ne se recompose pas quand le sol change",
	indicator.Index:  "un indice ne se recompose pas quand le sol change",
	"":               noMeasure,
}

// spread makes the new territories that take ground from an old one, and
// counts what became of its observation.
func (v *converter) spread(c *Column, ind *indicator.Indicator, old territory.Code, found map[territory.Code]made, refused map[string][]territory.Code) {
	reason, estimated, some := noPlace, false, false
	for _, p := range v.with.Crossing.Parts(old) {
		if p.Code == "" {
			continue
		}
		m, ok := found[p.Code]
		if !ok {
			m = v.make(c, ind, p.Code)
			found[p.Code] = m
		}
		if m.refused != "" {
			reason = m.refused
			continue
		}
		some, estimated = true, estimated || m.estimated
	}
	switch {
	case !some:
		refused[reason] = append(refused[reason], old)
	case estimated:
		v.said.Estimated++
	default:
		v.said.Converted++
	}
}

// make computes the observation of a new territory whose ground is not that of
// one old territory.
func (v *converter) make(c *Column, ind *indicator.Indicator, to territory.Code) made {
	if m, ok := v.fromCommunes(c, ind, to); ok {
		return m
	}
	switch m := ind.MeasureOf(); m {
	case indicator.Additive:
		return v.sum(c, to)
	case indicator.Quotient:
		return v.quotient(c, ind, to)
	default:
		return made{refused: kept[m]}
	}
}

// fromCommunes adds up the communes of a larger territory, false when the table
// of communes does not have them all.
func (v *converter) fromCommunes(c *Column, ind *indicator.Indicator, to territory.Code) (made, bool) {
	if v.communes == nil || to.Level() == territory.Commune {
		return made{}, false
	}
	members, ok := v.members[to]
	if !ok {
		for _, t := range v.with.Crossing.To.Children(to, territory.Commune) {
			members = append(members, t.Code)
		}
		v.members[to] = members
	}
	var t Total
	switch ind.MeasureOf() {
	case indicator.Additive:
		t = Sum(v.communes.Column(c.Indicator, c.Period), members)
	case indicator.Quotient:
		t = Ratio(v.communes.Column(ind.Numerator, c.Period), v.communes.Column(ind.Denominator, c.Period), members, ind.Scale())
	}
	return made{x: t.X, status: t.Status, estimated: t.Status == Estimated}, t.Of > 0 && t.Status.HasValue()
}

// sum adds up the parts of a new territory.
func (v *converter) sum(c *Column, to territory.Code) made {
	m := made{status: Normal}
	var k compensated
	for _, p := range v.with.Crossing.Into(to) {
		o := at(c, p.Code) // ground that no old territory covers is missing
		m.status = Worst(m.status, o.Status)
		if p.Share == 1 {
			k.add(o.X)
			continue
		}
		m.estimated = true
		if math.IsNaN(p.Share) {
			m.refused = noPeople
		}
		k.add(o.X * p.Share)
	}
	if m.estimated {
		m.status = Worst(m.status, Estimated)
	}
	if m.x = k.sum(); !m.status.HasValue() {
		m.x = math.NaN()
	}
	return m
}

// quotient divides the two counts already converted.
func (v *converter) quotient(c *Column, ind *indicator.Indicator, to territory.Code) made {
	num, okNum := v.count(ind.Numerator, c.Period, to)
	den, okDen := v.count(ind.Denominator, c.Period, to)
	if !okNum || !okDen {
		return made{refused: noCounts}
	}
	m := made{x: math.NaN(), status: Worst(num.Status, den.Status)}
	m.estimated = m.status == Estimated
	switch {
	case !m.status.HasValue():
	case den.X == 0:
		m.status = Missing
	default:
		m.x = num.X / den.X * ind.Scale()
	}
	return m
}

func (v *converter) count(code indicator.Code, period string, at territory.Code) (Observation, bool) {
	c := v.counts.Column(code, period)
	if c == nil {
		return Observation{}, false
	}
	return c.At(at)
}
