package pdf

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const point = 25.4 / 72 // mm

// advance holds the widths of the printable ASCII signs of Source Sans 3
// Regular, from U+0020, in thousandths of the size of the type.
var advance = [...]uint16{
	200, 289, 426, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350,
	497, 497, 497, 497, 497, 497, 497, 497, 497, 497, 249, 249, 497, 497, 497, 425,
	847, 544, 588, 571, 615, 527, 494, 617, 652, 263, 480, 579, 486, 727, 647, 664,
	566, 664, 569, 534, 536, 645, 515, 786, 513, 476, 539, 303, 350, 303, 497, 500,
	542, 504, 553, 456, 555, 496, 292, 504, 544, 246, 247, 495, 255, 829, 547, 542,
	555, 555, 347, 419, 338, 544, 467, 719, 446, 467, 425, 303, 241, 303, 497,
}

// boldness is how much wider the semibold face is, at most, on a word.
const boldness = 1.045

// signWidth returns the width of a sign in ems. Letters with accents have the
// width of their letter; signs outside the table are taken as wide ones.
func signWidth(r rune) float64 {
	switch {
	case r >= ' ' && int(r-' ') < len(advance):
		return float64(advance[r-' ']) / 1000
	case r == '\u00a0':
		return 0.2
	case r == '\u202f':
		return 0.12
	case r == '−':
		return 0.497
	case r == '’' || r == '·':
		return 0.25
	case unicode.Is(unicode.Mn, r):
		return 0
	case r > 127 && unicode.IsLetter(r):
		if base := rune(norm.NFD.String(string(r))[0]); base < 127 {
			return signWidth(base)
		}
		return 0.85
	}
	return 0.62
}

// textWidth returns the width in mm of a text set on one line at size points.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += signWidth(r)
	}
	return w * size * point
}

// lines returns how many lines a text takes in a column of width mm, at most:
// what hyphenation could save is not counted.
func lines(s string, size, width float64) int {
	n, at := 1, 0.0
	space := textWidth(" ", size)
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' }) {
		w := textWidth(word, size)
		if at > 0 && at+space+w > width {
			n, at = n+1, 0
		}
		if at > 0 {
			at += space
		}
		for at += w; at > width; at -= width {
			n++
		}
	}
	return n
}
