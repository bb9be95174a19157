package report

import (
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
	"vigie/taxonomy"
)

// Programme composes one programme: its aim, phases, studies, partners, events.
func Programme(c *edition.Content, r Request, code string) (Document, error) {
	w := compose(c, r)
	p, ok := c.Term("programme", code)
	if !ok {
		return Document{}, fault.NotFoundf(w.s("fault.programme_do"), "%s", w.s("fault.programme", "code", code))
	}
	waves := w.programmeWaves(p.Code)
	d := w.document("programme", "programme/"+p.Code, p.Label(w.l))
	d.Kicker = w.programmeYears(p)
	d.Crumbs = []Link{{w.s("crumb"), StudyPath}}
	figures := 0
	for _, f := range c.Published.All() {
		if f.ProgrammeCode == p.Code {
			figures++
		}
	}
	d.Answer = []Text{plain(w.s("programme_answer", "aim", p.Attribute("aim", w.l), "n", len(waves), "figures", figures))}
	d.Summary = d.Answer[0].Plain()
	d.Sections = kept([]Section{w.phaseSection(p, waves), w.programmeStudies(waves), w.programmePartners(p.Code), w.programmeEvents(p.Code), w.programmePublications(p)})
	return d, nil
}

// phaseSection lists the phases or strands of a programme with the studies that
// the sources place in each.
func (w *composer) phaseSection(p taxonomy.Term, waves []*study.Wave) Section {
	t := &Table{ID: "phases", Open: true, Caption: w.s("phase_caption"), Head: []Head{{Key: "phase", Label: w.s("phase")}, {Key: "studies", Label: w.s("phase_studies")}}}
	placed := 0
	for _, phase := range w.c.Taxonomy.Terms("programme_phase") {
		if phase.ParentTaxonomy != "programme" || phase.Parent != p.Code {
			continue
		}
		cell := word(w.s("phase_none"))
		for _, v := range waves {
			if v.Phase == phase.Code {
				placed++
				cell = linked(lang.Typeset(w.l, v.Title.In(w.l)), hrefWave(v))
			}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(phase.Label(w.l)), cell}})
	}
	s := Section{ID: "phases", Title: w.s("phases")}
	if len(t.Rows) == 0 {
		return s
	}
	s.Blocks = []Block{{Table: t}}
	if placed == 0 {
		s.Blocks = []Block{paragraph(plain(w.s("phase_unplaced"))), {Table: t}}
	}
	return s
}

func (w *composer) programmeStudies(waves []*study.Wave) Section {
	s := Section{ID: "etudes", Title: w.s("crumb")}
	if len(waves) == 0 {
		s.Blocks = []Block{paragraph(plain(w.s("programme_none")))}
		return s
	}
	s.Blocks = []Block{{Table: w.studyTable("liste-etudes", waves)}}
	return s
}

// programmePartners lists who took part; that no committee is known is said.
func (w *composer) programmePartners(code string) Section {
	s := Section{ID: "partenaires", Title: w.s("partners_committee")}
	all := w.c.Register.PartnersWhere(func(p *study.Partner) bool { return slices.Contains(p.Programmes, code) })
	if !slices.ContainsFunc(all, func(p *study.Partner) bool { return p.Kind == "committee" }) {
		s.Blocks = append(s.Blocks, paragraph(plain(w.s("committee_unknown"))))
	}
	if len(all) > 0 {
		s.Blocks = append(s.Blocks, Block{Table: w.partnerTable("liste-partenaires", all)})
	}
	return s
}

func (w *composer) partnerTable(id string, all []*study.Partner) *Table {
	t := &Table{ID: id, Open: true, Caption: w.s("partner_caption", "n", len(all)), Head: []Head{{Key: "organisation", Label: w.s("organisation")}, {Key: "kind", Label: w.t("head.kind")},
		{Key: "role", Label: w.s("role")}, {Key: "period", Label: w.t("head.period")}, {Key: "source", Label: w.t("head.source")}}}
	for _, p := range all {
		kind, _ := w.c.Term("partner_kind", p.Kind)
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(lang.Typeset(w.l, p.Organisation)), word(kind.Label(w.l)), word(lang.Typeset(w.l, p.Role.In(w.l))),
			word(lang.Typeset(w.l, p.Period.In(w.l))), w.firstSource(p.Sources)}})
	}
	return t
}

// firstSource is the cell of where a line was read: its first address, or all
// the names.
func (w *composer) firstSource(sources []string) Cell {
	all := w.sourceNames(sources)
	var names []string
	for _, s := range all {
		if s.Href != "" {
			return linked(s.Text, s.Href)
		}
		names = append(names, s.Text)
	}
	return word(strings.Join(names, semicolon(w.l)))
}

func (w *composer) programmeEvents(code string) Section {
	s := Section{ID: "rencontres", Title: w.s("events")}
	all := w.c.Register.EventsWhere(func(e *study.Event) bool { return e.Programme == code })
	if len(all) > 0 {
		s.Blocks = []Block{{Table: w.eventTable("liste-rencontres", all)}}
	}
	return s
}

func (w *composer) programmePublications(p taxonomy.Term) Section {
	s := Section{ID: "publications", Title: w.t("publications.title")}
	var cards []Card
	for i := range w.c.Publication {
		x := &w.c.Publication[i]
		if t, ok := w.c.Taxonomy.Written("programme", x.Programme); !ok || t.Code != p.Code || x.Kind == "study" || x.Kind == "event" {
			continue
		}
		kind, _ := w.c.Term("publication_kind", x.Kind)
		cards = append(cards, Card{Title: lang.Typeset(w.l, x.Title(w.l)), Href: x.URL(), Detail: w.date(x.Date), Tag: kind.Label(w.l)})
	}
	if len(cards) > 0 {
		s.Blocks = []Block{{Cards: cards}}
	}
	return s
}
