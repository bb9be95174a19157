package source

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/source/sheet"
)

// reading is a table of the description, ready to be applied to sheets. Its
// caches hold the answer given for each text, so that a text is checked once.
type reading struct {
	r       *reader
	t       *Table
	end     *regexp.Regexp
	find    *regexp.Regexp
	numeric bool // a mark starts as a number does
	places  *places
	periods *periods
}

func newReading(r *reader, t *Table) *reading {
	x := &reading{r: r, t: t, end: compiled(t.End), find: compiled(t.HeaderFind), places: newPlaces(r, &t.Territory), periods: newPeriods(r, &t.Period)}
	for mark := range t.Marks {
		if mark != "" && strings.IndexByte("0123456789-+", mark[0]) >= 0 {
			x.numeric = true
		}
	}
	return x
}

func compiled(text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	return regexp.MustCompile(text)
}

// fits reports whether the table is applied to a sheet: by its own patterns,
// and because one of its series is there.
func (x *reading) fits(file string, s sheet.Sheet) bool {
	member := s.Member
	if member == "" {
		member = file
	}
	t := x.t
	return fits(t.Sheets, s.Name) && fits(t.Members, member) && (len(t.Series) == 0 || slices.ContainsFunc(t.Series, func(v Series) bool {
		return fits(v.Sheets, s.Name) && fits(v.Members, member)
	}))
}

// plan is a table applied to one sheet.
type plan struct {
	*reading
	sheet  sheet.Sheet
	member string
	head   [][]string
	first  int // line of the first header row, 0 before it is known
	ready  bool
	broken bool // the header was refused
	ended  bool

	header      header
	leaves      []rule
	wheres      []rule
	place       int
	level       int
	within      int
	period      int
	indicator   int
	zoneCode    int // of a sheet that names zones
	zoneLabel   int
	zoneOf      int
	whole       *place // territory of the whole sheet
	wholePeriod *instant
	cells       []cell
	always      int // cells that are in every row
	lastSeries  *series
}

// cell is one place of a row where a value of one series may stand.
type cell struct {
	series       *series // nil: said by the row's indicator column
	zoning       *zoning // instead of a series: column holds the zone, status its name
	column       int     // -1: none, or columns
	columns      []int
	minus        []int
	status       int
	place        *place   // nil: the row's
	period       *instant // nil: the row's
	periodColumn int
	when         []rule
	scale        float64
	mode         mode
}

// mode says how a value becomes an observation.
type mode byte

const (
	plain mode = iota
	counted
	summed
	latest // of those of one period
)

// rule chooses rows; column -1 is the first cell that is not empty.
type rule struct {
	column int
	form   *regexp.Regexp
	in     map[string]bool
	reason string
}

func (u *rule) holds(row sheet.Row) bool {
	text := cellAt(row, u.column)
	if u.column < 0 {
		text = firstText(row)
	}
	if u.form != nil {
		return u.form.Match(text)
	}
	return u.in[string(text)]
}

func (x *reading) plan(s sheet.Sheet) *plan {
	p := &plan{reading: x, sheet: s, member: s.Member}
	if p.member == "" {
		p.member = x.r.file
	}
	if x.t.Header != nil {
		p.first = max(*x.t.Header, 1)
	}
	return p
}

// take reads one row: a title, a part of the header or data.
func (p *plan) take(row sheet.Row) {
	switch {
	case p.broken:
	case p.ready:
		p.row(row)
	case p.t.Header != nil && *p.t.Header == 0:
		p.header.none = true
		p.build()
		p.take(row)
	case p.first == 0 && !slices.ContainsFunc(row.Cells, func(c []byte) bool { return p.find.MatchString(spaced(string(c))) }):
	case p.first == 0:
		p.first = row.Line
		p.take(row)
	case row.Line < p.first:
	case len(p.head) == 0 || row.Line < p.first+p.t.Headers && len(p.head) < p.t.Headers:
		p.head = append(p.head, texts(row))
		if len(p.head) == p.t.Headers || row.Line >= p.first+p.t.Headers-1 {
			p.build()
		}
	default:
		p.build()
		p.take(row)
	}
}

// end closes the sheet; whole is false when its reading was cut short.
func (p *plan) end(whole bool) {
	if p.ready || p.broken || !whole {
		return
	}
	if len(p.head) > 0 {
		p.build()
		return
	}
	if p.find != nil {
		p.r.refuse("", "corrigez header_find dans la description « "+p.r.d.Name+" »", "aucune ligne d'en-tête : nulle cellule ne répond à « %s »", p.t.HeaderFind)
		return
	}
	p.r.refuse("", "vérifiez que le fichier est complet, ou corrigez header", "la feuille s'arrête avant la ligne d'en-tête, %s attendue", strconv.Itoa(p.first))
}

// build places the columns once the header is known.
func (p *plan) build() {
	before := p.r.told
	if !p.header.none {
		p.header = newHeader(p.head)
		p.r.report.Sheets[p.r.at].Header = p.first
	}
	t := p.t
	p.leaves = p.rules(t.Leave, "")
	p.wheres = p.rules(t.Where, "")
	p.place, p.level, p.within = p.optional(t.Territory.Column), p.optional(t.Territory.LevelColumn), p.optional(t.Territory.Within.Column)
	p.period, p.indicator = p.optional(t.Period.Column), p.optional(t.Value.Indicator)
	p.fixed()
	if t.Zone != nil {
		p.zoneCode, p.zoneLabel, p.zoneOf = p.column(t.Zone.Code), p.column(t.Zone.Name), p.column(t.Zone.Of)
	}
	p.cells = p.zoningCells()
	if t.Value.Indicator != "" {
		p.cells = p.spread(nil, p.columnsOf("", t.Value.Column), p.optional(t.Value.Status))
	}
	for i := range t.Series {
		if s := &t.Series[i]; fits(s.Sheets, p.sheet.Name) && fits(s.Members, p.member) {
			p.cells = append(p.cells, p.seriesCells(s)...)
		}
	}
	for i := range p.cells {
		if len(p.cells[i].when) == 0 {
			p.always++
		}
	}
	p.refuseTwice()
	p.unread()
	p.head = nil
	p.ready = p.r.told == before
	p.broken = !p.ready
}

func (p *plan) rules(list []Rule, reason string) []rule {
	var out []rule
	for _, u := range list {
		x := rule{column: p.optional(u.Column), form: compiled(u.Match), reason: u.Reason}
		if u.In != nil {
			x.in = map[string]bool{}
			for _, text := range u.In {
				x.in[text] = true
			}
		}
		if reason != "" {
			x.reason = reason
		}
		out = append(out, x)
	}
	return out
}

// fixed finds what the whole sheet shares: its territory, its period.
func (p *plan) fixed() {
	t := p.t
	if t.Territory.Fixed != "" {
		p.whole = p.places.fixed(t.Territory.Fixed)
	}
	if text, ok := p.named(t.Territory.Sheet, t.Territory.Member, "territory"); ok {
		p.whole = p.places.of([]byte(text), false, nil, nil, "")
	}
	if t.Period.Fixed != "" {
		p.wholePeriod = p.periods.of([]byte(t.Period.Fixed), "")
	}
	if text, ok := p.named(t.Period.Sheet, t.Period.Member, "period"); ok {
		p.wholePeriod = p.periods.of([]byte(text), "")
	}
}

// named reads a part of the sheet's or the member's name.
func (p *plan) named(inSheet, inMember, group string) (string, bool) {
	form, name := inSheet, p.sheet.Name
	if inMember != "" {
		form, name = inMember, p.member
	}
	if form == "" {
		return "", false
	}
	re := regexp.MustCompile(form)
	m := re.FindStringSubmatch(name)
	if m == nil {
		p.r.refuse("", "corrigez l'expression, ou sheets et members, dans la description « "+p.r.d.Name+" »", "le nom « %s » ne répond pas à « %s »", name, form)
		return "", false
	}
	return m[re.SubexpIndex(group)], true
}

// seriesCells are the cells of one series in a row.
func (p *plan) seriesCells(s *Series) []cell {
	known := p.r.indicatorOf(s.Code, "")
	var out []cell
	switch {
	case s.Count:
		out = []cell{{series: known, column: -1, status: -1, periodColumn: -1}}
	case len(s.Columns) > 0:
		c := cell{series: known, column: -1, status: p.optional(s.Status), periodColumn: -1}
		for _, name := range s.Columns {
			c.columns = append(c.columns, p.column(name))
		}
		for _, name := range s.Minus {
			c.minus = append(c.minus, p.column(name))
		}
		out = []cell{c}
	default:
		status := -1
		if !strings.HasPrefix(s.Status, "~") {
			status = p.optional(firstOf(s.Status, p.t.Value.Status))
		}
		out = p.spread(known, p.columnsOf(s.Column, p.t.Value.Column), status)
		p.pairStatus(out, s.Status)
	}
	when := p.when(s)
	period := p.optional(s.PeriodColumn)
	for i := range out {
		c := &out[i]
		c.when, c.scale, c.periodColumn = when, s.Scale, period
		if s.Period != "" {
			c.period = p.periods.of([]byte(s.Period), "")
		}
		c.mode = p.modeOf(s)
	}
	return out
}

func (p *plan) modeOf(s *Series) mode {
	switch {
	case s.Count:
		return counted
	case s.Sum:
		return summed
	case p.t.Period.LastOf != "":
		return latest
	}
	return plain
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func (p *plan) when(s *Series) []rule {
	var out []rule
	for _, column := range slices.Sorted(maps.Keys(s.When)) {
		u := rule{column: p.column(column)}
		if text, ok := strings.CutPrefix(s.When[column], "~"); ok {
			u.form = compiled(text)
		} else {
			u.in = map[string]bool{s.When[column]: true}
		}
		out = append(out, u)
	}
	return out
}

// spotted is a value column with what its header says.
type spotted struct {
	column int
	period *instant
	place  *place
}

// columnsOf are the value columns of a series: its own, or the table's, or
// those whose headers say a period or a territory.
func (p *plan) columnsOf(own, common string) []spotted {
	t := p.t
	form := ""
	if text, ok := strings.CutPrefix(own, "~"); ok {
		form = text
	}
	wide := t.Period.Header != "" || t.Territory.Header != ""
	several := strings.Contains(form, "(?P<period>") || form != "" && wide
	if !several && (own != "" || !wide) {
		return []spotted{{column: p.column(firstOf(own, common))}}
	}
	var out []spotted
	for i, text := range p.header.cells {
		s := spotted{column: i}
		if text != "" && p.spot(&s, form, text) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		p.r.refuse("", p.headerRemedy(), "aucune colonne ne répond à « %s » ; colonnes trouvées : %v", firstOf(form, t.Period.Header, t.Territory.Header), columnList(p.header.cells))
	}
	return out
}

// spot reads a header text by the three expressions that may be there.
func (p *plan) spot(s *spotted, form, text string) bool {
	if re := compiled(form); re != nil {
		m := re.FindStringSubmatch(text)
		if m == nil {
			return false
		}
		if i := re.SubexpIndex("period"); i >= 0 {
			s.period = p.periods.of([]byte(m[i]), text)
		}
	}
	if re := compiled(p.t.Period.Header); re != nil && s.period == nil {
		m := re.FindStringSubmatch(text)
		if m == nil {
			return false
		}
		s.period = p.periods.of([]byte(m[re.SubexpIndex("period")]), text)
	}
	if re := compiled(p.t.Territory.Header); re != nil {
		m := re.FindStringSubmatch(text)
		if m == nil {
			return false
		}
		s.place = p.places.of([]byte(m[re.SubexpIndex("territory")]), false, nil, nil, text)
	}
	return true
}

// spread makes one cell of each value column.
func (p *plan) spread(s *series, columns []spotted, status int) []cell {
	var out []cell
	for _, c := range columns {
		m := plain
		if p.t.Period.LastOf != "" {
			m = latest
		}
		out = append(out, cell{series: s, column: c.column, status: status, place: c.place, period: c.period, periodColumn: -1, scale: 1, mode: m})
	}
	return out
}

// pairStatus gives each cell the status column of its own period.
func (p *plan) pairStatus(cells []cell, name string) {
	text, ok := strings.CutPrefix(name, "~")
	if !ok {
		return
	}
	re := regexp.MustCompile(text)
	group := re.SubexpIndex("period")
	for i := range cells {
		for _, column := range p.header.matching(re) {
			if group < 0 || cells[i].period != nil && cells[i].period.period == p.periods.of([]byte(re.FindStringSubmatch(p.header.cells[column])[group]), "").period {
				cells[i].status = column
			}
		}
	}
}

// refuseTwice refuses two columns that say the same series, period and
// territory.
func (p *plan) refuseTwice() {
	seen := map[string]int{}
	for i := range p.cells {
		c := &p.cells[i]
		if c.series == nil || c.period == nil || len(c.when) > 0 || c.mode != plain {
			continue
		}
		k := string(c.series.code) + " " + c.period.period
		if c.place != nil {
			k += " " + string(c.place.code) + c.place.text
		}
		if first, twice := seen[k]; twice {
			p.r.refuse("", "gardez une des deux colonnes, ou précisez l'expression", "colonnes « %s » et « %s » : même série, même période %s", p.header.name(first), p.header.name(c.column), c.period.period)
		}
		seen[k] = c.column
	}
}

// unread notes the columns that nothing reads.
func (p *plan) unread() {
	used := map[int]bool{p.place: true, p.level: true, p.within: true, p.period: true, p.indicator: true}
	if p.t.Zone != nil {
		used[p.zoneCode], used[p.zoneLabel], used[p.zoneOf] = true, true, true
	}
	for _, list := range [][]rule{p.leaves, p.wheres} {
		for _, u := range list {
			used[u.column] = true
		}
	}
	for i := range p.cells {
		c := &p.cells[i]
		for _, k := range append(append([]int{c.column, c.status, c.periodColumn}, c.columns...), c.minus...) {
			used[k] = true
		}
		for _, u := range c.when {
			used[u.column] = true
		}
	}
	var unread []string
	for i, text := range p.header.cells {
		if text != "" && !used[i] {
			unread = append(unread, text)
		}
	}
	said := &p.r.report.Sheets[p.r.at]
	if p.r.built[p.r.at] {
		unread = slices.DeleteFunc(unread, func(text string) bool { return !slices.Contains(said.Unread, text) })
	}
	said.Unread, p.r.built[p.r.at] = unread, true
}
