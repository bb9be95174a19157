package report

import (
	"slices"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/study"
)

// CrossPath is the page of the regards croisés.
const CrossPath = "/regards-croises"

// hrefCross returns the address of one item, or of one construct of the
// published record, across audiences.
func hrefCross(item string) string { return CrossPath + "/" + item }

// CrossViews composes the regards croisés: what surveys of this edition and what
// was published say of one question asked of several audiences.
func CrossViews(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("crossview_list", "regards-croises", w.t("crossview.title"))
	crosses := c.Published.Crosses()
	items := w.crossItems()
	d.Kicker = w.t("crossview.kicker")
	var lead *Figure
	if len(crosses) > 0 {
		d.Answer, lead = w.publishedAnswer(&crosses[0]), w.publishedCrossFigure("une", &crosses[0])
	}
	if len(items) > 0 {
		d.Answer, lead = []Text{w.crossAnswer(items[0])}, w.crossFigure("une", items[0])
	}
	if len(d.Answer) == 0 {
		d.Answer = []Text{plain(w.t("crossview.none"))}
	}
	d.Summary = d.Answer[0].Plain()
	if lead != nil {
		d.Sections = append(d.Sections, Section{ID: "image", Title: w.t("crossview.picture"), Blocks: append(w.syntheticNote(voicesOf(items)...), Block{Figure: lead})})
	}
	d.Sections = append(d.Sections, w.crossList(items, crosses), w.feltSection(), w.crossTable(crosses), w.crossMethod(len(items) > 0))
	d.Sections = kept(d.Sections)
	return d, nil
}

// CrossItem composes one item across audiences: that of surveys when this
// edition has some that ask it, and what was published of it.
func CrossItem(c *edition.Content, r Request, item string) (Document, error) {
	w := compose(c, r)
	all := slices.DeleteFunc(c.Published.Crosses(), func(p study.PublishedCross) bool { return p.Construct != item })
	if asked := w.asking(item); len(asked) > 0 {
		return w.surveyCross(item, asked, all)
	}
	if len(all) == 0 {
		return Document{}, fault.NotFoundf(w.t("crossview.fault.do"), "%s", w.t("crossview.fault.what", "item", item))
	}
	d := w.document("crossview", "regards-croises/"+item, w.construct(item))
	d.Kicker = w.t("crossview.kicker")
	d.Crumbs = []Link{{w.t("crossview.title"), CrossPath}}
	d.Answer = w.publishedAnswer(&all[0])
	d.Summary = d.Answer[0].Plain()
	d.Sections = append(w.publishedCrossSections(item, all), w.crossMethod(false))
	return d, nil
}

// publishedCrossSections give what was published of a construct: a picture for
// each territory where several audiences can be read together, then every
// figure.
func (w *composer) publishedCrossSections(item string, all []study.PublishedCross) []Section {
	var out []Section
	picture := Section{ID: "publie", Title: w.t("crossview.published_section")}
	for i := range all {
		if f := w.publishedCrossFigure("publie-"+year(i+1), &all[i]); f != nil {
			picture.Blocks = append(picture.Blocks, Block{Figure: f})
		} else {
			picture.Blocks = append(picture.Blocks, Block{Note: plain(w.t("crossview.apart", "in", lang.Sentence(w.inAll(all[i].Territories))))})
		}
	}
	out = append(out, picture)
	figures := w.c.Published.Select(study.Filter{Construct: item})
	out = append(out, Section{ID: "valeurs", Title: w.t("crossview.values"), Blocks: []Block{
		{Table: w.publishedTable("valeurs-publiees", w.t("crossview.values_caption", "construct", w.construct(item)), figures)}}})
	return out
}

// construct names a construct of the taxonomy.
func (w *composer) construct(code string) string {
	if t, ok := w.c.Term("construct", code); ok {
		return lang.Typeset(w.l, t.Label(w.l))
	}
	return code
}

// crossMethod says what may be read in a regard croisé and what may not.
func (w *composer) crossMethod(surveys bool) Section {
	s := Section{ID: "lire", Title: w.t("crossview.method.title")}
	keys := []string{"margin", "wording", "base", "rival"}
	if surveys {
		keys = []string{"same", "rank", "beside", "secret", "margin"}
	}
	var list []Text
	for _, k := range keys {
		list = append(list, plain(w.t("crossview.method."+k)))
	}
	s.Blocks = []Block{{List: list}, paragraph(w.text("crossview.method.more", "link", Span{Text: w.t("crossview.method.link"), Href: "/methodes"}))}
	return s
}
