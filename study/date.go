package study

import (
	"cmp"
	"strings"
	"time"

	"vigie/taxonomy"
)

// Precision says how much of a date its source gives.
type Precision string

// The precisions; Range is two years.
const (
	NoDate Precision = ""
	Day    Precision = "day"
	Month  Precision = "month"
	Year   Precision = "year"
	Range  Precision = "range"
)

// Date is a date as a source gives it: Start is "2021-09-16", "2021-09" or
// "2021"; End is the last year of a range, "" otherwise.
type Date struct {
	Start     string
	End       string
	Precision Precision
}

// String returns the date as written: "2021-09", "2018/2022", "".
func (d Date) String() string {
	if d.Precision == Range {
		return d.Start + "/" + d.End
	}
	return d.Start
}

// SortKey returns a text that orders dates from the earliest to the latest: a
// year or month stands at its start, a range at its last year, no date first.
func (d Date) SortKey() string { return cmp.Or(d.End, d.Start) }

// ParseDate reads "", a day, a month, a year or two years joined by a slash;
// false for any other text.
func ParseDate(s string) (Date, bool) {
	if s == "" {
		return Date{}, true
	}
	if first, last, ok := strings.Cut(s, "/"); ok {
		return Date{first, last, Range}, is("2006", first) && is("2006", last) && first <= last
	}
	switch {
	case is("2006", s):
		return Date{Start: s, Precision: Year}, true
	case is("2006-01", s):
		return Date{Start: s, Precision: Month}, true
	case is(time.DateOnly, s):
		return Date{Start: s, Precision: Day}, true
	}
	return Date{}, false
}

func is(layout, s string) bool {
	_, err := time.Parse(layout, s)
	return err == nil
}

func parseDate(row taxonomy.Row, column string) Date {
	d, ok := ParseDate(row.Cell(column))
	if !ok {
		row.Refuse(column, "écrivez 2021-09-16, 2021-09, 2021, 2018/2022 ou rien", "date « %s » refusée", row.Cell(column))
	}
	return d
}
