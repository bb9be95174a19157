package report

import (
	"vigie/lang"
	"vigie/study"
	"vigie/territory"
)

func (x *exploring) territoryLabel(code string) string { return x.label(territory.Code(code)) }

// value writes a figure: a share in percent, or a mean.
func (x *exploring) value(c *study.Cell) (float64, string) {
	if c.Percent {
		v := lang.Round(100*c.Value, 1)
		return v, lang.Percent(x.l, v, 1)
	}
	v := lang.Round(c.Value, 2)
	return v, lang.Number(x.l, v, 2)
}

// interval writes the interval of a figure.
func (x *exploring) interval(c *study.Cell) string {
	if c.Percent {
		return lang.Interval(x.l, 100*c.Low, 100*c.High, 1)
	}
	return lang.Interval(x.l, c.Low, c.High, 2)
}

// told is a figure of the answer that is drawn, with where it stands.
type told struct {
	block, level string
	column       *study.Column
	cell         *study.Cell // nil when there is none
}

func (x *exploring) told() []told {
	var out []told
	x.each(func(block, level string, c *study.Column) {
		t := told{block: block, level: level, column: c}
		if cell, ok := c.Cell(x.line); ok && !c.Secret {
			t.cell = cell
		}
		out = append(out, t)
	})
	return out
}

func (t *told) where(x *exploring) string {
	if t.block == "" {
		return t.level
	}
	return x.e("where", "block", t.block, "level", t.level)
}

// finding says what the cross shows, with its uncertainty: the widest distance
// that a test tells apart, or that none is.
func (x *exploring) finding() string {
	var high, low *told
	all := x.told()
	for i := range all {
		t := &all[i]
		if t.cell == nil || t.cell.Secret {
			continue
		}
		if high == nil || t.cell.Value > high.cell.Value {
			high = t
		}
		if low == nil || t.cell.Value < low.cell.Value {
			low = t
		}
	}
	line := x.lineLabel(x.line)
	if high == nil {
		return x.e("finding.secret", "line", line)
	}
	_, text := x.value(high.cell)
	if high == low {
		return x.e("finding.one", "line", line, "where", high.where(x), "value", text, "interval", x.interval(high.cell))
	}
	_, least := x.value(low.cell)
	key := "finding.same"
	for _, t := range all {
		if t.cell != nil && t.cell.Higher != "" {
			key = "finding.apart"
		}
	}
	return x.e(key, "line", line, "high", high.where(x), "high_value", text, "high_interval", x.interval(high.cell),
		"low", low.where(x), "low_value", least, "low_interval", x.interval(low.cell))
}

// cellOf makes the cell of a figure; letters stand after it.
func (x *exploring) cellOf(column *study.Column, line string, withInterval bool) Cell {
	cell, ok := column.Cell(line)
	switch {
	case column.Secret || ok && cell.Secret:
		return Cell{Sign: "s"}
	case !ok:
		return absent()
	}
	v, text := x.value(cell)
	if withInterval {
		text = x.e("cell", "value", text, "interval", x.interval(cell), "letters", cell.Higher)
	}
	out := num(v, text)
	if cell.Imprecise {
		out.Sign = "ns"
	}
	return out
}

func (x *exploring) baseCell(c *study.Column) Cell {
	if c.Secret {
		return Cell{Sign: "s"}
	}
	return num(float64(c.Base), lang.Number(x.l, float64(c.Base), 0))
}

// figure draws one answer: a dot and its interval a column, a panel a level of
// the first variable.
func (x *exploring) figure() Figure {
	all := x.told()
	percent := true
	chart := &Voices{Speakers: []string{x.lineLabel(x.line)}, Interval: x.e("chart.interval"), Hollow: x.e("chart.hollow")}
	least, most := 0.0, 0.0
	t := Table{ID: "reponse", Caption: x.e("chart.caption", "line", x.lineLabel(x.line)), Head: []Head{{Key: "level", Label: x.levelHead()},
		{Key: "value", Label: x.e("head.value"), Numeric: true}, {Key: "low", Label: x.e("head.low"), Numeric: true}, {Key: "high", Label: x.e("head.high"), Numeric: true},
		{Key: "base", Label: x.e("head.base"), Numeric: true}, {Key: "higher", Label: x.e("head.higher")}}}
	two := len(x.out.By) > 1
	if two {
		t.Head = append([]Head{{Key: "block", Label: x.blockHead()}}, t.Head...)
	}
	for _, one := range all {
		mark := VoiceMark{Sign: "s", Text: x.e("chart.secret")}
		row := Row{Cells: []Cell{word(one.level), x.cellOf(one.column, x.line, false), {Sign: "s"}, {Sign: "s"}, x.baseCell(one.column), word("")}}
		if c := one.cell; c != nil && !c.Secret {
			by := 1.0
			if percent = c.Percent; percent {
				by = 100
			}
			_, text := x.value(c)
			mark = VoiceMark{X: by * c.Value, Lo: by * c.Low, Hi: by * c.High, HasInterval: true, Hollow: c.Imprecise, Text: x.e("chart.mark", "value", text, "interval", x.interval(c))}
			least, most = min(least, by*c.Low), max(most, by*c.High)
			row.Cells[2], row.Cells[3] = num(lang.Round(by*c.Low, 2), lang.Number(x.l, by*c.Low, 1)), num(lang.Round(by*c.High, 2), lang.Number(x.l, by*c.High, 1))
			row.Cells[5] = word(c.Higher)
		}
		if two {
			row.Cells = append([]Cell{word(one.block)}, row.Cells...)
		}
		chart.Rows = append(chart.Rows, VoiceRow{Group: one.block, Label: one.level, Marks: []VoiceMark{mark}})
		t.Rows = append(t.Rows, row)
	}
	unit := x.e("unit.share")
	if !percent {
		unit = x.e("unit.mean")
	}
	chart.Axis = exploreAxis(x.l, unit, least, most)
	title := x.finding()
	return Figure{ID: "explorer", Title: title, Unit: unit, Field: x.surveyLabel(x.tab), Date: x.tab.Wave, Source: x.e("source", "survey", x.surveyLabel(x.tab)), Licence: x.e("licence"),
		Reading: x.e("reading"), Alt: title, Chart: chart, Table: t, Notes: []string{x.e("wording", "wording", lang.Typeset(x.l, x.item.Wording.In(x.l)))}}
}

// exploreAxis is an axis of round steps from low to high.
func exploreAxis(l lang.Lang, title string, low, high float64) Axis {
	step := 1.0
	for _, s := range []float64{1, 2, 5, 10, 20, 25, 50, 100} {
		if step = s; (high-low)/s <= 8 {
			break
		}
	}
	a := Axis{Title: title, Min: low, Max: step}
	for a.Max < high {
		a.Max += step
	}
	for v := 0.0; v <= a.Max; v += step {
		a.Ticks = append(a.Ticks, Tick{v, lang.Number(l, v, 0)})
	}
	return a
}

func (x *exploring) blockHead() string { return lang.Typeset(x.l, x.out.By[0].Label.In(x.l)) }

func (x *exploring) levelHead() string {
	if n := len(x.out.By); n > 0 {
		return lang.Typeset(x.l, x.out.By[n-1].Label.In(x.l))
	}
	return x.e("head.level")
}

// table is the whole cross: an answer a line, a level of the last variable a
// column, with its letter; the bases first.
func (x *exploring) table() Table {
	t := Table{ID: "tableau", Caption: x.e("caption", "item", lang.Typeset(x.l, x.item.Wording.In(x.l))), Open: true, Notes: []string{x.e("letters"), x.e("signs")},
		Source: x.e("source", "survey", x.surveyLabel(x.tab)), Licence: x.e("licence"), Head: []Head{{Key: "answer", Label: x.e("head.answer")}}}
	two := len(x.out.By) > 1
	if two {
		t.Head = append(t.Head, Head{Key: "block", Label: x.blockHead()})
	}
	for k, c := range x.out.Blocks[0].Table.Columns {
		label := x.e("everybody")
		if n := len(x.out.By); n > 0 {
			label = x.e("head.column", "level", x.level(n-1, c.Level), "letter", c.Letter)
		}
		t.Head = append(t.Head, Head{Key: "column_" + string(rune('a'+k%26)) + c.Level, Label: label, Numeric: true})
	}
	for _, b := range x.out.Blocks {
		row := func(label string, cell func(c *study.Column) Cell) {
			r := Row{Cells: []Cell{word(label)}}
			if two {
				r.Cells = append(r.Cells, word(x.level(0, b.Level)))
			}
			for k := range b.Table.Columns {
				r.Cells = append(r.Cells, cell(&b.Table.Columns[k]))
			}
			t.Rows = append(t.Rows, r)
		}
		row(x.e("base"), x.baseCell)
		for _, line := range x.lines() {
			row(x.lineLabel(line), func(c *study.Column) Cell { return x.cellOf(c, line, true) })
		}
	}
	return t
}

// secrecyNote says what was withheld and moved.
func (x *exploring) secrecyNote() string {
	key := "note.published"
	if x.out.Moved {
		key = "note.moved"
	}
	return x.e(key, "withheld", x.out.Withheld, "columns", x.out.Columns, "base", x.tab.Secrecy.MinBase)
}
