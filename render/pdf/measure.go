package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"vigie/report"
)

// dimensions returns the width and height of an SVG in its own units, from its
// viewBox or else its attributes; zeros when it has none.
func dimensions(svg []byte) (width, height float64) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err != nil {
			return 0, 0
		}
		root, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range root.Attr {
			switch a.Name.Local {
			case "viewBox":
				if f := strings.Fields(strings.ReplaceAll(a.Value, ",", " ")); len(f) == 4 {
					return number(f[2]), number(f[3])
				}
			case "width":
				width = number(a.Value)
			case "height":
				height = number(a.Value)
			}
		}
		return width, height
	}
}

// number reads a length, 0 if it is not a plain one.
func number(s string) float64 {
	x, err := strconv.ParseFloat(strings.TrimSuffix(s, "px"), 64)
	if err != nil || x < 0 {
		return 0
	}
	return x
}

// printWidth returns the width in mm of a drawing: its own scale, less when it
// would be wider than room or taller than a page can hold.
func printWidth(width, height, room, tallest float64) float64 {
	if width <= 0 || height <= 0 {
		return room
	}
	w := min(room, width*pixel)
	if w*height/width > tallest {
		w = tallest * width / height
	}
	return w
}

// turned reports whether a table has so many columns that its heads stand
// upright.
func turned(t report.Table) bool { return len(t.Head) > 9 }

// Metrics of Source Sans 3, as shares of the size of the type; text is taken
// a little wider than it is, so that what is said to fit does.
const (
	signWidth    = 0.53
	capitalWidth = 0.62
	point        = 25.4 / 72 // mm
	cellInset    = 1.3       // mm on each side of a cell
	namesRoom    = 36.0      // mm kept for the first column of a wide table
)

// textWidth estimates the width in mm of a text set at size points.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			w += capitalWidth
		case r == ' ' || r == '\u00a0' || r == '\u202f' || r == ',' || r == '.' || r == '\'' || r == '’' || r == 'i' || r == 'l':
			w += 0.27
		default:
			w += signWidth
		}
	}
	return w * size * point
}

// cellWidth is the room that a cell asks for on one line.
func cellWidth(c report.Cell, size float64) float64 {
	w := textWidth(c.Text, size) + 2*cellInset
	if c.Sign != "" && c.Sign != c.Text {
		w += textWidth(" "+c.Sign, size)
	}
	if c.Level != "" {
		w += textWidth(" ("+c.Level+")", size*0.82)
	}
	return w
}

// columnWidths returns the width in mm of each column: what its cells and its
// head, on three lines, ask for; the widest give way when the whole is wider
// than room.
func columnWidths(t report.Table, size, room float64) []float64 {
	widths := make([]float64, len(t.Head))
	total := 0.0
	for i, h := range t.Head {
		if i == 0 || !turned(t) {
			widths[i] = 2*cellInset + 1.06*max(textWidth(longestWord(h.Label), size), textWidth(h.Label, size)/2.6)
		}
		for _, r := range t.Rows {
			if i < len(r.Cells) {
				widths[i] = max(widths[i], 1.04*cellWidth(r.Cells[i], size))
			}
		}
		widths[i] = max(widths[i], 8)
		total += widths[i]
	}
	if total > room {
		// The names of the rows come before the figures, up to a point.
		first := min(widths[0], namesRoom)
		if rest := total - widths[0]; rest < room-first {
			first = room - rest
		}
		widths[0] = first
		limit := widest(widths[1:], room-first)
		for i := 1; i < len(widths); i++ {
			widths[i] = min(widths[i], limit)
		}
		return widths
	}
	// A table of few signs stays narrow, so that the eye can follow a row; a
	// table that nearly fills the page fills it.
	stretch := min(room/total, 1.35)
	for i := range widths {
		widths[i] *= stretch
	}
	return widths
}

// widest returns the width to which the widest columns are cut so that the
// whole fits in room.
func widest(widths []float64, room float64) float64 {
	sorted := slices.Sorted(slices.Values(widths))
	for i, w := range sorted {
		if limit := room / float64(len(sorted)-i); w > limit {
			return limit
		}
		room -= w
	}
	return room
}

// oneLine reports whether every cell of a row holds on one line.
func oneLine(r report.Row, widths []float64, size float64) bool {
	if r.Mark {
		size *= 1.05 // set bolder
	}
	for i, c := range r.Cells {
		if i < len(widths) && cellWidth(c, size) > widths[i] {
			return false
		}
	}
	return true
}

func longestWord(s string) string {
	longest := ""
	for _, word := range strings.Fields(s) {
		if len(word) > len(longest) {
			longest = word
		}
	}
	return longest
}

// dark reports whether white text reads better than black on a colour
// "#rrggbb": whether its relative luminance is under the one from which both
// have the same contrast.
//
// Source: WCAG 2.2, relative luminance and contrast ratio.
func dark(colour string) bool {
	var rgb [3]uint8
	if n, err := fmt.Sscanf(colour, "#%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2]); err != nil || n != 3 {
		return false
	}
	luminance := 0.0
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		c := float64(rgb[i]) / 255
		if c <= 0.04045 {
			luminance += weight * c / 12.92
		} else {
			luminance += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return luminance < 0.179
}
