package report

import (
	"slices"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/territory"
)

// How many cases the page of a need shows.
const (
	mostFirst   = 3
	mostAnswers = mostFirst + 12
)

// Matching composes the cases of a base that answer a territory in a domain,
// each with why. Query: « territoire », a code or words, and « domaine »;
// words that name several territories are answered by the choice of one.
//
// Error: NotFound for a territory or a domain that does not exist.
func Matching(c *edition.Content, b *casestudy.Base, r Request) (Document, error) {
	w := composePractices(c, b, r)
	at, several, err := w.neededPlace()
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
	d.Crumbs = []Link{{w.p("name"), w.withCollected(PracticePath)}}
	d.State = w.needState(at, domain)
	d.Sections = []Section{w.needForm(at, domain)}
	switch {
	case len(several) > 0:
		d.State["territoire"] = []string{r.First("territoire")}
		d.Answer = []Text{plain(w.t("for.several", "q", r.First("territoire")))}
		d.Sections = append(d.Sections, w.neededChoices(several, domain))
	case domain == "":
		d.Answer = []Text{plain(w.t("for.ask"))}
		if t, ok := c.Territory.Get(at); ok {
			d.Sections = append(d.Sections, w.needDomains(t)...)
		}
	default:
		found := w.matches(b, at, domain, mostAnswers)
		d.Answer = []Text{plain(w.t("for.answer", "n", found.Total, "domain", lang.Typeset(w.l, term.InSentence(w.l)), "own", len(found.Own), "placed", at != "", "shown", min(mostAnswers, len(found.Elsewhere))))}
		d.Sections = append(d.Sections, w.answers(found)...)
	}
	d.Summary = d.Answer[0].Plain()
	d.Sections = append(d.Sections, Section{ID: "lire", Title: w.t("for.read"), Blocks: w.baseNotes(b, "for.base")})
	return d, nil
}

// needState is the query that names a need.
func (w *practices) needState(at territory.Code, domain string) map[string][]string {
	state := map[string][]string{}
	if domain != "" {
		state["domaine"] = []string{domain}
	}
	if at != "" {
		state["territoire"] = []string{string(at)}
	}
	if collected := w.collected(); len(collected) > 0 {
		state[collectInput] = collected
	}
	return state
}

// mostNamesakes is how many territories of one name are offered.
const mostNamesakes = 8

// neededPlace reads the territory asked for, "" for none, and those among which
// to choose when several answer as well.
func (w *practices) neededPlace() (territory.Code, []territory.Hit, error) {
	q := w.r.First("territoire")
	if q == "" {
		return "", nil, nil
	}
	if _, ok := w.c.Territory.Get(territory.Code(q)); ok {
		return territory.Code(q), nil, nil
	}
	switch hits := w.namesakes(q); len(hits) {
	case 0:
		return "", nil, fault.NotFoundf(w.t("fault.territory.do"), "%s", w.t("fault.territory.what", "code", q))
	case 1:
		return hits[0].Code, nil, nil
	default:
		return "", hits, nil
	}
}

// namesakes are the territories that a text names as well as the first that it
// names.
func (w *practices) namesakes(q string) []territory.Hit {
	var out []territory.Hit
	for _, h := range w.c.Search.Find(q, mostHits) {
		if h.Code == "" {
			continue
		}
		if len(out) == mostNamesakes || len(out) > 0 && h.Match != out[0].Match {
			break
		}
		out = append(out, h)
	}
	return out
}

// typed is what names a territory in the field: its name, or its code when the
// name leads to others too.
func (w *practices) typed(at territory.Code) string {
	for _, name := range []string{w.label(at), w.placed(at)} {
		if hits := w.namesakes(name); len(hits) == 1 && hits[0].Code == at {
			return name
		}
	}
	return string(at)
}

// neededChoices offers the territories of one name.
func (w *practices) neededChoices(hits []territory.Hit, domain string) Section {
	var cards []Card
	for _, h := range hits {
		cards = append(cards, Card{Title: w.place(h.Code).Label, Tag: w.level(h.Code.Level(), "one_upper"), Detail: h.Detail,
			Href: withQuery(MatchPath, w.needState(h.Code, domain))})
	}
	return Section{ID: "lequel", Title: w.t("for.which"), Blocks: []Block{{Cards: cards}}}
}

// needForm asks for a territory and a domain.
func (w *practices) needForm(at territory.Code, domain string) Section {
	place := Field{Name: "territoire", Label: w.t("for.place"), Hint: w.t("domain.focus_hint"), Value: w.r.First("territoire")}
	if at != "" {
		if place.Value = w.typed(at); place.Value == string(at) {
			place.Hint = w.label(at)
		}
	}
	which := Field{Name: "domaine", Label: w.t("head.domain"), Options: []Option{{Value: "", Label: w.t("for.any"), Selected: domain == ""}}}
	for _, d := range w.c.Domains() {
		which.Options = append(which.Options, Option{Value: d.Code, Label: d.Label(w.l), Selected: d.Code == domain})
	}
	form := Form{Action: MatchPath, Submit: w.t("form.show"), Fields: []Field{place, which}}
	for _, slug := range w.collected() {
		form.Kept = append(form.Kept, NameText{collectInput, slug})
	}
	return Section{ID: "besoin", Blocks: []Block{{Form: &form}}}
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

// answers are the cases found: the best ones, those that follow, and those of
// the territory itself; what is ticked in any is one choice.
func (w *practices) answers(found casestudy.Matches) []Section {
	best := min(mostFirst, len(found.Elsewhere))
	var out []Section
	for _, part := range []struct {
		id, title string
		cases     []casestudy.Matched
	}{{"ailleurs", w.t("for.best"), found.Elsewhere[:best]}, {"suivantes", w.t("for.next"), found.Elsewhere[best:]}, {"ici", w.t("for.own"), found.Own}} {
		if len(part.cases) > 0 {
			list := w.answerList(part.title, part.cases)
			list.Further = len(out) > 0
			out = append(out, Section{ID: part.id, Title: part.title, Blocks: []Block{{Results: list}}})
		}
	}
	if len(out) > 0 {
		out[0].Blocks[0].Results.Kept = w.unlisted(found)
	}
	return out
}

// unlisted are the cases collected before that the page does not show.
func (w *practices) unlisted(found casestudy.Matches) []NameText {
	shown := map[string]bool{}
	for _, list := range [][]casestudy.Matched{found.Elsewhere, found.Own} {
		for _, m := range list {
			shown[m.Entry.Slug] = true
		}
	}
	var out []NameText
	for _, slug := range w.collected() {
		if !shown[slug] {
			out = append(out, NameText{collectInput, slug})
		}
	}
	return out
}

// answerList lists cases, each with why it is there.
func (w *practices) answerList(title string, list []casestudy.Matched) *Results {
	r := &Results{Label: title, Action: DossierPath, Name: collectInput, Tick: w.p("collect.tick"), Submit: w.p("collect.submit"), Choice: "fiches"}
	collected := w.collected()
	for i := range list {
		r.Items = append(r.Items, w.answer(&list[i], slices.Contains(collected, list[i].Entry.Slug)))
	}
	return r
}

// answer shows one case that answers a need.
func (w *practices) answer(m *casestudy.Matched, ticked bool) Result {
	e := m.Entry
	r := Result{Value: e.Slug, Title: w.caseTitle(&e.Record), Href: w.withCollected(practiceHref(e.Slug)), Detail: joined(" · ", w.where(&e.Record), w.years(&e.Record)),
		Badge: w.badge(e), Ticked: ticked, Lead: w.t("match.why")}
	if s := w.said(&e.Record).Summary; s != "" {
		r.Text = plain(w.typeset(firstWords(s)))
	}
	for _, said := range w.because(m) {
		r.List = append(r.List, plain(said))
	}
	if r.Folded = w.likenessRead(m); r.Folded != "" {
		r.Fold = w.t("match.how")
	}
	return r
}
