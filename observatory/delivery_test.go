package observatory

import (
	"slices"
	"testing"
)

// Of two files that hold one figure the later delivery prevails, and any file
// prevails over the starter.
func TestDeliveryOrder(t *testing.T) {
	all := []delivery{{"vigie_starter_region", ""}, {"zones", ""}, {"b_old", "2021-12-31"}, {"c_new", "2024-01-31"}, {"a_old", "2021-12-31"}}
	slices.SortFunc(all, delivery.compare)
	want := []delivery{{"c_new", "2024-01-31"}, {"a_old", "2021-12-31"}, {"b_old", "2021-12-31"}, {"zones", ""}, {"vigie_starter_region", ""}}
	if !slices.Equal(all, want) {
		t.Errorf("%+v", all)
	}
	if all[1].rank() != all[2].rank() || all[3].rank() == all[4].rank() {
		t.Errorf("%+v", all)
	}
}
