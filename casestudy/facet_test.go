package casestudy

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/lang"
	"vigie/territory"
)

// drawnBase draws a base of a few cases with few values, so that facets cross.
func drawnBase(r *rapid.T) *Base {
	codes := func(name string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, len(from), rapid.ID[string]).Draw(r, name)
	}
	var entries []Entry
	for i := range rapid.IntRange(0, 90).Draw(r, "cases") {
		e := Entry{ID: fmt.Sprint(i), Slug: fmt.Sprintf("s%03d", i), State: Published}
		e.Record.Title = rapid.SampledFrom([]string{"Garage solidaire", "Jardin partagé", "Garage et jardin"}).Draw(r, "title")
		e.Record.Language = "fr"
		e.Record.Domains = codes("domains", "EMP", "LOG", "MOB")
		e.Record.Relations = codes("relations", "patronage", "societal_innovation")
		e.Record.Phase = rapid.SampledFrom([]string{"", "rd", "deployment"}).Draw(r, "phase")
		e.Record.StartYear = rapid.SampledFrom([]int{0, 1999, 2004, 2012, 2021}).Draw(r, "start")
		for _, p := range codes("places", "DEP-01", "DEP-26", "REG-84") {
			e.Record.Territories = append(e.Record.Territories, territory.Code(p))
		}
		entries = append(entries, e)
	}
	return NewBase(entries, Names{Dimension: func(d string) string { return map[string]string{"EMP": "economic", "LOG": "social"}[d] }})
}

// brute says, case by case, whether a query is met.
func brute(b *Base, q Query, matched bitset) (n int) {
	for i := range b.entries {
		e := &b.entries[i]
		ok := matched.has(int32(i))
		if q.From > 0 || q.To > 0 {
			y := e.Record.StartYear
			ok = ok && y > 0 && y >= q.From && (q.To == 0 || y <= q.To)
		}
		for f, chosen := range q.Facets {
			any := len(chosen) == 0
			for _, v := range b.ValuesOf(e, f) {
				any = any || slices.Contains(chosen, v)
			}
			ok = ok && any
		}
		if ok {
			n++
		}
	}
	return n
}

// TestFacetCountsAreTrue asks, for random bases and combinations, that the
// count beside each value is the number of results once it is chosen.
func TestFacetCountsAreTrue(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := drawnBase(r)
		q := Query{Text: rapid.SampledFrom([]string{"", "garage", "jardin -garage", "solidaire partagé"}).Draw(r, "text"), Facets: map[Facet][]string{}}
		pools := map[Facet][]string{Domain: {"EMP", "LOG", "MOB", "XXX"}, Dimension: {"economic", "social"}, Relation: {"patronage"},
			Phase: {"rd", "deployment"}, Departement: {"DEP-01", "DEP-26"}, Decade: {"1990", "2020"}, Level: {NoLevel}}
		for _, f := range Facets {
			if pool := pools[f]; pool != nil && rapid.Bool().Draw(r, "use "+string(f)) {
				q.Facets[f] = rapid.SliceOfNDistinct(rapid.SampledFrom(pool), 1, len(pool), rapid.ID[string]).Draw(r, string(f))
			}
		}
		if rapid.Bool().Draw(r, "years") {
			q.From, q.To = rapid.SampledFrom([]int{0, 2000}).Draw(r, "from"), rapid.SampledFrom([]int{0, 2015}).Draw(r, "to")
		}
		found := b.Search(q)
		matched := b.words.match(q.Text, lang.FR).set
		if want := brute(b, q, matched); found.Total != want {
			r.Fatalf("%+v: %d results; want %d", q, found.Total, want)
		}
		for _, f := range found.Facets {
			for _, v := range f.Values {
				if got := b.Search(q.With(f.Facet, v.Value)).Total; got != v.Added {
					r.Fatalf("%+v: %s %s added says %d, gives %d", q, f.Facet, v.Value, v.Added, got)
				}
				alone := q.Without(f.Facet, "").With(f.Facet, v.Value)
				if got := brute(b, alone, matched); got != v.Count {
					r.Fatalf("%+v: %s %s alone says %d, gives %d", q, f.Facet, v.Value, v.Count, got)
				}
				if v.Chosen != q.Chosen(f.Facet, v.Value) {
					r.Fatalf("%s %s chosen: %v", f.Facet, v.Value, v.Chosen)
				}
			}
		}
	})
}

func TestFacetValues(t *testing.T) {
	e := Entry{Record: Record{Language: "fr", Translations: map[string]Text{"en": {}}, SDGs: []int{10, 2}, StartYear: 1997,
		Evidence: []Evidence{{Level: "measured"}, {Level: ""}, {Level: "measured"}}, Territories: []territory.Code{"COM-26281"},
		Actors: []Actor{{Profile: "company"}, {Profile: "company"}, {}}}}
	n := Names{Ancestors: func(territory.Code) []territory.Code { return []territory.Code{"DEP-26", "REG-84", "FR"} }}.complete()
	for f, want := range map[Facet][]string{Language: {"en", "fr"}, SDG: {"10", "2"}, Decade: {"1990"}, Level: {"measured"},
		Region: {"REG-84"}, Departement: {"DEP-26"}, Profile: {"company"}, Reviewed: {No}, Network: {}, Scope: {}} {
		if d := cmp.Diff(want, facetValues(&e, f, n)); d != "" {
			t.Errorf("%s: %s", f, d)
		}
	}
	b := NewBase([]Entry{{Slug: "a", State: Published, Record: e.Record}}, n)
	sdg := b.Search(Query{}).Facets[slices.Index(Facets, SDG)]
	if sdg.Values[0].Value != "2" || sdg.Values[1].Value != "10" {
		t.Errorf("SDGs are not in the order of numbers: %+v", sdg.Values)
	}
}
