package survey

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// The names are those of R 4.2 stats::model.matrix on the same six records.
func TestModelMatrixNames(t *testing.T) {
	a := Category("a", []string{"p", "q", "r", "p", "q", "r"})
	b := Category("b", []string{"s", "t", "s", "t", "t", "s"})
	x := &Column{Name: "x", Number: []float64{1, 2, 3, 4, 5, 6}}
	z := &Column{Name: "z", Number: []float64{2, 1, 4, 3, 6, 5}}
	cases := []struct {
		formula   string
		intercept bool
		terms     [][]*Column
		want      string
	}{
		{"~a+b", true, [][]*Column{{a}, {b}}, "(Intercept) aq ar bt"},
		{"~a*b", true, [][]*Column{{a}, {b}, {a, b}}, "(Intercept) aq ar bt aq:bt ar:bt"},
		{"~a:b+a+b", true, [][]*Column{{a, b}, {a}, {b}}, "(Intercept) aq ar bt aq:bt ar:bt"},
		{"~a:b", true, [][]*Column{{a, b}}, "(Intercept) ap:bs aq:bs ar:bs ap:bt aq:bt ar:bt"},
		{"~0+a+b", false, [][]*Column{{a}, {b}}, "ap aq ar bt"},
		{"~0+a:b", false, [][]*Column{{a, b}}, "ap:bs aq:bs ar:bs ap:bt aq:bt ar:bt"},
		{"~x+x:a", true, [][]*Column{{x}, {x, a}}, "(Intercept) x x:aq x:ar"},
		{"~0+x+a", false, [][]*Column{{x}, {a}}, "x ap aq ar"},
		{"~a+a:b", true, [][]*Column{{a}, {a, b}}, "(Intercept) aq ar ap:bt aq:bt ar:bt"},
		{"~b+b:a", true, [][]*Column{{b}, {b, a}}, "(Intercept) bt bs:aq bt:aq bs:ar bt:ar"},
		{"~x*z", true, [][]*Column{{x}, {z}, {x, z}}, "(Intercept) x z x:z"},
		{"~a:x", true, [][]*Column{{a, x}}, "(Intercept) ap:x aq:x ar:x"},
		{"~a:b:x", true, [][]*Column{{a, b, x}}, "(Intercept) ap:bs:x aq:bs:x ar:bs:x ap:bt:x aq:bt:x ar:bt:x"},
		{"~a*b*x", true, [][]*Column{{a}, {b}, {x}, {a, b}, {a, x}, {b, x}, {a, b, x}}, "(Intercept) aq ar bt x aq:bt ar:bt aq:x ar:x bt:x aq:bt:x ar:bt:x"},
		{"~0+a*x", false, [][]*Column{{a}, {x}, {a, x}}, "ap aq ar x aq:x ar:x"},
		{"~1", true, nil, "(Intercept)"},
	}
	for _, c := range cases {
		m := Model{Intercept: c.intercept, Terms: c.terms}.Matrix(6)
		if got := strings.Join(m.Names, " "); got != c.want {
			t.Errorf("%s: %s; R gives %s", c.formula, got, c.want)
		}
		if len(m.Data) != len(m.Names) || len(m.Term) != len(m.Names) {
			t.Errorf("%s: %d names, %d columns, %d terms", c.formula, len(m.Names), len(m.Data), len(m.Term))
		}
	}
}

func TestModelMatrixValues(t *testing.T) {
	a := Category("a", []string{"p", "q", ""})
	x := &Column{Name: "x", Number: []float64{2, 3, 5}}
	m := Model{Intercept: true, Terms: [][]*Column{{a, x}, {x}}}.Matrix(3)
	want := [][]float64{{1, 1, 1}, {2, 3, 5}, {0, 3, math.NaN()}}
	if !slices.Equal(m.Term, []int{-1, 1, 0}) {
		t.Errorf("terms %v", m.Term)
	}
	for j, column := range m.Data {
		for i, v := range column {
			if v != want[j][i] && !(math.IsNaN(v) && math.IsNaN(want[j][i])) {
				t.Errorf("%s[%d] = %v; want %v", m.Names[j], i, v, want[j][i])
			}
		}
	}
	m.Data[1][0] = 99
	if x.Number[0] != 2 {
		t.Error("the matrix shares the memory of a variable")
	}
}

func TestKeep(t *testing.T) {
	f := &Frame{Rows: 3, Columns: []*Column{
		Category("a", []string{"p", "q", "r"}), {Name: "x", Number: []float64{1, 2, 3}}}}
	got := f.Keep([]int{2, 0})
	a, x := got.Column("a"), got.Column("x")
	if got.Rows != 2 || !slices.Equal(a.Levels, []string{"p", "r"}) || !slices.Equal(a.Code, []int32{1, 0}) || !slices.Equal(x.Number, []float64{3, 1}) {
		t.Errorf("Keep = %+v %+v", a, x)
	}
	if len(f.Columns[0].Levels) != 3 {
		t.Error("Keep changed the frame")
	}
}
