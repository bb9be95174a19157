package survey

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Four records of weight 10, two men and two women; 30 women and 20 men in the
// population: every method gives 15 and 10.
func TestCalibrationByHand(t *testing.T) {
	sex := Category("sexe", []string{"F", "H", "F", "H"})
	d, err := New(4, Sample{Weights: []float64{10, 10, 10, 10}})
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{15, 10, 15, 10}
	totals := []Constraint{{sex, "F", 30}, {sex, "H", 20}}
	got := map[string]func() (*Design, error){
		"poststratify": func() (*Design, error) { return d.PostStratify(Margin{sex, map[string]float64{"F": 30, "H": 20}}) },
		"rake":         func() (*Design, error) { return d.Rake([]Margin{{sex, map[string]float64{"F": 30, "H": 20}}}, 0) },
		"linear":       func() (*Design, error) { return d.Calibrate(Calibration{Totals: totals}) },
		"raking":       func() (*Design, error) { return d.Calibrate(Calibration{Totals: totals, Distance: Raking}) },
		"logit": func() (*Design, error) {
			return d.Calibrate(Calibration{Totals: totals, Distance: Logit, Lower: .5, Upper: 2})
		},
	}
	for name, f := range got {
		c, err := f()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, w := range c.Weights() {
			if math.Abs(w-want[i]) > 1e-9 {
				t.Errorf("%s: weights %v; want %v", name, c.Weights(), want)
				break
			}
		}
		e, err := c.Total(Indicators(sex), Option{})
		if err != nil {
			t.Fatal(err)
		}
		if se := e.SE(); se[0] > 1e-6 || se[1] > 1e-6 {
			t.Errorf("%s: standard errors %v of calibrated totals; want 0", name, se)
		}
	}
	if d.Weights()[0] != 10 {
		t.Error("the design changed")
	}
}

// Whatever the data, calibrated weights give the totals, within the bounds.
func TestCalibrationProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		m := makeSample(t, seed, rapid.IntRange(30, 120).Draw(r, "n"))
		goal := m.totals(m.perturbed(seed))
		for name, c := range map[string]Calibration{
			"linear":    {},
			"raking":    {Distance: Raking},
			"logit":     {Distance: Logit, Lower: .7, Upper: 1.5},
			"truncated": {Lower: .8, Upper: 1.3},
			"bounded":   {Distance: Raking, Lower: .8, Upper: 1.3},
			"weights":   {Least: 8, Most: 37},
		} {
			c.Totals = goal
			d, err := m.design.Calibrate(c)
			if err != nil {
				r.Fatalf("%s: %v", name, err)
			}
			if gap := m.reached(goal, d.Weights()); gap > 1e-8 {
				r.Fatalf("%s: totals missed by %g", name, gap)
			}
			for i, w := range d.Weights() {
				ratio := w / m.design.weights[i]
				if c.Upper > 0 && (ratio < c.Lower-1e-9 || ratio > c.Upper+1e-9) || c.Most > 0 && (w < 8-1e-9 || w > 37+1e-9) {
					r.Fatalf("%s: record %d has ratio %g, weight %g", name, i+1, ratio, w)
				}
			}
		}
	})
}

// The ratio is one in each cluster.
func TestCalibrationEqual(t *testing.T) {
	m := makeSample(t, 3, 90)
	d, err := m.design.Calibrate(Calibration{Totals: []Constraint{{Total: 2000}, {m.sex, "F", 900}, {Column: m.income, Total: 2.5e6}}, Equal: m.group})
	if err != nil {
		t.Fatal(err)
	}
	ratio := map[int32]float64{}
	for i, g := range m.group.Code {
		v := d.Weights()[i] / m.design.weights[i]
		if seen, ok := ratio[g]; ok && math.Abs(v-seen) > 1e-12 {
			t.Fatalf("cluster %d has ratios %g and %g", g, seen, v)
		}
		ratio[g] = v
	}
	if sum := total(d.Weights()); math.Abs(sum-2000) > 1e-6 {
		t.Errorf("sum of weights %g; want 2000", sum)
	}
}

// With instruments equal to the constraints, the generalised calibration is
// the linear one; so is the penalised one when the penalty vanishes.
func TestCalibrationFamilies(t *testing.T) {
	m := makeSample(t, 4, 80)
	goal := []Constraint{{Total: 1700}, {Column: m.income, Total: 2.2e6}}
	plain, err := m.design.Calibrate(Calibration{Totals: goal})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Calibration{
		"instruments": {Totals: goal, Instruments: []*Column{nil, m.income}},
		"penalised":   {Totals: goal, Costs: []float64{1e12, 1e12}, Lambda: 1},
	} {
		d, err := m.design.Calibrate(c)
		if err != nil {
			t.Fatal(name, err)
		}
		for i, w := range d.Weights() {
			if math.Abs(w-plain.Weights()[i]) > 1e-6*w {
				t.Fatalf("%s: weight %d is %g; linear %g", name, i+1, w, plain.Weights()[i])
			}
		}
		a, err := plain.Mean(Indicators(m.region), Option{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := d.Mean(Indicators(m.region), Option{})
		if err != nil {
			t.Fatal(err)
		}
		if x, y := a.SE()[0], b.SE()[0]; math.Abs(x-y) > 1e-6*x {
			t.Errorf("%s: standard error %g; linear %g", name, y, x)
		}
	}
	loose, err := m.design.Calibrate(Calibration{Totals: goal, Costs: []float64{1, 1e-9}, Lambda: 1})
	if err != nil {
		t.Fatal(err)
	}
	if gap := math.Abs(dot(loose.Weights(), m.income.Number) - 2.2e6); gap < 1 {
		t.Errorf("a cheap total is met to %g: the penalty does nothing", gap)
	}
}

// Narrower bounds than the tightest cannot be met, wider ones can.
func TestTightestBounds(t *testing.T) {
	sex := Category("sexe", []string{"F", "H"})
	d, err := New(2, Sample{Weights: []float64{10, 10}})
	if err != nil {
		t.Fatal(err)
	}
	lower, upper, err := d.TightestBounds(Calibration{Totals: []Constraint{{sex, "F", 15}, {sex, "H", 8}}})
	if err != nil || math.Abs(lower-.8) > 1e-6 || math.Abs(upper-1.5) > 1e-6 {
		t.Errorf("TightestBounds = %g, %g, %v; want 0.8, 1.5", lower, upper, err)
	}
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		m := makeSample(t, seed, rapid.IntRange(20, 80).Draw(r, "n"))
		goal := m.totals(m.perturbed(seed))
		lower, upper, err := m.design.TightestBounds(Calibration{Totals: goal})
		if err != nil {
			r.Fatal(err)
		}
		if _, err := m.design.Calibrate(Calibration{Totals: goal, Lower: lower - 1e-3, Upper: upper + 1e-3}); err != nil {
			r.Fatalf("[%g, %g] widened: %v", lower, upper, err)
		}
		spread := upper - lower
		if _, err := m.design.Calibrate(Calibration{Totals: goal, Lower: lower + .02*spread, Upper: upper - .02*spread}); err == nil {
			r.Fatalf("[%g, %g] narrowed can be met", lower, upper)
		}
	})
}

func TestCalibrationRefusals(t *testing.T) {
	m := makeSample(t, 5, 60)
	holed := &Column{Name: "trou", Number: append([]float64(nil), m.income.Number...)}
	holed.Number[6] = math.NaN()
	w := m.design.weights
	sum := total(w)
	cases := []struct {
		name  string
		c     Calibration
		texts []string
	}{
		{"no total", Calibration{}, []string{"sans total"}},
		{"missing", Calibration{Totals: []Constraint{{Column: holed, Total: 1}}}, []string{"trou", "enregistrement 7"}},
		{"absent level", Calibration{Totals: []Constraint{{m.sex, "X", 10}}}, []string{"sexe", "« X »", "regroupez"}},
		{"no level", Calibration{Totals: []Constraint{{Column: m.sex, Total: 10}}}, []string{"sexe", "modalité"}},
		{"not a number", Calibration{Totals: []Constraint{{Total: math.NaN()}}}, []string{"l’effectif total"}},
		{"contradiction", Calibration{Totals: []Constraint{{Total: sum}, {m.sex, "F", sum / 2}, {m.sex, "H", sum / 2}, {m.age, "jeune", sum}, {m.age, "moyen", sum}, {m.age, "vieux", sum}}}, []string{"se contredisent", "age"}},
		{"tight", Calibration{Totals: []Constraint{{Total: sum * 2}}, Lower: .8, Upper: 1.2}, []string{"trop serrées", "2.000"}},
		{"tight raking", Calibration{Totals: []Constraint{{Total: sum * 2}}, Lower: .8, Upper: 1.2, Distance: Raking}, []string{"trop serrées"}},
		{"weights", Calibration{Totals: []Constraint{{Total: sum * 2}}, Least: 10, Most: 30}, []string{"bornes de poids trop serrées"}},
		{"negative", Calibration{Totals: []Constraint{{Total: -5}}, Distance: Raking}, []string{"l’effectif total", "-5"}},
		{"logit without bounds", Calibration{Totals: []Constraint{{Total: sum}}, Distance: Logit}, []string{"bornes"}},
		{"bounds", Calibration{Totals: []Constraint{{Total: sum}}, Distance: Logit, Lower: 1.1, Upper: 2}, []string{"1.1"}},
		{"instruments", Calibration{Totals: []Constraint{{Total: sum}}, Instruments: []*Column{nil, m.income}}, []string{"2 instruments pour 1"}},
		{"costs", Calibration{Totals: []Constraint{{Total: sum}}, Costs: []float64{-1}, Lambda: 1}, []string{"coût"}},
		{"variance", Calibration{Totals: []Constraint{{Total: sum}}, Variance: &Column{Name: "v", Number: make([]float64, 60)}}, []string{"v", "enregistrement 1"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := m.design.Calibrate(c.c)
			refused(t, err, c.texts...)
		})
	}
	d, err := m.design.Calibrate(Calibration{Totals: []Constraint{{Total: sum * 2}}, Lower: .8, Upper: 1.2, Force: true, Iterations: 30})
	if err != nil {
		t.Fatal(err)
	}
	if got := total(d.Weights()); math.Abs(got-1.2*sum) > 1e-6 {
		t.Errorf("forced: sum %g; want the upper bound's %g", got, 1.2*sum)
	}
}

// Records outside the domain are neither asked nor moved.
func TestCalibrationInDomain(t *testing.T) {
	m := makeSample(t, 6, 60)
	in := make([]bool, 60)
	for i := range in {
		in[i] = i >= 10
	}
	holed := Category("sexe", append(make([]string, 10), levelsOf(m.sex)[10:]...))
	d, err := m.design.Domain(in).Calibrate(Calibration{Totals: []Constraint{{holed, "F", 500}, {holed, "H", 400}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := total(d.Weights()); math.Abs(got-900) > 1e-8 || d.Weights()[3] != 0 {
		t.Errorf("sum %g, weight outside %g; want 900, 0", got, d.Weights()[3])
	}
}

func levelsOf(c *Column) []string {
	out := make([]string, len(c.Code))
	for i, k := range c.Code {
		out[i] = c.Levels[k]
	}
	return out
}

func BenchmarkCalibrate(b *testing.B) {
	for _, n := range []int{10_000, 20_000, 40_000} {
		m := makeSample(b, 7, n)
		goal := m.totals(m.perturbed(7))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := m.design.Calibrate(Calibration{Totals: goal[:6], Distance: Raking}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
