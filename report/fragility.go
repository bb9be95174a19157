package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// placed is a domain with where a territory stands in it.
type placed struct {
	taxonomy.Term
	edition.Standing
}

// standings returns every domain with the territory's standing, in the order
// of the taxonomy.
func (w *composer) standings(at territory.Code) []placed {
	var out []placed
	for _, d := range w.c.Domains() {
		out = append(out, placed{d, w.c.Standing(at, d.Code)})
	}
	return out
}

// fragile orders the measured domains from the most to the least fragile:
// by class, certain before uncertain, then by position.
func fragile(all []placed) []placed {
	var out []placed
	for _, p := range all {
		if p.OK {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b placed) int {
		return cmp.Or(cmp.Compare(b.Step, a.Step), compareBool(a.Unsure, b.Unsure),
			cmp.Compare(a.Standing.Position*b.Of, b.Standing.Position*a.Of))
	})
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// answer is the territory in a few sentences, generated from the figures and
// careful with what is uncertain.
func (w *composer) answer(t *territory.Territory) []Text {
	switch t.Level {
	case territory.National:
		return w.nationalAnswer(t)
	case territory.Commune:
		return w.communeAnswer(t)
	case territory.Composed:
		e, _ := w.c.Territory.Composition(t.Code) // it has the territory's code
		return w.composedAnswer(e)
	}
	out := w.domainAnswer(t)
	if o := w.c.Standing(t.Code, ""); o.OK {
		out = append(out, w.overallSentence(t, o))
	}
	return out
}

// domainAnswer names the fragilities that stand out, those that may, and the
// strengths.
func (w *composer) domainAnswer(t *territory.Territory) []Text {
	order := fragile(w.standings(t.Code))
	if len(order) == 0 {
		return []Text{plain(w.t("answer.nothing", "in", lang.Sentence(w.place(t.Code).In)))}
	}
	var marked, likely, calm []placed
	for _, p := range order {
		switch {
		case p.Step == Steps && !p.Unsure:
			marked = append(marked, p)
		case p.Step == Steps:
			likely = append(likely, p)
		}
	}
	for _, p := range slices.Backward(order) {
		if p.Step == 1 && !p.Unsure && len(calm) < 3 {
			calm = append(calm, p)
		}
	}
	args := []any{"in", lang.Sentence(w.place(t.Code).In), "tier", w.level(t.Level, "many_metro"), "measured", len(order)}
	var first Text
	switch {
	case len(marked) > 0:
		first = w.markedSentence(marked, args)
	case len(likely) > 0:
		first = w.text("answer.likely_only", append(args, "domains", w.listed(likely, 3), "n", min(len(likely), 3))...)
	default:
		first = w.text("answer.none", append(args, "domains", w.listed(order, 2), "n", min(len(order), 2))...)
	}
	if len(marked) > 0 && len(likely) > 0 {
		first = append(first, Span{Text: " "})
		first = append(first, w.text("answer.likely", "domains", w.listed(likely, 3))...)
	}
	out := []Text{first}
	if len(calm) > 0 {
		out = append(out, w.text("answer.calm", "domains", w.listed(calm, 3), "n", len(calm)))
	}
	return out
}

// markedSentence names the fragilities that stand out, in how many variants
// they do; those that nothing can put to the test come last.
func (w *composer) markedSentence(marked []placed, args []any) Text {
	const most = 4
	least := math.NaN()
	var tested, single []placed
	for _, p := range marked {
		x, ok := worst(p.Standing)
		if !ok {
			single = append(single, p)
			continue
		}
		tested = append(tested, p)
		if !(x >= least) { // the first one too
			least = x
		}
	}
	single = single[:min(len(single), max(0, most-len(tested)))]
	listed := append(tested[:min(most, len(tested)):min(most, len(tested))], single...)
	tenths := 0
	if !math.IsNaN(least) {
		tenths = int(10*least + 1e-9)
	}
	return w.text("answer.marked", append(args, "domains", w.listed(listed, most), "n", len(listed), "more", max(0, len(tested)-most),
		"tenths", strconv.Itoa(tenths), "alone", len(single) > 0, "single", w.listed(single, most))...)
}

// worst is the share of variants in which a territory is among the most
// fragile fifth, false where nothing is varied.
func worst(s edition.Standing) (float64, bool) {
	return s.WorstShare, s.HasInterval && !math.IsNaN(s.WorstShare)
}

// worstArgs tell that share: known, whether it is worth a sentence, and in words.
func (w *composer) worstArgs(s edition.Standing) []any {
	x, ok := worst(s)
	if !ok {
		return []any{"known", false, "fragile", false, "worst", ""}
	}
	return []any{"known", true, "fragile", x >= 0.1, "worst", w.portion(x)}
}

// portion formats a share of variants; neither 0 % nor 100 % is said of what
// happens or fails once.
func (w *composer) portion(x float64) string {
	if p := math.Round(x * 100); x > 0 && p == 0 {
		x = 0.01
	} else if x < 1 && p == 100 {
		x = 0.99
	}
	return w.share(x)
}

// listed names domains in a sentence, at most n of them.
func (w *composer) listed(domains []placed, n int) string {
	var names []string
	for _, p := range domains[:min(n, len(domains))] {
		names = append(names, p.Term.InSentence(w.l))
	}
	return lang.List(w.l, names)
}

// overallSentence gives the overall rank, never without its interval.
func (w *composer) overallSentence(t *territory.Territory, o edition.Standing) Text {
	args := []any{"rank", lang.Ordinal(w.l, o.Position), "of", o.Of, "same", w.sameCount(t.Code, ""),
		"tier", w.level(t.Level, "many"), "one", w.level(t.Level, "one"), "fixed", o.Lo == o.Hi,
		"lo", lang.Ordinal(w.l, o.Lo), "hi", lang.Ordinal(w.l, o.Hi),
		"choices", Span{Text: w.t("answer.choices", "fixed", o.Lo == o.Hi), Href: w.reweighAt(t)}}
	args = append(args, w.worstArgs(o)...)
	if o.Outside {
		return w.text("answer.overall_placed", args...)
	}
	return w.text("answer.overall", args...)
}

// nationalAnswer says what the country looks like: what citizens perceive and
// how far its territories lie apart.
func (w *composer) nationalAnswer(t *territory.Territory) []Text {
	var out []Text
	if s, ok := w.perceivedSentence(t.Code); ok {
		out = append(out, s)
	}
	return append(out, w.regionsAnswer()...)
}

// regionsAnswer names the regions that are ahead in overall fragility as far
// as they can be told apart.
func (w *composer) regionsAnswer() []Text {
	order := w.ranked(territory.Region, "")
	if len(order) == 0 {
		return []Text{w.text("answer.regions_nothing", "least", w.c.Spec.Missing.Least)}
	}
	first := order[0]
	same := w.c.Same(first.Code, "")
	group := []string{w.place(first.Code).Name}
	for _, o := range order[1:] {
		if slices.Contains(same, o.Code) {
			group = append(group, w.place(o.Code).Name)
		}
	}
	last := order[len(order)-1]
	return []Text{w.text("answer.regions", append(w.worstArgs(first.Standing), "group", lang.List(w.l, group), "n", len(group),
		"of", len(order), "last", w.place(last.Code).Name)...)}
}

// stood is a territory with where it stands in one domain.
type stood struct {
	Code territory.Code
	edition.Standing
}

// ranked returns the ranked territories of a tier in one domain, most fragile
// first; "" is the overall index.
func (w *composer) ranked(level territory.Level, domain string) []stood {
	var out []stood
	for t := range each(w.c.Territory.ByLevel(level)) {
		if s := w.c.Standing(t.Code, domain); s.OK && !s.Outside {
			out = append(out, stood{t.Code, s})
		}
	}
	slices.SortStableFunc(out, func(a, b stood) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// rank says a position: « 12e sur 96 », or where it would be for a territory
// that is placed on the scale.
func (w *composer) rank(s edition.Standing) string {
	if s.Outside {
		return w.t("rank.placed", "rank", lang.Ordinal(w.l, s.Position))
	}
	return w.t("rank.of", "rank", lang.Ordinal(w.l, s.Position), "of", s.Of)
}

// rankWithInterval adds the interval in brackets, or says that there is none.
func (w *composer) rankWithInterval(s edition.Standing) string {
	if !s.HasInterval {
		return w.rank(s)
	}
	return w.rank(s) + lang.NBSP + lang.Interval(w.l, float64(s.Lo), float64(s.Hi), 0)
}

// fragilitySection is the profile of the sixteen domains, with its figure and
// the map of the tier.
func (w *composer) fragilitySection(t *territory.Territory) Section {
	s := Section{ID: "fragilites", Title: w.t("section.fragility")}
	switch t.Level {
	case territory.Commune:
		s.Blocks = w.communeFragility(t)
	case territory.National:
		if f, ok := w.heatFigure(territory.Region, ""); ok {
			s.Blocks = append(s.Blocks, Block{Figure: f})
		}
		if f, ok := w.mapFigure(territory.Departement, "", ""); ok {
			s.Blocks = append(s.Blocks, Block{Figure: f})
		}
	default:
		s.Blocks = w.profileBlocks(t)
	}
	return s
}

// profileBlocks are the profile, its cautions and the map around.
func (w *composer) profileBlocks(t *territory.Territory) []Block {
	f, ok := w.profileFigure(t)
	if !ok {
		return []Block{paragraph(plain(w.t("answer.nothing", "in", lang.Sentence(w.place(t.Code).In))))}
	}
	blocks := []Block{{Figure: f}}
	if single := w.singleSeries(t.Code); single != "" {
		blocks = append(blocks, Block{Note: plain(w.t("profile.single", "domains", single))})
	}
	if m, ok := w.mapAround(t); ok {
		blocks = append(blocks, Block{Figure: m})
	}
	return blocks
}

// singleSeries lists the measured domains that rest on one series and so have
// no rank interval.
func (w *composer) singleSeries(at territory.Code) string {
	var names []string
	for _, p := range w.standings(at) {
		if p.OK && !p.HasInterval {
			names = append(names, p.Term.InSentence(w.l))
		}
	}
	return lang.List(w.l, names)
}

// profileFigure draws a territory's place in each domain.
func (w *composer) profileFigure(t *territory.Territory) (*Figure, bool) {
	all := w.standings(t.Code)
	order := fragile(all)
	if len(order) == 0 {
		return nil, false
	}
	of := order[0].Of
	chart := &Profile{Axis: w.rankAxis(of + 1), Reference: w.t("profile.reference", "tier", w.level(t.Level, "many_metro")),
		Interval: w.t("profile.interval")}
	table := Table{Caption: w.t("profile.caption", "name", w.label(t.Code)), Head: []Head{
		{Key: "domain", Label: w.t("head.domain")}, {Key: "dimension", Label: w.t("head.dimension")},
		{Key: "score", Label: w.t("head.score"), Numeric: true}, {Key: "rank", Label: w.t("head.rank"), Numeric: true},
		{Key: "rank_low", Label: w.t("head.rank_low"), Numeric: true}, {Key: "rank_high", Label: w.t("head.rank_high"), Numeric: true},
		{Key: "worst", Label: w.t("head.worst"), Numeric: true},
		{Key: "same", Label: w.t("head.same", "tier", w.level(t.Level, "many")), Numeric: true},
		{Key: "series", Label: w.t("head.series"), Numeric: true},
	}}
	for _, p := range all {
		chart.Rows = append(chart.Rows, w.profileRow(p))
		table.Rows = append(table.Rows, w.profileCells(t, p))
	}
	f := &Figure{ID: "profil", Title: w.profileTitle(t, order), Unit: w.t("unit.score"),
		Field: w.t("profile.field", "name", w.label(t.Code), "of", of, "tier", w.level(t.Level, "many_metro")),
		Date:  w.spanOf(t.Level, ""), Reading: w.profileReading(t, order[0]), Chart: chart, Table: table,
		Notes: []string{w.t("note.sensitivity")}, Alt: w.t("profile.alt", "name", w.label(t.Code), "domains", w.listed(order, 3))}
	f.Source, f.Licence = w.sources(w.c.IndexSeries(t.Level, "")...)
	return f, true
}

func (w *composer) profileRow(p placed) ProfileRow {
	dim, _ := w.c.Term("dimension", p.Parent)
	row := ProfileRow{Code: p.Code, Label: p.Term.Short(w.l), Group: dim.Label(w.l), OK: p.OK, Href: hrefDomain(p.Code)}
	if !p.OK {
		row.Text = w.t("sign.nd.short")
		return row
	}
	row.X, row.Step, row.Reference = float64(p.Standing.Position), p.Step, float64(p.Of+1)/2
	row.Text = w.rankWithInterval(p.Standing)
	row.Lo, row.Hi, row.HasInterval = float64(p.Lo), float64(p.Hi), p.HasInterval
	return row
}

func (w *composer) profileCells(t *territory.Territory, p placed) Row {
	dim, _ := w.c.Term("dimension", p.Parent)
	cells := []Cell{linked(p.Term.Label(w.l), hrefDomain(p.Code)), word(dim.Label(w.l))}
	if !p.OK {
		return Row{Cells: append(cells, absent(), absent(), absent(), absent(), absent(), absent(), num(0, "0"))}
	}
	return Row{Cells: append(cells, w.standingCells(t.Code, p.Code, p.Standing)...)}
}

// standingCells are score, rank, interval, share of variants among the most
// fragile fifth, number of territories that cannot be told apart, and number of
// series.
func (w *composer) standingCells(at territory.Code, domain string, s edition.Standing) []Cell {
	score := num(lang.Round(s.Score, 1), lang.Number(w.l, s.Score, 0))
	score.Trace, score.Step = hrefScore(at, domain), s.Step
	cells := []Cell{score, num(float64(s.Position), w.rank(s))}
	if s.HasInterval {
		share := Cell{Sign: "nd"} // an edition of before
		if x, ok := worst(s); ok {
			share = num(lang.Round(x, 3), w.portion(x))
		}
		cells = append(cells, w.count(s.Lo), w.count(s.Hi), share, w.sameCell(at, domain))
	} else {
		no := Cell{Sign: "///"}
		cells = append(cells, no, no, no, no)
	}
	return append(cells, w.count(s.Series))
}

func (w *composer) count(n int) Cell { return num(float64(n), lang.Number(w.l, float64(n), 0)) }

// profileTitle states the finding of the profile.
func (w *composer) profileTitle(t *territory.Territory, order []placed) string {
	n := 0
	for _, p := range order {
		if p.Step == Steps && !p.Unsure {
			n++
		}
	}
	return w.t("profile.title", "n", n, "in", lang.Sentence(w.place(t.Code).In), "measured", len(order))
}

// profileReading teaches how to read one row.
func (w *composer) profileReading(t *territory.Territory, p placed) string {
	key := "profile.reading_single"
	if p.HasInterval {
		key = "profile.reading"
	}
	return w.t(key, append(w.worstArgs(p.Standing), "domain", p.Term.InSentence(w.l), "score", lang.Number(w.l, p.Score, 0), "rank", w.rank(p.Standing),
		"lo", lang.Ordinal(w.l, p.Lo), "hi", lang.Ordinal(w.l, p.Hi), "fixed", p.Lo == p.Hi, "in", w.place(t.Code).In)...)
}

// rankAxis is the axis of positions among of territories: the most fragile on
// the right.
func (w *composer) rankAxis(of int) Axis {
	a := Axis{Title: w.t("axis.rank"), Min: 1, Max: float64(of), Reverse: true}
	step := max(1, (of+4)/5)
	for x := 1; x <= of; x += step {
		a.Ticks = append(a.Ticks, Tick{float64(x), lang.Ordinal(w.l, x)})
	}
	return a
}

// hrefScore is the address of « d’où vient ce chiffre ? » for a score.
func hrefScore(at territory.Code, domain string) string {
	return strings.TrimSuffix("/provenance/fragilite/"+string(at)+"/"+domain, "/")
}

// spanOf says the years that the index of a tier rests on, in one domain or
// in all.
func (w *composer) spanOf(level territory.Level, domain string) string {
	first, last := "", ""
	for _, s := range w.c.IndexSeries(level, domain) {
		p := w.c.IndexPeriod(level, s)
		y, _, _ := strings.Cut(p, "-")
		if first == "" || y < first {
			first = y
		}
		last = max(last, y)
	}
	if first == last {
		return first
	}
	return w.t("span", "first", first, "last", last)
}

// sameCount is how many territories of the tier cannot be told apart from one.
func (w *composer) sameCount(at territory.Code, domain string) int { return len(w.c.Same(at, domain)) }

// sameCell is sameCount as a cell; in a list of a thousand EPCI it is not
// worked out, and says so.
func (w *composer) sameCell(at territory.Code, domain string) Cell {
	if at.Level() == territory.EPCI && !strings.HasPrefix(w.r.Path, href(at)) {
		return Cell{Sign: "///"}
	}
	return w.count(w.sameCount(at, domain))
}
