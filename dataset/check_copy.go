package dataset

import (
	"hash/maphash"
	"math"
	"slices"

	"vigie/territory"
)

// copiedFewest is the number of territories from which equal values, or a value
// unlike the others, are no chance.
const copiedFewest = 8

// copied finds one value written for all the territories of a tier, often that
// of France. Zero and one hundred are values that all may have.
func (c *checker) copied(col *Column) {
	national, ok := col.At(territory.France)
	for _, t := range tiers(col) {
		if t.level == territory.National {
			continue
		}
		at, n, same := mostFrequent(col, t)
		if n < copiedFewest || float64(same) < (1-rare)*float64(n) || col.X[at] == 0 || col.X[at] == 100 {
			continue
		}
		of := "la même valeur"
		if ok && national.OK() && national.X == col.X[at] {
			of = "la valeur de la France"
		}
		c.find(col, RuleCopy, at, float64(same), "laissez cette période de côté : ce n’est pas une mesure par territoire",
			"%s, %s, est recopiée dans %d territoires sur %d", of, number(col.X[at]), same, n)
	}
}

// mostFrequent returns a row that has the value of most, when most have one
// (Boyer and Moore), the rows that have a value, and those that have this one.
func mostFrequent(col *Column, t tier) (at, n, same int) {
	lead := 0
	for i := t.first; i < t.last; i++ {
		if !hasValue(col, i) {
			continue
		}
		n++
		switch {
		case lead == 0:
			at, lead = i, 1
		case col.X[i] == col.X[at]:
			lead++
		default:
			lead--
		}
	}
	if n == 0 {
		return t.first, 0, 0
	}
	first := -1
	for i := t.first; i < t.last; i++ {
		if hasValue(col, i) && col.X[i] == col.X[at] {
			if same++; first < 0 {
				first = i
			}
		}
	}
	if first >= 0 {
		at = first
	}
	return at, n, same
}

// copies finds columns equal in all territories: two periods of one series,
// or two series at one period.
func (c *checker) copies() {
	seed := maphash.MakeSeed()
	seen := map[uint64][]*Column{}
	for i := range c.t.Columns {
		col := &c.t.Columns[i]
		h, varied := signature(seed, col)
		if !varied {
			continue
		}
		for _, other := range seen[h] {
			if !equalValues(col, other) {
				continue
			}
			if other.Indicator == col.Indicator && periodForm(other.Period) == periodForm(col.Period) {
				c.find(col, RuleCopy, 0, float64(len(col.X)), "gardez une seule des deux périodes : la seconde est recopiée",
					"les %d valeurs sont celles de %s", len(col.X), other.Period)
				break
			}
			if other.Indicator != col.Indicator && other.Period == col.Period {
				c.find(col, RuleCopy, 0, float64(len(col.X)), "vérifiez que deux séries ne lisent pas la même colonne",
					"les %d valeurs sont celles de la série %s", len(col.X), other.Indicator)
				break
			}
		}
		seen[h] = append(seen[h], col)
	}
}

// signature hashes a column; varied reports whether it has enough different
// values for an equality to mean something.
func signature(seed maphash.Seed, col *Column) (h uint64, varied bool) {
	if len(col.X) < copiedFewest {
		return 0, false
	}
	var m maphash.Hash
	m.SetSeed(seed)
	var few [copiedFewest]float64
	n := 0
	for i, x := range col.X {
		maphash.WriteComparable(&m, col.Territory[i])
		maphash.WriteComparable(&m, math.Float64bits(x))
		if n < len(few) && hasValue(col, i) && !slices.Contains(few[:n], x) {
			few[n] = x
			n++
		}
	}
	return m.Sum64(), n == len(few)
}

func equalValues(a, b *Column) bool {
	return slices.Equal(a.Territory, b.Territory) && slices.EqualFunc(a.X, b.X, func(x, y float64) bool {
		return x == y || math.IsNaN(x) && math.IsNaN(y)
	})
}
