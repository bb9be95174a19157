package dataset

import (
	"math"
	"slices"
	"strings"

	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// twice finds Paris, Lyon or Marseille beside their arrondissements.
func (c *checker) twice(col *Column) {
	for _, city := range []struct {
		code   territory.Code
		prefix string
		name   string
	}{{"COM-13055", "COM-132", "Marseille"}, {"COM-69123", "COM-6938", "Lyon"}, {"COM-75056", "COM-751", "Paris"}} {
		whole, first, n := -1, -1, 0
		for i, code := range col.Territory {
			switch {
			case code == city.code:
				whole = i
			case strings.HasPrefix(string(code), city.prefix):
				if n++; first < 0 {
					first = i
				}
			}
		}
		if whole >= 0 && n > 0 {
			f := c.find(col, RuleTwice, whole, col.X[whole], "gardez la ville et laissez de côté ses arrondissements ([[table.leave]] ou rewrite = \"\")",
				"%s est là avec %d de ses arrondissements municipaux : une somme de communes la compterait deux fois", city.name, n)
			f.Lines = append(f.Lines, col.Line[first])
		}
	}
}

// regions finds the regions of two geographies in one column.
func (c *checker) regions(col *Column) {
	var codes []territory.Code
	first := 0
	for i, code := range col.Territory {
		if code.Level() == territory.Region {
			if len(codes) == 0 {
				first = i
			}
			codes = append(codes, code)
		}
	}
	if _, mixed := territory.RegionYear(codes); mixed {
		c.find(col, RuleRegions, first, 0, "gardez un seul découpage : laissez l’autre de côté, ou lisez-le comme une série à part, géographie 2015",
			"%d régions, d’avant et d’après 2016 ensemble : les unes sont la somme des autres", len(codes))
	}
}

// future finds a period that starts after the day of delivery.
func (c *checker) future(col *Column) {
	if c.Today != "" && firstDay(col.Period) > c.Today && len(col.Territory) > 0 {
		c.find(col, RuleFuture, 0, 0, "une cible ou une projection n’est pas une mesure : donnez published, le jour de la livraison, et elle sera laissée de côté",
			"la période commence après le %s", lang.Date(lang.FR, c.Today))
	}
}

// firstDay returns the first day of a period, "2022-07-01" for 2022-Q3.
func firstDay(p string) string {
	switch periodForm(p) {
	case 'Y':
		return p + "-01-01"
	case 'Q':
		return p[:5] + [...]string{"01", "04", "07", "10"}[p[6]-'1'] + "-01"
	}
	return p + "-01"
}

// rare is the share of the rows up to which odd values are odd: beyond, the
// series is of another kind (a change in percent may be negative).
const rare = 0.05

// saysChange reports whether a label is that of a rate of change or of a gap.
func saysChange(label string) bool {
	label = lang.Fold(label)
	return slices.ContainsFunc([]string{"evolution", "variation", "croissance", "accroissement", "ecart", "solde"}, func(word string) bool {
		return strings.Contains(label, word)
	})
}

// shares finds percentages outside 0–100, and fractions given as percentages.
// What is no oddity at one period may be one in the whole series, and the
// contrary: both must find it rare.
func (c *checker) shares(columns []Column, k kind) {
	declared := c.declaredShare(columns[0].Indicator)
	if !declared && (!k.percent || k.change) {
		return
	}
	all := make([]shareCount, len(columns))
	n, out := 0, 0
	for i := range columns {
		all[i] = countShares(&columns[i])
		n, out = n+all[i].n, out+all[i].out
	}
	for i := range columns {
		col, s := &columns[i], all[i]
		switch {
		case s.out > 0 && (declared || fewAmong(out, n) && fewAmong(s.out, s.n) && (s.n >= copiedFewest || col.X[s.worst] > 100)):
			c.find(col, RuleShare, s.worst, outside(col.X[s.worst]), "corrigez la valeur ou l’unité de la série", "%s n’est pas une part entre 0 et 100 (%s sur %d)",
				number(col.X[s.worst]), some(s.out, "ligne"), s.n).Refused = declared
		case s.out == 0 && s.n >= 20 && s.top > 0 && s.top <= 1:
			c.find(col, RuleShare, -1, s.top, "donnez scale = 100 à cette série si ce sont des fractions", "les %d valeurs sont toutes entre 0 et 1, pour une série en pour cent", s.n)
		}
	}
}

// fewAmong reports whether odd values among n are rare; one is.
func fewAmong(odd, n int) bool { return float64(odd) <= max(1, rare*float64(n)) }

// shareCount counts the values of a column, those outside 0–100, the row of the
// worst and the largest magnitude.
type shareCount struct {
	n, out, worst int
	top           float64
}

func countShares(col *Column) shareCount {
	s := shareCount{worst: -1}
	for i, x := range col.X {
		if !hasValue(col, i) {
			continue
		}
		s.n++
		s.top = max(s.top, math.Abs(x))
		if x < 0 || x > 100 {
			if s.out++; s.worst < 0 || outside(x) > outside(col.X[s.worst]) {
				s.worst = i
			}
		}
	}
	return s
}

// outside is how far a value lies from 0–100.
func outside(x float64) float64 { return max(-x, x-100) }

func (c *checker) declaredShare(code indicator.Code) bool {
	for i := range c.Controls {
		if d := &c.Controls[i]; d.Kind == "share" && d.fits(code) {
			return true
		}
	}
	return false
}

// zeros finds zeros that stand for secret or missing cells: an amount of
// money, or a small count where no count from 1 to 4 is ever published.
func (c *checker) zeros(col *Column, k kind) {
	if !k.money && !k.count {
		return
	}
	for _, t := range tiers(col) {
		zero, first, few, next := 0, -1, 0, 0
		for i := t.first; i < t.last; i++ {
			switch x := col.X[i]; {
			case !hasValue(col, i):
			case x == 0:
				if zero++; first < 0 {
					first = i
				}
			case x < 5:
				few++
			case x < 15:
				next++
			}
		}
		switch {
		case k.money && zero > 0 && t.last-t.first >= 3:
			c.find(col, RuleZero, first, float64(zero), "déclarez la marque « 0 » dans [marks] : \"0\" = \"S\" (secret) ou \"M\" (manquant)",
				"un montant de zéro euro (%s) tient sans doute lieu de secret ou d’absence", some(zero, "ligne"))
		case k.count && zero >= 5 && few == 0 && next >= 5:
			c.find(col, RuleZero, first, float64(zero), "demandez au producteur si ces zéros sont secrets ; alors \"0\" = \"S\" dans [marks]",
				"%d zéros et aucun effectif de 1 à 4, mais %d de 5 à 14 : le secret statistique semble écrit zéro", zero, next)
		}
	}
}

// fillers finds a zero between two large counts of the same territory.
func (c *checker) fillers(columns []Column) {
	for i := 1; i+1 < len(columns); i++ {
		col, before, after := &columns[i], &columns[i-1], &columns[i+1]
		for row, x := range col.X {
			if x != 0 || !hasValue(col, row) {
				continue
			}
			b, okB := before.At(col.Territory[row])
			a, okA := after.At(col.Territory[row])
			if okA && okB && b.OK() && a.OK() && min(a.X, b.X) >= 100 {
				c.find(col, RuleZero, row, min(a.X, b.X), "laissez ces zéros de côté ou déclarez-les manquants",
					"zéro entre %s (%s) et %s (%s) : un remplissage, non une mesure", number(b.X), before.Period, number(a.X), after.Period)
			}
		}
	}
}
