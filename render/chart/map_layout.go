package chart

// form is a usual size of a national map.
type form int

const (
	wideForm form = iota
	narrowForm
	smallForm
	forms
)

// width is the natural width of a form in pixels.
func (f form) width() float64 { return [forms]float64{720, 360, 220}[f] }

// mapLayout places the parts of a national map, in pixels.
type mapLayout struct {
	width  float64
	unit   float64 // grid units in one pixel
	leave  float64 // smallest area drawn, in square pixels
	metro  box
	frame  [frames]box // of the overseas insets; width 0 means none
	inner  [frames]box // where the land is drawn in them
	paris  box         // inset of the inner suburbs; width 0 means none
	bottom float64
}

// innerSuburbs are the départements of the Paris inset.
var innerSuburbs = []string{"DEP-75", "DEP-92", "DEP-93", "DEP-94"}

// layoutOf lays out the national map of a layer. Wide maps have the overseas
// insets in a column at the left, others in a row under the mainland.
func layoutOf(f form, l *layer, width float64, overseas bool) mapLayout {
	m := mapLayout{width: width, unit: 4, leave: 0.4}
	if l.tier == "epci" {
		m.unit, m.leave = 2, 1.6
	}
	e := l.bounds[metropolis]
	ratio := (e.maxY - e.minY) / (e.maxX - e.minX)
	left := 0.0
	if f == wideForm && overseas {
		left = 104
	}
	m.metro = box{left, 2, width - left - 2, (width - left - 2) * ratio}
	m.bottom = m.metro.y + m.metro.h
	if overseas {
		m.placeInsets(f)
	}
	if l.tier == "departement" && f != smallForm {
		side := width * 0.128
		if f == narrowForm {
			side = width * 0.15
		}
		m.paris = box{width - side - 1, 1, side, side}
	}
	return m
}

func (m *mapLayout) placeInsets(f form) {
	const gap = 6
	caption := 17.0
	switch f {
	case wideForm:
		h := (m.metro.h - 4*gap) / 5
		for i := 1; i < frames; i++ {
			m.frame[i] = box{0.5, m.metro.y + float64(i-1)*(h+gap), 90, h}
		}
	default:
		w, h := (m.width-4*gap-1)/5, 74.0
		if f == smallForm {
			h, caption = 34, 0
		}
		for i := 1; i < frames; i++ {
			m.frame[i] = box{0.5 + float64(i-1)*(w+gap), m.bottom + 8, w, h}
		}
		m.bottom += 8 + h
	}
	for i := 1; i < frames; i++ {
		b := m.frame[i]
		m.inner[i] = box{b.x + 5, b.y + 4 + caption, b.w - 10, b.h - caption - 9}
	}
}

// paths is a national map as path data in grid units.
type paths struct {
	layout  mapLayout
	areas   []string // by position in the layer
	paris   []string // of innerSuburbs
	borders string
	coast   string
}

func (b box) times(k float64) box { return box{b.x * k, b.y * k, b.w * k, b.h * k} }

// views returns the view of each frame of a layout.
func (l *layer) views(m mapLayout) (v [frames]view) {
	for f := range v {
		switch {
		case l.bounds[f].empty():
		case f == metropolis:
			v[f] = fit(l.bounds[f], m.metro.times(m.unit), m.leave*m.unit*m.unit)
		case m.frame[f].w > 0:
			v[f] = fit(l.bounds[f], m.inner[f].times(m.unit), m.leave*m.unit*m.unit)
		}
	}
	return v
}

// national writes the paths of every area of a layer for one layout.
func (l *layer) national(m mapLayout) *paths {
	p := &paths{layout: m, areas: make([]string, len(l.outlines))}
	views := l.views(m)
	var b []byte
	for i := range l.outlines {
		o := &l.outlines[i]
		if views[o.frame].perMetre > 0 {
			b = l.appendOutline(b[:0], o, views[o.frame])
			p.areas[i] = string(b)
		}
	}
	p.borders = string(l.appendBorders(b[:0], l.borders, views))
	p.coast = string(l.appendBorders(b[:0], l.coast, views))
	if m.paris.w > 0 {
		v := fit(l.extentOf(innerSuburbs), m.parisInner().times(m.unit), m.leave*m.unit*m.unit)
		for _, code := range innerSuburbs {
			b = b[:0]
			if i, ok := l.index[code]; ok {
				b = l.appendOutline(b, &l.outlines[i], v)
			}
			p.paris = append(p.paris, string(b))
		}
	}
	return p
}

func (m *mapLayout) parisInner() box {
	return box{m.paris.x + 4, m.paris.y + 4, m.paris.w - 8, m.paris.h - 8}
}

// extentOf returns the rectangle around the areas that the layer has.
func (l *layer) extentOf(codes []string) extent {
	e := nowhere
	for _, code := range codes {
		if i, ok := l.index[code]; ok {
			e = e.with(l.outlines[i].extent)
		}
	}
	return e
}
