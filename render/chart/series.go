package chart

import (
	"slices"

	"vigie/lang"
	"vigie/report"
)

// seriesGrid is the geometry of a chart of lines.
type seriesGrid struct {
	x, y scale
	end  float64 // where the labels of the lines start
}

// lineStyle is how one line is drawn.
type lineStyle struct{ line, dot, ring, text style }

// series draws lines over time with their labels at their ends. Lines in the
// focus have colours, references are dashed, the others thin; a point that is
// provisional is hollow, a gap in the data a gap in the line.
func (c *canvas) series(d *report.Series) float64 {
	styles, named := seriesStyles(d)
	height, size := 340.0, 13.0
	if c.opt.Narrow {
		height, size = 280, 12
	}
	room := 0.0
	for i := range d.Lines {
		if named[i] {
			room = max(room, textWidth(d.Lines[i].Label, size, true))
		}
	}
	room = min(room+14, c.width*0.3)
	gutter := 0.0
	for _, t := range d.Y.Ticks {
		gutter = max(gutter, textWidth(t.Label, 12, false))
	}
	top := 12.0
	for i, l := range wrap(d.Y.Title, c.width, 12, false) {
		c.textIn(0, 11+float64(i)*15, startAnchor, 12, textMuted, l)
		top = 27 + float64(i)*15
	}
	marked := top
	if len(d.Marks) > 0 {
		top += 16 // the names of the marks
	}
	g := seriesGrid{
		x:   scale{d.X, gutter + 14, c.width - room - 6},
		y:   scale{d.Y, height - 26, top},
		end: c.width - room + 6,
	}
	c.seriesAxes(d, g, height)
	c.seriesMarks(d.Marks, g, marked, height-22)
	for _, rank := range [3]int{2, 1, 0} {
		for i := range d.Lines {
			if lineRank(d.Lines[i], named[i]) == rank {
				c.seriesLine(&d.Lines[i], styles[i], g)
			}
		}
	}
	c.seriesLabels(d, styles, named, g, size)
	return height + c.seriesLegend(d, height+6)
}

// lineRank orders lines from front to back: focus, reference, others.
func lineRank(l report.Line, named bool) int {
	switch {
	case l.Reference:
		return 1
	case named:
		return 0
	}
	return 2
}

// seriesStyles gives each line its style and says whether its end is labelled.
// Without a focus, up to four lines have colours.
func seriesStyles(d *report.Series) (styles []lineStyle, named []bool) {
	focus, plain := 0, 0
	for _, l := range d.Lines {
		switch {
		case l.Reference:
		case l.Focus:
			focus++
		default:
			plain++
		}
	}
	styles, named = make([]lineStyle, len(d.Lines)), make([]bool, len(d.Lines))
	n := 0
	for i, l := range d.Lines {
		switch {
		case l.Reference:
			styles[i], named[i] = lineStyle{lineRefer, fillRefer, ringRefer, textInk}, true
		case l.Focus || focus == 0 && plain <= len(categoryLine):
			k := n % len(categoryLine)
			styles[i], named[i] = lineStyle{categoryLine[k], categoryFill[k], categoryRing[k], categoryText[k]}, true
			n++
		default:
			styles[i] = lineStyle{lineOther, fillOther, ringOther, textMuted}
			named[i] = len(d.Lines) <= 8
		}
	}
	return styles, named
}

func (c *canvas) seriesAxes(d *report.Series, g seriesGrid, height float64) {
	for _, t := range d.Y.Ticks {
		y := g.y.at(t.At)
		c.line(g.x.from-6, y, g.x.to, y, lineRule)
		c.textIn(g.x.from-10, y+4, endAnchor, 12, textMuted, t.Label)
	}
	base := height - 22
	c.line(g.x.from-6, base, g.x.to, base, lineAxis)
	for _, t := range d.X.Ticks {
		x := g.x.at(t.At)
		c.line(x, base, x, base+4, lineAxis)
	}
	c.ticksX(g.x, 0, 0, height-4)
}

// seriesMarks draws upright rules, each with its name at its top, on the side
// where there is room; a name that would cover the one before is left to the
// tooltip.
func (c *canvas) seriesMarks(marks []report.TimeMark, g seriesGrid, top, base float64) {
	taken := -1.0
	for _, m := range marks {
		x := g.x.at(m.X)
		c.raw("<g><title>").escaped(m.Label).raw("</title>")
		c.line(x, top, x, base, lineMark)
		wide, from, a := textWidth(m.Label, 12, false), x+5, startAnchor
		if from+wide > c.width {
			from, a = x-5-wide, endAnchor
		}
		if from > taken {
			at := from
			if a == endAnchor {
				at = x - 5
			}
			c.textIn(at, top+9, a, 12, textMuted, m.Label)
			taken = from + wide + 6
		}
		c.raw("</g>")
	}
}

// seriesLine draws the unbroken runs of a line, then its points.
func (c *canvas) seriesLine(l *report.Line, s lineStyle, g seriesGrid) {
	open := false
	for i, p := range l.Points {
		if open && (!p.OK || p.Apart || p.Broken) {
			c.raw(`"/>`)
			open = false
		}
		if !p.OK {
			continue
		}
		if !open {
			if i+1 == len(l.Points) || !l.Points[i+1].OK || l.Points[i+1].Apart || l.Points[i+1].Broken {
				continue // a lone point is drawn as a dot only
			}
			c.raw("<path").styled(s.line).raw(` d="M`)
			open = true
		} else {
			c.raw("L")
		}
		c.num(g.x.at(p.X)).raw(" ").num(g.y.at(p.Y))
	}
	if open {
		c.raw(`"/>`)
	}
	c.seriesBreaks(l, s, g)
	c.seriesDots(l, s, g)
}

// seriesDots marks every point of a short line; of a long one, the points that
// stand alone, are provisional or are the last.
func (c *canvas) seriesDots(l *report.Line, s lineStyle, g seriesGrid) {
	if s.line == lineOther {
		return
	}
	last := -1
	for i, p := range l.Points {
		if p.OK {
			last = i
		}
	}
	for i, p := range l.Points {
		if !p.OK {
			continue
		}
		alone := (i == 0 || !l.Points[i-1].OK) && (i+1 == len(l.Points) || !l.Points[i+1].OK)
		if len(l.Points) > 16 && !alone && !p.Provisional && i != last {
			continue
		}
		dot, title := s.dot, lang.T(c.opt.Lang, "chart.link", "label", l.Label, "text", p.Text)
		if p.HasInterval {
			x := g.x.at(p.X)
			c.span(x, g.y.at(p.Low), x, g.y.at(p.High))
		}
		c.seriesRivals(&p, l.Label, s, g)
		if p.Hollow {
			dot = s.ring
		}
		if p.Provisional {
			dot = s.ring
			title += " (" + lang.T(c.opt.Lang, "chart.provisional") + ")"
		}
		c.circleTitled(g.x.at(p.X), g.y.at(p.Y), 3.2, dot, title)
	}
}

// endLabel is the name of a line at the height of its last point.
type endLabel struct {
	at, y float64
	lines []string
	style style
	x     float64 // of the last point
}

// seriesLabels names the lines at their ends, moved apart when they would
// touch.
func (c *canvas) seriesLabels(d *report.Series, styles []lineStyle, named []bool, g seriesGrid, size float64) {
	var labels []endLabel
	for i := range d.Lines {
		l := &d.Lines[i]
		for k := len(l.Points) - 1; k >= 0 && named[i]; k-- {
			if p := l.Points[k]; p.OK {
				e := endLabel{at: g.y.at(p.Y), x: g.x.at(p.X), style: styles[i].text}
				for _, t := range wrap(l.Label, c.width-g.end, size, true) {
					e.lines = append(e.lines, shorten(t, c.width-g.end, size, true))
				}
				labels = append(labels, e)
				break
			}
		}
	}
	slices.SortStableFunc(labels, func(a, b endLabel) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	spread(labels, size+2, g.y.to, g.y.from)
	for _, e := range labels {
		if e.y-e.at > 3 || e.at-e.y > 3 || g.x.to-e.x > 3 {
			c.line(e.x+4, e.at, g.end-3, e.y, lineRule)
		}
		for k, t := range e.lines {
			y := e.y + size*0.34 + (float64(k)-float64(len(e.lines)-1)/2)*(size+1)
			c.textIn(g.end, y, startAnchor, size, e.style, t)
		}
	}
}

// spread moves labels, sorted by position, so that none covers another: down
// first, then up from the lower bound.
func spread(labels []endLabel, line, top, bottom float64) {
	for i := range labels {
		labels[i].y = max(labels[i].at, top)
		if i > 0 {
			gap := line * float64(len(labels[i].lines)+len(labels[i-1].lines)) / 2
			labels[i].y = max(labels[i].y, labels[i-1].y+gap)
		}
	}
	limit := bottom + 6
	for i := len(labels) - 1; i >= 0; i-- {
		labels[i].y = min(labels[i].y, limit)
		if i > 0 {
			limit = labels[i].y - line*float64(len(labels[i].lines)+len(labels[i-1].lines))/2
		}
	}
}
