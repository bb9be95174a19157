package disclosure

import (
	"math/big"
)

// Rounding is how a table is rounded. Its zero value is controlled rounding:
// adjacent multiples, all sums exact.
type Rounding struct {
	Farther bool // multiples that are not adjacent are allowed where sums ask for them
	Pivots  int  // exchanges of variables allowed before the best found is taken; 0 for the usual
}

// Rounded is a rounded table, in the order of its cells.
type Rounded struct {
	Values  []float64
	Change  float64 // sum of the absolute changes
	Bound   float64 // no rounding of the kind asked changes less
	Optimal bool    // Change is Bound
}

// usualWork bounds the rounding of a table: entries of the tableau that pivots
// may go through.
const usualWork = 3e10

// Round rounds every cell to a multiple of the base, one of the two around it (a
// multiple stays), so that all sums of the table hold exactly, and changes the
// table least: the sum of the absolute changes is the smallest there is.
//
// Method: a dive for a first rounding, then branch and bound on the 0/1 programme
// "which cells go up", each node a linear programme solved by the dual simplex
// method from where the last one stood. Tables of two dimensions of which one at most has a hierarchy are
// networks, whose linear programme has whole solutions. When the work allowed is
// spent, the best found is returned with the bound proved, Optimal false.
//
// Refusals: a base that is not above 0; numbers with too many digits; no
// rounding of that kind (three-way tables may have none: Farther then finds
// one), or none found with the work allowed.
//
// Source: Cox (1987), A constructive procedure for unbiased controlled rounding,
// JASA 82(398), 520-524; Salazar-González (2005), A unified mathematical
// programming framework for different statistical disclosure limitation
// methods, Operations Research 53(5), 819-829.
// Oracle: cases R01 and R02 of the family disclosure; all roundings tried on
// small tables.
func Round(t *Table, base float64, o Rounding) (*Rounded, error) {
	g, err := newLadder(t, base)
	if err != nil {
		return nil, err
	}
	for farther := 0; ; farther++ {
		p := g.program(farther)
		pivots := o.Pivots
		if pivots <= 0 {
			pivots = min(20_000, 200+int(usualWork/float64(1+len(p.lp.rows)*len(p.lp.column))))
		}
		best := p.solve(pivots)
		switch {
		case best != nil:
			out := &Rounded{Values: g.values(best.steps), Change: g.amount(best.cost), Bound: g.amount(best.bound), Optimal: best.cost == best.bound}
			if c := CheckRounding(t, base, out.Values); !c.Multiples || !c.Additive || farther == 0 && !c.Adjacent {
				return nil, refuse("signalez cette table", "l’arrondi trouvé ne tient pas ses promesses")
			}
			if farther > 0 {
				out.Optimal = false // proved among multiples that near only
			}
			return out, nil
		case p.spent:
			return nil, refuse("agrégez la table, ou donnez plus de temps", "aucun arrondi contrôlé à base %v trouvé dans le temps permis", base)
		case !o.Farther || farther == 3:
			return nil, refuse("autorisez des multiples plus éloignés, ou choisissez une autre base", "aucun arrondi à base %v ne garde toutes les sommes entre multiples voisins", base)
		}
	}
}

// RoundEach rounds every cell to the nearest multiple by itself, ties up, and
// counts the sums that no longer hold: what a reader of conventional rounding
// meets.
//
// Refusals: a base that is not above 0; numbers with too many digits.
func RoundEach(t *Table, base float64) (*Rounded, int, error) {
	g, err := newLadder(t, base)
	if err != nil {
		return nil, 0, err
	}
	up, change := make([]int64, len(g.rest)), int64(0)
	for i, r := range g.rest {
		if 2*r >= g.base {
			up[i] = 1
			change += g.base - r
		} else {
			change += r
		}
	}
	broken := 0
	for _, e := range t.sums {
		gap := g.times[e.total] + up[e.total]
		for _, p := range e.parts {
			gap -= g.times[p] + up[p]
		}
		if gap != 0 {
			broken++
		}
	}
	return &Rounded{Values: g.values(up), Change: g.amount(change), Bound: g.amount(change), Optimal: true}, broken, nil
}

// RoundingCheck says which promises of controlled rounding a table keeps.
type RoundingCheck struct {
	Multiples, Adjacent, Additive bool
	Change                        float64 // sum of the absolute changes
}

// CheckRounding checks a rounded table by itself, exactly, whoever rounded it;
// values are in the order of the cells.
func CheckRounding(t *Table, base float64, values []float64) RoundingCheck {
	if len(values) != len(t.cells) {
		panic("disclosure.CheckRounding: lengths differ")
	}
	c := RoundingCheck{true, true, true, 0}
	unit, change := exact(base), new(big.Rat)
	for i, v := range values {
		gap := new(big.Rat).Sub(exact(v), exact(t.cells[i].Value))
		gap.Abs(gap)
		change.Add(change, gap)
		c.Multiples = c.Multiples && new(big.Rat).Quo(exact(v), unit).IsInt()
		c.Adjacent = c.Adjacent && gap.Cmp(unit) < 0
	}
	for _, e := range t.sums {
		sum := new(big.Rat)
		for _, p := range e.parts {
			sum.Add(sum, exact(values[p]))
		}
		c.Additive = c.Additive && sum.Cmp(exact(values[e.total])) == 0
	}
	c.Change, _ = change.Float64()
	return c
}

// ladder is a table in whole numbers: value = base × times + rest, all times unit.
type ladder struct {
	table       *Table
	unit        *big.Rat
	base        int64
	times, rest []int64
}

func newLadder(t *Table, base float64) (*ladder, error) {
	if !(base > 0) || base > 1e15 {
		return nil, refuse("donnez une base positive, 5 par exemple", "base d’arrondi %v", base)
	}
	scale := new(big.Int).Set(exact(base).Denom())
	for _, c := range t.cells {
		d := exact(c.Value).Denom()
		common := new(big.Int).GCD(nil, nil, scale, d)
		scale.Mul(scale, d).Quo(scale, common)
		if scale.BitLen() > 62 {
			return nil, refuse("arrondissez d’abord les valeurs à quelques décimales", "les valeurs ont trop de décimales pour un arrondi exact")
		}
	}
	whole := func(v float64) (int64, bool) {
		r := exact(v)
		n := new(big.Int).Mul(r.Num(), scale)
		n.Quo(n, r.Denom())
		return n.Int64(), n.BitLen() <= 62
	}
	g := &ladder{table: t, unit: new(big.Rat).SetFrac(big.NewInt(1), scale)}
	g.base, _ = whole(base)
	for _, c := range t.cells {
		v, ok := whole(c.Value)
		if !ok || g.base == 0 || g.base > 1<<40 {
			return nil, refuse("arrondissez d’abord les valeurs à quelques décimales", "les valeurs ont trop de chiffres pour un arrondi exact")
		}
		g.times, g.rest = append(g.times, v/g.base), append(g.rest, v%g.base)
	}
	return g, nil
}

// amount is a whole number in the unit of the table.
func (g *ladder) amount(n int64) float64 {
	v, _ := new(big.Rat).Mul(g.unit, new(big.Rat).SetInt64(n)).Float64()
	return v
}

// values are the multiples of the base that stand steps above the one below
// each cell.
func (g *ladder) values(steps []int64) []float64 {
	out := make([]float64, len(steps))
	base := new(big.Rat).Mul(g.unit, new(big.Rat).SetInt64(g.base))
	for i, s := range steps {
		out[i], _ = new(big.Rat).Mul(base, new(big.Rat).SetInt64(g.times[i]+s)).Float64()
	}
	return out
}
