package composite

import (
	"cmp"
	"math"
	"slices"

	"vigie/stat/descr"
)

// Centre is what stands for a missing value: the mean or the median of those
// present.
type Centre func([]float64) float64

// Median is the middle of the values present, NaN if there is none.
func Median(x []float64) float64 { return descr.Quantile(x, 0.5) }

// ImputeColumn returns a column where the centre of its group stands for each
// missing value. group names the group of each unit; nil is one group of all.
// A group without a value keeps its gaps. Oracle: COINr::i_mean, i_median,
// i_mean_grp.
func ImputeColumn(x []float64, group []string, of Centre) []float64 {
	members := map[string][]float64{}
	name := func(i int) string {
		if group == nil {
			return ""
		}
		return group[i]
	}
	for i, v := range x {
		members[name(i)] = append(members[name(i)], v)
	}
	centre := map[string]float64{}
	for g, list := range members {
		centre[g] = of(list)
	}
	out := slices.Clone(x)
	for i, v := range x {
		if math.IsNaN(v) {
			out[i] = centre[name(i)]
		}
	}
	return out
}

// ImputeRow returns columns that belong together, on one scale, where the mean
// of the unit's other values stands for a missing one; a unit without any
// keeps its gaps.
func ImputeRow(columns [][]float64) [][]float64 {
	out := make([][]float64, len(columns))
	for k, x := range columns {
		out[k] = slices.Clone(x)
	}
	if len(columns) == 0 {
		return out
	}
	row := make([]float64, len(columns))
	for i := range columns[0] {
		for k, x := range columns {
			row[k] = x[i]
		}
		m := descr.Mean(row)
		for k := range out {
			if math.IsNaN(out[k][i]) {
				out[k][i] = m
			}
		}
	}
	return out
}

// Panel is how a gap in the series of one unit is filled.
type Panel int

// LastObserved carries the last value forward; a gap at the beginning stays.
// Step does so too, and takes the first value back to the beginning. Linear
// joins the values around a gap by a straight line, and holds the first and
// the last one beyond them.
const (
	LastObserved Panel = iota
	Step
	Linear
)

// ImputePanel returns one column of a panel, its rows in any order, with the
// gaps of each unit filled along time. No value is carried over more than
// most units of time; 0 sets no limit.
func ImputePanel[U comparable](x []float64, unit []U, time []float64, how Panel, most float64) []float64 {
	rows := map[U][]int{}
	for i, u := range unit {
		rows[u] = append(rows[u], i)
	}
	out := slices.Clone(x)
	if most <= 0 {
		most = math.Inf(1)
	}
	for _, list := range rows {
		slices.SortFunc(list, func(a, b int) int { return cmp.Compare(time[a], time[b]) })
		for k, i := range list {
			if math.IsNaN(x[i]) {
				out[i] = fill(x, time, list, k, how, most)
			}
		}
	}
	return out
}

// fill is the value at place k of one unit's rows.
func fill(x, time []float64, rows []int, k int, how Panel, most float64) float64 {
	before, after := -1, -1
	for j := k - 1; j >= 0 && before < 0; j-- {
		if !math.IsNaN(x[rows[j]]) {
			before = rows[j]
		}
	}
	for j := k + 1; j < len(rows) && after < 0; j++ {
		if !math.IsNaN(x[rows[j]]) {
			after = rows[j]
		}
	}
	now := time[rows[k]]
	near := func(i int) bool { return i >= 0 && math.Abs(now-time[i]) <= most }
	switch {
	case how == Linear && near(before) && near(after):
		share := (now - time[before]) / (time[after] - time[before])
		return x[before] + share*(x[after]-x[before])
	case near(before) && (how != Linear || after < 0):
		return x[before]
	case near(after) && before < 0 && how != LastObserved:
		return x[after]
	}
	return math.NaN()
}
