package source

import (
	"regexp"
	"strconv"
	"strings"
)

// powers of ten that a float64 holds exactly.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// number reads a decimal number whose decimal mark is mark, false for any
// other text (NaN, infinities, hexadecimal and grouped digits included) and
// for a number that a float64 cannot hold.
//
// Up to 15 digits, the quotient of two exact floats is the nearest float, as
// strconv gives; beyond, strconv itself answers.
func number(b []byte, mark byte) (x float64, ok bool) {
	text := b
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative, b = b[0] == '-', b[1:]
	}
	var mantissa int64
	digits, after, point := 0, 0, false
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9' && digits < 15:
			mantissa = mantissa*10 + int64(c-'0')
			digits++
			if point {
				after++
			}
		case c == mark && !point:
			point = true
		default:
			return slowNumber(text, mark)
		}
	}
	if digits == 0 {
		return 0, false
	}
	x = float64(mantissa) / tens[after]
	if negative {
		x = -x
	}
	return x, true
}

func slowNumber(b []byte, mark byte) (float64, bool) {
	s := string(b)
	for _, c := range b {
		if (c < '0' || c > '9') && c != mark && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	if mark != '.' {
		s = strings.Replace(s, string(mark), ".", 1)
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil
}

// grouped is a number whose figures go by three, parted by spaces.
var grouped = regexp.MustCompile(`^[-+]?\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+(?:[.,]\d+)?$`)

// ungrouped removes the spaces inside a number and turns the minus sign of
// typographers into a hyphen; any other text stays as it is.
func ungrouped(text string, mark byte) string {
	text = strings.Replace(text, "\u2212", "-", 1)
	if !grouped.MatchString(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '-' || r == '+' || r == rune(mark) {
			return r
		}
		if r == '.' || r == ',' {
			return 'x' // the other decimal mark: no number
		}
		return -1
	}, text)
}
