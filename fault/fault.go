// Package fault is the one error vocabulary of Vigie.
//
// A fault tells a person what is wrong, where, and what to do. It knows no
// stack, no SQL and no personal data. Every other package may import it; it
// imports nothing of ours. Start with Error.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of answer a fault calls for.
type Kind int

// The kinds, from "ours to mend" to "come back later".
const (
	Internal    Kind = iota // a defect or a broken machine: ours to mend
	Invalid                 // the input is wrong: the person can mend it
	NotFound                // no such object
	Denied                  // not allowed
	Conflict                // exists already, or changed meanwhile
	Unavailable             // later, perhaps
)

// Error is a fault: What names the object and the place, Do the remedy, both
// in French. Err, when set, is the cause and stays findable with errors.As.
type Error struct {
	Kind Kind
	What string
	Do   string
	Err  error
}

// Error returns What, followed by the cause when there is one.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.What + " : " + e.Err.Error()
	}
	return e.What
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Invalidf returns an Invalid fault with the remedy do and a formatted What.
func Invalidf(do, format string, args ...any) *Error {
	return &Error{Kind: Invalid, What: fmt.Sprintf(format, args...), Do: do}
}

// NotFoundf returns a NotFound fault with the remedy do and a formatted What.
func NotFoundf(do, format string, args ...any) *Error {
	return &Error{Kind: NotFound, What: fmt.Sprintf(format, args...), Do: do}
}

// KindOf returns the kind of the first fault in err's chain, Internal if none.
func KindOf(err error) Kind {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Kind
	}
	if l, ok := errors.AsType[List](err); ok && len(l) > 0 {
		return l[0].Kind
	}
	return Internal
}

// Do returns the remedy of the first fault in err's chain, "" if none.
func Do(err error) string {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Do
	}
	if l, ok := errors.AsType[List](err); ok && len(l) > 0 {
		return l[0].Do
	}
	return ""
}

// Wrap prefixes *err with the operation, once, at the boundary of a package;
// it does nothing when *err is nil. Use it deferred.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s : %w", fmt.Sprintf(format, args...), *err)
	}
}

// MostListed is the number of faults an import lists before it gives up, so
// that people mend a file in one go.
const MostListed = 20

// List is several faults of one input, in reading order.
type List []*Error

// Error returns one line per fault.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Full reports whether the list holds MostListed faults.
func (l List) Full() bool { return len(l) >= MostListed }

// Err returns the list as an error, nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}
