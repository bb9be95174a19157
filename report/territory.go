package report

import (
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// Territory composes the page of one territory of any tier: the answer, its
// profile of fragilities, what was perceived, its figures, alliances, practices
// that inspire, and places like it.
func Territory(c *edition.Content, r Request, code territory.Code) (Document, error) {
	w := compose(c, r)
	t, ok := c.Territory.Get(code)
	if !ok {
		return Document{}, unknown(w, code)
	}
	d := w.document("territory", "territoire/"+string(code), w.place(code).Label)
	d.Kicker = w.kicker(t)
	d.Crumbs = w.crumbs(code)
	d.Answer = w.answer(t)
	d.Summary = d.Answer[0].Plain()
	d.Sections = w.territorySections(t)
	d.Links = []Link{
		{w.t("link.report"), href(code) + "/rapport"},
		{w.t("link.note"), href(code) + "/synthese"},
		{w.t("link.compare"), "/comparer?t=" + string(code)},
		{w.t("link.compose"), "/territoires/composer?de=" + string(code)},
	}
	return d, nil
}

// unknown says that no territory has a code, and what to do.
func unknown(w *composer, code territory.Code) error {
	return fault.NotFoundf(w.t("fault.territory.do"), "%s", w.t("fault.territory.what", "code", string(code)))
}

// territorySections are shared by the page and by the report.
func (w *composer) territorySections(t *territory.Territory) []Section {
	if e, ok := w.c.Territory.Composition(t.Code); ok {
		return w.composedSections(e, false)
	}
	all := []Section{
		w.factSection(t),
		w.fragilitySection(t),
		w.perceivedSection(t.Code),
		w.indicatorSection(t),
		w.evolutionSection(t),
		w.moveSection(t),
		w.allianceSection(t.Code),
		w.eventsAt(t.Code),
		w.inspireSection(t),
		w.aroundSection(t),
		w.sourceSection(t),
	}
	return kept(all)
}

// kicker is the line above the title: the tier and what contains it.
func (w *composer) kicker(t *territory.Territory) string {
	if e, ok := w.c.Territory.Composition(t.Code); ok {
		return w.composedKicker(e)
	}
	parts := []string{w.tierName(t)}
	for _, up := range w.c.Above(t.Code) {
		l, name := up.Level(), w.label(up)
		if (l == territory.Departement || l == territory.Region) && name != parts[len(parts)-1] {
			parts = append(parts, name)
		}
	}
	return strings.Join(parts, " · ")
}

// tierName names the tier, with the legal kind of an EPCI.
func (w *composer) tierName(t *territory.Territory) string {
	if t.Level == territory.EPCI && lang.Has(w.l, "report.epci."+t.Kind) {
		return w.t("epci." + t.Kind)
	}
	return w.level(t.Level, "one")
}

// crumbs lead from the country down to the territory's parent.
func (w *composer) crumbs(code territory.Code) []Link {
	var up []Link
	for _, c := range w.c.Above(code) {
		if c == territory.Metropolis {
			continue
		}
		up = append([]Link{{w.label(c), href(c)}}, up...)
	}
	return append([]Link{{w.t("crumb.territories"), "/territoires"}}, up...)
}

// factSection gives the key figures: population, what it contains, where it
// stands.
func (w *composer) factSection(t *territory.Territory) Section {
	s := Section{ID: "reperes", Title: w.t("section.facts")}
	var facts []Fact
	if t.Population > 0 {
		facts = append(facts, Fact{Label: w.t("fact.population"), Value: lang.Number(w.l, float64(t.Population), 0),
			Detail: w.t("fact.population_detail", "year", year(w.c.Territory.Year))})
	}
	for _, level := range []territory.Level{territory.Departement, territory.EPCI, territory.Commune} {
		if n := len(w.c.Territory.Children(t.Code, level)); n > 0 && level != t.Level && (t.Level != territory.EPCI || n > 1) {
			facts = append(facts, Fact{Label: lang.Sentence(w.level(level, "many")), Value: lang.Number(w.l, float64(n), 0),
				Detail: w.t("fact.cog", "year", year(w.c.Territory.Year)), Href: w.around(t.Code)})
		}
	}
	for _, code := range []indicator.Code{"emp_unemployment_rate", "pau_poverty_rate", "niv_median_income"} {
		v, ok := w.c.Closest(code, t.Code)
		if ok && v.OK() && (v.Territory.Level() != territory.National || t.Level == territory.National) {
			facts = append(facts, w.fact(v, t.Code))
		}
	}
	if o := w.c.Standing(t.Code, ""); o.OK && o.HasInterval {
		facts = append(facts, Fact{Label: w.t("fact.overall"), Value: w.rank(o),
			Detail: w.t("fact.overall_detail", "fixed", o.Lo == o.Hi, "lo", lang.Ordinal(w.l, o.Lo), "hi", lang.Ordinal(w.l, o.Hi)),
			Trace:  hrefScore(t.Code, "")})
	}
	s.Blocks = []Block{{Facts: facts}}
	return s
}

// around leads to the territories inside one: on its page, or from elsewhere.
func (w *composer) around(code territory.Code) string {
	if w.r.Path == href(code) {
		return "#autour"
	}
	return href(code) + "#autour"
}

// fact is a key figure of an indicator, saying whose it is when it is not the
// territory's own.
func (w *composer) fact(v edition.Value, asked territory.Code) Fact {
	detail := w.period(v.Period)
	if v.Territory != asked {
		detail = w.t("fact.of", "level", w.level(v.Territory.Level(), "figure"), "name", w.label(v.Territory)) + " · " + detail
	}
	return Fact{Label: w.name(v.Indicator), Value: w.number(v), Detail: detail,
		Trace: hrefValue(v), Href: hrefIndicator(v.Indicator.Code)}
}

// evolutionSection draws unemployment, the longest series, against the larger
// territories.
func (w *composer) evolutionSection(t *territory.Territory) Section {
	const flagship = "emp_unemployment_rate"
	codes := []territory.Code{t.Code}
	for _, up := range w.c.Above(t.Code) {
		if l := up.Level(); l == territory.Region || l == territory.Departement || up == territory.France {
			codes = append(codes, up)
		}
	}
	if len(w.c.Series(flagship, t.Code)) == 0 {
		codes = codes[1:]
	}
	if len(codes) == 0 {
		return Section{}
	}
	f, ok := w.seriesFigure(flagship, codes)
	if !ok {
		return Section{}
	}
	return Section{ID: "evolution", Title: w.t("section.evolution"), Blocks: []Block{{Figure: f}}}
}

// sourceSection says how the page is made and where from.
func (w *composer) sourceSection(t *territory.Territory) Section {
	s := Section{ID: "methode", Title: w.t("section.method")}
	s.Blocks = append(s.Blocks, paragraph(w.text("method.short",
		"link", Span{Text: w.t("method.link"), Href: "/methodes"})))
	s.Blocks = append(s.Blocks, w.groundNotes(t)...)
	if t.Overseas {
		s.Blocks = append(s.Blocks, Block{Note: plain(w.t("method.overseas"))})
	}
	s.Blocks = append(s.Blocks, paragraph(plain(lang.Typeset(w.l, w.c.Licences.Attribution(w.l)))))
	return s
}
