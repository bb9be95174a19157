package survey

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Comparison is the comparison of two nested log-linear models: the score and
// the likelihood-ratio statistic, each with its Rao–Scott p-value.
type Comparison struct{ Score, Deviance Test }

// CompareLoglinear compares two hierarchical log-linear models of the same
// table, each given by its terms (lists of variables); reduced is nested in
// full. Shares are those of the records of the domain that answer all the
// variables; statistics are scaled to the number of records of the domain.
// Parameter holds the degrees of freedom.
//
// Refusals: a term of reduced that full does not hold; a variable with one
// level; no record; a table too empty for the test.
//
// Source: Rao and Scott (1984), Annals of Statistics 12(1), 46-60.
// Oracle: R anova(survey::svyloglin), statistics only.
func (d *Design) CompareLoglinear(full, reduced [][]*Column) (*Comparison, error) {
	variables := (Model{Terms: full}).variables()
	for _, c := range (Model{Terms: reduced}).variables() {
		if !slices.ContainsFunc(variables, func(o *Column) bool { return o.Name == c.Name }) {
			return nil, refuse(c.Name, 0, "donnez un modèle réduit dont chaque terme est aussi dans le modèle complet", "cette variable n’est pas dans le modèle complet")
		}
	}
	keep, answers := d.answering(variables...)
	lattice := newLattice(variables, keep)
	switch {
	case answers == 0:
		return nil, refuse("", 0, "vérifiez le filtre et les variables", "aucun enregistrement ne répond à toutes les variables du tableau")
	case len(lattice.names) == 0:
		return nil, refuse("", 0, "donnez au moins un terme", "le modèle complet est vide")
	}
	share, err := d.Domain(keep).Estimate(shares(lattice.cell, lattice.size()))
	if err != nil {
		return nil, err
	}
	mu1, mu0 := lattice.fit(share.Value, full), lattice.fit(share.Value, reduced)
	x1, x0 := lattice.model(full).Matrix(lattice.size()), lattice.model(reduced).Matrix(lattice.size())
	n, statistic := d.records(), [2]float64{}
	for k, m := range mu0 {
		if m > 0 {
			statistic[0] += n * (mu1[k] - m) * (mu1[k] - m) / m
			statistic[1] += 2 * n * entropy(mu1[k], m)
		}
	}
	eigen, err := effects(x1, x0, mu0, share.Cov, n)
	if err != nil {
		return nil, err
	}
	law, df := eigenChiSquares(eigen), []float64{float64(len(eigen))}
	return &Comparison{
		Score:    Test{statistic[0], df, law.Tail(statistic[0])},
		Deviance: Test{statistic[1], df, law.Tail(statistic[1])},
	}, nil
}

// variables returns the distinct variables of a model, in order.
func (m Model) variables() []*Column {
	var out []*Column
	seen := map[string]bool{}
	for _, term := range m.Terms {
		for _, c := range term {
			if !seen[c.Name] {
				seen[c.Name] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// lattice is the table of several variables: the cell of each record, the
// first variable varying fastest, and the rank of each variable in each cell.
type lattice struct {
	names  []string
	levels [][]string
	cell   []int32
	rank   [][]int32 // by variable, by cell
}

func newLattice(variables []*Column, keep []bool) *lattice {
	l := &lattice{cell: make([]int32, len(keep))}
	size := int32(1)
	for _, c := range variables {
		c = c.Categorical().within(keep)
		l.names, l.levels = append(l.names, c.Name), append(l.levels, c.Levels)
		for i, k := range c.Code {
			l.cell[i] += k * size
		}
		size *= int32(len(c.Levels))
	}
	for i := range keep {
		if !keep[i] {
			l.cell[i] = -1
		}
	}
	step := int32(1)
	for _, levels := range l.levels {
		rank := make([]int32, size)
		for k := range rank {
			rank[k] = int32(k) / step % int32(len(levels))
		}
		l.rank = append(l.rank, rank)
		step *= int32(len(levels))
	}
	return l
}

func (l *lattice) size() int {
	if len(l.rank) == 0 {
		return 0
	}
	return len(l.rank[0])
}

// model returns the terms as a model of the cells.
func (l *lattice) model(terms [][]*Column) Model {
	out := Model{Intercept: true}
	for _, term := range terms {
		var columns []*Column
		for _, c := range term {
			v := l.variable(c.Name)
			columns = append(columns, &Column{Name: c.Name, Levels: l.levels[v], Code: l.rank[v]})
		}
		out.Terms = append(out.Terms, columns)
	}
	return out
}

func (l *lattice) variable(name string) int {
	for v, known := range l.names {
		if known == name {
			return v
		}
	}
	panic("survey: variable " + name + " is not in the table")
}

// fit returns the maximum likelihood shares of the cells under a model, by
// iterative proportional fitting of its terms.
func (l *lattice) fit(share []float64, terms [][]*Column) []float64 {
	out := make([]float64, len(share))
	for k := range out {
		out[k] = 1 / float64(len(out))
	}
	margins := make([][]int, len(terms))
	for t, term := range terms {
		margins[t] = make([]int, len(share))
		step := 1
		for _, c := range term {
			v := l.variable(c.Name)
			for k := range share {
				margins[t][k] += int(l.rank[v][k]) * step
			}
			step *= len(l.levels[v])
		}
	}
	for range 1000 {
		change := 0.0
		for _, of := range margins {
			want, have := make([]float64, len(share)), make([]float64, len(share))
			for k, v := range share {
				want[of[k]] += v
				have[of[k]] += out[k]
			}
			for k := range out {
				if ratio := want[of[k]] / have[of[k]]; have[of[k]] > 0 {
					change = max(change, math.Abs(ratio-1)*out[k])
					out[k] *= ratio
				}
			}
		}
		if change < 1e-15 {
			break
		}
	}
	return out
}

// effects returns the generalised design effects of the columns of x1 beyond
// those of x0, in the metric of the shares mu under the reduced model.
func effects(x1, x0 *Matrix, mu []float64, cov *mat.SymDense, n float64) ([]float64, error) {
	base := &fitting{names: x0.Names, x: x0.Data}
	inverse, err := base.invert(base.crossproducts(mu))
	if err != nil {
		return nil, err
	}
	extra := &fitting{}
	for j, name := range x1.Names {
		if !slices.Contains(x0.Names, name) {
			extra.names, extra.x = append(extra.names, name), append(extra.x, base.residual(inverse, mu, x1.Data[j]))
		}
	}
	if len(x1.Names) != len(x0.Names)+len(extra.names) || len(extra.x) == 0 {
		return nil, refuse("", 0, "donnez un modèle réduit dont chaque terme est aussi dans le modèle complet", "les deux modèles ne sont pas emboîtés")
	}
	rows := mat.NewDense(len(extra.x), len(mu), nil)
	for j, column := range extra.x {
		rows.SetRow(j, column)
	}
	simple := extra.crossproducts(mu)
	simple.ScaleSym(1/n, simple)
	eigen := relativeEigen(simple, congruence(rows, cov))
	if eigen == nil {
		return nil, refuse(extra.names[0], 0, "regroupez des modalités", "trop de cases vides pour comparer ces modèles")
	}
	return eigen, nil
}

// residual returns column minus its weighted projection on the columns of f.
func (f *fitting) residual(inverse *mat.SymDense, w, column []float64) []float64 {
	p := len(f.x)
	gap := mat.NewVecDense(p, nil)
	for j, x := range f.x {
		for k, v := range x {
			gap.SetVec(j, gap.AtVec(j)+w[k]*v*column[k])
		}
	}
	var beta mat.VecDense
	beta.MulVec(inverse, gap)
	out := make([]float64, len(column))
	f.predict(beta.RawVector().Data, out)
	for k := range out {
		out[k] = column[k] - out[k]
	}
	return out
}
