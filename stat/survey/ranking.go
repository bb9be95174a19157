package survey

import (
	"fmt"
	"math"
)

// Ranking turns « choose and rank » answers into numeric columns, in this
// order for each item j = 1…items: cited (1 when the item is in any rank
// column, named top<ranks>_j), first (top1_j), points (borda_j: the sum of
// points of the ranks where it stands) and rank (rank_j, missing when not
// cited). ranks are the answers by rank, numbers 1…items or categories in the
// order of their levels; a missing answer cites nothing. points has one value
// a rank. Every record is in the base.
//
// Refusal: an answer that is not an item.
//
// Source: Borda (1781); Marden (1995), Analyzing and Modeling Rank Data.
func Ranking(ranks []*Column, items int, points []float64) ([]*Column, error) {
	if len(ranks) == 0 || len(points) != len(ranks) || items < 1 {
		return nil, refuse("", 0, "donnez une colonne et un nombre de points par rang", "%d rangs, %d nombres de points, %d items", len(ranks), len(points), items)
	}
	n := ranks[0].Rows()
	out := make([]*Column, 0, 4*items)
	for j := 1; j <= items; j++ {
		for _, name := range []string{fmt.Sprintf("top%d_%d", len(ranks), j), fmt.Sprintf("top1_%d", j), fmt.Sprintf("borda_%d", j), fmt.Sprintf("rank_%d", j)} {
			out = append(out, &Column{Name: name, Number: make([]float64, n)})
		}
		for i := range n {
			out[4*j-1].Number[i] = math.NaN()
		}
	}
	for k, column := range ranks {
		check(n, column.Rows())
		for i := range n {
			if column.Missing(i) {
				continue
			}
			j, err := item(column, i, items)
			if err != nil {
				return nil, err
			}
			of := out[4*j-4 : 4*j]
			of[0].Number[i] = 1
			if k == 0 {
				of[1].Number[i] = 1
			}
			of[2].Number[i] += points[k]
			if math.IsNaN(of[3].Number[i]) {
				of[3].Number[i] = float64(k + 1)
			}
		}
	}
	return out, nil
}

// item returns the item that record i cites, from 1.
func item(column *Column, i, items int) (int, error) {
	v := 0.0
	if column.Number != nil {
		v = column.Number[i]
	} else {
		v = float64(column.Code[i] + 1)
	}
	if j := int(v); float64(j) == v && j >= 1 && j <= items {
		return j, nil
	}
	return 0, refuse(column.Name, i+1, fmt.Sprintf("les items vont de 1 à %d", items), "« %g » n’est pas un item", v)
}

// Preference returns, from the rank columns of two items (Ranking), 1 where
// the first is preferred (cited before the other or alone), 0 where the other
// is, missing where neither is cited.
func Preference(name string, a, b []float64) *Column {
	check(len(a), len(b))
	out := &Column{Name: name, Number: make([]float64, len(a))}
	for i := range a {
		switch {
		case math.IsNaN(a[i]) && math.IsNaN(b[i]):
			out.Number[i] = math.NaN()
		case math.IsNaN(b[i]) || a[i] < b[i]:
			out.Number[i] = 1
		}
	}
	return out
}
