package descr

import (
	"math"
	"testing"
)

var nan = math.NaN()

func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*max(1, math.Abs(b))
}

func TestQuantile(t *testing.T) {
	// R: quantile(c(7, 1, 3, 10), type = 7) = 1.0 2.5 5.0 7.75 10.0
	x := []float64{7, nan, 1, 3, 10}
	cases := []struct{ p, want float64 }{{0, 1}, {0.25, 2.5}, {0.5, 5}, {0.75, 7.75}, {1, 10}, {-0.1, nan}, {1.1, nan}, {nan, nan}}
	for _, c := range cases {
		if got := Quantile(x, c.p); !near(got, c.want) {
			t.Errorf("Quantile(%v, %v) = %v; want %v", x, c.p, got, c.want)
		}
	}
	if got := Quantile([]float64{nan}, 0.5); !math.IsNaN(got) {
		t.Errorf("Quantile of nothing = %v; want NaN", got)
	}
}

func TestMoments(t *testing.T) {
	// By hand: 1, 2, 3, 4, 10 has mean 4, sd sqrt(50/4), Σ(x-4)³ = 180, Σ(x-4)⁴ = 1394.
	x := []float64{1, 2, nan, 3, 4, 10}
	sd := math.Sqrt(12.5)
	g1 := 5.0 / (4 * 3) * 180 / math.Pow(sd, 3)
	g2 := 5.0*6/(4*3*2)*1394/math.Pow(sd, 4) - 3*16.0/(3*2)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Mean", Mean(x), 4},
		{"SD", SD(x), sd},
		{"Skewness", Skewness(x), g1},
		{"Kurtosis", Kurtosis(x), g2},
		{"Mean of nothing", Mean(nil), nan},
		{"SD of one", SD([]float64{1}), nan},
		{"Skewness of two", Skewness([]float64{1, 2}), nan},
		{"Kurtosis of three", Kurtosis([]float64{1, 2, 3}), nan},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s = %v; want %v", c.name, c.got, c.want)
		}
	}
}

func TestSummarise(t *testing.T) {
	s := Summarise([]float64{0, 2, nan, 2, 5})
	want := Summary{Rows: 5, Available: 4, NonZero: 3, Unique: 3, Same: 2, Min: 0, Max: 5, Mean: 2.25, Median: 2}
	s.SD, s.Skewness, s.Kurtosis = 0, 0, 0
	if s != want {
		t.Errorf("Summarise = %+v; want %+v", s, want)
	}
	if e := Summarise(nil); e.Available != 0 || !math.IsNaN(e.Median) || !math.IsNaN(e.Min) {
		t.Errorf("Summarise(nil) = %+v", e)
	}
}
