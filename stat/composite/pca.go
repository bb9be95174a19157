package composite

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/descr"
)

// Components are the principal components of p columns.
type Components struct {
	SD       []float64   // standard deviation of each, the largest first
	Share    []float64   // of the total variance
	Rotation [][]float64 // Rotation[k][c] is the loading of column k on component c
}

// PCA returns the components of columns, standardised when scale says so, over
// the rows that are complete. The loading of largest size of each component is
// positive. There are as many as columns, or rows if fewer. It is empty when
// fewer than two rows are complete, and a constant column, once standardised,
// is ErrDomain. Oracle: stats::prcomp.
func PCA(columns [][]float64, scale bool) (Components, error) {
	x := complete(columns)
	if len(x) == 0 || len(x[0]) < 2 {
		return Components{}, nil
	}
	if scale {
		for k := range x {
			if x[k] = ZScore(x[k], 0, 1); math.IsNaN(x[k][0]) {
				return Components{}, ErrDomain
			}
		}
	}
	p := len(x)
	cov := mat.NewSymDense(p, nil)
	for i := range p {
		for j := range i + 1 {
			cov.SetSym(i, j, descr.Covariance(x[i], x[j]))
		}
	}
	var e mat.EigenSym
	if !e.Factorize(cov, true) {
		return Components{}, ErrDomain
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	values, total := e.Values(nil), 0.0
	for _, v := range values {
		total += max(0, v)
	}
	c := Components{Rotation: make([][]float64, p)}
	for k := range c.Rotation {
		c.Rotation[k] = make([]float64, min(p, len(x[0])))
	}
	for at := range min(p, len(x[0])) {
		from := p - 1 - at
		c.SD = append(c.SD, math.Sqrt(max(0, values[from])))
		c.Share = append(c.Share, max(0, values[from])/total)
		largest := 0.0
		for k := range p {
			if v := vectors.At(k, from); math.Abs(v) > math.Abs(largest)+1e-12 {
				largest = v
			}
		}
		for k := range p {
			c.Rotation[k][at] = vectors.At(k, from) * math.Copysign(1, largest)
		}
	}
	return c, nil
}

// complete keeps the rows without a gap.
func complete(columns [][]float64) [][]float64 {
	out := make([][]float64, len(columns))
	if len(columns) == 0 {
		return out
	}
	for i := range columns[0] {
		whole := true
		for _, x := range columns {
			whole = whole && !math.IsNaN(x[i])
		}
		for k, x := range columns {
			if whole {
				out[k] = append(out[k], x[i])
			}
		}
	}
	return out
}
