package territory

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"vigie/fault"
)

// Outline is an area that a reader gives: polygons in degrees (WGS 84), each an
// outer ring followed by its holes, every ring closed.
type Outline struct {
	Polygons [][][]LonLat
	Closed   []string // rings that were left open and have been closed
	// Codes are what the features carry under a usual name of a territory's
	// code (code, insee, siren…), one a feature; nil when one has none.
	Codes []string
}

// Limits of an outline. A département drawn to the metre has some 50,000
// positions.
const (
	MostPositions = 200_000
	mostFeatures  = 40_000
	mostNested    = 8
	mostCompared  = 60_000_000 // pairs of segments looked at for a crossing
)

const outlineRemedy = "donnez un GeoJSON fait de polygones, en degrés (WGS 84, longitude puis latitude) ; QGIS : « Exporter », SCR EPSG:4326"

type geoObject struct {
	Type        string                     `json:"type"`
	CRS         json.RawMessage            `json:"crs"`
	Features    []geoObject                `json:"features"`
	Geometry    *geoObject                 `json:"geometry"`
	Geometries  []geoObject                `json:"geometries"`
	Coordinates json.RawMessage            `json:"coordinates"`
	Properties  map[string]json.RawMessage `json:"properties"`
}

// ParseOutline reads a GeoJSON polygon, feature or collection. A ring that was
// left open is closed, and named in Closed.
//
// Errors: an Invalid fault that names the feature, the ring and the position:
// coordinates that are not degrees (Lambert-93), a ring that crosses itself, a
// geometry that is no polygon, too many positions.
//
// Source: RFC 7946.
func ParseOutline(b []byte) (*Outline, error) {
	var g geoObject
	if err := json.Unmarshal(b, &g); err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: "contour : JSON illisible", Do: outlineRemedy, Err: err}
	}
	if g.Type == "Topology" {
		return nil, fault.Invalidf(outlineRemedy, "contour : c’est un TopoJSON, pas un GeoJSON")
	}
	if err := g.inDegrees(); err != nil {
		return nil, err
	}
	p := &outlineParser{out: &Outline{}, most: MostPositions}
	if err := p.object(&g, "contour", 0); err != nil {
		return nil, err
	}
	if len(p.out.Polygons) == 0 {
		return nil, fault.Invalidf(outlineRemedy, "contour : aucun polygone")
	}
	if len(p.out.Codes) != p.features {
		p.out.Codes = nil
	}
	return p.out, nil
}

// inDegrees refuses a file that says itself in other coordinates.
func (g *geoObject) inDegrees() error {
	crs := string(g.CRS)
	switch {
	case crs == "" || crs == "null" || strings.Contains(crs, "CRS84") || strings.Contains(crs, "4326"):
		return nil
	case strings.Contains(crs, "2154"):
		return fault.Invalidf(outlineRemedy, "contour : le fichier se dit en Lambert-93 (EPSG:2154)")
	}
	return fault.Invalidf(outlineRemedy, "contour : le système de coordonnées du fichier n’est pas WGS 84")
}

type outlineParser struct {
	out       *Outline
	most      int  // positions
	mayCross  bool // simplified boundaries of producers do, by a hair
	positions int
	features  int
}

func (p *outlineParser) object(g *geoObject, where string, depth int) error {
	if depth > mostNested {
		return fault.Invalidf(outlineRemedy, "%s : trop de collections l’une dans l’autre", where)
	}
	switch g.Type {
	case "FeatureCollection":
		if len(g.Features) > mostFeatures {
			return fault.Invalidf("gardez moins d’entités", "contour : %d entités, %d au plus", len(g.Features), mostFeatures)
		}
		for i := range g.Features {
			if err := p.object(&g.Features[i], fmt.Sprintf("contour, entité %d", i+1), depth+1); err != nil {
				return err
			}
		}
		return nil
	case "Feature":
		p.features++
		if code := codeOf(g.Properties); code != "" {
			p.out.Codes = append(p.out.Codes, code)
		}
		if g.Geometry == nil {
			return fault.Invalidf(outlineRemedy, "%s : pas de géométrie", where)
		}
		return p.object(g.Geometry, where, depth+1)
	case "GeometryCollection":
		for i := range g.Geometries {
			if err := p.object(&g.Geometries[i], where, depth+1); err != nil {
				return err
			}
		}
		return nil
	case "Polygon":
		var rings [][][]float64
		if err := json.Unmarshal(g.Coordinates, &rings); err != nil {
			return &fault.Error{Kind: fault.Invalid, What: where + " : coordonnées illisibles", Do: outlineRemedy, Err: err}
		}
		return p.polygon(rings, where)
	case "MultiPolygon":
		var all [][][][]float64
		if err := json.Unmarshal(g.Coordinates, &all); err != nil {
			return &fault.Error{Kind: fault.Invalid, What: where + " : coordonnées illisibles", Do: outlineRemedy, Err: err}
		}
		for i, rings := range all {
			if err := p.polygon(rings, fmt.Sprintf("%s, polygone %d", where, i+1)); err != nil {
				return err
			}
		}
		return nil
	}
	return fault.Invalidf(outlineRemedy, "%s : « %s » n’est pas un polygone", where, g.Type)
}

func (p *outlineParser) polygon(rings [][][]float64, where string) error {
	var polygon [][]LonLat
	for i, positions := range rings {
		ring, err := p.ring(positions, fmt.Sprintf("%s, anneau %d", where, i+1))
		if err != nil {
			return err
		}
		polygon = append(polygon, ring)
	}
	if len(polygon) == 0 {
		return fault.Invalidf(outlineRemedy, "%s : polygone vide", where)
	}
	p.out.Polygons = append(p.out.Polygons, polygon)
	return nil
}

func (p *outlineParser) ring(positions [][]float64, where string) ([]LonLat, error) {
	if p.positions += len(positions); p.positions > p.most {
		return nil, fault.Invalidf("simplifiez le contour (QGIS : « Simplifier »)", "%s : plus de %d positions", where, p.most)
	}
	ring := make([]LonLat, 0, len(positions)+1)
	for i, xy := range positions {
		if len(xy) < 2 {
			return nil, fault.Invalidf(outlineRemedy, "%s, position %d : deux nombres attendus", where, i+1)
		}
		at := LonLat{xy[0], xy[1]}
		if !(math.Abs(at.Lon) <= 180 && math.Abs(at.Lat) <= 90) {
			return nil, notDegrees(at, fmt.Sprintf("%s, position %d", where, i+1))
		}
		if n := len(ring); n == 0 || ring[n-1] != at {
			ring = append(ring, at)
		}
	}
	if n := len(ring); n > 0 && ring[0] != ring[n-1] {
		ring = append(ring, ring[0])
		p.out.Closed = append(p.out.Closed, where)
	}
	if len(ring) < 4 {
		return nil, fault.Invalidf(outlineRemedy, "%s : trois positions différentes au moins sont attendues", where)
	}
	if p.mayCross {
		return ring, nil
	}
	at, a, b, err := crossing(ring)
	if err != nil {
		return nil, err
	}
	if a >= 0 {
		return nil, fault.Invalidf("redessinez le contour à cet endroit (QGIS : « Réparer les géométries »)",
			"%s : le contour se croise en %.4f ; %.4f (longitude ; latitude), entre ses côtés %d et %d", where, at.Lon, at.Lat, a+1, b+1)
	}
	return ring, nil
}

// notDegrees says what coordinates that are not degrees look like.
func notDegrees(at LonLat, where string) error {
	if at.Lon > -700_000 && at.Lon < 1_400_000 && at.Lat > 5_000_000 && at.Lat < 7_300_000 {
		return fault.Invalidf(outlineRemedy, "%s : (%.0f ; %.0f) est en mètres, sans doute en Lambert-93 (EPSG:2154), pas en degrés", where, at.Lon, at.Lat)
	}
	return fault.Invalidf(outlineRemedy, "%s : (%g ; %g) n’est pas une longitude suivie d’une latitude en degrés", where, at.Lon, at.Lat)
}

// codeNames are the usual names of a property that holds a territory's code,
// the surest first.
var codeNames = []string{"code", "insee", "code_insee", "insee_com", "codgeo", "code_geo", "code_commune", "com", "siren", "code_siren", "siren_epci", "code_epci", "insee_dep"}

// codeOf returns the code that a feature carries, "" when it has none.
func codeOf(properties map[string]json.RawMessage) string {
	return firstOf(texts(properties), codeNames)
}

// texts are the properties of a feature as texts, their names in lower case.
func texts(properties map[string]json.RawMessage) map[string]string {
	lower := make(map[string]string, len(properties))
	for name, raw := range properties {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		if s = strings.TrimSpace(s); s != "null" {
			lower[strings.ToLower(name)] = s
		}
	}
	return lower
}

// firstOf returns the first short text under one of the names.
func firstOf(texts map[string]string, names []string) string {
	for _, name := range names {
		if s := texts[name]; s != "" && len(s) < 120 {
			return s
		}
	}
	return ""
}

// crossing finds two sides of a closed ring that cross: the place and their
// ranks, -1 when none do. Sides that touch are left alone.
//
// Error: Invalid when the ring is too entangled to be looked at.
func crossing(ring []LonLat) (at LonLat, a, b int, err error) {
	n := len(ring) - 1
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	left := func(i int) float64 { return min(ring[i].Lon, ring[i+1].Lon) }
	slices.SortFunc(order, func(a, b int) int {
		switch x, y := left(a), left(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return a - b
	})
	var open []int
	looked := 0
	for _, i := range order {
		kept := open[:0]
		for _, k := range open {
			if max(ring[k].Lon, ring[k+1].Lon) < left(i) {
				continue
			}
			kept = append(kept, k)
			if at, ok := meet(ring[i], ring[i+1], ring[k], ring[k+1]); ok {
				return at, min(i, k), max(i, k), nil
			}
		}
		if looked += len(open); looked > mostCompared {
			return at, -1, -1, fault.Invalidf("simplifiez le contour (QGIS : « Simplifier »)", "contour : trop enchevêtré pour être lu")
		}
		open = append(kept, i)
	}
	return LonLat{}, -1, -1, nil
}

// meet returns where two segments cross, each strictly inside the other.
func meet(a, b, c, d LonLat) (LonLat, bool) {
	if max(a.Lat, b.Lat) < min(c.Lat, d.Lat) || max(c.Lat, d.Lat) < min(a.Lat, b.Lat) {
		return LonLat{}, false
	}
	side := func(p, q, r LonLat) float64 { return (q.Lon-p.Lon)*(r.Lat-p.Lat) - (q.Lat-p.Lat)*(r.Lon-p.Lon) }
	c1, d1 := side(a, b, c), side(a, b, d)
	a1, b1 := side(c, d, a), side(c, d, b)
	if !(c1*d1 < 0 && a1*b1 < 0) {
		return LonLat{}, false
	}
	t := a1 / (a1 - b1)
	return LonLat{a.Lon + t*(b.Lon-a.Lon), a.Lat + t*(b.Lat-a.Lat)}, true
}
