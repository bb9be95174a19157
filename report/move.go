package report

import (
	"vigie/fragility"
	"vigie/lang"
	"vigie/territory"
)

// moveSection says how a territory's places changed since the edition that
// this one supersedes, and why; nothing on a first edition, or where no place
// can have changed.
func (w *composer) moveSection(t *territory.Territory) Section {
	m := w.c.Moves[t.Level]
	if m == nil {
		return Section{}
	}
	table := &Table{ID: "changements", Open: true, Caption: w.t("move.caption", "since", m.Since), Head: []Head{{Key: "domain", Label: w.t("head.domain")},
		{Key: "before", Label: w.t("move.before"), Numeric: true}, {Key: "boundary", Label: w.t("move.boundary"), Numeric: true},
		{Key: "method", Label: w.t("move.method"), Numeric: true}, {Key: "data", Label: w.t("move.data"), Numeric: true},
		{Key: "now", Label: w.t("move.now"), Numeric: true}}, Notes: []string{w.t("move.note")}}
	compared := 0
	add := func(domain string, label Cell) {
		x, ok := w.c.Move(t.Code, domain)
		if !ok || x.Old == 0 {
			return
		}
		if compared++; x.Old != x.New || x.Boundary != 0 || x.Method != 0 || x.Data != 0 {
			table.Rows = append(table.Rows, w.moveRow(label, x))
		}
	}
	add("", word(w.t("move.overall")))
	for _, d := range w.c.Domains() {
		add(d.Code, linked(d.Short(w.l), hrefDomain(d.Code)))
	}
	if compared == 0 {
		return Section{}
	}
	s := Section{ID: "changements", Title: w.t("move.title", "since", oneLine(m.Since))}
	s.Blocks = append(s.Blocks, paragraph(w.moveSentence(t, len(table.Rows))))
	if len(table.Rows) > 0 {
		s.Blocks = append(s.Blocks, Block{Table: table})
	}
	return s
}

// moveSentence says the overall change and whether it is more than what the
// choices of method leave open.
func (w *composer) moveSentence(t *territory.Territory, rows int) Text {
	x, ok := w.c.Move(t.Code, "")
	o := w.c.Standing(t.Code, "")
	switch {
	case rows == 0:
		return plain(w.t("move.none"))
	case !ok || x.Old == 0:
		return plain(w.t("move.domains", "n", rows))
	case x.Old == x.New:
		return plain(w.t("move.same", "rank", lang.Ordinal(w.l, x.New)))
	}
	return plain(w.t("move.sentence", "old", lang.Ordinal(w.l, x.Old), "new", lang.Ordinal(w.l, x.New), "assessed", o.HasInterval,
		"inside", x.Old >= o.Lo && x.Old <= o.Hi, "lo", lang.Ordinal(w.l, o.Lo), "hi", lang.Ordinal(w.l, o.Hi)))
}

func (w *composer) moveRow(label Cell, x fragility.Move) Row {
	cells := []Cell{label, num(float64(x.Old), lang.Ordinal(w.l, x.Old))}
	for _, cause := range []int{x.Boundary, x.Method, x.Data} {
		if !x.Known {
			cells = append(cells, absent())
			continue
		}
		text := "="
		if cause != 0 {
			text = lang.Signed(w.l, float64(cause), 0)
		}
		cells = append(cells, num(float64(cause), text))
	}
	return Row{Cells: append(cells, num(float64(x.New), lang.Ordinal(w.l, x.New)))}
}
