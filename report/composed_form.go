package report

import (
	"errors"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/territory"
)

// ComposerPath is the address of the form that composes a territory; the names
// are those of its fields.
const (
	ComposerPath = "/territoires/composer"

	NameInput    = "nom"
	ListInput    = "liste"
	FileInput    = "fichier"
	NumbersInput = "nombres"
	ZerosInput   = "zeros"
	SeenInput    = "vu"
)

// Composing is what a reader has sent to compose a territory. Draft is how it
// was understood, nil when Err says why it could not be.
type Composing struct {
	Name    string
	Options territory.ListOptions
	Draft   *edition.Draft
	Err     error
}

// Composer composes the form that makes a territory. The query's « de » is a
// territory to start from: its communes when it is composed, else itself; its
// « zonage » and « zone » are a zone to start from.
func Composer(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	s := Composing{Draft: &edition.Draft{}}
	code := territory.Code(r.First("de"))
	if e, ok := c.Territory.Composition(code); ok {
		s.Name = e.Name
		s.Draft.Text = w.listText(e.Members)
	} else if t, ok := c.Territory.Get(code); ok {
		s.Draft.Text = string(t.Code) + "\n"
	}
	d := w.composer()
	d.Answer = []Text{plain(w.t("composer.answer"))}
	if said := w.fromZone(&s); said != nil {
		d.Answer = said
	}
	d.Summary = d.Answer[0].Plain()
	list := Section{ID: "composer", Title: w.t("zoning.list"), Blocks: []Block{{Form: w.composerForm(s, false)}}}
	zoning := w.zoningSection()
	if len(zoning.Blocks) == 0 {
		list.Title = ""
	}
	d.Sections = kept([]Section{zoning, list, w.composerHelp()})
	if s.Draft.Text != "" {
		d.Sections = kept([]Section{list, zoning, w.composerHelp()})
	}
	return d, nil
}

// listText writes communes as the form reads them, one a line.
func (w *composer) listText(members []*territory.Territory) string {
	var b strings.Builder
	for _, m := range members {
		b.WriteString(m.Code.Official() + " " + m.Label + "\n")
	}
	return b.String()
}

func (w *composer) composer() Document {
	d := w.document("composer", "composer", w.t("composer.title"))
	d.Kicker = w.t("composer.kicker")
	d.Crumbs = []Link{{w.t("crumb.territories"), "/territoires"}}
	return d
}

// Composed composes the answer to what was sent when it cannot simply be taken:
// each line that says nothing or says something else than it seems, with what
// to do, above the form as it was filled.
func Composed(c *edition.Content, r Request, s Composing) Document {
	w := compose(c, r)
	d := w.composer()
	if s.Draft == nil {
		s.Draft = &edition.Draft{}
	}
	switch {
	case s.Err != nil:
		d.Answer = w.refusedAnswer(s.Err)
	case len(s.Draft.Communes) == 0:
		d.Answer = []Text{plain(w.t("composer.none"))}
	default:
		d.Answer = []Text{plain(w.t("composer.read", "entries", s.Draft.Entries, "communes", len(s.Draft.Communes), "faults", s.Draft.Faults(),
			"twice", s.Draft.Twice))}
	}
	d.Summary = d.Answer[0].Plain()
	if blocks := w.remarkBlocks(s.Draft); len(blocks) > 0 {
		d.Sections = append(d.Sections, Section{ID: "remarques", Title: w.t("composer.remarks"), Blocks: blocks})
	}
	seen := s.Err == nil && len(s.Draft.Communes) > 0
	d.Sections = append(d.Sections, Section{ID: "composer", Title: w.t("composer.again"), Blocks: []Block{{Form: w.composerForm(s, seen)}}}, w.composerHelp())
	return d
}

// refusedAnswer says what was refused and what to do.
func (w *composer) refusedAnswer(err error) []Text {
	what := err.Error()
	if f, ok := errors.AsType[*fault.Error](err); ok {
		what = f.What
	}
	stop := func(s string) string {
		return lang.Sentence(lang.Typeset(lang.FR, strings.TrimRight(s, ". "))) + "."
	}
	return []Text{{{Text: stop(what), Strong: true}}, plain(stop(fault.Do(err)))}
}

// composerForm holds the name, the list, the file and how to read numbers.
func (w *composer) composerForm(s Composing, seen bool) *Form {
	f := &Form{Action: ComposerPath, Submit: w.t("composer.submit"), Post: true, Fields: []Field{
		{Name: NameInput, Label: w.t("composer.name"), Hint: w.t("composer.name_hint"), Value: s.Name},
		{Name: ListInput, Kind: AreaField, Label: w.t("composer.list"), Hint: w.t("composer.list_hint"), Value: s.Draft.Text},
		{Name: FileInput, Kind: FileField, Label: w.t("composer.file"), Hint: w.t("composer.file_hint")},
		{Name: NumbersInput, Label: w.t("composer.numbers"), Hint: w.t("composer.numbers_hint"), Options: w.numberOptions(s.Options.Numbers)}}}
	zeros := Field{Name: ZerosInput, Kind: CheckField, Label: w.t("composer.zeros")}
	if s.Options.Zeros {
		zeros.Value = "1"
	}
	f.Fields = append(f.Fields, zeros)
	if seen {
		f.Fields = append(f.Fields, Field{Name: SeenInput, Kind: CheckField, Label: w.t("composer.seen", "faults", s.Draft.Faults())})
	}
	return f
}

func (w *composer) numberOptions(chosen territory.Numbers) []Option {
	out := []Option{{Value: string(territory.Either), Label: w.t("composer.either")}, {Value: string(territory.Officials), Label: w.t("composer.officials")},
		{Value: string(territory.Postal), Label: w.t("composer.postal")}}
	for i := range out {
		out[i].Selected = out[i].Value == string(chosen)
	}
	return out
}

// composerHelp says what is understood and what becomes of it.
func (w *composer) composerHelp() Section {
	return Section{ID: "aide", Title: w.t("composer.help"), Blocks: []Block{{List: []Text{plain(w.t("composer.help_1")), plain(w.t("composer.help_2")),
		plain(w.t("composer.help_3")), plain(w.t("composer.help_4"))}}}}
}

// remarkBlocks list the lines that are left out, those that were understood
// otherwise than written, and what an outline holds.
func (w *composer) remarkBlocks(d *edition.Draft) []Block {
	var blocks []Block
	for _, faulty := range []bool{true, false} {
		var list []Text
		hidden := 0
		for _, m := range d.Remarks {
			switch {
			case m.Kind.Fault() != faulty:
			case len(list) == mostRemarks:
				hidden++
			default:
				list = append(list, w.remark(m))
			}
		}
		if hidden > 0 {
			list = append(list, plain(w.t("composer.more", "n", hidden)))
		}
		if len(list) > 0 {
			blocks = append(blocks, Block{Heading: w.t("composer.lines", "faulty", faulty)}, Block{List: list})
		}
	}
	for _, ring := range d.Closed {
		blocks = append(blocks, Block{Note: plain(w.t("composer.closed", "place", ring))})
	}
	if len(d.Inside)+len(d.Outside) > 0 {
		blocks = append(blocks, Block{Heading: w.t("composer.shares")},
			paragraph(plain(w.t("composer.outlined", "inside", len(d.Inside), "outside", len(d.Outside)))), Block{List: w.shareList(d)})
	}
	return blocks
}

// mostRemarks is how many remarks of a kind a page lists.
const mostRemarks = 500

// remark says one line: its number, what was written, what it is, what to do.
func (w *composer) remark(m territory.Remark) Text {
	said := w.t("composer.remark."+string(m.Kind), "entry", clip(m.Entry), "n", len(m.Codes), "names", w.namesOf(m.Codes))
	return Text{{Text: w.t("composer.line", "n", m.Line, "entry", clip(m.Entry)), Strong: true}, {Text: " " + said}}
}

// longestEntry bounds what is repeated of a line.
const longestEntry = 60

func clip(s string) string {
	if r := []rune(s); len(r) > longestEntry {
		return string(r[:longestEntry]) + "…"
	}
	return s
}

// mostNamed is how many territories a remark names.
const mostNamed = 5

// namesOf names territories with the code to write.
func (w *composer) namesOf(codes []territory.Code) string {
	var out []string
	for _, code := range codes[:min(mostNamed, len(codes))] {
		t, ok := w.c.Territory.Get(code)
		in := ""
		if ok && t.Level == territory.Commune {
			in = w.label(t.Departement)
		}
		out = append(out, w.t("composer.named", "name", w.label(code), "code", string(code), "placed", in != "", "in", in))
	}
	if rest := len(codes) - mostNamed; rest > 0 {
		out = append(out, w.t("composer.others", "n", rest))
	}
	return lang.List(w.l, out)
}

// shareList lists the territories that an outline touches and which of them it
// holds.
func (w *composer) shareList(d *edition.Draft) []Text {
	var list []Text
	for i, all := range [][]territory.Share{d.Inside, d.Outside} {
		for _, s := range all {
			list = append(list, w.text("composer.share", "name", Span{Text: w.label(s.Code), Href: href(s.Code)},
				"share", lang.Percent(w.l, 100*s.Share, 0), "taken", i == 0))
		}
	}
	return list
}

// composerLink leads to the form from where territories are looked for.
func (w *composer) composerLink() Block {
	return paragraph(w.text("composer.link_intro", "link", Span{Text: w.t("composer.link"), Href: ComposerPath}))
}
