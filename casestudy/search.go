package casestudy

import (
	"cmp"
	"slices"
	"strings"

	"vigie/lang"
)

// Found is the answer to a query.
type Found struct {
	Query      Query
	Total      int
	Whole      int // results that have all the words; fewer than Total when too few had them all
	Hits       []Hit
	Facets     []FacetCounts // in the order of Facets
	Suggestion string        // « vouliez-vous dire »: the text with its unknown words corrected, or ""
	Corrected  bool          // nothing has the words as typed: the results are those of Suggestion
	Unknown    []string      // words as typed that lead to nothing, even corrected
	Expanded   []string      // what was looked for beside the words typed: synonyms, expansions
}

// Hit is one result.
type Hit struct {
	Entry   *Entry
	Score   float64
	Whole   bool     // it has all the words, or their synonyms
	Why     []string // the fields that matched: title, summary, actor, place, section, label, source
	Excerpt Excerpt
}

// Excerpt is a piece of a text around the words found.
type Excerpt struct {
	Text  string
	Marks []Span // in order, apart from each other
}

// Span is a piece of a text, in bytes, its end left out.
type Span struct{ Start, End int }

// Search answers a query. Counts of facets do not depend on Offset and Limit.
func (b *Base) Search(q Query) Found {
	if q.Limit <= 0 {
		q.Limit = DefaultLimit
	}
	m := b.words.match(q.Text, q.Language)
	b.facets.within(m.set, q.From, q.To)
	result, counts := b.facets.narrow(m.set, q.Facets)
	found := Found{Query: q, Total: result.count(), Facets: counts, Suggestion: m.suggestion, Corrected: m.corrected,
		Unknown: m.unknown, Expanded: m.expanded}
	found.Whole = result.countBoth(m.whole)
	for _, i := range b.arrange(result, m, q) {
		found.Hits = append(found.Hits, b.hit(i, m, q))
	}
	return found
}

// arrange returns the places of the results of the page asked for, in order.
func (b *Base) arrange(result bitset, m *match, q Query) []int32 {
	var places []int32
	for _, i := range b.order[q.sortOf(m)] {
		if result.has(i) {
			places = append(places, i)
		}
	}
	if q.sortOf(m) == ByRelevance {
		slices.SortStableFunc(places, func(x, y int32) int { return cmp.Compare(m.scores[y], m.scores[x]) })
	}
	from := min(max(q.Offset, 0), len(places))
	return places[from:min(from+q.Limit, len(places))]
}

// sortOf returns the order asked for; without words nothing is relevant, and
// the last changed come first.
func (q Query) sortOf(m *match) Sort {
	switch {
	case q.Sort == "" || q.Sort == ByRelevance:
		if m.scores == nil {
			return ByRecent
		}
		return ByRelevance
	case slices.Contains(Sorts, q.Sort):
		return q.Sort
	}
	return ByRecent
}

// orders returns the places of the entries, by slug, in each order.
func orders(entries []Entry) map[Sort][]int32 {
	titles := make([]string, len(entries))
	for i := range entries {
		titles[i] = lang.Fold(entries[i].Record.Title)
	}
	less := map[Sort]func(i, j int32) int{
		ByRelevance: func(i, j int32) int { return 0 },
		ByRecent:    func(i, j int32) int { return entries[j].ChangedAt.Compare(entries[i].ChangedAt) },
		ByTitle:     func(i, j int32) int { return strings.Compare(titles[i], titles[j]) },
		ByStart:     func(i, j int32) int { return cmp.Compare(entries[j].Record.StartYear, entries[i].Record.StartYear) },
	}
	out := map[Sort][]int32{}
	for sort, compare := range less {
		order := make([]int32, len(entries))
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortStableFunc(order, compare)
		out[sort] = order
	}
	return out
}
