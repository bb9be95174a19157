package composite

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Shares bounds the part that each column takes in a unit's score; the zero
// value sets no bound.
type Shares struct{ Low, High float64 }

var errShares = errors.New("no weight but zero holds within the bounds")

// BenefitOfTheDoubt returns for each unit the score that the weights most
// favourable to it give, where with the same weights no unit exceeds 1: the
// linear programme max w·x_i, X w ≤ 1, w ≥ 0 (Cherchye and others 2007). With
// share bounds, each w_k x_ik is between Low and High of the score. The weights
// are not unique and are not returned. NaN for a unit with a missing value,
// which binds no other. Scores have twelve digits, so that units that are alike
// are equal, and those at the top are at 1.
//
// Values are at least 0. Error: ErrDomain for a negative one, or when bounds
// leave no weight to a unit, named by its row.
func BenefitOfTheDoubt(columns [][]float64, s Shares) ([]float64, error) {
	out, _, err := benefit(columns, s, func(int) bool { return true })
	return out, err
}

// benefit scores every unit, within what those that bind allow; row is the one
// an error is about.
func benefit(columns [][]float64, s Shares, binds func(i int) bool) (out []float64, row int, err error) {
	if len(columns) == 0 {
		return nil, -1, nil
	}
	n := len(columns[0])
	var rows [][]float64
	out = make([]float64, n)
	whole := make([][]float64, n)
	for i := range n {
		row := make([]float64, len(columns))
		out[i] = math.NaN()
		missing := false
		for k, x := range columns {
			if row[k] = x[i]; row[k] < 0 {
				return nil, i, fmt.Errorf("row %d: %w", i, ErrDomain)
			}
			missing = missing || math.IsNaN(row[k])
		}
		if missing {
			continue
		}
		if whole[i] = row; binds(i) {
			rows = append(rows, row)
		}
	}
	// Units of measure cancel out; on a common one the programme is well
	// conditioned.
	for k, x := range columns {
		if _, top := bounds(x); top > 0 {
			for _, row := range whole {
				if row != nil {
					row[k] /= top
				}
			}
		}
	}
	if len(rows) == 0 {
		return out, -1, nil // nothing to be measured against
	}
	doubt := newFrontier(rows).favour
	if s != (Shares{}) {
		doubt = within(outer(rows), s).favour
	}
	for i, row := range whole {
		if row == nil {
			continue
		}
		score, err := doubt(row)
		if err != nil {
			return nil, i, fmt.Errorf("row %d: %w (%v)", i, ErrDomain, err)
		}
		if out[i] = digits(score); math.Abs(score-1) < 1e-9 {
			out[i] = 1
		}
	}
	return out, -1, nil
}

// digits keeps forty bits of a number.
func digits(x float64) float64 {
	m, e := math.Frexp(x)
	return math.Ldexp(math.Round(m*(1<<40)), e-40)
}

// outer returns the rows that another does not equal or exceed throughout: what
// binds them binds the others.
func outer(rows [][]float64) [][]float64 {
	sum := make(map[*float64]float64, len(rows))
	for _, row := range rows {
		for _, v := range row {
			sum[&row[0]] += v
		}
	}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b []float64) int { return cmp.Compare(sum[&b[0]], sum[&a[0]]) })
	var out [][]float64
	for _, row := range sorted {
		if !slices.ContainsFunc(out, func(o []float64) bool { return exceeds(o, row) }) {
			out = append(out, row)
		}
	}
	return out
}

func exceeds(a, b []float64) bool {
	for k, v := range a {
		if v < b[k] {
			return false
		}
	}
	return true
}

// frontier holds the weights under which no row exceeds 1, the same for every
// unit: each climbs from where the last one ended.
type frontier struct {
	climb *climber
	at    map[*float64]int // rows by their first value
	err   error
}

func newFrontier(all [][]float64) *frontier {
	rows := outer(all)
	p := len(rows[0])
	f := &frontier{at: make(map[*float64]int, len(rows))}
	for i, row := range rows {
		f.at[&row[0]] = i
	}
	right, basis := slices.Repeat([]float64{1}, len(rows)), make([]int, p)
	for k := range p {
		positive := make([]float64, p)
		positive[k] = -1
		basis[k] = len(rows)
		rows, right = append(rows, positive), append(right, 0)
	}
	f.climb, f.err = newClimber(rows, right, basis, 0)
	return f
}

func (f *frontier) favour(own []float64) (float64, error) {
	if f.err != nil {
		return 0, f.err
	}
	score, err := f.climb.climb(own)
	if i, ok := f.at[&own[0]]; ok && err == nil && score < 1-1e-9 {
		f.climb.drop(i) // it exceeds 1 nowhere
	}
	return score, err
}

// shared are units each of whose values takes a share of the score within
// bounds. With shares s that sum to 1, unit i has the weights t s_k / x_ik, and
// the score t that leaves no row above 1 is the inverse of the largest
// Σ s_k x_jk / x_ik over rows j, which the best shares make least.
type shared struct {
	rows [][]float64
	Shares
}

func within(rows [][]float64, s Shares) *shared { return &shared{rows, s} }

func (b *shared) favour(own []float64) (float64, error) {
	var in []int // values that can take a share
	for k, v := range own {
		if v > 0 {
			in = append(in, k)
		} else if b.Low > 0 {
			return 0, errShares
		}
	}
	share, between := b.first(len(in))
	if between < 0 {
		return 0, errShares
	}
	ratios, worst, top := make([][]float64, len(b.rows)), -1, math.Inf(-1)
	for j, row := range b.rows {
		ratios[j] = make([]float64, len(in)+1)
		sum := 0.0
		for at, k := range in {
			ratios[j][at] = row[k] / own[k]
			sum += ratios[j][at] * share[at]
		}
		if sum > top {
			worst, top = j, sum
		}
	}
	if !(top > 0) || math.IsInf(top, 1) {
		return 0, errUnbounded
	}
	c, basis := make([]float64, len(in)+1), []int{0}
	rows, right := [][]float64{slices.Repeat([]float64{1}, len(in)+1)}, []float64{1}
	rows[0][len(in)] = 0
	for at := range in {
		low, high := make([]float64, len(in)+1), make([]float64, len(in)+1)
		low[at], high[at] = -1, 1
		rows, right = append(rows, low, high), append(right, -b.Low, b.High)
		switch {
		case at < between:
			basis = append(basis, len(rows)-1)
		case at > between:
			basis = append(basis, len(rows)-2)
		}
	}
	basis = append(basis, len(rows)+worst)
	for _, r := range ratios {
		scale(r, 1/top) // the height starts at −1
		r[len(in)] = -1
		scale(r, 1/max(1, slices.Max(r)))
		rows, right = append(rows, r), append(right, 0)
	}
	c[len(in)] = -1
	l, err := newClimber(rows, right, basis, 1)
	if err != nil {
		return 0, err
	}
	height, err := l.climb(c)
	return -1 / (height * top), err
}

// first returns n shares that sum to 1 with all but one at a bound, and which
// is between, −1 when the bounds leave none.
func (b *shared) first(n int) (share []float64, between int) {
	share, between = slices.Repeat([]float64{b.Low}, n), -1
	rest := 1 - b.Low*float64(n)
	if rest < -1e-12 {
		return nil, -1
	}
	for k := range share {
		between = k
		more := min(b.High-b.Low, rest)
		share[k] += more
		if rest -= more; rest <= 0 {
			break
		}
	}
	if rest > 1e-12 {
		return nil, -1
	}
	return share, between
}
