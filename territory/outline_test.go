package territory

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"vigie/fault"
)

func TestParseOutline(t *testing.T) {
	square := `[[[2,48],[3,48],[3,49],[2,49],[2,48]]]`
	cases := []struct {
		name, text string
		says       string // of the fault, "" for none
	}{
		{"polygon", `{"type":"Polygon","coordinates":` + square + `}`, ""},
		{"feature", `{"type":"Feature","properties":null,"geometry":{"type":"Polygon","coordinates":` + square + `}}`, ""},
		{"multi", `{"type":"MultiPolygon","coordinates":[` + square + `]}`, ""},
		{"with a height", `{"type":"Polygon","coordinates":[[[2,48,10],[3,48,10],[3,49,10],[2,48,10]]]}`, ""},
		{"EPSG:4326", `{"type":"Polygon","crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::4326"}},"coordinates":` + square + `}`, ""},
		{"Lambert-93 that says so", `{"type":"Polygon","crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"coordinates":` + square + `}`, "Lambert-93"},
		{"Lambert-93 that does not", `{"type":"Polygon","coordinates":[[[2,48],[822000,6963000],[823000,6963000],[822000,6963000]]]}`, "position 2 : (822000 ; 6963000) est en mètres, sans doute en Lambert-93"},
		{"off the Earth", `{"type":"Polygon","coordinates":[[[2,480],[3,48],[3,49],[2,48]]]}`, "en degrés"},
		{"a figure of eight", `{"type":"Polygon","coordinates":[[[2,48],[3,49],[3,48],[2,49],[2,48]]]}`, "se croise en 2.5000 ; 48.5000"},
		{"two positions", `{"type":"Polygon","coordinates":[[[2,48],[3,48],[2,48]]]}`, "trois positions"},
		{"one number", `{"type":"Polygon","coordinates":[[[2],[3,48],[2,48]]]}`, "position 1"},
		{"a line", `{"type":"LineString","coordinates":[[2,48],[3,48]]}`, "n’est pas un polygone"},
		{"no geometry", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]}`, "entité 1"},
		{"TopoJSON", `{"type":"Topology"}`, "TopoJSON"},
		{"empty", `{"type":"FeatureCollection","features":[]}`, "aucun polygone"},
		{"cut", `{"type":"Polygon","coordinates":[[[2,48]`, "illisible"},
		{"text", `bonjour`, "illisible"},
		{"collections in collections", strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 12) + `{"type":"Polygon","coordinates":` + square + `}` + strings.Repeat("]}", 12), "l’une dans l’autre"},
		{"null positions", `{"type":"Polygon","coordinates":[[null,[3,48],[2,48],[2,49]]]}`, "position 1"},
	}
	for _, c := range cases {
		o, err := ParseOutline([]byte(c.text))
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.says == "" && len(o.Polygons) != 1:
			t.Errorf("%s: %d polygons", c.name, len(o.Polygons))
		case c.says != "" && (err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) || fault.Do(err) == ""):
			t.Errorf("%s: %v; want a fault that says %q and what to do", c.name, err, c.says)
		}
	}
}

func TestOutlineIsClosed(t *testing.T) {
	o, err := ParseOutline([]byte(`{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,49]]]}`))
	if err != nil || len(o.Closed) != 1 || len(o.Polygons[0][0]) != 5 {
		t.Errorf("ParseOutline = %+v, %v; want the ring closed, and said", o, err)
	}
}

func TestOutlineCodes(t *testing.T) {
	one := `{"type":"Feature","properties":{"nom":"x","code":%s},"geometry":{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,48]]]}}`
	all := fmt.Sprintf(`{"type":"FeatureCollection","features":[`+one+","+one+`]}`, `"08105"`, `"08362"`)
	if o, err := ParseOutline([]byte(all)); err != nil || fmt.Sprint(o.Codes) != "[08105 08362]" {
		t.Errorf("codes %v, %v", o, err)
	}
	some := fmt.Sprintf(`{"type":"FeatureCollection","features":[`+one+","+one+`]}`, `"08105"`, `null`)
	if o, err := ParseOutline([]byte(some)); err != nil || o.Codes != nil {
		t.Errorf("codes of which one is missing: %v, %v", o, err)
	}
}

// TestShares: a square synthetic territory and outlines that hold a known part
// of it, holes and overlaps included.
func TestShares(t *testing.T) {
	topology := &Topology{Arcs: [][]LonLat{{{2, 48}, {3, 48}, {3, 49}, {2, 49}, {2, 48}}},
		Areas: []Area{{Code: "DEP-00", Polygons: [][]Ring{{{0}}}}}}
	cases := []struct {
		name, rings string
		want        float64
	}{
		{"all", `[[[[1,47],[4,47],[4,50],[1,50],[1,47]]]]`, 1},
		{"itself", `[[[[2,48],[3,48],[3,49],[2,49],[2,48]]]]`, 1},
		{"half", `[[[[2,48],[2.5,48],[2.5,49],[2,49],[2,48]]]]`, 0.5},
		{"a hole", `[[[[1,47],[4,47],[4,50],[1,50],[1,47]],[[2,48],[2.5,48],[2.5,49],[2,49],[2,48]]]]`, 0.5},
		{"twice the same", `[[[[2,48],[2.5,48],[2.5,49],[2,49],[2,48]]],[[[2,48],[2.5,48],[2.5,49],[2,49],[2,48]]]]`, 0.5},
		{"a triangle", `[[[[2,48],[3,48],[2,49],[2,48]]]]`, 0.5},
		{"elsewhere", `[[[[5,48],[6,48],[6,49],[5,48]]]]`, 0},
	}
	for _, c := range cases {
		o, err := ParseOutline([]byte(`{"type":"MultiPolygon","coordinates":` + c.rings + `}`))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		shares, err := o.Shares(topology)
		got := 0.0
		if len(shares) > 0 {
			got = shares[0].Share
		}
		if err != nil || math.Abs(got-c.want) > 0.006 {
			t.Errorf("%s: %g, %v; want %g", c.name, got, err, c.want)
		}
	}
}

// TestOutlineHostile: outlines made to be slow are refused or read in time.
func TestOutlineHostile(t *testing.T) {
	comb := func(n int, x, y func(i int) float64) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "[%.6f,%.6f],", x(i), y(i))
		}
		return `{"type":"Polygon","coordinates":[[` + strings.TrimSuffix(b.String(), ",") + `]]}`
	}
	for name, text := range map[string]string{
		"long teeth": comb(60_000, func(i int) float64 { return -170 + 340*float64(i%2) }, func(i int) float64 { return -80 + 160*float64(i)/60_000 }),
		"tall teeth": comb(60_000, func(i int) float64 { return -170 + 340*float64(i)/60_000 }, func(i int) float64 { return -80 + 160*float64(i%2) }),
		"circle":     comb(150_000, func(i int) float64 { return 3 + math.Cos(float64(i)/24_000) }, func(i int) float64 { return 47 + math.Sin(float64(i)/24_000) }),
	} {
		began := time.Now()
		if o, err := ParseOutline([]byte(text)); err == nil {
			_, _ = o.Shares(&Topology{})
		}
		if d := time.Since(began); d > 6*time.Second {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func FuzzParseOutline(f *testing.F) {
	for _, s := range []string{`{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,49]]]}`, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":1},"geometry":{"type":"MultiPolygon","coordinates":[]}}]}`, `{}`, `[]`} {
		f.Add([]byte(s))
	}
	topology := &Topology{Arcs: [][]LonLat{{{2, 48}, {3, 48}, {3, 49}, {2, 49}, {2, 48}}}, Areas: []Area{{Code: "DEP-00", Polygons: [][]Ring{{{0}}}}}}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := ParseOutline(b)
		if err != nil {
			if fault.Do(err) == "" {
				t.Errorf("no remedy: %v", err)
			}
			return
		}
		shares, _ := o.Shares(topology)
		for _, s := range shares {
			if !(s.Share >= 0 && s.Share <= 1) {
				t.Errorf("share %g", s.Share)
			}
		}
	})
}
