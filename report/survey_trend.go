package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/study"
)

// mostFollowed is the number of lines drawn over the waves; the table has all.
const mostFollowed = 4

// wavesSection follows an item over the waves of one audience; nothing when it
// was asked once.
func (w *composer) wavesSection(v study.Voice) Section {
	t := study.Follow(w.waves(v.Survey.Audience, v.Item.Code))
	if len(t.Waves) < 2 {
		return Section{}
	}
	s := Section{ID: "evolution", Title: w.t("survey.trend.title"), Blocks: []Block{paragraph(plain(w.wavesSaid(&t)))}}
	for _, step := range t.Steps {
		if !step.Break.Clear() {
			s.Blocks = append(s.Blocks, Block{Note: plain(w.t("survey.trend.break", "from", w.waveWhen(t.Waves[step.From].Survey), "to", w.waveWhen(t.Waves[step.To].Survey), "what", w.breakSaid(step.Break)))})
		}
	}
	if f := w.wavesFigure(&t); f != nil {
		s.Blocks = append(s.Blocks, Block{Figure: f})
	}
	s.Blocks = append(s.Blocks, Block{Table: w.changeTable(&t)})
	return s
}

// wavesSaid counts what changed over the last step, and says what could have
// been missed.
func (w *composer) wavesSaid(t *study.Trend) string {
	last := len(t.Steps) - 1
	step := t.Steps[last]
	from, to := w.waveWhen(t.Waves[step.From].Survey), w.waveWhen(t.Waves[step.To].Survey)
	var rises, falls []string
	tested, least := 0, math.Inf(1)
	for i := range t.Lines {
		l := &t.Lines[i]
		m := l.Moves[last]
		name := w.t("survey.trend.quoted", "line", w.lineName(l.Line, l.Domain, l.Label))
		switch m.Verdict {
		case study.Rise:
			rises = append(rises, name)
		case study.Fall:
			falls = append(falls, name)
		case study.NoChange:
			least = min(least, m.Detectable())
		case study.Untested, study.Uncompared:
			continue
		}
		tested++
	}
	s := w.scale(t.Waves[step.To])
	switch {
	case tested == 0:
		return w.t("survey.trend.untested", "from", from, "to", to)
	case len(rises)+len(falls) == 0:
		return w.t("survey.trend.none", "from", from, "to", to, "n", tested, "least", w.gapSize(s, least))
	}
	return w.t("survey.trend.some", "from", from, "to", to, "rise", len(rises), "rises", lang.List(w.l, rises), "fall", len(falls), "falls", lang.List(w.l, falls), "rest", tested-len(rises)-len(falls))
}

// breakSaid names what changed between two waves.
func (w *composer) breakSaid(b study.Break) string {
	var out []string
	for _, one := range []struct {
		is  bool
		key string
	}{{b.Wording, "wording"}, {b.Scale, "scale"}, {b.Options, "options"}, {b.Mode, "mode"}, {b.Overlap, "overlap"}} {
		if one.is {
			out = append(out, w.t("survey.trend.breaks."+one.key))
		}
	}
	return lang.List(w.l, out)
}

// drawnLines are the lines drawn: those that changed, then the highest; of a
// question with two answers, the first.
func drawnLines(t *study.Trend) []*study.TrendLine {
	var out []*study.TrendLine
	for i := range t.Lines {
		if slices.ContainsFunc(t.Lines[i].Cells, func(c *study.Cell) bool { return c != nil && !c.Secret }) {
			out = append(out, &t.Lines[i])
		}
	}
	if len(out) == 2 && len(t.Lines) == 2 && !t.Waves[0].Item.Things() {
		return out[:1]
	}
	weight := func(l *study.TrendLine) float64 {
		x := 0.0
		if m := l.Moves[len(l.Moves)-1]; m.Verdict == study.Rise || m.Verdict == study.Fall {
			x = 1000
		}
		if c := l.Cells[len(l.Cells)-1]; c != nil && !c.Secret {
			x += c.Value
		}
		return x
	}
	slices.SortStableFunc(out, func(a, b *study.TrendLine) int { return cmp.Compare(weight(b), weight(a)) })
	return out[:min(len(out), mostFollowed)]
}

// wavesFigure draws the lines with their intervals; where the question changed
// no line leads on, and a mark says what changed.
func (w *composer) wavesFigure(t *study.Trend) *Figure {
	lines := drawnLines(t)
	last := t.Waves[len(t.Waves)-1]
	s := w.scale(last)
	for _, v := range t.Waves {
		if w.scale(v) != s || w.waveDate(v.Survey) == 0 {
			return nil
		}
	}
	if len(lines) == 0 {
		return nil
	}
	chart := &Series{}
	table := Table{Caption: w.t("survey.trend.caption", "item", w.itemName(&last.Item.Item)), Head: []Head{{Key: "wave", Label: w.t("survey.head.wave")}}}
	for _, v := range t.Waves {
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(w.waveWhen(v.Survey))}})
	}
	most := 0.0
	for _, l := range lines {
		name := w.lineName(l.Line, l.Domain, l.Label)
		line := Line{Label: name}
		table.Head = append(table.Head, Head{Key: l.Line, Label: name, Numeric: true})
		for k, c := range l.Cells {
			p := Point{X: w.waveDate(t.Waves[k].Survey), Apart: k > 0 && t.Steps[k-1].Break.Asked(), Text: w.t("survey.secret")}
			if c != nil && !c.Secret {
				p.OK, p.Y, p.Low, p.High, p.HasInterval = true, s.times()*c.Value, s.times()*c.Low, s.times()*c.High, true
				p.Text = w.figure(c) + " " + w.interval(c)
				most = max(most, p.High)
			}
			line.Points = append(line.Points, p)
			cell := w.surveyCell(c, valueOf)
			if c != nil && !c.Secret {
				cell.Text = w.figure(c) + " " + w.interval(c)
			}
			table.Rows[k].Cells = append(table.Rows[k].Cells, cell)
		}
		chart.Lines = append(chart.Lines, line)
	}
	for _, step := range t.Steps {
		if step.Break.Asked() {
			a, b := w.waveDate(t.Waves[step.From].Survey), w.waveDate(t.Waves[step.To].Survey)
			chart.Marks = append(chart.Marks, TimeMark{X: (a + b) / 2, Label: w.t("survey.trend.mark")})
		}
	}
	chart.X = w.timeAxis(chart)
	chart.Y = w.roundAxis(s.unit, most)
	title := w.t("survey.trend.figure", "item", w.itemName(&last.Item.Item), "audience", w.lower(w.audience(last.Survey.Audience)))
	return &Figure{ID: "evolution", Title: title, Unit: s.unit, Field: w.audience(last.Survey.Audience), Date: w.t("span", "first", w.waveWhen(t.Waves[0].Survey), "last", w.waveWhen(last.Survey)),
		Source: w.surveySource(t.Waves...), Licence: w.t("survey.licence"), Chart: chart, Table: table, Alt: title,
		Reading: w.t("survey.trend.reading", "line", chart.Lines[0].Label, "values", strings.Join(pointTexts(chart.Lines[0]), semicolon(w.l)))}
}

func pointTexts(l Line) []string {
	var out []string
	for _, p := range l.Points {
		out = append(out, p.Text)
	}
	return out
}

// changeTable lists the changes of every line, step by step.
func (w *composer) changeTable(t *study.Trend) *Table {
	last := t.Waves[len(t.Waves)-1]
	out := &Table{ID: "changements", Caption: w.t("survey.trend.moves"), Source: w.surveySource(t.Waves...), Licence: w.t("survey.licence"), Notes: []string{w.t("survey.trend.note")}, Head: []Head{
		{Key: "line", Label: w.t("survey.head.line")}, {Key: "from", Label: w.t("survey.head.low")}, {Key: "to", Label: w.t("survey.head.high")},
		{Key: "change", Label: w.t("survey.trend.change"), Numeric: true}, {Key: "interval", Label: w.t("survey.interval_head")}, {Key: "verdict", Label: w.t("survey.trend.verdict")}}}
	s := w.scale(last)
	for i := range t.Lines {
		l := &t.Lines[i]
		row := func(a, b int, m study.Move) {
			cells := []Cell{word(w.lineName(l.Line, l.Domain, l.Label)), word(w.waveWhen(t.Waves[a].Survey)), word(w.waveWhen(t.Waves[b].Survey)), {Sign: "nd"}, word(""), word(w.verdict(s, m, t.Steps, a, b))}
			if m.Verdict != study.Uncompared {
				x := lang.Round(s.times()*m.Value, 1)
				cells[3] = num(x, w.points(s, m.Value))
			}
			if m.Verdict == study.Rise || m.Verdict == study.Fall || m.Verdict == study.NoChange {
				cells[4] = word(lang.Interval(w.l, s.times()*m.Low, s.times()*m.High, s.decimals()))
			}
			out.Rows = append(out.Rows, Row{Cells: cells})
		}
		for k, step := range t.Steps {
			row(step.From, step.To, l.Moves[k])
		}
		if len(t.Steps) > 1 {
			row(0, len(t.Waves)-1, l.Overall)
		}
	}
	return out
}

// verdict says what may be said of a change.
func (w *composer) verdict(s scaleOf, m study.Move, steps []study.Step, a, b int) string {
	switch m.Verdict {
	case study.NoChange:
		return w.t("survey.trend.verdicts.none", "least", w.gapSize(s, m.Detectable()))
	case study.Untested:
		var all study.Break
		for _, step := range steps[a:b] {
			all = study.Break{Wording: all.Wording || step.Break.Wording, Scale: all.Scale || step.Break.Scale, Options: all.Options || step.Break.Options,
				Mode: all.Mode || step.Break.Mode, Overlap: all.Overlap || step.Break.Overlap}
		}
		return w.t("survey.trend.verdicts.untested", "what", w.breakSaid(all))
	}
	return w.t("survey.trend.verdicts." + string(m.Verdict))
}
