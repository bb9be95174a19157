package detect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// mostProposed bounds the series proposed for one table.
const mostProposed = 400

// series writes the series of a table.
func (w *writer) series(g *group) {
	prefix := slug(w.d.stem(), 12)
	spread := len(g.time.heads) > 0 || len(g.place.heads) > 0
	free, list := g.combinations()
	values := g.values
	if g.summed && !spread { // a share of a part is no share of the whole
		values = slices.DeleteFunc(slices.Clone(values), func(c *column) bool { return c.whole < c.numbers })
	}
	switch {
	case len(values) == 0:
		w.one(g, prefix+"_nombre", "Nombre de lignes de "+w.d.stem(), &column{whole: 1, numbers: 1, name: "nombre"}, []string{"count = true"})
	case spread:
		for _, t := range g.all {
			w.spread(g, t, prefix, free, list)
		}
	default:
		if n := len(values) * len(list); n > mostProposed {
			list = list[:max(1, mostProposed/len(values))]
			w.line("# à vérifier : %d séries possibles, %d proposées", n, len(list)*len(values))
		}
		for _, c := range values {
			for _, texts := range list {
				w.valueSeries(g, c, prefix, free, texts)
			}
		}
	}
}

// spread writes the series of a sheet whose periods or territories are in the
// header.
func (w *writer) spread(g *group, t *table, prefix string, free []*column, list []combination) {
	label := w.d.stem()
	var own []string
	if t.sheet.Name != "" {
		label = t.sheet.Name
		own = append(own, "sheets = ["+quoted(escaped(t.sheet.Name))+"]")
	}
	model := &column{}
	for _, c := range t.values {
		model.add(c)
	}
	for _, texts := range list {
		model.name = strings.Join(append([]string{label}, texts...), ", ")
		w.one(g, prefix+"_"+slug(model.name, 40), model.name, model, append(when(free, texts), own...))
	}
}

// add sums up another column.
func (c *column) add(o *column) {
	if o.numbers == 0 {
		return
	}
	if c.numbers == 0 || o.low < c.low {
		c.low = o.low
	}
	c.high = max(c.high, o.high)
	c.numbers += o.numbers
	c.whole += o.whole
}

// valueSeries writes one column of values for one combination of dimensions.
func (w *writer) valueSeries(g *group, c *column, prefix string, free []*column, texts combination) {
	keys := []string{"column = " + quoted(c.ref)}
	if g.summed {
		keys = append(keys, "sum = true")
	}
	label := c.name
	if label == "" {
		label = "colonne " + c.ref[1:]
	}
	if p := g.time.pairs[c]; p != nil {
		keys = append(keys, "period_column = "+quoted(p.ref))
		label = strings.TrimRight(label, "0123456789_")
	} else if g.time.column == nil && !g.time.sheet {
		if y := c.ownPeriod(); y != "" && y != g.time.fixed {
			keys = append(keys, "period = "+quoted(y))
			label = withoutYear(label, y)
		}
	}
	if m := g.status[c]; m != nil {
		keys = append(keys, "status = "+quoted(m.ref))
	}
	label = strings.Join(append([]string{label}, texts...), ", ")
	w.one(g, prefix+"_"+slug(label, 48), label, c, append(keys, when(free, texts)...))
}

// withoutYear takes a year, or its last two digits, out of a name.
func withoutYear(name, year string) string {
	if strings.Contains(name, year) {
		name = strings.Replace(name, year, "", 1)
	} else if i := strings.Index(name, year[2:]); i >= 0 {
		name = name[:i] + name[i+2:]
	}
	if s := strings.Trim(spaced(name), " _-,()"); s != "" {
		return s
	}
	return "valeur"
}

func when(free []*column, texts combination) []string {
	if len(texts) == 0 {
		return nil
	}
	var list []string
	for i, c := range free {
		list = append(list, quoted(c.ref)+" = "+quoted(texts[i]))
	}
	return []string{"when = { " + strings.Join(list, ", ") + " }"}
}

// one writes one series; a code already taken by another label gets a number.
func (w *writer) one(g *group, code, label string, c *column, keys []string) {
	free := code
	for n := 2; ; n++ {
		if taken, ok := w.codes[free]; !ok || taken == label && slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, "period") }) {
			break
		}
		free = fmt.Sprintf("%s_%d", code, n)
	}
	w.codes[free] = label
	unit, measure := c.unit()
	w.line("[[table.series]]\ncode = %s", quoted(free))
	for _, k := range keys {
		w.line("%s", k)
	}
	w.line("label = %s\nunit = %s # à vérifier\nmeasure = %s", quoted(label), quoted(unit), quoted(measure))
	if c.whole < c.numbers {
		w.line("decimals = 1")
	}
}

var units = []struct {
	name          *regexp.Regexp
	unit, measure string
}{
	{regexp.MustCompile(`(?i)100[ ._]?000`), "per_100000", "ratio"},
	{regexp.MustCompile(`(?i)10[ ._]?000`), "per_10000", "ratio"},
	{regexp.MustCompile(`(?i)pour[ _]?mille|pour[ _]1[ ._]?000|‰`), "per_1000", "ratio"},
	{regexp.MustCompile(`(?i)%|taux|^tx|_tx|\bpart\b|^part_|pct|pourcent|proportion|share|prevalence|prév`), "percent", "ratio"},
	{regexp.MustCompile(`(?i)median|médian|^med\d|niveau de vie`), "euro", "median"},
	{regexp.MustCompile(`(?i)€|euro|revenu|salaire|montant`), "euro", "mean"},
	{regexp.MustCompile(`(?i)indice|index|score`), "ratio", "index"},
}

// unit guesses unit and measure from the name and the values.
func (c *column) unit() (unit, measure string) {
	for _, u := range units {
		if u.name.MatchString(c.name) {
			return u.unit, u.measure
		}
	}
	switch {
	case c.whole == c.numbers:
		return "count", "count"
	case c.low >= 0 && c.high <= 100:
		return "percent", "ratio"
	}
	return "ratio", "ratio"
}
