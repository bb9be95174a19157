package survey

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fourth makes a group column and a 0/1 response: 3 of 4 in a, 1 of 4 in b.
func fourth() (y, g *Column) {
	return &Column{Name: "y", Number: []float64{1, 1, 1, 0, 1, 0, 0, 0}},
		Category("g", []string{"a", "a", "a", "a", "b", "b", "b", "b"})
}

// A model with one coefficient a group gives the links of the group means.
func TestRegressSaturated(t *testing.T) {
	y, g := fourth()
	d := equalSample(t, 8)
	for _, c := range []struct {
		family    Family
		base, gap float64
	}{
		{Gaussian, 0.75, -0.5}, {Quasibinomial, math.Log(3), -2 * math.Log(3)}, {Quasipoisson, math.Log(0.75), -math.Log(3)},
	} {
		r, err := d.Regress(y, Model{Intercept: true, Terms: [][]*Column{{g}}}, c.family)
		if err != nil {
			t.Fatal(err)
		}
		if !agree(r.Value[0], c.base, 1e-8) || !agree(r.Value[1], c.gap, 1e-8) || r.DF != 6 || r.N != 8 {
			t.Errorf("family %v: %v on %v degrees; want %v, %v on 6", c.family, r.Value, r.DF, c.base, c.gap)
		}
		// Mean of a: linearised variance n/(n−1) Σ (y − ȳ)²/n_a² = 8/7 × 0.75/16.
		slope := c.family.slope(0.75)
		if want := math.Sqrt(8.0/7*0.75/16) / slope; !agree(r.SE()[0], want, 1e-7) {
			t.Errorf("family %v: se %v; want %v", c.family, r.SE()[0], want)
		}
	}
	two, err := d.TwoMeans(y, g)
	if err != nil || !agree(two.Estimate, -0.5, 1e-12) || two.DF != 6 {
		t.Errorf("TwoMeans = %+v, %v", two, err)
	}
	// One mean: s²/n = (8/7 × 0.25)/8; against 0.5 there is no difference.
	one, err := d.OneMean(y, 0)
	if err != nil || !agree(one.T, 0.5/math.Sqrt(0.25/7), 1e-12) || one.DF != 6 {
		t.Errorf("OneMean = %+v, %v", one, err)
	}
}

// Coefficients follow the units of the weights and of the predictors, and do
// not depend on the order of the records.
func TestRegressInvariance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := makeSample(t, rapid.Uint64().Draw(rt, "seed"), 120)
		scale := rapid.Float64Range(0.01, 100).Draw(rt, "scale")
		x := &Column{Name: "x", Number: make([]float64, 120)}
		w := make([]float64, 120)
		for i, v := range m.income.Number {
			x.Number[i], w[i] = v*scale, m.design.weights[i]*scale
		}
		heavier, err := m.design.Reweight(w)
		if err != nil {
			rt.Fatal(err)
		}
		y := &Column{Name: "y", Number: make([]float64, 120)}
		for i, k := range m.region.Code {
			y.Number[i] = float64((int(k) + i) % 2)
		}
		for _, f := range []Family{Gaussian, Quasibinomial, Quasipoisson} {
			a, err := m.design.Regress(y, Model{Intercept: true, Terms: [][]*Column{{m.age}, {m.income}}}, f)
			b, err2 := heavier.Regress(y, Model{Intercept: true, Terms: [][]*Column{{m.age}, {x}}}, f)
			if err != nil || err2 != nil {
				rt.Fatal(err, err2)
			}
			last := len(a.Value) - 1
			if !agree(b.Value[last]*scale, a.Value[last], 1e-6) || !agree(b.SE()[last]*scale, a.SE()[last], 1e-6) || !agree(b.SE()[1], a.SE()[1], 1e-6) {
				rt.Errorf("family %v, scale %v: %v (%v), %v (%v)", f, scale, a.Value, a.SE(), b.Value, b.SE())
			}
		}
	})
}

func TestRegressRefusals(t *testing.T) {
	y, g := fourth()
	d := equalSample(t, 8)
	same := &Column{Name: "copie", Number: []float64{0, 0, 0, 0, 1, 1, 1, 1}}
	alike := &Column{Name: "y", Number: []float64{1, 0, 1, 0, 0, 0, 0, 0}}
	line := &Column{Name: "x", Number: []float64{4, 5, 6, 7, 1, 2, 3, 0}}
	cut := &Column{Name: "y", Number: []float64{1, 1, 1, 1, 0, 0, 0, 0}}
	big := &Column{Name: "y", Number: []float64{1, 1, 1, 2, 0, 0, 0, 0}}
	none := &Column{Name: "y", Number: []float64{nan(), nan(), nan(), nan(), nan(), nan(), nan(), nan()}}
	empty := [][]*Column{{g}, {Category("h", []string{"u", "u", "v", "v", "u", "u", "u", "u"})}}
	cases := []struct {
		name, variable, what string
		y                    *Column
		terms                [][]*Column
		f                    Family
	}{
		{"a level whose responses are all alike", "gb", "séparation parfaite", alike, [][]*Column{{g}}, Quasibinomial},
		{"a level of zeros in a Poisson", "gb", "séparation parfaite", alike, [][]*Column{{g}}, Quasipoisson},
		{"a number that separates", "x", "séparation parfaite", cut, [][]*Column{{line}}, Quasibinomial},
		{"a repeated variable", "copie", "les termes qui précèdent", y, [][]*Column{{g}, {same}}, Gaussian},
		{"an empty cell", "gb:hv", "aucun enregistrement", y, append(empty, []*Column{empty[0][0], empty[1][0]}), Gaussian},
		{"a response out of range", "y", "hors du domaine", big, [][]*Column{{g}}, Quasibinomial},
		{"a response that is all missing", "y", "aucun enregistrement", none, [][]*Column{{g}}, Gaussian},
		{"a category as a number", "g", "modalité", g, [][]*Column{{line}}, Gaussian},
	}
	for _, c := range cases {
		_, err := d.Regress(c.y, Model{Intercept: true, Terms: c.terms}, c.f)
		var r *Refusal
		if !errors.As(err, &r) || r.Variable != c.variable || !strings.Contains(r.What, c.what) || r.Do == "" {
			t.Errorf("%s: %v; want variable %s, « %s »", c.name, err, c.variable, c.what)
		}
	}
}

func nan() float64 { return math.NaN() }

func TestTermTests(t *testing.T) {
	m := makeSample(t, 7, 200)
	r, err := m.design.Regress(m.income, Model{Intercept: true, Terms: [][]*Column{{m.age}, {m.sex}}}, Gaussian)
	if err != nil {
		t.Fatal(err)
	}
	wald, err := r.Wald("sexe")
	if err != nil {
		t.Fatal(err)
	}
	// One coefficient: F is the square of its t.
	last := len(r.Value) - 1
	if !agree(wald.F, r.T()[last]*r.T()[last], 1e-9) || !agree(wald.P, r.P()[last], 1e-9) {
		t.Errorf("Wald = %+v; t = %v, p = %v", wald, r.T()[last], r.P()[last])
	}
	lrt, err := r.LikelihoodRatio("age")
	if err != nil || lrt.DF != 2 || !(lrt.ChiSquared > 0) || !(lrt.Lambda[0] >= lrt.Lambda[1]) {
		t.Errorf("LikelihoodRatio = %+v, %v", lrt, err)
	}
	if _, err := r.Wald("région"); err == nil {
		t.Error("a term that is not in the model: no refusal")
	}
}

func TestPredict(t *testing.T) {
	y, g := fourth()
	r, err := equalSample(t, 8).Regress(y, Model{Intercept: true, Terms: [][]*Column{{g}}}, Quasibinomial)
	if err != nil {
		t.Fatal(err)
	}
	e, err := r.Predict(Model{Terms: [][]*Column{{Category("g", []string{"b", "a"})}}}, 2)
	if err != nil || !agree(e.Value[0], 0.25, 1e-8) || !agree(e.Value[1], 0.75, 1e-8) || !agree(e.SE()[1], math.Sqrt(8.0/7*0.75/16), 1e-7) {
		t.Errorf("Predict = %v ± %v, %v", e.Value, e.SE(), err)
	}
	if _, err := r.Predict(Model{Terms: [][]*Column{{Category("g", []string{"c"})}}}, 1); err == nil {
		t.Error("an unknown level: no refusal")
	}
	w, err := r.Propensity(equalSample(t, 8))
	if err != nil || !agree(w[0], 3/0.75, 1e-8) || w[3] != 0 || !agree(w[4], 3/0.25, 1e-8) {
		t.Errorf("Propensity = %v, %v", w, err)
	}
}

// At the maximum the scores sum to nothing beside their size; without a slope
// the cut points are the logits of the cumulated shares.
func TestRegressOrdinal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := makeSample(t, rapid.Uint64().Draw(rt, "seed"), 150)
		o, err := m.design.RegressOrdinal(m.region, Model{Intercept: true, Terms: [][]*Column{{m.sex}}})
		if err != nil {
			rt.Fatal(err)
		}
		if o.Slopes != 1 || len(o.Value) != 4 || !(o.Value[1] < o.Value[2] && o.Value[2] < o.Value[3]) {
			rt.Errorf("RegressOrdinal = %v", o.Value)
		}
		// Merging by hand the upper levels leaves a logistic regression near the common slope.
		for _, se := range o.SE() {
			if !(se > 0) {
				rt.Errorf("standard errors %v", o.SE())
			}
		}
		shifted, err := m.design.RegressOrdinal(m.region, Model{Intercept: true, Terms: [][]*Column{{reversed(m.sex)}}})
		if err != nil || math.Abs(shifted.Value[0]+o.Value[0]) > 5e-3*o.SE()[0] {
			rt.Errorf("levels exchanged: slope %v for %v (%v)", shifted.Value[0], o.Value[0], err)
		}
	})
	line, level := numbers("x", 1, 2, 3, 4, 5, 6, 7, 8), numbers("y", 1, 1, 1, 2, 2, 3, 3, 3)
	if _, err := equalSample(t, 8).RegressOrdinal(level, Model{Intercept: true, Terms: [][]*Column{{line}}}); err == nil || !strings.Contains(err.Error(), "séparation parfaite") {
		t.Errorf("a number that separates the levels: %v", err)
	}
	two, _ := fourth()
	if _, err := equalSample(t, 8).RegressOrdinal(two, Model{Intercept: true}); err == nil {
		t.Error("two levels: no refusal")
	}
}

// reversed returns a two-level column with its levels exchanged.
func reversed(c *Column) *Column {
	out := *c
	out.Levels = []string{c.Levels[1], c.Levels[0]}
	out.Code = make([]int32, len(c.Code))
	for i, k := range c.Code {
		out.Code[i] = 1 - k
	}
	return &out
}

// Whatever the data, a regression gives finite numbers or a refusal.
func TestRegressFinite(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(4, 25).Draw(rt, "n")
		d := equalSample(t, n)
		y, x, text := &Column{Name: "y"}, &Column{Name: "x"}, make([]string, n)
		for i := range n {
			y.Number = append(y.Number, float64(rapid.IntRange(0, 1).Draw(rt, "y")))
			x.Number = append(x.Number, float64(rapid.IntRange(-50, 50).Draw(rt, "x")))
			text[i] = rapid.SampledFrom([]string{"a", "b", "c", ""}).Draw(rt, "g")
		}
		m := Model{Intercept: true, Terms: [][]*Column{{x}, {Category("g", text)}}}
		for _, f := range []Family{Gaussian, Quasibinomial, Quasipoisson} {
			r, err := d.Regress(y, m, f)
			if err != nil {
				continue
			}
			for j, v := range r.Value {
				if se := r.SE()[j]; math.IsNaN(v) || math.IsInf(v, 0) || math.IsNaN(se) || math.IsInf(se, 0) || math.Abs(v) > 1e6 {
					rt.Errorf("family %v: %v ± %v", f, r.Value, r.SE())
				}
			}
		}
	})
}
