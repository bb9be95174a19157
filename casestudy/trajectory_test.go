package casestudy

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/territory"
)

var hole = math.NaN()

func course(place string, x ...float64) Course {
	return Course{Place: territory.Code(place), Periods: []string{"2010", "2012", "2014", "2016"}[:len(x)], X: x}
}

func TestFollowByHand(t *testing.T) {
	own := course("DEP-01", 12, 10, hole, 8)
	others := []Course{course("DEP-02", 9, 10, 11, 9), course("DEP-03", 5, 5, hole, 6), course("DEP-04", 20, 20, 22, hole), course("DEP-05", 1, hole, 2, 3)}
	got, refused := Follow(own, others, 2013)
	if refused != "" {
		t.Fatal(refused)
	}
	want := Trajectory{Start: 2013, Base: "2012", Compared: []territory.Code{"DEP-02", "DEP-03", "DEP-04"}, LeftOut: []territory.Code{"DEP-05"}, Steps: []Step{
		{Period: "2010", Before: true, Own: 12, Change: 2, Index: 120, Others: 3, OthersChange: -1.0 / 3, OthersIndex: (90 + 100 + 100) / 3.0, Least: -1, Most: 0, Gap: 2 + 1.0/3},
		{Period: "2012", Before: true, Own: 10, Change: 0, Index: 100, Others: 3, OthersChange: 0, OthersIndex: 100, Least: 0, Most: 0, Gap: 0},
		{Period: "2014", Own: hole, Change: hole, Index: hole, Others: 2, OthersChange: 1.5, OthersIndex: 110, Least: 1, Most: 2, Gap: hole},
		{Period: "2016", Own: 8, Change: -2, Index: 80, Others: 2, OthersChange: 0, OthersIndex: 105, Least: -1, Most: 1, Gap: -2},
	}}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last, ok := got.Last(); !ok || last.Period != "2016" {
		t.Errorf("the last step is %+v", last)
	}
}

func TestFollowRefuses(t *testing.T) {
	three := []Course{course("DEP-02", 1, 1, 1, 1), course("DEP-03", 1, 1, 1, 1), course("DEP-04", 1, 1, 1, 1)}
	cases := []struct {
		name   string
		own    Course
		others []Course
		start  int
		want   Refusal
	}{
		{"no year", course("A", 1, 2, 3, 4), three, 0, NoStart},
		{"begun before the series", course("A", 1, 2, 3, 4), three, 2010, NoBefore},
		{"only holes before", course("A", hole, hole, 3, 4), three, 2013, NoBefore},
		{"begun after the series", course("A", 1, 2, 3, 4), three, 2017, NoAfter},
		{"only holes since", course("A", 1, 2, hole, hole), three, 2013, NoAfter},
		{"no series", Course{}, three, 2013, NoBefore},
		{"two places only", course("A", 1, 2, 3, 4), three[:2], 2013, NoCompared},
		{"places without a figure at the base", course("A", 1, 2, 3, 4), []Course{three[0], three[1], course("B", 1, hole, 1, 1)}, 2013, NoCompared},
		{"enough", course("A", 1, 2, 3, 4), three, 2013, ""},
	}
	for _, c := range cases {
		if _, got := Follow(c.own, c.others, c.start); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFollowHasNoIndexOfWhatIsNotPositive(t *testing.T) {
	got, _ := Follow(course("A", 0, -1, 2, 3), []Course{course("B", 1, 1, 1, 1), course("C", 1, 1, 1, 1), course("D", 1, 0, 1, 1)}, 2013)
	for _, s := range got.Steps {
		if !math.IsNaN(s.Index) || !math.IsNaN(s.OthersIndex) {
			t.Errorf("%s: base 100 of a value that is not positive: %+v", s.Period, s)
		}
		if math.IsNaN(s.Change) || math.IsNaN(s.OthersChange) {
			t.Errorf("%s: differences need no base 100: %+v", s.Period, s)
		}
	}
}

func TestFollowTheYearOfTheStartIsAfter(t *testing.T) {
	own := Course{Place: "A", Periods: []string{"2011-Q4", "2012-Q1"}, X: []float64{1, 2}}
	others := []Course{own, own, own}
	got, _ := Follow(own, others, 2012)
	if got.Base != "2011-Q4" || got.Steps[1].Before || !got.Steps[0].Before {
		t.Errorf("%+v", got)
	}
}
