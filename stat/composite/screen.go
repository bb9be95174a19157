package composite

import "math"

// Availability counts what a unit has among its columns.
type Availability struct {
	Missing, Zero int
	Columns       int
}

// Available is the share of columns with a value.
func (a Availability) Available() float64 {
	return 1 - float64(a.Missing)/float64(a.Columns)
}

// NonZero is the share of the values that are not zero, NaN without any.
func (a Availability) NonZero() float64 {
	return 1 - float64(a.Zero)/float64(a.Columns-a.Missing)
}

// Availabilities counts the missing values and the zeros of each unit.
// Oracle: COINr::get_data_avail.
func Availabilities(columns [][]float64) []Availability {
	if len(columns) == 0 {
		return nil
	}
	out := make([]Availability, len(columns[0]))
	for _, x := range columns {
		for i, v := range x {
			out[i].Columns++
			switch {
			case math.IsNaN(v):
				out[i].Missing++
			case v == 0:
				out[i].Zero++
			}
		}
	}
	return out
}

// Screen is the least that a unit must have to stay in an index, as shares;
// zero asks for nothing.
type Screen struct{ Available, NonZero float64 }

// Keeps tells whether a unit has enough. A unit without a value has no share
// of zeros and passes that test only if nothing is asked.
func (s Screen) Keeps(a Availability) bool {
	return !(a.Available() < s.Available) && !(s.NonZero > 0 && !(a.NonZero() >= s.NonZero))
}
