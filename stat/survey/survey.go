// Package survey estimates from answers drawn by a known design: totals,
// means, ratios, quantiles, proportions and their differences, each with the
// uncertainty that strata, clusters, weights and calibration leave.
//
// It works on columns in memory and modifies none of its inputs; it knows
// nothing of files, territories or pages. A Frame holds the answers, New
// makes a Design of them, and every estimate is a method of a Design. Its
// conventions are those of the R package survey (Lumley 2004,
// doi:10.18637/jss.v009.i08), against which the shared reference cases check
// it. Start reading at New, Covariance and Estimate.
package survey

import "fmt"

// Refusal is the error of this package: what data or a request cannot give,
// said in French to the analyst.
//
// Variable is the column concerned and Row its record (1-based, 0 for none).
// Infeasible marks a calibration whose totals no weights within the bounds
// can reach.
type Refusal struct {
	Variable   string
	Row        int
	What, Do   string
	Infeasible bool
}

// Error returns the place, what is wrong and what to do, on one line.
func (r *Refusal) Error() string {
	place := ""
	if r.Variable != "" {
		place = "variable « " + r.Variable + " »"
	}
	if r.Row > 0 {
		if place != "" {
			place += ", "
		}
		place += fmt.Sprintf("enregistrement %d", r.Row)
	}
	if place != "" {
		place += " : "
	}
	return place + r.What + " ; " + r.Do
}

// refuse makes a Refusal about a variable.
func refuse(variable string, row int, do, what string, args ...any) *Refusal {
	return &Refusal{Variable: variable, Row: row, What: fmt.Sprintf(what, args...), Do: do}
}
