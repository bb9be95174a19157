package fragility

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/dataset"
	"vigie/index"
	"vigie/indicator"
	"vigie/territory"
)

// observed makes observations of one indicator and period over DEP-01, DEP-02…
// A NaN is secret.
func observed(code indicator.Code, period string, x ...float64) []dataset.Observation {
	var out []dataset.Observation
	for i, u := range codes(len(x)) {
		o := dataset.Observation{Indicator: code, Territory: u.Code, Period: period, X: x[i], Status: dataset.Normal, Line: int32(i + 2)}
		if x[i] != x[i] {
			o.Status = dataset.Secret
		}
		out = append(out, o)
	}
	return out
}

func TestAssembleChoosesPeriods(t *testing.T) {
	var rows []dataset.Observation
	add := func(o []dataset.Observation) { rows = append(rows, o...) }
	add(observed("full", "2020", 1, 2, 3, 4))
	add(observed("full", "2021", 1, 2, 3, 5))
	add(observed("full", "2022-Q1", 1, nan, nan, 9)) // too thin: the year before is taken
	add(observed("thin", "2019", 1, 2, nan, nan))
	add(observed("thin", "2020", nan, 2, nan, nan))
	add(observed("flat", "2020", 7, 7, 7, 7))
	add(observed("outside", "2020", nan, nan, nan, 4))
	state := func(code indicator.Code, direction int) indicator.Indicator {
		return indicator.Indicator{Code: code, Domain: "EMP", Nature: indicator.State, Direction: direction, InIndex: true}
	}
	catalogue := []indicator.Indicator{state("full", -1), state("thin", 1), state("flat", 1), state("outside", 1), state("void", 1)}
	u := codes(4)
	u[3].Reference = false
	u[0], u[3] = u[3], u[0] // any order
	spec := smallSpec()
	for _, i := range catalogue {
		spec.Indicators = append(spec.Indicators, index.Indicator{Code: string(i.Code), Parent: i.Domain})
	}
	in, err := Assemble(spec, domains16, catalogue, dataset.NewTable(rows), u)
	if err != nil {
		t.Fatal(err)
	}
	want := []Column{{Indicator: "full", Domain: "EMP", Period: "2021", Direction: -1, Weight: 1, X: []float64{1, 2, 3, 5}}}
	if d := cmp.Diff(want, in.Columns); d != "" {
		t.Errorf("columns (-want +got):\n%s", d)
	}
	absent := []Absent{
		{"thin", "EMP", Thin, "2019", 2.0 / 3}, {"flat", "EMP", Constant, "2020", 1},
		{"outside", "EMP", NoData, "", 0}, {"void", "EMP", NoData, "", 0},
	}
	if d := cmp.Diff(absent, in.Absent); d != "" {
		t.Errorf("absent (-want +got):\n%s", d)
	}
	if in.Level != territory.Departement || in.Units[0].Code != "DEP-01" {
		t.Errorf("level %s, first unit %s", in.Level, in.Units[0].Code)
	}
}

func TestAssembleFaults(t *testing.T) {
	table, spec := dataset.NewTable(nil), smallSpec()
	spec.Indicators = []index.Indicator{{Code: "s", Parent: "EMP", Direction: 1}}
	catalogue := []indicator.Indicator{{Code: "s", Nature: indicator.State}}
	cases := []struct {
		units []Unit
		what  string
	}{
		{nil, "ensemble de référence de 0"},
		{[]Unit{{"DEP-01", true}}, "ensemble de référence de 1"},
		{[]Unit{{"DEP-01", true}, {"DEP-01", true}}, "« DEP-01 » donné deux fois"},
		{[]Unit{{"DEP-01", true}, {"REG-11", true}}, "ne sont pas du même niveau"},
	}
	for _, c := range cases {
		if _, err := Assemble(spec, domains16, catalogue, table, c.units); err == nil || !strings.Contains(err.Error(), c.what) {
			t.Errorf("Assemble(%v) = %v; want %q", c.units, err, c.what)
		}
	}
}
