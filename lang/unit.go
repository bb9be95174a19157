package lang

import (
	"math"
	"strings"
	"sync"
	"unicode"
)

// Unit returns the short name of an indicator's unit, as set beside a number
// or on an axis: « % », « pour 1 000 », « €/hab. »; "" for a plain count. A
// unit that the catalogue does not know is returned as it is.
func Unit(l Lang, unit string) string { return unitText(l, unit, "short") }

// UnitLong returns the name of a unit in words: « euros par habitant ».
func UnitLong(l Lang, unit string) string { return unitText(l, unit, "long") }

// UnitOf returns the unit that a text names by its key, its sign or its words,
// in either language, with or without « habitants »: "%", « euros »,
// « pour 1 000 habitants ». A text that names none is returned as it is, and
// shown so in both languages.
func UnitOf(text string) string {
	if unit, ok := unitsByText()[foldUnit(text)]; ok {
		return unit
	}
	return strings.TrimSpace(text)
}

var unitsByText = sync.OnceValue(func() map[string]string {
	units := map[string]string{}
	for _, l := range Langs {
		for _, key := range Keys(l) {
			unit, ok := strings.CutPrefix(key, "unit.")
			unit, form, cut := strings.Cut(unit, ".")
			if !ok || !cut || form == "value" {
				continue
			}
			if text := foldUnit(T(l, key, "year", "")); text != "" && !strings.Contains(key, yearly) {
				units[text] = unit
			}
		}
	}
	return units
})

// foldUnit is a unit's text as it is compared: small letters, no spaces nor
// digit marks, without the inhabitants that it counts.
func foldUnit(text string) string {
	text = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == ',' {
			return -1
		}
		return r
	}, text))
	for _, who := range []string{"habitants", "hab.", "personnes", "inhabitants", "people"} {
		if rest, ok := strings.CutSuffix(text, who); ok && strings.HasSuffix(rest, "0") {
			return rest
		}
	}
	return text
}

// yearly is the unit of an index: index_2010 is that of 100 in 2010.
const yearly = "index_year"

func unitText(l Lang, unit, form string) string {
	if year, ok := strings.CutPrefix(unit, "index_"); ok && len(year) == 4 {
		return T(l, "unit."+yearly+"."+form, "year", year)
	}
	if key := "unit." + unit + "." + form; Has(l, key) {
		return T(l, key)
	}
	return unit
}

// Value returns a number with its unit and the right space between them:
// « 12,5 % », « 1 234 € », "€1,234". It is NoData for NaN and infinities.
func Value(l Lang, x float64, unit string, decimals int) string {
	return withUnit(l, x, unit, decimals, Number(l, x, decimals))
}

// SignedValue is Value with a plus sign in front of what stays positive once
// rounded. For a difference of percentages use Points.
func SignedValue(l Lang, x float64, unit string, decimals int) string {
	return withUnit(l, x, unit, decimals, Signed(l, x, decimals))
}

// withUnit sets the number's text in the unit's pattern. The sign stays in
// front of a currency that comes first.
func withUnit(l Lang, x float64, unit string, decimals int, text string) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return NoData
	}
	if year, ok := strings.CutPrefix(unit, "index_"); ok && len(year) == 4 {
		return text
	}
	key := "unit." + unit + ".value"
	if !Has(l, key) {
		if unit == "" {
			return text
		}
		return text + NBSP + unit
	}
	sign := ""
	for _, s := range []string{Minus, "+"} {
		if len(text) > len(s) && text[:len(s)] == s {
			sign, text = s, text[len(s):]
		}
	}
	return sign + T(l, key, "n", Round(x, decimals), "x", text)
}

// Difference returns a signed change in the words that the
// unit calls for: points for percentages, the unit itself for the others.
func Difference(l Lang, x float64, unit string, decimals int) string {
	if unit == "percent" {
		return Points(l, x, decimals)
	}
	return SignedValue(l, x, unit, decimals)
}
