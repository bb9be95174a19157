package survey

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// made is a stratified sample with categories, numbers and weights, drawn from
// a seed: what properties are checked on.
type made struct {
	design                  *Design
	sex, age, region, group *Column
	income                  *Column
}

func makeSample(t testing.TB, seed uint64, n int) made {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	text := func(levels ...string) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = levels[min(i, r.IntN(len(levels)))%len(levels)]
			if i < len(levels) {
				out[i] = levels[i] // every level occurs
			}
		}
		return out
	}
	m := made{sex: Category("sexe", text("F", "H")), age: Category("age", text("jeune", "moyen", "vieux")),
		region: Category("région", text("A", "B", "C", "D")), income: &Column{Name: "revenu", Number: make([]float64, n)}}
	weights, groups, strata := make([]float64, n), make([]string, n), make([]string, n)
	for i := range n {
		weights[i] = 10 + 20*r.Float64()
		m.income.Number[i] = math.Round(math.Exp(7 + r.NormFloat64()/2))
		strata[i] = string(rune('p' + i%3))
		groups[i] = strata[i] + string(rune('a'+i/3%5))
	}
	m.group = Category("grappe", groups)
	d, err := New(n, Sample{Weights: weights, Clusters: []*Column{m.group}, Strata: []*Column{Category("strate", strata)}})
	if err != nil {
		t.Fatal(err)
	}
	m.design = d
	return m
}

// perturbed returns weights near those of the design, whose totals are
// therefore within reach of any calibration that allows ratios of 0.7 to 1.4.
func (m made) perturbed(seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 2))
	w := make([]float64, m.design.n)
	for i, v := range m.design.weights {
		w[i] = v * (.85 + .35*r.Float64())
	}
	return w
}

// totals returns the constraints that weights w satisfy: the constant, two
// categories with all their levels (redundant) and a number.
func (m made) totals(w []float64) []Constraint {
	out := []Constraint{{Total: total(w)}}
	for _, c := range []*Column{m.sex, m.age} {
		for l, level := range c.Levels {
			sum := 0.0
			for i, k := range c.Code {
				if int(k) == l {
					sum += w[i]
				}
			}
			out = append(out, Constraint{c, level, sum})
		}
	}
	return append(out, Constraint{Column: m.income, Total: dot(w, m.income.Number)})
}

// reached returns the largest relative gap of the totals under weights w.
func (m made) reached(t []Constraint, w []float64) float64 {
	worst := 0.0
	for k, got := range m.totals(w) {
		worst = max(worst, math.Abs(got.Total-t[k].Total)/t[k].Total)
	}
	return worst
}

// refused checks that an error is a Refusal that says each text.
func refused(t *testing.T, err error, texts ...string) {
	t.Helper()
	e, ok := err.(*Refusal)
	if !ok {
		t.Errorf("error %v; want a refusal with %q", err, texts)
		return
	}
	for _, text := range texts {
		if !strings.Contains(e.Error(), text) {
			t.Errorf("refusal %q lacks %q", e.Error(), text)
		}
	}
	if e.Do == "" {
		t.Errorf("refusal %q says not what to do", e.Error())
	}
}
