// Package spatial measures how values stand among their neighbours: spatial
// weights, autocorrelation of a whole map (Moran, Geary, Getis–Ord), local
// clusters with permutation and false-discovery control, rates of small
// populations, and regions that hold together.
//
// Units are the numbers 0 to n−1 and a map is the list of their neighbours; a
// unit without neighbour (an island) keeps its place, counts in no statistic
// of neighbours and gets NaN where it has none. Values are finite: the caller
// leaves missing ones out with Weights.Keep. Randomness is a seed, and results
// are the same for any number of workers. Start with NewWeights.
package spatial

import "errors"

// ErrConstant says that all values are equal, so that no statistic of their
// arrangement exists.
var ErrConstant = errors.New("all values are equal")

// ErrFew says that too few units have neighbours for the moments asked.
var ErrFew = errors.New("fewer than four units have neighbours")

// ErrNegative says that a value is negative where only counts or positive
// quantities have a meaning.
var ErrNegative = errors.New("a negative value")
