// Package chart draws the charts of a report as SVG: choropleth maps of
// France, rankings with intervals, heat tables, series, profiles, scatters,
// bars and voices.
//
// The same figure and options give the same bytes, for the page, for the PDF
// and for the download; only the way colours are written differs (Theme). It
// knows no HTTP, no file and no statistics: numbers arrive as the strings that
// a reader sees. Start with SVG, or with Fragment in a page; the palette is in
// palette.go, and chart.css holds what a page must define for the Web theme.
package chart

import (
	_ "embed"
	"io"

	"vigie/fault"
	"vigie/lang"
	"vigie/report"
)

// CSS is the style sheet that a page needs for charts of the Web theme:
// tokens for light, dark, print and forced colours, and one class per role.
//
//go:embed chart.css
var CSS string

// Theme says how colours are written and what surrounds the drawing.
type Theme int

// The themes.
const (
	Web        Theme = iota // inlined in a page: colours by class, links, no title block
	Print                   // embedded in a PDF: literal colours, no links, no title block
	Standalone              // a file of its own: literal colours on white, with title and source
)

// Options are the choices of one drawing. The zero value draws for the web at
// 720 pixels, in French.
type Options struct {
	Theme     Theme
	Narrow    bool      // the layout for phones: rows on two lines, fewer ticks
	Width     float64   // natural width in pixels; 0 means 720, 360 when Narrow, 220 for a small map
	Lang      lang.Lang // of the few words that a chart adds; "" means French
	ID        string    // prefix of the ids, unique in the page; "" means the figure's ID
	Geography *Geography
}

// SVG writes the drawing of fig.Chart.
//
// Errors: an Internal fault when fig has no chart, a kind that is not drawn,
// or a map without geography; those of w.
func SVG(w io.Writer, fig *report.Figure, opt Options) error {
	b, err := Bytes(fig, opt)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Bytes returns the drawing of fig.Chart; errors are those of SVG.
func Bytes(fig *report.Figure, opt Options) ([]byte, error) { return drawing(fig, opt, wholePart) }

// part is what of a map is drawn.
type part int

const (
	wholePart part = iota
	bodyPart
	legendPart
)

func drawing(fig *report.Figure, opt Options, p part) ([]byte, error) {
	if opt.Width <= 0 {
		opt.Width = naturalWidth(fig.Chart, opt.Narrow)
	}
	if opt.Lang == "" {
		opt.Lang = lang.FR
	}
	if opt.ID == "" {
		opt.ID = fig.ID
	}
	c := &canvas{opt: opt, id: ident(opt.ID), width: opt.Width, part: p}
	height, err := c.draw(fig.Chart)
	if err != nil {
		return nil, err
	}
	return c.document(fig, height), nil
}

func naturalWidth(ch report.Chart, narrow bool) float64 {
	if m, ok := ch.(*report.Map); ok && m.Small {
		return smallForm.width()
	}
	if narrow {
		return narrowForm.width()
	}
	return wideForm.width()
}

// Fragment returns the HTML of a chart for a page: the wide and the narrow
// drawings, of which chart.css shows the one that fits the room there is. A
// small map has one drawing; the map of all EPCI, which is heavy and bears no
// text, has one drawing and two legends. opt.Theme, Narrow and Width are not
// read. Errors are those of SVG.
func Fragment(fig *report.Figure, opt Options) ([]byte, error) {
	opt.Theme, opt.Narrow, opt.Width = Web, false, 0
	if opt.ID == "" {
		opt.ID = fig.ID
	}
	m, isMap := fig.Chart.(*report.Map)
	switch {
	case isMap && m.Small:
		return Bytes(fig, opt)
	case isMap && m.Tier == "epci" && m.Within == "":
		body, err := drawing(fig, opt, bodyPart)
		if err != nil {
			return nil, err
		}
		opt.ID += "-l"
		legends, err := both(fig, opt, legendPart)
		return append(body, legends...), err
	}
	return both(fig, opt, wholePart)
}

func both(fig *report.Figure, opt Options, p part) ([]byte, error) {
	wide, err := drawing(fig, opt, p)
	if err != nil {
		return nil, err
	}
	opt.Narrow, opt.ID = true, opt.ID+"-n"
	narrow, err := drawing(fig, opt, p)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(wide)+len(narrow)+120)
	b = append(append(b, "<div class=\"vg-fit\"><div class=\"vg-wide\">"...), wide...)
	b = append(append(b, "</div><div class=\"vg-narrow\">"...), narrow...)
	return append(b, "</div></div>\n"...), nil
}

// draw draws one chart from the origin and returns the height that it takes.
func (c *canvas) draw(ch report.Chart) (height float64, err error) {
	switch d := ch.(type) {
	case *report.Map:
		return c.mapChart(d)
	case *report.Ranking:
		return c.ranking(d), nil
	case *report.Heat:
		return c.heat(d), nil
	case *report.Series:
		return c.series(d), nil
	case *report.Profile:
		return c.profile(d), nil
	case *report.Scatter:
		return c.scatter(d), nil
	case *report.Bars:
		return c.bars(d), nil
	case *report.Voices:
		return c.voices(d), nil
	}
	return 0, &fault.Error{Kind: fault.Internal, What: "graphique : figure sans dessin", Do: "signalez cette page"}
}
