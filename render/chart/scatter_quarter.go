package chart

import "vigie/report"

// scatterQuarters cuts the square in four parts, named above and below it.
func (c *canvas) scatterQuarters(d *report.Scatter, x, y scale, p box) {
	q := d.Quarters
	if q == nil {
		return
	}
	cx, cy := x.at(q.X), y.at(q.Y)
	c.line(cx, p.y, cx, p.y+p.h, lineMark)
	c.line(p.x, cy, p.x+p.w, cy, lineMark)
	half := p.w/2 - 6
	for _, row := range [2]struct {
		y           float64
		left, right string
	}{{p.y - 7, q.TopLeft, q.TopRight}, {p.y + p.h + 34, q.BottomLeft, q.BottomRight}} {
		c.textIn(p.x, row.y, startAnchor, 12, textHead, shorten(row.left, half, 12, true))
		c.textIn(p.x+p.w, row.y, endAnchor, 12, textHead, shorten(row.right, half, 12, true))
	}
}

// scatterSpans draws the intervals of the points under them.
func (c *canvas) scatterSpans(d *report.Scatter, x, y scale) {
	for i := range d.Points {
		q := &d.Points[i]
		if s := q.SpanX; s != nil {
			c.span(x.at(s.Low), y.at(q.Y), x.at(s.High), y.at(q.Y))
		}
		if s := q.SpanY; s != nil {
			c.span(x.at(q.X), y.at(s.Low), x.at(q.X), y.at(s.High))
		}
	}
}

// scatterLegend explains whiskers and hollow points.
func (c *canvas) scatterLegend(d *report.Scatter, y float64) float64 {
	var items []legendItem
	if d.Interval != "" {
		items = append(items, legendItem{d.Interval, func(x, y float64) { c.span(x, y, x+20, y) }})
	}
	if d.Hollow != "" {
		items = append(items, legendItem{d.Hollow, func(x, y float64) { c.circle(x+10, y, 5, categoryRing[0]) }})
	}
	if len(items) == 0 {
		return 0
	}
	return 6 + c.legendRow(0, y, c.width, items)
}

// span draws an interval, upright or level, two pixels wide.
func (c *canvas) span(x1, y1, x2, y2 float64) {
	c.rect(min(x1, x2)-1, min(y1, y2)-1, max(x1, x2)-min(x1, x2)+2, max(y1, y2)-min(y1, y2)+2, fillRange)
}
