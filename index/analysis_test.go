package index

import (
	"math"
	"strings"
	"testing"
)

// computed computes small with changes.
func computed(t *testing.T, table *Table, changes ...string) *Result {
	t.Helper()
	return ran(t, strings.NewReplacer(changes...).Replace(small), table)
}

// correlationOf finds a pair in a result.
func correlationOf(t *testing.T, list []Correlation, kind, a, b string) Correlation {
	t.Helper()
	for _, c := range list {
		if c.Kind == kind && c.A == a && c.B == b {
			return c
		}
	}
	t.Fatalf("no %s of %s and %s among %+v", kind, a, b, list)
	return Correlation{}
}

// By hand: x = 1, 2, 3, 4 and −y = −4, −2, −1, −3 correlate by 0.4, with p = 0.6;
// two items have alpha 2·(1 − own/all) and components of (1 ± 0.4)/2.
func TestAnalysisByHand(t *testing.T) {
	table := full().with(numeric("p", 10, 20, 15, 12)).with(numeric("out", 4, 3, 2, nan))
	r := computed(t, table, "[uncertainty]", "[[link]]\ncolumn = \"out\"\n[uncertainty]")
	a := r.Analysis
	c := correlationOf(t, a.Correlations, "siblings", "x", "y")
	if math.Abs(float64(c.R)-0.4) > 1e-12 || c.N != 4 || math.Abs(float64(c.P)-0.6) > 1e-12 || c.Flag != "" {
		t.Errorf("x and y: %+v; want 0.4 on 4 rows, p = 0.6", c)
	}
	if c := correlationOf(t, a.Correlations, "parent", "z", "B"); math.Abs(float64(c.R)-1) > 1e-12 {
		t.Errorf("z and the element made of z alone: %+v", c)
	}
	correlationOf(t, a.Correlations, "top", "A", "I")
	correlationOf(t, a.Correlations, "top", "x", "I")
	if len(a.Parents) != 2 || a.Parents[0].Code != "A" {
		t.Fatalf("parents %+v", a.Parents)
	}
	p := a.Parents[0]
	// Of equal variances v: own 2v, all 2v + 2·0.4 v.
	if want := 2 * (1 - 2/2.8); math.Abs(float64(p.Alpha)-want) > 1e-12 || p.Rows != 4 || math.Abs(float64(p.Components[0])-0.7) > 1e-12 || p.Against != nil {
		t.Errorf("coherence %+v; want alpha %v, 0.7 of the variance", p, want)
	}
	// The outside variable falls as x rises, on the three rows that have it.
	l := r.Links[0]
	if c := correlationOf(t, l.Correlations, "link", "I", "out"); c.N != 3 || l.Column != "out" {
		t.Errorf("link %+v", l)
	}
}

// Contradicting siblings are pointed out, and so is the one against the others.
func TestAnalysisFlags(t *testing.T) {
	r := computed(t, full().with(numeric("y", 1, 2, 3, 5)))
	if c := correlationOf(t, r.Analysis.Correlations, "siblings", "x", "y"); c.Flag != "low" {
		t.Errorf("opposed siblings: %+v", c)
	}
	if p := r.Analysis.Parents[0]; len(p.Against) != 1 {
		t.Errorf("coherence %+v; want one against the other", p)
	}
	r = computed(t, full().with(numeric("y", -1, -2, -3, -4)))
	if c := correlationOf(t, r.Analysis.Correlations, "siblings", "x", "y"); c.Flag != "high" || c.P != 0 {
		t.Errorf("twin siblings: %+v", c)
	}
}

// A value that follows the size of units is pointed out, divided or not.
func TestDenominatorsAreCompared(t *testing.T) {
	table := full().with(numeric("p", 1, 2, 3, 4))
	r := computed(t, table, "parent = \"B\"\n", "parent = \"B\"\ndenominator = \"p\"\n")
	if c := correlationOf(t, r.Analysis.Correlations, "denominator", "x", "p"); c.Flag != "size" || math.Abs(float64(c.R)-1) > 1e-12 {
		t.Errorf("x and the denominator of z: %+v", c)
	}
	if c := correlationOf(t, r.Analysis.Correlations, "denominator", "z", "p"); c.Flag == "size" && c.R > 0 {
		t.Errorf("z, once divided: %+v", c)
	}
}
