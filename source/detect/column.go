package detect

import (
	"regexp"
	"strconv"
	"strings"

	"vigie/source/sheet"
)

// column is one column of a table with what its cells are.
type column struct {
	index   int
	name    string // header text
	ref     string // how a description names it
	role    Role
	filled  int
	numbers int
	whole   int // numbers without decimals
	commas  int // with a decimal comma
	dates   int
	low     float64
	high    float64
	odd     map[string]int // texts among numbers
	flags   map[string]int // what follows a number
	values  map[string]int // distinct texts, up to mostDistinct
	many    bool           // more than that
	longest int
	zeros   int  // whole numbers written with a zero in front: codes
	place   bool // says something of the territory, or could
}

const mostDistinct = 7000

// measure fills the columns from the body.
func (t *table) measure() {
	for _, c := range t.columns {
		c.odd, c.flags, c.values = map[string]int{}, map[string]int{}, map[string]int{}
		for _, l := range t.body {
			c.take(l.cell(c.index), l.kind(c.index))
		}
	}
}

func (c *column) take(text string, kind sheet.Kind) {
	if text == "" {
		return
	}
	c.filled++
	c.longest = max(c.longest, len(text))
	if c.values[text]++; len(c.values) > mostDistinct {
		delete(c.values, text)
		c.many = true
	}
	if kind == sheet.Date {
		c.dates++
		return
	}
	if len(text) > 1 && text[0] == '0' && digits(text) {
		c.zeros++
	}
	x, ok := numberOf(text)
	if !ok {
		if base, flag := cutFlag(text); flag != "" {
			if x, ok = numberOf(base); ok {
				c.flags[flag]++
			}
		}
	}
	if !ok {
		if len(c.odd) < 60 {
			c.odd[text]++
		}
		return
	}
	if strings.HasSuffix(text, "%") {
		c.flags["%"]++
	}
	if c.numbers == 0 || x < c.low {
		c.low = x
	}
	if c.numbers == 0 || x > c.high {
		c.high = x
	}
	c.numbers++
	if x == float64(int64(x)) {
		c.whole++
	}
	if strings.Contains(text, ",") {
		c.commas++
	}
}

// numeric reports whether the column holds numbers, marks aside.
func (c *column) numeric() bool {
	marks := 0
	for text, n := range c.odd {
		if _, known := knownMarks[strings.ToLower(text)]; known {
			marks += n
		}
	}
	return c.numbers > 0 && (c.zeros == 0) && (c.numbers+marks)*10 >= c.filled*8
}

var spaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "%", "")

// numberOf reads a number with either decimal mark and grouped digits.
func numberOf(text string) (float64, bool) {
	if text == "" || len(text) > 40 || strings.ContainsAny(text, "xXpPnNiI_") {
		return 0, false
	}
	text = spaces.Replace(text)
	if strings.Count(text, ",") == 1 && !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil
}

func isNumber(text string) bool {
	if _, ok := numberOf(text); ok {
		return true
	}
	if _, known := knownMarks[strings.ToLower(text)]; known {
		return true
	}
	base, flag := cutFlag(text)
	if flag == "" {
		return false
	}
	_, ok := numberOf(base)
	return ok
}

var flagForm = regexp.MustCompile(`^(.*\d)\s*(\*+|\([a-zA-Z0-9]{1,2}\)|[a-z])$`)

// cutFlag cuts a mark that follows a number: 12,5 (e), 2009**.
func cutFlag(text string) (base, flag string) {
	if text == "" || len(text) > 30 || text[0] > '9' {
		return text, ""
	}
	if last := text[len(text)-1]; last != '*' && last != ')' && (last < 'a' || last > 'z') {
		return text, ""
	}
	if m := flagForm.FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return text, ""
}

// knownMarks are the texts that stand for a number, in lower case.
var knownMarks = map[string]string{
	"nd": "M", "n.d.": "M", "n.d": "M", "nc": "M", "n.c.": "M", "ns": "M", "n.s.": "M", "na": "M", "n/a": "M", "n.a.": "M", "#n/a": "M", "nan": "M", "null": "M", "none": "M",
	"-": "M", "–": "M", "—": "M", "…": "M", "...": "M", ".": "M", ":": "M", "so": "M", "sans objet": "M", "(o)": "M", "(n)": "M", "///": "M", "//": "M", "x": "M",
	"n/a - résultat non disponible": "M", "n/a - secret statistique": "S", "non disponible": "M", "résultat non disponible": "M", "aucune donnée": "M",
	"s": "S", "ss": "S", "secret": "S", "c": "S", "secret statistique": "S", "(q)": "S", "confidentiel": "S",
}
