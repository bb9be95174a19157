package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/descr"
)

// Pairwise compares the means of y in every pair of groups of g. Pair k is
// (A[k], B[k]), ranks in Levels from 0, A before B; Diff is the mean of A minus
// that of B. Letters[j] names the groups whose mean is significantly lower than
// that of group j at 95 %, without correction for multiple comparisons: A is
// the first group, after Z come AA, AB, separated by spaces.
type Pairwise struct {
	Levels               []string
	Mean, MeanSE         []float64
	A, B                 []int
	Diff, SE, T, P       []float64
	Holm, BH, Bonferroni []float64
	DF                   float64
	Letters              []string
}

// Pairwise returns the comparison of all pairs of groups, by t tests that take
// the covariance of the means into account, on the degrees of freedom of the
// domain that answers y. Records that miss y or g are left out as a domain.
//
// Refusals: y not a number; fewer than two groups.
//
// Oracle: R survey::svyby(covmat = TRUE), stats::p.adjust.
func (d *Design) Pairwise(y, g *Column) (*Pairwise, error) {
	if y.Number == nil {
		return nil, refuse(y.Name, 0, "prenez une variable numérique, ou l’indicatrice d’une modalité", "la comparaison porte sur des moyennes")
	}
	keep, _ := d.answering(y, g)
	g = g.Categorical().within(keep)
	k := len(g.Levels)
	if k < 2 {
		return nil, refuse(g.Name, 0, "élargissez le domaine ou choisissez une autre variable", "%d groupe parmi les enregistrements retenus : il en faut au moins deux", k)
	}
	domain := d.Domain(keep)
	mean, err := domain.Estimate(groupMeans(y.Number, g.Code, k))
	if err != nil {
		return nil, err
	}
	answered, _ := d.answering(y)
	return compared(g.Levels, mean.Value, mean.Cov, d.DFIn(answered)), nil
}

// compared returns the comparison of all pairs of estimates.
func compared(levels []string, value []float64, cov *mat.SymDense, df float64) *Pairwise {
	p := &Pairwise{Levels: levels, Mean: value, DF: df}
	for a := range levels {
		p.MeanSE = append(p.MeanSE, sqrtAt(cov, a))
		for b := a + 1; b < len(levels); b++ {
			diff := value[a] - value[b]
			se := math.Sqrt(max(0, cov.At(a, a)+cov.At(b, b)-2*cov.At(a, b)))
			t := diff / se
			p.A, p.B = append(p.A, a), append(p.B, b)
			p.Diff, p.SE, p.T = append(p.Diff, diff), append(p.SE, se), append(p.T, t)
			p.P = append(p.P, studentTail(t, df))
		}
	}
	p.Holm, p.BH, p.Bonferroni = descr.Holm(p.P), descr.BH(p.P), descr.Bonferroni(p.P)
	p.Letters = p.lettersOf(p.P)
	return p
}

// lettersOf returns, for each group, the letters of the groups significantly
// lower at 95 % by these p-values of the pairs.
func (p *Pairwise) lettersOf(value []float64) []string {
	out := make([]string, len(p.Levels))
	for low := range p.Levels { // letters in the order of the groups
		for k := range p.A {
			above, below := p.A[k], p.B[k]
			if p.Diff[k] < 0 {
				above, below = below, above
			}
			if below != low || !(value[k] < 0.05) {
				continue
			}
			if out[above] != "" && len(p.Levels) > 26 {
				out[above] += " "
			}
			out[above] += Letter(low)
		}
	}
	return out
}

// Letter returns the letter of a column of rank j, from 0: A to Z, then AA, AB.
func Letter(j int) string {
	if j < 26 {
		return string(rune('A' + j))
	}
	return Letter(j/26-1) + Letter(j%26)
}

// sqrtAt returns the standard error of estimate j.
func sqrtAt(v *mat.SymDense, j int) float64 { return math.Sqrt(max(0, v.At(j, j))) }

// groupMeans is the statistic of the weighted means of y in k groups.
func groupMeans(y []float64, group []int32, k int) Statistic {
	in := indicators(group, k)
	var sums [][]float64
	for c := range k {
		of := make([]float64, len(y))
		for i, v := range in[c] {
			if v == 1 {
				of[i] = y[i]
			}
		}
		sums = append(sums, of)
	}
	return Statistic{Sums: append(sums, in...),
		Of: func(s []float64) ([]float64, error) {
			out := make([]float64, k)
			for c := range out {
				out[c] = s[c] / s[k+c]
			}
			return out, nil
		},
		Influence: func(w, mean []float64) [][]float64 {
			size, z := make([]float64, k), make([][]float64, k)
			for c := range z {
				z[c], size[c] = make([]float64, len(y)), dot(w, in[c])
			}
			for i, c := range group {
				if c >= 0 {
					z[c][i] = w[i] * (y[i] - mean[c]) / size[c]
				}
			}
			return z
		}}
}
