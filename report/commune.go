package report

import (
	"math"
	"unicode"

	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// communeAnswer reads a commune's own figures against those of its
// département, and says that fragilities are measured above it.
func (w *composer) communeAnswer(t *territory.Territory) []Text {
	in := lang.Sentence(w.place(t.Code).In)
	more, less := w.against(t)
	var first Text
	switch {
	case len(more)+len(less) == 0:
		first = w.text("answer.commune_nothing", "in", in)
	case len(more) == 0:
		first = w.text("answer.commune_better", "in", in, "less", lang.List(w.l, less), "n", len(less), "of", w.place(t.Departement).In)
	case len(less) == 0:
		first = w.text("answer.commune_worse", "in", in, "more", lang.List(w.l, more), "n", len(more), "of", w.place(t.Departement).In)
	default:
		first = w.text("answer.commune_both", "in", in, "more", lang.List(w.l, more), "less", lang.List(w.l, less),
			"of", w.place(t.Departement).In)
	}
	order := fragile(w.standings(t.Departement))
	if len(order) == 0 {
		return []Text{first}
	}
	return []Text{first, w.text("answer.commune_above",
		"place", Span{Text: w.place(t.Departement).In, Href: href(t.Departement)}, "domains", w.listed(order, 3))}
}

// communeGap is the relative gap from which a commune's figure is said to
// differ from its département's. Communal figures carry no published margin,
// so smaller gaps are not put into words.
const communeGap = 0.10

// against names the commune's own figures that are clearly more and clearly
// less fragile than its département's, the widest gaps first, three of each.
func (w *composer) against(t *territory.Territory) (more, less []string) {
	for _, d := range w.c.Domains() {
		for ind := range w.indicators(d.Code) {
			if ind.Nature != indicator.State || ind.Direction == 0 || !ind.InIndex {
				continue
			}
			own, ref, ok := w.pair(ind.Code, t.Code, t.Departement)
			if !ok || ref.X == 0 {
				continue
			}
			gap := (own.X - ref.X) / math.Abs(ref.X) * float64(ind.Direction)
			said := w.t("answer.figure", "name", w.lower(w.name(ind)), "own", w.number(own), "ref", w.number(ref))
			switch {
			case gap > communeGap && len(more) < 3:
				more = append(more, said)
			case gap < -communeGap && len(less) < 3:
				less = append(less, said)
			}
		}
	}
	return more, less
}

// pair returns the latest own figure of a territory and the reference's at the
// same period.
func (w *composer) pair(code indicator.Code, at, ref territory.Code) (own, other edition.Value, ok bool) {
	own, ok = w.c.Latest(code, at)
	if !ok || !own.OK() {
		return own, other, false
	}
	other, ok = w.c.Value(code, ref, own.Period)
	return own, other, ok && other.OK()
}

// communeFragility says which domains are measured near the commune, at which
// tier, so that no figure of a larger territory passes for its own.
func (w *composer) communeFragility(t *territory.Territory) []Block {
	table := &Table{ID: "fragilites-proches", Open: true, Caption: w.t("commune.caption", "name", t.Label),
		Head: []Head{{Key: "domain", Label: w.t("head.domain")}, {Key: "territory", Label: w.t("head.measured_on")},
			{Key: "level", Label: w.t("head.level")}, {Key: "score", Label: w.t("head.score"), Numeric: true},
			{Key: "rank", Label: w.t("head.rank"), Numeric: true}, {Key: "rank_low", Label: w.t("head.rank_low"), Numeric: true},
			{Key: "rank_high", Label: w.t("head.rank_high"), Numeric: true}}}
	for _, d := range w.c.Domains() {
		at, s := w.closestStanding(t.Code, d.Code)
		row := Row{Cells: []Cell{linked(d.Label(w.l), hrefDomain(d.Code))}}
		if !s.OK {
			row.Cells = append(row.Cells, absent(), word(""), absent(), absent(), absent(), absent())
		} else {
			cells := w.standingCells(at, d.Code, s)
			row.Cells = append(row.Cells, linked(w.label(at), href(at)), word(w.level(at.Level(), "one")))
			row.Cells = append(row.Cells, cells[:4]...)
		}
		table.Rows = append(table.Rows, row)
	}
	table.Source, table.Licence = w.sources(w.c.IndexSeries(territory.Departement, "")...)
	blocks := []Block{paragraph(plain(w.t("commune.intro"))), {Table: table}}
	if dep, ok := w.c.Territory.Get(t.Departement); ok {
		if f, ok := w.profileFigure(dep); ok {
			f.Title = w.t("commune.profile", "title", f.Title)
			blocks = append(blocks, Block{Figure: f})
		}
	}
	return blocks
}

// closestStanding is the standing, in one domain, of the smallest territory
// that contains the commune and is measured.
func (w *composer) closestStanding(at territory.Code, domain string) (territory.Code, edition.Standing) {
	for _, up := range w.c.Above(at) {
		if s := w.c.Standing(up, domain); s.OK {
			return up, s
		}
	}
	return at, edition.Standing{}
}

// lower sets the first letter in lower case, unless the word is an acronym.
func (w *composer) lower(s string) string {
	r := []rune(s)
	if len(r) > 1 && unicode.IsUpper(r[0]) && !unicode.IsUpper(r[1]) {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}
