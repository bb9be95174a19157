package territory

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"vigie/fault"
)

// mostBoundary is the positions of a boundary file. The communes of France
// drawn to ten metres have about four million.
const mostBoundary = 5_000_000

// parseFeatures reads a GeoJSON collection and finds the arcs that neighbours
// share: lines between two positions where the outlines part.
//
// Source: RFC 7946; Bostock, How to infer topology (2013), for the cut at
// junctions.
func parseFeatures(level Level, b []byte) (*Topology, error) {
	var g geoObject
	if err := json.Unmarshal(b, &g); err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: "contours : JSON illisible", Do: boundaryRemedy, Err: err}
	}
	if err := g.inDegrees(); err != nil {
		return nil, err
	}
	p := &outlineParser{out: &Outline{}, most: mostBoundary, mayCross: true}
	c := &cutter{ids: map[LonLat]int32{}, known: map[string]int{}}
	t := &Topology{}
	seen := map[Code]bool{}
	var drawn [][][][]int32 // area, polygon, ring, position
	for i := range g.Features {
		a, err := namedArea(level, g.Features[i].Properties, "", i+1, seen)
		if err != nil {
			return nil, err
		}
		p.out.Polygons = nil
		if err := p.object(&g.Features[i], fmt.Sprintf("contours, %s", a.Code), 1); err != nil {
			return nil, err
		}
		var polygons [][][]int32
		for _, polygon := range p.out.Polygons {
			var rings [][]int32
			for _, ring := range polygon {
				rings = append(rings, c.number(ring))
			}
			polygons = append(polygons, rings)
		}
		t.Areas, drawn = append(t.Areas, a), append(drawn, polygons)
	}
	if len(t.Areas) == 0 {
		return nil, fault.Invalidf(boundaryRemedy, "contours : aucun territoire")
	}
	for i := range t.Areas {
		for _, rings := range drawn[i] {
			var polygon []Ring
			for _, ring := range rings {
				polygon = append(polygon, c.cut(ring))
			}
			t.Areas[i].Polygons = append(t.Areas[i].Polygons, polygon)
		}
	}
	t.Arcs = c.arcs
	return t, nil
}

// cutter numbers the positions of all rings, marks those where outlines part,
// and keeps each line between two of them once.
type cutter struct {
	ids      map[LonLat]int32
	at       []LonLat
	beside   [][2]int32 // the two positions beside each, at its first visit
	junction []bool
	known    map[string]int // line → arc
	arcs     [][]LonLat
}

// number gives the positions of a closed ring, without its last one, and marks
// the junctions: where another ring came from or went elsewhere.
func (c *cutter) number(ring []LonLat) []int32 {
	ring = ring[:len(ring)-1]
	out := make([]int32, len(ring))
	for i, p := range ring {
		id, ok := c.ids[p]
		if !ok {
			id = int32(len(c.at))
			c.ids[p] = id
			c.at, c.beside, c.junction = append(c.at, p), append(c.beside, [2]int32{-1, -1}), append(c.junction, false)
		}
		out[i] = id
	}
	for i, id := range out {
		a, b := out[(i+len(out)-1)%len(out)], out[(i+1)%len(out)]
		pair := [2]int32{min(a, b), max(a, b)}
		switch c.beside[id] {
		case [2]int32{-1, -1}:
			c.beside[id] = pair
		case pair:
		default:
			c.junction[id] = true
		}
	}
	return out
}

// cut returns the arcs of a ring.
func (c *cutter) cut(ring []int32) Ring {
	start := slices.IndexFunc(ring, func(id int32) bool { return c.junction[id] })
	if start < 0 { // an island, or a hole that one territory fills: the same start for both
		start = slices.Index(ring, slices.Min(ring))
	}
	ring = slices.Concat(ring[start:], ring[:start], ring[start:start+1])
	var out Ring
	from := 0
	for i := 1; i < len(ring); i++ {
		if c.junction[ring[i]] || i == len(ring)-1 {
			out = append(out, c.arc(ring[from:i+1]))
			from = i
		}
	}
	return out
}

// arc returns the number of a line, ^k when it is arc k walked backwards.
func (c *cutter) arc(line []int32) int {
	if k, ok := c.known[string(lineKey(line))]; ok {
		return k
	}
	back := slices.Clone(line)
	slices.Reverse(back)
	k := len(c.arcs)
	c.known[string(lineKey(back))] = ^k
	c.known[string(lineKey(line))] = k
	arc := make([]LonLat, len(line))
	for i, id := range line {
		arc[i] = c.at[id]
	}
	c.arcs = append(c.arcs, arc)
	return k
}

func lineKey(line []int32) []byte {
	b := make([]byte, 0, 4*len(line))
	for _, id := range line {
		b = binary.LittleEndian.AppendUint32(b, uint32(id))
	}
	return b
}
