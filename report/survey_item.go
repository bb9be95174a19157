package report

import (
	"cmp"
	"slices"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/stat/survey"
	"vigie/study"
	"vigie/territory"
)

// SurveyItem composes one item of the survey of one wave: everybody's answers,
// those crossed by the breakdown of the query (« par »), and the waves before;
// the item named WeightingPart is its weighting report.
func SurveyItem(c *edition.Content, r Request, wave, item string) (Document, error) {
	w := compose(c, r)
	t, err := w.survey(wave, r.First(audienceInput))
	if err != nil {
		return Document{}, err
	}
	if item == WeightingPart {
		return w.weighting(t), nil
	}
	voices := study.Voices([]*study.Tabulation{t}, item)
	if len(voices) == 0 {
		return Document{}, fault.NotFoundf(w.t("survey.fault.item_do"), "%s", w.t("survey.fault.item", "wave", t.Wave, "item", item))
	}
	return w.surveyItem(voices[0]), nil
}

func (w *composer) surveyItem(v study.Voice) Document {
	t := v.Survey
	d := w.document("survey_item", "etude/"+t.Wave+"/"+v.Item.Code, w.itemName(&v.Item.Item))
	d.Kicker = w.surveyKicker(w.waveName(t)+" · "+w.audience(t.Audience), v)
	d.Crumbs = w.studyCrumbs(t)
	d.Answer = []Text{w.itemAnswer(v)}
	d.Summary = d.Answer[0].Plain()
	first := Section{ID: "resultat", Title: w.t("survey.item.result"), Blocks: w.syntheticNote(v)}
	if wording := v.Item.Wording.In(w.l); wording != "" {
		first.Blocks = append(first.Blocks, paragraph(plain(w.t("survey.item.asked", "wording", lang.Typeset(w.l, wording), "scale", w.scaleName(&v.Item.Item)))))
	}
	if v.Item.Differs.In(w.l) != "" {
		first.Blocks = append(first.Blocks, Block{Note: plain(w.t("survey.item.differs", "differs", lang.Typeset(w.l, v.Item.Differs.In(w.l))))})
	}
	if v.Column.Secret {
		first.Blocks = append(first.Blocks, paragraph(plain(w.t("survey.item.withheld"))))
	} else {
		first.Blocks = append(first.Blocks, Block{Figure: w.itemFigure(v)})
	}
	by := w.breakdown(v)
	d.Sections = kept([]Section{first, w.breakdownForm(v, by), w.crossedBy(v, by), w.wavesSection(v), w.itemBase(v)})
	d.State = w.surveyState(t)
	if by != "" && w.r.First("par") != "" {
		if d.State == nil {
			d.State = map[string][]string{}
		}
		d.State["par"] = []string{by}
	}
	if len(w.asking(v.Item.Code)) > 1 {
		d.Links = append(d.Links, Link{w.t("survey.item.cross"), hrefCross(v.Item.Code)})
	}
	d.Links = append(d.Links, Link{w.t("survey.weighting.link"), w.hrefWeighting(t)})
	return d
}

// studyCrumbs lead to the study of a wave, when the register has it.
func (w *composer) studyCrumbs(t *study.Tabulation) []Link {
	out := []Link{{w.t("crossview.title"), CrossPath}}
	if wave, ok := w.c.Register.Wave(t.Wave); ok {
		out = []Link{{lang.Typeset(w.l, wave.Study), "/etudes/" + wave.Slug()}}
	}
	return out
}

// shownLines are the lines of an item in the order of a table: those shown, the
// highest first when they are things; then the withheld ones, as asked.
func shownLines(v study.Voice) []study.ItemLine {
	lines := v.Item.Lines()
	if !v.Item.Things() {
		return lines
	}
	slices.SortStableFunc(lines, func(a, b study.ItemLine) int {
		x, okX := v.Shown(a.Line)
		y, okY := v.Shown(b.Line)
		switch {
		case okX && okY:
			return cmp.Compare(y.Value, x.Value)
		case okX:
			return -1
		case okY:
			return 1
		}
		return 0
	})
	return lines
}

// itemAnswer says the result with its interval.
func (w *composer) itemAnswer(v study.Voice) Text {
	name, audience := w.itemName(&v.Item.Item), w.lower(w.audience(v.Survey.Audience))
	var said []string
	lines := shownLines(v)
	for _, l := range lines[:min(len(lines), 3)] {
		if c, ok := v.Shown(l.Line); ok {
			said = append(said, w.t("survey.item.line", "line", w.lineName(l.Line, l.Domain, l.Label), "value", w.figure(c), "interval", w.interval(c)))
		}
	}
	if len(said) == 0 {
		return plain(w.t("survey.item.answer_none", "item", name, "audience", audience))
	}
	return plain(w.t("survey.item.answer", "item", name, "audience", audience, "things", v.Item.Things() && len(lines) > 3, "lines", lang.List(w.l, said), "n", v.Column.Base, "when", w.waveWhen(v.Survey)))
}

// itemFigure draws the lines with their intervals.
func (w *composer) itemFigure(v study.Voice) *Figure {
	s := w.scale(v)
	x := crossed{v.Item.Code, study.Cross([]study.Voice{v})}
	most := highest(x)
	if !s.percent && v.Item.Scale == "0-10" {
		most = 10
	}
	chart := &Bars{Axis: w.roundAxis(s.unit, s.times()*most), Interval: w.t("survey.interval")}
	t := Table{Caption: w.t("survey.item.caption", "item", w.itemName(&v.Item.Item)), Head: []Head{{Key: "line", Label: w.t("survey.head.line")}, {Key: "value", Label: w.t("head.value"), Numeric: true},
		{Key: "unit", Label: w.t("head.unit")}, {Key: "low", Label: w.t("survey.head.low"), Numeric: true}, {Key: "high", Label: w.t("survey.head.high"), Numeric: true}, {Key: "base", Label: w.t("survey.head.base"), Numeric: true}}}
	f := &Figure{ID: "reponses", Unit: s.unit, Field: w.t("survey.item.field", "audience", w.audience(v.Survey.Audience), "n", v.Column.Base), Date: w.waveWhen(v.Survey),
		Source: w.surveySource(v), Licence: w.t("survey.licence"), Notes: w.crossNotes(x, false), Reading: w.t("crossview.survey.reading_none")}
	for _, l := range shownLines(v) {
		name := w.lineName(l.Line, l.Domain, l.Label)
		c, _ := v.Column.Cell(l.Line)
		bar := Bar{Text: w.t("survey.not_asked")}
		switch {
		case c != nil && c.Secret:
			bar.Text = w.t("survey.secret")
		case c != nil:
			bar = Bar{X: s.times() * c.Value, Lo: s.times() * c.Low, Hi: s.times() * c.High, HasInterval: true, Text: w.figure(c) + " " + w.interval(c)}
			if f.Title == "" {
				f.Title = w.t("survey.item.title", "item", w.itemName(&v.Item.Item), "line", name, "value", w.figure(c))
				f.Reading = w.t("crossview.survey.reading", "audience", w.audience(v.Survey.Audience), "line", name, "value", w.figure(c), "interval", w.interval(c), "base", v.Column.Base)
			}
		}
		chart.Rows = append(chart.Rows, BarRow{Label: name, Own: bar})
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(name), w.surveyCell(c, valueOf), word(s.unit), w.surveyCell(c, lowOf), w.surveyCell(c, highOf), w.baseCell(v)}})
	}
	f.Title = cmp.Or(f.Title, w.itemName(&v.Item.Item))
	f.Alt, f.Chart, f.Table = f.Title, chart, t
	return f
}

// breakdown is the variable asked for by the query, the first one by default,
// "" when the survey has none.
func (w *composer) breakdown(v study.Voice) string {
	first := ""
	for _, b := range v.Survey.Breakdowns {
		if _, ok := v.Item.By(b.Code); !ok {
			continue
		}
		if b.Code == w.r.First("par") {
			return b.Code
		}
		first = cmp.Or(first, b.Code)
	}
	return first
}

func (w *composer) breakdownForm(v study.Voice, by string) Section {
	f := Field{Name: "par", Label: w.t("survey.item.by")}
	for _, b := range v.Survey.Breakdowns {
		if _, ok := v.Item.By(b.Code); ok {
			f.Options = append(f.Options, Option{Value: b.Code, Label: lang.Typeset(w.l, b.Label.In(w.l)), Selected: b.Code == by})
		}
	}
	if len(f.Options) < 2 {
		return Section{}
	}
	form := &Form{Action: "/etudes/" + v.Survey.Wave + "/" + v.Item.Code, Submit: w.t("crossview.form.submit"), Fields: []Field{f}}
	if state := w.surveyState(v.Survey); state != nil {
		form.Kept = []NameText{{audienceInput, v.Survey.Audience}}
	}
	return Section{ID: "choix", Title: w.t("crossview.form.title"), Blocks: []Block{{Form: form}}}
}

// crossedBy is the item over the levels of a breakdown: shares or means with the
// letters of the columns that they are higher than, bases first.
func (w *composer) crossedBy(v study.Voice, by string) Section {
	k := slices.IndexFunc(v.Survey.Breakdowns, func(b study.Breakdown) bool { return b.Code == by })
	table, ok := v.Item.By(by)
	if !ok || by == "" || k < 0 {
		return Section{}
	}
	b := &v.Survey.Breakdowns[k]
	label := lang.Typeset(w.l, b.Label.In(w.l))
	t := &Table{ID: "croisement", Open: true, Caption: w.t("survey.item.by_caption", "item", w.itemName(&v.Item.Item), "by", w.lower(label)), Head: []Head{{Key: "line", Label: w.t("survey.head.line")}},
		Notes: []string{w.t("survey.item.by_letters"), w.t("survey.item.by_signs", "min", v.Survey.Secrecy.MinBase)}, Source: w.surveySource(v), Licence: w.t("survey.licence")}
	bases := Row{Cells: []Cell{word(w.t("survey.head.base"))}}
	for i := range table.Columns {
		c := &table.Columns[i]
		t.Head = append(t.Head, Head{Key: c.Level, Label: w.t("survey.item.column", "letter", cmp.Or(c.Letter, survey.Letter(i)), "level", w.levelName(b, c.Level)), Numeric: true})
		bases.Cells = append(bases.Cells, w.baseCell(study.Voice{Survey: v.Survey, Item: v.Item, Column: c}))
	}
	t.Rows = append(t.Rows, bases)
	for _, l := range shownLines(v) {
		row := Row{Cells: []Cell{word(w.lineName(l.Line, l.Domain, l.Label))}}
		for i := range table.Columns {
			row.Cells = append(row.Cells, w.letteredCell(&table.Columns[i], l.Line))
		}
		t.Rows = append(t.Rows, row)
	}
	s := Section{ID: "croisement", Title: w.t("survey.item.by_title", "by", w.lower(label))}
	if test := table.Test; test != nil {
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("survey.item.test", "by", w.lower(label), "told", test.P < 0.05, "chance", w.chance(test.P)))))
	}
	s.Blocks = append(s.Blocks, Block{Table: t})
	return s
}

// letteredCell is a figure followed by the letters of the columns that it is
// higher than.
func (w *composer) letteredCell(column *study.Column, line string) Cell {
	if column.Secret {
		return Cell{Sign: "s"}
	}
	c, _ := column.Cell(line)
	out := w.surveyCell(c, valueOf)
	if c != nil && !c.Secret && c.Higher != "" {
		out.Text += " " + c.Higher
	}
	return out
}

// levelName names one level of a breakdown.
func (w *composer) levelName(b *study.Breakdown, level string) string {
	if b.Territory {
		if _, ok := w.c.Territory.Get(territory.Code(level)); ok {
			return w.label(territory.Code(level))
		}
	}
	k := slices.IndexFunc(b.Levels, func(o study.Option) bool { return o.Code == level })
	if k < 0 {
		return level
	}
	return lang.Typeset(w.l, b.Levels[k].Label.In(w.l))
}

// itemBase says on how many answers the page rests and what was withheld.
func (w *composer) itemBase(v study.Voice) Section {
	t := v.Survey
	facts := []Fact{{Label: w.t("survey.base.answers"), Value: w.baseText(v), Detail: w.t("survey.base.records", "n", t.Records)},
		{Label: w.t("survey.head.effective"), Value: lang.Number(w.l, v.Column.Effective, 0), Detail: w.t("survey.base.effective"), Href: w.hrefWeighting(t)},
		{Label: w.t("survey.head.mode"), Value: w.mode(t), Detail: w.waveWhen(t)}}
	if v.Column.Unknown > 0 && !v.Column.Secret {
		facts = append(facts, Fact{Label: w.t("survey.base.unknown"), Value: lang.Percent(w.l, 100*v.Column.Unknown, 0), Detail: w.t("survey.base.unknown_detail")})
	}
	return Section{ID: "base", Title: w.t("survey.base.title"), Blocks: []Block{{Facts: facts},
		paragraph(plain(w.t("survey.base.secrecy", "base", t.Secrecy.MinBase, "cell", t.Secrecy.MinCell, "n", t.Secrecy.Primary+t.Secrecy.Secondary)))}}
}

func (w *composer) baseText(v study.Voice) string {
	if v.Column.Secret {
		return w.t("sign.s.short")
	}
	return lang.Number(w.l, float64(v.Column.Base), 0)
}
