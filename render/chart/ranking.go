package chart

import (
	"vigie/lang"
	"vigie/report"
)

// ranking draws one row a territory: label, interval, point, text. On narrow
// drawings the label and the text stand above the bar; a long list in print is
// set in two columns.
func (c *canvas) ranking(r *report.Ranking) float64 {
	bottom := 0.0
	switch {
	case c.opt.Theme == Print && len(r.Rows) > 45:
		const gutter = 32
		half := (len(r.Rows) + 1) / 2
		w := (c.width - gutter) / 2
		bottom = c.rankPanel(r, r.Rows[:half], 0, w, 17)
		c.rankPanel(r, r.Rows[half:], w+gutter, w, 17)
	case c.opt.Narrow:
		bottom = c.rankNarrow(r)
	default:
		bottom = c.rankPanel(r, r.Rows, 0, c.width, 24)
	}
	return bottom + c.rankLegend(r, bottom+8)
}

// rankPanel draws rows between x and x+width and returns the bottom.
func (c *canvas) rankPanel(r *report.Ranking, rows []report.RankRow, x, width, step float64) float64 {
	size := 13.0
	if step < 20 {
		size = 11.5
	}
	label, text := 0.0, 0.0
	for i := range r.Rows {
		label = max(label, textWidth(r.Rows[i].Label, size, r.Rows[i].Focus))
		text = max(text, textWidth(r.Rows[i].Text, size, r.Rows[i].Focus))
	}
	label = min(label*slack, width*0.4)
	text = min(text*slack, width*0.3)
	left, right := x+10+label+14, x+width-text-16
	s := scale{r.Axis, left, right}
	from := left
	if step < 20 {
		from = x + 10
	}
	top := c.axisTitle(r.Axis.Title, from, x+width)
	c.ticksX(s, top+18, top+22+step*float64(len(rows)), top+12)
	y := top + 22
	for i := range rows {
		row := &rows[i]
		c.rowBand(row, x, y, width, step)
		mid := y + step/2
		style := textInk
		if row.Focus {
			style = textAccent
		}
		end := c.link(row.Href, lang.T(c.opt.Lang, "chart.link", "label", row.Label, "text", row.Text))
		if c.opt.Theme == Web && row.Href != "" {
			c.rect(x+6, y, label+10, step, style0)
		}
		c.textIn(x+10, mid+size*0.34, startAnchor, size, style, shorten(row.Label, label+1, size, row.Focus))
		end()
		c.rankMark(row, s, mid)
		c.textIn(x+width-4, mid+size*0.34, endAnchor, size, style, row.Text)
		y += step
	}
	return y
}

// style0 is an invisible box that widens the target of a link.
var style0 = style{"vg-hit", `fill="none"`}

// axisTitle sets the title of a horizontal axis above its labels and returns
// the height taken.
func (c *canvas) axisTitle(title string, left, right float64) float64 {
	if title == "" {
		return 0
	}
	lines := wrap(title, right-left, 12, false)
	for i, l := range lines {
		c.textIn(left, 11+float64(i)*15, startAnchor, 12, textMuted, l)
	}
	return 15*float64(len(lines)) + 3
}

// rowBand marks the row of the focus and those that cannot be told apart.
func (c *canvas) rowBand(row *report.RankRow, x, y, width, step float64) {
	if row.Focus {
		c.roundRect(x, y, width, step, 3, fillBand)
	}
	if row.Same || row.Focus {
		c.line(x+2, y, x+2, y+step, lineSame)
	}
}

// rankMark draws the interval and the point of a row on the line y.
func (c *canvas) rankMark(row *report.RankRow, s scale, y float64) {
	title := row.Label
	if row.Text != "" {
		title = lang.T(c.opt.Lang, "chart.link", "label", row.Label, "text", row.Text)
	}
	c.raw("<g>")
	c.title(title)
	if row.HasInterval {
		a, b := s.at(row.Lo), s.at(row.Hi)
		c.roundRect(min(a, b)-2, y-2, max(a, b)-min(a, b)+4, 4, 2, fillRange)
	}
	style := stepPoint[clampStep(row.Step)]
	if row.Outside {
		style = fillHollow
	}
	c.circle(s.at(row.X), y, 5, style)
	c.raw("</g>")
}

// rankNarrow draws each row on two lines and returns the bottom.
func (c *canvas) rankNarrow(r *report.Ranking) float64 {
	const step = 38.0
	s := scale{r.Axis, 16, c.width - 12}
	top := c.axisTitle(r.Axis.Title, 8, c.width)
	c.ticksX(s, top+18, top+20+step*float64(len(r.Rows)), top+12)
	y := top + 20
	for i := range r.Rows {
		row := &r.Rows[i]
		c.rowBand(row, 0, y, c.width, step)
		style := textInk
		if row.Focus {
			style = textAccent
		}
		room := c.width - 18 - textWidth(row.Text, 13, row.Focus) - 10
		end := c.link(row.Href, lang.T(c.opt.Lang, "chart.link", "label", row.Label, "text", row.Text))
		if c.opt.Theme == Web && row.Href != "" {
			c.rect(6, y, room, 24, style0)
		}
		c.text(9, y+17, startAnchor, style, shorten(row.Label, room, 13, row.Focus))
		end()
		c.text(c.width-5, y+17, endAnchor, style, row.Text)
		c.rankMark(row, s, y+29)
		y += step
	}
	return y
}

// rankLegend explains the signs that the rows use.
func (c *canvas) rankLegend(r *report.Ranking, y float64) float64 {
	var same, outside bool
	for i := range r.Rows {
		same = same || r.Rows[i].Same
		outside = outside || r.Rows[i].Outside
	}
	var items []legendItem
	if same {
		items = append(items, legendItem{lang.T(c.opt.Lang, "chart.same"), func(x, y float64) {
			c.line(x+10, y-8, x+10, y+8, lineSame)
		}})
	}
	if outside {
		items = append(items, legendItem{lang.T(c.opt.Lang, "chart.outside"), func(x, y float64) {
			c.circle(x+10, y, 5, fillHollow)
		}})
	}
	if len(items) == 0 {
		return 8
	}
	return 10 + c.legendRow(8, y, c.width-8, items)
}
