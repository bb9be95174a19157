package edition

import (
	"math"
	"reflect"
	"slices"

	"vigie/fragility"
	"vigie/stat/descr"
	"vigie/stat/spatial"
	"vigie/territory"
)

// Pattern is how the scores of a tier stand on the map in one domain, or
// overall: whether neighbours are alike, and where they are more than chance
// would make them. It rests on the reference territories that have a score and
// a neighbour among them.
type Pattern struct {
	Moran   float64 // from about −1 (neighbours differ) over 0 (no order) to 1 (neighbours are alike)
	Chance  float64 // probability of a coefficient at least as large without any order
	Tested  int
	Draws   int // arrangements at random behind each probability
	Cluster map[territory.Code]Cluster
	Untried []territory.Code // of the tier, in order of code: no score, no neighbour, or outside the reference set
	// Touching counts the territories tested whose cluster is another one when
	// those that meet in a single point are neighbours too.
	Touching int
}

// Cluster is where a territory tested and its neighbours stand together.
type Cluster string

// The clusters: the territory is named first. None: its neighbours are no more
// alike, nor different, than chance makes them.
const (
	None     Cluster = "none"
	HighHigh Cluster = "high_high"
	LowLow   Cluster = "low_low"
	HighLow  Cluster = "high_low"
	LowHigh  Cluster = "low_high"
)

// The rule of local clusters: see doc/methods/spatial.md.
const (
	leastTested    = 30   // territories, for the map of a tier to be tested
	falseShare     = 0.05 // of the clusters named may be false (Benjamini and Hochberg)
	arrangements   = 9_999
	fewArranged    = 1_999 // for more territories than manyTested
	manyTested     = 200
	patternWorkers = 2
)

// Patterned says whether the scores of a tier stand in some order on the map in
// a domain ("" overall), made once; nil when too few can be tested.
func (c *Content) Patterned(level territory.Level, domain string) *Pattern {
	key := "pattern/" + string(level) + "/" + domain
	if kept, ok := c.same.Load(key); ok {
		return kept.(*Pattern)
	}
	p := c.pattern(level, domain)
	c.same.Store(key, p)
	return p
}

func (c *Content) pattern(level territory.Level, domain string) *Pattern {
	r, topology := c.Fragility[level], c.Topology[level]
	if r == nil || topology == nil || r.Part(part(domain)) == nil {
		return nil
	}
	g := &mapped{r: r, cells: r.Part(part(domain)).Cells}
	g.settle(topology.Neighbours())
	if len(g.units) < leastTested {
		return nil
	}
	p := &Pattern{Tested: len(g.units), Draws: arrangements, Cluster: map[territory.Code]Cluster{}, Untried: g.untried}
	if p.Tested > manyTested {
		p.Draws = fewArranged
	}
	g.how = spatial.Permutation{Draws: p.Draws, Seed: r.Provenance.Seed, Workers: patternWorkers}
	near := g.neighbours(topology.Neighbours())
	beside, err := g.clusters(near)
	if err != nil {
		return nil // all scores are equal
	}
	touching := beside
	if wider := g.neighbours(topology.Touching()); !reflect.DeepEqual(near, wider) {
		touching, err = g.clusters(wider)
	}
	moran, moranErr := g.moran(near)
	if err != nil || moranErr != nil {
		return nil
	}
	p.Moran, p.Chance = moran.Statistic, moran.Greater
	for k, i := range g.units {
		p.Cluster[r.Units[i].Code] = beside[k]
		if touching[k] != beside[k] {
			p.Touching++
		}
	}
	return p
}

// mapped is the units of a result that a map can test.
type mapped struct {
	r       *fragility.Result
	cells   []fragility.Cell
	units   []int // those tested
	x       []float64
	untried []territory.Code
	how     spatial.Permutation
}

// settle tells the units that can be tested from the others: one whose only
// neighbours cannot be is an island too.
func (g *mapped) settle(near map[territory.Code][]territory.Code) {
	has := func(i int) bool { return g.r.Units[i].Reference && g.cells[i].OK() }
	for i, u := range g.r.Units {
		if has(i) && slices.ContainsFunc(near[u.Code], func(c territory.Code) bool {
			j, ok := g.r.Unit(c)
			return ok && has(j)
		}) {
			g.units, g.x = append(g.units, i), append(g.x, g.cells[i].Score)
		} else {
			g.untried = append(g.untried, u.Code)
		}
	}
}

// neighbours lists those of each unit tested, by their places among them.
func (g *mapped) neighbours(near map[territory.Code][]territory.Code) [][]int {
	at := make(map[territory.Code]int, len(g.units))
	for k, i := range g.units {
		at[g.r.Units[i].Code] = k
	}
	list := make([][]int, len(g.units))
	for k, i := range g.units {
		for _, c := range near[g.r.Units[i].Code] {
			if j, ok := at[c]; ok {
				list[k] = append(list[k], j)
			}
		}
	}
	return list
}

// moran says whether neighbours are alike over the whole map.
func (g *mapped) moran(near [][]int) (spatial.Simulated, error) {
	w, err := spatial.NewContiguity(near)
	if err != nil {
		return spatial.Simulated{}, err
	}
	return spatial.MoranPermutation(g.x, w.RowStandardised(), g.how)
}

// clusters places each unit tested among its neighbours; false discoveries are
// controlled over all of them.
func (g *mapped) clusters(near [][]int) ([]Cluster, error) {
	w, err := spatial.NewContiguity(near)
	if err != nil {
		return nil, err
	}
	w = w.RowStandardised()
	chance, err := spatial.LocalMoranPermutation(g.x, w, g.how)
	if err != nil {
		return nil, err
	}
	discovery, mean, lag := descr.BH(chance), descr.Mean(g.x), w.Lag(g.x)
	out := make([]Cluster, len(g.x))
	for k, x := range g.x {
		out[k] = None
		if math.IsNaN(discovery[k]) || discovery[k] > falseShare {
			continue
		}
		switch high, around := x > mean, lag[k] > mean; {
		case high && around:
			out[k] = HighHigh
		case high:
			out[k] = HighLow
		case around:
			out[k] = LowHigh
		default:
			out[k] = LowLow
		}
	}
	return out, nil
}
