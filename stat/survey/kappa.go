package survey

import (
	"math"
	"slices"
)

// Kappa returns Cohen's kappa, the agreement of two classifications beyond
// chance, over the records of the domain that have both.
//
// Levels are matched by their text. Refusals: no record with both; agreement
// by chance of one, where kappa is not defined.
//
// Source: Cohen (1960), doi:10.1177/001316446002000104, by the first-order
// expansion of a function of cell shares. Oracle: R survey svykappa.
func (d *Design) Kappa(rows, cols *Column) (*Estimate, error) {
	check(d.n, rows.Rows())
	check(d.n, cols.Rows())
	a, b := matched(rows.Categorical(), cols.Categorical())
	cross := crossTwo(a, b)
	in := make([]bool, d.n)
	for i, k := range cross.Code {
		in[i] = k >= 0
	}
	d = d.Domain(in)
	if sum(d.weights) == 0 {
		return nil, refuse(rows.Name, 0, "élargissez le domaine", "aucun enregistrement n’est classé deux fois")
	}
	cells := make([][2]int32, len(cross.Levels))
	for i, k := range cross.Code {
		if k >= 0 {
			cells[k] = [2]int32{a.Code[i], b.Code[i]}
		}
	}
	shares, err := d.Mean(Indicators(cross), Option{})
	if err != nil {
		return nil, err
	}
	e, err := shares.Apply(func(share []float64) (float64, []float64) { return kappa(cells, share, len(a.Levels)) })
	if err != nil {
		return nil, refuse(rows.Name, 0, "choisissez des variables qui ont plusieurs modalités", "l’accord dû au hasard est total : kappa n’est pas défini")
	}
	e.Names = []string{"kappa"}
	return e, nil
}

// kappa returns the statistic and its gradient from the shares of cells, each
// a row and a column level.
func kappa(cells [][2]int32, share []float64, levels int) (float64, []float64) {
	row, col := make([]float64, levels), make([]float64, levels)
	agree := 0.0
	for k, c := range cells {
		row[c[0]] += share[k]
		col[c[1]] += share[k]
		if c[0] == c[1] {
			agree += share[k]
		}
	}
	chance := dot(row, col)
	if chance > 1-1e-12 {
		return math.NaN(), nil
	}
	slope := (1 - agree) / (1 - chance) / (1 - chance)
	gradient := make([]float64, len(cells))
	for k, c := range cells {
		gradient[k] = -slope * (col[c[0]] + row[c[1]])
		if c[0] == c[1] {
			gradient[k] += 1 / (1 - chance)
		}
	}
	return (agree - chance) / (1 - chance), gradient
}

// matched returns two categorical columns on the levels of either, in byte
// order.
func matched(a, b *Column) (x, y *Column) {
	levels := slices.Concat(a.Levels, b.Levels)
	slices.Sort(levels)
	levels = slices.Compact(levels)
	return recoded(a, levels), recoded(b, levels)
}

func recoded(c *Column, levels []string) *Column {
	out := &Column{Name: c.Name, Levels: levels, Code: make([]int32, len(c.Code))}
	for i, k := range c.Code {
		if out.Code[i] = -1; k >= 0 {
			at, _ := slices.BinarySearch(levels, c.Levels[k])
			out.Code[i] = int32(at)
		}
	}
	return out
}
