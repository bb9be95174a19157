package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// answerAgainst says in a sentence where the figures of a territory stand out
// from those of a larger one; without is its message when none can be compared,
// nothing when none stands out.
func (w *composer) answerAgainst(t *territory.Territory, ref territory.Code, without, nothing string) Text {
	compared, more, less := w.against(t, ref)
	key := "answer.commune_both"
	switch {
	case compared == 0:
		key = without
	case len(more)+len(less) == 0:
		key = nothing
	case len(more) == 0:
		key = "answer.commune_better"
	case len(less) == 0:
		key = "answer.commune_worse"
	}
	return w.text(key, "in", lang.Sentence(w.place(t.Code).In), "than", w.than(ref), "more", w.gapsSaid(more), "less", w.gapsSaid(less),
		"k", counted(more), "b", counted(less), "of", w.place(ref).Of)
}

// communeAnswer reads a commune's own figures against those of its
// département, and says that fragilities are measured above it.
func (w *composer) communeAnswer(t *territory.Territory) []Text {
	first := w.answerAgainst(t, w.reference(t), "answer.commune_without", "answer.commune_nothing")
	order := fragile(w.standings(t.Departement))
	if len(order) == 0 {
		return []Text{first}
	}
	return []Text{first, w.text("answer.commune_above",
		"place", Span{Text: w.place(t.Departement).In, Href: href(t.Departement)}, "domains", w.listed(order, 3))}
}

// reference is the territory that a commune is read against: its département,
// or its region where the département is that one commune.
func (w *composer) reference(t *territory.Territory) territory.Code {
	if len(w.c.Territory.Children(t.Departement, territory.Commune)) == 1 {
		return t.Region
	}
	return t.Departement
}

// than compares with a place: « que dans les Ardennes », « qu’en Vendée ».
func (w *composer) than(code territory.Code) string {
	in := w.place(code).In
	return w.t("answer.than", "in", in, "vowel", strings.ContainsAny(lang.Fold(in)[:1], "aeiouy"))
}

// communeGap is the relative gap from which a commune's figure is said to
// differ from its département's. Communal figures carry no published margin,
// so smaller gaps are not put into words.
const communeGap = 0.10

// mostSaid is how many figures of each kind are put into words.
const mostSaid = 3

// gap is a commune's figure beside its reference's; size is how far they lie
// apart, in parts of the reference.
type gap struct {
	own, ref edition.Value
	size     float64
}

// against reads the commune's own figures of the index against the
// reference's: how many can be, those clearly more and clearly less fragile,
// the widest gaps first.
func (w *composer) against(t *territory.Territory, at territory.Code) (compared int, more, less []gap) {
	for _, d := range w.c.Domains() {
		for ind := range w.indicators(d.Code) {
			if ind.Nature != indicator.State || ind.Direction == 0 || !ind.InIndex {
				continue
			}
			own, ref, ok := w.pair(ind.Code, t.Code, at)
			if !ok || ref.X == 0 {
				continue
			}
			compared++
			g := gap{own, ref, math.Abs((own.X - ref.X) / ref.X)}
			switch worse := (own.X-ref.X)*float64(ind.Direction) > 0; {
			case g.size <= communeGap:
			case worse:
				more = append(more, g)
			default:
				less = append(less, g)
			}
		}
	}
	for _, side := range [][]gap{more, less} {
		slices.SortStableFunc(side, func(a, b gap) int { return cmp.Compare(b.size, a.size) })
	}
	return compared, more, less
}

// gapsSaid puts the widest gaps into words.
func (w *composer) gapsSaid(gaps []gap) string {
	var out []string
	for _, g := range gaps[:min(len(gaps), mostSaid)] {
		out = append(out, w.t("answer.figure", "name", w.lower(w.name(g.own.Indicator)), "own", w.number(g.own), "ref", w.number(g.ref)))
	}
	return lang.List(w.l, out)
}

// counted is the number of gaps for a sentence that counts to three.
func counted(gaps []gap) string { return strconv.Itoa(min(len(gaps), mostSaid+1)) }

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
	table := &Table{ID: "fragilites-proches", Open: true, Caption: w.t("commune.caption", "name", w.label(t.Code)),
		Head: []Head{{Key: "domain", Label: w.t("head.domain")}, {Key: "territory", Label: w.t("head.measured_on")},
			{Key: "score", Label: w.t("head.score"), Numeric: true},
			{Key: "rank", Label: w.t("head.rank"), Numeric: true}, {Key: "rank_low", Label: w.t("head.rank_low"), Numeric: true},
			{Key: "rank_high", Label: w.t("head.rank_high"), Numeric: true},
			{Key: "level", Label: w.t("head.level")}}}
	for _, d := range w.c.Domains() {
		at, s := w.closestStanding(t.Code, d.Code)
		row := Row{Cells: []Cell{linked(d.Label(w.l), hrefDomain(d.Code))}}
		if !s.OK {
			row.Cells = append(row.Cells, absent(), absent(), absent(), absent(), absent(), word(""))
		} else {
			cells := w.standingCells(at, d.Code, s)
			row.Cells = append(row.Cells, linked(w.label(at), href(at)))
			row.Cells = append(append(row.Cells, cells[:4]...), word(w.level(at.Level(), "one")))
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
