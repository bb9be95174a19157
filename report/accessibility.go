package report

import (
	"strconv"

	"vigie/edition"
	"vigie/lang"
)

// Where a reader turns to when the host gives no answer.
const (
	ombudsmanForm     = "https://formulaire.defenseurdesdroits.fr/"
	ombudsmanDelegate = "https://www.defenseurdesdroits.fr/saisir/delegues"
)

// Accessibility composes the accessibility statement from the audit grid of
// the program.
func Accessibility(c *edition.Content, r Request) (Document, error) {
	w, a := compose(c, r), programAudit()
	level := AccessibilityLevel(w.l)
	d := w.document("accessibility", "accessibilite", w.t("accessibility.title", "level", level))
	met, failed := a.Count(conforming), a.Count(nonConforming)
	d.Answer = []Text{plain(w.t("accessibility.answer", "date", lang.Date(w.l, a.Date),
		"share", lang.Percent(w.l, a.Rate(), 0), "n", met, "of", met+failed))}
	d.Summary = d.Answer[0].Plain()
	d.Sections = []Section{
		{ID: "etat", Title: w.t("accessibility.status"), Blocks: []Block{
			paragraph(plain(w.t("accessibility.status_text", "level", level, "failed", failed))), {Facts: w.auditFacts(a)}}},
		w.failureSection(a),
		{ID: "etablissement", Title: w.t("accessibility.made"), Blocks: w.auditBlocks(a)},
		{ID: "grille", Title: w.t("accessibility.grid", "n", len(a.Criteria)), Blocks: []Block{
			paragraph(plain(w.t("accessibility.grid_text"))), {Table: w.auditTable(a)}}},
		{ID: "contact", Title: w.t("accessibility.contact"), Blocks: []Block{paragraph(w.text("accessibility.contact_text",
			"imprint", Span{Text: w.t("imprint.title"), Href: "/mentions-legales"}))}},
		{ID: "recours", Title: w.t("accessibility.remedy"), Blocks: []Block{paragraph(plain(w.t("accessibility.remedy_text"))), {List: []Text{
			{{Text: w.t("accessibility.remedy_form"), Href: ombudsmanForm}},
			{{Text: w.t("accessibility.remedy_delegate"), Href: ombudsmanDelegate}},
			plain(w.t("accessibility.remedy_post")),
		}}}},
	}
	return d, nil
}

// auditFacts counts the results.
func (w *composer) auditFacts(a *Audit) []Fact {
	var out []Fact
	for _, result := range []string{conforming, nonConforming, notApplicable} {
		out = append(out, Fact{Label: w.t("accessibility.count." + result), Value: strconv.Itoa(a.Count(result)),
			Detail: w.t("accessibility.of", "n", len(a.Criteria))})
	}
	return out
}

// failureSection lists the criteria that are not met, then what is met and
// nevertheless hard.
func (w *composer) failureSection(a *Audit) Section {
	s := Section{ID: "defauts", Title: w.t("accessibility.failures")}
	var list []Text
	for _, c := range a.Criteria {
		if c.Result == nonConforming {
			list = append(list, Text{{Text: w.t("accessibility.failure", "number", c.Number, "title", w.said(c.TitleFR, c.TitleEN)), Strong: true},
				{Text: " " + lang.Sentence(w.said(c.NoteFR, c.NoteEN)) + "."}})
		}
	}
	if len(list) > 0 {
		s.Blocks = append(s.Blocks, Block{List: list})
	}
	s.Blocks = append(s.Blocks, paragraph(plain(w.t("accessibility.exempt"))), paragraph(plain(w.t("accessibility.hard"))))
	return s
}

// auditBlocks say who looked, at what, with what.
func (w *composer) auditBlocks(a *Audit) []Block {
	var pages []Text
	for _, p := range a.Pages {
		pages = append(pages, plain(w.t("accessibility.page", "name", w.said(p.FR, p.EN), "path", p.Path)))
	}
	return []Block{
		paragraph(plain(w.t("accessibility.made_text", "date", lang.Date(w.l, a.Date), "version", a.Version))),
		paragraph(plain(w.t("accessibility.technologies"))), paragraph(plain(w.t("accessibility.environment"))),
		paragraph(plain(w.t("accessibility.tools"))),
		{Heading: w.t("accessibility.pages")}, {List: pages},
	}
}

// auditTable is the whole grid.
func (w *composer) auditTable(a *Audit) *Table {
	t := &Table{ID: "rgaa", Caption: w.t("accessibility.caption"), Source: w.t("accessibility.source"), Licence: w.t("accessibility.licence")}
	for _, key := range []string{"number", "title", "result", "basis", "note"} {
		t.Head = append(t.Head, Head{Key: key, Label: w.t("accessibility.head." + key)})
	}
	for _, c := range a.Criteria {
		t.Rows = append(t.Rows, Row{Mark: c.Result == nonConforming, Cells: []Cell{word(c.Number), word(w.said(c.TitleFR, c.TitleEN)),
			word(w.t("accessibility.result." + c.Result)), word(w.said(c.BasisFR, c.BasisEN)), word(w.said(c.NoteFR, c.NoteEN))}})
	}
	return t
}

// said chooses the text in the page's language and sets it.
func (w *composer) said(fr, en string) string {
	if w.l == lang.EN {
		return lang.Typeset(w.l, en)
	}
	return lang.Typeset(w.l, fr)
}
