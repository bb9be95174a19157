package report

import (
	"slices"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// mostHits is how many results a search shows.
const mostHits = 30

// Search composes the results of the query's « q »: territories, postcodes,
// domains and indicators.
func Search(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	q := r.First("q")
	d := w.document("search", "recherche", w.t("search.title"))
	form := Block{Form: w.searchForm(q)}
	if q == "" {
		d.Answer = []Text{plain(w.t("search.empty"))}
		d.Summary = d.Answer[0].Plain()
		d.Sections = []Section{{ID: "chercher", Blocks: []Block{form, w.composerLink()}}}
		return d, nil
	}
	hits := c.Search.Find(q, mostHits)
	var cards []Card
	for _, h := range hits {
		cards = append(cards, w.hitCard(h))
	}
	if len(cards) == 0 {
		d.Answer = []Text{plain(w.t("search.nothing", "q", q))}
	} else {
		d.Answer = []Text{plain(w.t("search.found", "n", len(cards), "q", q, "full", len(cards) == mostHits))}
	}
	d.Summary = d.Answer[0].Plain()
	d.Sections = []Section{{ID: "resultats", Blocks: []Block{form}}}
	if len(cards) > 0 {
		d.Sections[0].Blocks = append(d.Sections[0].Blocks, Block{Cards: cards})
	}
	return d, nil
}

// hitCard shows one answer of the search.
func (w *composer) hitCard(h territory.Hit) Card {
	card := Card{Title: lang.Typeset(w.l, h.Label(w.l)), Href: h.Href, Detail: h.Detail}
	if h.Code != "" {
		card.Href, card.Tag = href(h.Code), w.level(h.Code.Level(), "one")
		if h.Postcode != "" {
			card.Detail += " · " + h.Postcode
		}
		return card
	}
	card.Tag = w.t("search.kind." + h.Kind)
	return card
}

// mostPractices is how many cases the search of the site shows.
const mostPractices = 5

// WithPractices adds to a page of the search the cases of the base that have
// the words.
func WithPractices(d Document, c *edition.Content, b *casestudy.Base, r Request) Document {
	w := composePractices(c, b, Request{Lang: r.Lang, Path: r.Path})
	q := r.First("q")
	if q == "" {
		return d
	}
	found := b.Search(casestudy.Query{Text: q, Limit: mostPractices, Language: r.Lang})
	if found.Total == 0 || found.Corrected {
		return d
	}
	var cards []Card
	for _, h := range found.Hits {
		card := w.caseCard(h.Entry)
		card.Tag = w.t("search.kind.practice")
		cards = append(cards, card)
	}
	all := paragraph(w.text("search.practices_all", "link", Span{Text: w.t("search.practices_link", "n", found.Total), Href: w.searchHref(casestudy.Query{Text: q})}))
	d.Sections = append(slices.Clone(d.Sections), Section{ID: "pratiques", Title: w.p("name"), Blocks: []Block{{Cards: cards}, all}})
	return d
}
