package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
	"vigie/taxonomy"
)

// trendsOf are the trends of a construct, grouped by audience and unit in the
// order of the list of audiences.
func (w *composer) trendsOf(construct string) []trendGroup {
	var out []trendGroup
	for _, t := range study.PublishedTrends(w.c.Published, w.c.Register, w.c.Taxonomy, construct) {
		i := slices.IndexFunc(out, func(g trendGroup) bool { return g.audience == t.Audience && g.unit == t.Unit })
		if i < 0 {
			i, out = len(out), append(out, trendGroup{audience: t.Audience, unit: t.Unit})
		}
		out[i].trends = append(out[i].trends, t)
	}
	order := func(code string) int {
		return slices.IndexFunc(w.c.Taxonomy.Terms("audience"), func(t taxonomy.Term) bool { return t.Code == code })
	}
	slices.SortStableFunc(out, func(a, b trendGroup) int { return cmp.Compare(order(a.audience), order(b.audience)) })
	return out
}

// trendGroup is what one audience answered to a construct, in one unit.
type trendGroup struct {
	audience, unit string
	trends         []study.PublishedTrend
}

// dates is the most dates that a trend of the group has.
func (g *trendGroup) dates() int {
	n := 0
	for _, t := range g.trends {
		n = max(n, len(t.Points))
	}
	return n
}

// trendCount is what the public record comes to, read as trends.
type trendCount struct {
	constructs, followed   int // asked of the same audience at two dates or more
	apart, same, unknown   int // steps, by what can be told of them
	broken, rivals, points int
	first, last            string
}

func (n *trendCount) add(g *trendGroup) {
	for _, t := range g.trends {
		for _, p := range slices.Concat(t.Points, t.Undated) {
			n.points++
			if len(p.Rivals) > 0 {
				n.rivals++
			}
			if len(p.Step.Breaks) > 0 {
				n.broken++
			}
			switch p.Step.Verdict {
			case study.Apart:
				n.apart++
			case study.NotApart:
				n.same++
			case study.NoMargin:
				n.unknown++
			}
			if p.Date.Start != "" {
				y := p.Date.Start[:4]
				if n.first == "" || y < n.first {
					n.first = y
				}
				n.last = max(n.last, y)
			}
		}
	}
}

// Trends composes the public record read as trends: which questions can be
// followed, and how little can be told of most of them.
func Trends(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("trends", "tendances", w.s("trends"))
	d.Crumbs = []Link{{w.s("crumb"), StudyPath}}
	var n trendCount
	var followed, once []Row
	for _, t := range c.Taxonomy.Terms("construct") {
		groups := w.trendsOf(t.Code)
		if len(groups) == 0 {
			continue
		}
		n.constructs++
		row, dates := w.trendRow(t, groups, &n)
		if dates > 1 {
			n.followed++
			followed = append(followed, row)
		} else {
			once = append(once, row)
		}
	}
	if n.constructs == 0 {
		d.Answer = []Text{plain(w.s("trends_none"))}
	} else {
		d.Answer = []Text{plain(w.s("trends_answer", "n", n.constructs, "first", n.first, "last", n.last, "followed", n.followed)),
			plain(w.s("trends_told", "steps", n.apart+n.same+n.unknown, "apart", n.apart, "same", n.same, "unknown", n.unknown, "broken", n.broken, "rivals", n.rivals))}
	}
	d.Summary = d.Answer[0].Plain()
	d.Sections = kept([]Section{w.sharedSection(), w.trendSection("suivies", w.s("followed"), followed), w.trendSection("une-fois", w.s("once"), once), w.trendMethod()})
	return d, nil
}

// sharedSection draws the question that several audiences were asked at two
// dates or more, most of them.
func (w *composer) sharedSection() Section {
	var best []study.PublishedTrend
	var of taxonomy.Term
	for _, t := range w.c.Taxonomy.Terms("construct") {
		var found []study.PublishedTrend
		for _, g := range w.trendsOf(t.Code) {
			for _, x := range g.trends {
				if x.Unit == study.Percent && x.Domain == "" && len(x.Points) > 1 {
					found = append(found, x)
				}
			}
		}
		if len(found) > len(best) {
			best, of = found, t
		}
	}
	s := Section{ID: "partagee", Title: of.Label(w.l)}
	if len(best) < 2 {
		return s
	}
	f := w.trendFigure("partagee", best, func(t *study.PublishedTrend) string { return w.audience(t.Audience) })
	var n trendCount
	n.add(&trendGroup{trends: best})
	f.Title = w.s("shared_title", "construct", of.Label(w.l), "n", len(best), "judged", n.apart+n.same)
	s.Blocks = []Block{{Figure: f}, paragraph(w.text("study.shared_more", "link", Span{Text: w.s("shared_link"), Href: hrefTrend(of.Code)}))}
	return s
}

func (w *composer) trendSection(id, title string, rows []Row) Section {
	s := Section{ID: id, Title: title}
	if len(rows) > 0 {
		s.Blocks = []Block{{Table: &Table{ID: "liste-" + id, Open: true, Caption: w.s("trend_caption", "n", len(rows)), Rows: rows, Head: []Head{{Key: "construct", Label: w.s("question")},
			{Key: "audiences", Label: w.t("head.audience")}, {Key: "dates", Label: w.s("dates"), Numeric: true}, {Key: "values", Label: w.s("values"), Numeric: true},
			{Key: "rivals", Label: w.s("rivals"), Numeric: true}, {Key: "told", Label: w.s("told")}}}}}
	}
	return s
}

// trendRow is a construct in the list; dates is the most of its trends.
func (w *composer) trendRow(t taxonomy.Term, groups []trendGroup, all *trendCount) (Row, int) {
	var n trendCount
	var who []string
	dates := 0
	for i := range groups {
		n.add(&groups[i])
		all.add(&groups[i])
		dates = max(dates, groups[i].dates())
		if name := w.audience(groups[i].audience); !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	told := w.s("told_once")
	switch {
	case n.apart > 0:
		told = w.s("told_apart", "n", n.apart)
	case n.same > 0:
		told = w.s("not_apart")
	case n.unknown > 0:
		told = w.s("told_unknown")
	}
	whole := func(x int) Cell { return num(float64(x), lang.Number(w.l, float64(x), 0)) }
	return Row{Cells: []Cell{linked(t.Label(w.l), hrefTrend(t.Code)), word(strings.Join(who, semicolon(w.l))), whole(dates), whole(n.points), whole(n.rivals), word(told)}}, dates
}

// trendMethod says how the record is read.
func (w *composer) trendMethod() Section {
	s := Section{ID: "lecture", Title: w.s("method")}
	for _, key := range []string{"method_wave", "method_margin", "method_break", "method_rival", "method_wording"} {
		s.Blocks = append(s.Blocks, paragraph(plain(w.s(key))))
	}
	return s
}

// Trend composes one construct: what each audience answered over time.
func Trend(c *edition.Content, r Request, construct string) (Document, error) {
	w := compose(c, r)
	t, ok := c.Term("construct", construct)
	groups := w.trendsOf(construct)
	if !ok || len(groups) == 0 {
		return Document{}, fault.NotFoundf(w.s("fault.trend_do"), "%s", w.s("fault.trend", "code", construct))
	}
	d := w.document("trend", "tendance/"+t.Code, t.Label(w.l))
	d.Kicker = w.s("trends")
	d.Crumbs = []Link{{w.s("crumb"), StudyPath}, {w.s("trends"), TrendPath}}
	for i, g := range groups {
		title := w.audience(g.audience)
		if g.unit == study.Count {
			title = w.s("counted", "name", title)
		}
		if i < 2 {
			d.Answer = append(d.Answer, plain(w.s("trend_answer", "finding", w.groupFinding(&g))))
		}
		d.Sections = append(d.Sections, Section{ID: "public-" + strings.ReplaceAll(g.audience, "_", "-") + "-" + plainUnit(g.unit), Title: title, Blocks: w.groupBlocks(&g)})
	}
	d.Summary = d.Answer[0].Plain()
	d.Sections = append(d.Sections, w.trendMethod())
	return d, nil
}

func plainUnit(unit string) string { return strings.ReplaceAll(unit, "_", "-") }

// groupBlocks are the chart of one audience: a line a domain, a territory or a
// wording, whatever tells its trends apart. A single value has its table alone.
func (w *composer) groupBlocks(g *trendGroup) []Block {
	id := "evolution-" + plainUnit(g.audience) + "-" + plainUnit(g.unit)
	f := w.trendFigure(id, g.trends, func(t *study.PublishedTrend) string { return w.trendLabel(g, t) })
	f.Title = w.groupFinding(g)
	if f.Chart != nil {
		return []Block{{Figure: f}}
	}
	t := f.Table
	t.ID, t.Open, t.Source, t.Licence = id, true, f.Source, f.Licence
	return []Block{paragraph(plain(w.s("trend_answer", "finding", f.Title))), {Table: &t}}
}

// trendLabel names a trend among those of its group.
func (w *composer) trendLabel(g *trendGroup, t *study.PublishedTrend) string {
	name := w.audience(t.Audience)
	switch {
	case t.Domain != "":
		name = w.domain(t.Domain).Short(w.l)
	case len(g.trends) > 1 && !w.elsewhere(t) && len(t.Points) < 2: // a wording of its own
		name = lang.Typeset(w.l, w.newest(t).Figure.Item(w.l))
	case w.elsewhere(t):
		return lang.List(w.l, w.labels(t.Territories))
	}
	if w.elsewhere(t) {
		name = w.s("at_place", "name", name, "place", lang.List(w.l, w.labels(t.Territories)))
	}
	return name
}

// national reports whether a trend speaks of the country.
func (w *composer) national(t *study.PublishedTrend) bool { return !w.elsewhere(t) }

func (w *composer) elsewhere(t *study.PublishedTrend) bool {
	return !slices.Contains(t.Territories, "FR") && !slices.Contains(t.Territories, "FM")
}

// newest is the last point of a trend, an undated one when it has no other.
func (w *composer) newest(t *study.PublishedTrend) *study.PublishedPoint {
	if n := len(t.Points); n > 0 {
		return &t.Points[n-1]
	}
	return &t.Undated[len(t.Undated)-1]
}

// groupFinding says what a chart shows, careful with what cannot be told.
func (w *composer) groupFinding(g *trendGroup) string {
	name := w.audience(g.audience)
	if len(g.trends) == 1 {
		return w.trendFinding(name, &g.trends[0])
	}
	var n trendCount
	n.add(g)
	if g.dates() < 2 {
		return w.s("finding_once", "name", name, "n", n.points, "date", w.date(w.newest(&g.trends[0]).Date))
	}
	return w.s("finding_many", "name", name, "first", n.first, "last", n.last, "apart", n.apart, "told", n.apart+n.same > 0, "falls", w.falls(g), "steps", n.apart+n.same+n.unknown)
}

// falls counts the steps whose later value is lower.
func (w *composer) falls(g *trendGroup) int {
	n := 0
	for _, t := range g.trends {
		for _, p := range t.Points {
			if p.Step.Verdict != study.NoVerdict && p.Step.Difference < 0 {
				n++
			}
		}
	}
	return n
}

// trendFinding says the values of one trend, in order, and what may be said of
// their difference.
func (w *composer) trendFinding(name string, t *study.PublishedTrend) string {
	if len(t.Points) == 0 {
		return w.s("finding_undated", "name", name, "value", w.valueOfPoint(&t.Undated[0]))
	}
	var said []string
	for _, p := range t.Points {
		said = append(said, w.s("dated_value", "value", w.valueOfPoint(&p), "year", p.Date.SortKey()[:4]))
	}
	if len(said) == 1 {
		return w.s("finding_single", "name", name, "value", said[0])
	}
	return w.s("finding_one", "name", name, "values", lang.List(w.l, said), "told", w.told(t))
}

// told is what may be said of all the steps of a trend together.
func (w *composer) told(t *study.PublishedTrend) string {
	var n trendCount
	n.add(&trendGroup{trends: []study.PublishedTrend{*t}})
	switch {
	case n.apart > 0 && n.broken > 0:
		return w.s("told_step_apart_broken")
	case n.apart > 0:
		return w.s("told_step_apart")
	case n.unknown > 0:
		return w.s("told_step_unknown")
	}
	return w.s("not_apart")
}

// valueOfPoint is a published value with its rivals.
func (w *composer) valueOfPoint(p *study.PublishedPoint) string {
	values := []string{w.publishedValue(&p.Figure)}
	for _, r := range p.Rivals {
		values = append(values, w.publishedValue(&r))
	}
	return lang.Either(w.l, values)
}
