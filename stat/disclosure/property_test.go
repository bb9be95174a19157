package disclosure

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// outside is the attacker of another hand: floating-point programmes over the
// values themselves, not their moves, each bound by a fresh two-phase simplex.
type outside struct {
	t *Table
}

// bounds returns the interval of each hidden cell, by place.
func (o outside) bounds(t testing.TB, hidden []int) map[int][2]float64 {
	t.Helper()
	var rows [][]float64
	for _, e := range o.t.sums {
		row, any := make([]float64, len(hidden)+1), false
		put := func(cell int, sign float64) {
			if at := slices.Index(hidden, cell); at >= 0 {
				row[at] += sign
				any = true
			} else {
				row[len(hidden)] -= sign * o.t.cells[cell].Value
			}
		}
		put(e.total, -1)
		for _, p := range e.parts {
			put(p, 1)
		}
		if any {
			rows = append(rows, row)
		}
	}
	rows = independent(rows)
	found := map[int][2]float64{}
	for at, cell := range hidden {
		low, high := o.extreme(t, rows, len(hidden), at, 1), -o.extreme(t, rows, len(hidden), at, -1)
		found[cell] = [2]float64{low, high}
	}
	return found
}

// extreme minimises sign·x[at].
func (o outside) extreme(t testing.TB, rows [][]float64, n, at int, sign float64) float64 {
	t.Helper()
	if len(rows) == 0 {
		return math.Min(0, sign*math.Inf(1))
	}
	if len(rows) == n { // as many sums as cells: nothing moves
		a, b := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
		for i, row := range rows {
			a.SetRow(i, row[:n])
			b.SetVec(i, row[n])
		}
		var x mat.VecDense
		if err := x.SolveVec(a, b); err != nil {
			t.Fatal(err)
		}
		return sign * x.AtVec(at)
	}
	a, b, c := mat.NewDense(len(rows), n, nil), make([]float64, len(rows)), make([]float64, n)
	for i, row := range rows {
		for j, v := range row[:n] {
			if row[n] < 0 {
				v = -v
			}
			a.Set(i, j, v)
		}
		b[i] = math.Abs(row[n])
	}
	c[at] = sign
	best, _, err := lp.Simplex(c, a, b, 1e-9, nil)
	if errors.Is(err, lp.ErrUnbounded) {
		return math.Inf(-1)
	}
	if err != nil {
		return math.NaN()
	}
	return best
}

// independent keeps rows that no other rows give.
func independent(rows [][]float64) [][]float64 {
	var kept, reduced [][]float64
	for _, row := range rows {
		r := slices.Clone(row)
		for _, q := range reduced {
			lead := slices.IndexFunc(q, func(v float64) bool { return v != 0 })
			if f := r[lead] / q[lead]; f != 0 {
				for k := range r {
					if r[k] -= f * q[k]; math.Abs(r[k]) < 1e-9 {
						r[k] = 0
					}
				}
			}
		}
		if lead := slices.IndexFunc(r, func(v float64) bool { return v != 0 }); lead >= 0 && lead < len(r)-1 {
			kept, reduced = append(kept, row), append(reduced, r)
		}
	}
	return kept
}

// safe tells what the outside attacker says of a pattern; ok is false when its
// own arithmetic gave up.
func (o outside) safe(t testing.TB, sensitive []Sensitive, hidden []int) (safe, ok bool) {
	t.Helper()
	bounds := o.bounds(t, hidden)
	for _, s := range sensitive {
		cell := o.t.at[s.Key]
		b, is := bounds[cell]
		if math.IsNaN(b[0]) || math.IsNaN(b[1]) {
			return false, false
		}
		v := o.t.cells[cell].Value
		if !is || b[0] > v-s.Lower+1e-6 || b[1] < v+s.Upper-1e-6 {
			return false, true
		}
	}
	return true, true
}

// shapes are the tables of the property tests.
func shapes() [][]Dimension {
	return [][]Dimension{
		{tree("r", 4, 0)},
		{tree("r", 5, 2)},
		{tree("r", 2, 0), tree("c", 3, 0)},
		{tree("r", 3, 0), tree("c", 3, 0)},
		{tree("r", 4, 2), tree("c", 2, 0)},
		{tree("r", 4, 2), tree("c", 4, 2)},
		{tree("a", 2, 0), tree("b", 2, 0), tree("c", 2, 0)},
		{tree("a", 2, 0), tree("b", 3, 0), tree("c", 2, 0)},
	}
}

func TestAttackAgainstAnother(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	agreed, gaveUp := 0, 0
	for n := range rounds(40, 2000) {
		shape := shapes()[n%len(shapes())]
		table := drawn(t, r, skewed(r, 6), shape...)
		var keys []string
		var hidden []int
		share := 0.2 + 0.6*r.Float64()
		for i, c := range table.cells {
			if r.Float64() < share {
				keys, hidden = append(keys, c.Key), append(hidden, i)
			}
		}
		bounds, err := Attack(table, keys, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := outside{table}.bounds(t, hidden)
		for k, b := range bounds {
			w := want[hidden[k]]
			if math.IsNaN(w[0]) || math.IsNaN(w[1]) {
				gaveUp++
				continue
			}
			if !alike(b.Low, w[0]) || !alike(b.High, w[1]) {
				t.Errorf("table %d, %s = %v: [%v, %v], the other finds %v", n, b.Key, table.cells[hidden[k]].Value, b.Low, b.High, w)
			}
			agreed++
		}
	}
	if gaveUp > agreed/20 {
		t.Errorf("the other attacker gave up %d times", gaveUp)
	}
	t.Log(agreed, "intervals agree; the other attacker gave up on", gaveUp)
}

func alike(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-6*max(1, math.Abs(b)) }

// TestSuppressCheapest compares with every pattern there is.
func TestSuppressCheapest(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	compared := 0
	for n := range rounds(40, 1000) {
		shape := shapes()[n%4]
		table := drawn(t, r, skewed(r, 5), shape...)
		sensitive := rare(table, 2)
		choice := Choice{Count: n%2 == 1, Zeros: n%3 == 2}
		p, err := Suppress(table, sensitive, choice)
		best, possible := cheapest(t, table, sensitive, choice)
		switch {
		case !possible && err == nil:
			t.Errorf("table %d: pattern %v where none is safe", n, p.Keys)
		case possible && err != nil:
			t.Errorf("table %d: refused (%v) where cost %v is safe", n, err, best)
		case possible && (!alike(p.Cost, best) || !p.Optimal || !alike(p.Bound, p.Cost)):
			t.Errorf("table %d: cost %v (bound %v, optimal %v), the cheapest is %v", n, p.Cost, p.Bound, p.Optimal, best)
		default:
			compared++
		}
	}
	t.Log(compared, "tables")
}

// cheapest tries every pattern, the cheapest first.
func cheapest(t testing.TB, table *Table, sensitive []Sensitive, choice Choice) (cost float64, possible bool) {
	t.Helper()
	must := map[int]bool{}
	for _, s := range sensitive {
		must[table.at[s.Key]] = true
	}
	price := func(i int) float64 {
		if choice.Count {
			return 1
		}
		return table.cells[i].Value
	}
	var free []int
	for i, c := range table.cells {
		if !must[i] && (choice.Zeros || c.Value > 0) {
			free = append(free, i)
		}
	}
	type candidate struct {
		cost float64
		set  int
	}
	list := make([]candidate, 1<<len(free))
	for set := range list {
		list[set].set = set
		for k, i := range free {
			if set&(1<<k) != 0 {
				list[set].cost += price(i)
			}
		}
	}
	slices.SortFunc(list, func(a, b candidate) int { return int(math.Copysign(1, a.cost-b.cost)) })
	base := 0.0
	for i := range must {
		base += price(i)
	}
	for _, c := range list {
		var hidden []int
		for i := range table.cells {
			k := slices.Index(free, i)
			if must[i] || k >= 0 && c.set&(1<<k) != 0 {
				hidden = append(hidden, i)
			}
		}
		if lonely(table, hidden, must) {
			continue
		}
		if safe, ok := (outside{table}).safe(t, sensitive, hidden); safe && ok {
			return base + c.cost, true
		}
	}
	return 0, false
}

// lonely tells whether a sensitive cell is alone on a line: recomputed at once.
func lonely(t *Table, hidden []int, must map[int]bool) bool {
	for _, e := range t.sums {
		n, sensitive := 0, false
		for _, i := range append([]int{e.total}, e.parts...) {
			if slices.Contains(hidden, i) {
				n++
				sensitive = sensitive || must[i]
			}
		}
		if n == 1 && sensitive {
			return true
		}
	}
	return false
}

// TestSuppressSafe has patterns of larger tables judged by the other attacker.
func TestSuppressSafe(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	judged, sought := 0, 0
	for n := range rounds(32, 1000) {
		shape := shapes()[n%len(shapes())]
		table := drawn(t, r, skewed(r, 12), shape...)
		sensitive := rare(table, 2)
		if n%2 == 1 {
			sensitive = wide(table, r, 0.2)
		}
		p, err := Suppress(table, sensitive, Choice{Singletons: n%5 == 0})
		if err != nil {
			var refused *Refusal
			if !errors.As(err, &refused) || refused.Do == "" {
				t.Errorf("table %d: %v", n, err)
			}
			continue
		}
		hidden, err := table.places(p.Keys)
		if err != nil {
			t.Fatal(err)
		}
		if safe, ok := (outside{table}).safe(t, sensitive, hidden); ok && !safe {
			t.Errorf("table %d: %v is not safe", n, p.Keys)
		} else if ok {
			judged, sought = judged+1, sought+p.Added
		}
		if p.Bound > p.Cost+1e-9 {
			t.Errorf("table %d: bound %v above cost %v", n, p.Bound, p.Cost)
		}
		for _, i := range hidden {
			if table.cells[i].Value == 0 {
				t.Errorf("table %d: the zero %s is suppressed", n, table.cells[i].Key)
			}
		}
		again, err := Suppress(table, sensitive, Choice{Singletons: n%5 == 0})
		if err != nil || fmt.Sprint(p) != fmt.Sprint(again) {
			t.Errorf("table %d: two runs differ: %v, %v", n, p, again)
		}
	}
	t.Log(judged, "patterns judged, complementary cells:", sought)
}
