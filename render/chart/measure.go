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

// plainLetter maps accented letters to the letter whose width they have.
var plainLetter = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i", "ô", "o", "ö", "o",
	"ù", "u", "û", "u", "ü", "u", "ÿ", "y", "À", "A", "Â", "A", "Ç", "C", "É", "E", "È", "E", "Ê", "E", "Ë", "E", "Î", "I",
	"Ï", "I", "Ô", "O", "Ö", "O", "Ù", "U", "Û", "U", "Ü", "U",
	"’", "'", "‘", "'", "\u00a0", " ", "−", "+", "≈", "=", "°", "-", "€", "0", "±", "+", "×", "+", "≥", "=", "≤", "=",
	"«", "c", "»", "c", "–", "p", "·", ".", "œ", "m", "æ", "m", "Œ", "@", "Æ", "@", "…", "@",
)

// textWidth estimates the width of a text in pixels: exact for the letters of
// French, an average for others.
func textWidth(s string, size float64, semibold bool) float64 {
	table := &regularWidth
	if semibold {
		table = &semiboldWidth
	}
	sum := 0
	for _, r := range plainLetter.Replace(s) {
		switch {
		case r >= ' ' && r <= '~':
			sum += int(table[r-' '])
		case r == '\u202f', r == '\u2009':
			sum += 120
		default:
			sum += 600
		}
	}
	return float64(sum) * size / 1000
}

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
