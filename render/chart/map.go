package chart

import (
	"slices"
	"strings"

	"vigie/fault"
	"vigie/lang"
	"vigie/report"
)

// mostTabStops is the number of areas up to which each link of a map is
// reached by the keyboard; a map of more, or a small one, is read in its table.
const mostTabStops = 150

// choropleth is one map being drawn.
type choropleth struct {
	*canvas
	d     *report.Map
	layer *layer
	areas map[string]*report.Area
	unit  float64
	tab   bool // links are in the keyboard's order
}

func (c *canvas) mapChart(d *report.Map) (float64, error) {
	l := c.opt.Geography.layer(d.Tier)
	if l == nil {
		return 0, &fault.Error{
			Kind: fault.Internal, What: "graphique : pas de contours pour le niveau « " + d.Tier + " »",
			Do: "donnez à la carte les contours de ce niveau",
		}
	}
	m := &choropleth{canvas: c, d: d, layer: l, areas: make(map[string]*report.Area, len(d.Areas))}
	for i := range d.Areas {
		m.areas[d.Areas[i].Code] = &d.Areas[i]
	}
	m.tab = len(d.Areas) <= mostTabStops && !d.Small
	if c.part == legendPart {
		return m.legend(4) + 4, nil
	}
	y := 0.0
	if within := strings.Fields(d.Within); len(within) > 0 {
		var err error
		if y, err = m.zoom(within); err != nil {
			return 0, err
		}
	} else {
		y = m.national()
	}
	if d.Small || c.part == bodyPart {
		return y + 1, nil
	}
	return y + m.legend(y+14) + 14, nil
}

// form returns the form of a national map for the options.
func (m *choropleth) form() form {
	switch {
	case m.d.Small:
		return smallForm
	case m.opt.Narrow:
		return narrowForm
	}
	return wideForm
}

// national draws the whole country with its insets and returns the bottom.
func (m *choropleth) national() float64 {
	f := m.form()
	var p *paths
	if m.width == f.width() {
		p = m.opt.Geography.tiers[m.d.Tier].paths[f]()
	} else {
		p = m.layer.national(layoutOf(f, m.layer, m.width, m.layer.overseas))
	}
	m.unit = p.layout.unit
	m.openAreas()
	for i := range m.layer.outlines {
		o := &m.layer.outlines[i]
		if p.areas[i] != "" {
			m.area(o, p.areas[i], p.paris == nil || !slices.Contains(innerSuburbs, o.code))
		}
	}
	m.borders(p)
	m.focus(p.layout)
	m.raw("</g>")
	m.insets(p)
	m.letters(p.layout)
	m.changes(p.layout)
	return p.layout.bottom
}

// openAreas opens the group of the areas, whose units are those of the grid.
func (m *choropleth) openAreas() {
	m.raw(`<g transform="scale(`).num(1 / m.unit).raw(`)" fill-rule="evenodd" stroke-linejoin="round"`)
	m.attr("stroke-width", 0.7*m.unit).styled(groupAreas).raw(">")
}

// area draws one area with its name and its link.
func (m *choropleth) area(o *outline, path string, linked bool) {
	a := m.areas[o.code]
	if a == nil {
		a = &report.Area{Code: o.code, Label: o.label, Text: m.d.NoData}
	}
	if linked && a.Href != "" && m.opt.Theme == Web {
		m.raw(`<a href="`).escaped(a.Href)
		if !m.tab {
			m.raw(`" tabindex="-1`)
		}
		m.raw(`">`)
		defer m.raw("</a>")
	}
	m.raw("<path").fill(m.fillStep(a), a.Unsure, a.Secret, m.unit).raw(` d="`).raw(path).raw(`">`)
	m.title(m.name(a))
	m.raw("</path>")
}

// name is what a tooltip and a screen reader say of an area.
func (m *choropleth) name(a *report.Area) string {
	s := a.Label
	if a.Text != "" {
		s = lang.T(m.opt.Lang, "chart.link", "label", a.Label, "text", a.Text)
	}
	if a.Unsure {
		s = also(s, lang.T(m.opt.Lang, "chart.unsure"))
	}
	if a.Secret {
		s = also(s, lang.T(m.opt.Lang, "chart.secret"))
	}
	return s
}

// also adds a word to a name that does not say it.
func also(s, word string) string {
	if strings.Contains(s, word) {
		return s
	}
	return s + ", " + word
}

// borders draws the coasts, and the limits of the tier above: regions on
// départements and, from their own boundaries, on EPCI.
func (m *choropleth) borders(p *paths) {
	limits, coast := "", p.coast
	switch m.d.Tier {
	case "departement":
		limits = p.borders
	case "epci":
		if r := m.opt.Geography.layer("region"); r != nil {
			views := m.layer.views(p.layout)
			limits, coast = string(r.appendBorders(nil, r.borders, views)), string(r.appendBorders(nil, r.coast, views))
		}
	}
	width := 1.1
	if m.d.Small {
		width = 0.6
	}
	m.overlay(coast, lineCoast, width/2)
	m.overlay(limits, lineBorder, width)
}

// overlay draws a line of a width in pixels over the areas.
func (m *choropleth) overlay(path string, s style, width float64) {
	if path != "" {
		m.raw("<path").styled(s).attr("stroke-width", width*m.unit).raw(` pointer-events="none" d="`).raw(path).raw(`"/>`)
	}
}

// focus outlines the territory that the page is about, whatever its tier.
func (m *choropleth) focus(layout mapLayout) {
	l, o := m.find(m.d.Focus)
	if o == nil {
		return
	}
	views := m.layer.views(layout)
	if v := views[o.frame]; v.perMetre > 0 {
		m.outline(string(l.appendOutline(nil, o, v)))
	}
	if layout.paris.w > 0 && slices.Contains(innerSuburbs, o.code) {
		v := fit(l.extentOf(innerSuburbs), layout.parisInner().times(m.unit), 0)
		m.outline(string(l.appendOutline(nil, o, v)))
	}
}

// find looks for a code in the layer of the map, then in the others.
func (m *choropleth) find(code string) (*layer, *outline) {
	if code == "" {
		return nil, nil
	}
	for _, name := range []string{m.d.Tier, "region", "departement", "epci"} {
		if l := m.opt.Geography.layer(name); l != nil {
			if i, ok := l.index[code]; ok {
				return l, &l.outlines[i]
			}
		}
	}
	return nil, nil
}

func (m *choropleth) outline(path string) {
	casing, width := 5.5, 2.6
	if m.d.Small {
		casing, width = 3, 1.6
	}
	m.overlay(path, lineCasing, casing)
	m.overlay(path, lineFocus, width)
}

// insets draws the frames and names of the overseas territories and of the
// inner suburbs of Paris.
func (m *choropleth) insets(p *paths) {
	size := 11.5
	if m.form() == narrowForm {
		size = 11
	}
	for f := metropolis + 1; f < frames; f++ {
		b := p.layout.frame[f]
		if b.w == 0 {
			continue
		}
		m.roundRect(b.x, b.y, b.w, b.h, 2, lineFrame)
		if !m.d.Small {
			m.textIn(b.x+6, b.y+14, startAnchor, size, textMuted, shorten(m.frameName(f), b.w-8, size, false))
		}
	}
	b := p.layout.paris
	if b.w == 0 {
		return
	}
	m.roundRect(b.x, b.y, b.w, b.h, 2, lineFrame)
	m.openAreas()
	for i, code := range innerSuburbs {
		if k, ok := m.layer.index[code]; ok {
			m.area(&m.layer.outlines[k], p.paris[i], true)
		}
	}
	m.focusInParis(p)
	m.raw("</g>")
	words := lang.T(m.opt.Lang, "chart.paris")
	if m.form() == narrowForm {
		for i, w := range wrap(words, 70, size, false) {
			m.textIn(b.x-5, b.y+11+float64(i)*13, endAnchor, size, textMuted, w)
		}
		return
	}
	for i, w := range wrap(words, b.w, size, false) {
		m.textIn(b.x+b.w, b.y+b.h+14+float64(i)*14, endAnchor, size, textMuted, w)
	}
}

// focusInParis outlines the focus once more over the inset.
func (m *choropleth) focusInParis(p *paths) {
	for i, code := range innerSuburbs {
		if code == m.d.Focus {
			m.outline(p.paris[i])
		}
	}
}

// frameName is the name of an overseas territory: that of its first area.
func (m *choropleth) frameName(f int) string {
	for i := range m.layer.outlines {
		if o := &m.layer.outlines[i]; o.frame == f {
			if a := m.areas[o.code]; a != nil {
				return a.Label
			}
			return o.label
		}
	}
	return ""
}

// legend explains the colours and the signs.
func (m *choropleth) legend(y float64) float64 {
	var others []legendItem
	if m.d.NoData != "" {
		others = append(others, legendItem{m.d.NoData, m.swatch(0, false, false)})
	}
	if m.d.Secret != "" {
		others = append(others, legendItem{m.d.Secret, m.swatch(0, false, true)})
	}
	if m.d.Unsure != "" {
		hatched := 3
		if len(m.d.Kinds) > 0 {
			hatched = report.Steps + 2
		}
		others = append(others, legendItem{m.d.Unsure, m.swatch(hatched, true, false)})
	}
	if m.d.More != "" {
		others = append(others, legendItem{m.d.More, func(x, y float64) { m.changeMark(x+10, y, 1) }},
			legendItem{m.d.Less, func(x, y float64) { m.changeMark(x+10, y, -1) }})
	}
	if len(m.d.Kinds) > 0 {
		return m.kindLegend(y, others)
	}
	return m.scaleLegend(0, y, m.width, m.d.Legend, others)
}
