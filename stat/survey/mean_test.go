package survey

import (
	"errors"
	"math"
	"testing"
)

// Four records of weight 2, y = 1, 2, 3, 6 and x = 1, 1, 2, 4, by hand:
// mean 3, s² = 14/3, variance of the mean s²/4; ratio 12/8.
func TestEstimatesByHand(t *testing.T) {
	d, err := New(4, Sample{Weights: same(4, 2)})
	if err != nil {
		t.Fatal(err)
	}
	y, x := one("y", 1, 2, 3, 6), one("x", 1, 1, 2, 4)
	m, err := d.Mean(y, Option{Deff: WithReplacement})
	if err != nil || !near(m.Value[0], 3) || !near(m.Cov.At(0, 0), 14./12) || !near(m.Deff[0], 1) {
		t.Errorf("mean %v variance %v deff %v, %v; by hand 3, 7/6, 1", m.Value, m.Cov.At(0, 0), m.Deff, err)
	}
	r, err := d.Ratio(y, x)
	if err != nil || !near(r.Value[0], 1.5) || r.Names[0] != "y/x" {
		t.Errorf("ratio %v %v, %v; by hand 1.5", r.Names, r.Value, err)
	}
	v, err := d.Variance(y)
	if err != nil || !near(v.Value[0], 14./3) {
		t.Errorf("variance %v, %v; by hand 14/3", v, err)
	}
	if n, deff := d.Kish(); n != 4 || deff != 1 {
		t.Errorf("Kish = %v, %v; equal weights give 4, 1", n, deff)
	}
	alpha, err := d.Cronbach(&Values{Names: []string{"y", "z"}, Data: [][]float64{y.Data[0], y.Data[0]}})
	if err != nil || !near(alpha, 1) {
		t.Errorf("alpha of twice the same item = %v, %v; want 1", alpha, err)
	}
}

// Agreement of 2 in 4, margins one half: kappa 0; in full agreement: 1.
func TestKappaByHand(t *testing.T) {
	d, _ := New(4, Sample{})
	a, b := Category("a", []string{"y", "y", "n", "n"}), Category("b", []string{"y", "n", "y", "n"})
	if k, err := d.Kappa(a, b); err != nil || !near(1+k.Value[0], 1) {
		t.Errorf("kappa = %v, %v; by hand 0", k, err)
	}
	if k, err := d.Kappa(a, a); err != nil || !near(k.Value[0], 1) {
		t.Errorf("kappa of the same = %v, %v; want 1", k, err)
	}
	if _, err := d.Kappa(Category("a", []string{"y", "y", "y", "y"}), Category("b", []string{"y", "y", "y", "y"})); err == nil {
		t.Error("kappa of a constant is accepted")
	}
}

func TestEstimatesRefuse(t *testing.T) {
	d, _ := New(3, Sample{})
	_, err := d.Mean(one("y", 1, math.NaN(), 3), Option{})
	if r, ok := errors.AsType[*Refusal](err); !ok || r.Variable != "y" || r.Row != 2 {
		t.Errorf("missing value: %v; want a refusal of y, record 2", err)
	}
	if e, err := d.Domain([]bool{true, false, true}).Mean(one("y", 1, math.NaN(), 3), Option{}); err != nil || e.Value[0] != 2 {
		t.Errorf("missing value outside the domain: %v, %v; want 2", e, err)
	}
	if _, err := d.Domain(make([]bool, 3)).Total(one("y", 1, 2, 3), Option{}); err == nil {
		t.Error("an empty domain is accepted")
	}
	if _, err := d.Ratio(one("y", 1, 2, 3), one("x", 0, 0, 0)); err == nil {
		t.Error("a denominator of zero is accepted")
	}
	e, _ := d.Mean(&Values{Names: []string{"a", "b"}, Data: [][]float64{{1, 2, 3}, {0, 0, 0}}}, Option{})
	_, err = e.Apply(func(v []float64) (float64, []float64) { return v[0] / v[1], []float64{1 / v[1], -v[0] / v[1] / v[1]} })
	if _, ok := errors.AsType[*Refusal](err); !ok {
		t.Errorf("division by zero: %v; want a refusal", err)
	}
}
