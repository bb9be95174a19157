package report

import (
	"iter"
	"slices"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// mapFigure draws one domain, or the overall index when domain is "", over the
// territories of a tier. focus is outlined.
func (w *composer) mapFigure(level territory.Level, domain string, focus territory.Code) (*Figure, bool) {
	return w.mapOf(level, domain, focus, nil)
}

// mapOf is mapFigure over a part of the country: only the codes within, with
// their surroundings pale; nil for the whole country.
func (w *composer) mapOf(level territory.Level, domain string, focus territory.Code, within []territory.Code) (*Figure, bool) {
	chart := &Map{Tier: string(level), Legend: w.steps(), NoData: w.t("legend.nodata"), Focus: string(focus)}
	table := Table{Caption: w.t("map.caption", "what", w.what(domain), "tier", w.level(level, "many")), Head: w.standingHead(level)}
	keep := map[territory.Code]bool{}
	for _, code := range within {
		keep[code] = true
		chart.Within += string(code) + " "
	}
	measured := 0
	for t := range each(w.c.Territory.ByLevel(level)) {
		if within != nil && !keep[t.Code] {
			continue
		}
		s := w.c.Standing(t.Code, domain)
		chart.Areas = append(chart.Areas, w.area(t, domain, s))
		table.Rows = append(table.Rows, w.standingRow(t.Code, domain, s, focus))
		if s.OK {
			measured++
		}
		if s.Unsure {
			chart.Unsure = w.t("legend.unsure")
		}
	}
	if measured == 0 {
		return nil, false
	}
	f := &Figure{ID: "carte", Title: w.mapTitle(level, domain, within), Unit: w.t("unit.class", "tier", w.level(level, "many_metro")),
		Field: w.fieldOf("", level), Date: w.spanOf(level, domain), Reading: w.t("map.reading", "tier", w.level(level, "many_metro"), "one", w.level(level, "one")),
		Notes: w.classNotes(chart.Unsure != ""), Chart: chart, Table: table,
		Alt: w.mapTitle(level, domain, within)}
	f.Source, f.Licence = w.sources(w.c.IndexSeries(level, domain)...)
	f.Source += semicolon(w.l) + w.t("map.boundaries")
	return f, true
}

// classNotes say on what the classes stand, and what the hatching of a drawing
// that has some means.
func (w *composer) classNotes(hatched bool) []string {
	notes := []string{w.t("note.reference")}
	if hatched {
		notes = append(notes, w.t("note.hatching"))
	}
	return notes
}

// area is one territory of a fragility map.
func (w *composer) area(t *territory.Territory, domain string, s edition.Standing) Area {
	a := Area{Code: string(t.Code), Label: w.label(t.Code), Href: href(t.Code)}
	if !s.OK {
		a.Text = w.t("sign.nd.long")
		return a
	}
	a.Step, a.Unsure = s.Step, s.Unsure
	a.Text = w.t("map.area", "score", lang.Number(w.l, s.Score, 0), "rank", w.rankWithInterval(s),
		"step", w.steps()[s.Step-1], "unsure", s.Unsure)
	return a
}

// mapTitle states what the map shows most: the territories at its dark end.
func (w *composer) mapTitle(level territory.Level, domain string, within []territory.Code) string {
	if within != nil {
		return w.t("map.title_within", "what", w.what(domain), "tier", w.level(level, "many"))
	}
	order := w.ranked(level, domain)
	if len(order) < 3 || level == territory.EPCI {
		return w.t("map.title", "what", lang.Sentence(w.what(domain)), "tier", w.level(level, "many"))
	}
	var names []string
	for _, o := range order[:3] {
		names = append(names, w.place(o.Code).Name)
	}
	return w.t("map.title_top", "what", lang.Sentence(w.what(domain)), "names", lang.List(w.l, names))
}

// what names a domain, or all of them, as the subject of a title.
func (w *composer) what(domain string) string {
	if domain == "" {
		return w.t("overall")
	}
	return w.domain(domain).InSentence(w.l)
}

// steps are the five labels of the fragility scale, from the least fragile.
func (w *composer) steps() []string {
	return []string{w.t("step.1"), w.t("step.2"), w.t("step.3"), w.t("step.4"), w.t("step.5")}
}

// standingHead heads a table of territories with their standing.
func (w *composer) standingHead(level territory.Level) []Head {
	return []Head{
		{Key: "name", Label: w.level(level, "one_upper")}, {Key: "code", Label: w.t("head.code")},
		{Key: "score", Label: w.t("head.score"), Numeric: true}, {Key: "rank", Label: w.t("head.rank"), Numeric: true},
		{Key: "rank_low", Label: w.t("head.rank_low"), Numeric: true}, {Key: "rank_high", Label: w.t("head.rank_high"), Numeric: true},
		{Key: "worst", Label: w.t("head.worst"), Numeric: true},
		{Key: "same", Label: w.t("head.same", "tier", w.level(level, "many")), Numeric: true},
		{Key: "series", Label: w.t("head.series"), Numeric: true},
	}
}

// standingRow is one territory of such a table.
func (w *composer) standingRow(code territory.Code, domain string, s edition.Standing, focus territory.Code) Row {
	row := Row{Mark: code == focus, Cells: []Cell{linked(w.label(code), href(code)), word(string(code))}}
	if !s.OK {
		row.Cells = append(row.Cells, absent(), absent(), absent(), absent(), absent(), absent(), w.count(s.Series))
		return row
	}
	row.Cells = append(row.Cells, w.standingCells(code, domain, s)...)
	return row
}

// mapAround draws the surroundings of a territory: the départements of a
// region, the neighbours of a département or of an EPCI.
func (w *composer) mapAround(t *territory.Territory) (*Figure, bool) {
	switch t.Level {
	case territory.Region:
		return w.mapOf(territory.Departement, "", "", w.codes(w.c.Territory.Children(t.Code, territory.Departement)))
	case territory.Departement:
		return w.mapOf(territory.Departement, "", t.Code, append(w.c.Neighbours(t.Code), t.Code))
	case territory.EPCI:
		domain := w.mappedDomain(t.Code)
		if domain == "" {
			return nil, false
		}
		return w.mapOf(territory.EPCI, domain, t.Code, append(w.c.Neighbours(t.Code), t.Code))
	}
	return nil, false
}

// mappedDomain is the domain shown on the map of an EPCI: the one in which it
// stands out most.
func (w *composer) mappedDomain(at territory.Code) string {
	if order := fragile(w.standings(at)); len(order) > 0 {
		return order[0].Code
	}
	return ""
}

// each walks a tier by reference.
func each(list []territory.Territory) iter.Seq[*territory.Territory] {
	return func(yield func(*territory.Territory) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

func (w *composer) codes(list []*territory.Territory) []territory.Code {
	out := make([]territory.Code, len(list))
	for i, t := range list {
		out[i] = t.Code
	}
	return out
}

// rankingFigure draws the ranked territories of a tier in one domain with
// their intervals; overseas territories, placed on the scale, come last.
func (w *composer) rankingFigure(level territory.Level, domain string, focus territory.Code) (*Figure, bool) {
	order := w.ranked(level, domain)
	if len(order) == 0 {
		return nil, false
	}
	of := order[0].Of
	chart := &Ranking{Axis: w.rankAxis(of + 1)}
	table := Table{Caption: w.t("ranking.caption", "what", w.what(domain), "tier", w.level(level, "many")), Head: w.standingHead(level)}
	same := w.c.Same(focus, domain)
	add := func(code territory.Code, s edition.Standing) {
		row := RankRow{Code: string(code), Label: w.label(code), X: float64(s.Position), Step: s.Step, Focus: code == focus,
			Outside: s.Outside, Href: href(code), Text: w.rankWithInterval(s), HasInterval: s.HasInterval,
			Lo: float64(s.Lo), Hi: float64(s.Hi)}
		for _, o := range same {
			row.Same = row.Same || o == code
		}
		chart.Rows = append(chart.Rows, row)
		table.Rows = append(table.Rows, w.standingRow(code, domain, s, focus))
	}
	for _, o := range order {
		add(o.Code, o.Standing)
	}
	for t := range each(w.c.Territory.ByLevel(level)) {
		if s := w.c.Standing(t.Code, domain); s.OK && s.Outside {
			add(t.Code, s)
		}
	}
	f := &Figure{ID: "classement", Title: w.rankingTitle(level, domain, order), Unit: w.t("unit.rank"), Field: w.fieldOf("", level),
		Date: w.spanOf(level, domain), Reading: w.rankingReading(order), Chart: chart, Table: table,
		Notes: []string{w.t("note.sensitivity"), w.t("note.reference")}}
	f.Alt = f.Title
	f.Source, f.Licence = w.sources(w.c.IndexSeries(level, domain)...)
	return f, true
}

// rankingTitle says how many territories cannot be told apart from the first.
func (w *composer) rankingTitle(level territory.Level, domain string, order []stood) string {
	first := order[0]
	if !first.HasInterval {
		return w.t("ranking.title_single", "what", lang.Sentence(w.what(domain)), "name", w.place(first.Code).Name)
	}
	return w.t("ranking.title", "what", lang.Sentence(w.what(domain)), "name", w.place(first.Code).Name,
		"same", w.sameCount(first.Code, domain), "tier", w.level(level, "many"), "one", w.level(level, "one"))
}

func (w *composer) rankingReading(order []stood) string {
	o := order[0]
	if !o.HasInterval {
		return w.t("ranking.reading_single", "name", lang.Sentence(w.place(o.Code).Name), "rank", w.rank(o.Standing))
	}
	key := "ranking.reading"
	if _, ok := worst(o.Standing); !ok {
		key = "ranking.reading_before"
	}
	return w.t(key, "worst", w.portion(o.WorstShare), "name", lang.Sentence(w.place(o.Code).Name), "rank", w.rank(o.Standing),
		"lo", lang.Ordinal(w.l, o.Lo), "hi", lang.Ordinal(w.l, o.Hi), "share", lang.Percent(w.l, w.c.Spec.Uncertainty.Interval*100, 0))
}

// heatFigure sets the territories of a tier against the sixteen domains.
func (w *composer) heatFigure(level territory.Level, focus territory.Code) (*Figure, bool) {
	return w.heatOf(w.inOrder(level), level, focus)
}

// inOrder lists the territories of a tier: the ranked ones from the most
// fragile overall, then those without overall rank, then overseas.
func (w *composer) inOrder(level territory.Level) []territory.Code {
	var out, rest, overseas []territory.Code
	for _, o := range w.ranked(level, "") {
		out = append(out, o.Code)
	}
	for t := range each(w.c.Territory.ByLevel(level)) {
		switch {
		case t.Overseas:
			overseas = append(overseas, t.Code)
		case !slices.Contains(out, t.Code):
			rest = append(rest, t.Code)
		}
	}
	return slices.Concat(out, rest, overseas)
}

// heatOf is heatFigure over chosen territories of one tier.
func (w *composer) heatOf(codes []territory.Code, level territory.Level, focus territory.Code) (*Figure, bool) {
	chart := &Heat{Legend: w.steps(), NoData: w.t("legend.nodata")}
	table := Table{Caption: w.t("heat.caption", "tier", w.level(level, "many")),
		Head: []Head{{Key: "name", Label: w.level(level, "one_upper")}, {Key: "code", Label: w.t("head.code")}}}
	for _, dim := range w.c.Dimensions() {
		group := HeatGroup{Label: dim.Label(w.l)}
		for _, d := range w.c.Domains() {
			if d.Parent != dim.Code {
				continue
			}
			group.Span++
			chart.Columns = append(chart.Columns, HeatHead{Code: d.Code, Short: d.Short(w.l), Label: d.Label(w.l), Href: hrefDomain(d.Code)})
			table.Head = append(table.Head, Head{Key: d.Code, Label: d.Short(w.l), Numeric: true})
		}
		chart.Groups = append(chart.Groups, group)
	}
	measured := false
	for _, code := range codes {
		row, cells, any := w.heatRow(chart, code, focus)
		chart.Rows = append(chart.Rows, row)
		table.Rows = append(table.Rows, cells)
		measured = measured || any
	}
	if !measured {
		return nil, false
	}
	f := &Figure{ID: "tableau", Title: w.t("heat.title", "tier", w.level(level, "many")), Unit: w.t("unit.heat"), Field: w.fieldOf("", level),
		Date: w.spanOf(level, ""), Reading: w.heatReading(chart), Chart: chart, Table: table,
		Notes: w.classNotes(chart.Unsure != "")}
	f.Alt = w.t("heat.alt", "n", len(codes), "tier", w.level(level, "many"))
	f.Source, f.Licence = w.sources(w.c.IndexSeries(level, "")...)
	return f, true
}

func (w *composer) heatRow(chart *Heat, code, focus territory.Code) (HeatRow, Row, bool) {
	row := HeatRow{Code: string(code), Label: w.label(code), Href: href(code), Focus: code == focus}
	cells := Row{Mark: code == focus, Cells: []Cell{linked(w.label(code), href(code)), word(string(code))}}
	measured := false
	for _, col := range chart.Columns {
		s := w.c.Standing(code, col.Code)
		if !s.OK {
			row.Cells = append(row.Cells, HeatCell{Title: w.t("heat.cell", "name", row.Label, "domain", col.Label, "rank", w.t("sign.nd.long"))})
			cells.Cells = append(cells.Cells, absent())
			continue
		}
		measured = true
		cell := num(float64(s.Position), w.count(s.Position).Text)
		cell.Trace, cell.Step = hrefScore(code, col.Code), s.Step
		cells.Cells = append(cells.Cells, cell)
		row.Cells = append(row.Cells, HeatCell{Step: s.Step, Unsure: s.Unsure, Text: w.count(s.Position).Text,
			Title: w.t("heat.cell", "name", row.Label, "domain", col.Label, "rank", w.rankWithInterval(s))})
		if s.Unsure {
			chart.Unsure = w.t("legend.unsure")
		}
	}
	return row, cells, measured
}

// heatReading reads the first row's most fragile cell.
func (w *composer) heatReading(chart *Heat) string {
	for _, row := range chart.Rows {
		for i, cell := range row.Cells {
			if cell.Step == Steps {
				s := w.c.Standing(territory.Code(row.Code), chart.Columns[i].Code)
				return w.t("heat.reading", append(w.worstArgs(s), "name", row.Label, "domain", chart.Columns[i].Label, "rank", cell.Text)...)
			}
		}
	}
	return ""
}
