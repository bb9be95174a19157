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
// Source: Cohen (1960), doi:10.1177/001316446002000104; linearised through
// cell and margin shares.
func (d *Design) Kappa(rows, cols *Column) (*Estimate, error) {
	check(d.n, rows.Rows())
	check(d.n, cols.Rows())
	a, b := matched(rows.Categorical(), cols.Categorical())
	in := make([]bool, d.n)
	for i := range in {
		in[i] = a[i] >= 0 && b[i] >= 0
	}
	d = d.Domain(in)
	if sum(d.weights) == 0 {
		return nil, refuse(rows.Name, 0, "élargissez le domaine", "aucun enregistrement n’est classé deux fois")
	}
	levels := 1 + int(max(slices.Max(a), slices.Max(b)))
	shares := func(w []float64) (row, col []float64, agree, total float64) {
		row, col = make([]float64, levels), make([]float64, levels)
		for i, v := range w {
			if v == 0 {
				continue
			}
			total += v
			row[a[i]] += v
			col[b[i]] += v
			if a[i] == b[i] {
				agree += v
			}
		}
		for k := range row {
			row[k] /= total
			col[k] /= total
		}
		return row, col, agree / total, total
	}
	s := Statistic{
		Names: []string{"kappa"},
		Value: func(w []float64) ([]float64, error) {
			row, col, agree, _ := shares(w)
			chance := dot(row, col)
			return []float64{(agree - chance) / (1 - chance)}, nil
		},
		Influence: func(w, value []float64) [][]float64 {
			row, col, agree, total := shares(w)
			chance := dot(row, col)
			// dκ = dA/(1−C) − (1−A)/(1−C)² dC
			slope := (1 - agree) / (1 - chance) / (1 - chance)
			return influence(1, w, func(_, i int) float64 {
				same := -agree
				if a[i] == b[i] {
					same++
				}
				luck := col[a[i]] + row[b[i]] - 2*chance
				return (same/(1-chance) - slope*luck) / total
			})
		},
	}
	if v, _ := s.Value(d.weights); math.IsNaN(v[0]) || math.IsInf(v[0], 0) {
		return nil, refuse(rows.Name, 0, "choisissez des variables qui ont plusieurs modalités", "l’accord dû au hasard est total : kappa n’est pas défini")
	}
	return d.Estimate(s)
}

// matched returns the codes of two columns on the levels of either, in byte
// order.
func matched(a, b *Column) (x, y []int32) {
	levels := slices.Concat(a.Levels, b.Levels)
	slices.Sort(levels)
	levels = slices.Compact(levels)
	return recoded(a, levels), recoded(b, levels)
}

func recoded(c *Column, levels []string) []int32 {
	out := make([]int32, len(c.Code))
	for i, k := range c.Code {
		if out[i] = -1; k >= 0 {
			at, _ := slices.BinarySearch(levels, c.Levels[k])
			out[i] = int32(at)
		}
	}
	return out
}
