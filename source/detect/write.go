package detect

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/territory"
)

// group is the sheets that one [[table]] reads: same header, same roles.
type group struct {
	*table
	all []*table
}

// groups gathers the tables of the same layout, in file order.
func (d *detection) groups() []*group {
	var list []*group
	at := map[string]*group{}
	for _, t := range d.tables {
		key := fmt.Sprint(t.rows[t.first].n, t.headers, t.time.sheet, t.time.header, t.place.strip, t.place.levels)
		for _, c := range t.columns {
			key += "\x00" + c.ref + "\x01" + string(c.role)
		}
		if g := at[key]; g != nil {
			g.all = append(g.all, t)
			continue
		}
		g := &group{t, []*table{t}}
		at[key] = g
		list = append(list, g)
	}
	return list
}

// writer writes the description.
type writer struct {
	strings.Builder
	d     *detection
	codes map[string]string // code → label, so that one code says one thing
}

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w, format+"\n", args...)
}

// write returns the TOML of the proposal.
func (d *detection) write() []byte {
	w := &writer{d: d, codes: map[string]string{}}
	w.line("# Proposition de « vigie source detect » : à relire. Ce qu'elle n'a pu savoir est dit « à vérifier ».")
	w.line("name = %s", quoted(slug(d.stem(), 40)))
	w.line("title = %s", quoted(d.stem()+" (à vérifier)"))
	w.line("producer = \"à vérifier\"")
	w.line("licence = \"à vérifier\"")
	w.line("files = [%s]", quoted(escaped(d.file)))
	levels := d.levels()
	names := make([]string, len(levels))
	for i, l := range levels {
		names[i] = quoted(string(l))
	}
	w.line("levels = [%s]", strings.Join(names, ", "))
	w.line("vintage = %d", d.vintage())
	if d.commas() {
		w.line("\n[file]\ndecimal = \",\"")
	}
	w.marks()
	for _, g := range d.groups() {
		w.table(g)
	}
	w.line("\n[keep]\nunmatched = \"report\"")
	return []byte(w.String())
}

// stem is the file's name without its endings.
func (d *detection) stem() string {
	name := strings.TrimSuffix(d.file, ".gz")
	return strings.TrimSuffix(name, path.Ext(name))
}

func (d *detection) levels() []territory.Level {
	var list []territory.Level
	for _, l := range territory.Levels {
		for _, t := range d.tables {
			if slices.Contains(t.place.levels, l) && !slices.Contains(list, l) && (l != territory.Region || !t.bothTiers() || t.place.levels[0] == l) {
				list = append(list, l)
			}
		}
	}
	if len(list) == 0 {
		list = append(list, territory.National)
	}
	return list
}

// bothTiers: regions and départements by official code, with nothing to tell
// them apart.
func (t *table) bothTiers() bool {
	return t.place.tier == nil && t.place.form == "official" && t.place.join == "code" &&
		slices.Contains(t.place.levels, territory.Region) && slices.Contains(t.place.levels, territory.Departement)
}

func (d *detection) vintage() int {
	last := 0
	for _, t := range d.tables {
		if t.place.vintage != 0 {
			return t.place.vintage
		}
		last = max(last, t.lastYear())
	}
	newest := 0
	for _, v := range d.names.vintages {
		newest = max(newest, v.Year)
	}
	if last == 0 || last > newest {
		return newest
	}
	return max(last, 2003)
}

// commas reports whether numbers have a decimal comma.
func (d *detection) commas() bool {
	commas, points := 0, 0
	for _, t := range d.tables {
		for _, c := range t.values {
			commas += c.commas
			points += c.numbers - c.whole - c.commas
		}
	}
	return commas > points
}

// marks writes the marks, flags and statuses seen.
func (w *writer) marks() {
	marks, flags, status := map[string]string{}, map[string]string{}, map[string]string{}
	for _, t := range w.d.tables {
		for _, c := range t.values {
			for text := range c.odd {
				if mark, ok := knownMarks[strings.ToLower(text)]; ok {
					marks[text] = mark
				} else if len(text) <= 40 && len(c.odd) <= 10 {
					marks[text] = "M"
				}
			}
			for flag := range c.flags {
				flags[flagPattern(flag)] = flagMark(flag)
			}
		}
		for _, m := range t.status {
			status[""] = "A"
			for text := range m.values {
				status[text] = statusText[strings.ToLower(text)]
			}
		}
	}
	for _, part := range []struct {
		name   string
		values map[string]string
	}{{"marks", marks}, {"status", status}, {"flags", flags}} {
		if len(part.values) == 0 {
			continue
		}
		w.line("\n[%s]", part.name)
		if part.name == "marks" {
			part.values[""] = "M"
		}
		for _, key := range slices.Sorted(maps.Keys(part.values)) {
			w.line("%s = %s", quoted(key), quoted(part.values[key]))
		}
	}
}

func flagPattern(flag string) string {
	if strings.HasPrefix(flag, "*") {
		return `\s*\*+$`
	}
	return `\s*` + regexp.QuoteMeta(flag) + "$"
}

func flagMark(flag string) string {
	switch strings.ToLower(strings.Trim(flag, "()")) {
	case "e", "f":
		return "E"
	case "p", "sd":
		return "P"
	}
	return "A"
}

// table writes one [[table]].
func (w *writer) table(g *group) {
	w.line("\n[[table]]")
	w.sheets(g)
	w.line("header = %d", g.rows[g.first].n)
	if g.headers > 1 {
		w.line("headers = %d", g.headers)
	}
	if end := g.ends(); end != "" {
		w.line("end = %s", quoted(end))
	}
	var where []string
	for _, c := range g.dims {
		if total := g.where[c]; total != "" {
			where = append(where, fmt.Sprintf("{ column = %s, in = [%s] }", quoted(c.ref), quoted(total)))
		}
	}
	if len(where) > 0 {
		w.line("where = [%s]", strings.Join(where, ", "))
	}
	if c := g.time.column; c != nil && slices.ContainsFunc(g.body, func(l line) bool { return l.cell(c.index) == "" }) {
		w.line("leave = [{ column = %s, match = '^$', reason = \"sans période\" }]", quoted(c.ref))
	}
	w.place(g)
	if len(g.table.zonings) > 0 {
		w.zonings(g)
		return
	}
	w.time(g)
	w.series(g)
}

// sheets writes which sheets or members a table reads.
func (w *writer) sheets(g *group) {
	var sheets, members []string
	for _, t := range g.all {
		if s := quoted(escaped(t.sheet.Name)); t.sheet.Name != "" && !slices.Contains(sheets, s) {
			sheets = append(sheets, s)
		}
		if s := quoted(escaped(t.sheet.Member)); t.sheet.Member != "" && !slices.Contains(members, s) {
			members = append(members, s)
		}
	}
	if len(sheets) > 0 {
		w.line("sheets = [%s]", strings.Join(sheets, ", "))
	}
	if len(members) > 0 {
		w.line("members = [%s]", strings.Join(members, ", "))
	}
}

// ends joins what ends the tables of a group.
func (g *group) ends() string {
	var list []string
	for _, t := range g.all {
		if t.end != "" && !slices.Contains(list, t.end) && !slices.ContainsFunc(g.all, func(o *table) bool {
			re := regexp.MustCompile(t.end)
			return slices.ContainsFunc(o.body, func(l line) bool { return re.MatchString(l.lead()) })
		}) {
			list = append(list, t.end)
		}
	}
	return strings.Join(list[:min(len(list), 20)], "|")
}

func (w *writer) place(g *group) {
	p := g.place
	w.line("[table.territory]")
	switch {
	case p.column != nil:
		w.line("column = %s", quoted(p.column.ref))
	case p.header != "":
		w.line("header = %s", quoted(p.header))
	case w.bySheet(g):
		return
	default:
		w.line("fixed = \"FR\" # à vérifier : aucune colonne de territoires")
		return
	}
	if p.join == "label" {
		w.line("join = \"label\"")
	}
	if p.form != "official" {
		w.line("form = %s", quoted(p.form))
	}
	switch {
	case p.tier != nil:
		w.line("level_column = %s", quoted(p.tier.ref))
		w.line("level_marks = %s", inline(p.marks))
	case p.form == "nuts":
		w.line("level = \"auto\"")
	case p.form == "vigie":
	default:
		w.line("level = %s", quoted(p.level()))
	}
	if p.strip != "" {
		w.line("strip = %s", quoted(p.strip))
	}
	if p.pad > 0 {
		w.line("pad = %d", p.pad)
	}
	if len(p.rewrite) > 0 {
		w.line("rewrite = %s", inline(p.rewrite))
	}
}

// level is the tier of a column of codes or names: one, or auto.
func (p *placed) level() string {
	list := slices.DeleteFunc(slices.Clone(p.levels), func(l territory.Level) bool { return l == territory.National })
	switch {
	case len(list) == 0:
		return string(territory.National)
	case len(list) == 1 || p.join == "code" && slices.Contains(list, territory.Region) && slices.Contains(list, territory.Departement):
		return string(list[0])
	}
	return "auto"
}

// bySheet writes a territory said by the sheets' names.
func (w *writer) bySheet(g *group) bool {
	known, join, level := 0, "label", ""
	for _, t := range g.all {
		levels := w.d.names.tiersOf(t.sheet.Name)
		if len(levels) == 0 && w.d.names.isCode(t.sheet.Name) {
			levels, join = w.d.names.codes[t.sheet.Name], "code"
		}
		if len(levels) > 0 {
			known++
			level = string(levels[0])
		}
	}
	if known < 3 || known*10 < len(g.all)*6 {
		return false
	}
	w.line("sheet = '^(?P<territory>.+)$'\njoin = %s\nlevel = %s", quoted(join), quoted(level))
	return true
}

func (w *writer) time(g *group) {
	if len(g.time.pairs) > 0 {
		w.line("[table.period]")
		if g.time.strip != "" {
			w.line("strip = %s", quoted(g.time.strip))
		}
		return
	}
	w.line("[table.period]")
	switch {
	case g.time.header != "":
		w.line("header = %s", quoted(g.time.header))
	case g.time.column != nil:
		w.line("column = %s", quoted(g.time.column.ref))
		if g.time.strip != "" {
			w.line("strip = %s", quoted(g.time.strip))
		}
		if g.time.column.yearly() {
			w.line("last_of = \"year\"")
		}
	case g.time.sheet:
		w.line("sheet = '^(?P<period>\\d{4})$'")
	default:
		year, sure := g.time.fixed, g.time.sure
		for _, text := range []string{w.d.file} {
			if y := yearOf(strings.ReplaceAll(text, "_", " ")); year == "" && y != "" {
				year = y
			}
		}
		for _, c := range g.values {
			if y := c.ownPeriod(); !sure && year == "" && y != "" {
				year = y
			}
		}
		if year == "" {
			year = strconv.Itoa(w.d.vintage())
		}
		if sure {
			w.line("fixed = %s", quoted(year))
		} else {
			w.line("fixed = %s # à vérifier", quoted(year))
		}
	}
}

// yearly: days, all the same day of their year.
func (c *column) yearly() bool {
	day := ""
	for text := range c.values {
		if len(text) < 10 || text[4] != '-' || day != "" && text[4:10] != day {
			return false
		}
		day = text[4:10]
	}
	return day != ""
}

// inline writes a small map.
func inline(m map[string]string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, quoted(key)+" = "+quoted(m[key]))
	}
	return "{ " + strings.Join(list, ", ") + " }"
}

// quoted writes a TOML string.
func quoted(s string) string {
	if !strings.ContainsAny(s, "'\n\r\t") && strings.ContainsAny(s, `\"`) {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// escaped makes a name a pattern of path.Match.
func escaped(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}

// slug makes a code of a text: lower case ASCII, digits and _.
func slug(text string, most int) string {
	s := strings.ReplaceAll(folded(text), " ", "_")
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
		}
	}
	s = b.String()
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		s = "x" + s
	}
	if len(s) > most {
		s = s[:most]
	}
	return strings.Trim(s, "_")
}
