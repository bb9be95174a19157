package report

import (
	"slices"

	"vigie/lang"
)

// mostMoved is how many of the largest moves the page lists; the table of the
// map has them all.
const mostMoved = 15

// reweighMap draws the classes under the reader's weights and marks those that
// are not the published ones.
func (w *composer) reweighMap(s *weighing) *Figure {
	chart := &Map{Tier: string(s.level), Legend: w.steps(), NoData: w.t("legend.nodata"), Focus: string(s.focus)}
	table := Table{Caption: w.t("reweigh.caption", "own", s.own(), "tier", w.level(s.level, "many")), Head: w.shiftHead(s)}
	if s.own() {
		chart.More, chart.Less = w.t("reweigh.more"), w.t("reweigh.less")
	}
	for _, m := range s.shifts {
		if m.before.Unsure && !s.own() {
			chart.Unsure = w.t("legend.unsure")
		}
		chart.Areas = append(chart.Areas, w.shiftArea(m, s.own()))
		table.Rows = append(table.Rows, w.shiftRow(m, s))
	}
	n := s.tally()
	f := &Figure{ID: "carte", Title: w.mapTitle(s.level, "", nil), Unit: w.t("unit.class", "tier", w.level(s.level, "many_metro")),
		Field: w.fieldOf("", s.level), Date: w.spanOf(s.level, ""), Reading: w.t("map.reading", "tier", w.level(s.level, "many_metro"), "one", w.level(s.level, "one")),
		Notes: w.classNotes(chart.Unsure != ""), Chart: chart, Table: table}
	if s.own() {
		f.Title = w.t("reweigh.map", "n", n.classes, "of", n.of)
		f.Reading = w.t("reweigh.reading")
		f.Notes = append([]string{w.t("reweigh.note", "weights", w.ownWeights(s))}, f.Notes...)
	}
	f.Alt = f.Title
	f.Source, f.Licence = w.sources(w.c.IndexSeries(s.level, "")...)
	f.Source += semicolon(w.l) + w.t("map.boundaries")
	return f
}

// ownWeights lists the weights that are the reader's.
func (w *composer) ownWeights(s *weighing) string {
	var list []string
	for _, k := range s.found.Weights {
		if _, own := s.asked[k.Domain]; own {
			list = append(list, w.t("reweigh.weight", "domain", w.domain(k.Domain).Short(w.l), "weight", w.weightSaid(k.Weight)))
		}
	}
	return lang.List(w.l, list)
}

// weightSaid writes a weight for a reader, with the decimals that it has.
func (w *composer) weightSaid(x float64) string {
	for d := range 3 {
		if lang.Round(x, d) == x {
			return lang.Number(w.l, x, d)
		}
	}
	return lang.Number(w.l, x, 3)
}

// shiftArea is one territory of the map.
func (w *composer) shiftArea(m shift, own bool) Area {
	a := Area{Code: string(m.code), Label: w.label(m.code), Href: href(m.code)}
	if !m.after.OK() {
		a.Text = w.t("sign.nd.long")
		return a
	}
	a.Step = m.after.Step
	after := m.before
	after.Position, after.HasInterval = m.after.Place, false
	if !own {
		a.Unsure = m.before.Unsure
		a.Text = w.t("map.area", "score", lang.Number(w.l, m.after.Score, 0), "rank", w.rankWithInterval(m.before), "step", w.steps()[a.Step-1], "unsure", m.before.Unsure)
		return a
	}
	switch {
	case m.after.Step > m.before.Step:
		a.Change = 1
	case m.after.Step < m.before.Step:
		a.Change = -1
	}
	a.Text = w.t("reweigh.area", "step", w.steps()[a.Step-1], "after", w.rank(after), "before", w.rankWithInterval(m.before), "was", w.steps()[m.before.Step-1], "same", a.Change == 0)
	return a
}

// shiftHead heads a table of territories under both weightings.
func (w *composer) shiftHead(s *weighing) []Head {
	return []Head{{Key: "name", Label: w.level(s.level, "one_upper")}, {Key: "code", Label: w.t("head.code")},
		{Key: "rank", Label: w.t("reweigh.head.before"), Numeric: true}, {Key: "rank_low", Label: w.t("head.rank_low"), Numeric: true},
		{Key: "rank_high", Label: w.t("head.rank_high"), Numeric: true}, {Key: "rank_own", Label: w.t("reweigh.head.after"), Numeric: true},
		{Key: "move", Label: w.t("reweigh.head.move"), Numeric: true}, {Key: "inside", Label: w.t("reweigh.head.inside")},
		{Key: "class_published", Label: w.t("reweigh.head.class_before"), Numeric: true}, {Key: "class_own", Label: w.t("reweigh.head.class_after"), Numeric: true}}
}

// shiftRow is one territory of such a table.
func (w *composer) shiftRow(m shift, s *weighing) Row {
	row := Row{Mark: m.code == s.focus, Cells: []Cell{linked(w.label(m.code), href(m.code)), word(string(m.code))}}
	if !m.both() {
		for range len(w.shiftHead(s)) - 2 {
			row.Cells = append(row.Cells, absent())
		}
		return row
	}
	before := num(float64(m.before.Position), lang.Ordinal(w.l, m.before.Position))
	before.Trace = hrefScore(m.code, "")
	lo, hi, inside := Cell{Sign: "///"}, Cell{Sign: "///"}, Cell{Sign: "///"}
	if m.before.HasInterval {
		lo, hi, inside = w.count(m.before.Lo), w.count(m.before.Hi), word(w.t("reweigh.within", "inside", m.within()))
		inside.Raw = map[bool]string{true: "inside", false: "outside"}[m.within()]
	}
	row.Cells = append(row.Cells, before, lo, hi, num(float64(m.after.Place), lang.Ordinal(w.l, m.after.Place)),
		num(float64(-m.up()), lang.Signed(w.l, float64(-m.up()), 0)), inside, w.classCell(m.before.Step), w.classCell(m.after.Step))
	return row
}

// classCell says a class in words, on its colour.
func (w *composer) classCell(step int) Cell {
	c := num(float64(step), w.steps()[step-1])
	c.Step = step
	return c
}

// shortShift leaves out of a line, or of its head, the code and the bounds of
// the rank: they stand in the table of the map.
func shortShift[E any](line []E) []E {
	return slices.Concat(line[:1], line[2:3], line[5:])
}

// moveTable lists the largest moves among the ranked territories.
func (w *composer) moveTable(s *weighing) *Table {
	var moved []shift
	for _, m := range s.shifts {
		if m.both() && m.up() != 0 && (!m.before.Outside || m.code == s.focus) {
			moved = append(moved, m)
		}
	}
	slices.SortFunc(moved, byMove)
	moved = moved[:min(mostMoved, len(moved))]
	t := &Table{ID: "mouvements", Open: true, Caption: w.t("reweigh.moved_caption", "most", len(moved)), Head: shortShift(w.shiftHead(s))}
	for _, m := range moved {
		row := w.shiftRow(m, s)
		if inside := &row.Cells[7]; m.before.HasInterval {
			inside.Text = w.t("reweigh.within_bounds", "inside", m.within(), "lo", m.before.Lo, "hi", m.before.Hi)
		}
		row.Cells = shortShift(row.Cells)
		t.Rows = append(t.Rows, row)
	}
	t.Notes = []string{w.t("reweigh.move_note"), w.t("reweigh.not_published")}
	return t
}

// weightTable sets the reader's weights beside the edition's.
func (w *composer) weightTable(s *weighing) *Table {
	t := &Table{ID: "poids", Caption: w.t("reweigh.weights_caption", "own", s.own()), Head: []Head{{Key: "domain", Label: w.t("head.domain")},
		{Key: "dimension", Label: w.t("head.dimension")}, {Key: "weight_published", Label: w.t("reweigh.head.weight_before"), Numeric: true},
		{Key: "share_published", Label: w.t("reweigh.head.share_before"), Numeric: true}, {Key: "weight", Label: w.t("reweigh.head.weight_after"), Numeric: true},
		{Key: "share", Label: w.t("reweigh.head.share_after"), Numeric: true}}}
	percent := func(x float64) Cell { return num(lang.Round(100*x, 3), lang.Percent(w.l, 100*x, 1)) }
	for _, k := range s.found.Weights {
		d := w.domain(k.Domain)
		dim, _ := w.c.Term("dimension", d.Parent)
		_, own := s.asked[k.Domain]
		t.Rows = append(t.Rows, Row{Mark: own, Cells: []Cell{linked(d.Label(w.l), hrefDomain(d.Code)), word(dim.Label(w.l)),
			num(k.Published, w.weightSaid(k.Published)), percent(k.PublishedShare), num(k.Weight, w.weightSaid(k.Weight)), percent(k.Share)}})
	}
	return t
}

// reweighLink leads to the page from where an overall index is shown.
func (w *composer) reweighLink() Block {
	return paragraph(w.text("reweigh.home", "link", Span{Text: w.t("reweigh.home_link"), Href: ReweighPath}))
}
