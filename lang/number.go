package lang

import (
	"math"
	"strconv"
	"strings"
)

// NoData is the sign set in place of a number that does not exist.
const NoData = "nd"

// Shortest asks for as many decimals as the number needs.
const Shortest = -1

// Round returns x rounded to the given number of decimals, half away from zero
// on the decimal form that a person reads: Round(2.675, 2) is 2.68 although
// its binary value lies below. NaN and infinities are returned as they are,
// zero never has a sign.
func Round(x float64, decimals int) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || decimals < 0 {
		return x
	}
	r, err := strconv.ParseFloat(Decimal(x, decimals), 64)
	if err != nil {
		panic("lang.Round: " + err.Error())
	}
	return r
}

// Decimal returns x for machines: rounded like Round, decimal point, ASCII
// minus, no grouping, never "-0" and never an exponent. It is "" for NaN and
// infinities. decimals < 0 (Shortest) keeps all the digits that x has.
func Decimal(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return ""
	}
	digits := strconv.FormatFloat(math.Abs(x), 'f', -1, 64)
	if decimals >= 0 {
		digits = roundDigits(digits, decimals)
	}
	if x < 0 && strings.Trim(digits, "0.") != "" {
		return "-" + digits
	}
	return digits
}

// roundDigits rounds a decimal numeral without sign to exactly n decimals,
// half upwards.
func roundDigits(s string, n int) string {
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) <= n {
		if n == 0 {
			return whole
		}
		return whole + "." + frac + strings.Repeat("0", n-len(frac))
	}
	kept := []byte(whole + frac[:n])
	if frac[n] >= '5' {
		i := len(kept) - 1
		for i >= 0 && kept[i] == '9' {
			kept[i] = '0'
			i--
		}
		if i < 0 {
			kept = append([]byte{'1'}, kept...)
		} else {
			kept[i]++
		}
	}
	cut := len(kept) - n
	if n == 0 {
		return string(kept)
	}
	return string(kept[:cut]) + "." + string(kept[cut:])
}

// Number returns x for readers: in French groups of three by U+202F and a
// decimal comma, in English commas and a point; U+2212 for minus. It is NoData
// for NaN and infinities. decimals < 0 (Shortest) keeps all the digits.
func Number(l Lang, x float64, decimals int) string {
	s := Decimal(x, decimals)
	if s == "" {
		return NoData
	}
	group, point := Narrow, ","
	if l == EN {
		group, point = ",", "."
	}
	var b strings.Builder
	if s[0] == '-' {
		b.WriteString(Minus)
		s = s[1:]
	}
	whole, frac, decimal := strings.Cut(s, ".")
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteByte(whole[i])
	}
	if decimal {
		b.WriteString(point + frac)
	}
	return b.String()
}

// Signed is Number with a plus sign in front of what stays positive once
// rounded; zero has no sign.
func Signed(l Lang, x float64, decimals int) string {
	s := Number(l, x, decimals)
	if Round(x, decimals) > 0 && s != NoData {
		return "+" + s
	}
	return s
}

// Percent returns a percentage (12.5, not 0.125) with its sign: « 12,5 % » or
// "12.5%".
func Percent(l Lang, percent float64, decimals int) string {
	return Value(l, percent, "percent", decimals)
}

// Points returns the signed difference of two percentages: « −1,2 point »,
// « +2,0 points ».
func Points(l Lang, difference float64, decimals int) string {
	if Number(l, difference, decimals) == NoData {
		return NoData
	}
	return T(l, "number.points", "n", Round(difference, decimals), "x", Signed(l, difference, decimals))
}

// Range returns « 3,1 à 7,4 » or "3.1 to 7.4"; a single number when both ends
// read the same.
func Range(l Lang, lo, hi float64, decimals int) string {
	a, b := Number(l, lo, decimals), Number(l, hi, decimals)
	if a == b {
		return a
	}
	return T(l, "number.range", "lo", a, "hi", b)
}

// Interval returns both ends in brackets: « [3,1 ; 7,4] » or "[3.1, 7.4]".
func Interval(l Lang, lo, hi float64, decimals int) string {
	return T(l, "number.interval", "lo", Number(l, lo, decimals), "hi", Number(l, hi, decimals))
}

// Ordinal returns the rank n: « 1er », « 2e », "1st", "2nd".
func Ordinal(l Lang, n int) string { return ordinal(l, n, "1er") }

// OrdinalFeminine returns the rank n of a feminine noun: « 1re », « 2e ».
func OrdinalFeminine(l Lang, n int) string { return ordinal(l, n, "1re") }

func ordinal(l Lang, n int, first string) string {
	switch {
	case l == EN:
		return Number(l, float64(n), 0) + englishSuffix(n)
	case n == 1:
		return first
	}
	return Number(l, float64(n), 0) + "e"
}

func englishSuffix(n int) string {
	if n%100 >= 11 && n%100 <= 13 {
		return "th"
	}
	switch n % 10 {
	case 1:
		return "st"
	case 2:
		return "nd"
	case 3:
		return "rd"
	}
	return "th"
}
