package index

import (
	"cmp"
	"math"
	"slices"

	"vigie/stat/composite"
)

// Change is what became of an index between two specifications, two tables and
// two sets of units, cause by cause, in the last period of each.
type Change struct {
	Units []Unit `json:"units"` // of the new index
	// Appeared lists the units without old value, Gone the old ones that give none
	// to a new unit, Held the indicators of the new index, or what divides them,
	// that the old table lacks: they take their new values throughout, so that
	// their entry is a change of method.
	Appeared []string   `json:"appeared,omitempty"`
	Gone     []string   `json:"gone,omitempty"`
	Held     []string   `json:"held,omitempty"`
	Elements []ChangeOf `json:"elements"` // of the new index, the top last
}

// ChangeOf is the change of one element, by unit: of its score, and of its
// place among the reference units.
type ChangeOf struct {
	Code  string `json:"code"`
	Score Causes `json:"score"`
	Place Causes `json:"place"`
}

// Causes divides a change: New = Old + Boundary + Method + Period, null where
// one of the two ends of a step is missing.
type Causes struct {
	Old      []Number `json:"old"`
	Boundary []Number `json:"boundary"` // the old values, in the new units
	Method   []Number `json:"method"`   // the new specification, on the old values
	Period   []Number `json:"period"`   // the new values
	New      []Number `json:"new"`
}

// Side is one end of a change: a specification, its table, and how the other
// tables that it names are read.
type Side struct {
	Spec    *Spec
	Table   *Table
	Options Options
}

// Since divides the change of an index between an old and a new specification,
// each with its table, by cause. Each step changes one thing: the units (old
// values carried into the new ones by the passage), then the method, then the
// values. doc/methods/panel-change.md says why in this order.
//
// passage has the columns old, new and weight: what each old unit gives to each
// new one, in persons or in what stands for them. A unit that it does not name
// keeps its code; nil changes none. Error: a fault that names the line of the
// specification or of the table.
func Since(old, now Side, passage *Table) (*Change, error) {
	if (old.Spec.Data.Period == "") != (now.Spec.Data.Period == "") {
		return nil, now.Spec.Fault("data.period", "nommez-la dans les deux spécifications, ou dans aucune", "une seule des deux spécifications a une colonne des périodes")
	}
	stage := make([]*built, 4)
	var err error
	if stage[0], err = old.built(old.Table); err != nil {
		return nil, err
	}
	if stage[3], err = now.built(now.Table); err != nil {
		return nil, err
	}
	units := map[string]bool{}
	for code := range stage[3].last {
		units[code] = true
	}
	c, err := newCarrier(old.Spec, now.Spec, old.Table, passage, units)
	if err != nil {
		return nil, err
	}
	carried, err := c.table()
	if err != nil {
		return nil, err
	}
	if stage[1], err = old.built(carried); err != nil {
		return nil, err
	}
	held := c.hold(carried, now.Spec, now.Table, stage[3])
	if stage[2], err = now.built(carried); err != nil {
		return nil, err
	}
	return changeOf(stage, c, held), nil
}

// Carry takes the values of a table to the units of the given codes, as Since
// does: what the specification divides, or divides by, is a count. A unit that
// none of them is made of gives nothing.
func Carry(s *Spec, t, passage *Table, units map[string]bool) (*Table, error) {
	c, err := newCarrier(s, s, t, passage, units)
	if err != nil {
		return nil, err
	}
	return c.table()
}

// built is an index built once, without draws, and its rows of the last period
// by code of unit.
type built struct {
	*Plan
	*composite.Built
	last map[string]int
}

func (s *Side) built(t *Table) (*built, error) {
	p, err := s.Spec.Plan(t, s.Options)
	if err != nil {
		return nil, err
	}
	b := &built{Plan: p, last: map[string]int{}}
	if b.Built, err = p.Index.Build(p.Method); err != nil {
		return nil, p.Told(err)
	}
	period := ""
	if n := len(p.Periods); n > 0 {
		period = p.Periods[n-1]
	}
	for i, u := range p.Units {
		if u.Period == period {
			b.last[u.Code] = i
		}
	}
	return b, nil
}

// at returns the score and the place of a unit in an element, NaN where one of
// the two is not in the index.
func (b *built) at(element, unit string) (score, place float64) {
	node := b.Tree.At(element)
	row, ok := b.last[unit]
	if node < 0 || b.Tree.Nodes[node].Leaf() || !ok {
		return math.NaN(), math.NaN()
	}
	k := b.Part(node)
	if b.Place[k][row] == 0 {
		return math.NaN(), math.NaN()
	}
	return b.Score[k][row], float64(b.Place[k][row])
}

// changeOf lays the four stages out.
func changeOf(stage []*built, c *carrier, held []string) *Change {
	now := stage[3]
	out := &Change{Held: held, Gone: c.gone}
	for i, u := range now.Units {
		if row, ok := now.last[u.Code]; !ok || row != i {
			continue // of an earlier period
		}
		out.Units = append(out.Units, u)
		if _, ok := stage[1].last[u.Code]; !ok {
			out.Appeared = append(out.Appeared, u.Code)
		}
	}
	for _, n := range now.Tree.Nodes {
		if n.Leaf() {
			continue
		}
		one := ChangeOf{Code: n.Code}
		for _, u := range out.Units {
			var score, place [4]float64
			for k, b := range stage {
				score[k], place[k] = b.at(n.Code, u.Code)
			}
			one.Score.add(score)
			one.Place.add(place)
		}
		out.Elements = append(out.Elements, one)
	}
	return out
}

func (c *Causes) add(x [4]float64) {
	c.Old, c.New = append(c.Old, Number(x[0])), append(c.New, Number(x[3]))
	c.Boundary, c.Method = append(c.Boundary, Number(x[1]-x[0])), append(c.Method, Number(x[2]-x[1]))
	c.Period = append(c.Period, Number(x[3]-x[2]))
}

// carrier takes the values of old units to new ones.
type carrier struct {
	old    *Spec
	before *Table
	counts map[string]bool // columns that are summed; the others are averaged
	units  []string        // by row of the old table
	period []string
	pieces map[string][]piece // by old unit
	gone   []string
}

// piece is what an old unit gives to a new one.
type piece struct {
	to     string
	weight float64
	share  float64 // of the old unit
}

func newCarrier(old, now *Spec, before, passage *Table, units map[string]bool) (*carrier, error) {
	c := &carrier{old: old, before: before, counts: map[string]bool{}, pieces: map[string][]piece{}}
	for _, s := range []*Spec{old, now} {
		for _, d := range s.Indicators {
			if d.Denominator != "" {
				c.counts[d.column()], c.counts[d.Denominator] = true, true
			}
		}
	}
	unit, err := old.need(before, "data.unit", old.Data.Unit)
	if err != nil {
		return nil, err
	}
	c.units, c.period = unit.labels(), make([]string, before.Rows)
	if old.Data.Period != "" {
		p, err := old.need(before, "data.period", old.Data.Period)
		if err != nil {
			return nil, err
		}
		c.period = p.labels()
	}
	if err := c.read(passage); err != nil {
		return nil, err
	}
	return c, c.keep(units)
}

// read reads the passage.
func (c *carrier) read(t *Table) error {
	if t == nil {
		return nil
	}
	column := func(name string) (*Column, error) {
		if x := t.Column(name); x != nil {
			return x, nil
		}
		return nil, t.refuse("donnez les colonnes old, new et weight", "il n’y a pas de colonne « %s »", name)
	}
	from, err := column("old")
	if err != nil {
		return err
	}
	to, err := column("new")
	if err != nil {
		return err
	}
	if _, err = column("weight"); err != nil {
		return err
	}
	weight, err := c.old.numbers(t, "", "weight")
	if err != nil {
		return err
	}
	source, target := from.labels(), to.labels()
	for i, w := range weight {
		if source[i] == "" || target[i] == "" || !(w > 0) {
			return t.refuse("donnez l’ancien code, le nouveau, et un poids positif (la population qui passe de l’un à l’autre)", "ligne %d : old, new ou weight manque", t.line(i))
		}
		c.pieces[source[i]] = append(c.pieces[source[i]], piece{to: target[i], weight: w})
	}
	return nil
}

// keep completes the passage with the units that do not change, and leaves out
// what goes to no unit of the new index.
func (c *carrier) keep(units map[string]bool) error {
	named := map[string]bool{} // new units made of several pieces
	for _, list := range c.pieces {
		for _, p := range list {
			named[p.to] = true
		}
	}
	for _, code := range slices.Sorted(slices.Values(c.units)) {
		list, listed := c.pieces[code]
		if !listed && named[code] {
			return c.before.refuse("ajoutez au passage la ligne « "+code+", "+code+" » et son poids", "l’unité « %s » garde son code et en reçoit d’autres : son poids n’est pas dans le passage", code)
		}
		if !listed {
			list = []piece{{to: code, weight: 1}}
		}
		total := 0.0
		for _, p := range list {
			total += p.weight
		}
		kept := []piece{}
		for _, p := range list {
			if units[p.to] {
				kept = append(kept, piece{p.to, p.weight, p.weight / total})
			}
		}
		if c.pieces[code] = kept; len(kept) == 0 && !slices.Contains(c.gone, code) {
			c.gone = append(c.gone, code)
		}
	}
	return nil
}

// given is what a row of the old table gives to a new unit.
type given struct {
	row int
	piece
}

// table carries every column of the old table into the new units: counts are
// divided like the weight and summed, other numbers averaged by the weight,
// texts taken from the piece of largest weight. A number is missing as soon as
// one of its pieces is.
func (c *carrier) table() (*Table, error) {
	type key struct{ period, unit string }
	from := map[key][]given{}
	var order []key
	for row, code := range c.units {
		for _, p := range c.pieces[code] {
			k := key{c.period[row], p.to}
			if from[k] == nil {
				order = append(order, k)
			}
			from[k] = append(from[k], given{row, p})
		}
	}
	if len(order) == 0 {
		return nil, c.before.refuse("vérifiez les codes des deux fichiers, ou donnez un passage", "aucune unité n’a de valeur dans celles de l’indice nouveau")
	}
	out := &Table{Name: c.before.Name + " dans les unités nouvelles", Rows: len(order)}
	for _, x := range c.before.Columns {
		y := Column{Name: x.Name}
		for _, k := range order {
			list := from[k]
			switch {
			case x.Name == c.old.Data.Unit:
				y.Text = append(y.Text, k.unit)
			case x.Number == nil:
				y.Text = append(y.Text, x.Text[principal(list).row])
			case x.Name == c.old.Data.Period || x.Name == c.old.Data.Reference:
				y.Number = append(y.Number, x.Number[principal(list).row])
			default:
				y.Number = append(y.Number, c.value(x, list))
			}
		}
		out.Columns = append(out.Columns, y)
	}
	return out, nil
}

// principal is the piece of largest weight, the first of equal ones.
func principal(list []given) given {
	return slices.MaxFunc(list, func(a, b given) int { return cmp.Compare(a.weight, b.weight) })
}

// value is the number of a new unit.
func (c *carrier) value(x Column, list []given) float64 {
	if len(list) == 1 && !c.counts[x.Name] {
		return x.Number[list[0].row]
	}
	sum, weight := 0.0, 0.0
	for _, g := range list {
		if c.counts[x.Name] {
			sum, weight = sum+g.share*x.Number[g.row], 1
		} else {
			sum, weight = sum+g.weight*x.Number[g.row], weight+g.weight
		}
	}
	return sum / weight
}

// hold gives the carried table the columns that the new specification reads:
// those that the old table lacks come from the new one, unit by unit, in its
// last period. It returns the codes of the indicators that hold one.
func (c *carrier) hold(t *Table, now *Spec, after *Table, b *built) []string {
	code, period := slices.Clone(t.Column(c.old.Data.Unit).Text), Column{}
	if c.old.Data.Period != "" {
		period = *t.Column(c.old.Data.Period)
	}
	rows := make([]int, t.Rows)
	for i, u := range code {
		rows[i] = b.rows[b.last[u]]
	}
	held := map[string]bool{}
	for _, x := range after.Columns {
		switch {
		case x.Name == now.Data.Unit:
			t.set(Column{Name: x.Name, Text: code})
		case x.Name == now.Data.Period:
			t.set(Column{Name: x.Name, Number: period.Number, Text: period.Text})
		case x.Name == now.Data.Reference || slices.Contains(now.Data.Groups, x.Name) || t.Column(x.Name) == nil:
			held[x.Name] = t.Column(x.Name) == nil
			y := Column{Name: x.Name}
			if x.Text != nil {
				y.Text = at(x.Text, rows)
			} else {
				y.Number = at(x.Number, rows)
			}
			t.set(y)
		}
	}
	var codes []string
	for _, d := range now.Indicators {
		if held[d.column()] || held[d.Denominator] {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

// set puts a column in the place of the one of its name, or last.
func (t *Table) set(c Column) {
	if old := t.Column(c.Name); old != nil {
		*old = c
		return
	}
	t.Columns = append(t.Columns, c)
}
