package casestudy

import (
	"cmp"
	"slices"

	"vigie/stat/trend"
)

// Overview is what the base says as a whole: how many cases, how much is known
// of them, how they are spread.
type Overview struct {
	Cases    int
	Reviewed int // read by an editor
	Dated    int // with a start year
	From, To int // first and last start year, 0 without any
	Years    int // start years that some case has
	Placed   int // with a region
	Sourced  int // with a source at least
	Sources  int // in all
	Proven   int // with evidence of a stated level
	Sides    map[Facet][]Tally
	Unnamed  map[Facet]int // cases without a value on that side
	Bursts   []Rhythm      // of domains, then of relation types
	Alliance Alliance      // of all the actors
}

// Tally is how many cases have a value, of those that have one on that side,
// with the score interval of the share: see Cell.
type Tally struct {
	Value         string
	Count, Base   int
	Share, Lo, Hi float64
}

// Sides lists the sides by which the base is read, in order.
var Sides = []Facet{Domain, Relation, Profile, Region, Phase, Decade}

// Overview reads the base. It is computed at the first call and kept.
func (b *Base) Overview() *Overview { return b.overview() }

func readOverview(b *Base) *Overview {
	o := &Overview{Cases: len(b.entries), Sides: map[Facet][]Tally{}, Unnamed: map[Facet]int{}}
	years, all := map[int]bool{}, make([]*Entry, len(b.entries))
	for i := range b.entries {
		e := &b.entries[i]
		all[i] = e
		o.count(e)
		if y := e.Record.StartYear; y > 0 {
			years[y] = true
			o.Dated++
			o.To = max(o.To, y)
			if o.From == 0 || y < o.From {
				o.From = y
			}
		}
	}
	o.Years, o.Alliance = len(years), allied(all)
	for _, f := range append([]Facet{Form, Network}, Sides...) {
		o.Sides[f], o.Unnamed[f] = b.tallies(f)
	}
	o.Placed = o.Cases - o.Unnamed[Region]
	for _, f := range []Facet{Domain, Relation} {
		for _, t := range o.Sides[f] {
			o.Bursts = append(o.Bursts, b.rhythm(f, t.Value, o.From, o.To))
		}
	}
	return o
}

func (o *Overview) count(e *Entry) {
	if e.Reviewed() {
		o.Reviewed++
	}
	if n := len(e.Record.Sources); n > 0 {
		o.Sourced++
		o.Sources += n
	}
	if slices.ContainsFunc(e.Record.Evidence, func(v Evidence) bool { return v.Level != "" }) {
		o.Proven++
	}
}

// tallies counts the public cases by the values of a facet, in their order, and
// those without any.
func (b *Base) tallies(f Facet) (list []Tally, without int) {
	all := newBitset(len(b.entries))
	all.fill(len(b.entries))
	number, base := b.counted(f, all)
	return ordered(number, base), len(b.entries) - base
}

// ordered makes tallies of counts, by value.
func ordered(number map[string]int, base int) []Tally {
	list := make([]Tally, 0, len(number))
	for v, n := range number {
		c := Cell{Count: n}
		c.measure(base, n, base)
		list = append(list, Tally{v, n, base, c.Share, c.Lo, c.Hi})
	}
	slices.SortFunc(list, func(a, b Tally) int { return compareValues(a.Value, b.Value) })
	return list
}

// Rhythm is the years in which cases of a domain or of a relation type began
// more often than usual among all that began. Err is trend.ErrFew or
// trend.ErrCommon where nothing can be said, nil otherwise: without a burst the
// share is even.
type Rhythm struct {
	Facet  Facet
	Value  string
	Dated  int // its cases with a start year
	Of     int // all cases with a start year
	Bursts []YearBurst
	Err    error
}

// YearBurst is a burst: Hits of Total cases that began From to To, both
// included. Chance is the share of random orders of the years in which some
// burst weighs as much.
type YearBurst struct {
	From, To, Hits, Total int
	Weight, Chance        float64
}

// dealt is how many random orders a burst is compared with, dealer their seed.
const (
	dealt  = 999
	dealer = 2002
)

// rhythm finds the bursts of a value among the start years of the base.
func (b *Base) rhythm(f Facet, value string, from, to int) Rhythm {
	r := Rhythm{Facet: f, Value: value}
	years, having := make([]trend.Batch, max(0, to-from+1)), b.facets.union(f, []string{value})
	for i := range b.entries {
		e := &b.entries[i]
		if e.Record.StartYear == 0 {
			continue
		}
		at := &years[e.Record.StartYear-from]
		at.Total++
		r.Of++
		if having.has(int32(i)) {
			at.Hits++
			r.Dated++
		}
	}
	found, err := trend.Rise{}.Bursts(years)
	r.Err = err
	for _, u := range found {
		chance, _ := trend.Rise{}.Chance(years, u.Weight, dealt, dealer) // Bursts accepted the series
		r.Bursts = append(r.Bursts, YearBurst{from + u.First, from + u.Last, u.Hits, u.Total, u.Weight, chance})
	}
	return r
}

// Most returns the tallies from the most frequent, ties by value.
func Most(list []Tally) []Tally {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Tally) int { return cmp.Compare(b.Count, a.Count) })
	return list
}
