package report

import (
	"cmp"
	"slices"

	"vigie/dataset"
	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// IndicatorList composes the catalogue.
func IndicatorList(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("indicators", "indicateurs", w.t("indicators.title"))
	table := w.catalogueTable("")
	inIndex := 0
	for _, ind := range c.Catalogue.All() {
		if c.InIndex(ind.Code) {
			inIndex++
		}
	}
	d.Answer = []Text{plain(w.t("indicators.answer", "n", len(table.Rows), "index", inIndex))}
	d.Summary = d.Answer[0].Plain()
	d.Sections = []Section{{ID: "catalogue", Blocks: []Block{{Table: table}}}}
	return d, nil
}

// Indicator composes one series: definition, map, values of a tier, evolution.
// Query: « niveau », « periode », « t » (territories in front).
func Indicator(c *edition.Content, r Request, code indicator.Code) (Document, error) {
	w := compose(c, r)
	ind, ok := c.Catalogue.Get(code)
	if !ok {
		return Document{}, fault.NotFoundf(w.t("fault.indicator.do"), "%s", w.t("fault.indicator.what", "code", string(code)))
	}
	d := w.document("indicator", "indicateur/"+string(code), w.name(ind))
	d.Crumbs = []Link{{w.t("crumb.indicators"), "/indicateurs"}}
	if ind.Domain != "" {
		dom := w.domain(ind.Domain)
		d.Kicker = dom.Label(w.l)
		d.Crumbs = append(d.Crumbs, Link{dom.Label(w.l), hrefDomain(ind.Domain)})
	}
	level, period := w.tierAndPeriod(ind)
	focus := w.focus(level)
	d.Answer = w.indicatorAnswer(ind, level, period)
	d.Summary = d.Answer[0].Plain()
	definition := w.definitionSection(ind)
	if level == territory.Commune {
		definition.Blocks = append(definition.Blocks, Block{Note: plain(w.t("indicator.counts_only"))})
	}
	d.Sections = kept([]Section{definition, w.periodForm(ind, level, period, focus)})
	if f, ok := w.valueMap(ind, level, period, focus); ok {
		d.Sections = append(d.Sections, Section{ID: "ou", Title: w.t("indicator.where"), Blocks: []Block{{Figure: f}}})
	}
	at := []territory.Code{territory.France, territory.Metropolis}
	if _, ok := c.Territory.Get(focus); ok {
		at = append([]territory.Code{focus}, at...)
	}
	if f, ok := w.seriesFigure(code, at); ok {
		d.Sections = append(d.Sections, Section{ID: "evolution", Title: w.t("section.evolution"), Blocks: []Block{{Figure: f}}})
	}
	return d, nil
}

// tiers at which an indicator is published.
func (w *composer) tiersOf(code indicator.Code) []territory.Level {
	var out []territory.Level
	for _, l := range []territory.Level{territory.Region, territory.Departement, territory.EPCI} {
		if w.measured(code, l) {
			out = append(out, l)
		}
	}
	return out
}

// measured reports whether a tier has a value of an indicator: files that hold
// several tiers may say nothing of one.
func (w *composer) measured(code indicator.Code, level territory.Level) bool {
	for _, p := range slices.Backward(w.c.Periods(code, level)) {
		for t := range each(w.c.Territory.ByLevel(level)) {
			if v, ok := w.c.Value(code, t.Code, p); ok && v.OK() {
				return true
			}
		}
	}
	return false
}

// tierAndPeriod read what the address asks for, the finest mapped tier under
// the EPCI and the latest well covered period by default. A series that only
// communes have is read for them, one that no tier has is the country's.
func (w *composer) tierAndPeriod(ind *indicator.Indicator) (territory.Level, string) {
	tiers := w.tiersOf(ind.Code)
	switch {
	case len(tiers) > 0:
	case w.measured(ind.Code, territory.Commune):
		tiers = []territory.Level{territory.Commune}
	default:
		tiers = []territory.Level{territory.National}
	}
	level := territory.Level(w.r.First("niveau"))
	if !slices.Contains(tiers, level) {
		level = tiers[0]
		if slices.Contains(tiers, territory.Departement) {
			level = territory.Departement
		}
	}
	periods := w.c.Periods(ind.Code, level)
	if p := w.r.First("periode"); slices.Contains(periods, p) {
		return level, p
	}
	return level, w.c.CoveredPeriod(ind.Code, level)
}

// indicatorAnswer states the spread of the latest values.
func (w *composer) indicatorAnswer(ind *indicator.Indicator, level territory.Level, period string) []Text {
	if level == territory.National {
		if v, ok := w.c.Latest(ind.Code, territory.France); ok && v.OK() {
			return []Text{plain(w.t("indicator.only_france", "name", w.name(ind), "value", w.number(v), "period", w.period(v.Period)))}
		}
	}
	vs := w.valuesAt(ind, level, period)
	if len(vs) == 0 {
		return []Text{plain(w.t("indicator.nodata", "name", w.name(ind)))}
	}
	low, high := vs[0], vs[len(vs)-1]
	out := []Text{w.text("indicator.answer", "name", w.name(ind), "period", w.period(period), "tier", w.level(level, "many"),
		"low", w.number(low), "at_low", Span{Text: w.place(low.Territory).In, Href: href(low.Territory)},
		"high", w.number(high), "at_high", Span{Text: w.place(high.Territory).In, Href: href(high.Territory)})}
	if v, ok := w.c.Value(ind.Code, territory.France, period); ok && v.OK() {
		out = append(out, plain(w.t("indicator.france", "value", w.number(v))))
	}
	return out
}

// valuesAt returns the values of a tier that carry a number, in increasing
// order, ties by code.
func (w *composer) valuesAt(ind *indicator.Indicator, level territory.Level, period string) []edition.Value {
	var out []edition.Value
	for t := range each(w.c.Territory.ByLevel(level)) {
		if v, ok := w.c.Value(ind.Code, t.Code, period); ok && v.OK() {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b edition.Value) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Territory, b.Territory))
	})
	return out
}

// definitionSection gives everything the catalogue says of an indicator.
func (w *composer) definitionSection(ind *indicator.Indicator) Section {
	s := Section{ID: "definition", Title: w.t("indicator.definition")}
	switch {
	case ind.DefinitionFR == "":
	case w.l == lang.FR:
		s.Blocks = append(s.Blocks, paragraph(plain(lang.Typeset(w.l, ind.DefinitionFR))))
	default:
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("indicator.definition_fr", "text", lang.Typeset(lang.FR, ind.DefinitionFR)))))
	}
	var list []Text
	item := func(key string, args ...any) { list = append(list, w.text("indicator."+key, args...)) }
	if num, ok := w.c.Catalogue.Get(ind.Numerator); ok {
		den, _ := w.c.Catalogue.Get(ind.Denominator)
		item("ratio", "num", Span{Text: w.name(num), Href: hrefIndicator(num.Code)}, "den", Span{Text: w.name(den), Href: hrefIndicator(den.Code)},
			"unit", lang.UnitLong(w.l, ind.Unit))
	} else {
		item("unit", "unit", lang.UnitLong(w.l, ind.Unit))
	}
	item("direction", "text", w.direction(ind.Direction))
	item("nature." + string(ind.Nature))
	if w.c.InIndex(ind.Code) {
		item("index", "link", Span{Text: w.t("method.link"), Href: "/methodes"})
	}
	item("producer", "producer", lang.Typeset(w.l, ind.Producer), "title", lang.Typeset(w.l, ind.SourceTitle))
	if ind.SourcePage != "" {
		item("page", "page", Span{Text: ind.SourcePage, Href: ind.SourcePage})
	}
	if lic, ok := w.c.Licences.Of(ind.Licence); ok {
		item("licence", "licence", Span{Text: lang.Typeset(w.l, lic.Name(w.l)), Href: lic.URL}, "note", lang.Typeset(w.l, lic.Note(w.l)))
	} else if ind.Licence != "" {
		item("licence_said", "licence", w.licence(ind))
	}
	if v := w.vintage(ind); v != "" {
		item("vintage", "vintage", v)
	}
	s.Blocks = append(s.Blocks, Block{List: list})
	for _, n := range w.indicatorNotes(ind) {
		s.Blocks = append(s.Blocks, Block{Note: plain(n)})
	}
	return s
}

func (w *composer) periodForm(ind *indicator.Indicator, level territory.Level, period string, focus territory.Code) Section {
	tier := Field{Name: "niveau", Label: w.t("domain.tier")}
	for _, l := range w.tiersOf(ind.Code) {
		tier.Options = append(tier.Options, Option{Value: string(l), Label: lang.Sentence(w.level(l, "many")), Selected: l == level})
	}
	when := Field{Name: "periode", Label: w.t("indicator.period")}
	for _, p := range slices.Backward(w.c.Periods(ind.Code, level)) {
		when.Options = append(when.Options, Option{Value: p, Label: w.period(p), Selected: p == period})
	}
	if len(tier.Options) == 0 {
		return Section{}
	}
	return Section{ID: "choix", Blocks: []Block{{Form: &Form{Action: hrefIndicator(ind.Code), Submit: w.t("form.show"),
		Fields: []Field{tier, when, w.focusField(focus)}}}}}
}

// valueMap draws the values of a tier in five classes of equal numbers of
// territories; the darkest is the most fragile, or the largest when the
// indicator has no direction. Counts are listed, not mapped: a surface does
// not show a number of persons.
func (w *composer) valueMap(ind *indicator.Indicator, level territory.Level, period string, focus territory.Code) (*Figure, bool) {
	if level == territory.Commune {
		return nil, false // they have no map here, and 35,000 rows are a file
	}
	vs := w.valuesAt(ind, level, period)
	if len(vs) < Steps {
		return nil, false
	}
	breaks := quantiles(vs)
	chart := &Map{Tier: string(level), NoData: w.t("legend.nodata"), Focus: string(focus), Legend: w.valueLegend(ind, vs, breaks)}
	table := Table{Caption: w.t("indicator.table", "name", w.name(ind), "period", w.period(period)), Head: []Head{
		{Key: "name", Label: w.level(level, "one_upper")}, {Key: "code", Label: w.t("head.code")},
		{Key: "value", Label: w.name(ind), Numeric: true}, {Key: "period", Label: w.t("head.period")}}}
	for t := range each(w.c.Territory.ByLevel(level)) {
		v, ok := w.c.Value(ind.Code, t.Code, period)
		row := Row{Mark: t.Code == focus, Cells: []Cell{linked(w.label(t.Code), href(t.Code)), word(string(t.Code))}}
		area := Area{Code: string(t.Code), Label: w.label(t.Code), Href: href(t.Code), Text: w.t("sign.nd.long")}
		if ok {
			row.Cells = append(row.Cells, w.cell(v, t.Code))
			area.Text, area.Secret = w.number(v), v.Status == dataset.Secret
			if v.OK() {
				area.Step = stepOf(v.X, breaks, ind.Direction)
			}
		} else {
			row.Cells = append(row.Cells, absent())
		}
		if area.Secret {
			chart.Secret = w.t("legend.secret")
		}
		row.Cells = append(row.Cells, w.when(period))
		chart.Areas = append(chart.Areas, area)
		table.Rows = append(table.Rows, row)
	}
	f := &Figure{ID: "carte", Title: w.valueTitle(ind, vs, period), Unit: w.unitSaid(ind.Unit), Field: w.fieldOf("plain.", level), Date: w.period(period),
		Reading: w.valueReading(vs), Notes: w.indicatorNotes(ind), Table: table}
	if ind.Nature != indicator.Count {
		f.Chart = chart
		f.Notes = append([]string{w.t("indicator.classes")}, f.Notes...)
	}
	f.Alt = f.Title
	f.Source, f.Licence = w.sources(ind.Code)
	return f, true
}

// quantiles cuts sorted values into Steps classes of equal numbers: the upper
// bounds of all classes but the last.
func quantiles(vs []edition.Value) []float64 {
	out := make([]float64, Steps-1)
	for i := range out {
		out[i] = vs[(i+1)*len(vs)/Steps-1].X
	}
	return out
}

// stepOf is the class of a value: 1 to Steps, reversed when a larger value is
// less fragile.
func stepOf(x float64, breaks []float64, direction int) int {
	step := 1
	for _, b := range breaks {
		if x > b {
			step++
		}
	}
	if direction < 0 {
		return Steps + 1 - step
	}
	return step
}

// valueLegend gives the bounds of each class in the order of the steps.
func (w *composer) valueLegend(ind *indicator.Indicator, vs []edition.Value, breaks []float64) []string {
	out := make([]string, Steps)
	lo := vs[0].X
	for i := range Steps {
		hi := vs[len(vs)-1].X
		if i < len(breaks) {
			hi = breaks[i]
		}
		label := lang.Range(w.l, lo, hi, ind.Decimals)
		if ind.Direction < 0 {
			out[Steps-1-i] = label
		} else {
			out[i] = label
		}
		lo = hi
	}
	return out
}

func (w *composer) valueTitle(ind *indicator.Indicator, vs []edition.Value, period string) string {
	low, high := vs[0], vs[len(vs)-1]
	return w.t("indicator.map_title", "name", w.name(ind), "low", w.number(low), "at_low", w.place(low.Territory).In,
		"high", w.number(high), "at_high", w.place(high.Territory).In, "period", w.period(period))
}

func (w *composer) valueReading(vs []edition.Value) string {
	v := vs[len(vs)-1]
	return w.t("series.reading", "period", w.period(v.Period), "name", w.name(v.Indicator), "value", w.number(v), "in", w.place(v.Territory).In)
}
