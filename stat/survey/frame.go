package survey

import (
	"math"
	"slices"
	"strconv"
)

// Frame holds answers: Rows records, a column a variable.
type Frame struct {
	Rows    int
	Columns []*Column
}

// Column returns the variable of a name, nil when there is none.
func (f *Frame) Column(name string) *Column {
	for _, c := range f.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Column is one variable, a number or a category for each record.
//
// Exactly one of Number (NaN missing) and Code (rank in Levels, -1 missing)
// is set, one entry a record. Levels stand in byte order of their text, or
// in numeric order when they are numbers, and only those present in the data
// exist. Labels gives the label of a level or of a number's text; it may be
// nil.
type Column struct {
	Name, Label string
	Number      []float64
	Code        []int32
	Levels      []string
	Labels      map[string]string
	Declared    []Declared // answers declared missing, such as « ne sait pas »; nil without any
	Why         []int32    // rank in Declared of each record, -1 for the others; nil without any
}

// Declared is an answer that the file declares missing: its code and label.
type Declared struct{ Code, Label string }

// Rows returns the number of records of the column.
func (c *Column) Rows() int {
	if c.Number != nil {
		return len(c.Number)
	}
	return len(c.Code)
}

// Missing tells whether record i (0-based) has no answer.
func (c *Column) Missing(i int) bool {
	if c.Number != nil {
		return math.IsNaN(c.Number[i])
	}
	return c.Code[i] < 0
}

// Categorical returns the column as categories: itself, or for a number one
// level a distinct value, in numeric order.
func (c *Column) Categorical() *Column {
	if c.Number == nil {
		return c
	}
	seen := map[float64]int32{}
	for _, v := range c.Number {
		if !math.IsNaN(v) {
			seen[v+0] = 0 // +0 folds the negative zero
		}
	}
	values := make([]float64, 0, len(seen))
	for v := range seen {
		values = append(values, v)
	}
	slices.Sort(values)
	out := &Column{Name: c.Name, Label: c.Label, Labels: c.Labels,
		Code: make([]int32, len(c.Number)), Levels: make([]string, len(values))}
	for k, v := range values {
		seen[v] = int32(k)
		out.Levels[k] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	for i, v := range c.Number {
		if out.Code[i] = -1; !math.IsNaN(v) {
			out.Code[i] = seen[v+0]
		}
	}
	return out
}

// Category makes a categorical column from the text of each record, the empty
// text meaning missing; levels stand in byte order.
func Category(name string, text []string) *Column {
	rank := map[string]int32{}
	for _, s := range text {
		if s != "" {
			rank[s] = 0
		}
	}
	c := &Column{Name: name, Code: make([]int32, len(text)), Levels: make([]string, 0, len(rank))}
	for s := range rank {
		c.Levels = append(c.Levels, s)
	}
	slices.Sort(c.Levels)
	for k, s := range c.Levels {
		rank[s] = int32(k)
	}
	for i, s := range text {
		if c.Code[i] = -1; s != "" {
			c.Code[i] = rank[s]
		}
	}
	return c
}

// Cross returns the combined category of two or more columns, the first
// varying fastest; the levels are those that occur, joined by a point, and a
// record that misses one part misses the whole. It panics on columns of
// unequal length.
func Cross(columns ...*Column) *Column {
	out := columns[0].Categorical()
	for _, next := range columns[1:] {
		out = crossTwo(out, next.Categorical())
	}
	return out
}

func crossTwo(a, b *Column) *Column {
	if len(a.Code) != len(b.Code) {
		panic("survey.Cross: lengths differ: " + strconv.Itoa(len(a.Code)) + ", " + strconv.Itoa(len(b.Code)))
	}
	width := int64(len(a.Levels))
	cell := make([]int64, len(a.Code)) // b's level, then a's; -1 missing
	for i, k := range a.Code {
		if cell[i] = -1; k >= 0 && b.Code[i] >= 0 {
			cell[i] = int64(b.Code[i])*width + int64(k)
		}
	}
	present := slices.Clone(cell)
	slices.Sort(present)
	present = slices.Compact(present)
	if len(present) > 0 && present[0] < 0 {
		present = present[1:]
	}
	out := &Column{Name: a.Name + "." + b.Name, Code: make([]int32, len(cell))}
	for _, c := range present {
		out.Levels = append(out.Levels, a.Levels[c%width]+"."+b.Levels[c/width])
	}
	for i, c := range cell {
		rank, found := slices.BinarySearch(present, c)
		if out.Code[i] = int32(rank); !found {
			out.Code[i] = -1
		}
	}
	return out
}

// Values is a set of numeric variables: Data[j][i] is variable j of record i,
// NaN where missing.
type Values struct {
	Names []string
	Data  [][]float64
}

// Indicators returns the numeric variables that columns stand for in an
// estimate: a number as it is, a category as one 0/1 variable a level (named
// by the column and the level), missing where the answer is.
func Indicators(columns ...*Column) *Values {
	v := &Values{}
	for _, c := range columns {
		if c.Number != nil {
			v.Names, v.Data = append(v.Names, c.Name), append(v.Data, c.Number)
			continue
		}
		first := len(v.Data)
		for _, level := range c.Levels {
			v.Names, v.Data = append(v.Names, c.Name+level), append(v.Data, make([]float64, len(c.Code)))
		}
		for i, k := range c.Code {
			for l := range c.Levels {
				if k < 0 {
					v.Data[first+l][i] = math.NaN()
				} else if int(k) == l {
					v.Data[first+l][i] = 1
				}
			}
		}
	}
	return v
}

// Rows returns the number of records, 0 without variables.
func (v *Values) Rows() int {
	if len(v.Data) == 0 {
		return 0
	}
	return len(v.Data[0])
}

// Complete tells for each record whether no variable misses.
func (v *Values) Complete() []bool {
	in := make([]bool, v.Rows())
	for i := range in {
		in[i] = true
	}
	for _, column := range v.Data {
		for i, x := range column {
			if x != x {
				in[i] = false
			}
		}
	}
	return in
}
