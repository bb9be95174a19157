package composite

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func influence(t *testing.T, x *Index, m Method, s Simulation, part, rows int) *Influence {
	t.Helper()
	f, err := x.Sensitivity(context.Background(), m, s, part, rows)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Four rows, two alternatives of weights and two of means, followed by hand.
func TestInfluenceByAlternative(t *testing.T) {
	x := flat([]float64{0, 1, 2, 3}, []float64{3, 2, 1, 0.5})
	m := equal(x, Blend{Power: Arithmetic})
	m.Weights = [][]float64{{1, 0}}
	s := Simulation{Seed: 1, Classes: 2}
	s.Weights = [][][]float64{{{1, 0}}, {{0, 1}}}
	f := influence(t, x, m, s, 0, 64)
	// The second column turns the order over: shifts 3, 1, 1, 3, every class.
	want := []Effect{{ChoiceWeights, 0, 0, 0, nil}, {ChoiceWeights, 1, 2, 1, nil}}
	if d := cmp.Diff(want, f.Effects); d != "" {
		t.Errorf("effects (-want +got):\n%s", d)
	}
	// Alone it explains all of a shift that is 0 or 2 with one chance in two.
	one := f.Inputs[0]
	if len(f.Inputs) != 1 || one.Choice != ChoiceWeights || math.Abs(f.Mean-1) > 0.1 || math.Abs(f.Variance-1) > 0.1 ||
		one.First.Lo > 1 || one.First.Hi < 1 || math.Abs(one.First.Value-1) > 0.3 || math.Abs(one.Total.Value-1) > 0.3 {
		t.Errorf("one input: %+v", f)
	}
}

// Two independent choices whose shifts add up: places of the first eight rows
// depend on one choice alone, those of the last eight on the other, so that
// first and total are alike and known.
func TestInfluenceAdds(t *testing.T) {
	var a, b []float64
	for i := range 8 {
		a, b = append(a, float64(i)), append(b, 0)
	}
	for i := range 8 {
		a, b = append(a, 100), append(b, float64(i))
	}
	// Treatment log or none changes no place; the weights turn one column only.
	x := flat(a, b)
	x.Period = make([]int, 16)
	for i := 8; i < 16; i++ {
		x.Period[i] = 1
	}
	x.Pooled = true
	m := equal(x, Blend{Power: Arithmetic})
	s := Simulation{Seed: 4}
	s.Treatments = []Treatment{{}, {Kind: TreatLog}}
	s.Weights = [][][]float64{{{1, 1}}, {{1, 0}}}
	f := influence(t, x, m, s, 0, 256)
	for _, in := range f.Inputs {
		want := 0.0 // dropping the second column ties all of the second period
		if in.Choice == ChoiceWeights {
			want = 1
		}
		if math.Abs(in.First.Value-want) > 0.2 || math.Abs(in.Total.Value-want) > 0.2 {
			t.Errorf("choice %d: %+v; want about %v", in.Choice, in, want)
		}
	}
	if got := f.Effects[3].Shift; got != 1.75 { // (7 + 6 + … + 0)/16
		t.Errorf("effect of dropping a column: %v; want 1.75", got)
	}
}

func TestInfluenceAnyWorkers(t *testing.T) {
	x, m, s := varied(40)
	m.Scale.Clamp = true // the rows outside the reference have a logarithm too
	want := influence(t, x, m, s, 20, 16)
	if len(want.Inputs) != choices || want.Failed != 0 {
		t.Fatalf("%d inputs, %d failed", len(want.Inputs), want.Failed)
	}
	for _, e := range want.Effects {
		if e.Err != nil || math.IsNaN(e.Shift) {
			t.Errorf("effect %+v", e)
		}
	}
	s.Workers = 3
	if d := cmp.Diff(want, influence(t, x, m, s, 20, 16)); d != "" {
		t.Errorf("3 workers change the result:\n%.400s", d)
	}
}

// Rows with a draw that fails are left out and counted; the alternative that
// cannot be built says so.
func TestInfluenceFailed(t *testing.T) {
	x := flat([]float64{1, 2, 3, 9}, []float64{3, 1, 2, 0})
	m := equal(x, Blend{Power: Arithmetic})
	s := Simulation{Seed: 2}
	s.Means = [][]Blend{{{Power: Arithmetic}}, {{Power: Geometric}}}
	s.Weights = [][][]float64{{{1, 1}}, {{3, 1}}, {{1, 4}}}
	s.Scales = []Scale{{Kind: ScaleMinMax, Lo: 0, Hi: 1}, {Kind: ScaleMinMax, Lo: 1, Hi: 2}}
	f := influence(t, x, m, s, 0, 200)
	if f.Failed == 0 || f.Rows+f.Failed != 200 {
		t.Errorf("%d rows kept, %d failed", f.Rows, f.Failed)
	}
	unable := 0
	for _, e := range f.Effects {
		if e.Err != nil {
			if unable++; e.Choice != ChoiceMean || e.Alternative != 1 || !errors.Is(e.Err, ErrDomain) {
				t.Errorf("effect %+v", e)
			}
		}
	}
	if unable != 1 {
		t.Errorf("%d alternatives cannot be built; want 1", unable)
	}
}

// Nothing varies: no input, no effect.
func TestInfluenceNothing(t *testing.T) {
	x, m, _ := varied(20)
	if d := cmp.Diff(&Influence{}, influence(t, x, m, Simulation{}, 20, 8), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}
