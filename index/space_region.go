package index

import (
	"errors"
	"math"
	"slices"

	"vigie/stat/cluster"
	"vigie/stat/composite"
	"vigie/stat/spatial"
)

// mostRegioned bounds the units of a regionalisation, whose time grows as the
// square, as does the memory of the groups that it is compared with.
const mostRegioned = 3000

// Regions are groups of neighbours that are alike (SKATER).
type Regions struct {
	Columns []string `json:"columns"`
	Unit    []string `json:"unit"`
	Region  []int    `json:"region"`             // from 1, in the order of their first unit
	LeftOut []string `json:"left_out,omitempty"` // a column missing, or no neighbour with all
	Linked  []Bridge `json:"linked,omitempty"`   // made because of the units left out
	// Kept is the share of the variance that is between regions, Free what as many
	// groups keep that need not touch: the price of contiguity is the difference.
	Kept Number `json:"kept"`
	Free Number `json:"free"`
	// Within is the criterion of the method, the sum of distances to the means of
	// regions: before any cut, after each.
	Within Numbers `json:"within"`
}

// regions cuts the map into groups of neighbours that are alike.
func (r *run) regions(all *ward) error {
	s := r.Spec.Space
	if s.Regions == 0 {
		return nil
	}
	out := &Regions{Columns: s.RegionColumns}
	if out.Columns == nil {
		for _, c := range r.Tree.Nodes[r.Tree.Top()].Children {
			out.Columns = append(out.Columns, r.Tree.Nodes[c].Code)
		}
	}
	attributes, err := r.attributes(out.Columns)
	if err != nil {
		return err
	}
	m, kept := all.keep(func(k int) bool {
		u := all.units[k]
		return r.Units[u].Reference && !slices.ContainsFunc(attributes, func(x []float64) bool { return math.IsNaN(x[u]) })
	})
	for k, in := range kept {
		if u := r.Units[all.units[k]]; !in && u.Reference {
			out.LeftOut = append(out.LeftOut, u.Code)
		}
	}
	if len(m.units) > mostRegioned {
		return r.Spec.Fault("space.regions", "découpez un ensemble plus petit", "%d unités : le découpage en compte %d au plus", len(m.units), mostRegioned)
	}
	if s.Islands == "linked" {
		var links []spatial.Link
		m.w, links = m.w.Joined(m.at)
		out.Linked = r.bridges(m, links)
	}
	x := make([][]float64, len(attributes))
	for c, column := range attributes {
		x[c] = composite.ZScore(at(column, m.units), 0, 1)
		if slices.ContainsFunc(x[c], math.IsNaN) {
			return r.Spec.Fault("space.region_columns", "retirez-la", "« %s » ne prend qu’une valeur parmi les unités à découper", out.Columns[c])
		}
	}
	found, err := r.cut(m, x)
	if err != nil {
		return err
	}
	out.Within = numbersOf(found.Within)
	for k, u := range m.units {
		out.Unit, out.Region = append(out.Unit, r.Units[u].Code), append(out.Region, found.Group[k]+1)
	}
	free := cluster.Ladder(len(m.units), x, []int{s.Regions}, 0, r.Spec.Uncertainty.Seed)
	out.Kept, out.Free = Number(spatial.Between(x, found.Group)), Number(spatial.Between(x, free[0].Group))
	r.out.Map.Regions = out
	return nil
}

// attributes are the columns by which units are alike: scores, and indicators
// as the index adds them up.
func (r *run) attributes(codes []string) ([][]float64, error) {
	var out [][]float64
	for _, code := range codes {
		node := r.Tree.At(code)
		if node < 0 || r.Number[node] < 0 {
			return nil, r.Spec.Fault("space.region_columns", "nommez des éléments ou des indicateurs de l’indice", "« %s » n’est pas dans l’indice", code)
		}
		out = append(out, r.column(node))
	}
	return out, nil
}

// cut regionalises a map, whose parts must be one.
func (r *run) cut(m *ward, x [][]float64) (spatial.Regions, error) {
	s := r.Spec.Space
	tree, err := spatial.SpanningTree(x, m.w)
	if errors.Is(err, spatial.ErrSplit) {
		parts := m.w.Parts()
		least := slices.MinFunc(parts, func(a, b []int) int { return len(a) - len(b) })
		return spatial.Regions{}, r.Spec.Fault("space.islands", "donnez islands = \"linked\", ou ajoutez les liens qui manquent entre voisins",
			"les voisins ne relient pas toutes les unités : %d ensembles séparés, dont %s", len(parts), some(r.codes(m, least)))
	}
	if err != nil {
		return spatial.Regions{}, err
	}
	found, err := spatial.Regionalise(x, tree, s.Regions-1)
	if errors.Is(err, spatial.ErrCuts) {
		return found, r.Spec.Fault("space.regions", "demandez moins de régions", "%d régions pour %d unités", s.Regions, len(m.units))
	}
	return found, err
}
