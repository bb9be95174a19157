package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/territory"
)

// How much of the case base a territory's page shows.
const (
	mostMatched = 3 // cases for a domain
	mostDomains = 2 // of the most fragile
)

// matches are the cases of a base that answer the fragility of a territory in a
// domain; "" asks for a domain wherever it is.
func (w *composer) matches(b *casestudy.Base, at territory.Code, domain string, n int) casestudy.Matches {
	return b.Match(casestudy.Need{Domain: domain, Territory: at, Members: w.members(at), Limit: n, Resemblance: w.c.LikenessTo(at)})
}

// members are the communes of a territory that a reader has composed, nil for
// any other.
func (w *composer) members(at territory.Code) []territory.Code {
	if e, ok := w.c.Territory.Composition(at); ok {
		return e.Communes
	}
	return nil
}

// hrefMatch leads to all the cases that answer a territory in a domain.
func hrefMatch(at territory.Code, domain string) string {
	q := "?domaine=" + domain
	if at != "" {
		q = "?territoire=" + string(at) + "&domaine=" + domain
	}
	return MatchPath + q
}

// matchCard is a case with why it is there.
func (w *composer) matchCard(m *casestudy.Matched) Card {
	r := &m.Entry.Record
	tag := []string{}
	if len(r.Territories) > 0 {
		tag = append(tag, w.label(r.Territories[0]))
	}
	if r.StartYear > 0 {
		tag = append(tag, w.t("match.since", "year", year(r.StartYear)))
	}
	if !m.Entry.Reviewed() {
		tag = append(tag, w.t("match.unreviewed"))
	}
	return Card{Title: w.caseTitle(r), Href: "/pratiques/" + m.Entry.Slug, Detail: strings.Join(w.because(m), " "), Tag: strings.Join(tag, " · ")}
}

// caseTitle is the title of a record in the language of the page, in its own
// without a translation.
func (w *composer) caseTitle(r *casestudy.Record) string {
	own := lang.FR
	if r.Language == string(lang.EN) {
		own = lang.EN
	}
	if t, ok := r.Translations[string(w.l)]; ok && own != w.l && t.Title != "" {
		return lang.Typeset(w.l, t.Title)
	}
	return lang.Typeset(own, r.Title)
}

func (w *composer) matchCards(list []casestudy.Matched) []Card {
	out := make([]Card, len(list))
	for i := range list {
		out[i] = w.matchCard(&list[i])
	}
	return out
}

// weakest are the domains in which a territory is most fragile, of its own
// scores, of what holds it for a commune and for a territory that a reader has
// composed, on the scale of the regions for the country; and whose scores they are.
func (w *composer) weakest(t *territory.Territory) ([]string, territory.Code) {
	at := t.Code
	if t.Level == territory.Commune || t.Level == territory.Composed {
		at = cmp.Or(t.Departement, t.Region)
	}
	var out []string
	for _, p := range fragile(w.standings(at)) {
		out = append(out, p.Code)
	}
	if t.Level == territory.National {
		out = w.highest(at)
	}
	return out[:min(mostDomains, len(out))], at
}

// highest are the domains of the country from the highest on the scale.
func (w *composer) highest(at territory.Code) []string {
	type scaled struct {
		code string
		x    float64
	}
	var all []scaled
	for _, d := range w.c.Domains() {
		if x, ok := w.c.Scale(at, d.Code); ok {
			all = append(all, scaled{d.Code, x})
		}
	}
	slices.SortStableFunc(all, func(a, b scaled) int { return cmp.Compare(b.x, a.x) })
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = s.code
	}
	return out
}

// inspireSection shows the cases that answer the most fragile domains of a
// territory; none in an edition older than the base.
func (w *composer) inspireSection(t *territory.Territory) Section {
	b := w.c.Cases
	if b == nil {
		return Section{}
	}
	domains, at := w.weakest(t)
	if len(domains) == 0 {
		return Section{}
	}
	s := Section{ID: "pratiques", Title: w.t("inspire.title")}
	s.Blocks = append(s.Blocks, paragraph(plain(w.t("inspire.intro", "n", len(domains), "of", w.place(at).Of, "own", at == t.Code))))
	for _, domain := range domains {
		s.Blocks = append(s.Blocks, w.matchBlocks(b, t.Code, domain)...)
	}
	s.Blocks = append(s.Blocks, w.baseNotes(b, "inspire.base")...)
	return s
}

// matchBlocks are the best cases for one domain, and the way to all.
func (w *composer) matchBlocks(b *casestudy.Base, at territory.Code, domain string) []Block {
	found := w.matches(b, at, domain, mostMatched)
	out := []Block{{Heading: w.domain(domain).Label(w.l)}}
	if found.Total == 0 {
		return append(out, paragraph(plain(w.t("inspire.none"))))
	}
	if len(found.Elsewhere) > 0 {
		out = append(out, Block{Cards: w.matchCards(found.Elsewhere)})
	}
	if len(found.Own) > 0 {
		out = append(out, paragraph(w.ownSaid(found.Own)))
	}
	return append(out, paragraph(Text{{Text: w.t("inspire.all", "n", found.Total), Href: hrefMatch(at, domain)}}))
}

// ownSaid names the cases of the territory itself.
func (w *composer) ownSaid(own []casestudy.Matched) Text {
	out := Text{{Text: w.t("inspire.own") + " ", Strong: true}}
	for i, m := range own {
		if i > 0 {
			out = append(out, Span{Text: semicolon(w.l)})
		}
		out = append(out, Span{Text: w.caseTitle(&m.Entry.Record), Href: "/pratiques/" + m.Entry.Slug})
	}
	return append(out, Span{Text: "."})
}

// baseNotes say what the base represents, by a message, and how the cases were ranked.
func (w *composer) baseNotes(b *casestudy.Base, key string) []Block {
	unread := 0
	all := b.Entries()
	for i := range all {
		if !all[i].Reviewed() {
			unread++
		}
	}
	return []Block{{Note: plain(w.t(key, "n", b.Len(), "unread", unread))}, paragraph(plain(w.t("inspire.how")))}
}

// domainPractices shows the cases that answer a domain, for the territory in
// front when there is one.
func (w *composer) domainPractices(domain string, focus territory.Code) Section {
	b := w.c.Cases
	if b == nil {
		return Section{}
	}
	s := Section{ID: "pratiques", Title: w.t("inspire.title")}
	blocks := w.matchBlocks(b, focus, domain)
	s.Blocks = append([]Block{paragraph(plain(w.t("inspire.domain", "placed", focus != "", "for", w.forPlace(focus))))}, blocks[1:]...)
	s.Blocks = append(s.Blocks, w.baseNotes(b, "inspire.base")...)
	return s
}

// forPlace names a territory, "" for none.
func (w *composer) forPlace(code territory.Code) string {
	if code == "" {
		return ""
	}
	return w.place(code).Name
}
