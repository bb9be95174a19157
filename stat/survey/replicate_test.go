package survey

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Rows of a Hadamard matrix are orthogonal and its first row and column are 1.
func TestHadamard(t *testing.T) {
	for n := 1; n <= 210; n++ {
		m := Hadamard(n)
		if len(m) < n || len(m) > 2*n+4 {
			t.Fatalf("Hadamard(%d) has order %d", n, len(m))
		}
		for i := range m {
			if m[i][0] != 1 || m[0][i] != 1 {
				t.Fatalf("Hadamard(%d): border at %d", n, i)
			}
			for k := range i {
				sum := 0
				for j := range m {
					sum += int(m[i][j]) * int(m[k][j])
				}
				if sum != 0 {
					t.Fatalf("Hadamard(%d): rows %d and %d", n, k, i)
				}
			}
		}
	}
}

// The jackknife of a total has the variance of the linearised total.
func TestJackknifeProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := makeSample(t, rapid.Uint64().Draw(r, "seed"), rapid.IntRange(45, 90).Draw(r, "n"))
		d, err := m.design.Resample(Plan{Kind: JKn})
		if err != nil {
			r.Fatal(err)
		}
		a, err := m.design.Total(Indicators(m.income, m.sex), Option{})
		if err != nil {
			r.Fatal(err)
		}
		b, err := d.Total(Indicators(m.income, m.sex), Option{})
		if err != nil {
			r.Fatal(err)
		}
		for j, se := range a.SE() {
			if got := b.SE()[j]; math.Abs(got-se) > 1e-9*se {
				r.Fatalf("standard error %g by JKn, %g linearised", got, se)
			}
		}
		if d.DF() != m.design.DF() {
			r.Fatalf("%g degrees of freedom; want %g", d.DF(), m.design.DF())
		}
	})
}

// pairs is a sample of two clusters in each of several strata.
func pairs(t *testing.T, strata int) (*Design, *Column) {
	t.Helper()
	m := makeSample(t, 9, 4*strata)
	cluster, stratum := make([]string, 4*strata), make([]string, 4*strata)
	for i := range cluster {
		cluster[i], stratum[i] = fmt.Sprint(i/2), fmt.Sprint(i/4)
	}
	d, err := New(4*strata, Sample{Weights: m.design.weights, Clusters: []*Column{Category("g", cluster)}, Strata: []*Column{Category("h", stratum)}})
	if err != nil {
		t.Fatal(err)
	}
	return d, m.income
}

// Balanced half samples give the variance of a total exactly, whatever Fay's
// coefficient.
func TestBalanced(t *testing.T) {
	for _, strata := range []int{2, 3, 7, 11, 15, 20, 27} {
		d, x := pairs(t, strata)
		want, err := d.Total(Indicators(x), Option{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []Plan{{Kind: BRR}, {Kind: Fay, Rho: .3}, {Kind: Fay, Rho: .7, MSE: true}} {
			r, err := d.Resample(p)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Total(Indicators(x), Option{})
			if err != nil {
				t.Fatal(err)
			}
			if a, b := got.SE()[0], want.SE()[0]; math.Abs(a-b) > 1e-9*b {
				t.Errorf("%d strata, %+v: standard error %g; want %g", strata, p, a, b)
			}
			if r.DF() != float64(strata) {
				t.Errorf("%d strata: %g degrees of freedom", strata, r.DF())
			}
		}
	}
}

// Random replicates come near the variance they estimate, and each has its
// expectation: with 3,000 of them the ratio is within a few per cent.
func TestRandomReplicates(t *testing.T) {
	m := makeSample(t, 10, 150)
	fpc := make([]float64, 150)
	for i := range fpc {
		fpc[i] = 50
	}
	finite, err := New(150, Sample{Weights: m.design.weights, Clusters: []*Column{m.group}, Strata: []*Column{Category("strate", firstLetters(m.group))}, FPC: [][]float64{fpc}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		d    *Design
		kind Resampling
	}{
		{"bootstrap", m.design, Bootstrap}, {"subbootstrap", m.design, Subbootstrap}, {"mrb", m.design, Multistage},
		{"bootstrap, finite", finite, Bootstrap}, {"mrb, finite", finite, Multistage},
	} {
		want, err := c.d.Total(Indicators(m.income), Option{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.d.Resample(Plan{Kind: c.kind, Count: 3000, Seed: 11})
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Total(Indicators(m.income), Option{})
		if err != nil {
			t.Fatal(err)
		}
		ratio := got.Cov.At(0, 0) / want.Cov.At(0, 0)
		if ratio < .9 || ratio > 1.1 {
			t.Errorf("%s: variance %g times that of the design", c.name, ratio)
		}
	}
}

func firstLetters(c *Column) []string {
	out := make([]string, len(c.Code))
	for i, k := range c.Code {
		out[i] = c.Levels[k][:1]
	}
	return out
}

// The same seed gives the same bits on any number of processors, another seed
// others.
func TestReplicatesWorkers(t *testing.T) {
	m := makeSample(t, 12, 300)
	var first []float64
	for _, n := range []int{1, 2, 3, 7} {
		was := runtime.GOMAXPROCS(n)
		d, err := m.design.Resample(Plan{Kind: Subbootstrap, Count: 40, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		d, err = d.Rake([]Margin{marginOf(m.sex, m.perturbed(3))}, 0)
		if err != nil {
			t.Fatal(err)
		}
		e, err := d.Mean(Indicators(m.income, m.age), Option{})
		if err != nil {
			t.Fatal(err)
		}
		runtime.GOMAXPROCS(was)
		if got := slices.Concat(e.Replicates...); first == nil {
			first = got
		} else if !slices.Equal(first, got) {
			t.Errorf("%d processors give other bits", n)
		}
	}
	d, err := m.design.Resample(Plan{Kind: Subbootstrap, Count: 40, Seed: 6})
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Mean(Indicators(m.income, m.age), Option{})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(first, slices.Concat(e.Replicates...)) {
		t.Error("another seed gives the same replicates")
	}
}

// Each step is redone on each replicate: totals that a calibration meets have
// no variance, and a domain leaves no weight outside.
func TestStepsOnReplicates(t *testing.T) {
	m := makeSample(t, 13, 120)
	w := m.perturbed(4)
	d, err := m.design.Resample(Plan{Kind: JKn})
	if err != nil {
		t.Fatal(err)
	}
	goal := m.totals(w)
	for name, step := range map[string]func(*Design) (*Design, error){
		"calibrate":    func(d *Design) (*Design, error) { return d.Calibrate(Calibration{Totals: goal}) },
		"rake":         func(d *Design) (*Design, error) { return d.Rake([]Margin{marginOf(m.sex, w), marginOf(m.age, w)}, 0) },
		"poststratify": func(d *Design) (*Design, error) { return d.PostStratify(marginOf(m.sex, w)) },
	} {
		c, err := step(d)
		if err != nil {
			t.Fatal(name, err)
		}
		e, err := c.Total(Indicators(m.sex), Option{})
		if err != nil {
			t.Fatal(err)
		}
		if se := e.SE()[0]; se > 1e-6*e.Value[0] {
			t.Errorf("%s: standard error %g of a calibrated total", name, se)
		}
	}
	in := make([]bool, 120)
	in[0], in[50], in[70] = true, true, true
	x := d.Domain(in).Replicates()
	for r := range x.Count {
		for i, v := range x.Weights(r) {
			if !in[i] && v != 0 {
				t.Fatalf("replicate %d: record %d outside weighs %g", r+1, i+1, v)
			}
		}
	}
}

func TestReplicateRefusals(t *testing.T) {
	m := makeSample(t, 14, 60)
	_, err := m.design.Resample(Plan{Kind: JK1})
	refused(t, err, "JK1", "JKn")
	_, err = m.design.Resample(Plan{Kind: BRR})
	refused(t, err, "deux grappes")
	_, err = m.design.Resample(Plan{Kind: Subbootstrap, Count: 1})
	refused(t, err, "1 réplique")
	d, _ := pairs(t, 3)
	_, err = d.Resample(Plan{Kind: Fay, Rho: 1})
	refused(t, err, "Fay")
	alone, err := New(3, Sample{Strata: []*Column{Category("h", []string{"a", "a", "b"})}, Lonely: Remove})
	if err != nil {
		t.Fatal(err)
	}
	_, err = alone.Resample(Plan{Kind: JKn})
	refused(t, err, "enregistrement 3", "une grappe")
	_, err = d.Replicated([][]float64{ones(12)}, Given{Scale: 1})
	refused(t, err, "1 réplique")
	_, err = d.Replicated([][]float64{ones(12), make([]float64, 12)}, Given{Scale: 1})
	refused(t, err, "réplique 2")
	bad := ones(12)
	bad[4] = math.NaN()
	_, err = d.Replicated([][]float64{ones(12), bad}, Given{Scale: 1})
	refused(t, err, "enregistrement 5", "réplique 2")
	// A category carried by one cluster is empty when the cluster is left out.
	rare := make([]string, 60)
	for i := range rare {
		if rare[i] = "x"; m.group.Code[i] == m.group.Code[0] {
			rare[i] = "y"
		}
	}
	jk, err := m.design.Resample(Plan{Kind: JKn})
	if err != nil {
		t.Fatal(err)
	}
	_, err = jk.PostStratify(Margin{Category("rare", rare), map[string]float64{"x": 10, "y": 2}})
	refused(t, err, "rare", "réplique", "« y »")
}

// Sums by cells are those of products.
func TestSums(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(r, "n")
		columns := make([][]float64, rapid.IntRange(1, 30).Draw(r, "columns"))
		for j := range columns {
			most := rapid.SampledFrom([]int{1, 2, 5, 1000}).Draw(r, "values")
			columns[j] = make([]float64, n)
			for i := range columns[j] {
				columns[j][i] = float64(rapid.IntRange(-most, most).Draw(r, "v"))
			}
		}
		w := make([]float64, n)
		for i := range w {
			w[i] = rapid.Float64Range(0, 100).Draw(r, "w")
		}
		for j, got := range newSums(columns).of(w) {
			if want := dot(w, columns[j]); math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
				r.Fatalf("column %d: %g; want %g", j, got, want)
			}
		}
	})
}

func BenchmarkReplicates(b *testing.B) {
	m := makeSample(b, 15, 20_000)
	for b.Loop() {
		d, err := m.design.Resample(Plan{Kind: Subbootstrap, Count: 100, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.Mean(Indicators(m.sex, m.age, m.region), Option{}); err != nil {
			b.Fatal(err)
		}
	}
}
