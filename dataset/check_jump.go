package dataset

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"vigie/lang"
)

// A change between two periods is a jump when its log ratio lies further from
// the median than jumpSpreads robust standard deviations, and than what the
// noise of small counts explains (as many standard deviations of a Poisson
// count), and when the value is multiplied or divided by half again at least.
const (
	jumpSpreads = 8
	jumpFloor   = 0.405 // ln 1.5
	jumpFewest  = 8     // territories of a tier from which a spread means something
)

// change is the log ratio of one territory between two periods.
type change struct {
	row int // of the later column
	old float64
	log float64
}

// jumps finds, tier by tier, the territories that move unlike the others from
// one period to the next, and the series that moves as one.
func (c *checker) jumps(before, col *Column, k kind) {
	for _, t := range tiers(col) {
		all := changes(before, col, t)
		if len(all) < jumpFewest {
			continue
		}
		middle, spread := centre(all)
		if math.Abs(middle) > math.Ln2 && spread < math.Abs(middle) {
			c.find(col, RuleBreak, -1, math.Abs(middle), "cherchez une rupture de série, un changement d’unité ou de champ, et dites-la dans les notes",
				"les %d valeurs (%s) sont multipliées par %s en valeur médiane depuis %s", len(all), lang.T(lang.FR, "report.level."+string(t.level)+".many"),
				lang.Number(lang.FR, math.Exp(middle), 2), before.Period)
		}
		c.alone(before, col, k, all, middle, spread)
	}
}

// alone tells the changes that stand alone, the largest first.
func (c *checker) alone(before, col *Column, k kind, all []change, middle, spread float64) {
	far := func(a change) float64 { return math.Abs(a.log - middle) }
	var out []change
	for _, a := range all {
		limit := max(jumpFloor, jumpSpreads*spread) + math.Pow10(-k.decimals)/2*(1/a.old+1/col.X[a.row]) // what rounding explains
		if k.count {
			limit = max(limit, jumpSpreads*math.Sqrt(1/a.old+1/col.X[a.row]))
		}
		if far(a) > limit {
			out = append(out, a)
		}
	}
	if len(out) == 0 || float64(len(out)) > max(2, rare*float64(len(all))) {
		return
	}
	slices.SortStableFunc(out, func(a, b change) int {
		if far(a) > far(b) {
			return -1
		}
		if far(a) < far(b) {
			return 1
		}
		return 0
	})
	var said []string
	for _, a := range out[:min(len(out), 5)] {
		said = append(said, fmt.Sprintf("%s de %s à %s", c.label(col, a.row), number(a.old), number(col.X[a.row])))
	}
	f := c.find(col, RuleJump, out[0].row, far(out[0]), "vérifiez ces valeurs chez le producteur : virgule déplacée, unité, limite ou concept changés",
		"%s depuis %s que les autres territoires ne montrent pas (rapport médian %s) : %s",
		some(len(out), "saut"), before.Period, lang.Number(lang.FR, math.Exp(middle), 2), strings.Join(said, " ; "))
	f.Lines = nil
	for _, a := range out[:len(said)] {
		f.Lines = append(f.Lines, col.Line[a.row])
	}
}

// label names a row's territory.
func (c *checker) label(col *Column, row int) string {
	if c.Vintage == nil {
		return string(col.Territory[row])
	}
	return c.Vintage.Label(col.Territory[row])
}

// changes returns the log ratios of the territories of a tier that have a
// positive value in both columns.
func changes(before, col *Column, t tier) []change {
	var all []change
	b := 0
	for i := t.first; i < t.last; i++ {
		for b < len(before.Territory) && before.Territory[b] < col.Territory[i] {
			b++
		}
		if b == len(before.Territory) {
			break
		}
		if before.Territory[b] == col.Territory[i] && hasValue(col, i) && hasValue(before, b) && col.X[i] > 0 && before.X[b] > 0 {
			all = append(all, change{i, before.X[b], math.Log(col.X[i] / before.X[b])})
		}
	}
	return all
}

// centre returns the median of the log ratios and their median absolute
// deviation, scaled to a standard deviation.
func centre(all []change) (middle, spread float64) {
	x := make([]float64, len(all))
	for i, a := range all {
		x[i] = a.log
	}
	slices.Sort(x)
	middle = median(x)
	for i := range x {
		x[i] = math.Abs(x[i] - middle)
	}
	slices.Sort(x)
	return middle, 1.4826 * median(x)
}

// median returns the median of sorted values.
func median(x []float64) float64 {
	n := len(x)
	if n%2 == 1 {
		return x[n/2]
	}
	return x[n/2-1]/2 + x[n/2]/2 // the sum of the two may be too large
}
