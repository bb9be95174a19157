package spatial

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// ErrPopulation says that a population is not positive, or that a count of
// events is not a number of at least 0.
var ErrPopulation = errors.New("events need a positive population")

// Rate is what the events of one unit say of its risk.
type Rate struct {
	Crude    float64 // events over population
	Expected float64 // events at the overall rate
	Relative float64 // 100 × events over expected
	Lower    float64 // probability of as few events at the overall rate (Poisson)
	Tail     float64 // that of as few, or of as many, the side where they stand (Choynowski 1959)
}

// Rates returns the crude rates of units and how unusual they are at the rate
// of all together.
//
// Error: ErrPopulation.
func Rates(events, population []float64) ([]Rate, error) {
	all, err := overall(events, population)
	if err != nil {
		return nil, err
	}
	out := make([]Rate, len(events))
	for i, x := range events {
		r := Rate{Crude: x / population[i], Expected: all * population[i]}
		r.Relative = 100 * x / r.Expected
		law := distuv.Poisson{Lambda: r.Expected}
		r.Lower = law.CDF(x)
		if r.Tail = r.Lower; x >= r.Expected {
			r.Tail = 1
			if x > 0 {
				r.Tail = law.Survival(x - 1)
			}
		}
		out[i] = r
	}
	return out, nil
}

// Prior is the law of the true rates in empirical Bayes estimates by moments
// (Marshall 1991): their mean and variance, 0 when the crude rates vary no
// more than chance.
type Prior struct{ Mean, Variance float64 }

// shrunk moves a crude rate towards the mean, the more so as the population is
// small.
func (p Prior) shrunk(events, population float64) float64 {
	if p.Mean == 0 {
		return 0
	}
	return p.Mean + (events/population-p.Mean)*p.Variance/(p.Variance+p.Mean/population)
}

// Smoothed returns the empirical Bayes rates of units towards the mean of all.
//
// Error: ErrPopulation.
func Smoothed(events, population []float64) ([]float64, Prior, error) {
	mean, err := overall(events, population)
	if err != nil {
		return nil, Prior{}, err
	}
	s, n := 0.0, total(population)
	for i, x := range events {
		d := x/population[i] - mean
		s += population[i] * d * d
	}
	p := Prior{Mean: mean, Variance: max(0, (s-mean*float64(len(events)))/n)}
	out := make([]float64, len(events))
	for i := range out {
		out[i] = p.shrunk(events[i], population[i])
	}
	return out, p, nil
}

// LocallySmoothed returns the empirical Bayes rates of units, each towards the
// mean of its neighbours and itself, among which the variance is that of rates
// about their own local means, as spdep's EBlocal has it; an island keeps its
// crude rate.
//
// Error: ErrPopulation.
func LocallySmoothed(events, population []float64, w *Weights) ([]float64, error) {
	if _, err := overall(events, population); err != nil {
		return nil, err
	}
	local := make([]Prior, len(events)) // without their variance
	size := make([]float64, len(events))
	for i := range local {
		x, n := events[i], population[i]
		to, _ := w.Of(i)
		for _, j := range to {
			x, n = x+events[j], n+population[j]
		}
		local[i].Mean, size[i] = x/n, n
	}
	out := make([]float64, len(events))
	for i := range out {
		to, _ := w.Of(i)
		square := func(j int) float64 {
			d := events[j]/population[j] - local[j].Mean
			return population[j] * d * d
		}
		s := square(i)
		for _, j := range to {
			s += square(int(j))
		}
		p := local[i]
		p.Variance = max(0, (s-p.Mean*float64(len(to)+1))/size[i])
		out[i] = p.shrunk(events[i], population[i])
	}
	return out, nil
}

// RateMoranPermutation places Moran's I of rates among those of rates in
// random order, rates being standardised by what chance makes of them in their
// population (Assunção and Reis 1999).
//
// Error: ErrPopulation, ErrConstant, ErrFew.
func RateMoranPermutation(events, population []float64, w *Weights, p Permutation) (Simulated, error) {
	_, law, err := Smoothed(events, population)
	if err != nil {
		return Simulated{}, err
	}
	z := make([]float64, len(events))
	for i, x := range events {
		z[i] = (x/population[i] - law.Mean) / math.Sqrt(law.Variance+law.Mean/population[i])
	}
	return MoranPermutation(z, w, p)
}

// FreemanTukey returns the square-root transform of rates, whose variance
// hardly depends on the population (Freeman and Tukey 1950; Cressie 1993).
//
// Error: ErrPopulation.
func FreemanTukey(events, population []float64, scale float64) ([]float64, error) {
	if _, err := overall(events, population); err != nil {
		return nil, err
	}
	out := make([]float64, len(events))
	for i, x := range events {
		out[i] = math.Sqrt(scale) * (math.Sqrt(x/population[i]) + math.Sqrt((x+1)/population[i]))
	}
	return out, nil
}

// overall is the rate of all units together.
func overall(events, population []float64) (float64, error) {
	x, n := 0.0, 0.0
	for i := range events {
		if !(events[i] >= 0) || !(population[i] > 0) || math.IsInf(events[i]+population[i], 0) {
			return 0, ErrPopulation
		}
		x, n = x+events[i], n+population[i]
	}
	return x / n, nil
}
