package edition

import (
	"maps"
	"slices"
	"sync"

	"vigie/casestudy"
	"vigie/dataset"
	"vigie/fragility"
	"vigie/index"
	"vigie/indicator"
	"vigie/study"
	"vigie/taxonomy"
	"vigie/territory"
)

// Content is an edition loaded in memory. Every field is set by the loader
// (package observatory) before New indexes it; nothing changes afterwards.
type Content struct {
	Manifest    *Manifest
	ID          string // content address of the manifest
	Superseded  string // number of the edition that replaces this one, "" if none
	Errata      []Erratum
	Taxonomy    *taxonomy.Set
	Territory   *territory.Vintage // current geography
	Former      *territory.Vintage // geography of the communal and intercommunal files
	Passage     *territory.Passage // from Former to Territory
	Topology    map[territory.Level]*territory.Topology
	Catalogue   *indicator.Catalogue
	Licences    *indicator.Licences
	Observation map[territory.Level][]Observed
	Spec        *index.Spec
	SpecText    []byte
	Fragility   map[territory.Level]*fragility.Result
	Moves       map[territory.Level]*fragility.Moves // since the edition superseded; none of a first one
	Published   *study.Figures
	Publication []study.Publication
	Surveys     []*study.Tabulation // in the order of the edition's parts; none in an edition without surveys
	Register    *study.Register     // empty in an edition older than it
	Search      *territory.Search
	Zonings     []Zoning
	Cases       *casestudy.Base // frozen with it; nil in an edition older than the base
	neighbour   map[territory.Code][]territory.Code
	join        func() territory.Join
	history     func() *territory.History
	same        *sync.Map // what Same has found, by territory and domain

	ground   map[territory.Code][]ground // of composed territories, see With
	composed *sync.Map                   // their figures
}

// Observed is one table of observations with the part it came from. Today is
// true when its codes are those of Content.Territory, false when they are those
// of Content.Former. Said is the year of the geography that its description
// gives, Read, of communes and EPCI, that of the one held that stands for it.
type Observed struct {
	Part       Part
	Table      *dataset.Table
	Today      bool
	Said, Read int
}

// New indexes a loaded content and returns it.
func New(c *Content) *Content {
	c.neighbour = map[territory.Code][]territory.Code{}
	c.same = &sync.Map{}
	if c.Register == nil {
		c.Register = &study.Register{}
	}
	for _, t := range c.Topology {
		maps.Copy(c.neighbour, t.Neighbours())
	}
	c.join = sync.OnceValue(func() territory.Join {
		old := c.Former.ByLevel(territory.Commune)
		codes := make([]territory.Code, len(old))
		for i := range old {
			codes[i] = old[i].Code
		}
		return c.Passage.Join(codes)
	})
	c.history = sync.OnceValue(func() *territory.History {
		h := &territory.History{}
		if c.Former.Year != c.Territory.Year {
			h.Join(c.Passage, nil)
		}
		h.With(c.Territory)
		return h
	})
	return c
}

// Domains returns the domains in the order of the taxonomy.
func (c *Content) Domains() []taxonomy.Term { return c.Taxonomy.Terms("domain") }

// Dimensions returns the dimensions in the order of the taxonomy.
func (c *Content) Dimensions() []taxonomy.Term { return c.Taxonomy.Terms("dimension") }

// Term returns one term of a taxonomy, false when it has none of that code.
func (c *Content) Term(name, code string) (taxonomy.Term, bool) {
	return c.Taxonomy.Term(name, code)
}

// Neighbours returns the territories of the same tier that share a boundary,
// in code order; nil for tiers without boundaries (communes).
func (c *Content) Neighbours(code territory.Code) []territory.Code { return c.neighbour[code] }

// tables returns the tables that hold the own figures of a tier.
func (c *Content) tables(level territory.Level) []Observed {
	switch level {
	case territory.National:
		level = territory.Region // the regional files carry FR and FM
	case territory.Composed:
		return slices.Concat(c.Observation[territory.Commune], c.Observation[territory.Departement], c.Observation[territory.Region])
	}
	return c.Observation[level]
}

// observed returns the row of a file that speaks of a territory of today, false
// when there is none.
func (c *Content) observed(code indicator.Code, at territory.Code, period, role string) (Basis, bool) {
	if b, ok := c.row(code, at, period, role, true); ok {
		return b, true
	}
	if at.Level() == territory.Commune && c.moved(at) {
		return Basis{}, false
	}
	return c.row(code, at, period, role, false)
}

// row returns the row of a file of today's geography, or of the former one,
// under a code of that geography, false when there is none.
func (c *Content) row(code indicator.Code, at territory.Code, period, role string, today bool) (Basis, bool) {
	for _, t := range c.tables(at.Level()) {
		if t.Today != today {
			continue
		}
		if col := t.Table.Column(code, period); col != nil {
			if o, ok := col.At(at); ok {
				return Basis{Role: role, Part: t.Part, Observation: o}, true
			}
		}
	}
	return Basis{}, false
}

// moved reports whether a commune's code covers another area than in the
// files' vintage, so that a row under this code is not its own.
func (c *Content) moved(at territory.Code) bool {
	olds, exact, _ := c.Passage.Sources(at)
	return !exact || len(olds) != 1 || olds[0] != at
}

// members returns the territories of the files whose counts add up to one
// territory of today: regions for the country; communes for an EPCI, those of
// today or, like those of a commune, of the former geography; nil when there
// are none.
func (c *Content) members(at territory.Code, today bool) []territory.Code {
	switch at.Level() {
	case territory.National:
		var out []territory.Code
		for _, t := range c.Territory.ByLevel(territory.Region) {
			if at == territory.France || !t.Overseas {
				out = append(out, t.Code)
			}
		}
		return out
	case territory.Commune:
		olds, exact, _ := c.Passage.Sources(at)
		if !exact || today {
			return nil
		}
		return olds
	case territory.EPCI:
		var out []territory.Code
		for _, t := range c.Territory.Children(at, territory.Commune) {
			if today {
				out = append(out, t.Code)
				continue
			}
			olds, exact, _ := c.Passage.Sources(t.Code)
			if !exact {
				return nil
			}
			out = append(out, olds...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return nil
}

// Periods returns the periods at which an indicator is published for a tier,
// oldest first: those of its numerator for a ratio that no file holds.
func (c *Content) Periods(code indicator.Code, level territory.Level) []string {
	ind, ok := c.Catalogue.Get(code)
	if !ok {
		return nil
	}
	var out []string
	for _, code := range []indicator.Code{code, ind.Numerator} {
		for _, t := range c.tables(level) {
			for _, col := range t.Table.Periods(code) {
				out = append(out, col.Period)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Latest returns the most recent figure of an indicator that carries a number
// for a territory; without any, the most recent one that says why (secret,
// missing); false when no file speaks of it.
func (c *Content) Latest(code indicator.Code, at territory.Code) (Value, bool) {
	periods := c.Periods(code, at.Level())
	var said Value
	found := false
	for _, p := range slices.Backward(periods) {
		v, ok := c.Value(code, at, p)
		if ok && v.OK() {
			return v, true
		}
		if ok && !found {
			said, found = v, true
		}
	}
	return said, found
}

// Closest returns the latest figure of the smallest territory that holds one:
// the territory itself, then its EPCI, département, region, and the country.
func (c *Content) Closest(code indicator.Code, at territory.Code) (Value, bool) {
	for _, t := range append([]territory.Code{at}, c.Above(at)...) {
		if v, ok := c.Latest(code, t); ok && v.OK() {
			return v, true
		}
	}
	return c.Latest(code, at)
}

// Above returns the territories that contain one, from the smallest.
func (c *Content) Above(at territory.Code) []territory.Code {
	return c.Territory.Parents(at)
}

// Series returns every dated figure of an indicator for a territory, oldest
// first, periods without a row left out.
func (c *Content) Series(code indicator.Code, at territory.Code) []Value {
	var out []Value
	for _, p := range c.Periods(code, at.Level()) {
		if v, ok := c.Value(code, at, p); ok {
			out = append(out, v)
		}
	}
	return out
}
