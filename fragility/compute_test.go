package fragility

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/fault"
	"vigie/index"
	"vigie/indicator"
	"vigie/territory"
)

var nan = math.NaN()

var near = cmp.Options{cmpopts.EquateApprox(0, 1e-9), cmpopts.EquateNaNs()}

// means are the aggregations of an observatory.
var means = []string{"arithmetic", "geometric"}

// smallSpec is the default one with few draws, which also makes few resamples of
// a typology; it needs one domain only for an
// overall score, and names no series.
func smallSpec() *index.Spec {
	raw, err := os.ReadFile("../data/spec/fragility.toml")
	if err != nil {
		panic(err)
	}
	s, err := ParseSpec(raw)
	if err != nil {
		panic(err)
	}
	s.Version, s.Missing.Least, s.Indicators = "test", 1, nil
	s.Uncertainty.Draws, s.Uncertainty.SobolRows = 60, 128
	return s
}

func codes(n int) []Unit {
	var out []Unit
	for i := range n {
		out = append(out, Unit{territory.Code(fmt.Sprintf("DEP-%02d", i+1)), true})
	}
	return out
}

// column is a series without errors.
func column(code, domain, period string, direction int, weight float64, x []float64) Column {
	return Column{Indicator: indicator.Code(code), Domain: domain, Period: period, Direction: direction, Weight: weight, X: x}
}

// byHand has two domains of one dimension over four reference units and one
// outside. A: indicators a1 (+) and a2 (-); B: b1 alone.
func byHand() *Input {
	in := &Input{
		Level: territory.Departement, Domains: []Domain{{"A", "d"}, {"B", "d"}, {"C", "d"}},
		Units: codes(5),
		Columns: []Column{
			column("a1", "A", "2022", 1, 1, []float64{10, 20, 30, 50, 90}),
			column("a2", "A", "2021", -1, 3, []float64{8, 4, nan, 0, 2}),
			column("b1", "B", "2022", 1, 1, []float64{1, 2, 3, nan, 0}),
		},
	}
	in.Units[4].Reference = false
	return in
}

func TestComputeByHand(t *testing.T) {
	r, err := Compute(t.Context(), smallSpec(), byHand(), Run{})
	if err != nil {
		t.Fatal(err)
	}
	// a1 runs from 10 to 50: 0, 25, 50, 100, and 100 for 90, beyond the scale.
	// a2 runs from 8 to 0: 0, 50, missing, 100, 75.
	if d := cmp.Diff([]float64{0, 25, 50, 100, 100}, r.Columns[0].Score, near); d != "" {
		t.Errorf("a1 (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]float64{0, 50, nan, 100, 75}, r.Columns[1].Score, near); d != "" {
		t.Errorf("a2 (-want +got):\n%s", d)
	}
	if c := r.Columns[1]; c.At0 != 8 || c.At100 != 0 || c.Share != 0.75 {
		t.Errorf("a2 scale: %v to %v, share %v; want 8 to 0, 0.75", c.At0, c.At100, c.Share)
	}
	if c := r.Columns[0]; !c.Beyond[4] || c.Beyond[3] {
		t.Errorf("a1 beyond: %v", c.Beyond)
	}
	// A = (a1 + 3 a2)/4; the third unit has one quarter of the weight only.
	a := r.Part("A")
	want := []Cell{
		{Score: 0, Rank: 3, Place: 3, Step: 1, Have: 2},
		{Score: 43.75, Rank: 2, Place: 2, Step: 2, Have: 2},
		{Score: nan, Have: 1},
		{Score: 100, Rank: 1, Place: 1, Step: 4, Have: 2}, // three ranked units: one class of five stays empty,
		{Score: 81.25, Rank: 0, Place: 2, Step: 4, Have: 2},
	}
	withoutDraws := cmpopts.IgnoreFields(Cell{}, "Lo", "Hi", "Unsure", "Worst")
	if d := cmp.Diff(want, a.Cells, near, withoutDraws); d != "" {
		t.Errorf("A (-want +got):\n%s", d)
	}
	if !a.Assessed || a.Below != 2 || a.Ranked != 3 {
		t.Errorf("A: assessed %v, below %d, ranked %d", a.Assessed, a.Below, a.Ranked)
	}
	if b := r.Part("B"); b.Assessed || b.Cells[0].HasInterval() || b.Cells[0].Unsure {
		t.Errorf("B rests on one series, yet: %+v", b.Cells[0])
	}
	if c := r.Part("C"); c.Limits != nil || c.Cells[0].OK() || c.Cells[0].Step != 0 {
		t.Errorf("C has no data, yet: %+v", c.Cells[0])
	}
	// Two of three domains make the dimension; the third unit has one only.
	if d := cmp.Diff([]float64{0, (43.75 + 50) / 2, nan, nan, (81.25 + 0) / 2}, scores(r.Part("d")), near); d != "" {
		t.Errorf("d (-want +got):\n%s", d)
	}
	if c, ok := r.Cell(Overall, "DEP-02"); !ok || c.Have != 2 {
		t.Errorf("overall of DEP-02 = %+v, %v", c, ok)
	}
}

func TestVerdicts(t *testing.T) {
	r, err := Compute(t.Context(), smallSpec(), byHand(), Run{})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		part string
		a, b territory.Code
		want Verdict
	}{
		{"A", "DEP-01", "DEP-04", Distinct},
		{"A", "DEP-04", "DEP-05", Indistinct}, // the one outside is equal on a1, behind on a2
		{"A", "DEP-01", "DEP-03", NotAssessed},
		{"B", "DEP-01", "DEP-02", NotAssessed},
		{"C", "DEP-01", "DEP-02", NotAssessed},
		{"Z", "DEP-01", "DEP-02", NotAssessed},
		{"A", "DEP-01", "DEP-99", NotAssessed},
	}
	r.Provenance.Reversal = 0.05
	for _, c := range cases {
		if got := r.Compare(c.part, c.a, c.b); got != c.want {
			t.Errorf("Compare(%s, %s, %s) = %v; want %v (reversal %v)", c.part, c.a, c.b, got, c.want, r.Reversal(c.part, c.a, c.b))
		}
		if x, y := r.Reversal(c.part, c.a, c.b), r.Reversal(c.part, c.b, c.a); x != y && !math.IsNaN(x) {
			t.Errorf("Reversal(%s) is not symmetric: %v, %v", c.part, x, y)
		}
	}
	if d := cmp.Diff([]territory.Code{"DEP-05"}, r.Same("A", "DEP-04")); d != "" {
		t.Errorf("Same (-want +got):\n%s", d)
	}
}

func TestContributionsAddUp(t *testing.T) {
	r, err := Compute(t.Context(), smallSpec(), byHand(), Run{})
	if err != nil {
		t.Fatal(err)
	}
	list := r.Contributions("A", "DEP-02")
	if len(list) != 2 || list[0].Share != 0.25 || list[1].Points != 37.5 {
		t.Errorf("Contributions = %+v", list)
	}
	if c, _ := r.Cell("A", "DEP-02"); c.Score != list[0].Points+list[1].Points {
		t.Errorf("points add up to %v; score %v", list[0].Points+list[1].Points, c.Score)
	}
}

func TestOverallNeedsTwelve(t *testing.T) {
	in := &Input{Level: territory.Departement, Units: codes(4)}
	for k, d := range domains16 {
		in.Domains = append(in.Domains, d)
		if k < 12 {
			in.Columns = append(in.Columns, column("i"+d.Code, d.Code, "2022", 1, 1, []float64{1, 2, 3, 4}))
		}
	}
	in.Columns[11].X[0] = nan // ALI: the first unit has eleven domains
	s := smallSpec()
	s.Missing.Least = 12
	r, err := Compute(t.Context(), s, in, Run{})
	if err != nil {
		t.Fatal(err)
	}
	o := r.Part(Overall)
	if o.Cells[0].OK() || !o.Cells[1].OK() || o.Cells[0].Have != 11 || o.Of != 16 || r.Covered() != 12 {
		t.Errorf("overall %+v, of %d, %d covered", o.Cells[:2], o.Of, r.Covered())
	}
	if s := r.Part("societal"); s.Limits != nil {
		t.Errorf("a dimension without data has limits %v", s.Limits)
	}
}

func TestComputeWithoutColumns(t *testing.T) {
	_, err := Compute(t.Context(), smallSpec(), &Input{Level: territory.EPCI, Domains: domains16, Units: codes(3)}, Run{})
	if fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
		t.Errorf("Compute of nothing: %v", err)
	}
}

// randomInput has 16 domains of 1 to 4 indicators, holes and outside units.
func randomInput(n int, seed uint64) *Input {
	rng := rand.New(rand.NewPCG(seed, 1))
	in := &Input{Level: territory.Departement, Domains: domains16, Units: codes(n)}
	for i := range in.Units {
		in.Units[i].Reference = i%20 != 7
	}
	for k, d := range domains16 {
		for j := range 1 + k%4 {
			x := make([]float64, n)
			for i := range x {
				x[i] = math.Exp(rng.NormFloat64())
				if rng.IntN(30) == 0 {
					x[i] = nan
				}
			}
			in.Columns = append(in.Columns, column(
				fmt.Sprintf("%s_%d", d.Code, j), d.Code, "2022", 1-2*(j%2), 1+float64(j)/2, x,
			))
		}
	}
	return in
}

func encoded(t testing.TB, spec *index.Spec, in *Input, workers int) []byte {
	t.Helper()
	r, err := Compute(t.Context(), spec, in, Run{Workers: workers, Datasets: []string{"abc"}, Code: "test"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSameBytesForAnyWorkers(t *testing.T) {
	spec, in := smallSpec(), randomInput(40, 3)
	want := encoded(t, spec, in, 1)
	for _, w := range []int{2, 3, 16, 0} {
		if !bytes.Equal(want, encoded(t, spec, in, w)) {
			t.Errorf("%d workers give other bytes", w)
		}
	}
}

func TestSeedMatters(t *testing.T) {
	spec, in := smallSpec(), randomInput(40, 3)
	a := encoded(t, spec, in, 1)
	spec.Uncertainty.Seed++
	if bytes.Equal(a, encoded(t, spec, in, 1)) {
		t.Error("another seed gives the same bytes")
	}
}

func TestDecodeGivesTheSame(t *testing.T) {
	for _, n := range []int{40, 300} { // one and two bytes an order
		r, err := Compute(t.Context(), smallSpec(), randomInput(n, 5), Run{Datasets: []string{"a", "b"}, Code: "v1"})
		if err != nil {
			t.Fatal(err)
		}
		r.Parts[0].Effects = []Effect{{Choice: "weighting", First: Share{.2, .1, .3}, Total: Share{.4, .3, .5}, Alternatives: []Alternative{{"equal_indicator", 1.5, .2}}}}
		r.Provenance.Failed = []index.Failure{{Reason: "essai", Draws: 2}}
		raw, err := Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Encode(got)
		if err != nil || !bytes.Equal(raw, again) {
			t.Errorf("%d units: encoding the decoded result gives other bytes (%v)", n, err)
		}
		if d := cmp.Diff(r.Parts, got.Parts, cmpopts.EquateNaNs(), cmpopts.IgnoreUnexported(Part{})); d != "" {
			t.Errorf("%d units (-before +after):\n%s", n, d)
		}
		for _, p := range r.Parts {
			for _, b := range r.Units[:20] {
				x, y := r.Reversal(p.Code, r.Units[3].Code, b.Code), got.Reversal(p.Code, r.Units[3].Code, b.Code)
				if x != y && !(math.IsNaN(x) && math.IsNaN(y)) {
					t.Fatalf("Reversal(%s, %s) = %v before, %v after", p.Code, b.Code, x, y)
				}
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	r, err := Compute(f.Context(), smallSpec(), byHand(), Run{})
	if err != nil {
		f.Fatal(err)
	}
	raw, err := Encode(r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:len(raw)/2])
	f.Add([]byte(magic))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if r, err := Decode(raw); err == nil {
			r.Compare("A", "DEP-01", "DEP-02")
		} else if fault.Do(err) == "" {
			t.Errorf("a fault without remedy: %v", err)
		}
	})
}

// The unit of measurement and the order of columns' units change nothing; a
// unit added outside the reference set changes no rank inside it.
func TestComputeProperties(t *testing.T) {
	spec, in := smallSpec(), randomInput(40, 8)
	base, err := Compute(t.Context(), spec, in, Run{})
	if err != nil {
		t.Fatal(err)
	}
	scaled := *in
	scaled.Columns = append([]Column(nil), in.Columns...)
	for k := range scaled.Columns {
		x := make([]float64, len(in.Units))
		for i, v := range in.Columns[k].X {
			x[i] = 12.5*v - 3
		}
		scaled.Columns[k].X = x
	}
	other, err := Compute(t.Context(), spec, &scaled, Run{})
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range base.Parts {
		if d := cmp.Diff(scores(&p), scores(&other.Parts[k]), cmpopts.EquateApprox(0, 1e-7), cmpopts.EquateNaNs()); d != "" {
			t.Fatalf("%s depends on the unit of measurement:\n%s", p.Code, d)
		}
	}
	wider := *in
	wider.Units = append(append([]Unit(nil), in.Units...), Unit{"DEP-976", false})
	wider.Columns = append([]Column(nil), in.Columns...)
	for k := range wider.Columns {
		wider.Columns[k].X = append(append([]float64(nil), in.Columns[k].X...), 1e6)
	}
	more, err := Compute(t.Context(), spec, &wider, Run{})
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range base.Parts {
		if d := cmp.Diff(p.Cells, more.Parts[k].Cells[:len(in.Units)], near); d != "" {
			t.Fatalf("%s: a unit outside the reference set changes the others:\n%s", p.Code, d)
		}
	}
}

// Raising one indicator in the direction of fragility never lowers a score.
func TestComputeMonotone(t *testing.T) {
	spec := smallSpec()
	for _, mean := range means {
		spec.Aggregation.Method = mean
		in := randomInput(40, 9)
		before, err := Compute(t.Context(), spec, in, Run{})
		if err != nil {
			t.Fatal(err)
		}
		const u = 7 // outside the reference set: the scale stays
		for k := range in.Columns {
			in.Columns[k].X[u] += 0.3 * float64(in.Columns[k].Direction)
		}
		after, err := Compute(t.Context(), spec, in, Run{})
		if err != nil {
			t.Fatal(err)
		}
		for k, p := range before.Parts {
			if x, y := p.Cells[u].Score, after.Parts[k].Cells[u].Score; y < x-1e-9 {
				t.Errorf("%s, %s: %v fell to %v", mean, p.Code, x, y)
			}
		}
	}
}

func TestCellsConsistent(t *testing.T) {
	r, err := Compute(t.Context(), smallSpec(), randomInput(60, 4), Run{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Parts {
		for i, c := range p.Cells {
			switch {
			case !c.OK() && (c.Rank != 0 || c.Place != 0 || c.Step != 0 || c.Lo != 0):
				t.Errorf("%s: no score, yet %+v", p.Code, c)
			case c.OK() && (c.Score < 0 || c.Score > 100 || c.Step < 1 || c.Step > Steps):
				t.Errorf("%s: %+v", p.Code, c)
			case c.OK() && (c.Rank != 0) != r.Units[i].Reference:
				t.Errorf("%s, %s: rank %d", p.Code, r.Units[i].Code, c.Rank)
			case c.HasInterval() && (c.Lo > c.Place || c.Hi < c.Place || c.Hi > p.Ranked+1):
				t.Errorf("%s: interval %+v", p.Code, c)
			case c.HasInterval() == math.IsNaN(c.Worst) || c.Worst < 0 || c.Worst > 1:
				t.Errorf("%s: in the most fragile class in a share %v of draws, %+v", p.Code, c.Worst, c)
			case c.Step == Steps && c.HasInterval() && c.Unsure != (1-c.Worst > smallSpec().Uncertainty.ClassChange):
				t.Errorf("%s: uncertain %v, in the most fragile class in a share %v of draws", p.Code, c.Unsure, c.Worst)
			case c.OK() && c.HasInterval() != p.Assessed:
				t.Errorf("%s: interval without assessment or the reverse: %+v", p.Code, c)
			}
		}
	}
}

func BenchmarkCompute(b *testing.B) {
	for _, level := range []territory.Level{territory.Region, territory.Departement, territory.EPCI} {
		b.Run(string(level), func(b *testing.B) {
			spec, in := realInput(b, level)
			for b.Loop() {
				if _, err := Compute(b.Context(), spec, in, Run{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("101x40", func(b *testing.B) {
		spec, in := defaultSpec(b), randomInput(101, 1)
		for b.Loop() {
			if _, err := Compute(b.Context(), spec, in, Run{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	r := realResult(b, territory.Departement)
	for b.Loop() {
		if _, err := Encode(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, level := range []territory.Level{territory.Departement, territory.EPCI} {
		b.Run(string(level), func(b *testing.B) {
			raw, err := Encode(realResult(b, level))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := Decode(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
