package index

import (
	"cmp"
	"slices"
	"strings"

	"vigie/stat/spatial"
	"vigie/territory"
)

// atlas is what the specification says of the neighbours of units: pairs of
// codes, or where units stand.
type atlas struct {
	near map[string][]string
	at   []spatial.Point // by row of the table; nil when it is not said
}

// atlas reads the neighbours once, in whatever form they are given.
func (p *Plan) atlas(o Options) (*atlas, error) {
	if p.space != nil {
		return p.space, nil
	}
	a, s := &atlas{}, p.Spec.Space
	var err error
	if s.Coordinates != nil {
		if a.at, err = p.coordinates(); err != nil {
			return nil, err
		}
	}
	switch {
	case s.Neighbours == "pairs":
		a.near, err = p.pairs(o)
	case s.File != "":
		err = p.outlines(o, a)
	}
	if err != nil {
		return nil, err
	}
	p.space = a
	return a, nil
}

// coordinates reads where units stand, on a plane or on the Earth.
func (p *Plan) coordinates() ([]spatial.Point, error) {
	s := p.Spec.Space
	var axis [2][]float64
	for k := range axis {
		var err error
		if axis[k], err = p.Spec.numbers(p.table, "space.coordinates", s.Coordinates[k]); err != nil {
			return nil, err
		}
	}
	out := make([]spatial.Point, p.table.Rows)
	for i := range out {
		x, y := axis[0][i], axis[1][i]
		switch {
		case x != x || y != y:
			return nil, p.table.refuse("donnez les deux coordonnées, ou retirez la ligne", "ligne %d : la place de l’unité manque (colonnes « %s » et « %s »)", p.table.line(i), s.Coordinates[0], s.Coordinates[1])
		case s.Degrees && !(x >= -180 && x <= 180 && y >= -90 && y <= 90):
			return nil, p.table.refuse("donnez la longitude puis la latitude, en degrés, ou retirez degrees = true", "ligne %d : (%v ; %v) n’est pas une longitude et une latitude", p.table.line(i), x, y)
		case s.Degrees:
			out[i] = spatial.OnEarth(x, y)
		default:
			out[i] = spatial.Point{x, y}
		}
	}
	return out, nil
}

// pairs reads neighbours from a file: columns from and to. A pair counts both
// ways, whether it is given once or in both directions.
func (p *Plan) pairs(o Options) (map[string][]string, error) {
	if o.Load == nil {
		return nil, p.Spec.Fault("space.file", "calculez cet indice par vigie index", "les fichiers de voisins ne se lisent pas ici")
	}
	t, err := o.Load(p.Spec.Space.File)
	if err != nil {
		return nil, err
	}
	var side [2][]string
	for k, name := range []string{"from", "to"} {
		c := t.Column(name)
		if c == nil {
			return nil, t.refuse("donnez un fichier de deux colonnes, from et to : une ligne par paire de voisins", "colonne « %s » absente", name)
		}
		side[k] = c.labels()
	}
	known := map[string]bool{}
	for _, code := range p.table.Column(p.Spec.Data.Unit).labels() { // those that screening leaves out too
		known[code] = true
	}
	near, seen := map[string][]string{}, map[[2]string]int{}
	for i := range t.Rows {
		a, b := side[0][i], side[1][i]
		for _, code := range []string{a, b} {
			if !known[code] {
				return nil, t.refuse("corrigez le code, ou retirez la paire", "ligne %d : l’unité « %s » n’est pas dans la table", t.line(i), code)
			}
		}
		if a == b {
			return nil, t.refuse("retirez la ligne", "ligne %d : « %s » est donnée pour sa propre voisine", t.line(i), a)
		}
		if line, twice := seen[[2]string{a, b}]; twice {
			return nil, t.refuse("gardez une ligne par paire (ou deux, une par sens)", "lignes %d et %d : « %s » et « %s » sont données deux fois", line, t.line(i), a, b)
		}
		seen[[2]string{a, b}] = t.line(i)
		if _, back := seen[[2]string{b, a}]; !back {
			near[a], near[b] = append(near[a], b), append(near[b], a)
		}
	}
	return near, nil
}

// outlines reads boundaries: who shares one, and the middle of each unit.
func (p *Plan) outlines(o Options, a *atlas) error {
	s := p.Spec.Space
	if o.Boundaries == nil {
		return p.Spec.Fault("space.file", "calculez cet indice par vigie index", "les contours ne se lisent pas ici")
	}
	t, err := o.Boundaries(s.File)
	if err != nil {
		return err
	}
	drawn := map[string]bool{}
	for _, area := range t.Areas {
		drawn[string(area.Code)] = true
	}
	for _, u := range p.Units {
		if !drawn[u.Code] {
			return p.table.refuse("ajoutez son contour, ou retirez la ligne ; le code d’un contour est sa propriété « code »", "ligne %d : l’unité « %s » n’a pas de contour dans %s", u.Row, u.Code, s.File)
		}
	}
	shared := map[territory.Code][]territory.Code{}
	switch s.Neighbours {
	case "boundaries":
		shared = t.Neighbours()
	case "touching":
		shared = t.Touching()
	}
	a.near = make(map[string][]string, len(shared))
	for code, list := range shared {
		for _, other := range list {
			a.near[string(code)] = append(a.near[string(code)], string(other))
		}
	}
	if a.at != nil {
		return nil
	}
	centres := t.Centres()
	a.at = make([]spatial.Point, p.table.Rows)
	for k, u := range p.Units {
		c := centres[territory.Code(u.Code)]
		a.at[p.rows[k]] = spatial.OnEarth(c.Lon, c.Lat)
	}
	return nil
}

// sphere says that places are on the Earth: distances are kilometres.
func (s Space) sphere() bool { return s.Degrees || s.Coordinates == nil }

// ground turns a straight distance into that of the specification.
func (s Space) ground(straight float64) float64 {
	if s.sphere() {
		return spatial.Ground(straight)
	}
	return straight
}

// ward is the units of one period and their neighbours. Units are positions
// among those of the plan, in the order of their codes, so that no figure
// depends on that of the rows.
type ward struct {
	units   []int
	w       *spatial.Weights
	at      []spatial.Point // nil when places are not said
	islands []int           // units without neighbour, as given
	links   []spatial.Link  // made for them and for groups apart
}

// ward lays out the map of some units.
func (p *Plan) ward(o Options, units []int) (*ward, error) {
	a, err := p.atlas(o)
	if err != nil {
		return nil, err
	}
	m := &ward{units: slices.Clone(units)}
	slices.SortFunc(m.units, func(i, j int) int { return cmp.Compare(p.Units[i].Code, p.Units[j].Code) })
	if a.at != nil {
		for _, u := range m.units {
			m.at = append(m.at, a.at[p.rows[u]])
		}
	}
	near, err := p.near(a, m)
	if err == nil {
		m.w, err = spatial.NewEdges(near)
	}
	if err != nil {
		return nil, err
	}
	m.islands = m.w.Islands()
	if p.Spec.Space.Islands == "linked" {
		m.w, m.links = m.w.Joined(m.at)
	}
	return m, nil
}

// near lists the neighbours of each unit of a map.
func (p *Plan) near(a *atlas, m *ward) ([][]int, error) {
	switch s := p.Spec.Space; s.Neighbours {
	case "nearest":
		if s.Nearest >= len(m.units) {
			return nil, p.Spec.Fault("space.nearest", "demandez moins de voisins", "%d voisins pour %d unités", s.Nearest, len(m.units))
		}
		return spatial.Nearest(m.at, s.Nearest), nil
	case "distance":
		straight := s.Within
		if s.sphere() {
			straight = spatial.Through(s.Within)
		}
		return spatial.Within(m.at, straight), nil
	}
	place := make(map[string]int, len(m.units))
	for k, u := range m.units {
		place[p.Units[u].Code] = k
	}
	out := make([][]int, len(m.units))
	for k, u := range m.units {
		for _, code := range a.near[p.Units[u].Code] {
			if j, ok := place[code]; ok {
				out[k] = append(out[k], j)
			}
		}
	}
	return out, nil
}

// keep leaves the units that have a place in the statistic, and among them
// those that have a neighbour left.
func (m *ward) keep(in func(k int) bool) (*ward, []bool) {
	kept := make([]bool, len(m.units))
	for k := range kept {
		kept[k] = in(k)
	}
	for {
		w, left := m.w.Keep(kept), false
		at := -1
		for k := range kept {
			if !kept[k] {
				continue
			}
			at++
			if to, _ := w.Of(at); len(to) == 0 {
				kept[k], left = false, true
			}
		}
		if !left {
			return m.of(kept, w), kept
		}
	}
}

// of is the map of some of its units, whose weights are given.
func (m *ward) of(kept []bool, w *spatial.Weights) *ward {
	out := &ward{w: w}
	for k, in := range kept {
		if !in {
			continue
		}
		if out.units = append(out.units, m.units[k]); m.at != nil {
			out.at = append(out.at, m.at[k])
		}
	}
	return out
}

// codes names units of a map.
func (p *Plan) codes(m *ward, list []int) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = p.Units[m.units[k]].Code
	}
	return out
}

// space checks what [space] says without the table.
func (c *checker) space() {
	s := c.Space
	for i, d := range c.Indicators {
		c.smooth(item("indicator", i, "smooth"), d)
	}
	if s.Neighbours == "" {
		if s.File != "" || s.Coordinates != nil || s.Regions != 0 || s.Columns != nil {
			c.refuse("space.neighbours", "choisissez parmi : "+strings.Join(neighbourhoods, ", "), "on ne sait pas qui est voisin de qui")
		}
		return
	}
	c.oneOf("space.neighbours", s.Neighbours, neighbourhoods)
	c.oneOf("space.islands", s.Islands, islandRules)
	c.allOf("space.tests", s.Tests, mapTests)
	c.within("space.permutations", float64(s.Permutations), 99, 999_999)
	c.within("space.false_discovery", s.FalseDiscovery, 0.0001, 0.5)
	c.within("space.nearest", float64(s.Nearest), 0, 1000)
	c.within("space.within", s.Within, 0, 1e12)
	if s.Regions != 0 {
		c.within("space.regions", float64(s.Regions), 2, mostRegioned)
	}
	if s.Coordinates != nil && len(s.Coordinates) != 2 {
		c.refuse("space.coordinates", "nommez deux colonnes : [\"longitude\", \"latitude\"] et degrees = true, ou [\"x\", \"y\"]", "deux colonnes sont attendues")
	}
	placed := s.Coordinates != nil || s.File != "" && s.Neighbours != "pairs"
	switch {
	case s.File == "" && slices.Contains([]string{"boundaries", "touching", "pairs"}, s.Neighbours):
		c.refuse("space.file", "donnez file = \"…\" : des contours GeoJSON, ou des paires", "les voisins « %s » viennent d’un fichier", s.Neighbours)
	case !placed && (s.Neighbours == "nearest" || s.Neighbours == "distance"):
		c.refuse("space.coordinates", "donnez coordinates, ou des contours par file", "on ne sait pas où sont les unités")
	case !placed && s.Islands == "linked":
		c.refuse("space.coordinates", "donnez coordinates, ou islands = \"listed\"", "on ne sait pas où sont les unités, ni donc laquelle est la plus proche d’une île")
	case s.Neighbours == "nearest" && s.Nearest == 0:
		c.refuse("space.nearest", "donnez nearest = 4, par exemple", "le nombre de voisins manque")
	case s.Neighbours == "distance" && s.Within == 0:
		c.refuse("space.within", "donnez within, en kilomètres sur la Terre, sinon dans l’unité des coordonnées", "la distance manque")
	}
}

func (c *checker) smooth(path string, d Indicator) {
	switch {
	case d.Smooth == "":
		return
	case d.Denominator == "":
		c.refuse(path, "donnez column (les événements) et denominator (la population)", "« %s » n’est pas un taux : on lisse des événements rapportés à une population", d.Code)
	case d.SE != "":
		c.refuse(path, "retirez smooth, ou se", "« %s » a des erreurs types : le lissage, lui, tire son erreur du nombre des événements", d.Code)
	case d.Smooth == "local" && c.Space.Neighbours == "":
		c.refuse(path, "dites sous [space] qui est voisin de qui, ou prenez smooth = \"global\"", "« %s » est lissé vers ses voisins, qui ne sont pas donnés", d.Code)
	}
	c.oneOf(path, d.Smooth, smoothings)
}
