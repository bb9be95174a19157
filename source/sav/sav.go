// Package sav reads and writes SPSS system files, .sav and .zsav: dictionary,
// value labels, declared missing values, very long strings, attributes,
// multiple response sets, documents, and the answers by column, in any byte
// order, encoding and compression of the format.
//
// It knows the format and no survey: values stay as the file has them, the
// declared missing ones too. POR files and files of IBM or VAX floats are
// refused. Layout: the PSPP developers guide, « System File Format ». Errors
// are fault.Error that name file, variable and record. Start with Parse and
// File.Write.
package sav

import (
	"math"
	"strings"
	"time"
)

// File is a system file held in memory, a column a variable.
type File struct {
	Label      string
	Product    string      // the program that wrote it
	Created    time.Time   // UTC, to the second; zero when the file does not say
	Encoding   string      // IANA name of the texts; "" is UTF-8
	Documents  []string    // lines
	Weight     string      // name of the weight variable, "" none
	Attributes []Attribute // of the file
	Sets       []Set       // multiple response sets
	Variables  []*Variable
	Rows       int
}

// Variable is one column with its dictionary entry. Exactly one of Number and
// Text holds File.Rows values.
type Variable struct {
	Name       string
	Label      string
	Width      int // of a string, in bytes of the file's encoding, 1 to 32767; 0: numeric
	Print      Format
	Write      Format
	Missing    Missing
	Labels     []Label
	Measure    Measure
	Align      Align
	Columns    int // display width
	Attributes []Attribute

	Number []float64 // NaN: system-missing
	Text   []string  // without the spaces at the end

	short string // the 8-byte name of the file
}

// Missing says which values are declared missing: up to three values, or one
// range with at most one value; for strings, up to three texts.
type Missing struct {
	Values []float64
	Range  bool
	Low    float64 // of the range, both ends in it; -Inf: LOWEST
	High   float64 // +Inf: HIGHEST
	Texts  []string
}

// Number reports whether x is declared missing; false for NaN.
func (m Missing) Number(x float64) bool {
	if m.Range && x >= m.Low && x <= m.High {
		return true
	}
	for _, v := range m.Values {
		if v == x {
			return true
		}
	}
	return false
}

// Text reports whether a text without spaces at its end is declared missing.
func (m Missing) Text(s string) bool {
	for _, v := range m.Texts {
		if v == s {
			return true
		}
	}
	return false
}

// Label is a value label: of the number Value, or of the text Text in a string
// variable.
type Label struct {
	Value float64
	Text  string
	Label string
}

// Attribute is a name with its values, as SPSS lets users add.
type Attribute struct {
	Name   string
	Values []string
}

// Set is a multiple response set.
type Set struct {
	Name      string // starts with $
	Label     string
	Dichotomy bool   // else categories
	Counted   string // value that counts in a dichotomy
	Variables []string
	Source    SetSource // of category labels in a dichotomy
}

// SetSource says where a set of dichotomies takes the names of its categories.
type SetSource byte

// The sources of category names.
const (
	VariableLabels     SetSource = iota // labels of the variables
	CountedLabels                       // value labels of the counted value
	CountedLabelsFirst                  // the same, and the set takes the label of its first variable
)

// Measure is the level of measurement.
type Measure int32

// The levels of measurement.
const (
	Unknown Measure = iota
	Nominal
	Ordinal
	Scale
)

// Align is the alignment shown in an editor.
type Align int32

// The alignments.
const (
	Left Align = iota
	Right
	Centre
)

// Variable returns the variable of a name, nil when there is none; SPSS does
// not tell upper from lower case.
func (f *File) Variable(name string) *Variable {
	for _, v := range f.Variables {
		if strings.EqualFold(v.Name, name) {
			return v
		}
	}
	return nil
}

// The limits of the format, in bytes.
const (
	mostWidth = 32767 // of a string
	chunk     = 255   // of a segment of a very long string
	allotted  = 252   // by which segments are counted
)

// Values that are no numbers.
var (
	sysmis  = -math.MaxFloat64
	lowest  = math.Nextafter(-math.MaxFloat64, 0)
	highest = math.MaxFloat64
)

// segments returns the number of dictionary variables that a string of width
// bytes takes.
func segments(width int) int {
	if width <= chunk {
		return 1
	}
	return (width + allotted - 1) / allotted
}

// segmentWidth returns the width of segment i of a string of width bytes.
func segmentWidth(width, i int) int {
	switch n := segments(width); {
	case n == 1:
		return width
	case i < n-1:
		return chunk
	default:
		return width - i*allotted
	}
}

// elements returns how many groups of 8 bytes a variable of a width takes.
func elements(width int) int {
	if width == 0 {
		return 1
	}
	return (width + 7) / 8
}
