package edition

import (
	"math"

	"vigie/stat/descr"
	"vigie/territory"
)

// Agreement is how far the series of a domain order the ranked territories of
// a tier alike: the mean of their rank correlations two by two, each in the
// direction of fragility, and their number. NaN with fewer than two series.
func (c *Content) Agreement(level territory.Level, domain string) (r float64, series int) {
	result := c.Fragility[level]
	if result == nil {
		return math.NaN(), 0
	}
	var columns [][]float64
	for i := range result.Columns {
		if k := &result.Columns[i]; k.Domain == domain {
			var x []float64
			for u, unit := range result.Units {
				if unit.Reference {
					x = append(x, k.Score[u])
				}
			}
			columns = append(columns, x)
		}
	}
	sum, pairs := 0.0, 0
	for i := range columns {
		for k := range i {
			if r, _ := descr.Correlation(columns[i], columns[k], descr.Spearman); !math.IsNaN(r) {
				sum, pairs = sum+r, pairs+1
			}
		}
	}
	return sum / float64(pairs), len(columns)
}
