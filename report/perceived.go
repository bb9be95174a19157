package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/study"
	"vigie/taxonomy"
	"vigie/territory"
)

// The constructs that say how fragile a domain is perceived.
var perceivedConstructs = []string{"fragility_concern", "fragility_priority"}

// leastCommon is the number of domains that objective and perceived must share
// before their ranks are set against each other.
const leastCommon = 6

// perception is one audience's published answers on several domains, at one
// date, for one construct.
type perception struct {
	audience, construct string
	date                study.Date
	study               string
	figures             []study.PublishedFigure // one a domain, rivals left out
}

// perceptions groups what was published of a territory by study, audience and
// construct; the group with most domains first, then the newest.
func (w *composer) perceptions(at territory.Code) []perception {
	var out []perception
	for _, construct := range perceivedConstructs {
		for _, f := range w.c.Published.Select(study.Filter{Construct: construct, Territory: at}) {
			if f.Domain == "" || f.RivalOf != "" {
				continue
			}
			i := slices.IndexFunc(out, func(p perception) bool {
				return p.construct == construct && p.audience == f.Audience && p.study == f.Study
			})
			if i < 0 {
				i = len(out)
				out = append(out, perception{audience: f.Audience, construct: construct, date: f.Date, study: f.Study})
			}
			out[i].figures = append(out[i].figures, f)
		}
	}
	slices.SortStableFunc(out, func(a, b perception) int {
		return cmp.Or(cmp.Compare(len(b.figures), len(a.figures)), cmp.Compare(b.date.SortKey(), a.date.SortKey()))
	})
	return out
}

// perceivedSection sets what was perceived beside what is measured: by rank
// when at least six domains are common, otherwise side by side; without any
// published result it says so and draws nothing.
func (w *composer) perceivedSection(at territory.Code) Section {
	s := Section{ID: "percues", Title: w.t("section.perceived"), Blocks: w.feltBlocks(at)}
	groups := w.perceptions(at)
	if len(groups) == 0 && len(s.Blocks) > 0 {
		return s
	}
	if len(groups) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("perceived.nothing"))), paragraph(w.text("perceived.elsewhere",
			"link", Span{Text: w.t("perceived.elsewhere_link"), Href: "/publications#resultats"}))}
		return s
	}
	if sentence, ok := w.perceivedSentence(at); ok {
		s.Blocks = append(s.Blocks, paragraph(sentence))
	}
	if f, ok := w.scatterFigure(at, groups[0]); ok {
		s.Blocks = append(s.Blocks, Block{Figure: f})
	} else {
		s.Blocks = append(s.Blocks, Block{Note: plain(w.t("perceived.side", "least", leastCommon))})
	}
	s.Blocks = append(s.Blocks, Block{Table: w.publishedTable("percues", w.t("perceived.caption", "name", w.label(at)), w.published(at, perceivedConstructs...))})
	return s
}

// published returns what was published of a territory under some constructs,
// rivals included.
func (w *composer) published(at territory.Code, constructs ...string) []study.PublishedFigure {
	var out []study.PublishedFigure
	for _, c := range constructs {
		out = append(out, w.c.Published.Select(study.Filter{Construct: c, Territory: at})...)
	}
	return out
}

// perceivedSentence names the domains that the latest, largest group of
// answers puts first.
func (w *composer) perceivedSentence(at territory.Code) (Text, bool) {
	groups := w.perceptions(at)
	if len(groups) == 0 {
		return nil, false
	}
	p := groups[0]
	top := slices.Clone(p.figures)
	slices.SortStableFunc(top, func(a, b study.PublishedFigure) int { return cmp.Compare(b.Value, a.Value) })
	var names []string
	for _, f := range top[:min(2, len(top))] {
		names = append(names, w.t("perceived.item", "domain", w.domain(f.Domain).InSentence(w.l), "value", w.publishedValue(&f)))
	}
	audience, _ := w.c.Term("audience", p.audience)
	return w.text("perceived.sentence", "in", lang.Sentence(w.place(at).In), "audience", w.lower(audience.Label(w.l)), "date", w.date(p.date),
		"names", lang.List(w.l, names), "study", lang.Typeset(w.l, p.study), "margin", w.t("margin")), true
}

// scatterFigure sets the rank of each common domain among what is measured
// against its rank among what is perceived; false under six common domains.
func (w *composer) scatterFigure(at territory.Code, p perception) (*Figure, bool) {
	var all []taxonomy.Term
	var scores, values []float64
	for _, f := range p.figures {
		if score, ok := w.c.Scale(at, f.Domain); ok {
			all = append(all, w.domain(f.Domain))
			scores, values = append(scores, score), append(values, f.Value)
		}
	}
	if len(all) < leastCommon {
		return nil, false
	}
	audience, _ := w.c.Term("audience", p.audience)
	chart := &Scatter{X: w.positionAxis("scatter.x", len(all)), Y: w.positionAxis("scatter.y", len(all)),
		Diagonal: w.t("scatter.diagonal"), Above: w.t("scatter.above"), Below: w.t("scatter.below")}
	table := Table{Caption: w.t("scatter.caption", "name", w.label(at)), Head: []Head{{Key: "domain", Label: w.t("head.domain")},
		{Key: "objective_rank", Label: w.t("scatter.x"), Numeric: true}, {Key: "perceived_rank", Label: w.t("scatter.y"), Numeric: true}}}
	for i, d := range all {
		x, y := meanRank(scores[i], scores), meanRank(values[i], values)
		tx, ty := lang.Number(w.l, x, decimalsOf(x)), lang.Number(w.l, y, decimalsOf(y))
		chart.Points = append(chart.Points, Dot{Label: d.Short(w.l), X: x, Y: y, Href: hrefDomain(d.Code),
			Text: w.t("scatter.dot", "domain", d.Label(w.l), "x", tx, "y", ty)})
		table.Rows = append(table.Rows, Row{Cells: []Cell{linked(d.Label(w.l), hrefDomain(d.Code)), num(x, tx), num(y, ty)}})
	}
	f := &Figure{ID: "percu", Title: w.t("scatter.title", "in", w.place(at).In), Unit: w.t("scatter.unit", "n", len(all)),
		Field: w.t("scatter.field", "name", w.label(at), "audience", w.lower(audience.Label(w.l))), Date: w.date(p.date),
		Reading: chart.Points[0].Text, Notes: []string{w.t("scatter.note"), w.t("margin")}, Chart: chart, Table: table,
		Source: lang.Typeset(w.l, p.study), Licence: w.t("published.licence"), Alt: w.t("scatter.alt", "n", len(all))}
	return f, true
}

// meanRank is the rank of own among all, 1 for the largest; tied values share
// the mean of their ranks.
func meanRank(own float64, all []float64) float64 {
	larger, equal := 0, 0
	for _, x := range all {
		switch {
		case x > own:
			larger++
		case x == own:
			equal++
		}
	}
	return float64(larger) + float64(equal+1)/2
}

func decimalsOf(x float64) int {
	if x == float64(int(x)) {
		return 0
	}
	return 1
}

func (w *composer) positionAxis(title string, n int) Axis {
	a := Axis{Title: w.t(title), Min: 1, Max: float64(n), Reverse: true}
	for i := 1; i <= n; i++ {
		a.Ticks = append(a.Ticks, Tick{float64(i), lang.Ordinal(w.l, i)})
	}
	return a
}

// mostOpen is how many published figures are shown at once; a longer table is
// folded.
const mostOpen = 12

// publishedTable lists published figures with study, date, sample and sources;
// a rival value stands under the one it contradicts.
func (w *composer) publishedTable(id, caption string, figures []study.PublishedFigure) *Table {
	t := &Table{ID: id, Open: len(figures) <= mostOpen, Caption: caption, Head: []Head{{Key: "item", Label: w.t("head.item")},
		{Key: "value", Label: w.t("head.value"), Numeric: true}, {Key: "unit", Label: w.t("head.unit")},
		{Key: "audience", Label: w.t("head.audience")}, {Key: "study", Label: w.t("head.study")}, {Key: "date", Label: w.t("head.date")},
		{Key: "sample", Label: w.t("head.sample")}, {Key: "territory", Label: w.t("head.territory")}, {Key: "source", Label: w.t("head.source")}}}
	for i := range figures {
		f := &figures[i]
		audience, _ := w.c.Term("audience", f.Audience)
		item := lang.Typeset(w.l, f.Item(w.l))
		if rivals := w.c.Published.Rivals(f.ID); len(rivals) > 0 {
			var values []string
			for _, r := range rivals {
				values = append(values, w.publishedValue(&r))
			}
			item += " " + w.t("published.rival", "values", lang.List(w.l, values))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(item), num(f.Value, f.Qualifier+lang.Number(w.l, f.Value, f.Decimals)),
			word(w.t("published.unit." + f.Unit)), word(audience.Label(w.l)), w.studyCell(f), word(w.date(f.Date)), word(w.sample(f)),
			word(lang.List(w.l, w.labels(f.Territories))), w.sourceCell(f)}})
	}
	t.Notes = []string{w.t("margin")}
	t.Licence = w.t("published.licence")
	return t
}

// sourceCell links to the first source that is an address.
func (w *composer) sourceCell(f *study.PublishedFigure) Cell {
	if len(f.Sources) == 0 {
		return absent()
	}
	s := f.Sources[0]
	if strings.HasPrefix(s, "http") {
		_, rest, _ := strings.Cut(s, "://")
		host, _, _ := strings.Cut(rest, "/")
		return linked(host, s)
	}
	return word(lang.Typeset(w.l, s))
}

// sample says the size of the sample, or that it was not published.
func (w *composer) sample(f *study.PublishedFigure) string {
	if f.SampleSize == 0 {
		return w.t("published.no_sample")
	}
	return w.t("published.sample", "qualifier", f.SampleQualifier, "n", f.SampleSize)
}

// publishedValue formats a published value with its unit.
func (w *composer) publishedValue(f *study.PublishedFigure) string {
	n := lang.Number(w.l, f.Value, f.Decimals)
	switch f.Unit {
	case study.Percent:
		n = lang.Percent(w.l, f.Value, f.Decimals)
	case study.Score0_10:
		n = w.t("published.out_of_ten", "score", n)
	}
	if f.Qualifier == ">" {
		return w.t("published.more_than", "value", n)
	}
	return n
}

// date formats a date as precisely as its source gives it.
func (w *composer) date(d study.Date) string {
	switch d.Precision {
	case study.NoDate:
		return w.t("published.no_date")
	case study.Range:
		return w.t("span", "first", d.Start, "last", d.End)
	case study.Year:
		return d.Start
	}
	return lang.Date(w.l, d.Start)
}

// mostPublished is how many published results stand on a territory's page;
// the publications page has them all.
const mostPublished = 20

// allianceSection says what is known of the dynamics of alliances: the
// published results that speak of this territory and are no fragility, then the
// cases of the base.
func (w *composer) allianceSection(at territory.Code) Section {
	s := Section{ID: "alliances", Title: w.t("section.alliance")}
	var known []study.PublishedFigure
	for _, f := range w.c.Published.Select(study.Filter{Territory: at}) {
		if !slices.Contains(perceivedConstructs, f.Construct) {
			known = append(known, f)
		}
	}
	if len(known) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("perceived.nothing"))), paragraph(w.text("alliance.elsewhere",
			"link", Span{Text: w.t("alliance.elsewhere_link"), Href: "/publications#resultats"}))}
		s.Blocks = append(s.Blocks, w.dynamicsBlocks(at)...)
		return s
	}
	slices.SortStableFunc(known, func(a, b study.PublishedFigure) int { return cmp.Compare(b.Date.SortKey(), a.Date.SortKey()) })
	shown := known[:min(len(known), mostPublished)]
	s.Blocks = []Block{paragraph(plain(w.t("alliance.intro", "n", len(known)))),
		{Table: w.publishedTable("alliances", w.t("alliance.caption", "name", w.label(at)), shown)}}
	if len(known) > len(shown) {
		s.Blocks = append(s.Blocks, paragraph(w.text("alliance.rest", "link", Span{Text: w.t("perceived.elsewhere_link"), Href: "/publications#resultats"})))
	}
	s.Blocks = append(s.Blocks, w.dynamicsBlocks(at)...)
	return s
}

// domainPerceived lists what was published of a domain, wherever it speaks of.
func (w *composer) domainPerceived(t taxonomy.Term) Section {
	s := Section{ID: "percues", Title: w.t("section.perceived")}
	found := w.c.Published.Select(study.Filter{Domain: t.Code})
	if len(found) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("perceived.nothing")))}
		return s
	}
	s.Blocks = []Block{{Table: w.publishedTable("percues", w.t("perceived.domain_caption", "domain", t.Label(w.l)), found)}}
	return s
}
