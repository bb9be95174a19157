package territory

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
)

// threeFeatures is a made-up file: two squares side by side whose common side
// has a position in the middle, and a third that fills a hole of the second.
const threeFeatures = `{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"code":"01","nom":"Un","region":"84"},"geometry":{"type":"Polygon","coordinates":[[[0,40],[2,40],[2,41],[2,42],[0,42],[0,40]]]}},
 {"type":"Feature","properties":{"code":"2A","nom":"Deux"},"geometry":{"type":"MultiPolygon","coordinates":[[[[2,40],[6,40],[6,42],[2,42],[2,41],[2,40]],[[3,40.5],[3,41.5],[5,41.5],[5,40.5],[3,40.5]]]]}},
 {"type":"Feature","properties":{"codgeo":"971","libgeo":"Trois"},"geometry":{"type":"Polygon","coordinates":[[[5,41.5],[5,40.5],[3,40.5],[3,41.5],[5,41.5]]]}}]}`

func TestParseFeatures(t *testing.T) {
	got, err := ParseBoundary(Departement, []byte(threeFeatures))
	if err != nil {
		t.Fatal(err)
	}
	want := []Area{
		{Code: "DEP-01", Label: "Un", Parent: "REG-84", Polygons: [][]Ring{{{0, 1}}}},
		{Code: "DEP-2A", Label: "Deux", Polygons: [][]Ring{{{2, -1}, {3}}}},
		{Code: "DEP-971", Label: "Trois", Polygons: [][]Ring{{{3}}}},
	}
	if d := cmp.Diff(want, got.Areas); d != "" || len(got.Arcs) != 4 {
		t.Errorf("%d arcs; areas (-want +got):\n%s", len(got.Arcs), d)
	}
	near := map[Code][]Code{"DEP-01": {"DEP-2A"}, "DEP-2A": {"DEP-01", "DEP-971"}, "DEP-971": {"DEP-2A"}}
	if d := cmp.Diff(near, got.Neighbours()); d != "" {
		t.Errorf("neighbours (-want +got):\n%s", d)
	}
	for _, a := range got.Areas {
		if err := checkRings(a, got.Arcs); err != nil {
			t.Error(err)
		}
	}
}

func TestParseFeaturesFaults(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"Lambert-93", `[0,40],[2,40]`, `[652000,6862000],[2,40]`, "DEP-01, anneau 1, position 1 : (652000 ; 6862000) est en mètres, sans doute en Lambert-93"},
		{"says Lambert-93", `"features"`, `"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features"`, "Lambert-93"},
		{"no code", `"code":"01",`, ``, "territoire n° 1"},
		{"code of another tier", `"01"`, `"01001"`, "le code « 01001 »"},
		{"lost its zero", `"01"`, `1`, "le code « 1 »"},
		{"twice", `"2A"`, `"01"`, "y est deux fois"},
		{"a point", `"Polygon","coordinates":[[[0,40],[2,40],[2,41],[2,42],[0,42],[0,40]]]`, `"Point","coordinates":[0,40]`, "« Point » n’est pas un polygone"},
	} {
		_, err := ParseBoundary(Departement, []byte(strings.Replace(threeFeatures, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: error %v; want %q and a remedy", c.name, err, c.want)
		}
	}
}

// TestRealFeatures reads boundary files of producers as they come.
func TestRealFeatures(t *testing.T) {
	for _, c := range []struct {
		file  string
		areas int
		code  Code
		near  []Code
	}{
		{"etalab-1000m/regions-1000m.geojson", 18, "REG-44", []Code{"REG-11", "REG-27", "REG-32"}},
		{"etalab-1000m/departements-1000m.geojson", 101, "DEP-08", []Code{"DEP-02", "DEP-51", "DEP-55"}},
		{"etalab-1000m/communes-1000m-29.geojson", 277, "COM-29155", nil},
		{"ign-2018/regions-version-simplifiee.geojson", 13, "REG-44", []Code{"REG-11", "REG-27", "REG-32"}},
		{"ign-2018/departements-version-simplifiee.geojson", 96, "DEP-08", []Code{"DEP-02", "DEP-51", "DEP-55"}},
		{"anct-2018/dep_wgs84_utf8.topojson", 101, "DEP-08", []Code{"DEP-02", "DEP-51", "DEP-55"}},
		{"anct-2018/epci2018_wgs84_utf8.topojson", 1264, "EPCI-200041630", nil},
	} {
		topo, err := ParseBoundary(c.code.Level(), sharedFile(t, "data/contours/"+c.file))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if len(topo.Areas) != c.areas {
			t.Errorf("%s: %d areas; want %d", c.file, len(topo.Areas), c.areas)
		}
		near := topo.Neighbours()
		if _, ok := near[c.code]; !ok {
			t.Errorf("%s: no %s", c.file, c.code)
		}
		if d := cmp.Diff(c.near, near[c.code]); c.near != nil && d != "" {
			t.Errorf("%s: neighbours of %s (-want +got):\n%s", c.file, c.code, d)
		}
	}
}

// TestRealForeignFeature: a file of EPCI that draws Paris under its communal code.
func TestRealForeignFeature(t *testing.T) {
	_, err := ParseBoundary(EPCI, sharedFile(t, "data/contours/epci-2025/nodom_epci_2025.topojson.gz"))
	if err == nil || !strings.Contains(err.Error(), "territoire n° 1244 : le code « 75056 »") {
		t.Errorf("error %v; want the area that is no EPCI named", err)
	}
}
