package source

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/territory"
)

// join says how a text of the file met the geography.
type join byte

const (
	matched   join = iota
	converted      // a code of another geography
	left           // by a rule of the description
	ambiguous
	unmatched
	wrong // refused whatever the rule: a code that lost its zero
)

// place is the answer given for one territory text.
type place struct {
	text string
	code territory.Code
	join join
	said string // what is known of it; the reason, when it is left
	rows int    // observations of it
	line int    // global line of the first
}

func (p *place) ok() bool { return p.join == matched || p.join == converted }

// places answers for the territory texts of one table.
type places struct {
	r       *reader
	t       *Place
	strip   *regexp.Regexp
	within  *regexp.Regexp
	folded  map[string]string // rewrite, by folded text
	known   map[territory.Level]map[string]*place
	lastKey territory.Level
	last    map[string]*place
	all     []*place // in order of first meeting
}

func newPlaces(r *reader, t *Place) *places {
	x := &places{r: r, t: t, strip: compiled(t.Strip), within: compiled(t.Within.Match), known: map[territory.Level]map[string]*place{}, folded: map[string]string{}}
	for _, from := range slices.Sorted(maps.Keys(t.Rewrite)) {
		x.folded[lang.Fold(from)] = t.Rewrite[from]
	}
	return x
}

func (x *places) fixed(code string) *place {
	p := &place{text: code, code: territory.Code(code)}
	x.check(p, p.code)
	x.all = append(x.all, p)
	return p
}

// of answers for one text; level is that of the row's own mark when the table
// has such a column, column names the place in a fault.
func (x *places) of(text []byte, hasLevel bool, level, within []byte, column string) *place {
	tier := territory.Level(x.t.Level)
	if hasLevel {
		mark, ok := x.t.LevelMarks[string(level)]
		if !ok {
			return x.levelless(string(level), column)
		}
		tier = territory.Level(mark)
	}
	if x.last == nil || x.lastKey != tier {
		if x.last = x.known[tier]; x.last == nil {
			x.last = map[string]*place{}
			x.known[tier] = x.last
		}
		x.lastKey = tier
	}
	if within == nil {
		if p := x.last[string(text)]; p != nil {
			return p
		}
	}
	k := string(text)
	if within != nil {
		k += "\x00" + string(within)
	}
	if p := x.last[k]; p != nil {
		return p
	}
	p := &place{text: string(text), line: x.r.offset + x.r.line}
	x.last[k] = p
	x.all = append(x.all, p)
	x.find(p, tier, hasLevel, string(within))
	x.refuse(p, column)
	return p
}

// levelless answers for a row whose tier mark nobody described.
func (x *places) levelless(mark, column string) *place {
	k := territory.Level("?" + mark)
	if x.known[k] == nil {
		x.known[k] = map[string]*place{"": {text: mark, join: wrong}}
		x.r.refuse(x.t.LevelColumn, "ajoutez-le à level_marks dans la description « "+x.r.d.Name+" », avec \"\" pour laisser ces lignes", "niveau « %s » inconnu", mark)
	}
	return x.known[k][""]
}

// find joins one text to the geography.
func (x *places) find(p *place, tier territory.Level, hasLevel bool, within string) {
	text := p.text
	if x.strip != nil {
		text = strings.TrimSpace(x.strip.ReplaceAllString(text, ""))
	}
	if to, ok := x.rewritten(text); ok {
		if to == "" {
			p.join, p.said = left, "territoire écarté par la description"
			return
		}
		if code := territory.Code(to); code.Level() != "" {
			x.check(p, code)
			return
		}
		text = to
	}
	switch {
	case hasLevel && tier == "":
		p.join, p.said = left, "niveau écarté par la description"
	case x.t.Join == "label":
		x.byLabel(p, text, tier, within)
	case x.t.Form == "vigie":
		x.check(p, territory.Code(text))
	case x.t.Form == "nuts":
		if code, ok := nuts()[text]; ok {
			x.check(p, code)
			return
		}
		p.join = unmatched
	default:
		x.byCode(p, text, tier)
	}
}

func (x *places) rewritten(text string) (string, bool) {
	if len(x.t.Rewrite) == 0 {
		return "", false
	}
	if to, ok := x.t.Rewrite[text]; ok {
		return to, true
	}
	if x.t.Join != "label" {
		return "", false
	}
	to, ok := x.folded[lang.Fold(text)]
	return to, ok
}

// byCode joins an official code.
func (x *places) byCode(p *place, text string, tier territory.Level) {
	for len(text) < x.t.Pad && text != "" {
		text = "0" + text
	}
	text = strings.ToUpper(text)
	if tier == "auto" {
		if tier = x.tierOf(text); tier == "" {
			p.join = unmatched
			return
		}
	}
	if n := lengths[tier]; lostZero(text, tier) {
		p.join = wrong
		p.said = fmt.Sprintf("« %s » n'est pas un code de %s : il a perdu ses zéros de gauche ; écrivez pad = %d dans [table.territory]", p.text, tierName[tier], n)
		return
	}
	code, ok := officialCode(text, tier)
	if !ok {
		p.join = unmatched
		return
	}
	x.check(p, code)
}

var (
	lengths  = map[territory.Level]int{territory.Region: 2, territory.Departement: 2, territory.EPCI: 9, territory.Commune: 5}
	tierName = map[territory.Level]string{territory.Region: "région", territory.Departement: "département", territory.EPCI: "EPCI", territory.Commune: "commune"}
	forms    = map[territory.Level]*regexp.Regexp{
		territory.Region: regexp.MustCompile(`^\d\d$`), territory.Departement: regexp.MustCompile(`^(\d\d|2[AB]|9[78]\d)$`),
		territory.EPCI: regexp.MustCompile(`^\d{9}$`), territory.Commune: regexp.MustCompile(`^(\d\d|2[AB])\d{3}$`),
	}
	prefix = map[territory.Level]string{territory.Region: "REG-", territory.Departement: "DEP-", territory.EPCI: "EPCI-", territory.Commune: "COM-"}
)

// lostZero reports whether a code is a number, or a Corsican commune, that
// lacks one figure or more on its left.
func lostZero(text string, tier territory.Level) bool {
	n := lengths[tier]
	if tier == territory.EPCI || n == 0 || text == "" || len(text) >= n {
		return false
	}
	return strings.Trim(text, "0123456789") == "" && (tier != territory.Commune || len(text) == n-1)
}

// officialCode is Vigie's code of an official one, false for another form.
func officialCode(text string, tier territory.Level) (territory.Code, bool) {
	if tier == territory.National {
		code := territory.Code(text)
		return code, code.Level() == territory.National
	}
	if form := forms[tier]; form == nil || !form.MatchString(text) {
		return "", false
	}
	return territory.Code(prefix[tier] + text), true
}

// tierOf tells the tier of a code by its form, among those of the description.
func (x *places) tierOf(text string) territory.Level {
	for _, tier := range x.r.d.Levels {
		if _, ok := officialCode(text, tier); ok {
			return tier
		}
	}
	for _, tier := range territory.Levels {
		if _, ok := officialCode(text, tier); ok {
			return tier
		}
	}
	for _, tier := range x.r.d.Levels {
		if lostZero(text, tier) {
			return tier
		}
	}
	return ""
}

// check settles a code of Vigie's.
func (x *places) check(p *place, code territory.Code) {
	p.code = code
	level := code.Level()
	switch {
	case level == "":
		p.join = unmatched
		if x.t.Form == "vigie" {
			p.join, p.said = wrong, x.notOf(code)
		}
	case !slices.Contains(x.r.d.Levels, level) && x.t.Form == "vigie":
		p.join, p.said = wrong, x.notOf(code)
	case !slices.Contains(x.r.d.Levels, level):
		p.join, p.said = left, "niveau « "+string(level)+" » hors de la description"
	default:
		x.settle(p)
	}
}

func (x *places) notOf(code territory.Code) string {
	return "territoire « " + short(string(code)) + " » : ni " + strings.Join(levelNames(x.r.d.Levels), " ni ")
}

// settle looks a code up in the file's geography, then in the others.
func (x *places) settle(p *place) {
	if x.r.env.Vintage == nil {
		return
	}
	if _, ok := x.r.env.Vintage.Get(p.code); ok {
		p.join = matched
		return
	}
	p.join = unmatched
	if x.r.env.Became == nil {
		return
	}
	if p.said = x.r.env.Became(p.code); p.said != "" {
		p.join = converted
	}
}

// refuse says what cannot be read. With keep.unmatched = "report" an unknown
// territory is listed in the join report instead.
func (x *places) refuse(p *place, column string) {
	if column == "" {
		column = x.t.Column
	}
	do := "corrigez le code, l'année de la géographie (vintage) ou, si ces lignes ne sont pas des territoires, laissez-les par leave ou end ; unmatched = \"report\" les met au compte rendu"
	switch report := x.r.d.Keep.Unmatched == "report"; {
	case p.join == wrong:
		x.r.refuse(column, "corrigez le code, ou les niveaux (levels) et le territoire (pad, form) de la description « "+x.r.d.Name+" »", "%s", whole(p.said))
	case report || p.ok() || p.join == left:
	case p.text == "":
		x.r.refuse(column, "remplissez-la, ou laissez ces lignes par leave ou end dans la description « "+x.r.d.Name+" »", "territoire absent")
	case p.join == ambiguous:
		x.r.refuse(column, "précisez level, within ou rewrite dans la description « "+x.r.d.Name+" »", "territoire « %s » ambigu : %s", p.text, whole(p.said))
	case x.t.Join == "label":
		x.r.refuse(column, "ajoutez ce nom à rewrite dans la description « "+x.r.d.Name+" », laissez la ligne par leave ou end, ou écrivez unmatched = \"report\"",
			"territoire « %s » inconnu dans la géographie %d", p.text, x.r.d.Vintage)
	default:
		x.r.refuse(column, do, "territoire « %s » inconnu dans la géographie %d%s", p.text, x.r.d.Vintage, whole(arrondissement(p.code)))
	}
}

// arrondissement says of which commune a code is a municipal arrondissement, ""
// for any other code.
func arrondissement(code territory.Code) string {
	for _, city := range [][3]string{{"COM-751", "Paris", "75056"}, {"COM-6938", "Lyon", "69123"}, {"COM-132", "Marseille", "13055"}} {
		if strings.HasPrefix(string(code), city[0]) {
			return " (arrondissement municipal de " + city[1] + " : la commune est " + city[2] + ", que ces lignes compteraient deux fois)"
		}
	}
	return ""
}

// whole is a text that a fault does not cut.
type whole string

func levelNames(levels []territory.Level) []string {
	names := make([]string, len(levels))
	for i, l := range levels {
		names[i] = string(l)
	}
	return names
}

// labels are the codes of one tier by folded name.
type labels map[string][]territory.Code

func (r *reader) labelsOf(tier territory.Level) labels {
	if l, ok := r.labels[tier]; ok {
		return l
	}
	l := labels{}
	if r.env.Vintage != nil {
		all := r.env.Vintage.ByLevel(tier)
		for i := range all {
			name := lang.Fold(all[i].Label)
			l[name] = append(l[name], all[i].Code)
			name = bare + articleless(name)
			l[name] = append(l[name], all[i].Code)
		}
	}
	r.labels[tier] = l
	return l
}

// bare marks the names without article in the labels.
const bare = "\x00"

// articleless is a folded name without its article: « La Réunion », « Réunion ».
func articleless(name string) string {
	for _, article := range []string{"la ", "le ", "les ", "l "} {
		if rest, ok := strings.CutPrefix(name, article); ok && rest != "" {
			return rest
		}
	}
	return name
}

// byLabel joins a name: accents, case, apostrophes and hyphens do not count,
// nor the article when no name has it.
func (x *places) byLabel(p *place, text string, tier territory.Level, within string) {
	tiers := x.r.d.Levels
	if tier != "auto" && tier != "" {
		tiers = []territory.Level{tier}
	}
	var found []territory.Code
	name := lang.Fold(text)
	for _, form := range []string{name, bare + articleless(name)} {
		for _, t := range tiers {
			found = append(found, x.r.labelsOf(t)[form]...)
		}
		if len(found) > 0 {
			break
		}
	}
	if x.within != nil {
		found = x.inside(found, within)
	}
	switch len(found) {
	case 0:
		p.join = unmatched
	case 1:
		p.code = found[0]
	default:
		p.join = ambiguous
		p.said = x.candidates(found)
	}
}

// inside keeps the codes that lie in the département that another cell names.
func (x *places) inside(codes []territory.Code, cell string) []territory.Code {
	m := x.within.FindStringSubmatch(cell)
	if m == nil {
		return codes
	}
	in := territory.Code("DEP-" + strings.ToUpper(m[x.within.SubexpIndex("territory")]))
	return slices.DeleteFunc(slices.Clone(codes), func(c territory.Code) bool {
		return x.r.env.Vintage.Ancestor(c, territory.Departement) != in
	})
}

func (x *places) candidates(codes []territory.Code) string {
	var out []string
	for i, c := range codes {
		if i == 6 {
			out = append(out, "…")
			break
		}
		out = append(out, string(c))
	}
	return strings.Join(out, ", ")
}
