package dataset

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"vigie/indicator"
	"vigie/territory"
)

// Rule names a kind of finding.
type Rule string

// The rules, in the order in which findings are told.
const (
	RuleSum     Rule = "sum"     // parts do not add up to their total
	RuleAverage Rule = "average" // a total that is an average
	RuleTotal   Rule = "total"   // a total among the parts
	RuleTwice   Rule = "twice"   // Paris, Lyon or Marseille beside their arrondissements
	RuleRegions Rule = "regions" // regions of before and after 2016 in one series
	RuleFuture  Rule = "future"  // a period that has not come
	RuleShare   Rule = "share"   // a percentage outside 0–100, or a fraction
	RuleRange   Rule = "range"   // a whole outside the values of its parts
	RuleZero    Rule = "zero"    // a zero that stands for secret or missing
	RuleJump    Rule = "jump"    // a change that no other territory shows
	RuleBreak   Rule = "break"   // a change that nearly all territories show
	RuleCopy    Rule = "copy"    // one value copied everywhere, or two columns equal
	RuleEnd     Rule = "end"     // of the file itself: its last line has no end
)

var rules = []Rule{
	RuleSum, RuleAverage, RuleTotal, RuleTwice, RuleRegions, RuleFuture, RuleShare, RuleRange, RuleZero, RuleJump, RuleBreak, RuleCopy,
}

// Finding is something in a table that a person should look at. What and Do
// are French. It is said of one place; Times counts the places alike.
type Finding struct {
	Rule      Rule           `json:"rule"`
	Refused   bool           `json:"refused,omitempty"` // a declared control fails: the import is refused
	Indicator indicator.Code `json:"indicator"`
	Period    string         `json:"period"`
	Territory territory.Code `json:"territory,omitempty"`
	Lines     []int32        `json:"lines,omitempty"`
	What      string         `json:"what"`
	Do        string         `json:"do"`
	Times     int            `json:"times"`

	weight float64 // the heaviest of those alike is told
}

// String returns the finding as one sentence, in French.
func (f Finding) String() string {
	return f.Told(func(line int32) string { return fmt.Sprintf("ligne %d", line) })
}

// Told is String with the lines as place names them: a line of a sheet.
func (f Finding) Told(place func(line int32) string) string {
	if f.Rule == RuleEnd {
		return place(f.Lines[0]) + " : " + f.What
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s", f.Indicator, f.Period)
	if f.Territory != "" {
		fmt.Fprintf(&b, ", %s", f.Territory)
	}
	said := make([]string, len(f.Lines))
	for i, l := range f.Lines {
		said[i] = place(l)
	}
	if len(said) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(said, ", "))
	}
	fmt.Fprintf(&b, " : %s", f.What)
	if f.Times > 1 {
		fmt.Fprintf(&b, " ; de même %d fois dans cette série", f.Times)
	}
	return b.String()
}

// Control is a control that a description declares. Kind sum: the territories
// of tier Of add up to Is (a code, or a tier: each of its territories) within
// Tolerance, relative. Kind share: values lie within 0 and 100. Series are
// patterns of codes (path.Match), none for all.
type Control struct {
	Kind      string
	Series    []string
	Of, Is    string
	Tolerance float64
}

func (c *Control) fits(code indicator.Code) bool {
	return len(c.Series) == 0 || slices.ContainsFunc(c.Series, func(p string) bool {
		ok, err := path.Match(p, string(code))
		return err == nil && ok
	})
}

// Checking is what a table is checked against. Catalogue may lack some series:
// they are then taken for neither counts nor shares. Today, "2024-12-19", is
// the day of delivery or of the import, "" when periods are not to be dated.
type Checking struct {
	Vintage   *territory.Vintage
	Catalogue *indicator.Catalogue
	Today     string
	Controls  []Control
}

// Check looks for what is not plausible in a table. Nothing is changed. The
// findings alike of one series are one, told at its heaviest place; those that
// refuse the import come first, then the order is that of the rules, of the
// series and of the periods.
func Check(t *Table, in Checking) []Finding {
	c := &checker{Checking: in, t: t}
	for i := range t.Columns {
		c.column(&t.Columns[i])
	}
	for i := 0; i < len(t.Columns); {
		series := t.Periods(t.Columns[i].Indicator)
		c.series(series)
		i += len(series)
	}
	c.averages()
	c.copies()
	return c.told()
}

// checker is the state of one Check.
type checker struct {
	Checking
	t     *Table
	frame *frame // of the last column
	size  map[partsKey]int
	out   []Finding

	tallies map[tallyKey]*tally
	tallied []*tally // in the order of the table
}

// kind says what can be asked of a series.
type kind struct {
	count, percent, index, money bool
	change                       bool // a rate of change, a gap: below 0 and over 100 are no oddity
	decimals                     int
}

func (c *checker) kind(code indicator.Code) kind {
	if c.Catalogue == nil {
		return kind{}
	}
	i, ok := c.Catalogue.Get(code)
	if !ok {
		return kind{}
	}
	count := i.Nature == indicator.Count || i.Unit == "count" || i.Aggregation == "sum"
	return kind{
		count: count, percent: i.Unit == "percent" && !count, index: i.Unit == "index",
		money: strings.HasPrefix(i.Unit, "euro") && !count, decimals: i.Decimals, change: saysChange(i.LabelFR),
	}
}

// column checks what one indicator and one period say alone.
func (c *checker) column(col *Column) {
	k := c.kind(col.Indicator)
	if c.frame == nil || !slices.Equal(c.frame.codes, col.Territory) {
		c.frame = c.newFrame(col.Territory)
	}
	c.twice(col)
	c.regions(col)
	c.future(col)
	c.wholes(col, k)
	if k.count {
		c.total(col)
	}
	c.zeros(col, k)
	c.copied(col)
}

// series checks what the periods of one indicator say together.
func (c *checker) series(columns []Column) {
	k := c.kind(columns[0].Indicator)
	c.shares(columns, k)
	for i := range columns {
		if p := previous(columns, i); p != nil {
			c.jumps(p, &columns[i], k)
		}
	}
	if k.count {
		c.fillers(columns)
	}
}

// previous returns the column before the i-th whose period has the same form.
func previous(columns []Column, i int) *Column {
	for p := i - 1; p >= 0; p-- {
		if periodForm(columns[p].Period) == periodForm(columns[i].Period) {
			return &columns[p]
		}
	}
	return nil
}

// periodForm returns 'Y', 'Q' or 'M'.
func periodForm(p string) byte {
	switch {
	case len(p) == 4:
		return 'Y'
	case len(p) > 5 && p[5] == 'Q':
		return 'Q'
	}
	return 'M'
}

func (c *checker) find(col *Column, rule Rule, row int, weight float64, do, format string, args ...any) *Finding {
	f := Finding{Rule: rule, Indicator: col.Indicator, Period: col.Period, What: fmt.Sprintf(format, args...), Do: do, Times: 1, weight: weight}
	if row >= 0 {
		f.Territory, f.Lines = col.Territory[row], []int32{col.Line[row]}
	}
	c.out = append(c.out, f)
	return &c.out[len(c.out)-1]
}

// some counts a noun that takes an s.
func some(n int, noun string) string {
	if n > 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// told merges what is alike and orders the rest.
func (c *checker) told() []Finding {
	type key struct {
		refused bool
		rule    Rule
		code    indicator.Code
	}
	at := map[key]int{}
	var all []Finding
	for _, f := range c.out {
		k := key{f.Refused, f.Rule, f.Indicator}
		i, ok := at[k]
		if !ok {
			at[k] = len(all)
			all = append(all, f)
			continue
		}
		f.Times += all[i].Times
		if f.weight <= all[i].weight {
			all[i].Times = f.Times
			continue
		}
		all[i] = f
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(-compareBool(a.Refused, b.Refused), cmp.Compare(slices.Index(rules, a.Rule), slices.Index(rules, b.Rule)),
			cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Period, b.Period))
	})
	return all
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// Refused returns the findings that refuse the import.
func Refused(all []Finding) []Finding {
	return all[:slices.IndexFunc(append(slices.Clone(all), Finding{}), func(f Finding) bool { return !f.Refused })]
}
