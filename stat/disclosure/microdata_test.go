package disclosure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDescribe(t *testing.T) {
	got, err := Describe(Scrutiny{
		Quasi: []Variable{
			{"region", []string{"A", "A", "A", "A", "B", "B", "B"}},
			{"age", []string{"20", "20", "20", "60", "20", "20", "60"}},
		},
		Sensitive: []Variable{{"vote", []string{"x", "x", "x", "y", "x", "y", ""}}},
		K:         3, L: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &Exposure{Records: 7, MinK: 1, Unique: 2, BelowK: 4,
		Classes:   []KClass{{1, 2, 2}, {2, 1, 2}, {3, 1, 3}},
		Sensitive: []Diversity{{Name: "vote", MinL: 1, BelowL: 5, Homogeneous: 5, MinEntropy: 1}},
		Rare:      []Rare{{"age", "60", 2}},
		Dropped:   []WithoutColumn{{"region", 2, 0, 2}, {"age", 3, 0, 0}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("report (-want +got):\n%s", d)
	}
}

func TestDescribeWeighted(t *testing.T) {
	s := Scrutiny{Quasi: []Variable{{"region", []string{"A", "A", "B"}}}, Weights: []float64{2, 2, 50}, K: 5, L: 1}
	e, err := Describe(s)
	if err != nil {
		t.Fatal(err)
	}
	alone := math.Log(50) / 49 // p/q ln(1/p), p = 1/50
	two := 1 - math.Log(2)     // p = 1/2, f = 2: ½ ∫₀¹ u / (½ + ½ u) du
	w := e.Weighted
	if w.MinK != 4 || w.BelowK != 2 || math.Abs(w.Highest-two) > 1e-12 || math.Abs(w.Expected-2*two-alone) > 1e-12 {
		t.Errorf("weighted: %+v; want 4, 2, %v, %v", w, two, 2*two+alone)
	}
}

// The probability of being found is the mean of 1/F over the distribution
// itself.
func TestFoundIsTheMeanOfTheDistribution(t *testing.T) {
	for _, f := range []int{1, 2, 3, 7, 40} {
		for _, p := range []float64{0.02, 0.1, 0.4, 0.5, 0.51, 0.8, 0.99} {
			term, sum := math.Pow(p, float64(f)), 0.0
			for h := f; h < 100_000; h++ { // P(F = h) = C(h−1, f−1) p^f q^(h−f)
				sum += term / float64(h)
				term *= float64(h) / float64(h-f+1) * (1 - p)
			}
			if got := found(f, float64(f)/p); math.Abs(got-sum) > 1e-9 {
				t.Errorf("f = %d, p = %v: %v; want %v", f, p, got, sum)
			}
		}
	}
	if got := found(3, 3); got != 1.0/3 {
		t.Errorf("a census class of 3: %v", got)
	}
}

func TestDescribeRefusals(t *testing.T) {
	q := []Variable{{"a", []string{"1", "2"}}}
	for what, s := range map[string]Scrutiny{
		"no quasi-identifier": {K: 3, L: 1},
		"no record":           {Quasi: []Variable{{Name: "a"}}, K: 3, L: 1},
		"no k":                {Quasi: q, L: 1},
		"no l":                {Quasi: q, K: 1},
		"lengths":             {Quasi: q, Sensitive: []Variable{{"b", []string{"1"}}}, K: 3, L: 1},
		"too few weights":     {Quasi: q, Weights: []float64{1}, K: 3, L: 1},
		"a weight of 0":       {Quasi: q, Weights: []float64{1, 0}, K: 3, L: 1},
	} {
		if e, err := Describe(s); !refused(err) {
			t.Errorf("%s: %+v, %v", what, e, err)
		}
	}
}

// The order of the records and of the variables changes nothing, and a variable
// more never makes classes larger.
func TestDescribeProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	var quasi []Variable
	for k := range 3 {
		v := Variable{Name: fmt.Sprint("v", k)}
		for range 200 {
			v.Values = append(v.Values, fmt.Sprint(rng.IntN(4)))
		}
		quasi = append(quasi, v)
	}
	before, err := Describe(Scrutiny{Quasi: quasi, K: 5, L: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range before.Dropped {
		if d.MinK < before.MinK || d.Unique > before.Unique || d.BelowK > before.BelowK {
			t.Errorf("without %s: %+v; with it: %d, %d, %d", d.Name, d, before.MinK, before.Unique, before.BelowK)
		}
	}
	order := rng.Perm(200)
	for i, v := range quasi {
		moved := Variable{Name: v.Name}
		for _, k := range order {
			moved.Values = append(moved.Values, v.Values[k])
		}
		quasi[i] = moved
	}
	slices.Reverse(quasi)
	after, err := Describe(Scrutiny{Quasi: quasi, K: 5, L: 1})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before.Classes, after.Classes); d != "" {
		t.Errorf("classes (-before +after):\n%s", d)
	}
	// values that hold the mark between values are told apart
	apart, err := Describe(Scrutiny{Quasi: []Variable{{"a", []string{"x\x00", "x"}}, {"b", []string{"y", "\x00y"}}}, K: 2, L: 1})
	if err != nil || apart.Unique != 2 {
		t.Errorf("%+v, %v; want two records apart", apart, err)
	}
}
