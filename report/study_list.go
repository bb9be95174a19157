package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/study"
	"vigie/taxonomy"
)

// The addresses of studies, programmes, trends and the calendar.
const (
	StudyPath     = "/etudes"
	ProgrammePath = "/programmes"
	TrendPath     = "/tendances"
	CalendarPath  = "/calendrier"
)

func hrefStudy(slug string) string      { return StudyPath + "/" + slug }
func hrefProgramme(code string) string  { return ProgrammePath + "/" + code }
func hrefTrend(construct string) string { return TrendPath + "/" + construct }
func hrefEvent(id string) string        { return CalendarPath + "/" + id }

// hrefWave is where a wave stands on the page of its study.
func hrefWave(v *study.Wave) string { return hrefStudy(v.Slug()) + "#" + v.ID }

// s returns a message of the catalogue's section of studies.
func (w *composer) s(key string, args ...any) string { return w.t("study."+key, args...) }

// Studies composes what citizens, mayors, company leaders and associations
// were asked, programme by programme.
func Studies(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("studies", "etudes", w.s("title"))
	d.Answer = w.studiesAnswer()
	d.Summary = d.Answer[0].Plain()
	if len(c.Register.Studies()) == 0 {
		d.Sections = []Section{{ID: "rien", Blocks: []Block{paragraph(w.text("study.none", "link", Span{Text: w.s("none_link"), Href: "/publications#resultats"}))}}}
		return d, nil
	}
	d.Sections = []Section{{ID: "lire", Blocks: []Block{{Cards: w.studyEntrances()}}}}
	programmes := slices.Clone(c.Taxonomy.Terms("programme"))
	slices.Reverse(programmes)
	for _, p := range programmes {
		if t := w.studyTable("etudes-"+lang.Fold(p.Code), w.programmeWaves(p.Code)); len(t.Rows) > 0 {
			aim := w.text("study.of_programme", "aim", p.Attribute("aim", w.l), "link", Span{Text: w.s("programme_link"), Href: hrefProgramme(p.Code)})
			d.Sections = append(d.Sections, Section{ID: p.Code, Title: w.programmeTitle(p), Blocks: []Block{paragraph(aim), {Table: t}}})
		}
	}
	if t := w.studyTable("etudes-hors", w.programmeWaves("")); len(t.Rows) > 0 {
		d.Sections = append(d.Sections, Section{ID: "hors", Title: w.s("outside"), Blocks: []Block{{Table: t}}})
	}
	return d, nil
}

func (w *composer) studyEntrances() []Card {
	var out []Card
	if len(w.c.Surveys) > 0 {
		out = append(out, Card{Title: w.e("entrance"), Href: ExplorerPath, Detail: w.e("entrance_detail")})
	}
	return append(out, []Card{
		{Title: w.t("crossview.title"), Href: CrossPath, Detail: w.t("crossview.kicker")},
		{Title: w.s("trends"), Href: TrendPath, Detail: w.s("trends_detail")},
		{Title: w.s("calendar"), Href: CalendarPath, Detail: w.s("calendar_detail")},
		{Title: w.t("publications.title"), Href: "/publications", Detail: w.s("publications_detail", "n", len(w.c.Publication), "figures", len(w.c.Published.All()))},
	}...)
}

// programmeTitle is a programme with its years.
func (w *composer) programmeTitle(p taxonomy.Term) string {
	return w.s("programme_title", "name", p.Label(w.l), "years", w.programmeYears(p))
}

func (w *composer) programmeYears(p taxonomy.Term) string {
	return w.s("years", "start", p.Attributes["start_year"], "end", p.Attributes["end_year"], "ended", p.Attributes["end_year"] != "")
}

// programmeWaves are the waves of a programme, the newest first.
func (w *composer) programmeWaves(code string) []*study.Wave {
	var out []*study.Wave
	all := w.c.Register.Waves()
	for i := range all {
		if all[i].Programme == code {
			out = append(out, &all[i])
		}
	}
	slices.Reverse(out)
	return out
}

// studiesAnswer says how many were asked what, and the latest answers to the
// question that most audiences were asked.
func (w *composer) studiesAnswer() []Text {
	r := w.c.Register
	if len(r.Studies()) == 0 {
		return []Text{plain(w.s("answer_none"))}
	}
	first, last, sized, asked := "", "", 0, 0
	for _, v := range r.Waves() {
		if len(v.Audiences) == 0 {
			continue
		}
		asked++
		if v.SampleSize > 0 {
			sized++
		}
		if y := v.Published.Start; y != "" {
			first, last = cmp.Or(first, y[:4]), y[:4]
		}
	}
	out := []Text{}
	if t, ok := w.sharedQuestion(); ok {
		out = append(out, t)
	}
	return append(out, plain(w.s("answer", "n", asked, "first", first, "last", last, "sized", sized)))
}

// sharedQuestion gives the latest published shares of the question that most
// audiences were asked.
func (w *composer) sharedQuestion() (Text, bool) {
	var best []study.PublishedTrend
	for _, t := range w.c.Taxonomy.Terms("construct") {
		var latest []study.PublishedTrend
		for _, x := range study.PublishedTrends(w.c.Published, w.c.Register, w.c.Taxonomy, t.Code) {
			if x.Unit == study.Percent && x.Domain == "" && len(x.Points) > 0 && w.national(&x) && !slices.ContainsFunc(latest, func(o study.PublishedTrend) bool { return o.Audience == x.Audience }) {
				latest = append(latest, x)
			}
		}
		if len(latest) > len(best) {
			best = latest
		}
	}
	if len(best) < 2 {
		return nil, false
	}
	slices.SortStableFunc(best, func(a, b study.PublishedTrend) int { return cmp.Compare(last(b).Figure.Value, last(a).Figure.Value) })
	var said []string
	newest := study.Date{}
	for _, t := range best {
		p := last(t)
		said = append(said, w.s("share", "value", w.valueOfPoint(&p), "audience", w.lower(w.audience(t.Audience))))
		if p.Date.SortKey() > newest.SortKey() {
			newest = p.Date
		}
	}
	construct, _ := w.c.Term("construct", best[0].Construct)
	return w.text("study.shared", "construct", Span{Text: construct.Label(w.l), Href: hrefTrend(construct.Code)}, "values", lang.List(w.l, said), "date", w.date(newest)), true
}

func last(t study.PublishedTrend) study.PublishedPoint { return t.Points[len(t.Points)-1] }

func (w *composer) audience(code string) string {
	t, _ := w.c.Term("audience", code)
	return t.Label(w.l)
}

// audiences names those who were asked.
func (w *composer) audiences(codes []string) string {
	if len(codes) == 0 {
		return w.s("nobody")
	}
	var names []string
	for _, code := range codes {
		names = append(names, w.audience(code))
	}
	return strings.Join(names, semicolon(w.l))
}

// studyTable lists waves with who was asked, when and how many.
func (w *composer) studyTable(id string, waves []*study.Wave) *Table {
	t := &Table{ID: id, Open: true, Caption: w.s("caption", "n", len(waves)), Head: []Head{{Key: "study", Label: w.t("head.study")}, {Key: "audience", Label: w.t("head.audience")},
		{Key: "published", Label: w.s("published")}, {Key: "sample", Label: w.t("head.sample")}, {Key: "territory", Label: w.t("head.territory")},
		{Key: "figures", Label: w.s("figures"), Numeric: true}}}
	for _, v := range waves {
		n := len(w.figuresOf(v))
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(lang.Typeset(w.l, v.Title.In(w.l)), hrefWave(v)), {Text: w.audiences(v.Audiences), Raw: strings.Join(v.Audiences, " ")},
			{Text: w.date(v.Published), Raw: v.Published.String()}, {Text: w.size(v), Raw: w.rawSize(v)}, word(w.coverage(v)), num(float64(n), lang.Number(w.l, float64(n), 0))}})
	}
	return t
}

// size says the size of a wave's sample, or that it was not published.
func (w *composer) size(v *study.Wave) string {
	switch {
	case len(v.Audiences) == 0:
		return w.s("no_sample")
	case v.SampleSize == 0:
		return w.s("size_unknown")
	}
	return w.t("published.sample", "qualifier", v.SampleQualifier, "n", v.SampleSize)
}

func (w *composer) rawSize(v *study.Wave) string {
	if v.SampleSize == 0 {
		return ""
	}
	return v.SampleQualifier + lang.Decimal(float64(v.SampleSize), 0)
}

func (w *composer) coverage(v *study.Wave) string {
	if len(v.Territories) == 0 {
		return w.s("unknown")
	}
	return lang.List(w.l, w.labels(v.Territories))
}

// figuresOf are the published figures of a wave, rivals and repeats included.
func (w *composer) figuresOf(v *study.Wave) []study.PublishedFigure {
	var out []study.PublishedFigure
	for _, f := range w.c.Published.All() {
		if own, ok := w.c.Register.WaveOf(&f); ok && own == v {
			out = append(out, f)
		}
	}
	return out
}
