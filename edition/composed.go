package edition

import (
	"maps"
	"math"
	"slices"
	"sync"

	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

// With returns the content with territories that readers have composed: they
// have figures, traces and pages like any other. The content itself is
// unchanged and shares all that it holds.
func (c *Content) With(list ...territory.Composition) *Content {
	d := *c
	list = slices.Clone(list)
	for i := range list {
		list[i].Communes = c.today(list[i])
	}
	d.Territory = c.Territory.With(list...)
	d.ground = map[territory.Code][]ground{}
	maps.Copy(d.ground, c.ground)
	for _, in := range list {
		e, _ := d.Territory.Composition(in.Code) // With has just put it there
		d.ground[in.Code] = d.grounds(e)
	}
	d.composed = &sync.Map{}
	return &d
}

// Coverage says on how many of its parts the figure of a composed territory
// rests. Parts are communes, or larger territories that it holds whole.
type Coverage struct {
	Tier       territory.Level
	Have, Of   int
	Secret     int // parts whose figure is secret: the sum is not shown
	Population int // persons in the parts covered

	today bool // in the files of today's geography
}

// Complete reports whether every part has a figure.
func (v Coverage) Complete() bool { return v.Have == v.Of }

// ground is a composed territory as the files of one tier know it.
type ground struct {
	tier  territory.Level
	today bool // communes: in the files of today's geography
	parts []piece
	codes []territory.Code // of the files, by code
	of    []int32          // the part that each code belongs to
}

// piece is a territory of today, with how many codes of the files it comes
// from: 0 when they do not give its own figures.
type piece struct {
	territory *territory.Territory
	codes     int
}

// grounds lists the tiers whose files add up to a composed territory: communes
// always, départements and regions when it holds each of them whole.
func (c *Content) grounds(e *territory.Ensemble) []ground {
	communes := ground{tier: territory.Commune}
	type row struct {
		code territory.Code
		of   int32
	}
	var rows []row
	for i, m := range e.Members {
		olds, exact, _ := c.Passage.Sources(m.Code)
		if !exact {
			olds = nil
		}
		communes.parts = append(communes.parts, piece{m, len(olds)})
		for _, o := range olds {
			rows = append(rows, row{o, int32(i)})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return compareCodes(a.code, b.code) })
	for _, r := range rows {
		communes.codes, communes.of = append(communes.codes, r.code), append(communes.of, r.of)
	}
	out := []ground{communes}
	if slices.ContainsFunc(c.Observation[territory.Commune], func(t Observed) bool { return t.Today }) {
		out = append(out, groundToday(e))
	}
	for _, level := range []territory.Level{territory.Departement, territory.Region} {
		larger := ground{tier: level}
		for i, code := range c.Territory.Whole(e, level) {
			t, _ := c.Territory.Get(code) // Whole lists what the vintage has
			larger.parts = append(larger.parts, piece{t, 1})
			larger.codes, larger.of = append(larger.codes, code), append(larger.of, int32(i))
		}
		if len(larger.codes) > 0 {
			out = append(out, larger)
		}
	}
	return out
}

// groundToday is a composed territory in the files of today's communes.
func groundToday(e *territory.Ensemble) ground {
	g := ground{tier: territory.Commune, today: true}
	for i, m := range e.Members {
		g.parts = append(g.parts, piece{m, 1})
		g.codes, g.of = append(g.codes, m.Code), append(g.of, int32(i))
	}
	return g
}

func compareCodes(a, b territory.Code) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// composedKey names a figure of a composed territory.
type composedKey struct {
	at     territory.Code
	code   indicator.Code
	period string
}

// found is a figure with whether it exists.
type found struct {
	v  Value
	ok bool
}

// composedValue returns the figure of a composed territory: a count is the sum
// of its parts, a ratio the sum of numerators over the sum of denominators of
// the parts that have both. A median or a rate without its two counts is not
// computed: false. One secret part makes the sum secret; a count with a part
// missing is missing, a ratio says its coverage. The basis is left to Members.
func (c *Content) composedValue(ind *indicator.Indicator, at territory.Code, period string) (Value, bool) {
	if c.ground[at] == nil {
		return Value{}, false
	}
	key := composedKey{at, ind.Code, period}
	if kept, ok := c.composed.Load(key); ok {
		f := kept.(found)
		return f.v, f.ok
	}
	v, ok := c.sumComposed(ind, at, period)
	c.composed.Store(key, found{v, ok})
	return v, ok
}

// sumComposed takes the smallest tier that covers the territory whole, else
// the one that covers the largest part of it.
func (c *Content) sumComposed(ind *indicator.Indicator, at territory.Code, period string) (best Value, ok bool) {
	for i := range c.ground[at] {
		s, known := c.sum(ind, &c.ground[at][i], period)
		if !known {
			continue
		}
		v := s.value(ind, at, period)
		if !ok || !best.OK() && v.OK() || v.OK() && v.Coverage.share() > best.Coverage.share() {
			best, ok = v, true
		}
		if best.OK() && best.Coverage.Complete() {
			break
		}
	}
	return best, ok
}

func (v *Coverage) share() float64 { return float64(v.Have) / float64(max(1, v.Of)) }

// What is known of a part.
const (
	covered = iota
	lacking // missing, or not in the files
	secret
)

// composedSum is the sums over a ground: of one count, or of two.
type composedSum struct {
	ground *ground
	table  *Observed
	cols   []*dataset.Column // one, or the numerator and the denominator
	rows   [][]int32         // for each column the row of each code, -1 for none
	state  []byte            // of each part
	total  dataset.Total     // over the covered parts
}

// sum adds up the figures of one indicator over a ground, false when the files
// of its tier do not hold what it takes.
func (c *Content) sum(ind *indicator.Indicator, g *ground, period string) (*composedSum, bool) {
	codes := []indicator.Code{ind.Code}
	switch {
	case ind.Numerator != "":
		codes = []indicator.Code{ind.Numerator, ind.Denominator}
	case ind.MeasureOf() != indicator.Additive:
		return nil, false
	}
	s := &composedSum{ground: g}
	for i := range c.Observation[g.tier] {
		t := &c.Observation[g.tier][i]
		if g.tier == territory.Commune && t.Today != g.today {
			continue
		}
		s.table, s.cols = t, s.cols[:0]
		for _, code := range codes {
			if col := t.Table.Column(code, period); col != nil {
				s.cols = append(s.cols, col)
			}
		}
		if len(s.cols) == len(codes) {
			s.add(ind.Scale())
			return s, slices.Contains(s.state, covered) || slices.Contains(s.state, secret)
		}
	}
	return nil, false
}

// add looks at each code, then sums the parts of which every code has all the
// counts.
func (s *composedSum) add(scale float64) {
	s.state = make([]byte, len(s.ground.parts))
	for i, p := range s.ground.parts {
		if p.codes == 0 {
			s.state[i] = lacking
		}
	}
	for _, col := range s.cols {
		rows := rowsOf(col, s.ground.codes)
		s.rows = append(s.rows, rows)
		for k, row := range rows {
			at := &s.state[s.ground.of[k]]
			switch {
			case row >= 0 && col.Status[row] == dataset.Secret:
				*at = secret
			case *at == covered && (row < 0 || !col.Status[row].HasValue() || math.IsNaN(col.X[row])):
				*at = lacking
			}
		}
	}
	var whole []territory.Code
	for k, code := range s.ground.codes {
		if s.state[s.ground.of[k]] == covered {
			whole = append(whole, code)
		}
	}
	if len(s.cols) == 1 {
		s.total = dataset.Sum(s.cols[0], whole)
	} else {
		s.total = dataset.Ratio(s.cols[0], s.cols[1], whole, scale)
	}
}

// rowsOf returns the row of each code in a column, -1 for none; both are by
// code.
func rowsOf(col *dataset.Column, codes []territory.Code) []int32 {
	rows := make([]int32, len(codes))
	from := 0
	for k, code := range codes {
		rows[k] = -1
		if from < len(col.Territory) && col.Territory[from] < code {
			at, _ := slices.BinarySearch(col.Territory[from:], code)
			from += at
		}
		if from < len(col.Territory) && col.Territory[from] == code {
			rows[k] = int32(from)
			from++
		}
	}
	return rows
}

// value is the figure that the sums give.
func (s *composedSum) value(ind *indicator.Indicator, at territory.Code, period string) Value {
	cover := &Coverage{Tier: s.ground.tier, today: s.ground.today, Of: len(s.state)}
	for i, state := range s.state {
		switch state {
		case covered:
			cover.Have++
			cover.Population += s.ground.parts[i].territory.Population
		case secret:
			cover.Secret++
		}
	}
	v := Value{Indicator: ind, Territory: at, Period: period, X: math.NaN(), Status: s.total.Status, Computed: true, Coverage: cover}
	switch {
	case cover.Secret > 0:
		v.Status = dataset.Secret
	case len(s.cols) == 1 && !cover.Complete():
		v.Status = dataset.Missing
	default:
		v.X = s.total.X
	}
	return v
}

// Member is one part of the sum behind a figure of a composed territory: the
// lines of each count, none when the files do not give its own.
type Member struct {
	Territory territory.Code
	Covered   bool
	Secret    bool
	Basis     []Basis
}

// Members returns the terms of a composed figure, by code of territory.
func (c *Content) Members(v Value) []Member {
	for i := range c.ground[v.Territory] {
		g := &c.ground[v.Territory][i]
		if v.Coverage == nil || g.tier != v.Coverage.Tier || g.today != v.Coverage.today {
			continue
		}
		s, ok := c.sum(v.Indicator, g, v.Period)
		if !ok {
			return nil
		}
		return s.members(v.Indicator)
	}
	return nil
}

func (s *composedSum) members(ind *indicator.Indicator) []Member {
	out := make([]Member, len(s.state))
	for i, state := range s.state {
		out[i] = Member{Territory: s.ground.parts[i].territory.Code, Covered: state == covered, Secret: state == secret}
	}
	roles := []string{Direct}
	if ind.Numerator != "" {
		roles = []string{Numerator, Denominator}
	}
	for i, col := range s.cols {
		for k, row := range s.rows[i] {
			if row < 0 {
				continue
			}
			m := &out[s.ground.of[k]]
			m.Basis = append(m.Basis, Basis{Role: roles[i], Part: s.table.Part, Observation: dataset.Observation{Indicator: col.Indicator,
				Territory: col.Territory[row], Period: col.Period, X: col.X[row], Status: col.Status[row], Line: col.Line[row]}})
		}
	}
	return out
}

// Unsummable lists the indicators that the files give for communes and that no
// sum of communes can give, in the order of the catalogue.
func (c *Content) Unsummable() []*indicator.Indicator {
	var out []*indicator.Indicator
	for i := range c.Catalogue.All() {
		ind := &c.Catalogue.All()[i]
		if ind.MeasureOf() != indicator.Additive && ind.Numerator == "" && len(c.Periods(ind.Code, territory.Commune)) > 0 {
			out = append(out, ind)
		}
	}
	return out
}

// today returns the communes of a composition in the geography of the edition,
// when it was made in that of the files; a commune that was split is all that
// came of it.
func (c *Content) today(in territory.Composition) []territory.Code {
	if in.Year == c.Territory.Year || in.Year != c.Former.Year {
		return in.Communes
	}
	var out []territory.Code
	for _, code := range in.Communes {
		if to := c.Passage.Targets(code); len(to) > 0 {
			out = append(out, to...)
		} else {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
