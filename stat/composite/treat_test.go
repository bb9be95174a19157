package composite

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Ties let COINr's winsorisation exceed its limit (winmax). Whatever the ties,
// no more points than allowed are moved, and those that share a value move
// together or stay together.
func TestTiesNeverExceedTheLimit(t *testing.T) {
	tied := 0
	rapid.Check(t, func(r *rapid.T) {
		x := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 2, 3, 4, nan}), 30, 40).Draw(r, "x")
		most := rapid.IntRange(0, 6).Draw(r, "most")
		for range rapid.IntRange(1, 8).Draw(r, "equal extremes") {
			x = append(x, 500)
		}
		w := Winsorise(x, most, Limit{}, TiesWithin)
		moved := 0
		for i, v := range x {
			if w.Mark[i] != 0 {
				moved++
			}
			for j, u := range x {
				if v == u && w.X[i] != w.X[j] {
					r.Fatalf("two values %v became %v and %v", v, w.X[i], w.X[j])
				}
			}
			if math.IsNaN(v) != math.IsNaN(w.X[i]) {
				r.Fatalf("%v became %v", v, w.X[i])
			}
		}
		if most > 0 {
			x := flat(x)
			m := equal(x, Blend{Power: Arithmetic})
			m.Treatment = Treatment{Kind: TreatWinsorise, Points: most}
			if b, err := x.Build(m); err != nil || b.Fits[0][0].Moved != w.N {
				r.Fatalf("built: %v, %v; want %d points moved", b, err, w.N)
			}
		}
		if moved > most || moved != w.N {
			r.Fatalf("%d points moved, %d counted, %d allowed", moved, w.N, most)
		}
		if Winsorise(x, most, Limit{}, TiesBeyond).N > most {
			tied++
		}
	})
	if tied == 0 {
		t.Error("no case in which ties matter was drawn")
	}
}
