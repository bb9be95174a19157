package chart

import (
	"vigie/lang"
	"vigie/report"
)

// box is a rectangle in drawing units.
type box struct{ x, y, w, h float64 }

func (a box) overlap(b box) float64 {
	w := min(a.x+a.w, b.x+b.w) - max(a.x, b.x)
	h := min(a.y+a.h, b.y+b.h) - max(a.y, b.y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// scatter draws labelled points on a square, with the line of equality.
func (c *canvas) scatter(d *report.Scatter) float64 {
	gutter := 0.0
	for _, t := range d.Y.Ticks {
		gutter = max(gutter, textWidth(t.Label, 12, false))
	}
	gutter += 12
	side := min(c.width-gutter-8, 520)
	top := 8.0
	for i, l := range wrap(d.Y.Title, c.width, 12, false) {
		c.textIn(0, 11+float64(i)*15, startAnchor, 12, textMuted, l)
		top = 26 + float64(i)*15
	}
	left := gutter
	if d.Quarters != nil {
		top += 20 // the names of the upper ones
	}
	for _, l := range wrap(d.Above, side, 12, true) {
		c.textIn(left+4, top+6, startAnchor, 12, textHead, l)
		top += 17
	}
	x := scale{d.X, left + 10, left + side - 10}
	y := scale{d.Y, top + side - 10, top + 10}
	plot := box{left, top, side, side}
	c.scatterAxes(d, x, y, plot)
	taken := c.scatterDiagonal(d, x, y, plot)
	c.scatterQuarters(d, x, y, plot)
	c.scatterSpans(d, x, y)
	c.scatterDots(d, x, y, plot, taken)
	bottom := top + side + 34
	if d.Quarters != nil {
		bottom += 19 // and of the lower ones
	}
	for _, l := range wrap(d.Below, side, 12, true) {
		c.textIn(left+side, bottom, endAnchor, 12, textHead, l)
		bottom += 17
	}
	for _, l := range wrap(d.X.Title, side, 12, false) {
		c.textIn(left+side, bottom, endAnchor, 12, textMuted, l)
		bottom += 15
	}
	return bottom - 6 + c.scatterLegend(d, bottom)
}

func (c *canvas) scatterAxes(d *report.Scatter, x, y scale, p box) {
	for _, t := range d.Y.Ticks {
		v := y.at(t.At)
		c.line(p.x, v, p.x+p.w, v, lineRule)
		c.textIn(p.x-6, v+4, endAnchor, 12, textMuted, t.Label)
	}
	c.ticksX(x, p.y, p.y+p.h, p.y+p.h+16)
	c.line(p.x, p.y+p.h, p.x+p.w, p.y+p.h, lineAxis)
	c.line(p.x, p.y, p.x, p.y+p.h, lineAxis)
}

// scatterDiagonal draws the line of equality; it returns the room that its
// name takes.
func (c *canvas) scatterDiagonal(d *report.Scatter, x, y scale, p box) []box {
	if d.Diagonal == "" {
		return nil
	}
	lo, hi := max(d.X.Min, d.Y.Min), min(d.X.Max, d.Y.Max)
	x1, y1, x2, y2 := x.at(lo), y.at(lo), x.at(hi), y.at(hi)
	c.line(x1, y1, x2, y2, lineRefer)
	w := textWidth(d.Diagonal, 12, false)
	tx, ty := p.x+p.w-40-w, p.y+14.0
	if (x2 > x1) != (y2 < y1) {
		ty = p.y + p.h - 24
	}
	c.textIn(tx, ty+12, startAnchor, 12, textHalo, d.Diagonal)
	return []box{{tx, ty, w, 15}}
}

// scatterDots draws the points, then each label at the first place around
// its point where it covers nothing.
func (c *canvas) scatterDots(d *report.Scatter, x, y scale, p box, taken []box) {
	size := 12.0
	for _, q := range d.Points {
		taken = append(taken, box{x.at(q.X) - 6, y.at(q.Y) - 6, 12, 12})
	}
	for i := range d.Points {
		q := &d.Points[i]
		px, py := x.at(q.X), y.at(q.Y)
		w := textWidth(q.Label, size, false)
		places := [...]box{
			{px + 9, py - 8, w, 15}, {px - 9 - w, py - 8, w, 15}, {px - w/2, py - 24, w, 15}, {px - w/2, py + 8, w, 15},
			{px + 7, py - 20, w, 15}, {px + 7, py + 5, w, 15}, {px - 7 - w, py - 20, w, 15}, {px - 7 - w, py + 5, w, 15},
			{px + 9, py + 8, w, 15}, {px + 9, py - 23, w, 15}, {px + 9, py + 23, w, 15}, {px + 9, py + 38, w, 15},
			{px - 9 - w, py + 8, w, 15}, {px - 9 - w, py - 23, w, 15}, {px - w/2, py + 23, w, 15}, {px - w/2, py - 39, w, 15},
		}
		best, cost := places[0], 1e18
		for _, b := range places {
			sum := 0.0
			for _, t := range taken {
				sum += b.overlap(t)
			}
			inside := b.overlap(box{p.x, p.y - 6, c.width - p.x, p.h + 12})
			sum += 4 * (b.w*b.h - inside)
			if sum < cost-1e-9 {
				best, cost = b, sum
			}
		}
		taken = append(taken, best)
		name := lang.T(c.opt.Lang, "chart.link", "label", q.Label, "text", q.Text)
		end := c.link(q.Href, name)
		if c.opt.Theme == Web && q.Href != "" {
			c.circle(px, py, 12, style0)
		}
		dot := pointAccent
		if q.Hollow {
			dot = categoryRing[0]
		}
		c.circleTitled(px, py, 5, dot, name)
		c.textIn(best.x, best.y+11.5, startAnchor, size, textHalo, q.Label)
		end()
	}
}

var pointAccent = style{"vg-pa", `fill="` + colAccent + `" stroke="` + colPaper + `" stroke-width="1"`}
