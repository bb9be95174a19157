package survey

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sectorDesigns are designs with the short way, raked or not, and one without.
func sectorDesigns(t *testing.T) (map[string]*Design, Line, *Column) {
	const n = 600
	r := rand.New(rand.NewPCG(8, 1))
	pick := func(levels ...string) []string {
		out := make([]string, n)
		for i := range out {
			if out[i] = levels[r.IntN(len(levels))]; i < len(levels) {
				out[i] = levels[i]
			}
		}
		return out
	}
	age, strata, group := Category("age", pick("a", "b", "c")), Category("strate", pick("p", "q", "r", "s")), Category("groupe", pick("1", "2", "3", "4", "5"))
	w, l := make([]float64, n), Line{Percent: true, Num: make([]float64, n), Den: make([]float64, n)}
	for i := range n {
		w[i], l.Den[i] = 10+20*r.Float64(), truth(r.IntN(9) > 0)
		l.Num[i] = l.Den[i] * truth(r.IntN(3) == 0)
		if r.IntN(20) == 0 {
			group.Code[i] = -1
		}
	}
	plain, err := New(n, Sample{Weights: w, Strata: []*Column{strata}})
	if err != nil {
		t.Fatal(err)
	}
	raked, err := plain.Rake([]Margin{{Column: age, Counts: map[string]float64{"a": 5000, "b": 4000, "c": 3000}}, {Column: strata, Counts: map[string]float64{"p": 3000, "q": 3500, "r": 2500, "s": 3000}}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	clustered, err := New(n, Sample{Weights: w, Clusters: []*Column{Cross(strata, age)}})
	if err != nil {
		t.Fatal(err)
	}
	some := make([]bool, n)
	for i := range some {
		some[i] = i%7 > 0
	}
	return map[string]*Design{"plain": plain, "raked": raked, "clustered": clustered, "domain": raked.Domain(some)}, l, group
}

// TestSectorsAgree checks that the short way gives the figures of a banner.
func TestSectorsAgree(t *testing.T) {
	designs, line, group := sectorDesigns(t)
	for name, d := range designs {
		figures, want, _, err := d.figures(line, group.Code, len(group.Levels), 0.95)
		if err != nil {
			t.Fatal(err)
		}
		s, err := d.Sectors()
		if err != nil {
			t.Fatal(err)
		}
		if (s.rule == nil) != (name == "clustered") {
			t.Errorf("%s: short way %v", name, s.rule != nil)
		}
		got, cov, err := s.Ratio(line.Num, line.Den, group.Code, len(group.Levels))
		if err != nil {
			t.Fatal(err)
		}
		for a := range want {
			if math.Abs(got[a]-figures[a].Value) > 1e-12 {
				t.Errorf("%s, group %d: %v, want %v", name, a, got[a], figures[a].Value)
			}
			for b := range want {
				if math.Abs(cov.At(a, b)-want[a][b]) > 1e-9*want[a][a] {
					t.Errorf("%s, covariance %d %d: %v, want %v", name, a, b, cov.At(a, b), want[a][b])
				}
			}
		}
	}
}
