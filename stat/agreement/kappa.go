package agreement

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Credit says how much two codes that differ agree all the same.
type Credit int

// None counts only equal codes (the usual kappa). Linear and Quadratic are for
// ordered codes, in their order: 1 − |i−j|/(k−1) and 1 − (i−j)²/(k−1)².
const (
	None Credit = iota
	Linear
	Quadratic
)

// Kappa is the agreement of two coders beyond chance: 1 for full agreement, 0
// for that of chance, below when they agree less. SE is its large-sample
// standard error, NullSE that under independence, [Lo, Hi] the interval Value
// ± z·SE kept in [−1, 1]. With full agreement SE is 0, which says nothing of
// the uncertainty: read N then.
type Kappa struct {
	Value, SE, NullSE, Lo, Hi float64
	Observed, Expected        float64 // shares of agreement, weighted where codes get credit
	N                         int     // units coded by both
}

// Cohen returns kappa from the square table of counts: counts[i][j] units had
// code i from the first coder and j from the second. level is that of the
// interval, in (0, 1).
//
// Error: ErrFew without a unit; ErrConstant where both gave all the same code.
// Panics if the table is not square, has a negative count, or level is not in
// (0, 1).
//
// Source: Cohen (1960), EPM 20(1), 37-46, and (1968), Psychological Bulletin
// 70(4), 213-220; variances: Fleiss, Cohen and Everitt (1969), Psychological
// Bulletin 72(5), 323-327.
// Oracle: R vcd 1.4-11 (Kappa), psych 2.2.9 (cohen.kappa).
func Cohen(counts [][]int, c Credit, level float64) (Kappa, error) {
	t := tabulate(counts)
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("agreement.Cohen: level %v", level))
	}
	if t.n == 0 {
		return Kappa{}, ErrFew
	}
	credit := credits(len(counts), c)
	k := Kappa{N: t.n}
	for i := range counts {
		for j := range counts {
			k.Observed += credit[i][j] * t.share[i][j]
			k.Expected += credit[i][j] * t.row[i] * t.col[j]
		}
	}
	left := 1 - k.Expected
	if left < 1e-12 {
		return Kappa{}, ErrConstant
	}
	k.Value = (k.Observed - k.Expected) / left
	k.SE, k.NullSE = t.errors(credit, k.Observed, k.Expected)
	half := distuv.UnitNormal.Quantile((1+level)/2) * k.SE
	k.Lo, k.Hi = max(-1, k.Value-half), min(1, k.Value+half)
	return k, nil
}

// shares is a table of counts as shares of its total.
type shares struct {
	n        int
	share    [][]float64
	row, col []float64
}

func tabulate(counts [][]int) *shares {
	k := len(counts)
	t := &shares{share: make([][]float64, k), row: make([]float64, k), col: make([]float64, k)}
	for _, line := range counts {
		if len(line) != k {
			panic(fmt.Sprintf("agreement.Cohen: %d columns for %d rows", len(line), k))
		}
		for _, v := range line {
			if v < 0 {
				panic(fmt.Sprintf("agreement.Cohen: count %d", v))
			}
			t.n += v
		}
	}
	for i, line := range counts {
		t.share[i] = make([]float64, k)
		for j, v := range line {
			p := float64(v) / float64(max(1, t.n))
			t.share[i][j] = p
			t.row[i] += p
			t.col[j] += p
		}
	}
	return t
}

// credits returns the weight of agreement of each pair of codes, in [0, 1].
func credits(k int, c Credit) [][]float64 {
	out := make([][]float64, k)
	for i := range out {
		out[i] = make([]float64, k)
		for j := range out[i] {
			gap := math.Abs(float64(i-j)) / float64(max(1, k-1))
			switch {
			case c == Linear:
				out[i][j] = 1 - gap
			case c == Quadratic:
				out[i][j] = 1 - gap*gap
			case i == j:
				out[i][j] = 1
			}
		}
	}
	return out
}

// errors returns the large-sample standard error of kappa and that under
// independence.
func (t *shares) errors(credit [][]float64, observed, expected float64) (se, null float64) {
	k, left := len(t.row), 1-expected
	byRow, byCol := make([]float64, k), make([]float64, k)
	for i := range credit {
		for j, w := range credit[i] {
			byRow[i] += w * t.col[j]
			byCol[j] += w * t.row[i]
		}
	}
	var sum, sum0 float64
	for i := range credit {
		for j, w := range credit[i] {
			mean := byRow[i] + byCol[j]
			at := w*left - mean*(1-observed)
			sum += t.share[i][j] * at * at
			sum0 += t.row[i] * t.col[j] * (w - mean) * (w - mean)
		}
	}
	centre := observed*expected - 2*expected + observed
	n := float64(t.n)
	se = math.Sqrt(max(0, sum-centre*centre)/n) / (left * left)
	null = math.Sqrt(max(0, sum0-expected*expected)/n) / left
	return se, null
}
