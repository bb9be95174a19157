package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// DomainList composes the sixteen domains, grouped by dimension.
func DomainList(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("domains", "domaines", w.t("domains.title"))
	d.Answer = []Text{plain(w.t("domains.answer", "n", len(c.Domains()), "dimensions", len(c.Dimensions())))}
	d.Summary = d.Answer[0].Plain()
	for _, dim := range c.Dimensions() {
		s := Section{ID: dim.Code, Title: dim.Label(w.l)}
		var cards []Card
		for _, t := range c.Domains() {
			if t.Parent != dim.Code {
				continue
			}
			cards = append(cards, Card{Title: t.Label(w.l), Href: hrefDomain(t.Code), Detail: w.domainFinding(t),
				Tag: w.t("domains.series", "n", len(c.IndexSeries(territory.Region, t.Code)))})
		}
		s.Blocks = []Block{{Cards: cards}}
		d.Sections = append(d.Sections, s)
	}
	d.Sections = append(d.Sections, w.coverageSection())
	return d, nil
}

// domainFinding names the most fragile region of a domain.
func (w *composer) domainFinding(t taxonomy.Term) string {
	order := w.ranked(territory.Region, t.Code)
	if len(order) == 0 {
		return w.t("sign.nd.long")
	}
	return w.rankingTitle(territory.Region, t.Code, order)
}

// Domain composes one domain over all territories: map, ranking, figures and
// what was perceived. The tier is the query's « niveau ».
func Domain(c *edition.Content, r Request, code string) (Document, error) {
	w := compose(c, r)
	t, ok := c.Term("domain", code)
	if !ok {
		return Document{}, fault.NotFoundf(w.t("fault.domain.do"), "%s", w.t("fault.domain.what", "code", code))
	}
	level := w.tier(t)
	focus := w.focus(level)
	d := w.document("domain", "domaine/"+code, t.Label(w.l))
	dim, _ := c.Term("dimension", t.Parent)
	d.Kicker = w.t("domain.kicker", "dimension", dim.Label(w.l), "tier", w.level(level, "many"))
	d.Crumbs = []Link{{w.t("crumb.domains"), "/domaines"}}
	d.Answer = w.domainSummary(t, level)
	d.Summary = d.Answer[0].Plain()
	d.Sections = []Section{w.domainForm(t, level, focus)}
	d.Sections = append(d.Sections, w.domainFigures(t, level, focus)...)
	d.Sections = kept(append(d.Sections, w.domainSeries(t), w.domainPerceived(t), w.domainPractices(t.Code, focus)))
	return d, nil
}

// tier reads the tier asked for, the départements by default, falling back to
// the first tier that has data.
func (w *composer) tier(t taxonomy.Term) territory.Level {
	asked := territory.Level(w.r.First("niveau"))
	if slices.Contains(measuredTiers, asked) {
		return asked
	}
	if len(w.c.IndexSeries(territory.Departement, t.Code)) > 0 {
		return territory.Departement
	}
	return territory.Region
}

// focus is the territory to put in front, asked for by code or in words: that
// of the tier shown, or the one of that tier that holds it; "" when none.
func (w *composer) focus(level territory.Level) territory.Code {
	q := w.r.First("t")
	if q == "" {
		return ""
	}
	code := territory.Code(q)
	if _, ok := w.c.Territory.Get(code); !ok {
		code = w.found(q)
	}
	if code == "" || code.Level() == level || code.Level() == territory.National {
		return code
	}
	for _, up := range w.c.Above(code) {
		if up.Level() == level {
			return up
		}
	}
	return code
}

// focusField asks for the territory to put in front, by its name.
func (w *composer) focusField(focus territory.Code) Field {
	f := Field{Name: "t", Label: w.t("domain.focus"), Hint: w.t("domain.focus_hint")}
	if focus != "" {
		f.Value, f.Hint = string(focus), w.label(focus)
	}
	return f
}

// domainSummary says who is most fragile at the tier shown, how surely, and at
// which tiers the domain is measured.
func (w *composer) domainSummary(t taxonomy.Term, level territory.Level) []Text {
	order := w.ranked(level, t.Code)
	if len(order) == 0 {
		return []Text{plain(w.t("domain.nodata", "domain", lang.Sentence(t.InSentence(w.l)), "tier", w.level(level, "many")))}
	}
	out := []Text{plain(w.rankingTitle(level, t.Code, order) + ".")}
	series := len(w.c.IndexSeries(level, t.Code))
	return append(out, plain(w.t("domain.basis", "n", series, "span", w.spanOf(level, t.Code))))
}

func (w *composer) domainForm(t taxonomy.Term, level territory.Level, focus territory.Code) Section {
	field := Field{Name: "niveau", Label: w.t("domain.tier")}
	for _, l := range measuredTiers {
		field.Options = append(field.Options, Option{Value: string(l), Label: lang.Sentence(w.level(l, "many")), Selected: l == level})
	}
	return Section{ID: "niveau", Blocks: []Block{{Form: &Form{Action: hrefDomain(t.Code), Submit: w.t("form.show"),
		Fields: []Field{field, w.focusField(focus)}}}}}
}

func (w *composer) domainFigures(t taxonomy.Term, level territory.Level, focus territory.Code) []Section {
	m, ok := w.mapFigure(level, t.Code, focus)
	if !ok {
		return []Section{{ID: "carte", Title: w.t("domain.map"), Blocks: []Block{{Note: plain(w.t("domain.nodata",
			"domain", lang.Sentence(t.InSentence(w.l)), "tier", w.level(level, "many")))}}}}
	}
	out := []Section{{ID: "ou", Title: w.t("domain.map"), Blocks: []Block{{Figure: m}}}}
	if s, ok := w.patternSection(level, t.Code); ok {
		out = append(out, s)
	}
	if level == territory.EPCI {
		return out // 1,200 rows are a table, which stands under the map
	}
	if f, ok := w.rankingFigure(level, t.Code, focus); ok {
		out = append(out, Section{ID: "rang", Title: w.t("domain.ranking"), Blocks: []Block{{Figure: f}}})
	}
	return out
}

// domainSeries lists the indicators of a domain, those of the index first.
func (w *composer) domainSeries(t taxonomy.Term) Section {
	return Section{ID: "indicateurs", Title: w.t("domain.indicators"), Blocks: []Block{{Table: w.catalogueTable(t.Code)}}}
}

// catalogueTable lists the indicators of a domain ("" for all) that measure a
// state or a response.
func (w *composer) catalogueTable(domain string) *Table {
	table := &Table{ID: "indicateurs", Open: true, Caption: w.t("catalogue.caption"), Head: []Head{{Key: "indicator", Label: w.t("head.indicator")},
		{Key: "domain", Label: w.t("head.domain")}, {Key: "direction", Label: w.t("head.direction")}, {Key: "index", Label: w.t("head.index")},
		{Key: "vintage", Label: w.t("head.vintage")}, {Key: "producer", Label: w.t("head.producer")}, {Key: "licence", Label: w.t("head.licence")}}}
	for _, d := range slices.Concat(w.c.Domains(), []taxonomy.Term{{}}) { // the last are of no domain
		if domain != "" && d.Code != domain {
			continue
		}
		for ind := range w.indicators(d.Code) {
			if ind.Nature == indicator.Count {
				continue
			}
			use := w.t("use.no")
			switch {
			case w.c.InIndex(ind.Code):
				use = w.t("use.yes")
			case ind.Nature == indicator.Response:
				use = w.t("use.response")
			}
			table.Rows = append(table.Rows, Row{Cells: []Cell{linked(w.name(ind), hrefIndicator(ind.Code)), word(cmp.Or(d.Short(w.l), w.t("catalogue.no_domain"))),
				word(w.direction(ind.Direction)), word(use), word(w.vintage(ind)), word(lang.Typeset(w.l, ind.Producer)),
				word(w.licence(ind))}})
		}
	}
	return table
}

// vintage says the years of an indicator; the catalogue writes them in French.
// When it does not, they are those of the figures.
func (w *composer) vintage(ind *indicator.Indicator) string {
	if ind.Vintage == "" {
		return w.yearsOf(ind)
	}
	if w.l == lang.EN {
		return lang.Typeset(w.l, vintageWords.Replace(ind.Vintage))
	}
	return lang.Typeset(w.l, vintageQuarter.Replace(ind.Vintage))
}

// yearsOf says from when to when the tiers have an indicator, "" when none has.
func (w *composer) yearsOf(ind *indicator.Indicator) string {
	var all []string
	for _, l := range territory.Levels {
		all = append(all, w.c.Periods(ind.Code, l)...)
	}
	if len(all) == 0 {
		return ""
	}
	first, last := slices.Min(all), slices.Max(all)
	if first == last {
		return w.period(first)
	}
	return w.t("indicator.years", "first", w.period(first), "last", w.period(last))
}

// The few words and signs that vintages are written with.
var (
	vintageWords   = strings.NewReplacer("régions", "regions", "porté à", "carried to", " à ", " to ", "-T1", "-Q1", "-T2", "-Q2", "-T3", "-Q3", "-T4", "-Q4")
	vintageQuarter = strings.NewReplacer("-T1", " (1er trimestre)", "-T2", " (2e trimestre)", "-T3", " (3e trimestre)", "-T4", " (4e trimestre)")
)

// direction says what a larger value means.
func (w *composer) direction(d int) string {
	switch d {
	case 1:
		return w.t("direction.more")
	case -1:
		return w.t("direction.less")
	}
	return w.t("direction.none")
}
