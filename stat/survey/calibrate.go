package survey

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"
)

// Constraint is a known population total: of the constant when Column is nil,
// of a level of a categorical column (a number with a Level counts as
// categories), else of a numeric column. Total is in records of the
// population, or in units of the column.
type Constraint struct {
	Column *Column
	Level  string
	Total  float64
}

// String names the constraint in a message.
func (c Constraint) String() string {
	switch {
	case c.Column == nil:
		return "l’effectif total"
	case c.Level != "":
		return fmt.Sprintf("« %s » de « %s »", c.Level, c.Column.Name)
	}
	return fmt.Sprintf("le total de « %s »", c.Column.Name)
}

// Calibration says which totals weights must reproduce and how far each may
// move.
//
// Lower and Upper bound the ratio of final to initial weight; both 0 means no
// bound. Equal gives all records of a cluster the same ratio. Variance is a
// positive unit variance, which divides the distance. Instruments replace the
// totals' variables inside the distance, one column (nil: the constant) a
// constraint, with Linear and no bound (generalised calibration). Costs, one
// a constraint, makes the calibration penalised: w = d(1 + x'b) with
// b = (X'DX + diag(1/(Lambda cost)))⁻¹(T − X'd); the totals are then approached.
// Force keeps the last of Iterations steps when the totals cannot be met.
// Least and Most bound the final weights themselves (records; 0 for none).
type Calibration struct {
	Totals       []Constraint
	Distance     Distance
	Lower, Upper float64
	Equal        *Column
	Variance     *Column
	Instruments  []*Column
	Costs        []float64
	Lambda       float64
	Force        bool
	Iterations   int
	Least, Most  float64
}

// Calibrate returns the design whose weights reproduce the totals while
// moving as little as the distance says; constraints may be redundant. The
// variance of later estimates is that of the residuals of the regression on
// the constraints, with the weights before this step. On a replicate design
// each replicate is calibrated.
//
// Refusals, each with what to relax: a missing value in the domain; a level
// absent from the sample; totals that contradict each other; totals that no
// weights within the bounds reach (Infeasible, with the tightest bounds that
// would); a replicate that cannot be calibrated. It panics on columns of
// another length.
//
// Source: Deville and Särndal (1992), JASA 87(418), 376-382; for instruments
// Sautory (2003) and Kott (2006); penalised: Bocci and Beaumont (2008),
// Metron 66(1), 5-20.
func (d *Design) Calibrate(c Calibration) (*Design, error) {
	k, err := d.calibrator(c)
	if err != nil {
		return nil, err
	}
	out, ratio, err := d.adjust(k.cells, k.solve)
	if err != nil {
		return nil, err
	}
	out.steps = append(slices.Clone(d.steps), k.projection(d.weights, out.weights, ratio))
	out.rounds = int(k.rounds.Load())
	return out, nil
}

// calibrator is a calibration made ready for any weights of the same records.
type calibrator struct {
	Calibration
	curve curve
	cells *cells
	x     []float64 // constraint row of each cell, p values a cell
	z     []float64 // instruments, nil without
	q     []float64 // of each cell, nil for 1
	low   []float64 // bounds of each cell, nil without Least or Most
	high  []float64

	rounds atomic.Int64 // of the first weights solved, those of the sample
}

// calibrator checks c and groups the records of the design.
func (d *Design) calibrator(c Calibration) (*calibrator, error) {
	k := &calibrator{Calibration: c}
	if err := k.check(); err != nil {
		return nil, err
	}
	columns := k.columns()
	if err := complete(d.weights, columns...); err != nil {
		return nil, err
	}
	if err := k.positive(d.weights); err != nil {
		return nil, err
	}
	k.cells = everybody(d.weights)
	for _, column := range columns {
		k.cells = k.cells.split(column)
	}
	if c.Least != 0 || c.Most != 0 {
		k.cells = k.cells.split(&Column{Number: d.weights})
		k.low, k.high = between(k.cells, d.weights, c.Least, c.Most)
	}
	p := len(c.Totals)
	k.x = make([]float64, p*len(k.cells.first))
	for j, t := range c.Totals {
		k.fill(k.x, j, t)
	}
	if c.Instruments != nil {
		k.z = make([]float64, len(k.x))
		for j, column := range c.Instruments {
			k.fill(k.z, j, Constraint{Column: column})
		}
	}
	if c.Variance != nil {
		k.q = make([]float64, len(k.cells.first))
		for cell, i := range k.cells.first {
			k.q[cell] = 1 / c.Variance.Number[i]
		}
	}
	if c.Equal != nil {
		k.share(d.weights)
	}
	return k, nil
}

// check refuses a calibration that says something impossible, and prepares
// its bounds and its categories.
func (k *calibrator) check() error {
	if len(k.Totals) == 0 {
		return refuse("", 0, "donnez au moins un total connu de la population", "calage sans total")
	}
	k.curve = curve{k.Distance, math.Inf(-1), math.Inf(1)}
	if k.Lower != 0 || k.Upper != 0 {
		k.curve.lower, k.curve.upper = k.Lower, k.Upper
	}
	switch {
	case k.Distance == Logit && !k.curve.bounded():
		return refuse("", 0, "donnez les bornes du rapport de poids, par exemple 0,3 et 3", "la méthode logit demande des bornes")
	case k.Distance == Logit && !(k.Lower < 1 && k.Upper > 1), !(k.curve.lower < k.curve.upper):
		return refuse("", 0, "la borne basse doit être inférieure à 1, la haute supérieure", "bornes %g et %g impossibles", k.Lower, k.Upper)
	case (k.Least != 0 || k.Most != 0) && (k.Equal != nil || k.Distance == Logit || k.Most != 0 && k.Least >= k.Most):
		return refuse("", 0, "prenez la méthode linéaire ou raking, sans grappes à rapport égal", "bornes de poids %g et %g impossibles ici", k.Least, k.Most)
	case k.Instruments != nil && len(k.Instruments) != len(k.Totals):
		return refuse("", 0, "donnez autant d’instruments que de totaux", "%d instruments pour %d totaux", len(k.Instruments), len(k.Totals))
	case k.Costs != nil && !(k.Lambda > 0):
		return refuse("", 0, "donnez un lambda positif", "calage pénalisé avec lambda = %g", k.Lambda)
	}
	k.Totals = slices.Clone(k.Totals)
	for j, t := range k.Totals {
		if math.IsNaN(t.Total) || math.IsInf(t.Total, 0) {
			return refuse("", 0, "complétez le fichier des marges", "le total de %v n’est pas un nombre", t)
		}
		if t.Column == nil || t.Level == "" {
			if t.Column != nil && t.Column.Number == nil {
				return refuse(t.Column.Name, 0, "donnez un total par modalité", "variable de catégories calée sans modalité")
			}
			continue
		}
		column := t.Column.Categorical()
		if !slices.Contains(column.Levels, t.Level) {
			return absent(Constraint{column, t.Level, t.Total})
		}
		if i := slices.IndexFunc(k.Totals[:j], func(o Constraint) bool { return o.Column != nil && o.Column.Name == column.Name && o.Level != "" }); i >= 0 {
			column = k.Totals[i].Column
		}
		k.Totals[j].Column = column
	}
	for j, c := range k.Costs {
		if !(c > 0) {
			return refuse("", 0, "donnez un coût positif à chaque total", "coût %s pour %v", number(c), k.Totals[j])
		}
	}
	return nil
}

// absent says that nobody in the sample can carry a total.
func absent(t Constraint) *Refusal {
	return &Refusal{Variable: t.Column.Name, Infeasible: true,
		What: fmt.Sprintf("la modalité « %s » n’a aucun répondant, son total de %s ne peut pas être atteint", t.Level, plain(t.Total)),
		Do:   "regroupez cette modalité avec une voisine, dans les données et dans les marges, ou retirez-la des marges"}
}

// columns returns the distinct columns that ratios depend on.
func (k *calibrator) columns() []*Column {
	var out []*Column
	add := func(c *Column) {
		if c != nil && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, t := range k.Totals {
		add(t.Column)
	}
	for _, c := range k.Instruments {
		add(c)
	}
	add(k.Variance)
	if k.Equal != nil {
		k.Equal = k.Equal.Categorical()
		add(k.Equal)
	}
	slices.SortStableFunc(out, func(a, b *Column) int { // categories first: they keep cells few
		return order(a.Number != nil) - order(b.Number != nil)
	})
	return out
}

func order(number bool) int {
	if number {
		return 1
	}
	return 0
}

// positive refuses a unit variance that is not.
func (k *calibrator) positive(w []float64) error {
	if k.Variance == nil {
		return nil
	}
	if k.Variance.Number == nil {
		return refuse(k.Variance.Name, 0, "donnez une variable numérique positive", "les variances des unités ne sont pas des nombres")
	}
	for i, v := range k.Variance.Number {
		if w[i] != 0 && !(v > 0) {
			return refuse(k.Variance.Name, i+1, "donnez une variance positive à chaque unité", "variance d’unité %s", number(v))
		}
	}
	return nil
}

// fill writes column j of the constraint matrix by cell.
func (k *calibrator) fill(x []float64, j int, t Constraint) {
	p := len(k.Totals)
	rank := int32(-1)
	if t.Level != "" {
		rank = int32(slices.Index(t.Column.Levels, t.Level))
	}
	for cell, i := range k.cells.first {
		switch {
		case t.Column == nil || rank >= 0 && t.Column.Code[i] == rank:
			x[cell*p+j] = 1
		case rank < 0:
			x[cell*p+j] = t.Column.Number[i]
		}
	}
}

// share replaces the constraints of each record by their weighted mean in its
// cluster, so that a cluster has one ratio.
func (k *calibrator) share(w []float64) {
	p := len(k.Totals)
	clusters := everybody(w).split(k.Equal)
	sum := clusters.sums(w)
	x := make([]float64, p*len(sum))
	for i, c := range clusters.of {
		if c < 0 {
			continue
		}
		row := k.x[int(k.cells.of[i])*p:]
		for j := range p {
			x[int(c)*p+j] += w[i] / sum[c] * row[j]
		}
	}
	if k.q != nil {
		q := make([]float64, len(sum))
		for c, i := range clusters.first {
			q[c] = k.q[k.cells.of[i]]
		}
		k.q = q
	}
	k.x, k.cells = x, clusters
}

// system returns the equations under weights w.
func (k *calibrator) system(w []float64) *system {
	total := make([]float64, len(k.Totals))
	for j, t := range k.Totals {
		total[j] = t.Total
	}
	return &system{p: len(total), weight: k.cells.sums(w), x: k.x, q: k.q, total: total, curve: k.curve, low: k.low, high: k.high}
}

// solve returns the ratio of each cell under weights w.
func (k *calibrator) solve(w []float64) ([]float64, error) {
	s := k.system(w)
	if k.z != nil || k.Costs != nil {
		return k.direct(s)
	}
	if err := k.empty(s); err != nil && !k.Force {
		return nil, err
	}
	if k.Force {
		limit := k.Iterations
		if limit == 0 {
			limit = calibrationIterations
		}
		at := s.newton(limit, false, true)
		k.rounds.CompareAndSwap(0, int64(at.iterations))
		return at.ratio, nil
	}
	at := s.solve()
	k.rounds.CompareAndSwap(0, int64(at.iterations))
	if !at.converged || !finite(at.ratio) {
		return nil, k.explain(s, at)
	}
	return at.ratio, nil
}

// direct solves a linear system that needs no iteration.
func (k *calibrator) direct(s *system) ([]float64, error) {
	p := s.p
	z := k.z
	if z == nil {
		z = k.x
	}
	m, gap, b := mat.NewDense(p, p, nil), mat.NewVecDense(p, slices.Clone(s.total)), mat.NewVecDense(p, nil)
	k.cross(m, s.weight, z)
	for c, w := range s.weight {
		for j := range p {
			gap.SetVec(j, gap.AtVec(j)-w*k.x[c*p+j])
		}
	}
	if err := b.SolveVec(m, gap); err != nil {
		return nil, refuse("", 0, "retirez un total qui se déduit des autres, ou un instrument sans lien avec les variables calées",
			"le calage n’a pas de solution unique")
	}
	ratio := make([]float64, len(s.weight))
	for c := range ratio {
		q := 1.0
		if k.q != nil {
			q = k.q[c]
		}
		ratio[c] = 1 + q*dot(z[c*p:(c+1)*p], b.RawVector().Data)
	}
	return ratio, nil
}

// cross fills m with Σ weight q x z', plus the penalty of each cost.
func (k *calibrator) cross(m *mat.Dense, weight, z []float64) {
	p := len(k.Totals)
	for c, w := range weight {
		if k.q != nil {
			w *= k.q[c]
		}
		for j := range p {
			for l := range p {
				m.Set(j, l, m.At(j, l)+w*k.x[c*p+j]*z[c*p+l])
			}
		}
	}
	for j, cost := range k.Costs {
		m.Set(j, j, m.At(j, j)+1/(k.Lambda*cost))
	}
}

// projection is the regression on the constraints under the weights before
// the step, of which the residuals keep their final weight.
func (k *calibrator) projection(before, after, ratio []float64) projection {
	p := len(k.Totals)
	step := projection{cell: k.cells.of, x: k.x, size: p, in: make([]float64, len(before)), out: after}
	for i, c := range k.cells.of {
		if c < 0 || ratio[c] == 0 {
			continue
		}
		step.in[i] = 1 / ratio[c]
		if k.q != nil {
			step.in[i] *= k.q[c]
		}
	}
	weight := k.cells.sums(before)
	if k.z != nil {
		step.x, step.fit = k.z, k.x
	}
	if k.z != nil || k.Costs != nil {
		return k.oblique(step, weight)
	}
	slope := mat.NewSymDense(p, nil)
	s := &system{p: p, weight: weight, x: k.x, q: k.q, total: make([]float64, p), curve: curve{Linear, math.Inf(-1), math.Inf(1)}}
	s.evaluate(make([]float64, p), make([]float64, len(weight)), make([]float64, p), slope)
	v, to := invert(slope), make([]float64, p)
	step.solve = func(t []float64) {
		to := slices.Clone(to)
		v.apply(t, to)
		copy(t, to)
	}
	return step
}

// oblique is the projection of an instrumental or a penalised calibration.
func (k *calibrator) oblique(step projection, weight []float64) projection {
	p := len(k.Totals)
	z := k.z
	if z == nil {
		z = k.x
	}
	m := mat.NewDense(p, p, nil)
	k.cross(m, weight, z)
	step.solve = func(t []float64) {
		b := mat.NewVecDense(p, nil)
		// The step was solved with the same matrix: it is not singular.
		_ = b.SolveVec(m.T(), mat.NewVecDense(p, slices.Clone(t)))
		copy(t, b.RawVector().Data)
	}
	return step
}

// plain writes a total for a message, in French.
func plain(v float64) string {
	return strings.ReplaceAll(fmt.Sprintf("%.10g", v), ".", ",")
}
