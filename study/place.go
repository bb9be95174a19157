package study

import (
	"math"

	"vigie/stat/descr"
	"vigie/stat/survey"
)

// bounds is the interval of a figure within a set of simultaneous ones.
type bounds struct{ low, high float64 }

// simultaneous returns intervals that hold all at once at 95 %, whatever the
// dependence between the figures of one sample (Bonferroni over n of them).
func simultaneous(x []estimate, n int) []bounds {
	out := make([]bounds, len(x))
	for i, e := range x {
		half := survey.Critical(1-0.05/float64(n), e.df) * e.se
		out[i] = bounds{e.x - half, e.x + half}
	}
	return out
}

// places ranks figures of one sample, the highest first. The set of ranks of
// each holds for all at once at 95 %: an option comes after those whose whole
// interval is above its own.
//
// Source: Klein, Wright and Wieczorek (2020), JRSS A 183, 913-934.
func places(x []estimate) []Place {
	values := make([]float64, len(x))
	for i, e := range x {
		values[i] = -e.x
	}
	ranks, within := descr.MeanRanks(values), simultaneous(x, len(x))
	mean, sd := descr.Mean(values), descr.SD(values)
	out := make([]Place, len(x))
	for i := range x {
		p := Place{OK: true, Rank: ranks[i], Low: 1, High: len(x)}
		if sd > 0 {
			p.Standard = (mean - values[i]) / sd
		}
		for j := range x {
			switch {
			case within[j].low > within[i].high:
				p.Low++
			case within[j].high < within[i].low:
				p.High--
			}
		}
		out[i] = p
	}
	return out
}

// rank gives a place to each option that every audience shows, and says for
// each pair of audiences whether they order them alike.
func (v *CrossView) rank() {
	if len(v.Voices) == 0 || !v.Voices[0].Item.Things() {
		return
	}
	var lines []int
	figures := make([][]estimate, len(v.Voices))
	for i := range v.Lines {
		row := make([]estimate, 0, len(v.Voices))
		for _, voice := range v.Voices {
			if e, ok := voice.estimate(v.Lines[i].Line); ok {
				row = append(row, e)
			}
		}
		if len(row) < len(v.Voices) {
			continue
		}
		lines = append(lines, i)
		for k := range row {
			figures[k] = append(figures[k], row[k])
		}
	}
	v.Ranked = len(lines)
	if v.Ranked < leastRanked {
		return
	}
	for k := range figures {
		for n, p := range places(figures[k]) {
			v.Lines[lines[n]].Places[k] = p
		}
	}
	for b := range figures {
		for a := range b {
			v.Accords = append(v.Accords, accord(a, b, figures[a], figures[b]))
		}
	}
}

// accord compares the orders of two audiences; the orders that it takes as
// established hold together at 95 %.
func accord(a, b int, x, y []estimate) Accord {
	u, v := simultaneous(x, 2*len(x)), simultaneous(y, 2*len(y))
	out := Accord{A: a, B: b}
	for i := range x {
		for j := range i {
			out.Pairs++
			switch told(u[i], u[j]) * told(v[i], v[j]) {
			case 1:
				out.Same++
			case -1:
				out.Opposite++
			}
		}
	}
	n := float64(out.Pairs)
	out.Low, out.High = 2*float64(out.Same)/n-1, 1-2*float64(out.Opposite)/n
	out.Tau = tau(x, y)
	return out
}

// told is 1 when the first is established as higher, -1 as lower, 0 otherwise.
func told(a, b bounds) int {
	switch {
	case a.low > b.high:
		return 1
	case a.high < b.low:
		return -1
	}
	return 0
}

// tau is Kendall's coefficient of the figures, 0 when one does not vary.
func tau(x, y []estimate) float64 {
	a, b := make([]float64, len(x)), make([]float64, len(y))
	for i := range x {
		a[i], b[i] = x[i].x, y[i].x
	}
	t, _ := descr.Correlation(a, b, descr.Kendall)
	if math.IsNaN(t) {
		return 0
	}
	return t
}
