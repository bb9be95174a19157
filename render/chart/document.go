package chart

import (
	"strings"

	"vigie/lang"
	"vigie/report"
)

// Margins and sizes of the title block of a file of its own.
const (
	frameMargin = 20.0
	titleSize   = 17.0
	noteSize    = 11.5
)

// document wraps the body drawn so far into a complete SVG element.
//
// A drawing with links is a group whose links are read one by one; any other
// is one image with its text alternative.
func (c *canvas) document(fig *report.Figure, height float64) []byte {
	out := &canvas{opt: c.opt, id: c.id, width: c.width, part: c.part}
	w, h := c.width, height
	var foot []textLine
	top := 0.0
	if c.opt.Theme == Standalone {
		w += 2 * frameMargin
		top = out.heading(fig, true) // measured first: the root needs the height
		foot = c.footing(fig)
		h += top + frameMargin
		if n := len(foot); n > 0 {
			h += 10 + float64(n)*16
		}
	}
	out.b = make([]byte, 0, len(c.b)+2048)
	out.root(fig, w, h)
	out.defs(c.patterns)
	if c.opt.Theme == Standalone {
		out.rect(0, 0, w, h, fillPaper)
		out.heading(fig, false)
		out.raw(`<g transform="translate(`).num(frameMargin).raw(" ").num(top).raw(`)">`)
		out.b = append(out.b, c.b...)
		out.raw("</g>")
		for i, l := range foot {
			out.textIn(frameMargin, h-frameMargin-float64(len(foot)-1-i)*16, startAnchor, noteSize, l.style, l.text)
		}
	} else {
		out.b = append(out.b, c.b...)
	}
	out.raw("</svg>\n")
	return out.b
}

func (c *canvas) root(fig *report.Figure, w, h float64) {
	c.raw(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `).num(w).raw(" ").num(h)
	c.raw(`" width="`).num(w).raw(`" height="`).num(h)
	if c.opt.Theme == Web {
		c.raw(`" class="vg vg-`).raw(fig.Chart.Kind())
	} else {
		c.raw(`" lang="`).raw(string(c.opt.Lang))
	}
	c.raw(`" font-family="'Source Sans 3', sans-serif" font-size="13"`)
	if c.part == legendPart {
		c.raw(` aria-hidden="true">`)
		return
	}
	role := "img"
	if c.linked(fig.Chart) {
		role = "group"
	}
	c.raw(` role="`).raw(role)
	c.raw(`" aria-labelledby="`).raw(c.id).raw(`-t" aria-describedby="`).raw(c.id).raw(`-d"><title id="`).raw(c.id).raw(`-t">`)
	c.escaped(fig.Title).raw(`</title><desc id="`).raw(c.id).raw(`-d">`).escaped(fig.Alt).raw("</desc>")
}

// linked reports whether the drawing holds at least one link.
func (c *canvas) linked(ch report.Chart) bool {
	if c.opt.Theme != Web {
		return false
	}
	switch d := ch.(type) {
	case *report.Map:
		for i := range d.Areas {
			if d.Areas[i].Href != "" {
				return true
			}
		}
	case *report.Ranking:
		for i := range d.Rows {
			if d.Rows[i].Href != "" {
				return true
			}
		}
	case *report.Heat:
		for i := range d.Rows {
			if d.Rows[i].Href != "" {
				return true
			}
		}
		for i := range d.Columns {
			if d.Columns[i].Href != "" {
				return true
			}
		}
	case *report.Profile:
		for i := range d.Rows {
			if d.Rows[i].Href != "" {
				return true
			}
		}
	case *report.Scatter:
		for i := range d.Points {
			if d.Points[i].Href != "" {
				return true
			}
		}
	}
	return false
}

// heading draws the title block of a file of its own, or only measures it; it
// returns where the drawing starts.
func (c *canvas) heading(fig *report.Figure, measureOnly bool) float64 {
	y := frameMargin + titleSize - 3
	for _, l := range wrap(fig.Title, c.width, titleSize, true) {
		if !measureOnly {
			c.textIn(frameMargin, y, startAnchor, titleSize, textStrong, l)
		}
		y += titleSize + 5
	}
	for _, l := range wrap(joinNonEmpty(" · ", fig.Unit, fig.Field, fig.Date), c.width, 13, false) {
		if !measureOnly {
			c.textIn(frameMargin, y, startAnchor, 13, textMuted, l)
		}
		y += 17
	}
	return y + 6
}

type textLine struct {
	text  string
	style style
}

// footing lists the lines under a file of its own: reading, notes, source.
func (c *canvas) footing(fig *report.Figure) []textLine {
	var lines []textLine
	add := func(s style, text string) {
		for _, l := range wrap(text, c.width, noteSize, false) {
			lines = append(lines, textLine{l, s})
		}
	}
	if fig.Reading != "" && !strings.Contains(fig.Reading, "Lecture") && !strings.Contains(fig.Reading, "How to read") {
		add(textInk, lang.T(c.opt.Lang, "chart.reading", "reading", fig.Reading))
	} else {
		add(textInk, fig.Reading)
	}
	for _, n := range fig.Notes {
		add(textMuted, n)
	}
	source := ""
	if fig.Source != "" {
		source = lang.T(c.opt.Lang, "chart.source", "source", fig.Source)
	}
	licence := ""
	if fig.Licence != "" {
		licence = lang.T(c.opt.Lang, "chart.licence", "licence", fig.Licence)
	}
	add(textMuted, joinNonEmpty(" · ", source, licence))
	return lines
}

func joinNonEmpty(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
