package detect

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// timed says where periods are.
type timed struct {
	column *column
	header string // regexp of the headers that are periods
	heads  []*column
	sheet  bool
	fixed  string
	sure   bool // fixed was read somewhere
	strip  string
	pairs  map[*column]*column // value0 → year0
}

// The forms of a period in a header or a cell.
const (
	yearForm    = `(?:19[5-9]|20[0-4])\d`
	quarterForm = yearForm + `[-_ ]?[TQ][1-4]|[TQ][1-4][-_ ]?` + yearForm
	monthForm   = yearForm + `[-M](?:0[1-9]|1[0-2])|` + yearForm + `(?:0[1-9]|1[0-2])`
	dayForm     = yearForm + `-\d\d-\d\d(?:T[0-9:.]+Z?)?|\d\d/\d\d/` + yearForm
	namedMonth  = `(?i:janv|janvier|févr|février|fevr|mars|avr|avril|mai|juin|juil|juillet|août|aout|sept|septembre|oct|octobre|nov|novembre|déc|dec|décembre)[. -]*(?:` + yearForm + `|\d\d)`
	noteForm    = `(?: ?\(\w{1,3}\)| ?\*+)?`
)

var (
	periodForms  = []string{yearForm, quarterForm, monthForm, dayForm, namedMonth}
	periodCell   = whole(strings.Join(periodForms, "|"))
	periodNoted  = whole(`(?:` + strings.Join(periodForms, "|") + `)` + noteForm)
	yearCell     = whole(yearForm)
	dayCell      = whole(dayForm)
	yearIn       = regexp.MustCompile(`(?:^|[^0-9])(` + yearForm + `)(?:[^0-9]|$)`)
	shortYearIn  = regexp.MustCompile(`(?:^|[A-Za-z_])(?:\d\d)?([012]\d)(?:_|$)`)
	timeName     = regexp.MustCompile(`(?i)^(.*[._ ])?(ann[eé]e?s?|an|year|date|p[eé]riode?|time|time_period|trimestre|mois|mill[eé]sime|dat|exercice|annee_.*|.*_date|date_.*)$`)
	notTimeName  = regexp.MustCompile(`(?i)(cr[eé]ation|publi|maj|mise.a.jour|modif|naissance|d[eé]but|fin|update)`)
	spanCell     = whole(yearForm + `[-/]` + yearForm)
	numberedTime = regexp.MustCompile(`(?i)^(?:year|ann[eé]e|an|date|millesime)_?(\d)$`)
)

func whole(form string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + form + `)$`) }

// periodHeader reports whether a header cell is a period, noted or not.
func periodHeader(text string) bool { return periodNoted.MatchString(text) }

// findTime finds the column of periods, or the headers that are.
func (t *table) findTime() {
	if t.pairTime() {
		return
	}
	var best *column
	bestScore := 0.0
	for _, c := range t.columns {
		if c.role != Ignored || c.filled == 0 || c.filled*2 < len(t.body) && !timeName.MatchString(c.name) || c.filled*10 < len(t.body) {
			continue
		}
		if s := c.timeScore(); s > bestScore {
			best, bestScore = c, s
		}
	}
	heads, form := t.timeHeaders()
	switch {
	case len(heads) >= 2 && (best == nil || len(heads) >= 3):
		t.time.header, t.time.heads = form, heads
		for _, c := range heads {
			c.role = Measure
		}
	case best != nil:
		t.time.column, best.role = best, Time
		t.time.strip = best.spans()
	default:
		t.wholeTime()
	}
}

// pairTime finds the columns year0, year1, … that go with value0, value1, …
func (t *table) pairTime() bool {
	pairs := map[*column]*column{}
	for _, y := range t.columns {
		m := numberedTime.FindStringSubmatch(y.name)
		if m == nil {
			continue
		}
		for _, v := range t.columns {
			if v != y && v.role == Ignored && strings.HasSuffix(v.name, m[1]) && !numberedTime.MatchString(v.name) && (v.numeric() || v.filled == 0) {
				pairs[v] = y
				y.role = Time
				t.time.strip = firstOf(t.time.strip, y.spans())
			}
		}
	}
	t.time.pairs = pairs
	return len(pairs) > 0
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// spans returns what to strip from periods like 1999-2009, "" when there are
// none: the last year stands for them.
func (c *column) spans() string {
	for text := range c.values {
		if spanCell.MatchString(text) {
			return `^\d{4}[-/]`
		}
	}
	return ""
}

// periods reports whether all texts are years or other periods.
func (c *column) periods() bool {
	for text := range c.values {
		if !periodCell.MatchString(text) {
			return false
		}
	}
	return len(c.values) > 0 && !c.many
}

// timeScore says how much a column looks like periods; 0: not at all.
func (c *column) timeScore() float64 {
	good := 0
	for text, n := range c.values {
		if periodCell.MatchString(text) || spanCell.MatchString(text) {
			good += n
		}
	}
	if c.dates > 0 {
		good = max(good, c.dates)
	}
	if c.many || good*100 < c.filled*95 || len(c.values) > 1000 {
		return 0
	}
	named := timeName.MatchString(c.name)
	switch {
	case named && notTimeName.MatchString(c.name):
		return 0.4
	case named:
		return 3 - float64(c.index)/1000 - aside(c.name)
	case c.numbers == c.filled && (len(c.values) > 60 || c.filled < 4 || len(c.values)*2 > c.filled):
		return 0
	}
	return 1 - float64(c.index)/1000
}

var asideName = regexp.MustCompile(`(?i)(cible|objectif|target|initial|\.(year|month|quarter)$)`)

// aside puts the dates of targets and of starts after the others.
func aside(name string) float64 {
	if asideName.MatchString(name) {
		return 1
	}
	return 0
}

// timeHeaders returns the columns whose header is a period, and the regexp
// that finds them.
func (t *table) timeHeaders() ([]*column, string) {
	var heads []*column
	plain := true
	for _, c := range t.columns {
		if c.role == Ignored && periodHeader(c.name) && (c.filled == 0 || c.numeric() || c.numbers*2 > c.filled) {
			heads = append(heads, c)
			plain = plain && periodCell.MatchString(c.name)
		}
	}
	var forms []string
	for _, form := range periodForms {
		re := whole(`(?:` + form + `)` + noteForm)
		if slices.ContainsFunc(heads, func(c *column) bool { return re.MatchString(c.name) }) {
			forms = append(forms, form)
		}
	}
	text := `^(?P<period>` + strings.Join(forms, "|") + `)`
	if !plain {
		text += noteForm
	}
	return heads, text + "$"
}

// wholeTime takes the period of the whole sheet from its name, its title or
// the file's name.
func (t *table) wholeTime() {
	if yearCell.MatchString(t.sheet.Name) {
		t.time.sheet = true
		return
	}
	for _, text := range []string{t.sheet.Name, t.titles, t.sheet.Member} {
		if y := yearOf(text); y != "" {
			t.time.fixed, t.time.sure = y, true
			return
		}
	}
}

// yearOf returns the last year written in a text.
func yearOf(text string) string {
	found := ""
	for rest := text; ; {
		m := yearIn.FindStringSubmatchIndex(rest)
		if m == nil {
			return found
		}
		found, rest = rest[m[2]:m[3]], rest[m[3]:]
	}
}

// ownPeriod reads the year that a column's name says: P18_POP, MED19, pop_2012.
func (c *column) ownPeriod() string {
	if y := yearOf(c.name); y != "" {
		return y
	}
	if m := shortYearIn.FindStringSubmatch(c.name); m != nil && strings.ToUpper(c.name) == c.name {
		return "20" + m[1]
	}
	return ""
}

// lastYear returns the newest year of a table, 0 when there is none.
func (t *table) lastYear() int {
	last := 0
	note := func(text string) {
		if y, err := strconv.Atoi(yearOf(text)); err == nil {
			last = max(last, y)
		}
	}
	if c := t.time.column; c != nil {
		for text := range c.values {
			note(text)
			if len(text) >= 4 && yearCell.MatchString(text[:4]) {
				note(text[:4])
			}
		}
	}
	for _, c := range t.time.heads {
		note(c.name)
	}
	note(t.time.fixed)
	if t.time.sheet {
		note(t.sheet.Name)
	}
	return last
}
