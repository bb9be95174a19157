package descr

import (
	"math"
	"slices"
)

// Summary describes one column. Shares are shares of all rows (Available) or
// as named; the moments are NaN where too few values are left.
type Summary struct {
	Rows      int
	Available int // values present
	NonZero   int // values present and not zero
	Unique    int // distinct values present
	Same      int // how many times the most frequent value occurs
	Min, Max  float64
	Mean      float64
	Median    float64
	SD        float64 // divisor n - 1
	Skewness  float64
	Kurtosis  float64
}

// Summarise returns the summary of x, missing values left out.
// Oracle: COINr::get_stats.
func Summarise(x []float64) Summary {
	p := Present(x)
	slices.Sort(p)
	s := Summary{
		Rows: len(x), Available: len(p), Min: math.NaN(), Max: math.NaN(),
		Mean: Mean(x), Median: SortedQuantile(p, 0.5), SD: SD(x),
		Skewness: Skewness(x), Kurtosis: Kurtosis(x),
	}
	if len(p) > 0 {
		s.Min, s.Max = p[0], p[len(p)-1]
	}
	run := 0
	for i, v := range p {
		if v != 0 {
			s.NonZero++
		}
		if i == 0 || v != p[i-1] {
			s.Unique++
			run = 0
		}
		run++
		s.Same = max(s.Same, run)
	}
	return s
}
