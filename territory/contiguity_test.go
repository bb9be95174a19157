package territory

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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
