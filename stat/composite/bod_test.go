package composite

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
	"pgregory.net/rapid"
)

// programme is that of one unit as it is written: rows·w ≤ right.
func programme(own []float64, units [][]float64, s Shares) (rows [][]float64, right []float64) {
	p := len(own)
	rows, right = slices.Clone(units), slices.Repeat([]float64{1}, len(units))
	for k := range p {
		positive, over, under := make([]float64, p), make([]float64, p), make([]float64, p)
		for j, v := range own {
			over[j], under[j] = -s.High*v, s.Low*v
		}
		positive[k] = -1
		over[k] += own[k]
		under[k] -= own[k]
		if rows, right = append(rows, positive), append(right, 0); s != (Shares{}) {
			rows, right = append(rows, over, under), append(right, 0, 0)
		}
	}
	return rows, right
}

// highest tries every vertex of a programme of two or three weights.
func highest(c []float64, rows [][]float64, right []float64) float64 {
	p, best := len(c), 0.0
	try := func(basis ...int) {
		a, b, w := mat.NewDense(p, p, nil), mat.NewVecDense(p, nil), mat.NewVecDense(p, nil)
		for j, i := range basis {
			a.SetRow(j, rows[i])
			b.SetVec(j, right[i])
		}
		if mat.Det(a) == 0 || w.SolveVec(a, b) != nil {
			return
		}
		for i, row := range rows {
			if dot(row, w.RawVector().Data) > right[i]+1e-11 {
				return
			}
		}
		best = max(best, dot(c, w.RawVector().Data))
	}
	for i := range rows {
		for j := range i {
			if p == 2 {
				try(j, i)
				continue
			}
			for k := range j {
				try(k, j, i)
			}
		}
	}
	return best
}

func inColumns(columns [][]float64) [][]float64 {
	rows := make([][]float64, len(columns[0]))
	for i := range rows {
		for _, x := range columns {
			_, top := bounds(x)
			rows[i] = append(rows[i], x[i]/top)
		}
	}
	return rows
}

// Values that tie, repeat, are zero or on scales far apart, with and without
// bounds: the best of all vertices.
func TestBenefitIsTheBestVertex(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n, p := rapid.IntRange(1, 8).Draw(r, "n"), rapid.IntRange(2, 3).Draw(r, "p")
		columns := make([][]float64, p)
		value := rapid.SampledFrom([]*rapid.Generator[float64]{
			rapid.Map(rapid.IntRange(0, 3), func(i int) float64 { return float64(i) }),
			rapid.Float64Range(0.01, 1),
			rapid.Map(rapid.IntRange(1, 4), func(i int) float64 { return math.Pow(10, float64(i)) }),
		}).Draw(r, "values")
		for k := range columns {
			columns[k] = rapid.SliceOfN(value, n, n).Draw(r, "column")
			columns[k][0]++ // a column of zeros bounds nothing
		}
		s := rapid.SampledFrom([]Shares{{}, {0, 0.6}, {0.1, 1}, {0.5 / float64(p), 1.5 / float64(p)}, {1 / float64(p), 1 / float64(p)}}).Draw(r, "shares")
		got, err := BenefitOfTheDoubt(columns, s)
		units, refused := inColumns(columns), false
		for i, own := range units {
			rows, right := programme(own, units, s)
			want := highest(own, rows, right)
			refused = refused || s != (Shares{}) && want < 1e-9
			if err == nil && math.Abs(got[i]-want) > 1e-9 {
				r.Errorf("row %d of %v under %v: %v; want %v", i, columns, s, got[i], want)
			}
		}
		if refused != (err != nil) {
			r.Errorf("%v under %v: %v; a unit without weight: %v", columns, s, err, refused)
		}
	})
}

// Of many columns: the scores of a solver of any linear programme.
func TestBenefitIsTheProgramme(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 5))
		n, p := 5+rng.IntN(30), 4+rng.IntN(6)
		columns := make([][]float64, p)
		for k := range columns {
			for range n {
				columns[k] = append(columns[k], math.Exp(rng.NormFloat64()))
			}
		}
		s := []Shares{{}, {0, 0.5}, {0.05, 0.4}}[seed%3]
		got, err := BenefitOfTheDoubt(columns, s)
		if err != nil {
			t.Fatal(err)
		}
		units := inColumns(columns)
		for i, own := range units {
			limits, right := programme(own, units, s)
			m := len(limits)
			a, c, basis := mat.NewDense(m, p+m, nil), make([]float64, p+m), make([]int, m)
			for j, l := range limits {
				copy(a.RawRowView(j), l)
				a.Set(j, p+j, 1)
				basis[j] = p + j
			}
			for k, v := range own {
				c[k] = -v
			}
			want, _, err := lp.Simplex(c, a, right, 1e-12, basis)
			if err != nil || math.Abs(got[i]+want) > 1e-9 {
				t.Errorf("seed %d, row %d under %v: %v; want %v (%v)", seed, i, s, got[i], -want, err)
			}
		}
	}
}

// Units that are alike have the same score, whatever their order, and those at
// the top are all at 1.
func TestBenefitTies(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	columns, back := make([][]float64, 4), make([][]float64, 4)
	for k := range columns {
		for range 150 {
			v := float64(1+rng.IntN(1000)) / 7
			columns[k] = append(columns[k], v, v)
		}
		for i := range columns[k] {
			back[k] = append(back[k], columns[k][len(columns[k])-1-i])
		}
	}
	for _, s := range []Shares{{}, {0.1, 0.5}} {
		here, err := BenefitOfTheDoubt(columns, s)
		there, other := BenefitOfTheDoubt(back, s)
		if err != nil || other != nil {
			t.Fatal(err, other)
		}
		top := 0
		for i, v := range here {
			if v != there[len(there)-1-i] || v != here[i^1] || v > 1 {
				t.Errorf("shares %v, unit %d: %v, its twin %v, in another order %v", s, i, v, here[i^1], there[len(there)-1-i])
			}
			if v == 1 {
				top++
			}
		}
		if top < 2 {
			t.Errorf("shares %v: %d units at 1", s, top)
		}
	}
}

func BenchmarkBenefit(b *testing.B) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, c := range []struct {
		name string
		n, p int
		s    Shares
	}{{"60x3", 60, 3, Shares{}}, {"60x3bounds", 60, 3, Shares{0.1, 0.6}}, {"300x20", 300, 20, Shares{}}, {"300x20bounds", 300, 20, Shares{0.01, 0.2}}, {"1000x6", 1000, 6, Shares{}}, {"35000x6", 35000, 6, Shares{}}, {"1000x60", 1000, 60, Shares{}}} {
		columns := make([][]float64, c.p)
		for range c.n {
			common := rng.NormFloat64()
			for k := range columns {
				columns[k] = append(columns[k], max(0.1, 50+8*common+10*rng.NormFloat64()))
			}
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := BenefitOfTheDoubt(columns, c.s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
