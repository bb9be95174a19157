package territory

import (
	"cmp"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"

	"vigie/fault"
)

// LonLat is a position in degrees (WGS 84).
type LonLat struct{ Lon, Lat float64 }

// Ring is a closed outline as indexes into Topology.Arcs; ^k stands for arc k
// walked backwards. The last position of each arc is the first of the next.
type Ring []int

// Area is the outline of one territory. Parent is the territory above when the
// file names it (a département's region), "" otherwise. Each polygon is an
// outer ring followed by its holes.
type Area struct {
	Code     Code
	Label    string
	Parent   Code
	Polygons [][]Ring
}

// Topology is the boundaries of one tier, with the arcs that neighbours share
// stored once.
type Topology struct {
	Arcs  [][]LonLat
	Areas []Area
}

// boundaryRemedy is what to do with a boundary file that cannot be read.
const boundaryRemedy = "fournissez un fichier TopoJSON (un seul objet) ou GeoJSON en degrés (WGS 84) : des polygones, un code de territoire par contour"

type topoFile struct {
	Type      string                  `json:"type"`
	Arcs      json.RawMessage         `json:"arcs"`
	Transform *topoTransform          `json:"transform"`
	Objects   map[string]topoGeometry `json:"objects"`
}

type topoTransform struct {
	Scale     [2]float64 `json:"scale"`
	Translate [2]float64 `json:"translate"`
}

type topoGeometry struct {
	Type       string                     `json:"type"`
	ID         any                        `json:"id"`
	Arcs       json.RawMessage            `json:"arcs"`
	Geometries []topoGeometry             `json:"geometries"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// ParseBoundary reads the boundaries of a tier from a TopoJSON or a GeoJSON
// file in degrees. A territory's code, ours or the official one, comes from the
// property "code" or another usual name (codgeo, insee, epci…), or else from
// the id; its label from "label", "nom" or "libgeo". Areas keep the order of the
// file. Level "" reads units of any kind, whose codes are kept as they stand.
//
// Errors: an Invalid fault that names the arc, the ring or the territory.
func ParseBoundary(level Level, b []byte) (*Topology, error) {
	var is struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(b, &is); err == nil && is.Type == "FeatureCollection" {
		return parseFeatures(level, b)
	}
	return parseTopology(level, b)
}

// parseTopology reads a TopoJSON file: quantised or plain arcs, one object, of
// polygons and multipolygons.
//
// Source: The TopoJSON Format Specification, version 1.
func parseTopology(level Level, b []byte) (*Topology, error) {
	var f topoFile
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: "contours : JSON illisible", Do: boundaryRemedy, Err: err}
	}
	if f.Type != "Topology" {
		return nil, fault.Invalidf(boundaryRemedy, "contours : type « %s », « Topology » attendu", f.Type)
	}
	if len(f.Objects) != 1 {
		return nil, fault.Invalidf(boundaryRemedy, "contours : %d objets, un seul attendu", len(f.Objects))
	}
	t := &Topology{}
	var err error
	if t.Arcs, err = parseArcs(f.Arcs, f.Transform); err != nil {
		return nil, err
	}
	for _, o := range f.Objects {
		if t.Areas, err = parseAreas(level, o, t.Arcs); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// parseArcs reads an array of arrays of positions. The text is valid JSON
// already, so that a small scanner replaces a slow general decoder.
func parseArcs(raw []byte, tr *topoTransform) ([][]LonLat, error) {
	s := &arcScanner{b: raw}
	var arcs [][]LonLat
	if !s.open() {
		return nil, fault.Invalidf(boundaryRemedy, "contours : pas de tableau d'arcs")
	}
	for s.open() {
		var arc []LonLat
		var x, y float64
		for s.open() {
			p, ok := s.position()
			if !ok {
				return nil, fault.Invalidf(boundaryRemedy, "contours, arc %d : position %d illisible", len(arcs), len(arc))
			}
			if tr != nil {
				x, y = x+p.Lon, y+p.Lat
				p = LonLat{x*tr.Scale[0] + tr.Translate[0], y*tr.Scale[1] + tr.Translate[1]}
			}
			if !(math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90) {
				return nil, fault.Invalidf(boundaryRemedy, "contours, arc %d : position hors de la Terre (%g, %g)", len(arcs), p.Lon, p.Lat)
			}
			arc = append(arc, p)
		}
		if !s.close() || len(arc) < 2 {
			return nil, fault.Invalidf(boundaryRemedy, "contours, arc %d : au moins deux positions attendues", len(arcs))
		}
		arcs = append(arcs, arc)
	}
	if !s.close() {
		return nil, fault.Invalidf(boundaryRemedy, "contours, arc %d : tableau de positions attendu", len(arcs))
	}
	return arcs, nil
}

// arcScanner walks nested arrays of numbers in valid JSON.
type arcScanner struct {
	b []byte
	i int
}

func (s *arcScanner) skip() byte {
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\r', '\n', ',':
		default:
			return c
		}
	}
	return 0
}

func (s *arcScanner) take(c byte) bool {
	if s.skip() == c {
		s.i++
		return true
	}
	return false
}

func (s *arcScanner) open() bool  { return s.take('[') }
func (s *arcScanner) close() bool { return s.take(']') }

// position reads the numbers up to the closing bracket and keeps the first two.
func (s *arcScanner) position() (LonLat, bool) {
	var v [2]float64
	n := 0
	for !s.close() {
		s.skip()
		start := s.i
		for s.i < len(s.b) && numeric(s.b[s.i]) {
			s.i++
		}
		x, err := strconv.ParseFloat(string(s.b[start:s.i]), 64)
		if err != nil {
			return LonLat{}, false
		}
		if n < 2 {
			v[n] = x
		}
		n++
	}
	return LonLat{v[0], v[1]}, n >= 2
}

func numeric(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

func parseAreas(level Level, o topoGeometry, arcs [][]LonLat) ([]Area, error) {
	list := []topoGeometry{o}
	if o.Type == "GeometryCollection" {
		list = o.Geometries
	}
	seen := make(map[Code]bool, len(list))
	areas := make([]Area, 0, len(list))
	for i, g := range list {
		id, _ := g.ID.(string)
		a, err := namedArea(level, g.Properties, id, i+1, seen)
		if err != nil {
			return nil, err
		}
		if a.Polygons, err = parsePolygons(g, a.Code); err != nil {
			return nil, err
		}
		if err := checkRings(a, arcs); err != nil {
			return nil, err
		}
		areas = append(areas, a)
	}
	return areas, nil
}

// labelNames are the usual names of a property that holds a label.
var labelNames = []string{"label", "nom", "libgeo", "libelle", "nom_officiel", "epcilib", "name"}

// namedArea reads the code, the label and the territory above of an area, the
// n-th of its file, and marks its code as seen.
func namedArea(level Level, properties map[string]json.RawMessage, id string, n int, seen map[Code]bool) (Area, error) {
	said := texts(properties)
	text := cmp.Or(firstOf(said, codeNames), said[string(level)], id)
	a := Area{Code: codeAt(level, text), Label: firstOf(said, labelNames)}
	if above := cmp.Or(said["region"], said["codreg"]); above != "" && level == Departement {
		a.Parent = codeAt(Region, above)
	}
	if level == "" {
		if a.Code = Code(text); text == "" {
			return a, fault.Invalidf("donnez à chaque contour une propriété « code »", "contours, unité n° %d : son code manque", n)
		}
	} else if a.Code.Level() != level {
		return a, fault.Invalidf(boundaryRemedy, "contours, territoire n° %d : le code « %s » n'est pas celui d'un territoire du niveau « %s »", n, text, level)
	}
	if seen[a.Code] {
		return a, fault.Invalidf(boundaryRemedy, "contours : le territoire %s y est deux fois", a.Code)
	}
	seen[a.Code] = true
	return a, nil
}

// officialForm is what an official code of each tier looks like.
var officialForm = map[Level]*regexp.Regexp{
	Region: regexp.MustCompile(`^[0-9]{2}$`), Departement: regexp.MustCompile(`^([0-9][0-9AB]|97[1-8])$`),
	EPCI: regexp.MustCompile(`^[0-9]{9}$`), Commune: regexp.MustCompile(`^[0-9][0-9AB][0-9]{3}$`),
}

// prefix is what our codes add to the official ones.
var prefix = map[Level]string{Region: "REG-", Departement: "DEP-", EPCI: "EPCI-", Commune: "COM-"}

// codeAt makes our code of a text that is ours or official, "" when neither.
func codeAt(level Level, text string) Code {
	if c := Code(text); c.Level() == level {
		return c
	}
	if form := officialForm[level]; form != nil && form.MatchString(text) {
		return Code(prefix[level] + text)
	}
	return ""
}

func parsePolygons(g topoGeometry, code Code) (polygons [][]Ring, err error) {
	switch g.Type {
	case "Polygon":
		var p []Ring
		err = json.Unmarshal(g.Arcs, &p)
		polygons = [][]Ring{p}
	case "MultiPolygon":
		err = json.Unmarshal(g.Arcs, &polygons)
	default:
		return nil, fault.Invalidf(boundaryRemedy, "contours, %s : géométrie « %s », Polygon ou MultiPolygon attendu", code, g.Type)
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, What: "contours, " + string(code) + " : liste d'arcs illisible", Do: boundaryRemedy, Err: err}
	}
	return polygons, nil
}

// checkRings verifies that every arc exists and that every ring closes.
func checkRings(a Area, arcs [][]LonLat) error {
	rings := slices.Concat(a.Polygons...)
	if len(rings) == 0 {
		return fault.Invalidf(boundaryRemedy, "contours, %s : aucun anneau", a.Code)
	}
	for _, r := range rings {
		if len(r) == 0 {
			return fault.Invalidf(boundaryRemedy, "contours, %s : anneau vide", a.Code)
		}
		for _, k := range r {
			if ArcIndex(k) >= len(arcs) {
				return fault.Invalidf(boundaryRemedy, "contours, %s : arc %d inconnu (%d arcs)", a.Code, k, len(arcs))
			}
		}
		last := r[len(r)-1]
		for _, k := range r {
			_, end := arcEnds(arcs, last)
			start, _ := arcEnds(arcs, k)
			if end != start {
				return fault.Invalidf(boundaryRemedy, "contours, %s : anneau ouvert entre les arcs %d et %d", a.Code, last, k)
			}
			last = k
		}
	}
	return nil
}

// ArcIndex returns the index into Topology.Arcs of a ring's signed arc.
func ArcIndex(k int) int {
	if k < 0 {
		return ^k
	}
	return k
}

func arcEnds(arcs [][]LonLat, k int) (start, end LonLat) {
	a := arcs[ArcIndex(k)]
	if k < 0 {
		return a[len(a)-1], a[0]
	}
	return a[0], a[len(a)-1]
}

// Neighbours returns for each territory, in order of code, the territories
// that share at least one arc with it; a meeting at a single point does not
// count. A territory without neighbour has an empty list.
func (t *Topology) Neighbours() map[Code][]Code {
	owners := make([][]Code, len(t.Arcs))
	for _, a := range t.Areas {
		for _, k := range slices.Concat(slices.Concat(a.Polygons...)...) {
			i := ArcIndex(k)
			owners[i] = append(owners[i], a.Code)
		}
	}
	near := make(map[Code][]Code, len(t.Areas))
	for _, a := range t.Areas {
		near[a.Code] = []Code{}
	}
	for _, own := range owners {
		for _, c := range own {
			for _, d := range own {
				if c != d {
					near[c] = append(near[c], d)
				}
			}
		}
	}
	for c, list := range near {
		slices.Sort(list)
		near[c] = slices.Compact(list)
	}
	return near
}
