package disclosure

import (
	"math"
	"slices"
)

// A Breach is a sensitive cell that a pattern does not protect.
type Breach struct {
	Key       string
	Low, High float64 // what is known of the cell; both its value when it is published
	By        string  // the cell whose only contributor works it out; "" anyone
	Doubt     bool    // the arithmetic could not prove the protection
}

// A Verdict is what the attacker check says of a pattern.
type Verdict struct {
	Safe     bool
	Breaches []Breach // in the order of the table; empty when Safe
}

// Audit tells whether a pattern of suppressed keys protects every sensitive
// cell: it is suppressed, and what an attacker can work out of it holds
// [Value - Lower, Value + Upper]. With singletons, that must also be so for
// each contributor who is alone in a suppressed cell, about the cells of others.
//
// The proof is a table of whole numbers that agrees with all that is published,
// found anew whatever made the pattern; what cannot be proved is not safe.
//
// Error: a Refusal when a key is not in the table, a cell is given twice, or a
// protection is negative.
func Audit(t *Table, sensitive []Sensitive, pattern []string, singletons bool) (Verdict, error) {
	claims, g, err := t.claims(sensitive)
	if err != nil {
		return Verdict{}, err
	}
	hidden, err := t.places(pattern)
	if err != nil {
		return Verdict{}, err
	}
	i := t.inquire(hidden, g)
	for _, c := range claims {
		i.hear(c, singletons)
	}
	return Verdict{Safe: len(i.breaches) == 0, Breaches: i.breaches}, nil
}

// inquiry is an audit under way.
type inquiry struct {
	t        *Table
	grid     grid
	holder   []int
	part     []*attacker // by cell; nil when published
	variable []int       // by cell, in its part
	breaches []Breach
}

func (t *Table) inquire(hidden []int, g grid) *inquiry {
	hidden = slices.Compact(slices.Sorted(slices.Values(hidden)))
	i := &inquiry{t: t, grid: g, holder: t.holders(), part: make([]*attacker, len(t.cells)), variable: make([]int, len(t.cells))}
	for _, a := range t.attackers(hidden, g) {
		for v, cell := range a.cells {
			i.part[cell], i.variable[cell] = a, v
		}
	}
	return i
}

// hear checks one claim, then the same claim against each holder of a cell that
// the proof has moved: a proof that leaves a holder's cells alone holds for it.
func (i *inquiry) hear(c claim, singletons bool) {
	if i.part[c.cell] == nil {
		v := i.t.cells[c.cell].Value
		i.add(Breach{Key: i.t.cells[c.cell].Key, Low: v, High: v})
		return
	}
	moved, ok := i.try(c)
	if !ok || !singletons {
		return
	}
	asked := map[int]bool{-1: true, i.holder[c.cell]: true}
	for _, v := range moved {
		if c.holder = i.holder[i.part[c.cell].cells[v]]; !asked[c.holder] {
			asked[c.holder] = true
			i.try(c)
		}
	}
}

// try proves one claim or records the breach.
func (i *inquiry) try(c claim) (moved []int, ok bool) {
	a := i.part[c.cell]
	still := i.held(a, c.holder)
	moved, ok, err := a.proves(i.variable[c.cell], c, still)
	if ok && err == nil {
		return moved, true
	}
	b := Breach{Key: i.t.cells[c.cell].Key, High: math.Inf(1), Doubt: err != nil}
	if c.holder >= 0 {
		b.By = i.t.cells[c.holder].Key
	}
	if err == nil {
		b.Low, b.High, b.Doubt = i.known(a, c, still)
	}
	i.add(b)
	return nil, false
}

// held returns the variables of a part that a holder knows.
func (i *inquiry) held(a *attacker, holder int) []int {
	if holder < 0 {
		return nil
	}
	var still []int
	for v, cell := range a.cells {
		if i.holder[cell] == holder {
			still = append(still, v)
		}
	}
	return still
}

// known returns the interval of a cell for whoever knows the cells of still.
func (i *inquiry) known(a *attacker, c claim, still []int) (low, high float64, doubt bool) {
	a.simplex.reset()
	before, after := slices.Clone(a.simplex.low), slices.Clone(a.simplex.high)
	for _, v := range still {
		a.simplex.low[v], a.simplex.high[v] = 0, 0
	}
	b, err := a.bound(i.variable[c.cell], i.t.cells[c.cell], i.grid)
	if a.simplex != nil {
		a.simplex.low, a.simplex.high = before, after
	}
	return b.Low, b.High, err != nil
}

// add records a breach once a cell and holder.
func (i *inquiry) add(b Breach) {
	if !slices.ContainsFunc(i.breaches, func(o Breach) bool { return o.Key == b.Key && o.By == b.By }) {
		i.breaches = append(i.breaches, b)
	}
}
