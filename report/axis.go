package report

import (
	"math"
	"strconv"
	"strings"

	"vigie/indicator"
	"vigie/lang"
)

// timeAxis spans the years of a series with at most eight labelled ticks.
func (w *composer) timeAxis(s *Series) Axis {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, l := range s.Lines {
		for _, p := range l.Points {
			lo, hi = min(lo, p.X), max(hi, p.X)
		}
	}
	for _, m := range s.Marks {
		lo, hi = min(lo, m.X), max(hi, m.X)
	}
	a := Axis{Min: lo, Max: hi}
	step := 1.0
	for _, s := range []float64{1, 2, 5, 10, 20} {
		if step = s; (hi-lo)/s <= 7 {
			break
		}
	}
	for x := math.Ceil(lo/step) * step; x <= hi; x += step {
		a.Ticks = append(a.Ticks, Tick{x, year(int(x))})
	}
	return a
}

// valueAxis spans the values of a series with round ticks; it starts at zero
// unless that would waste more than half of the height.
func (w *composer) valueAxis(s *Series, ind *indicator.Indicator) Axis {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, l := range s.Lines {
		for _, p := range l.Points {
			if p.OK {
				lo, hi = min(lo, p.Y), max(hi, p.Y)
			}
		}
	}
	if math.IsInf(lo, 0) {
		lo, hi = 0, 1
	}
	if lo > 0 && lo < hi/2 {
		lo = 0
	}
	step := roundStep((hi - lo) / 5)
	a := Axis{Title: lang.Unit(w.l, ind.Unit), Min: math.Floor(lo/step) * step, Max: math.Ceil(hi/step) * step}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for i := 0; ; i++ {
		x := a.Min + float64(i)*step
		if x > a.Max+step/2 {
			return a
		}
		a.Ticks = append(a.Ticks, Tick{x, lang.Number(w.l, x, decimals)})
	}
}

// roundStep is the next 1, 2 or 5 × 10ⁿ above x.
func roundStep(x float64) float64 {
	if !(x > 0) {
		return 1
	}
	base := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*base >= x*(1-1e-9) {
			return m * base
		}
	}
	return 10 * base
}

// decimalYear places a period on a time axis: a year at its start, a quarter
// at its own.
func decimalYear(period string) float64 {
	y, q, _ := strings.Cut(period, "-Q")
	x, err := strconv.ParseFloat(y, 64)
	if err != nil {
		return 0 // not a period: imports refuse it
	}
	if n, err := strconv.Atoi(q); err == nil {
		x += float64(n-1) / 4
	}
	return x
}
