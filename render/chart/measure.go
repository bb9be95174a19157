package chart

import "strings"

// Advance widths of Source Sans 3 in thousandths of the size: printable ASCII
// from the space on, regular and semibold.
var (
	regularWidth = [95]uint16{
		200, 289, 426, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350, 497, 497, 497, 497, 497, 497, 497, 497,
		497, 497, 249, 249, 497, 497, 497, 425, 847, 544, 588, 571, 615, 527, 494, 617, 652, 263, 480, 579, 486, 727, 647, 664,
		566, 664, 569, 534, 536, 645, 515, 786, 513, 476, 539, 303, 350, 303, 497, 500, 542, 504, 553, 456, 555, 496, 292, 504,
		544, 246, 247, 495, 255, 829, 547, 542, 555, 555, 347, 419, 338, 544, 467, 719, 446, 467, 425, 303, 241, 303, 497,
	}
	semiboldWidth = [95]uint16{
		200, 315, 482, 513, 513, 841, 639, 275, 324, 324, 438, 513, 275, 322, 275, 344, 513, 513, 513, 513, 513, 513, 513, 513,
		513, 513, 275, 275, 513, 513, 513, 444, 875, 558, 597, 576, 625, 538, 510, 628, 663, 282, 494, 597, 502, 745, 657, 674,
		582, 674, 592, 545, 546, 655, 536, 800, 541, 501, 540, 324, 344, 324, 513, 500, 549, 516, 563, 462, 564, 507, 317, 520,
		558, 262, 263, 522, 271, 843, 560, 549, 564, 564, 373, 431, 361, 556, 495, 748, 481, 495, 443, 324, 255, 324, 513,
	}
)

// sameWidth lists characters after the ASCII one whose width they have.
var sameWidth = map[rune]string{
	'a': "àâä", 'c': "ç«»", 'e': "éèêë", 'i': "îï", 'o': "ôö", 'u': "ùûü", 'y': "ÿ", 'A': "ÀÂÄ", 'C': "Ç", 'E': "ÉÈÊË", 'I': "ÎÏ",
	'O': "ÔÖ", 'U': "ÙÛÜ", '\'': "’‘", ' ': "\u00a0", '+': "−±×", '=': "≈≥≤", '0': "€", '-': "°", '.': "·", 'm': "œæ", '@': "ŒÆ…—", 'p': "–",
}

// face holds the widths of the characters of one weight.
type face struct {
	latin [0x180]uint16
	other map[rune]uint16
}

const unknownWidth = 600

var (
	regularFace  = newFace(&regularWidth)
	semiboldFace = newFace(&semiboldWidth)
)

func newFace(ascii *[95]uint16) *face {
	f := &face{other: map[rune]uint16{'\u202f': 120, '\u2009': 100}}
	for i := range f.latin {
		f.latin[i] = unknownWidth
	}
	for i, w := range ascii {
		f.latin[' '+i] = w
		for _, r := range sameWidth[rune(' '+i)] {
			if int(r) < len(f.latin) {
				f.latin[r] = w
			} else {
				f.other[r] = w
			}
		}
	}
	return f
}

// textWidth estimates the width of a text in pixels: that of the font for the
// letters of French, an average for others.
func textWidth(s string, size float64, semibold bool) float64 {
	f := regularFace
	if semibold {
		f = semiboldFace
	}
	sum := 0
	for _, r := range s {
		if int(r) < len(f.latin) {
			sum += int(f.latin[r])
		} else if w, ok := f.other[r]; ok {
			sum += int(w)
		} else {
			sum += unknownWidth
		}
	}
	return float64(sum) * size / 1000
}

// slack widens columns of text for readers whose machine lacks the font.
const slack = 1.06

// wrap breaks a text at ordinary spaces into lines of at most width pixels; a
// word longer than a line has a line of its own.
func wrap(s string, width, size float64, semibold bool) []string {
	var lines []string
	line := ""
	for _, word := range strings.Split(s, " ") {
		if word == "" {
			continue
		}
		if line != "" && textWidth(line+" "+word, size, semibold) > width {
			lines = append(lines, line)
			line = word
			continue
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// shorten cuts a text that is wider than width and ends it with an ellipsis.
func shorten(s string, width, size float64, semibold bool) string {
	if textWidth(s, size, semibold) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 {
		runes = runes[:len(runes)-1]
		t := strings.TrimRight(string(runes), " -,'’") + "…"
		if textWidth(t, size, semibold) <= width {
			return t
		}
	}
	return "…"
}
