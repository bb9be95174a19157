package chart

import (
	"slices"
	"strings"

	"vigie/fault"
	"vigie/report"
)

// mostNames is the number of areas up to which a zoomed map names them.
const mostNames = 20

// zoom draws the areas within some territories of any tier, their neighbours
// pale around them, and returns the bottom.
func (m *choropleth) zoom(within []string) (float64, error) {
	e, frame := nowhere, -1
	var whole [][]metres // rings of the codes that are of another tier
	for _, code := range within {
		l, o := m.find(code)
		if o == nil || frame >= 0 && o.frame != frame {
			continue
		}
		frame = o.frame
		e = e.with(o.extent)
		if l != m.layer {
			for _, r := range o.rings {
				whole = append(whole, l.ring(r))
			}
		}
	}
	if frame < 0 {
		return 0, &fault.Error{
			Kind: fault.Internal, What: "graphique : aucun contour pour " + strings.Join(within, ", "),
			Do: "donnez des codes dont les contours sont connus",
		}
	}
	m.unit = 4
	ratio := (e.maxY - e.minY) / (e.maxX - e.minX)
	top, bottom := 0.55, 0.8
	if m.opt.Narrow {
		top, bottom = 0.8, 1.1
	}
	height := m.width * min(bottom, max(top, ratio))
	if m.d.Small {
		height = m.width
	}
	margin := m.width * 0.04
	v := fit(e, box{margin, margin, m.width - 2*margin, height - 2*margin}.times(m.unit), 0.4*m.unit*m.unit)
	m.zoomAreas(within, whole, frame, v, height)
	return height, nil
}

// seen is the rectangle that a view shows.
func (m *choropleth) seen(v view, height float64) extent {
	west, north := v.west-v.ox/v.perMetre, v.north+v.oy/v.perMetre
	return extent{west, north - height*m.unit/v.perMetre, west + m.width*m.unit/v.perMetre, north}
}

func (m *choropleth) zoomAreas(within []string, whole [][]metres, frame int, v view, height float64) {
	clip := m.id + "-c"
	m.raw(`<clipPath id="`).raw(clip).raw(`"><rect`).attr("width", m.width*m.unit).attr("height", height*m.unit).raw("/></clipPath>")
	m.raw(`<g clip-path="url(#`).raw(clip).raw(`)" transform="scale(`).num(1 / m.unit).raw(`)" fill-rule="evenodd" stroke-linejoin="round"`)
	m.attr("stroke-width", 1*m.unit).styled(groupAreas).raw(">")
	seen := m.seen(v, height)
	var subject []*outline
	var b []byte
	for i := range m.layer.outlines {
		o := &m.layer.outlines[i]
		if o.frame != frame || !o.extent.touches(seen) {
			continue
		}
		a := m.areas[o.code]
		if a != nil && belongs(o, within, whole) {
			subject = append(subject, o)
			continue
		}
		b = m.layer.appendOutline(b[:0], o, v)
		m.contextArea(o, a, b)
	}
	for _, o := range subject {
		b = m.layer.appendOutline(b[:0], o, v)
		m.area(o, string(b), true)
	}
	if l, o := m.find(m.d.Focus); o != nil && o.frame == frame {
		m.outline(string(l.appendOutline(nil, o, v)))
	}
	m.raw("</g>")
	if len(subject) <= mostNames && !m.d.Small {
		for _, o := range subject {
			m.areaName(o, v)
		}
	}
}

// belongs reports whether an area is one of the codes or lies in one of the
// rings.
func belongs(o *outline, codes []string, rings [][]metres) bool {
	if slices.Contains(codes, o.code) {
		return true
	}
	for _, r := range rings {
		if inside(r, o.centre) {
			return true
		}
	}
	return false
}

// contextArea draws a neighbour without its class.
func (m *choropleth) contextArea(o *outline, a *report.Area, path []byte) {
	end, label := func() {}, o.label
	if a != nil {
		label = a.Label
		end = m.link(a.Href, label)
	}
	m.raw("<path").styled(fillContext).raw(` d="`)
	m.b = append(m.b, path...)
	m.raw(`"><title>`).escaped(label).raw("</title></path>")
	end()
}

// areaName sets the name of an area on it, on one line or two, when it fits.
func (m *choropleth) areaName(o *outline, v view) {
	const size = 12
	label := o.label
	if a := m.areas[o.code]; a != nil {
		label = a.Label
	}
	p := v.at(o.centre)
	x, y := float64(p.x)/m.unit, float64(p.y)/m.unit
	room := chord(m.layer.ring(o.rings[0]), o.centre) * v.perMetre / m.unit * 1.05
	high := (o.extent.maxY - o.extent.minY) * v.perMetre / m.unit * 0.7
	lines := []string{label}
	if textWidth(label, size, false) > room {
		lines = wrap(strings.ReplaceAll(label, "-", "- "), room, size, false)
		for i, l := range lines {
			lines[i] = strings.ReplaceAll(l, "- ", "-")
		}
	}
	for _, l := range lines {
		if textWidth(l, size, false) > room || len(lines) > 3 {
			return
		}
	}
	if float64(len(lines))*14 > high {
		return
	}
	m.raw(`<g aria-hidden="true" pointer-events="none">`)
	for i, l := range lines {
		m.textIn(x, y+4+(float64(i)-float64(len(lines)-1)/2)*14, middleAnchor, size, textHalo, l)
	}
	m.raw("</g>")
}
