// Package territory knows the places of France: regions, départements, EPCI
// and communes in the vintages of the official geographic code, their
// hierarchy and their neighbours, what changed between two vintages, the
// names and postcodes people look them up by, and their boundaries.
//
// It reads bytes it is given, never files; codes are text. It knows no figure
// and no drawing. Start with Code, then Vintage.
package territory

import "slices"

// Territory is one entry of the official geographic code in one vintage. A
// field that the vintage's files do not give is zero.
type Territory struct {
	Code    Code
	Label   string // as published: "L'Haÿ-les-Roses", "CC Bugey Sud"
	LabelEN string // only where it differs: "Metropolitan France"
	Level   Level

	Region       Code   // of a département, an EPCI (the main one), a commune
	Departement  Code   // of an EPCI (the main one), a commune
	Departements []Code // all those that an EPCI extends over, by code
	EPCI         Code   // of a commune; "" for the four islands that have none

	Overseas   bool
	Seat       Code   // main town of a region or a département
	Kind       string // of an EPCI: CC, CA, CU or METRO
	Population int    // persons; 0 where unknown or nobody
	Communes   int    // number of communes inside, 1 for a commune
}

// Vintage is the geographic code on 1 January of a year: every territory in
// canonical order (national, regions, départements, EPCI, communes, each by
// code). It is never modified once parsed and is safe for concurrent use.
type Vintage struct {
	Year        int
	Territories []Territory

	index map[Code]int32
	span  map[Level][2]int
	in    map[Code][]*Territory // communes of a region, département or EPCI

	composed map[Code]*Ensemble // see With
}

// Get returns the territory of that code, false when the vintage has none.
func (v *Vintage) Get(code Code) (*Territory, bool) {
	if i, ok := v.index[code]; ok {
		return &v.Territories[i], true
	}
	if c, ok := v.composed[code]; ok {
		return &c.Territory, true
	}
	return nil, false
}

// Label returns the published label of a code, the code itself when unknown.
func (v *Vintage) Label(code Code) string {
	if t, ok := v.Get(code); ok {
		return t.Label
	}
	return string(code)
}

// ByLevel returns the territories of one level, by code: a view, not a copy.
func (v *Vintage) ByLevel(level Level) []Territory {
	s := v.span[level]
	return v.Territories[s[0]:s[1]:s[1]]
}

// Children returns the territories of a level that lie in a larger one, by
// code. An EPCI that straddles a limit is a child of each département and
// region it touches, and those départements are children of the EPCI.
func (v *Vintage) Children(code Code, level Level) []*Territory {
	t, ok := v.Get(code)
	if !ok {
		return nil
	}
	if c, ok := v.composed[code]; ok {
		return v.touched(c, level)
	}
	if level == Commune && t.Level != National && t.Level != Commune {
		return v.in[code]
	}
	var out []*Territory
	all := v.ByLevel(level)
	for i := range all {
		if all[i].Code != code && v.inside(&all[i], t) {
			out = append(out, &all[i])
		}
	}
	return out
}

// inside reports whether t lies, at least in part, in the larger territory.
func (v *Vintage) inside(t, larger *Territory) bool {
	switch larger.Level {
	case National:
		return t.Level != National && (larger.Code == France || !t.Overseas)
	case Region:
		return t.Region == larger.Code && t.Level != Region ||
			slices.ContainsFunc(t.Departements, func(d Code) bool { return v.regionOf(d) == larger.Code })
	case Departement:
		return t.Departement == larger.Code || slices.Contains(t.Departements, larger.Code)
	case EPCI:
		return t.EPCI == larger.Code || t.Level == Departement && slices.Contains(larger.Departements, t.Code)
	}
	return false
}

func (v *Vintage) regionOf(departement Code) Code {
	if d, ok := v.Get(departement); ok {
		return d.Region
	}
	return ""
}

// Parents returns the chain of larger territories, smallest first: for a
// commune its EPCI, département, region, FM when metropolitan, FR.
func (v *Vintage) Parents(code Code) []Code {
	t, ok := v.Get(code)
	if !ok || code == France {
		return nil
	}
	var chain []Code
	for _, c := range []Code{t.EPCI, t.Departement, t.Region} {
		if c != "" {
			chain = append(chain, c)
		}
	}
	if !t.Overseas && code != Metropolis {
		chain = append(chain, Metropolis)
	}
	return append(chain, France)
}

// Ancestor returns the territory of a level in which code lies, code itself at
// its own level, FR at the national level, "" when there is none. For an EPCI
// it is the main département or region.
func (v *Vintage) Ancestor(code Code, level Level) Code {
	t, ok := v.Get(code)
	switch {
	case !ok:
		return ""
	case t.Level == level:
		return code
	case level == National:
		return France
	case level == Region:
		return t.Region
	case level == Departement:
		return t.Departement
	case level == EPCI:
		return t.EPCI
	}
	return ""
}

// SizeClasses are the lower bounds of the classes of communes by population.
var SizeClasses = [...]int{0, 500, 2_000, 10_000, 50_000, 200_000}

// SizeClass returns the class of a population in SizeClasses, 0 the smallest.
func SizeClass(population int) int {
	class := 0
	for i, from := range SizeClasses {
		if population >= from {
			class = i
		}
	}
	return class
}
