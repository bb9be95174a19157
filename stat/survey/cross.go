package survey

import "gonum.org/v1/gonum/mat"

// cross holds what the quadratic form Q of the variance makes of the columns
// B = out∘F of a calibration. Residuals z − Bγ are not zero outside a domain;
// with it their variance still costs the records of the domain only:
// z'Qz − γ'B'Qz − z'QBγ + γ'B'QBγ.
type cross struct {
	step   *projection
	rule   *rule
	share  []float64   // of each stratum: factor times 1−f
	scaled []float64   // out times the share of the record's stratum
	sums   [][]float64 // of B, by column and stratum
	form   *mat.Dense  // B'QB
}

// cross prepares the covariances of domains of d; nil where records are not
// units drawn in one stage or there is not exactly one calibration.
func (d *Design) cross() (*cross, error) {
	if len(d.steps) != 1 || len(d.stages) != 1 || !d.stages[0].units() || d.unequal {
		return nil, nil
	}
	r, err := d.rule(0)
	if err != nil {
		return nil, err
	}
	x := &cross{step: &d.steps[0], rule: r, share: make([]float64, len(r.sampled)), scaled: make([]float64, d.n)}
	for i, h := range r.stratum {
		x.share[h] = r.factor[h] * (1 - r.fraction[i])
		x.scaled[i] = x.step.out[i] * x.share[h]
	}
	x.sum()
	return x, nil
}

// sum sets sums and form.
func (x *cross) sum() {
	q := x.step.size
	x.sums, x.form = make([][]float64, q), mat.NewDense(q, q, nil)
	for a := range x.sums {
		x.sums[a] = make([]float64, len(x.share))
	}
	form, fit := x.form.RawMatrix().Data, x.step.fitted()
	square := make([]float64, len(fit)/q) // Σ share out², by cell
	for i, h := range x.rule.stratum {
		c := x.step.cell[i]
		if c < 0 {
			continue
		}
		out := x.step.out[i]
		square[c] += x.scaled[i] * out
		for a, v := range fit[int(c)*q : int(c+1)*q] {
			if v != 0 {
				x.sums[a][h] += out * v
			}
		}
	}
	for c, s := range square {
		row := fit[c*q : (c+1)*q]
		for a, v := range row {
			if v != 0 {
				gather(form[a*q:(a+1)*q], row, []float64{s * v})
			}
		}
	}
	for a := range q {
		taken := x.centred(x.sums[a])
		for b := range q {
			form[a*q+b] -= taken[b]
		}
	}
}

// centred returns what the means of strata take off the products of each
// column of B with a column whose sums by stratum are given.
func (x *cross) centred(sums []float64) []float64 {
	out := make([]float64, len(x.sums))
	for h, sum := range sums {
		if sum == 0 || !x.rule.centre[h] {
			continue
		}
		times := x.share[h] * sum / x.rule.sampled[h]
		for a := range out {
			out[a] += times * x.sums[a][h]
		}
	}
	return out
}

// cancelled is the share of a variance below which the difference of terms
// has lost too many digits: residuals are then taken on all records.
const cancelled = 1e-5

// covariance returns the covariance of the residuals of z, columns over some
// rows of the whole, drawn as st says; nil when it would lose digits.
func (x *cross) covariance(rows []int32, st *stage, z [][]float64) *mat.SymDense {
	local := &rule{stage: st, factor: x.rule.factor, centre: x.rule.centre}
	local.count()
	p := len(z)
	cov := mat.NewSymDense(p, nil)
	local.add(cov, z)
	gamma, product := x.columns(rows, st, z)
	return x.joined(cov, gamma, product)
}

// columns returns γ and B'Qz of each column, a row each.
func (x *cross) columns(rows []int32, st *stage, z [][]float64) (gamma, product *mat.Dense) {
	p, q := len(z), x.step.size
	gamma, product = mat.NewDense(p, q, nil), mat.NewDense(p, q, nil)
	in, scaled := gathered(x.step.in, rows), gathered(x.scaled, rows)
	cell, cells := gathered(x.step.cell, rows), len(x.step.x)/q
	ins, outs, sums := make([]float64, cells), make([]float64, cells), make([]float64, len(x.share))
	for j, column := range z {
		clear(ins)
		clear(outs)
		clear(sums)
		for k, v := range column {
			if v != 0 {
				c := cell[k]
				ins[c] += in[k] * v
				outs[c] += scaled[k] * v
				sums[st.stratum[k]] += v
			}
		}
		gather(gamma.RawRowView(j), x.step.x, ins)
		x.step.solve(gamma.RawRowView(j))
		row := product.RawRowView(j)
		gather(row, x.step.fitted(), outs)
		for a, v := range x.centred(sums) {
			row[a] -= v
		}
	}
	return gamma, product
}
