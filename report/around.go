package report

import (
	"vigie/territory"
)

// most territories listed as cards before the rest is left to the list page.
const mostCards = 24

// aroundSection leads to the territories inside, beside and like this one.
func (w *composer) aroundSection(t *territory.Territory) Section {
	s := Section{ID: "autour", Title: w.t("section.around")}
	if of, ok := w.typeParagraph(t.Code); ok {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("around.type")}, of)
	}
	s.Blocks = append(s.Blocks, w.similarBlocks(t)...)
	if near := w.c.Neighbours(t.Code); len(near) > 0 {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("around.neighbours")}, Block{Cards: w.cards(near)})
	}
	for _, level := range []territory.Level{territory.Region, territory.Departement, territory.EPCI, territory.Commune} {
		inside := w.codes(w.c.Territory.Children(t.Code, level))
		if level == t.Level || len(inside) == 0 || level == territory.Commune && t.Level != territory.EPCI ||
			level == territory.EPCI && t.Level == territory.National {
			continue
		}
		s.Blocks = append(s.Blocks, Block{Heading: w.t("around.inside", "tier", w.level(level, "many"), "of", w.place(t.Code).Of)},
			Block{Cards: w.cards(inside)})
	}
	if t.Level == territory.Commune && t.EPCI != "" {
		beside := w.codes(w.c.Territory.Children(t.EPCI, territory.Commune))
		s.Blocks = append(s.Blocks, Block{Heading: w.t("around.inside", "tier", w.level(territory.Commune, "many"), "of", w.place(t.EPCI).Of)},
			Block{Cards: w.cards(beside[:min(len(beside), mostCards)])})
	}
	return s
}

// cards lists territories with their tier and population.
func (w *composer) cards(codes []territory.Code) []Card {
	out := make([]Card, 0, len(codes))
	for _, code := range codes {
		card := Card{Title: w.label(code), Href: href(code)}
		if t, ok := w.c.Territory.Get(code); ok && t.Population > 0 {
			card.Detail = w.t("fact.inhabitants", "n", t.Population)
		}
		if o := w.c.Standing(code, ""); o.OK && o.HasInterval {
			card.Tag = w.t("rank.overall", "rank", w.rankWithInterval(o))
		}
		out = append(out, card)
	}
	return out
}
