package casestudy

import (
	"fmt"
	"slices"
)

// Fault is something wrong in one field of a record, in French: What is wrong,
// what to Do. A severe one keeps a record from being handed in or published,
// never from being kept as a draft; the others are for its author to judge.
type Fault struct {
	Field  string `json:"field"` // its path, "" for the record as a whole
	What   string `json:"what"`
	Do     string `json:"do"`
	Severe bool   `json:"severe,omitempty"`
}

// Severe reports whether one fault of a list is severe.
func Severe(list []Fault) bool {
	return slices.ContainsFunc(list, func(f Fault) bool { return f.Severe })
}

// faults gathers what is wrong.
type faults []Fault

func (l *faults) refuse(path, do, format string, args ...any) {
	*l = append(*l, Fault{path, fmt.Sprintf(format, args...), do, true})
}

func (l *faults) warn(path, do, format string, args ...any) {
	*l = append(*l, Fault{path, fmt.Sprintf(format, args...), do, false})
}
