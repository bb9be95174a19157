package lang

import (
	"strconv"
	"strings"
)

// Date returns an ISO date in words: « 1er janvier 2026 », « novembre 2026 »
// for "2026-11", "22 November 2026". Anything else is returned as it is.
func Date(l Lang, iso string) string {
	part := strings.Split(iso, "-")
	if len(part) < 2 || len(part) > 3 || len(part[0]) != 4 || !digits(part...) {
		return iso
	}
	month, err := strconv.Atoi(part[1])
	if err != nil || month < 1 || month > 12 || len(part[1]) != 2 {
		return iso
	}
	name := T(l, "date.month."+part[1])
	if len(part) == 2 {
		return name + " " + part[0]
	}
	day, err := strconv.Atoi(part[2])
	if err != nil || day < 1 || day > 31 || len(part[2]) != 2 {
		return iso
	}
	text := strconv.Itoa(day)
	if day == 1 && l == FR {
		text = "1er"
	}
	return text + NBSP + name + " " + part[0]
}

// Period returns a period of observation in words: « 2022 », « 3e trimestre
// 2022 » for "2022-Q3", « novembre 2022 » for "2022-11", « 2015-2017 » as it
// is. Anything else is returned as it is.
func Period(l Lang, period string) string {
	year, rest, ok := strings.Cut(period, "-")
	if ok && len(rest) == 2 && rest[0] == 'Q' && rest[1] >= '1' && rest[1] <= '4' {
		return T(l, "date.quarter", "rank", Ordinal(l, int(rest[1]-'0')), "year", year)
	}
	return Date(l, period)
}

// digits reports whether all the texts are made of digits only.
func digits(texts ...string) bool {
	for _, s := range texts {
		if s == "" || strings.Trim(s, "0123456789") != "" {
			return false
		}
	}
	return true
}
