package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
)

// Study composes one study and its waves: who was asked, how, what was
// published of it, who took part. id is its address or that of a wave.
func Study(c *edition.Content, r Request, id string) (Document, error) {
	w := compose(c, r)
	s, ok := c.Register.Study(id)
	if !ok {
		wave, found := c.Register.Wave(id)
		if !found {
			return Document{}, fault.NotFoundf(w.s("fault.study_do"), "%s", w.s("fault.study", "id", id))
		}
		s, _ = c.Register.Study(wave.Slug())
	}
	newest := s.Last()
	d := w.document("study", "etude/"+s.Slug, lang.Typeset(w.l, newest.Title.In(w.l)))
	d.Crumbs = []Link{{w.s("crumb"), StudyPath}}
	if t, ok := c.Term("programme", newest.Programme); ok {
		d.Kicker = w.programmeTitle(t)
		d.Crumbs = append(d.Crumbs, Link{t.Code, hrefProgramme(t.Code)})
	}
	d.Answer = w.studyAnswer(s)
	d.Summary = d.Answer[0].Plain()
	for i := len(s.Waves) - 1; i >= 0; i-- {
		d.Sections = append(d.Sections, w.waveSection(s.Waves[i]))
	}
	d.Sections = append(d.Sections, w.studyItems(s)...)
	d.Sections = append(d.Sections, w.studyFigures(s)...)
	if all := c.Register.PartnersOf(s); len(all) > 0 {
		d.Sections = append(d.Sections, Section{ID: "partenaires", Title: w.s("partners"), Blocks: []Block{{Table: w.partnerTable("partenaires", all)}}})
	}
	if all := c.Register.EventsOf(s); len(all) > 0 {
		d.Sections = append(d.Sections, Section{ID: "rencontres", Title: w.s("presented"), Blocks: []Block{{Table: w.eventTable("rencontres", all)}}})
	}
	if cards := w.studyPublications(s); len(cards) > 0 {
		d.Sections = append(d.Sections, Section{ID: "publications", Title: w.t("publications.title"), Blocks: []Block{{Cards: cards}}})
	}
	return d, nil
}

// studyItems lead to the questions of the waves whose answers are published, and
// to how they were weighted.
func (w *composer) studyItems(s *study.Study) []Section {
	var cards []Card
	for _, t := range w.c.Surveys {
		if !slices.ContainsFunc(s.Waves, func(v *study.Wave) bool { return v.ID == t.Wave }) {
			continue
		}
		for i := range t.Items {
			cards = append(cards, Card{Title: lang.Typeset(w.l, t.Items[i].Wording.In(w.l)), Href: w.hrefItem(t, t.Items[i].Code), Tag: w.waveName(t)})
		}
		cards = append(cards, Card{Title: w.s("weighting"), Href: w.hrefWeighting(t), Tag: w.waveName(t)})
	}
	if cards == nil {
		return nil
	}
	return []Section{{ID: "reponses", Title: w.s("asked"), Blocks: []Block{{Cards: cards}}}}
}

// studyAnswer says who was asked, how many and when, and what is known of it.
func (w *composer) studyAnswer(s *study.Study) []Text {
	v, n, rivals := s.Last(), 0, 0
	for _, x := range s.Waves {
		for _, f := range w.figuresOf(x) {
			n++
			if len(w.c.Published.Rivals(f.ID)) > 0 {
				rivals++
			}
		}
	}
	var first Text
	if len(v.Audiences) == 0 {
		first = plain(w.s("study_report", "date", w.date(v.Published)))
	} else {
		first = plain(w.s("study_answer", "audience", lang.Sentence(w.lower(w.audiences(v.Audiences))), "size", w.size(v), "date", w.date(v.Published), "waves", len(s.Waves)))
	}
	return []Text{first, plain(w.s("study_figures", "n", n, "rivals", rivals))}
}

// waveSection is the sheet of a wave: every item that a reader may ask for, said
// to be unpublished when it is.
func (w *composer) waveSection(v *study.Wave) Section {
	s := Section{ID: v.ID, Title: w.s("sheet", "date", w.date(v.Published))}
	var list []Text
	item := func(key, text string) {
		list = append(list, w.item(key, Span{Text: cmp.Or(text, w.s("unknown"))}))
	}
	linkItem := func(key, text, to string) {
		list = append(list, w.item(key, Span{Text: text, Href: to}))
	}
	if t, ok := w.c.Term("programme", v.Programme); ok {
		linkItem("programme", w.programmeTitle(t), hrefProgramme(t.Code))
	}
	if t, ok := w.c.Term("programme_phase", v.Phase); ok {
		item("phase", t.Label(w.l))
	}
	item("audience", w.audiences(v.Audiences))
	item("universe", lang.Typeset(w.l, v.Universe.In(w.l)))
	item("design", lang.Typeset(w.l, v.Design.In(w.l)))
	if len(v.Audiences) > 0 {
		mode, _ := w.c.Term("survey_mode", v.Mode)
		item("mode", mode.Label(w.l))
		item("field", w.fieldwork(v))
		item("size", w.size(v))
		item("institute", strings.Join(v.Institutes, semicolon(w.l)))
	}
	item("territory", w.coverage(v))
	if other, ok := w.c.Register.Wave(v.ComparableWith); ok {
		linkItem("comparable", w.s("dated", "name", lang.Typeset(w.l, other.Title.In(w.l)), "date", w.date(other.Published)), hrefWave(other))
	}
	if note := v.Note.In(w.l); note != "" {
		item("note", lang.Typeset(w.l, note))
	}
	list = append(list, w.documentItems(v.Documents)...)
	s.Blocks = []Block{{List: append(list, w.sourceItem(v.Sources))}}
	if len(v.Audiences) > 0 && v.SampleSize == 0 {
		s.Blocks = append(s.Blocks, Block{Note: plain(w.s("size_note"))})
	}
	return s
}

// fieldwork says when answers were gathered.
func (w *composer) fieldwork(v *study.Wave) string {
	switch {
	case v.FieldStart.Precision == study.NoDate:
		return ""
	case v.FieldEnd.Precision == study.NoDate:
		return w.date(v.FieldStart)
	}
	return w.t("span", "first", w.date(v.FieldStart), "last", w.date(v.FieldEnd))
}

// documentItems leads to documents by their kind; that there is no questionnaire
// is said.
func (w *composer) documentItems(all []study.Document) []Text {
	out := []Text{}
	asked := false
	for _, x := range all {
		asked = asked || x.Kind == "questionnaire"
		out = append(out, w.documentItem(x))
	}
	if !asked {
		out = append(out, w.item("questionnaire", Span{Text: w.s("unknown")}))
	}
	return out
}

// item is one line of a sheet: its name, then what is known.
func (w *composer) item(key string, known ...Span) Text {
	return append(Text{{Text: w.s("item." + key), Strong: true}, {Text: " "}}, known...)
}

func (w *composer) documentItem(x study.Document) Text {
	return w.item("document", Span{Text: w.s("document."+x.Kind) + " — " + siteOf(x.Address), Href: x.Address})
}

// siteOf is the name of the site of an address.
func siteOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.TrimPrefix(host, "www.")
}

// sourceItem says where a line of the register was read.
func (w *composer) sourceItem(sources []string) Text {
	out := w.item("source")
	for i, s := range w.sourceNames(sources) {
		if i > 0 {
			out = append(out, Span{Text: semicolon(w.l)})
		}
		out = append(out, s)
	}
	return out
}

// sourceNames names sources: keys by what the list of sources calls them,
// addresses by their site.
func (w *composer) sourceNames(sources []string) []Span {
	var out []Span
	for _, s := range sources {
		if strings.HasPrefix(s, "http") {
			out = append(out, Span{Text: siteOf(s), Href: s})
			continue
		}
		var names []Span
		for key := range strings.FieldsSeq(s) {
			t, ok := w.c.Term("source_key", key)
			if !ok {
				names = nil
				break
			}
			names = append(names, Span{Text: t.Label(w.l)})
		}
		if names == nil {
			names = []Span{{Text: lang.Typeset(w.l, s)}}
		}
		out = append(out, names...)
	}
	return out
}

// studyFigures are the published figures of the study and the questions that
// lead on to trends.
func (w *composer) studyFigures(s *study.Study) []Section {
	var all []study.PublishedFigure
	for _, v := range s.Waves {
		all = append(all, w.figuresOf(v)...)
	}
	section := Section{ID: "chiffres", Title: w.s("figures_title")}
	if len(all) == 0 {
		section.Blocks = []Block{paragraph(plain(w.s("figures_none")))}
		return []Section{section}
	}
	t := w.publishedTable("chiffres-publies", w.s("figures_caption", "n", len(all)), all)
	t.Open = true
	section.Blocks = []Block{{Table: t}}
	var cards []Card
	seen := map[string]bool{}
	for _, f := range all {
		if c, ok := w.c.Term("construct", f.Construct); ok && !seen[c.Code] {
			seen[c.Code] = true
			cards = append(cards, Card{Title: c.Label(w.l), Href: hrefTrend(c.Code), Tag: w.s("trend_tag")})
		}
	}
	out := []Section{section}
	if len(cards) > 0 {
		out = append(out, Section{ID: "questions", Title: w.s("questions"), Blocks: []Block{{Cards: cards}}})
	}
	return out
}

// studyPublications are the lines of the list of publications that bear the
// study's name.
func (w *composer) studyPublications(s *study.Study) []Card {
	var cards []Card
	for i := range w.c.Publication {
		p := &w.c.Publication[i]
		if of, ok := w.studyOfPublication(p); ok && of.Slug == s.Slug {
			kind, _ := w.c.Term("publication_kind", p.Kind)
			cards = append(cards, Card{Title: lang.Typeset(w.l, p.Title(w.l)), Href: cmp.Or(p.URL(), "/publications#liste"), Detail: w.date(p.Date), Tag: kind.Label(w.l)})
		}
	}
	return cards
}

// studyOfPublication is the study whose name begins the title of a publication.
func (w *composer) studyOfPublication(p *study.Publication) (*study.Study, bool) {
	title := lang.Fold(p.TitleFR) + " "
	all := w.c.Register.Studies()
	for i := range all {
		if strings.HasPrefix(title, lang.Fold(all[i].Name)+" ") || title == lang.Fold(all[i].Last().Title.FR)+" " {
			return &all[i], true
		}
	}
	return nil, false
}
