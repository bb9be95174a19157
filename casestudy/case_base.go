package casestudy

import (
	"slices"
	"strings"
	"sync"

	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// Names gives what a base needs to know of codes: labels are searched, places
// counted by région and département. A nil function knows nothing.
type Names struct {
	Place     func(territory.Code) string                 // label of a territory, "" when unknown
	Ancestors func(territory.Code) []territory.Code       // the larger territories it lies in
	Term      func(list, code string, l lang.Lang) string // label of a term, "" when unknown
	Dimension func(domain string) string                  // dimension of a domain
	Synonyms  *Synonyms                                   // those of data/casestudy when nil
}

// NewNames returns the names of the lists and of the places in force.
func NewNames(lists *taxonomy.Set, places *territory.Vintage) Names {
	return Names{
		Place: func(c territory.Code) string {
			t, ok := places.Get(c)
			if !ok {
				return ""
			}
			return t.Label
		},
		Ancestors: places.Parents,
		Term: func(list, code string, l lang.Lang) string {
			t, ok := lists.Term(list, code)
			if !ok {
				return ""
			}
			return t.Label(l)
		},
		Dimension: func(domain string) string {
			t, _ := lists.Term("domain", domain)
			return t.Parent
		},
	}
}

// complete puts a function that knows nothing where there is none.
func (n Names) complete() Names {
	if n.Place == nil {
		n.Place = func(territory.Code) string { return "" }
	}
	if n.Ancestors == nil {
		n.Ancestors = func(territory.Code) []territory.Code { return nil }
	}
	if n.Term == nil {
		n.Term = func(string, string, lang.Lang) string { return "" }
	}
	if n.Dimension == nil {
		n.Dimension = func(string) string { return "" }
	}
	if n.Synonyms == nil {
		n.Synonyms = ownSynonyms()
	}
	return n
}

// Base is all the cases that readers see, ready to be searched. It is built
// once, never modified and safe for concurrent use.
type Base struct {
	entries  []Entry // public, by slug
	retired  []Entry // archived or merged, by slug
	named    map[string]*Entry
	names    Names
	facets   *facetIndex
	words    *searchIndex
	order    map[Sort][]int32 // of the places in entries
	overview func() *Overview
	coding   *Coding // of passages, nil when there is none
	akin     func() *kinship
}

// NewBase builds the base of the entries, in any order, with its index. Drafts
// and cases not yet published are left out. The first of two entries with one
// slug or one id is found by it.
func NewBase(entries []Entry, n Names) *Base { return newBase(entries, n, ranking) }

func newBase(entries []Entry, n Names, w weighting) *Base {
	b := &Base{named: map[string]*Entry{}, names: n.complete()}
	for _, e := range entries {
		switch {
		case e.State.Public():
			b.entries = append(b.entries, e)
		case e.State == Archived || e.State == Merged:
			b.retired = append(b.retired, e)
		}
	}
	for _, list := range [][]Entry{b.entries, b.retired} {
		slices.SortStableFunc(list, func(x, y Entry) int { return strings.Compare(x.Slug, y.Slug) })
		b.name(list, func(e *Entry) string { return e.Slug })
	}
	for _, list := range [][]Entry{b.entries, b.retired} {
		b.name(list, func(e *Entry) string { return e.ID })
	}
	b.facets = newFacetIndex(b.entries, b.names)
	b.words = newSearchIndex(b.entries, b.names, w)
	b.order = orders(b.entries)
	b.overview = sync.OnceValue(func() *Overview { return readOverview(b) })
	b.akin = newKinship(b.entries)
	return b
}

func (b *Base) name(list []Entry, by func(*Entry) string) {
	for i := range list {
		if name := by(&list[i]); name != "" && b.named[name] == nil {
			b.named[name] = &list[i]
		}
	}
}

// Len returns the number of public cases.
func (b *Base) Len() int { return len(b.entries) }

// Entries returns the public cases by slug: a view, not a copy.
func (b *Base) Entries() []Entry { return b.entries }

// Retired returns the archived and merged cases by slug: a view, not a copy.
func (b *Base) Retired() []Entry { return b.retired }

// Names returns the names with which the base was built.
func (b *Base) Names() Names { return b.names }

// Entry returns a case by its slug or its id, an archived or merged one too.
func (b *Base) Entry(idOrSlug string) (*Entry, bool) {
	e, ok := b.named[idOrSlug]
	return e, ok
}
