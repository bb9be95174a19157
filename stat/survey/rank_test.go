package survey

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestRankSharesByHand(t *testing.T) {
	// Weights 1, 2, 1, 4: cumulated less half: 0.5, 2, 3.5, 6 over 8; the tie of 5 takes the mean.
	got := rankShares([]float64{1, 5, 5, 9}, []float64{1, 2, 1, 4})
	want := []float64{0.5 / 8, (2 + 3.5) / 2 / 8, (2 + 3.5) / 2 / 8, 6.0 / 8}
	for i := range want {
		if !agree(got[i], want[i], 1e-12) {
			t.Fatalf("rankShares = %v; want %v", got, want)
		}
	}
}

// A rank test does not change when answers go through an increasing function.
func TestRanksMonotone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := makeSample(t, rapid.Uint64().Draw(rt, "seed"), 90)
		squared := &Column{Name: "revenu", Number: make([]float64, 90)}
		for i, v := range m.income.Number {
			squared.Number[i] = math.Pow(v, 3)
		}
		for _, score := range []RankScore{Wilcoxon, VanDerWaerden, Median} {
			for _, g := range []*Column{m.sex, m.age} {
				a, err := m.design.Ranks(m.income, g, score)
				b, err2 := m.design.Ranks(squared, g, score)
				if err != nil || err2 != nil || a.P != b.P || !(a.P >= 0 && a.P <= 1) {
					rt.Errorf("%+v, %+v (%v, %v)", a, b, err, err2)
				}
			}
		}
	})
	m := makeSample(t, 1, 20)
	if _, err := m.design.Ranks(m.sex, m.age, Wilcoxon); err == nil {
		t.Error("ranks of a category: no refusal")
	}
}

func TestPairwise(t *testing.T) {
	m := makeSample(t, 3, 150)
	p, err := m.design.Pairwise(m.income, m.sex)
	two, err2 := m.design.TwoMeans(m.income, m.sex)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	// Two groups: the pair is the t test, but for its sign and one degree.
	if !agree(p.Diff[0], -two.Estimate, 1e-9) || !agree(p.T[0], -two.T, 1e-9) || p.DF != two.DF+1 || p.Holm[0] != p.P[0] {
		t.Errorf("Pairwise = %+v; TwoMeans = %+v", p, two)
	}
	if Letter(25) != "Z" || Letter(26) != "AA" || Letter(27) != "AB" || Letter(52) != "BA" {
		t.Errorf("letters %s %s %s %s", Letter(25), Letter(26), Letter(27), Letter(52))
	}
}
