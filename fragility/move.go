package fragility

import (
	"encoding/json"
	"math"
	"slices"

	"vigie/fault"
	"vigie/index"
	"vigie/territory"
)

// Moves says how the places of a tier changed since an earlier edition, and
// why. Each stage changes one thing: the boundaries, then the method, then the
// data, as doc/methods/panel-change.md has it.
type Moves struct {
	Since string           `json:"since"` // number of the earlier edition
	Units []territory.Code `json:"units"`
	Parts []MovedPart      `json:"parts"`

	at map[territory.Code]int
}

// MovedPart holds the places in one part, stage by stage and unit by unit, 0
// where there is none.
type MovedPart struct {
	Code   string        `json:"code"`
	Kind   Kind          `json:"kind"`
	Places [stages][]int `json:"places"`
}

// The stages: what the earlier edition published; the same computed again;
// its values in the boundaries of today; under the specification of today;
// what is published today.
const (
	published = iota
	recomputed
	bounded
	specified
	renewed
	stages
)

// Move is the change of one place: New = Old + Boundary + Method + Data when
// Known. Old is 0 for a territory that had no place.
type Move struct {
	Old, New               int
	Boundary, Method, Data int
	Known                  bool
}

// Origin is what a result was computed from.
type Origin struct {
	Spec  *index.Spec
	Input *Input
}

// Since says how places changed from one result to another, which before and
// now were computed from. read is the data of before under the specification,
// the catalogue and the lists of now: its input is in the units of before. A
// series that only the specification of now asks for, and that before has not,
// takes its values of now there: its entry is a change of method. passage says
// how the units of before lie in those of now, nil when they are the same; see
// index.Carry. What another version of the program changes is method too.
//
// Errors: those of a specification that cannot be applied to these values.
func Since(number string, was, is *Result, before, read, now Origin, passage *index.Table) (*Moves, error) {
	m := Unexplained(number, was, is)
	held := read
	held.Input = read.Input.hold(before.Input, now.Input)
	if err := m.fill(recomputed, before, before.Input.Table()); err != nil {
		return nil, err
	}
	for _, step := range []struct {
		stage int
		Origin
	}{{bounded, before}, {specified, held}} {
		table, err := step.carried(now.Input, passage)
		if err == nil {
			err = m.fill(step.stage, step.Origin, table)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// hold adds to an input the columns of now that neither it nor before knows:
// empty, as no unit of before has a value.
func (in *Input) hold(before, now *Input) *Input {
	out := *in
	out.Columns = slices.Clone(in.Columns)
	for _, c := range now.Columns {
		same := func(o Column) bool { return o.Indicator == c.Indicator }
		known := func(a Absent) bool { return a.Indicator == c.Indicator }
		if slices.ContainsFunc(in.Columns, same) || slices.ContainsFunc(before.Columns, same) || slices.ContainsFunc(before.Absent, known) {
			continue
		}
		c.X, c.SE = slices.Repeat([]float64{math.NaN()}, len(in.Units)), nil
		out.Columns = append(out.Columns, c)
	}
	return &out
}

// carried returns the table of an input in the units of now, with the columns
// that are held from it.
func (o Origin) carried(now *Input, passage *index.Table) (*index.Table, error) {
	units, row := map[string]bool{}, map[string]int{}
	for i, u := range now.Units {
		units[string(u.Code)], row[string(u.Code)] = true, i
	}
	table, err := index.Carry(Complete(o.Spec, o.Input), o.Input.Table(), passage, units)
	if err != nil {
		return nil, err
	}
	today := now.Table()
	for _, c := range table.Columns {
		from := today.Column(c.Name)
		empty := !slices.ContainsFunc(c.Number, func(x float64) bool { return !math.IsNaN(x) })
		if from == nil || c.Number == nil || c.Name != referenceColumn && !empty {
			continue
		}
		for i, unit := range table.Column(unitColumn).Text {
			c.Number[i] = from.Number[row[unit]]
		}
	}
	return table, nil
}

// fill sets the places of a stage: those of the nominal index.
func (m *Moves) fill(stage int, from Origin, table *index.Table) error {
	plan, err := Complete(from.Spec, from.Input).Plan(table, index.Options{})
	if err != nil {
		return err
	}
	built, err := plan.Index.Build(plan.Method)
	if err != nil {
		return plan.Told(err)
	}
	row := make(map[string]int, len(plan.Units))
	for i, u := range plan.Units {
		row[u.Code] = i
	}
	for _, p := range m.Parts {
		node := plan.Tree.At(p.Code)
		if node < 0 {
			continue
		}
		place := built.Place[plan.Part(node)]
		for i, code := range m.Units {
			if r, ok := row[string(code)]; ok {
				p.Places[stage][i] = place[r]
			}
		}
	}
	return nil
}

// Unexplained compares two results without saying why they differ.
func Unexplained(number string, before, now *Result) *Moves {
	m := &Moves{Since: number}
	for _, u := range now.Units {
		m.Units = append(m.Units, u.Code)
	}
	for i := range now.Parts {
		p := MovedPart{Code: now.Parts[i].Code, Kind: now.Parts[i].Kind}
		if p.Kind == OfDimension {
			continue
		}
		for s := range p.Places {
			p.Places[s] = make([]int, len(m.Units))
		}
		for u, code := range m.Units {
			was, _ := before.Cell(p.Code, code)
			p.Places[published][u], p.Places[renewed][u] = was.Place, now.Parts[i].Cells[u].Place
		}
		m.Parts = append(m.Parts, p)
	}
	return m.index()
}

func (m *Moves) index() *Moves {
	m.at = make(map[territory.Code]int, len(m.Units))
	for i, u := range m.Units {
		m.at[u] = i
	}
	return m
}

// At returns the change of a territory's place in a part, false when it has
// none today.
func (m *Moves) At(part string, code territory.Code) (Move, bool) {
	i, ok := m.at[code]
	if !ok {
		return Move{}, false
	}
	for k := range m.Parts {
		if m.Parts[k].Code == part {
			x := m.Parts[k].move(i)
			return x, x.New > 0
		}
	}
	return Move{}, false
}

func (p *MovedPart) move(i int) Move {
	at := func(stage int) int { return p.Places[stage][i] }
	x := Move{Old: at(published), New: at(renewed), Known: true}
	for s := range stages {
		x.Known = x.Known && at(s) > 0
	}
	if x.Known {
		x.Boundary = at(bounded) - at(recomputed)
		x.Method = at(recomputed) - at(published) + at(specified) - at(bounded)
		x.Data = at(renewed) - at(specified)
	}
	return x
}

// Tally sums up the changes of a tier: of its overall places, or of those of
// all its domains where it has no overall score.
type Tally struct {
	Overall                bool
	Moved, Of              int     // territories that have another place, that had one
	Boundary, Method, Data float64 // mean number of places, whatever the direction
	Known                  bool    // the means say something
}

// Tally sums the changes up.
func (m *Moves) Tally() Tally {
	var t Tally
	var parts []*MovedPart
	for k := range m.Parts {
		if p := &m.Parts[k]; p.Kind == OfAll && p.has() {
			parts, t.Overall = []*MovedPart{p}, true
		}
	}
	for k := range m.Parts {
		if p := &m.Parts[k]; !t.Overall && p.Kind == OfDomain {
			parts = append(parts, p)
		}
	}
	known := 0
	for i := range m.Units {
		had, moved := false, false
		for _, p := range parts {
			x := p.move(i)
			if x.Old == 0 || x.New == 0 {
				continue
			}
			had, moved = true, moved || x.Old != x.New
			if x.Known {
				known++
				t.Boundary += math.Abs(float64(x.Boundary))
				t.Method += math.Abs(float64(x.Method))
				t.Data += math.Abs(float64(x.Data))
			}
		}
		if had {
			t.Of++
		}
		if moved {
			t.Moved++
		}
	}
	if t.Known = known > 0; t.Known {
		t.Boundary, t.Method, t.Data = t.Boundary/float64(known), t.Method/float64(known), t.Data/float64(known)
	}
	return t
}

// has reports whether some unit has a place in both editions.
func (p *MovedPart) has() bool {
	for i, x := range p.Places[renewed] {
		if x > 0 && p.Places[published][i] > 0 {
			return true
		}
	}
	return false
}

// EncodeMoves returns the bytes of moves: the same moves, the same bytes.
func EncodeMoves(m *Moves) ([]byte, error) { return json.Marshal(m) }

// DecodeMoves reads them back. Error: Invalid when they are no moves.
func DecodeMoves(b []byte) (*Moves, error) {
	var m Moves
	err := json.Unmarshal(b, &m)
	for _, p := range m.Parts {
		for _, places := range p.Places {
			if err == nil && len(places) != len(m.Units) {
				err = fault.Invalidf("vérifiez que l’artefact vient de cette version de Vigie", "changements d’une édition : longueurs différentes")
			}
		}
	}
	if err != nil {
		f := fault.Invalidf("restaurez l’observatoire depuis une sauvegarde", "changements d’une édition illisibles")
		f.Err = err
		return nil, f
	}
	return m.index(), nil
}
