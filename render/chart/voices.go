package chart

import (
	"vigie/lang"
	"vigie/report"
)

// Marks are told apart by shape first: circle, square, diamond, two triangles,
// then the first shapes again in other colours.
var (
	speakerFill  = [report.MostSpeakers]style{categoryFill[0], categoryFill[1], categoryFill[2], categoryFill[3], fillRefer, categoryFill[1], categoryFill[0], fillRefer}
	speakerRing  = [report.MostSpeakers]style{categoryRing[0], categoryRing[1], categoryRing[2], categoryRing[3], ringRefer, categoryRing[1], categoryRing[0], ringRefer}
	speakerShape = [report.MostSpeakers]shape{circleShape, squareShape, diamondShape, upShape, downShape, circleShape, squareShape, upShape}
)

// shape is the outline of a mark.
type shape int

const (
	circleShape shape = iota
	squareShape
	diamondShape
	upShape
	downShape
)

// speakerMark draws the mark of one speaker around a point.
func (c *canvas) speakerMark(speaker int, x, y float64, hollow bool) {
	k := max(0, min(speaker, report.MostSpeakers-1))
	s := speakerFill[k]
	if hollow {
		s = speakerRing[k]
	}
	corner := func(points ...float64) {
		c.raw("<path").styled(s).raw(` d="M`)
		for i := 0; i < len(points); i += 2 {
			if i > 0 {
				c.raw("L")
			}
			c.num(x + points[i]).raw(" ").num(y + points[i+1])
		}
		c.raw(`Z"/>`)
	}
	switch speakerShape[k] {
	case circleShape:
		c.circle(x, y, 4.8, s)
	case squareShape:
		c.rect(x-4.3, y-4.3, 8.6, 8.6, s)
	case diamondShape:
		corner(0, -6, 6, 0, 0, 6, -6, 0)
	case upShape:
		corner(0, -5.8, 5.6, 4.2, -5.6, 4.2)
	case downShape:
		corner(0, 5.8, 5.6, -4.2, -5.6, -4.2)
	}
}

// voiceGrid is the geometry of rows of voices.
type voiceGrid struct {
	s       scale
	lane    float64 // height of one mark's line
	head    float64 // height of a row's label when it stands above its lanes
	label   float64 // width of the labels at the left, 0 when they stand above
	named   bool    // each lane bears its speaker's name and its text
	compact bool    // a lane a speaker, without text
}

// mostNamed is the number of marks that each bear their name and figure; more
// are told apart by the legend and read in the table.
const mostNamed = 16

// voices draws one row a figure, one lane an audience. A few marks bear their
// names and figures; many share a legend.
func (c *canvas) voices(d *report.Voices) float64 {
	marks, label, text := 0, 0.0, 0.0
	for i := range d.Rows {
		marks += len(d.Rows[i].Marks)
		label = max(label, textWidth(d.Rows[i].Label, 13, false))
		for _, m := range d.Rows[i].Marks {
			text = max(text, textWidth(m.Text, 13, false))
		}
	}
	g := voiceGrid{compact: marks > mostNamed}
	if !g.compact {
		label = 0
		for _, s := range d.Speakers {
			label = max(label, textWidth(s, 13, false))
		}
	}
	c.voiceSizes(&g, d, label, text)
	y := 0.0
	if items := c.voiceItems(d, g); len(items) > 0 {
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
	return c.voiceRows(d, g, y+20) + 4
}

// voiceSizes fills the geometry from the widths of labels and texts.
func (c *canvas) voiceSizes(g *voiceGrid, d *report.Voices, label, text float64) {
	g.lane, g.named = 24, !g.compact
	if g.compact {
		g.lane, text = 9, 0
	}
	g.label = min(label*slack, c.width*0.34)
	text = min(text*slack, c.width*0.34)
	g.s = scale{d.Axis, g.label + 16, c.width - text - 14}
	if c.opt.Narrow {
		g.label = 0
		g.s.from, g.s.to = 10, c.width-10
		if g.named {
			g.lane = 40
		}
	}
	if g.named || g.label == 0 {
		g.head = 22
	}
}

// voiceRows draws the groups and rows from y and returns the bottom.
func (c *canvas) voiceRows(d *report.Voices, g voiceGrid, y float64) float64 {
	group := ""
	for i := range d.Rows {
		r := &d.Rows[i]
		if r.Group != group {
			group = r.Group
			c.textIn(0, y+17, startAnchor, 13, textHead, group)
			c.line(0, y+23, c.width, y+23, lineAxis)
			y += 28
		}
		high := c.voiceHeight(r, g, len(d.Speakers))
		head := g.head
		if r.Label == "" {
			head = 0
		}
		for _, t := range d.Axis.Ticks {
			x := g.s.at(t.At)
			c.line(x, y+head, x, y+high, lineRule)
		}
		c.voiceRow(d, r, g, y, head)
		y += high
		if g.compact {
			c.line(0, y, c.width, y, lineRule)
		}
	}
	return y
}

// voiceHeight is the height of a row.
func (c *canvas) voiceHeight(r *report.VoiceRow, g voiceGrid, speakers int) float64 {
	n := len(r.Marks)
	if g.compact {
		n = speakers
	}
	high := g.lane*float64(n) + 6
	if r.Label != "" && g.head > 0 {
		high += g.head + 4
	}
	if g.compact {
		high = max(high, 26)
	}
	return high
}

func (c *canvas) voiceRow(d *report.Voices, r *report.VoiceRow, g voiceGrid, y, head float64) {
	switch {
	case r.Label == "":
	case head > 0:
		c.text(0, y+16, startAnchor, textStrong, shorten(r.Label, c.width, 13, true))
	default:
		c.text(0, y+c.voiceHeight(r, g, len(d.Speakers))/2+4.5, startAnchor, textInk, shorten(r.Label, g.label+1, 13, false))
	}
	y += head + 3
	for i, m := range r.Marks {
		lane := i
		if g.compact {
			lane = m.Speaker
		}
		c.voiceMark(d, r, m, g, y+g.lane*float64(lane))
	}
}

// voiceMark draws one mark on the lane whose top is y.
func (c *canvas) voiceMark(d *report.Voices, r *report.VoiceRow, m report.VoiceMark, g voiceGrid, y float64) {
	name := d.Speakers[m.Speaker]
	c.raw("<g>")
	c.title(joinNonEmpty(" · ", r.Label, lang.T(c.opt.Lang, "chart.link", "label", name, "text", m.Text)))
	mid := y + g.lane/2
	if g.named {
		if c.opt.Narrow {
			c.text(0, y+13, startAnchor, textInk, shorten(name, c.width*0.62, 13, false))
			c.text(c.width, y+13, endAnchor, textInk, m.Text)
			mid = y + 26
		} else {
			c.text(0, mid+4.5, startAnchor, textInk, shorten(name, g.label+1, 13, false))
			c.text(c.width, mid+4.5, endAnchor, textInk, m.Text)
		}
	}
	switch {
	case m.Sign != "":
		if g.compact {
			c.textIn(g.s.from-4, mid+3.5, endAnchor, 10, textMuted, m.Sign)
		}
	default:
		if m.HasInterval {
			a, b := g.s.at(m.Lo), g.s.at(m.Hi)
			a, b = min(a, b), max(a, b) // an axis of ranks runs backwards
			high := 4.0
			if g.compact {
				high = 2.4
			}
			c.roundRect(a, mid-high/2, b-a, high, high/2, fillRange)
		}
		c.speakerMark(m.Speaker, g.s.at(m.X), mid, m.Hollow)
	}
	c.raw("</g>")
}

// voiceItems are the signs to explain: the speakers when their names do not
// stand beside their marks.
func (c *canvas) voiceItems(d *report.Voices, g voiceGrid) []legendItem {
	var items []legendItem
	if g.compact {
		for k, s := range d.Speakers {
			items = append(items, legendItem{s, func(x, y float64) { c.speakerMark(k, x+10, y, false) }})
		}
	}
	if d.Interval != "" {
		items = append(items, legendItem{d.Interval, func(x, y float64) { c.roundRect(x, y-2, 20, 4, 2, fillRange) }})
	}
	if d.Hollow != "" {
		items = append(items, legendItem{d.Hollow, func(x, y float64) { c.speakerMark(4, x+10, y, true) }})
	}
	return items
}
