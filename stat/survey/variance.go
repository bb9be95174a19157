package survey

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Covariance returns the p × p covariance of the weighted totals whose
// weighted linearised variables are the p columns z of n values (zero outside
// the domain; not modified).
//
// The residuals of the calibrations are taken first, then each stage adds
// its strata: Σ (1−f) n/(n−1) Σ (T_c − mean)(T_c − mean)', times the sampling
// fractions of the stages above. Without finite population correction the
// first stage counts alone, as if drawn with replacement.
//
// Refusal: a stratum with one cluster when the design has no rule for it. The
// covariance is NaN where the rule Average finds no stratum with two clusters.
//
// Source: Särndal, Swensson, Wretman (1992), result 4.3.1; Brewer (2002),
// Combined Survey Sampling Inference, for unequal probabilities.
func (d *Design) Covariance(z [][]float64) (*mat.SymDense, error) {
	if d.part != nil && len(d.part.whole.steps) > 0 {
		return d.part.covariance(d, z)
	}
	if len(d.steps) > 0 {
		taken := make([][]float64, len(z))
		for j := range z {
			taken[j] = slices.Clone(z[j])
			for k := range d.steps {
				d.steps[k].residual(taken[j])
			}
		}
		z = taken
	}
	return d.spread(z)
}

// spread returns the covariance of totals from the spread of cluster totals.
func (d *Design) spread(z [][]float64) (*mat.SymDense, error) {
	cov := mat.NewSymDense(len(z), nil)
	for k := range d.stages {
		r, err := d.rule(k)
		if err != nil {
			return nil, err
		}
		r.add(cov, d.stages[k].totals(z))
	}
	return cov, nil
}

// rule says how the strata of a stage count.
type rule struct {
	*stage
	factor []float64 // of each stratum, times 1−f of the cluster; 0 left out
	centre []bool    // at the mean of the stratum, else at zero
	absent []float64 // clusters of each stratum that are not in the arrays
}

// rule returns how the strata of stage k count, lonely ones included.
func (d *Design) rule(k int) (*rule, error) {
	st := &d.stages[k]
	strata := len(st.sampled)
	r := &rule{stage: st, factor: make([]float64, strata), centre: make([]bool, strata)}
	r.count()
	certain := make([]bool, strata)
	for c, h := range st.stratum {
		certain[h] = st.fraction[c] >= 1-1e-7
	}
	present := d.present(st)
	left, kept := make([]float64, st.parents), make([]float64, st.parents) // strata by parent: with clusters, with a variance
	for h, n := range st.sampled {
		if present[h] == 0 {
			continue
		}
		left[st.parent[h]]++
		r.factor[h], r.centre[h] = n/(n-1), true
		alone := n > 1 && present[h] == 1 && d.lonelyInDomain && !certain[h]
		switch {
		case n == 1 && certain[h]:
			r.factor[h] = 0
		case n == 1 && d.lonely == Refuse:
			return nil, d.alone(k, h)
		case n == 1 && d.lonely == Adjust:
			r.factor[h], r.centre[h] = 1, false
		case alone && d.lonely == Adjust:
			r.centre[h] = false
		case (n == 1 || alone) && d.lonely == Average:
			r.factor[h] = 0
			continue
		case n == 1:
			r.factor[h] = 0
		}
		kept[st.parent[h]]++
	}
	for h := range r.factor {
		switch p := st.parent[h]; {
		case d.lonely != Average || present[h] == 0:
		case kept[p] == 0:
			r.factor[h] = math.NaN() // no stratum tells the variance
		default:
			r.factor[h] *= left[p] / kept[p]
		}
		if st.multiplier != nil {
			r.factor[h] *= st.multiplier[h]
		}
	}
	return r, nil
}

// count sets the clusters absent from the arrays.
func (r *rule) count() {
	r.absent = slices.Clone(r.sampled)
	for _, h := range r.stratum {
		r.absent[h]--
	}
}

// present counts the clusters of each stratum that can contribute: those with
// a record in the domain, or all where a calibration or unequal probabilities
// tie records outside the domain to it.
func (d *Design) present(st *stage) []int {
	count, seen := make([]int, len(st.sampled)), make([]bool, len(st.stratum))
	all := d.in == nil || len(d.steps) > 0 || d.unequal
	for i, c := range st.cluster {
		if !seen[c] && (all || d.in[i]) {
			seen[c] = true
			count[st.stratum[c]]++
		}
	}
	return count
}

// alone says that stratum h of stage k has one cluster and no rule applies.
func (d *Design) alone(k, h int) error {
	st := &d.stages[k]
	for i, c := range st.cluster {
		if int(st.stratum[c]) == h {
			name, stratum := "", ""
			if st.strata != nil {
				name, stratum = st.strata.Name, " « "+st.strata.Levels[st.strata.Code[i]]+" »"
			}
			return refuse(name, i+1, "regroupez-la avec une strate voisine, ou choisissez une règle (lonely_psu : adjust, average, remove, certainty)",
				"la strate%s n’a qu’une grappe tirée au degré %d : sa variance ne peut s’estimer", stratum, k+1)
		}
	}
	return nil
}

// totals returns the columns z summed by cluster.
func (st *stage) totals(z [][]float64) [][]float64 {
	if st.units() {
		return z
	}
	out := make([][]float64, len(z))
	for j, column := range z {
		sum := make([]float64, len(st.stratum))
		for i, c := range st.cluster {
			sum[c] += column[i]
		}
		out[j] = sum
	}
	return out
}

// units tells whether each record is its own cluster.
func (st *stage) units() bool { return len(st.stratum) == len(st.cluster) }

// chunk is the number of clusters whose deviations are held at a time.
const chunk = 2048

// add adds the covariance of the cluster totals t to cov.
func (r *rule) add(cov *mat.SymDense, t [][]float64) {
	p := len(t)
	mean := make([][]float64, p)
	for j := range t {
		mean[j] = r.means(t[j])
	}
	root := make([]float64, len(r.stratum))
	share := make([]float64, len(r.sampled)) // 1−f of each stratum, of use for absent clusters only
	for c, h := range r.stratum {
		share[h] = 1 - r.fraction[c]
		root[c] = math.Sqrt(max(0, r.factor[h]*share[h]))
	}
	block := make([]float64, p*chunk)
	sum := cov.RawSymmetric()
	for first := 0; first < len(r.stratum); first += chunk {
		size := min(chunk, len(r.stratum)-first)
		for j := range t {
			row := block[j*chunk : j*chunk+size]
			strata, part := r.stratum[first:first+size], t[j][first:first+size]
			for c, h := range strata {
				row[c] = root[first+c] * (part[c] - mean[j][h])
			}
		}
		blas64.Syrk(blas.NoTrans, 1, blas64.General{Rows: p, Cols: size, Stride: chunk, Data: block}, 1, sum)
	}
	for h, n := range r.absent {
		if n > 0 && r.centre[h] && r.factor[h] > 0 {
			r.addAbsent(cov, mean, h, n*r.factor[h]*share[h])
		}
	}
}

// addAbsent adds clusters of total zero in stratum h.
func (r *rule) addAbsent(cov *mat.SymDense, mean [][]float64, h int, times float64) {
	for j := range mean {
		for l := j; l < len(mean); l++ {
			cov.SetSym(j, l, cov.At(j, l)+times*mean[j][h]*mean[l][h])
		}
	}
}

// means returns the value that cluster totals of each stratum deviate from.
func (r *rule) means(t []float64) []float64 {
	mean := make([]float64, len(r.sampled))
	for c, h := range r.stratum {
		mean[h] += t[c]
	}
	for h := range mean {
		if r.centre[h] {
			mean[h] /= r.sampled[h]
		} else {
			mean[h] = 0
		}
	}
	return mean
}
