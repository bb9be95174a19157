// Package indicator knows what a column means: its domain, unit, direction,
// numerator and denominator, producer, licence and quality.
//
// The catalogue is data (data/starter/indicators.csv, or an operator's own),
// read by Parse. Values live elsewhere (package dataset).
package indicator

import "strings"

// Code identifies an indicator, for instance emp_unemployment_rate.
type Code string

// Nature says what an indicator measures.
type Nature string

// The natures: a state of the territory, the response of public action (never
// in the index by default), or a plain count or amount.
const (
	State    Nature = "state"
	Response Nature = "response"
	Count    Nature = "count"
)

// Measure says how a series behaves when territories are merged or split.
type Measure string

// The measures: counts and amounts add; a ratio is recomputed from its two
// counts; a median, a mean and an index hold for the ground they were made on.
const (
	Additive Measure = "count"
	Quotient Measure = "ratio"
	Median   Measure = "median"
	Mean     Measure = "mean"
	Index    Measure = "index"
)

// Indicator is one entry of the catalogue. Direction is +1 when a larger value
// means more fragile, -1 when it means less, 0 when neither.
type Indicator struct {
	Code         Code
	Domain       string // one of the taxonomy's domains, "" for context
	LabelFR      string
	LabelEN      string
	DefinitionFR string
	Unit         string // percent, per_1000, euro, count, …
	Decimals     int
	Direction    int
	Numerator    Code // "" unless a ratio of two counts
	Denominator  Code
	Aggregation  string // ratio, sum or none
	Producer     string
	SourceTitle  string
	SourcePage   string
	Licence      string
	Vintage      string
	Secondary    bool // read in a third party's copy, not at the producer's
	Nature       Nature
	InIndex      bool // kept for the default index
	Notes        string
	Method       string
	Measure      Measure // "" where the source does not say: see MeasureOf
}

// MeasureOf returns how the series behaves: as its source says, else a count
// for one that adds up, a median for one whose name says so, a ratio for one
// that has a numerator or is so many per 100 or 1,000, "" when nobody knows.
func (i *Indicator) MeasureOf() Measure {
	switch {
	case i.Measure != "":
		return i.Measure
	case i.Aggregation == "sum":
		return Additive
	case strings.Contains(strings.ToLower(i.LabelFR), "médian"):
		return Median
	case i.Numerator != "", i.Unit == "percent", strings.HasPrefix(i.Unit, "per_"):
		return Quotient
	}
	return ""
}

// Scale returns the factor of a ratio's unit: 100 for percent and per_100,
// 1,000 for per_1000 and so on, 1 for the others.
func (i *Indicator) Scale() float64 {
	switch i.Unit {
	case "percent", "per_100":
		return 100
	case "per_1000":
		return 1_000
	case "per_10000":
		return 10_000
	case "per_100000":
		return 100_000
	}
	return 1
}
