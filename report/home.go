package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// Home composes the first page: what the country looks like today, the three
// entrances, the regions × domains table, the map, what changed, and how far
// the data reach.
func Home(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("home", "accueil", w.t("home.title"))
	d.Kicker = w.t("home.kicker")
	d.Answer = w.regionsAnswer()
	if s, ok := w.perceivedSentence(territory.France); ok {
		d.Answer = append(d.Answer, s)
	}
	d.Summary = w.t("home.summary")
	d.Sections = []Section{
		{ID: "entrees", Title: w.t("home.entrances"), Blocks: []Block{{Form: w.searchForm("")}, {Cards: w.entrances()}, w.composerLink()}},
		w.homeHeat(), w.homeMap(), w.changeSection(), w.coverageSection(),
	}
	return d, nil
}

// entrances are the ways in: by territory, by domain with its solutions, by actor.
func (w *composer) entrances() []Card {
	return []Card{
		{Title: w.t("home.by_territory"), Href: "/territoires", Detail: w.t("home.by_territory_detail",
			"regions", len(w.c.Territory.ByLevel(territory.Region)), "departements", len(w.c.Territory.ByLevel(territory.Departement)),
			"communes", len(w.c.Territory.ByLevel(territory.Commune)))},
		{Title: w.t("home.by_domain"), Href: "/domaines", Detail: w.t("home.by_domain_detail", "n", len(w.c.Domains()))},
		{Title: w.t("home.by_practice"), Href: PracticePath, Detail: w.t("home.by_practice_detail")},
		{Title: w.t("home.by_actor"), Href: "/publications#resultats", Detail: w.t("home.by_actor_detail")},
	}
}

// searchForm asks for a territory, a postcode, a domain or an indicator.
func (w *composer) searchForm(q string) *Form {
	return &Form{Action: "/recherche", Submit: w.t("search.submit"), Fields: []Field{
		{Name: "q", Label: w.t("search.label"), Hint: w.t("search.hint"), Value: q}}}
}

func (w *composer) homeHeat() Section {
	s := Section{ID: "regions", Title: w.t("home.regions")}
	if f, ok := w.heatFigure(territory.Region, ""); ok {
		s.Blocks = append(s.Blocks, Block{Figure: f})
	}
	return s
}

func (w *composer) homeMap() Section {
	s := Section{ID: "departements", Title: w.t("home.departements")}
	if f, ok := w.mapFigure(territory.Departement, "", ""); ok {
		s.Blocks = append(s.Blocks, Block{Figure: f}, w.reweighLink())
	}
	return s
}

// oneLine keeps the parts of an edition's number on one line of a title.
func oneLine(number string) string { return strings.ReplaceAll(number, "-", "-\u2060") }

// changeSection lists what this edition changes.
func (w *composer) changeSection() Section {
	m := w.c.Manifest
	s := Section{ID: "edition", Title: w.t("home.changes", "number", oneLine(m.Number), "date", lang.Date(w.l, m.Date))}
	s.Blocks = []Block{{List: w.changeList(m.Changes)}, paragraph(w.text("home.editions", "link", Span{Text: w.t("home.editions_link"), Href: "/editions"}))}
	return s
}

// changeList says changes in the request's language.
func (w *composer) changeList(changes []edition.Change) []Text {
	var list []Text
	for _, c := range changes {
		if w.l == lang.EN {
			list = append(list, plain(lang.Typeset(w.l, c.EN)))
		} else {
			list = append(list, plain(lang.Typeset(w.l, c.FR)))
		}
	}
	return list
}

// coverageSection is the table of domains by tier: how many series the index
// rests on, and « pas de donnée » where there is none.
func (w *composer) coverageSection() Section {
	return Section{ID: "couverture", Title: w.t("coverage.title"),
		Blocks: []Block{paragraph(plain(w.t("coverage.intro"))), {Table: w.coverageTable()}}}
}

// measuredTiers are the tiers for which an index can be computed.
var measuredTiers = []territory.Level{territory.Region, territory.Departement, territory.EPCI}

func (w *composer) coverageTable() *Table {
	t := &Table{ID: "couverture", Open: true, Caption: w.t("coverage.caption"), Head: []Head{{Key: "domain", Label: w.t("head.domain")},
		{Key: "dimension", Label: w.t("head.dimension")}}}
	for _, level := range measuredTiers {
		t.Head = append(t.Head, Head{Key: string(level), Label: w.level(level, "one_upper"), Numeric: true})
	}
	t.Head = append(t.Head, Head{Key: "commune", Label: w.level(territory.Commune, "one_upper"), Numeric: true})
	for _, d := range w.c.Domains() {
		dim, _ := w.c.Term("dimension", d.Parent)
		row := Row{Cells: []Cell{linked(d.Label(w.l), hrefDomain(d.Code)), word(dim.Label(w.l))}}
		for _, level := range measuredTiers {
			row.Cells = append(row.Cells, w.seriesCount(len(w.c.IndexSeries(level, d.Code))))
		}
		row.Cells = append(row.Cells, w.seriesCount(w.c.CommuneSeries(d.Code)))
		t.Rows = append(t.Rows, row)
	}
	t.Notes = []string{w.t("coverage.note")}
	return t
}

// seriesCount says how many series, or that there are no data.
func (w *composer) seriesCount(n int) Cell {
	if n == 0 {
		return absent()
	}
	return num(float64(n), w.t("coverage.series", "n", n))
}

// regionsByName lists the regions of the metropolis by name, then the others.
func regionsByName(c *edition.Content) []territory.Territory {
	out := slices.Clone(c.Territory.ByLevel(territory.Region))
	slices.SortStableFunc(out, func(a, b territory.Territory) int {
		return cmp.Or(compareBool(a.Overseas, b.Overseas), cmp.Compare(lang.Fold(a.Label), lang.Fold(b.Label)))
	})
	return out
}

// TerritoryList composes the list of regions with their départements.
func TerritoryList(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("territories", "territoires", w.t("territories.title"))
	d.Answer = []Text{plain(w.t("territories.answer", "regions", len(c.Territory.ByLevel(territory.Region)),
		"departements", len(c.Territory.ByLevel(territory.Departement)), "epci", len(c.Territory.ByLevel(territory.EPCI)),
		"communes", len(c.Territory.ByLevel(territory.Commune))))}
	d.Summary = d.Answer[0].Plain()
	d.Sections = append(d.Sections, Section{ID: "chercher", Blocks: []Block{{Form: w.searchForm("")}, w.composerLink(), w.typologyLink(),
		{Cards: w.cards([]territory.Code{territory.France, territory.Metropolis})}}})
	for _, t := range regionsByName(c) {
		inside := w.codes(c.Territory.Children(t.Code, territory.Departement))
		d.Sections = append(d.Sections, Section{ID: string(t.Code), Title: w.label(t.Code), Blocks: []Block{
			paragraph(Text{{Text: w.t("territories.region", "name", w.label(t.Code)), Href: href(t.Code)}}), {Cards: w.cards(inside)}}})
	}
	return d, nil
}
