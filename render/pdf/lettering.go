package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// lettering is a text of a drawing, in the drawing's units: where its baseline
// starts, has its middle or ends.
type lettering struct {
	x, y, size float64
	align      string // left, center or right
	fill       string
	bold       bool
	text       string
}

// defaultSize is that of a drawing's texts that name none.
const defaultSize = 13

// lettered takes the plain texts out of a drawing, for the compiler to set
// above it: in a drawing it sets each as outlines too, which costs as much as
// ten cells of a table, and never remembers one. A text that is turned, has a
// halo or stands in a group with a style or a place of its own is left in.
func lettered(svg []byte) (rest []byte, texts []lettering) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	var kept []byte
	done, depth, apart := int64(0), 0, 0 // apart is the depth of a group to leave alone
	for {
		from := d.InputOffset()
		token, err := d.Token()
		if err != nil {
			return append(kept, svg[done:]...), texts
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			if apart == 0 && t.Name.Local != "text" && depth > 1 && !transparent(t.Attr) {
				apart = depth
			}
			if l, ok := letter(t); ok && apart == 0 {
				if next, err := d.Token(); err == nil {
					words, plain := next.(xml.CharData)
					l.text = string(words)
					if _, ended := peekEnd(d); plain && ended {
						depth--
						kept = append(kept, svg[done:from]...)
						done = d.InputOffset()
						texts = append(texts, l)
						continue
					}
				}
				return svg, nil // a text with parts: this drawing is not one of ours
			}
		case xml.EndElement:
			if apart == depth {
				apart = 0
			}
			depth--
		}
	}
}

// peekEnd reads the end of an element.
func peekEnd(d *xml.Decoder) (xml.EndElement, bool) {
	token, err := d.Token()
	end, ok := token.(xml.EndElement)
	return end, ok && err == nil
}

// transparent tells whether a group changes nothing of the texts in it.
func transparent(attributes []xml.Attr) bool {
	for _, a := range attributes {
		switch a.Name.Local {
		case "transform", "fill", "stroke", "opacity", "clip-path", "mask", "filter", "style", "class", "font-size", "font-family", "font-weight", "text-anchor", "display", "visibility":
			return false
		}
	}
	return true
}

// letter reads a text element; false when it has an attribute that the
// compiler would have to imitate.
func letter(e xml.StartElement) (lettering, bool) {
	l := lettering{size: defaultSize, align: "left", fill: "#000000"}
	if e.Name.Local != "text" {
		return l, false
	}
	var err error
	for _, a := range e.Attr {
		switch {
		case err != nil:
		case a.Name.Local == "x":
			l.x, err = strconv.ParseFloat(a.Value, 64)
		case a.Name.Local == "y":
			l.y, err = strconv.ParseFloat(a.Value, 64)
		case a.Name.Local == "font-size":
			l.size, err = strconv.ParseFloat(a.Value, 64)
		case a.Name.Local == "fill" && len(a.Value) == 7 && a.Value[0] == '#':
			l.fill = a.Value
		case a.Name.Local == "font-weight" && a.Value == "600":
			l.bold = true
		case a.Name.Local == "text-anchor" && a.Value == "middle":
			l.align = "center"
		case a.Name.Local == "text-anchor" && a.Value == "end":
			l.align = "right"
		default:
			return l, false
		}
	}
	return l, err == nil
}

// letters writes texts for a drawing of so many units, as wide as that in mm.
func letters(texts []lettering, units, width float64) string {
	scale := width / units
	parts := make([]string, 0, len(texts))
	for _, l := range texts {
		x := l.x * scale
		switch l.align {
		case "center":
			x -= width / 2
		case "right":
			x -= width
		}
		parts = append(parts, fmt.Sprintf("(%s, %s, %s, %.2fpt, %s, %d, %s)", l.align, length(x), length(l.y*scale), l.size*scale/point, quote(l.fill), map[bool]int{true: 600, false: 400}[l.bold], quote(strings.TrimSpace(l.text))))
	}
	return tuple(parts)
}
