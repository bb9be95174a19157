package survey

import (
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// RankScore turns an estimated rank, a share of the population in (0, 1), into
// the score that a rank test compares.
type RankScore func(share float64) float64

// Wilcoxon scores a rank by itself; it is also the score of Kruskal and
// Wallis's test.
func Wilcoxon(share float64) float64 { return share }

// VanDerWaerden scores a rank by its normal quantile.
func VanDerWaerden(share float64) float64 { return distuv.UnitNormal.Quantile(share) }

// Median scores 1 above the median of the population, 0 below.
func Median(share float64) float64 {
	if share > 0.5 {
		return 1
	}
	return 0
}

// RankTest compares the mean rank scores of groups. With two groups Difference
// is the score of the second minus that of the first and T its Student
// statistic; with more, ChiSquared is the Wald statistic of equality and
// Groups − 1 its degrees of freedom. DF are those of the denominator.
type RankTest struct {
	Groups                        int
	Difference, T, ChiSquared, DF float64
	P                             float64
}

// Ranks tests that y has the same ranks in the population in every group of g.
// Ranks are estimated: the weight below a value plus half of that of each
// record in turn, averaged over ties. Records that miss y or g are left out as
// a domain.
//
// Refusals: fewer than two groups; differences whose covariance is singular.
//
// Source: Lumley and Scott (2013), Biometrika 100(4), 831-842.
// Oracle: R survey::svyranktest 4.1.
func (d *Design) Ranks(y, g *Column, score RankScore) (*RankTest, error) {
	if y.Number == nil {
		return nil, refuse(y.Name, 0, "prenez une variable numérique, ou le rang de ses modalités (level_number)", "un test de rang demande des valeurs ordonnées")
	}
	keep, _ := d.answering(y, g)
	g = g.Categorical().within(keep)
	k := len(g.Levels)
	if k < 2 {
		return nil, refuse(g.Name, 0, "élargissez le domaine ou choisissez une autre variable", "%d groupe parmi les enregistrements retenus : il en faut au moins deux", k)
	}
	domain := d.Domain(keep)
	scores := make([]float64, d.n)
	for i, r := range rankShares(y.Number, domain.weights) {
		if keep[i] {
			scores[i] = score(r)
		}
	}
	mean, cov, err := domain.contrasted(scores, g)
	if err != nil {
		return nil, err
	}
	out := &RankTest{Groups: k}
	if k == 2 {
		t := meanTest(mean[0], sqrtAt(cov, 0), domain.DF()-1)
		out.Difference, out.T, out.DF, out.P = t.Estimate, t.T, t.DF, t.P
		return out, nil
	}
	chi, ok := quadraticForm(cov, mat.NewVecDense(k-1, mean))
	if !ok {
		return nil, refuse(g.Name, 0, "regroupez des modalités", "la covariance des rangs moyens est singulière")
	}
	out.ChiSquared, out.DF = chi, domain.DF()-float64(k-1)
	out.P = fisherTail(chi/float64(k-1), float64(k-1), out.DF)
	return out, nil
}

// rankShares returns the estimated rank of each record of positive weight, as a
// share of their total weight.
func rankShares(y, w []float64) []float64 {
	order, total := make([]int, 0, len(y)), 0.0
	for i, v := range w {
		if v > 0 {
			order = append(order, i)
			total += v
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case y[a] < y[b]:
			return -1
		case y[a] > y[b]:
			return 1
		}
		return 0
	})
	out, below := make([]float64, len(y)), 0.0
	for first := 0; first < len(order); {
		sum, last := 0.0, first
		for ; last < len(order) && y[order[last]] == y[order[first]]; last++ {
			below += w[order[last]]
			sum += below - w[order[last]]/2
		}
		for _, i := range order[first:last] {
			out[i] = sum / float64(last-first) / total
		}
		first = last
	}
	return out
}

// contrasted returns the weighted mean scores of the groups after the first
// minus that of the first, with the covariance of their linearised totals.
func (d *Design) contrasted(score []float64, g *Column) ([]float64, *mat.SymDense, error) {
	k := len(g.Levels)
	size, sum := make([]float64, k), make([]float64, k)
	for i, c := range g.Code {
		if c >= 0 {
			size[c] += d.weights[i]
			sum[c] += d.weights[i] * score[i]
		}
	}
	mean, linear := make([]float64, k-1), make([][]float64, k-1)
	for c := range mean {
		mean[c] = sum[c+1]/size[c+1] - sum[0]/size[0]
		linear[c] = make([]float64, d.n)
	}
	for i, c := range g.Code {
		if c < 0 {
			continue
		}
		z := (score[i] - sum[c]/size[c]) / size[c]
		if c > 0 {
			linear[c-1][i] = z
			continue
		}
		for _, column := range linear {
			column[i] = -z
		}
	}
	e, err := d.Estimate(sumsOf(linear))
	if err != nil {
		return nil, nil, err
	}
	return mean, e.Cov, nil
}

// sumsOf is the statistic of the weighted totals of columns.
func sumsOf(columns [][]float64) Statistic {
	return Statistic{Sums: columns,
		Of: func(sums []float64) ([]float64, error) { return sums, nil },
		Influence: func(w, _ []float64) [][]float64 {
			z := make([][]float64, len(columns))
			for j, column := range columns {
				z[j] = make([]float64, len(w))
				for i, v := range column {
					z[j][i] = w[i] * v
				}
			}
			return z
		}}
}
