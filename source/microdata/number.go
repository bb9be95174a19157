package microdata

import (
	"strconv"
)

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// mostDigits is the number of digits that every float64 keeps.
const mostDigits = 15

// number reads a cell as a number with "." or, when comma is set, "," before
// the decimals. A whole number that a float64 cannot hold exactly is none: it
// is a code, and two such codes must not become one.
func number(cell []byte, comma bool) (x float64, ok bool) {
	text, negative := cell, false
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		negative, text = text[0] == '-', text[1:]
	}
	if len(text) == 0 {
		return 0, false
	}
	var whole uint64
	digits, point := 0, -1
	for i, b := range text {
		switch {
		case b >= '0' && b <= '9':
			whole = whole*10 + uint64(b-'0')
			digits++
		case (b == '.' || b == ',' && comma) && point < 0:
			point = i
		default:
			return longNumber(cell, comma)
		}
	}
	if digits == 0 || digits > mostDigits {
		return longNumber(cell, comma)
	}
	x = float64(whole)
	if point >= 0 { // both are exact, hence the quotient is the nearest float64
		x /= tens[len(text)-1-point]
	}
	if negative {
		x = -x
	}
	return x, true
}

// longNumber reads what the short way does not: exponents, many digits.
func longNumber(cell []byte, comma bool) (float64, bool) {
	if len(cell) > 64 {
		return 0, false
	}
	text, whole := make([]byte, len(cell)), true
	for i, b := range cell {
		switch {
		case b >= '0' && b <= '9', b == '-', b == '+':
		case b == '.', b == 'e', b == 'E':
			whole = false
		case b == ',' && comma:
			b, whole = '.', false
		default:
			return 0, false
		}
		text[i] = b
	}
	x, err := strconv.ParseFloat(string(text), 64)
	if err != nil || whole && (x >= 1<<53 || x <= -(1<<53)) {
		return 0, false
	}
	return x, true
}
