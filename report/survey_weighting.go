package report

import (
	"math"
	"slices"

	"vigie/lang"
	"vigie/study"
)

// weightQuantiles are the quantiles of study.Weighting, in percent.
var weightQuantiles = []int{0, 1, 5, 25, 50, 75, 95, 99, 100}

// weighting composes the weighting report of one survey.
func (w *composer) weighting(t *study.Tabulation) Document {
	g := &t.Weighting
	d := w.document("survey_weighting", "etude/"+t.Wave+"/"+WeightingPart, w.t("survey.weighting.title", "wave", w.waveName(t)))
	d.State = w.surveyState(t)
	v := study.Voice{Survey: t}
	d.Kicker = w.surveyKicker(w.audience(t.Audience), v)
	d.Crumbs = w.studyCrumbs(t)
	d.Answer = []Text{plain(w.t("survey.weighting.answer", "n", t.Records, "effective", lang.Number(w.l, g.Effective, 0), "loss", lang.Percent(w.l, 100*(1-g.Effective/math.Max(1, float64(t.Records))), 0)))}
	if m, ok := worstMargin(g.Margins); ok {
		d.Answer = append(d.Answer, plain(w.t("survey.weighting.worst", "level", lang.Typeset(w.l, m.Level.In(w.l)), "sample", lang.Percent(w.l, 100*m.Sample, 0), "target", lang.Percent(w.l, 100*m.Target, 0), "after", lang.Percent(w.l, 100*m.After, 0))))
	}
	d.Summary = d.Answer[0].Plain()
	facts := []Fact{
		{Label: w.t("survey.weighting.method"), Value: w.t("survey.weighting.methods." + w.methodKey(g.Method)), Detail: w.t("survey.weighting.iterations", "n", g.Iterations)},
		{Label: w.t("survey.weighting.kish"), Value: lang.Number(w.l, g.DesignKish, 2), Detail: w.t("survey.weighting.kish_detail")},
		{Label: w.t("survey.head.effective"), Value: lang.Number(w.l, g.Effective, 0), Detail: w.t("survey.base.records", "n", t.Records)},
		{Label: w.t("survey.weighting.df"), Value: lang.Number(w.l, g.DesignDF, 0), Detail: w.t("survey.weighting.df_detail")},
		{Label: w.t("survey.weighting.top"), Value: lang.Percent(w.l, 100*g.TopShare, 1), Detail: w.t("survey.weighting.top_detail")},
	}
	d.Sections = []Section{{ID: "reperes", Title: w.t("survey.weighting.facts"), Blocks: append(w.syntheticNote(v), Block{Facts: facts})}}
	if f := w.weightFigure(t); f != nil {
		d.Sections = append(d.Sections, Section{ID: "poids", Title: w.t("survey.weighting.spread"), Blocks: []Block{{Figure: f}}})
	}
	if len(g.Margins) > 0 {
		d.Sections = append(d.Sections, Section{ID: "marges", Title: w.t("survey.weighting.margins"), Blocks: []Block{{Table: w.marginTable(t)}}})
	}
	return d
}

// methodKey is the method of calibration as the catalogue names it.
func (w *composer) methodKey(method string) string {
	if slices.Contains([]string{"none", "rake", "linear", "logit", "given"}, method) {
		return method
	}
	return "given"
}

// worstMargin is the level whose share in the sample was the farthest from that
// of the population.
func worstMargin(all []study.Margin) (study.Margin, bool) {
	var worst study.Margin
	for _, m := range all {
		if math.Abs(m.Sample-m.Target) > math.Abs(worst.Sample-worst.Target) {
			worst = m
		}
	}
	return worst, worst.Source != "" || worst.Target > 0
}

// weightFigure draws the quantiles of the weights over their mean.
func (w *composer) weightFigure(t *study.Tabulation) *Figure {
	q := t.Weighting.Quantiles
	if len(q) != len(weightQuantiles) {
		return nil
	}
	v := study.Voice{Survey: t}
	chart := &Bars{Axis: w.roundAxis(w.t("survey.weighting.axis"), q[len(q)-1])}
	table := Table{Caption: w.t("survey.weighting.quantiles"), Head: []Head{{Key: "quantile", Label: w.t("survey.weighting.quantile")}, {Key: "weight", Label: w.t("survey.weighting.axis"), Numeric: true}}}
	for i, p := range weightQuantiles {
		name := w.t("survey.weighting.at", "least", p == 0, "most", p == 100, "p", lang.Percent(w.l, float64(p), 0))
		text := lang.Number(w.l, q[i], 2)
		chart.Rows = append(chart.Rows, BarRow{Label: name, Own: Bar{X: q[i], Text: text}})
		table.Rows = append(table.Rows, Row{Cells: []Cell{word(name), num(lang.Round(q[i], 2), text)}})
	}
	title := w.t("survey.weighting.figure", "low", lang.Number(w.l, q[2], 2), "high", lang.Number(w.l, q[6], 2))
	return &Figure{ID: "poids", Title: title, Unit: w.t("survey.weighting.axis"), Field: w.t("survey.item.field", "audience", w.audience(t.Audience), "n", t.Records), Date: w.waveWhen(t), Source: w.surveySource(v),
		Licence: w.t("survey.licence"), Reading: w.t("survey.weighting.reading", "median", lang.Number(w.l, q[4], 2)), Chart: chart, Table: table, Alt: title}
}

// marginTable gives each margin before and after, beside the population.
func (w *composer) marginTable(t *study.Tabulation) *Table {
	out := &Table{ID: "marges", Open: true, Caption: w.t("survey.weighting.margin_caption"), Licence: w.t("survey.licence"), Source: w.surveySource(study.Voice{Survey: t}), Head: []Head{
		{Key: "variable", Label: w.t("survey.weighting.variable")}, {Key: "level", Label: w.t("survey.weighting.level")}, {Key: "sample", Label: w.t("survey.weighting.sample"), Numeric: true},
		{Key: "before", Label: w.t("survey.weighting.before"), Numeric: true}, {Key: "after", Label: w.t("survey.weighting.after"), Numeric: true},
		{Key: "target", Label: w.t("survey.weighting.target"), Numeric: true}, {Key: "source", Label: w.t("head.source")}}}
	share := func(x float64) Cell { return num(lang.Round(100*x, 1), lang.Percent(w.l, 100*x, 1)) }
	for _, m := range t.Weighting.Margins {
		out.Rows = append(out.Rows, Row{Cells: []Cell{word(lang.Typeset(w.l, m.Variable.In(w.l))), word(lang.Typeset(w.l, m.Level.In(w.l))), share(m.Sample), share(m.Before), share(m.After), share(m.Target), word(lang.Typeset(w.l, m.Source))}})
	}
	return out
}
