package report

import (
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// facetShown is one facet of the search: the list that labels its values, and
// whether it is open at once.
type facetShown struct {
	facet casestudy.Facet
	list  string
	open  bool
}

// facetsShown are the facets in the order of the page.
var facetsShown = []facetShown{
	{casestudy.Domain, "domain", true}, {casestudy.Region, "", false}, {casestudy.Departement, "", false}, {casestudy.Relation, "relation", false},
	{casestudy.Profile, "actor_profile", false}, {casestudy.Form, "co_construction", false}, {casestudy.Objective, "objective", false},
	{casestudy.Phase, "evaluation_phase", false}, {casestudy.Axis, "impact", false}, {casestudy.Level, "evidence_level", false},
	{casestudy.Scope, "partnership_scope", false}, {casestudy.Dimension, "dimension", false}, {casestudy.SDG, "sdg", false}, {casestudy.Decade, "", false},
	{casestudy.Reviewed, "", false}, {casestudy.Network, "", false}, {casestudy.Language, "", false},
}

// finder is the form of the search.
func (w *practices) finder(q casestudy.Query, found casestudy.Found) *Finder {
	f := &Finder{Action: PracticePath, Label: w.p("search.label"), Hint: w.p("search.hint"), Value: q.Text, Submit: w.p("search.submit"), Narrow: w.p("search.narrow")}
	for _, s := range facetsShown {
		if g := w.choices(s, q, found); len(g.Items) > 0 {
			f.Groups = append(f.Groups, g)
		}
	}
	f.Fields = []Field{
		{Name: "de", Label: w.p("search.from"), Value: yearOrNone(q.From)}, {Name: "a", Label: w.p("search.to"), Value: yearOrNone(q.To)},
		w.sortField(q.Sort)}
	for _, slug := range w.collected() {
		f.Kept = append(f.Kept, NameText{collectInput, slug})
	}
	if f.Chosen = w.chosen(q); len(f.Chosen) > 0 {
		f.Clear = Link{w.p("search.clear"), w.searchHref(casestudy.Query{Text: q.Text, Sort: q.Sort})}
	}
	return f
}

func yearOrNone(y int) string {
	if y == 0 {
		return ""
	}
	return year(y)
}

// sortField chooses the order of what is found.
func (w *practices) sortField(now casestudy.Sort) Field {
	f := Field{Name: "tri", Label: w.p("search.sort")}
	for _, s := range casestudy.Sorts {
		f.Options = append(f.Options, Option{Value: casestudy.Query{Sort: s}.Values().Get("tri"), Label: w.p("sort." + string(s)), Selected: s == now})
	}
	return f
}

// choices are the values of one facet that leave something, and those that hold.
func (w *practices) choices(s facetShown, q casestudy.Query, found casestudy.Found) Choices {
	g := Choices{Name: s.facet.Parameter(), Label: w.p("facet." + string(s.facet)), Open: s.open || len(q.Facets[s.facet]) > 0}
	for _, v := range valuesOf(found, s.facet) {
		if v.Count > 0 || v.Chosen {
			g.Items = append(g.Items, Choice{Value: v.Value, Label: w.facetLabel(s, v.Value), Count: v.Count, Chosen: v.Chosen})
		}
	}
	switch {
	case s.list == "domain":
		order := w.c.Domains()
		at := func(c Choice) int {
			return slices.IndexFunc(order, func(t taxonomy.Term) bool { return t.Code == c.Value })
		}
		slices.SortStableFunc(g.Items, func(x, y Choice) int { return at(x) - at(y) })
	case s.list != "sdg" && s.facet != casestudy.Decade:
		slices.SortStableFunc(g.Items, func(x, y Choice) int { return strings.Compare(lang.Fold(x.Label), lang.Fold(y.Label)) })
	}
	if len(g.Items) == 1 && !g.Items[0].Chosen && g.Items[0].Count == found.Total {
		g.Items = nil // it would leave what is there
	}
	return g
}

// valuesOf are the counts of one facet.
func valuesOf(found casestudy.Found, f casestudy.Facet) []casestudy.FacetValue {
	for _, c := range found.Facets {
		if c.Facet == f {
			return c.Values
		}
	}
	return nil
}

// facetLabel names a value of a facet.
func (w *practices) facetLabel(s facetShown, value string) string {
	switch s.facet {
	case casestudy.Region, casestudy.Departement:
		return w.label(territory.Code(value))
	case casestudy.Decade:
		y, err := strconv.Atoi(value)
		if err != nil {
			return value
		}
		return w.p("decade", "from", year(y), "to", year(y+9))
	case casestudy.Language:
		return w.language(value)
	case casestudy.Reviewed:
		if value == casestudy.Yes || value == casestudy.No {
			return w.p("review.facet." + value)
		}
		return value
	case casestudy.SDG:
		return value + " · " + w.term(s.list, value)
	case casestudy.Level:
		if value == casestudy.NoLevel {
			return lang.Sentence(w.p("evidence.unstated"))
		}
	}
	if s.list == "" {
		return value
	}
	return w.term(s.list, value)
}

// language names a language, as its code when it is none of ours.
func (w *practices) language(code string) string {
	if key := "report.practice.language." + code; lang.Has(w.l, key) {
		return lang.T(w.l, key)
	}
	return code
}

// chosen are the choices that hold, each a link to the same without it.
func (w *practices) chosen(q casestudy.Query) []Link {
	var out []Link
	for _, s := range facetsShown {
		for _, value := range q.Facets[s.facet] {
			out = append(out, Link{w.p("chosen", "facet", w.p("facet."+string(s.facet)), "value", w.facetLabel(s, value)), w.searchHref(q.Without(s.facet, value))})
		}
	}
	if q.From != 0 || q.To != 0 {
		all := q
		all.From, all.To, all.Offset = 0, 0, 0
		out = append(out, Link{w.p("chosen_years", "from", yearOrNone(q.From), "to", yearOrNone(q.To), "after", q.From != 0, "before", q.To != 0), w.searchHref(all)})
	}
	return out
}
