package report

import (
	"time"

	"vigie/edition"
	"vigie/lang"
)

// Release is one edition in the list of editions, public since At.
type Release struct {
	At                                               time.Time
	Number, Date, Supersedes, SupersededBy, Manifest string
	Changes                                          []edition.Change
	Errata                                           []edition.Erratum
}

// FeedPath is where readers' programs learn of new editions and errata.
const FeedPath = "/editions.atom"

// Editions composes the list of editions, newest first, with what each
// changed; all stay reachable.
func Editions(c *edition.Content, r Request, all []Release) (Document, error) {
	w := compose(c, r)
	d := w.document("editions", "editions", w.t("editions.title"))
	d.Answer = []Text{plain(w.t("editions.answer", "n", len(all)))}
	d.Summary = d.Answer[0].Plain()
	d.Links = append(d.Links, Link{Label: w.t("editions.feed"), Href: FeedPath})
	for _, e := range all {
		s := Section{ID: "edition-" + e.Number, Title: w.t("editions.one", "number", oneLine(e.Number), "date", lang.Date(w.l, e.Date))}
		s.Blocks = append(s.Blocks, paragraph(Text{{Text: w.t("editions.open", "number", e.Number), Href: "/editions/" + e.Number + "/"}}))
		if e.SupersededBy != "" {
			s.Blocks = append(s.Blocks, Block{Note: plain(w.t("editions.superseded", "number", e.SupersededBy))})
		}
		for _, n := range Errata(w.l, e.Errata) {
			s.Blocks = append(s.Blocks, Block{Note: plain(n.Line(w.l))})
		}
		s.Blocks = append(s.Blocks, Block{List: w.changeList(e.Changes)}, paragraph(plain(w.t("editions.manifest", "hash", e.Manifest))))
		d.Sections = append(d.Sections, s)
	}
	return d, nil
}

// Line says the erratum in a line.
func (n Erratum) Line(l lang.Lang) string {
	if n.CorrectedBy != "" {
		return lang.T(l, "report.editions.erratum_by", "date", lang.Date(l, n.Date), "text", n.Text, "by", n.CorrectedBy)
	}
	return lang.T(l, "report.editions.erratum", "date", lang.Date(l, n.Date), "text", n.Text)
}

// Imprint composes the legal notice: who, licences, privacy.
func Imprint(c *edition.Content, r Request) (Document, error) {
	d, err := statement(c, r, "imprint", "mentions-legales")
	w := compose(c, r)
	d.Sections = append(d.Sections, Section{ID: "licences", Title: w.t("data.licences"), Blocks: w.licenceBlocks()})
	return d, err
}

// statement composes a page of fixed text: its title, answer and sections
// stand in the catalogue under methods.<noun>.
func statement(c *edition.Content, r Request, noun, id string) (Document, error) {
	w := compose(c, r)
	d := w.document(noun, id, w.t(noun+".title"))
	d.Answer = []Text{plain(w.t(noun + ".answer"))}
	d.Summary = d.Answer[0].Plain()
	for _, part := range []string{"a", "b", "c", "d"} {
		if lang.Has(w.l, "report.methods."+noun+"_"+part+".title") {
			d.Sections = append(d.Sections, w.methodSection(noun+"_"+part, nil))
		}
	}
	return d, nil
}
