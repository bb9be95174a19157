package pdf

import (
	"fmt"
	"strings"

	"vigie/lang"
	"vigie/report"
)

// blocks prints the blocks of a section, two small figures side by side where
// the section or a note asks for pairs.
func (w *writer) blocks(s report.Section) {
	pairs := s.Layout == "pair" || w.doc.Kind == "note"
	for i := 0; i < len(s.Blocks); i++ {
		if pairs && i+1 < len(s.Blocks) && w.narrow(s.Blocks[i]) && w.narrow(s.Blocks[i+1]) {
			w.scope(s.Blocks[i].Figure, s.Blocks[i+1].Figure)
			w.line("#pair[")
			w.figure(s.Blocks[i].Figure, true)
			w.line("][")
			w.figure(s.Blocks[i+1].Figure, true)
			w.line("]")
			for _, b := range s.Blocks[i : i+2] {
				w.dataAfter(b.Figure)
			}
			i++
			continue
		}
		w.block(s.Blocks[i])
	}
}

func (w *writer) block(b report.Block) {
	switch {
	case b.Heading != "":
		w.line("#subheading(%s)", quote(b.Heading))
		w.level = 3
	case len(b.Text) > 0:
		w.line("#para(%s)", w.spans(b.Text))
	case len(b.List) > 0:
		w.bullets(b.List)
	case len(b.Facts) > 0:
		w.facts(b.Facts)
	case b.Figure != nil:
		w.figure(b.Figure, false)
		w.dataAfter(b.Figure)
	case b.Table != nil:
		w.table(*b.Table, tablePlace{})
	case len(b.Note) > 0:
		w.line("#caution(%s)", w.spans(b.Note))
	case b.Code != nil:
		w.line("#listing(caption: %s, %s)", quote(b.Code.Caption), quoteLines(b.Code.Text))
	case len(b.Cards) > 0:
		w.cards(b.Cards)
	case b.Picture != nil:
		w.picture(b.Picture)
	case b.Results != nil:
		w.results(b.Results)
	}
}

// picture prints a picture with its credit.
func (w *writer) picture(p *report.Picture) {
	if w.opt.Picture == nil {
		return
	}
	b := w.opt.Picture(p.Artifact)
	kind := map[bool]string{true: "png", false: "jpg"}[strings.HasPrefix(string(b), "\x89PNG")]
	if len(b) == 0 {
		return
	}
	path := fmt.Sprintf("/picture/%d.%s", len(w.files), kind)
	w.files[path] = b
	w.line("#picture(file: %s, alt: %s, credit: %s)", quote(path), quote(p.Alt), quote(p.Credit))
}

// results prints what was found as a list, with the reasons of each.
func (w *writer) results(r *report.Results) {
	for _, item := range r.Items {
		w.line("#para(%s)", w.spans(report.Text{{Text: item.Title, Href: item.Href, Strong: true}, {Text: " — " + join(" · ", item.Detail, item.Badge, item.Beside)}}))
		if len(item.Text) > 0 {
			w.line("#para(%s)", w.spans(item.Text))
		}
		if len(item.List) > 0 {
			w.bullets(item.List)
		}
		if item.Folded != "" {
			w.line("#para(%s)", w.spans(report.Text{{Text: item.Fold + " — " + item.Folded}}))
		}
	}
}

func (w *writer) bullets(items []report.Text) {
	parts := make([]string, 0, len(items))
	for _, t := range items {
		parts = append(parts, w.inline(t))
	}
	w.line("#bullets(%s)", strings.Join(parts, ", "))
}

// cards prints entrances as a list: what they lead to cannot be clicked on
// paper, but is named.
func (w *writer) cards(cards []report.Card) {
	items := make([]report.Text, 0, len(cards))
	for _, c := range cards {
		t := report.Text{{Text: c.Title, Href: c.Href, Strong: true}}
		if rest := join(" · ", c.Tag, c.Detail); rest != "" {
			t = append(t, report.Span{Text: " — " + rest})
		}
		items = append(items, t)
	}
	w.bullets(items)
}

// facts prints key figures, at most four a row; five make rows of three.
func (w *writer) facts(facts []report.Fact) {
	columns := min(len(facts), 4)
	if n := len(facts); n == 5 || n == 6 || n == 9 {
		columns = 3
	}
	if len(facts) == 1 {
		columns = 2
	}
	parts := make([]string, 0, len(facts))
	for _, f := range facts {
		parts = append(parts, fmt.Sprintf("(label: %s, value: %s, detail: %s)", quote(f.Label), quote(f.Value), quote(f.Detail)))
	}
	w.line("#facts(columns: %d, %s)", columns, strings.Join(parts, ", "))
}

// narrow reports whether a block is a figure that may share its line.
func (w *writer) narrow(b report.Block) bool {
	if b.Figure == nil {
		return false
	}
	width, _ := dimensions(w.svg(b.Figure, true))
	return width > 0 && width <= narrowest
}

func (w *writer) svg(f *report.Figure, half bool) []byte {
	switch {
	case f.Chart == nil:
		return nil
	case half && w.opt.Narrow != nil:
		return w.opt.Narrow(f)
	case w.opt.SVG != nil:
		return w.opt.SVG(f)
	}
	return nil
}

// The room for a drawing: the width of the text and of half of it, and the
// tallest drawing that leaves place for its title and its sources.
const (
	fullWidth, halfWidth = 162.0, 77.0 // mm
	noteWidth, noteHalf  = 176.0, 84.0
	tallest, noteTallest = 185.0, 125.0
	pixel                = fullWidth / 720 // mm for one unit of a drawing
	narrowest            = 440.0           // units: the widest drawing set on half a page
)

// figure prints a chart with its title, what it shows, and its sources.
func (w *writer) figure(f *report.Figure, half bool) {
	w.figures++
	room, high := fullWidth, tallest
	switch {
	case w.doc.Kind == "note" && half:
		room, high = noteHalf, noteTallest
	case w.doc.Kind == "note":
		room, high = noteWidth, noteTallest
	case half:
		room = halfWidth
	}
	args := []string{
		fmt.Sprintf("level: %d", max(w.level, 2)), "title: " + quote(f.Title),
		"under: " + quote(w.under(f)), "alt: " + quote(f.Alt),
		"lines: " + w.figureLines(f, half),
	}
	if w.doc.Kind != "note" {
		args = append(args, "label: "+quote(w.t("figure", "n", fmt.Sprint(w.figures))))
	}
	if svg := w.svg(f, half); len(svg) > 0 {
		path := fmt.Sprintf("/figure/%d.svg", w.figures)
		width, height := dimensions(svg)
		printed := printWidth(width, height, room, high)
		args = append(args, "file: "+quote(path), "width: "+length(printed))
		if rest, texts := lettered(svg); len(texts) > 0 && width > 0 && height > 0 {
			svg = rest
			args = append(args, "height: "+length(printed*height/width), "letters: "+letters(texts, width, printed))
		}
		w.files[path] = svg
	}
	if half {
		args = append(args, "apart: 0mm")
	}
	if w.putOff(f) {
		w.annex = append(w.annex, annexed{w.figures, f.Table})
		args = append(args, fmt.Sprintf("data: (target: label(%s), text: %s)", quote(target(w.figures)),
			quote(w.t("data_page", "n", fmt.Sprint(w.figures)))))
	}
	w.line("#chart(%s)", strings.Join(args, ", "))
}

// scope says, above the first pair of figures of one unit and field, what holds
// for all of them.
func (w *writer) scope(a, b *report.Figure) {
	of := join(" · ", a.Unit, a.Field)
	if w.doc.Kind == "note" || of != join(" · ", b.Unit, b.Field) || w.said[of] {
		return
	}
	w.said[of] = true
	w.line("#scope(%s)", quote(of))
}

// under says the unit, the field and the date of a figure, those of a pair's
// scope apart.
func (w *writer) under(f *report.Figure) string {
	if of := join(" · ", f.Unit, f.Field); !w.said[of] {
		return join(" · ", of, f.Date)
	}
	return f.Date
}

// putOff reports whether a figure's table goes to the end of the report.
func (w *writer) putOff(f *report.Figure) bool {
	return w.doc.Kind == "report" && len(f.Table.Rows) > 0 && !f.Table.Open
}

// dataAfter prints the figure's table where it is not put off.
func (w *writer) dataAfter(f *report.Figure) {
	if len(f.Table.Rows) == 0 || w.putOff(f) || w.doc.Kind == "note" && !f.Table.Open {
		return
	}
	t := f.Table
	t.Source, t.Licence = "", "" // said under the figure
	w.table(t, tablePlace{small: true})
}

// figureLines returns what is said under a figure. In a series of small
// figures, what one has said is not said again by the next ones.
func (w *writer) figureLines(f *report.Figure, half bool) string {
	var lines []string
	add := func(label, text string) {
		if text != "" && !w.said[label+text] {
			lines = append(lines, "("+quote(label)+", "+quote(text)+")")
			w.said[label+text] = half
		}
	}
	add(w.t("reading"), f.Reading)
	for _, n := range f.Notes {
		add(w.t("note"), n)
	}
	w.said[w.t("source")+join(" · ", f.Source, f.Licence)] = false
	add(w.t("source"), join(" · ", f.Source, f.Licence))
	return tuple(lines)
}

// longTable is the number of rows from which a table is set tighter: two pages
// for a hundred départements.
const longTable = 90

// lineHeight is the distance of two lines in a cell, in ems.
const lineHeight = 1.12

// groupHeight is the height of a heading among rows, in rows.
const groupHeight = 1.4

// tablePlace says where a table stands.
type tablePlace struct {
	label  string // « Tableau 3 »
	target string // label of a link to it
	small  bool   // data of a figure
}

func (w *writer) table(t report.Table, at tablePlace) {
	size, height := 8.6, 4.9
	if turned(t) {
		size, height = 7.4, 4.2
	} else if len(t.Rows) >= longTable {
		size, height = 7.8, 4.2
	} else if at.small || len(t.Head) > 6 {
		size, height = 8, 4.5
	}
	room := fullWidth
	if w.doc.Kind == "note" {
		room = noteWidth
	}
	widths := columnWidths(t, size, room)
	columns, align, head := []string{}, []string{}, []string{}
	for i, h := range t.Head {
		columns = append(columns, length(widths[i]))
		head = append(head, quote(h.Label))
		align = append(align, map[bool]string{true: "right + horizon", false: "left + horizon"}[h.Numeric])
	}
	rows, heights, marks, signs := []string{}, []string{"auto"}, []string{}, map[string]bool{}
	for y, r := range t.Rows {
		if len(r.Cells) == 1 && len(t.Head) > 1 { // a heading of the rows that follow
			rows = append(rows, "(group: "+quote(cellText(r.Cells[0]))+")")
			n := lines(cellText(r.Cells[0]), size*boldness, sum(widths)-2*cellInset)
			heights = append(heights, length(groupHeight*height+float64(n-1)*lineHeight*size*point))
			continue
		}
		cells := make([]string, 0, len(t.Head))
		for i := range t.Head {
			var c report.Cell
			if i < len(r.Cells) {
				c = r.Cells[i]
			}
			cells = append(cells, w.cell(c))
			signs[c.Sign] = true
		}
		rows = append(rows, tuple(cells))
		// A height given in advance halves the work of setting a row.
		heights = append(heights, length(height+float64(rowLines(r, widths, size)-1)*lineHeight*size*point))
		if r.Mark {
			marks = append(marks, fmt.Sprint(y))
		}
	}
	args := []string{
		"caption: " + quote(t.Caption), "label: " + quote(at.label), "columns: " + tuple(columns), "heights: " + tuple(heights),
		"align: " + tuple(align), "head: " + tuple(head), "rows: " + tuple(rows), "marks: " + tuple(marks),
		"lines: " + w.tableLines(t, signs), fmt.Sprintf("size: %.1fpt, turned: %t, folds: %d", size, turned(t), folds(len(t.Rows), widths, room)),
	}
	if at.target != "" {
		args = append(args, "target: "+quote(at.target))
	}
	w.line("#rows-table(%s)", strings.Join(args, ", "))
}

// cell returns the expression of one cell. Links are left out: a table of
// figures on paper leads nowhere, and each would cost a part of the PDF.
func (w *writer) cell(c report.Cell) string {
	shown := quote(cellText(c))
	if c.Step >= 1 && c.Step <= report.Steps && w.opt.Steps[c.Step-1] != "" {
		fill := w.opt.Steps[c.Step-1]
		shown = fmt.Sprintf("(fill: %s, dark: %t, cell: %s)", quote(fill), dark(fill), shown)
	}
	return shown
}

// tableLines returns the notes of a table; the signs that it uses are
// explained, in the order of the catalogue.
func (w *writer) tableLines(t report.Table, signs map[string]bool) string {
	var lines []string
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, "("+quote(label)+", "+quote(text)+")")
		}
	}
	var used []string
	for _, s := range []string{"nd", "s", "ns", "///", "p", "e", "r"} {
		if signs[s] && lang.Has(w.lang, "sign."+s) {
			used = append(used, s+" = "+lang.T(w.lang, "sign."+s))
		}
	}
	add(w.t("signs"), strings.Join(used, " ; "))
	for _, n := range t.Notes {
		add(w.t("note"), n)
	}
	add(w.t("source"), join(" · ", t.Source, t.Licence))
	return tuple(lines)
}

func join(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}
