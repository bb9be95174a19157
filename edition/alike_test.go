package edition_test

import (
	"testing"

	"vigie/edition"
	"vigie/territory"
)

func TestAlikeIsTheShareOfPairsLessAlike(t *testing.T) {
	c := edition.New(&edition.Content{Manifest: &edition.Manifest{}, Territory: &territory.Vintage{}, Fragility: scored(t, []int{0, 1, 2, 3, 4, 5, 6}, alike, 6).Fragility})
	share := func(a, b territory.Code) float64 {
		r, ok := c.Alike(a, b, 0)
		if !ok {
			t.Fatalf("%s and %s are not compared", a, b)
		}
		return r.Share
	}
	if got := share("DEP-01", "DEP-01"); got != 1 {
		t.Errorf("a territory resembles itself by %v", got)
	}
	near, middle, far := share("DEP-02", "DEP-01"), share("DEP-03", "DEP-01"), share("DEP-04", "DEP-01")
	if !(near > middle && middle > far) || far < 0 {
		t.Errorf("resemblance falls with distance: %v, %v, %v", near, middle, far)
	}
	if a, b := share("DEP-01", "DEP-05"), share("DEP-05", "DEP-01"); a != b {
		t.Errorf("resemblance has two ways: %v, %v", a, b)
	}
	if _, ok := c.Alike("DEP-99", "DEP-01", 0); ok {
		t.Error("a département without scores is compared")
	}
}
