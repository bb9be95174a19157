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
// included, those of a domain, or both; the zero value is the whole base.
type Selection struct {
	Place  territory.Code
	Domain string
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
	d := &Dynamics{Selection: at, Of: len(b.entries)}
	var rest []*Entry
	for i := range b.entries {
		if e := &b.entries[i]; b.within(e, at) {
			d.Cases = append(d.Cases, e)
		} else {
			rest = append(rest, e)
		}
	}
	d.count()
	for _, f := range dynamicSides {
		d.Sides = append(d.Sides, b.spread(f, d.Cases, rest))
	}
	d.Ages = b.ages(d.Cases)
	d.Network = allied(d.Cases)
	return d
}

// within tells whether a case is in a part of the base.
func (b *Base) within(e *Entry, at Selection) bool {
	if at.Domain != "" && !slices.Contains(e.Record.Domains, at.Domain) {
		return false
	}
	return at.Place == "" || slices.ContainsFunc(e.Record.Territories, func(c territory.Code) bool {
		return c == at.Place || slices.Contains(b.names.Ancestors(c), at.Place)
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

// sides returns the values of a case on a side.
func (b *Base) sides(e *Entry, f Facet) []string {
	if f == Role {
		return distinct(each(e.Record.Actors, func(a Actor) string { return a.Role }))
	}
	return b.ValuesOf(e, f)
}

// counted counts the values of cases on a side, and the cases that have one.
func (b *Base) counted(f Facet, cases []*Entry) (number map[string]int, base int) {
	number = map[string]int{}
	for _, e := range cases {
		values := b.sides(e, f)
		if len(values) > 0 {
			base++
		}
		for _, v := range values {
			number[v]++
		}
	}
	return number, base
}

func (b *Base) spread(f Facet, cases, rest []*Entry) Spread {
	number, base := b.counted(f, cases)
	other, of := b.counted(f, rest)
	s := Spread{Facet: f, Without: len(cases) - base}
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
func (b *Base) ages(cases []*Entry) []Age {
	by := map[int][]*Entry{}
	for _, e := range cases {
		if y := e.Record.StartYear; y > 0 {
			by[y/10*10] = append(by[y/10*10], e)
		}
	}
	var out []Age
	for decade, list := range by {
		a := Age{Decade: decade, Cases: len(list), Sides: map[Facet][]Tally{}}
		for _, f := range dynamicSides {
			number, base := b.counted(f, list)
			a.Sides[f] = ordered(number, base)
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
