package report

import (
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
	if e, ok := w.c.Territory.Composition(t.Code); ok {
		return uniqueFigures(w.composedSections(e, true))
	}
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
	sections = append(sections, w.perceivedSection(t.Code), w.allianceSection(t.Code), w.inspireSection(t), w.indicatorSection(t), w.evolutionSection(t), w.moveSection(t))
	if t.Level == territory.National { // the same for all
		sections = append(sections, Section{ID: "couverture", Title: w.t("coverage.title"), Blocks: []Block{{Table: w.coverageTable()}}})
	}
	sections = append(sections, w.indexSection(), w.step("sensibilite", 7), w.sourceSection(t))
	if t.Level == territory.National {
		sections = append(sections, w.gatheredSection())
	}
	return uniqueFigures(kept(sections))
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
	if e, ok := c.Territory.Composition(code); ok {
		d.Sections = w.composedNote(e, d.Edition.Permanent)
		return d, nil
	}
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
