// Package dataset knows what an immutable table of observations is, with its
// provenance: which file, which line, under which source description.
//
// It does no I/O: source reads bytes into a Table, store keeps it. Start with
// Table and Column.
package dataset

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"vigie/indicator"
	"vigie/territory"
)

// Status is the producer's mark on one observation.
type Status byte

// The marks. Secret and Missing have no value.
const (
	Normal      Status = 'A'
	Provisional Status = 'P'
	Estimated   Status = 'E' // estimated by the producer, or shared out by a conversion
	Secret      Status = 'S' // secret or not disseminated
	Missing     Status = 'M'
)

// Valid reports whether s is one of the marks above.
func (s Status) Valid() bool { return strings.IndexByte("APESM", byte(s)) >= 0 }

// HasValue reports whether an observation so marked carries a number.
func (s Status) HasValue() bool { return s == Normal || s == Provisional || s == Estimated }

// Observation is one cell as it stood in a source file. X is NaN when the
// status has no value; Line is the 1-based line in the decoded file.
type Observation struct {
	Indicator indicator.Code
	Territory territory.Code
	Period    string // "2022", "2022-Q3"
	X         float64
	Status    Status
	Line      int32
}

// OK reports whether the observation carries a number.
func (o Observation) OK() bool { return o.Status.HasValue() && !math.IsNaN(o.X) }

// Column is one indicator at one period. The four slices have equal lengths;
// Territory is strictly increasing. X is NaN where Status has no value.
type Column struct {
	Indicator indicator.Code
	Period    string
	Territory []territory.Code
	X         []float64
	Status    []Status
	Line      []int32
}

// At returns the observation of one territory, false when the column has no
// row for it.
func (c *Column) At(code territory.Code) (Observation, bool) {
	i, ok := slices.BinarySearch(c.Territory, code)
	if !ok {
		return Observation{}, false
	}
	return Observation{c.Indicator, code, c.Period, c.X[i], c.Status[i], c.Line[i]}, true
}

// Table is a set of columns ordered by indicator, then period, without
// duplicates. It is never modified once built.
type Table struct {
	Columns []Column
}

// NewTable sorts observations into a table. The caller has refused duplicate
// keys before; a duplicate here panics, as it is a programmer's fault.
func NewTable(rows []Observation) *Table {
	var b Builder
	for _, o := range rows {
		b.Add(o)
	}
	t, twice := b.Table()
	if len(twice) > 0 {
		d := twice[0]
		panic("dataset.NewTable: duplicate key " + string(d.Indicator) + " " + string(d.Territory) + " " + d.Period)
	}
	return t
}

// Rows returns the number of observations.
func (t *Table) Rows() int {
	n := 0
	for i := range t.Columns {
		n += len(t.Columns[i].X)
	}
	return n
}

// Column returns the column of one indicator and period, nil when absent.
func (t *Table) Column(code indicator.Code, period string) *Column {
	i, ok := slices.BinarySearchFunc(t.Columns, code, func(c Column, code indicator.Code) int {
		return cmp.Or(cmp.Compare(c.Indicator, code), cmp.Compare(c.Period, period))
	})
	if !ok {
		return nil
	}
	return &t.Columns[i]
}

// Periods returns the periods of one indicator, oldest first, as a view of
// the table's columns.
func (t *Table) Periods(code indicator.Code) []Column {
	lo, _ := slices.BinarySearchFunc(t.Columns, code, func(c Column, code indicator.Code) int {
		if c.Indicator < code {
			return -1
		}
		return 1
	})
	hi := lo
	for hi < len(t.Columns) && t.Columns[hi].Indicator == code {
		hi++
	}
	return t.Columns[lo:hi]
}

// ValidPeriod reports whether s is a year, a quarter or a month of the years
// 1800 to 2199, written "2022", "2022-Q3" or "2022-07".
func ValidPeriod(s string) bool {
	if len(s) < 4 || s[:2] < "18" || s[:2] > "21" || !digits(s[:4]) {
		return false
	}
	switch rest := s[4:]; {
	case rest == "":
		return true
	case len(rest) != 3 || rest[0] != '-':
		return false
	case rest[1] == 'Q':
		return rest[2] >= '1' && rest[2] <= '4'
	default:
		return digits(rest[1:]) && rest[1:] >= "01" && rest[1:] <= "12"
	}
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
