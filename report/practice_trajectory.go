package report

import (
	"cmp"
	"math"
	"slices"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// The rule of trajectories: see doc/methods/trajectory.md.
const (
	mostBeside     = 5 // places that the case's is set against
	mostTrajectory = 2 // figures
	yearsBefore    = 10
)

// followed is an indicator of the place of a case, before and after.
type followed struct {
	casestudy.Trajectory
	ind *indicator.Indicator
	at  territory.Code
}

// PracticeTrajectory composes what happened in the place of a case before and
// after it began.
func PracticeTrajectory(c *edition.Content, b *casestudy.Base, r Request, e *casestudy.Entry) Section {
	return compose(c, r).trajectorySection(b, e)
}

// trajectorySection sets what the indicators of a case's domain did in its
// place, before and after it began, against places that were alike and have no
// case of that domain; it says why when it cannot.
func (w *composer) trajectorySection(b *casestudy.Base, e *casestudy.Entry) Section {
	s := Section{ID: "trajectoire", Title: w.t("trajectory.title")}
	r := &e.Record
	if len(r.Territories) == 0 || r.Territories[0].Level() == territory.National || len(r.Domains) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("trajectory.refused.place")))}
		return s
	}
	if r.StartYear == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("trajectory.refused.start")))}
		return s
	}
	found, at, tried := w.followCase(b, r)
	if len(found) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("trajectory.refused.series", "n", tried, "domain", lang.Typeset(w.l, w.domain(r.Domains[0]).InSentence(w.l)),
			"year", year(r.StartYear))))}
		return s
	}
	s.Blocks = []Block{{Note: plain(w.t("trajectory.warning"))},
		paragraph(plain(w.t("trajectory.intro", "in", w.place(at).In, "year", year(r.StartYear), "domain", lang.Typeset(w.l, w.domain(r.Domains[0]).InSentence(w.l)),
			"larger", at != r.Territories[0], "place", w.label(r.Territories[0]), "tier", w.level(at.Level(), "one"), "more", tried > len(found), "left", tried-len(found))))}
	for i := range found[:min(mostTrajectory, len(found))] {
		s.Blocks = append(s.Blocks, Block{Figure: w.trajectoryFigure(&found[i])})
	}
	return s
}

// followCase follows the indicators of the main domain of a case, those of the
// index first, then the longest, at the smallest tier at which one can be; and
// how many were tried there.
func (w *composer) followCase(b *casestudy.Base, r *casestudy.Record) (found []followed, at territory.Code, tried int) {
	for _, at = range append([]territory.Code{r.Territories[0]}, w.c.Above(r.Territories[0])...) {
		if level := at.Level(); level != territory.EPCI && level != territory.Departement && level != territory.Region {
			continue
		}
		others := w.withoutCase(b, at, r)
		tried = 0
		for ind := range w.indicators(r.Domains[0]) {
			if ind.Nature != indicator.State || ind.Direction == 0 || len(w.c.Periods(ind.Code, at.Level())) == 0 {
				continue
			}
			tried++
			if t, refused := casestudy.Follow(w.course(ind.Code, at), w.courses(ind.Code, others), r.StartYear); refused == "" {
				if _, ok := t.Last(); ok {
					found = append(found, followed{t, ind, at})
				}
			}
		}
		if len(found) > 0 {
			slices.SortStableFunc(found, func(x, y followed) int {
				return cmp.Or(compareBool(!w.c.InIndex(x.ind.Code), !w.c.InIndex(y.ind.Code)), cmp.Compare(len(y.Steps), len(x.Steps)))
			})
			return found, at, tried
		}
	}
	return nil, "", tried
}

// withoutCase are the territories of the tier most alike in the year before a
// case, that have no case of its main domain in the base.
func (w *composer) withoutCase(b *casestudy.Base, at territory.Code, r *casestudy.Record) []territory.Code {
	busy := map[territory.Code]bool{at: true}
	all := b.Entries()
	for i := range all {
		if !slices.Contains(all[i].Record.Domains, r.Domains[0]) {
			continue
		}
		for _, p := range all[i].Record.Territories {
			busy[p] = true
			for _, up := range w.c.Above(p) {
				busy[up] = true
			}
		}
	}
	type near struct {
		code  territory.Code
		share float64
	}
	var found []near
	like := w.c.LikenessTo(at)
	for t := range each(w.c.Territory.ByLevel(at.Level())) {
		if busy[t.Code] {
			continue
		}
		if a, ok := like(t.Code, r.StartYear-1); ok && a.Of == t.Code && a.With == at {
			found = append(found, near{t.Code, a.Share})
		}
	}
	slices.SortStableFunc(found, func(x, y near) int { return cmp.Compare(y.share, x.share) })
	var out []territory.Code
	for _, n := range found[:min(mostBeside, len(found))] {
		out = append(out, n.code)
	}
	return out
}

// course is an indicator over time in a place, a period without figure a hole.
func (w *composer) course(code indicator.Code, at territory.Code) casestudy.Course {
	c := casestudy.Course{Place: at, Periods: w.c.Periods(code, at.Level())}
	c.X = make([]float64, len(c.Periods))
	for i, p := range c.Periods {
		c.X[i] = math.NaN()
		if v, ok := w.c.Value(code, at, p); ok && v.OK() {
			c.X[i] = v.X
		}
	}
	return c
}

func (w *composer) courses(code indicator.Code, places []territory.Code) []casestudy.Course {
	out := make([]casestudy.Course, len(places))
	for i, p := range places {
		out[i] = w.course(code, p)
	}
	return out
}

// shownSteps are the steps from ten years before the case on.
func (f *followed) shownSteps() []casestudy.Step {
	var out []casestudy.Step
	for _, s := range f.Steps {
		if casestudy.YearOf(s.Period) >= f.Start-yearsBefore {
			out = append(out, s)
		}
	}
	return out
}

// indexed reports whether base 100 can be drawn: else changes are.
func (f *followed) indexed() bool {
	last, _ := f.Last() // it has one: see followCase
	return !math.IsNaN(last.Index) && !math.IsNaN(last.OthersIndex)
}

// trajectoryFigure draws an indicator of the place and the mean of the others.
func (w *composer) trajectoryFigure(f *followed) *Figure {
	last, _ := f.Last()
	steps := f.shownSteps()
	own, others := Line{Label: w.label(f.at), Focus: true}, Line{Label: w.t("trajectory.others", "n", len(f.Compared)), Reference: true}
	for _, s := range steps {
		x, y := s.Change, s.OthersChange
		if f.indexed() {
			x, y = s.Index, s.OthersIndex
		}
		own.Points = append(own.Points, w.trajectoryPoint(f, s.Period, x))
		others.Points = append(others.Points, w.trajectoryPoint(f, s.Period, y))
	}
	chart := &Series{Lines: []Line{own, others}, Marks: []TimeMark{{X: float64(f.Start), Label: w.t("trajectory.start", "year", year(f.Start))}}}
	unit := w.unitSaid(f.ind.Unit)
	axis := *f.ind
	if f.indexed() {
		axis.Unit, unit = "", w.t("trajectory.base", "period", w.period(f.Base))
	}
	chart.X, chart.Y = w.timeAxis(chart), w.valueAxis(chart, &axis)
	if f.indexed() {
		chart.Y.Title = unit
	}
	title := w.t("trajectory.finding", "name", w.name(f.ind), "in", w.place(f.at).In, "own", w.changeSaid(f, last.Change), "others", w.changeSaid(f, last.OthersChange),
		"from", w.period(f.Base), "to", w.period(last.Period))
	fig := &Figure{ID: "trajectoire-" + string(f.ind.Code), Title: title, Unit: unit, Field: w.t("trajectory.field", "name", w.label(f.at), "others", lang.List(w.l, w.labels(f.Compared))),
		Date: w.t("span", "first", w.period(steps[0].Period), "last", w.period(steps[len(steps)-1].Period)), Alt: title, Chart: chart, Table: w.trajectoryTable(f, steps),
		Reading: w.t("trajectory.reading", "period", w.period(last.Period), "own", w.changeSaid(f, last.Change), "others", w.changeSaid(f, last.OthersChange),
			"gap", w.changeSaid(f, last.Gap), "base", w.period(f.Base)),
		Notes: w.trajectoryNotes(f, steps)}
	fig.Source, fig.Licence = w.sources(f.ind.Code)
	return fig
}

func (w *composer) trajectoryPoint(f *followed, period string, y float64) Point {
	p := Point{X: decimalYear(period), OK: !math.IsNaN(y)}
	if !p.OK {
		p.Text = w.t("sign.nd.long")
		return p
	}
	p.Y, p.Text = y, w.changeSaid(f, y)
	if f.indexed() {
		p.Text = lang.Number(w.l, y, 1)
	}
	return p
}

// changeSaid writes a change with its sign, in the unit of the indicator.
func (w *composer) changeSaid(f *followed, x float64) string {
	x = lang.Round(x, f.ind.Decimals)
	said := lang.Number(w.l, math.Abs(x), f.ind.Decimals)
	unit := lang.Unit(w.l, f.ind.Unit)
	if f.ind.Unit == "percent" {
		unit = w.t("trajectory.points", "many", math.Abs(x) >= 2)
	}
	if unit != "" {
		said += lang.NBSP + unit
	}
	switch {
	case x > 0:
		return "+" + said
	case x < 0:
		return "−" + said
	}
	return said
}

// trajectoryTable holds everything: values, differences and base 100.
func (w *composer) trajectoryTable(f *followed, steps []casestudy.Step) Table {
	t := Table{Caption: w.t("trajectory.caption", "name", w.name(f.ind), "base", w.period(f.Base)), Head: []Head{{Key: "period", Label: w.t("head.period")},
		{Key: "when", Label: w.t("trajectory.head.when")}}}
	for _, key := range []string{"value", "change", "others_change", "gap", "least", "most", "places", "index", "others_index"} {
		t.Head = append(t.Head, Head{Key: key, Label: w.t("trajectory.head." + key), Numeric: true})
	}
	for _, s := range steps {
		when := "after"
		switch {
		case s.Period == f.Base:
			when = "origin"
		case s.Before:
			when = "before"
		}
		row := Row{Mark: s.Period == f.Base, Cells: []Cell{w.when(s.Period), word(w.t("trajectory." + when))}}
		if v, ok := w.c.Value(f.ind.Code, f.at, s.Period); ok {
			row.Cells = append(row.Cells, w.cell(v, f.at))
		} else {
			row.Cells = append(row.Cells, absent())
		}
		for _, x := range []float64{s.Change, s.OthersChange, s.Gap, s.Least, s.Most} {
			row.Cells = append(row.Cells, w.known(x, f.ind.Decimals))
		}
		row.Cells = append(row.Cells, w.count(s.Others), w.known(s.Index, 1), w.known(s.OthersIndex, 1))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// known is a cell of a number, the sign of no data where there is none.
func (w *composer) known(x float64, decimals int) Cell {
	if math.IsNaN(x) {
		return absent()
	}
	return num(lang.Round(x, decimals), lang.Number(w.l, x, decimals))
}

// trajectoryNotes say how the places compared were chosen, the holes, and what
// the series does not say of its own error.
func (w *composer) trajectoryNotes(f *followed, steps []casestudy.Step) []string {
	notes := []string{w.t("trajectory.note", "year", year(f.Start-1), "domain", lang.Typeset(w.l, w.domain(f.ind.Domain).InSentence(w.l)))}
	holes, thin := 0, 0
	for _, s := range steps {
		if math.IsNaN(s.Own) {
			holes++
		}
		if s.Others < len(f.Compared) {
			thin++
		}
	}
	if holes+thin+len(f.LeftOut) > 0 {
		notes = append(notes, w.t("trajectory.holes", "own", holes, "thin", thin, "left", len(f.LeftOut), "names", lang.List(w.l, w.labels(f.LeftOut))))
	}
	return append(notes, w.t("trajectory.interval"), w.t("trajectory.direction", "more", f.ind.Direction > 0))
}
