package report

import (
	"maps"
	"slices"
	"strings"

	"vigie/dataset"
	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// composedSections are the page and the report of a territory that a reader has
// composed: what it is made of, its own figures, those that no sum gives, what
// is measured around it.
func (w *composer) composedSections(e *territory.Ensemble, printed bool) []Section {
	t := &e.Territory
	sections := []Section{w.factSection(t), w.groundSection(e), w.composedFigures(e), w.composedFragility(e),
		w.perceivedSection(t.Code), w.composedEvolution(t), w.allianceSection(t.Code), w.inspireSection(t), w.memberSection(e)}
	if printed {
		sections = append(sections, w.indexSection())
	}
	return kept(append(sections, w.composedMethod(e)))
}

// kept drops the sections without content.
func kept(all []Section) []Section {
	return slices.DeleteFunc(all, func(s Section) bool { return len(s.Blocks) == 0 })
}

// composedKicker says who made the territory, of how many communes, and where.
func (w *composer) composedKicker(e *territory.Ensemble) string {
	parts := []string{w.t("composed.by_reader"), w.t("composed.communes", "n", len(e.Members))}
	for _, code := range []territory.Code{e.Territory.Departement, e.Territory.Region} {
		if code != "" {
			parts = append(parts, w.label(code))
		}
	}
	return strings.Join(parts, " · ")
}

// composedReferences are the larger territory that a composed one is read
// against, the smallest with figures that holds it, and the country.
func composedReferences(t *territory.Territory) []territory.Code {
	switch {
	case t.Departement != "":
		return []territory.Code{t.Departement, territory.France}
	case t.Region != "":
		return []territory.Code{t.Region, territory.France}
	}
	return []territory.Code{territory.France}
}

// composedAnswer reads the territory's figures against those of the larger one
// and says what it is made of.
func (w *composer) composedAnswer(e *territory.Ensemble) []Text {
	t := &e.Territory
	first := w.answerAgainst(t, composedReferences(t)[0], "composed.without", "composed.nothing")
	out := []Text{first, plain(w.t("composed.made", "n", len(e.Members),
		"population", lang.Number(w.l, float64(t.Population), 0), "where", w.composedWhere(e)))}
	if len(e.Absent) > 0 {
		out = append(out, plain(w.t("composed.absent", "n", len(e.Absent), "year", year(w.c.Territory.Year))))
	}
	return out
}

// composedWhere names the départements, up to three, else counts them.
func (w *composer) composedWhere(e *territory.Ensemble) string {
	codes := e.Territory.Departements
	if len(codes) > mostSaid {
		return w.t("composed.in_departements", "n", len(codes))
	}
	var names []string
	for _, code := range codes {
		names = append(names, w.place(code).In)
	}
	return lang.List(w.l, names)
}

// mostEPCI is how many EPCI a location map draws; a larger territory is shown
// on its départements, and beyond mostDepartements on the whole country.
const (
	mostEPCI         = 60
	mostDepartements = 30
)

// groundSection draws where the territory is: the share of the communes of
// each EPCI or département that it holds. Communes have no boundaries here.
func (w *composer) groundSection(e *territory.Ensemble) Section {
	s := Section{ID: "ou", Title: w.t("composed.where_title")}
	if same := w.c.Territory.Same(e); same != "" {
		s.Blocks = append(s.Blocks, Block{Note: w.text("composed.same", "name", Span{Text: w.label(same), Href: href(same)})})
	}
	s.Blocks = append(s.Blocks, w.sameZoneBlocks(e)...)
	s.Blocks = append(s.Blocks, Block{Figure: w.groundFigure(e)})
	return s
}

func (w *composer) groundFigure(e *territory.Ensemble) *Figure {
	level := territory.EPCI
	touched := w.c.Territory.Children(e.Code, level)
	if len(touched) > mostEPCI || len(touched) == 0 || e.Territory.Overseas || !w.compact(e.Territory.Departements) {
		level = territory.Departement
		touched = w.c.Territory.Children(e.Code, level)
	}
	tier := w.level(level, "many")
	chart := &Map{Tier: string(level), NoData: w.t("legend.nodata"),
		Legend: []string{w.t("composed.share.1"), w.t("composed.share.2"), w.t("composed.share.3"), w.t("composed.share.4"), w.t("composed.share.5")}}
	table := Table{Caption: w.t("composed.ground_caption", "name", w.label(e.Code)), Head: []Head{
		{Key: "name", Label: w.level(level, "one_upper")}, {Key: "code", Label: w.t("head.code")},
		{Key: "communes", Label: w.t("composed.head.held"), Numeric: true}, {Key: "of", Label: w.t("composed.head.of"), Numeric: true},
		{Key: "share", Label: w.t("composed.head.share"), Numeric: true}}}
	inside := w.c.Territory.Inside(e, level)
	for _, t := range touched {
		held, of := inside[t.Code], t.Communes
		share := float64(held) / float64(max(1, of))
		chart.Areas = append(chart.Areas, Area{Code: string(t.Code), Label: w.label(t.Code), Href: href(t.Code), Step: shareStep(held, of),
			Text: w.t("composed.area", "held", held, "of", of)})
		if level != territory.Departement || len(touched) <= mostDepartements {
			chart.Within += string(t.Code) + " "
		}
		table.Rows = append(table.Rows, Row{Cells: []Cell{linked(w.label(t.Code), href(t.Code)), word(string(t.Code)), w.count(held), w.count(of),
			num(lang.Round(100*share, 1), lang.Percent(w.l, 100*share, 0))}})
	}
	title := w.t("composed.ground_title", "n", len(touched), "tier", tier)
	if len(touched) == 1 {
		title = w.t("composed.ground_title_one", "name", w.place(touched[0].Code).Name)
	}
	return &Figure{ID: "carte", Title: title, Unit: w.t("composed.ground_unit"), Field: w.t("composed.ground_field", "tier", tier),
		Date: w.t("fact.cog", "year", year(w.c.Territory.Year)), Reading: w.t("composed.ground_reading"), Alt: title,
		Notes: []string{w.t("composed.ground_note")}, Source: w.t("map.boundaries"), Licence: w.t("composed.licence"), Chart: chart, Table: table}
}

// compact reports whether départements are few and hold together, so that a map
// of their EPCI is not one of the whole country.
func (w *composer) compact(departements []territory.Code) bool {
	if len(departements) > mostSaid+1 || len(departements) == 0 {
		return false
	}
	reached := departements[:1:1]
	for i := 0; i < len(reached); i++ {
		for _, near := range w.c.Neighbours(reached[i]) {
			if slices.Contains(departements, near) && !slices.Contains(reached, near) {
				reached = append(reached, near)
			}
		}
	}
	return len(reached) == len(departements)
}

// shareStep is the class of the part of a territory's communes that is held.
func shareStep(held, of int) int {
	if held == of {
		return Steps
	}
	return 1 + min(3, 4*held/max(1, of))
}

// composedFigures lists the figures recomputed from the communes, those that
// exist only for a larger territory that holds all of them, and those that no
// sum gives.
func (w *composer) composedFigures(e *territory.Ensemble) Section {
	t := &e.Territory
	s := Section{ID: "chiffres", Title: w.t("section.indicators", "in", w.place(t.Code).In)}
	if table := w.composedTable(e); len(table.Rows) > 0 {
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("composed.figures_intro"))), Block{Table: table})
	}
	if t.Region != "" {
		if table, ok := w.indicatorTable(t, "larger", indicator.State); ok {
			s.Blocks = append(s.Blocks, Block{Heading: w.t("section.larger")}, paragraph(plain(w.t("composed.larger"))), Block{Table: table})
		}
	}
	if table := w.refusedTable(e); len(table.Rows) > 0 {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("composed.refused_title")}, paragraph(plain(w.t("composed.refused_intro"))), Block{Table: table})
	}
	return s
}

// composedTable is the own figures with their coverage and the references.
func (w *composer) composedTable(e *territory.Ensemble) *Table {
	refs := composedReferences(&e.Territory)
	table := &Table{ID: "chiffres-propres", Open: true, Caption: w.t("indicators.caption.state", "name", w.label(e.Code)),
		Head: []Head{{Key: "indicator", Label: w.t("head.indicator")}, {Key: "domain", Label: w.t("head.domain")},
			{Key: "value", Label: w.label(e.Code), Numeric: true}, {Key: "unit", Label: w.t("head.unit")},
			{Key: "period", Label: w.t("head.period")}, {Key: "coverage", Label: w.t("composed.head.coverage")}}}
	for _, ref := range refs {
		table.Head = append(table.Head, Head{Key: "value_" + string(ref), Label: w.label(ref), Numeric: true})
	}
	var used []indicator.Code
	hidden := false
	for _, d := range w.c.Domains() {
		for ind := range w.indicators(d.Code) {
			if ind.Nature == indicator.Count {
				continue
			}
			v, ok := w.c.Latest(ind.Code, e.Code)
			if !ok || v.Coverage == nil || v.Status == dataset.Missing {
				continue
			}
			used, hidden = append(used, ind.Code), hidden || v.Coverage.Secret > 0
			table.Rows = append(table.Rows, w.composedRow(v, e, d.Short(w.l), refs))
		}
	}
	table.Notes = []string{w.t("composed.coverage_note")}
	if hidden {
		table.Notes = append(table.Notes, w.t("composed.secret_note"))
	}
	table.Source, table.Licence = w.sources(used...)
	return table
}

func (w *composer) composedRow(v edition.Value, e *territory.Ensemble, domain string, refs []territory.Code) Row {
	row := w.indicatorRow(v, &e.Territory, domain, refs)
	row.Cells = slices.Insert(row.Cells, 5, w.coverageCell(v.Coverage))
	return row
}

// coverageCell says « 31 communes sur 34 ».
func (w *composer) coverageCell(c *edition.Coverage) Cell {
	return word(w.t("composed.coverage", "have", c.Have, "of", c.Of, "tier", w.level(c.Tier, "many"), "one", w.level(c.Tier, "one"),
		"secret", c.Secret))
}

// refusedTable lists the communal series that no sum gives, with the reason.
func (w *composer) refusedTable(e *territory.Ensemble) *Table {
	table := &Table{ID: "refus", Open: true, Caption: w.t("composed.refused_caption", "name", w.label(e.Code)), Head: []Head{
		{Key: "indicator", Label: w.t("head.indicator")}, {Key: "reason", Label: w.t("composed.head.reason")}}}
	var used []indicator.Code
	for _, ind := range w.c.Unsummable() {
		used = append(used, ind.Code)
		table.Rows = append(table.Rows, Row{Cells: []Cell{linked(w.name(ind), hrefIndicator(ind.Code)), word(w.t("composed.reason." + refusal(ind)))}})
	}
	table.Source, table.Licence = w.sources(used...)
	return table
}

// refusal names why an indicator is not summed.
func refusal(ind *indicator.Indicator) string {
	switch {
	case ind.Measure == indicator.Median || strings.Contains(lang.Fold(ind.LabelFR), "median"):
		return "median"
	case ind.Measure == indicator.Mean:
		return "mean"
	case strings.HasPrefix(ind.Unit, "per"):
		return "ratio"
	}
	return "other"
}

// composedFragility sets the départements concerned against the domains: the
// index itself is not computed for a composed territory.
func (w *composer) composedFragility(e *territory.Ensemble) Section {
	s := Section{ID: "fragilites", Title: w.t("section.fragility")}
	s.Blocks = append(s.Blocks, paragraph(plain(w.t("composed.fragility_intro", "n", len(e.Territory.Departements)))))
	level, codes := territory.Departement, e.Territory.Departements
	if len(codes) > mostDepartements {
		level, codes = territory.Region, w.codes(w.c.Territory.Children(e.Code, territory.Region))
	}
	if f, ok := w.heatOf(codes, level, ""); ok {
		f.Title = w.t("composed.heat_title", "tier", w.level(level, "many"))
		s.Blocks = append(s.Blocks, Block{Figure: f})
	}
	return s
}

// composedEvolution draws the longest series of the larger territories, when
// one of them other than the country holds the territory whole.
func (w *composer) composedEvolution(t *territory.Territory) Section {
	if t.Region == "" {
		return Section{}
	}
	return w.evolutionSection(t)
}

// mostMembers is how many communes a page lists one by one; beyond, they are
// counted by département.
const mostMembers = 2_000

// memberSection lists the communes.
func (w *composer) memberSection(e *territory.Ensemble) Section {
	s := Section{ID: "autour", Title: w.t("composed.members_title", "n", len(e.Members))}
	if len(e.Members) > mostMembers {
		s.Blocks = []Block{paragraph(plain(w.t("composed.members_many", "most", mostMembers))), {Table: w.memberCounts(e)}}
		return s
	}
	table := &Table{ID: "communes", Open: len(e.Members) <= mostShown, Caption: w.t("composed.members_caption", "name", w.label(e.Code)), Head: []Head{
		{Key: "name", Label: w.level(territory.Commune, "one_upper")}, {Key: "code", Label: w.t("head.code")},
		{Key: "epci", Label: w.level(territory.EPCI, "one_upper")}, {Key: "departement", Label: w.level(territory.Departement, "one_upper")},
		{Key: "population", Label: w.t("fact.population"), Numeric: true}}}
	for _, m := range e.Members {
		table.Rows = append(table.Rows, Row{Cells: []Cell{linked(w.label(m.Code), href(m.Code)), word(string(m.Code)),
			w.codeCell(m.EPCI), w.codeCell(m.Departement), w.count(m.Population)}})
	}
	s.Blocks = []Block{{Table: table}}
	return s
}

// codeCell names a territory with a link; there may be none.
func (w *composer) codeCell(code territory.Code) Cell {
	if code == "" {
		return Cell{Sign: "///"}
	}
	return linked(w.label(code), href(code))
}

func (w *composer) memberCounts(e *territory.Ensemble) *Table {
	table := &Table{ID: "communes", Open: true, Caption: w.t("composed.members_caption", "name", w.label(e.Code)), Head: []Head{
		{Key: "name", Label: w.level(territory.Departement, "one_upper")}, {Key: "code", Label: w.t("head.code")},
		{Key: "communes", Label: w.t("composed.head.held"), Numeric: true}, {Key: "of", Label: w.t("composed.head.of"), Numeric: true}}}
	inside := w.c.Territory.Inside(e, territory.Departement)
	for _, t := range w.c.Territory.Children(e.Code, territory.Departement) {
		table.Rows = append(table.Rows, Row{Cells: []Cell{linked(w.label(t.Code), href(t.Code)), word(string(t.Code)),
			w.count(inside[t.Code]), w.count(t.Communes)}})
	}
	return table
}

// composedMethod says what the territory is, how its address is made and how
// its figures are.
func (w *composer) composedMethod(e *territory.Ensemble) Section {
	s := w.sourceSection(&e.Territory)
	s.Blocks = slices.Insert(s.Blocks, 1, Block{Note: plain(w.t("composed.method", "year", year(e.Year)))})
	return s
}

// mostNoted is how many figures a synthesis of one page holds.
const mostNoted = 14

// composedNote is the synthesis of a composed territory: key figures, its own
// figures, how to read them.
func (w *composer) composedNote(e *territory.Ensemble, permanent string) []Section {
	table := w.composedTable(e)
	table.Rows = table.Rows[:min(mostNoted, len(table.Rows))]
	return kept([]Section{w.factSection(&e.Territory),
		{ID: "chiffres", Title: w.t("section.indicators", "in", w.place(e.Code).In), Blocks: tableBlock(table)},
		{ID: "lire", Title: w.t("note.title"), Blocks: []Block{paragraph(plain(w.t("composed.figures_intro"))),
			paragraph(plain(w.t("composed.method", "year", year(e.Year)))), paragraph(plain(w.t("note.more", "path", permanent)))}}})
}

// tableBlock is the block of a table, none when it is empty.
func tableBlock(t *Table) []Block {
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{{Table: t}}
}

// memberTable lists the terms of a composed figure: the counts of each part
// with their lines, then their sums.
func (w *composer) memberTable(t *edition.Trace) *Table {
	v := *t.Value
	table := &Table{ID: "termes", Open: len(t.Members) <= mostShown, Caption: w.t("composed.terms", "n", len(t.Members)), Head: []Head{
		{Key: "territory", Label: w.level(v.Coverage.Tier, "one_upper")}, {Key: "code", Label: w.t("head.code")}}}
	roles := []string{edition.Direct}
	if v.Indicator.Numerator != "" {
		roles = []string{edition.Numerator, edition.Denominator}
	}
	sums := make([]float64, len(roles))
	for _, role := range roles {
		table.Head = append(table.Head, Head{Key: role, Label: w.t("composed.role." + role), Numeric: true},
			Head{Key: "line_" + role, Label: w.t("composed.lines")})
	}
	table.Head = append(table.Head, Head{Key: "counted", Label: w.t("composed.counted")})
	if len(t.Members) > mostMembers && !w.r.Whole {
		return w.memberSums(t, roles)
	}
	for _, m := range t.Members {
		row := Row{Cells: []Cell{linked(w.label(m.Territory), href(m.Territory)), word(string(m.Territory))}}
		for i, role := range roles {
			x, cells := w.termCells(m, role)
			row.Cells = append(row.Cells, cells...)
			if m.Covered {
				sums[i] += x
			}
		}
		table.Rows = append(table.Rows, Row{Cells: append(row.Cells, word(w.t("composed.state", "covered", m.Covered, "secret", m.Secret)))})
	}
	if v.Coverage.Secret > 0 {
		return table
	}
	total := Row{Mark: true, Cells: []Cell{word(w.t("composed.total")), word(string(v.Territory))}}
	for _, sum := range sums {
		total.Cells = append(total.Cells, num(lang.Round(sum, 6), w.summed(sum)), word(""))
	}
	table.Rows = append(table.Rows, Row{Mark: true, Cells: append(total.Cells, w.coverageCell(v.Coverage))})
	return table
}

// memberSums lists the terms of a figure of very many parts by département:
// how many are counted and their sums. Each commune has its own trace.
func (w *composer) memberSums(t *edition.Trace, roles []string) *Table {
	table := &Table{ID: "termes", Caption: w.t("composed.terms", "n", len(t.Members)), Notes: []string{w.t("composed.by_departement", "most", mostMembers)},
		Head: []Head{{Key: "territory", Label: w.level(territory.Departement, "one_upper")}, {Key: "code", Label: w.t("head.code")},
			{Key: "counted", Label: w.t("composed.counted"), Numeric: true}, {Key: "parts", Label: w.t("composed.head.of"), Numeric: true}}}
	for _, role := range roles {
		table.Head = append(table.Head, Head{Key: role, Label: w.t("composed.role." + role), Numeric: true})
	}
	byCode := map[territory.Code][]edition.Member{}
	for _, m := range t.Members {
		code := w.c.Territory.Ancestor(m.Territory, territory.Departement)
		byCode[code] = append(byCode[code], m)
	}
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		sums, counted, secret := make([]float64, len(roles)), 0, false
		for _, m := range byCode[code] {
			secret = secret || m.Secret
			if !m.Covered {
				continue
			}
			counted++
			for i, role := range roles {
				x, _ := w.termCells(m, role)
				sums[i] += x
			}
		}
		row := Row{Cells: []Cell{linked(w.label(code), href(code)), word(string(code)), w.count(counted), w.count(len(byCode[code]))}}
		for _, sum := range sums {
			if secret {
				row.Cells = append(row.Cells, Cell{Sign: "s"})
				continue
			}
			row.Cells = append(row.Cells, num(lang.Round(sum, 6), w.summed(sum)))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// termCells are one count of one part, and the lines that it is read on.
func (w *composer) termCells(m edition.Member, role string) (float64, []Cell) {
	sum, lines, sign := 0.0, []string{}, ""
	for _, b := range m.Basis {
		if b.Role != role {
			continue
		}
		lines = append(lines, lang.Decimal(float64(b.Line), 0))
		switch {
		case b.Status == dataset.Secret:
			sign = "s"
		case !b.OK() && sign == "":
			sign = "nd"
		default:
			sum += b.X
		}
	}
	if len(lines) == 0 {
		return 0, []Cell{absent(), word("")}
	}
	cell := num(lang.Round(sum, 6), w.summed(sum))
	if sign != "" {
		cell = Cell{Sign: sign}
	}
	return sum, []Cell{cell, word(strings.Join(lines, ", "))}
}

// summed sets a count for readers; those of a sample survey have decimals.
func (w *composer) summed(x float64) string {
	if lang.Round(x, 3) == lang.Round(x, 0) {
		return lang.Number(w.l, x, 0)
	}
	return lang.Number(w.l, x, 3)
}
