package sav

import (
	"fmt"
	"math"
	"time"
)

// Format is a print or write format: F8.2 is {5, 8, 2}.
type Format struct {
	Type     byte
	Width    byte
	Decimals byte
}

// Codes of the formats that mean more than a number of digits.
const (
	typeA        = 1
	typeF        = 5
	typeDate     = 20
	typeTime     = 21
	typeDatetime = 22
	typeADate    = 23
	typeDTime    = 25
	typeMonth    = 27
	typeMOYR     = 28
	typeWKYR     = 30
	typeEDate    = 38
	typeSDate    = 39
	typeMTime    = 40
	typeYMDHMS   = 41
)

var formatNames = [...]string{
	1: "A", 2: "AHEX", 3: "COMMA", 4: "DOLLAR", 5: "F", 6: "IB", 7: "PIBHEX", 8: "P", 9: "PIB", 10: "PK", 11: "RB", 12: "RBHEX",
	15: "Z", 16: "N", 17: "E", 20: "DATE", 21: "TIME", 22: "DATETIME", 23: "ADATE", 24: "JDATE", 25: "DTIME", 26: "WKDAY",
	27: "MONTH", 28: "MOYR", 29: "QYR", 30: "WKYR", 31: "PCT", 32: "DOT", 33: "CCA", 34: "CCB", 35: "CCC", 36: "CCD", 37: "CCE",
	38: "EDATE", 39: "SDATE", 40: "MTIME", 41: "YMDHMS",
}

// Numeric returns the format of numbers with a width and decimals, F8.2.
func Numeric(width, decimals int) Format { return Format{typeF, byte(width), byte(decimals)} }

// Day and Moment are the formats of dates, without and with the hour, that
// sort as they are written.
var (
	Day    = Format{typeSDate, 10, 0}
	Moment = Format{typeYMDHMS, 19, 0}
)

// String writes the format as SPSS does: F8.2, A20, DATE11.
func (f Format) String() string {
	name := ""
	if int(f.Type) < len(formatNames) {
		name = formatNames[f.Type]
	}
	switch {
	case name == "":
		return fmt.Sprintf("?%d", f.Type)
	case f.Decimals == 0 && f.Type != typeF:
		return fmt.Sprintf("%s%d", name, f.Width)
	}
	return fmt.Sprintf("%s%d.%d", name, f.Width, f.Decimals)
}

// IsDay reports whether values are dates without an hour.
func (f Format) IsDay() bool {
	switch {
	case f.Type == typeDate, f.Type == typeADate, f.Type == 24, f.Type >= typeMOYR && f.Type <= typeWKYR, f.Type == typeEDate, f.Type == typeSDate:
		return true
	}
	return false
}

// IsMoment reports whether values are dates with an hour.
func (f Format) IsMoment() bool { return f.Type == typeDatetime || f.Type == typeYMDHMS }

// IsDuration reports whether values are hours or durations, in seconds.
func (f Format) IsDuration() bool {
	return f.Type == typeTime || f.Type == typeDTime || f.Type == typeMTime
}

// epoch is the start of the calendar, from which dates count seconds.
var epoch = time.Date(1582, 10, 14, 0, 0, 0, 0, time.UTC)

// span is the seconds from epoch to the Unix epoch.
var span = -epoch.Unix()

// Time turns a value of a date format into a time, ok false when it is missing
// or out of the years 1582 to 9999.
func Time(x float64) (t time.Time, ok bool) {
	if !(x >= 0 && x < 2.657e11) {
		return time.Time{}, false
	}
	whole := math.Floor(x)
	return time.Unix(int64(whole)-span, int64(math.Round((x-whole)*1e6))*1000).UTC(), true
}

// Seconds is the inverse of Time.
func Seconds(t time.Time) float64 {
	return float64(t.Unix()+span) + float64(t.Nanosecond())/1e9
}

func (f Format) code() int32 { return int32(f.Type)<<16 | int32(f.Width)<<8 | int32(f.Decimals) }

func formatOf(code uint32) Format { return Format{byte(code >> 16), byte(code >> 8), byte(code)} }
