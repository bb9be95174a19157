package chart

import "vigie/report"

// scale places a value of an axis between two positions.
type scale struct {
	axis     report.Axis
	from, to float64
}

// at returns the position of v, kept inside the axis.
func (s scale) at(v float64) float64 {
	span := s.axis.Max - s.axis.Min
	if !(span > 0) {
		return (s.from + s.to) / 2
	}
	t := min(1, max(0, (v-s.axis.Min)/span))
	if s.axis.Reverse {
		t = 1 - t
	}
	return s.from + t*(s.to-s.from)
}

// ticksX draws the ticks of a horizontal axis: rules from top to bottom, and
// labels on the baseline y; labels that would touch are left out.
func (c *canvas) ticksX(s scale, top, bottom, y float64) {
	last := [2]float64{-1e9, -1e9}
	for _, t := range s.axis.Ticks {
		x := s.at(t.At)
		if bottom > top {
			c.line(x, top, x, bottom, lineRule)
		}
		half := textWidth(t.Label, 12, false) / 2
		if x-half < last[1]+6 && x+half > last[0]-6 {
			continue
		}
		last = [2]float64{x - half, x + half}
		a := middleAnchor
		if x+half > c.width {
			a, x = endAnchor, c.width
		} else if x-half < 0 {
			a, x = startAnchor, 0
		}
		c.textIn(x, y, a, 12, textMuted, t.Label)
	}
}
