package agreement

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

var nan = math.NaN()

// example is the table C of Krippendorff (2011): 4 observers, 12 units.
var example = [][]float64{
	{1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan},
	{1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3},
	{nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan},
	{1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan},
}

var scales = []Scale{Nominal, Ordinal, Interval, Ratio}

func TestPublished(t *testing.T) {
	for i, want := range []float64{0.743, 0.815, 0.849, 0.797} {
		a, err := Krippendorff(example, scales[i])
		if err != nil || math.Abs(a.Value-want) > 6e-4 || a.Units != 11 || a.Codes != 40 {
			t.Errorf("scale %d: %+v, %v; printed %v, 40 codes", i, a, err, want)
		}
	}
	two := [][]float64{{1, 2, 3, 4, 4, 2, 1, 3, 5, 2}, {1, 2, 3, 4, 4, 2, 1, 3, 5, 2}}
	two[1][4] = 2 // table B of the same article has ten units of which one differs
	if a, err := Krippendorff(two, Nominal); err != nil || a.Codes != 20 || !near(a.Observed, 0.1) {
		t.Errorf("one unit of ten: %+v, %v", a, err)
	}
}

func TestKrippendorffRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes [][]float64
		want  error
	}{
		{"nobody", nil, ErrFew},
		{"one coder", [][]float64{{1, 2, 3}}, ErrFew},
		{"no unit twice", [][]float64{{1, nan}, {nan, 2}}, ErrFew},
		{"one code", [][]float64{{1, 1, 2}, {1, 1, nan}}, ErrConstant},
	} {
		if _, err := Krippendorff(c.codes, Nominal); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", c.name, err, c.want)
		}
	}
	if !panics(func() { _, _ = Krippendorff([][]float64{{1}, {1, 2}}, Nominal) }) || !panics(func() { _, _ = Krippendorff([][]float64{{-1, 2}, {1, 2}}, Ratio) }) {
		t.Error("units that differ in number, or a negative ratio, accepted")
	}
}

// What holds for all codes: the order of coders and of units does not matter,
// nor do nominal names, nor a coder who says nothing, nor a unit coded once; a
// change of origin and unit leaves the interval scale, one of unit the ratio
// scale, and any increasing one the ordinal scale.
func TestKrippendorffProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		codes := drawn(r, 2+r.IntN(3), 30, 4, 0.6)
		for _, s := range scales {
			a, err := Krippendorff(codes, s)
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := Krippendorff(shuffled(r, codes), s); math.Abs(a.Value-b.Value) > 1e-12 || a.Codes != b.Codes {
				t.Fatalf("scale %d: %+v, in another order %+v", s, a, b)
			}
			change := map[Scale]func(float64) float64{
				Nominal: func(v float64) float64 { return math.Mod(v*3, 7) }, Ordinal: math.Exp,
				Interval: func(v float64) float64 { return 10 + 3*v }, Ratio: func(v float64) float64 { return 5 * v },
			}[s]
			if b, _ := Krippendorff(changed(codes, change), s); math.Abs(a.Value-b.Value) > 1e-12 {
				t.Fatalf("scale %d: %+v, renamed %+v", s, a, b)
			}
		}
	}
	same := []float64{1, 2, 3, 1, nan, 2}
	for _, s := range scales {
		if a, err := Krippendorff([][]float64{same, same, same}, s); err != nil || a.Value != 1 {
			t.Errorf("full agreement on scale %d: %+v, %v", s, a, err)
		}
	}
}

func TestIndependentCoders(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, s := range scales {
		sum := 0.0
		for range 200 {
			a, err := Krippendorff(drawn(r, 3, 60, 4, 0), s)
			if err != nil {
				t.Fatal(err)
			}
			sum += a.Value / 200
		}
		if math.Abs(sum) > 0.02 {
			t.Errorf("scale %d: mean alpha of independent coders %v", s, sum)
		}
	}
}

// The interval depends on the seed only, holds the value and narrows with the
// number of units; its standard deviation is near that of a bootstrap over
// units.
func TestSimulate(t *testing.T) {
	b := Bootstrap{Draws: 2000, Seed: 1, Level: 0.95, Minimum: 0.667}
	for _, s := range scales {
		a, _ := Krippendorff(example, s)
		one, err := b.Simulate(example, s)
		two, _ := b.Simulate(example, s)
		if err != nil || one != two || !(one.Lo < a.Value && a.Value < one.Hi) || one.Below <= 0 || one.Below >= 0.5 {
			t.Errorf("scale %d: alpha %v, %+v, again %+v (%v)", s, a.Value, one, two, err)
		}
	}
	r := rand.New(rand.NewPCG(9, 10))
	few, many := drawn(r, 2, 25, 2, 0.7), drawn(r, 2, 400, 2, 0.7)
	short, _ := b.Simulate(few, Nominal)
	long, _ := b.Simulate(many, Nominal)
	if long.Hi-long.Lo > (short.Hi-short.Lo)/2 {
		t.Errorf("25 units %+v, 400 units %+v", short, long)
	}
	a, _ := Krippendorff(many, Nominal)
	if half, want := (long.Hi-long.Lo)/2, 1.96*spread(r, many); math.Abs(half/want-1) > 0.15 || math.Abs(a.Value-(long.Lo+long.Hi)/2) > 0.02 {
		t.Errorf("half width %v; over units %v", half, want)
	}
	same := []float64{1, 2, 3, 1, 2, 2}
	if full, err := b.Simulate([][]float64{same, same}, Nominal); err != nil || full.Hi != 1 || full.Lo != 1 {
		t.Errorf("full agreement %+v, %v", full, err)
	}
	if _, err := b.Simulate(nil, Nominal); !errors.Is(err, ErrFew) {
		t.Errorf("nothing: %v", err)
	}
}

// spread is the standard deviation of alpha over resamples of units.
func spread(r *rand.Rand, codes [][]float64) float64 {
	const draws = 1000
	var sum, square float64
	again := make([][]float64, len(codes))
	for range draws {
		for c := range codes {
			again[c] = make([]float64, len(codes[c]))
		}
		for u := range codes[0] {
			from := r.IntN(len(codes[0]))
			for c := range codes {
				again[c][u] = codes[c][from]
			}
		}
		a, _ := Krippendorff(again, Nominal)
		sum, square = sum+a.Value, square+a.Value*a.Value
	}
	mean := sum / draws
	return math.Sqrt(square/draws - mean*mean)
}

// drawn makes codes 1 to k of coders who give the true one with a chance, else
// any; one in ten is missing.
func drawn(r *rand.Rand, coders, units, k int, right float64) [][]float64 {
	codes := make([][]float64, coders)
	for range units {
		truth := 1 + r.IntN(k)
		for c := range codes {
			v := float64(1 + r.IntN(k))
			if r.Float64() < right {
				v = float64(truth)
			}
			if r.IntN(10) == 0 {
				v = nan
			}
			codes[c] = append(codes[c], v)
		}
	}
	return codes
}

// shuffled puts coders and units in another order and adds a coder without
// codes.
func shuffled(r *rand.Rand, codes [][]float64) [][]float64 {
	order := r.Perm(len(codes[0]))
	out := [][]float64{changed(codes[:1], func(float64) float64 { return nan })[0]}
	for _, c := range r.Perm(len(codes)) {
		row := make([]float64, len(order))
		for to, from := range order {
			row[to] = codes[c][from]
		}
		out = append(out, row)
	}
	return out
}

func changed(codes [][]float64, f func(float64) float64) [][]float64 {
	out := make([][]float64, len(codes))
	for c := range codes {
		for _, v := range codes[c] {
			out[c] = append(out[c], f(v))
		}
	}
	return out
}
