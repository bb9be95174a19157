package survey

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// near tells whether two numbers agree to a relative 1e-9.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b)) }

// one makes a set of one variable.
func one(name string, data ...float64) *Values {
	return &Values{Names: []string{name}, Data: [][]float64{data}}
}

// same returns n times a value.
func same(n int, v float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// Two strata of 4 and 6 in a population, 2 drawn in each: by hand,
// total = 2·(1+3) + 3·(5+9) = 50 and
// variance = 4²(1−1/2)·2/2 + 6²(1−1/3)·8/2 = 8 + 96.
func TestTotalByHand(t *testing.T) {
	d, err := New(4, Sample{Strata: []*Column{Category("h", []string{"a", "a", "b", "b"})}, FPC: [][]float64{{4, 4, 6, 6}}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Total(one("y", 1, 3, 5, 9), Option{})
	if err != nil || !near(e.Value[0], 50) || !near(e.Cov.At(0, 0), 104) || e.DF != 2 {
		t.Errorf("total = %v, variance %v, df %v, %v; by hand 50, 104, 2", e.Value, e.Cov.At(0, 0), e.DF, err)
	}
}

// Two clusters of 4, in each 2 records of 3, weight 3: by hand both clusters
// weigh 12, so that the first stage adds nothing; in the first one z = 3 and
// 9, 18·(1−2/3)·2/(2−1) = 12, times the fraction of the first stage, 1/2.
func TestTwoStagesByHand(t *testing.T) {
	d, err := New(4, Sample{
		Clusters: []*Column{Category("c", []string{"a", "a", "b", "b"}), Category("i", []string{"1", "2", "1", "2"})},
		FPC:      [][]float64{{4, 4, 4, 4}, {3, 3, 3, 3}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Total(one("y", 1, 3, 2, 2), Option{})
	if err != nil || !near(e.Value[0], 24) || !near(e.Cov.At(0, 0), 6) {
		t.Errorf("total = %v, variance %v, %v; by hand 24, 6", e.Value, e.Cov.At(0, 0), err)
	}
}

func TestLonelyRules(t *testing.T) {
	// apistrat, rows 1-6, 101-103 and 151: SE of the total of api00 by R survey 4.1-1.
	want := map[Lonely]float64{Remove: 18903.5452196146, Adjust: 20457.8733059233, Average: 23152.0200588419, Certainty: 18903.5452196146}
	y := []float64{840, 516, 531, 501, 720, 805, 861, 678, 518, 669}
	w := []float64{44.2099990844727, 44.2099990844727, 44.2099990844727, 44.2099990844727, 44.2099990844727, 44.2099990844727,
		44.2099990844727, 20.3600006103516, 15.1000003814697, 20.3600006103516}
	strata := Category("stype", []string{"E", "E", "E", "E", "E", "E", "E", "M", "H", "M"})
	for rule, se := range want {
		d, err := New(10, Sample{Weights: w, Strata: []*Column{strata}, Lonely: rule})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := d.Total(one("api00", y...), Option{}); err != nil || !near(e.SE()[0], se) {
			t.Errorf("rule %d: %v, %v; R gives %v", rule, e, err, se)
		}
	}
	d, _ := New(10, Sample{Weights: w, Strata: []*Column{strata}})
	_, err := d.Total(one("api00", y...), Option{})
	if r, ok := errors.AsType[*Refusal](err); !ok || r.Variable != "stype" || r.Row != 9 {
		t.Errorf("without a rule: %v; want a refusal naming stype, record 9", err)
	}
}

func TestNewRefuses(t *testing.T) {
	group := Category("g", []string{"a", "a", "b"})
	cases := []struct {
		name string
		s    Sample
		row  int
	}{
		{"zero weight", Sample{Weights: []float64{1, 0, 1}}, 2},
		{"negative weight", Sample{Weights: []float64{1, 1, -2}}, 3},
		{"missing weight", Sample{Weights: []float64{math.NaN(), 1, 1}}, 1},
		{"infinite weight", Sample{Weights: []float64{1, 1, math.Inf(1)}}, 3},
		{"missing stratum", Sample{Strata: []*Column{Category("h", []string{"a", "", "b"})}}, 2},
		{"cluster across strata", Sample{Clusters: []*Column{Category("c", []string{"1", "2", "1"})}, Strata: []*Column{group}}, 3},
		{"population below sample", Sample{Strata: []*Column{group}, FPC: [][]float64{{2, 2, 0.5}, nil}, Weights: []float64{1, 1, 1}}, 3},
		{"population that varies", Sample{Strata: []*Column{group}, FPC: [][]float64{{5, 6, 9}}}, 2},
	}
	for _, c := range cases {
		_, err := New(3, c.s)
		if r, ok := errors.AsType[*Refusal](err); !ok || r.Row != c.row || r.Do == "" {
			t.Errorf("%s: New gives %v; want a refusal of record %d", c.name, err, c.row)
		}
	}
}

// drawn is a random stratified sample with clusters and a variable.
func drawn(t *rapid.T) (d *Design, x *Values, by *Column) {
	n := rapid.IntRange(12, 60).Draw(t, "n")
	strata, clusters, cells := make([]string, n), make([]string, n), make([]string, n)
	w, y := make([]float64, n), make([]float64, n)
	for i := range n {
		strata[i] = fmt.Sprint("h", i%3)
		clusters[i] = fmt.Sprint("c", i/3%max(2, n/6))
		cells[i] = rapid.SampledFrom([]string{"u", "v"}).Draw(t, "cell")
		w[i] = rapid.Float64Range(0.5, 20).Draw(t, "w")
		y[i] = rapid.Float64Range(-100, 100).Draw(t, "y")
	}
	d, err := New(n, Sample{Weights: w, Strata: []*Column{Category("h", strata)}, Clusters: []*Column{Category("c", clusters)}, Nest: true})
	if err != nil {
		t.Fatal(err)
	}
	return d, one("y", y...), Category("cell", cells)
}

// A cell's estimate is that of the domain, whether it is computed on the
// records of the cell or on all; cells add up to the whole.
func TestCellsAreDomains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x, by := drawn(t)
		groups, err := d.Groups(by)
		if err != nil {
			t.Fatal(err)
		}
		joint, _, err := d.Joint(Totals, x, nil, by)
		if err != nil {
			t.Fatal(err)
		}
		for k, g := range groups {
			in := make([]bool, d.Rows())
			for i, code := range by.Code {
				in[i] = by.Levels[code] == g.Levels[0]
			}
			whole, err1 := d.Domain(in).Total(x, Option{})
			part, err2 := g.Design.Total(g.Values(x), Option{})
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if !near(whole.Value[0], part.Value[0]) || !near(whole.SE()[0], part.SE()[0]) || whole.DF != part.DF || !near(joint.SE()[k], part.SE()[0]) {
				t.Errorf("cell %v: %v ± %v, domain %v ± %v, joint ± %v", g.Levels, part.Value, part.SE(), whole.Value, whole.SE(), joint.SE()[k])
			}
		}
		all, _ := d.Total(x, Option{})
		sum := joint.Contrast(same(len(joint.Value), 1))
		if !near(all.Value[0], sum.Value[0]) || math.Abs(all.SE()[0]-sum.SE()[0]) > 1e-6*(1+all.SE()[0]) {
			t.Errorf("cells add up to %v ± %v; total %v ± %v", sum.Value, sum.SE(), all.Value, all.SE())
		}
	})
}

// A mean does not depend on the scale of weights, a total follows it; neither
// depends on the order of records.
func TestScaleOfWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x, _ := drawn(t)
		double := make([]float64, d.Rows())
		for i, w := range d.Weights() {
			double[i] = 2 * w
		}
		twice, err := d.Reweight(double)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := d.Mean(x, Option{Deff: WithReplacement})
		b, _ := twice.Mean(x, Option{Deff: WithReplacement})
		if !near(a.Value[0], b.Value[0]) || !near(a.SE()[0], b.SE()[0]) || !near(a.Deff[0], b.Deff[0]) {
			t.Errorf("mean %v ± %v deff %v, doubled weights %v ± %v deff %v", a.Value, a.SE(), a.Deff, b.Value, b.SE(), b.Deff)
		}
	})
}

// The fast covariance of a domain of a calibrated design is that of residuals
// on all records.
func TestCrossOfCalibration(t *testing.T) {
	n := 400
	w, y := make([]float64, n), make([]float64, n)
	strata, age, cell := make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		w[i], y[i] = 1+float64(i*37%11), float64(i*i%29)
		strata[i], age[i], cell[i] = fmt.Sprint(i%5), fmt.Sprint(i*7%4), fmt.Sprint(i*13%3)
	}
	d, err := New(n, Sample{Weights: w, Strata: []*Column{Category("h", strata)}})
	if err != nil {
		t.Fatal(err)
	}
	d, err = d.Rake([]Margin{{Column: Category("age", age), Counts: map[string]float64{"0": 500, "1": 600, "2": 700, "3": 600}}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	by := Category("cell", cell)
	joint, _, err := d.Joint(Means, one("y", y...), nil, by)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := d.Groups(by)
	if err != nil || groups[0].Design.part.cross == nil {
		t.Fatalf("no fast covariance: %v", err)
	}
	for k, g := range groups {
		if e, err := g.Design.Mean(g.Values(one("y", y...)), Option{}); err != nil || !near(e.SE()[0], joint.SE()[k]) {
			t.Errorf("cell %v: ± %v, %v; on all records ± %v", g.Levels, e.SE(), err, joint.SE()[k])
		}
	}
}
