package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vigie/lang"
	"vigie/stat/survey"
	"vigie/study"
)

// crossTitleOf is the finding of the picture.
func (w *composer) crossTitleOf(x crossed) string {
	name := w.itemName(&x.Voices[0].Item.Item)
	if x.How == study.ByRank {
		return w.t("crossview.survey.title_rank", "item", name)
	}
	if l, g := widest(x); g != nil {
		a, b := x.Voices[g.A], x.Voices[g.B]
		if g.Value < 0 {
			a, b = b, a
		}
		return w.t("crossview.survey.title_widest", "item", name, "line", w.lineName(l.Line, l.Domain, l.Label), "a", w.lower(w.audience(a.Survey.Audience)), "b", w.lower(w.audience(b.Survey.Audience)))
	}
	return w.t("crossview.survey.title", "item", name)
}

func (w *composer) crossField(x crossed) string {
	n := 0
	for _, v := range x.Voices {
		n += v.Column.Base
	}
	return w.t("crossview.survey.field", "n", n, "audiences", len(x.Voices))
}

// crossWhen gives the dates of the waves, each once.
func (w *composer) crossWhen(x crossed) string {
	var out []string
	for _, v := range x.Voices {
		if d := w.waveWhen(v.Survey); !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return lang.List(w.l, out)
}

// crossReading teaches to read the first mark that there is.
func (w *composer) crossReading(x crossed) string {
	for i := range x.Lines {
		l := &x.Lines[i]
		for k, v := range x.Voices {
			c, ok := v.Shown(l.Line)
			switch p := l.Places[k]; {
			case !ok:
			case x.How == study.ByRank && p.OK:
				return w.t("crossview.survey.reading_rank", "audience", w.audience(v.Survey.Audience), "line", w.lineName(l.Line, l.Domain, l.Label), "place", w.placeSaid(p))
			case x.How != study.ByRank:
				return w.t("crossview.survey.reading", "audience", w.audience(v.Survey.Audience), "line", w.lineName(l.Line, l.Domain, l.Label), "value", w.figure(c), "interval", w.interval(c), "base", v.Column.Base)
			}
		}
	}
	return w.t("crossview.survey.reading_none")
}

// crossNotes say what is withheld and how what is shown was compared.
func (w *composer) crossNotes(x crossed, ranks bool) []string {
	var out []string
	secret, imprecise := 0, 0
	for _, l := range x.Lines {
		for _, c := range l.Cells {
			switch {
			case c == nil:
			case c.Secret:
				secret++
			case c.Imprecise:
				imprecise++
			}
		}
	}
	if secret > 0 {
		out = append(out, w.t("survey.note_secret", "n", secret))
	}
	if imprecise > 0 {
		out = append(out, w.t("survey.note_imprecise", "n", imprecise))
	}
	switch {
	case ranks:
		out = append(out, w.t("crossview.survey.note_rank", "n", x.Ranked))
	case x.How == study.SameScale && len(x.Voices) > 1:
		out = append(out, w.t("crossview.survey.note_same"))
	}
	return out
}

// crossLong is the table of a cross: a row an audience on each line.
func (w *composer) crossLong(x crossed) *Table {
	t := &Table{ID: "voix-tableau", Open: true, Caption: w.t("crossview.survey.caption", "item", w.itemName(&x.Voices[0].Item.Item)), Source: w.surveySource(x.Voices...), Licence: w.t("survey.licence"), Head: []Head{
		{Key: "line", Label: w.t("survey.head.line")}, {Key: "audience", Label: w.t("head.audience")}, {Key: "letter", Label: w.t("survey.head.letter")},
		{Key: "value", Label: w.t("head.value"), Numeric: true}, {Key: "unit", Label: w.t("head.unit")}, {Key: "low", Label: w.t("survey.head.low"), Numeric: true}, {Key: "high", Label: w.t("survey.head.high"), Numeric: true},
		{Key: "base", Label: w.t("survey.head.base"), Numeric: true}, {Key: "higher", Label: w.t("survey.head.higher")}, {Key: "rank", Label: w.t("survey.head.rank"), Numeric: true}, {Key: "ranks", Label: w.t("survey.head.ranks")}}}
	for i := range x.Lines {
		l := &x.Lines[i]
		for k, v := range x.Voices {
			c := l.Cells[k]
			row := Row{Cells: []Cell{word(w.lineName(l.Line, l.Domain, l.Label)), linked(w.audience(v.Survey.Audience), w.hrefItem(v.Survey, x.item)), word(survey.Letter(k)),
				w.surveyCell(c, valueOf), word(w.scale(v).unit), w.surveyCell(c, lowOf), w.surveyCell(c, highOf), w.baseCell(v), word(x.higher(i, k)), {Sign: "nd"}, word("")}}
			if p := l.Places[k]; p.OK {
				row.Cells[9], row.Cells[10] = num(p.Rank, lang.Number(w.l, p.Rank, decimalsOf(p.Rank))), word(lang.Range(w.l, float64(p.Low), float64(p.High), 0))
			} else {
				row.Cells[9].Sign = cmp.Or(row.Cells[3].Sign, "nd")
			}
			t.Rows = append(t.Rows, row)
		}
	}
	t.Notes = []string{w.t("survey.note_letters")}
	return t
}

// baseCell is the number of answers of a voice.
func (w *composer) baseCell(v study.Voice) Cell {
	if v.Column.Secret {
		return Cell{Sign: "s"}
	}
	return num(float64(v.Column.Base), lang.Number(w.l, float64(v.Column.Base), 0))
}

// higher lists the letters of the audiences that one is higher than on a line.
func (x *crossed) higher(line, k int) string {
	out := ""
	for other := range x.Voices {
		for _, g := range x.Lines[line].Gaps {
			if g.Told() && (g.A == other && g.B == k && g.Value > 0 || g.A == k && g.B == other && g.Value < 0) {
				out += survey.Letter(other)
			}
		}
	}
	return out
}

// mostApart is the number of differences told in words; the table has them all.
const mostApart = 8

// crossSaid tells in words what sets audiences apart, and what they share.
func (w *composer) crossSaid(x crossed) Section {
	s := Section{ID: "ecarts", Title: w.t("crossview.survey.said_title")}
	if len(x.Voices) < 2 {
		return Section{}
	}
	if x.How == study.SameScale {
		s.Blocks = w.gapBlocks(x)
	}
	if len(x.Accords) > 0 {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("crossview.survey.accord_title")}, paragraph(plain(w.t("crossview.survey.accord_intro"))))
		var list []Text
		for _, a := range x.Accords {
			list = append(list, plain(lang.Sentence(w.accordSentence(x, a))+"."))
		}
		s.Blocks = append(s.Blocks, Block{List: list})
	}
	return s
}

// gapBlocks lists the differences that can be told, the largest first.
func (w *composer) gapBlocks(x crossed) []Block {
	type one struct {
		line *study.CrossLine
		gap  *study.CrossGap
	}
	var all []one
	pairs := 0
	for i := range x.Lines {
		pairs += len(x.Lines[i].Gaps)
		for k := range x.Lines[i].Gaps {
			if g := &x.Lines[i].Gaps[k]; g.Told() {
				all = append(all, one{&x.Lines[i], g})
			}
		}
	}
	if pairs == 0 {
		return []Block{paragraph(plain(w.t("crossview.survey.no_test")))}
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(max(b.gap.Value, -b.gap.Value), max(a.gap.Value, -a.gap.Value)) })
	out := []Block{paragraph(plain(w.t("crossview.survey.count", "told", len(all), "pairs", pairs)))}
	var list []Text
	for _, o := range all[:min(len(all), mostApart)] {
		a, b := x.Voices[o.gap.A], x.Voices[o.gap.B]
		if o.gap.Value < 0 {
			a, b = b, a
		}
		s := w.scale(a)
		list = append(list, plain(w.t("crossview.survey.gap", "line", w.lineName(o.line.Line, o.line.Domain, o.line.Label), "high", w.lower(w.audience(b.Survey.Audience)), "low", w.lower(w.audience(a.Survey.Audience)),
			"gap", w.gapSize(s, o.gap.Value), "interval", w.gapInterval(s, o.gap), "chance", w.chance(o.gap.Adjusted))))
	}
	if len(list) > 0 {
		out = append(out, Block{List: list})
	}
	return out
}

// crossAsked says how each audience was asked.
func (w *composer) crossAsked(x crossed) Section {
	t := &Table{ID: "questions", Open: true, Caption: w.t("crossview.survey.asked_caption"), Head: []Head{{Key: "audience", Label: w.t("head.audience")}, {Key: "wave", Label: w.t("survey.head.wave")}, {Key: "date", Label: w.t("head.date")},
		{Key: "wording", Label: w.t("survey.head.wording")}, {Key: "scale", Label: w.t("survey.head.scale")}, {Key: "differs", Label: w.t("survey.head.differs")}, {Key: "mode", Label: w.t("survey.head.mode")},
		{Key: "base", Label: w.t("survey.head.base"), Numeric: true}, {Key: "effective", Label: w.t("survey.head.effective"), Numeric: true}}}
	for _, v := range x.Voices {
		effective := w.baseCell(v)
		if !v.Column.Secret {
			effective = num(lang.Round(v.Column.Effective, 0), lang.Number(w.l, v.Column.Effective, 0))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(w.audience(v.Survey.Audience), w.hrefItem(v.Survey, x.item)), word(w.waveName(v.Survey)), word(w.waveWhen(v.Survey)),
			word(lang.Typeset(w.l, v.Item.Wording.In(w.l))), word(w.scaleName(&v.Item.Item)), word(lang.Typeset(w.l, v.Item.Differs.In(w.l))), word(w.mode(v.Survey)), w.baseCell(v), effective}})
	}
	return Section{ID: "questions", Title: w.t("crossview.survey.asked"), Blocks: []Block{{Table: t}}}
}

// scaleName writes a scale as a reader says it: « 3 sur 16 », « de 0 à 10 ».
func (w *composer) scaleName(i *study.Item) string {
	switch k, of, ok := strings.Cut(i.Scale, " of "); {
	case i.Scale == "yes/no":
		return w.t("survey.scale.yes_no")
	case i.Scale == "0-10":
		return w.t("survey.scale.score")
	case ok:
		return w.t("survey.scale.several", "k", k, "of", of)
	}
	return lang.Typeset(w.l, i.Scale)
}

// mode names how answers were gathered.
func (w *composer) mode(t *study.Tabulation) string {
	if m, ok := w.c.Term("survey_mode", t.Mode); ok {
		return lang.Typeset(w.l, m.Label(w.l))
	}
	return t.Mode
}

// crossList leads to each question that several audiences were asked.
func (w *composer) crossList(items []crossed, crosses []study.PublishedCross) Section {
	s := Section{ID: "questions", Title: w.t("crossview.list")}
	var cards []Card
	seen := map[string]bool{}
	for _, x := range items {
		seen[x.item] = true
		tag := ""
		if len(w.syntheticNote(x.Voices...)) > 0 {
			tag = w.t("survey.synthetic_short")
		}
		cards = append(cards, Card{Title: w.itemName(&x.Voices[0].Item.Item), Href: hrefCross(x.item), Tag: tag, Detail: w.t("crossview.card_survey", "n", len(x.Voices), "when", w.crossWhen(x))})
	}
	for i := range crosses {
		c := &crosses[i]
		if seen[c.Construct] {
			continue
		}
		seen[c.Construct] = true
		cards = append(cards, Card{Title: w.construct(c.Construct), Href: hrefCross(c.Construct), Detail: w.t("crossview.card_published", "n", len(c.Audiences), "figures", strconv.Itoa(len(c.Figures)))})
	}
	if len(cards) > 0 {
		s.Blocks = []Block{{Cards: cards}}
	}
	return s
}
