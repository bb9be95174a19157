package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
)

// titleInput is the name of the query that names a collection.
const titleInput = "titre"

// Dossier composes a collection of cases that the reader has chosen; the choice
// is in the address. On paper it has a cover, contents, and each case begins a
// page.
func Dossier(c *edition.Content, b *casestudy.Base, r Request) (Document, error) {
	w := composePractices(c, b, r)
	slugs := w.collected()
	name := strings.Join(strings.Fields(r.First(titleInput)), " ")
	if n := []rune(name); len(n) > mostName {
		name = string(n[:mostName])
	}
	d := w.document("dossier", "dossier", w.p("dossier.title"))
	if name != "" {
		d.Title = w.typeset(name)
	}
	d.Kicker = w.p("dossier.kicker", "n", len(slugs))
	d.Crumbs = []Link{{w.p("name"), w.withCollected(PracticePath)}}
	d.Feeds = []string{"xlsx"}
	d.State = map[string][]string{}
	if len(slugs) > 0 {
		d.State[collectInput] = slugs
	}
	if name != "" {
		d.State[titleInput] = []string{name}
	}
	if len(slugs) == 0 {
		d.Answer = []Text{plain(w.p("dossier.empty"))}
		d.Summary = d.Answer[0].Plain()
		d.Sections = []Section{{ID: "chercher", Blocks: []Block{paragraph(w.text("practice.dossier.begin", "link", Span{Text: w.p("dossier.begin_link"), Href: PracticePath}))}}}
		return d, nil
	}
	entries := make([]*casestudy.Entry, len(slugs))
	for i, slug := range slugs {
		entries[i], _ = b.Entry(slug) // collected has found it
	}
	d.Answer = w.dossierAnswer(entries)
	d.Edition.Date = lastChange(entries)
	d.Summary = d.Answer[0].Plain()
	if r.Whole {
		d.Data = entriesOf(entries)
	}
	d.Sections = append(d.Sections, w.dossierList(entries, name))
	if lost := w.lost(); len(lost) > 0 {
		d.Sections[0].Blocks = slices.Insert(d.Sections[0].Blocks, 0, Block{Note: plain(w.p("dossier.lost", "n", len(lost), "slugs", strings.Join(lost, ", ")))})
	}
	for i, e := range entries {
		d.Sections = append(d.Sections, w.dossierCase(i+1, e))
	}
	return d, nil
}

// mostName is the length of a collection's name.
const mostName = 120

// lost are the cases asked for that are not in the base.
func (w *practices) lost() []string {
	var out []string
	for _, s := range w.r.Query[collectInput] {
		if e, ok := w.base.Entry(s); (!ok || !e.State.Public()) && len(out) < 5 && s != "" && len(s) < 120 {
			out = append(out, s)
		}
	}
	return out
}

// lastChange is the day of the last change of some cases.
func lastChange(entries []*casestudy.Entry) string {
	last := entries[0].ChangedAt
	for _, e := range entries {
		if e.ChangedAt.After(last) {
			last = e.ChangedAt
		}
	}
	return last.In(lang.Paris).Format(time.DateOnly)
}

// dossierAnswer says what the collection holds.
func (w *practices) dossierAnswer(entries []*casestudy.Entry) []Text {
	var domains, regions []string
	unread := 0
	for _, e := range entries {
		for _, v := range w.base.ValuesOf(e, casestudy.Region) {
			if !slices.Contains(regions, v) {
				regions = append(regions, v)
			}
		}
		if len(e.Record.Domains) > 0 && !slices.Contains(domains, e.Record.Domains[0]) {
			domains = append(domains, e.Record.Domains[0])
		}
		if !e.Reviewed() {
			unread++
		}
	}
	out := []Text{plain(w.p("dossier.answer", "n", len(entries), "domains", len(domains), "regions", len(regions)))}
	if unread > 0 {
		out = append(out, plain(w.p("dossier.unreviewed", "n", unread, "all", unread == len(entries))))
	}
	return out
}

// dossierList is the collection in a table, with the forms that change it.
func (w *practices) dossierList(entries []*casestudy.Entry, name string) Section {
	s := Section{ID: "liste", Title: w.p("dossier.list")}
	form := &Form{Action: DossierPath, Submit: w.p("dossier.rename"), Fields: []Field{{Name: titleInput, Label: w.p("dossier.name"), Value: name, Hint: w.p("dossier.name_hint")}}}
	var list []Text
	for i, e := range entries {
		form.Kept = append(form.Kept, NameText{collectInput, e.Slug})
		others := make([]string, 0, len(entries))
		for _, o := range entries {
			if o != e {
				others = append(others, o.Slug)
			}
		}
		line := Text{{Text: w.p("dossier.number", "n", strconv.Itoa(i+1)) + " "}, {Text: w.typeset(w.said(&e.Record).Title), Href: "#" + e.Slug, Strong: true}}
		if detail := w.caseDetail(e); detail != "" {
			line = append(line, Span{Text: " · " + detail})
		}
		if !w.r.Print {
			line = append(line, Span{Text: " · "}, Span{Text: w.p("dossier.remove"), Href: DossierPath + dossierQuery(others, name)})
		}
		list = append(list, line)
	}
	query := dossierQuery(w.collected(), name)
	s.Blocks = []Block{{List: list}, {Form: form}}
	if !w.r.Print {
		s.Blocks = append(s.Blocks, paragraph(Text{{Text: w.p("search.forms") + " "}, {Text: w.p("dossier.pdf"), Href: DossierPath + ".pdf" + query}, {Text: " · "},
			{Text: w.p("search.form.csv"), Href: DossierPath + ".csv" + query}, {Text: " · "}, {Text: w.p("search.form.xlsx"), Href: DossierPath + ".xlsx" + query},
			{Text: " · "}, {Text: w.p("search.form.json"), Href: DossierPath + ".json" + query}, {Text: " · "}, {Text: w.p("dossier.more"), Href: w.withCollected(PracticePath)}}))
	}
	if w.r.Whole {
		s.Blocks = append(s.Blocks, Block{Table: w.caseTable(entries)})
	}
	return s
}

func dossierQuery(slugs []string, name string) string {
	v := map[string][]string{}
	if len(slugs) > 0 {
		v[collectInput] = slugs
	}
	if name != "" {
		v[titleInput] = []string{name}
	}
	return withQuery("", v)
}

// dossierCase is one case of a collection, whole.
func (w *practices) dossierCase(n int, e *casestudy.Entry) Section {
	s := Section{ID: e.Slug, Title: w.p("dossier.case", "n", strconv.Itoa(n), "title", w.typeset(w.said(&e.Record).Title)), Layout: "page"}
	s.Blocks = []Block{{Text: Text{{Text: w.caseDetail(e), Strong: true}}}, paragraph(plain(w.identity(e)))}
	for _, part := range kept(append(w.caseSections(e), w.caseSources(e))) {
		if part.ID != "bref" && part.ID != "recit" {
			s.Blocks = append(s.Blocks, Block{Heading: part.Title})
		}
		s.Blocks = append(s.Blocks, part.Blocks...)
	}
	s.Blocks = append(s.Blocks, paragraph(Text{{Text: w.p("dossier.address") + " "}, {Text: practiceHref(e.Slug), Href: practiceHref(e.Slug)}}))
	return s
}
