package report

import (
	"slices"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// Data composes the open data: every dataset of the edition with its hash,
// every table in open formats, and the licences with their exact text.
func Data(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("data", "donnees", w.t("data.title"))
	d.Answer = []Text{plain(w.t("data.answer", "rows", c.Rows(), "series", len(c.Catalogue.All())))}
	d.Summary = d.Answer[0].Plain()
	d.Sections = []Section{
		{ID: "formats", Title: w.t("data.formats"), Blocks: []Block{paragraph(plain(w.t("data.formats_intro"))), {List: []Text{
			plain(w.t("data.format.csv")), plain(w.t("data.format.json")), plain(w.t("data.format.svg")), plain(w.t("data.format.embed")),
			plain(w.t("data.format.pdf")), plain(w.t("data.format.permanent", "number", c.Manifest.Number))}}}},
		{ID: "jeux", Title: w.t("data.datasets"), Blocks: []Block{paragraph(plain(w.t("data.datasets_intro"))), {Table: w.datasetTable()}}},
		{ID: "tableaux", Title: w.t("data.tables"), Blocks: []Block{{Table: w.catalogueTable("")}}},
		{ID: "licences", Title: w.t("data.licences"), Blocks: w.licenceBlocks()},
	}
	return d, nil
}

// datasetTable lists the parts that came from files.
func (w *composer) datasetTable() *Table {
	t := &Table{ID: "jeux", Open: true, Caption: w.t("data.datasets_caption"), Head: []Head{{Key: "file", Label: w.t("head.file")},
		{Key: "role", Label: w.t("head.role")}, {Key: "rows", Label: w.t("head.rows"), Numeric: true},
		{Key: "geography", Label: w.t("head.geography")}, {Key: "sha256", Label: w.t("head.sha256")}, {Key: "dataset", Label: w.t("head.dataset")}}}
	files := w.c.Files(territory.Levels[:]...)
	for _, p := range w.c.Manifest.Parts {
		if p.File == "" {
			continue
		}
		ground := Cell{Sign: "///"} // a file that speaks of no territory, or is one
		if i := slices.IndexFunc(files, func(f edition.Observed) bool { return f.Part.Dataset == p.Dataset }); i >= 0 {
			ground = w.geographyCell(files[i])
		}
		rows := Cell{Sign: "///"} // a file that is no table
		if p.Rows > 0 {
			rows = num(float64(p.Rows), lang.Number(w.l, float64(p.Rows), 0))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(p.FileName), word(w.t("role." + p.Role)), rows, ground, word(p.File), word(p.Dataset)}})
	}
	return t
}

// licenceBlocks give each licence's exact text and the attribution to show.
func (w *composer) licenceBlocks() []Block {
	blocks := []Block{paragraph(plain(lang.Typeset(w.l, w.c.Licences.Attribution(w.l))))}
	said := map[string]bool{}
	for i := range w.c.Licences.List {
		l := &w.c.Licences.List[i]
		blocks = append(blocks, Block{Heading: lang.Typeset(w.l, l.Written)},
			paragraph(Text{{Text: lang.Typeset(w.l, l.Name(w.l)), Href: l.URL}, {Text: " " + lang.Typeset(w.l, l.Note(w.l))}}))
		if !said[l.Text] {
			said[l.Text] = true
			blocks = append(blocks, Block{Code: &Code{Caption: w.t("data.licence_text"), Language: "text", Text: w.c.Licences.Text[l.Text]}})
		}
	}
	return blocks
}
