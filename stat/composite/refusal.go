package composite

import (
	"errors"
	"fmt"
)

// What an index is refused for, besides ErrDomain and ErrTree.
var (
	ErrConstant = errors.New("composite: no two distinct values among the reference rows")
	ErrEmpty    = errors.New("composite: no value among the reference rows")
	ErrWeights  = errors.New("composite: weights must be finite, not negative, and not all zero")
	ErrTwice    = errors.New("composite: child of two parts")
	ErrPosts    = errors.New("composite: goalposts or target missing, or in the wrong order")
	ErrFinite   = errors.New("composite: infinite value")
	ErrSize     = errors.New("composite: too many rows for this method")
	ErrErrors   = errors.New("composite: correlations of errors are not those of a distribution")
)

// Refusal says what an index is refused for, and where. Numbers are those of
// Index; −1 where the reason has no such place.
type Refusal struct {
	Err    error // one of the Err values of this package
	Number int   // indicator or part
	Child  int   // of the part, for the faults of a tree and of weights
	Row    int
	Period int
}

// Error names the place by its numbers: callers know the names.
func (r *Refusal) Error() string {
	s := fmt.Sprintf("%v (number %d", r.Err, r.Number)
	for _, p := range []struct {
		name string
		at   int
	}{{"child", r.Child}, {"row", r.Row}, {"period", r.Period}} {
		if p.at >= 0 {
			s += fmt.Sprintf(", %s %d", p.name, p.at)
		}
	}
	return s + ")"
}

// Unwrap returns the reason.
func (r *Refusal) Unwrap() error { return r.Err }

// refuse is a refusal about a number alone.
func refuse(err error, number int) *Refusal { return &Refusal{err, number, -1, -1, -1} }
