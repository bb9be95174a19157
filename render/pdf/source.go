// Package pdf prints a report.Document: it writes it as Typst source and
// compiles that to a tagged PDF with the Typst compiler, a WebAssembly module
// run in this process.
//
// It knows paper: cover, contents, running heads, figures with their sources,
// tables that repeat their heads. It draws no chart (the caller gives the SVG),
// formats no number and reads no clock: the same document gives the same
// bytes. No text of a document is ever read as markup.
//
// Start with New, which makes the source of a document, then Engine.
package pdf

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"

	"vigie/lang"
	"vigie/report"
)

// Source is a Typst document: Main is its text, Files what it names, by
// absolute path ("/figure/1.svg").
type Source struct {
	Main  string
	Files map[string][]byte
}

// Options say what a document does not know of itself. Its zero value prints
// a document without charts and without colours in tables.
type Options struct {
	// SVG draws a figure's chart, nil when it cannot. Lengths without unit are
	// pixels: 720 of them fill the width of the page. Fonts are those of Fonts.
	SVG func(fig *report.Figure) []byte
	// Narrow draws it for half the width, 360 pixels or so; when nil, SVG is
	// asked, and only drawings of at most 440 pixels stand side by side.
	Narrow func(fig *report.Figure) []byte
	// Picture returns the bytes of a picture, JPEG or PNG; pictures are left out
	// when it is nil or returns none.
	Picture func(artifact string) []byte
	// BaseURL is the address of the site, "https://exemple.fr"; links that are
	// relative are printed as plain text without it.
	BaseURL string
	// Imprint is the line beside the name on a cover: whose observatory it is.
	Imprint string
	// Steps are the colours of Cell.Step 1 to report.Steps as "#rrggbb"; the
	// cells are not coloured when they are empty.
	Steps [report.Steps]string
}

//go:embed vigie.typ
var style []byte

// New returns the source of a document. Kind "report" has a cover, contents
// and the figures' tables at the end; "dossier" a cover and contents; "note" holds on one page and leaves the
// figures' tables out; any other kind is printed in order, each figure
// followed by its table. Forms are left out, cards become a list.
func New(doc report.Document, opt Options) Source {
	w := &writer{doc: doc, opt: opt, lang: lang.FR, files: map[string][]byte{"/vigie.typ": style}}
	if l, ok := lang.Parse(doc.Lang); ok {
		w.lang = l
	}
	w.preamble()
	switch doc.Kind {
	case "report", "dossier":
		w.report()
	case "note":
		w.note()
	default:
		w.page()
	}
	return Source{Main: w.out.String(), Files: w.files}
}

// writer accumulates the source of one document.
type writer struct {
	doc     report.Document
	opt     Options
	lang    lang.Lang
	out     strings.Builder
	files   map[string][]byte
	figures int             // figures so far
	annex   []annexed       // tables put off to the end of a report
	level   int             // level of a figure's title in this section
	said    map[string]bool // readings and notes of this section's pairs
}

// annexed is a figure's table that stands at the end.
type annexed struct {
	number int
	table  report.Table
}

func (w *writer) t(key string, args ...any) string { return lang.T(w.lang, "print."+key, args...) }

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(&w.out, format, args...)
	w.out.WriteByte('\n')
}

func (w *writer) preamble() {
	region := "FR"
	if w.lang == lang.EN {
		region = "GB"
	}
	w.line(`#import "/vigie.typ": *`)
	// What belongs to this document alone stays out of the styles of its text:
	// the compiler sets again what it has set before only under equal styles,
	// and most cells of a report are those of its neighbours.
	w.line("#{ set document(title: %s, author: \"Vigie\", description: %s, date: %s); metadata(none) }",
		quote(w.doc.Title), quote(w.doc.Summary), date(w.doc.Edition.Date))
	w.line("#show: base.with(%s, %s)", quote(string(w.lang)), quote(region))
}

// running sets the pages of a document, whose heads read their two texts in a
// file of their own.
func (w *writer) running(name, edition string) {
	w.files["/running.typ"] = []byte("#let name = " + quote(name) + "\n#let edition = " + quote(edition) + "\n")
	w.line("#show: running")
}

func (w *writer) edition() string {
	if w.doc.Edition.Number == "" {
		return ""
	}
	return w.t("edition", "number", w.doc.Edition.Number)
}

// head returns the named arguments that cover and masthead share.
func (w *writer) head() string {
	answer := make([]string, 0, len(w.doc.Answer))
	for _, p := range w.doc.Answer {
		answer = append(answer, "["+"#"+w.inline(p)+"]")
	}
	warning := ""
	if w.doc.Edition.Superseded != "" {
		warning = w.t("superseded", "number", w.doc.Edition.Superseded)
	}
	if len(w.doc.Edition.Errata) > 0 {
		warning = strings.TrimSpace(warning + " " + w.t("errata_said", "n", len(w.doc.Edition.Errata)))
	}
	return fmt.Sprintf("kicker: %s, name: %s, answer: %s, edition: %s, date: %s, warning: %s",
		quote(w.doc.Kicker), quote(w.doc.Title), tuple(answer), quote(w.edition()),
		quote(lang.Date(w.lang, w.doc.Edition.Date)), quote(warning))
}

// permanent returns the lasting address of the document, "" without BaseURL.
func (w *writer) permanent() string {
	if href := w.address(w.doc.Edition.Permanent); href != "" {
		return w.t("permanent") + " " + href
	}
	return ""
}

func (w *writer) report() {
	w.running(w.doc.Title, w.edition())
	w.line("#cover(%s, imprint: %s, answer-label: %s, permanent: %s)",
		w.head(), quote(w.opt.Imprint), quote(w.t("answer")), quote(w.permanent()))
	w.line("#contents(%s)", quote(w.t("contents")))
	w.errata()
	for _, s := range w.doc.Sections {
		w.section(s)
	}
	if len(w.annex) == 0 {
		return
	}
	w.line("#pagebreak(weak: true)")
	w.line("#chapter(%s)", quote(w.t("annex")))
	w.line("#para(%s)", quote(w.t("annex_lead")))
	for _, a := range w.annex {
		w.table(a.table, tablePlace{label: w.t("table", "n", fmt.Sprint(a.number)), target: target(a.number), small: true})
	}
}

func (w *writer) page() {
	w.running(w.doc.Title, w.edition())
	w.line("#masthead(%s)", w.head())
	w.errata()
	for _, s := range w.doc.Sections {
		w.section(s)
	}
}

func (w *writer) note() {
	left := w.edition()
	if at := w.permanent(); at != "" {
		left += " · " + at
	}
	w.line("#show: note-page.with(name: %s, date: %s)", quote(left), quote(lang.Date(w.lang, w.doc.Edition.Date)))
	w.line("#one-page[")
	w.line("#masthead(%s)", w.head())
	w.errata()
	for _, s := range w.doc.Sections {
		w.section(s)
	}
	w.line("]")
}

// errata prints what was wrong in the edition, before anything else of it.
func (w *writer) errata() {
	s := report.Section{Title: w.t("errata")}
	for _, e := range w.doc.Edition.Errata {
		s.Blocks = append(s.Blocks, report.Block{Note: report.Text{{Text: e.Line(w.lang)}}})
	}
	w.section(s)
}

// section prints a section; one that has nothing to print is left out whole.
func (w *writer) section(s report.Section) {
	body := &writer{doc: w.doc, opt: w.opt, lang: w.lang, files: w.files, figures: w.figures, annex: w.annex, level: 2, said: map[string]bool{}}
	body.blocks(s)
	w.figures, w.annex = body.figures, body.annex
	if body.out.Len() == 0 {
		return
	}
	if s.Layout == "page" {
		w.line("#pagebreak(weak: true)")
	}
	if s.Title != "" {
		w.line("#%schapter(%s)", map[bool]string{true: "note-"}[w.doc.Kind == "note"], quote(s.Title))
	}
	w.out.WriteString(body.out.String())
}

// address makes a link absolute; it is "" when that cannot be done.
func (w *writer) address(href string) string {
	u, err := url.Parse(href)
	if err != nil || href == "" {
		return ""
	}
	switch {
	case u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto":
		return href
	case u.Scheme != "" || w.opt.BaseURL == "" || !strings.HasPrefix(href, "/") || strings.HasPrefix(href, "//"):
		return ""
	}
	return strings.TrimSuffix(w.opt.BaseURL, "/") + href
}

// inline returns a code expression for a paragraph's spans.
func (w *writer) inline(t report.Text) string { return "(" + w.spans(t) + `,).join()` }

// spans returns the spans as arguments of a call.
func (w *writer) spans(t report.Text) string {
	parts := make([]string, 0, len(t))
	for _, s := range t {
		p := quote(s.Text)
		if s.Strong {
			p = "b(" + p + ")"
		}
		if href := w.address(s.Href); href != "" {
			p = "a(" + quote(href) + ", " + p + ")"
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, ", ")
}

func target(number int) string { return fmt.Sprintf("table-%d", number) }
