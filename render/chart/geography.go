package chart

import (
	"math"
	"slices"
	"strings"
	"sync"

	"vigie/territory"
)

// Geography is the projected boundaries of three tiers. Each tier is projected
// at its first use and kept; a Geography is safe for concurrent use.
type Geography struct {
	tiers map[string]*tier
}

// tier is one layer with the paths of its usual drawings.
type tier struct {
	layer func() *layer
	paths [forms]func() *paths
}

// NewGeography prepares the maps of regions, départements and EPCI; a nil
// topology is a tier without map. The topologies must not change afterwards.
func NewGeography(regions, departements, epci *territory.Topology) *Geography {
	g := &Geography{tiers: map[string]*tier{}}
	for name, topo := range map[string]*territory.Topology{"region": regions, "departement": departements, "epci": epci} {
		if topo == nil {
			continue
		}
		t := &tier{layer: sync.OnceValue(func() *layer { return newLayer(name, topo) })}
		for f := range form(forms) {
			t.paths[f] = sync.OnceValue(func() *paths {
				l := t.layer()
				return l.national(layoutOf(f, l, f.width(), l.overseas))
			})
		}
		g.tiers[name] = t
	}
	return g
}

// Warm projects every tier and prepares the usual maps, which their first use
// would do otherwise; call it behind the start of a server.
func (g *Geography) Warm() {
	for _, name := range []string{"region", "departement", "epci"} {
		if t := g.tiers[name]; t != nil {
			for _, p := range t.paths {
				p()
			}
		}
	}
}

func (g *Geography) layer(name string) *layer {
	if g == nil || g.tiers[name] == nil {
		return nil
	}
	return g.tiers[name].layer()
}

// layer is the boundaries of one tier in metres, in order of code.
type layer struct {
	tier     string
	arcs     [][]metres
	weights  [][]float64
	arcFrame []int
	outlines []outline
	index    map[string]int
	bounds   [frames]extent
	borders  []int // arcs between two parents, or between any two areas at the region
	coast    []int // arcs of one area only
	overseas bool
}

// outline is one area; rings is flat, the largest first.
type outline struct {
	code, label string
	rings       []territory.Ring
	frame       int
	extent      extent
	centre      metres // where a name fits best
}

// extent is a rectangle in metres.
type extent struct{ minX, minY, maxX, maxY float64 }

var nowhere = extent{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (e extent) with(o extent) extent {
	return extent{min(e.minX, o.minX), min(e.minY, o.minY), max(e.maxX, o.maxX), max(e.maxY, o.maxY)}
}

func (e extent) touches(o extent) bool {
	return e.minX < o.maxX && o.minX < e.maxX && e.minY < o.maxY && o.minY < e.maxY
}

func (e extent) empty() bool { return e.minX > e.maxX }

func newLayer(name string, topo *territory.Topology) *layer {
	l := &layer{tier: name, index: map[string]int{}}
	l.arcs = make([][]metres, len(topo.Arcs))
	l.weights = make([][]float64, len(topo.Arcs))
	l.arcFrame = make([]int, len(topo.Arcs))
	var project [frames]func(territory.LonLat) metres
	for f := range project {
		project[f] = projector(f)
	}
	for i, arc := range topo.Arcs {
		l.arcFrame[i] = frameOf(arc[0])
		p := project[l.arcFrame[i]]
		l.arcs[i] = make([]metres, len(arc))
		for k, q := range arc {
			l.arcs[i][k] = p(q)
		}
		l.weights[i] = pointWeights(l.arcs[i])
	}
	for f := range l.bounds {
		l.bounds[f] = nowhere
	}
	areas := slices.Clone(topo.Areas)
	slices.SortFunc(areas, func(a, b territory.Area) int { return strings.Compare(string(a.Code), string(b.Code)) })
	for _, a := range areas {
		o := l.newOutline(topo, a)
		l.index[o.code] = len(l.outlines)
		l.outlines = append(l.outlines, o)
		l.bounds[o.frame] = l.bounds[o.frame].with(o.extent)
		l.overseas = l.overseas || o.frame != metropolis
	}
	l.borders, l.coast = borderArcs(areas, len(topo.Arcs))
	return l
}

func (l *layer) newOutline(topo *territory.Topology, a territory.Area) outline {
	o := outline{code: string(a.Code), label: a.Label, extent: nowhere}
	o.rings = slices.Concat(a.Polygons...)
	size := func(r territory.Ring) float64 { return math.Abs(ringArea(l.ring(r))) }
	slices.SortStableFunc(o.rings, func(p, q territory.Ring) int {
		if d := size(q) - size(p); d != 0 {
			return int(math.Copysign(1, d))
		}
		return 0
	})
	o.frame = frameOf(topo.Arcs[territory.ArcIndex(o.rings[0][0])][0])
	for _, r := range o.rings {
		for _, p := range l.ring(r) {
			o.extent = o.extent.with(extent{p.x, p.y, p.x, p.y})
		}
	}
	o.centre = innermost(l.ring(o.rings[0]))
	return o
}

// ring returns the positions of a ring, without repeating the first.
func (l *layer) ring(r territory.Ring) []metres {
	var out []metres
	for _, k := range r {
		arc := l.arcs[territory.ArcIndex(k)]
		n := len(arc)
		for i := range n - 1 {
			if k < 0 {
				out = append(out, arc[n-1-i])
			} else {
				out = append(out, arc[i])
			}
		}
	}
	return out
}

func ringArea(p []metres) float64 {
	sum := 0.0
	for i := range p {
		q := p[(i+1)%len(p)]
		sum += p[i].x*q.y - q.x*p[i].y
	}
	return sum / 2
}

// borderArcs lists the arcs that two areas of different parents share (areas
// without parent count as their own) and those of one area only.
func borderArcs(areas []territory.Area, arcs int) (borders, coast []int) {
	first, times := make([]territory.Code, arcs), make([]int, arcs)
	for _, a := range areas {
		parent := a.Parent
		if parent == "" {
			parent = a.Code
		}
		for _, r := range slices.Concat(a.Polygons...) {
			for _, k := range r {
				i := territory.ArcIndex(k)
				times[i]++
				switch first[i] {
				case "":
					first[i] = parent
				case parent:
				default:
					borders = append(borders, i)
				}
			}
		}
	}
	for i, n := range times {
		if n == 1 {
			coast = append(coast, i)
		}
	}
	return borders, coast
}

// chord is the length of the horizontal line through q inside the ring.
func chord(p []metres, q metres) float64 {
	west, east := math.Inf(-1), math.Inf(1)
	for i := range p {
		a, b := p[i], p[(i+1)%len(p)]
		if (a.y > q.y) == (b.y > q.y) {
			continue
		}
		x := a.x + (q.y-a.y)/(b.y-a.y)*(b.x-a.x)
		if x < q.x {
			west = max(west, x)
		} else {
			east = min(east, x)
		}
	}
	return 2 * min(q.x-west, east-q.x)
}

// innermost returns, among a grid of positions over the ring, the one which is
// farthest from its outline: where a name fits best.
func innermost(p []metres) metres {
	const cells = 12
	e := nowhere
	for _, q := range p {
		e = e.with(extent{q.x, q.y, q.x, q.y})
	}
	stride := 1 + len(p)/200
	best, far := metres{(e.minX + e.maxX) / 2, (e.minY + e.maxY) / 2}, -1.0
	for i := 1; i < cells; i++ {
		for k := 1; k < cells; k++ {
			q := metres{e.minX + (e.maxX-e.minX)*float64(i)/cells, e.minY + (e.maxY-e.minY)*float64(k)/cells}
			if !inside(p, q) {
				continue
			}
			d := math.Inf(1)
			for s := 0; s < len(p); s += stride {
				// height counts double: a name is wider than high
				d = min(d, math.Hypot(p[s].x-q.x, 1.6*(p[s].y-q.y)))
			}
			if d > far {
				best, far = q, d
			}
		}
	}
	return best
}

func inside(p []metres, q metres) bool {
	in := false
	for i := range p {
		a, b := p[i], p[(i+1)%len(p)]
		if (a.y > q.y) != (b.y > q.y) && q.x < a.x+(q.y-a.y)/(b.y-a.y)*(b.x-a.x) {
			in = !in
		}
	}
	return in
}
