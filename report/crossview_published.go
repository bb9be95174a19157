package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/study"
	"vigie/taxonomy"
	"vigie/territory"
)

// byAudience orders audiences as the taxonomy does.
func (w *composer) byAudience(codes []string) []string {
	out := slices.Clone(codes)
	at := func(code string) int {
		return slices.IndexFunc(w.c.Taxonomy.Terms("audience"), func(t taxonomy.Term) bool { return t.Code == code })
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(at(a), at(b)) })
	return out
}

// spanned gives the years of a row: 2015–2016.
func (w *composer) spanned(r *study.PublishedRow) string {
	from, to := r.From.SortKey(), r.To.SortKey()
	switch {
	case to == "":
		return w.t("published.no_date")
	case from[:4] == to[:4]:
		return to[:4]
	}
	return w.t("span", "first", from[:4], "last", to[:4])
}

// rowName tells a row of a cross by its programme, its dates and what was asked.
func (w *composer) rowName(r *study.PublishedRow) string {
	parts := []string{}
	switch {
	case r.Domain != "":
		parts = append(parts, w.domain(r.Domain).Short(w.l))
	case r.Item != "":
		parts = append(parts, w.shortItem(r))
	}
	name := r.Programme
	if name == "transversal" {
		name = ""
	}
	return strings.Join(append(parts, strings.TrimSpace(name+" "+w.spanned(r))), " · ")
}

// shortItem is what was asked without what every item of the study begins with.
func (w *composer) shortItem(r *study.PublishedRow) string {
	item := lang.Typeset(w.l, r.Voices[0].Item(w.l))
	for _, mark := range []string{lang.NBSP + ": ", " : ", ": "} {
		if _, after, ok := strings.Cut(item, mark); ok {
			return lang.Sentence(after)
		}
	}
	return item
}

// inAll says where several territories are.
func (w *composer) inAll(codes []territory.Code) string {
	if len(codes) == 1 {
		return w.place(codes[0]).In
	}
	return lang.List(w.l, w.labels(codes))
}

// said gives the value of one audience with those that contradict it.
func (w *composer) voiceSaid(v *study.PublishedVoice) string {
	value := w.publishedValue(&v.PublishedFigure)
	var rivals []string
	for _, r := range v.Rivals {
		rivals = append(rivals, w.publishedValue(&r))
	}
	return w.t("crossview.voice", "value", value, "rivals", lang.Either(w.l, rivals), "several", len(rivals), "audience", w.lower(w.audience(v.Audience)))
}

// leading is the row that a cross is told by: the one that most audiences
// answered, then the latest.
func leading(c *study.PublishedCross) *study.PublishedRow {
	var best *study.PublishedRow
	for i := range c.Rows {
		r := &c.Rows[i]
		if best == nil || len(r.Voices) > len(best.Voices) || len(r.Voices) == len(best.Voices) && r.To.SortKey() > best.To.SortKey() {
			best = r
		}
	}
	return best
}

// publishedAnswer tells what each audience answered to a published question,
// and that nothing is known of its margin.
func (w *composer) publishedAnswer(c *study.PublishedCross) []Text {
	r := leading(c)
	if r == nil {
		var names []string
		for _, a := range w.byAudience(c.Audiences) {
			names = append(names, w.lower(w.audience(a)))
		}
		return []Text{plain(w.t("crossview.answer_apart", "construct", w.construct(c.Construct), "audiences", lang.List(w.l, names), "n", len(c.Figures)))}
	}
	var voices []string
	for _, a := range w.byAudience(c.Audiences) {
		if k := slices.IndexFunc(r.Voices, func(v study.PublishedVoice) bool { return v.Audience == a }); k >= 0 {
			voices = append(voices, w.voiceSaid(&r.Voices[k]))
		}
	}
	item := ""
	switch {
	case r.Domain != "":
		item = lang.Typeset(w.l, w.domain(r.Domain).InSentence(w.l))
	case r.Item != "":
		item = w.lower(w.shortItem(r))
	}
	out := []Text{plain(w.t("crossview.answer", "construct", w.construct(c.Construct), "specified", item != "", "item", item, "voices", lang.List(w.l, voices), "when", w.spanned(r),
		"in", w.inAll(c.Territories)))}
	return append(out, plain(w.t("crossview.untested", "sized", sized(r))))
}

// sized reports whether every audience of a row has a published sample size.
func sized(r *study.PublishedRow) bool {
	return !slices.ContainsFunc(r.Voices, func(v study.PublishedVoice) bool { return v.SampleSize == 0 })
}

// publishedCrossFigure draws the rows that several audiences answered; nil when
// there is none.
func (w *composer) publishedCrossFigure(id string, c *study.PublishedCross) *Figure {
	if len(c.Rows) == 0 {
		return nil
	}
	order := w.byAudience(c.Audiences)
	chart := &Voices{Axis: w.publishedAxis(c)}
	for _, a := range order {
		chart.Speakers = append(chart.Speakers, w.audience(a))
	}
	t := Table{Caption: w.t("crossview.figure.caption", "construct", w.construct(c.Construct), "in", w.inAll(c.Territories)), Head: []Head{
		{Key: "question", Label: w.t("crossview.head.question")}, {Key: "audience", Label: w.t("head.audience")}, {Key: "value", Label: w.t("head.value"), Numeric: true},
		{Key: "unit", Label: w.t("head.unit")}, {Key: "standing", Label: w.t("crossview.head.standing")}, {Key: "item", Label: w.t("head.item")},
		{Key: "study", Label: w.t("head.study")}, {Key: "date", Label: w.t("head.date")}, {Key: "sample", Label: w.t("head.sample")}, {Key: "source", Label: w.t("head.source")}}}
	var studies []string
	reworded := false
	for i := range c.Rows {
		r := &c.Rows[i]
		row := VoiceRow{Label: w.rowName(r)}
		reworded = reworded || r.Reworded
		for k, a := range order {
			n := slices.IndexFunc(r.Voices, func(v study.PublishedVoice) bool { return v.Audience == a })
			if n < 0 {
				continue
			}
			for j, f := range append([]study.PublishedFigure{r.Voices[n].PublishedFigure}, r.Voices[n].Rivals...) {
				row.Marks = append(row.Marks, VoiceMark{Speaker: k, X: f.Value, Hollow: j > 0, Text: w.publishedValue(&f)})
				t.Rows = append(t.Rows, w.publishedCrossRow(row.Label, j > 0, &f))
				if j > 0 {
					chart.Hollow = w.t("crossview.figure.rival")
				}
				if !slices.Contains(studies, f.Study) {
					studies = append(studies, f.Study)
				}
			}
		}
		chart.Rows = append(chart.Rows, row)
	}
	lead := leading(c)
	f := &Figure{ID: id, Chart: chart, Table: t, Title: w.crossTitle(c, lead), Unit: w.t("crossview.unit." + c.Unit),
		Field: w.t("crossview.figure.field", "in", lang.Sentence(w.inAll(c.Territories))), Date: w.spannedAll(c), Licence: w.t("published.licence"),
		Source: lang.Typeset(w.l, strings.Join(studies, semicolon(w.l))), Notes: []string{w.t("crossview.figure.no_margin")}}
	v := &lead.Voices[0]
	f.Reading = w.t("crossview.figure.reading", "audience", w.audience(v.Audience), "value", w.publishedValue(&v.PublishedFigure), "study", lang.Typeset(w.l, v.Study), "date", w.date(v.Date))
	if reworded {
		f.Notes = append(f.Notes, w.t("crossview.figure.reworded"))
	}
	f.Alt = f.Title
	return f
}

// publishedCrossRow is one figure of the table beside the picture.
func (w *composer) publishedCrossRow(label string, rival bool, f *study.PublishedFigure) Row {
	return Row{Cells: []Cell{word(label), word(w.audience(f.Audience)), num(f.Value, f.Qualifier+lang.Number(w.l, f.Value, f.Decimals)),
		word(w.t("published.unit." + f.Unit)), word(w.t("crossview.standing", "rival", rival)), word(lang.Typeset(w.l, f.Item(w.l))),
		word(lang.Typeset(w.l, f.Study)), word(w.date(f.Date)), word(w.sample(f)), w.sourceCell(f)}}
}

// crossTitle says what the picture finds: the audiences at both ends.
func (w *composer) crossTitle(c *study.PublishedCross, r *study.PublishedRow) string {
	low, high := &r.Voices[0], &r.Voices[0]
	for i := range r.Voices {
		v := &r.Voices[i]
		if v.Value < low.Value {
			low = v
		}
		if v.Value > high.Value {
			high = v
		}
	}
	return w.t("crossview.figure.title", "construct", w.construct(c.Construct), "low", w.publishedValue(&low.PublishedFigure), "low_audience", w.lower(w.audience(low.Audience)),
		"high", w.publishedValue(&high.PublishedFigure), "high_audience", w.lower(w.audience(high.Audience)), "equal", low.Value == high.Value)
}

// spannedAll gives the years of all rows.
func (w *composer) spannedAll(c *study.PublishedCross) string {
	all := study.PublishedRow{}
	for _, r := range c.Rows {
		if all.From.SortKey() == "" || r.From.SortKey() != "" && r.From.SortKey() < all.From.SortKey() {
			all.From = r.From
		}
		if r.To.SortKey() > all.To.SortKey() {
			all.To = r.To
		}
	}
	return w.spanned(&all)
}

// publishedAxis runs over the whole scale of a unit, that of numbers up to a
// round one.
func (w *composer) publishedAxis(c *study.PublishedCross) Axis {
	most := map[string]float64{study.Percent: 100, study.Score0_10: 10}[c.Unit]
	if most == 0 {
		for _, f := range c.Figures {
			most = max(most, f.Value)
		}
	}
	return w.roundAxis(w.t("crossview.unit."+c.Unit), most)
}

// roundAxis runs from 0 to a round number.
func (w *composer) roundAxis(title string, most float64) Axis {
	step := roundStep(most / 5)
	a := Axis{Title: title, Max: step * max(1, math.Ceil(most/step-1e-9))}
	for k := 0; float64(k)*step <= a.Max+step/2; k++ {
		x := float64(k) * step
		a.Ticks = append(a.Ticks, Tick{x, lang.Number(w.l, x, decimalsOf(x))})
	}
	return a
}

// crossTable lists every question that was published for several audiences, a
// column an audience.
func (w *composer) crossTable(crosses []study.PublishedCross) Section {
	var codes []string
	for _, c := range crosses {
		for _, r := range c.Rows {
			for _, v := range r.Voices {
				if !slices.Contains(codes, v.Audience) {
					codes = append(codes, v.Audience)
				}
			}
		}
	}
	codes = w.byAudience(codes)
	t := &Table{ID: "tableau", Open: true, Caption: w.t("crossview.table.caption"), Head: []Head{{Key: "question", Label: w.t("crossview.head.question")},
		{Key: "when", Label: w.t("crossview.head.when")}, {Key: "territory", Label: w.t("head.territory")}}, Notes: []string{w.t("margin"), w.t("crossview.table.rival")}, Licence: w.t("published.licence")}
	for _, a := range codes {
		t.Head = append(t.Head, Head{Key: a, Label: w.audience(a)})
	}
	for i := range crosses {
		c := &crosses[i]
		for k := range c.Rows {
			r := &c.Rows[k]
			name := w.construct(c.Construct)
			if r.Domain != "" || r.Item != "" {
				what := lang.Typeset(w.l, w.domain(r.Domain).Short(w.l))
				if r.Item != "" {
					what = w.lower(w.shortItem(r))
				}
				name = w.t("crossview.table.of", "construct", name, "item", what)
			}
			row := Row{Cells: []Cell{linked(name, hrefCross(c.Construct)), word(strings.TrimSpace(strings.TrimPrefix(r.Programme, "transversal") + " " + w.spanned(r))),
				word(lang.List(w.l, w.labels(c.Territories)))}}
			for _, a := range codes {
				row.Cells = append(row.Cells, w.crossCell(r, a))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{ID: "tableau", Title: w.t("crossview.table.title"), Blocks: []Block{paragraph(plain(w.t("crossview.table.intro", "n", len(t.Rows)))), {Table: t}}}
}

// crossCell is the value of one audience in a row, with those that contradict it.
func (w *composer) crossCell(r *study.PublishedRow, audience string) Cell {
	k := slices.IndexFunc(r.Voices, func(v study.PublishedVoice) bool { return v.Audience == audience })
	if k < 0 {
		return absent()
	}
	v := &r.Voices[k]
	text := w.publishedValue(&v.PublishedFigure)
	for _, o := range v.Rivals {
		text = w.t("crossview.table.or", "value", text, "rival", w.publishedValue(&o))
	}
	return word(text)
}
