package study

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"vigie/fault"
	"vigie/stat/disclosure"
	"vigie/stat/survey"
)

// withheld is what secrecy takes out of one item.
type withheld struct {
	columns            []bool   // whole columns
	cells              [][]bool // by line, then column
	primary, secondary int      // cells
}

func (w *withheld) column(c int) bool  { return w.columns[c] }
func (w *withheld) cell(l, c int) bool { return w.cells[l][c] }
func (w *withheld) rounded() bool      { return w.primary+w.secondary > 0 }

// withhold decides what of a crossing is not published.
//
// A figure is withheld when its column rests on fewer people than the rule's
// base, or when fewer than its minimum give the answer, or do not. Then as many
// others as it takes for nobody to work those out: from the sums of answers to
// the base of a column, from those of the levels of every breakdown to
// everybody, from a level taken off another that contains it. Bases are taken to
// be known, whether they are shown or not; counts of people are protected, and
// the weighted counts that shares give back by the same pattern, which is
// checked against both.
//
// Source: Hundepool et al. (2012), Statistical Disclosure Control, chapters 4
// and 5.
func (p *Plan) withhold(x *crossing) (*withheld, error) {
	out := &withheld{columns: make([]bool, len(x.columns)), cells: make([][]bool, len(x.lines))}
	for l := range x.lines {
		out.cells[l] = make([]bool, len(x.columns))
	}
	g := newGround(x)
	for _, t := range p.guarded(x, g) {
		hidden, err := t.protect()
		if err != nil {
			return nil, p.refused(x.item, err)
		}
		for _, at := range hidden {
			if at[1] < len(x.columns) {
				out.cells[at[0]][at[1]] = true
			}
		}
		if t.shares {
			p.dependent(x, g, out)
		}
	}
	p.settle(x, out)
	return out, nil
}

// refused says at which item the protection fails.
func (p *Plan) refused(it *PlannedItem, err error) error {
	i := slices.IndexFunc(p.Items, func(o PlannedItem) bool { return o.Code == it.Code })
	if r, ok := errors.AsType[*disclosure.Refusal](err); ok {
		return p.fault(p.itemPath(i), r.Do, "%s", r.What)
	}
	return &fault.Error{Kind: fault.Internal, What: "secret de « " + it.Code + " »", Do: "signalez-le : rien n’est publié", Err: err}
}

func (p *Plan) itemPath(i int) string { return fmt.Sprintf("item[%d]", i+1) }

// settle withholds whole columns, and counts.
func (p *Plan) settle(x *crossing, w *withheld) {
	for c := range x.columns {
		few := x.columns[c].base < p.Secrecy.MinBase
		all := true
		for l := range x.lines {
			switch {
			case few && x.columns[c].base > 0, p.sensitive(x, l, c):
				w.primary++
			case w.cells[l][c]:
				w.secondary++
			}
			w.cells[l][c] = w.cells[l][c] || few
			all = all && w.cells[l][c]
		}
		w.columns[c] = few || all
	}
}

// sensitive tells whether a figure of a large enough column is sensitive.
func (p *Plan) sensitive(x *crossing, l, c int) bool {
	col := &x.columns[c]
	n, others, least := col.cited[l], col.base-col.cited[l], p.Secrecy.MinCell
	if !x.lines[l].Percent { // a mean of few, or of one above all
		return n > 0 && n < p.Secrecy.MinBase || p.dominated(x, l, col)
	}
	if least == 0 {
		return false
	}
	alone := x.category != nil && others == 0 && n > 0 // everybody gives the same answer
	return n > 0 && n < least || others > 0 && others < least && x.category == nil || alone
}

// dominated tells whether one person is most of what makes a mean of amounts.
func (p *Plan) dominated(x *crossing, l int, c *column) bool {
	if p.amounts == nil || x.item.Kind != string(survey.NumberQuestion) {
		return false
	}
	var amounts, weights []float64
	for i, in := range c.in {
		if in && x.lines[l].Den[i] != 0 {
			amounts, weights = append(amounts, math.Abs(x.lines[l].Num[i])), append(weights, x.weights[i])
		}
	}
	if len(amounts) == 0 {
		return false
	}
	j, err := p.amounts.Judge(amounts, weights)
	return err != nil || j.Sensitive
}

// dependent asks that a mean be withheld where a share that it is made of is.
func (p *Plan) dependent(x *crossing, g *ground, w *withheld) {
	for l, name := range x.names {
		for c := range x.columns {
			if option, ok := rankOf(name); ok {
				w.cells[l][c] = w.cells[l][c] || w.cells[slices.Index(x.names, option)][c]
			} else if name == MeanLine && x.category != nil {
				for o := range l {
					w.cells[l][c] = w.cells[l][c] || w.cells[o][c]
				}
			}
		}
	}
	for c := range w.columns {
		g.hidden[c] = make([]bool, len(x.lines))
		for l := range x.lines {
			g.hidden[c][l] = w.cells[l][c]
		}
	}
}

// ground is the people that columns and their remainders hold, and how columns
// add up: what a reader can take from what.
type ground struct {
	columns []column // of the crossing, then the remainders
	sums    []setSum
	hidden  [][]bool // by column, then line: withheld already
}

// setSum says that a column is the union of others.
type setSum struct {
	whole int
	parts []int
}

// newGround finds how the columns of a crossing contain one another.
func newGround(x *crossing) *ground {
	g := &ground{columns: slices.Clone(x.columns), hidden: make([][]bool, len(x.columns))}
	last := -1
	for _, c := range x.columns {
		last = max(last, c.by)
	}
	for a := range x.columns {
		for by := 0; by <= last; by++ {
			if whole := &x.columns[a]; whole.by != by && whole.base > 0 {
				g.divide(x, a, by)
			}
		}
	}
	return g
}

// divide writes column a as the levels of a breakdown that it contains and what
// is left.
func (g *ground) divide(x *crossing, a, by int) {
	whole, sum, left := &x.columns[a], setSum{whole: a}, slices.Clone(x.columns[a].in)
	for b := range x.columns {
		part := &x.columns[b]
		if part.by != by || part.base == 0 || part.base > whole.base || !contains(whole.in, part.in) {
			continue
		}
		if part.base == whole.base && whole.by > part.by { // the same people: said once
			return
		}
		sum.parts = append(sum.parts, b)
		for i, in := range part.in {
			left[i] = left[i] && !in
		}
	}
	if len(sum.parts) == 0 {
		return
	}
	if slices.Contains(left, true) {
		rest := column{by: -2, level: -1, in: left, remainder: true}
		sum.parts = append(sum.parts, len(g.columns))
		g.columns = append(g.columns, rest)
		g.hidden = append(g.hidden, nil)
	}
	g.sums = append(g.sums, sum)
}

func contains(whole, part []bool) bool {
	for i, in := range part {
		if in && !whole[i] {
			return false
		}
	}
	return true
}

// guarded lists the tables to protect in an item: that of its shares, or one a
// share where shares do not add up, then one a mean.
func (p *Plan) guarded(x *crossing, g *ground) []*guard {
	shares := &guard{plan: p, x: x, g: g, shares: true}
	var out []*guard
	for l := range x.lines {
		switch {
		case !x.lines[l].Percent && x.category != nil: // made of the shares: withheld with them
		case !x.lines[l].Percent:
			out = append(out, &guard{plan: p, x: x, g: g, lines: []int{l}, mean: true})
		case x.item.Kind == string(survey.MultipleQuestion):
			out = append(out, &guard{plan: p, x: x, g: g, lines: []int{l}, shares: true})
		default:
			shares.lines = append(shares.lines, l)
		}
	}
	if shares.lines == nil {
		return out
	}
	return append([]*guard{shares}, out...)
}

// levelOfMeans is the least share of the scale by which a withheld mean stays
// uncertain on either side.
const levelOfMeans = 0.25

// part returns what a record adds to a line: a citation, or its distance from
// the low end of the scale, in thousandths of it.
func (t *guard) part(l, i int) (value, most float64, in bool) {
	line := &t.x.lines[l]
	if line.Den[i] == 0 {
		return 0, 0, false
	}
	if !t.mean {
		return line.Num[i], 1, true
	}
	low, high := t.ends(l)
	if high == low {
		return 0, 0, true
	}
	return math.Round(1000 * (line.Num[i] - low) / (high - low)), 1000, true
}

// ends returns the two ends of what a mean may be made of.
func (t *guard) ends(l int) (low, high float64) {
	it := t.x.item
	switch {
	case it.Range != nil:
		return it.Range[0], it.Range[1]
	case it.Kind == string(survey.LikertQuestion):
		return 1, float64(len(it.Options))
	case it.Kind == string(survey.RankedQuestion):
		return 1, float64(len(it.X))
	}
	if !t.measured { // once: the answers given
		t.measured = true
		t.least, t.most = math.Inf(1), math.Inf(-1)
		for i, in := range t.g.columns[0].in {
			if in && t.x.lines[l].Den[i] != 0 {
				t.least, t.most = min(t.least, t.x.lines[l].Num[i]), max(t.most, t.x.lines[l].Num[i])
			}
		}
	}
	return t.least, t.most
}
