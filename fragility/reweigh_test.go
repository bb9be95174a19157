package fragility

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/index"
	"vigie/territory"
)

// samePlaces compares scores, ranks, places and classes; intervals are not
// Reweigh's.
func samePlaces(t *testing.T, what string, want, got *Part) {
	t.Helper()
	if want.Ranked != got.Ranked || !cmp.Equal(want.Limits, got.Limits) {
		t.Errorf("%s: %d ranked, limits %v; want %d, %v", what, got.Ranked, got.Limits, want.Ranked, want.Limits)
	}
	for i, w := range want.Cells {
		g := got.Cells[i]
		if w.OK() != g.OK() || w.OK() && (w.Score != g.Score || w.Rank != g.Rank || w.Place != g.Place || w.Step != g.Step) {
			t.Fatalf("%s, unit %d: %+v; want %+v", what, i, g, w)
		}
	}
}

func TestReweighPublished(t *testing.T) {
	try := func(what string, spec *index.Spec, domains []Domain, r *Result) {
		weights := map[string]float64{}
		for _, p := range r.Kinds(OfDomain) {
			weights[p.Code] = p.Weight
		}
		for _, w := range []map[string]float64{nil, weights} {
			got, err := r.Reweigh(spec, domains, w)
			if err != nil {
				t.Fatal(err)
			}
			samePlaces(t, what, r.Part(Overall), &got.Index)
		}
	}
	for _, level := range []territory.Level{territory.Region, territory.Departement} {
		spec, in := realInput(t, level)
		try(string(level), spec, in.Domains, realResult(t, level))
	}
	for seed := range uint64(8) {
		spec, in := smallSpec(), randomInput(60, seed)
		spec.Aggregation.ByLevel = []string{"arithmetic", means[seed%2], means[seed/2%2]}
		spec.Missing.Least = 14
		r, err := Compute(t.Context(), spec, in, Run{})
		if err != nil {
			t.Fatal(err)
		}
		try("random", spec, in.Domains, r)
	}
}

func TestReweighByHand(t *testing.T) {
	spec, in := smallSpec(), &Input{Level: territory.Departement, Units: codes(3), Domains: []Domain{{"A", "x"}, {"B", "x"}, {"C", "y"}}}
	spec.Missing.Least = 1
	in.Columns = []Column{
		column("a", "A", "2022", 1, 1, []float64{0, 50, 100}),
		column("b", "B", "2022", 1, 1, []float64{100, 0, 40}),
		column("c", "C", "2022", 1, 1, []float64{20, 100, 0}),
	}
	r, err := Compute(t.Context(), spec, in, Run{})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		weights map[string]float64
		score   []float64
		rank    []int
		shares  []float64
	}{
		{map[string]float64{"A": 1, "B": 1, "C": 1}, []float64{40, 50, 140.0 / 3}, []int{3, 1, 2}, []float64{1. / 3, 1. / 3, 1. / 3}},
		{map[string]float64{"A": 3, "B": 1, "C": 0}, []float64{25, 37.5, 85}, []int{3, 2, 1}, []float64{.75, .25, 0}},
		{map[string]float64{"A": 0, "B": 0, "C": 7}, []float64{20, 100, 0}, []int{2, 1, 3}, []float64{0, 0, 1}},
		{map[string]float64{"C": 2}, []float64{35, 62.5, 35}, []int{2, 1, 2}, []float64{.25, .25, .5}},
	}
	for _, c := range cases {
		got, err := r.Reweigh(spec, in.Domains, c.weights)
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range got.Index.Cells {
			if math.Abs(cell.Score-c.score[i]) > 1e-12 || cell.Rank != c.rank[i] {
				t.Errorf("%v, unit %d: %+v; want score %v, rank %d", c.weights, i, cell, c.score[i], c.rank[i])
			}
		}
		for i, w := range got.Weights {
			if math.Abs(w.Share-c.shares[i]) > 1e-12 || math.Abs(w.PublishedShare-1./3) > 1e-12 {
				t.Errorf("%v: shares %+v; want %v", c.weights, w, c.shares)
			}
		}
	}
}

// A dimension alone is the published dimension; only ratios matter; a domain
// that weighs nothing changes nothing.
func TestReweighProperties(t *testing.T) {
	spec, in := smallSpec(), randomInput(80, 4)
	spec.Missing.Least = 12
	r, err := Compute(t.Context(), spec, in, Run{})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(weights map[string]float64) *Part {
		t.Helper()
		got, err := r.Reweigh(spec, in.Domains, weights)
		if err != nil {
			t.Fatal(err)
		}
		return &got.Index
	}
	for _, dim := range r.Kinds(OfDimension) {
		alone := map[string]float64{}
		for _, d := range in.Domains {
			alone[d.Code] = 0
			if d.Dimension == dim.Code {
				alone[d.Code] = 1
			}
		}
		for i, c := range ask(alone).Cells {
			if c.OK() && math.Abs(c.Score-dim.Cells[i].Score) > 1e-9 {
				t.Fatalf("%s alone, unit %d: %v; want %v", dim.Code, i, c.Score, dim.Cells[i].Score)
			}
		}
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for range 20 {
		weights, double := map[string]float64{}, map[string]float64{}
		for _, d := range in.Domains {
			weights[d.Code] = float64(rng.IntN(5))
			double[d.Code] = 2 * weights[d.Code]
		}
		weights["EMP"], double["EMP"] = 1, 2
		samePlaces(t, "doubled", ask(weights), ask(double))
		without := *r
		without.Parts = append([]Part(nil), r.Parts...)
		for i, p := range without.Parts {
			if p.Kind == OfDomain && weights[p.Code] == 0 {
				p.Cells = append([]Cell(nil), p.Cells...)
				for k := range p.Cells {
					p.Cells[k].Score = 100 * rng.Float64()
				}
				without.Parts[i] = p
			}
		}
		got, err := without.index().Reweigh(spec, in.Domains, weights)
		if err != nil {
			t.Fatal(err)
		}
		samePlaces(t, "other scores of weight zero", ask(weights), &got.Index)
	}
}

func TestReweighFaults(t *testing.T) {
	spec, in := smallSpec(), randomInput(20, 1)
	r, err := Compute(t.Context(), spec, in, Run{})
	if err != nil {
		t.Fatal(err)
	}
	none := map[string]float64{}
	for _, d := range in.Domains {
		none[d.Code] = 0
	}
	for say, weights := range map[string]map[string]float64{
		"tous les poids sont nuls":      none,
		"domaine inconnu : XYZ, ZZ":     {"ZZ": 1, "XYZ": 2},
		"poids du domaine « EMP » : -1": {"EMP": -1},
		"« SAN » : NaN":                 {"SAN": math.NaN()},
		"« LOG » : +Inf":                {"LOG": math.Inf(1)},
		"« MOB » : 1000.5":              {"MOB": 1000.5},
	} {
		_, err := r.Reweigh(spec, in.Domains, weights)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), say) {
			t.Errorf("Reweigh(%v): %v; want %q", weights, err, say)
		}
	}
	r.Parts[len(r.Parts)-1].Ranked = 0
	if _, err := r.Reweigh(spec, in.Domains, nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Reweigh without overall index: %v", err)
	}
}

func BenchmarkReweigh(b *testing.B) {
	spec, in := smallSpec(), randomInput(100, 9)
	spec.Uncertainty.Draws = 20
	r, err := Compute(b.Context(), spec, in, Run{})
	if err != nil {
		b.Fatal(err)
	}
	for _, times := range []int{1, 350} {
		wide := repeated(r, times)
		b.Run(strconv.Itoa(len(wide.Units)), func(b *testing.B) {
			weights := map[string]float64{"EMP": 2, "SAN": 0}
			for b.Loop() {
				weights["EMP"] = 5 - weights["EMP"]
				if _, err := wide.Reweigh(spec, in.Domains, weights); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// repeated is a result of so many times the units, with other scores: what
// Reweigh reads of a large level, without its draws.
func repeated(r *Result, times int) *Result {
	rng := rand.New(rand.NewPCG(3, 3))
	out := &Result{Level: r.Level}
	for range times {
		out.Units = append(out.Units, r.Units...)
	}
	for _, p := range r.Parts {
		cells := p.Cells
		p.Cells, p.spread = nil, nil
		for range times {
			p.Cells = append(p.Cells, cells...)
		}
		for i := range p.Cells {
			p.Cells[i].Score += rng.Float64() // NaN stays
		}
		out.Parts = append(out.Parts, p)
	}
	return out.index()
}
