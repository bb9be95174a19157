package chart

import (
	"slices"

	"vigie/report"
)

// changes draws, on every area whose class is another one, a triangle that
// points up when the class is more fragile and down when less: the change is
// not told by colour alone.
func (m *choropleth) changes(layout mapLayout) {
	m.onAreas(layout, func(a *report.Area, x, y, _ float64) {
		if a.Change != 0 {
			m.changeMark(x, y, a.Change)
		}
	})
}

// onAreas calls f for each area of a national map with the place where a sign
// fits best and how wide the area is there, in pixels; the inner suburbs of
// Paris have theirs in their inset.
func (m *choropleth) onAreas(layout mapLayout, f func(a *report.Area, x, y, width float64)) {
	views := m.layer.views(layout)
	for i := range m.layer.outlines {
		o := &m.layer.outlines[i]
		a := m.areas[o.code]
		if a == nil {
			continue
		}
		v := views[o.frame]
		if layout.paris.w > 0 && slices.Contains(innerSuburbs, o.code) {
			v = fit(m.layer.extentOf(innerSuburbs), layout.parisInner().times(m.unit), 0)
		}
		if v.perMetre > 0 {
			at := v.at(o.centre)
			f(a, float64(at.x)/m.unit, float64(at.y)/m.unit, chord(m.layer.ring(o.rings[0]), o.centre)*v.perMetre/m.unit)
		}
	}
}

// changeMark is one triangle around x, y.
func (m *choropleth) changeMark(x, y float64, change int) {
	half := 4.6
	if m.form() == narrowForm {
		half = 3.6
	}
	up := 1.0
	if change < 0 {
		up = -1
	}
	m.raw(`<path pointer-events="none"`).styled(fillChange).raw(` d="M`).num(x - half).raw(" ").num(y + 0.8*half*up)
	m.raw("L").num(x).raw(" ").num(y - 0.9*half*up).raw("L").num(x + half).raw(" ").num(y + 0.8*half*up).raw(`z"/>`)
}
