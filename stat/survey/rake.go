package survey

import (
	"fmt"
	"math"
	"slices"
	"sync/atomic"
)

// Margin is the population count of each level of a category. A numeric
// column counts as categories.
type Margin struct {
	Column *Column
	Counts map[string]float64
}

// counts returns the counts by level of the column, refusing levels of the
// sample without a count and counts of levels without a record. w are the
// weights: levels seen only outside the domain need no count.
func (m Margin) counts(w []float64) (*Column, []float64, error) {
	column := m.Column.Categorical()
	if err := complete(w, column); err != nil {
		return nil, nil, err
	}
	sum := make([]float64, len(column.Levels))
	for i, k := range column.Code {
		if k >= 0 {
			sum[k] += w[i]
		}
	}
	count := make([]float64, len(column.Levels))
	for l, level := range column.Levels {
		n, ok := m.Counts[level]
		switch {
		case !ok && sum[l] == 0:
			continue
		case !ok:
			return nil, nil, refuse(column.Name, 1+slices.Index(column.Code, int32(l)), "ajoutez son effectif aux marges, ou regroupez-la avec une autre",
				"la modalité « %s » n’a pas d’effectif dans la population", level)
		case !(n >= 0) || math.IsInf(n, 0):
			return nil, nil, refuse(column.Name, 0, "corrigez la marge", "effectif %s pour la modalité « %s »", number(n), level)
		case n > 0 && sum[l] == 0:
			return nil, nil, absent(Constraint{column, level, n})
		}
		count[l] = n
	}
	for _, level := range sortedKeys(m.Counts) {
		if n := m.Counts[level]; n != 0 && !slices.Contains(column.Levels, level) {
			return nil, nil, absent(Constraint{column, level, n})
		}
	}
	return column, count, nil
}

func sortedKeys(m map[string]float64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// PostStratify returns the design whose weights add up to the population
// count of each level of a category (Cross makes one of several variables).
// Later variances are those of deviations from the mean of each level.
//
// Refusals: a missing category in the domain; a level without a count; a
// count whose level nobody in the sample, or in a replicate, has.
//
// Source: Holt and Smith (1979), JRSS A 142(1), 33-46; Valliant (1993), JASA
// 88(421), 89-96.
func (d *Design) PostStratify(m Margin) (*Design, error) {
	column, count, err := m.counts(d.weights)
	if err != nil {
		return nil, err
	}
	c := &cells{of: within(column.Code, d.weights), first: make([]int, len(count))}
	out, _, err := d.adjust(c, func(w []float64) ([]float64, error) {
		ratio := c.sums(w)
		for l, sum := range ratio {
			switch {
			case sum > 0:
				ratio[l] = count[l] / sum
			case count[l] > 0:
				return nil, absent(Constraint{column, column.Levels[l], count[l]})
			}
		}
		return ratio, nil
	})
	if err != nil {
		return nil, err
	}
	out.steps = append(slices.Clone(d.steps), byLevel(c, d.weights, out.weights))
	return out, nil
}

// within leaves aside the records that weigh nothing.
func within(code []int32, w []float64) []int32 {
	out := slices.Clone(code)
	for i, v := range w {
		if v == 0 {
			out[i] = -1
		}
	}
	return out
}

// byLevel takes off the mean of each level, under the weights before the step.
func byLevel(c *cells, before, after []float64) projection {
	step := projection{cell: c.of, x: unit(len(c.first)), size: len(c.first), in: make([]float64, len(before)), out: after}
	for i, w := range after {
		if w != 0 {
			step.in[i] = before[i] / w
		}
	}
	size := c.sums(before)
	step.solve = func(t []float64) { divide(t, size) }
	return step
}

// unit returns the rows of the unit matrix.
func unit(n int) []float64 {
	x := make([]float64, n*n)
	for i := range n {
		x[i*n+i] = 1
	}
	return x
}

// divide divides t by size where there is a size.
func divide(t, size []float64) {
	for l, n := range size {
		if n != 0 {
			t[l] /= n
		}
	}
}

// mostRounds bounds the rounds over the margins.
const mostRounds = 5000

// Rake returns the design whose weights meet every margin, by iterative
// proportional fitting: each margin in turn until no level is further from
// its count than tolerance records (0: 1e-11 of the population). Later variances are those of deviations from the
// means of each margin, taken in turn. On a replicate design each replicate
// is raked.
//
// Refusals, each with what to relax: those of PostStratify for each margin;
// margins of different population sizes, which no weights can meet; rounds
// that do not converge, with the level that stays furthest from its count.
//
// Source: Deming and Stephan (1940), Annals of Mathematical Statistics 11(4),
// 427-444; Deville, Särndal and Sautory (1993), JASA 88(423), 1013-1020.
func (d *Design) Rake(margins []Margin, tolerance float64) (*Design, error) {
	k, err := d.raker(margins, tolerance)
	if err != nil {
		return nil, err
	}
	out, _, err := d.adjust(k.cells, k.solve)
	if err != nil {
		return nil, err
	}
	out.steps = append(slices.Clone(d.steps), k.projection(out.weights))
	out.rounds = int(k.rounds.Load())
	return out, nil
}

// raker is a raking made ready for any weights of the same records.
type raker struct {
	column []*Column
	count  [][]float64
	cells  *cells
	level  [][]int32 // of each cell, by margin
	limit  float64
	rounds atomic.Int64 // of the first weights solved, those of the sample
}

func (d *Design) raker(margins []Margin, tolerance float64) (*raker, error) {
	if len(margins) == 0 {
		return nil, refuse("", 0, "donnez au moins une marge", "calage sur marges sans marge")
	}
	k := &raker{cells: everybody(d.weights)}
	for _, m := range margins {
		column, count, err := m.counts(d.weights)
		if err != nil {
			return nil, err
		}
		k.column, k.count = append(k.column, column), append(k.count, count)
		k.cells = k.cells.split(column)
	}
	if err := k.agree(); err != nil {
		return nil, err
	}
	for _, column := range k.column {
		level := make([]int32, len(k.cells.first))
		for c, i := range k.cells.first {
			level[c] = column.Code[i]
		}
		k.level = append(k.level, level)
	}
	if k.limit = tolerance; !(k.limit > 0) {
		k.limit = 1e-11 * total(k.count[0])
	}
	return k, nil
}

func total(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum
}

// agree refuses margins of different population sizes.
func (k *raker) agree() error {
	first := total(k.count[0])
	for m, count := range k.count[1:] {
		if n := total(count); math.Abs(n-first) > 1e-6*first {
			return &Refusal{Variable: k.column[m+1].Name, Infeasible: true,
				What: fmt.Sprintf("la marge compte %s personnes, celle de « %s » %s : aucune pondération ne respecte les deux", plain(n), k.column[0].Name, plain(first)),
				Do:   "ramenez les marges au même total de population"}
		}
	}
	return nil
}

// solve returns the ratio of each cell under weights w.
func (k *raker) solve(w []float64) ([]float64, error) {
	start := k.cells.sums(w)
	now := slices.Clone(start)
	worst, at := 0.0, ""
	polish := false
	round := 0
	defer func() { k.rounds.CompareAndSwap(0, int64(round)) }()
	for range mostRounds {
		round++
		worst = 0
		for m, level := range k.level {
			sum := make([]float64, len(k.count[m]))
			for c, l := range level {
				sum[l] += now[c]
			}
			for l, n := range k.count[m] {
				switch {
				case sum[l] == 0 && n > 0:
					return nil, absent(Constraint{k.column[m], k.column[m].Levels[l], n})
				case sum[l] == 0:
					continue
				}
				if away := math.Abs(n - sum[l]); away > worst {
					worst, at = away, fmt.Sprintf("« %s » de « %s »", k.column[m].Levels[l], k.column[m].Name)
				}
				sum[l] = n / sum[l]
			}
			for c, l := range level {
				now[c] *= sum[l]
			}
		}
		floor := 4e-15 * total(k.count[0])
		if worst <= floor || polish && worst <= k.limit {
			return ratios(now, start), nil
		}
		polish = worst <= k.limit
	}
	if worst <= k.limit {
		return ratios(now, start), nil
	}
	return nil, &Refusal{Infeasible: true,
		What: fmt.Sprintf("le calage sur marges ne converge pas : après %d tours, %s reste à %s personnes de son effectif", mostRounds, at, plain(worst)),
		Do:   "regroupez les modalités croisées vides ou rares des marges, ou retirez une marge"}
}

// ratios divides cell by cell, 0 for an empty cell.
func ratios(now, start []float64) []float64 {
	for c, n := range start {
		if n != 0 {
			now[c] /= n
		}
	}
	return now
}

// projection takes off the means of each margin in turn, for a fixed number of
// rounds, computed on the crossings of the margins.
func (k *raker) projection(after []float64) projection {
	step := projection{cell: k.cells.of, in: make([]float64, len(after)), out: after}
	member := make([]float64, len(after))
	for i, w := range after {
		if w != 0 {
			step.in[i], member[i] = 1/w, 1
		}
	}
	first := make([]int, len(k.count)) // place of each margin among the columns
	for m, count := range k.count {
		first[m] = step.size
		step.size += len(count)
	}
	step.x = make([]float64, len(k.cells.first)*step.size)
	for m, level := range k.level {
		for c, l := range level {
			step.x[c*step.size+first[m]+int(l)] = 1
		}
	}
	step.solve = k.inTurn(step.x, k.cells.sums(member), first, step.size)
	return step
}

// rounds over the margins when their means are taken off in turn.
const rounds = 10

// inTurn returns the solution of the projection: what each level takes off in
// all, from the sums of the levels. members are the records of each cell.
func (k *raker) inTurn(x, members []float64, first []int, size int) func(t []float64) {
	joint := make([]float64, size*size) // records that two levels share
	for c, n := range members {
		row := x[c*size : (c+1)*size]
		for l, v := range row {
			if v != 0 {
				gather(joint[l*size:(l+1)*size], row, []float64{n})
			}
		}
	}
	return func(t []float64) {
		taken, off := make([]float64, size), make([]float64, size)
		for range rounds {
			for m, count := range k.count {
				clear(off)
				for l := first[m]; l < first[m]+len(count); l++ {
					if n := joint[l*size+l]; n > 0 {
						off[l] = t[l] / n
					}
					taken[l] += off[l]
				}
				for l := range t {
					t[l] -= dot(off, joint[l*size:])
				}
			}
		}
		copy(t, taken)
	}
}
