package casestudy

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie/lang"
)

// Query is what a reader asks of the base. Inside a facet any of the values is
// enough; every facet that has values must be met.
type Query struct {
	Text     string // words, "phrases in quotes", -words that must be absent
	Facets   map[Facet][]string
	From, To int // start years, 0 for no bound; a case without a start year meets none
	Sort     Sort
	Offset   int
	Limit    int       // DefaultLimit when 0
	Language lang.Lang // of the reader, for excerpts and English words; not in the address
}

// Sort is an order of results; the slug settles ties.
type Sort string

// The orders: the best answers first, the last changed first, by title, the
// last begun first.
const (
	ByRelevance Sort = "relevance"
	ByRecent    Sort = "recent"
	ByTitle     Sort = "title"
	ByStart     Sort = "start"
)

// Sorts lists the orders as they are offered.
var Sorts = []Sort{ByRelevance, ByRecent, ByTitle, ByStart}

// The bounds of a query.
const (
	DefaultLimit  = 20
	MostResults   = 100     // of one page
	MostOffset    = 100_000 // before the first result
	MostText      = 200     // characters
	MostWords     = 20
	MostValues    = 60 // of one facet
	longestValue  = 80 // characters
	earliest      = 1000
	latest        = 2999
	textParameter = "q"
)

// Limits are the lengths of page that an address may ask for.
var Limits = []int{DefaultLimit, 50, MostResults}

// ParseQuery reads a query from the parameters of an address. What cannot be
// read is left out, and told in French; the query is always usable.
func ParseQuery(v url.Values) (Query, []string) {
	r := &queryReader{v: v}
	q := Query{Text: r.text(), Sort: r.sort(), From: r.year("de"), To: r.year("a"), Limit: r.limit()}
	if q.From > 0 && q.To > 0 && q.From > q.To {
		r.refuse("La période de %d à %d est vide : la première année vient après la dernière.", q.From, q.To)
		q.From, q.To = 0, 0
	}
	for _, f := range Facets {
		if values := r.values(f); len(values) > 0 {
			if q.Facets == nil {
				q.Facets = map[Facet][]string{}
			}
			q.Facets[f] = values
		}
	}
	q.Offset = r.offset()
	return q, r.refused
}

// queryReader reads parameters and keeps what it refuses.
type queryReader struct {
	v       url.Values
	refused []string
}

func (r *queryReader) refuse(format string, args ...any) {
	r.refused = append(r.refused, fmt.Sprintf(format, args...))
}

// text returns the words, cut at the bounds.
func (r *queryReader) text() string {
	text := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(r.v.Get(textParameter), " "), func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c)
	}), " ")
	if utf8.RuneCountInString(text) > MostText {
		text = strings.TrimSpace(string([]rune(text)[:MostText]))
		r.refuse("La recherche est trop longue : les %d premiers caractères sont gardés.", MostText)
	}
	if words := strings.Fields(text); len(words) > MostWords {
		text = strings.Join(words[:MostWords], " ")
		r.refuse("La recherche a trop de mots : les %d premiers sont gardés.", MostWords)
	}
	return text
}

func (r *queryReader) sort() Sort {
	s := r.v.Get("tri")
	for sort, written := range sortParameter {
		if s == written {
			return sort
		}
	}
	if s != "" {
		r.refuse("Le tri « %s » n'existe pas : les fiches sont rangées par pertinence.", cut(s))
	}
	return ByRelevance
}

var sortParameter = map[Sort]string{ByRecent: "recent", ByTitle: "titre", ByStart: "debut"}

func (r *queryReader) year(name string) int {
	s := r.v.Get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < earliest || n > latest {
		r.refuse("« %s » n'est pas une année : écrivez quatre chiffres.", cut(s))
		return 0
	}
	return n
}

func (r *queryReader) limit() int {
	s := r.v.Get("par")
	if s == "" {
		return DefaultLimit
	}
	n, err := strconv.Atoi(s)
	if err != nil || !slices.Contains(Limits, n) {
		r.refuse("« %s » résultats par page : les pages en montrent %d, %d ou %d.", cut(s), Limits[0], Limits[1], Limits[2])
		return DefaultLimit
	}
	return n
}

// offset reads how many results come before the first one shown.
func (r *queryReader) offset() int {
	s := r.v.Get("apres")
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > MostOffset {
		r.refuse("« %s » n'est pas un rang de résultat : la première page est montrée.", cut(s))
		return 0
	}
	return n
}

// values returns the values of a facet, sorted, each once.
func (r *queryReader) values(f Facet) []string {
	var values []string
	for _, s := range r.v[facetParameter[f]] {
		switch {
		case s == "":
		case utf8.RuneCountInString(s) > longestValue || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
			r.refuse("« %s » n'est pas une valeur du filtre « %s ».", cut(s), facetParameter[f])
		default:
			values = append(values, s)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	if len(values) > MostValues {
		r.refuse("Le filtre « %s » a trop de valeurs : les %d premières sont gardées.", facetParameter[f], MostValues)
		values = values[:MostValues]
	}
	return values
}

// cut shortens what a reader wrote for a message.
func cut(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Values returns the parameters of an address that asks the same: what is
// usual is left out, the values of a facet are sorted. The language of the
// reader is not part of them.
func (q Query) Values() url.Values {
	v := url.Values{}
	set := func(name, value string, usual bool) {
		if !usual {
			v.Set(name, value)
		}
	}
	set(textParameter, q.Text, q.Text == "")
	set("tri", sortParameter[q.Sort], sortParameter[q.Sort] == "")
	set("de", strconv.Itoa(q.From), q.From == 0)
	set("a", strconv.Itoa(q.To), q.To == 0)
	set("par", strconv.Itoa(q.Limit), q.Limit == 0 || q.Limit == DefaultLimit)
	set("apres", strconv.Itoa(q.Offset), q.Offset == 0)
	for _, f := range Facets {
		if values := slices.Compact(slices.Sorted(slices.Values(q.Facets[f]))); len(values) > 0 {
			v[facetParameter[f]] = values
		}
	}
	return v
}

// Chosen reports whether a value of a facet is chosen.
func (q Query) Chosen(f Facet, value string) bool { return slices.Contains(q.Facets[f], value) }

// With returns the query with a value of a facet added to those chosen, from
// its first result.
func (q Query) With(f Facet, value string) Query {
	if !q.Chosen(f, value) {
		q.Facets = q.facetsBut(f, append(slices.Clone(q.Facets[f]), value))
	}
	q.Offset = 0
	return q
}

// Without returns the query with a value of a facet taken away, all of the
// facet's when value is "", from its first result.
func (q Query) Without(f Facet, value string) Query {
	left := slices.DeleteFunc(slices.Clone(q.Facets[f]), func(s string) bool { return value == "" || s == value })
	q.Facets = q.facetsBut(f, left)
	q.Offset = 0
	return q
}

// facetsBut copies the facets with other values for one of them.
func (q Query) facetsBut(f Facet, values []string) map[Facet][]string {
	facets := map[Facet][]string{}
	for g, chosen := range q.Facets {
		if g != f && len(chosen) > 0 {
			facets[g] = chosen
		}
	}
	if len(values) > 0 {
		slices.Sort(values)
		facets[f] = values
	}
	if len(facets) == 0 {
		return nil
	}
	return facets
}
