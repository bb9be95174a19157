package report

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
	"vigie/territory"
)

// audienceInput names the audience in the query, of a wave that asked several.
const audienceInput = "public"

// hrefItem returns the address of an item of one survey.
func (w *composer) hrefItem(t *study.Tabulation, item string) string {
	return withQuery("/etudes/"+t.Wave+"/"+item, url.Values(w.surveyState(t)))
}

// surveyState is what tells a survey from the first one of its wave; nothing of
// that one.
func (w *composer) surveyState(t *study.Tabulation) map[string][]string {
	if first, err := w.survey(t.Wave, ""); err != nil || first.Audience == t.Audience {
		return nil
	}
	return map[string][]string{audienceInput: {t.Audience}}
}

// WeightingPart is what follows a wave in the address of its weighting report.
const WeightingPart = "ponderation"

// hrefWeighting returns the address of the weighting report of one survey.
func (w *composer) hrefWeighting(t *study.Tabulation) string { return w.hrefItem(t, WeightingPart) }

// survey returns the survey of a wave and an audience, "" for the wave's first.
func (w *composer) survey(wave, audience string) (*study.Tabulation, error) {
	i := slices.IndexFunc(w.c.Surveys, func(t *study.Tabulation) bool {
		return t.Wave == wave && (audience == "" || t.Audience == audience)
	})
	if i < 0 {
		return nil, fault.NotFoundf(w.t("survey.fault.wave_do"), "%s", w.t("survey.fault.wave", "wave", wave))
	}
	return w.c.Surveys[i], nil
}

// waveDate is when a wave was in the field, as decimal years, by the register;
// or the year that its identifier ends with.
func (w *composer) waveDate(t *study.Tabulation) float64 {
	var date string
	if wave, ok := w.c.Register.Wave(t.Wave); ok {
		date = cmp.Or(wave.FieldEnd.SortKey(), wave.FieldStart.SortKey(), wave.Published.SortKey())
	}
	if date == "" {
		tail := t.Wave[strings.LastIndexByte(t.Wave, '-')+1:]
		if len(tail) != 4 {
			return 0
		}
		date = tail
	}
	y, err := strconv.ParseFloat(date[:4], 64)
	if err != nil {
		return 0
	}
	if len(date) >= 7 {
		if m, err := strconv.ParseFloat(date[5:7], 64); err == nil {
			y += (m - 1) / 12
		}
	}
	return y
}

// waveName names a wave: its title in the register, or its identifier.
func (w *composer) waveName(t *study.Tabulation) string {
	if wave, ok := w.c.Register.Wave(t.Wave); ok && wave.Title.In(w.l) != "" {
		return lang.Typeset(w.l, wave.Title.In(w.l))
	}
	return t.Wave
}

// waveWhen says when a wave was in the field.
func (w *composer) waveWhen(t *study.Tabulation) string {
	if wave, ok := w.c.Register.Wave(t.Wave); ok {
		for _, d := range []study.Date{wave.FieldEnd, wave.FieldStart, wave.Published} {
			if d.SortKey() != "" {
				return w.date(d)
			}
		}
	}
	if y := int(w.waveDate(t)); y > 0 {
		return year(y)
	}
	return w.t("published.no_date")
}

// asking returns what everybody answered to an item, one voice an audience, that
// of its latest wave, in the order of the audiences.
func (w *composer) asking(item string) []study.Voice { return w.asked(item, "", "") }

// asked returns the voices of an item at one year ("" the latest wave of each
// audience) and in one territory ("" everybody).
func (w *composer) asked(item, when string, at territory.Code) []study.Voice {
	latest := map[string]*study.Tabulation{}
	var codes []string
	for _, t := range w.c.Surveys {
		if _, ok := t.Item(item); !ok || when != "" && year(int(w.waveDate(t))) != when {
			continue
		}
		was, known := latest[t.Audience]
		if !known {
			codes = append(codes, t.Audience)
		}
		if !known || w.waveDate(t) > w.waveDate(was) {
			latest[t.Audience] = t
		}
	}
	var surveys []*study.Tabulation
	for _, a := range w.byAudience(codes) {
		surveys = append(surveys, latest[a])
	}
	if at != "" {
		return study.VoicesAt(surveys, item, string(at))
	}
	return study.Voices(surveys, item)
}

// waves returns what one audience answered to an item, wave after wave.
func (w *composer) waves(audience, item string) []study.Voice {
	var surveys []*study.Tabulation
	for _, t := range w.c.Surveys {
		if t.Audience == audience {
			surveys = append(surveys, t)
		}
	}
	slices.SortStableFunc(surveys, func(a, b *study.Tabulation) int { return cmp.Compare(w.waveDate(a), w.waveDate(b)) })
	return study.Voices(surveys, item)
}

// lineName names a line of an item.
func (w *composer) lineName(line, domain string, label study.Words) string {
	switch {
	case line == study.MeanLine:
		return w.t("survey.mean")
	case domain != "":
		return lang.Typeset(w.l, w.domain(domain).Short(w.l))
	}
	return cmp.Or(lang.Typeset(w.l, label.In(w.l)), line)
}

// itemName names an item: its construct, or what was asked.
func (w *composer) itemName(i *study.Item) string {
	if t, ok := w.c.Term("construct", i.Construct); ok {
		return lang.Typeset(w.l, t.Label(w.l))
	}
	return cmp.Or(lang.Typeset(w.l, i.Wording.In(w.l)), i.Code)
}

// scaleOf is the unit of an item's figures and how many decimals they bear: a
// share is told in percent.
type scaleOf struct {
	percent bool
	unit    string
}

func (s scaleOf) times() float64 {
	if s.percent {
		return 100
	}
	return 1
}

func (s scaleOf) decimals() int {
	if s.percent {
		return 0
	}
	return 1
}

// scale returns the unit of a column's figures.
func (w *composer) scale(v study.Voice) scaleOf {
	for _, c := range v.Column.Cells {
		if c.Percent {
			return scaleOf{true, w.t("survey.unit.percent")}
		}
	}
	if v.Item.Scale == "0-10" {
		return scaleOf{false, w.t("survey.unit.score")}
	}
	return scaleOf{false, w.t("survey.unit.number")}
}

// figure writes a value: 41 %, or 6,3.
func (w *composer) figure(c *study.Cell) string {
	if c.Percent {
		return lang.Percent(w.l, 100*c.Value, 0)
	}
	return lang.Number(w.l, c.Value, 1)
}

// interval writes the interval of a value.
func (w *composer) interval(c *study.Cell) string {
	if c.Percent {
		return lang.Interval(w.l, 100*c.Low, 100*c.High, 0)
	}
	return lang.Interval(w.l, c.Low, c.High, 1)
}

// points writes a difference: 12 points, or 0,4.
func (w *composer) points(s scaleOf, x float64) string {
	if s.percent {
		return lang.Points(w.l, 100*x, 0)
	}
	return w.t("survey.notes", "n", lang.Round(x, 1), "x", lang.Signed(w.l, x, 1))
}

// surveyCell makes the cell of a value; secret and imprecise are two signs.
func (w *composer) surveyCell(c *study.Cell, pick func(*study.Cell) float64) Cell {
	switch {
	case c == nil:
		return absent()
	case c.Secret:
		return Cell{Sign: "s"}
	}
	x, decimals := pick(c), 1
	if c.Percent {
		x *= 100
	}
	x = lang.Round(x, decimals)
	out := num(x, lang.Number(w.l, x, decimals))
	if c.Imprecise {
		out.Sign = "ns"
	}
	return out
}

// gapSize writes the size of a difference, whatever its sign.
func (w *composer) gapSize(s scaleOf, x float64) string {
	return strings.TrimPrefix(w.points(s, max(x, -x)), "+")
}

func valueOf(c *study.Cell) float64 { return c.Value }
func lowOf(c *study.Cell) float64   { return c.Low }
func highOf(c *study.Cell) float64  { return c.High }

// syntheticNote warns that figures are made up, when one survey's are.
func (w *composer) syntheticNote(voices ...study.Voice) []Block {
	if !slices.ContainsFunc(voices, func(v study.Voice) bool { return v.Survey.Synthetic }) {
		return nil
	}
	return []Block{{Note: Text{{Text: w.t("survey.synthetic"), Strong: true}}}}
}

// surveyKicker is the line above the title; made-up figures say so there.
func (w *composer) surveyKicker(text string, voices ...study.Voice) string {
	if len(w.syntheticNote(voices...)) > 0 {
		return w.t("survey.synthetic_short") + " · " + text
	}
	return text
}

// surveySource names the surveys behind a figure.
func (w *composer) surveySource(voices ...study.Voice) string {
	var names []string
	synthetic := ""
	for _, v := range voices {
		if n := w.waveName(v.Survey); !slices.Contains(names, n) {
			names = append(names, n)
		}
		if v.Survey.Synthetic {
			synthetic = " (" + w.t("survey.synthetic_short") + ")"
		}
	}
	return strings.Join(names, semicolon(w.l)) + synthetic
}

// chance says a p-value in words.
func (w *composer) chance(p float64) string {
	switch {
	case p < 0.001:
		return w.t("survey.chance.thousand")
	case p < 0.01:
		return w.t("survey.chance.hundred")
	}
	return w.t("survey.chance.twenty")
}

// SurveyPaths lists the pages of surveys and of the regards croisés.
func SurveyPaths(c *edition.Content) []string {
	w := compose(c, Request{Lang: lang.FR})
	var out []string
	seen := map[string]bool{}
	add := func(path string) {
		if !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	for _, x := range w.crossItems() {
		add(hrefCross(x.item))
	}
	for _, p := range c.Published.Crosses() {
		add(hrefCross(p.Construct))
	}
	for _, t := range c.Surveys {
		for i := range t.Items {
			add(w.hrefItem(t, t.Items[i].Code))
		}
		add(w.hrefWeighting(t))
	}
	return out
}
