package index

import (
	"math"
	"slices"

	"vigie/stat/composite"
	"vigie/territory"
)

// Options says how an index is computed, and what it is given besides its
// table.
type Options struct {
	Workers int // goroutines, 0 one a processor; the result does not depend on it
	// Load reads a table that the specification names besides the data
	// (weights.file, space.file), codes as texts; nil when it names none.
	Load func(name string) (*Table, error)
	// Boundaries reads the outlines that it names (space.file), whose codes are
	// those of units; nil where none are read.
	Boundaries func(name string) (*territory.Topology, error)
}

// Unit is one row of the index: a unit, in one period where there are several.
type Unit struct {
	Code      string   `json:"code"`
	Name      string   `json:"name,omitempty"`
	Period    string   `json:"period,omitempty"`
	Groups    []string `json:"groups,omitempty"` // in the order of data.groups
	Reference bool     `json:"reference"`
	Row       int      `json:"row"` // line of the file, or rank of the row in the table, from 1
}

// LeftOut is a unit or an indicator that is not in the index, and why.
type LeftOut struct {
	Kind   string  `json:"kind"` // unit, indicator
	Code   string  `json:"code"`
	Period string  `json:"period,omitempty"`
	Row    int     `json:"row,omitempty"`
	Why    string  `json:"why"`             // available, nonzero (screening); empty, constant, weight
	Share  *Number `json:"share,omitempty"` // found, for the screening
}

// Plan is a specification met with a table: the index in numbers, ready for
// composite.Index.Build and Simulate, and what the numbers stand for. Node k of
// the tree is number Number[k] of the index: a column of Index.Indicators, or
// len(Index.Indicators) plus a position among Index.Parts; -1 an indicator left
// out. All elements are parts, without children when nothing is left below.
type Plan struct {
	Spec       *Spec
	Tree       *Tree
	Units      []Unit
	Periods    []string
	Number     []int
	Node       []int // by number
	Index      composite.Index
	Method     composite.Method
	Simulation composite.Simulation
	LeftOut    []LeftOut
	// Alternatives names what the simulation draws among, by choice.
	Alternatives []Choice

	table  *Table
	rows   []int // of the table, by unit
	given  [][]float64
	before [][]float64 // columns by indicator of the specification, denominated; nil left out
	steps  []Step
	// narrowed says that the draws of the index alone are kept.
	narrowed bool
	weighing *Weighing
	smoothed []Smoothed
	space    *atlas // nil until it is read
}

// Choice is one choice of method that is varied, and its alternatives.
type Choice struct {
	Choice       string   `json:"choice"`
	Alternatives []string `json:"alternatives"`
}

// Plan meets the specification with a table. The indicators that have no value
// or a single one among the rows of the reference are left out, as a scale
// cannot be made of them (those on goalposts or a target need no two values).
//
// Error: a fault.Error or fault.List that names the line of the specification
// or of the table.
func (s *Spec) Plan(t *Table, o Options) (*Plan, error) {
	tree, err := s.Tree()
	if err != nil {
		return nil, err
	}
	p := &Plan{Spec: s, Tree: tree, table: t}
	for _, step := range []func() error{p.readUnits, func() error { return p.readColumns(o) }, p.screen, p.drop, p.parts, p.method, func() error { return p.weigh(o) }, p.simulation} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// readUnits reads who the rows are.
func (p *Plan) readUnits() error {
	s, t := p.Spec, p.table
	if s.Data.Unit == "" {
		return s.Fault("data.unit", "nommez sous [data] la colonne des codes", "la colonne des unités n’est pas donnée")
	}
	if t.Rows == 0 {
		return t.refuse("donnez un fichier d’au moins une ligne", "aucune ligne")
	}
	text := func(key, name string) ([]string, error) {
		if name == "" {
			return make([]string, t.Rows), nil
		}
		c, err := s.need(t, key, name)
		if err != nil {
			return nil, err
		}
		return c.labels(), nil
	}
	code, err := text("data.unit", s.Data.Unit)
	if err != nil {
		return err
	}
	name, err := text("data.name", s.Data.Name)
	if err != nil {
		return err
	}
	period, err := text("data.period", s.Data.Period)
	if err != nil {
		return err
	}
	groups := make([][]string, len(s.Data.Groups))
	for k, g := range s.Data.Groups {
		if groups[k], err = text("data.groups", g); err != nil {
			return err
		}
	}
	reference, err := p.reference()
	if err != nil {
		return err
	}
	first := map[[2]string]int{}
	for i := range t.Rows {
		u := Unit{Code: code[i], Name: name[i], Period: period[i], Reference: reference[i], Row: t.line(i)}
		if u.Code == "" {
			return t.refuse("donnez un code à chaque unité, ou retirez la ligne", "ligne %d, colonne « %s » : l’unité n’a pas de code", u.Row, s.Data.Unit)
		}
		if s.Data.Period != "" && u.Period == "" {
			return t.refuse("donnez une période à chaque ligne, ou retirez-la", "ligne %d, colonne « %s » : la période manque", u.Row, s.Data.Period)
		}
		key := [2]string{u.Code, u.Period}
		if at, twice := first[key]; twice {
			what := "« " + u.Code + " »"
			if u.Period != "" {
				what += " en " + u.Period
			}
			return t.refuse("gardez une ligne par unité et par période", "lignes %d et %d : %s est donné deux fois", at, u.Row, what)
		}
		first[key] = u.Row
		for k := range groups {
			u.Groups = append(u.Groups, groups[k][i])
		}
		p.Units, p.rows = append(p.Units, u), append(p.rows, i)
	}
	return nil
}

// reference marks the rows of the reference set.
func (p *Plan) reference() ([]bool, error) {
	out := make([]bool, p.table.Rows)
	name := p.Spec.Data.Reference
	if name == "" {
		for i := range out {
			out[i] = true
		}
		return out, nil
	}
	x, err := p.Spec.numbers(p.table, "data.reference", name)
	if err != nil {
		return nil, err
	}
	for i, v := range x {
		if v != 0 && v != 1 {
			return nil, p.table.refuse("écrivez 1 pour une unité de référence, 0 pour une autre", "ligne %d, colonne « %s » : 0 ou 1 est attendu", p.table.line(i), name)
		}
		out[i] = v == 1
	}
	return out, nil
}

// drop leaves out the indicators from which no scale can be made, and lays out
// the others.
func (p *Plan) drop() error {
	s := p.Spec
	p.periods()
	for i := range s.Indicators {
		if p.before[i] != nil && !p.useful(i) {
			p.before[i] = nil
		}
	}
	p.orphans()
	p.Number = make([]int, len(p.Tree.Nodes))
	for i, x := range p.before {
		if p.Number[i] = -1; x == nil {
			continue
		}
		p.Number[i] = len(p.Index.Indicators)
		p.Node = append(p.Node, i)
		in, err := p.indicator(i, x)
		if err != nil {
			return err
		}
		p.Index.Indicators = append(p.Index.Indicators, in)
	}
	if len(p.Index.Indicators) == 0 {
		return p.nothingLeft()
	}
	return nil
}

// orphans leaves out the indicators of weight 0 beside which nothing is left.
func (p *Plan) orphans() {
	for _, n := range p.Tree.Nodes {
		if slices.ContainsFunc(n.Children, func(c int) bool {
			return p.Tree.Nodes[c].Weight > 0 && (!p.Tree.Nodes[c].Leaf() || p.before[c] != nil)
		}) {
			continue
		}
		for _, c := range n.Children {
			if p.Tree.Nodes[c].Leaf() && p.before[c] != nil {
				p.LeftOut = append(p.LeftOut, LeftOut{Kind: "indicator", Code: p.Tree.Nodes[c].Code, Why: "weight"})
				p.before[c] = nil
			}
		}
	}
}

// nothingLeft says why no indicator is left.
func (p *Plan) nothingLeft() error {
	reference := 0
	for _, u := range p.Units {
		if u.Reference {
			reference++
		}
	}
	switch {
	case len(p.Units) == 0:
		return p.Spec.Fault("screening", "abaissez les parts demandées", "aucune unité n’a assez de valeurs pour rester dans l’indice")
	case reference < 2:
		return p.table.refuse("donnez au moins deux unités de référence, ou des bornes fixes (normalisation « goalposts »)",
			"%d unité de référence : une échelle tirée des données en demande deux", reference)
	}
	return p.table.refuse("vérifiez les colonnes : elles sont vides, ou n’ont qu’une valeur", "aucun indicateur ne distingue les unités")
}

// periods numbers the periods in the order of their labels.
func (p *Plan) periods() {
	for _, u := range p.Units {
		if !slices.Contains(p.Periods, u.Period) {
			p.Periods = append(p.Periods, u.Period)
		}
	}
	slices.SortFunc(p.Periods, comparePeriods)
	p.Index.Reference = make([]bool, len(p.Units))
	for i, u := range p.Units {
		p.Index.Reference[i] = u.Reference
	}
	if p.Spec.Data.Period == "" {
		p.Periods = nil
		return
	}
	p.Index.Period = make([]int, len(p.Units))
	for i, u := range p.Units {
		p.Index.Period[i] = slices.Index(p.Periods, u.Period)
	}
	p.Index.Pooled = p.Spec.Normalisation.Scope == "all_periods"
}

// useful tells whether a scale can be made of column i among the rows of the
// reference: of all, or of each period where scales are fitted by period. A
// period in which none can be made loses its values, and is told.
func (p *Plan) useful(i int) bool {
	d := p.Spec.Indicators[i]
	fixed := p.Spec.Normalisation.Method == "goalposts"
	fits := 1
	if p.Index.Period != nil && !p.Index.Pooled {
		fits = len(p.Periods)
	}
	var out []LeftOut
	for f := range fits {
		low, high := math.Inf(1), math.Inf(-1)
		p.fitted(fits, f, func(u int) {
			if v := p.before[i][u]; v == v && p.Units[u].Reference {
				low, high = min(low, v), max(high, v)
			}
		})
		left := LeftOut{Kind: "indicator", Code: d.Code}
		switch {
		case low > high:
			left.Why = "empty"
		case low == high && !fixed:
			left.Why = "constant"
		default:
			continue
		}
		if fits > 1 {
			left.Period = p.Periods[f]
		}
		out = append(out, left)
		p.fitted(fits, f, func(u int) { p.before[i][u] = math.NaN() })
	}
	p.LeftOut = append(p.LeftOut, out...)
	return len(out) < fits
}

// fitted calls f with the units of one of the fits.
func (p *Plan) fitted(fits, at int, f func(u int)) {
	for u := range p.Units {
		if fits == 1 || p.Index.Period[u] == at {
			f(u)
		}
	}
}

// indicator is one column in numbers.
func (p *Plan) indicator(i int, x []float64) (composite.Indicator, error) {
	d, nan := p.Spec.Indicators[i], math.NaN()
	in := composite.Indicator{X: x, Direction: d.Direction, DF: d.DF, Least: nan, Most: nan, Low: nan, High: nan, Target: nan}
	if in.Direction == 0 {
		in.Direction = 1
	}
	at := func(v float64) float64 {
		if d.Log {
			return math.Log(max(v, 0))
		}
		return v
	}
	if d.Bounds != nil {
		in.Least, in.Most = at(d.Bounds[0]), at(d.Bounds[1])
	}
	if d.Goalposts != nil {
		in.Low, in.High = at(d.Goalposts[0]), at(d.Goalposts[1])
	}
	if d.Target != nil {
		in.Target = at(*d.Target)
	}
	if d.Treatment != nil {
		t := treatmentOf(*d.Treatment, d.Treatment.Method)
		in.Treatment = &t
	}
	var err error
	in.SE, err = p.errors(i)
	return in, err
}

// parts lays out the elements: all of them, with the children that are left.
func (p *Plan) parts() error {
	s, leaves := p.Spec, len(p.Index.Indicators)
	for k := len(s.Indicators); k < len(p.Tree.Nodes); k++ {
		n := p.Tree.Nodes[k]
		part := composite.Part{Need: composite.Need{Weight: byLevel(s.Missing.Weight, n.Level), Count: byLevel(s.Missing.Children, n.Level)}}
		var weights []float64
		total := 0.0
		for _, c := range n.Children {
			if p.Number[c] >= 0 {
				part.Children = append(part.Children, p.Number[c])
				weights = append(weights, p.Tree.Nodes[c].Weight)
				total += p.Tree.Nodes[c].Weight
			}
		}
		if total == 0 {
			part.Children, weights = nil, nil
		} else if len(part.Children) < len(n.Children) { // counted against those of the specification
			part.Need.Count *= float64(len(n.Children)) / float64(len(part.Children))
		}
		if k == p.Tree.Top() {
			part.Leaves = s.Missing.Least
		}
		part.Assessed = len(part.Children) > 0
		p.Number[k] = leaves + len(p.Index.Parts)
		p.Node = append(p.Node, k)
		p.Index.Parts = append(p.Index.Parts, part)
		p.given = append(p.given, weights)
	}
	return nil
}

// byLevel reads a list by level, whose last entry holds above.
func byLevel[T any](list []T, level int) T {
	var zero T
	if len(list) == 0 {
		return zero
	}
	return list[min(level, len(list))-1]
}

// Part returns the number of a node among Index.Parts, -1 for an indicator.
func (p *Plan) Part(node int) int {
	if p.Tree.Nodes[node].Leaf() {
		return -1
	}
	return p.Number[node] - len(p.Index.Indicators)
}
