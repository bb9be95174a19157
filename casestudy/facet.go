package casestudy

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"vigie/territory"
)

// Facet is one side by which cases are counted and chosen. Its values are the
// codes of a list, of places, or those said beside it.
type Facet string

// The facets.
const (
	Domain      Facet = "domain"
	Dimension   Facet = "dimension"
	SDG         Facet = "sdg"
	Profile     Facet = "profile"  // of the actors
	Relation    Facet = "relation" // relation types
	Form        Facet = "form"     // of co-construction
	Objective   Facet = "objective"
	Phase       Facet = "phase"
	Axis        Facet = "impact" // axes of impact
	Scope       Facet = "scope"
	Region      Facet = "region"
	Departement Facet = "departement"
	Network     Facet = "network"  // its name as the base holds it
	Language    Facet = "language" // of the record and of its translations
	Decade      Facet = "decade"   // of the start: "1990"
	Level       Facet = "level"    // of evidence; NoLevel when no evidence has one
	Reviewed    Facet = "reviewed" // Yes or No: an editor has read the case
)

// Values of facets that are no codes.
const (
	NoLevel = "none"
	Yes     = "yes"
	No      = "no"
)

// Facets lists the facets in the order of an address.
var Facets = []Facet{Domain, Dimension, SDG, Profile, Relation, Form, Objective, Phase, Axis, Scope,
	Region, Departement, Network, Language, Decade, Level, Reviewed}

var facetParameter = map[Facet]string{
	Domain: "domaine", Dimension: "dimension", SDG: "odd", Profile: "profil", Relation: "relation", Form: "forme",
	Objective: "objectif", Phase: "phase", Axis: "impact", Scope: "portee", Region: "region", Departement: "departement",
	Network: "reseau", Language: "langue", Decade: "decennie", Level: "preuve", Reviewed: "relu",
}

// Parameter returns the name of the facet in an address.
func (f Facet) Parameter() string { return facetParameter[f] }

// FacetValue is one value of a facet with its counts, which stay true under
// every combination of the others.
type FacetValue struct {
	Value  string
	Count  int // results if this value alone were chosen in its facet
	Added  int // results if this value were added to those chosen in its facet
	Chosen bool
}

// FacetCounts is one facet with the values that some case of the base has, by
// value, those chosen that no case has included.
type FacetCounts struct {
	Facet  Facet
	Values []FacetValue
}

// ValuesOf returns the values that an entry has in a facet, each once.
func (b *Base) ValuesOf(e *Entry, f Facet) []string { return facetValues(e, f, b.names) }

func facetValues(e *Entry, f Facet, n Names) []string {
	r := &e.Record
	var values []string
	switch f {
	case Domain:
		values = r.Domains
	case Dimension:
		values = each(r.Domains, n.Dimension)
	case SDG:
		values = each(r.SDGs, strconv.Itoa)
	case Profile:
		values = each(r.Actors, func(a Actor) string { return a.Profile })
	case Relation:
		values = r.Relations
	case Form:
		values = r.Forms
	case Objective:
		values = r.Objectives
	case Phase:
		values = []string{r.Phase}
	case Axis:
		values = each(r.Impacts, func(i Impact) string { return i.Axis })
	case Scope:
		values = []string{r.Scope}
	case Region:
		values = placesAt(r.Territories, territory.Region, n)
	case Departement:
		values = placesAt(r.Territories, territory.Departement, n)
	default:
		values = editorialValues(e, f)
	}
	return distinct(values)
}

// editorialValues returns the values of the facets about the record itself.
func editorialValues(e *Entry, f Facet) []string {
	r := &e.Record
	switch f {
	case Network:
		return []string{e.Network}
	case Language:
		values := []string{r.Language}
		for l := range r.Translations {
			values = append(values, l)
		}
		return values
	case Decade:
		if r.StartYear > 0 {
			return []string{strconv.Itoa(r.StartYear / 10 * 10)}
		}
	case Level:
		if values := distinct(each(r.Evidence, func(v Evidence) string { return v.Level })); len(values) > 0 {
			return values
		}
		return []string{NoLevel}
	case Reviewed:
		if e.Reviewed() {
			return []string{Yes}
		}
		return []string{No}
	}
	return nil
}

func each[T any](items []T, value func(T) string) []string {
	values := make([]string, len(items))
	for i, item := range items {
		values[i] = value(item)
	}
	return values
}

// distinct returns the values that are not empty, sorted, each once.
func distinct(values []string) []string {
	out := slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

// placesAt returns the places of one level among codes and what they lie in.
func placesAt(codes []territory.Code, level territory.Level, n Names) []string {
	var values []string
	for _, c := range codes {
		for _, place := range append([]territory.Code{c}, n.Ancestors(c)...) {
			if place.Level() == level {
				values = append(values, string(place))
			}
		}
	}
	return values
}

// bitset is a set of places in the entries.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (s bitset) add(i int32)      { s[i>>6] |= 1 << (i & 63) }
func (s bitset) has(i int32) bool { return s[i>>6]&(1<<(i&63)) != 0 }

func (s bitset) and(t bitset) {
	for i := range s {
		s[i] &= t[i]
	}
}

func (s bitset) or(t bitset) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s bitset) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// countBoth returns the size of the intersection.
func (s bitset) countBoth(t bitset) int {
	n := 0
	for i, w := range s {
		n += bits.OnesCount64(w & t[i])
	}
	return n
}

// fill makes the set that of all n places.
func (s bitset) fill(n int) {
	for i := range n {
		s.add(int32(i))
	}
}

// facetIndex holds the cases of each value of each facet.
type facetIndex struct {
	n      int
	values map[Facet][]string
	sets   map[Facet]map[string]bitset
	starts []int // start years
}

func newFacetIndex(entries []Entry, n Names) *facetIndex {
	x := &facetIndex{n: len(entries), values: map[Facet][]string{}, sets: map[Facet]map[string]bitset{}}
	for _, f := range Facets {
		sets := map[string]bitset{}
		for i := range entries {
			for _, v := range facetValues(&entries[i], f, n) {
				if sets[v] == nil {
					sets[v] = newBitset(x.n)
					x.values[f] = append(x.values[f], v)
				}
				sets[v].add(int32(i))
			}
		}
		slices.SortFunc(x.values[f], compareValues)
		x.sets[f] = sets
	}
	for i := range entries {
		x.starts = append(x.starts, entries[i].Record.StartYear)
	}
	return x
}

// compareValues orders numbers as numbers, the rest as text.
func compareValues(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil {
		return cmp.Or(cmp.Compare(x, y), strings.Compare(a, b))
	}
	return strings.Compare(a, b)
}

// union returns the cases that have any of the values.
func (x *facetIndex) union(f Facet, values []string) bitset {
	s := newBitset(x.n)
	for _, v := range values {
		if set := x.sets[f][v]; set != nil {
			s.or(set)
		}
	}
	return s
}

// within keeps the cases that began in the years asked for.
func (x *facetIndex) within(s bitset, from, to int) {
	if from == 0 && to == 0 {
		return
	}
	kept := newBitset(x.n)
	for i, year := range x.starts {
		if year > 0 && year >= from && (to == 0 || year <= to) {
			kept.add(int32(i))
		}
	}
	s.and(kept)
}

// narrow takes the cases that the text and the years leave, and returns those
// that all facets leave, with the counts of every facet.
func (x *facetIndex) narrow(matched bitset, chosen map[Facet][]string) (bitset, []FacetCounts) {
	unions := map[Facet]bitset{}
	result := slices.Clone(matched)
	for _, f := range Facets {
		if len(chosen[f]) > 0 {
			unions[f] = x.union(f, chosen[f])
			result.and(unions[f])
		}
	}
	counts := make([]FacetCounts, 0, len(Facets))
	for _, f := range Facets {
		others := result
		if unions[f] != nil {
			others = slices.Clone(matched)
			for _, g := range Facets {
				if g != f && unions[g] != nil {
					others.and(unions[g])
				}
			}
		}
		counts = append(counts, FacetCounts{f, x.count(f, others, unions[f], chosen[f])})
	}
	return result, counts
}

// count counts the values of one facet among the cases that the others leave.
func (x *facetIndex) count(f Facet, others, union bitset, chosen []string) []FacetValue {
	values := x.values[f]
	for _, v := range chosen {
		if x.sets[f][v] == nil && !slices.Contains(values, v) {
			values = append(slices.Clone(values), v)
		}
	}
	out := make([]FacetValue, 0, len(values))
	now := 0
	if union != nil {
		now = others.countBoth(union)
	}
	for _, v := range values {
		set := x.sets[f][v]
		value := FacetValue{Value: v, Chosen: slices.Contains(chosen, v)}
		if set != nil {
			value.Count = others.countBoth(set)
		}
		switch {
		case union == nil:
			value.Added = value.Count
		case set == nil || value.Chosen:
			value.Added = now
		default:
			value.Added = now + others.countNew(set, union)
		}
		out = append(out, value)
	}
	return out
}

// countNew returns how many of s are in t and not in known.
func (s bitset) countNew(t, known bitset) int {
	n := 0
	for i, w := range s {
		n += bits.OnesCount64(w & t[i] &^ known[i])
	}
	return n
}
