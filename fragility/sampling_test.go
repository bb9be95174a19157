package fragility

import (
	"math"
	"testing"
)

// Two territories of a domain stand 10 points apart. One of its two series is
// estimated by a survey with a standard error of 10 points, 5 of the score: the
// difference has a standard deviation of 5√2, their order turns round in
// Φ(−√2) of the draws and their intervals widen, only where errors are drawn.
func TestSamplingErrorOfSeries(t *testing.T) {
	errors := []float64{0, 10, 10, math.NaN(), 0}
	for _, c := range []struct {
		name     string
		se       []float64
		sampling bool
		reversal float64
		lo, hi   int // of the second territory
	}{
		{"no error", nil, true, 0, 4, 4},
		{"errors not drawn", errors, false, 0, 4, 4},
		{"errors drawn", errors, true, math.Erfc(1) / 2, 3, 4},
	} {
		spec := smallSpec()
		u := &spec.Uncertainty
		u.Draws, u.SobolRows, u.LeaveOneOut, u.Sampling = 4000, 64, 0, c.sampling
		u.Normalisations, u.Aggregations, u.Weightings = nil, nil, []string{"given"}
		in := &Input{Level: "departement", Domains: []Domain{{"A", "d"}}, Units: codes(5), Columns: []Column{
			column("a1", "A", "2022", 1, 1, []float64{0, 40, 50, 75, 100}),
			column("a2", "A", "2022", -1, 1, []float64{100, 60, 50, 25, 0}),
		}}
		in.Columns[0].SE = c.se
		r, err := Compute(t.Context(), spec, in, Run{})
		if err != nil {
			t.Fatal(err)
		}
		x, y := r.Units[1].Code, r.Units[2].Code
		if got := r.Reversal("A", x, y); math.Abs(got-c.reversal) > 0.02 {
			t.Errorf("%s: the order turns round in %v of draws; want %v", c.name, got, c.reversal)
		}
		cell, _ := r.Cell("A", x)
		if cell.Lo != c.lo || cell.Hi != c.hi || cell.Place != 4 {
			t.Errorf("%s: place %d, from %d to %d; want 4, from %d to %d", c.name, cell.Place, cell.Lo, cell.Hi, c.lo, c.hi)
		}
		share := 0.0
		for _, e := range r.Part(Overall).Effects {
			if e.Choice == "sampling" {
				share = e.Total.Value
			}
		}
		if (share > 0.5) != (c.reversal > 0) {
			t.Errorf("%s: sampling explains %v of the shifts of places", c.name, share)
		}
	}
}
