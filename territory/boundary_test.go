package territory

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
)

// twoSquares is a made-up file: two squares side by side sharing arc 0, the
// second with an island.
const twoSquares = `{"type":"Topology",
 "transform":{"scale":[0.5,0.5],"translate":[1,40]},
 "arcs":[[[2,0],[0,2]],[[2,2],[-2,0],[0,-2],[2,0]],[[2,2],[2,0],[0,-2],[-2,0]],[[8,8],[1,0],[0,1],[-1,-1]]],
 "objects":{"essai":{"type":"GeometryCollection","geometries":[
  {"type":"Polygon","arcs":[[0,1]],"properties":{"code":"DEP-01","label":"Un","region":"REG-84"}},
  {"type":"MultiPolygon","arcs":[[[0,2]],[[3]]],"id":"DEP-02","properties":{"label":"Deux"}}]}}}`

func TestParseBoundary(t *testing.T) {
	got, err := ParseBoundary(Departement, []byte(twoSquares))
	if err != nil {
		t.Fatal(err)
	}
	wantArc := []LonLat{{2, 40}, {2, 41}}
	if d := cmp.Diff(wantArc, got.Arcs[0]); d != "" {
		t.Errorf("arc 0 (-want +got):\n%s", d)
	}
	want := []Area{
		{Code: "DEP-01", Label: "Un", Parent: "REG-84", Polygons: [][]Ring{{{0, 1}}}},
		{Code: "DEP-02", Label: "Deux", Polygons: [][]Ring{{{0, 2}}, {{3}}}},
	}
	if d := cmp.Diff(want, got.Areas); d != "" {
		t.Errorf("areas (-want +got):\n%s", d)
	}
	near := map[Code][]Code{"DEP-01": {"DEP-02"}, "DEP-02": {"DEP-01"}}
	if d := cmp.Diff(near, got.Neighbours()); d != "" {
		t.Errorf("neighbours (-want +got):\n%s", d)
	}
}

func TestParseBoundaryFaults(t *testing.T) {
	cases := []struct{ name, old, new, want string }{
		{"not JSON", `{"type"`, `{type`, "JSON illisible"},
		{"another type", `"Topology"`, `"Feature"`, "« Topology » attendu"},
		{"GeoJSON without features", `"Topology"`, `"FeatureCollection"`, "aucun territoire"},
		{"no object", `"essai"`, `"essai":{"type":"Polygon","arcs":[]},"autre"`, "2 objets"},
		{"short position", `[2,0],[0,2]`, `[2],[0,2]`, "arc 0 : position 0"},
		{"one position", `[[2,0],[0,2]]`, `[[2,0]]`, "au moins deux positions"},
		{"off the Earth", `"translate":[1,40]`, `"translate":[1,140]`, "hors de la Terre"},
		{"unknown arc", `[[3]]`, `[[4]]`, "DEP-02 : arc 4 inconnu"},
		{"open ring", `[[3]]`, `[[3,0]]`, "DEP-02 : anneau ouvert"},
		{"empty ring", `[[3]]`, `[[]]`, "DEP-02 : anneau vide"},
		{"no ring", `[[[0,2]],[[3]]]`, `[]`, "DEP-02 : aucun anneau"},
		{"a line", `"MultiPolygon"`, `"LineString"`, "géométrie « LineString »"},
		{"bad code", `"DEP-02"`, `"Aisne"`, "le code « Aisne »"},
		{"number as id", `"DEP-02"`, `2`, "territoire n° 2"},
		{"twice", `"DEP-02"`, `"DEP-01"`, "y est deux fois"},
		{"arcs missing", `"arcs":[[[2`, `"arc":[[[2`, "pas de tableau d'arcs"},
	}
	for _, c := range cases {
		_, err := ParseBoundary(Departement, []byte(strings.Replace(twoSquares, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v; want %q", c.name, err, c.want)
			continue
		}
		if fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" {
			t.Errorf("%s: kind %v, remedy %q", c.name, fault.KindOf(err), fault.Do(err))
		}
	}
}

func TestRealBoundaries(t *testing.T) {
	cases := []struct {
		file    string
		areas   int
		code    Code
		near    []Code
		islands []Code
	}{
		{"regions", 18, "REG-44", []Code{"REG-11", "REG-27", "REG-32"}, []Code{"REG-94", "REG-01", "REG-06"}},
		{"departements", 101, "DEP-08", []Code{"DEP-02", "DEP-51", "DEP-55"}, []Code{"DEP-974"}},
		{"epci", 1232, "EPCI-200041630", nil, nil},
	}
	for _, c := range cases {
		topo, err := ParseBoundary(c.code.Level(), sharedBoundary(t, c.file))
		if err != nil {
			t.Fatalf("%s: %v", c.file, err)
		}
		if len(topo.Areas) != c.areas {
			t.Errorf("%s: %d areas; want %d", c.file, len(topo.Areas), c.areas)
		}
		near := topo.Neighbours()
		if c.near != nil {
			if d := cmp.Diff(c.near, near[c.code]); d != "" {
				t.Errorf("%s: neighbours of %s (-want +got):\n%s", c.file, c.code, d)
			}
		}
		for _, code := range c.islands {
			if len(near[code]) != 0 {
				t.Errorf("%s: %s has neighbours %v; want none", c.file, code, near[code])
			}
		}
		for code, list := range near {
			for _, other := range list {
				if i := strings.Join(codes(near[other]), " "); !strings.Contains(i, string(code)) {
					t.Errorf("%s: %s is a neighbour of %s but not the reverse", c.file, other, code)
				}
			}
		}
	}
}

func codes(list []Code) []string {
	s := make([]string, len(list))
	for i, c := range list {
		s[i] = string(c)
	}
	return s
}

func sharedBoundary(t testing.TB, name string) []byte {
	return sharedFile(t, "starter/boundaries/"+name+".topojson")
}

func FuzzParseBoundary(f *testing.F) {
	f.Add([]byte(twoSquares))
	f.Add([]byte(`{"type":"Topology","arcs":[],"objects":{"a":{}}}`))
	f.Add([]byte(threeFeatures))
	f.Fuzz(func(t *testing.T, b []byte) {
		topo, err := ParseBoundary(Departement, b)
		if err != nil {
			return
		}
		for _, a := range topo.Areas {
			for _, p := range a.Polygons {
				for _, r := range p {
					for _, k := range r {
						for _, q := range topo.Arcs[ArcIndex(k)] {
							if math.IsNaN(q.Lon) || math.IsInf(q.Lat, 0) {
								t.Fatalf("%s: position %v", a.Code, q)
							}
						}
					}
				}
			}
		}
		topo.Neighbours()
	})
}

func BenchmarkParseBoundary(b *testing.B) {
	raw := sharedBoundary(b, "epci")
	for b.Loop() {
		if _, err := ParseBoundary(EPCI, raw); err != nil {
			b.Fatal(err)
		}
	}
}
