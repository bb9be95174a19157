package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/lang"
	"vigie/study"
)

// trendFigure draws trends of one unit: lines when one has two dates, a ranking
// of its values otherwise; its table has every value, rivals on lines of their own.
func (w *composer) trendFigure(id string, trends []study.PublishedTrend, label func(*study.PublishedTrend) string) *Figure {
	unit := trends[0].Unit
	f := &Figure{ID: id, Unit: w.s("unit." + unit), Field: w.trendField(trends), Date: w.trendDates(trends), Source: w.trendSources(trends),
		Licence: w.t("published.licence"), Notes: w.trendNotes(trends), Table: w.trendTable(trends, label)}
	followed := slices.ContainsFunc(trends, func(t study.PublishedTrend) bool { return len(t.Points) > 1 })
	if followed {
		chart := w.trendSeries(trends, label)
		f.Chart, f.Alt = chart, w.s("alt_series", "n", len(chart.Lines))
	} else if rows := w.trendRanks(trends, label); len(rows) > 1 {
		f.Chart = &Ranking{Axis: w.recordAxis(trends, w.s("unit."+unit)), Rows: rows}
		f.Alt = w.s("alt_ranking", "n", len(rows))
	}
	f.Reading = w.trendReading(trends, label)
	f.Title = f.Reading
	return f
}

// trendReading reads the newest value of the first trend aloud.
func (w *composer) trendReading(trends []study.PublishedTrend, label func(*study.PublishedTrend) string) string {
	t := &trends[0]
	p := w.newest(t)
	return w.s("reading", "name", label(t), "value", w.publishedValue(&p.Figure), "date", w.date(p.Date), "low", w.bound(p, false), "high", w.bound(p, true), "known", p.Range != nil)
}

func (w *composer) bound(p *study.PublishedPoint, high bool) string {
	switch {
	case p.Range == nil:
		return ""
	case high:
		return lang.Percent(w.l, p.Range.High, 1)
	}
	return lang.Number(w.l, p.Range.Low, 1)
}

// trendSeries are the trends as lines. A point without date is in the table
// only.
func (w *composer) trendSeries(trends []study.PublishedTrend, label func(*study.PublishedTrend) string) *Series {
	s := &Series{}
	for i := range trends {
		t := &trends[i]
		line := Line{Label: label(t), Focus: true}
		for _, p := range t.Points {
			at := Point{X: instant(p.Date), Y: p.Figure.Value, OK: true, Text: w.pointText(&p), Broken: len(p.Step.Breaks) > 0, Hollow: p.Range == nil}
			if p.Range != nil {
				at.HasInterval, at.Low, at.High = true, p.Range.Low, p.Range.High
				s.Interval = w.s("legend_interval")
			} else {
				s.Hollow = w.s("legend_hollow")
			}
			for _, r := range p.Rivals {
				at.Rivals = append(at.Rivals, Rival{r.Value, w.s("rival_text", "value", w.publishedValue(&r), "study", lang.Typeset(w.l, r.Study))})
				s.Rival = w.s("legend_rival")
			}
			if at.Broken {
				s.Broken = w.s("legend_broken")
			}
			line.Points = append(line.Points, at)
		}
		if len(line.Points) > 0 {
			s.Lines = append(s.Lines, line)
		}
	}
	s.Y = w.recordAxis(trends, w.s("unit."+trends[0].Unit))
	s.X = w.timeAxis(s)
	s.X.Min, s.X.Max = math.Floor(s.X.Min), math.Ceil(s.X.Max)
	if n := len(s.X.Ticks); n > 0 && s.X.Ticks[0].At-1 >= s.X.Min {
		s.X.Ticks = slices.Insert(s.X.Ticks, 0, Tick{s.X.Min, year(int(s.X.Min))})
	}
	return s
}

// instant places a date on a time axis: a month or a year in its middle.
func instant(d study.Date) float64 {
	if d.Precision == study.Range {
		return digitsOf(d.End) + 0.5
	}
	x := digitsOf(d.Start[:4])
	switch d.Precision {
	case study.Month:
		return x + (digitsOf(d.Start[5:])-0.5)/12
	case study.Day:
		return x + (digitsOf(d.Start[5:7])-1)/12 + (digitsOf(d.Start[8:])-1)/365
	}
	return x + 0.5
}

func digitsOf(s string) float64 {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0 // no date: ParseDate has read it
	}
	return float64(n)
}

// recordAxis spans values, rivals and intervals with round ticks, and a tenth
// of a scale at least.
func (w *composer) recordAxis(trends []study.PublishedTrend, title string) Axis {
	lo, hi := math.Inf(1), math.Inf(-1)
	see := func(x float64) { lo, hi = min(lo, x), max(hi, x) }
	for _, t := range trends {
		for _, p := range slices.Concat(t.Points, t.Undated) {
			see(p.Figure.Value)
			for _, r := range p.Rivals {
				see(r.Value)
			}
			if p.Range != nil {
				see(p.Range.Low)
				see(p.Range.High)
			}
		}
	}
	least, most := 0.0, math.Inf(1)
	switch trends[0].Unit {
	case study.Percent:
		least, most = 30, 100
	case study.Score0_10:
		least, most = 3, 10
	default:
		lo = 0
	}
	if short := least - (hi - lo); short > 0 {
		lo, hi = lo-short/2, hi+short/2
	}
	step := roundStep((hi - lo) / 5)
	a := Axis{Title: title, Min: max(0, math.Floor(lo/step)*step), Max: min(most, math.Ceil(hi/step)*step)}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for i := 0; a.Min+float64(i)*step <= a.Max+step/2; i++ {
		x := a.Min + float64(i)*step
		a.Ticks = append(a.Ticks, Tick{x, lang.Number(w.l, x, decimals)})
	}
	return a
}

// trendRanks are the values of trends that have one date, the largest first.
func (w *composer) trendRanks(trends []study.PublishedTrend, label func(*study.PublishedTrend) string) []RankRow {
	var rows []RankRow
	for i := range trends {
		t := &trends[i]
		for _, p := range slices.Concat(t.Points, t.Undated) {
			row := RankRow{Code: p.Figure.ID, Label: label(t), X: p.Figure.Value, Text: w.publishedValue(&p.Figure)}
			if p.Range != nil {
				row.HasInterval, row.Lo, row.Hi = true, p.Range.Low, p.Range.High
			}
			rows = append(rows, row)
			for _, r := range p.Rivals {
				rows = append(rows, RankRow{Code: r.ID, Label: w.s("rival_label", "name", row.Label), X: r.Value, Text: w.publishedValue(&r), Outside: true})
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b RankRow) int { return cmp.Compare(b.X, a.X) })
	return rows
}

func (w *composer) pointText(p *study.PublishedPoint) string {
	return w.s("point", "value", w.publishedValue(&p.Figure), "date", w.date(p.Date), "low", w.bound(p, false), "high", w.bound(p, true), "known", p.Range != nil)
}

// trendTable has every value with its sample, margin, rivals and what may be
// said of the difference from the one before.
func (w *composer) trendTable(trends []study.PublishedTrend, label func(*study.PublishedTrend) string) Table {
	t := Table{Caption: w.s("trend_table"), Head: []Head{{Key: "series", Label: w.s("series")}, {Key: "date", Label: w.t("head.date")}, {Key: "value", Label: w.t("head.value"), Numeric: true},
		{Key: "low", Label: w.s("low"), Numeric: true}, {Key: "high", Label: w.s("high"), Numeric: true}, {Key: "sample", Label: w.t("head.sample")}, {Key: "step", Label: w.s("step")},
		{Key: "item", Label: w.t("head.item")}, {Key: "study", Label: w.t("head.study")}, {Key: "figure", Label: w.s("figure")}, {Key: "source", Label: w.t("head.source")}}}
	for i := range trends {
		for _, p := range slices.Concat(trends[i].Points, trends[i].Undated) {
			t.Rows = append(t.Rows, w.pointRow(label(&trends[i]), &p, &p.Figure, w.stepText(&p)))
			for _, r := range p.Rivals {
				t.Rows = append(t.Rows, w.pointRow(label(&trends[i]), &study.PublishedPoint{Date: p.Date}, &r, w.s("rival_of", "value", w.publishedValue(&p.Figure))))
			}
			for _, r := range p.Repeats {
				t.Rows = append(t.Rows, w.pointRow(label(&trends[i]), &study.PublishedPoint{Date: r.Date}, &r, w.s("repeat", "study", lang.Typeset(w.l, p.Figure.Study))))
			}
		}
	}
	return t
}

func (w *composer) pointRow(name string, p *study.PublishedPoint, f *study.PublishedFigure, step string) Row {
	low, high := Cell{Sign: "nd"}, Cell{Sign: "nd"}
	if p.Range != nil {
		low, high = num(lang.Round(p.Range.Low, 1), lang.Number(w.l, p.Range.Low, 1)), num(lang.Round(p.Range.High, 1), lang.Number(w.l, p.Range.High, 1))
	}
	sample := w.t("published.no_sample")
	if p.Size > 0 {
		sample = w.t("published.sample", "qualifier", map[bool]string{true: ">"}[p.More], "n", p.Size)
	}
	return Row{Cells: []Cell{word(name), {Text: w.date(p.Date), Raw: p.Date.String()}, num(f.Value, f.Qualifier+lang.Number(w.l, f.Value, f.Decimals)), low, high, word(sample), word(step),
		word(lang.Typeset(w.l, f.Item(w.l))), w.studyCell(f), word(f.ID), w.sourceCell(f)}}
}

// stepText says what may be said of the difference from the point before.
func (w *composer) stepText(p *study.PublishedPoint) string {
	s := p.Step
	if s.Verdict == study.NoVerdict {
		return ""
	}
	decimals := p.Figure.Decimals
	if s.Difference != math.Round(s.Difference) {
		decimals = max(decimals, 1)
	}
	difference := lang.Signed(w.l, s.Difference, decimals)
	if p.Figure.Unit == study.Percent {
		difference = lang.Points(w.l, s.Difference, decimals)
	}
	text := w.s("step_"+string(s.Verdict), "difference", difference, "low", lang.Signed(w.l, s.Low, 1), "high", lang.Signed(w.l, s.High, 1))
	var why []string
	for _, b := range s.Breaks {
		why = append(why, w.s("break."+string(b)))
	}
	if len(why) > 0 {
		text += " " + w.s("broken", "why", strings.Join(why, semicolon(w.l)))
	}
	if s.Comparable {
		text += " " + w.s("comparable")
	}
	return text
}

// studyCell names the study of a figure and leads to its page.
func (w *composer) studyCell(f *study.PublishedFigure) Cell {
	if v, ok := w.c.Register.WaveOf(f); ok {
		return linked(lang.Typeset(w.l, f.Study), hrefWave(v))
	}
	return word(lang.Typeset(w.l, f.Study))
}

func (w *composer) trendField(trends []study.PublishedTrend) string {
	var where []string
	for _, t := range trends {
		if name := lang.List(w.l, w.labels(t.Territories)); !slices.Contains(where, name) {
			where = append(where, name)
		}
	}
	return strings.Join(where, semicolon(w.l))
}

func (w *composer) trendDates(trends []study.PublishedTrend) string {
	var n trendCount
	n.add(&trendGroup{trends: trends})
	if n.first == n.last {
		return n.first
	}
	return w.t("span", "first", n.first, "last", n.last)
}

func (w *composer) trendSources(trends []study.PublishedTrend) string {
	var names []string
	for _, t := range trends {
		for _, p := range slices.Concat(t.Points, t.Undated) {
			if s := lang.Typeset(w.l, p.Figure.Study); !slices.Contains(names, s) {
				names = append(names, s)
			}
		}
	}
	return strings.Join(names, semicolon(w.l))
}

// trendNotes say what the reader must know of the margins, and what has no date.
func (w *composer) trendNotes(trends []study.PublishedTrend) []string {
	known, unknown, dated, modes := false, false, false, true
	var undated []string
	for i := range trends {
		for _, p := range trends[i].Points {
			known, unknown, dated = known || p.Range != nil, unknown || p.Range == nil, true
			modes = modes && p.Wave != nil && p.Wave.Mode != ""
		}
		for _, p := range trends[i].Undated {
			undated = append(undated, w.s("share", "value", w.publishedValue(&p.Figure), "audience", lang.Typeset(w.l, p.Figure.Study)))
		}
	}
	var notes []string
	add := func(when bool, text string) {
		if when {
			notes = append(notes, text)
		}
	}
	add(known, w.s("note_bound"))
	add(unknown, w.s("note_margin", "score", trends[0].Unit == study.Score0_10))
	add(dated && !modes, w.s("note_mode"))
	add(len(undated) > 0, w.s("note_undated", "values", lang.List(w.l, undated)))
	return notes
}
