package edition

import (
	"cmp"
	"math"
	"slices"

	"vigie/fragility"
	"vigie/stat/composite"
	"vigie/stat/spatial"
	"vigie/territory"
)

// Regions are as many groups of a tier as it has types, of the territories that
// made these, each of one piece: neighbours that are alike (SKATER). They show
// what the map has to do with resemblance.
type Regions struct {
	Region map[territory.Code]int // from 0, in the order of their first territory
	Size   []int
	// Traits are the domains that set each region apart, the farthest first, by the
	// rule of types: see doc/methods/typology.md.
	Traits [][]Trait
	// Kept is the share of the differences between territories, over all domains
	// of the typology, that stands between regions; Free that between types.
	Kept, Free float64
	Linked     []Bridge // across water, or territories without data
}

// Bridge is a link made for a territory, or a group of them, that no boundary
// ties to the rest.
type Bridge struct {
	From, To   territory.Code
	Kilometres float64
}

// Regions cuts the territories that made the types of a tier into regions, made
// once; nil for a tier without types or boundaries.
func (c *Content) Regions(level territory.Level) *Regions {
	key := "regions/" + string(level)
	if kept, ok := c.same.Load(key); ok {
		return kept.(*Regions)
	}
	r := c.regions(level)
	c.same.Store(key, r)
	return r
}

func (c *Content) regions(level territory.Level) *Regions {
	r, topology := c.Fragility[level], c.Topology[level]
	if r == nil || r.Typology == nil || topology == nil {
		return nil
	}
	var units []territory.Code
	var rows, types []int
	for i, m := range r.Typology.Members {
		if m.Type >= 0 && !m.Placed {
			units, rows, types = append(units, r.Units[i].Code), append(rows, i), append(types, m.Type)
		}
	}
	domains, x := likeness(r, rows)
	w, at, ok := c.joined(level, units)
	if !ok {
		return nil
	}
	one, links := w.Joined(at)
	tree, err := spatial.SpanningTree(x, one)
	if err != nil {
		return nil // no territory
	}
	found, err := spatial.Regionalise(x, tree, len(r.Typology.Types)-1)
	if err != nil {
		return nil // fewer territories than types
	}
	out := &Regions{Region: map[territory.Code]int{}, Size: make([]int, len(r.Typology.Types)), Kept: spatial.Between(x, found.Group), Free: spatial.Between(x, types)}
	for k, g := range found.Group {
		out.Region[units[k]] = g
		out.Size[g]++
	}
	for g, n := range out.Size {
		out.Traits = append(out.Traits, traits(domains, x, found.Group, g, float64(n)))
	}
	for _, l := range links {
		out.Linked = append(out.Linked, Bridge{units[l.From], units[l.To], spatial.Ground(l.Cost)})
	}
	return out
}

// likeness is the scores of some units in the domains of the typology, in
// standard deviations.
func likeness(r *fragility.Result, rows []int) (domains []string, out [][]float64) {
	for _, p := range r.Kinds(fragility.OfDomain) {
		if !slices.Contains(r.Typology.Domains, p.Code) {
			continue
		}
		x := make([]float64, len(rows))
		for k, i := range rows {
			x[k] = p.Cells[i].Score
		}
		if low, high := slices.Min(x), slices.Max(x); low < high { // equal scores tell nothing apart
			domains, out = append(domains, p.Code), append(out, composite.ZScore(x, 0, 1))
		}
	}
	return domains, out
}

// traits lists the domains whose mean in a group of n lies half a standard
// deviation away from that of all, and three standard errors of its own.
func traits(domains []string, x [][]float64, group []int, of int, n float64) []Trait {
	far := map[string]float64{}
	var out []Trait
	for d, column := range x {
		sum, square := 0.0, 0.0
		for i, v := range column {
			if group[i] == of {
				sum, square = sum+v, square+v*v
			}
		}
		mean := sum / n
		if spread := math.Sqrt(max(0, square/n-mean*mean) / (n - 1)); n > 1 && math.Abs(mean) >= max(0.5, 3*spread) {
			far[domains[d]] = math.Abs(mean)
			out = append(out, Trait{Domain: domains[d], More: mean > 0})
		}
	}
	slices.SortStableFunc(out, func(a, b Trait) int { return cmp.Compare(far[b.Domain], far[a.Domain]) })
	return out
}

// joined lays out the neighbours and the middles of territories; false when one
// of them has no outline.
func (c *Content) joined(level territory.Level, units []territory.Code) (*spatial.Weights, []spatial.Point, bool) {
	near, centres := c.Topology[level].Neighbours(), c.Topology[level].Centres()
	list, at := make([][]int, len(units)), make([]spatial.Point, len(units))
	for k, code := range units {
		centre, drawn := centres[code]
		if !drawn {
			return nil, nil, false
		}
		at[k] = spatial.OnEarth(centre.Lon, centre.Lat)
		for _, other := range near[code] {
			if j := slices.Index(units, other); j >= 0 {
				list[k] = append(list[k], j)
			}
		}
	}
	w, err := spatial.NewContiguity(list)
	return w, at, err == nil
}
