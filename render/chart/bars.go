package chart

import (
	"vigie/lang"
	"vigie/report"
)

// barGrid is the geometry of rows of bars.
type barGrid struct {
	s     scale
	label float64 // width of the labels, 0 when they stand above
	row   float64 // height of a row
	line  float64 // height of one bar with its text
}

// bars draws one row a choice: a filled bar, an outlined one under it, their
// whiskers, their texts at the end.
func (c *canvas) bars(d *report.Bars) float64 {
	label, text, paired := 0.0, 0.0, d.Whole != ""
	for i := range d.Rows {
		r := &d.Rows[i]
		label = max(label, textWidth(r.Label, 13, false))
		text = max(text, textWidth(r.Own.Text, 12, false), textWidth(r.Whole.Text, 12, false))
	}
	text = min(text*slack, c.width*0.4)
	g := barGrid{line: 17, label: min(label*slack, c.width*0.36)}
	g.s = scale{d.Axis, g.label + 16, c.width - text - 12}
	if c.opt.Narrow {
		g.label, g.s.from = 0, 2
	}
	g.row = g.line + 8
	if paired {
		g.row += g.line
	}
	if g.label == 0 {
		g.row += 18
	}
	y := 0.0
	if items := c.barItems(d); len(items) > 0 {
		y = c.legendRow(0, 0, c.width, items) + 10
	}
	if d.Axis.Title != "" {
		for _, l := range wrap(d.Axis.Title, c.width-g.s.from, 12, false) {
			c.textIn(g.s.from, y+11, startAnchor, 12, textMuted, l)
			y += 15
		}
		y += 3
	}
	c.ticksX(g.s, 0, 0, y+12)
	return c.barRows(d, g, y+20) + 4
}

// barRows draws the groups from y and returns the bottom.
func (c *canvas) barRows(d *report.Bars, g barGrid, y float64) float64 {
	for i := 0; i < len(d.Rows); {
		group, n := d.Rows[i].Group, i
		for n < len(d.Rows) && d.Rows[n].Group == group {
			n++
		}
		if group != "" {
			c.textIn(0, y+17, startAnchor, 13, textHead, group)
			c.line(0, y+23, c.width, y+23, lineAxis)
			y += 28
		}
		for _, t := range d.Axis.Ticks {
			x := g.s.at(t.At)
			c.line(x, y-2, x, y+g.row*float64(n-i), lineRule)
		}
		for ; i < n; i++ {
			c.barRow(&d.Rows[i], g, y, d.Whole != "")
			y += g.row
		}
		y += 4
	}
	return y
}

func (c *canvas) barRow(r *report.BarRow, g barGrid, y float64, paired bool) {
	said := lang.T(c.opt.Lang, "chart.link", "label", r.Label, "text", joinNonEmpty(" · ", r.Own.Text, r.Whole.Text))
	end := c.groupTitle(said)
	defer end()
	mid := y + 4 + g.line/2
	if g.label == 0 {
		c.text(0, y+15, startAnchor, textInk, shorten(r.Label, c.width, 13, false))
		mid += 18
	} else {
		base := mid
		if paired {
			base += g.line / 2
		}
		c.text(0, base+4.5, startAnchor, textInk, shorten(r.Label, g.label+1, 13, false))
	}
	c.bar(r.Own, g, mid, fillRange)
	if paired {
		c.bar(r.Whole, g, mid+g.line, fillHollow)
	}
}

// bar draws one length on the line y, its whisker and its text.
func (c *canvas) bar(b report.Bar, g barGrid, y float64, s style) {
	zero, x := g.s.at(0), g.s.at(b.X)
	c.rect(min(zero, x), y-5, max(x, zero)-min(zero, x), 10, s)
	if b.HasInterval {
		c.whisker(g.s.at(b.Lo), g.s.at(b.Hi), y, b.Lo >= g.s.axis.Min, b.Hi <= g.s.axis.Max)
	}
	c.textIn(c.width, y+4.2, endAnchor, 12, textInk, b.Text)
}

// whisker is an interval with the ends marked that are on the axis.
func (c *canvas) whisker(from, to, y float64, starts, ends bool) {
	c.line(from, y, to, y, lineInk)
	if starts {
		c.line(from, y-4, from, y+4, lineInk)
	}
	if ends {
		c.line(to, y-4, to, y+4, lineInk)
	}
}

// barItems are the signs to explain.
func (c *canvas) barItems(d *report.Bars) []legendItem {
	var items []legendItem
	if d.Own != "" {
		items = append(items, legendItem{d.Own, func(x, y float64) { c.rect(x, y-5, 20, 10, fillRange) }})
	}
	if d.Whole != "" {
		items = append(items, legendItem{d.Whole, func(x, y float64) { c.rect(x+.75, y-5, 19, 10, fillHollow) }})
	}
	if d.Interval != "" {
		items = append(items, legendItem{d.Interval, func(x, y float64) { c.whisker(x, x+20, y, true, true) }})
	}
	return items
}
