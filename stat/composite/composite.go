// Package composite computes composite indices: treatment of outliers,
// normalisation, aggregation, ranks, and the sensitivity of ranks to these
// choices.
//
// It works on columns of numbers, one value a unit, NaN where missing; it
// knows nothing of territories, domains or files, and modifies none of its
// inputs. Each method stands in its own file and is checked against COINr
// (R) on the shared reference cases. Start with MinMax, Aggregate, Rank and
// Sensitivity.
package composite

import "errors"

// ErrDomain says that a value lies outside what the method accepts, for
// instance a zero in a geometric mean.
var ErrDomain = errors.New("composite: value outside the domain of the method")

// ErrTree says that a tree names an unknown parent or has a cycle.
var ErrTree = errors.New("composite: malformed tree")
