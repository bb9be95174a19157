package composite

import (
	"math"
	"slices"

	"vigie/stat/descr"
)

// Ties says which rank equal values share: the least of theirs (1, 2, 2, 4),
// the largest (1, 3, 3, 4) or the mean.
type Ties int

// The conventions. The usual one, TiesMin, is the "competition" rank.
const (
	TiesMin Ties = iota
	TiesMax
	TiesMean
)

// Rank returns the rank of each value, 1 for the largest, NaN where missing.
// Oracle: csranks::irank.
func Rank(x []float64, ties Ties) []float64 {
	sorted := descr.Present(x)
	slices.Sort(sorted)
	return apply(x, func(v float64) float64 {
		below, _ := slices.BinarySearch(sorted, v)
		upTo, _ := slices.BinarySearch(sorted, math.Nextafter(v, math.Inf(1)))
		least, most := len(sorted)-upTo+1, len(sorted)-below
		switch ties {
		case TiesMax:
			return float64(most)
		case TiesMean:
			return float64(least+most) / 2
		default:
			return float64(least)
		}
	})
}

// RankUp is Rank with 1 for the smallest value. Oracle: COINr::n_rank.
func RankUp(x []float64, ties Ties) []float64 { return Rank(Oriented(x, -1), ties) }
