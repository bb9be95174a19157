package chart

import "vigie/report"

// legendItem is one sign with its words.
type legendItem struct {
	label string
	draw  func(x, y float64) // the sign in a box 22 wide whose middle line is y
}

// swatch draws a filled box of the legend.
func (c *canvas) swatch(step int, unsure, secret bool) func(x, y float64) {
	return func(x, y float64) {
		c.raw("<rect").attr("x", x).attr("y", y-6).attr("width", 20).attr("height", 12)
		c.fill(step, unsure, secret, 1).raw("/>")
		if step <= 1 || secret {
			c.rect(x+.5, y-5.5, 19, 11, lineFrame)
		}
	}
}

// scaleLegend draws the steps of the scale as one bar with their labels under
// it when they fit, one under the other when not, then the other signs. It
// returns the height taken.
func (c *canvas) scaleLegend(x, y, width float64, labels []string, others []legendItem) float64 {
	start := y
	n := min(len(labels), report.Steps)
	widest := 0.0
	for _, l := range labels[:n] {
		widest = max(widest, textWidth(l, 12, false))
	}
	cell := min(max(widest+10, 64), 110)
	switch {
	case n == 0:
	case cell*float64(n) <= width && widest+6 <= cell:
		for i := range n {
			left := x + cell*float64(i)
			c.rect(left, y, cell-1, 10, stepFill[i+1])
			if i == 0 {
				c.rect(left+.5, y+.5, cell-2, 9, lineFrame)
			}
			c.textIn(left, y+24, startAnchor, 12, textInk, labels[i])
		}
		y += 34
	default:
		var items []legendItem
		for i := range n {
			items = append(items, legendItem{labels[i], c.swatch(i+1, false, false)})
		}
		others = append(items, others...)
	}
	y += c.legendRow(x, y, width, others)
	return y - start
}

// legendRow sets signs and words in lines of at most width; it returns the
// height taken.
func (c *canvas) legendRow(x, y, width float64, items []legendItem) float64 {
	left, start := x, y
	for i, it := range items {
		if it.label == "" {
			continue
		}
		lines := wrap(it.label, width-28, 12, false)
		w := 28.0
		for _, l := range lines {
			w = max(w, 28+textWidth(l, 12, false))
		}
		if left > x && left+w > x+width {
			left = x
			y += 19
		}
		it.draw(left, y+8)
		for k, l := range lines {
			c.textIn(left+26, y+12+float64(k)*15, startAnchor, 12, textInk, l)
		}
		y += float64(len(lines)-1) * 15
		left += w + 18
		if i == len(items)-1 || len(lines) > 1 {
			left = x
			y += 19
		}
	}
	if left > x {
		y += 19
	}
	return y - start
}
