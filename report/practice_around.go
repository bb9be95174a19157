package report

import (
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
)

// aroundCase leads to the case that this one is part of, to its parts and to
// its places.
func (w *practices) aroundCase(e *casestudy.Entry) Section {
	s := Section{ID: "autour", Title: w.p("section.around")}
	if p, ok := w.base.Entry(e.Record.Parent); ok && e.Record.Parent != "" && p.State.Public() {
		s.Blocks = append(s.Blocks, Block{Heading: w.p("around.parent")}, Block{Cards: []Card{w.caseCard(p)}})
	}
	var parts []Card
	all := w.base.Entries()
	for i := range all {
		if all[i].Record.Parent == e.ID {
			parts = append(parts, w.caseCard(&all[i]))
		}
	}
	if len(parts) > 0 {
		s.Blocks = append(s.Blocks, Block{Heading: w.p("around.parts")}, Block{Cards: parts})
	}
	return s
}

// caseFile is what is to be known of the record itself: how complete it is, who
// brought it, under which licence, how to cite it.
func (w *practices) caseFile(e *casestudy.Entry) Section {
	r := &e.Record
	s := Section{ID: "fiche", Title: w.p("section.file")}
	list := []Text{
		plain(w.p("file.version", "n", strconv.Itoa(e.Version), "date", w.day(e.ChangedAt))),
		plain(w.reviewed(e)),
	}
	if e.ReviewDue != "" {
		list = append(list, plain(w.p("file.due", "date", lang.Date(w.l, e.ReviewDue))))
	}
	if e.Network != "" {
		list = append(list, plain(w.p("file.network", "network", e.Network)))
	}
	if r.Consent.By != "" {
		list = append(list, plain(w.p("file.consent", "by", w.typeset(r.Consent.By))))
		for _, c := range r.Contacts {
			list = append(list, Text{{Text: w.p("file.contact", "who", w.typeset(c.Organisation)) + " "}, {Text: c.Address, Href: c.Address}})
		}
	}
	if r.Licence != "" {
		list = append(list, plain(w.p("file.licence", "licence", r.Licence)))
	}
	list = append(list, plain(w.completeness(r)))
	s.Blocks = append(s.Blocks, Block{List: list}, paragraph(Text{{Text: w.p("file.wrong") + " "}, {Text: w.p("file.correct"), Href: practiceHref(e.Slug) + CorrectionWord}}),
		Block{Heading: w.p("file.cite")}, paragraph(plain(w.citation(e))))
	return s
}

// mostMissing is how many missing fields are named.
const mostMissing = 5

// completeness says how much of a record is there, and what is missing first.
func (w *practices) completeness(r *casestudy.Record) string {
	c := casestudy.Completeness(*r)
	var missing []string
	for _, path := range c.Missing[:min(len(c.Missing), mostMissing)] {
		missing = append(missing, strings.ToLower(casestudy.Label(w.l, path)))
	}
	return w.p("file.complete", "percent", lang.Percent(w.l, 100*c.Share, 0), "missing", len(c.Missing), "more", max(0, len(c.Missing)-mostMissing), "fields", strings.Join(missing, ", "))
}

// citation names the case as an article does.
func (w *practices) citation(e *casestudy.Entry) string {
	said := w.typeset(casestudy.Cite(e, casestudy.Citing{Base: w.p("cited"), Address: practiceHref(e.Slug), Names: w.base.Names()}, w.l))
	return strings.TrimSuffix(said, ".") + "."
}
