package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Association is a test of independence of two categorical variables.
type Association int

// The tests of independence: Pearson's X² with the Rao–Scott second-order
// correction (AssociationF) or first-order (AssociationChiSquared); X² against
// its own law, a weighted sum of chi-squares over that of the degrees of
// freedom (on a replicate design, that sum alone, as in the reference program),
// whose tail is taken by the saddlepoint (AssociationLincom and
// AssociationSaddlepoint agree); Wald's
// test of the differences between the cells and their expectation, as an F or
// with its degrees of freedom adjusted (AssociationWald,
// AssociationAdjustedWald).
const (
	AssociationF Association = iota
	AssociationChiSquared
	AssociationWald
	AssociationAdjustedWald
	AssociationLincom
	AssociationSaddlepoint
)

// Test is the outcome of a test: its statistic, the parameters of its law
// under the hypothesis (degrees of freedom, numerator first; none when the law
// has no such parameter) and the p-value. NaN where the design leaves no
// variance to judge by.
type Test struct {
	Statistic float64
	Parameter []float64
	P         float64
}

// Independence tests that two variables are independent in the population,
// over the records of the domain that answer both. Only levels that one of
// them has count. X² is scaled to the number of records of the domain, and
// tests use its degrees of freedom, those without an answer included.
//
// Refusals: a variable with one level; cells whose covariance is singular.
//
// Source: Rao and Scott (1984), Annals of Statistics 12(1), 46-60; Thomas and
// Rao (1987), JASA 82, 630-636. Oracle: R survey::svychisq 4.1.
func (d *Design) Independence(rows, cols *Column, a Association) (*Test, error) {
	keep, _ := d.answering(rows, cols)
	rows, cols = rows.Categorical().within(keep), cols.Categorical().within(keep)
	for _, c := range []*Column{rows, cols} {
		if len(c.Levels) < 2 {
			return nil, refuse(c.Name, 0, "élargissez le domaine ou choisissez une autre variable", "%d modalité dans le domaine : il en faut au moins deux", len(c.Levels))
		}
	}
	grid := &grid{r: len(rows.Levels), c: len(cols.Levels)}
	grid.cell = make([]int32, d.n)
	for i := range grid.cell {
		if grid.cell[i] = -1; keep[i] {
			grid.cell[i] = rows.Code[i]*int32(grid.c) + cols.Code[i]
		}
	}
	if a == AssociationWald || a == AssociationAdjustedWald {
		return grid.wald(d, keep, rows.Name, a)
	}
	return grid.pearson(d, keep, rows.Name, a)
}

// grid is a two-way table: the cell of each record, row by row, -1 for none.
type grid struct {
	r, c int
	cell []int32
}

// contrasts returns the (r−1)(c−1) interaction contrasts of the cells.
func (g *grid) contrasts() *mat.Dense {
	out := mat.NewDense(g.r*g.c, (g.r-1)*(g.c-1), nil)
	for i := 1; i < g.r; i++ {
		for j := 1; j < g.c; j++ {
			k := (i-1)*(g.c-1) + j - 1
			out.Set(0, k, 1)
			out.Set(i*g.c+j, k, 1)
			out.Set(i*g.c, k, -1)
			out.Set(j, k, -1)
		}
	}
	return out
}

// expected returns the products of the margins over the total.
func (g *grid) expected(cell []float64) []float64 {
	row, col, total := make([]float64, g.r), make([]float64, g.c), 0.0
	for k, v := range cell {
		row[k/g.c] += v
		col[k%g.c] += v
		total += v
	}
	out := make([]float64, len(cell))
	for k := range out {
		out[k] = row[k/g.c] * col[k%g.c] / total
	}
	return out
}

// pearson tests X² under its law: Σ δ χ²(1), where δ are the eigenvalues of
// (C'D⁻¹C/n)⁻¹ C'D⁻¹VD⁻¹C, the generalised design effects.
func (g *grid) pearson(d *Design, keep []bool, name string, a Association) (*Test, error) {
	share, err := d.Domain(keep).Estimate(shares(g.cell, g.r*g.c))
	if err != nil {
		return nil, err
	}
	n, nu, statistic := d.records(), d.DF(), 0.0
	for k, e := range g.expected(share.Value) {
		statistic += n * (share.Value[k] - e) * (share.Value[k] - e) / e
	}
	scaled := g.contrasts()
	var simple mat.Dense // C'D⁻¹C/n
	for k, p := range share.Value {
		for j, v := range scaled.RawRowView(k) {
			if scaled.Set(k, j, 0); p > 0 {
				scaled.Set(k, j, v/p)
			}
		}
	}
	simple.Mul(g.contrasts().T(), scaled)
	eigen := relativeEigen(symmetric(&simple, 1/n), congruence(scaled.T(), share.Cov))
	if eigen == nil {
		return nil, refuse(name, 0, "regroupez des modalités", "trop de cases vides pour tester l’indépendance")
	}
	law, df := eigenChiSquares(eigen), float64(len(eigen))
	first, second := law.moments()
	d0 := first * first / second
	switch a {
	case AssociationF:
		f := statistic / first
		return &Test{f, []float64{d0, d0 * nu}, fisherTail(f, d0, d0*nu)}, nil
	case AssociationChiSquared:
		return &Test{statistic, []float64{df}, chiSquaredTail(statistic*df/first, df)}, nil
	}
	if d.reps != nil {
		return &Test{Statistic: statistic, P: law.Tail(statistic)}, nil
	}
	return &Test{Statistic: statistic, P: law.RatioTail(statistic, d0*nu)}, nil
}

// wald tests that the totals of the cells equal the products of their margins.
func (g *grid) wald(d *Design, keep []bool, name string, a Association) (*Test, error) {
	total, err := d.Domain(keep).Estimate(totals(g.cell, g.r*g.c))
	if err != nil {
		return nil, err
	}
	k := (g.r - 1) * (g.c - 1)
	gap := mat.NewVecDense(k, nil)
	expected := g.expected(total.Value)
	jacobian := g.jacobian(total.Value)
	for i := 1; i < g.r; i++ {
		for j := 1; j < g.c; j++ {
			gap.SetVec((i-1)*(g.c-1)+j-1, total.Value[i*g.c+j]-expected[i*g.c+j])
		}
	}
	quadratic, ok := quadraticForm(congruence(jacobian, total.Cov), gap)
	if !ok {
		return nil, refuse(name, 0, "regroupez des modalités, ou prenez la statistique F", "la covariance des cases est singulière : le test de Wald n’existe pas")
	}
	df, nu := float64(k), d.DF()
	f, ddf := quadratic/df, nu
	if a == AssociationAdjustedWald {
		ddf = nu - df + 1
		f *= ddf / nu
	}
	return &Test{f, []float64{df, ddf}, fisherTail(f, df, ddf)}, nil
}

// jacobian returns the derivatives of cell minus expected, for the cells off
// the first row and column, in the totals of all cells.
func (g *grid) jacobian(cell []float64) *mat.Dense {
	row, col, total := make([]float64, g.r), make([]float64, g.c), 0.0
	for k, v := range cell {
		row[k/g.c] += v
		col[k%g.c] += v
		total += v
	}
	out := mat.NewDense((g.r-1)*(g.c-1), g.r*g.c, nil)
	for i := 1; i < g.r; i++ {
		for j := 1; j < g.c; j++ {
			at := out.RawRowView((i-1)*(g.c-1) + j - 1)
			for k := range at {
				at[k] = row[i] * col[j] / (total * total)
				if k/g.c == i {
					at[k] -= col[j] / total
				}
				if k%g.c == j {
					at[k] -= row[i] / total
				}
			}
			at[i*g.c+j]++
		}
	}
	return out
}

// records returns the number of records of positive weight.
func (d *Design) records() float64 {
	n := 0.0
	for _, w := range d.weights {
		if w > 0 {
			n++
		}
	}
	return n
}

// indicators returns a 0/1 column for each of k cells.
func indicators(cell []int32, k int) [][]float64 {
	out := make([][]float64, k)
	for c := range out {
		out[c] = make([]float64, len(cell))
	}
	for i, c := range cell {
		if c >= 0 {
			out[c][i] = 1
		}
	}
	return out
}

// totals is the statistic of the weighted counts of k cells.
func totals(cell []int32, k int) Statistic {
	in := indicators(cell, k)
	return Statistic{Sums: in,
		Of: func(sums []float64) ([]float64, error) { return sums, nil },
		Influence: func(w, _ []float64) [][]float64 {
			z := make([][]float64, k)
			for c := range z {
				z[c] = make([]float64, len(cell))
			}
			for i, c := range cell {
				if c >= 0 {
					z[c][i] = w[i]
				}
			}
			return z
		}}
}

// shares is the statistic of the weighted shares of k cells.
func shares(cell []int32, k int) Statistic {
	s := totals(cell, k)
	s.Of = func(sums []float64) ([]float64, error) {
		total, out := 0.0, make([]float64, k)
		for _, v := range sums {
			total += v
		}
		for c := range out {
			out[c] = sums[c] / total
		}
		return out, nil
	}
	s.Influence = func(w, share []float64) [][]float64 {
		total := 0.0
		for i, c := range cell {
			if c >= 0 {
				total += w[i]
			}
		}
		z := make([][]float64, k)
		for c := range z {
			z[c] = make([]float64, len(cell))
		}
		for i, own := range cell {
			if own < 0 {
				continue
			}
			for c := range z {
				z[c][i] = -w[i] * share[c] / total
			}
			z[own][i] += w[i] / total
		}
		return z
	}
	return s
}

// symmetric returns the symmetric part of a square matrix, scaled.
func symmetric(a *mat.Dense, scale float64) *mat.SymDense {
	p, _ := a.Dims()
	out := mat.NewSymDense(p, nil)
	for i := range p {
		for j := i; j < p; j++ {
			out.SetSym(i, j, scale*(a.At(i, j)+a.At(j, i))/2)
		}
	}
	return out
}

// relativeEigen returns the eigenvalues of simple⁻¹ v, largest first, nil when
// simple is singular.
func relativeEigen(simple, v *mat.SymDense) []float64 {
	var factor mat.Cholesky
	if !factor.Factorize(simple) || factor.Cond() > 1e14 {
		return nil
	}
	var lower mat.TriDense
	factor.LTo(&lower)
	var half mat.Dense
	if half.Solve(&lower, v) != nil {
		return nil
	}
	var whitened mat.Dense
	if whitened.Solve(&lower, half.T()) != nil {
		return nil
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(symmetric(&whitened, 1), false) {
		return nil
	}
	values := eigen.Values(nil)
	for i, j := 0, len(values)-1; i < j; i, j = i+1, j-1 {
		values[i], values[j] = values[j], values[i]
	}
	return values
}

// quadraticForm returns x' v⁻¹ x, false when v is singular.
func quadraticForm(v *mat.SymDense, x *mat.VecDense) (float64, bool) {
	p := v.SymmetricDim()
	scale := make([]float64, p)
	unit, y := mat.NewSymDense(p, nil), mat.NewVecDense(p, nil)
	for i := range p {
		if scale[i] = math.Sqrt(v.At(i, i)); !(scale[i] > 0) {
			return 0, false
		}
		y.SetVec(i, x.AtVec(i)/scale[i])
		for j := range i + 1 {
			unit.SetSym(i, j, v.At(i, j)/(scale[i]*scale[j]))
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(unit) || factor.Cond() > 1e13 {
		return 0, false
	}
	var solved mat.VecDense
	if factor.SolveVecTo(&solved, y) != nil {
		return 0, false
	}
	return mat.Dot(y, &solved), true
}
