package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"vigie/fault"
)

// oneOf draws a word of the language.
func oneOf(rng *rand.Rand, words []string) string { return words[rng.IntN(len(words))] }

// drawnSpec is a specification made of words drawn at random, on four
// indicators of which some are absent, constant or uncertain.
func drawnSpec(rng *rand.Rand) string {
	var b strings.Builder
	levels := fmt.Sprintf("%q, %q", oneOf(rng, aggregations), oneOf(rng, aggregations))
	fmt.Fprintf(&b, `version = "1"
[title]
fr = "Essai"
[data]
unit = "code"
groups = ["g"]
%s%s
[screening]
available = %v
[imputation]
method = %q
group = "g"
most = %v
[treatment]
method = %q
points = %d
skewness = 0.5
kurtosis = 0.5
[normalisation]
method = %q
range = [%d, 100]
scope = %q
clamp = %v
[aggregation]
by_level = [%s]
mirror = %d
power = %v
[missing]
weight = [%v]
least = %d
[uncertainty]
draws = 30
worst = 2
sobol_rows = %d
imputations = ["none", %q]
treatments = ["none", %q]
normalisations = ["minmax", %q]
aggregations = ["arithmetic", %q]
`,
		[]string{"", "reference = \"in\"\n"}[rng.IntN(2)], []string{"", "period = \"year\"\n"}[rng.IntN(2)],
		rng.Float64()*0.6, oneOf(rng, imputations[:5]), rng.Float64(), oneOf(rng, treatments), rng.IntN(3),
		oneOf(rng, normalisations), rng.IntN(2), oneOf(rng, scopes), rng.IntN(2) == 0, levels, 110*rng.IntN(2), rng.Float64()*4-2,
		rng.Float64()*0.7, rng.IntN(3), 16*rng.IntN(2),
		oneOf(rng, imputations[1:5]), oneOf(rng, treatments[1:]), oneOf(rng, normalisations[1:]), oneOf(rng, aggregations[1:]))
	b.WriteString("[[element]]\ncode = \"I\"\n[[element]]\ncode = \"A\"\nparent = \"I\"\n[[element]]\ncode = \"B\"\nparent = \"I\"\n[[element]]\ncode = \"C\"\nparent = \"I\"\n")
	for k, parent := range []string{"A", "A", "B", "I"} {
		fmt.Fprintf(&b, "[[indicator]]\ncode = \"x%d\"\nparent = %q\ndirection = %d\ngoalposts = [-50, 50]\ntarget = %d\nweight = %d\n", k, parent, 1-2*rng.IntN(2), rng.IntN(200)-100, min(1, rng.IntN(8)))
		if k == 0 {
			b.WriteString("se = \"se\"\nbounds = [-1000, 1000]\n")
		}
	}
	return b.String()
}

func drawnTable(rng *rand.Rand) *Table {
	n := 1 + rng.IntN(30)
	t := &Table{Name: "t", First: 2, Rows: n}
	code, group := Column{Name: "code"}, Column{Name: "g"}
	in, year, se := numeric("in"), numeric("year"), numeric("se")
	for i := range n {
		code.Text, group.Text = append(code.Text, fmt.Sprint("u", i/2)), append(group.Text, fmt.Sprint(rng.IntN(3)))
		in.Number, year.Number, se.Number = append(in.Number, float64(min(1, rng.IntN(6)))), append(year.Number, float64(2020+i%2)), append(se.Number, rng.Float64())
		if rng.IntN(10) > 0 {
			code.Text[i] = fmt.Sprint("v", i)
		}
	}
	t.Columns = []Column{code, group, in, year, se}
	gaps := rng.Float64() * 0.6
	for k := range 4 {
		c := numeric(fmt.Sprint("x", k))
		kind := rng.IntN(8)
		for range n {
			x := rng.NormFloat64() * 20
			switch {
			case rng.Float64() < gaps || kind == 0:
				x = math.NaN()
			case kind == 1:
				x = 3
			case kind == 2:
				x = math.Exp(x / 5)
			case kind == 3:
				x = float64(rng.IntN(3))
			}
			c.Number = append(c.Number, x)
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

// Whatever the words and the table: a fault with a remedy, or a result whose
// figures agree with each other.
func TestAnySpecification(t *testing.T) {
	computed := 0
	for i := range 600 {
		rng := rand.New(rand.NewPCG(7, uint64(i)))
		text, table := drawnSpec(rng), drawnTable(rng)
		s, err := ParseSpec("essai.toml", []byte(text))
		var r *Result
		if err == nil {
			r, err = Run(context.Background(), s, table, Options{Workers: 1})
		}
		if err != nil {
			_, one := errors.AsType[*fault.Error](err)
			_, several := errors.AsType[fault.List](err)
			if !one && !several || strings.Contains(err.Error(), "composite") || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
				t.Fatalf("%d: %v is not told\n%s", i, err, text)
			}
			continue
		}
		computed++
		if _, err := json.Marshal(r); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		coherent(t, r)
		if t.Failed() {
			t.Fatalf("%d:\n%s", i, text)
		}
	}
	if computed < 150 {
		t.Errorf("%d of 600 specifications gave an index: too few are tried", computed)
	}
}

// coherent checks what holds in any result.
func coherent(t *testing.T, r *Result) {
	t.Helper()
	for u := range r.Units {
		share, points, known := map[string]float64{}, map[string]float64{}, map[string]bool{}
		for _, s := range r.Elements {
			if s.Share != nil && s.Share[u].OK() {
				share[s.Parent] += float64(s.Share[u])
			}
			if s.Points != nil && s.Points[u].OK() {
				points[s.Parent] += float64(s.Points[u])
				known[s.Parent] = true
			}
		}
		for _, s := range r.Elements {
			if s.Score == nil {
				continue
			}
			if !s.Score[u].OK() {
				if s.Rank[u] != 0 || s.Place[u] != 0 || s.Class[u] != 0 || share[s.Code] != 0 {
					t.Errorf("%s of %s has no score, but rank %d, place %d, class %d", s.Code, r.Units[u].Code, s.Rank[u], s.Place[u], s.Class[u])
				}
				continue
			}
			v := float64(s.Score[u])
			if math.IsInf(v, 0) || s.Place[u] < 1 || r.Units[u].Reference != (s.Rank[u] > 0) {
				t.Errorf("%s of %s: score %v, rank %d, place %d", s.Code, r.Units[u].Code, v, s.Rank[u], s.Place[u])
			}
			if s.Level > 0 && math.Abs(share[s.Code]-1) > 1e-9 {
				t.Errorf("%s of %s: shares add up to %v", s.Code, r.Units[u].Code, share[s.Code])
			}
			if known[s.Code] && math.Abs(points[s.Code]-v) > 1e-6*max(1, math.Abs(v)) {
				t.Errorf("%s of %s (%s): points add up to %v, the score is %v", s.Code, r.Units[u].Code, s.Method, points[s.Code], v)
			}
			if d := s.Spread; d != nil && d.Lo != nil && d.Lo[u] > 0 && (d.Lo[u] > s.Place[u] || d.Hi[u] < s.Place[u]) {
				t.Errorf("%s of %s: place %d is outside %d–%d", s.Code, r.Units[u].Code, s.Place[u], d.Lo[u], d.Hi[u])
			}
		}
	}
}
