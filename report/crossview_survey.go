package report

import (
	"slices"
	"strings"

	"vigie/lang"
	"vigie/study"
	"vigie/territory"
)

// crossed is one item with its voices set against each other.
type crossed struct {
	item string
	study.CrossView
}

// crossItems are the items that surveys of this edition asked several
// audiences, those of most audiences first.
func (w *composer) crossItems() []crossed {
	var out []crossed
	seen := map[string]bool{}
	for _, t := range w.c.Surveys {
		for i := range t.Items {
			code := t.Items[i].Code
			if seen[code] {
				continue
			}
			seen[code] = true
			if v := w.asking(code); len(v) > 1 {
				out = append(out, crossed{code, study.Cross(v)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b crossed) int { return len(b.Voices) - len(a.Voices) })
	return out
}

func voicesOf(all []crossed) []study.Voice {
	var out []study.Voice
	for _, c := range all {
		out = append(out, c.Voices...)
	}
	return out
}

// surveyCross composes one item over the audiences of surveys, at the year
// (« annee ») and in the territory (« territoire ») that the query asks for.
func (w *composer) surveyCross(item string, latest []study.Voice, published []study.PublishedCross) (Document, error) {
	voices, when, at := latest, w.r.First("annee"), territory.Code(w.r.First("territoire"))
	if asked := w.asked(item, when, at); len(asked) > 0 {
		voices = asked
	} else {
		when, at = "", ""
	}
	x := crossed{item, study.Cross(voices)}
	d := w.document("crossview", "regards-croises/"+item, w.itemName(&voices[0].Item.Item))
	d.Kicker = w.surveyKicker(w.t("crossview.kicker"), voices...)
	d.Crumbs = []Link{{w.t("crossview.title"), CrossPath}}
	d.State = crossViewState(when, at)
	d.Answer = []Text{w.crossAnswer(x)}
	if at != "" {
		d.Answer = append(d.Answer, plain(w.t("crossview.survey.in", "in", lang.Sentence(w.place(at).In))))
	}
	d.Summary = d.Answer[0].Plain()
	first := Section{ID: "image", Title: w.t("crossview.picture"), Blocks: w.syntheticNote(voices...)}
	if f := w.crossFigure("voix", x); f != nil {
		first.Blocks = append(first.Blocks, Block{Figure: f})
	} else {
		first.Blocks = append(first.Blocks, Block{Table: w.crossLong(x)})
	}
	d.Sections = []Section{w.crossForm(item, when, at), first, w.crossSaid(x), w.crossAsked(x)}
	if len(published) > 0 {
		d.Sections = append(d.Sections, w.publishedCrossSections(item, published)...)
	}
	d.Sections = kept(append(d.Sections, w.crossMethod(true)))
	return d, nil
}

func crossViewState(when string, at territory.Code) map[string][]string {
	out := map[string][]string{}
	if when != "" {
		out["annee"] = []string{when}
	}
	if at != "" {
		out["territoire"] = []string{string(at)}
	}
	return out
}

// crossForm chooses the waves and the territory.
func (w *composer) crossForm(item, when string, at territory.Code) Section {
	years := []Option{{Label: w.t("crossview.form.latest"), Selected: when == ""}}
	places := []Option{{Label: w.t("crossview.form.everywhere"), Selected: at == ""}}
	has := func(all []Option, v string) bool {
		return slices.ContainsFunc(all, func(o Option) bool { return o.Value == v })
	}
	for _, t := range w.c.Surveys {
		if _, ok := t.Item(item); !ok {
			continue
		}
		if y := year(int(w.waveDate(t))); !has(years, y) {
			years = append(years, Option{Value: y, Label: y, Selected: y == when})
		}
		for _, b := range t.Breakdowns {
			for _, l := range b.Levels {
				if b.Territory && !has(places, l.Code) {
					places = append(places, Option{Value: l.Code, Label: w.label(territory.Code(l.Code)), Selected: l.Code == string(at)})
				}
			}
		}
	}
	slices.SortStableFunc(years[1:], func(a, b Option) int { return strings.Compare(a.Value, b.Value) })
	f := &Form{Action: hrefCross(item), Submit: w.t("crossview.form.submit"), Fields: []Field{{Name: "annee", Label: w.t("crossview.form.year"), Options: years}}}
	if len(places) > 1 {
		f.Fields = append(f.Fields, Field{Name: "territoire", Label: w.t("crossview.form.territory"), Options: places})
	}
	return Section{ID: "choix", Title: w.t("crossview.form.title"), Blocks: []Block{{Form: f}}}
}

// crossAnswer says in one sentence what the audiences have in common or not, as
// far as it can be told.
func (w *composer) crossAnswer(x crossed) Text {
	name := w.itemName(&x.Voices[0].Item.Item)
	switch {
	case len(x.Voices) < 2:
		return plain(w.t("crossview.survey.alone", "item", name, "audience", w.lower(w.audience(x.Voices[0].Survey.Audience))))
	case x.How == study.SideBySide:
		return plain(w.t("crossview.survey.beside", "item", name, "why", w.obstacles(x)))
	case x.How == study.ByRank:
		return plain(w.t("crossview.survey.rank", "item", name, "why", w.obstacles(x), "tops", w.tops(x), "ordered", len(x.Accords) > 0, "accord", w.accordSaid(x)))
	}
	l, g := widest(x)
	if g == nil {
		return plain(w.t("crossview.survey.nothing", "item", name, "n", len(x.Voices)))
	}
	a, b := x.Voices[g.A], x.Voices[g.B]
	high, low := b, a
	if g.Value < 0 {
		high, low = a, b
	}
	ch, _ := high.Shown(l.Line)
	cl, _ := low.Shown(l.Line)
	s := w.scale(a)
	told, lines := countTold(x)
	return plain(w.t("crossview.survey.widest", "item", name, "line", w.lineName(l.Line, l.Domain, l.Label), "things", a.Item.Things(), "high", w.figure(ch), "high_audience", w.lower(w.audience(high.Survey.Audience)),
		"low", w.figure(cl), "low_audience", w.lower(w.audience(low.Survey.Audience)), "gap", w.gapSize(s, g.Value), "interval", w.gapInterval(s, g),
		"told", told, "pairs", lines))
}

// gapInterval writes the interval of a difference, from the lower audience to
// the higher.
func (w *composer) gapInterval(s scaleOf, g *study.CrossGap) string {
	lo, hi := g.Low, g.High
	if g.Value < 0 {
		lo, hi = -hi, -lo
	}
	return lang.Interval(w.l, s.times()*lo, s.times()*hi, s.decimals())
}

// widest returns the largest difference that holds over all those of the view,
// nil when none does.
func widest(x crossed) (*study.CrossLine, *study.CrossGap) {
	var line *study.CrossLine
	var best *study.CrossGap
	for i := range x.Lines {
		for k := range x.Lines[i].Gaps {
			g := &x.Lines[i].Gaps[k]
			if g.Overall < 0.05 && (best == nil || max(g.Value, -g.Value) > max(best.Value, -best.Value)+1e-12) {
				line, best = &x.Lines[i], g
			}
		}
	}
	return line, best
}

// countTold counts the pairs of audiences that can be told apart, and all of
// those tested.
func countTold(x crossed) (told, all int) {
	for _, l := range x.Lines {
		for _, g := range l.Gaps {
			all++
			if g.Told() {
				told++
			}
		}
	}
	return told, all
}

// obstacles says why figures are not compared one to one.
func (w *composer) obstacles(x crossed) string {
	var out []string
	for _, o := range x.Obstacles {
		out = append(out, w.t("crossview.obstacle."+string(o)))
	}
	return lang.List(w.l, out)
}

// tops says what each audience puts first, and what may be first with it.
func (w *composer) tops(x crossed) string {
	var out []string
	for k, v := range x.Voices {
		var first []string
		for _, l := range x.Lines {
			if p := l.Places[k]; p.OK && p.Rank < 2 {
				first = append(first, w.lineName(l.Line, l.Domain, l.Label))
			}
		}
		others := 0
		for _, l := range x.Lines {
			if p := l.Places[k]; p.OK && p.Low == 1 && p.Rank >= 2 {
				others++
			}
		}
		out = append(out, w.t("crossview.survey.top", "audience", w.lower(w.audience(v.Survey.Audience)), "line", lang.List(w.l, first), "others", others))
	}
	return lang.List(w.l, out)
}

// accordSaid says how far the first two audiences that differ most order the
// options alike.
func (w *composer) accordSaid(x crossed) string {
	if len(x.Accords) == 0 {
		return ""
	}
	a := x.Accords[0]
	for _, o := range x.Accords {
		if o.Opposite > a.Opposite || o.Opposite == a.Opposite && o.Tau < a.Tau {
			a = o
		}
	}
	return w.accordSentence(x, a)
}

func (w *composer) accordSentence(x crossed, a study.Accord) string {
	return w.t("crossview.survey.accord", "a", w.lower(w.audience(x.Voices[a.A].Survey.Audience)), "b", w.lower(w.audience(x.Voices[a.B].Survey.Audience)), "pairs", a.Pairs, "same", a.Same,
		"opposite", a.Opposite, "unsure", a.Pairs-a.Same-a.Opposite, "tau", lang.Number(w.l, a.Tau, 2), "range", lang.Interval(w.l, a.Low, a.High, 2))
}

// crossFigure draws the audiences side by side: figures with their intervals, or
// places when only these compare; nil when the units differ.
func (w *composer) crossFigure(id string, x crossed) *Figure {
	s := w.scale(x.Voices[0])
	ranks := x.How == study.ByRank
	for _, v := range x.Voices {
		if w.scale(v) != s && !ranks {
			return nil
		}
	}
	chart := &Voices{Interval: w.t("survey.interval")}
	switch {
	case ranks:
		chart.Axis, chart.Interval = w.positionAxis("crossview.survey.place_axis", x.Ranked), w.t("crossview.survey.place_interval")
		chart.Axis.Ticks = someTicks(chart.Axis.Ticks)
	case s.percent:
		chart.Axis = w.roundAxis(s.unit, 100*highest(x))
	default:
		chart.Axis = w.roundAxis(s.unit, max(highest(x), 10*b2f(x.Voices[0].Item.Scale == "0-10")))
	}
	for _, v := range x.Voices {
		chart.Speakers = append(chart.Speakers, w.audience(v.Survey.Audience))
	}
	for i := range x.Lines {
		l := &x.Lines[i]
		row := VoiceRow{Label: w.lineName(l.Line, l.Domain, l.Label)}
		if len(x.Lines) == 1 {
			row.Label = ""
		}
		for k := range x.Voices {
			row.Marks = append(row.Marks, w.crossMark(x, l, k, s, ranks))
		}
		chart.Rows = append(chart.Rows, row)
	}
	for _, r := range chart.Rows {
		for _, m := range r.Marks {
			if m.Hollow {
				chart.Hollow = w.t("survey.imprecise")
			}
		}
	}
	f := &Figure{ID: id, Chart: chart, Table: *w.crossLong(x), Title: w.crossTitleOf(x), Unit: s.unit, Field: w.crossField(x), Date: w.crossWhen(x),
		Source: w.surveySource(x.Voices...), Licence: w.t("survey.licence"), Reading: w.crossReading(x), Notes: w.crossNotes(x, ranks)}
	if ranks {
		f.Unit = w.t("crossview.survey.place_unit", "n", x.Ranked)
	}
	f.Table.Open = false
	f.Alt = f.Title
	return f
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// someTicks keeps at most nine of them.
func someTicks(all []Tick) []Tick {
	if len(all) <= 9 {
		return all
	}
	var out []Tick
	for i, t := range all {
		if i == 0 || i == len(all)-1 || (i+1)%4 == 0 && len(all)-1-i > 1 {
			out = append(out, t)
		}
	}
	return out
}

// highest is the largest end of an interval shown.
func highest(x crossed) float64 {
	most := 0.0
	for _, l := range x.Lines {
		for _, c := range l.Cells {
			if c != nil && !c.Secret {
				most = max(most, c.High, c.Value)
			}
		}
	}
	return most
}

// crossMark is one audience's mark on one line.
func (w *composer) crossMark(x crossed, l *study.CrossLine, k int, s scaleOf, ranks bool) VoiceMark {
	m := VoiceMark{Speaker: k}
	c := l.Cells[k]
	switch {
	case c == nil:
		m.Sign, m.Text = w.t("sign.nd.short"), w.t("survey.not_asked")
	case c.Secret:
		m.Sign, m.Text = w.t("sign.s.short"), w.t("survey.secret")
	case ranks && !l.Places[k].OK:
		m.Sign, m.Text = "–", w.t("survey.unranked")
	case ranks:
		p := l.Places[k]
		m.X, m.Lo, m.Hi, m.HasInterval = p.Rank, float64(p.Low), float64(p.High), true
		m.Text = w.placeSaid(p)
	default:
		m.X, m.Lo, m.Hi, m.HasInterval, m.Hollow = s.times()*c.Value, s.times()*c.Low, s.times()*c.High, true, c.Imprecise
		m.Text = w.figure(c) + " " + w.interval(c)
	}
	return m
}

// placeSaid writes a place with those that its interval leaves possible.
func (w *composer) placeSaid(p study.Place) string {
	rank := lang.Number(w.l, p.Rank, decimalsOf(p.Rank))
	if p.Rank == float64(int(p.Rank)) {
		rank = lang.Ordinal(w.l, int(p.Rank))
	}
	if p.Low == p.High {
		return rank
	}
	return w.t("crossview.survey.place", "rank", rank, "lo", lang.Ordinal(w.l, p.Low), "hi", lang.Ordinal(w.l, p.High))
}
