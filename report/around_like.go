package report

import (
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// mostAlike is how many territories are said to resemble one.
const mostAlike = 6

// similarBlocks lead to the territories that resemble one, each with what
// brings it near and what sets it apart.
func (w *composer) similarBlocks(t *territory.Territory) []Block {
	heading := Block{Heading: w.t("around.similar")}
	found := w.c.Similar(t.Code, mostAlike)
	if len(found) == 0 {
		if t.Level != territory.Commune {
			return nil
		}
		return []Block{heading, paragraph(plain(w.t("around.similar_commune")))}
	}
	out := []Block{heading, paragraph(plain(w.t("around.similar_how", "tier", w.level(t.Level, "many"))))}
	if found[0].Weak {
		out = append(out, Block{Note: plain(w.t("around.similar_weak", "tier", w.level(t.Level, "many")))})
	}
	var cards []Card
	for _, l := range found {
		cards = append(cards, w.likeCard(t, l))
	}
	return append(out, Block{Cards: cards})
}

// likeCard tells one territory that resembles another.
func (w *composer) likeCard(t *territory.Territory, l edition.Likeness) Card {
	card := Card{Title: w.label(l.Code), Href: href(l.Code), Detail: w.reasons(l),
		Tag: w.t("around.distance", "weak", l.Weak, "distance", lang.Number(w.l, l.Distance, 1), "shared", l.Shared)}
	if o, ok := w.c.Territory.Get(l.Code); ok && o.Population > 0 {
		said := w.t("fact.inhabitants", "n", o.Population)
		if t.Level == territory.EPCI {
			said = lang.Sentence(w.tierName(o)) + ", " + said
		}
		card.Detail = said + ". " + card.Detail
	}
	return card
}

// reasons say in which domains both stand away from the mean, on one side, and
// in which they differ most.
func (w *composer) reasons(l edition.Likeness) string {
	named := func(list []edition.Trait, more bool) string {
		var names []string
		for _, t := range list {
			if t.More == more {
				names = append(names, w.domain(t.Domain).InSentence(w.l))
			}
		}
		return lang.List(w.l, names)
	}
	var out []string
	for _, r := range []struct {
		key  string
		list []edition.Trait
	}{{"common", l.Common}, {"apart", l.Apart}} {
		more, less := named(r.list, true), named(r.list, false)
		if more+less == "" {
			out = append(out, w.t("around.reason."+r.key+"_none"))
			continue
		}
		key := "_both"
		switch {
		case less == "":
			key = "_more"
		case more == "":
			key = "_less"
		}
		out = append(out, w.t("around.reason."+r.key+key, "more", more, "less", less))
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), " ")
}
