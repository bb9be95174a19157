package dataset

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/indicator"
	"vigie/territory"
)

func TestSumAndRatio(t *testing.T) {
	nan := math.NaN()
	table := NewTable([]Observation{
		row("births", "COM-01001", 1, Normal), row("births", "COM-01002", 5, Provisional), row("births", "COM-01003", nan, Secret), row("births", "COM-01004", nan, Missing),
		row("population", "COM-01001", 100, Normal), row("population", "COM-01002", 300, Normal), row("population", "COM-01003", 50, Normal), row("population", "COM-01004", 10, Normal),
	})
	num, den := table.Column("births", "2018"), table.Column("population", "2018")
	codes := func(c ...territory.Code) []territory.Code { return c }
	cases := []struct {
		name    string
		members []territory.Code
		sum     Total
		ratio   Total
	}{
		{"whole", codes("COM-01001", "COM-01002"), Total{6, Provisional, 2, 2, 6}, Total{15, Provisional, 2, 2, 15}},
		{"secret", codes("COM-01001", "COM-01003", "COM-01004"), Total{nan, Secret, 1, 3, 1}, Total{nan, Secret, 1, 3, 10}},
		{"missing", codes("COM-01001", "COM-01004"), Total{nan, Missing, 1, 2, 1}, Total{nan, Missing, 1, 2, 10}},
		{"absent", codes("COM-01001", "COM-01009"), Total{nan, Missing, 1, 2, 1}, Total{nan, Missing, 1, 2, 10}},
		{"none", nil, Total{nan, Missing, 0, 0, nan}, Total{nan, Missing, 0, 0, nan}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.sum, Sum(num, c.members), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: Sum: %s", c.name, diff)
		}
		if diff := cmp.Diff(c.ratio, Ratio(num, den, c.members, 1_000), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: Ratio: %s", c.name, diff)
		}
	}
	if got := Sum(nil, codes("COM-01001")); got.Status != Missing || got.Covered != 0 {
		t.Errorf("Sum(nil) = %+v", got)
	}
	zero := NewTable([]Observation{row("population", "COM-01001", 0, Normal)})
	if got := Ratio(num, zero.Column("population", "2018"), codes("COM-01001"), 1); got.Status != Missing || !math.IsNaN(got.X) {
		t.Errorf("a ratio over zero is %+v", got)
	}
}

func TestAggregate(t *testing.T) {
	v := madeUpCrossing(t).From
	in := madeUpTable()
	list := []indicator.Indicator{*series["births"], *series["population"], *series["rate"], *series["income"]}
	got, short := Aggregate(in, list, Field{Vintage: v, Member: territory.Commune, Levels: []territory.Level{territory.EPCI, territory.National}})
	nan := math.NaN()
	want := NewTable([]Observation{
		row("births", "EPCI-100000001", nan, Secret), row("births", "EPCI-100000002", nan, Missing), row("births", "FM", nan, Secret), row("births", "FR", nan, Secret),
		row("population", "EPCI-100000001", 530, Normal), row("population", "EPCI-100000002", 420, Normal), row("population", "FM", 950, Normal), row("population", "FR", 950, Normal),
		row("rate", "EPCI-100000001", nan, Secret), row("rate", "EPCI-100000002", nan, Missing), row("rate", "FM", nan, Secret), row("rate", "FR", nan, Secret),
	})
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if len(short) != 8 || short[0] != (Shortfall{"births", "2018", "EPCI-100000001", Secret, 3, 4}) {
		t.Errorf("short: %+v", short)
	}
	without, _ := Aggregate(in, list, Field{Vintage: v, Member: territory.Commune, Levels: []territory.Level{territory.EPCI, territory.National}, Without: []territory.Code{"EPCI-100000002"}})
	if o, _ := without.Column("population", "2018").At("FR"); o.X != 530 {
		t.Errorf("without the second EPCI the country counts %v", o.X)
	}
}
