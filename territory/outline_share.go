package territory

import (
	"math"
	"slices"

	"vigie/fault"
)

// Share is how much of a territory's area lies inside an outline, in [0, 1].
type Share struct {
	Code  Code
	Share float64
}

// The areas are measured along parallels a hundredth of a degree apart, about
// 1.1 km; mostSpans bounds the work that an outline may ask for.
const (
	parallelsPerDegree = 100
	mostSpans          = 20_000_000
)

// span is a piece of a parallel, from one longitude to another.
type span struct{ from, to float64 }

// Shares returns the territories of a topology that an outline touches, by
// code, with how much of each lies inside.
//
// Error: Invalid for an outline too entangled to be measured.
func (o *Outline) Shares(t *Topology) ([]Share, error) {
	lines, err := o.spans()
	if err != nil {
		return nil, err
	}
	var out []Share
	for i := range t.Areas {
		inside, all := 0.0, 0.0
		for k, own := range t.spans(&t.Areas[i]) {
			for _, s := range own {
				all += s.to - s.from
				inside += overlap(s, lines[k])
			}
		}
		if inside > 0 {
			out = append(out, Share{t.Areas[i].Code, min(1, inside/all)})
		}
	}
	slices.SortFunc(out, func(a, b Share) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	return out, nil
}

// Swapped reports whether the outline would lie in metropolitan France with
// its longitudes and latitudes exchanged.
func (o *Outline) Swapped() bool {
	at := o.Polygons[0][0][0]
	return at.Lon > 41 && at.Lon < 52 && at.Lat > -6 && at.Lat < 10
}

// spans returns the pieces of each parallel inside the outline: in one polygon
// at least, holes taken out.
func (o *Outline) spans() (map[int][]span, error) {
	work := 0
	all := map[int][]span{}
	for _, polygon := range o.Polygons {
		for k, at := range crossings(polygon, &work) {
			all[k] = append(all[k], pairs(at)...)
		}
		if work > mostSpans {
			return nil, fault.Invalidf("simplifiez le contour (QGIS : « Simplifier »)", "contour : trop enchevêtré pour être mesuré")
		}
	}
	for k, list := range all {
		all[k] = union(list)
	}
	return all, nil
}

// spans returns the pieces of each parallel inside an area.
func (t *Topology) spans(a *Area) map[int][]span {
	all := map[int][]span{}
	work := 0
	for _, polygon := range a.Polygons {
		var rings [][]LonLat
		for _, ring := range polygon {
			var at []LonLat
			for _, k := range ring {
				arc := t.Arcs[ArcIndex(k)]
				if k < 0 {
					arc = slices.Clone(arc)
					slices.Reverse(arc)
				}
				at = append(at, arc...)
			}
			rings = append(rings, at)
		}
		for k, at := range crossings(rings, &work) {
			all[k] = append(all[k], pairs(at)...)
		}
	}
	return all
}

// crossings returns where the rings of a polygon cross each parallel.
func crossings(rings [][]LonLat, work *int) map[int][]float64 {
	out := map[int][]float64{}
	for _, ring := range rings {
		for i := 0; i+1 < len(ring); i++ {
			a, b := ring[i], ring[i+1]
			if a.Lat > b.Lat {
				a, b = b, a
			}
			from, to := parallel(a.Lat), parallel(b.Lat)
			if *work += to - from; *work > mostSpans {
				return out
			}
			for k := from; k < to; k++ {
				lat := (float64(k) + 0.5) / parallelsPerDegree
				out[k] = append(out[k], a.Lon+(b.Lon-a.Lon)*(lat-a.Lat)/(b.Lat-a.Lat))
			}
		}
	}
	return out
}

// parallel is the rank of the first parallel at a latitude or north of it.
func parallel(lat float64) int { return int(math.Ceil(lat*parallelsPerDegree - 0.5)) }

// pairs joins crossings two by two, from west to east.
func pairs(at []float64) []span {
	slices.Sort(at)
	var out []span
	for i := 0; i+1 < len(at); i += 2 {
		out = append(out, span{at[i], at[i+1]})
	}
	return out
}

// union joins the spans that touch, from west to east.
func union(list []span) []span {
	slices.SortFunc(list, func(a, b span) int {
		switch {
		case a.from < b.from:
			return -1
		case a.from > b.from:
			return 1
		}
		return 0
	})
	var out []span
	for _, s := range list {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// overlap is how much of a span lies in a list of others that are apart.
func overlap(s span, others []span) float64 {
	sum := 0.0
	for _, o := range others {
		if from, to := max(s.from, o.from), min(s.to, o.to); to > from {
			sum += to - from
		}
	}
	return sum
}
