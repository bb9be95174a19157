package report

import (
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// mostAkin is how many cases are said to resemble one.
const mostAkin = 4

// SimilarPractices composes the way from a case to those that resemble it.
func SimilarPractices(c *edition.Content, b *casestudy.Base, r Request, e *casestudy.Entry) Section {
	return compose(c, r).similarSection(b, e)
}

// similarSection leads from a case to those of a base that resemble it, each
// with what both have.
func (w *composer) similarSection(b *casestudy.Base, e *casestudy.Entry) Section {
	like := func(x, y territory.Code) (float64, bool) {
		r, ok := w.c.Alike(x, y, 0)
		return r.Share, ok
	}
	s := Section{ID: "semblables", Title: w.t("akin.title")}
	var cards []Card
	for _, a := range b.Similar(e.Slug, like, mostAkin) {
		card := Card{Title: w.caseTitle(&a.Entry.Record), Href: "/pratiques/" + a.Entry.Slug, Detail: w.bonds(&a)}
		if r := &a.Entry.Record; len(r.Territories) > 0 {
			card.Tag = w.label(r.Territories[0])
		}
		cards = append(cards, card)
	}
	if len(cards) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("akin.none")))}
		return s
	}
	s.Blocks = []Block{paragraph(plain(w.t("akin.how"))), {Cards: cards}}
	return s
}

// bondList is the reference list of each kind of bond that has one.
var bondList = map[string]string{casestudy.BondDomain: "domain", casestudy.BondRelation: "relation", casestudy.BondProfile: "actor_profile", casestudy.BondForm: "co_construction"}

// bonds say what two cases have in common.
func (w *composer) bonds(a *casestudy.Akin) string {
	var out []string
	for _, t := range a.Bonds {
		names := slices.Clone(t.Codes)
		switch list := bondList[t.Kind]; {
		case t.Kind == casestudy.BondPlace:
			for i, code := range names {
				names[i] = w.label(territory.Code(code))
			}
			if names[0] == names[1] {
				names = names[:1]
			}
		case list != "":
			for i, code := range names {
				if term, ok := w.c.Term(list, code); ok {
					names[i] = w.lower(lang.Typeset(w.l, term.Label(w.l)))
				}
			}
		default:
			names = []string{lang.List(w.l, names)}
		}
		out = append(out, w.t("akin."+t.Kind, "names", strings.Join(names, semicolon(w.l)), "n", len(names)))
	}
	return strings.Join(out, " ")
}
