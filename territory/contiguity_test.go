package territory

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
)

// fourSquares is a made-up file: four squares about one point, and one apart.
const fourSquares = `{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"code":"01"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
 {"type":"Feature","properties":{"code":"02"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[2,0],[2,1],[1,1],[1,0]]]}},
 {"type":"Feature","properties":{"code":"03"},"geometry":{"type":"Polygon","coordinates":[[[0,1],[1,1],[1,2],[0,2],[0,1]]]}},
 {"type":"Feature","properties":{"code":"04"},"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2],[1,1]]]}},
 {"type":"Feature","properties":{"code":"05"},"geometry":{"type":"Polygon","coordinates":[[[5,5],[6,5],[6,6],[5,6],[5,5]]]}}]}`

func TestContiguity(t *testing.T) {
	topo, err := ParseBoundary(Departement, []byte(fourSquares))
	if err != nil {
		t.Fatal(err)
	}
	rook := map[Code][]Code{"DEP-01": {"DEP-02", "DEP-03"}, "DEP-02": {"DEP-01", "DEP-04"}, "DEP-03": {"DEP-01", "DEP-04"}, "DEP-04": {"DEP-02", "DEP-03"}, "DEP-05": {}}
	if d := cmp.Diff(rook, topo.Neighbours()); d != "" {
		t.Errorf("a boundary in common (-want +got):\n%s", d)
	}
	queen := map[Code][]Code{"DEP-01": {"DEP-02", "DEP-03", "DEP-04"}, "DEP-02": {"DEP-01", "DEP-03", "DEP-04"},
		"DEP-03": {"DEP-01", "DEP-02", "DEP-04"}, "DEP-04": {"DEP-01", "DEP-02", "DEP-03"}, "DEP-05": {}}
	if d := cmp.Diff(queen, topo.Touching()); d != "" {
		t.Errorf("a boundary or a point in common (-want +got):\n%s", d)
	}
}

// The middle of an outline whose holes are taken away, in pieces, and of units
// whose codes are not ours.
func TestCentres(t *testing.T) {
	topo, err := ParseBoundary("", []byte(threeFeatures))
	if err != nil {
		t.Fatal(err)
	}
	want := map[Code]LonLat{"01": {1, 41}, "2A": {4, 41}, "971": {4, 41}}
	for code, at := range topo.Centres() {
		if w := want[code]; math.Abs(at.Lon-w.Lon)+math.Abs(at.Lat-w.Lat) > 1e-9 {
			t.Errorf("%s: %v, want %v", code, at, w)
		}
	}
	pieces := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"X"},"geometry":{"type":"MultiPolygon","coordinates":[
 [[[0,0],[0,2],[2,2],[2,0],[0,0]],[[0,0],[1,0],[1,1],[0,1],[0,0]]],[[[10,0],[11,0],[11,1],[10,1],[10,0]]]]}}]}`
	if topo, err = ParseBoundary("", []byte(pieces)); err != nil {
		t.Fatal(err)
	}
	// (4 × (1, 1) − (0.5, 0.5) + (10.5, 0.5)) / 4
	if at := topo.Centres()["X"]; math.Abs(at.Lon-14./4) > 1e-9 || math.Abs(at.Lat-1) > 1e-9 {
		t.Errorf("in pieces: %v", at)
	}
	if _, err := ParseBoundary("", []byte(strings.Replace(threeFeatures, `"code":"01",`, "", 1))); err == nil || fault.Do(err) == "" {
		t.Errorf("a unit without code: %v", err)
	}
}
