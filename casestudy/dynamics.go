package casestudy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vigie/lang"
	"vigie/territory"
)

// Selection is a part of the base: the cases of a place, those of the places in it
// included, those of a domain, or both; the zero value is the whole base. Members
// are the communes of a place that a reader has composed: the base knows none.
type Selection struct {
	Place   territory.Code
	Members []territory.Code
	Domain  string
}

// Dynamics is who allies with whom, how and since when in a part of the base,
// with what tells how far it can be read. Shares carry their interval as those
// of a Cell: they describe the cases chosen, not the place.
type Dynamics struct {
	Selection Selection
	Cases     []*Entry // by slug
	Of        int      // cases of the whole base
	Reviewed  int      // read by an editor
	Dated     int
	From, To  int // start years, 0 without any
	Sourced   int // with a source
	Sources   int // distinct addresses, or titles without one
	Networks  int // cases that a network brought
	Sides     []Spread
	Ages      []Age
	Network   Alliance
}

// Spread is how the cases of a part are spread on one side.
type Spread struct {
	Facet   Facet
	Rows    []SpreadRow // the most frequent first
	Without int         // cases without a value
}

// SpreadRow is one value of a Spread beside its share in the rest of the base,
// NaN when there is no rest.
type SpreadRow struct {
	Tally
	Elsewhere          float64 // share in the rest of the base
	ElsewhereOf        int     // cases of the rest with a value on that side
	Residual, Expected float64 // of this part against the rest: see Cell
}

// Role is the part that actors take; a side of Dynamics, not a facet of search.
const Role Facet = "role"

// dynamicSides lists the sides of Dynamics, in order.
var dynamicSides = []Facet{Profile, Role, Relation, Form, Phase}

// Age is what began in one decade.
type Age struct {
	Decade int // 1990
	Cases  int
	Sides  map[Facet][]Tally
}

// Dynamics reads a part of the base.
func (b *Base) Dynamics(at Selection) *Dynamics {
	d, inside := &Dynamics{Selection: at, Of: len(b.entries)}, b.selected(at)
	rest := newBitset(len(b.entries))
	for i := range b.entries {
		if inside.has(int32(i)) {
			d.Cases = append(d.Cases, &b.entries[i])
		} else {
			rest.add(int32(i))
		}
	}
	d.count()
	for _, f := range dynamicSides {
		d.Sides = append(d.Sides, b.spread(f, inside, rest))
	}
	d.Ages = b.ages(inside)
	d.Network = allied(d.Cases)
	return d
}

// selected returns the cases of a part of the base.
func (b *Base) selected(at Selection) bitset {
	s := newBitset(len(b.entries))
	for i := range b.entries {
		if at.Place == "" || b.names.in(b.entries[i].Record.Territories, append([]territory.Code{at.Place}, at.Members...)...) {
			s.add(int32(i))
		}
	}
	if at.Domain != "" {
		s.and(b.facets.union(Domain, []string{at.Domain}))
	}
	return s
}

// in tells whether one of the places is, or lies in, one of others.
func (n Names) in(places []territory.Code, others ...territory.Code) bool {
	return slices.ContainsFunc(places, func(c territory.Code) bool {
		return slices.Contains(others, c) || slices.ContainsFunc(n.Ancestors(c), func(a territory.Code) bool { return slices.Contains(others, a) })
	})
}

func (d *Dynamics) count() {
	sources := map[string]bool{}
	for _, e := range d.Cases {
		if e.Reviewed() {
			d.Reviewed++
		}
		if e.Network != "" {
			d.Networks++
		}
		if len(e.Record.Sources) > 0 {
			d.Sourced++
		}
		for _, s := range e.Record.Sources {
			sources[cmp.Or(s.Address, s.Title)] = true
		}
		if y := e.Record.StartYear; y > 0 {
			d.Dated++
			d.To = max(d.To, y)
			if d.From == 0 || y < d.From {
				d.From = y
			}
		}
	}
	d.Sources = len(sources)
}

// counted counts the values of cases on a side, and the cases that have one.
func (b *Base) counted(f Facet, cases bitset) (number map[string]int, base int) {
	number = map[string]int{}
	if f == Role {
		for i := range b.entries {
			if !cases.has(int32(i)) {
				continue
			}
			roles := distinct(each(b.entries[i].Record.Actors, func(a Actor) string { return a.Role }))
			if len(roles) > 0 {
				base++
			}
			for _, v := range roles {
				number[v]++
			}
		}
		return number, base
	}
	for _, v := range b.facets.values[f] {
		if n := b.facets.sets[f][v].countBoth(cases); n > 0 {
			number[v] = n
		}
	}
	return number, b.facets.union(f, b.facets.values[f]).countBoth(cases)
}

func (b *Base) spread(f Facet, cases, rest bitset) Spread {
	number, base := b.counted(f, cases)
	other, of := b.counted(f, rest)
	s := Spread{Facet: f, Without: cases.count() - base}
	for _, t := range Most(ordered(number, base)) {
		c := Cell{Count: t.Count}
		c.measure(base, t.Count+other[t.Value], base+of)
		rest := Cell{Count: other[t.Value]}
		rest.measure(of, 0, 0)
		s.Rows = append(s.Rows, SpreadRow{t, rest.Share, of, c.Residual, c.Expected})
	}
	return s
}

// ages groups cases by the decade in which they began, earliest first.
func (b *Base) ages(cases bitset) []Age {
	by := map[int]bitset{}
	for i := range b.entries {
		if y := b.entries[i].Record.StartYear; y > 0 && cases.has(int32(i)) {
			if by[y/10] == nil {
				by[y/10] = newBitset(len(b.entries))
			}
			by[y/10].add(int32(i))
		}
	}
	var out []Age
	for decade, set := range by {
		a := Age{Decade: 10 * decade, Cases: set.count(), Sides: map[Facet][]Tally{}}
		for _, f := range dynamicSides {
			a.Sides[f] = ordered(b.counted(f, set))
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Age) int { return cmp.Compare(a.Decade, b.Decade) })
	return out
}

// Value returns the tally of a value on a side, one of no case when there is
// none.
func (a Age) Value(f Facet, value string) Tally {
	for _, t := range a.Sides[f] {
		if t.Value == value {
			return t
		}
	}
	t := Tally{Value: value, Share: 0, Hi: 1}
	if len(a.Sides[f]) > 0 {
		t.Base = a.Sides[f][0].Base
		c := Cell{}
		c.measure(t.Base, 0, t.Base)
		t.Share, t.Lo, t.Hi = c.Share, c.Lo, c.Hi
	}
	return t
}

// Name returns the decade for a query: "1990".
func (a Age) Name() string { return strconv.Itoa(a.Decade) }

// sameActor is what makes two mentions one actor: the name, whatever its case,
// accents and spaces.
func sameActor(name string) string { return strings.Join(strings.Fields(lang.Fold(name)), " ") }
