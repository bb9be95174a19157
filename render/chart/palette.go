package chart

import (
	"strconv"

	"vigie/report"
)

// The palette, light values; chart.css holds the same under the token names
// given beside, and the dark and print ones. The scale of fragility runs from
// warm sand to deep rust: one hue, lightness falling at each step, so that it
// reads in grey and with any colour vision.
const (
	colPaper   = "#ffffff" // --vg-paper
	colInk     = "#1c2326" // --vg-ink
	colMuted   = "#545f66" // --vg-muted
	colRule    = "#dcdfdc" // --vg-rule: grid, decoration only
	colAxis    = "#7a8484" // --vg-axis
	colRange   = "#8d8272" // --vg-range: intervals
	colBand    = "#e6eff0" // --vg-band: the row of the focus
	colAccent  = "#0b4f5c" // --vg-accent
	colContext = "#efeeea" // --vg-context: neighbours outside the subject
	colEdge    = "#c9c8c1" // --vg-edge: their borders
	colNoData  = "#f0f0ed" // --vg-nodata
	colSign    = "#7c8281" // --vg-sign: dots and crosses of missing and secret
	colRust    = "#a2431f" // --vg-cat-2
	colPlum    = "#6d4a8c" // --vg-cat-3
	colOlive   = "#566817" // --vg-cat-4
)

// The scale: fills (--vg-step-N), text set on them (--vg-on-N) and hatching
// over them (--vg-hatch-N).
var (
	stepColour  = [report.Steps + 1]string{"", "#f8e9d0", "#edc78f", "#da9350", "#b4562a", "#74270f"}
	onColour    = [report.Steps + 1]string{"", "#1c2326", "#1c2326", "#1c2326", "#ffffff", "#ffffff"}
	hatchColour = [report.Steps + 1]string{"", "#937f5c", "#8a6226", "#7c3c0b", "#f3d2bd", "#dfa88d"}
)

// style is how one role is written: a class in the Web theme, presentation
// attributes elsewhere.
type style struct{ class, literal string }

var (
	textInk     = style{"vg-t", `fill="` + colInk + `"`}
	textMuted   = style{"vg-tm", `fill="` + colMuted + `"`}
	textStrong  = style{"vg-tb", `fill="` + colInk + `" font-weight="600"`}
	textHead    = style{"vg-th", `fill="` + colMuted + `" font-weight="600"`}
	textAccent  = style{"vg-ta", `fill="` + colAccent + `" font-weight="600"`}
	textHalo    = style{"vg-tl", `fill="` + colInk + `" stroke="` + colPaper + `" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`}
	fillPaper   = style{"vg-fp", `fill="` + colPaper + `"`}
	fillBand    = style{"vg-fb", `fill="` + colBand + `"`}
	fillRange   = style{"vg-fr", `fill="` + colRange + `"`}
	fillContext = style{"vg-fc", `fill="` + colContext + `" stroke="` + colEdge + `"`}
	fillNoData  = style{"vg-fn", `fill="` + colNoData + `"`}
	fillSign    = style{"vg-fs", `fill="` + colSign + `"`}
	fillHollow  = style{"vg-fh", `fill="` + colPaper + `" stroke="` + colInk + `" stroke-width="1.5"`}
	lineRule    = style{"vg-lr", `stroke="` + colRule + `"`}
	lineAxis    = style{"vg-la", `stroke="` + colAxis + `"`}
	lineMark    = style{"vg-lx", `stroke="` + colAxis + `" stroke-dasharray="2 3"`}
	lineInk     = style{"vg-li", `stroke="` + colInk + `" stroke-width="2"`}
	lineSign    = style{"vg-ls", `fill="none" stroke="` + colSign + `"`}
	lineFrame   = style{"vg-lf", `fill="none" stroke="` + colEdge + `"`}
	lineBorder  = style{"vg-lb", `fill="none" stroke="` + colInk + `" stroke-opacity="0.55"`}
	lineCoast   = style{"vg-lk", `fill="none" stroke="` + colAxis + `"`}
	lineCasing  = style{"vg-lc", `fill="none" stroke="` + colPaper + `"`}
	lineFocus   = style{"vg-lo", `fill="none" stroke="` + colAccent + `"`}
	fillChange  = style{"vg-fx", `fill="` + colInk + `" stroke="` + colPaper + `" stroke-width="2" stroke-linejoin="round" paint-order="stroke"`}
	groupAreas  = style{"vg-areas", `stroke="` + colPaper + `"`}
	lineSame    = style{"vg-lm", `stroke="` + colAccent + `" stroke-width="2.5"`}
)

// Lines of a series: the categories, then references and the rest.
var (
	categoryLine = [4]style{seriesLine("vg-c1", colAccent), seriesLine("vg-c2", colRust), seriesLine("vg-c3", colPlum), seriesLine("vg-c4", colOlive)}
	categoryFill = [4]style{fillOf("vg-d1", colAccent), fillOf("vg-d2", colRust), fillOf("vg-d3", colPlum), fillOf("vg-d4", colOlive)}
	categoryText = [4]style{boldOf("vg-e1", colAccent), boldOf("vg-e2", colRust), boldOf("vg-e3", colPlum), boldOf("vg-e4", colOlive)}
	categoryRing = [4]style{ringOf("vg-r1", colAccent), ringOf("vg-r2", colRust), ringOf("vg-r3", colPlum), ringOf("vg-r4", colOlive)}
	lineRefer    = style{"vg-c0", `fill="none" stroke="` + colInk + `" stroke-width="1.5" stroke-dasharray="5 4"`}
	fillRefer    = fillOf("vg-d0", colInk)
	ringRefer    = ringOf("vg-r0", colInk)
	lineOther    = style{"vg-c9", `fill="none" stroke="` + colRange + `" stroke-width="1" stroke-opacity="0.7"`}
	fillOther    = fillOf("vg-d9", colRange)
	ringOther    = ringOf("vg-r9", colRange)
)

func seriesLine(class, colour string) style {
	return style{class, `fill="none" stroke="` + colour + `" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"`}
}

func fillOf(class, colour string) style { return style{class, `fill="` + colour + `"`} }

func boldOf(class, colour string) style {
	return style{class, `fill="` + colour + `" font-weight="600"`}
}

func ringOf(class, colour string) style {
	return style{class, `fill="` + colPaper + `" stroke="` + colour + `" stroke-width="1.8"`}
}

// Styles of the five steps: fill, point with outline, text on the fill,
// hatching. Index 0 is no data.
var (
	stepFill  = stepStyles(fillNoData, func(i int, n string) style { return fillOf("vg-s"+n, stepColour[i]) })
	stepText  = stepStyles(textMuted, func(i int, n string) style { return fillOf("vg-o"+n, onColour[i]) })
	stepHatch = stepStyles(lineSign, func(i int, n string) style { return style{"vg-h" + n, `stroke="` + hatchColour[i] + `"`} })
	stepPoint = stepStyles(fillHollow, func(i int, n string) style {
		return style{"vg-p" + n, `fill="` + stepColour[i] + `" stroke="` + colInk + `" stroke-width="1.3"`}
	})
)

func stepStyles(none style, of func(step int, digit string) style) (s [report.Steps + 1]style) {
	s[0] = none
	for i := 1; i <= report.Steps; i++ {
		s[i] = of(i, strconv.Itoa(i))
	}
	return s
}

// clampStep brings a step into 0..Steps.
func clampStep(step int) int { return max(0, min(step, report.Steps)) }

// pattern is a fill that says something besides its colour.
type pattern struct {
	kind byte    // h hatched step, n no data, x secret
	step int     // of h
	unit float64 // drawing units in one pixel
}

func (p pattern) id(prefix string) string {
	s := prefix + "-" + string(p.kind)
	if p.kind == 'h' {
		s += strconv.Itoa(p.step)
	}
	if p.unit != 1 {
		s += "m"
	}
	return s
}

// fill writes the fill of a classed mark: the step's colour, hatched when the
// class is unsure, or the signs of no data and of secret. unit is the number
// of drawing units in one pixel.
func (c *canvas) fill(step int, unsure, secret bool, unit float64) *canvas {
	step = max(0, min(step, lastFill))
	p := pattern{unit: unit}
	switch {
	case secret:
		p.kind = 'x'
	case step == 0:
		p.kind = 'n'
	case unsure:
		p.kind, p.step = 'h', step
	default:
		return c.styled(ground(step))
	}
	c.use(p)
	return c.raw(` fill="url(#`).raw(p.id(c.id)).raw(`)"`)
}

// use records a pattern for the definitions of the document.
func (c *canvas) use(p pattern) {
	for _, q := range c.patterns {
		if q == p {
			return
		}
	}
	c.patterns = append(c.patterns, p)
}

// defs writes the patterns used.
func (c *canvas) defs(used []pattern) {
	if len(used) == 0 {
		return
	}
	c.raw("<defs>")
	for _, p := range used {
		c.raw(`<pattern id="`).raw(p.id(c.id)).raw(`" patternUnits="userSpaceOnUse"`)
		switch {
		case p.kind == 'h' && c.opt.Theme != Print:
			c.hatchTile(p)
		case p.kind == 'h':
			c.hatchSheet(p)
		default:
			c.signTile(p)
		}
		c.raw("</pattern>")
	}
	c.raw("</defs>")
}

// The hatching, in pixels: its spacing and the width of its lines.
const (
	hatchGap  = 5.0
	hatchLine = 1.5
)

// hatchTile is one line on its ground, repeated.
func (c *canvas) hatchTile(p pattern) {
	side := hatchGap * p.unit
	c.attr("width", side).attr("height", side).raw(` patternTransform="rotate(45)">`)
	c.rect(0, 0, side, side, ground(p.step))
	c.raw("<path").styled(hatching(p.step)).attr("stroke-width", hatchLine*p.unit)
	c.raw(` d="M`).num(side / 2).raw(" 0V").num(side).raw(`"/>`)
}

// hatchSheet is one tile that covers any drawing, because PDF readers show the
// edges of tiles; its lines are the dashes of one very wide line.
func (c *canvas) hatchSheet(p pattern) {
	const west, north, w, h = 0, -800, 2400, 3200
	u := p.unit
	c.attr("x", west).attr("y", north*u).attr("width", w*u).attr("height", h*u).raw(` patternTransform="rotate(45)">`)
	c.rect(0, 0, w*u, h*u, ground(p.step))
	c.raw("<path").styled(hatching(p.step)).attr("stroke-width", h*u)
	c.raw(` stroke-dasharray="`).num(hatchLine * u).raw(" ").num((hatchGap - hatchLine) * u)
	c.raw(`" d="M0 `).num(h * u / 2).raw("H").num(w * u).raw(`"/>`)
}

// signTile is the dot of no data or the cross of secret, repeated.
func (c *canvas) signTile(p pattern) {
	side := 5 * p.unit
	if p.kind == 'x' {
		side = 6 * p.unit
	}
	c.attr("width", side).attr("height", side).raw(">")
	c.rect(0, 0, side, side, fillNoData)
	if p.kind == 'n' {
		c.circle(side/2, side/2, 0.85*p.unit, fillSign)
		return
	}
	c.raw("<path").styled(lineSign).attr("stroke-width", 0.9*p.unit).raw(` d="M0 0L`)
	c.num(side).raw(" ").num(side).raw("M").num(side).raw(" 0L0 ").num(side).raw(`"/>`)
}
