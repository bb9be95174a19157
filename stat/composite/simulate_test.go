package composite

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// varied is a middle-sized index with all choices: gaps, rows outside the
// reference, two periods, standard errors in three indicators.
func varied(rows int) (*Index, Method, Simulation) {
	x, m := bench(rows, 0.05)
	r := rand.New(rand.NewPCG(7, 7))
	x.Reference, x.Period = make([]bool, rows), make([]int, rows)
	for i := range rows {
		x.Reference[i], x.Period[i] = i%9 != 4, i%2
	}
	for _, l := range []int{0, 7, 31} {
		x.Indicators[l].SE = make([]float64, rows)
		for i := range rows {
			x.Indicators[l].SE[i] = 3 * r.Float64()
		}
	}
	x.Parts[16].Assessed = true
	s := Simulation{Draws: 60, Seed: 11, Classes: 5, Workers: 1}
	s.Imputations = []Imputation{{}, {Kind: ImputeMean}, {Kind: ImputeMedian}}
	s.Treatments = []Treatment{{}, {Kind: TreatWinsorise, Points: 3}, {Kind: TreatWinsoriseLog, Points: 3}}
	s.Scales = []Scale{{Kind: ScaleMinMax, Lo: 1, Hi: 100, Clamp: true}, {Kind: ScalePercentile, Lo: 1, Hi: 100}}
	for _, b := range []Blend{{Power: Arithmetic}, {Power: Geometric}, {Power: Geometric, Mirror: 110}} {
		s.Means = append(s.Means, equal(x, b).Means)
	}
	s.Weights = [][][]float64{m.Weights, equal(x, Blend{}).Weights}
	s.Noise = []float64{0.25, 0}
	s.LeaveOut, s.Sampling = 0.5, true
	return x, m, s
}

func simulate(t *testing.T, x *Index, m Method, s Simulation) *Simulated {
	t.Helper()
	out, err := x.Simulate(context.Background(), m, s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSimulateAnyWorkers(t *testing.T) {
	x, m, s := varied(60)
	want := simulate(t, x, m, s)
	for _, w := range []int{2, 7, 500} {
		s.Workers = w
		if d := cmp.Diff(want, simulate(t, x, m, s)); d != "" {
			t.Fatalf("%d workers change the result:\n%.400s", w, d)
		}
	}
}

// Places, orders and classes of each draw are those of Build by the drawn
// alternatives.
func TestSimulateIsBuild(t *testing.T) {
	x, m, s := varied(50)
	s.Noise, s.LeaveOut, s.Sampling = nil, 0, false
	out := simulate(t, x, m, s)
	if len(out.Failed) > 0 {
		t.Fatal(out.Failed)
	}
	for draw, d := range out.Drawn {
		one := Method{s.Imputations[d[0]], s.Treatments[d[1]], s.Scales[d[2]], s.Weights[d[4]], s.Means[d[3]]}
		b, err := x.Build(one)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []int{16, 20} {
			for u, place := range b.Place[k] {
				if got := int(out.Spread[k].Place[u*s.Draws+draw]); got != place {
					t.Fatalf("draw %d %v, part %d, row %d: place %d; built %d", draw, d, k, u, got, place)
				}
			}
		}
	}
}

// One alternative of everything and nothing at random is the nominal index.
func TestSimulateNothing(t *testing.T) {
	x, m, _ := varied(40)
	b, err := x.Build(m)
	if err != nil {
		t.Fatal(err)
	}
	s := simulate(t, x, m, Simulation{Draws: 3, Classes: 5}).Spread[20]
	for u, place := range b.Place[20] {
		lo, hi := s.Interval(u, 0.9)
		mean, median := s.Centre(u)
		if lo != place || hi != place || mean != float64(place) || median != mean {
			t.Fatalf("row %d: %d to %d, mean %v; built %d", u, lo, hi, mean, place)
		}
	}
}

// Standard errors of zero are none at all.
func TestSimulateZeroErrors(t *testing.T) {
	x, m, s := varied(40)
	for _, l := range []int{0, 7, 31} {
		clear(x.Indicators[l].SE)
	}
	with := simulate(t, x, m, s)
	s.Sampling = false
	if d := cmp.Diff(simulate(t, x, m, s), with); d != "" {
		t.Errorf("errors of zero change the result:\n%.400s", d)
	}
}

// The order of rows does not matter, but for the errors drawn row after row.
func TestSimulateRowOrder(t *testing.T) {
	x, m, s := varied(40)
	s.Sampling = false
	want := simulate(t, x, m, s).Spread[20]
	perm := rand.New(rand.NewPCG(1, 1)).Perm(40)
	y := *x
	y.Indicators = nil
	y.Reference, y.Period = make([]bool, 40), make([]int, 40)
	for _, c := range x.Indicators {
		c.SE = nil
		col := make([]float64, 40)
		for i, from := range perm {
			col[i] = c.X[from]
			y.Reference[i], y.Period[i] = x.Reference[from], x.Period[from]
		}
		c.X = col
		y.Indicators = append(y.Indicators, c)
	}
	got := simulate(t, &y, m, s).Spread[20]
	for i, from := range perm {
		a, b := got.Place[i*s.Draws:(i+1)*s.Draws], want.Place[from*s.Draws:(from+1)*s.Draws]
		if d := cmp.Diff(b, a); d != "" {
			t.Fatalf("row %d, before %d:\n%s", i, from, d)
		}
	}
}

// The first of two units is before the second with probability Φ(d/√(s1²+s2²)).
func TestSimulateSamplingClosed(t *testing.T) {
	x := flat([]float64{10, 12})
	x.Indicators[0].SE = []float64{1.5, 2}
	s := Simulation{Draws: 20_000, Seed: 3, Workers: 2}
	s.Sampling = true
	m := equal(x, Blend{Power: Arithmetic})
	want := 0.5 * math.Erfc(2/2.5/math.Sqrt2) // the first is above: Φ(−2/2.5)
	got := simulate(t, x, m, s).Spread[0].Reversal(1, 0)
	if math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/20_000) {
		t.Errorf("P = %v; want %v", got, want)
	}
	// With one degree of freedom the error of unit 1 alone is Cauchy: P = 1/2 −
	// atan(d/s)/π.
	x.Indicators[0].SE, x.Indicators[0].DF = []float64{0, 2}, 1
	want = 0.5 - math.Atan(1)/math.Pi
	got = simulate(t, x, m, s).Spread[0].Reversal(1, 0)
	if math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/20_000) {
		t.Errorf("t: P = %v; want %v", got, want)
	}
}

// Two indicators that count the same and whose errors are opposite leave the
// index as it is; equal errors add up.
func TestSimulateCorrelatedErrors(t *testing.T) {
	// A scale set beforehand, so that the draw moves nothing but the values.
	x := flat([]float64{10, 11}, []float64{10, 11})
	for l := range x.Indicators {
		x.Indicators[l].SE, x.Indicators[l].High = []float64{1, 1}, 20
	}
	m := equal(x, Blend{Power: Arithmetic})
	m.Scale.Kind = ScaleGoalposts
	s := Simulation{Draws: 20_000, Seed: 3, Workers: 2}
	s.Sampling = true
	for _, r := range []float64{-1, -0.5, 0, 0.7, 1} {
		s.Errors = [][]float64{{1, r}, {r, 1}}
		got := simulate(t, x, m, s).Spread[0].Reversal(1, 0)
		want := 0.0 // the difference of means has variance 2(1+r)/2
		if r > -1 {
			want = 0.5 * math.Erfc(1/math.Sqrt(1+r)/math.Sqrt2)
		}
		if math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/20_000)+1e-12 {
			t.Errorf("correlation %v: P = %v; want %v", r, got, want)
		}
	}
	s.Errors = [][]float64{{1, 1.2}, {1.2, 1}}
	if _, err := x.Simulate(context.Background(), m, s); !errors.Is(err, ErrErrors) {
		t.Errorf("a correlation of 1.2: %v", err)
	}
}

// A drawn value stays inside its bounds, whichever side the error takes.
func TestSimulateBounds(t *testing.T) {
	c := Indicator{X: []float64{1, 99, 50, nan}, SE: []float64{30, 30, 30, 30}, Least: 0, Most: 100}
	r := rand.New(rand.NewPCG(1, 1))
	low, high := false, false
	for range 200 {
		z := []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		c.disturb(r, z)
		for _, v := range z[:3] {
			if !(v >= 0 && v <= 100) {
				t.Fatalf("drawn %v", v)
			}
		}
		low, high = low || z[0] == 0, high || z[1] == 100
		if z[3] == z[3] {
			t.Fatal("a missing value was drawn")
		}
	}
	if !low || !high {
		t.Error("no bound was ever reached")
	}
}

// A geometric mean that meets a zero fails its draw, and that draw only.
func TestSimulateFailedDraws(t *testing.T) {
	x := flat([]float64{1, 2, 3}, []float64{3, 1, 2})
	m := equal(x, Blend{Power: Arithmetic})
	s := Simulation{Draws: 40, Seed: 2, Workers: 2, Classes: 3}
	s.Means = [][]Blend{{{Power: Arithmetic}}, {{Power: Geometric}}}
	s.Scales = []Scale{{Kind: ScaleMinMax, Lo: 0, Hi: 1}, {Kind: ScaleMinMax, Lo: 1, Hi: 2}}
	out := simulate(t, x, m, s)
	want := 0
	for draw, d := range out.Drawn {
		if d[ChoiceMean] == 1 && d[ChoiceScale] == 0 {
			if want == len(out.Failed) || out.Failed[want].Draw != draw || !errors.Is(out.Failed[want].Err, ErrDomain) {
				t.Fatalf("draw %d is not among the failed: %v", draw, out.Failed)
			}
			want++
		}
	}
	if got := out.Spread[0]; want == 0 || len(out.Failed) != want || got.Draws != 40-want || len(got.Place) != 3*got.Draws || len(got.Class) != len(got.Place) {
		t.Errorf("%d failed, %d kept; want %d failed", len(out.Failed), got.Draws, want)
	}
	s.Means, s.Scales = s.Means[1:], s.Scales[:1]
	if _, err := x.Simulate(context.Background(), m, s); !errors.Is(err, ErrDomain) {
		t.Errorf("all draws fail: %v", err)
	}
}

// Change of place is read inside each draw.
func TestSpreadChange(t *testing.T) {
	s := Spread{Draws: 4, Place: []uint16{1, 2, 3, 4, 2, 3, 4, 5, 3, 1, 0, 2}}
	if lo, hi, up, down := s.Change(0, 1, 0.9); lo != 1 || hi != 1 || up != 0 || down != 1 {
		t.Errorf("together: %d to %d, %v up, %v down", lo, hi, up, down)
	}
	if lo, hi, up, down := s.Change(0, 2, 1); lo != -2 || hi != 2 || math.Abs(up-2.0/3) > 1e-12 || math.Abs(down-1.0/3) > 1e-12 {
		t.Errorf("with a draw without place: %d to %d, %v up, %v down", lo, hi, up, down)
	}
	if got := s.Worst(2, 2); math.Abs(got-2.0/3) > 1e-12 {
		t.Errorf("among the 2 first: %v", got)
	}
}

func BenchmarkSimulate101(b *testing.B) { benchSimulate(b, 101, 500) }

func BenchmarkSimulate35000(b *testing.B) { benchSimulate(b, 35_000, 20) }

func benchSimulate(b *testing.B, rows, draws int) {
	x, m := bench(rows, 0.03)
	s := Simulation{Draws: draws, Seed: 9, Workers: 1}
	for k := range 5 {
		s.Treatments = append(s.Treatments, Treatment{Kind: TreatWinsoriseLog, Points: k + 1})
	}
	s.Means = [][]Blend{m.Means, equal(x, Blend{Power: Geometric}).Means}
	s.Noise = []float64{0.25}
	for b.Loop() {
		if _, err := x.Simulate(context.Background(), m, s); err != nil {
			b.Fatal(err)
		}
	}
}
