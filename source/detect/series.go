package detect

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

var (
	statusName = regexp.MustCompile(`(?i)(statut|status|flag|obs_status|secret|diff(us|$)|qualit|_s$)`)
	idName     = regexp.MustCompile(`(?i)^((.*[._ ])?(id|ids|num|n°|numero|numéro|siren|siret|lat|lon|lng|latitude|longitude|x|y|index|unnamed:? ?\d*|objectid|fid|gid|code|cod)|codes?\b.*|codes?_\w*|cod[a-z]{2,5}|\w*_code|insee|code_?insee|dep|reg|com|depcom|zone|tel|cp|indic_id|geocode\w*|uu\d*|cog|ordre|(.*\| )?classement.*|rang.*|rank.*|idbank|unit_mult|decimals|base_per|obs_.*mult|lambert.*|.*mill[eé]sime?|pref_scale)$`)
	totalText  = regexp.MustCompile(`(?i)^(ensemble.*|total.*|tous.*|toutes.*|t|_t|_z|all|both.*|2 sexes|les deux.*|both sexes|tot|tout)$`)
	statusText = map[string]string{
		"": "A", "a": "A", "d": "A", "b": "A", "r": "A", "n": "A", "normal": "A", "diff": "A", "u": "A",
		"p": "P", "provisoire": "P", "sd": "P", "e": "E", "estimé": "E", "estimee": "E", "estimée": "E", "f": "E", "i": "E",
		"s": "S", "c": "S", "secret": "S", "ndiff": "S", "q": "S", "m": "M", "nd": "M", "o": "M", "l": "M",
	}
)

// findValues gives the columns of numbers their role, and those of marks.
func (t *table) findValues() {
	t.values = append(t.values, t.time.heads...)
	t.values = append(t.values, t.place.heads...)
	inHeads := len(t.values) > 0
	for _, c := range t.columns {
		if c.role == Ignored && c.isStatus() && !(c.numeric() && len(c.values) > 12) {
			c.role = Status
		}
	}
	for _, c := range t.columns {
		if c.role != Ignored || !c.numeric() || c.constantCode() || inHeads {
			continue
		}
		if c.place || idName.MatchString(c.name) || c.name == "" && c.isRank() {
			continue
		}
		c.role = Measure
		t.values = append(t.values, c)
	}
	t.pairStatus()
}

func (c *column) isStatus() bool {
	if c.many || len(c.values) == 0 && !strings.EqualFold(c.name, "OBS_STATUS") || len(c.values) > 12 || !statusName.MatchString(c.name) || c.longest > 24 {
		return false
	}
	for text := range c.values {
		if _, ok := statusText[strings.ToLower(text)]; !ok {
			return false
		}
	}
	return true
}

// constantCode: whole numbers that never change carry no figure.
func (c *column) constantCode() bool {
	return len(c.values) == 1 && c.filled > 20 && c.whole == c.numbers
}

// isRank: 0, 1, 2, … as an index without name.
func (c *column) isRank() bool {
	return c.whole == c.filled && len(c.values) == c.filled && c.high-c.low >= float64(c.filled-1)
}

// pairStatus gives each value its column of marks: its name with an ending, or
// the only one.
func (t *table) pairStatus() {
	var marks []*column
	for _, c := range t.columns {
		if c.role == Status {
			marks = append(marks, c)
		}
	}
	for _, m := range marks {
		paired := false
		for _, v := range t.values {
			if len(v.name) > 1 && strings.HasPrefix(m.name, v.name) {
				t.status[v], paired = m, true
			}
		}
		if !paired && len(marks) == 1 && len(t.values) == 1 {
			t.status[t.values[0]] = m
		}
	}
}

// Limits of what is told apart by dimensions.
const (
	mostModalities = 250
	mostSeries     = 250
)

// findDimensions finds the columns that tell apart the rows of one territory
// and period.
func (t *table) findDimensions() {
	if len(t.values) == 0 {
		return
	}
	kept := t.body
	for {
		_, twice := t.repeated(kept, t.dims)
		if twice*200 <= len(kept) {
			return
		}
		var best *column
		bestLeft := twice
		for _, c := range t.columns {
			if slices.Contains(t.dims, c) || c.role != Ignored && c.role != Measure || c.many || c.place || len(c.values) < 2 || len(c.values) > mostModalities || !c.likeDimension() || otherCode.MatchString(c.name) {
				continue
			}
			if _, left := t.repeated(kept, append(slices.Clone(t.dims), c)); left < bestLeft {
				best, bestLeft = c, left
			}
		}
		if best == nil || len(t.dims) >= 5 {
			t.summed = len(t.dims) == 0 && twice*4 > len(kept) && t.place.column != nil
			return
		}
		t.dims = append(t.dims, best)
		t.values = slices.DeleteFunc(t.values, func(c *column) bool { return c == best })
		if total := best.total(); total != "" {
			t.where[best] = total
			kept = slices.DeleteFunc(slices.Clone(kept), func(l line) bool { return l.cell(best.index) != total })
		}
	}
}

var dimensionName = regexp.MustCompile(`(?i)(sexe|sex$|age|gir|type|cat|indic|mesure|variable|unit|nature|freq|classe|tranche|groupe|modalit|serie)`)

func (c *column) likeDimension() bool {
	return !c.numeric() || dimensionName.MatchString(c.name) && c.whole == c.numbers
}

// total returns the text of the row that sums up the others, "" when none.
func (c *column) total() string {
	var found []string
	for text := range c.values {
		if totalText.MatchString(text) {
			found = append(found, text)
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		return cmp.Or(c.values[b]-c.values[a], len(a)-len(b), strings.Compare(a, b))
	})
	if len(found) == 0 || len(found) > 3 {
		return ""
	}
	return found[0]
}

// repeated counts the rows whose key was seen before.
func (t *table) repeated(rows []line, dims []*column) (keys, twice int) {
	seen := map[string]bool{}
	for _, l := range rows {
		key := ""
		for _, c := range append([]*column{t.place.column, t.place.tier, t.time.column}, dims...) {
			if c != nil {
				key += l.cell(c.index) + "\x00"
			}
		}
		if seen[key] {
			twice++
		}
		seen[key] = true
	}
	return len(seen), twice
}

// combination is one series of a long table: the texts of its dimensions.
type combination []string

// combinations lists those of the dimensions that have no total, in order of
// appearance.
func (t *table) combinations() (free []*column, list []combination) {
	for _, c := range t.dims {
		if t.where[c] == "" {
			free = append(free, c)
		}
	}
	if len(free) == 0 {
		return nil, []combination{nil}
	}
	seen := map[string]bool{}
	for _, l := range t.body {
		var texts combination
		skip := false
		for _, c := range t.dims {
			text := l.cell(c.index)
			if total := t.where[c]; total != "" {
				skip = skip || text != total
			} else {
				texts = append(texts, text)
			}
		}
		if key := strings.Join(texts, "\x00"); !skip && !seen[key] && len(list) < mostSeries {
			seen[key] = true
			list = append(list, texts)
		}
	}
	return free, list
}
