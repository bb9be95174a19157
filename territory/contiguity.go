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
