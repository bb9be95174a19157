package indicator

import "testing"

func TestMeasureOf(t *testing.T) {
	cases := []struct {
		in   Indicator
		want Measure
	}{
		{Indicator{Aggregation: "sum", Nature: Count}, Additive},
		{Indicator{Aggregation: "ratio", Numerator: "a", Denominator: "b"}, Quotient},
		{Indicator{Aggregation: "none", Nature: State}, ""},
		{Indicator{Aggregation: "none", Measure: Index, Unit: "percent"}, Index},
		{Indicator{Aggregation: "none", LabelFR: "Niveau de vie médian", Unit: "euro"}, Median},
		{Indicator{Aggregation: "none", LabelFR: "Taux de pauvreté", Unit: "percent"}, Quotient},
		{Indicator{Aggregation: "none", LabelFR: "PIB par habitant", Unit: "euro_per_capita"}, ""},
	}
	for _, c := range cases {
		if got := c.in.MeasureOf(); got != c.want {
			t.Errorf("MeasureOf(%+v) = %q; want %q", c.in, got, c.want)
		}
	}
}
