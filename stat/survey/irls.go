package survey

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// fitting is a regression on m complete records: p columns x of m values.
type fitting struct {
	names  []string
	x      [][]float64
	y      []float64
	family Family
}

// fitted is where the iterations stopped. slope, the working weights, and
// inverse, that of X'WX, are those of the last system solved, as in R's glm.
type fitted struct {
	beta     []float64
	mu       []float64
	slope    []float64
	inverse  *mat.SymDense
	deviance float64
}

const (
	fittingTolerance  = 1e-8 // relative change of deviance
	fittingIterations = 50
	fittingBlock      = 1024 // records whose products stay in cache
)

// fit solves the estimating equations Σ w x (y − μ) = 0 by iterated weighted
// least squares, from start, or from the responses when start is nil.
func (f *fitting) fit(w, start []float64) (*fitted, error) {
	m := len(f.y)
	out := &fitted{mu: make([]float64, m), slope: make([]float64, m)}
	eta, target, before := make([]float64, m), make([]float64, m), make([]float64, m)
	if start != nil {
		f.predict(start, eta)
	} else {
		for i, y := range f.y {
			eta[i] = f.family.link(f.family.start(y, w[i]))
		}
	}
	out.deviance = f.means(eta, w, out.mu)
	for range fittingIterations {
		old := out.deviance
		if err := f.advance(out, w, eta, before, target); err != nil {
			return nil, err
		}
		eta, before = before, eta
		if math.Abs(out.deviance-old)/(math.Abs(out.deviance)+0.1) < fittingTolerance {
			return out, f.settled(out, w, eta, before, target)
		}
	}
	return nil, f.runaway(out, w, eta, before)
}

// advance makes one iteration from the predictor eta, and fills the next.
func (f *fitting) advance(out *fitted, w, eta, next, target []float64) error {
	for i, mu := range out.mu {
		s := f.family.slope(mu)
		target[i] = (f.y[i] - mu) / s
		out.slope[i] = w[i] * s
	}
	if err := f.step(out, eta, target); err != nil {
		return err
	}
	f.predict(out.beta, next)
	out.deviance = f.means(next, w, out.mu)
	return nil
}

// predict fills eta with X beta.
func (f *fitting) predict(beta, eta []float64) {
	clear(eta)
	for j, b := range beta {
		floats.AddScaled(eta, b, f.x[j])
	}
}

// means fills mu and returns the deviance.
func (f *fitting) means(eta, w, mu []float64) float64 {
	sum := 0.0
	for i, e := range eta {
		mu[i] = f.family.mean(e)
		if w[i] != 0 {
			sum += w[i] * f.family.deviance(f.y[i], mu[i])
		}
	}
	return sum
}

// step solves the weighted least squares of the working response eta + target
// on x with weights out.slope. A first solution is corrected by that of its
// own residuals, which gives back the digits that the normal equations lose.
func (f *fitting) step(out *fitted, eta, target []float64) error {
	inverse, err := f.invert(f.crossproducts(out.slope))
	if err != nil {
		return err
	}
	p, m := len(f.x), len(f.y)
	beta, gap, residual := make([]float64, p), make([]float64, p), make([]float64, m)
	fitted := make([]float64, m)
	for range 2 {
		for i := range residual {
			residual[i] = out.slope[i] * (eta[i] + target[i] - fitted[i])
		}
		for j := range gap {
			gap[j] = floats.Dot(f.x[j], residual)
		}
		change := mat.NewVecDense(p, nil)
		change.MulVec(inverse, mat.NewVecDense(p, gap))
		floats.Add(beta, change.RawVector().Data)
		f.predict(beta, fitted)
	}
	out.beta, out.inverse = beta, inverse
	return nil
}

// crossproducts returns X'WX, block by block of records.
func (f *fitting) crossproducts(w []float64) *mat.SymDense {
	p, m := len(f.x), len(w)
	out := mat.NewSymDense(p, nil)
	raw, weighted := out.RawSymmetric(), make([]float64, fittingBlock)
	for lo := 0; lo < m; lo += fittingBlock {
		hi := min(lo+fittingBlock, m)
		wx := weighted[:hi-lo]
		for j := range p {
			floats.MulTo(wx, w[lo:hi], f.x[j][lo:hi])
			for k := j; k < p; k++ {
				raw.Data[j*raw.Stride+k] += floats.Dot(wx, f.x[k][lo:hi])
			}
		}
	}
	return out
}

// invert returns the inverse of a matrix of crossproducts, or the refusal that
// names the first column which the columns before it determine.
func (f *fitting) invert(a *mat.SymDense) (*mat.SymDense, error) {
	p := len(f.x)
	scale := make([]float64, p)
	for j := range scale {
		if scale[j] = math.Sqrt(a.At(j, j)); !(scale[j] > 0) {
			return nil, refuse(f.names[j], 0, "regroupez cette modalité avec une autre, ou retirez-la du modèle", "aucun enregistrement n’est dans cette case du modèle")
		}
	}
	unit := mat.NewSymDense(p, nil)
	for j := range p {
		for k := j; k < p; k++ {
			unit.SetSym(j, k, a.At(j, k)/(scale[j]*scale[k]))
		}
	}
	if j := dependent(unit); j >= 0 {
		return nil, refuse(f.names[j], 0, "retirez cette variable du modèle, ou celle qu’elle répète", "les termes qui précèdent la déterminent : son effet ne peut pas être séparé des leurs")
	}
	var factor mat.Cholesky
	factor.Factorize(unit)
	inverse := mat.NewSymDense(p, nil)
	if err := factor.InverseTo(inverse); err != nil {
		return nil, refuse("", 0, "retirez un terme du modèle", "les termes du modèle sont presque liés entre eux")
	}
	for j := range p {
		for k := j; k < p; k++ {
			inverse.SetSym(j, k, inverse.At(j, k)/(scale[j]*scale[k]))
		}
	}
	return inverse, nil
}

// dependent returns the first column of a correlation-like matrix that those
// before it determine, -1 when there is none.
func dependent(unit *mat.SymDense) int {
	p := unit.SymmetricDim()
	lower := mat.NewDense(p, p, nil)
	for j := range p {
		row := lower.RawRowView(j)
		for k := range j {
			row[k] = (unit.At(j, k) - floats.Dot(row[:k], lower.RawRowView(k)[:k])) / lower.At(k, k)
		}
		pivot := unit.At(j, j) - floats.Dot(row[:j], row[:j])
		if pivot < 1e-12 {
			return j
		}
		row[j] = math.Sqrt(pivot)
	}
	return -1
}

// settled refuses a fit whose deviance no longer changes while a predictor
// still does, and goes on doing so: the mean of some records runs to a bound.
func (f *fitting) settled(out *fitted, w, eta, before, target []float64) error {
	if f.family == Gaussian || moved(w, eta, before) <= 0.5 {
		return nil
	}
	beyond := &fitted{mu: slices.Clone(out.mu), slope: make([]float64, len(out.slope))}
	for range 8 {
		if err := f.advance(beyond, w, eta, before, target); err != nil {
			return err
		}
		if eta, before = before, eta; moved(w, eta, before) <= 0.1 {
			return nil
		}
	}
	return f.runaway(beyond, w, eta, before)
}

// moved returns the largest change of predictor.
func moved(w, eta, before []float64) float64 {
	most := 0.0
	for i := range eta {
		if w[i] != 0 {
			most = max(most, math.Abs(eta[i]-before[i]))
		}
	}
	return most
}

// runaway names the column that keeps a fit from converging: a category whose
// responses are all alike, else the one with the largest predictor.
func (f *fitting) runaway(out *fitted, w, eta, before []float64) error {
	worst, size := 0, -1.0
	for j, column := range f.x {
		if constant, zero := f.alike(column, w); constant && (len(f.x) == 1 || f.names[j] != "(Intercept)") {
			return refuse(f.names[j], 0, "regroupez cette modalité avec une autre, ou retirez ce terme du modèle",
				"séparation parfaite : la réponse y vaut toujours %g, l’effet n’a pas de limite", zero)
		}
		reach := 0.0
		for i, x := range column {
			if w[i] != 0 && math.Abs(eta[i]-before[i]) > 0.1 {
				reach = max(reach, math.Abs(out.beta[j]*x))
			}
		}
		if reach > size && f.names[j] != "(Intercept)" {
			worst, size = j, reach
		}
	}
	return refuse(f.names[worst], 0, "retirez ce terme du modèle, ou regroupez ses modalités",
		"séparation parfaite : les termes du modèle prédisent la réponse sans erreur pour une partie des enregistrements, la régression ne converge pas")
}

// alike tells whether all responses of the records with a nonzero value in the
// column are one bound of the family, and which.
func (f *fitting) alike(column, w []float64) (constant bool, y float64) {
	seen := false
	for i, x := range column {
		if x == 0 || w[i] == 0 {
			continue
		}
		if !seen {
			seen, y = true, f.y[i]
		}
		if f.y[i] != y {
			return false, 0
		}
	}
	return seen && (y == 0 || y == 1 && f.family == Quasibinomial), y
}
