package report

import (
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// Printed composes the report of a territory: profile, priority fragilities
// objective and perceived, what is known of alliances, figures, method,
// sources. It exists for every territory, as a page and as a PDF.
func Printed(c *edition.Content, r Request, code territory.Code) (Document, error) {
	w := compose(c, r)
	t, ok := c.Territory.Get(code)
	if !ok {
		return Document{}, unknown(w, code)
	}
	d := w.document("report", "rapport/"+string(code), w.t("printed.title", "name", w.place(code).Label))
	d.Kicker = w.t("printed.kicker", "tier", w.kicker(t))
	d.Crumbs = append(w.crumbs(code), Link{w.label(code), href(code)})
	d.Answer = w.answer(t)
	d.Summary = d.Answer[0].Plain()
	d.Sections = w.printedSections(t)
	d.Links = []Link{{w.t("link.pdf"), href(code) + "/rapport.pdf"}, {w.t("link.page"), href(code)}, {w.t("link.note"), href(code) + "/synthese"}}
	return d, nil
}

// printedSections are the page's, without what only leads elsewhere, and with
// the rankings that the page leaves to the domains.
func (w *composer) printedSections(t *territory.Territory) []Section {
	sections := []Section{w.factSection(t), w.fragilitySection(t)}
	if t.Level == territory.Region || t.Level == territory.Departement {
		if f, ok := w.rankingFigure(t.Level, "", t.Code); ok {
			sections[1].Blocks = append(sections[1].Blocks, Block{Figure: f})
		}
	}
	if t.Level == territory.National {
		if f, ok := w.rankingFigure(territory.Region, "", ""); ok {
			sections = append(sections, Section{ID: "rang", Title: w.t("printed.rank"), Blocks: []Block{{Figure: f}}})
		}
		sections = append(sections, w.domainMaps())
	}
	if t.Level == territory.Region {
		if f, ok := w.heatOf(w.codes(w.c.Territory.Children(t.Code, territory.Departement)), territory.Departement, ""); ok {
			sections = append(sections, Section{ID: "departements", Title: w.t("printed.inside", "of", w.place(t.Code).Of), Blocks: []Block{{Figure: f}}})
		}
	}
	sections = append(sections, w.perceivedSection(t.Code), w.allianceSection(t.Code), w.indicatorSection(t), w.evolutionSection(t),
		Section{ID: "couverture", Title: w.t("coverage.title"), Blocks: []Block{{Table: w.coverageTable()}}},
		w.methodSection("index", w.specFacts()), w.methodSection("sensitivity", nil), w.sourceSection(t))
	kept := sections[:0]
	for _, s := range sections {
		if len(s.Blocks) > 0 {
			kept = append(kept, s)
		}
	}
	return uniqueFigures(kept)
}

// OnPaper returns a document as paper has it: of a table by quarters one line
// a year, the last one; the page and its files have them all.
func OnPaper(d Document) Document {
	d.Sections = slices.Clone(d.Sections)
	for i := range d.Sections {
		blocks := slices.Clone(d.Sections[i].Blocks)
		for k, b := range blocks {
			if b.Figure != nil {
				f := *b.Figure
				f.Table = yearly(f.Table)
				blocks[k].Figure = &f
			}
		}
		d.Sections[i].Blocks = blocks
	}
	return d
}

// yearly keeps the last quarter of each year of a table by quarters.
func yearly(t Table) Table {
	var rows []Row
	for i, row := range t.Rows {
		year, _, quarterly := strings.Cut(row.Cells[0].Raw, "-Q")
		if quarterly && i+1 < len(t.Rows) && strings.HasPrefix(t.Rows[i+1].Cells[0].Raw, year+"-Q") {
			continue
		}
		rows = append(rows, row)
	}
	t.Rows = rows
	return t
}

// domainMaps is a map a domain, for the national report.
func (w *composer) domainMaps() Section {
	s := Section{ID: "domaines", Title: w.t("printed.domains"), Layout: "pair"}
	for _, d := range w.c.Domains() {
		level := territory.Departement
		if len(w.c.IndexSeries(level, d.Code)) == 0 {
			level = territory.Region
		}
		if f, ok := w.mapFigure(level, d.Code, ""); ok {
			f.ID = "carte-" + d.Code
			f.Chart.(*Map).Small = true
			s.Blocks = append(s.Blocks, Block{Figure: f})
		}
	}
	return s
}

// uniqueFigures numbers the figures whose identifier is taken.
func uniqueFigures(sections []Section) []Section {
	seen := map[string]int{}
	for _, s := range sections {
		for _, b := range s.Blocks {
			if b.Figure == nil {
				continue
			}
			if seen[b.Figure.ID]++; seen[b.Figure.ID] > 1 {
				b.Figure.ID += "-" + lang.Decimal(float64(seen[b.Figure.ID]), 0)
			}
		}
	}
	return sections
}

// Note composes the synthesis of a territory on one page: the answer, the key
// figures, the profile, the cautions.
func Note(c *edition.Content, r Request, code territory.Code) (Document, error) {
	w := compose(c, r)
	t, ok := c.Territory.Get(code)
	if !ok {
		return Document{}, unknown(w, code)
	}
	d := w.document("note", "synthese/"+string(code), w.place(code).Label)
	d.Kicker = w.t("note.kicker", "tier", w.kicker(t))
	d.Crumbs = append(w.crumbs(code), Link{w.label(code), href(code)})
	d.Answer = w.answer(t)
	d.Summary = d.Answer[0].Plain()
	d.Links = []Link{{w.t("link.pdf"), href(code) + "/synthese.pdf"}, {w.t("link.page"), href(code)}, {w.t("link.report"), href(code) + "/rapport"}}
	d.Sections = []Section{w.factSection(t)}
	if f, ok := w.noteFigure(t); ok {
		d.Sections = append(d.Sections, Section{ID: "fragilites", Title: w.t("section.fragility"), Blocks: []Block{{Figure: f}}})
	}
	d.Sections = append(d.Sections, Section{ID: "lire", Title: w.t("note.title"), Blocks: []Block{
		paragraph(plain(w.t("note.sensitivity"))), paragraph(plain(w.t("note.reference"))),
		paragraph(plain(w.t("note.more", "path", d.Edition.Permanent)))}})
	return d, nil
}

// noteFigure is the profile of the territory, of the département for a
// commune, of the regions for the country.
func (w *composer) noteFigure(t *territory.Territory) (*Figure, bool) {
	switch t.Level {
	case territory.National:
		return w.rankingFigure(territory.Region, "", "")
	case territory.Commune:
		dep, ok := w.c.Territory.Get(t.Departement)
		if !ok {
			return nil, false
		}
		f, ok := w.profileFigure(dep)
		if ok {
			f.Title = w.t("commune.profile", "title", f.Title)
		}
		return f, ok
	}
	return w.profileFigure(t)
}
