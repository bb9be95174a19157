package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// Wholes and parts may differ by this much, relative, before it is said of
// counts that nobody declared: totals are published rounded, some without
// Mayotte.
const foundTolerance = 0.005

// declaredTolerance is that of a declared control that gives none.
const declaredTolerance = 0.001

// frame is what the territories of a column are to each other, which columns
// of the same territories share.
type frame struct {
	codes []territory.Code
	parts []parts
}

// parts are the rows of one tier that lie in a larger territory of the column.
type parts struct {
	whole    int // row
	level    territory.Level
	rows     []int32
	complete bool // every territory of the tier that lies there has a row
}

type partsKey struct {
	whole territory.Code
	level territory.Level
}

// newFrame finds, for each larger territory of a column, its parts.
func (c *checker) newFrame(codes []territory.Code) *frame {
	f := &frame{codes: codes}
	if c.Vintage == nil {
		return f
	}
	if c.size == nil {
		c.countParts()
	}
	whole := map[territory.Code]int{}
	for i, code := range codes {
		if l := code.Level(); l != territory.Commune && l != "" {
			whole[code] = i
		}
	}
	at := map[partsKey]int{}
	for i, code := range codes {
		level := code.Level()
		for _, p := range c.parents(code, level) {
			row, ok := whole[p]
			if !ok {
				continue
			}
			k := partsKey{p, level}
			n, ok := at[k]
			if !ok {
				n = len(f.parts)
				at[k] = n
				f.parts = append(f.parts, parts{whole: row, level: level})
			}
			f.parts[n].rows = append(f.parts[n].rows, int32(i))
		}
	}
	for i := range f.parts {
		p := &f.parts[i]
		p.complete = len(p.rows) == c.size[partsKey{codes[p.whole], p.level}]
	}
	return f
}

// countParts counts the territories of each tier in each larger one.
func (c *checker) countParts() {
	c.size = map[partsKey]int{}
	for i := range c.Vintage.Territories {
		t := &c.Vintage.Territories[i]
		for _, p := range c.parents(t.Code, t.Level) {
			c.size[partsKey{p, t.Level}]++
		}
	}
}

// parents returns the territories to whose total one adds: an EPCI, which may
// straddle limits, adds to the national ones alone.
func (c *checker) parents(code territory.Code, level territory.Level) []territory.Code {
	if level == territory.National {
		return nil
	}
	all := c.Vintage.Parents(code)
	if level == territory.EPCI {
		all = slices.DeleteFunc(all, func(p territory.Code) bool { return p.Level() != territory.National })
	}
	return all
}

// wholes compares each larger territory with its parts: as a sum for counts,
// as a value between theirs otherwise.
func (c *checker) wholes(col *Column, k kind) {
	for i := range c.frame.parts {
		p := &c.frame.parts[i]
		declared := c.declared(col, p)
		if !hasValue(col, p.whole) || !k.count && (k.index || len(p.rows) < 2) && declared == nil {
			continue
		}
		s := summed(col, p)
		switch {
		case s.n == 0:
		case declared != nil:
			c.sum(col, p, s, cmp.Or(declared.Tolerance, declaredTolerance), true)
		case k.count:
			c.sum(col, p, s, foundTolerance, false)
		case p.complete && s.n == len(p.rows):
			c.between(col, p, s, k)
		}
	}
}

// declared returns the control that asks for this sum, nil when none does.
func (c *checker) declared(col *Column, p *parts) *Control {
	whole := col.Territory[p.whole]
	for i := range c.Controls {
		d := &c.Controls[i]
		if d.Kind == "sum" && d.Of == string(p.level) && (d.Is == string(whole) || d.Is == string(whole.Level())) && d.fits(col.Indicator) {
			return d
		}
	}
	return nil
}

// partial is what the parts that have a value add up to.
type partial struct {
	sum, least, most float64
	n                int
	cities           float64 // Paris, Lyon and Marseille, of communes
}

func summed(col *Column, p *parts) partial {
	s := partial{least: math.Inf(1), most: math.Inf(-1)}
	for _, i := range p.rows {
		if !hasValue(col, int(i)) {
			continue
		}
		x := col.X[i]
		s.sum += x
		s.n++
		s.least, s.most = min(s.least, x), max(s.most, x)
		if code := col.Territory[i]; code == "COM-75056" || code == "COM-69123" || code == "COM-13055" {
			s.cities += x
		}
	}
	return s
}

func hasValue(col *Column, i int) bool { return col.Status[i].HasValue() && !math.IsNaN(col.X[i]) }

// sum compares a total with its parts. When some have no value they may only
// be less than it.
func (c *checker) sum(col *Column, p *parts, s partial, tolerance float64, declared bool) {
	x := col.X[p.whole]
	near := func(a, b float64) bool {
		return math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b))+0.5*float64(s.n+1)*step(x)
	}
	all := p.complete && s.n == len(p.rows)
	if near(s.sum, x) || s.sum < x && !all {
		return
	}
	rule, do, what := RuleSum, "comparez ce total à celui que publie le producteur ; s’il a un autre champ, dites-le dans les notes de la série", ""
	switch {
	case s.n >= 3 && near(s.sum/float64(s.n), x):
		rule, do, what = RuleAverage, "laissez cette ligne de côté ([[table.leave]] de la description) : le total se recalcule de ses parties", "la ligne est la moyenne de ses parties"
	case s.n >= 3 && s.least >= 0 && x < s.most:
		rule, do, what = RuleAverage, "laissez cette ligne de côté ([[table.leave]] de la description) : le total se recalcule de ses parties",
			"la ligne n’est pas un total, elle est plus petite que la plus grande de ses parties ("+number(s.most)+") : une moyenne, ou un autre champ"
	case s.cities > 0 && near(s.sum+s.cities, x):
		do, what = "ôtez les arrondissements municipaux avant de sommer", "le total compte deux fois Paris, Lyon et Marseille"
	case near(2*s.sum, x):
		do, what = "laissez cette ligne de côté ([[table.leave]] de la description, ou when de la série) : le total se recalcule de ses parties ; dites-le au producteur, qui a sans doute ajouté un sous-total aux lignes", "le total compte deux fois chaque partie"
	}
	if what == "" {
		what = "le total s’écarte de " + lang.Percent(lang.FR, 100*math.Abs(x-s.sum)/max(math.Abs(x), math.Abs(s.sum)), 1) + " de la somme"
	}
	of := fmt.Sprintf("ses %d %s", s.n, lang.T(lang.FR, "report.level."+string(p.level)+".many"))
	if s.n == 1 {
		of = "la seule partie de ce niveau"
	}
	f := c.find(col, rule, p.whole, math.Abs(x-s.sum)/max(math.Abs(x), 1), do, "%s ; %s ici, %s pour la somme de %s", what, number(x), number(s.sum), of)
	f.Refused = declared
}

// step is the unit to which a value is likely rounded: 1, or the weight of a
// hundredth for values below 100 that are not whole.
func step(x float64) float64 {
	if x != math.Trunc(x) && math.Abs(x) < 100 {
		return 0.01
	}
	return 1
}

// number writes a value with the decimals it needs, two at most.
func number(x float64) string {
	for d := range 2 {
		if lang.Round(x, d) == x {
			return lang.Number(lang.FR, x, d)
		}
	}
	return lang.Number(lang.FR, x, 2)
}

// between finds a rate, a mean or a median that no mixture of its parts gives,
// and one that is their simple mean.
func (c *checker) between(col *Column, p *parts, s partial, k kind) {
	x := col.X[p.whole]
	slack := foundTolerance*max(math.Abs(s.least), math.Abs(s.most)) + math.Pow10(-k.decimals)
	if x < s.least-slack || x > s.most+slack {
		c.find(col, RuleRange, p.whole, math.Abs(x), "vérifiez l’unité et le champ de cette ligne auprès du producteur",
			"%s est hors des valeurs de ses %d %s, de %s à %s", number(x), s.n, lang.T(lang.FR, "report.level."+string(p.level)+".many"), number(s.least), number(s.most))
		return
	}
	mean := s.sum / float64(s.n)
	if s.n < jumpFewest || s.most == s.least {
		return
	}
	t := c.tally(col, p)
	if t.tried++; math.Abs(x-mean) <= 1e-6*math.Abs(mean)+math.Pow10(-k.decimals)/2 {
		t.hits = append(t.hits, hit{col, p.whole, s.n, math.Abs(x-mean) <= 1e-6*math.Abs(mean) && math.Abs(lang.Round(x, 3)-x) > 1e-9})
	}
}

// A simple mean of rounded rates may be their rounded mixture by chance: it is
// told when its decimals prove it, or when all periods, averagePeriods at
// least, show it.
const averagePeriods = 3

// tally counts the periods at which a whole is the simple mean of its parts.
type tally struct {
	tried int
	level territory.Level
	hits  []hit
}

type hit struct {
	col    *Column
	row, n int
	proven bool
}

func (c *checker) tally(col *Column, p *parts) *tally {
	k := tallyKey{col.Indicator, partsKey{col.Territory[p.whole], p.level}}
	if c.tallies == nil {
		c.tallies = map[tallyKey]*tally{}
	}
	t := c.tallies[k]
	if t == nil {
		t = &tally{level: p.level}
		c.tallies[k] = t
		c.tallied = append(c.tallied, t)
	}
	return t
}

type tallyKey struct {
	code indicator.Code
	partsKey
}

// averages tells the wholes that are simple means.
func (c *checker) averages() {
	for _, t := range c.tallied {
		always := t.tried >= averagePeriods && len(t.hits) == t.tried
		for _, h := range t.hits {
			if always || h.proven {
				c.find(h.col, RuleAverage, h.row, float64(h.n), "laissez cette ligne de côté : un rapport se recalcule du numérateur et du dénominateur",
					"la ligne est la moyenne simple, sans pondération, de ses %d %s", h.n, lang.T(lang.FR, "report.level."+string(t.level)+".many"))
			}
		}
	}
}

// total finds a row that is the sum of all others of its tier.
func (c *checker) total(col *Column) {
	for _, tier := range tiers(col) {
		sum, top := 0.0, -1
		n := 0
		for i := tier.first; i < tier.last; i++ {
			if !hasValue(col, i) {
				continue
			}
			sum += col.X[i]
			n++
			if top < 0 || col.X[i] > col.X[top] {
				top = i
			}
		}
		if n < 8 || col.X[top] <= 0 {
			continue
		}
		if rest := sum - col.X[top]; math.Abs(rest-col.X[top]) <= declaredTolerance*col.X[top] {
			c.find(col, RuleTotal, top, col.X[top], "laissez cette ligne de côté ([[table.leave]]) ou corrigez son code",
				"la valeur, %s, est la somme des %d autres du même niveau : un total parmi les parties", number(col.X[top]), n-1)
		}
	}
}

// tier is a run of rows of one level: codes are sorted, so levels are too.
type tier struct {
	level       territory.Level
	first, last int
}

func tiers(col *Column) []tier {
	var all []tier
	for i, code := range col.Territory {
		prefix, _, _ := cutPrefix(code)
		if n := len(all); n > 0 && i > 0 {
			if before, _, _ := cutPrefix(col.Territory[i-1]); before == prefix {
				all[n-1].last = i + 1
				continue
			}
		}
		all = append(all, tier{code.Level(), i, i + 1})
	}
	return all
}

// cutPrefix splits COM-75056 at its hyphen.
func cutPrefix(code territory.Code) (prefix, rest string, ok bool) {
	for i := range len(code) {
		if code[i] == '-' {
			return string(code[:i]), string(code[i+1:]), true
		}
	}
	return string(code), "", false
}
