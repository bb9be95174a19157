package estimate

import (
	"errors"

	"vigie/fault"
	"vigie/place"
)

// places puts the faults of a specification in their file.
type places struct{ place.Lines }

// told is a fault at a node, with the cause that callers may look for.
type told struct {
	fault *fault.Error
	path  string
	cause error
}

func (t *told) Error() string { return t.fault.Error() }

// Unwrap returns the fault, and the cause when there is one.
func (t *told) Unwrap() []error {
	if t.cause == nil {
		return []error{t.fault}
	}
	return []error{t.fault, t.cause}
}

// add puts the file, and the line where it can be found, before the fault.
func (p places) add(err error) error {
	if list, ok := errors.AsType[faults](err); ok {
		var out fault.List
		for _, t := range list {
			p.tell(t)
			out = append(out, t.fault)
		}
		return out
	}
	if t, ok := errors.AsType[*told](err); ok {
		p.tell(t)
	}
	return err
}

func (p places) tell(t *told) {
	if at := p.At(t.path); at != "" {
		t.fault.What = at + " : " + t.fault.What
	}
}

// faults is several faults of one specification.
type faults []*told

func (f faults) Error() string { return f[0].Error() }

// Unwrap returns the faults without their places.
func (f faults) Unwrap() []error {
	out := make([]error, len(f))
	for i, t := range f {
		out[i] = t
	}
	return out
}
