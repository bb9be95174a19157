package chart

import (
	"math"
	"strconv"

	"vigie/territory"
)

// view places metres on the integer grid of a drawing.
type view struct {
	perMetre float64 // grid units in one metre
	west     float64 // metres at ox
	north    float64 // metres at oy
	ox, oy   float64 // grid units
	detail   float64 // positions that span less, in square metres, are left out
}

// fit returns the view that centres e in the box (grid units). leave is the
// smallest area drawn, in square grid units.
func fit(e extent, b box, leave float64) view {
	k := min(b.w/(e.maxX-e.minX), b.h/(e.maxY-e.minY))
	return view{
		perMetre: k, west: e.minX, north: e.maxY,
		ox: b.x + (b.w-k*(e.maxX-e.minX))/2, oy: b.y + (b.h-k*(e.maxY-e.minY))/2,
		detail: leave / (k * k),
	}
}

// cell is a position on the grid.
type cell struct{ x, y int }

func (v view) at(p metres) cell {
	return cell{int(math.Round((p.x-v.west)*v.perMetre + v.ox)), int(math.Round((v.north-p.y)*v.perMetre + v.oy))}
}

// appendOutline appends the path of an area. An area too small for the grid is
// a square of side 2 around its place.
func (l *layer) appendOutline(b []byte, o *outline, v view) []byte {
	start := len(b)
	var line []cell
	for _, r := range o.rings {
		line = l.gridRing(line[:0], r, v)
		if len(line) >= 3 {
			b = appendCells(b, line)
			b = append(b, 'z')
		}
	}
	if len(b) == start {
		p := v.at(o.centre)
		b = appendCells(b, []cell{{p.x - 1, p.y - 1}, {p.x + 1, p.y - 1}, {p.x + 1, p.y + 1}, {p.x - 1, p.y + 1}})
		b = append(b, 'z')
	}
	return b
}

// gridRing appends the positions of a ring that matter at this scale.
func (l *layer) gridRing(line []cell, r territory.Ring, v view) []cell {
	for _, k := range r {
		line = l.gridArc(line, k, v)
	}
	for len(line) > 1 && line[len(line)-1] == line[0] {
		line = line[:len(line)-1]
	}
	return line
}

func (l *layer) gridArc(line []cell, k int, v view) []cell {
	i := territory.ArcIndex(k)
	arc, weight := l.arcs[i], l.weights[i]
	for s := range arc {
		if k < 0 {
			s = len(arc) - 1 - s
		}
		if weight[s] < v.detail {
			continue
		}
		p := v.at(arc[s])
		if len(line) > 0 && line[len(line)-1] == p {
			continue
		}
		line = append(line, p)
	}
	return line
}

// appendCells writes a path as a start and steps, in the fewest characters.
func appendCells(b []byte, line []cell) []byte {
	b = append(b, 'M')
	b = strconv.AppendInt(b, int64(line[0].x), 10)
	b = appendStep(b, line[0].y, true)
	if len(line) > 1 {
		b = append(b, 'l')
	}
	for i := 1; i < len(line); i++ {
		b = appendStep(b, line[i].x-line[i-1].x, i > 1)
		b = appendStep(b, line[i].y-line[i-1].y, true)
	}
	return b
}

func appendStep(b []byte, n int, apart bool) []byte {
	if apart && n >= 0 {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

// appendBorders writes the given arcs as open lines, each in the view of its
// frame; those of a frame without view are left out.
func (l *layer) appendBorders(b []byte, arcs []int, views [frames]view) []byte {
	var line []cell
	for _, i := range arcs {
		v := views[l.arcFrame[i]]
		if v.perMetre == 0 {
			continue
		}
		if line = l.gridArc(line[:0], i, v); len(line) > 1 {
			b = appendCells(b, line)
		}
	}
	return b
}
