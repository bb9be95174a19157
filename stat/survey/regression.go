package survey

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Regression is a generalised linear model fitted to a sample.
//
// Value holds the coefficients, Names those of the columns of the model and
// Cov their design covariance. DF is the design's degrees of freedom plus one
// minus the number of coefficients; tests and intervals use it, and are NaN
// when it is not positive. N is the number of records used.
type Regression struct {
	*Estimate
	Family     Family
	N          int
	Dispersion float64
	Deviance   float64 // under weights of mean 1

	model  Model
	term   []int         // of each coefficient, rank in model.Terms, -1 the intercept
	naive  *mat.SymDense // inverse of the information under weights of mean 1
	data   *fitting
	used   []int32   // records of data
	weight []float64 // of data, of mean 1 over the domain
	domain float64   // number of records of the domain
	mu     []float64
}

// Regress fits a generalised linear model of y on the terms of m by the
// weighted estimating equations Σ w x (y − μ) = 0, with the design's
// covariance (the sandwich of the information and the covariance of scores; on
// a replicate design, the spread of the coefficients of the replicates).
//
// y is a number in the range of the family, or for Quasibinomial a category of
// two levels, of which the second counts as 1. Records that miss y or a
// variable of the model are left out as the complement of a domain; a level
// that no remaining record has does not exist.
//
// Refusals, naming the variable or the column: a response outside the range of
// the family; an empty cell; columns that determine one another; perfect
// separation; no convergence; no record.
//
// Source: Binder (1983), International Statistical Review 51, 279-292.
// Oracle: R survey::svyglm 4.1.
func (d *Design) Regress(y *Column, m Model, f Family) (*Regression, error) {
	response, err := numeric(y, f)
	if err != nil {
		return nil, err
	}
	r := &Regression{Family: f}
	domain, err := r.gather(d, response, m)
	if err != nil {
		return nil, err
	}
	full, err := r.data.fit(r.weight, nil)
	if err != nil {
		return nil, err
	}
	r.N, r.mu, r.naive, r.Deviance = len(r.used), full.mu, full.inverse, full.deviance
	if r.Estimate, err = r.spread(domain, full); err != nil {
		return nil, err
	}
	r.DF = domain.DF() + 1 - float64(len(full.beta))
	r.Dispersion = r.dispersion(domain)
	return r, nil
}

// numeric returns the response as numbers.
func numeric(y *Column, f Family) (*Column, error) {
	if y.Number != nil {
		return y, nil
	}
	if f != Quasibinomial || len(y.Levels) != 2 {
		return nil, refuse(y.Name, 0, "prenez une variable numérique ou, pour une régression logistique, une variable à deux modalités",
			"la réponse est une variable à %d modalité(s)", len(y.Levels))
	}
	out := &Column{Name: y.Name, Number: make([]float64, len(y.Code))}
	for i, k := range y.Code {
		out.Number[i] = float64(k)
		if k < 0 {
			out.Number[i] = math.NaN()
		}
	}
	return out, nil
}

// gather keeps the complete records of the domain and builds the columns of
// the model on them. It returns the design restricted to those records.
func (r *Regression) gather(d *Design, y *Column, m Model) (*Design, error) {
	check(d.n, y.Rows())
	keep := m.complete(d, y)
	total, rows := 0.0, 0
	for i, w := range d.weights {
		if d.In(i) {
			total, rows = total+w, rows+1
		}
		if keep[i] && !r.Family.accepts(y.Number[i]) {
			return nil, refuse(y.Name, i+1, "recodez la réponse ou changez de famille", "la valeur %s est hors du domaine de cette régression", number(y.Number[i]))
		}
		if keep[i] {
			r.used = append(r.used, int32(i))
			r.weight = append(r.weight, w)
		}
	}
	if len(r.used) == 0 {
		return nil, refuse(y.Name, 0, "vérifiez le filtre et les variables du modèle", "aucun enregistrement n’a une valeur pour toutes les variables du modèle")
	}
	for k := range r.weight {
		r.weight[k] /= total / float64(rows)
	}
	r.domain = float64(rows)
	r.model = m.within(keep)
	matrix := r.model.Matrix(d.n)
	r.term = matrix.Term
	r.data = &fitting{names: matrix.Names, y: gathered(y.Number, r.used), family: r.Family}
	for _, column := range matrix.Data {
		if len(r.used) < d.n {
			column = gathered(column, r.used)
		}
		r.data.x = append(r.data.x, column)
	}
	if len(r.data.x) == 0 {
		return nil, refuse(y.Name, 0, "ajoutez un terme ou la constante", "le modèle n’a aucun terme")
	}
	return d.Domain(keep), nil
}

// complete returns the records of the domain, of positive weight, that have a
// response and a value for each variable of the model.
func (m Model) complete(d *Design, y *Column) []bool {
	keep := make([]bool, d.n)
	for i, w := range d.weights {
		keep[i] = w > 0 && !y.Missing(i)
	}
	for _, term := range m.Terms {
		for _, c := range term {
			check(d.n, c.Rows())
			for i := range keep {
				keep[i] = keep[i] && !c.Missing(i)
			}
		}
	}
	return keep
}

// within returns the model with only the levels that some record of keep has.
func (m Model) within(keep []bool) Model {
	out := Model{Intercept: m.Intercept}
	for _, term := range m.Terms {
		kept := make([]*Column, len(term))
		for j, c := range term {
			kept[j] = c.within(keep)
		}
		out.Terms = append(out.Terms, kept)
	}
	return out
}

// within returns the column with the records outside keep missing, and only
// the levels of the others; a number is returned as it is.
func (c *Column) within(keep []bool) *Column {
	if c.Number != nil {
		return c
	}
	out := *c
	out.Code = slices.Clone(c.Code)
	for i, in := range keep {
		if !in {
			out.Code[i] = -1
		}
	}
	return out.Present()
}

// spread returns the coefficients with their design covariance.
func (r *Regression) spread(domain *Design, full *fitted) (*Estimate, error) {
	if domain.reps != nil {
		return domain.Estimate(Statistic{Names: r.data.names, Value: func(w []float64) ([]float64, error) {
			again, err := r.data.fit(gathered(w, r.used), full.beta)
			if err != nil {
				return nil, err
			}
			return again.beta, nil
		}})
	}
	cov, err := domain.sandwich(full.inverse, r.scores(domain.n, full))
	if err != nil {
		return nil, err
	}
	return &Estimate{Names: r.data.names, Value: full.beta, Cov: cov}, nil
}

// scores returns the p columns of weighted scores, one a record of the sample.
func (r *Regression) scores(n int, full *fitted) [][]float64 {
	work := make([]float64, len(r.used))
	for k, mu := range full.mu {
		work[k] = full.slope[k] * (r.data.y[k] - mu) / r.Family.slope(mu)
	}
	out := make([][]float64, len(r.data.x))
	for j, column := range r.data.x {
		out[j] = make([]float64, n)
		for k, i := range r.used {
			out[j][i] = column[k] * work[k]
		}
	}
	return out
}

// sandwich returns bread × covariance of the scores × bread.
func (d *Design) sandwich(bread *mat.SymDense, scores [][]float64) (*mat.SymDense, error) {
	filling, err := d.Covariance(scores)
	if err != nil {
		return nil, err
	}
	return congruence(bread, filling), nil
}

// congruence returns a v a' for a p × q matrix a and a symmetric v.
func congruence(a mat.Matrix, v *mat.SymDense) *mat.SymDense {
	p, _ := a.Dims()
	var left, full mat.Dense
	left.Mul(a, v)
	full.Mul(&left, a.T())
	out := mat.NewSymDense(p, nil)
	for j := range p {
		for k := j; k < p; k++ {
			out.SetSym(j, k, (full.At(j, k)+full.At(k, j))/2)
		}
	}
	return out
}

// dispersion returns the weighted variance of the Pearson residuals, in its
// n − 1 form and in the unit of the weights, whose mean is 1 over the domain,
// records left out included; on a replicate design their weighted mean square.
// On a calibrated design, as in the reference program, records left out count
// for zero in that unit.
func (r *Regression) dispersion(domain *Design) float64 {
	sum, square, total := 0.0, 0.0, 0.0
	for k, w := range r.weight {
		e := (r.data.y[k] - r.mu[k]) / math.Sqrt(r.Family.slope(r.mu[k]))
		sum, square, total = sum+w*e, square+w*e*e, total+w
	}
	if domain.reps != nil {
		return square / total
	}
	n, rows := float64(r.N), float64(r.N)
	if len(domain.steps) > 0 {
		rows = r.domain
	}
	return (square/total - sum/total*sum/total) * n / (n - 1) * total / rows
}

// T returns the coefficients divided by their standard errors.
func (r *Regression) T() []float64 {
	t := r.SE()
	for j := range t {
		t[j] = r.Value[j] / t[j]
	}
	return t
}

// P returns the two-sided p-values of the coefficients.
func (r *Regression) P() []float64 {
	p := r.T()
	for j := range p {
		p[j] = studentTail(p[j], r.DF)
	}
	return p
}

// Propensity returns the weights of the records whose response is 1, the
// respondents, divided by their fitted probability, and 0 for the others: one
// a record of d, the design of the regression.
//
// Refusal: a family other than Quasibinomial.
//
// Source: Little (1986), International Statistical Review 54, 139-157.
func (r *Regression) Propensity(d *Design) ([]float64, error) {
	if r.Family != Quasibinomial {
		return nil, refuse("", 0, "prenez family = \"quasibinomial\"", "une probabilité de réponse vient d’une régression logistique")
	}
	out := make([]float64, d.n)
	for k, i := range r.used {
		if r.data.y[k] == 1 {
			out[i] = d.weights[i] / r.mu[k]
		}
	}
	return out, nil
}
