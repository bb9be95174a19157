package report

import (
	"slices"

	"vigie/edition"
	"vigie/lang"
	"vigie/study"
)

// Publications composes the record of reports and studies, and the published
// results by audience.
func Publications(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("publications", "publications", w.t("publications.title"))
	d.Answer = []Text{plain(w.t("publications.answer", "n", len(c.Publication), "figures", len(c.Published.All())))}
	d.Summary = d.Answer[0].Plain()
	d.Links = []Link{{w.t("crossview.title"), CrossPath}}
	d.Sections = append(d.Sections, w.reportSection())
	d.Sections = append(d.Sections, Section{ID: "liste", Title: w.t("publications.list"), Blocks: []Block{{Table: w.publicationTable()}}})
	results := Section{ID: "resultats", Title: w.t("publications.results"), Blocks: []Block{paragraph(plain(w.t("publications.results_intro")))}}
	for _, a := range c.Taxonomy.Terms("audience") {
		found := c.Published.Select(study.Filter{Audience: a.Code})
		if len(found) == 0 {
			continue
		}
		slices.SortStableFunc(found, func(x, y study.PublishedFigure) int { return -compareText(x.Date.SortKey(), y.Date.SortKey()) })
		results.Blocks = append(results.Blocks, Block{Heading: a.Label(w.l)},
			Block{Table: w.publishedTable("resultats-"+a.Code, w.t("publications.audience", "audience", a.Label(w.l)), found)})
	}
	d.Sections = append(d.Sections, results)
	return d, nil
}

// recordCell names the kind of a publication and leads to the page of its study
// or event.
func (w *composer) recordCell(p *study.Publication, kind string) Cell {
	if s, ok := w.studyOfPublication(p); ok {
		return linked(kind, hrefStudy(s.Slug))
	}
	for _, e := range w.c.Register.Events() {
		if e.Title.FR == p.TitleFR {
			return linked(kind, hrefEvent(e.ID))
		}
	}
	return word(kind)
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// reportSection leads to the reports that this edition makes.
func (w *composer) reportSection() Section {
	s := Section{ID: "rapports", Title: w.t("publications.reports", "number", w.c.Manifest.Number)}
	var cards []Card
	for _, code := range w.c.Reported() {
		if code.Level() == "departement" {
			continue
		}
		cards = append(cards, Card{Title: w.label(code), Href: href(code) + "/rapport", Detail: w.t("publications.report_detail")})
	}
	s.Blocks = []Block{paragraph(plain(w.t("publications.reports_intro"))), {Cards: cards}}
	return s
}

func (w *composer) publicationTable() *Table {
	t := &Table{ID: "publications", Open: true, Caption: w.t("publications.caption"), Head: []Head{{Key: "title", Label: w.t("head.title")},
		{Key: "programme", Label: w.t("head.programme")}, {Key: "kind", Label: w.t("head.kind")}, {Key: "date", Label: w.t("head.date")},
		{Key: "about", Label: w.t("head.about")}, {Key: "note", Label: w.t("head.note")}}}
	for i := range w.c.Publication {
		p := &w.c.Publication[i]
		kind, _ := w.c.Term("publication_kind", p.Kind)
		title := word(lang.Typeset(w.l, p.Title(w.l)))
		title.Href = p.URL()
		note := p.Note(w.l)
		if p.URL() == "" {
			note += " " + w.t("publications.source", "source", p.Source)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{title, word(p.Programme), w.recordCell(p, kind.Label(w.l)), word(w.date(p.Date)),
			word(lang.Typeset(w.l, p.About(w.l))), word(lang.Typeset(w.l, note))}})
	}
	return t
}
