package chart

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// canvas accumulates the elements of one drawing.
type canvas struct {
	opt      Options
	id       string // prefix of ids
	width    float64
	b        []byte
	patterns []pattern // used so far, in order of first use
	part     part
}

// anchor is the horizontal alignment of a text.
type anchor int

const (
	startAnchor anchor = iota
	middleAnchor
	endAnchor
)

func (c *canvas) raw(s string) *canvas {
	c.b = append(c.b, s...)
	return c
}

// num writes a coordinate with at most two decimals.
func (c *canvas) num(x float64) *canvas {
	c.b = appendNum(c.b, x)
	return c
}

func appendNum(b []byte, x float64) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e9 {
		return append(b, '0')
	}
	n := int64(math.Round(x * 100))
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendInt(b, n/100, 10)
	if r := n % 100; r != 0 {
		b = append(b, '.', byte('0'+r/10))
		if r%10 != 0 {
			b = append(b, byte('0'+r%10))
		}
	}
	return b
}

// escaped writes text for XML content or an attribute, without the characters
// that XML forbids.
func (c *canvas) escaped(s string) *canvas {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '&':
			c.raw("&amp;")
		case r == '<':
			c.raw("&lt;")
		case r == '>':
			c.raw("&gt;")
		case r == '"':
			c.raw("&#34;")
		case r == '\t' || r == '\n' || r == '\r':
			c.raw(" ")
		case r < 0x20, r == utf8.RuneError && n == 1, r == 0xFFFE, r == 0xFFFF:
			c.raw("\uFFFD")
		default:
			c.raw(s[i : i+n])
		}
		i += n
	}
	return c
}

func (c *canvas) attr(name string, x float64) *canvas {
	return c.raw(" ").raw(name).raw(`="`).num(x).raw(`"`)
}

// styled writes the attributes of a style in the current theme.
func (c *canvas) styled(s style) *canvas {
	if c.opt.Theme == Web {
		return c.raw(` class="`).raw(s.class).raw(`"`)
	}
	return c.raw(" ").raw(s.literal)
}

func (c *canvas) rect(x, y, w, h float64, s style) {
	c.raw("<rect").attr("x", x).attr("y", y).attr("width", w).attr("height", h).styled(s).raw("/>")
}

func (c *canvas) roundRect(x, y, w, h, r float64, s style) {
	c.raw("<rect").attr("x", x).attr("y", y).attr("width", w).attr("height", h).attr("rx", r).styled(s).raw("/>")
}

func (c *canvas) line(x1, y1, x2, y2 float64, s style) {
	c.raw("<line").attr("x1", x1).attr("y1", y1).attr("x2", x2).attr("y2", y2).styled(s).raw("/>")
}

func (c *canvas) circle(x, y, r float64, s style) {
	c.raw("<circle").attr("cx", x).attr("cy", y).attr("r", r).styled(s).raw("/>")
}

// circleTitled is a circle with a tooltip.
func (c *canvas) circleTitled(x, y, r float64, s style, title string) {
	c.raw("<circle").attr("cx", x).attr("cy", y).attr("r", r).styled(s).raw("><title>").escaped(title).raw("</title></circle>")
}

// text writes a text of the usual size, 13.
func (c *canvas) text(x, y float64, a anchor, s style, text string) {
	c.textIn(x, y, a, 13, s, text)
}

func (c *canvas) textIn(x, y float64, a anchor, size float64, s style, text string) {
	if text == "" {
		return
	}
	c.raw("<text").attr("x", x).attr("y", y)
	if size != 13 {
		c.attr("font-size", size)
	}
	switch a {
	case middleAnchor:
		c.raw(` text-anchor="middle"`)
	case endAnchor:
		c.raw(` text-anchor="end"`)
	}
	c.styled(s).raw(">").escaped(text).raw("</text>")
}

// link opens a link named name when the theme has links and href is not
// empty; close it with the returned function.
func (c *canvas) link(href, name string) (end func()) {
	if c.opt.Theme != Web || href == "" {
		return func() {}
	}
	c.raw(`<a href="`).escaped(href).raw(`" class="vg-a"`)
	if name != "" {
		c.raw(` aria-label="`).escaped(name).raw(`"`)
	}
	c.raw(">")
	return func() { c.raw("</a>") }
}

func (c *canvas) title(s string) {
	if s != "" {
		c.raw("<title>").escaped(s).raw("</title>")
	}
}

// ident keeps of s what is safe in an id and in url(#…).
func ident(s string) string {
	b := []byte(s)
	for i, x := range b {
		ok := x >= 'a' && x <= 'z' || x >= 'A' && x <= 'Z' || x >= '0' && x <= '9' || x == '-' || x == '_'
		if !ok {
			b[i] = '-'
		}
	}
	return "vg-" + string(b)
}
