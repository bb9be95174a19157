package agreement

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestCohenRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts [][]int
		want   error
	}{
		{"nothing", [][]int{{0, 0}, {0, 0}}, ErrFew},
		{"no code", nil, ErrFew},
		{"one code", [][]int{{9, 0}, {0, 0}}, ErrConstant},
	} {
		if _, err := Cohen(c.counts, None, 0.95); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", c.name, err, c.want)
		}
	}
	for name, counts := range map[string][][]int{"not square": {{1, 2}}, "negative": {{1, -1}, {0, 2}}} {
		if !panics(func() { _, _ = Cohen(counts, None, 0.95) }) {
			t.Errorf("%s: accepted", name)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// What holds for every table.
func TestCohenProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		k := 2 + r.IntN(4)
		counts, turned, full := table(k), table(k), table(k)
		for i := range k {
			for j := range k {
				n := 1 + r.IntN(20)
				counts[i][j], turned[j][i] = n, n
			}
			full[i][i] = 1 + r.IntN(20)
		}
		for _, c := range []Credit{None, Linear, Quadratic} {
			a, err := Cohen(counts, c, 0.95)
			b, err2 := Cohen(turned, c, 0.95)
			if err != nil || err2 != nil || !near(a.Value, b.Value) || !near(a.SE, b.SE) || !near(a.NullSE, b.NullSE) {
				t.Fatalf("%v: %+v, coders exchanged %+v (%v, %v)", counts, a, b, err, err2)
			}
			if !(a.Lo <= a.Value && a.Value <= a.Hi && a.Lo >= -1 && a.Hi <= 1) {
				t.Fatalf("%v: %+v", counts, a)
			}
			if one, err := Cohen(full, c, 0.95); err != nil || !near(one.Value, 1) || one.SE > 1e-7 {
				t.Fatalf("full agreement: %+v, %v", one, err)
			}
		}
	}
}

// With two codes credit changes nothing.
func TestCreditOfTwoCodes(t *testing.T) {
	counts := [][]int{{20, 5}, {10, 15}}
	a, _ := Cohen(counts, None, 0.95)
	b, _ := Cohen(counts, Quadratic, 0.95)
	if a != b {
		t.Errorf("%+v and %+v", a, b)
	}
}

// The interval covers the true value about as often as it says, and kappa of
// independent coders is about zero with the error told for that.
func TestCohenCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const runs, n = 1000, 200
	covered, sum, square, null := 0, 0.0, 0.0, 0.0
	for range runs {
		apart, same := table(2), table(2)
		for range n {
			apart[r.IntN(2)][r.IntN(2)]++
			x := r.IntN(2)
			y := x
			if r.Float64() < 0.2 {
				y = 1 - x
			}
			same[x][y]++
		}
		k, _ := Cohen(same, None, 0.95)
		if k.Lo <= 0.6 && 0.6 <= k.Hi {
			covered++
		}
		z, _ := Cohen(apart, None, 0.95)
		sum, square, null = sum+z.Value, square+z.Value*z.Value, null+z.NullSE
	}
	if share := float64(covered) / runs; share < 0.93 || share > 0.97 {
		t.Errorf("a 95 %% interval covers %v", share)
	}
	if mean := sum / runs; math.Abs(mean) > 0.01 {
		t.Errorf("kappa of independent coders %v", mean)
	}
	if sd := math.Sqrt(square / runs); math.Abs(sd/(null/runs)-1) > 0.08 {
		t.Errorf("standard deviation %v; told %v", sd, null/runs)
	}
}

func table(k int) [][]int {
	out := make([][]int, k)
	for i := range out {
		out[i] = make([]int, k)
	}
	return out
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-12 }
