package report

import (
	"math"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
)

// ExplorerPath is where a reader crosses the questions of surveys.
const ExplorerPath = "/explorer"

// The names in the address of a cross.
const (
	surveyInput   = "enquete"
	questionInput = "question"
	byInput       = "par"
	thenInput     = "puis"
	answerInput   = "reponse"
)

// Asker answers a cross of a survey of the edition.
type Asker func(wave, audience string, q study.CrossQuery) (*study.Crossed, error)

// exploring is a cross as the page tells it.
type exploring struct {
	*composer
	tab   *study.Tabulation
	item  *study.ItemTable
	query study.CrossQuery
	out   *study.Crossed
	line  string // the answer that is drawn
}

// e returns a message of the catalogue's section of the explorer.
func (w *composer) e(key string, args ...any) string { return w.t("explorer."+key, args...) }

// Explorer composes a question of a survey crossed by up to two variables.
//
// Error: NotFound or Invalid for a question that is not one; a refusal for
// secrecy is a page that tells why.
func Explorer(c *edition.Content, r Request, ask Asker) (Document, error) {
	w := compose(c, r)
	d := w.document("explorer", "explorer", w.e("title"))
	d.Kicker = w.e("kicker")
	if len(c.Surveys) == 0 {
		d.Answer = []Text{plain(w.e("none"))}
		d.Summary = d.Answer[0].Plain()
		d.Sections = []Section{{ID: "rien", Blocks: []Block{paragraph(w.text("explorer.none_do", "link", Span{Text: w.e("none_link"), Href: StudyPath}))}}}
		return d, nil
	}
	x, err := w.exploring()
	if err != nil {
		return d, err
	}
	form := Section{ID: "choisir", Blocks: []Block{{Form: x.form()}}}
	x.out, err = ask(x.tab.Wave, x.tab.Audience, x.query)
	if f, ok := err.(*fault.Error); ok && f.Kind == fault.Denied {
		d.Refused = true
		d.Answer = []Text{plain(w.e("refused", "what", lang.Typeset(w.l, f.What), "do", lang.Typeset(w.l, f.Do)))}
		d.Summary = d.Answer[0].Plain()
		d.Sections = []Section{form}
		return d, nil
	}
	if err != nil {
		return d, err
	}
	x.line = x.chosen()
	d.State = x.state()
	d.Answer = []Text{plain(x.finding())}
	d.Summary = d.Answer[0].Plain()
	figure := x.figure()
	table := x.table()
	d.Sections = []Section{form, {ID: "croisement", Title: lang.Typeset(w.l, x.item.Wording.In(w.l)), Blocks: []Block{{Figure: &figure}, {Table: &table}, {Note: plain(x.secrecyNote())}}}}
	return d, nil
}

// exploring reads the state of the address; what is not said is the first of
// what there is.
func (w *composer) exploring() (*exploring, error) {
	x := &exploring{composer: w, tab: w.c.Surveys[0]}
	if asked := w.r.First(surveyInput); asked != "" {
		k := slices.IndexFunc(w.c.Surveys, func(t *study.Tabulation) bool { return surveyValue(t) == asked })
		if k < 0 {
			return nil, fault.NotFoundf(w.e("fault.survey_do"), "%s", w.e("fault.survey", "survey", asked))
		}
		x.tab = w.c.Surveys[k]
	}
	if len(x.tab.Items) == 0 {
		return nil, fault.NotFoundf(w.e("fault.survey_do"), "%s", w.e("fault.survey", "survey", surveyValue(x.tab)))
	}
	x.item = &x.tab.Items[0]
	if asked := w.r.First(questionInput); asked != "" {
		if it, ok := x.tab.Item(asked); ok {
			x.item = it
		} else if w.r.First(surveyInput) != "" && !w.askedElsewhere(asked) {
			return nil, fault.NotFoundf(w.e("fault.item_do"), "%s", w.e("fault.item", "item", asked))
		}
	}
	x.query.Item = x.item.Code
	for _, name := range []string{byInput, thenInput} {
		code := w.r.First(name)
		if code == "" || slices.Contains(x.query.By, code) {
			continue
		}
		if slices.ContainsFunc(x.tab.Breakdowns, func(b study.Breakdown) bool { return b.Code == code }) {
			x.query.By = append(x.query.By, code)
		}
	}
	return x, nil
}

// askedElsewhere tells whether another survey has a question of that code: then
// a reader has just changed the survey.
func (w *composer) askedElsewhere(item string) bool {
	return slices.ContainsFunc(w.c.Surveys, func(t *study.Tabulation) bool { _, ok := t.Item(item); return ok })
}

func surveyValue(t *study.Tabulation) string { return t.Wave + "/" + t.Audience }

// surveyLabel names a survey: its wave and whom it asked.
func (w *composer) surveyLabel(t *study.Tabulation) string {
	name := t.Wave
	if wave, ok := w.c.Register.Wave(t.Wave); ok && wave.Title.In(w.l) != "" {
		name = lang.Typeset(w.l, wave.Title.In(w.l))
	}
	audience, _ := w.c.Term("audience", t.Audience)
	label := w.e("survey_label", "wave", name, "audience", audience.Label(w.l))
	if t.Synthetic {
		label = w.e("synthetic_label", "survey", label)
	}
	return label
}

func (x *exploring) form() *Form {
	choose := func(name, label, none string) *Field {
		f := &Field{Name: name, Label: label}
		if none != "" {
			f.Options = append(f.Options, Option{Value: "", Label: none})
		}
		return f
	}
	add := func(f *Field, value, label string, selected bool) {
		f.Options = append(f.Options, Option{Value: value, Label: label, Selected: selected})
	}
	survey, item := choose(surveyInput, x.e("field.survey"), ""), choose(questionInput, x.e("field.item"), "")
	for _, t := range x.c.Surveys {
		add(survey, surveyValue(t), x.surveyLabel(t), t == x.tab)
	}
	for i := range x.tab.Items {
		it := &x.tab.Items[i]
		add(item, it.Code, lang.Typeset(x.l, it.Wording.In(x.l)), it == x.item)
	}
	by, then := choose(byInput, x.e("field.by"), x.e("field.everybody")), choose(thenInput, x.e("field.then"), x.e("field.nothing"))
	for _, b := range x.tab.Breakdowns {
		label := lang.Typeset(x.l, b.Label.In(x.l))
		add(by, b.Code, label, len(x.query.By) > 0 && x.query.By[0] == b.Code)
		add(then, b.Code, label, len(x.query.By) > 1 && x.query.By[1] == b.Code)
	}
	return &Form{Action: ExplorerPath, Submit: x.e("submit"), Fields: []Field{*survey, *item, *by, *then}}
}

// state is the shortest query that names the page.
func (x *exploring) state() map[string][]string {
	out := map[string][]string{surveyInput: {surveyValue(x.tab)}, questionInput: {x.item.Code}}
	for k, name := range []string{byInput, thenInput} {
		if k < len(x.query.By) {
			out[name] = []string{x.query.By[k]}
		}
	}
	if x.r.First(answerInput) == x.line {
		out[answerInput] = []string{x.line}
	}
	return out
}

// chosen is the answer that is drawn: the one asked for, or that of the highest
// share over the columns.
func (x *exploring) chosen() string {
	best, asked := "", x.r.First(answerInput)
	highest := math.Inf(-1)
	sums := map[string]float64{}
	for _, line := range x.lines() {
		if line == asked {
			return line
		}
		x.each(func(_, _ string, c *study.Column) {
			if cell, ok := c.Cell(line); ok && !cell.Secret {
				sums[line] += cell.Value
			}
		})
		if sums[line] > highest && !strings.HasPrefix(line, study.RankLine) {
			best, highest = line, sums[line]
		}
	}
	if slices.Contains(x.lines(), study.MeanLine) {
		return study.MeanLine
	}
	return best
}

// each visits the columns in order, with the labels of their levels.
func (x *exploring) each(visit func(block, level string, c *study.Column)) {
	for i := range x.out.Blocks {
		b := &x.out.Blocks[i]
		block := ""
		if len(x.out.By) > 1 {
			block = x.level(0, b.Level)
		}
		for k := range b.Table.Columns {
			level := x.e("everybody")
			if len(x.out.By) > 0 {
				level = x.level(len(x.out.By)-1, b.Table.Columns[k].Level)
			}
			visit(block, level, &b.Table.Columns[k])
		}
	}
}

// level names a level of a breakdown.
func (x *exploring) level(by int, code string) string {
	for _, l := range x.out.By[by].Levels {
		if l.Code == code {
			if label := l.Label.In(x.l); label != "" {
				return lang.Typeset(x.l, label)
			}
		}
	}
	if x.out.By[by].Territory {
		return x.territoryLabel(code)
	}
	return code
}

// lines lists the answers in the order of the question.
func (x *exploring) lines() []string {
	var out []string
	for _, o := range x.item.Options {
		out = append(out, o.Code)
	}
	x.each(func(_, _ string, c *study.Column) {
		for _, cell := range c.Cells {
			if !slices.Contains(out, cell.Line) {
				out = append(out, cell.Line)
			}
		}
	})
	return out
}

// lineLabel names an answer.
func (x *exploring) lineLabel(line string) string {
	if line == study.MeanLine {
		return x.e("mean")
	}
	option, rank := strings.CutPrefix(line, study.RankLine+":")
	label := option
	for _, o := range x.item.Options {
		if o.Code == option {
			if label = lang.Typeset(x.l, o.Label.In(x.l)); o.Domain != "" && o.Label.FR == "" {
				label = x.domain(o.Domain).Label(x.l)
			}
		}
	}
	if rank {
		return x.e("rank", "option", label)
	}
	return label
}
