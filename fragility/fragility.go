// Package fragility goes from columns of indicators to fragility scores: by
// domain, by dimension and overall, on a scale from 0 to 100 where 100 is the
// most fragile, with their sensitivity to the choices of method.
//
// A specification in the language of package index states every choice;
// Assemble picks the columns of one level
// from a table; Compute returns a Result that answers, for any two
// territories, whether their order holds. The package reads no file and knows
// no list of domains: both are arguments. The scale is fixed on the reference
// set (metropolitan territories); the others are placed on it, not ranked.
//
// Methods: doc/methods/normalisation.md, treatment.md, aggregation.md,
// sensitivity-of-ranks.md, fragility-index.md. Start with ParseSpec, Compute.
package fragility

import (
	"vigie/indicator"
	"vigie/territory"
)

// Domain is one domain of the taxonomy and the dimension that holds it.
type Domain struct {
	Code      string
	Dimension string
}

// Overall is the code of the overall index among the parts of a result.
const Overall = "overall"

// Steps is the number of classes: 1 the least fragile, Steps the most.
const Steps = 5

// Unit is one territory of a level. Reference says that it belongs to the set
// that fixes the scale and is ranked.
type Unit struct {
	Code      territory.Code
	Reference bool
}

// Column is one indicator of the input: its values at the chosen period, one
// a unit in the order of Input.Units, NaN where missing.
type Column struct {
	Indicator indicator.Code
	Domain    string
	Period    string
	Direction int // +1 when larger means more fragile, -1 when less
	Weight    float64
	X         []float64
	// SE holds the standard errors of values that a survey estimates, nil for a
	// series without; 0 or NaN is a value without known error. DF is the number
	// of degrees of freedom behind them, 0 for many.
	SE []float64
	DF float64
}

// Input is all that Compute needs for one level. Units are in increasing
// order of codes; domains and columns in the order in which they are shown.
type Input struct {
	Level   territory.Level
	Domains []Domain
	Units   []Unit
	Columns []Column
	Absent  []Absent
}

// Why says why an indicator of the spec is not used at a level.
type Why string

// The reasons.
const (
	NoData   Why = "no_data"  // no value at this level
	Thin     Why = "thin"     // no period covers enough of the reference set
	Constant Why = "constant" // one value only: it tells nothing apart
)

// Absent is an indicator of the spec that has no column at this level. For
// Thin, Period is the best covered one and Share its coverage, in [0, 1].
type Absent struct {
	Indicator indicator.Code `json:"indicator"`
	Domain    string         `json:"domain"`
	Why       Why            `json:"why"`
	Period    string         `json:"period,omitempty"`
	Share     float64        `json:"share,omitempty"`
}
