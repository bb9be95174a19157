// Package smallarea estimates for areas too small for their own sample: the
// area-level model of Fay and Herriot, the unit-level model of Battese, Harter
// and Fuller, the composite of a direct and a synthetic estimate, each with its
// mean squared error, and a rule that says when not to publish.
//
// It takes columns of numbers and knows no design, no file and no territory.
// Methods, formulas and sources are in doc/methods/small-area.md. Errors about
// data are *survey.Refusal. Start with FayHerriot, UnitLevel and Rule.
package smallarea

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/survey"
)

// Method is how the variances of a model are fitted.
type Method int

// The methods. Moment is that of Fay and Herriot (1979), of the area level only.
const (
	REML Method = iota
	ML
	Moment
)

// refuse makes an error about a variable and a record (1-based, 0 none).
func refuse(variable string, row int, do, what string, args ...any) error {
	return &survey.Refusal{Variable: variable, Row: row, What: fmt.Sprintf(what, args...), Do: do}
}

// design is a model matrix, a row a record.
type design struct {
	names []string
	x     [][]float64 // x[j][i]: column j, record i
}

// at returns the row of a record.
func (d design) at(i int) []float64 {
	row := make([]float64, len(d.x))
	for j := range d.x {
		row[j] = d.x[j][i]
	}
	return row
}

// check refuses a missing or infinite value of the model in the records asked.
func (d design) check(n int, in func(i int) bool) error {
	if len(d.x) == 0 {
		return refuse("", 0, "gardez la constante, ou ajoutez une variable", "le modèle n’a aucune colonne")
	}
	for j, column := range d.x {
		if len(column) != n {
			panic(fmt.Sprintf("smallarea: column %d has %d values for %d records", j, len(column), n))
		}
		for i, v := range column {
			if in(i) && (math.IsNaN(v) || math.IsInf(v, 0)) {
				return refuse(d.names[j], i+1, "complétez cette variable auxiliaire : elle doit être connue partout", "valeur manquante dans le modèle")
			}
		}
	}
	return nil
}

// independent refuses a column that the ones before it give, over the records
// asked, by orthogonalisation of columns brought to one length.
func (d design) independent(in []int) error {
	var basis [][]float64
	for j := range d.x {
		v, size := make([]float64, len(in)), 0.0
		for k, i := range in {
			v[k] = d.x[j][i]
			size += v[k] * v[k]
		}
		if size == 0 {
			return refuse(d.names[j], 0, "retirez-la du modèle", "colonne nulle dans tous les enregistrements retenus")
		}
		for range 2 { // a second pass mends the rounding of the first
			for _, b := range basis {
				dot := 0.0
				for k := range v {
					dot += v[k] * b[k]
				}
				for k := range v {
					v[k] -= dot * b[k]
				}
			}
		}
		left := 0.0
		for _, x := range v {
			left += x * x
		}
		if left <= 1e-18*size {
			return refuse(d.names[j], 0, "retirez-la du modèle", "colonne que les précédentes du modèle donnent déjà (colinéarité)")
		}
		for k := range v {
			v[k] /= math.Sqrt(left)
		}
		basis = append(basis, v)
	}
	return nil
}

// solved is the inverse of a cross product and its logarithm of determinant.
type solved struct {
	inverse *mat.SymDense
	logDet  float64
}

// invert inverts a cross product of independent columns, brought to a unit
// diagonal first.
func invert(a *mat.SymDense) (solved, error) {
	p := a.SymmetricDim()
	scale, unit := make([]float64, p), mat.NewSymDense(p, nil)
	for i := range p {
		scale[i] = math.Sqrt(a.At(i, i))
	}
	for i := range p {
		for j := i; j < p; j++ {
			unit.SetSym(i, j, a.At(i, j)/(scale[i]*scale[j]))
		}
	}
	var c mat.Cholesky
	s := solved{inverse: mat.NewSymDense(p, nil)}
	if !c.Factorize(unit) || c.InverseTo(s.inverse) != nil {
		return s, refuse("", 0, "retirez une variable, ou centrez celles qui sont grandes", "les variables du modèle sont presque colinéaires")
	}
	s.logDet = c.LogDet()
	for i := range p {
		s.logDet += 2 * math.Log(scale[i])
		for j := i; j < p; j++ {
			s.inverse.SetSym(i, j, s.inverse.At(i, j)/(scale[i]*scale[j]))
		}
	}
	return s, nil
}

// form returns x'Ax.
func form(a *mat.SymDense, x []float64) float64 {
	sum := 0.0
	for i := range x {
		for j := range x {
			sum += x[i] * a.At(i, j) * x[j]
		}
	}
	return sum
}

// times returns A'x of a symmetric matrix.
func times(a *mat.SymDense, x []float64) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		for j := range x {
			out[i] += a.At(i, j) * x[j]
		}
	}
	return out
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// standardErrors returns the square roots of a diagonal.
func standardErrors(v *mat.SymDense) []float64 {
	out := make([]float64, v.SymmetricDim())
	for i := range out {
		out[i] = math.Sqrt(v.At(i, i))
	}
	return out
}
