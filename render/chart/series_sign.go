package chart

import (
	"vigie/lang"
	"vigie/report"
)

// seriesBreaks draws the steps whose two points do not measure quite the same:
// a dashed line cut by two strokes in its middle.
func (c *canvas) seriesBreaks(l *report.Line, s lineStyle, g seriesGrid) {
	for i := 1; i < len(l.Points); i++ {
		a, b := l.Points[i-1], l.Points[i]
		if !a.OK || !b.OK || !b.Broken || b.Apart {
			continue
		}
		x1, y1, x2, y2 := g.x.at(a.X), g.y.at(a.Y), g.x.at(b.X), g.y.at(b.Y)
		c.dashed(x1, y1, x2, y2, s.line, "2 6")
		c.breakStrokes((x1+x2)/2, (y1+y2)/2)
	}
}

func (c *canvas) dashed(x1, y1, x2, y2 float64, s style, dashes string) {
	c.raw("<path").styled(s).raw(` stroke-dasharray="` + dashes + `" d="M`).num(x1).raw(" ").num(y1).raw("L").num(x2).raw(" ").num(y2).raw(`"/>`)
}

func (c *canvas) breakStrokes(x, y float64) {
	for _, at := range []float64{-2.5, 2.5} {
		c.line(x+at-2, y+6, x+at+2, y-6, lineAxis)
	}
}

// seriesRivals draws the other values given of a point as diamonds, joined to
// it by a dotted line.
func (c *canvas) seriesRivals(p *report.Point, label string, s lineStyle, g seriesGrid) {
	x := g.x.at(p.X)
	for _, r := range p.Rivals {
		y := g.y.at(r.Y)
		c.dashed(x, g.y.at(p.Y), x, y, s.line, "1 4")
		c.raw("<path").styled(s.ring).raw(` d="M`).num(x).raw(" ").num(y - 4.5).raw("L").num(x + 4.5).raw(" ").num(y).
			raw("L").num(x).raw(" ").num(y + 4.5).raw("L").num(x - 4.5).raw(" ").num(y).raw(`Z">`)
		c.title(lang.T(c.opt.Lang, "chart.link", "label", label, "text", r.Text))
		c.raw("</path>")
	}
}

// seriesLegend says what the signs of the points mean.
func (c *canvas) seriesLegend(d *report.Series, y float64) float64 {
	var items []legendItem
	add := func(label string, draw func(x, y float64)) {
		if label != "" {
			items = append(items, legendItem{label, draw})
		}
	}
	add(d.Interval, func(x, y float64) {
		c.span(x+10, y-7, x+10, y+7)
		c.circle(x+10, y, 3.2, fillRefer)
	})
	add(d.Hollow, func(x, y float64) { c.circle(x+10, y, 3.2, ringRefer) })
	add(d.Rival, func(x, y float64) {
		p := report.Point{X: 0, Y: 0, Rivals: []report.Rival{{Y: 1}}}
		at := seriesGrid{x: scale{report.Axis{Max: 1}, x + 10, x + 11}, y: scale{report.Axis{Max: 1}, y + 6, y - 4}}
		c.seriesRivals(&p, d.Rival, lineStyle{line: lineRefer, ring: ringRefer}, at)
		c.circle(x+10, y+6, 2.6, fillRefer)
	})
	add(d.Broken, func(x, y float64) {
		c.dashed(x, y, x+20, y, lineRefer, "2 6")
		c.breakStrokes(x+10, y)
	})
	if provisional(d) {
		add(lang.T(c.opt.Lang, "chart.provisional"), func(x, y float64) { c.circle(x+10, y, 3.5, ringRefer) })
	}
	if len(items) == 0 {
		return 0
	}
	return 8 + c.legendRow(0, y, c.width, items)
}

func provisional(d *report.Series) bool {
	for _, l := range d.Lines {
		for _, p := range l.Points {
			if p.OK && p.Provisional {
				return true
			}
		}
	}
	return false
}
