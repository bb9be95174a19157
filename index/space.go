package index

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"vigie/stat/descr"
	"vigie/stat/spatial"
)

// Map is how an index stands among neighbours: the reference units of the last
// period. Lists by unit are in the order of their codes.
type Map struct {
	Period     string    `json:"period,omitempty"`
	Neighbours string    `json:"neighbours"` // as [space] says
	Units      int       `json:"units"`      // of the period
	Links      int       `json:"links"`      // pairs of neighbours
	Islands    []string  `json:"islands,omitempty"`
	Linked     []Bridge  `json:"linked,omitempty"` // by islands = "linked"
	Tests      []MapTest `json:"tests,omitempty"`
	Local      []Locally `json:"local,omitempty"`
	Regions    *Regions  `json:"regions,omitempty"`
}

// Bridge is a link made between an island, or a group of units apart, and the
// nearest unit of the rest.
type Bridge struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Distance Number `json:"distance"` // kilometres on the Earth, else in the unit of the coordinates
}

// MapTest says whether neighbours are alike in one column over the whole map:
// Moran's I, that of rates (moran_rates, for an indicator that is smoothed: of
// its crude rates, each in proportion to its chance), Geary's C, or the general
// G. Moments are those under randomisation; by permutation, of the draws.
type MapTest struct {
	Code      string `json:"code"`
	Test      string `json:"test"`
	Statistic Number `json:"statistic"`
	Expected  Number `json:"expected"` // without any order
	Variance  Number `json:"variance"`
	Z         Number `json:"z"`       // positive when neighbours are alike
	P         Number `json:"p"`       // of a Z at least as large, normal
	Drawn     Number `json:"p_drawn"` // the same by permutation, for Moran
	Tested    int    `json:"tested"`
}

// Locally is where each unit and its neighbours stand together in one column.
type Locally struct {
	Code     string   `json:"code"`
	Unit     []string `json:"unit"`               // tested
	Untested []string `json:"untested,omitempty"` // no value, or no neighbour with one
	Value    Numbers  `json:"value"`
	Around   Numbers  `json:"around"` // mean of the neighbours
	// LISA: the local Moran coefficient, its two-sided probability by permutation,
	// that adjusted over all units (Benjamini and Hochberg), and what it names:
	// high_high, low_low, high_low, low_high, none.
	I       Numbers  `json:"i,omitempty"`
	P       Numbers  `json:"p,omitempty"`
	Q       Numbers  `json:"q,omitempty"`
	Cluster []string `json:"cluster,omitempty"`
	// Getis and Ord: G* as a normal deviate, its adjusted probability, hot, cold or
	// none.
	Star  Numbers  `json:"g_star,omitempty"`
	StarQ Numbers  `json:"g_star_q,omitempty"`
	Spot  []string `json:"spot,omitempty"`
}

// space looks at the map of the index, when the specification says who are
// neighbours.
func (r *run) space() error {
	s := r.Spec.Space
	if s.Neighbours == "" {
		return nil
	}
	out := &Map{Neighbours: s.Neighbours}
	if n := len(r.Periods); n > 0 {
		out.Period = r.Periods[n-1]
	}
	var units []int
	for i, u := range r.Units {
		if u.Period == out.Period {
			units = append(units, i)
		}
	}
	m, err := r.ward(r.options, units)
	if err != nil {
		return err
	}
	out.Units, out.Islands = len(units), r.codes(m, m.islands)
	out.Links = m.pairs()
	out.Linked = r.bridges(m, m.links)
	r.out.Map = out
	columns := s.Columns
	if columns == nil {
		columns = []string{r.Tree.Nodes[r.Tree.Top()].Code}
	}
	for _, code := range columns {
		if err := r.among(m, code); err != nil {
			return err
		}
	}
	return r.regions(m)
}

// pairs counts the pairs of units of which one at least is the neighbour of the
// other.
func (m *ward) pairs() int {
	seen := map[[2]int]bool{}
	for i := range m.units {
		to, _ := m.w.Of(i)
		for _, j := range to {
			seen[[2]int{min(i, int(j)), max(i, int(j))}] = true
		}
	}
	return len(seen)
}

func (p *Plan) bridges(m *ward, links []spatial.Link) []Bridge {
	var out []Bridge
	for _, l := range links {
		ends := p.codes(m, []int{l.From, l.To})
		out = append(out, Bridge{ends[0], ends[1], Number(p.Spec.Space.ground(l.Cost))})
	}
	return out
}

// values are those of an element, or of an indicator as it is read, divided,
// neither filled nor smoothed: a rate drawn to its neighbours is like them by
// construction. Nil for an indicator left out.
func (r *run) values(path, code string) ([]float64, error) {
	node := r.Tree.At(code)
	switch {
	case node < 0:
		return nil, r.Spec.Fault(path, "nommez des éléments ou des indicateurs de l’indice par leur code", "« %s » n’est pas dans l’indice", code)
	case r.Number[node] < 0:
		r.aside = append(r.aside, fmt.Sprintf("« %s » n’est pas étudié sur la carte : il n’est pas dans l’indice.", code))
		return nil, nil
	case !r.Tree.Nodes[node].Leaf():
		return r.column(node), nil
	}
	if s := r.smoothing(code); s != nil {
		x := slices.Repeat([]float64{math.NaN()}, len(r.Units))
		at := s.positions(r.Units)
		for k, v := range s.Crude {
			if u, ok := at[k]; ok {
				x[u] = float64(v)
			}
		}
		return x, nil
	}
	return r.before[node], nil
}

// among tests one column among neighbours.
func (r *run) among(all *ward, code string) error {
	values, err := r.values("space.columns", code)
	if values == nil {
		return err
	}
	m, kept := all.keep(func(k int) bool {
		u := all.units[k]
		return r.Units[u].Reference && !math.IsNaN(values[u])
	})
	x := at(values, m.units)
	l := Locally{Code: code, Value: numbersOf(x)}
	for k, in := range kept {
		if u := r.Units[all.units[k]]; in {
			l.Unit = append(l.Unit, u.Code)
		} else if u.Reference {
			l.Untested = append(l.Untested, u.Code)
		}
	}
	w := m.w.RowStandardised()
	l.Around = numbersOf(w.Lag(x))
	if len(l.Unit) < 30 {
		r.aside = append(r.aside, fmt.Sprintf("« %s » : %d unités seulement ont une valeur et un voisin ; un test sur la carte en demande au moins une trentaine.", code, len(l.Unit)))
	}
	for _, test := range r.Spec.Space.Tests {
		switch err := r.test(test, m, w, x, &l); {
		case errors.Is(err, spatial.ErrFew), errors.Is(err, spatial.ErrConstant), errors.Is(err, spatial.ErrNegative):
			r.aside = append(r.aside, fmt.Sprintf("« %s » n’a pas de test « %s » : %s.", code, test, untestable(err)))
		case err != nil:
			return err
		}
	}
	if l.I != nil || l.Star != nil {
		r.out.Map.Local = append(r.out.Map.Local, l)
	}
	return nil
}

// untestable says in French why a map has no statistic.
func untestable(err error) string {
	switch {
	case errors.Is(err, spatial.ErrFew):
		return "moins de quatre unités ont une valeur et un voisin"
	case errors.Is(err, spatial.ErrConstant):
		return "toutes les valeurs sont égales"
	}
	return "une valeur est négative, et il compare des produits de valeurs"
}

func (s Space) permutation(seed uint64, workers int) spatial.Permutation {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return spatial.Permutation{Draws: s.Permutations, Seed: seed, Workers: workers}
}

// test makes one of the tests of the specification.
func (r *run) test(name string, m *ward, w *spatial.Weights, x []float64, l *Locally) error {
	how := r.Spec.Space.permutation(r.Spec.Uncertainty.Seed, r.options.Workers)
	one := MapTest{Code: l.Code, Test: name, Tested: len(x), Drawn: Number(math.NaN())}
	var t spatial.Test
	var err error
	switch name {
	case "moran":
		if t, err = spatial.Moran(x, w, spatial.Randomisation); err != nil {
			return err
		}
		drawn, err := spatial.MoranPermutation(x, w, how)
		if err != nil {
			return err
		}
		one.Drawn = Number(drawn.Greater)
	case "geary":
		t, err = spatial.Geary(x, w, spatial.Randomisation)
	case "getis_ord":
		if t, err = spatial.GlobalG(x, m.w.Binary()); err == nil {
			err = l.spots(x, m.w.Binary(), r.Spec.Space.FalseDiscovery)
		}
	case "lisa":
		return l.lisa(x, w, how, r.Spec.Space.FalseDiscovery)
	}
	if err != nil {
		return err
	}
	one.Statistic, one.Expected, one.Variance, one.Z, one.P = Number(t.Statistic), Number(t.Expected), Number(t.Variance), Number(t.Z), Number(t.Greater)
	r.out.Map.Tests = append(r.out.Map.Tests, one)
	if name == "moran" {
		return r.moranRates(m, w, how, l.Code)
	}
	return nil
}

// moranRates tests the rates of an indicator that is smoothed, by chance.
func (r *run) moranRates(m *ward, w *spatial.Weights, how spatial.Permutation, code string) error {
	s := r.smoothing(code)
	if s == nil {
		return nil
	}
	row := map[int]int{} // of the smoothing, by unit
	for k, u := range s.positions(r.Units) {
		row[u] = k
	}
	var events, population []float64
	for _, u := range m.units {
		events, population = append(events, float64(s.Events[row[u]])), append(population, float64(s.Population[row[u]]))
	}
	t, err := spatial.RateMoranPermutation(events, population, w, how)
	if err != nil {
		return err
	}
	r.out.Map.Tests = append(r.out.Map.Tests, MapTest{Code: code, Test: "moran_rates", Statistic: Number(t.Statistic), Expected: Number(t.Mean),
		Variance: Number(t.SD * t.SD), Z: Number((t.Statistic - t.Mean) / t.SD), P: Number(math.NaN()), Drawn: Number(t.Greater), Tested: len(events)})
	return nil
}

// quadrants names where a unit and its neighbours stand, in the order of
// spatial.Quadrant.
var quadrants = []string{"low_low", "high_low", "low_high", "high_high"}

func (l *Locally) lisa(x []float64, w *spatial.Weights, how spatial.Permutation, share float64) error {
	list, err := spatial.LocalMoran(x, w, spatial.Conditional)
	if err != nil {
		return err
	}
	p, err := spatial.LocalMoranPermutation(x, w, how)
	if err != nil {
		return err
	}
	q := descr.BH(p)
	l.P, l.Q = numbersOf(p), numbersOf(q)
	for k, one := range list {
		name := "none"
		if q[k] <= share {
			name = quadrants[one.Quadrant]
		}
		l.I, l.Cluster = append(l.I, Number(one.I)), append(l.Cluster, name)
	}
	return nil
}

func (l *Locally) spots(x []float64, w *spatial.Weights, share float64) error {
	star, err := spatial.LocalG(x, w, true)
	if err != nil {
		return err
	}
	p := make([]float64, len(star))
	for k, z := range star {
		p[k] = math.Erfc(math.Abs(z) / math.Sqrt2)
	}
	q := descr.BH(p)
	l.Star, l.StarQ = numbersOf(star), numbersOf(q)
	for k, z := range star {
		name := "none"
		switch {
		case q[k] <= share && z > 0:
			name = "hot"
		case q[k] <= share:
			name = "cold"
		}
		l.Spot = append(l.Spot, name)
	}
	return nil
}

// warnMap tells what a reader must know of the map.
func (r *run) warnMap(warn func(string, ...any)) {
	for _, text := range r.aside {
		warn("%s", text)
	}
	if r.out.Map == nil {
		return
	}
	for _, d := range r.Spec.Indicators {
		if d.Smooth == "local" {
			warn("« %s » est lissé vers ses voisins : un élément qui le compte ressemble en partie à ses voisins par construction.", d.Code)
		}
	}
	if list := r.out.Map.Islands; len(list) > 0 {
		rule := "aucun test ne les compte"
		if r.Spec.Space.Islands == "linked" {
			rule = "reliées à l’unité la plus proche"
		}
		warn("%d île(s), sans voisin : %s ; %s.", len(list), some(list), rule)
	}
}

// some lists codes, the first ones when there are many.
func some(list []string) string {
	const most = 10
	text := strings.Join(list[:min(most, len(list))], ", ")
	if n := len(list) - most; n > 0 {
		text += fmt.Sprintf(" et %d autres", n)
	}
	return text
}
