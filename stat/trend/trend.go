// Package trend reads counts through time: when something was named more than
// usual among what was counted.
//
// It knows batches in their order, a year each for whoever reads years, and
// nothing of what is counted. Start with Rise.
package trend

import "errors"

// What the counts can make impossible.
var (
	// ErrFew: fewer than MinHits in all, or than MinBatches batches with
	// anything in them.
	ErrFew = errors.New("trend: too few to tell a burst")
	// ErrCommon: so frequent that the factor asked would pass one in one.
	ErrCommon = errors.New("trend: too frequent for a burst of this factor")
)

// MinHits and MinBatches are the least counts from which bursts are looked for:
// below, one more case would make or undo one. They are a convention of ours.
const (
	MinHits    = 5
	MinBatches = 3
)

// Batch is what was counted at one time: Hits of Total.
type Batch struct{ Hits, Total int }
