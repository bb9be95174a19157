package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Ordinal is a proportional-odds model fitted to a sample: the logit of
// P(y ≤ level k) is cut k minus the linear predictor. Value, Names and Cov hold
// the Slopes coefficients, then the cut points, named « level|next level ».
type Ordinal struct {
	*Estimate
	Slopes int
	N      int
}

// RegressOrdinal fits the proportional-odds model of y, whose levels are
// ordered, on the terms of m by weighted maximum likelihood; the intercept of m
// only sets the contrasts. Records that miss a variable are left out as a
// domain. The covariance is the sandwich of the information and of that of
// the scores.
//
// As in the reference, the information is a central difference of the scores,
// with steps of 0.001 on each parameter: a slope in a large unit (a predictor
// whose values run to hundreds) loses some thousandths of its standard error.
//
// Refusals: fewer than three levels; an empty cell; columns that determine one
// another; perfect separation or no convergence.
//
// Source: McCullagh (1980), JRSS B 42(2), 109-142; Binder (1983).
// Oracle: R survey::svyolr 4.1, within 1e-4 (its optimiser stops there).
func (d *Design) RegressOrdinal(y *Column, m Model) (*Ordinal, error) {
	y = y.Categorical()
	keep := m.complete(d, y)
	y = y.within(keep)
	if len(y.Levels) < 3 {
		return nil, refuse(y.Name, 0, "prenez une régression logistique, ou élargissez le domaine", "la réponse ordonnée a %d modalité(s) : il en faut au moins trois", len(y.Levels))
	}
	domain := d.Domain(keep)
	o, err := newOrdering(domain, y, m.within(keep), keep)
	if err != nil {
		return nil, err
	}
	weight := gathered(domain.weights, o.used)
	start, err := o.start(weight)
	if err != nil {
		return nil, err
	}
	full, err := o.fit(weight, start)
	if err != nil {
		return nil, err
	}
	out := &Ordinal{Slopes: len(o.x), N: len(o.used)}
	if d.reps != nil {
		out.Estimate, err = domain.Estimate(Statistic{Names: o.names, Value: func(w []float64) ([]float64, error) {
			return o.fit(gathered(w, o.used), full)
		}})
		return out, err
	}
	bread, err := o.bread(full, weight)
	if err != nil {
		return nil, err
	}
	cov, err := domain.sandwich(bread, o.scores(full, weight, d.n))
	if err != nil {
		return nil, err
	}
	out.Estimate = &Estimate{Names: o.names, Value: full, Cov: cov, DF: domain.DF() + 1 - float64(len(full))}
	return out, nil
}

// scaledToOne returns weights divided by their mean.
func scaledToOne(w []float64) []float64 {
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	out := make([]float64, len(w))
	for i, v := range w {
		out[i] = v / sum * float64(len(w))
	}
	return out
}

// T returns the coefficients and cut points divided by their standard errors.
func (o *Ordinal) T() []float64 {
	t := o.SE()
	for j := range t {
		t[j] = o.Value[j] / t[j]
	}
	return t
}

// ordering is an ordinal regression on its complete records: slopes x and the
// rank of the response, cuts of them plus one.
type ordering struct {
	names []string
	x     [][]float64
	y     []int32
	cuts  int
	used  []int32
}

func newOrdering(d *Design, y *Column, m Model, keep []bool) (*ordering, error) {
	o := &ordering{cuts: len(y.Levels) - 1}
	for i := range keep {
		if keep[i] {
			o.used = append(o.used, int32(i))
		}
	}
	m.Intercept = true
	matrix, all := m.Matrix(d.n), &fitting{}
	for j, column := range matrix.Data {
		all.names, all.x = append(all.names, matrix.Names[j]), append(all.x, gathered(column, o.used))
	}
	if _, err := all.invert(all.crossproducts(gathered(d.weights, o.used))); err != nil {
		return nil, err
	}
	o.names, o.x, o.y = all.names[1:], all.x[1:], gathered(y.Code, o.used)
	for k := range o.cuts {
		o.names = append(o.names, y.Levels[k]+"|"+y.Levels[k+1])
	}
	return o, nil
}

// start returns the slopes of the logistic regression that splits the scale in
// its middle, with cut points spaced like the probits of equal shares (a logit
// is about 1.7 probits).
func (o *ordering) start(w []float64) ([]float64, error) {
	middle := (o.cuts + 1) / 2
	split := &fitting{names: []string{"(Intercept)"}, x: [][]float64{make([]float64, len(o.y))}, y: make([]float64, len(o.y)), family: Quasibinomial}
	split.names, split.x = append(split.names, o.names[:len(o.x)]...), append(split.x, o.x...)
	for i, k := range o.y {
		split.x[0][i] = 1
		if int(k) >= middle {
			split.y[i] = 1
		}
	}
	fit, err := split.fit(scaledToOne(w), nil)
	if err != nil {
		return nil, err
	}
	theta := append([]float64(nil), fit.beta[1:]...)
	spacing := func(k int) float64 { return Quasibinomial.link(float64(k)/float64(o.cuts+1)) / 1.7 }
	for k := range o.cuts {
		theta = append(theta, spacing(k+1)-spacing(middle)-fit.beta[0])
	}
	return theta, nil
}

// fit maximises the weighted likelihood from start. The search runs on free
// parameters, which keep the cut points in order.
func (o *ordering) fit(w, start []float64) ([]float64, error) {
	found, ok := descend(
		func(free []float64) float64 { return -o.likelihood(o.ordered(free), w) },
		func(free []float64) []float64 { return o.gradient(free, w) }, o.free(start))
	if !ok {
		return nil, refuse(o.names[0], 0, "retirez un terme du modèle, ou regroupez des modalités", "la régression ordinale ne converge pas")
	}
	theta := o.ordered(found)
	return theta, o.bounded(theta, w)
}

// free returns the parameters of a search: slopes, first cut point, logarithms
// of the gaps between the next.
func (o *ordering) free(theta []float64) []float64 {
	out := append([]float64(nil), theta...)
	for k := len(o.x) + 1; k < len(out); k++ {
		out[k] = math.Log(theta[k] - theta[k-1])
	}
	return out
}

// ordered returns the slopes and cut points of free parameters.
func (o *ordering) ordered(free []float64) []float64 {
	out := append([]float64(nil), free...)
	for k := len(o.x) + 1; k < len(out); k++ {
		out[k] = out[k-1] + math.Exp(free[k])
	}
	return out
}

// gradient returns that of minus the likelihood in the free parameters.
func (o *ordering) gradient(free, w []float64) []float64 {
	out := make([]float64, len(free))
	for j, column := range o.scores(o.ordered(free), w, 0) {
		for _, v := range column {
			out[j] -= v
		}
	}
	for k := len(out) - 1; k > len(o.x); k-- {
		out[k-1] += out[k]
		out[k] *= math.Exp(free[k])
	}
	return out
}

// bread returns the inverse of the information on slopes and cut points.
func (o *ordering) bread(theta, w []float64) (*mat.SymDense, error) {
	const step = 1e-3
	q, p := len(theta), len(o.x)
	free := o.free(theta)
	rows, slope := mat.NewDense(q, q, nil), mat.NewDense(q, q, nil) // slope of theta in free
	for j := range q {
		at := append([]float64(nil), free...)
		at[j] = free[j] + step
		above := o.gradient(at, w)
		at[j] = free[j] - step
		below := o.gradient(at, w)
		for l := range q {
			rows.Set(j, l, (above[l]-below[l])/(2*step))
		}
		slope.Set(j, j, 1)
		for k := max(j, p); k < q && j >= p; k++ {
			if slope.Set(k, j, 1); j > p {
				slope.Set(k, j, math.Exp(free[j]))
			}
		}
	}
	inverse, err := (&fitting{names: o.names, x: make([][]float64, q)}).invert(symmetric(rows, 1))
	if err != nil {
		return nil, err
	}
	return congruence(slope, inverse), nil
}

// bounded refuses slopes that ran away: a category whose responses are all at
// one end of the scale, or predictors that leave nothing to chance.
func (o *ordering) bounded(theta, w []float64) error {
	worst, most := 0, 0.0
	for j, column := range o.x {
		reach := 0.0
		for _, v := range column {
			reach = max(reach, math.Abs(theta[j]*v))
		}
		if reach > most {
			worst, most = j, reach
		}
		if reach > 15 && o.alone(column) {
			return refuse(o.names[j], 0, "regroupez cette modalité avec une autre, ou retirez ce terme du modèle", "séparation parfaite : toutes les réponses y sont à une extrémité de l’échelle")
		}
	}
	if -o.likelihood(theta, w) < 1e-3*sum(w) {
		return refuse(o.names[worst], 0, "retirez ce terme du modèle, ou regroupez ses modalités", "séparation parfaite : les termes du modèle prédisent la réponse sans erreur")
	}
	return nil
}

// alone tells whether the records of a category all give one end of the scale.
func (o *ordering) alone(column []float64) bool {
	first, last := true, true
	for i, v := range column {
		if v != 0 {
			first, last = first && o.y[i] == 0, last && int(o.y[i]) == o.cuts
		}
	}
	return first || last
}

// cumulated returns P(y ≤ k) for the two sides of a record's level: the
// logistic function at its upper and lower cut, 1 and 0 at the ends.
func (o *ordering) cumulated(theta []float64, eta float64, k int32) (upper, lower float64) {
	upper = 1
	if int(k) < o.cuts {
		upper = Quasibinomial.mean(theta[len(o.x)+int(k)] - eta)
	}
	if k > 0 {
		lower = Quasibinomial.mean(theta[len(o.x)+int(k)-1] - eta)
	}
	return upper, lower
}

func (o *ordering) predictor(theta []float64) []float64 {
	eta := make([]float64, len(o.y))
	(&fitting{x: o.x}).predict(theta[:len(o.x)], eta)
	return eta
}

// likelihood returns the weighted log-likelihood, -Inf out of order.
func (o *ordering) likelihood(theta, w []float64) float64 {
	sum := 0.0
	for i, eta := range o.predictor(theta) {
		upper, lower := o.cumulated(theta, eta, o.y[i])
		if w[i] == 0 {
			continue
		}
		if !(upper > lower) {
			return math.Inf(-1)
		}
		sum += w[i] * math.Log(upper-lower)
	}
	return sum
}

// scores returns the weighted scores, a column a parameter: of the records
// used, or spread over n records when n > 0.
func (o *ordering) scores(theta, w []float64, n int) [][]float64 {
	p := len(o.x)
	out := make([][]float64, len(theta))
	for j := range out {
		out[j] = make([]float64, max(n, len(o.y)))
	}
	for i, eta := range o.predictor(theta) {
		if w[i] == 0 {
			continue
		}
		at, k := i, int(o.y[i])
		if n > 0 {
			at = int(o.used[i])
		}
		upper, lower := o.cumulated(theta, eta, o.y[i])
		up, low := w[i]*upper*(1-upper)/(upper-lower), w[i]*lower*(1-lower)/(upper-lower)
		for j, column := range o.x {
			out[j][at] = (low - up) * column[i]
		}
		if k < o.cuts {
			out[p+k][at] = up
		}
		if k > 0 {
			out[p+k-1][at] = -low
		}
	}
	return out
}
