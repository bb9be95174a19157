package fragility

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/territory"
)

// threeMoved is a made-up tier of three units: one that moves for every
// reason, one that does not move on the whole, one that has no former place.
func threeMoved(t *testing.T) *Moves {
	t.Helper()
	raw, err := json.Marshal(&Moves{Since: "2026-1", Units: []territory.Code{"DEP-01", "DEP-02", "DEP-03"}, Parts: []MovedPart{
		{Code: "A", Kind: OfDomain, Places: [stages][]int{{1, 2, 0}, {1, 2, 0}, {1, 2, 0}, {2, 1, 0}, {2, 1, 3}}},
		{Code: Overall, Kind: OfAll, Places: [stages][]int{{5, 2, 0}, {4, 2, 0}, {7, 1, 0}, {1, 3, 2}, {9, 2, 3}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := DecodeMoves(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMovesByHand(t *testing.T) {
	m := threeMoved(t)
	for code, want := range map[territory.Code]Move{
		// 5 → 4 by the program and 7 → 1 by the method; 4 → 7 by boundaries; 1 → 9 by data.
		"DEP-01": {Old: 5, New: 9, Boundary: 3, Method: -1 - 6, Data: 8, Known: true},
		"DEP-02": {Old: 2, New: 2, Boundary: -1, Method: 2, Data: -1, Known: true},
		"DEP-03": {New: 3},
	} {
		if got, ok := m.At(Overall, code); !ok || got != want {
			t.Errorf("%s: %+v, %v; want %+v", code, got, ok, want)
		}
	}
	if x, ok := m.At("A", "DEP-99"); ok {
		t.Errorf("an unknown unit moved: %+v", x)
	}
	if x, ok := m.At("B", "DEP-01"); ok {
		t.Errorf("moved in an unknown part: %+v", x)
	}
	want := Tally{Overall: true, Moved: 1, Of: 2, Boundary: 2, Method: 4.5, Data: 4.5, Known: true}
	if got := m.Tally(); got != want {
		t.Errorf("tally %+v; want %+v", got, want)
	}
	m.Parts = m.Parts[:1]
	if got := m.Tally(); got.Overall || got.Moved != 2 || got.Method != 1 || got.Data != 0 {
		t.Errorf("tally of the domains: %+v", got)
	}
}

func TestMovesDecode(t *testing.T) {
	m := threeMoved(t)
	raw, err := EncodeMoves(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeMoves(raw)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m, back, cmp.AllowUnexported(Moves{})); d != "" {
		t.Errorf("(-before +after):\n%s", d)
	}
	for _, bad := range []string{"", "[]", `{"units":["A"],"parts":[{"code":"X","places":[[1],[1],[1],[1]]}]}`} {
		if _, err := DecodeMoves([]byte(bad)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestSinceItself: an index has not moved since itself, whatever is carried.
func TestSinceItself(t *testing.T) {
	spec, in := smallSpec(), randomInput(60, 4)
	r, err := Compute(t.Context(), spec, in, Run{})
	if err != nil {
		t.Fatal(err)
	}
	o := Origin{spec, in}
	m, err := Since("1", r, r, o, o, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	places := 0
	for _, p := range m.Parts {
		for i, u := range m.Units {
			x, ok := m.At(p.Code, u)
			if !ok {
				continue
			}
			places++
			if !x.Known || x.Old != x.New || x.Boundary != 0 || x.Method != 0 || x.Data != 0 {
				t.Fatalf("%s, unit %d: %+v", p.Code, i, x)
			}
		}
	}
	if places == 0 {
		t.Error("nothing was compared")
	}
}

// TestSinceHolds: a series that the new specification adds moves places by
// method; one that it already asked for moves them by data.
func TestSinceHolds(t *testing.T) {
	spec, in := smallSpec(), randomInput(60, 4)
	less := *in
	last := in.Columns[len(in.Columns)-1]
	less.Columns = in.Columns[:len(in.Columns)-1]
	asked := less
	asked.Absent = append(asked.Absent, Absent{Indicator: last.Indicator, Domain: last.Domain, Why: NoData})
	now, err := Compute(t.Context(), spec, in, Run{})
	if err != nil {
		t.Fatal(err)
	}
	was, err := Compute(t.Context(), spec, &less, Run{})
	if err != nil {
		t.Fatal(err)
	}
	for name, before := range map[string]*Input{"method": &less, "data": &asked} {
		m, err := Since("1", was, now, Origin{spec, before}, Origin{spec, before}, Origin{spec, in}, nil)
		if err != nil {
			t.Fatal(err)
		}
		method, values := 0.0, 0.0
		for _, u := range m.Units {
			x, _ := m.At(last.Domain, u)
			method, values = method+math.Abs(float64(x.Method)), values+math.Abs(float64(x.Data))
		}
		if name == "method" && (method == 0 || values != 0) || name == "data" && (method != 0 || values == 0) {
			t.Errorf("a series that enters by %s: method %v, data %v", name, method, values)
		}
	}
}
