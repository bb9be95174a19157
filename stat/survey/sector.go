package survey

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Sectors estimates ratios in many groups that share no record, at the cost of
// a few passes over the records whatever the number of groups. It is kept from
// one question to the next.
type Sectors struct {
	d     *Design
	rule  *rule     // nil: the design asks for the long way
	cross *cross    // of a calibrated design
	share []float64 // of each stratum: factor times 1−f
}

// Sectors prepares the estimates of groups under the design. A sample of units
// drawn in one stage and calibrated at most once has the short way; any other
// design has the same figures at the cost of a column of records a group.
//
// Refusal: a stratum with one cluster when the design has no rule for it.
func (d *Design) Sectors() (*Sectors, error) {
	s := &Sectors{d: d}
	if d.reps != nil || d.part != nil || d.unequal || len(d.stages) != 1 || !d.stages[0].units() || len(d.steps) > 1 {
		return s, nil
	}
	r, err := d.rule(0)
	if err != nil {
		return nil, err
	}
	if s.cross, err = d.cross(); err != nil {
		return nil, err
	}
	s.rule, s.share = r, make([]float64, len(r.sampled))
	for c, h := range r.stratum {
		s.share[h] = r.factor[h] * (1 - r.fraction[c])
	}
	return s, nil
}

// Ratio returns Σ w num / Σ w den in k groups (group of each record, -1 for
// none) and the covariance of the k ratios, 0 for a group without den.
//
// Refusals: those of Design.Estimate.
//
// Source: as Design.Covariance.
func (s *Sectors) Ratio(num, den []float64, group []int32, k int) ([]float64, *mat.SymDense, error) {
	check(s.d.n, len(group))
	value, size := make([]float64, k), make([]float64, k)
	for i, g := range group {
		if g >= 0 {
			w := s.d.weights[i]
			value[g] += w * num[i]
			size[g] += w * den[i]
		}
	}
	for g := range value {
		if value[g] /= size[g]; size[g] == 0 {
			value[g] = 0
		}
	}
	if s.rule == nil {
		return s.long(num, den, group, value, size)
	}
	z := make([]float64, s.d.n)
	for i, g := range group {
		if g >= 0 && size[g] > 0 {
			z[i] = s.d.weights[i] * (num[i] - value[g]*den[i]) / size[g]
		}
	}
	if cov := s.covariance(z, group, k); cov != nil {
		return value, cov, nil
	}
	return s.long(num, den, group, value, size)
}

// long estimates with a column of records a group, the empty ones left out.
func (s *Sectors) long(num, den []float64, group []int32, value, size []float64) ([]float64, *mat.SymDense, error) {
	var present []int
	place := make([]int32, len(size))
	for g, w := range size {
		if place[g] = -1; w > 0 {
			place[g] = int32(len(present))
			present = append(present, g)
		}
	}
	cov := mat.NewSymDense(len(size), nil)
	if len(present) == 0 {
		return value, cov, nil
	}
	code := slices.Clone(group)
	for i, g := range group {
		if g >= 0 {
			code[i] = place[g]
		}
	}
	e, err := s.d.Estimate(groupRatios(num, den, code, len(present)))
	if err != nil {
		return nil, nil, err
	}
	for a, g := range present {
		for b, h := range present[:a+1] {
			cov.SetSym(g, h, e.Cov.At(a, b))
		}
	}
	return value, cov, nil
}

// covariance is that of the totals of z in each group, nil when the terms of a
// calibration would lose digits.
func (s *Sectors) covariance(z []float64, group []int32, k int) *mat.SymDense {
	strata := len(s.share)
	sums := make([]float64, k*strata) // of z, by group and stratum
	cov := mat.NewSymDense(k, nil)
	raw := cov.RawSymmetric()
	for i, g := range group {
		if v := z[i]; v != 0 {
			h := s.rule.stratum[i]
			sums[int(g)*strata+int(h)] += v
			raw.Data[int(g)*(raw.Stride+1)] += s.share[h] * v * v
		}
	}
	scaled := make([]float64, strata)
	for a := range k {
		for h, v := range sums[a*strata : (a+1)*strata] {
			if scaled[h] = 0; s.rule.centre[h] {
				scaled[h] = s.share[h] * v / s.rule.sampled[h]
			}
		}
		for b := a; b < k; b++ {
			raw.Data[a*raw.Stride+b] -= dot(scaled, sums[b*strata:(b+1)*strata])
		}
	}
	if s.cross == nil {
		return cov
	}
	return s.cross.taken(cov, z, group, sums)
}

// taken takes the residuals of the calibration off a covariance of groups.
func (x *cross) taken(cov *mat.SymDense, z []float64, group []int32, sums []float64) *mat.SymDense {
	k, q, strata := cov.SymmetricDim(), x.step.size, len(x.share)
	cells := len(x.step.x) / q
	ins, outs := make([]float64, k*cells), make([]float64, k*cells)
	for i, g := range group {
		if c := x.step.cell[i]; z[i] != 0 && c >= 0 {
			at := int(g)*cells + int(c)
			ins[at] += x.step.in[i] * z[i]
			outs[at] += x.scaled[i] * z[i]
		}
	}
	gamma, product := mat.NewDense(k, q, nil), mat.NewDense(k, q, nil)
	for g := range k {
		gather(gamma.RawRowView(g), x.step.x, ins[g*cells:(g+1)*cells])
		x.step.solve(gamma.RawRowView(g))
		row := product.RawRowView(g)
		gather(row, x.step.fitted(), outs[g*cells:(g+1)*cells])
		for a, v := range x.centred(sums[g*strata : (g+1)*strata]) {
			row[a] -= v
		}
	}
	return x.joined(cov, gamma, product)
}

// joined is z'Qz − γ'B'Qz − z'QBγ + γ'B'QBγ, nil when a variance would lose
// digits.
func (x *cross) joined(cov *mat.SymDense, gamma, product *mat.Dense) *mat.SymDense {
	var half, middle, form mat.Dense
	half.Mul(gamma, product.T())
	middle.Mul(gamma, x.form)
	form.Mul(&middle, gamma.T())
	for j := range cov.SymmetricDim() {
		before := cov.At(j, j)
		for l := j; l < cov.SymmetricDim(); l++ {
			cov.SetSym(j, l, cov.At(j, l)-half.At(j, l)-half.At(l, j)+(form.At(j, l)+form.At(l, j))/2)
		}
		if cov.At(j, j) < cancelled*before {
			return nil
		}
	}
	return cov
}

// IntervalOf returns the interval of a share or of a mean that rests on n
// records, from its standard error: that of Figure.
func IntervalOf(value, se float64, n int, share bool, level, df float64) (low, high float64) {
	f := figure(value, se, n, share, level, df)
	return f.Low, f.High
}
