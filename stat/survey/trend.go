package survey

import (
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/descr"
)

// Trend is the course of one figure over waves.
//
// Steps are the differences of each wave from the one before, with Holm's
// adjusted p-values; Overall the difference of the last from the first; Slope
// the change by unit of time on the least-squares line through the figures,
// with its test; Equality the Wald test that all waves are equal and Curvature
// the Wald test that they lie on a line (nil with two waves). Shared is the
// number of first-stage clusters (or records) with answers in two waves: what
// the covariance between waves comes from.
type Trend struct {
	Name      string
	Percent   bool
	Waves     []string
	Time      []float64
	Figures   []Figure
	Steps     []Difference
	Holm      []float64
	Overall   Difference
	Slope     Difference
	Equality  Test
	Curvature *Test
	Shared    int
	DF        float64
}

// Difference is a difference or a slope with its t test; DF are those of the
// design and Low and High the interval.
type Difference struct{ Value, SE, Low, High, T, P float64 }

// Trend follows a line over the waves of one sample made of several, in the
// order of the levels of wave. time gives the date of each wave; nil takes the
// waves for dates when they are numbers, else 1, 2….
//
// Samples overlap when waves share clusters or persons: declare the person (or
// the cluster kept from wave to wave) as cluster, and the covariance between
// waves comes from there. Samples are independent when clusters are never
// shared: a panel wrongly declared so would have differences of wrong variance.
//
// Refusals: fewer than two waves with answers; dates that do not increase or
// whose number is not that of the waves; no variance left.
//
// Source: Kish (1965), section 12.4; Korn and Graubard (1999), section 8.
func (d *Design) Trend(l Line, wave *Column, time []float64, level float64) (*Trend, error) {
	if level == 0 {
		level = 0.95
	}
	in := make([]bool, d.n)
	for i, w := range d.weights {
		in[i] = w > 0 && l.Den[i] != 0 && !wave.Missing(i)
	}
	whole := wave.Categorical()
	wave = whole.within(in)
	k := len(wave.Levels)
	if k < 2 {
		return nil, refuse(wave.Name, 0, "élargissez le domaine, ou vérifiez que les vagues sont empilées dans un fichier", "%d vague avec des réponses : il en faut au moins deux", k)
	}
	when, err := dates(wave, time, len(whole.Levels))
	if err != nil {
		return nil, err
	}
	figures, cov, df, err := d.figures(l, wave.Code, k, level)
	if err != nil {
		return nil, err
	}
	t := &Trend{Name: l.Name, Percent: l.Percent, Waves: wave.Levels, Time: when, Figures: figures, DF: df, Shared: d.shared(wave, in)}
	e := &Estimate{Value: make([]float64, k), Cov: dense(cov), DF: df}
	for j, f := range figures {
		e.Value[j] = f.Value
	}
	return t, t.compare(e, level)
}

// compare fills the tests of a trend from the estimates of the waves.
func (t *Trend) compare(e *Estimate, level float64) error {
	k := len(t.Waves)
	contrast := func(weights []float64) Difference { return differenceOf(e.Contrast(weights), level) }
	var p []float64
	steps := mat.NewDense(k-1, k, nil)
	for j := 1; j < k; j++ {
		steps.Set(j-1, j, 1)
		steps.Set(j-1, j-1, -1)
		t.Steps = append(t.Steps, contrast(steps.RawRowView(j-1)))
		p = append(p, t.Steps[j-1].P)
	}
	t.Holm = descr.Holm(p)
	ends, slope := make([]float64, k), make([]float64, k)
	ends[0], ends[k-1] = -1, 1
	t.Overall = contrast(ends)
	mean, square := sum(t.Time)/float64(k), 0.0
	for j, v := range t.Time {
		slope[j] = v - mean
		square += slope[j] * slope[j]
	}
	for j := range slope {
		slope[j] /= square
	}
	t.Slope = contrast(slope)
	equality, err := e.wald(steps)
	if err != nil {
		return err
	}
	t.Equality = *equality
	if k == 2 {
		return nil
	}
	bends := mat.NewDense(k-2, k, nil) // second divided differences
	for j := range k - 2 {
		before, after := t.Time[j+1]-t.Time[j], t.Time[j+2]-t.Time[j+1]
		bends.SetRow(j, make([]float64, k))
		bends.Set(j, j, 1/before)
		bends.Set(j, j+1, -1/before-1/after)
		bends.Set(j, j+2, 1/after)
	}
	t.Curvature, err = e.wald(bends)
	return err
}

// dates returns the time of each wave present.
func dates(wave *Column, time []float64, known int) ([]float64, error) {
	out := make([]float64, len(wave.Levels))
	numbers := true
	for j, level := range wave.Levels {
		v, err := strconv.ParseFloat(level, 64)
		numbers = numbers && err == nil
		out[j] = v
	}
	switch {
	case time != nil && len(time) != len(out):
		return nil, refuse(wave.Name, 0, "donnez une date par vague, dans leur ordre", "%d date(s) pour %d vague(s) avec des réponses (%d en tout)", len(time), len(out), known)
	case time != nil:
		copy(out, time)
	case !numbers:
		for j := range out {
			out[j] = float64(j + 1)
		}
	}
	for j := 1; j < len(out); j++ {
		if !(out[j] > out[j-1]) {
			return nil, refuse(wave.Name, 0, "donnez des dates croissantes", "la date %g de la vague « %s » ne suit pas %g", out[j], wave.Levels[j], out[j-1])
		}
	}
	return out, nil
}

// shared returns the number of first-stage clusters with records of in in two
// waves or more.
func (d *Design) shared(wave *Column, in []bool) int {
	st := &d.stages[0]
	first, counted := make([]int32, len(st.stratum)), make([]bool, len(st.stratum))
	n := 0
	for i, c := range st.cluster {
		switch {
		case !in[i]:
		case first[c] == 0:
			first[c] = wave.Code[i] + 1
		case first[c] != wave.Code[i]+1 && !counted[c]:
			counted[c] = true
			n++
		}
	}
	return n
}

// differenceOf returns a contrast with its t test.
func differenceOf(e *Estimate, level float64) Difference {
	se := sqrtAt(e.Cov, 0)
	half, t := Critical(level, e.DF)*se, e.Value[0]/se
	return Difference{e.Value[0], se, e.Value[0] - half, e.Value[0] + half, t, studentTail(t, e.DF)}
}

// wald tests that the contrasts of the estimates in the rows of a are zero, as
// an F with the degrees of freedom of the design.
func (e *Estimate) wald(a *mat.Dense) (*Test, error) {
	k, _ := a.Dims()
	var value mat.VecDense
	value.MulVec(a, mat.NewVecDense(len(e.Value), e.Value))
	chi, ok := quadraticForm(congruence(a, e.Cov), &value)
	if !ok || math.IsNaN(chi) {
		return nil, refuse("", 0, "regroupez des vagues, ou vérifiez les grappes du plan", "les différences entre vagues n’ont pas de variance : leur test n’existe pas")
	}
	df := float64(k)
	f, ddf := chi/df, e.DF-df+1
	f *= ddf / e.DF
	return &Test{f, []float64{df, ddf}, fisherTail(f, df, ddf)}, nil
}
