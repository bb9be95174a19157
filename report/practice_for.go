package report

import (
	"vigie/casestudy"
	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/territory"
)

// mostAnswers is how many cases the page of a need shows.
const mostAnswers = 20

// Matching composes the cases of a base that answer a territory in a domain,
// each with why. Query: « territoire », a code or words, and « domaine ».
//
// Error: NotFound for a territory or a domain that does not exist.
func Matching(c *edition.Content, b *casestudy.Base, r Request) (Document, error) {
	w := composePractices(c, b, r)
	at, err := w.neededPlace()
	if err != nil {
		return Document{}, err
	}
	domain := r.First("domaine")
	term, known := c.Term("domain", domain)
	if domain != "" && !known {
		return Document{}, fault.NotFoundf(w.t("fault.domain.do"), "%s", w.t("fault.domain.what", "code", domain))
	}
	title := w.t("for.title")
	if at != "" {
		title = w.t("for.title_place", "name", w.place(at).Name)
	}
	d := w.document("practice_match", "pratiques/pour", title)
	d.Edition.Date = c.Manifest.Date
	d.Crumbs = []Link{{w.p("name"), PracticePath}}
	d.State = map[string][]string{}
	d.Sections = []Section{w.needForm(at, domain)}
	switch {
	case domain == "":
		d.Answer = []Text{plain(w.t("for.ask"))}
		if t, ok := c.Territory.Get(at); ok {
			d.Sections = append(d.Sections, w.needDomains(t)...)
		}
	default:
		d.State["domaine"] = []string{domain}
		found := w.matches(b, at, domain, mostAnswers)
		d.Answer = []Text{plain(w.t("for.answer", "n", found.Total, "domain", lang.Typeset(w.l, term.InSentence(w.l)), "own", len(found.Own), "placed", at != "", "shown", min(mostAnswers, len(found.Elsewhere))))}
		d.Sections = append(d.Sections, w.answers(found)...)
	}
	if at != "" {
		d.State["territoire"] = []string{string(at)}
	}
	d.Summary = d.Answer[0].Plain()
	d.Sections = append(d.Sections, Section{ID: "lire", Title: w.t("for.read"), Blocks: w.baseNotes(b, "for.base")})
	return d, nil
}

// neededPlace reads the territory asked for, "" for none.
func (w *practices) neededPlace() (territory.Code, error) {
	q := w.r.First("territoire")
	if q == "" {
		return "", nil
	}
	if _, ok := w.c.Territory.Get(territory.Code(q)); ok {
		return territory.Code(q), nil
	}
	if code := w.found(q); code != "" {
		return code, nil
	}
	return "", fault.NotFoundf(w.t("fault.territory.do"), "%s", w.t("fault.territory.what", "code", q))
}

// needForm asks for a territory and a domain.
func (w *practices) needForm(at territory.Code, domain string) Section {
	place := Field{Name: "territoire", Label: w.t("for.place"), Hint: w.t("domain.focus_hint")}
	if at != "" {
		place.Value, place.Hint = string(at), w.label(at)
	}
	which := Field{Name: "domaine", Label: w.t("head.domain"), Options: []Option{{Value: "", Label: w.t("for.any"), Selected: domain == ""}}}
	for _, d := range w.c.Domains() {
		which.Options = append(which.Options, Option{Value: d.Code, Label: d.Label(w.l), Selected: d.Code == domain})
	}
	return Section{ID: "besoin", Blocks: []Block{{Form: &Form{Action: MatchPath, Submit: w.t("form.show"), Fields: []Field{place, which}}}}}
}

// needDomains offers the most fragile domains of a territory.
func (w *practices) needDomains(t *territory.Territory) []Section {
	domains, _ := w.weakest(t)
	var cards []Card
	for _, domain := range domains {
		cards = append(cards, Card{Title: w.domain(domain).Label(w.l), Href: hrefMatch(t.Code, domain)})
	}
	if cards == nil {
		return nil
	}
	return []Section{{ID: "fragiles", Title: w.t("for.weakest"), Blocks: []Block{{Cards: cards}}}}
}

// answers are the cases found, those of the territory itself apart.
func (w *practices) answers(found casestudy.Matches) []Section {
	var out []Section
	if len(found.Elsewhere) > 0 {
		out = append(out, Section{ID: "ailleurs", Title: w.t("for.elsewhere"), Blocks: []Block{{Cards: w.matchCards(found.Elsewhere)}}})
	}
	if len(found.Own) > 0 {
		out = append(out, Section{ID: "ici", Title: w.t("for.own"), Blocks: []Block{{Cards: w.matchCards(found.Own)}}})
	}
	return out
}
