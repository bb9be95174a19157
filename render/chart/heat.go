package chart

import (
	"strings"

	"vigie/lang"
	"vigie/report"
)

// heatGrid is the geometry of a heat table.
type heatGrid struct {
	left, top  float64 // of the first cell
	cell, high float64 // size of a cell
	label      float64 // height above each row for its label, 0 when it stands at the left
}

// heat draws a table of classed cells: groups and columns at the top, one row
// a territory, the legend under it. On narrow drawings each row's label stands
// above its cells.
func (c *canvas) heat(h *report.Heat) float64 {
	n := float64(max(1, len(h.Columns)))
	g := heatGrid{high: 28}
	if c.opt.Narrow {
		g.cell, g.label, g.high = min(c.width/n, 48), 25, 24
	} else {
		label := 0.0
		for i := range h.Rows {
			label = max(label, textWidth(h.Rows[i].Label, 13, h.Rows[i].Focus))
		}
		g.left = min(label*slack+14, c.width*0.34)
		g.cell = min((c.width-g.left)/n, 56)
	}
	g.top = c.heatHeads(h, g)
	y := g.top
	for i := range h.Rows {
		c.heatRow(h, &h.Rows[i], g, y)
		y += g.high + g.label
	}
	y += 12
	var others []legendItem
	if h.NoData != "" {
		others = append(others, legendItem{h.NoData, c.swatch(0, false, false)})
	}
	if h.Unsure != "" {
		others = append(others, legendItem{h.Unsure, c.swatch(3, true, false)})
	}
	x := g.left
	if len(h.Columns)*int(g.cell) < 300 {
		x = 0
	}
	return y + c.scaleLegend(x, y, c.width-x, h.Legend, others)
}

// heatHeads draws the groups and the columns' heads and returns where the
// first row starts.
func (c *canvas) heatHeads(h *report.Heat, g heatGrid) float64 {
	y := 0.0
	size := 12.0
	if c.opt.Narrow {
		size = 11
	}
	if len(h.Groups) > 0 {
		tall, raised := 1, false
		for _, gr := range h.Groups {
			lines := c.groupLines(gr, g, size)
			tall, raised = max(tall, len(lines)), raised || lines == nil
		}
		if raised {
			y = size + 5
		}
		y += float64(tall) * (size + 3)
		x, free := g.left, 0.0
		for _, gr := range h.Groups {
			w := g.cell * float64(gr.Span)
			lines := c.groupLines(gr, g, size)
			for i, l := range lines {
				c.textIn(x+1, y-float64(len(lines)-1-i)*(size+3)-3, startAnchor, size, textHead, l)
			}
			if lines == nil { // too narrow for its name, which stands above the others
				wide := textWidth(gr.Label, size, true) * slack
				from := max(free, min(x+1, c.width-wide))
				c.textIn(from, size, startAnchor, size, textHead, gr.Label)
				free = from + wide
				c.line(x+1, size+4, x+1, y+2.5, lineAxis)
			}
			c.line(x+1, y+2.5, x+w-2, y+2.5, lineAxis)
			x += w
		}
		y += 5
	}
	tall := c.headHeight(h, g, size)
	for i := range h.Columns {
		col := &h.Columns[i]
		x := g.left + g.cell*float64(i)
		end := c.link(col.Href, c.headName(col))
		done := c.groupTitle(col.Label)
		if c.opt.Theme == Web && col.Href != "" {
			c.rect(x, y, g.cell, tall, style0)
		}
		if tall > flatHead {
			c.raw("<g").raw(` transform="translate(`).num(x + g.cell/2 + size/3).raw(" ").num(y + tall - 6).raw(`) rotate(-90)">`)
			c.textIn(0, 0, startAnchor, size, textInk, col.Short)
			c.raw("</g>")
		} else {
			c.textIn(x+g.cell/2, y+16, middleAnchor, size, textInk, col.Short)
		}
		done()
		end()
	}
	return y + tall
}

// groupLines are the lines of a group's name over its columns, nil when a word
// is wider than they are.
func (c *canvas) groupLines(gr report.HeatGroup, g heatGrid, size float64) []string {
	w := g.cell * float64(gr.Span)
	lines := wrap(gr.Label, w-6, size, true)
	for _, l := range lines {
		if textWidth(l, size, true) > w-2 {
			return nil
		}
	}
	return lines
}

// headName is what a screen reader says of a column's head: it holds the words
// that are seen, so that they can be spoken to a computer.
func (c *canvas) headName(col *report.HeatHead) string {
	if strings.Contains(strings.ToLower(col.Label), strings.ToLower(col.Short)) {
		return col.Label
	}
	return lang.T(c.opt.Lang, "chart.link", "label", col.Short, "text", col.Label)
}

// flatHead is the height of the heads when each fits over its column.
const flatHead = 24.0

// headHeight is the height that the columns' heads need: one line when all fit
// over their cells, otherwise the longest one set upright.
func (c *canvas) headHeight(h *report.Heat, g heatGrid, size float64) float64 {
	longest, fits := 0.0, true
	for i := range h.Columns {
		w := textWidth(h.Columns[i].Short, size, false)
		longest = max(longest, w)
		fits = fits && w <= g.cell-2
	}
	if fits {
		return flatHead
	}
	return longest*slack + 10
}

// groupTitle opens a group with a tooltip; the function closes it.
func (c *canvas) groupTitle(title string) func() {
	c.raw("<g>")
	c.title(title)
	return func() { c.raw("</g>") }
}

func (c *canvas) heatRow(h *report.Heat, row *report.HeatRow, g heatGrid, y float64) {
	style := textInk
	if row.Focus {
		style = textAccent
		c.roundRect(0, y, c.width, g.high+g.label, 3, fillBand)
	}
	end := c.link(row.Href, row.Label)
	if g.label > 0 {
		if c.opt.Theme == Web && row.Href != "" {
			c.rect(0, y, c.width, 24, style0)
		}
		c.text(2, y+18, startAnchor, style, shorten(row.Label, c.width, 13, row.Focus))
	} else {
		if c.opt.Theme == Web && row.Href != "" {
			c.rect(0, y, g.left-4, g.high, style0)
		}
		c.text(4, y+g.high/2+4.5, startAnchor, style, shorten(row.Label, g.left-10, 13, row.Focus))
	}
	end()
	for i := range row.Cells {
		if i < len(h.Columns) {
			c.heatCell(&h.Columns[i], row, &row.Cells[i], g.left+g.cell*float64(i), y+g.label, g)
		}
	}
}

func (c *canvas) heatCell(col *report.HeatHead, row *report.HeatRow, cell *report.HeatCell, x, y float64, g heatGrid) {
	step := clampStep(cell.Step)
	title := cell.Title
	if title == "" {
		title = lang.T(c.opt.Lang, "chart.link", "label", row.Label+", "+col.Label, "text", cell.Text)
	}
	end := c.groupTitle(title)
	c.raw("<rect").attr("x", x+.5).attr("y", y+.5).attr("width", g.cell-1).attr("height", g.high-1)
	c.fill(step, cell.Unsure, false, 1).raw("/>")
	if cell.Text != "" {
		size := 12.0
		if c.opt.Narrow {
			size = 11
		}
		w := textWidth(cell.Text, size, false)
		size = max(8, min(size, size*(g.cell-3)/max(1, w)))
		w = min(w, textWidth(cell.Text, size, false))
		if cell.Unsure || step == 0 {
			// a plain plate under the text keeps it readable on the pattern
			c.roundRect(x+g.cell/2-w/2-1.5, y+g.high/2-7.5, w+3, 15, 2, stepFill[step])
		}
		c.textIn(x+g.cell/2, y+g.high/2+size*0.34, middleAnchor, size, stepText[step], cell.Text)
	}
	end()
}
