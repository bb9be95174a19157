package composite

import (
	"math"
	"slices"
)

// OrderedMean returns for each unit the mean of its j best values, or of its j
// worst: weights go to places, not to columns (Yager 1988, "at least j" and
// "more than j" quantifiers). NaN where fewer than j are present.
func OrderedMean(columns [][]float64, j int, best bool) []float64 {
	if len(columns) == 0 {
		return nil
	}
	out := make([]float64, len(columns[0]))
	for i := range out {
		var row []float64
		for _, x := range columns {
			if !math.IsNaN(x[i]) {
				row = append(row, x[i])
			}
		}
		if out[i] = math.NaN(); len(row) < j || j < 1 {
			continue
		}
		slices.Sort(row)
		if best {
			row = row[len(row)-j:]
		}
		sum := 0.0
		for _, v := range row[:j] {
			sum += v
		}
		out[i] = sum / float64(j)
	}
	return out
}
