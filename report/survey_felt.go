package report

import (
	"cmp"
	"slices"

	"vigie/lang"
	"vigie/study"
	"vigie/territory"
)

// felt is what one survey says of the fragilities felt in one territory.
type felt struct {
	voice   study.Voice
	feeling study.Feeling
	ranked  int
}

// feltAt returns what the latest survey that lists the domains by territory says
// of one territory: citizens first. False when none does, or when it withholds
// everything there.
func (w *composer) feltAt(at territory.Code) (felt, bool) {
	for _, one := range w.feltItems() {
		table, ok := one.item.By(one.by)
		if !ok || !slices.ContainsFunc(table.Columns, func(c study.Column) bool { return c.Level == string(at) && !c.Secret }) {
			continue
		}
		for k, f := range study.Feel(one.survey, one.item, one.by, w.measured01) {
			if f.Territory != string(at) {
				continue
			}
			out := felt{study.Voice{Survey: one.survey, Item: one.item, Column: &table.Columns[k]}, f, 0}
			for _, d := range f.Domains {
				if d.Place.OK {
					out.ranked++
				}
			}
			return out, out.ranked >= leastCommon
		}
	}
	return felt{}, false
}

// measured01 is the measured fragility of a territory as the model takes it.
func (w *composer) measured01(level, domain string) (float64, bool) {
	s := w.c.Standing(territory.Code(level), domain)
	return s.Score, s.OK
}

type feltItem struct {
	survey *study.Tabulation
	item   *study.ItemTable
	by     string
}

// feltItems are the items of surveys whose options are domains and that are
// crossed by territory: citizens' first, the latest first.
func (w *composer) feltItems() []feltItem {
	var out []feltItem
	for _, t := range w.c.Surveys {
		for _, b := range t.Breakdowns {
			for i := range t.Items {
				item := &t.Items[i]
				if b.Territory && item.Things() && item.Options[0].Domain != "" {
					out = append(out, feltItem{t, item, b.Code})
				}
			}
		}
	}
	order := w.byAudience([]string{"citizens", "local_elected", "companies", "associations"})
	slices.SortStableFunc(out, func(a, b feltItem) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.survey.Audience), slices.Index(order, b.survey.Audience)), cmp.Compare(w.waveDate(b.survey), w.waveDate(a.survey)),
			cmp.Compare(slices.Index(perceivedConstructs, a.item.Construct), slices.Index(perceivedConstructs, b.item.Construct)))
	})
	return out
}

// The quarters: what is measured as fragile and what is felt as such.
const (
	bothQuarter     = "both"
	feltQuarter     = "felt"
	measuredQuarter = "measured"
	neitherQuarter  = "neither"
	unsureQuarter   = "unsure"
)

var quarters = []string{bothQuarter, measuredQuarter, feltQuarter, neitherQuarter, unsureQuarter}

// spot is one domain of one territory, measured and felt.
type spot struct {
	study.Felt
	from, to float64 // places among territories, measured
	at       float64
	of       int
	quarter  string
}

// placedDomains gives the domains that are both measured and felt there.
func (w *composer) placedDomains(at territory.Code, f felt) []spot {
	var out []spot
	for _, d := range f.feeling.Domains {
		s := w.c.Standing(at, d.Domain)
		if !d.Place.OK || !s.OK || s.Outside {
			continue
		}
		p := spot{Felt: d, at: float64(s.Position), from: float64(s.Position), to: float64(s.Position), of: s.Of}
		if s.HasInterval {
			p.from, p.to = float64(s.Lo), float64(s.Hi)
		}
		measured := study.Place{OK: true, Low: int(p.from), High: int(p.to)}.Half(s.Of)
		felt := d.Place.Half(f.ranked)
		switch {
		case measured == 0 || felt == 0:
			p.quarter = unsureQuarter
		case measured > 0 && felt > 0:
			p.quarter = bothQuarter
		case felt > 0:
			p.quarter = feltQuarter
		case measured > 0:
			p.quarter = measuredQuarter
		default:
			p.quarter = neitherQuarter
		}
		out = append(out, p)
	}
	return out
}

// feltBlocks set what is felt in a territory against what is measured, in words
// then drawn; none when no survey of this edition speaks of it.
func (w *composer) feltBlocks(at territory.Code) []Block {
	f, ok := w.feltAt(at)
	if !ok {
		return nil
	}
	all := w.placedDomains(at, f)
	if len(all) < leastCommon {
		return nil
	}
	out := w.syntheticNote(f.voice)
	out = append(out, paragraph(plain(w.t("survey.felt.intro", "in", lang.Sentence(w.place(at).In), "audience", w.lower(w.audience(f.voice.Survey.Audience)), "base", f.feeling.Base, "when", w.waveWhen(f.voice.Survey)))))
	var list []Text
	for _, q := range quarters {
		var names []string
		for _, p := range all {
			if p.quarter == q {
				names = append(names, w.domain(p.Domain).Short(w.l))
			}
		}
		if len(names) > 0 {
			list = append(list, Text{{Text: w.t("survey.felt.quarter." + q), Strong: true}, {Text: w.t("survey.felt.names", "names", lang.List(w.l, names))}})
		}
	}
	out = append(out, Block{List: list})
	modelled := slices.ContainsFunc(all, func(p spot) bool { return p.Modelled })
	if modelled {
		out = append(out, Block{Note: plain(w.t("survey.felt.model", "base", f.feeling.Base))})
	}
	return append(out, Block{Figure: w.feltFigure(at, f, all, modelled)})
}

// feltFigure draws the quarters with their intervals.
func (w *composer) feltFigure(at territory.Code, f felt, all []spot, modelled bool) *Figure {
	of := all[0].of
	x, y := w.positionAxis("survey.felt.x", of), w.positionAxis("survey.felt.y", f.ranked)
	x.Ticks, y.Ticks = someTicks(x.Ticks), someTicks(y.Ticks)
	chart := &Scatter{X: x, Y: y, Interval: w.t("survey.felt.interval"), Quarters: &Quarters{X: float64(of+1) / 2, Y: float64(f.ranked+1) / 2,
		TopRight: w.t("survey.felt.quarter.both"), TopLeft: w.t("survey.felt.quarter.felt"), BottomRight: w.t("survey.felt.quarter.measured"), BottomLeft: w.t("survey.felt.quarter.neither")}}
	if modelled {
		chart.Hollow = w.t("survey.felt.hollow")
	}
	t := Table{Caption: w.t("survey.felt.caption", "name", w.label(at)), Head: []Head{{Key: "domain", Label: w.t("head.domain")}, {Key: "measured", Label: w.t("survey.felt.x"), Numeric: true},
		{Key: "measured_range", Label: w.t("survey.felt.x_range")}, {Key: "felt", Label: w.t("survey.felt.y"), Numeric: true}, {Key: "felt_range", Label: w.t("survey.felt.y_range")},
		{Key: "value", Label: w.t("head.value"), Numeric: true}, {Key: "made", Label: w.t("survey.felt.made")}, {Key: "quarter", Label: w.t("survey.felt.where")}}}
	percent := w.scale(f.voice).percent
	for _, p := range all {
		d := w.domain(p.Domain)
		text := w.t("survey.felt.dot", "measured", lang.OrdinalFeminine(w.l, int(p.at)), "of", of, "felt", w.placeSaid(p.Place))
		dot := Dot{Label: d.Short(w.l), X: p.at, Y: p.Place.Rank, Text: text, Href: hrefDomain(p.Domain), Hollow: p.Modelled, SpanY: &Reach{Low: float64(p.Place.Low), High: float64(p.Place.High)}}
		if p.from < p.to {
			dot.SpanX = &Reach{Low: p.from, High: p.to}
		}
		chart.Points = append(chart.Points, dot)
		value := p.Value
		if percent {
			value *= 100
		}
		value = lang.Round(value, 1)
		cell := num(value, lang.Number(w.l, value, 1))
		if p.Modelled {
			cell.Sign = "e"
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(d.Short(w.l), hrefDomain(p.Domain)), num(p.at, lang.Number(w.l, p.at, 0)), word(lang.Range(w.l, p.from, p.to, 0)), num(p.Place.Rank, lang.Number(w.l, p.Place.Rank, decimalsOf(p.Place.Rank))),
			word(lang.Range(w.l, float64(p.Place.Low), float64(p.Place.High), 0)), cell, word(w.t("survey.felt.made_by", "modelled", p.Modelled, "share", lang.Percent(w.l, 100*p.Share, 0))), word(w.t("survey.felt.quarter." + p.quarter))}})
	}
	title := w.t("survey.felt.title", "in", w.place(at).In)
	return &Figure{ID: "ressenti", Title: title, Unit: w.t("survey.felt.unit", "n", f.ranked, "of", of), Field: w.t("scatter.field", "name", w.label(at), "audience", w.lower(w.audience(f.voice.Survey.Audience))),
		Date: w.waveWhen(f.voice.Survey), Source: w.surveySource(f.voice), Licence: w.t("survey.licence"), Reading: chart.Points[0].Label + w.t("survey.felt.colon") + chart.Points[0].Text,
		Notes: []string{w.t("survey.felt.note")}, Chart: chart, Table: t, Alt: title}
}

// feltSection leads to the territories where what is felt and what is measured
// can be set against each other.
func (w *composer) feltSection() Section {
	items := w.feltItems()
	if len(items) == 0 {
		return Section{}
	}
	s := Section{ID: "ressenti", Title: w.t("survey.felt.section")}
	var cards []Card
	table, _ := items[0].item.By(items[0].by)
	for i := range table.Columns {
		at := territory.Code(table.Columns[i].Level)
		f, ok := w.feltAt(at)
		if !ok {
			continue
		}
		var names []string
		for _, p := range w.placedDomains(at, f) {
			if p.quarter == bothQuarter {
				names = append(names, w.domain(p.Domain).Short(w.l))
			}
		}
		cards = append(cards, Card{Title: w.label(at), Href: href(at) + "#percues", Detail: w.t("survey.felt.card", "some", len(names) > 0, "names", lang.List(w.l, names))})
	}
	if len(cards) > 0 {
		s.Blocks = append(w.syntheticNote(study.Voice{Survey: items[0].survey}), paragraph(plain(w.t("survey.felt.section_intro"))), Block{Cards: cards})
	}
	return s
}
