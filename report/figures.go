package report

import (
	"slices"

	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// indicatorSection lists the figures of a territory beside those of the
// territories that contain it: states of the territory first, then the
// responses of public action.
func (w *composer) indicatorSection(t *territory.Territory) Section {
	s := Section{ID: "chiffres", Title: w.t("section.indicators", "in", w.place(t.Code).In)}
	if table, ok := w.indicatorTable(t, "own", indicator.State); ok {
		s.Blocks = append(s.Blocks, w.ownBlocks(t, table)...)
	}
	if table, ok := w.indicatorTable(t, "larger", indicator.State); ok {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("section.larger")}, paragraph(plain(w.t("larger.intro"))), Block{Table: table})
	}
	if table, ok := w.indicatorTable(t, "", indicator.Response); ok {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("section.responses")}, paragraph(plain(w.t("responses.intro"))), Block{Table: table})
	}
	return s
}

// mostShown is how many figures a page shows at once; a longer table of own
// figures is cut in those of the index and the others, which are folded.
const mostShown = 20

func (w *composer) ownBlocks(t *territory.Territory, own *Table) []Block {
	if len(own.Rows) <= mostShown {
		return []Block{{Table: own}}
	}
	var out []Block
	if index, ok := w.indicatorTable(t, "index", indicator.State); ok {
		out = append(out, Block{Table: index})
	}
	if other, ok := w.indicatorTable(t, "other", indicator.State); ok {
		out = append(out, Block{Heading: w.t("section.other")}, Block{Table: other})
	}
	return out
}

// indicatorTable is one table of figures, false when there is none. whose is
// "own" for the territory's figures ("index" for those of the index, "other"
// for the rest), "larger" for those that exist only for a territory that
// contains it, "" for both; each such figure says its tier.
func (w *composer) indicatorTable(t *territory.Territory, whose string, nature indicator.Nature) (*Table, bool) {
	refs, caption := w.references(t), string(nature)
	if whose != "own" && whose != "" {
		caption = whose
	}
	table := &Table{ID: "chiffres-" + whose + string(nature), Open: whose == "own" || whose == "index",
		Caption: w.t("indicators.caption."+caption, "name", w.label(t.Code)),
		Head: []Head{{Key: "indicator", Label: w.t("head.indicator")}, {Key: "domain", Label: w.t("head.domain")},
			{Key: "value", Label: w.label(t.Code), Numeric: true}, {Key: "unit", Label: w.t("head.unit")},
			{Key: "period", Label: w.t("head.period")}}}
	for _, ref := range refs {
		table.Head = append(table.Head, Head{Key: "value_" + string(ref), Label: w.label(ref), Numeric: true})
	}
	var used []indicator.Code
	for _, d := range w.c.Domains() {
		for ind := range w.indicators(d.Code) {
			if ind.Nature != nature {
				continue
			}
			v, ok := w.shown(ind.Code, t)
			if !ok || !w.belongs(v, t, whose) {
				continue
			}
			used = append(used, ind.Code)
			table.Rows = append(table.Rows, w.indicatorRow(v, t, d.Short(w.l), refs))
		}
	}
	table.Source, table.Licence = w.sources(used...)
	if whose == "larger" || whose == "" {
		table.Notes = []string{w.t("note.tier")}
	}
	return table, len(table.Rows) > 0
}

// belongs reports whether a figure belongs in the table named by whose.
func (w *composer) belongs(v edition.Value, t *territory.Territory, whose string) bool {
	own := v.Territory == t.Code
	switch whose {
	case "own":
		return own
	case "index":
		return own && w.c.InIndex(v.Indicator.Code)
	case "other":
		return own && !w.c.InIndex(v.Indicator.Code)
	case "larger":
		return !own
	}
	return true
}

// shown is the figure to show for a territory: its own, or at the commune and
// the EPCI that of the smallest territory that has one.
func (w *composer) shown(code indicator.Code, t *territory.Territory) (edition.Value, bool) {
	if t.Level == territory.Commune || t.Level == territory.EPCI || t.Level == territory.Composed {
		return w.c.Closest(code, t.Code)
	}
	return w.c.Latest(code, t.Code)
}

// indicatorRow is one figure with those of the references at the same period.
func (w *composer) indicatorRow(v edition.Value, t *territory.Territory, domain string, refs []territory.Code) Row {
	row := Row{Cells: []Cell{linked(w.name(v.Indicator), hrefIndicator(v.Indicator.Code)), word(domain),
		w.cell(v, t.Code), w.unit(v.Indicator.Unit), w.when(v.Period)}}
	for _, ref := range refs {
		o, ok := w.c.Value(v.Indicator.Code, ref, v.Period)
		if !ok {
			row.Cells = append(row.Cells, absent())
			continue
		}
		row.Cells = append(row.Cells, w.cell(o, ref))
	}
	return row
}

// references are the two territories that a territory's figures are read
// against: the next larger ones that have figures, and the country.
func (w *composer) references(t *territory.Territory) []territory.Code {
	var refs []territory.Code
	for _, up := range w.c.Above(t.Code) {
		if up != territory.France && up != territory.Metropolis && len(refs) < 1 {
			refs = append(refs, up)
		}
	}
	if t.Level == territory.Commune && len(refs) == 1 && t.Departement != refs[0] {
		refs = append(refs, t.Departement)
	}
	if t.Level != territory.National {
		return append(refs, territory.France)
	}
	if t.Code == territory.France {
		return []territory.Code{territory.Metropolis}
	}
	return []territory.Code{territory.France}
}

// seriesFigure draws an indicator over time for several territories, the first
// one in front; false when fewer than two periods exist.
func (w *composer) seriesFigure(code indicator.Code, at []territory.Code) (*Figure, bool) {
	ind, ok := w.c.Catalogue.Get(code)
	if !ok {
		return nil, false
	}
	for { // in front stands the first that has a number
		if _, _, ok := w.ends(code, at[0]); ok {
			break
		}
		if at = at[1:]; len(at) == 0 {
			return nil, false
		}
	}
	chart := &Series{}
	periods := map[string]bool{}
	var order []string
	var drawn []territory.Code
	for i, t := range at {
		line := Line{Label: w.label(t), Focus: i == 0, Reference: t.Level() == territory.National}
		for _, v := range w.c.Series(code, t) {
			if !periods[v.Period] {
				periods[v.Period] = true
				order = append(order, v.Period)
			}
			p := Point{X: decimalYear(v.Period), Y: v.X, OK: v.OK(), Provisional: sign(v) == "p", Text: w.number(v)}
			if !p.OK {
				p.Y = 0
			}
			line.Points = append(line.Points, p)
		}
		if len(line.Points) > 0 {
			chart.Lines = append(chart.Lines, line)
			drawn = append(drawn, t)
		}
	}
	slices.Sort(order)
	if len(order) < 2 || len(chart.Lines) == 0 {
		return nil, false
	}
	chart.X, chart.Y = w.timeAxis(chart), w.valueAxis(chart, ind)
	f := &Figure{ID: "serie-" + string(code), Title: w.seriesTitle(ind, at[0]), Unit: w.unitSaid(ind.Unit),
		Field: lang.List(w.l, w.labels(drawn)), Date: w.t("span", "first", w.period(order[0]), "last", w.period(order[len(order)-1])),
		Reading: w.seriesReading(code, at[0]), Notes: w.indicatorNotes(ind), Chart: chart, Table: w.seriesTable(ind, at, order),
		Alt: w.seriesTitle(ind, at[0])}
	f.Source, f.Licence = w.sources(code)
	return f, true
}

// seriesTable has a row a period and a column a territory.
func (w *composer) seriesTable(ind *indicator.Indicator, at []territory.Code, periods []string) Table {
	table := Table{Caption: w.t("series.caption", "name", w.name(ind)), Head: []Head{{Key: "period", Label: w.t("head.period")}}}
	for _, t := range at {
		table.Head = append(table.Head, Head{Key: string(t), Label: w.label(t), Numeric: true})
	}
	for _, p := range periods {
		row := Row{Cells: []Cell{w.when(p)}}
		for _, t := range at {
			if v, ok := w.c.Value(ind.Code, t, p); ok {
				row.Cells = append(row.Cells, w.cell(v, t))
				continue
			}
			row.Cells = append(row.Cells, absent())
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// seriesTitle states the change of the territory over the whole series.
func (w *composer) seriesTitle(ind *indicator.Indicator, at territory.Code) string {
	first, last, ok := w.ends(ind.Code, at)
	if !ok {
		return w.t("series.title_plain", "name", w.name(ind), "in", w.place(at).In)
	}
	return w.t("series.title", "name", w.name(ind), "in", w.place(at).In, "from", w.number(first), "to", w.number(last),
		"first", w.period(first.Period), "last", w.period(last.Period))
}

func (w *composer) seriesReading(code indicator.Code, at territory.Code) string {
	_, last, ok := w.ends(code, at)
	if !ok {
		return ""
	}
	return w.t("series.reading", "period", w.period(last.Period), "name", w.name(last.Indicator), "value", w.number(last), "in", w.place(at).In)
}

// ends are the first and the last figures of a series that carry a number.
func (w *composer) ends(code indicator.Code, at territory.Code) (first, last edition.Value, ok bool) {
	for _, v := range w.c.Series(code, at) {
		if !v.OK() {
			continue
		}
		if !ok {
			first, ok = v, true
		}
		last = v
	}
	return first, last, ok
}

func (w *composer) labels(codes []territory.Code) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = w.label(c)
	}
	return out
}

// indicatorNotes are the cautions that go with an indicator.
func (w *composer) indicatorNotes(ind *indicator.Indicator) []string {
	var notes []string
	if ind.Notes != "" && w.l == lang.FR {
		notes = append(notes, lang.Sentence(lang.Typeset(w.l, ind.Notes)))
	}
	if ind.Secondary {
		notes = append(notes, w.t("note.secondary"))
	}
	return notes
}
