package index

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/territory"
)

// mapped runs a specification with the files it names.
func mapped(t *testing.T, text string, table *Table, pairs [][]string) *Result {
	t.Helper()
	r, err := tried(text, table, pairs, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tried(text string, table *Table, pairs [][]string, outlines string) (*Result, error) {
	s, err := ParseSpec("essai.toml", []byte(text))
	if err != nil {
		return nil, err
	}
	return Run(context.Background(), s, table, Options{
		Load: func(string) (*Table, error) {
			p := tableOf(pairs)
			p.Name = "voisins.csv"
			return p, nil
		},
		Boundaries: func(string) (*territory.Topology, error) { return territory.ParseBoundary("", []byte(outlines)) },
	})
}

func (m *Map) test(code, name string) MapTest {
	k := slices.IndexFunc(m.Tests, func(t MapTest) bool { return t.Code == code && t.Test == name })
	if k < 0 {
		return MapTest{}
	}
	return m.Tests[k]
}

const columbus = `version = "1"
title = { fr = "Columbus" }
data = { file = "columbus.csv", unit = "id" }
element = [{ code = "e" }]
indicator = [{ code = "HOVAL", parent = "e" }, { code = "INC", parent = "e" }, { code = "CRIME", parent = "e" }]
uncertainty = { draws = 0 }
[space]
neighbours = "pairs"
file = "voisins.csv"
columns = ["CRIME"]
tests = ["moran", "geary", "getis_ord", "lisa"]
permutations = 999
regions = 5
region_columns = ["HOVAL", "INC", "CRIME"]
`

// The desk gives the figures of the reference cases of the map, whatever the
// order of the rows and the number of workers.
func TestMapAgrees(t *testing.T) {
	table := shared(t, "data/columbus.csv")
	r := mapped(t, columbus, tableOf(table), shared(t, "data/columbus_weights_W.csv"))
	var want map[string]struct {
		Statistic, P float64
		Estimate     []float64
	}
	raw := sharedFile(t, "reference/spatial/columbus_crime_global.json")
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	delete(all, "n")
	delete(all, "S0")
	kept, err := json.Marshal(all)
	if err == nil {
		err = json.Unmarshal(kept, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	for ours, theirs := range map[string]string{"moran": "moran_randomisation", "geary": "geary_randomisation", "getis_ord": "globalG_binary"} {
		got, ref := r.Map.test("CRIME", ours), want[theirs]
		for k, pair := range [][2]float64{{float64(got.Statistic), ref.Estimate[0]}, {float64(got.Expected), ref.Estimate[1]}, {float64(got.Variance), ref.Estimate[2]}, {float64(got.Z), ref.Statistic}, {float64(got.P), ref.P}} {
			if !(math.Abs(pair[0]-pair[1]) <= 1e-9*math.Abs(pair[1])) {
				t.Errorf("%s, figure %d: %v, want %v", ours, k, pair[0], pair[1])
			}
		}
	}
	if p := r.Map.test("CRIME", "moran").Drawn; p != 0.001 {
		t.Errorf("Moran by permutation: %v", p)
	}
	local := shared(t, "reference/spatial/columbus_crime_local.csv")
	column := func(name string) int { return slices.Index(local[0], name) }
	l := r.Map.Local[0]
	named := 0
	for _, row := range local[1:] {
		k := slices.Index(l.Unit, row[0])
		near(t, row[0]+" I", l.I[k], row[column("Ii")])
		near(t, row[0]+" lag", l.Around[k], row[column("lag")])
		near(t, row[0]+" G*", l.Star[k], row[column("Gstar_binary")])
		if l.Cluster[k] != "none" {
			named++
			if want := strings.ReplaceAll(strings.ToLower(row[column("quadrant_mean")]), "-", "_"); l.Cluster[k] != want {
				t.Errorf("%s: %s, want %s", row[0], l.Cluster[k], want)
			}
		}
	}
	if named == 0 {
		t.Error("no cluster is named")
	}
	regions := map[string]int{}
	for k, code := range r.Map.Regions.Unit {
		regions[code] = r.Map.Regions.Region[k]
	}
	same := map[string]int{}
	for _, row := range shared(t, "reference/cluster/columbus_skater5.csv")[1:] {
		if g, known := same[row[4]]; known && g != regions[row[0]] {
			t.Errorf("%s: region %d, its reference group is in %d", row[0], regions[row[0]], g)
		}
		same[row[4]] = regions[row[0]]
	}
	if len(same) != 5 || r.Map.Regions.Kept >= r.Map.Regions.Free {
		t.Errorf("%d regions that keep %v of the variance, %v without contiguity", len(same), r.Map.Regions.Kept, r.Map.Regions.Free)
	}
	for k, want := range []string{"74.797814870846963", "66.687240354845585", "59.797486555901848", "55.778859376802991", "51.787570690327811"} {
		near(t, "criterion of the regions", r.Map.Regions.Within[k], want)
	}
	slices.Reverse(table[1:])
	turned := mapped(t, columbus, tableOf(table), shared(t, "data/columbus_weights_W.csv"))
	if d := cmp.Diff(r.Map.Local, turned.Map.Local, cmp.Comparer(sameNumber)); d != "" {
		t.Errorf("another order of rows (-first +turned):\n%s", d)
	}
}

func sameNumber(a, b Number) bool {
	return a == b || a != a && b != b || math.Abs(float64(a-b)) < 1e-9
}

// The desk gives the rates of the reference case, crude, global and local, and
// the index is made of those that are asked.
func TestRatesAgree(t *testing.T) {
	text := `version = "1"
title = { fr = "SIDS" }
data = { file = "nc_sids.csv", unit = "id" }
element = [{ code = "e" }]
indicator = [{ code = "sids", parent = "e", column = "SID74", denominator = "BIR74", denominator_scale = 1000, smooth = "local" }]
uncertainty = { draws = 0 }
space = { neighbours = "pairs", file = "voisins.csv", columns = ["sids"], tests = ["moran"], permutations = 999 }
`
	r := mapped(t, text, tableOf(shared(t, "data/nc_sids.csv")), shared(t, "data/nc_sids_weights_W.csv"))
	s := r.Smoothed[0]
	for name, v := range map[string]float64{"mean": 0.0020214448936544207 - float64(s.Mean)/1e3, "variance": 7.6929306470146507e-07 - float64(s.Variance)/1e6} {
		if math.Abs(v) > 1e-15 {
			t.Errorf("%s of the true rates is %v away", name, v)
		}
	}
	for _, row := range shared(t, "reference/spatial/nc_sids_eb74.csv")[1:] {
		k := slices.Index(s.Unit, row[0])
		u := slices.IndexFunc(r.Units, func(u Unit) bool { return u.Code == row[0] })
		for j, got := range map[int]Number{1: s.Crude[k] / 1000, 2: s.Global[k] / 1000, 3: s.Local[k] / 1000, 7: s.Chance[k]} {
			want, err := strconv.ParseFloat(row[j], 64)
			if err != nil || !(math.Abs(float64(got)-want) <= 1e-9*math.Abs(want)) {
				t.Errorf("%s, column %d: %v, want %s", row[0], j, got, row[j])
			}
		}
		if r.element("sids").Value[u] != s.Local[k] {
			t.Errorf("%s: the index is made of %v", row[0], r.element("sids").Value[u])
		}
	}
	rates := r.Map.test("sids", "moran_rates")
	if rates.Drawn > 0.005 || rates.Statistic < 0.1 || r.Map.test("sids", "moran").Statistic == rates.Statistic {
		t.Errorf("Moran of rates %+v", rates)
	}
	if n := len(r.Audit); n != 100 || r.Audit[0].Rule != "smoothed_local" {
		t.Errorf("%d entries of the audit", n)
	}
}

// four squares in a row, C and D apart from A and B, and E far away.
const apart = `{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"code":"A"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
 {"type":"Feature","properties":{"code":"B"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[2,0],[2,1],[1,1],[1,0]]]}},
 {"type":"Feature","properties":{"code":"C"},"geometry":{"type":"Polygon","coordinates":[[[3,0],[4,0],[4,1],[3,1],[3,0]]]}},
 {"type":"Feature","properties":{"code":"D"},"geometry":{"type":"Polygon","coordinates":[[[4,0],[5,0],[5,1],[4,1],[4,0]]]}},
 {"type":"Feature","properties":{"code":"E"},"geometry":{"type":"Polygon","coordinates":[[[9,0],[10,0],[10,1],[9,1],[9,0]]]}}]}`

const squares = `version = "1"
title = { fr = "Carrés" }
data = { file = "carres.csv", unit = "code" }
element = [{ code = "e" }]
indicator = [{ code = "x", parent = "e" }, { code = "t", parent = "e", column = "cas", denominator = "pop", smooth = "global" }]
uncertainty = { draws = 0 }
[space]
neighbours = "boundaries"
file = "carres.geojson"
islands = "linked"
tests = ["moran"]
regions = 2
region_columns = ["x"]
`

func five() *Table {
	return &Table{Name: "carres.csv", First: 2, Rows: 5, Columns: []Column{{Name: "code", Text: []string{"A", "B", "C", "D", "E"}},
		numeric("x", 1, 2, 8, 9, 9), numeric("cas", 1, 0, 2, 3, 4), numeric("pop", 10, 20, 10, 20, 10), numeric("lon", 0.5, 1.5, 3.5, 4.5, 9.5), numeric("lat", 0.5, 0.5, 0.5, 0.5, 0.5)}}
}

// Islands and groups apart are linked to the nearest, and told; listed, they
// are in no test, and a map in pieces has no regions.
func TestIslands(t *testing.T) {
	r, err := tried(squares, five(), nil, apart)
	if err != nil {
		t.Fatal(err)
	}
	m := r.Map
	if d := cmp.Diff([]string{"E"}, m.Islands); d != "" || m.Links != 4 {
		t.Errorf("%d links, islands (-want +got):\n%s", m.Links, d)
	}
	if len(m.Linked) != 2 || m.Linked[0].From != "E" || m.Linked[0].To != "D" || m.Linked[1].From+m.Linked[1].To != "BC" {
		t.Errorf("linked %+v", m.Linked)
	}
	if km := float64(m.Linked[1].Distance); math.Abs(km-2*111.19*math.Cos(0.5*math.Pi/180)) > 0.1 {
		t.Errorf("B and C are %v km apart", km)
	}
	if d := cmp.Diff([]int{1, 1, 2, 2, 2}, m.Regions.Region); d != "" {
		t.Errorf("regions (-want +got):\n%s", d)
	}
	// x: mean 5.8; between the two regions 1.5 and 26/3.
	if want := 1 - (0.5+2./3)/62.8; math.Abs(float64(m.Regions.Kept)-want) > 1e-12 || math.Abs(float64(m.Regions.Free)-want) > 1e-12 {
		t.Errorf("kept %v and %v, want %v", m.Regions.Kept, m.Regions.Free, want)
	}
	listed := strings.Replace(squares, `"linked"`, `"listed"`, 1)
	if _, err = tried(listed, five(), nil, apart); err == nil || !strings.Contains(err.Error(), "2 ensembles séparés, dont A, B") {
		t.Errorf("a map in pieces: %v", err)
	}
	if r, err = tried(strings.Replace(listed, "regions = 2", "", 1), five(), nil, apart); err != nil {
		t.Fatal(err)
	}
	if r.Map.test("e", "moran").Tested != 4 || !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "1 île(s), sans voisin : E ; aucun test") }) {
		t.Errorf("listed: %+v, %q", r.Map, r.Warnings)
	}
}

// Neighbours by distance and by number, on the Earth and on a plane.
func TestNeighboursByPlace(t *testing.T) {
	for how, want := range map[string]int{
		"neighbours = \"nearest\"\nnearest = 1\ncoordinates = [\"lon\", \"lat\"]":                   3, // A–B, C–D, E→D
		"neighbours = \"distance\"\nwithin = 2\ncoordinates = [\"lon\", \"lat\"]":                   3, // A–B, B–C, C–D
		"neighbours = \"distance\"\nwithin = 112\ndegrees = true\ncoordinates = [\"lon\", \"lat\"]": 2,
		"neighbours = \"distance\"\nwithin = 112\nfile = \"carres.geojson\"":                        2,
		"neighbours = \"nearest\"\nnearest = 2\nfile = \"carres.geojson\"":                          7, // A–B, A–C, B–C, C–D, D→B, E→C, E→D
	} {
		head, _, _ := strings.Cut(squares, "[space]")
		r, err := tried(head+"[space]\n"+how+"\n", five(), nil, apart)
		if err != nil {
			t.Errorf("%s: %v", how, err)
		} else if r.Map.Links != want {
			t.Errorf("%s: %d links, want %d", how, r.Map.Links, want)
		}
	}
}

// Each bad input is refused in French with its place and a remedy.
func TestMapRefusals(t *testing.T) {
	pairs := [][]string{{"from", "to"}, {"A", "B"}, {"B", "A"}, {"C", "D"}}
	change := func(old, new string) string { return strings.Replace(squares, old, new, 1) }
	byPairs := change("\"boundaries\"\nfile = \"carres.geojson\"\nislands = \"linked\"", "\"pairs\"\nfile = \"voisins.csv\"")
	with := func(name string, x ...float64) *Table { return five().with(numeric(name, x...)) }
	for _, c := range []struct {
		name, text string
		table      *Table
		pairs      [][]string
		want       string
	}{
		{"negative events", squares, with("cas", 1, -1, 2, 3, 4), nil, "carres.csv, ligne 3, colonne « cas » : -1"},
		{"no population", squares, with("pop", 10, 20, 0, 20, 10), nil, "ligne 4, colonne « pop » : 0 ; un taux se lisse sur une population positive"},
		{"negative population", squares, with("pop", 10, 20, -5, 20, 10), nil, "ligne 4, colonne « pop » : -5"},
		{"no rate", change(`, denominator = "pop"`, ""), five(), nil, "« t » n’est pas un taux"},
		{"standard errors", change(`smooth = "global"`, `smooth = "global", se = "x"`), five(), nil, "« t » a des erreurs types"},
		{"unknown smoothing", change(`"global"`, `"spatial"`), five(), nil, "valeur inconnue « spatial »"},
		{"neighbours unknown", strings.Split(strings.Replace(squares, `"global"`, `"local"`, 1), "[space]")[0], five(), nil, "ses voisins, qui ne sont pas donnés"},
		{"regions without neighbours", change(`neighbours = "boundaries"`, ""), five(), nil, "on ne sait pas qui est voisin de qui"},
		{"unknown key", change("islands", "iles"), five(), nil, "clé inconnue « space.iles »"},
		{"no file", change(`file = "carres.geojson"`, ""), five(), nil, "les voisins « boundaries » viennent d’un fichier"},
		{"no place", strings.Replace(byPairs, "tests", "islands = \"linked\"\ntests", 1), five(), pairs, "on ne sait pas où sont les unités"},
		{"unknown element", change(`tests`, "columns = [\"z\"]\ntests"), five(), nil, "« z » n’est pas dans l’indice"},
		{"too many regions", change("regions = 2", "regions = 6"), five(), nil, "6 régions pour 5 unités"},
		{"too many neighbours", change("\"boundaries\"", "\"nearest\"\nnearest = 5"), five(), nil, "5 voisins pour 5 unités"},
		{"no outline", squares, five().with(Column{Name: "code", Text: []string{"A", "B", "C", "D", "Z"}}), nil, "ligne 6 : l’unité « Z » n’a pas de contour dans carres.geojson"},
		{"unknown unit", byPairs, five(), append(slices.Clone(pairs), []string{"A", "Z"}), "voisins.csv, ligne 5 : l’unité « Z » n’est pas dans la table"},
		{"pair twice", byPairs, five(), append(slices.Clone(pairs), []string{"C", "D"}), "lignes 4 et 5"},
		{"its own neighbour", byPairs, five(), append(slices.Clone(pairs), []string{"E", "E"}), "propre voisine"},
		{"no column", byPairs, five(), [][]string{{"a", "b"}, {"A", "B"}}, "colonne « from » absente"},
		{"not degrees", change("islands", "coordinates = [\"x\", \"pop\"]\ndegrees = true\nislands"), with("pop", 10, 20, 10, 20, 95), nil, "n’est pas une longitude et une latitude"},
		{"place missing", change("islands", "coordinates = [\"lon\", \"lat\"]\nislands"), with("lon", 1, math.NaN(), 1, 1, 1), nil, "ligne 3 : la place de l’unité manque"},
	} {
		_, err := tried(c.text, c.table, c.pairs, apart)
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.Do(err) == "" {
			t.Errorf("%s: %v; want %q and a remedy", c.name, err, c.want)
		}
	}
}

// A statistic that does not exist is told, and stops nothing.
func TestMapUntestable(t *testing.T) {
	text := strings.NewReplacer("tests = [\"moran\"]", "tests = [\"moran\", \"getis_ord\"]\ncolumns = [\"x\"]", "regions = 2", "").Replace(squares)
	r, err := tried(text, five().with(numeric("x", 1, -2, 8, 9, 9)), nil, apart)
	if err != nil {
		t.Fatal(err)
	}
	if r.Map.test("x", "moran").Tested != 5 || r.Map.test("x", "getis_ord").Tested != 0 || !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "une valeur est négative") }) {
		t.Errorf("%+v\n%q", r.Map.Tests, r.Warnings)
	}
}

// The change of an index does not look at its map: units that merged have no
// outline in the old file, and only a rate drawn to neighbours needs one.
func TestSinceWithMap(t *testing.T) {
	fewer := five().with(Column{Name: "code", Text: []string{"A", "B", "C", "D", "F"}})
	moved := passage([]string{"E"}, []string{"F"}, 1)
	options := Options{Boundaries: func(string) (*territory.Topology, error) { return territory.ParseBoundary("", []byte(apart)) }}
	for smooth, refused := range map[string]bool{"global": false, "local": true} {
		s := parsed(t, strings.Replace(squares, `"global"`, `"`+smooth+`"`, 1))
		_, err := Since(Side{s, five(), options}, Side{s, fewer, options}, moved)
		if (err != nil) != refused {
			t.Errorf("%s: %v", smooth, err)
		}
	}
}

// The same figures for any number of workers.
func TestMapWorkers(t *testing.T) {
	var first []byte
	for _, workers := range []int{1, 3} {
		r, err := Run(context.Background(), parsed(t, strings.Replace(squares, `["moran"]`, `["moran", "lisa"]`, 1)), five(), Options{Workers: workers,
			Boundaries: func(string) (*territory.Topology, error) { return territory.ParseBoundary("", []byte(apart)) }})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && string(first) != string(raw) {
			t.Error("three workers give other bytes")
		}
		first = raw
	}
}
