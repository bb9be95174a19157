package survey

import "gonum.org/v1/gonum/mat"

// part ties the design of some records of a whole to it: work on a domain
// then costs its own records, not all.
type part struct {
	whole *Design
	rows  []int32
	cross *cross // nil: calibration residuals are taken on all records
}

// take returns the design of the given records (0-based, in the domain)
// alone. Strata keep the number of clusters they were drawn with, so that the
// variance is that of the domain.
func (d *Design) take(rows []int32, c *cross) *Design {
	out := &Design{n: len(rows), lonely: d.lonely, lonelyInDomain: d.lonelyInDomain, unequal: d.unequal, part: &part{d, rows, c}}
	out.base, out.weights = gathered(d.base, rows), gathered(d.weights, rows)
	for k := range d.stages {
		out.stages = append(out.stages, d.stages[k].take(rows))
	}
	return out
}

// gathered returns the values of some rows.
func gathered[T any](values []T, rows []int32) []T {
	out := make([]T, len(rows))
	for k, i := range rows {
		out[k] = values[i]
	}
	return out
}

// take returns the stage of some records, clusters numbered anew.
func (st *stage) take(rows []int32) stage {
	out := *st
	out.cluster, out.stratum, out.fraction = make([]int32, len(rows)), nil, nil
	rank := make([]int32, len(st.stratum)) // 1 + the new number
	for k, i := range rows {
		c := st.cluster[i]
		if rank[c] == 0 {
			out.stratum = append(out.stratum, st.stratum[c])
			out.fraction = append(out.fraction, st.fraction[c])
			rank[c] = int32(len(out.stratum))
		}
		out.cluster[k] = rank[c] - 1
	}
	if st.strata != nil {
		strata := *st.strata
		strata.Code = gathered(st.strata.Code, rows)
		out.strata = &strata
	}
	return out
}

// covariance returns the covariance of z, columns of the records of d, under
// the calibrations of the whole.
func (p *part) covariance(d *Design, z [][]float64) (*mat.SymDense, error) {
	if p.cross != nil {
		if cov := p.cross.covariance(p.rows, &d.stages[0], z); cov != nil {
			return cov, nil
		}
	}
	full := make([][]float64, len(z))
	for j := range z {
		full[j] = make([]float64, p.whole.n)
		for k, i := range p.rows {
			full[j][i] = z[j][k]
		}
	}
	return p.whole.Covariance(full)
}
