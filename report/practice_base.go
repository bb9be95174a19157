package report

import (
	"math"
	"slices"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
)

// PracticeBase composes what the base says as a whole, and what it does not.
// The query names the two sides that are crossed, by the names that the search
// gives them: lignes, colonnes.
func PracticeBase(c *edition.Content, b *casestudy.Base, r Request) (Document, error) {
	w := &baseReader{practices: composePractices(c, b, r), o: b.Overview()}
	w.lacks = w.lacking()
	rows, cols, refused := w.sides()
	d := w.document("practice_base", "pratiques/base", w.t("base.title"))
	d.State = crossState(rows, cols)
	d.Crumbs = []Link{{w.p("name"), PracticePath}}
	d.Summary = w.t("base.summary", "n", w.o.Cases)
	d.Answer = w.baseAnswer()
	if w.o.Cases > 0 {
		d.Sections = kept([]Section{w.represented(), w.spread(), w.crossed(rows, cols, refused), w.rhythms(), w.gaps(), w.alliances(), w.coded(b.Coding())})
	}
	return d, nil
}

// baseReader composes the reading of the base.
type baseReader struct {
	*practices
	o     *casestudy.Overview
	lacks *casestudy.Gaps
}

// facet is how a side is labelled.
func (w *baseReader) facet(f casestudy.Facet) facetShown {
	if i := slices.IndexFunc(facetsShown, func(s facetShown) bool { return s.facet == f }); i >= 0 {
		return facetsShown[i]
	}
	return facetShown{facet: f, list: "actor_role"}
}

func (w *baseReader) value(f casestudy.Facet, v string) string { return w.facetLabel(w.facet(f), v) }

// sideName names a side: « Type de relation ».
func (w *baseReader) sideName(f casestudy.Facet) string { return w.p("facet." + string(f)) }

// baseAnswer says how large the base is, what it holds most and lacks most.
func (w *baseReader) baseAnswer() []Text {
	o := w.o
	out := []Text{plain(w.t("base.answer", "n", o.Cases, "dated", o.Dated > 0, "from", year(o.From), "to", year(o.To), "reviewed", o.Reviewed))}
	if o.Cases == 0 {
		return out
	}
	domains, relations := casestudy.Most(o.Sides[casestudy.Domain]), casestudy.Most(o.Sides[casestudy.Relation])
	if len(domains) > 0 && len(relations) > 0 {
		d, r := domains[0], relations[0]
		out = append(out, plain(w.t("base.answer_most", "domain", lang.Typeset(w.l, w.domain(d.Value).InSentence(w.l)), "n", d.Count, "base", d.Base,
			"relation", w.value(casestudy.Relation, r.Value), "rn", r.Count, "rbase", r.Base)))
	}
	if g := w.lacks; len(g.Pairs) > 0 {
		out = append(out, plain(w.t("base.answer_gap", "gap", w.gapSaid(g.Pairs[0]))))
	}
	return out
}

// represented gives the figures that tell how far the base can be read.
func (w *baseReader) represented() Section {
	o := w.o
	part := func(label string, n int) Fact {
		return Fact{Label: w.t("base.fact." + label), Value: w.count(n).Text, Detail: w.t("base.fact.of", "n", o.Cases, "share", lang.Percent(w.l, 100*float64(n)/float64(o.Cases), 0))}
	}
	facts := []Fact{
		{Label: w.t("base.fact.cases"), Value: w.count(o.Cases).Text, Detail: w.baseDate()},
		part("reviewed", o.Reviewed), part("dated", o.Dated), part("placed", o.Placed), part("sourced", o.Sourced), part("proven", o.Proven)}
	return Section{ID: "representation", Title: w.p("section.represents"), Blocks: []Block{
		paragraph(plain(w.p("represents.text"))), {Facts: facts}, {Note: plain(w.t("base.not_sample"))}}}
}

// spread shows how cases are spread on each side.
func (w *baseReader) spread() Section {
	s := Section{ID: "repartition", Title: w.t("base.spread.section")}
	for _, one := range []struct {
		id     string
		facets []casestudy.Facet
	}{
		{"domaines", []casestudy.Facet{casestudy.Domain}},
		{"acteurs-et-relations", []casestudy.Facet{casestudy.Profile, casestudy.Relation, casestudy.Form, casestudy.Phase}},
		{"decennies", []casestudy.Facet{casestudy.Decade}},
	} {
		if f := w.spreadFigure(one.id, one.facets); f != nil {
			s.Blocks = append(s.Blocks, Block{Figure: f})
		}
	}
	return s
}

// spreadFigure draws the share of each value on some sides, nil without any.
func (w *baseReader) spreadFigure(id string, facets []casestudy.Facet) *Figure {
	chart := &Bars{Axis: w.percentAxis(), Interval: w.t("base.spread.interval")}
	chart.Axis.Title = w.t("base.spread.axis")
	t := Table{Caption: w.t("base.spread.caption", "sides", w.sidesNamed(facets)), Head: []Head{{Key: "side", Label: w.t("base.head.side")}, {Key: "value", Label: w.t("base.head.value")},
		{Key: "cases", Label: w.t("base.head.cases"), Numeric: true}, {Key: "base", Label: w.t("base.head.base"), Numeric: true},
		{Key: "percent", Label: w.t("base.head.percent"), Numeric: true}, {Key: "low", Label: w.t("base.head.low"), Numeric: true}, {Key: "high", Label: w.t("base.head.high"), Numeric: true}}}
	f := &Figure{ID: id, Unit: w.t("base.spread.unit"), Field: w.t("base.field"), Date: w.baseDate(), Source: w.p("source.base"), Licence: w.p("licence")}
	var top casestudy.Tally
	for _, side := range facets {
		group := ""
		if len(facets) > 1 {
			group = w.sideName(side)
		}
		for _, tally := range w.inReading(side) {
			label := w.value(side, tally.Value)
			if tally.Count > top.Count {
				top = tally
				f.Title, f.Reading = w.t("base.spread.title", "value", label, "n", tally.Count, "base", tally.Base), w.spreadReading(label, tally)
			}
			chart.Rows = append(chart.Rows, BarRow{Group: group, Label: label, Own: Bar{X: 100 * tally.Share, Lo: 100 * tally.Lo, Hi: 100 * tally.Hi, HasInterval: true,
				Text: w.t("base.spread.text", "n", tally.Count, "share", lang.Percent(w.l, 100*tally.Share, 0))}})
			t.Rows = append(t.Rows, Row{Cells: []Cell{word(w.sideName(side)), linked(label, w.facetHref(side, tally.Value)), w.count(tally.Count), w.count(tally.Base),
				w.percentCell(tally.Share), w.percentCell(tally.Lo), w.percentCell(tally.Hi)}})
		}
		if n := w.o.Unnamed[side]; n > 0 {
			f.Notes = append(f.Notes, w.t("base.spread.unknown", "side", w.sideName(side), "n", n))
		}
	}
	if len(chart.Rows) == 0 {
		return nil
	}
	f.Notes = append(f.Notes, w.t("base.spread.several"))
	f.Alt, f.Chart, f.Table = f.Title, chart, t
	return f
}

// inReading are the tallies of a side: decades in time, the rest from the most
// frequent.
func (w *baseReader) inReading(f casestudy.Facet) []casestudy.Tally {
	if f == casestudy.Decade {
		return w.o.Sides[f]
	}
	return casestudy.Most(w.o.Sides[f])
}

func (w *baseReader) sidesNamed(facets []casestudy.Facet) string {
	var names []string
	for _, f := range facets {
		names = append(names, w.sideName(f))
	}
	return lang.List(w.l, names)
}

func (w *baseReader) spreadReading(label string, t casestudy.Tally) string {
	return w.t("base.spread.reading", "value", label, "n", t.Count, "base", t.Base, "share", lang.Percent(w.l, 100*t.Share, 0), "lo", lang.Number(w.l, 100*t.Lo, 0), "hi", lang.Percent(w.l, 100*t.Hi, 0))
}

// percentCell writes a share in per cent, nothing where there is no base.
func (w *baseReader) percentCell(share float64) Cell {
	if math.IsNaN(share) {
		return Cell{Text: "–"}
	}
	return num(100*share, lang.Number(w.l, 100*share, 0))
}

// oneDecimal writes a number with one decimal, nothing where there is none.
func (w *baseReader) oneDecimal(x float64) Cell {
	if math.IsNaN(x) {
		return Cell{Text: "–"}
	}
	return num(x, lang.Number(w.l, x, 1))
}
