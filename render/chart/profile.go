package chart

import (
	"vigie/lang"
	"vigie/report"
)

// profileGrid is the geometry of a profile.
type profileGrid struct {
	s       scale
	step    float64 // height of a row
	label   float64 // width of the labels, 0 when they stand above
	heading float64 // height of a group's heading
}

// profile draws one row a domain under its dimension: interval, point in the
// colour of its step, tick of the reference, text at the end.
func (c *canvas) profile(p *report.Profile) float64 {
	label, text := 0.0, 0.0
	for i := range p.Rows {
		label = max(label, textWidth(p.Rows[i].Label, 13, false))
		if p.Rows[i].OK {
			text = max(text, textWidth(p.Rows[i].Text, 13, false))
		}
	}
	g := profileGrid{step: 26, heading: 28, label: min(label*slack, c.width*0.36)}
	g.s = scale{p.Axis, g.label + 22, c.width - min(text*slack, c.width*0.28) - 18}
	if c.opt.Narrow {
		g = profileGrid{step: 44, heading: 30, s: scale{p.Axis, 10, c.width - 10}}
	}
	top := c.axisTitle(p.Axis.Title, g.s.from, c.width)
	c.ticksX(g.s, 0, 0, top+12)
	y := top + 20
	y = c.profileRows(p, g, y)
	return y + c.profileLegend(p, y+10)
}

func (c *canvas) profileRows(p *report.Profile, g profileGrid, y float64) float64 {
	for i := 0; i < len(p.Rows); {
		group, n := p.Rows[i].Group, i
		for n < len(p.Rows) && p.Rows[n].Group == group {
			n++
		}
		if group != "" {
			c.textIn(0, y+g.heading-9, startAnchor, 13, textHead, group)
			c.line(0, y+g.heading-3, c.width, y+g.heading-3, lineAxis)
			y += g.heading
		}
		for _, t := range p.Axis.Ticks {
			x := g.s.at(t.At)
			c.line(x, y-2, x, y+g.step*float64(n-i), lineRule)
		}
		for ; i < n; i++ {
			c.profileRow(&p.Rows[i], g, y)
			y += g.step
		}
	}
	return y
}

func (c *canvas) profileRow(row *report.ProfileRow, g profileGrid, y float64) {
	mid, base, room := y+g.step/2, y+g.step/2+4.5, g.label+1
	if g.label == 0 {
		mid, base, room = y+32, y+17, c.width-textWidth(row.Text, 13, false)-12
	}
	name := lang.T(c.opt.Lang, "chart.link", "label", row.Label, "text", row.Text)
	end := c.link(row.Href, name)
	if c.opt.Theme == Web && row.Href != "" {
		c.rect(0, y, room, min(g.step, 26), style0)
	}
	c.text(0, base, startAnchor, textInk, shorten(row.Label, room, 13, false))
	end()
	if !row.OK {
		x := g.s.from
		if g.label == 0 {
			c.text(c.width, base, endAnchor, textMuted, row.Text)
			c.noDataBox(x, mid, g.s.to-g.s.from)
			return
		}
		c.noDataBox(x, mid, 20)
		c.text(x+27, base, startAnchor, textMuted, row.Text)
		return
	}
	end = c.groupTitle(name)
	if row.HasInterval {
		a, b := g.s.at(row.Lo), g.s.at(row.Hi)
		c.roundRect(min(a, b)-2, mid-2, max(a, b)-min(a, b)+4, 4, 2, fillRange)
	}
	ref := g.s.at(row.Reference)
	c.line(ref, mid-9, ref, mid+9, lineInk)
	c.circle(g.s.at(row.X), mid, 6, stepPoint[clampStep(row.Step)])
	end()
	c.text(c.width, base, endAnchor, textInk, row.Text)
}

// noDataBox draws the sign of missing data on the line y.
func (c *canvas) noDataBox(x, y, width float64) {
	c.raw("<rect").attr("x", x).attr("y", y-6).attr("width", width).attr("height", 12)
	c.fill(0, false, false, 1).raw("/>")
}

func (c *canvas) profileLegend(p *report.Profile, y float64) float64 {
	var interval, missing bool
	for i := range p.Rows {
		interval = interval || p.Rows[i].OK && p.Rows[i].HasInterval
		missing = missing || !p.Rows[i].OK
	}
	var items []legendItem
	if p.Reference != "" {
		items = append(items, legendItem{p.Reference, func(x, y float64) { c.line(x+10, y-8, x+10, y+8, lineInk) }})
	}
	if interval && p.Interval != "" {
		items = append(items, legendItem{p.Interval, func(x, y float64) { c.roundRect(x, y-2, 20, 4, 2, fillRange) }})
	}
	if len(items) == 0 {
		return 8
	}
	return 12 + c.legendRow(0, y, c.width, items)
}
