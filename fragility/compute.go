package fragility

import (
	"fmt"
	"math"
	"runtime"
	"slices"

	"vigie/fault"
	"vigie/stat/composite"
)

// Run says how a computation is carried out and what its provenance records.
// Workers 0 takes one a processor; the result does not depend on it.
type Run struct {
	Workers  int
	Datasets []string // content addresses of the tables behind the input
	Code     string   // version of Vigie
}

// Compute returns the index of one level. The same spec and input give the
// same result, whatever the number of workers and the order of calls.
//
// Error: an Invalid fault when no indicator is left.
func Compute(spec *Spec, in *Input, run Run) (*Result, error) {
	if len(in.Columns) == 0 {
		return nil, fault.Invalidf("vérifiez les séries importées et la part de couverture demandée",
			"indice : aucun indicateur de la spécification n'est disponible au niveau « %s »", in.Level)
	}
	if len(in.Units) > math.MaxUint16-1 {
		return nil, fault.Invalidf("calculez un niveau de moins de 65 000 territoires", "indice : %d territoires", len(in.Units))
	}
	c := &computation{spec: spec, in: in, workers: run.Workers}
	if c.workers <= 0 {
		c.workers = runtime.GOMAXPROCS(0)
	}
	c.scale()
	r := &Result{
		Level: in.Level, Units: slices.Clone(in.Units), Absent: slices.Clone(in.Absent), Columns: c.columns,
		Provenance: Provenance{
			SpecVersion: spec.Version, SpecHash: spec.Hash, Datasets: slices.Clone(run.Datasets),
			Seed: spec.Sensitivity.Seed, Draws: spec.Sensitivity.Draws, Go: runtime.Version(), Code: run.Code,
			Interval: spec.Sensitivity.Interval, Reversal: spec.Sensitivity.Reversal,
		},
	}
	if err := c.score(); err != nil {
		return nil, err
	}
	r.Parts = c.parts
	for i := range r.Parts {
		c.rank(&r.Parts[i])
	}
	c.vary()
	r.Typology = typology(r, spec.Sensitivity.ClassChange)
	return r.index(), nil
}

// computation is the state of one Compute.
type computation struct {
	spec    *Spec
	in      *Input
	workers int
	columns []Scaled
	// scaled holds each column under each normalisation of the sensitivity.
	scaled [][][]float64
	parts  []Part
	nodes  []node // beside parts
}

// node says what a part is made of: positions among columns (domains) or
// parts (the others), with the nominal weights.
type node struct {
	children []int
	weights  []float64
}

// scale treats and normalises each column, on the reference set.
func (c *computation) scale() {
	methods := c.spec.Sensitivity.Normalisations
	c.scaled = make([][][]float64, len(methods))
	for _, col := range c.in.Columns {
		f := c.fit(col)
		s := Scaled{
			Indicator: col.Indicator, Domain: col.Domain, Period: col.Period, Direction: col.Direction, Weight: col.Weight,
			At0: f.low, At100: f.high, Drawn: f.drawn, Share: f.share,
			Score: f.apply(c.spec.Normalisation.Method, col.X), Beyond: make([]bool, len(col.X)),
		}
		if col.Direction < 0 {
			s.At0, s.At100 = f.high, f.low
		}
		for i, x := range col.X {
			s.Beyond[i] = x < f.least || x > f.most
		}
		c.columns = append(c.columns, s)
		for k, m := range methods {
			c.scaled[k] = append(c.scaled[k], f.apply(m, col.X))
		}
	}
}

// fit is what the reference set says of one column.
type fit struct {
	low, high   float64 // limits after treatment
	least, most float64 // before
	direction   float64
	drawn       int
	share       float64
	sorted      []float64 // treated values, oriented, increasing
	minmax, z   composite.Line
}

func (c *computation) fit(col Column) fit {
	var x []float64
	reference := 0
	for i, u := range c.in.Units {
		if u.Reference {
			reference++
			if !math.IsNaN(col.X[i]) {
				x = append(x, col.X[i])
			}
		}
	}
	most := 0
	if c.spec.Treatment.Method == "winsorise" {
		most = max(1, int(c.spec.Treatment.Share*float64(len(x))))
	}
	test := composite.Limit{Skew: c.spec.Treatment.Skewness, Kurt: c.spec.Treatment.Kurtosis}
	w := composite.Winsorise(x, most, test, composite.TiesWithin)
	f := fit{
		low: w.Low, high: w.High, least: slices.Min(x), most: slices.Max(x), direction: float64(col.Direction),
		drawn: w.N, share: float64(len(x)) / float64(reference), sorted: composite.Oriented(w.X, col.Direction),
	}
	slices.Sort(f.sorted)
	f.minmax = composite.FitMinMax(f.sorted, 0, 100)
	f.z = composite.FitZScore(f.sorted, 50, 50.0/3)
	return f
}

// apply places values on the scale 0–100. Values beyond the treated limits
// are clamped to them, and so are overseas ones.
func (f *fit) apply(method string, x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		v = min(max(v, f.low), f.high) * f.direction // NaN stays NaN
		switch method {
		case "zscore":
			v = f.z.At(v)
		case "percentile":
			v = 100 * composite.PercentileIn(f.sorted, v)
		default:
			v = f.minmax.At(v)
		}
		out[i] = min(max(v, 0), 100)
	}
	return out
}

// score makes the parts with their nominal scores: domains, dimensions, then
// the overall index.
func (c *computation) score() error {
	var dimensions []string
	members := map[string][]int{}
	for k, d := range c.in.Domains {
		if !slices.Contains(dimensions, d.Dimension) {
			dimensions = append(dimensions, d.Dimension)
		}
		members[d.Dimension] = append(members[d.Dimension], k)
		if err := c.domain(d); err != nil {
			return err
		}
	}
	var all node
	for _, d := range dimensions {
		var n node
		weight := 0.0
		for _, k := range members[d] {
			if c.parts[k].Below == 0 {
				continue
			}
			n.children, n.weights = append(n.children, k), append(n.weights, c.parts[k].Weight)
			weight += c.parts[k].Weight
		}
		need := c.spec.Missing.DimensionDomains * float64(len(members[d]))
		p := Part{Code: d, Kind: OfDimension, Weight: weight, Of: len(members[d])}
		if err := c.combine(p, n, c.spec.Aggregation.Dimension, need); err != nil {
			return err
		}
		if weight > 0 {
			all.children, all.weights = append(all.children, len(c.parts)-1), append(all.weights, weight)
		}
	}
	p := Part{Code: Overall, Kind: OfAll, Of: len(c.in.Domains)}
	return c.combine(p, all, c.spec.Aggregation.Overall, float64(c.spec.Missing.OverallDomains))
}

// domain appends the part of one domain.
func (c *computation) domain(d Domain) error {
	p := Part{Code: d.Code, Kind: OfDomain, Weight: 1}
	for _, given := range c.spec.Domains {
		if given.Code == d.Code {
			p.Weight = weightOr1(given.Weight)
		}
	}
	var n node
	var below [][]float64
	for k := range c.columns {
		if col := &c.columns[k]; col.Domain == d.Code {
			n.children, n.weights = append(n.children, k), append(n.weights, col.Weight)
			below = append(below, col.Score)
		}
	}
	p.Of, p.Below = len(below), len(below)
	have := func(i int) int { return present(below, i) }
	return c.finish(p, n, below, c.spec.Aggregation.Domain, composite.Need{Weight: c.spec.Missing.DomainWeight}, have, 1)
}

// combine appends a part made of other parts; a unit has a score when at least
// need domains below are present.
func (c *computation) combine(p Part, n node, mean string, need float64) error {
	var below [][]float64
	for _, k := range n.children {
		below = append(below, scores(&c.parts[k]))
		p.Below += c.parts[k].Below
	}
	have := func(i int) int { return present(below, i) }
	if p.Kind == OfAll {
		have = func(i int) int {
			sum := 0
			for _, k := range n.children {
				if cell := c.parts[k].Cells[i]; cell.OK() {
					sum += cell.Have // a dimension without score does not enter
				}
			}
			return sum
		}
	}
	return c.finish(p, n, below, mean, composite.Need{}, have, need)
}

func (c *computation) finish(p Part, n node, below [][]float64, mean string, need composite.Need, have func(int) int, least float64) error {
	values, err := c.blend(below, n.weights, mean, need)
	if err != nil {
		return fmt.Errorf("indice, %s : %w", p.Code, err)
	}
	p.Cells = make([]Cell, len(c.in.Units))
	for i := range p.Cells {
		cell := &p.Cells[i]
		cell.Score, cell.Worst, cell.Have = math.NaN(), math.NaN(), have(i)
		if len(below) > 0 && float64(cell.Have) >= least-1e-12 && cell.Have > 0 {
			cell.Score = values[i]
		}
	}
	c.parts, c.nodes = append(c.parts, p), append(c.nodes, n)
	return nil
}

// blend aggregates scores. The geometric mean is taken of what is left of the
// scale above each score, so that one strong fragility weighs more than an
// equal strength makes up for.
func (c *computation) blend(below [][]float64, w []float64, mean string, need composite.Need) ([]float64, error) {
	if mean == arithmetic {
		return composite.Aggregate(below, w, composite.Arithmetic, need)
	}
	top := 100 + c.spec.Aggregation.Floor
	left := make([][]float64, len(below))
	for k, b := range below {
		left[k] = make([]float64, len(b))
		for i, v := range b {
			left[k][i] = top - v
		}
	}
	values, err := composite.Aggregate(left, w, composite.Geometric, need)
	for i := range values {
		values[i] = top - values[i]
	}
	return values, err
}

func scores(p *Part) []float64 {
	out := make([]float64, len(p.Cells))
	for i, c := range p.Cells {
		out[i] = c.Score
	}
	return out
}

func present(columns [][]float64, i int) int {
	n := 0
	for _, c := range columns {
		if !math.IsNaN(c[i]) {
			n++
		}
	}
	return n
}

// rank gives places, ranks and classes from the nominal scores.
func (c *computation) rank(p *Part) {
	var reference []float64
	for i, u := range c.in.Units {
		if u.Reference && p.Cells[i].OK() {
			reference = append(reference, p.Cells[i].Score)
		}
	}
	p.Ranked = len(reference)
	p.Limits = composite.ClassLimits(reference, Steps)
	slices.Sort(reference)
	for i := range p.Cells {
		cell := &p.Cells[i]
		if !cell.OK() {
			continue
		}
		upTo, _ := slices.BinarySearch(reference, math.Nextafter(cell.Score, math.Inf(1)))
		cell.Place = len(reference) - upTo + 1
		if c.in.Units[i].Reference {
			cell.Rank = cell.Place
		}
		cell.Step = composite.Class(cell.Score, p.Limits)
	}
}
