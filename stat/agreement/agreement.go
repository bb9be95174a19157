// Package agreement tells how far people who coded the same units agree beyond
// what chance would give: Cohen's kappa for two coders, Krippendorff's alpha
// for any number of them, with codes that are missing.
//
// It knows numbers only: what a unit is, what a code means and where the line
// of acceptable agreement lies are the caller's. Start with Cohen and
// Krippendorff.
package agreement

import "errors"

// What data can make impossible: nothing that two coders coded, and codes that
// do not vary, so that chance alone gives full agreement.
var (
	ErrFew      = errors.New("agreement: no unit coded twice")
	ErrConstant = errors.New("agreement: every code is the same")
)
