package survey

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Predict returns the means that the regression gives at k new records, with
// their covariance from that of the coefficients (through the derivative of
// the link). m is the model of the regression written on these records, whose
// variables all have k values; levels are matched by their text.
//
// Refusals: a model of other variables; a level that the sample did not have; a
// missing value.
//
// Oracle: R survey predict.svyglm(type = "response") 4.1.
func (r *Regression) Predict(m Model, k int) (*Estimate, error) {
	aligned, err := r.model.aligned(m, k)
	if err != nil {
		return nil, err
	}
	matrix := aligned.Matrix(k)
	x := mat.NewDense(k, len(matrix.Data), nil)
	for j, column := range matrix.Data {
		x.SetCol(j, column)
	}
	var eta mat.VecDense
	eta.MulVec(x, mat.NewVecDense(len(r.Value), slices.Clone(r.Value)))
	out := &Estimate{Value: make([]float64, k), DF: r.DF}
	for i := range k {
		out.Value[i] = r.Family.mean(eta.AtVec(i))
		row := x.RawRowView(i)
		for j := range row {
			row[j] *= r.Family.slope(out.Value[i])
		}
	}
	out.Cov = congruence(x, r.Cov)
	return out, nil
}

// aligned returns the terms of other with the levels and codes of m.
func (m Model) aligned(other Model, k int) (Model, error) {
	out := Model{Intercept: m.Intercept}
	if len(other.Terms) != len(m.Terms) {
		return out, refuse("", 0, "donnez une valeur à chaque variable du modèle", "%d terme(s) pour %d dans le modèle", len(other.Terms), len(m.Terms))
	}
	for t, term := range m.Terms {
		var columns []*Column
		for j, c := range term {
			given := other.Terms[t][j]
			check(k, given.Rows())
			if c.Number == nil {
				given = given.Categorical()
			}
			for i := range k {
				switch {
				case given.Missing(i):
					return out, refuse(c.Name, i+1, "donnez une valeur à chaque variable du modèle", "valeur manquante")
				case c.Number == nil && !slices.Contains(c.Levels, given.Levels[given.Code[i]]):
					return out, refuse(c.Name, i+1, "choisissez une modalité présente dans l’échantillon", "la modalité « %s » n’est pas dans le modèle", given.Levels[given.Code[i]])
				}
			}
			columns = append(columns, onLevels(given, c))
		}
		out.Terms = append(out.Terms, columns)
	}
	return out, nil
}

// onLevels returns the records of given with the levels of c; a number is
// returned as it is.
func onLevels(given, c *Column) *Column {
	if c.Number != nil {
		return given
	}
	out := &Column{Name: c.Name, Levels: c.Levels, Code: make([]int32, len(given.Code))}
	for i, k := range given.Code {
		out.Code[i] = int32(slices.Index(c.Levels, given.Levels[k]))
	}
	return out
}
