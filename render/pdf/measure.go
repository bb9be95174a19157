package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

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

// The room of cells, in mm.
const (
	cellInset = 1.3  // on each side of a cell
	foldGap   = 8.0  // between two columns of a folded table, at least
	namesRoom = 36.0 // kept for the first column of a wide table
	widthStep = 2.0  // columns have widths by steps: the same cell in another
	// document then has the same room, and the compiler knows it already
)

// cellText is what is printed in a cell: the value with its statistical sign
// and, when the figure belongs to another tier, that tier.
func cellText(c report.Cell) string {
	s := c.Text
	if c.Sign != "" && c.Sign != c.Text {
		s = join("\u202f", s, c.Sign)
	}
	if c.Level != "" {
		s += " (" + c.Level + ")"
	}
	return s
}

// columnWidths returns the width in mm of each column: what its cells and its
// head, on three lines, ask for; the widest give way when the whole is wider
// than room.
func columnWidths(t report.Table, size, room float64) []float64 {
	widths := make([]float64, len(t.Head))
	total := 0.0
	for i, h := range t.Head {
		if i == 0 || !turned(t) {
			widths[i] = max(textWidth(longestWord(h.Label), size), textWidth(h.Label, size)/2.6)
		}
		for _, r := range t.Rows {
			if i < len(r.Cells) {
				widths[i] = max(widths[i], textWidth(cellText(r.Cells[i]), size))
			}
		}
		asked := boldness*widths[i] + 2*cellInset
		widths[i] = widthStep * math.Ceil(max(asked, 6)/widthStep)
		total += widths[i]
	}
	if total > room {
		shrink(widths, total, room)
		return widths
	}
	if folds(len(t.Rows), widths, room) > 1 {
		return widths
	}
	// A table of few signs stays narrow, so that the eye can follow a row.
	spare := min(room-total, 0.35*total) / float64(len(widths))
	for i := range widths {
		widths[i] += widthStep * math.Floor(spare/widthStep)
	}
	return widths
}

// shrink cuts the widest columns until all hold in room. The names of the rows
// come before the figures, up to namesRoom; beyond, they take what is left.
func shrink(widths []float64, total, room float64) {
	first := min(widths[0], max(namesRoom, room-(total-widths[0])))
	widths[0] = first
	limit := widest(widths[1:], room-first)
	for i := 1; i < len(widths); i++ {
		widths[i] = math.Floor(min(widths[i], limit))
	}
}

func sum(widths []float64) float64 {
	total := 0.0
	for _, w := range widths {
		total += w
	}
	return total
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
	return math.Inf(1)
}

// rowLines returns the number of lines of a row.
func rowLines(r report.Row, widths []float64, size float64) int {
	size *= 1.01 // rather too high than too low
	if r.Mark {
		size *= boldness
	}
	n := 1
	for i, c := range r.Cells {
		if i < len(widths) {
			n = max(n, lines(cellText(c), size, widths[i]-2*cellInset))
		}
	}
	return n
}

// folds returns in how many columns a long and narrow table is set.
func folds(rows int, widths []float64, room float64) int {
	if rows < 46 {
		return 1
	}
	return min(max(int((room+foldGap)/(sum(widths)+foldGap)), 1), 3)
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
