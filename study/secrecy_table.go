package study

import (
	"fmt"
	"math"
	"slices"

	"vigie/stat/disclosure"
	"vigie/stat/survey"
)

// guard is one table of an item to protect: its lines, over every column and
// remainder.
type guard struct {
	plan        *Plan
	x           *crossing
	g           *ground
	lines       []int
	shares      bool
	mean        bool
	measured    bool
	least, most float64 // of the answers of a number, once measured
}

// table is a guard's table under one measure of people: heads or weights.
type table struct {
	cells     []disclosure.Cell
	sums      []disclosure.Sum
	sensitive []disclosure.Sensitive
	keep      []string
	at        map[string][2]int // line and column of a key
	asks      []ask
	alone     []bool // by column: one respondent
}

func figureKey(l, c int) string { return fmt.Sprintf("%d|%d", l, c) }
func restKey(l, c int) string   { return fmt.Sprintf("-%d|%d", l, c) }
func wholeKey(l, c int) string  { return fmt.Sprintf("=%d|%d", l, c) }

// adds tells that the lines add up to a known number in each column: the base
// of a question with one answer, the ranks given of a ranking.
func (t *guard) adds() bool {
	return t.shares && (t.x.category != nil || t.x.item.Kind == string(survey.RankedQuestion))
}

// build makes the table. units returns what a record counts for.
func (t *guard) build(units []float64) *table {
	out := &table{at: map[string][2]int{}, alone: make([]bool, len(t.g.columns))}
	for c := range t.g.columns {
		t.column(out, c, units)
	}
	out.settle()
	for _, s := range t.g.sums {
		for _, l := range t.lines {
			out.sums = append(out.sums, sumOf(func(c int) string { return figureKey(l, c) }, s))
		}
	}
	return out
}

func sumOf(key func(c int) string, s setSum) disclosure.Sum {
	out := disclosure.Sum{Total: key(s.whole)}
	for _, c := range s.parts {
		out.Parts = append(out.Parts, key(c))
	}
	return out
}

// column adds the cells of one column: each figure, and what it leaves of the
// most that it could be, which is known.
func (t *guard) column(out *table, c int, units []float64) {
	col := &t.g.columns[c]
	total, parts := 0.0, []string{}
	for _, l := range t.lines {
		value, most, n, others := 0.0, 0.0, 0, 0
		per := 0.0 // of one person, at most
		for i, in := range col.in {
			if !in {
				continue
			}
			v, m, ok := t.part(l, i)
			if !ok {
				continue
			}
			value, most, per = value+units[i]*v, most+units[i]*m, max(per, m)
			if v > 0 || t.mean {
				n++
			} else {
				others++
			}
		}
		alone := 0 // who is alone in the column knows it whole; others do not know that they are alone in a cell
		if n+others == 1 {
			alone = 1
		}
		total += value
		key := figureKey(l, c)
		parts = append(parts, key)
		out.at[key] = [2]int{l, c}
		out.cells = append(out.cells, disclosure.Cell{Key: key, Value: value, N: alone},
			disclosure.Cell{Key: restKey(l, c), Value: most - value}, disclosure.Cell{Key: wholeKey(l, c), Value: most})
		out.sums = append(out.sums, disclosure.Sum{Total: wholeKey(l, c), Parts: []string{key, restKey(l, c)}})
		out.keep = append(out.keep, wholeKey(l, c))
		out.sensitive = append(out.sensitive, disclosure.Sensitive{Key: restKey(l, c)}) // nobody publishes it
		lower, upper, hide := t.protection(l, c, value, most, n, others)
		if hide || col.remainder {
			out.asks = append(out.asks, ask{l, c, value, most, lower, upper})
		}
		out.alone[c] = out.alone[c] || alone == 1
	}
	if t.adds() {
		key := fmt.Sprintf("total|%d", c)
		out.cells = append(out.cells, disclosure.Cell{Key: key, Value: total})
		out.sums = append(out.sums, disclosure.Sum{Total: key, Parts: parts})
		out.keep = append(out.keep, key)
	}
}

// ask is a figure to protect, and how far from its value it must stay possible.
type ask struct {
	line, column              int
	value, most, lower, upper float64
}

// settle asks for each figure to be as uncertain as may be: no further than the
// answers of all the others can go, less those of the only respondent of another
// column, who stands still in their own eyes.
func (t *table) settle() {
	for _, a := range t.asks {
		lower, upper := min(a.lower, a.value), min(a.upper, a.most-a.value)
		if a.column > 0 {
			gives, takes := t.value(figureKey(a.line, 0)), t.value(restKey(a.line, 0))
			first, second := 0.0, 0.0
			for c := range t.alone {
				if t.alone[c] && c != a.column {
					first, second = max(first, t.value(figureKey(a.line, c))), max(second, t.value(restKey(a.line, c)))
				}
			}
			upper, lower = min(upper, gives-first-a.value), min(lower, takes-second-(a.most-a.value))
		}
		t.sensitive = append(t.sensitive, disclosure.Sensitive{Key: figureKey(a.line, a.column), Lower: math.Floor(max(0, lower)), Upper: math.Floor(max(0, upper))})
	}
}

// value returns the value of a cell.
func (t *table) value(key string) float64 {
	k := slices.IndexFunc(t.cells, func(c disclosure.Cell) bool { return c.Key == key })
	if k < 0 {
		return 0
	}
	return t.cells[k].Value
}

// protection returns how far from its value a figure must stay possible on each
// side, in the units of the table, and whether it must be withheld at all. value
// is that of n people, and most the value that n and the others could reach.
func (t *guard) protection(l, c int, value, most float64, n, others int) (lower, upper float64, hide bool) {
	col, rule := &t.g.columns[c], t.plan.Secrecy
	people := n + others
	if people == 0 {
		return 0, 0, false
	}
	unit := most / float64(people) // what one person may count for
	hidden := t.g.hidden[c] != nil && t.g.hidden[c][l]
	if t.mean {
		if n < rule.MinBase || hidden || t.plan.dominated(t.x, l, col) {
			return levelOfMeans * most, levelOfMeans * most, true
		}
		return 0, 0, false
	}
	base := people
	least := float64(rule.MinCell)
	if base < rule.MinBase { // the whole column
		reach := math.Floor(max(least, 3)) * unit
		return reach, reach, true
	}
	alone := t.x.category != nil && others == 0
	switch {
	case rule.MinCell == 0:
		return 0, 0, hidden
	case n > 0 && n < rule.MinCell:
		return value, (least - float64(n)) * unit, true
	case alone:
		return least * unit, 0, true
	case others > 0 && others < rule.MinCell && t.x.category == nil && !col.remainder:
		return (least - float64(others)) * unit, most - value, true
	}
	return 0, 0, hidden
}

// protect returns the lines and columns that must not be published.
func (t *guard) protect() ([][2]int, error) {
	heads := make([]float64, len(t.g.columns[0].in))
	for i := range heads {
		heads[i] = 1
	}
	counts := t.build(heads)
	if !counts.asked() {
		return nil, nil
	}
	weights := t.build(t.whole())
	keys, err := counts.suppress(nil)
	if err == nil {
		var safe bool
		if safe, err = weights.safe(keys); err == nil && !safe {
			keys, err = weights.suppress(keys)
		}
	}
	if err != nil {
		return t.levels(counts, weights, err)
	}
	var out [][2]int
	for _, key := range keys {
		if at, ok := counts.at[key]; ok {
			out = append(out, at)
		}
	}
	return out, nil
}

// levels withholds every level of every breakdown, where nothing less can be
// shown to be safe; then everybody too.
func (t *guard) levels(counts, weights *table, cause error) ([][2]int, error) {
	for from := range 2 {
		var keys []string
		var out [][2]int
		for _, cell := range counts.cells {
			at, ok := counts.at[cell.Key]
			if ok && at[1] >= 1-from {
				out = append(out, at)
			}
			if ok && at[1] >= 1-from || cell.Key[0] == '-' {
				keys = append(keys, cell.Key)
			}
		}
		if from == 1 {
			return out, nil // nothing of the item is published
		}
		one, err := counts.safe(keys)
		if err != nil {
			continue
		}
		if two, err := weights.safe(keys); err == nil && one && two {
			return out, nil
		}
	}
	return nil, cause
}

// whole returns the weights as whole numbers, so that sums are exact: a thousand
// on average, fewer in a large sample, whose sums would be too large.
func (t *guard) whole() []float64 {
	sum, n := 0.0, 0.0
	w := t.x.weights
	for i, in := range t.g.columns[0].in {
		if in {
			sum, n = sum+w[i], n+1
		}
	}
	unit, out := min(1000, max(10, math.Floor(1e7/n))), make([]float64, len(w))
	for i := range w {
		out[i] = max(1, math.Round(unit*w[i]*n/sum))
	}
	return out
}

// asked tells whether anything of the table is sensitive.
func (t *table) asked() bool {
	return slices.ContainsFunc(t.sensitive, func(s disclosure.Sensitive) bool { return s.Lower > 0 || s.Upper > 0 })
}

// suppress returns the keys to withhold, those given included.
func (t *table) suppress(also []string) ([]string, error) {
	table, err := disclosure.Linked(t.cells, t.sums)
	if err != nil {
		return nil, err
	}
	sensitive := slices.Clone(t.sensitive)
	for _, key := range also {
		if !slices.ContainsFunc(sensitive, func(s disclosure.Sensitive) bool { return s.Key == key }) {
			sensitive = append(sensitive, disclosure.Sensitive{Key: key})
		}
	}
	choice := disclosure.Choice{Keep: t.keep, Singletons: true}
	pattern, err := disclosure.Suppress(table, sensitive, choice)
	if err != nil { // answers that nobody gives may have to be withheld too
		choice.Zeros = true
		pattern, err = disclosure.Suppress(table, sensitive, choice)
	}
	if err != nil {
		return nil, err
	}
	return pattern.Keys, nil
}

// safe tells whether a pattern protects the table.
func (t *table) safe(keys []string) (bool, error) {
	table, err := disclosure.Linked(t.cells, t.sums)
	if err != nil {
		return false, err
	}
	verdict, err := disclosure.Audit(table, t.sensitive, keys, true)
	return verdict.Safe, err
}
