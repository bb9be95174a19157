package smallarea_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vigie/stat/smallarea"
	"vigie/stat/survey"
)

var nan = math.NaN()

// constant is the model of n records that holds only an intercept.
func constant(n int) *survey.Matrix { return survey.Model{Intercept: true}.Matrix(n) }

// on is the model of an intercept and numbers.
func on(columns ...[]float64) *survey.Matrix {
	m := survey.Model{Intercept: true}
	for j, x := range columns {
		m.Terms = append(m.Terms, []*survey.Column{{Name: string(rune('x' + j)), Number: x}})
	}
	return m.Matrix(len(columns[0]))
}

func repeat(x float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

func close(got, want float64) bool {
	return math.Abs(got-want) <= 1e-8*math.Max(1, math.Abs(want))
}

// TestFayHerriotByHand: with one sampling variance and no covariate, REML and
// the moments give A = s² - D, and the estimate is drawn to the mean by D/s².
func TestFayHerriotByHand(t *testing.T) {
	y := []float64{10, 12, 17, 21} // mean 15, s² = 74/3
	s2, d := 74.0/3, 5.0
	for _, m := range []smallarea.Method{smallarea.REML, smallarea.Moment} {
		f, err := smallarea.FayHerriot(smallarea.Areas{Direct: y, Variance: repeat(d, 4), Model: constant(4)}, m)
		if err != nil {
			t.Fatal(err)
		}
		if !close(f.Between, s2-d) || !close(f.Beta[0], 15) || !close(f.BetaSE[0], math.Sqrt(s2/4)) || !close(f.Share[1], d/s2) ||
			!close(f.Estimate[0], 15+(1-d/s2)*(10-15)) {
			t.Errorf("method %v: %+v", m, f)
		}
		g1, g2, g3 := (s2-d)*d/s2, d*d/(s2*s2)*s2/4, d*d/(s2*s2)/s2*(2*s2*s2/4)
		if !close(f.MSE[2], g1+g2+2*g3) {
			t.Errorf("method %v: MSE %v, want %v", m, f.MSE[2], g1+g2+2*g3)
		}
	}
	f, err := smallarea.FayHerriot(smallarea.Areas{Direct: y, Variance: repeat(d, 4), Model: constant(4)}, smallarea.ML)
	if err != nil || !close(f.Between, s2*3/4-d) {
		t.Errorf("ML: %v %v", f, err)
	}
	f, err = smallarea.FayHerriot(smallarea.Areas{Direct: y, Variance: repeat(100, 4), Model: constant(4)}, smallarea.REML)
	if err != nil || f.Between != 0 || !close(f.Estimate[3], 15) || f.Share[3] != 1 {
		t.Errorf("no variance between areas: %+v %v", f, err)
	}
}

// TestAreasWithoutSample: they take the synthetic estimate, with its error, and
// change nothing for the others.
func TestAreasWithoutSample(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	n := 20
	x, y, d := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], d[i] = float64(i), 1+r.Float64()
		y[i] = 3 + 2*x[i] + 2*r.NormFloat64()
	}
	full, err := smallarea.FayHerriot(smallarea.Areas{Direct: y, Variance: d, Model: on(x)}, smallarea.REML)
	if err != nil {
		t.Fatal(err)
	}
	more, err := smallarea.FayHerriot(smallarea.Areas{Direct: append(y, nan), Variance: append(d, nan), Model: on(append(x, 10))}, smallarea.REML)
	if err != nil {
		t.Fatal(err)
	}
	if more.Sampled[n] || more.Share[n] != 1 || !close(more.Estimate[n], more.Beta[0]+10*more.Beta[1]) || !(more.MSE[n] > more.Between) || more.MSE[n] > 1.2*more.Between {
		t.Errorf("without sample: %v ± %v, variance between %v", more.Estimate[n], more.MSE[n], more.Between)
	}
	for i := range n {
		if full.Estimate[i] != more.Estimate[i] || full.MSE[i] != more.MSE[i] {
			t.Fatalf("area %d changed", i)
		}
	}
}

// TestUnitLevelByHand: balanced, no covariate: REML is the analysis of
// variance, within = MSW, between = (MSB - MSW)/n.
func TestUnitLevelByHand(t *testing.T) {
	y := []float64{1, 3, 2, 6, 8, 7, 11, 9, 13} // means 2, 7, 11
	area := []int{0, 0, 0, 1, 1, 1, 2, 2, 2}
	msw, msb := (2.0+2+8)/6, 3*((2-20.0/3)*(2-20.0/3)+(7-20.0/3)*(7-20.0/3)+(11-20.0/3)*(11-20.0/3))/2
	u := smallarea.Units{Y: y, Area: area, Model: constant(9), Size: repeat(math.Inf(1), 4), Mean: [][]float64{repeat(1, 4)}}
	f, err := smallarea.UnitLevel(u, smallarea.REML)
	if err != nil {
		t.Fatal(err)
	}
	between := (msb - msw) / 3
	shrink := 3 * between / (msw + 3*between)
	if !close(f.Within, msw) || !close(f.Between, between) || !close(f.Beta[0], 20.0/3) || !close(f.BetaSE[0], math.Sqrt(msb/9)) ||
		!close(f.Estimate[0], 20.0/3+shrink*(2-20.0/3)) || !close(f.Estimate[3], 20.0/3) || f.N[3] != 0 {
		t.Errorf("%+v; want within %v, between %v, shrink %v", f, msw, between, shrink)
	}
	if f, err = smallarea.UnitLevel(u, smallarea.ML); err != nil || !close(f.Within, msw) || !close(f.Between, (msb*2/3-msw)/3) {
		t.Errorf("ML: %+v %v", f, err)
	}
	u.Size = repeat(3, 4) // a census: nothing is left to estimate
	if f, err = smallarea.UnitLevel(u, smallarea.REML); err != nil || !close(f.Estimate[1], 7) || f.MSE[1] != 0 || f.Share[1] != 0 {
		t.Errorf("census: %+v %v", f, err)
	}
	u.Y = []float64{1, 5, 3, 1, 5, 3, 1, 5, 3}
	if f, err = smallarea.UnitLevel(u, smallarea.REML); err != nil || f.Between != 0 || !close(f.Estimate[3], 3) {
		t.Errorf("no variance between areas: %+v %v", f, err)
	}
}

// TestScale: estimates follow a change of unit and of origin, variances its
// square.
func TestScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(6, 25).Draw(t, "areas")
		scale, shift := rapid.Float64Range(0.01, 100).Draw(t, "scale"), rapid.Float64Range(-50, 50).Draw(t, "shift")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var y, d, x, y2, d2 []float64
		for range n {
			v := r.NormFloat64() * 3
			x, y, d = append(x, v), append(y, 2*v+3*r.NormFloat64()), append(d, 0.5+r.Float64())
			y2, d2 = append(y2, shift+scale*y[len(y)-1]), append(d2, scale*scale*d[len(d)-1])
		}
		for _, m := range []smallarea.Method{smallarea.REML, smallarea.ML, smallarea.Moment} {
			a, err := smallarea.FayHerriot(smallarea.Areas{Direct: y, Variance: d, Model: on(x)}, m)
			b, err2 := smallarea.FayHerriot(smallarea.Areas{Direct: y2, Variance: d2, Model: on(x)}, m)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			for i := range y {
				if math.Abs(b.Estimate[i]-shift-scale*a.Estimate[i]) > 1e-6*scale*(1+math.Abs(a.Estimate[i])) || math.Abs(b.MSE[i]-scale*scale*a.MSE[i]) > 1e-6*scale*scale {
					t.Fatalf("method %v, area %d: %v ± %v, %v ± %v", m, i, a.Estimate[i], a.MSE[i], b.Estimate[i], b.MSE[i])
				}
				if low, high := math.Min(y[i], a.Synthetic[i]), math.Max(y[i], a.Synthetic[i]); a.Estimate[i] < low-1e-9 || a.Estimate[i] > high+1e-9 {
					t.Fatalf("estimate %v outside its two sources %v, %v", a.Estimate[i], low, high)
				}
			}
		}
	})
}

// TestErrorsAreAsLargeAsSaid simulates both models: the mean of the estimated
// errors is that of the errors made, within the noise of the simulation.
func TestErrorsAreAsLargeAsSaid(t *testing.T) {
	const areas, rounds = 30, 600
	r := rand.New(rand.NewPCG(7, 8))
	for _, m := range []smallarea.Method{smallarea.REML, smallarea.ML, smallarea.Moment} {
		made, said := 0.0, 0.0
		for range rounds {
			x, y, d, truth := make([]float64, areas), make([]float64, areas), make([]float64, areas), make([]float64, areas)
			for i := range areas {
				x[i], d[i] = float64(i%7), 0.5+float64(i%5)/4
				truth[i] = 1 + x[i] + r.NormFloat64()
				y[i] = truth[i] + math.Sqrt(d[i])*r.NormFloat64()
			}
			f, err := smallarea.FayHerriot(smallarea.Areas{Direct: y, Variance: d, Model: on(x)}, m)
			if err != nil {
				t.Fatal(err)
			}
			for i := range areas {
				made, said = made+(f.Estimate[i]-truth[i])*(f.Estimate[i]-truth[i]), said+f.MSE[i]
			}
		}
		if ratio := said / made; ratio < 0.95 || ratio > 1.08 {
			t.Errorf("area level, method %v: said over made %.3f", m, ratio)
		}
	}
	made, said := 0.0, 0.0
	for range rounds / 2 {
		u, truth := population(r, areas)
		f, err := smallarea.UnitLevel(u, smallarea.REML)
		if err != nil {
			t.Fatal(err)
		}
		for i := range areas {
			made, said = made+(f.Estimate[i]-truth[i])*(f.Estimate[i]-truth[i]), said+f.MSE[i]
		}
	}
	if ratio := said / made; ratio < 0.95 || ratio > 1.08 {
		t.Errorf("unit level: said over made %.3f", ratio)
	}
}

// population draws finite populations of 20 units and answers of 0 to 6.
func population(r *rand.Rand, areas int) (u smallarea.Units, truth []float64) {
	var x []float64
	u.Mean, u.Size, truth = [][]float64{repeat(1, areas), make([]float64, areas)}, repeat(20, areas), make([]float64, areas)
	for a := range areas {
		effect := r.NormFloat64()
		for k := range 20 {
			v := r.NormFloat64() + float64(a%3)
			y := 2 + v + effect + 1.5*r.NormFloat64()
			u.Mean[1][a], truth[a] = u.Mean[1][a]+v/20, truth[a]+y/20
			if k < a%7 {
				x, u.Y, u.Area = append(x, v), append(u.Y, y), append(u.Area, a)
			}
		}
	}
	u.Model = on(x)
	return u, truth
}

func TestComposite(t *testing.T) {
	b, err := smallarea.Composite([]float64{10, nan, 14}, []float64{4, nan, 1}, []float64{12, 13, 13}, []float64{4, 4, 0})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ estimate, mse, share float64 }{{11, 2, 0.5}, {13, 4, 1}, {13, 0, 1}} {
		if !close(b.Estimate[i], want.estimate) || !close(b.MSE[i], want.mse) || !close(b.Share[i], want.share) {
			t.Errorf("area %d: %v ± %v, share %v; want %v", i, b.Estimate[i], b.MSE[i], b.Share[i], want)
		}
	}
	// errors estimated: ((3²-1) + (1²-1))/2 = 4
	if b, err = smallarea.Composite([]float64{10, 11}, []float64{1, 1}, []float64{13, 10}, nil); err != nil || !close(b.Bias2, 4) || !close(b.Estimate[0], 10.6) || !close(b.MSE[0], 0.8) {
		t.Errorf("%+v %v", b, err)
	}
}

func TestRule(t *testing.T) {
	for _, c := range []struct {
		value, mse float64
		n          int
		share      float64
		want       smallarea.Verdict
		why        string
	}{
		{100, 100, 50, 0.2, smallarea.Publish, ""},
		{100, 400, 50, 0.2, smallarea.Reserve, "coefficient de variation de 20,0"},
		{100, 1600, 50, 0.2, smallarea.Withhold, "coefficient de variation de 40,0"},
		{100, 100, 12, 0.2, smallarea.Reserve, "12 réponse(s), moins de 30"},
		{100, 100, 50, 0.8, smallarea.Reserve, "le modèle pèse 80"},
		{100, 100, 0, 1, smallarea.Withhold, "aucune réponse"},
		{100, 100, -1, 0.2, smallarea.Publish, ""},
		{0, 1, 50, 0.2, smallarea.Withhold, "coefficient de variation"},
		{nan, 1, 50, 0.2, smallarea.Withhold, "manquante"},
		{1, nan, 50, 0.2, smallarea.Withhold, "manquante"},
	} {
		got, why := smallarea.Usual.Judge(c.value, c.mse, c.n, c.share)
		if got != c.want || !strings.Contains(strings.Join(why, " ; "), c.why) || (len(why) == 0) != (c.why == "") {
			t.Errorf("%+v: %v %q", c, got, why)
		}
	}
}

// TestRefusals names the variable and the record.
func TestRefusals(t *testing.T) {
	y, d, x := []float64{1, 2, 4, 3, 6}, repeat(1, 5), []float64{1, 2, 3, 4, 5}
	areas := func(change func(*smallarea.Areas)) error {
		a := smallarea.Areas{Response: "taux", Direct: y, Variance: d, Model: on(x)}
		change(&a)
		_, err := smallarea.FayHerriot(a, smallarea.REML)
		return err
	}
	units := func(change func(*smallarea.Units)) error {
		u := smallarea.Units{Response: "note", Y: y, Area: []int{0, 0, 1, 1, 1}, Model: constant(5), Size: []float64{10, 20}, Mean: [][]float64{{1, 1}}}
		change(&u)
		_, err := smallarea.UnitLevel(u, smallarea.ML)
		return err
	}
	for _, c := range []struct {
		err      error
		variable string
		row      int
	}{
		{areas(func(a *smallarea.Areas) { a.Variance = []float64{1, 1, 0, 1, 1} }), "taux", 3},
		{areas(func(a *smallarea.Areas) { a.Variance = []float64{1, nan, 1, 1, 1} }), "taux", 2},
		{areas(func(a *smallarea.Areas) { a.Model = on([]float64{1, 2, 3, nan, 5}) }), "x", 4},
		{areas(func(a *smallarea.Areas) { a.Model = on(x, []float64{3, 5, 7, 9, 11}) }), "y", 0},
		{areas(func(a *smallarea.Areas) { a.Direct = []float64{1, 2, nan, nan, nan} }), "taux", 0},
		{areas(func(a *smallarea.Areas) { a.Model = &survey.Matrix{} }), "", 0},
		{units(func(u *smallarea.Units) { u.Area = []int{0, 1, -1, -1, -1} }), "note", 0},
		{units(func(u *smallarea.Units) { u.Size = []float64{1, 20} }), "", 1},
		{units(func(u *smallarea.Units) { u.Mean = [][]float64{{1, nan}} }), "(Intercept)", 2},
		{units(func(u *smallarea.Units) {
			u.Model, u.Mean = on([]float64{2, 2, 2, 2, 2}), [][]float64{{1, 1}, {2, 2}}
		}), "x", 0},
	} {
		r, ok := errors.AsType[*survey.Refusal](c.err)
		if !ok || r.Variable != c.variable || r.Row != c.row || r.Do == "" {
			t.Errorf("%v; want variable %q, record %d", c.err, c.variable, c.row)
		}
	}
	if _, err := smallarea.UnitLevel(smallarea.Units{Model: constant(0)}, smallarea.Moment); err == nil {
		t.Error("moments at the unit level")
	}
	for _, synthetic := range [][]float64{{nan}, {1}} {
		if _, err := smallarea.Composite([]float64{1}, []float64{0}, synthetic, nil); err == nil {
			t.Errorf("composite of synthetic %v, variance 0", synthetic)
		}
	}
}

func BenchmarkFayHerriot1000(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var y, d, x []float64
	for range 1000 {
		v := r.NormFloat64()
		x, y, d = append(x, v), append(y, v+r.NormFloat64()*1.4), append(d, 0.5+r.Float64())
	}
	for b.Loop() {
		if _, err := smallarea.FayHerriot(smallarea.Areas{Direct: y, Variance: d, Model: on(x)}, smallarea.REML); err != nil {
			b.Fatal(err)
		}
	}
}
