package detect

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"vigie/territory"
)

// placed says where a table's territories are.
type placed struct {
	column  *column
	join    string // code or label
	form    string // official, vigie, nuts
	levels  []territory.Level
	tier    *column
	marks   map[string]string // text of tier → level
	strip   string
	pad     int
	rewrite map[string]string
	header  string // territories in columns
	heads   []*column
	vintage int
	score   float64
}

var (
	codeName  = regexp.MustCompile(`(?i)(^|[^a-z])(code|cod|codgeo|insee|geo|geocode|dep|dept|dpt|reg|region|com|commune|depcom|zone|territ|epci|siren|nuts|area|ref_area|maille|id|num|n°|numero)|d[eé]partement|r[eé]gion|geo$|^dep|^reg|code$`)
	regName   = regexp.MustCompile(`(?i)r[eé]g`)
	depName   = regexp.MustCompile(`(?i)d[eé]p|dpt|^d$`)
	otherCode = regexp.MustCompile(`(?i)(chef.?lieu|circo|arrondissement|arr$|canton|bassin|zone d.emploi|uu\d*|aav|code.?postal|(?:^|[^a-z])(?:naf|ape)(?:$|[^a-z])|origine|nouveau|_old|ancien)`)
	tierName  = regexp.MustCompile(`(?i)^(.*[._ ])?(niveau.*|echelle|échelle|scale|maille|level|type_?(territoire|geo|zone|collectivite)|nivgeo|echelon|échelon|granularite|geo_type|typ.*geo)$`)
)

// tiers gives the tier that the words of a level column say.
var tiers = map[string]territory.Level{
	"commune": territory.Commune, "communes": territory.Commune, "com": territory.Commune, "communale": territory.Commune, "municipality": territory.Commune,
	"departement": territory.Departement, "departements": territory.Departement, "dep": territory.Departement, "dept": territory.Departement, "dpt": territory.Departement, "departementale": territory.Departement, "d": territory.Departement,
	"region": territory.Region, "regions": territory.Region, "reg": territory.Region, "regionale": territory.Region, "r": territory.Region,
	"epci": territory.EPCI, "intercommunalite": territory.EPCI,
	"national": territory.National, "nationale": territory.National, "nat": territory.National, "france": territory.National, "pays": territory.National, "country": territory.National, "f": territory.National, "fr": territory.National,
}

// findPlace chooses the column of territories.
func (d *detection) findPlace(t *table) {
	tier := t.tierColumn()
	for _, c := range t.columns {
		if c == tier || c.filled == 0 {
			continue
		}
		p := d.names.byCode(c, tier != nil)
		if l := d.names.byLabel(c); l.score > p.score {
			p = l
		}
		c.place = p.score > 0 && (c.zeros > 0 || !c.numeric() || idName.MatchString(c.name))
		if p.score > 0 && c.index > 0 {
			p.score -= float64(min(c.index, 50)) / 1000
		}
		if c.filled*2 < len(t.body) && tier == nil || len(c.values) < 3 && len(t.body) > 5 {
			p.score /= 3
		}
		if p.score > t.place.score {
			t.place = p
		}
	}
	if t.place.column == nil {
		d.placeHeaders(t)
		return
	}
	t.place.column.role = Code
	if t.place.join == "label" {
		t.place.column.role = Label
	}
	if tier != nil && (t.place.join == "label" || t.place.form == "official") {
		t.setTier(tier)
	}
	if len(d.tables) < 3 {
		t.place.vintage = d.names.vintage(t.place.column)
	}
}

// tierColumn finds the column that says the tier of each row, nil when there
// is none.
func (t *table) tierColumn() *column {
	for _, c := range t.columns {
		if c.many || len(c.values) == 0 || len(c.values) > 12 || c.longest > 40 {
			continue
		}
		known, named := 0, tierName.MatchString(c.name)
		for text := range c.values {
			if tiers[folded(text)] != "" && (named || len(text) > 2) {
				known++
			}
		}
		if known > 0 && named || known >= 2 && known*2 >= len(c.values) {
			return c
		}
	}
	return nil
}

// setTier makes a column that of the tiers.
func (t *table) setTier(c *column) {
	t.place.tier, t.place.marks, c.role = c, map[string]string{}, Tier
	t.place.levels = nil
	for text := range c.values {
		t.place.marks[text] = string(tiers[folded(text)])
	}
	for _, l := range territory.Levels {
		for _, m := range t.place.marks {
			if m == string(l) && !slices.Contains(t.place.levels, l) {
				t.place.levels = append(t.place.levels, l)
			}
		}
	}
}

// counts of a column's texts by what they could be.
type tally struct {
	tier                      map[territory.Level]int
	vigie, nuts, short, cut   int
	areas                     int // NUTS codes of any country
	national, known, distinct int
	zeros                     int // codes that only a code can be: 01, 2A
	prefixes                  map[string]int
}

func (n *names) tally(c *column) tally {
	s := tally{tier: map[territory.Level]int{}, prefixes: map[string]int{}}
	for text := range c.values {
		s.distinct++
		if nation(text) != "" {
			s.national++
			s.known++
			if text == "FR" {
				s.nuts++
				s.vigie++
			}
			continue
		}
		if levels := n.codes[text]; len(levels) > 0 {
			s.known++
			for _, l := range levels {
				s.tier[l]++
			}
			if text[0] == '0' || strings.ContainsAny(text, "AB") || len(text) == 9 {
				s.zeros++
			}
			continue
		}
		if strings.Contains(text, "-") && territory.Code(text).Level() != "" {
			s.vigie++
			continue
		}
		if areaForm.MatchString(text) {
			s.areas++
			if nutsForm.MatchString(text) {
				s.nuts++
			}
			continue
		}
		if m := prefixed.FindStringSubmatch(text); m != nil && len(n.codes[m[2]]) > 0 {
			s.prefixes[m[1]]++
			s.cut++
			continue
		}
		if digits(text) && (len(text) == 1 || len(text) == 4 && !yearCell.MatchString(text)) && len(n.codes["0"+text]) > 0 {
			s.short++
			for _, l := range n.codes["0"+text] {
				s.tier[l]++
			}
		}
	}
	return s
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// byCode reads a column as codes; score 0: it is not.
func (n *names) byCode(c *column, mixed bool) placed {
	s := n.tally(c)
	p := placed{column: c, join: "code", form: "official"}
	if s.distinct == 0 || otherCode.MatchString(c.name) || c.periods() {
		return p
	}
	share := func(k int) float64 { return float64(k) / float64(s.distinct) }
	named := codeName.MatchString(c.name)
	good := share(s.known + s.short)
	switch {
	case share(s.vigie+s.national) >= 0.8 && s.vigie > 0:
		p.form, p.score = "vigie", 3
		p.levels = vigieLevels(c)
		return p
	case share(s.nuts+s.national) >= 0.8 && s.nuts > 1, share(s.areas+s.national) >= 0.9 && s.nuts > 0 && areaName.MatchString(c.name):
		p.form, p.score, p.levels = "nuts", 2.5, []territory.Level{territory.National, territory.Region}
		return p
	case share(s.cut+s.known) >= 0.8 && s.cut > 0 && s.cut*2 >= s.distinct-s.national:
		return n.withPrefix(p, c, s)
	case mixed && named && good > 0.15 && len(s.tier) > 0:
	case s.national == s.distinct && named:
	case good < 0.6 || s.known+s.short-s.national < 2 && !named:
		return p
	case good < 0.9 && !named && s.zeros < 3:
		return p
	case s.short > 0 && s.tier[territory.Commune] > 0 && good < 0.9:
		return p
	case s.zeros == 0 && !named, s.numericOnly(c) && !named:
		return p
	}
	p.score = 1.5 + good/2
	if named {
		p.score += 0.3
	}
	p.levels = s.levels(c)
	if len(p.levels) == 0 {
		p.score = 0
		if s.national == s.distinct && codeName.MatchString(c.name) {
			p.score, p.levels, p.rewrite = 0.5, []territory.Level{territory.National}, nationRewrites(c)
		}
		return p
	}
	if s.short > 0 {
		p.pad = 2
		if p.levels[0] == territory.Commune {
			p.pad = 5
		}
	}
	p.score += 0.4 * float64(fineness(p.levels[0]))
	p.rewrite = nationRewrites(c)
	if len(p.rewrite) > 0 && !slices.Contains(p.levels, territory.National) {
		p.levels = append([]territory.Level{territory.National}, p.levels...)
	}
	return p
}

// numericOnly: plain small numbers that might be codes by chance.
func (s *tally) numericOnly(c *column) bool {
	return s.zeros == 0 && c.numbers == c.filled && s.distinct < 60
}

func fineness(l territory.Level) int {
	return slices.Index([]territory.Level{territory.National, territory.Region, territory.Departement, territory.EPCI, territory.Commune}, l)
}

// levels returns the tiers of a column of official codes, the most frequent
// first; codes of both a region and a département are the one the others are.
func (s *tally) levels(c *column) []territory.Level {
	region, dep := s.tier[territory.Region], s.tier[territory.Departement]
	name := c.name[strings.LastIndexByte(c.name, '.')+1:]
	if region > 0 && dep > 0 {
		saysReg, saysDep := regName.MatchString(name), depName.MatchString(name)
		if saysReg && !saysDep && region*10 >= dep*7 || region > dep && !(saysDep && dep*10 >= region*7) || region == dep && !saysDep && region > 8 {
			delete(s.tier, territory.Departement)
		} else {
			delete(s.tier, territory.Region)
		}
	}
	list := slices.Collect(maps.Keys(s.tier))
	slices.SortFunc(list, func(a, b territory.Level) int { return s.tier[b] - s.tier[a] })
	if len(list) == 0 {
		return nil
	}
	most := s.tier[list[0]]
	return slices.DeleteFunc(list, func(l territory.Level) bool { return s.tier[l]*200 < most && s.tier[l] < 5 })
}

func vigieLevels(c *column) []territory.Level {
	var list []territory.Level
	for _, l := range territory.Levels {
		for text := range c.values {
			if territory.Code(text).Level() == l {
				list = append(list, l)
				break
			}
		}
	}
	return list
}

// withPrefix reads codes like D01 and R84.
func (n *names) withPrefix(p placed, c *column, s tally) placed {
	list := slices.Sorted(maps.Keys(s.prefixes))
	p.strip = "^(" + strings.Join(list, "|") + ")[-_ ]?"
	p.score, p.rewrite = 2.4, nationRewrites(c)
	if len(p.rewrite) > 0 {
		p.levels = append(p.levels, territory.National)
	}
	for _, prefix := range list {
		if l := tiers[strings.ToLower(prefix)]; l != "" && !slices.Contains(p.levels, l) {
			p.levels = append(p.levels, l)
		}
	}
	if len(p.levels) == 0 {
		p.levels = []territory.Level{territory.Departement}
	}
	return p
}

// nationRewrites maps the texts that name the country to its codes.
func nationRewrites(c *column) map[string]string {
	out := map[string]string{}
	for text := range c.values {
		if code := nation(text); code != "" && code != text {
			out[text] = code
		}
	}
	return out
}

// labelPrefix is what may stand before a name: « Taux de chômage … - Ain ».
var labelPrefix = regexp.MustCompile(`^(.* - |\d{2,3}[AB]?[ -]+|[A-Z0-9]{2,3} - )(.+)$`)

// byLabel reads a column as names; score 0: it is not.
func (n *names) byLabel(c *column) placed {
	p := placed{column: c, join: "label", form: "official", rewrite: nationRewrites(c)}
	tier := map[territory.Level]int{}
	known, cut, regions := len(p.rewrite), 0, 0 // regions: those that are no département
	for text := range c.values {
		levels := n.tiersOf(text)
		if len(levels) == 0 {
			if m := labelPrefix.FindStringSubmatch(text); m != nil {
				if levels = n.tiersOf(m[2]); len(levels) > 0 {
					cut++
				}
			}
		}
		if len(levels) > 0 {
			known++
			for _, l := range levels {
				tier[l]++
			}
			if slices.Contains(levels, territory.Region) && !slices.Contains(levels, territory.Departement) {
				regions++
			}
		}
	}
	distinct := len(c.values)
	if distinct == 0 || known < 3 || known*10 < distinct*5 || c.many && tier[territory.Commune] == 0 {
		return p
	}
	for _, l := range []territory.Level{territory.Region, territory.Departement, territory.EPCI, territory.Commune} {
		if tier[l] > 0 && (len(p.levels) == 0 || tier[l]*10 > tier[p.levels[0]]*12) {
			p.levels = []territory.Level{l}
		}
	}
	if len(p.levels) == 0 {
		return p
	}
	if l := p.levels[0]; (l == territory.Region || l == territory.Departement) && regions >= 3 && tier[territory.Departement] >= 20 {
		p.levels = []territory.Level{territory.Region, territory.Departement}
	}
	if cut*2 > known {
		p.strip = `^(.* - |\d{2,3}[AB]? +)`
	}
	p.score = 0.8 + 0.5*float64(known)/float64(distinct) + 0.1*float64(fineness(p.levels[0]))
	if len(p.rewrite) > 0 {
		p.levels = append(p.levels, territory.National)
	}
	return p
}

// placeHeaders looks for territories in the header.
func (d *detection) placeHeaders(t *table) {
	tier, codes := map[territory.Level]int{}, 0
	var heads []*column
	for _, c := range t.columns {
		levels := d.names.tiersOf(c.name)
		if len(levels) == 0 && len(c.name) == 2 && d.names.isCode(c.name) && !periodHeader(c.name) {
			levels = d.names.codes[c.name]
			codes++
		}
		if len(levels) > 0 && c.numeric() {
			heads = append(heads, c)
			tier[levels[0]]++
		}
	}
	if len(heads) < 4 || len(heads)*2 < len(t.columns) {
		return
	}
	t.place.join = "label"
	if codes*2 > len(heads) {
		t.place.join = "code"
	}
	for _, l := range []territory.Level{territory.Departement, territory.Region} {
		if tier[l]*2 > len(heads) {
			t.place.levels = []territory.Level{l}
		}
	}
	if len(t.place.levels) == 0 {
		return
	}
	t.place.form, t.place.heads = "official", heads
	var list []string
	for _, c := range heads {
		list = append(list, regexp.QuoteMeta(c.name))
		c.role = Measure
	}
	t.place.header = "^(?P<territory>" + strings.Join(list, "|") + ")$"
}

// vintage returns the year of the vintage that knows most of the codes, 0 when
// several know as many.
func (n *names) vintage(c *column) int {
	best, year, ties := 0, 0, false
	for _, v := range n.vintages {
		known := 0
		for text := range c.values {
			for _, kind := range []string{"COM-", "EPCI-", "DEP-", "REG-"} {
				if _, ok := v.Get(territory.Code(kind + text)); ok {
					known++
					break
				}
			}
		}
		if known > best {
			best, year, ties = known, v.Year, false
		} else if known == best {
			ties = true
		}
	}
	if ties {
		return 0
	}
	return year
}
