package survey

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// R survey 4.1-1, x = 10, 20, 35, 50, 80 with weights 1, 3, 2, 4, 2.5: the
// points of the continuous rules are those of the vignette « Estimating
// quantiles »; between 20 (p = 0.32 for hf4) and 35 (0.48) they are straight.
func TestQuantileRules(t *testing.T) {
	d, err := New(5, Sample{Weights: []float64{1, 3, 2, 4, 2.5}})
	if err != nil {
		t.Fatal(err)
	}
	x := one("x", 10, 20, 35, 50, 80)
	cases := []struct {
		rule    string
		p, want float64
	}{
		{"math", 0.08, 10}, {"math", 0.5, 50}, {"math", 0.01, 10}, {"math", 1, 80}, {"school", 0.32, 27.5}, {"school", 0.33, 35},
		{"hf3", 0.08, 20}, {"hf3", 0.32, 20}, {"shahvaish", 0.2, 20}, {"shahvaish", 0.35, 35},
		{"hf4", 0.4, 27.5}, {"hf5", 0.3, 27.5}, {"hf6", 0.4, 35}, {"hf7", 0.05, 15}, {"hf8", 0.4, 35}, {"hf9", 0.4, 35}, {"hf9", 0.001, 10},
	}
	for _, c := range cases {
		q, err := d.Quantile(x, []float64{c.p}, QuantileOption{Rule: c.rule})
		if err != nil || !near(q.Value[0], c.want) {
			t.Errorf("%s(%v) = %v, %v; want %v", c.rule, c.p, q, err, c.want)
		}
	}
	if _, err := d.Quantile(x, []float64{1.5}, QuantileOption{}); err == nil {
		t.Error("an order of 1.5 is accepted")
	}
	if _, err := d.Quantile(x, []float64{0.5}, QuantileOption{Rule: "hf12"}); err == nil {
		t.Error("an unknown rule is accepted")
	}
}

// Quantiles grow with their order and stay inside the data; intervals hold
// their quantile.
func TestQuantileProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x, _ := drawn(t)
		o := QuantileOption{
			Rule:     rapid.SampledFrom([]string{"math", "school", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"}).Draw(t, "rule"),
			Interval: rapid.SampledFrom([]string{"mean", "beta", "xlogit", "asin"}).Draw(t, "interval"),
		}
		q, err := d.Quantile(x, []float64{0.2, 0.4, 0.7}, o)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range q.Value {
			if v < -100 || v > 100 || k > 0 && v < q.Value[k-1] {
				t.Errorf("%v: quantiles %v", o, q.Value)
			}
			if q.Low[k] > v+1e-9 || q.High[k] < v-1e-9 {
				if o.Rule == "math" || o.Rule == "school" {
					t.Errorf("%v: [%v, %v] does not hold %v", o, q.Low[k], q.High[k], v)
				}
			}
		}
	})
}

// Every interval is made of numbers and holds its proportion; all but two
// methods stay inside [0, 1].
func TestProportionMethods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x, _ := drawn(t)
		bits := make([]float64, d.Rows())
		for i, v := range x.Data[0] {
			if v > 20 {
				bits[i] = 1
			}
		}
		bits[0], bits[1] = 0, 1
		for _, method := range Methods {
			p, err := d.Proportion(one("b", bits...), ProportionOption{Method: method})
			if err != nil {
				t.Fatalf("%s: %v", method, err)
			}
			if math.IsNaN(p.Low+p.High) || method != "mean" && method != "asin" && !(p.Low >= 0 && p.Low <= p.Value && p.Value <= p.High && p.High <= 1) {
				t.Errorf("%s: [%v, %v] around %v", method, p.Low, p.High, p.Value)
			}
		}
	})
}

func TestProportionBounds(t *testing.T) {
	d, _ := New(4, Sample{})
	for _, method := range Methods {
		p, err := d.Proportion(one("b", 0, 0, 0, 0), ProportionOption{Method: method})
		if method == "beta" || method == "wilson" {
			if err != nil || p.Low != 0 || !(p.High > 0.3 && p.High < 1) {
				t.Errorf("%s of none in 4: %v, %v", method, p, err)
			}
			continue
		}
		if _, ok := errors.AsType[*Refusal](err); !ok {
			t.Errorf("%s of none in 4: %v, %v; want a refusal", method, p, err)
		}
	}
	_, err := d.Proportion(one("score", 0, 1, 3, 1), ProportionOption{})
	if r, ok := errors.AsType[*Refusal](err); !ok || r.Variable != "score" || r.Row != 3 {
		t.Errorf("a value of 3: %v; want a refusal of record 3", err)
	}
}
