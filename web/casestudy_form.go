package web

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
)

// caseForm is the form of a record as its page sets it. Everything that a
// button does is said by the button « faire », so that it works without script:
// nothing that was typed is lost on the way.
type caseForm struct {
	words
	Action, Token, Cancel string
	Hidden                []hiddenField
	Before                []caseField // who writes, without an account
	Groups                []caseGroup
	Acts                  []caseAct
	Settle                []caseSettle
	After                 []caseField
	Done                  int // percent, of what a whole record holds
	Missing               []link
}

// caseGroup is one part of a record; Fold is for what few records have.
type caseGroup struct {
	ID, Legend, Hint string
	Fields           []caseField
	Rows             []caseRow
	Add, AddLabel    string
	Focus            bool // on its button
	Place            *casePlace
	Fold             bool
	Notes            []caseNote
}

// caseField is a field with the notes of who reviews it.
type caseField struct {
	deskField
	Notes []caseNote
}

// caseNote is a word of a reviewer, as its reader sees it.
type caseNote struct {
	ID, Who, Text, When string
	Open                bool
	Closed              string      // said of one that is settled
	Settle              *deskButton // for who may
}

// caseRow is one row of a list.
type caseRow struct {
	Legend, Text string
	Hidden       []hiddenField
	Fields       []caseField
	Picture      template.URL
	Remove       string
	Notes        []caseNote
}

// casePlace finds a place by its name.
type casePlace struct {
	Field   caseField
	Found   []deskOption
	None    bool
	Suggest string // where a script asks
}

// caseAct is a button that sends the form.
type caseAct struct {
	Do, Label string
	Quiet     bool
}

// caseSettle is a field that two persons changed, to be settled.
type caseSettle struct {
	Field      deskField
	Label      string
	Base, Sent string // what it was; the conflict, for the next turn
}

// The inputs of a form of a record beside its fields.
const (
	doInput       = "faire"
	caseTurnInput = "version"
	caseBaseInput = "base"
	clashInput    = "conflit"
	placeSearch   = "lieu"
	placeAsked    = "lieu-cherche"
	pictureInput  = "image"
)

// casePaper is what a form of a record is made of.
type casePaper struct {
	words
	lists  *caseLists
	sheet  caseSheet
	lang   string // of the texts
	extra  string // the list with a row more
	typed  string // the place that is looked for
	focus  string // the field, or the button, where the page is come back to
	notes  map[string][]caseNote
	faults []deskFault
	images bool // pictures can be sent
	simple bool // without what an outsider has no say in

	suggest string                             // where a script finds places
	thumb   func(artifact string) template.URL // a picture made small
}

func (c *casePaper) field(f deskField) caseField {
	f.Value = c.sheet.get(f.Name)
	f.ID, f.Focus = fieldID(f.Name), c.focus == f.Name
	for _, one := range c.faults {
		if one.Field == f.Name {
			f.Fault = joined(" ", f.Fault, one.What, one.Do)
		}
	}
	if f.Kind == "" {
		f.Kind = "text"
	}
	for i := range f.Options {
		f.Options[i].ID = fmt.Sprintf("%s-%d", f.ID, i)
	}
	return caseField{f, c.notes[f.Name]}
}

func (c *casePaper) label(path string) string { return casestudy.Label(c.l, path) }

// text is a field of one line, area one of several, choice one of a list.
func (c *casePaper) text(name, hint string, most int) caseField {
	return c.field(deskField{Name: name, Label: c.label(name), Hint: hint, Most: most, Wide: true})
}

func (c *casePaper) area(name, hint string, rows int) caseField {
	return c.field(deskField{Kind: "area", Name: name, Label: c.label(name), Hint: hint, Most: 20000, Rows: rows, Wide: true})
}

func (c *casePaper) choice(name, label string) caseField {
	var chosen []string
	if v := c.sheet.get(name); v != "" {
		chosen = []string{v}
	}
	list := casestudy.ListOf(name)
	if name == mainDomain {
		list = "domain"
	}
	options := append([]deskOption{{Label: c.T("text.unset")}}, c.lists.options(c.words, list, chosen, "")...)
	return c.field(deskField{Kind: "select", Name: name, Label: label, Options: options, Wide: true})
}

func (c *casePaper) checks(name, explain string) caseField {
	return c.field(deskField{Kind: "checks", Name: name, Label: c.label(name), Options: c.lists.options(c.words, casestudy.ListOf(name), c.sheet[name], explain)})
}

// groups are the parts of the form, in the order in which one tells a story.
func (c *casePaper) groups() []caseGroup {
	all := []caseGroup{
		{ID: "essentiel", Legend: c.T("case.group.essential"), Fields: []caseField{
			c.text("title", c.T("case.hint.title"), 200), c.area("summary", c.T("case.hint.summary"), 4), c.language()}},
		c.places(),
		{ID: "domaines", Legend: c.T("case.group.domain"), Fields: []caseField{c.choice(mainDomain, c.T("case.main_domain")), c.checks("domains", ""), c.checks("sdgs", "")}},
		{ID: "recit", Legend: c.T("case.group.story"), Hint: c.T("case.hint.story"), Fields: c.sections("")},
		c.rows("actors", c.T("case.hint.actors"), func(n int) []caseField {
			return []caseField{c.cell("actors", n, "name", 200), c.pick("actors", n, "profile"), c.pick("actors", n, "role")}
		}),
		{ID: "alliance", Legend: c.T("case.group.alliance"), Fields: []caseField{c.checks("relationship_types", "definition"), c.checks("co_construction_forms", ""),
			c.checks("objectives", ""), c.choice("phase", c.label("phase")), c.year("start_year"), c.year("end_year")}},
		c.rows("sources", c.T("case.hint.sources"), func(n int) []caseField {
			return []caseField{c.cell("sources", n, "title", 300), c.cell("sources", n, "address", 2000), c.hinted("sources", n, "date", c.T("case.hint.date"))}
		}),
		c.rows("evidence", c.T("case.hint.evidence"), c.evidence),
		c.rows("impacts", c.T("case.hint.impacts"), func(n int) []caseField {
			return []caseField{c.pick("impacts", n, "axis"), c.long("impacts", n, "text"), c.hinted("impacts", n, "claimed_by", c.T("case.hint.claimed_by"))}
		}),
	}
	if c.images {
		all = append(all, c.pictures())
	}
	if !c.simple {
		all = append(all, c.rows("contacts", c.T("case.hint.contacts"), func(n int) []caseField {
			return []caseField{c.cell("contacts", n, "organisation", 200), c.hinted("contacts", n, "address", c.T("case.hint.contact"))}
		}), caseGroup{ID: "droits", Legend: c.T("case.group.rights"), Fields: []caseField{c.text("licence", c.T("case.hint.licence"), 100),
			c.text("consent.by", c.T("case.hint.consent"), 200), c.field(deskField{Kind: "date", Name: "consent.on", Label: c.label("consent.on")}), c.text("parent", c.T("case.hint.parent"), 60)}})
	}
	for _, to := range c.translations() {
		prefix := "translations." + to + "."
		fields := append([]caseField{c.text(prefix+"title", "", 200), c.area(prefix+"summary", "", 4)}, c.sections(prefix)...)
		all = append(all, caseGroup{ID: "traduction-" + to, Legend: c.T("case.group.translation", "to", c.languageName(to)), Hint: c.T("case.hint.translation"), Fields: fields,
			Fold: !slices.ContainsFunc(fields, func(f caseField) bool { return f.Value != "" || f.Fault != "" })})
	}
	for i := range all {
		all[i].Notes = c.notes[all[i].ID]
	}
	return all
}

func (c *casePaper) languageName(code string) string {
	if key := "case.language." + code; lang.Has(c.l, key) {
		return c.T(key)
	}
	return code
}

func (c *casePaper) language() caseField {
	var options []deskOption
	for _, l := range []string{"fr", "en"} {
		options = append(options, deskOption{Value: l, Label: c.languageName(l), Selected: c.lang == l})
	}
	return c.field(deskField{Kind: "select", Name: "language", Label: c.label("language"), Options: options})
}

// translations are the languages that the record has, and the other of the two.
func (c *casePaper) translations() []string {
	all := []string{map[string]string{"fr": "en", "en": "fr"}[c.lang]}
	for name := range c.sheet {
		if rest, ok := strings.CutPrefix(name, "translations."); ok {
			l, _, _ := strings.Cut(rest, ".")
			all = append(all, l)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(l string) bool { return l == "" })
}

// sections are those of the list, then others that the record has.
func (c *casePaper) sections(prefix string) []caseField {
	var out []caseField
	for _, t := range c.lists.terms("case_section") {
		out = append(out, c.field(deskField{Kind: "area", Name: prefix + "sections." + t.Code, Label: t.Label(c.l), Hint: t.Attribute("aim", c.l), Most: 20000, Rows: 5, Wide: true}))
	}
	var more []string
	for name := range c.sheet {
		if strings.HasPrefix(name, prefix+"sections.") && !slices.ContainsFunc(out, func(f caseField) bool { return f.Name == name }) {
			more = append(more, name)
		}
	}
	slices.Sort(more)
	for _, name := range more {
		out = append(out, c.area(name, "", 5))
	}
	return out
}

func (c *casePaper) year(name string) caseField {
	return c.field(deskField{Kind: "number", Name: name, Label: c.label(name), Hint: c.T("case.hint." + name), Most: 4})
}

// rows is a list written row by row. An empty row is there when the list is
// empty, and when one more is asked for; one that says nothing is not kept.
func (c *casePaper) rows(list, hint string, cells func(n int) []caseField) caseGroup {
	g := caseGroup{ID: plainName(list), Legend: c.label(list), Hint: hint, Add: "ajouter:" + list, AddLabel: c.T("case.add_" + list)}
	numbers := rowsOf(map[string][]string(c.sheet), list)
	if len(numbers) == 0 || c.extra == list {
		numbers = append(numbers, len(numbers)+1)
	}
	for _, n := range numbers {
		row := caseRow{Legend: c.label(list + "." + strconv.Itoa(n)), Fields: cells(n), Notes: c.notes[list+"."+strconv.Itoa(n)]}
		if slices.ContainsFunc(row.Fields, func(f caseField) bool { return f.Value != "" }) {
			row.Remove = "retirer:" + list + "." + strconv.Itoa(n)
		}
		g.Rows = append(g.Rows, row)
	}
	g.Focus = c.focus == g.Add
	return g
}

// cell is a part of a row, named by the part alone: the row has a legend.
func (c *casePaper) cell(list string, n int, part string, most int) caseField {
	return c.field(deskField{Name: rowPart(list, n, part), Label: c.part(part), Most: most, Wide: true})
}

func (c *casePaper) hinted(list string, n int, part, hint string) caseField {
	return c.field(deskField{Name: rowPart(list, n, part), Label: c.part(part), Hint: hint, Most: 300, Wide: true})
}

func (c *casePaper) long(list string, n int, part string) caseField {
	return c.field(deskField{Kind: "area", Name: rowPart(list, n, part), Label: c.part(part), Rows: 3, Most: 20000, Wide: true})
}

func (c *casePaper) pick(list string, n int, part string) caseField {
	return c.choice(rowPart(list, n, part), c.part(part))
}

func (c *casePaper) part(part string) string {
	return lang.Sentence(c.T("record.part." + part))
}

// evidence is a row of the proofs: its source is one of the rows of sources.
func (c *casePaper) evidence(n int) []caseField {
	options := []deskOption{{Label: c.T("text.unset")}}
	chosen := c.sheet.get(rowPart("evidence", n, "source"))
	for _, k := range rowsOf(map[string][]string(c.sheet), "sources") {
		value := strconv.Itoa(k)
		label := joined(", ", c.sheet.get(rowPart("sources", k, "title")), c.sheet.get(rowPart("sources", k, "address")))
		options = append(options, deskOption{Value: value, Label: value + ". " + short120(label), Selected: value == chosen})
	}
	level := c.pick("evidence", n, "level")
	level.Hint = c.T("case.hint.level")
	return []caseField{c.long("evidence", n, "claim"), c.hinted("evidence", n, "value", c.T("case.hint.value")), c.cell("evidence", n, "unit", 60),
		c.cell("evidence", n, "period", 60),
		c.field(deskField{Kind: "select", Name: rowPart("evidence", n, "source"), Label: c.part("source"), Hint: c.T("case.hint.source"), Options: options, Wide: true}), level}
}

// short120 cuts a text that is a choice among others.
func short120(text string) string {
	if r := []rune(text); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return text
}

// places are the territories of the record, and the search that adds one.
func (c *casePaper) places() caseGroup {
	g := caseGroup{ID: "territoires", Legend: c.label("territories"), Hint: c.T("case.hint.places"), Fields: []caseField{c.choice("scope", c.label("scope"))}}
	for _, n := range rowsOf(map[string][]string(c.sheet), "territories") {
		name := rowPart("territories", n, "")
		code := c.sheet.get(name)
		g.Rows = append(g.Rows, caseRow{Legend: c.label(name), Text: c.lists.place(code), Hidden: []hiddenField{{name, code}}, Remove: "retirer:" + name, Notes: c.notes[name]})
		for _, f := range c.faults {
			if f.Field == name {
				g.Rows[len(g.Rows)-1].Notes = append(g.Rows[len(g.Rows)-1].Notes, caseNote{Text: joined(" ", f.What, f.Do), Open: true})
			}
		}
	}
	p := casePlace{Suggest: c.suggest, Field: c.field(deskField{Kind: "search", Name: placeSearch, Label: c.T("case.place"), Hint: c.T("case.hint.place"), Most: 80})}
	p.Field.Value = c.typed
	if c.typed != "" {
		p.Found = c.lists.placesLike(c.typed)
		p.None = len(p.Found) == 0
	}
	g.Place = &p
	return g
}

// pictures are those of the record, and where one is sent.
func (c *casePaper) pictures() caseGroup {
	g := caseGroup{ID: "media", Legend: c.label("media"), Hint: c.T("case.hint.media")}
	for _, n := range rowsOf(map[string][]string(c.sheet), "media") {
		row := caseRow{Legend: c.label("media." + strconv.Itoa(n)), Picture: c.thumb(c.sheet.get(rowPart("media", n, "artifact"))), Remove: "retirer:media." + strconv.Itoa(n),
			Fields: []caseField{c.hinted("media", n, "alt", c.T("case.hint.alt")), c.cell("media", n, "credit", 200)}}
		for _, part := range []string{"artifact", "type", "width", "height"} {
			name := rowPart("media", n, part)
			row.Hidden = append(row.Hidden, hiddenField{name, c.sheet.get(name)})
		}
		row.Text = c.T("case.picture_size", "width", c.sheet.get(rowPart("media", n, "width")), "height", c.sheet.get(rowPart("media", n, "height")))
		g.Rows = append(g.Rows, row)
	}
	g.Fields = []caseField{c.field(deskField{Kind: "file", Name: pictureInput, Label: c.T("case.picture"), Hint: c.T("case.hint.picture"), Accept: "image/jpeg,image/png,image/webp,image/gif"})}
	g.Focus = c.focus == "ajouter:media"
	g.Add, g.AddLabel = "image", c.T("case.add_media")
	return g
}

// settle makes the fields of conflicts that are to be settled.
func (c *casePaper) settle(list []casestudy.Conflict, chosen func(path string) string) []caseSettle {
	var out []caseSettle
	for _, one := range list {
		name := "choix." + one.Field
		say := func(value string) string {
			if value == "" {
				return c.T("case.nothing")
			}
			return c.lists.label(one.Field, value)
		}
		sent, err := json.Marshal(one)
		if err != nil {
			continue // texts always can
		}
		f := c.field(deskField{Kind: "radio", Name: name, Label: c.label(one.Field), Options: []deskOption{
			{Value: "mine", Label: c.T("case.mine"), Hint: say(one.Mine), Selected: chosen(name) == "mine"},
			{Value: "theirs", Label: c.T("case.theirs"), Hint: say(one.Theirs), Selected: chosen(name) == "theirs"}}})
		out = append(out, caseSettle{Field: f.deskField, Label: f.Label, Base: say(one.Base), Sent: string(sent)})
	}
	return out
}
