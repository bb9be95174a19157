package survey

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// equalSample is a simple random sample with replacement, equal weights.
func equalSample(t testing.TB, n int) *Design {
	t.Helper()
	d, err := New(n, Sample{Weights: repeat(3, n)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func repeat(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// cells makes two columns with the given numbers of records by cell.
func tableOf(count [][]int) (rows, cols *Column) {
	var a, b []string
	for r, line := range count {
		for c, n := range line {
			for range n {
				a, b = append(a, string(rune('a'+r))), append(b, string(rune('p'+c)))
			}
		}
	}
	return Category("rows", a), Category("cols", b)
}

// With equal weights the generalised design effect is n/(n−1): every
// statistic follows from Pearson's X² by hand.
func TestIndependenceByHand(t *testing.T) {
	rows, cols := tableOf([][]int{{10, 20}, {30, 40}})
	// X² = 100 (10·40 − 20·30)² / (30·70·40·60) = 0.79365…
	const x2, n = 100 * 200.0 * 200 / (30 * 70 * 40 * 60), 100.0
	d := equalSample(t, 100)
	f := x2 * (n - 1) / n
	for _, c := range []struct {
		a               Association
		statistic, p    float64
		parameter, more float64
	}{
		{AssociationF, f, fisherTail(f, 1, 99), 1, 99},
		{AssociationChiSquared, x2, chiSquaredTail(f, 1), 1, 0},
		{AssociationSaddlepoint, x2, ChiSquares{[]float64{n / (n - 1)}, []float64{1}}.RatioTail(x2, 99), 0, 0},
		{AssociationLincom, x2, ChiSquares{[]float64{n / (n - 1)}, []float64{1}}.RatioTail(x2, 99), 0, 0},
	} {
		got, err := d.Independence(rows, cols, c.a)
		if err != nil {
			t.Fatal(err)
		}
		if !agree(got.Statistic, c.statistic, 1e-10) || !agree(got.P, c.p, 1e-9) {
			t.Errorf("%v: %+v; want %v, p %v", c.a, got, c.statistic, c.p)
		}
		if c.more > 0 && (!agree(got.Parameter[0], c.parameter, 1e-10) || !agree(got.Parameter[1], c.more, 1e-10)) {
			t.Errorf("%v: parameter %v; want %v, %v", c.a, got.Parameter, c.parameter, c.more)
		}
	}
	wald, err := d.Independence(rows, cols, AssociationWald)
	adjusted, err2 := d.Independence(rows, cols, AssociationAdjustedWald)
	if err != nil || err2 != nil || !agree(adjusted.Statistic, wald.Statistic, 1e-12) || wald.Parameter[1] != 99 {
		t.Errorf("Wald %+v, adjusted %+v (%v, %v): with one contrast they are equal", wald, adjusted, err, err2)
	}
}

// The tests do not depend on which variable is called rows.
func TestIndependenceSymmetric(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := makeSample(t, rapid.Uint64().Draw(rt, "seed"), 150)
		for a := AssociationF; a <= AssociationSaddlepoint; a++ {
			one, err := m.design.Independence(m.age, m.region, a)
			two, err2 := m.design.Independence(m.region, m.age, a)
			if err != nil || err2 != nil {
				continue // too few clusters for a Wald test
			}
			tol := 1e-8
			if a >= AssociationLincom {
				tol = 1e-3 // near the mean of the law the saddlepoint is a small difference over a smaller one
			}
			if !agree(one.P, two.P, tol) || !(one.P >= 0 && one.P <= 1) {
				rt.Errorf("test %v: %v and %v", a, one, two)
			}
		}
	})
}

func TestIndependenceRefusals(t *testing.T) {
	d := equalSample(t, 30)
	rows, cols := tableOf([][]int{{10, 20}})
	_, err := d.Independence(rows, cols, AssociationF)
	var r *Refusal
	if !errors.As(err, &r) || r.Variable != "rows" || !strings.Contains(r.What, "modalité") {
		t.Errorf("one level: %v", err)
	}
}

func TestGoodnessByHand(t *testing.T) {
	x, _ := tableOf([][]int{{60}, {40}})
	d := equalSample(t, 100)
	got, err := d.Goodness(x, []float64{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	// N̂ = 300: 300 (0.1²/0.5 + 0.1²/0.5) = 12.
	if !agree(got.Statistic, 12, 1e-10) || !agree(got.Parameter[1], 1, 1e-9) {
		t.Errorf("Goodness = %+v; want 12 on one degree", got)
	}
	if _, err := d.Goodness(x, []float64{1, 1, 1}); err == nil {
		t.Error("three shares for two levels: no refusal")
	}
	if _, err := d.Goodness(x, []float64{1, 0}); err == nil {
		t.Error("a share of zero: no refusal")
	}
}

// A saturated model against independence gives the Pearson and the
// likelihood-ratio statistics of the table.
func TestCompareLoglinear(t *testing.T) {
	rows, cols := tableOf([][]int{{10, 20}, {30, 40}})
	got, err := equalSample(t, 100).CompareLoglinear([][]*Column{{rows}, {cols}, {rows, cols}}, [][]*Column{{rows}, {cols}})
	if err != nil {
		t.Fatal(err)
	}
	if !agree(got.Score.Statistic, 0.7936507936507936, 1e-9) || !agree(got.Deviance.Statistic, 0.8043486460964835, 1e-9) {
		t.Errorf("CompareLoglinear = %+v", got)
	}
	if _, err := equalSample(t, 100).CompareLoglinear([][]*Column{{rows}}, [][]*Column{{cols}}); err == nil {
		t.Error("models not nested: no refusal")
	}
}

func TestTable(t *testing.T) {
	rows, cols := tableOf([][]int{{1, 2}, {3, 0}})
	table, err := equalSample(t, 6).Table(rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	if table.N != 6 || table.Total() != 18 || table.Count[1][0] != 9 || table.Count[1][1] != 0 {
		t.Errorf("Table = %+v", table)
	}
	if s := table.Shares(OfRow); !agree(s.Count[0][1], 2.0/3, 1e-12) || s.Count[1][0] != 1 {
		t.Errorf("row shares = %v", s.Count)
	}
	if s := table.Shares(OfColumn); !agree(s.Count[0][0], 0.25, 1e-12) {
		t.Errorf("column shares = %v", s.Count)
	}
	if s := table.Scaled(100); !agree(s.Total(), 100, 1e-12) {
		t.Errorf("scaled total = %v", s.Total())
	}
}
