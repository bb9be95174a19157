package territory

import "slices"

// Touching returns for each territory, in order of code, the territories that
// share a boundary or a single point with it (queen contiguity, where
// Neighbours is rook): points are those where arcs end, which is where more
// than two territories meet. A territory that touches none has an empty list.
func (t *Topology) Touching() map[Code][]Code {
	at := map[LonLat][]Code{}
	for _, a := range t.Areas {
		for _, k := range slices.Concat(slices.Concat(a.Polygons...)...) {
			start, end := arcEnds(t.Arcs, k)
			at[start], at[end] = append(at[start], a.Code), append(at[end], a.Code)
		}
	}
	near := t.Neighbours()
	for _, codes := range at {
		for _, c := range codes {
			for _, d := range codes {
				if c != d {
					near[c] = append(near[c], d)
				}
			}
		}
	}
	for c, list := range near {
		slices.Sort(list)
		near[c] = slices.Compact(list)
	}
	return near
}

// Centres returns the middle of each territory: the centre of gravity of its
// outline, holes taken away, drawn in degrees. That of a territory that crosses
// the 180th meridian is wrong.
func (t *Topology) Centres() map[Code]LonLat {
	out := make(map[Code]LonLat, len(t.Areas))
	for _, a := range t.Areas {
		var sum, lon, lat float64
		var origin LonLat // near the area, so that the products keep their digits
		for p, polygon := range a.Polygons {
			for k, ring := range polygon {
				at := t.positions(ring)
				if p == 0 && k == 0 {
					origin = at[0]
				}
				area, x, y := weighed(at, origin)
				if (area < 0) != (k > 0) { // outer rings count, holes are taken away, whichever way they turn
					area, x, y = -area, -x, -y
				}
				sum, lon, lat = sum+area, lon+x, lat+y
			}
		}
		if out[a.Code] = origin; sum > 0 {
			out[a.Code] = LonLat{origin.Lon + lon/sum, origin.Lat + lat/sum}
		}
	}
	return out
}

// positions are those of a ring, the first not repeated.
func (t *Topology) positions(r Ring) []LonLat {
	var out []LonLat
	for _, k := range r {
		arc := t.Arcs[ArcIndex(k)]
		if k < 0 {
			arc = slices.Clone(arc)
			slices.Reverse(arc)
		}
		out = append(out, arc[:len(arc)-1]...)
	}
	return out
}

// weighed is the signed area of a ring, and its moments about an origin.
func weighed(at []LonLat, origin LonLat) (area, lon, lat float64) {
	for i, p := range at {
		q := at[(i+1)%len(at)]
		x, y, u, v := p.Lon-origin.Lon, p.Lat-origin.Lat, q.Lon-origin.Lon, q.Lat-origin.Lat
		c := (x*v - u*y) / 2
		area, lon, lat = area+c, lon+c*(x+u)/3, lat+c*(y+v)/3
	}
	return area, lon, lat
}
